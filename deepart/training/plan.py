"""What is to be trained, and what is ready to be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from deepart import weights
from deepart.training.loop import Budget, Task
from deepart.weights import WeightsError

CHECKPOINT = "checkpoint.pt"
SAVE_EVERY = 60.0  # seconds: what a crash can cost


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

    @property
    def checkpoint(self) -> Path:
        return self.home / CHECKPOINT


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
