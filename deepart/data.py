"""A folder of pictures -> checked, labelled, split, batched.

Labels and splits come from a `metadata.csv` (its only required column is `file`) or, without one, from the names of
the sub-folders. Without a column `split`, pictures are split 90/5/5 by a hash of their content, and near-duplicates
stay on one side.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from deepart import images

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif"}
SMALL = 400  # pictures; of fewer, more are kept for validation
SPLITS = ("train", "val", "test", "test_seen")
NEAR = 3  # bits of 64 in which the difference hashes of near-duplicates may differ


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


def scan(
    folder: Path | str,
    label: str = "style",
    where: dict[str, Sequence[str]] | None = None,
    aspect: tuple[float, float] | None = None,
    labels: Path | None = None,
    deal: bool = True,
) -> list[Example]:
    """All pictures of a folder with label and split, sorted by path; nothing is decoded but what a split needs.

    deal: False leaves the splits as the folder's table gives them, and unreadable pictures in.

    where: keep only rows whose column has one of these values, for example {"shape": ["true", "square-crop"]}.
    aspect: keep only pictures whose width / height lies between these two.
    labels: a CSV of file and label; only the pictures that it names are taken, with its labels.
    Raises DataError when the folder is missing, holds no picture, or its metadata.csv names files that are not there.
    """
    root = Path(folder)
    if not root.is_dir():
        raise DataError(f"the data must be a folder of pictures, and {str(folder)!r} is not a folder")
    table = root / "metadata.csv"
    found = _from_table(root, table, label) if table.is_file() else _from_folders(root)
    if labels:
        found = _labelled_by(labels, root, found)
    for column, values in (where or {}).items():
        if table.is_file() and not any(column in e.facts for e in found):
            raise DataError(f"metadata.csv has no column {column!r}; it has: {', '.join(found[0].facts)}")
        wanted = {normalise(v) for v in values}
        found = [e for e in found if normalise(e.facts.get(column, "")) in wanted]
    if not found:
        raise DataError(f"no pictures found in {str(folder)!r}; supported: {', '.join(sorted(ENDINGS))}")
    if aspect:
        found = of_aspect(found, *aspect)
    if deal and not any(e.split for e in found):
        found = split_by_content(found)
    return sorted(found, key=lambda e: e.path)


def _from_table(root: Path, table: Path, label: str) -> list[Example]:
    with table.open(newline="", encoding="utf-8-sig") as lines:
        rows = csv.DictReader(lines)
        if "file" not in (rows.fieldnames or []):
            raise DataError(
                f"metadata.csv needs a column 'file'; it has: {', '.join(rows.fieldnames or []) or 'none'}"
            )
        examples = [
            Example(root / row["file"], row.get(label) or None, row.get("split") or "", row)
            for row in rows
            if row["file"]
        ]
    missing = [e.path.name for e in examples if not e.path.is_file()]
    if missing:
        raise DataError(
            f"metadata.csv names {len(missing)} files that are not there, the first is {missing[0]!r}"
        )
    outside = [e.path.name for e in examples if not e.path.resolve().is_relative_to(root.resolve())]
    if outside:
        raise DataError(f"metadata.csv may only name files inside its folder, and {outside[0]!r} is outside")
    return examples


def _labelled_by(table: Path, root: Path, found: Sequence[Example]) -> list[Example]:
    """The examples that a CSV of file and label names, by their path below the root or by their bare name."""
    try:
        with table.open(newline="", encoding="utf-8-sig") as lines:
            rows = [row for row in csv.reader(lines) if len(row) >= 2 and row[0].strip() and row[1].strip()]
    except FileNotFoundError:
        raise DataError(f"there is no file {table.name!r} with labels") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"the labels in {table.name!r} cannot be read: save them as CSV in UTF-8") from error
    rows = rows[1:] if rows and rows[0][0].strip().casefold() == "file" else rows
    named = {row[0].strip(): row[1].strip() for row in rows}
    taken = []
    for example in found:
        label = named.get(example.path.relative_to(root).as_posix(), named.get(example.path.name))
        if label:
            taken.append(Example(example.path, label, example.split, example.facts))
    if not taken:
        raise DataError(f"{table.name!r} names none of the pictures: it needs two columns, file and label")
    return taken


def _from_folders(root: Path) -> list[Example]:
    files = sorted(p for p in root.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
    return [Example(p, p.relative_to(root).parts[0] if p.parent != root else None) for p in files]


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


def of_aspect(examples: Sequence[Example], low: float, high: float) -> list[Example]:
    """Those whose width / height lies in [low, high], by metadata.csv or else by the picture itself; unreadable ones
    are left out. Raises DataError when none is left."""
    chosen = [e for e in examples if low <= _aspect(e) <= high]
    if not chosen:
        raise DataError(f"no picture of {len(examples)} is {low:g} to {high:g} times as wide as it is high")
    return chosen


def _aspect(example: Example) -> float:
    width, height = (example.facts.get(side, "") for side in ("width", "height"))
    if width.isdigit() and height.isdigit() and int(height):
        return int(width) / int(height)
    try:
        picture = images.open_picture(example.path, at_least=images.MIN_SIDE)
    except images.PictureError:
        return float("nan")
    return picture.width / picture.height


def select(examples: Sequence[Example], split: str) -> list[Example]:
    """The examples of one split. Raises DataError when it is empty, naming the splits that exist."""
    chosen = [e for e in examples if e.split == split]
    if not chosen:
        there = ", ".join(sorted({e.split for e in examples if e.split}))
        raise DataError(f"no pictures in split {split!r}; there are: {there or 'none'}")
    return chosen


def difference_hash(path: Path) -> int:
    """64 bits: is each of 8 x 8 cells darker than its right neighbour? Alike for alike pictures.

    Source: the "dHash" of N. Krawetz, 2013.
    """
    return hash_of(images.open_picture(path, at_least=32))


def hash_of(picture: Image.Image) -> int:
    """The difference hash of an opened picture."""
    grey = picture.convert("L").resize((9, 8))
    cells = np.asarray(grey, dtype=np.int16)
    return int.from_bytes(np.packbits(cells[:, 1:] > cells[:, :-1]).tobytes(), "big")


def split_by_content(examples: Sequence[Example]) -> list[Example]:
    """Deal examples 90/5/5 into train, val and test by a hash of their content; near-duplicates stay together.

    Of fewer than SMALL pictures it is 80/15/5, with the same ones in test: 5 in 100 would be too few to see anything on.

    The same pictures always fall the same way, whatever their names and order. Unreadable pictures are left out.
    """
    readable, hashes = [], []
    for example in examples:
        try:
            hashes.append(difference_hash(example.path))
        except images.PictureError:
            continue
        readable.append(example)
    groups = near_groups(np.array(hashes, dtype=np.uint64))
    trained = 0.90 if len(readable) >= SMALL else 0.80
    result = []
    for example, group in zip(readable, groups, strict=True):
        digest = hashlib.sha256(int(group).to_bytes(8, "big")).digest()
        share = int.from_bytes(digest[:4], "big") / 2**32
        split = "train" if share < trained else "val" if share < 0.95 else "test"
        result.append(Example(example.path, example.label, split, example.facts))
    return result


def near_groups(hashes: np.ndarray) -> np.ndarray:
    """For each 64-bit hash (N,), the smallest hash that it is joined to by steps of at most NEAR bits."""
    leader = np.arange(len(hashes))

    def root(i: int) -> int:
        while leader[i] != i:
            leader[i] = leader[leader[i]]
            i = leader[i]
        return i

    for i in range(len(hashes)):
        near = np.flatnonzero(np.bitwise_count(hashes[i + 1 :] ^ hashes[i]) <= NEAR) + i + 1
        for j in near:
            leader[root(j)] = root(i)
    roots = np.array([root(i) for i in range(len(hashes))], dtype=np.int64)
    smallest = {r: hashes[roots == r].min() for r in set(roots.tolist())}
    return np.array([smallest[r] for r in roots.tolist()], dtype=np.uint64)


def load(
    examples: Sequence[Example],
    size: tuple[int, int],
    fit: str,
    progress: Callable[[Sequence], Iterator] = iter,
) -> tuple[Tensor, list[int], list[str]]:
    """Decode pictures once, at training size.

    Returns (pictures uint8 (N, 3, height, width), the index in `examples` of each, a sentence for each that was
    skipped). Raises DataError when none can be read.
    """
    pictures, kept, skipped = [], [], []
    for i, example in enumerate(progress(examples)):
        try:
            picture = images.open_picture(example.path, at_least=max(size))
        except images.PictureError as reason:
            skipped.append(f"{example.path.name}: {reason}")
            continue
        pictures.append(torch.from_numpy(images.to_uint8(picture, size, fit)))
        kept.append(i)
    if not pictures:
        raise DataError(f"none of {len(skipped)} pictures could be read; the first: {skipped[0]}")
    return torch.stack(pictures), kept, skipped


def to_float(pictures: Tensor) -> Tensor:
    """uint8 (N, 3, H, W) -> float32 in [-1, 1], in the memory order that convolutions like."""
    return pictures.to(torch.float32, memory_format=torch.channels_last).div_(127.5).sub_(1)


class Batches:
    """Endless shuffled batches of row numbers; each pass shows every row once. Its state can be saved and restored.

    weights: if given (N,), rows are drawn with replacement in proportion to them instead.
    """

    def __init__(self, count: int, size: int, seed: int, weights: Tensor | None = None):
        if count < 1:
            raise DataError("a training needs at least one picture")
        self.count, self.size, self.weights = count, size, weights
        self.generator = torch.Generator().manual_seed(seed)
        self.queue = torch.empty(0, dtype=torch.int64)

    def __next__(self) -> Tensor:
        while len(self.queue) < self.size:
            if self.weights is None:
                more = torch.randperm(self.count, generator=self.generator)
            else:
                more = torch.multinomial(self.weights, self.count, replacement=True, generator=self.generator)
            self.queue = torch.cat([self.queue, more])
        rows, self.queue = self.queue[: self.size], self.queue[self.size :]
        return rows

    def __iter__(self) -> Batches:
        return self

    def state_dict(self) -> dict[str, Tensor]:
        return {"generator": self.generator.get_state(), "queue": self.queue}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.generator.set_state(state["generator"])
        self.queue = state["queue"]
