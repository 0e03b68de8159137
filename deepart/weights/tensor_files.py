"""Files of weights, read with care: their size, their SHA-256, their names and shapes, and only then their numbers."""

from __future__ import annotations

import hashlib
from pathlib import Path

from safetensors import safe_open
from torch import Tensor

from deepart.weights.card import ModelCard, WeightsError

MAX_BYTES = 512 * 2**20  # of a model file that we are willing to load
MAX_HEADER_BYTES = 2**20  # of a model file: a name and a shape for each tensor


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
    # the library raises its own kind, and torch's for types that it does not know
    except Exception as reason:
        raise WeightsError(
            f"the weights of {card.name!r} are no safetensors file: copy the model folder again"
        ) from reason
    bad = [key for key, value in tensors.items() if value.is_complex() or not value.float().isfinite().all()]
    if bad:
        raise WeightsError(f"the weights of {card.name!r} hold what is no number, in {bad[0]}: train it again, or copy it again")  # fmt: skip
    return tensors
