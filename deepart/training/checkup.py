"""What to know before a training starts: which pictures are no good, which come twice, how long it takes here."""

from __future__ import annotations

import hashlib
import itertools
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError

from deepart import data, devices, disk, images
from deepart.data import Example
from deepart.training import look, run, status, watching
from deepart.training.loop import Budget, Progress
from deepart.training.loop import run as loop
from deepart.training.plan import Plan, Prepared

SHEET = "augmented.png"  # in the folder of the run
STEPS = 3  # that are timed, after one that is not
SHOWN = 50  # names of files in a list
ENOUGH = {
    "classifier": 40,
    "gan": 100,
    "vae": 60,
    "restyle": 12,
    "enlarge": 40,
}  # pictures; fewer give a poor model
OF_EACH = 15  # pictures of a label
SOFT = 0.75  # of the model's own side; pictures with less look soft
UNEVEN = 5  # times as many of one label as of another


@dataclass
class Checkup:
    """exact, near: groups of files. sizes: [width, height] of the smallest, the middle and the largest. leaks: files of
    validation or test that are near-duplicates of training pictures. estimate: see `measure`; advice: sentences."""

    pictures: int = 0
    unreadable: list[dict[str, str]] = field(default_factory=list)
    exact: list[list[str]] = field(default_factory=list)
    near: list[list[str]] = field(default_factory=list)
    sizes: dict[str, list[int]] = field(default_factory=dict)
    small: int = 0
    labels: dict[str, int] = field(default_factory=dict)
    splits: dict[str, int] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)
    estimate: dict[str, Any] = field(default_factory=dict)
    sheet: str | None = None

    def plain(self) -> dict[str, Any]:
        """For JSON; long lists are cut."""
        return {k: v[:SHOWN] if isinstance(v, list) else v for k, v in asdict(self).items()}


@dataclass(frozen=True)
class Seen:
    """What was read of one picture."""

    example: Example
    name: str
    sha256: str
    hash: int
    size: tuple[int, int]


