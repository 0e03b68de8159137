"""A folder of pictures, with or without a metadata.csv, as examples."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from deepart import images
from deepart.data.examples import DataError, Example, normalise
from deepart.data.splits import split_by_content

ENDINGS = {".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif"}


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
    try:
        with table.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.DictReader(lines, restkey="", restval="")
            columns, rows = reader.fieldnames or [], list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError("metadata.csv cannot be read: save it as CSV in UTF-8") from error
    if "file" not in columns:
        raise DataError(f"metadata.csv needs a column 'file'; it has: {', '.join(columns) or 'none'}")
    for row in rows:
        row.pop("", None)  # cells beyond the head, or below none
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
