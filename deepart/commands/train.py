"""The command that trains a model."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from tqdm import tqdm

from deepart import devices, stops, weights
from deepart.commands.common import Result, bar, say
from deepart.data import Example
from deepart.training import status
from deepart.training.loop import Budget, Progress
from deepart.training.plan import Plan
from deepart.training.run import REPORT_EVERY, STOPPED, Report

RUNS = Path("runs")
FINDING_OUT = "finding out what it can do: a minute or two; for a classifier five more for each 1,000 pictures, on two cores"
GENTLE = 10  # added to this process's niceness, for a page beside it


def train(options: argparse.Namespace) -> Result:
    """{name, folder, steps, pictures, hours, figures} of a finished training."""
    from deepart.training import ranks, starts

    ranks.hush()
    if options.gentle and hasattr(os, "nice"):
        os.nice(GENTLE)
    is_one = ranks.called().size == 1
    devices.set_threads(max(1, (os.cpu_count() or 2) - 1) if options.gentle and is_one else None)
    if (
        options.noun != "classifier"
    ):  # which decodes and extracts far more than it trains, and would keep all of it
        devices.keep_freed_memory()
    budget = Budget(options.hours, options.steps) if options.hours or options.steps else None
    root = options.weights or weights.ROOT
    init = starts.chosen(options.init, options.noun, root, bool(options.size or options.channels))
    into = options.into or (None if options.out else root)
    plan = Plan(
        options.noun, options.data, options.name, options.out or RUNS, budget, options.label,
        dict(options.where), options.aspect, options.mirror, options.size, options.channels, options.batch,
        options.seed, options.device,
        options.negatives, options.contents, options.save_every, init, root, options.labels, into,
    )  # fmt: skip
    if options.check or options.dry_run:
        if not ranks.called().is_first:
            return {}, 0
        return _checked(options, plan) if options.check else _planned(options, plan)
    with ranks.joined(plan.device) as device:
        plan = replace(plan, device=device)
        if ranks.here().is_first:
            return _trained(options, plan)
        _followed(options, plan)
    return {}, 0


def _planned(options: argparse.Namespace, plan: Plan) -> Result:
    """{name, folder, pictures}: what would be trained on."""
    splits = _read(options, plan)
    return {
        "name": plan.name,
        "folder": str(plan.home),
        "pictures": {k: len(v) for k, v in splits.items()},
    }, 0


def _read(options: argparse.Namespace, plan: Plan) -> dict[str, list[Example]]:
    from deepart.training import ranks, run

    run.check_home(plan, options.resume)
    splits = ranks.told(lambda: run.read_data(plan))
    counts = ", ".join(f"{split} {len(examples)}" for split, examples in splits.items() if examples)
    hardware = devices.describe(devices.pick(plan.device)) + ranks.words(ranks.here())
    say(options, f"{plan.noun} {plan.name}: {counts} pictures; {hardware}")
    return splits


class _Aloud:
    """Gives items of long work one by one, while a bar and the status file tell how many of them are done.

    What comes after the training ends where `wish` or the page wants it to: raises Stopped.
    """

    def __init__(self, told: status.Status, home: Path):
        self.told, self.home, self.wish = told, home, stops.Wish()

    def __call__(self, items: Sequence) -> Iterator:
        before, last = self.told.done, time.monotonic()
        try:
            for i, item in enumerate(bar(items, "read")):
                if time.monotonic() - last >= REPORT_EVERY:
                    self.told.done, last = i / len(items), time.monotonic()
                    status.write(self.home, self.told)
                if self.told.state == status.FINISHING and self._is_unwanted():
                    raise stops.Stopped(STOPPED.format(self.told.step))
                yield item
        finally:
            self.told.done = before

    def _is_unwanted(self) -> bool:
        return self.wish() or status.asked(self.home) in (status.PAUSE, status.STOP)


def _followed(options: argparse.Namespace, plan: Plan) -> None:
    """What a process does that is not the first. A wish to stop is the first one's to act on: here it does nothing."""
    from deepart.training import ranks, run

    prepared = run.prepare(plan, ranks.told(dict))
    with stops.watch():
        run.follow(plan, prepared, options.resume)


def _trained(options: argparse.Namespace, plan: Plan) -> Result:
    from deepart.training import ranks, run

    splits = _read(options, plan)
    with run.at_work(plan, splits, options.resume) as told:
        aloud = _Aloud(told, plan.home)
        prepared = run.prepare(plan, splits, aloud)

        def begin(wish: stops.Wish) -> Iterator[Report]:
            aloud.wish = wish
            return run.go(plan, prepared, splits, options.resume, wish, told)

        try:
            last = _watched(options, begin)
        except ranks.Lost:  # torchrun ends all that are left, and this one still has to say why
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            raise
    for warning in last.warnings:
        say(options, f"note: {warning}")
    say(options, f"trained: {plan.into / plan.name if plan.into else plan.home}")
    return {
        "name": plan.name,
        "folder": str(plan.home),
        "steps": last.step,
        "pictures": last.pictures,
        "hours": round(last.seconds / 3600, 4),
        "figures": last.figures,
    }, 0


def _checked(options: argparse.Namespace, plan: Plan) -> Result:
    """{name, folder, check}: what `checkup` found; nothing is trained."""
    from deepart.training import checkup

    found = checkup.check(plan, partial(bar, what="look"))
    counts = ", ".join(f"{split} {count}" for split, count in found.splits.items())
    say(options, f"{found.pictures} pictures ({counts}); the smallest {found.sizes['smallest']}, the largest {found.sizes['largest']}")  # fmt: skip
    for each in found.unreadable[: checkup.SHOWN]:
        say(options, f"cannot be read: {each['file']}: {each['why']}")
    for group in (found.exact + found.near)[: checkup.SHOWN]:
        say(options, f"alike: {', '.join(group)}")
    for name, count in found.labels.items():
        say(options, f"label {name}: {count}")
    say(options, f"it takes {found.estimate['sentence']}")
    for sentence in found.advice:
        say(options, f"note: {sentence}")
    say(options, f"pictures as the training sees them: {found.sheet}")
    return {"name": plan.name, "folder": str(plan.home), "check": found.plain()}, 0


def _watched(options: argparse.Namespace, begin: Callable[[stops.Wish], Iterator[Report]]) -> Progress:
    """Run a training, with a line of progress on standard error; returns where it ended."""
    shown = tqdm(
        total=100, unit="%", file=sys.stderr, disable=None, bar_format="{l_bar}{bar}| {elapsed} {postfix}"
    )
    last = Progress()
    with stops.watch() as wish, contextlib.closing(shown):
        try:
            for report in begin(wish):
                last = report.progress
                shown.n = round(100 * last.done)
                shown.set_postfix_str(f"{last.pictures / max(last.seconds, 1e-9):.1f} pictures/s " + " ".join(f"{k} {v:.3f}" for k, v in (last.figures | last.watched).items()))  # fmt: skip
                if report.preview:
                    say(options, f"{last.pictures} pictures seen; look at {report.preview}")
                if last.done >= 1:
                    say(options, FINDING_OUT)
        except stops.Stopped as reason:
            raise stops.Stopped(str(reason), wish.number or signal.SIGINT) from None
    return last
