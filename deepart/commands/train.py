"""The command that trains a model."""

from __future__ import annotations

import argparse
import contextlib
import sys
from functools import partial

from tqdm import tqdm

from deepart import devices, stops, weights
from deepart.cli import UsageError
from deepart.commands.common import Result, bar, say
from deepart.training.loop import Budget
from deepart.training.run import Plan


def train(options: argparse.Namespace) -> Result:
    """{name, folder, steps, pictures, hours, figures} of a finished training."""
    from deepart.training import run

    devices.set_threads()
    if (
        options.noun != "classifier"
    ):  # which decodes and extracts far more than it trains, and would keep all of it
        devices.keep_freed_memory()
    if options.init and options.noun != "gan":
        raise UsageError(
            f"--init starts a gan from another one; a {options.noun} begins from nothing for now"
        )
    budget = Budget(options.hours, options.steps) if options.hours or options.steps else None
    plan = Plan(
        options.noun, options.data, options.name, options.out, budget, options.label,
        dict(options.where), options.aspect, options.mirror, options.size, options.channels, options.batch,
        options.seed, options.device,
        options.negatives, options.contents, options.save_every, options.init, options.weights or weights.ROOT,
    )  # fmt: skip
    run.check_home(plan, options.resume)
    splits = run.read_data(plan)
    counts = ", ".join(f"{split} {len(examples)}" for split, examples in splits.items() if examples)
    say(options, f"{plan.noun} {plan.name}: {counts} pictures; {devices.describe(devices.pick(plan.device))}")
    if options.dry_run:
        return {
            "name": plan.name,
            "folder": str(plan.home),
            "pictures": {k: len(v) for k, v in splits.items()},
        }, 0
    prepared = run.prepare(plan, splits, partial(bar, what="read"))
    shown = tqdm(
        total=100, unit="%", file=sys.stderr, disable=None, bar_format="{l_bar}{bar}| {elapsed} {postfix}"
    )
    last = None
    with stops.watch() as wish, contextlib.closing(shown):
        try:
            for report in run.train(plan, prepared, splits, options.resume, wish):
                last = report.progress
                shown.n = round(100 * last.done)
                shown.set_postfix_str(f"{last.pictures / max(last.seconds, 1e-9):.1f} pictures/s " + " ".join(f"{k} {v:.3f}" for k, v in last.figures.items()))  # fmt: skip
                if report.preview:
                    say(options, f"{last.pictures} pictures seen; look at {report.preview}")
        except stops.Stopped as reason:
            raise stops.Stopped(str(reason), wish.number) from None
    say(options, f"trained: {plan.home}")
    return {
        "name": plan.name,
        "folder": str(plan.home),
        "steps": last.step,
        "pictures": last.pictures,
        "hours": round(last.seconds / 3600, 4),
        "figures": last.figures,
    }, 0
