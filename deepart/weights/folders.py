"""Folders of models: which there are, and how they are written and loaded."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save as save_tensors
from torch import Tensor, nn

from deepart import disk, models
from deepart.weights.card import MAX_CARD_BYTES, NAME, ModelCard, WeightsError, card_from_json
from deepart.weights.tensor_files import check_file, read_tensors

ROOT = Path(__file__).resolve().parents[2] / "weights"
CARD, TENSORS = "card.json", "model.safetensors"


def names(root: Path | str = ROOT) -> list[str]:
    """The models in a weights folder, sorted; a folder counts when it holds a card."""
    root = Path(root)
    return sorted(p.parent.name for p in root.glob("*/card.json")) if root.is_dir() else []


def find(name: str, root: Path | str = ROOT) -> Path:
    """The folder of a model. `orchard` means the newest `orchard-N`. Raises WeightsError, naming what there is."""
    there = names(root)
    if name in there:
        return Path(root) / name
    numbered = [n for n in there if re.fullmatch(re.escape(name) + r"-\d+", n)]
    if numbered:
        return Path(root) / max(numbered, key=lambda n: int(n.rsplit("-", 1)[1]))
    raise WeightsError(f"there is no model {name[:80]!r}; there are: {', '.join(there) or 'none'}")


def read_card(folder: Path) -> ModelCard:
    """The card of a model folder. Raises WeightsError when it is missing, damaged or of an unknown architecture."""
    name = folder.name
    try:
        with open(folder / CARD, "rb") as file:
            card = card_from_json(file.read(MAX_CARD_BYTES + 1))
    except FileNotFoundError:
        raise WeightsError(f"model {name!r} has no card.json") from None
    except OSError as reason:
        raise WeightsError(f"the card of model {name!r} cannot be read: {reason.strerror}") from reason
    except WeightsError as reason:
        raise WeightsError(f"the card of model {name!r} is damaged: {reason}") from reason
    if card.arch not in models.ARCHS:
        kinds = ", ".join(models.ARCHS)
        raise WeightsError(f"model {name!r} is of an architecture {card.arch!r} that this version does not know; it knows: {kinds}")  # fmt: skip
    return card


def is_there(folder: Path) -> bool:
    """Whether a folder holds a whole model. Weights without a card are what a crash left: they may be replaced."""
    return (folder / CARD).is_file() and (folder / TENSORS).is_file()


def cards(root: Path | str = ROOT) -> list[ModelCard]:
    """The cards of all models that can be read, sorted by name; a damaged one does not hide the others."""
    found = []
    for name in names(root):
        try:
            found.append(read_card(Path(root) / name))
        except WeightsError:
            continue  # `load` says what is wrong with it when somebody asks for it by name
    return found


def save(
    folder: Path,
    card: ModelCard,
    network: nn.Module,
    half: bool = True,
    beside: dict[str, dict[str, Tensor]] | None = None,
) -> ModelCard:
    """Write card and weights (float16 if `half`) to a new folder; returns the card with its SHA-256.

    beside: name -> tensors that only a later training needs, each in a file of its own. The model appears whole or not at all. Raises WeightsError when the name is not usable or the folder already holds
    a model, disk.DiskError when the disk is full or may not be written.
    """
    if not NAME.fullmatch(card.name):
        raise WeightsError(f"a model's name is made of small letters, digits, - and _, got {card.name!r}")
    if is_there(folder):
        raise WeightsError(
            f"a model {card.name!r} is already there and models never change: choose another name"
        )
    content = save_tensors({k: _for_disk(v, half) for k, v in network.state_dict().items()})
    others = {
        f"{name}.safetensors": save_tensors({k: _for_disk(v, half) for k, v in tensors.items()})
        for name, tensors in (beside or {}).items()
    }
    hashes = {name: hashlib.sha256(other).hexdigest() for name, other in others.items()}
    digest = hashlib.sha256(content).hexdigest()
    card = ModelCard(**(asdict(card) | {"sha256": digest, "beside": hashes}))
    disk.make_folder(folder)
    (folder / CARD).unlink(missing_ok=True)  # of a model that lost its weights
    for name, other in others.items():
        disk.write(folder / name, other)
    disk.write(folder / TENSORS, content)
    write_card(folder, card)  # last: only with a card does a folder count as a model
    return card


def _for_disk(tensor: Tensor, half: bool) -> Tensor:
    tensor = tensor.detach().cpu().contiguous().clone()
    return tensor.half() if half and tensor.dtype == torch.float32 else tensor


def write_card(folder: Path, card: ModelCard) -> None:
    """Write or replace card.json alone: figures and words may change, the weights never do."""
    text = json.dumps(asdict(card), indent=1, ensure_ascii=False, allow_nan=False)
    disk.write(folder / CARD, text + "\n")


def load(name: str, root: Path | str = ROOT) -> tuple[ModelCard, nn.Module]:
    """A model by name, verified, in float32 on the CPU, ready to answer (eval mode, no gradients).

    Raises WeightsError when it is missing, truncated, changed (SHA-256), no safetensors file, or does not fit its card.
    """
    folder = find(name, root)
    card = read_card(folder)
    check_file(folder / TENSORS, card)
    try:
        config = models.make_config(card.arch, card.config)
        with torch.device("meta"):  # shapes without memory: a card may ask for any size
            own = models.build(card.arch, config).state_dict()
    except (ValueError, TypeError, ZeroDivisionError, IndexError, RuntimeError) as reason:
        raise WeightsError(
            f"the card of model {card.name!r} has a wrong config: {str(reason)[:200]}"
        ) from reason
    if (
        isinstance(getattr(config, "classes", None), int)
        and card.labels
        and len(card.labels) != config.classes
    ):
        raise WeightsError(
            f"the card of model {card.name!r} names {len(card.labels)} labels for {config.classes} classes"
        )
    tensors = read_tensors(folder / TENSORS, card, {key: tuple(value.shape) for key, value in own.items()})
    network = models.build(card.arch, config)
    network.load_state_dict({k: v.to(own[k].dtype) for k, v in tensors.items()})
    return card, network.eval().requires_grad_(False)


def load_beside(name: str, what: str, root: Path | str = ROOT) -> dict[str, Tensor]:
    """What lies beside a model for later trainings (`what`: "discriminator"), in float32; {} when there is none.

    Raises WeightsError when the file is missing, damaged or not the one that the card names.
    """
    folder = find(name, root)
    card, file = read_card(folder), f"{what}.safetensors"
    if file not in card.beside:
        return {}
    check_file(folder / file, card, card.beside[file])
    return {k: v.float() for k, v in read_tensors(folder / file, card).items()}
