"""Steadying: the backbone learns to see in a worse copy of a picture what it saw in the picture.

A copy that was compressed or shrunken has other features, and so another answer, in the early stages above all. No label
is needed to teach the backbone better: for pictures of the training set and copies made of them afresh, it learns to
give the features, and to the style head the voices, that it had for the pictures themselves; and to give a copy what it
now gives the picture, for what a copy has lost it cannot guess, but it can learn to do without.
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor

from deepart import data, images
from deepart.data import Example
from deepart.models.style_cnn import StyleCNN
from deepart.training import copies
from deepart.training.loop import Budget, Phase, Task, run

BATCH, WARM = 8, 0.05  # BATCH: pairs of a picture and a copy
DEEP, STATISTICS = 0.3, 0.1  # how much the features themselves count, beside the voices
KEPT = 200  # pairs, at most, that are kept to see whether it helped
KNOWN = 1000  # pictures, at most, on which is measured how much features and voices vary


@dataclass(frozen=True)
class Round:
    """One stretch of steadying, with a learning rate that rises and falls within it."""

    passes: float  # over the pictures
    lr: float
    alike: float  # how much it counts that a copy gets what the picture gets
    shrunken: float  # share of copies that are smaller; the others are compressed


ROUNDS = (Round(2, 1.5e-4, alike=0.5, shrunken=0.6), Round(0.5, 1e-4, alike=1.5, shrunken=0.5))


def fit(
    model: StyleCNN,
    pictures: Tensor,
    examples: Sequence[Example],
    device: torch.device,
    seed: int = 0,
    progress: Callable = iter,
    rounds: Sequence[Round] = ROUNDS,
) -> tuple[float, float]:
    """Steady the model's backbone on uint8 pictures (N, 3, S, S) and copies of their files; what does not help is not kept.

    Returns how far the voices of copies are off on pairs kept for that, as copies.off: (before, after).
    """
    rows = torch.arange(len(pictures))
    every = max(10, len(rows) // KEPT)
    kept, shown = rows[rows % every == 0], rows[rows % every > 0]
    rng = random.Random(seed)
    pairs = torch.stack([_copy(examples[i], pictures[i], rng) for i in kept.tolist()])
    plain = _features(model, pictures[kept], device)
    before = copies.off(model, plain, _features(model, pairs, device))
    teacher = copy.deepcopy(model).folded().to(device, memory_format=torch.channels_last)
    student = copy.deepcopy(teacher)
    known = _features(teacher, pictures[:: max(1, len(rows) // KNOWN)], device)
    steps = [math.ceil(turn.passes * len(shown) / min(BATCH, len(shown))) for turn in rounds]
    ticks = iter(progress(range(sum(steps))))
    for number, (turn, many) in enumerate(zip(rounds, steps, strict=True)):
        task = steadying(model, teacher, student, pictures, examples, known, shown, turn, seed + number)
        for _ in zip(islice(ticks, many), run(task, Budget(steps=many), report_every=0.0), strict=False):
            pass  # it reports after each step, and once more
    after = copies.off(model, plain, _features(student, pairs, device))
    if after < before:
        model.take_folded(student)
    return before, after


def steadying(
    model: StyleCNN,
    teacher: StyleCNN,
    student: StyleCNN,
    pictures: Tensor,
    examples: Sequence[Example],
    known: Tensor,
    shown: Tensor,
    turn: Round,
    seed: int,
) -> Task:
    """A Task for loop.run: the backbone of `student` learns from copies of the pictures what `teacher` sees in them.

    Both are folded copies of the model. known: raw features (M, dim) of some pictures, which tell how much each varies;
    shown: the numbers of the pictures to learn from. Whatever the model sees of a picture's mirror image, each step shows
    one side of it.
    """
    device, deep = model.center.device, model.deep
    with torch.no_grad():
        z = model.standardise(known.to(device))
        weight = copies.importance(model, model.voices(z))
        spread = z.std(0).clamp(min=1e-2)
    dice = random.Random(seed)

    def apart(found: Tensor, wanted: Tensor) -> Tensor:
        """How far features, as standardised, are from others, those counting most that the logits hear most of."""
        away = ((found - wanted) / spread).square()
        off = ((model.voices(found) - model.voices(wanted)).square() * weight).mean()
        value = off + STATISTICS * away[:, deep:].mean()
        return value + DEEP * away[:, :deep].mean() if deep else value

    def loss(numbers: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        rows = shown[numbers]
        made = [_copy(examples[i], pictures[i], dice, turn.shrunken) for i in rows.tolist()]
        x = torch.stack([pictures[rows], torch.stack(made)])
        turned = torch.tensor([dice.random() < 0.5 for _ in rows])[:, None, None, None]
        x = data.to_float(torch.where(turned, x.flip(4), x).flatten(0, 1).to(device))
        x = x.contiguous(memory_format=torch.channels_last)
        with torch.no_grad():
            wanted = model.standardise(teacher.one_sided(x[: len(rows)]))
        found = student.standardise(student.one_sided(x))
        picture, worse = found.chunk(2)
        off = (apart(picture, wanted) + apart(worse, wanted)) / 2
        gap = apart(worse, picture)
        value = off + turn.alike * gap
        return value, {"loss": value.item(), "off": off.item(), "gap": gap.item()}

    def rate(progress: float) -> float:
        return min(1.0, (progress + 1e-3) / WARM) * 0.5 * (1 + math.cos(math.pi * progress))

    optimizer = torch.optim.AdamW(student.backbone.parameters(), turn.lr, weight_decay=0.0)
    return Task(
        modules={"backbone": student.backbone},
        phases=[Phase("backbone", optimizer, loss, rate, clip=5.0)],
        batches=data.Batches(len(shown), min(BATCH, len(shown)), seed),
        generator=torch.Generator().manual_seed(seed),
        dice=dice,
    )


def _copy(example: Example, picture: Tensor, rng: random.Random, shrunken: float = copies.SHRUNKEN) -> Tensor:
    """A worse copy of a file, squashed to the size of `picture`, uint8 (3, S, S); that one, if the file is gone by now."""
    try:
        worse = copies.worse(images.open_picture(example.path), rng, shrunken)
    except images.PictureError:
        return picture
    x = images.to_tensor(worse, picture.shape[-1])
    return ((x + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)


@torch.no_grad()
def _features(model: StyleCNN, pictures: Tensor, device: torch.device) -> Tensor:
    """Raw features of uint8 pictures, as the model gives them: (N, dim)."""
    seen = [
        data.to_float(x.to(device)).contiguous(memory_format=torch.channels_last)
        for x in pictures.split(BATCH)
    ]
    return torch.cat([model.features(x).cpu() for x in seen])
