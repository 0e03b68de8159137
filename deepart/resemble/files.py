"""A reference set on disk, beside its classifier: works.json (facts) and works.safetensors (numbers).

works.json names the SHA-256 of the classifier it was made for and of works.safetensors; neither may differ.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import SafetensorError
from safetensors.torch import load as load_tensors
from safetensors.torch import save as save_tensors
from torch import Tensor

from deepart.resemble.works import Work, Works
from deepart.weights import ModelCard, WeightsError

FACTS, NUMBERS = "works.json", "works.safetensors"
MAX_BYTES = 16 * 2**20  # of either file that we are willing to load
AGAIN = "make it again with python -m deepart index"


def exists(folder: Path, card: ModelCard) -> bool:
    """Whether a reference set made for this very classifier lies in its folder; only its facts are looked at."""
    try:
        return _facts(folder, card)["works"] is not None
    except WeightsError:
        return False


def write(folder: Path, card: ModelCard, works: Works) -> int:
    """Write both files, replacing older ones; returns their bytes together. OSError when the folder cannot be written."""
    numbers = save_tensors({
        "rows": (works.rows / works.rows.abs().amax(1, keepdim=True) * 127).round().to(torch.int8),
        "centre": works.centre.half(),
        "projection": works.projection.half().contiguous(),
        "pairs": works.pairs.half(),
    })  # fmt: skip
    painters = sorted({w.painter for w in works.works})
    styles = sorted({w.style for w in works.works})
    facts = {
        "model": card.name,
        "model_sha256": card.sha256,
        "numbers_sha256": hashlib.sha256(numbers).hexdigest(),
        "painters": painters,
        "styles": styles,
        "works": [[painters.index(w.painter), w.title, w.year, styles.index(w.style)] for w in works.works],
    }
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).replace("],[", "],\n[") + "\n"
    for name, content in ((NUMBERS, numbers), (FACTS, text.encode())):
        part = folder / f"{name}.part"
        part.write_bytes(content)
        part.replace(folder / name)
    return len(numbers) + len(text.encode())


def read(folder: Path, card: ModelCard) -> Works:
    """The reference set of a classifier. Raises WeightsError when it is missing, damaged, or made for another one."""
    facts = _facts(folder, card)
    data = _bytes(folder / NUMBERS, card)
    if hashlib.sha256(data).hexdigest() != facts["numbers_sha256"]:
        raise WeightsError(f"the reference works of {card.name!r} are not whole (SHA-256 differs): {AGAIN}")
    try:
        found = _works(facts, load_tensors(data))
    except (SafetensorError, KeyError, IndexError, TypeError, ValueError) as reason:
        raise WeightsError(f"the reference works of {card.name!r} are damaged: {AGAIN}") from reason
    return found


def _facts(folder: Path, card: ModelCard) -> dict[str, Any]:
    data = _bytes(folder / FACTS, card)
    try:
        facts = json.loads(data)
        missing = {"model_sha256", "numbers_sha256", "painters", "styles", "works"} - set(facts)
    except (ValueError, TypeError, RecursionError) as reason:
        raise WeightsError(f"the reference works of {card.name!r} are damaged: {AGAIN}") from reason
    if missing:
        raise WeightsError(f"the reference works of {card.name!r} lack {min(missing)}: {AGAIN}")
    if facts["model_sha256"] != card.sha256:
        raise WeightsError(
            f"the reference works beside {card.name!r} were made for another classifier: {AGAIN}"
        )
    return facts


def _bytes(path: Path, card: ModelCard) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise WeightsError(f"{path.name} of {card.name!r} is larger than {MAX_BYTES // 2**20} MiB")
        return path.read_bytes()
    except OSError:
        raise WeightsError(f"model {card.name!r} has no reference works: {AGAIN}") from None


def _works(facts: dict[str, Any], numbers: dict[str, Tensor]) -> Works:
    """Raises KeyError, IndexError, TypeError or ValueError when the parts do not fit."""
    painters, styles = [list(map(str, facts[key])) for key in ("painters", "styles")]
    works = tuple(Work(painters[p], str(title), str(year), styles[s]) for p, title, year, s in facts["works"])
    rows, centre, projection, pairs = (
        numbers[key].float() for key in ("rows", "centre", "projection", "pairs")
    )
    fit = rows.shape == (len(works), projection.shape[1]) and centre.shape == projection.shape[:1]
    if not fit or not works or not (projection.isfinite().all() and centre.isfinite().all()):
        raise ValueError("rows, projection and facts do not fit each other")
    return Works(works, F.normalize(rows, dim=1), centre, projection, pairs)
