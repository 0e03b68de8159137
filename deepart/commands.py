"""What each command does: options -> (a JSON document, exit status). Words for people go to standard output unless
--json was given; progress bars go to standard error."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from deepart import data, devices, images, recipe, stops, studio, weights
from deepart.cli import BAD, FAILED, UsageError, seeds
from deepart.training.loop import Budget, TrainingError
from deepart.training.run import Plan

Result = tuple[Any, int]
INPUT_ERRORS = (data.DataError, images.PictureError, recipe.RecipeError, studio.StudioError, weights.WeightsError, ValueError)  # fmt: skip
RUN_ERRORS = (TrainingError, OSError, MemoryError)


def _bar(items: Iterable, what: str, total: int | None = None) -> tqdm:
    return tqdm(items, desc=what, total=total, file=sys.stderr, leave=False, disable=None)


def _say(options: argparse.Namespace, text: str) -> None:
    if not options.json:
        print(text, flush=True)


def _studio(options: argparse.Namespace) -> studio.Studio:
    devices.set_threads()
    return studio.Studio(options.weights or weights.ROOT, options.device)


def _pictures(paths: list[str]) -> list[Path]:
    """The paths as given, with folders replaced by the pictures in them."""
    found: list[Path] = []
    for path in map(Path, paths):
        inside = (
            sorted(p for p in path.rglob("*") if p.suffix.lower() in data.ENDINGS)
            if path.is_dir()
            else [path]
        )
        found += inside
    return found


def classify(options: argparse.Namespace) -> Result:
    """A list of {file, styles, verdict, error}, one entry for every path given, bad ones included."""
    artist = _studio(options)
    model = artist.model(options.model or artist.default("classify"), "classify")[0].name
    paths = _pictures(options.paths)
    if options.dry_run:
        _say(options, f"would classify {len(paths)} pictures with {model}")
        return [_entry(path) for path in paths], 0
    entries = []
    for path in _bar(paths, "classify"):
        entry = _entry(path)
        try:
            found = artist.classify(path, model)
            entry["styles"] = [{"style": name, "chance": round(p, 6)} for name, p in found.styles]
            entry["verdict"] = found.verdict
            line = found.sentence
        except images.PictureError as reason:
            entry["error"] = line = str(reason)
        entries.append(entry)
        _say(options, f"{path}: {line}")
    return entries, 0 if any(e["error"] is None for e in entries) else FAILED


def _entry(path: Path) -> dict[str, Any]:
    return {"file": str(path), "styles": [], "verdict": None, "error": None}


def sample(options: argparse.Namespace) -> Result:
    """{model, psi, files: [{file, seed}]}; one PNG with its recipe for every seed."""
    artist, wanted = _studio(options), seeds(options.seeds)
    card, _ = artist.model(options.name, "sample")
    artist.sample(
        card.name, wanted[0], options.psi, options.scale
    )  # a bad psi stops here, before a folder is made
    files = []
    for seed in _bar(wanted, "sample"):
        path = options.out / f"{card.name}-seed{seed}.png"
        if not options.dry_run:
            made = artist.sample(card.name, seed, options.psi, options.scale)
            options.out.mkdir(parents=True, exist_ok=True)
            recipe.save(made.picture, path, made.recipe)
        files.append({"file": str(path), "seed": seed})
    _say(options, f"{'would write' if options.dry_run else 'wrote'} {len(files)} pictures to {options.out}")
    return {"model": card.name, "psi": float(options.psi), "files": files}, 0


def reconstruct(options: argparse.Namespace) -> Result:
    """{model, files: [{file, output, error}]}; one PNG with its recipe for every picture that can be read."""
    artist = _studio(options)
    card, _ = artist.model(options.name, "sliders")
    files, taken = [], set()
    for path in _bar(_pictures(options.paths), "reconstruct"):
        entry: dict[str, Any] = {"file": str(path), "output": None, "error": None}
        try:
            made = artist.draw(card.name, artist.encode(card.name, path), options.scale)
            output = _free(options.out / f"{path.stem}-{card.name}.png", taken)
            if not options.dry_run:
                options.out.mkdir(parents=True, exist_ok=True)
                recipe.save(made.picture, output, made.recipe)
            entry["output"] = str(output)
        except images.PictureError as reason:
            entry["error"] = str(reason)
        files.append(entry)
        _say(options, f"{path}: {entry['error'] or entry['output']}")
    return {"model": card.name, "files": files}, 0 if any(f["error"] is None for f in files) else FAILED


def _free(path: Path, taken: set[Path]) -> Path:
    """The path, or one with a number behind it: two pictures of one name must not overwrite each other."""
    stem, number = path.stem, 2
    while path in taken:
        path, number = path.with_name(f"{stem}-{number}.png"), number + 1
    taken.add(path)
    return path


def list_models(options: argparse.Namespace) -> Result:
    """A list of cards, each with its image_size as [height, width]."""
    root = options.weights or weights.ROOT
    cards = weights.cards(root)
    listed = [
        {"name": c.name, "arch": c.arch, "task": c.task, "image_size": _image_size(c)} | asdict(c)
        for c in cards
    ]
    for card in cards:
        _say(options, f"{card.name:16} {card.task:9} {card.title}: {card.description}")
    if not cards:
        _say(options, f"no models in {root}")
    return listed, 0


def _image_size(card: weights.ModelCard) -> list[int]:
    config = card.config
    return [config["height"], config["width"]] if "height" in config else [config["image_size"]] * 2


def evaluate(options: argparse.Namespace) -> Result:
    """{name, split, metrics} computed on a split of any data set."""
    from deepart.evaluation import run

    root = options.weights or weights.ROOT
    card, network = weights.load(options.name, root)
    device = devices.pick(options.device)
    devices.set_threads()
    examples = data.scan(options.data, options.label, dict(options.where))
    chosen = data.select(examples, options.split)
    if options.dry_run:
        _say(options, f"would measure {card.name} on {len(chosen)} pictures of split {options.split}")
        return {"name": card.name, "split": options.split, "metrics": {}}, 0
    figures = run.evaluate(card, network.to(device), examples, options.split, options.count, options.peers, partial(_bar, what="read"))  # fmt: skip
    if options.write_card:
        command = _reproduce(card.name, options)
        figures_now = card.metrics | {options.split: figures}
        card = weights.ModelCard(**(asdict(card) | {"metrics": figures_now, "evaluated_by": command}))
        weights.write_card(weights.find(card.name, root), card)
    _say(options, run.words(figures))
    return {"name": card.name, "split": options.split, "metrics": figures}, 0


def _reproduce(name: str, options: argparse.Namespace) -> str:
    where = "".join(f" --where {column}={','.join(values)}" for column, values in options.where)
    label = f" --label {options.label}" if options.label != "style" else ""
    peers = " --peers" if options.peers else ""
    return f"python -m deepart evaluate {name} --data {options.data.name} --split SPLIT{label}{where}{peers} --write-card"


def train(options: argparse.Namespace) -> Result:
    """{name, folder, steps, pictures, hours, figures} of a finished training."""
    from deepart.training import run

    devices.set_threads()
    devices.keep_freed_memory()
    if options.hours is None and options.steps is None:
        options.hours = 1.0
    plan = Plan(
        options.noun, options.data, options.name, options.out, Budget(options.hours, options.steps), options.label,
        dict(options.where), options.size, options.channels, options.batch, options.seed, options.device,
        options.negatives, options.save_every,
    )  # fmt: skip
    run.check_home(plan, options.resume)
    splits = run.read_data(plan)
    counts = ", ".join(f"{split} {len(examples)}" for split, examples in splits.items() if examples)
    _say(
        options, f"{plan.noun} {plan.name}: {counts} pictures; {devices.describe(devices.pick(plan.device))}"
    )
    if options.dry_run:
        return {
            "name": plan.name,
            "folder": str(plan.home),
            "pictures": {k: len(v) for k, v in splits.items()},
        }, 0
    prepared = run.prepare(plan, splits, partial(_bar, what="read"))
    bar = tqdm(
        total=100, unit="%", file=sys.stderr, disable=None, bar_format="{l_bar}{bar}| {elapsed} {postfix}"
    )
    last = None
    with stops.watch() as wish, contextlib.closing(bar):
        try:
            for report in run.train(plan, prepared, splits, options.resume, wish):
                last = report.progress
                bar.n = round(100 * last.done)
                bar.set_postfix_str(f"{last.pictures / max(last.seconds, 1e-9):.1f} pictures/s " + " ".join(f"{k} {v:.3f}" for k, v in last.figures.items()))  # fmt: skip
                if report.preview:
                    _say(options, f"{last.pictures} pictures seen; look at {report.preview}")
        except stops.Stopped as reason:
            raise stops.Stopped(str(reason), wish.number) from None
    _say(options, f"trained: {plan.home}")
    return {
        "name": plan.name,
        "folder": str(plan.home),
        "steps": last.step,
        "pictures": last.pictures,
        "hours": round(last.seconds / 3600, 4),
        "figures": last.figures,
    }, 0


def benchmark(options: argparse.Namespace) -> Result:
    """{machine, rows: [{what, value, unit, bar}]} of this machine."""
    from deepart import benchmark as measure

    if options.dry_run:
        _say(
            options, "would measure the time to start, classify, slide and sample, and the memory of the app"
        )
        return {"machine": measure.machine(), "rows": []}, 0
    rows = measure.rows(_studio(options), options.weights or weights.ROOT, page=not options.no_page)
    for row in rows:
        _say(options, f"{row['what']:48} {row['value']:8.1f} {row['unit']:3} (bar {row['bar']})")
    return {"machine": measure.machine(), "rows": rows}, 0


COMMANDS: dict[str, Callable[[argparse.Namespace], Result]] = {
    "train": train,
    "evaluate": evaluate,
    "classify": classify,
    "sample": sample,
    "reconstruct": reconstruct,
    "models": list_models,
    "benchmark": benchmark,
}
__all__ = ["BAD", "COMMANDS", "FAILED", "INPUT_ERRORS", "RUN_ERRORS", "UsageError"]
