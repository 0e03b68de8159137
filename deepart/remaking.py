"""Any picture that was made here, made again from its recipe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from deepart import adjust
from deepart.bench import Bench
from deepart.bench.own import Own, own
from deepart.enlarging import Enlarging
from deepart.recipe import Recipe
from deepart.restyling import Restyling
from deepart.studio import Made, Studio


def remake(studio: Studio, by: Recipe, mine: Path | str | None = None) -> Made:
    """The picture of a recipe. mine: the artist's own file that it was made from, where it was made from one.

    Raises StudioError when that file is missing or another, or the task is not known here; WeightsError when the model is
    missing or has other weights; images.PictureError when the file cannot be read.
    """
    found = own(mine) if mine is not None else None
    if by.task == "adjust":
        return adjust.remake(by, found)
    if by.task == "sliders":
        return Made(Bench(studio).remake(by, found), by)
    if by.task == "enlarge":
        return _last(Enlarging(studio).remake(by, found))
    if by.task == "restyle":
        return _last(Restyling(studio).remake(by, found))
    return Made(studio.remake(by), by)


def owner(by: Recipe, files: Sequence[Path]) -> Path | None:
    """Which of the files a recipe was made from; None when it needs none, or none of them is it."""
    found: dict[str, Own] = {}
    for file in files if by.own_sha256 else ():
        found[own(file).sha256] = own(file)
    mine = found.get(by.own_sha256 or "")
    return mine.path if mine else None


def _last(steps) -> Made:
    *_, (_, made) = steps
    return made
