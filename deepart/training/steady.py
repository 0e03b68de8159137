"""Steadying: the backbone learns to see in a worse copy of a picture what it saw in the picture.

A copy that was compressed or shrunken has other features, and so another answer, in the early stages above all. No label
is needed to teach the backbone better: for pictures of the training set and copies made of them afresh, it learns to
give the features, and to the style head the voices, that it had for the pictures themselves.
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from deepart import data, images
from deepart.data import Example
from deepart.models.style_cnn import StyleCNN
from deepart.training import copies
from deepart.training.loop import Budget, Phase, Task, run

PASSES, BATCH, LR, WARM = 3, 16, 3e-4, 0.05
DEEP, STATISTICS = 0.3, 0.1  # how much the features themselves count, beside the voices
KEPT = 200  # pairs, at most, that are kept to see whether it helped


def fit(
    model: StyleCNN,
    pictures: Tensor,
    examples: Sequence[Example],
    device: torch.device,
    seed: int = 0,
    progress: Callable = iter,
    passes: float = PASSES,
) -> tuple[float, float]:
    """Steady the model's backbone on uint8 pictures (N, 3, S, S) and copies of their files; what does not help is not kept.

    Returns how far the voices of copies are off on pairs kept for that, as copies.off: (before, after).
    """
    wanted = torch.cat([_sides(model, x.to(device)).half().cpu() for x in progress(pictures.split(BATCH))])
    rows = torch.arange(len(pictures))
    every = max(10, len(rows) // KEPT)
    kept, shown = rows[rows % every == 0], rows[rows % every > 0]
    rng = random.Random(seed)
    pairs = torch.stack([_copy(examples[i], pictures[i], rng) for i in kept.tolist()])
    plain = wanted[kept].float().mean(1)
    before = copies.off(model, plain, _features(model, pairs, device))
    student = copy.deepcopy(model).folded().to(device, memory_format=torch.channels_last)
    task = steadying(model, student, pictures, examples, wanted, shown, seed)
    steps = math.ceil(passes * len(shown) / task.batches.size)
    runner = run(task, Budget(steps=steps), report_every=0.0)
    for _ in zip(progress(range(steps)), runner, strict=False):  # it reports after each step, and once more
        pass
    after = copies.off(model, plain, _features(student, pairs, device))
    if after < before:
        model.take_folded(student)
    return before, after


def steadying(
    model: StyleCNN, student: StyleCNN, pictures: Tensor, examples: Sequence[Example], wanted: Tensor, shown: Tensor, seed: int
) -> Task:  # fmt: skip
    """A Task for loop.run: the backbone of `student`, a folded copy of the model, learns from copies of the pictures.

    wanted: (N, sides, dim), the raw features of the pictures and, if the model sees both, of their mirror images; shown:
    the numbers of the pictures to learn from.
    """
    device, deep = model.center.device, model.deep
    with torch.no_grad():
        z = model.standardise(wanted.float().mean(1).to(device))
        weight = copies.importance(model, model.voices(z))
        spread = z.std(0).clamp(min=1e-2)
    dice = random.Random(seed)

    def loss(numbers: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        rows = shown[numbers]
        sides = [dice.randrange(wanted.shape[1]) for _ in rows]
        seen = [
            pictures[i] if dice.random() < copies.UNTOUCHED else _copy(examples[i], pictures[i], dice)
            for i in rows.tolist()
        ]
        x = torch.stack([v.flip(2) if side else v for v, side in zip(seen, sides, strict=True)])
        x = data.to_float(x.to(device)).contiguous(memory_format=torch.channels_last)
        right = model.standardise(wanted[rows, sides].float().to(device))
        found = student.standardise(student.one_sided(x))
        away = ((found - right) / spread).square()
        off = (model.voices(found) - model.voices(right)).square() * weight
        value = off.mean() + STATISTICS * away[:, deep:].mean()
        if deep:
            value = value + DEEP * away[:, :deep].mean()
        return value, {"loss": value.item(), "off": off.mean().item()}

    def rate(progress: float) -> float:
        return min(1.0, (progress + 1e-3) / WARM) * 0.5 * (1 + math.cos(math.pi * progress))

    optimizer = torch.optim.AdamW(student.backbone.parameters(), LR, weight_decay=0.0)
    return Task(
        modules={"backbone": student.backbone},
        phases=[Phase("backbone", optimizer, loss, rate, clip=5.0)],
        batches=data.Batches(len(shown), min(BATCH, len(shown)), seed),
        generator=torch.Generator().manual_seed(seed),
        dice=dice,
    )


def _copy(example: Example, picture: Tensor, rng: random.Random) -> Tensor:
    """A worse copy of a file, squashed to the size of `picture`, uint8 (3, S, S); that one, if the file is gone by now."""
    try:
        worse = copies.worse(images.open_picture(example.path), rng)
    except images.PictureError:
        return picture
    x = images.to_tensor(worse, picture.shape[-1])
    return ((x + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)


@torch.no_grad()
def _sides(model: StyleCNN, pictures: Tensor) -> Tensor:
    """Raw features of uint8 pictures and, if the model sees both, of their mirror images: (N, sides, dim)."""
    x = data.to_float(pictures).contiguous(memory_format=torch.channels_last)
    sides = [x, x.flip(3)] if model.config.mirror else [x]
    return torch.stack([model.one_sided(side) for side in sides], 1)


@torch.no_grad()
def _features(model: StyleCNN, pictures: Tensor, device: torch.device) -> Tensor:
    return torch.cat([_sides(model, x.to(device)).mean(1).cpu() for x in pictures.split(BATCH)])