def inspect(plan: Plan, progress: Callable = iter) -> Checkup:
    """Everything that can be told without training. Raises DataError when the folder cannot be used at all."""
    examples = data.scan(plan.folder, plan.label, plan.where, plan.aspect, plan.labels, deal=False)
    found, seen = Checkup(), []
    for example in progress(examples):
        name = example.path.relative_to(plan.folder).as_posix()
        try:
            picture = images.open_picture(example.path, at_least=64)
        except images.PictureError as reason:
            found.unreadable.append({"file": name, "why": str(reason)})
            continue
        digest = hashlib.sha256(example.path.read_bytes()).hexdigest()
        seen.append(Seen(example, name, digest, data.hash_of(picture), _size(example.path, picture)))
    found.pictures = len(seen)
    if not seen:
        raise data.DataError(f"none of {len(examples)} pictures could be read; the first: {found.unreadable[0]['why']}")  # fmt: skip
    found.exact = _together(seen, [each.sha256 for each in seen])
    alike = data.near_groups(np.array([each.hash for each in seen], dtype=np.uint64)).tolist()
    found.near = [g for g in _together(seen, alike) if sorted(g) not in map(sorted, found.exact)]
    by_size = sorted((each.size for each in seen), key=lambda size: size[0] * size[1])
    found.sizes = {"smallest": list(by_size[0]), "middle": list(by_size[len(seen) // 2]), "largest": list(by_size[-1])}  # fmt: skip
    found.labels = dict(Counter(e.example.label for e in seen if e.example.label).most_common())
    found.leaks = _leaks(seen, alike)
    return found


def _size(path: Path, picture: Image.Image) -> tuple[int, int]:
    try:
        with Image.open(path) as file:  # only its header; it was decoded well, at a fraction of its size
            return file.size
    except (OSError, UnidentifiedImageError, ValueError):
        return picture.size


def _together(seen: Sequence[Seen], keys: Sequence[Any]) -> list[list[str]]:
    groups = defaultdict(list)
    for each, key in zip(seen, keys, strict=True):
        groups[key].append(each.name)
    return [sorted(names) for names in groups.values() if len(names) > 1]


def _leaks(seen: Sequence[Seen], alike: Sequence[int]) -> list[str]:
    """Where the folder's own table splits near-duplicates; what we deal keeps them together."""
    trained = {key for each, key in zip(seen, alike, strict=True) if each.example.split == "train"}
    others = (
        (each, key) for each, key in zip(seen, alike, strict=True) if each.example.split not in ("", "train")
    )
    return [each.name for each, key in others if key in trained]


def check(plan: Plan, progress: Callable = iter) -> Checkup:
    """`inspect`, and a few real steps on this device: time, memory, and a sheet of pictures as the training sees them.

    Raises what `run.prepare` raises; disk.Busy when a training of that name is at work.
    """
    found = inspect(plan, progress)
    disk.make_folder(plan.home)
    with status.held(plan.home):
        splits = run.read_data(plan)
        found.splits = {split: len(examples) for split, examples in splits.items() if examples}
        begun = time.monotonic()
        prepared = run.prepare(plan, splits, progress)
        read = time.monotonic() - begun
        if prepared.shown:
            from deepart.training.kinds.shared import sheet

            picture = sheet(prepared.shown(torch.Generator().manual_seed(plan.seed)), 6)
            images.save_png(picture, plan.home / SHEET)
            found.sheet = str(plan.home / SHEET)
        found.estimate = measure(plan, prepared, read, found.splits["train"])
    found.small = _small(found, plan, prepared)
    found.advice = advice(plan, found)
    return found


def measure(plan: Plan, prepared: Prepared, read: float, pictures: int) -> dict[str, Any]:
    """{seconds, reading, pictures a second, times that each is seen, memory in MB, sentence} of the whole training."""
    task = prepared.task
    task.watch = None
    starts = max(phase.starts for phase in task.phases)
    early, late = (_seconds(task, at) for at in (0, 95)) if starts else (_seconds(task, 0),) * 2
    step = starts * early + (1 - starts) * late
    budget = plan.budget or prepared.usual
    seconds = min(
        budget.hours * 3600 if budget.hours else float("inf"),
        budget.steps * step if budget.steps else float("inf"),
    )
    speed = task.batches.size / step
    times = speed * seconds / pictures
    device = "this GPU" if devices.pick(plan.device).type != "cpu" else "this CPU"
    sentence = (
        f"about {words(seconds + read)} on {device}, at {speed:.3g} pictures a second: each of your {pictures} training"
        f" pictures is seen about {max(1, round(times))} times; {look.memory() / 1024:.1f} GB of memory"
    )
    return {
        "seconds": round(seconds + read), "reading": round(read, 1), "speed": round(speed, 3), "times": round(times, 1),
        "memory": round(look.memory()), "sentence": sentence,
    }  # fmt: skip


def _seconds(task, at: int) -> float:
    """Seconds of one step when `at` hundredths of the budget are used up: the median of a few."""
    ends: list[float] = []
    for _ in loop(task, Budget(steps=100), Progress(step=at), 0.0, lambda: len(ends) > STEPS):
        ends.append(time.monotonic())
    return max(1e-4, median(b - a for a, b in itertools.pairwise(ends)))


def words(seconds: float) -> str:
    """ "40 s", "12 min", "3 h 40"."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02}"


def _small(found: Checkup, plan: Plan, prepared: Prepared) -> int:
    """Pictures with clearly fewer pixels than the model's own."""
    config = prepared.config
    side = getattr(config, "image_size", 0) or min(getattr(config, "height", 0), getattr(config, "width", 0))
    sizes = (_size(e.path, Image.new("RGB", (side, side))) for e in data.scan(plan.folder, plan.label, plan.where, plan.aspect, plan.labels, deal=False))  # fmt: skip
    return sum(min(size) < SOFT * side for size in sizes)


def advice(plan: Plan, found: Checkup) -> list[str]:
    """What to change, the most important first."""
    said = []
    least = ENOUGH[plan.noun]
    if found.pictures < least:
        said.append(
            f"{found.pictures} pictures are few for a {plan.noun}: with {least} or more it becomes better"
        )
    if plan.noun == "classifier" and found.labels:
        few = [name for name, count in found.labels.items() if count < OF_EACH]
        if few:
            said.append(
                f"{', '.join(few[:5])} have fewer than {OF_EACH} pictures: add some, or leave these labels out"
            )
        counts = list(found.labels.values())
        if max(counts) > UNEVEN * min(counts):
            said.append(f"one label has {max(counts) / min(counts):.0f} times as many pictures as another: it evens that out in part, more of the rare ones would be better")  # fmt: skip
    if found.unreadable:
        said.append(f"{len(found.unreadable)} files cannot be read and are left out")
    again = sum(len(group) - 1 for group in found.exact)
    if again:
        said.append(f"{again} pictures are exact copies of others: they count twice; keep one of each")
    if found.near:
        said.append(f"{sum(map(len, found.near))} pictures are nearly the same as another: what comes often is learnt by heart")  # fmt: skip
    if found.leaks:
        said.append(f"{len(found.leaks)} pictures outside the training split are nearly the same as training pictures: figures on them would flatter")  # fmt: skip
    if found.small:
        said.append(f"{found.small} pictures have far fewer pixels than the model draws: they will look soft")
    if found.splits.get("val", 0) < watching.LEAST and plan.noun in ("classifier", "vae", "restyle"):
        said.append("there are too few pictures to hold some back: learning by heart would not be noticed")
    return said
