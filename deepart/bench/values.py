"""The values of all sliders as a file, to put them on another picture."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from deepart.studio import Axis, StudioError

FARTHEST = 10.0  # sigma; what a slider takes
MAX_BYTES = 2**16


def settings(model: str, axes: Sequence[Axis], values: Sequence[float]) -> str:
    """The sliders' values as a file: JSON that `read_settings` takes, and a person can read."""
    at = {axis.name: round(value, 3) for axis, value in zip(axes, values, strict=True)}
    return (
        json.dumps({"deepart": "sliders", "model": model, "sliders": at}, ensure_ascii=False, indent=1) + "\n"
    )


def read_settings(data: bytes, model: str, axes: Sequence[Axis], values: Sequence[float]) -> list[float]:
    """The values of such a file for these axes; an axis that it does not name stays at its own of `values`.

    Raises StudioError for any other file, and for values of another model.
    """
    try:
        told = json.loads(data[: MAX_BYTES + 1].decode())
        good = told["deepart"] == "sliders" and isinstance(told["model"], str)
        at = {str(k): number(v) for k, v in told["sliders"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        good, at, told = False, {}, {}
    if not good or not all(abs(v) <= FARTHEST for v in at.values()):
        raise StudioError("a file of slider values is one saved here: choose that, or a PNG made here")
    if told["model"] != model:
        raise StudioError(f"these values are of the model {told['model'][:64]!r}, whose axes are others: choose that model first")  # fmt: skip
    return [at.get(axis.name, value) for axis, value in zip(axes, values, strict=True)]


def number(value: object) -> float:
    """A number as a float; NaN for what is none."""
    try:
        return math.nan if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return math.nan
