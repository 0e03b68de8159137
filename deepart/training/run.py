"""From a folder of pictures to a model in a weights folder: what `python -m deepart train` does.

A run lives in OUT/NAME: checkpoint.pt while it lasts, status.json and preview*.png to look at, and in the end card.json and
model.safetensors, which make that folder a model that every command and tab can use. Or the model goes to a weights
folder, where it appears whole, and of the run only what was to look at stays.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deepart import __version__, data, devices, disk, models, rescue, weights
from deepart.data import Example
from deepart.stops import Stopped
from deepart.training import checkpoint, ranks, status
from deepart.training.finishing import finish
from deepart.training.look import Look
from deepart.training.loop import Progress, Task, TrainingError, run
from deepart.training.plan import Plan, Prepared
from deepart.weights import WeightsError

REPORT_EVERY = 2.0  # seconds
STOPPED = "stopped after {0} steps, and saved: the same command with --resume goes on"
FREE_BYTES = 2**30  # a run does not start with less free disk


@dataclass
class Report:
    """One line of progress for whoever watches."""

    progress: Progress
    preview: Path | None = None


def read_data(plan: Plan, progress: Callable = iter) -> dict[str, list[Example]]:
    """The examples of a plan by split. Raises DataError when the folder cannot be used or has no training pictures."""
    examples = data.scan(plan.folder, plan.label, plan.where, plan.aspect, plan.labels)
    data.select(examples, "train")
    return {split: [e for e in examples if e.split == split] for split in data.SPLITS}


def prepare(plan: Plan, splits: dict[str, list[Example]], progress: Callable = iter) -> Prepared:
    """Decode the pictures, build networks and optimisers."""
    from deepart.training import kinds

    return kinds.KINDS[plan.noun](plan, splits, devices.pick(plan.device), progress)


def train(
    plan: Plan,
    prepared: Prepared,
    splits: dict[str, list[Example]],
    resume: bool,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Report]:
    """Run the loop to the end of the budget; checkpoints, previews, and in the end the model.

    stop: asked after every batch. Stopping early, by it or by closing the iterator, saves a last checkpoint.
    Raises TrainingError; Stopped when `stop` said yes; disk.Busy when another training is at work in that folder.
    """
    with at_work(plan, splits, resume) as told:
        yield from go(plan, prepared, splits, resume, stop, told)


@contextlib.contextmanager
def at_work(plan: Plan, splits: dict[str, list[Example]], resume: bool) -> Iterator[status.Status]:
    """The folder of a run is ours for the length of the block, and its status file tells how that ended."""
    disk.make_folder(plan.home)
    with status.held(plan.home):
        check_home(plan, resume)
        disk.sweep(plan.home)
        before = status.read(plan.home) if resume else None
        told = before or status.Status()
        told.noun, told.name, told.start_from = plan.noun, plan.name, plan.init
        told.device = devices.describe(devices.pick(plan.device)) + ranks.words(ranks.here())
        told.counts = {split: len(examples) for split, examples in splits.items() if examples}
        with status.told(plan.home, told):
            yield told


def go(
    plan: Plan,
    prepared: Prepared,
    splits: dict[str, list[Example]],
    resume: bool,
    stop: Callable[[], bool],
    told: status.Status,
) -> Iterator[Report]:
    """What `train` does in a folder that is `at_work` already."""
    home = plan.home
    about = _about(plan, prepared)
    start = _start(plan, prepared, resume)
    look = Look(home, prepared, told)
    saved = time.monotonic()
    report = Report(start)
    every = min(REPORT_EVERY, plan.save_every)
    is_usable = True  # what lies on a lost GPU cannot be saved, nor half a step

    def wished() -> bool:
        return stop() or status.asked(home) is not None

    try:
        for state in run(prepared.task, plan.budget or prepared.usual, start, every, wished):
            report = Report(state)
            if time.monotonic() - saved >= plan.save_every:
                checkpoint.save(plan.checkpoint, prepared.task, state, about)
                saved = time.monotonic()
            report.preview = look.at(state)
            yield report
    except Exception as error:
        why = rescue.sentence(error)
        is_usable = not rescue.is_gpu_lost(error) and not isinstance(error, ranks.Lost)
        if why is None or isinstance(error, disk.DiskError):
            raise
        raise TrainingError(
            f"{why}; what was saved is kept: go on with --resume, or with a smaller --batch"
        ) from error
    finally:
        if report.progress.step and is_usable:
            checkpoint.save(plan.checkpoint, prepared.task, report.progress, about)
    team = ranks.here()
    ranks.leave()  # what is left to do takes one
    if report.progress.done < 1 and status.asked(home) != status.FINISH:
        raise Stopped(STOPPED.format(report.progress.step))
    finish(plan, prepared, splits, report.progress, look, team)


def follow(plan: Plan, prepared: Prepared, resume: bool) -> None:
    """What `go` is for a process that is not the first: its share of every step, and nothing that anybody sees."""
    start = _start(plan, prepared, resume)
    for _ in run(prepared.task, plan.budget or prepared.usual, start):
        pass
    ranks.leave()


def check_home(plan: Plan, resume: bool) -> None:
    """Raise WeightsError or TrainingError when a run must not start in its folder."""
    if weights.is_there(plan.home) or (plan.into and (plan.into / plan.name).exists()):
        raise WeightsError(
            f"a model {plan.name!r} is already there and models never change: choose another name"
        )
    if not resume and plan.checkpoint.exists():
        raise TrainingError(
            f"a training of {plan.name!r} was begun there: add --resume to go on, or choose another name"
        )
    existing = next(p for p in (plan.out, *plan.out.absolute().parents) if p.exists())
    if shutil.disk_usage(existing).free < FREE_BYTES:
        raise TrainingError(
            "less than 1 GiB is free on the disk: make room first, a training needs it for checkpoints"
        )


def _about(plan: Plan, prepared: Prepared) -> dict:
    return {"noun": plan.noun, "config": models.plain(prepared.config), "version": __version__}


def _start(plan: Plan, prepared: Prepared, resume: bool) -> Progress:
    """Where the run stands, with the weights of then; from a checkpoint of the first process, however many wrote it."""
    ranks.begin_alike(prepared.task)
    return _resume(plan, prepared.task, _about(plan, prepared)) if resume else Progress()


def _resume(plan: Plan, task: Task, about: dict) -> Progress:
    content = ranks.told(lambda: checkpoint.read(plan.checkpoint))
    if content["about"]["noun"] != about["noun"] or content["about"]["config"] != about["config"]:
        raise TrainingError(
            "the checkpoint there is of another kind or size of model: use the same options, or another name"
        )
    return checkpoint.restore(task, content)
