"""One picture of a data set, with its label and its split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

SPLITS = ("train", "val", "test", "test_seen")


class DataError(ValueError):
    """The folder cannot be used as it is; the text says why and what to do."""


@dataclass(frozen=True)
class Example:
    """One picture of a data set; `facts` are the other columns of its row in metadata.csv."""

    path: Path
    label: str | None = None
    split: str = ""
    facts: dict[str, str] = field(default_factory=dict, compare=False)


def normalise(label: str) -> str:
    """The form in which labels are compared: "Ukiyo-e", "ukiyo e" and "UKIYO_E" are the same."""
    return "".join(c for c in label.casefold() if c.isalnum())


def select(examples: Sequence[Example], split: str) -> list[Example]:
    """The examples of one split. Raises DataError when it is empty, naming the splits that exist."""
    chosen = [e for e in examples if e.split == split]
    if not chosen:
        there = ", ".join(sorted({e.split for e in examples if e.split}))
        raise DataError(f"no pictures in split {split!r}; there are: {there or 'none'}")
    return chosen


def labels_of(examples: Sequence[Example]) -> list[str]:
    """The distinct labels, sorted; different spellings of one label count once. Raises DataError if any is missing."""
    bare = [e.path.name for e in examples if e.label is None]
    if bare:
        raise DataError(f"{len(bare)} pictures have no label, the first is {bare[0]!r}: put each style in a sub-folder "
                        "or name a column of metadata.csv with --label")  # fmt: skip
    return sorted({normalise(e.label): e.label for e in reversed(examples)}.values())


def common_labels(examples: Sequence[Example], least: int, most: int) -> list[str]:
    """The labels that at least `least` examples have, the `most` frequent of them, sorted; none when no example has one."""
    counts = Counter(e.label for e in examples if e.label)
    return sorted(label for label, count in counts.most_common(most) if count >= least)


def indices(examples: Sequence[Example], labels: Sequence[str]) -> Tensor:
    """The place of each example's label in `labels`: (N,) int64. Raises DataError for a label that is not there."""
    place = {normalise(name): i for i, name in enumerate(labels)}
    unknown = sorted({e.label or "(none)" for e in examples if normalise(e.label or "") not in place})
    if unknown:
        raise DataError(f"unknown labels: {', '.join(unknown[:8])}; the model knows: {', '.join(labels)}")
    return torch.tensor([place[normalise(e.label)] for e in examples])
