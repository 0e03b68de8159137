"""What all commands share: words for people on standard output, progress on standard error."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from tqdm import tqdm

from deepart import data, devices, disk, images, recipe, studio, weights
from deepart.cli import FAILED, UsageError

Result = tuple[Any, int]  # (a JSON document, exit status)


def bar(items: Iterable, what: str, total: int | None = None) -> tqdm:
    return tqdm(items, desc=what, total=total, file=sys.stderr, leave=False, disable=None)


def say(options: argparse.Namespace, text: str) -> None:
    if not options.json:
        print(text, flush=True)


def open_studio(options: argparse.Namespace) -> studio.Studio:
    devices.set_threads()
    return studio.Studio(options.weights or weights.ROOT, options.device)


def scan(options: argparse.Namespace) -> list[data.Example]:
    """The examples that --data, --label, --labels, --where and --aspect name. Raises DataError."""
    return data.scan(options.data, options.label, dict(options.where), options.aspect, options.labels)


def pictures(paths: list[str]) -> list[Path]:
    """The paths as given, with folders replaced by the pictures in them. Raises UsageError when that leaves none."""
    found: list[Path] = []
    for path in map(Path, paths):
        inside = (
            sorted(p for p in path.rglob("*") if p.suffix.lower() in data.ENDINGS)
            if path.is_dir()
            else [path]
        )
        found += inside
    if not found:
        raise UsageError(
            f"no pictures found in {str(paths[0])!r}; supported: {', '.join(sorted(data.ENDINGS))}"
        )
    return found


def keep(made: studio.Made, path: Path) -> None:
    """Write a picture with its recipe, and the folder that it goes into."""
    disk.make_folder(path.parent)
    recipe.save(made.picture, path, made.recipe)


def one_for_each(options: argparse.Namespace, model: str, make: Callable[[Path], studio.Made]) -> Result:
    """{model, files: [{file, output, error}]}: one PNG in --out for every picture of `paths` that can be read."""
    files, taken = [], set()
    for path in bar(pictures(options.paths), options.command):
        entry: dict[str, Any] = {"file": str(path), "output": None, "error": None}
        try:
            made = make(path)
            output = free(options.out / f"{path.stem}-{model}.png", taken, made.recipe)
            if not options.dry_run:
                keep(made, output)
            entry["output"] = str(output)
        except images.PictureError as reason:
            entry["error"] = str(reason)
        files.append(entry)
        say(options, f"{path}: {entry['error'] or entry['output']}")
    return {"model": model, "files": files}, 0 if any(f["error"] is None for f in files) else FAILED


def free(path: Path, taken: set[str], made_by: recipe.Recipe) -> Path:
    """The path, or one with a number behind it: only the very same picture may be written over.

    taken: names of this run, which are added to; some systems take A.png and a.png for one.
    """
    stem, number = path.stem, 2
    while path.name.casefold() in taken or not _may_write(path, made_by):
        path, number = path.with_name(f"{stem}-{number}.png"), number + 1
    taken.add(path.name.casefold())
    return path


def _may_write(path: Path, made_by: recipe.Recipe) -> bool:
    """Whether nothing is lost: nothing is there, or a picture of this recipe."""
    try:
        return not path.exists() or recipe.load(path).to_json() == made_by.to_json()
    except (OSError, ValueError):
        return False
