"""One model as a zip, to give to a friend: card.json and model.safetensors, and never anything else."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from dataclasses import asdict, replace
from pathlib import Path

from deepart import archives, disk, weights
from deepart.archives import ArchiveError
from deepart.weights import CARD, TENSORS, ModelCard, WeightsError


def export(name: str, root: Path, target: Path) -> ModelCard:
    """Write the model `name` of a weights folder to the zip `target`, after its hash was checked.

    Raises WeightsError when it is missing or damaged, disk.DiskError when the zip cannot be written.
    """
    folder = weights.find(name, root)
    card = weights.read_card(folder)
    weights.check_file(folder / TENSORS, card)
    text = json.dumps(asdict(card), indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    with disk.whole(target) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(f"{card.name}/{CARD}", text)
        archive.write(folder / TENSORS, f"{card.name}/{TENSORS}")
    return card


def take(source: Path, root: Path, own: bool = False) -> ModelCard:
    """Put the model of a zip into a weights folder, under the name on its card; returns the card.

    own: mark it as an artist's own, which may be deleted again. It is unpacked beside its place, loaded once as any model is, and then appears whole. Raises archives.ArchiveError
    when the zip is damaged or holds anything but one model; WeightsError when the model cannot be used or one of that
    name is there; disk.DiskError.
    """
    with archives.open_zip(source) as archive:
        entries = _two(archive)
        card = weights.card_from_json(
            b"".join(archives.pieces(archive, entries[CARD], weights.MAX_CARD_BYTES))
        )
        if (root / card.name).exists():
            raise WeightsError(
                f"a model {card.name!r} is already there and models never change: remove it, or keep it"
            )
        disk.make_folder(root)
        with disk.lock(root):
            return _settle(archive, entries, card, root, own)


def _two(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The entries of card and weights, which are all there may be, in one folder or none."""
    files = [entry for entry in archive.infolist() if not entry.is_dir()]
    for entry in archive.infolist():
        archives.check_name(entry)
    found = {entry.filename.rsplit("/", 1)[-1]: entry for entry in files}
    folders = {entry.filename.rpartition("/")[0] for entry in files}
    if set(found) != {CARD, TENSORS} or len(files) != 2 or len(folders) != 1:
        raise ArchiveError(f"a model's zip holds {CARD} and {TENSORS} and nothing else: export it again")
    return found


def _settle(archive: zipfile.ZipFile, entries: dict, card: ModelCard, root: Path, own: bool) -> ModelCard:
    try:
        nest = Path(tempfile.mkdtemp(prefix=".coming-", dir=root))
    except OSError as error:
        raise disk.DiskError(f"the model could not be unpacked, {disk.reason(error)}") from error
    try:
        folder = nest / card.name
        disk.make_folder(folder)
        for name, entry in entries.items():
            with disk.whole(folder / name) as out:
                for piece in archives.pieces(archive, entry, weights.MAX_BYTES):
                    out.write(piece)
        if own:  # what lay beside it is not in the zip
            card = replace(card, training=card.training | {"own": True}, beside={})
            weights.write_card(folder, card)
        weights.load(card.name, nest)
        try:
            folder.rename(root / card.name)
        except OSError as error:  # another was quicker, or the disk refused
            raise WeightsError(f"a model {card.name!r} could not be put there: try again") from error
    finally:
        shutil.rmtree(nest, ignore_errors=True)
    return card
