"""Pictures that an artist dropped -> a folder of their own, which outlives the page; and a table of their labels."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from deepart import archives, data, disk
from deepart.supervisor.orders import TrainError

MOST_CSV = 4 * 2**20  # bytes
NAMES = ".names.json"  # beside the pictures: file -> its path as it was dropped
_ODD = re.compile(r"[^a-z0-9]+")


def gather(
    files: Sequence[tuple[str, Path]], folder: Path, table: Sequence[tuple[str, str]] = ()
) -> list[tuple[str, str]]:
    """Copy pictures, and those in zips, into a folder; returns (file in it, label) of all that lie there now.

    files: (name, path) as they were dropped; table: what an earlier call answered, perhaps with other labels. Labels are
    the names of the folders in a zip, where there are several, and what a CSV of file and label says of these pictures
    and of earlier ones. Raises TrainError for any other file and for a CSV that names none of the pictures,
    archives.ArchiveError, disk.DiskError; the folder is then as it was.
    """
    known = _names(folder)
    came: dict[str, str] = {}  # file -> its path as it was dropped
    labels: dict[str, str] = {}
    try:
        for name, path in files:
            ending = Path(name).suffix.lower()
            if ending == ".csv":
                labels |= _labels(path)
            elif ending == ".zip":
                _unpack(path, folder, len(known), came)
            elif ending in data.ENDINGS:
                file = _own_name(len(known) + len(came), name)
                disk.need(folder, path.stat().st_size)
                came[file] = name
                shutil.copyfile(path, folder / file)
            else:
                raise TrainError(f"{name[-60:]!r} is no picture, zip or CSV")
        said = _said(labels, known | came)
        if labels and not said:
            raise TrainError("the CSV names none of the pictures: it has two columns, file and label")
        disk.write(folder / NAMES, json.dumps(known | came))
    except BaseException:
        for file in came:
            (folder / file).unlink(missing_ok=True)
        raise
    lay_in = {file: name.rpartition("/")[0].rpartition("/")[2] for file, name in came.items()}
    lies_apart = len({inside for inside in lay_in.values() if inside}) > 1
    new = [(file, inside if lies_apart else "") for file, inside in lay_in.items()]
    return [(file, said.get(file, label)) for file, label in (*table, *new)]


def _unpack(path: Path, folder: Path, count: int, came: dict[str, str]) -> None:
    """Put a zip's pictures beside those that came."""
    nest = folder / ".unpacking"
    try:
        for each in archives.unpack(path, nest):
            file = _own_name(count + len(came), each.name)
            came[file] = f"{each.folder}/{each.name}" if each.folder else each.name
            each.path.rename(folder / file)
    finally:
        shutil.rmtree(nest, ignore_errors=True)


def _names(folder: Path) -> dict[str, str]:
    """What the pictures of a folder were called when they were dropped."""
    try:
        return json.loads((folder / NAMES).read_text("utf-8"))
    except OSError:
        return {}


def _said(labels: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    """What labels by path say of files: by as much of a path as both have, else by a bare name that stands there once."""
    bare: dict[str, set[str]] = {}
    for path, label in labels.items():
        bare.setdefault(path.rpartition("/")[2], set()).add(label)
    found = {}
    for file, name in names.items():
        parts = name.split("/")
        ends = ("/".join(parts[i:]) for i in range(len(parts)))
        label = next((labels[end] for end in ends if end in labels), None)
        if label is None and len(bare.get(parts[-1], ())) == 1:
            (label,) = bare[parts[-1]]
        if label is not None:
            found[file] = label
    return found


def _own_name(number: int, name: str) -> str:
    """A name of ours that still reminds of theirs."""
    stem = _ODD.sub("-", Path(name).stem.casefold()).strip("-")[:40]
    return f"{number:05d}-{stem or 'picture'}{Path(name).suffix.lower()}"


def _labels(path: Path) -> dict[str, str]:
    """{path as the CSV has it: label}. Raises TrainError."""
    try:
        lines = path.read_bytes()[:MOST_CSV].decode("utf-8-sig").splitlines()
        ways = [
            list(csv.reader(lines, delimiter=mark)) for mark in ",;\t"
        ]  # spreadsheets of many countries write ;
        rows = max(([row for row in way if len(row) >= 2] for way in ways), key=len)
    except (OSError, UnicodeDecodeError, csv.Error):
        raise TrainError("the CSV cannot be read: it has two columns, file and label, in UTF-8") from None
    return {row[0].strip().replace("\\", "/"): row[1].strip() for row in rows}


def listed(folder: Path) -> list[tuple[str, str]]:
    """(file, label) of a folder that is there already, as a training would take them. Raises data.DataError."""
    found = data.scan(folder, deal=False)
    return [(e.path.relative_to(folder).as_posix(), e.label or "") for e in found]
