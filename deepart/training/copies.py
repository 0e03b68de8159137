"""What a classifier learns to think away: how a picture changes that others compressed or made smaller.

Heads trained on worse copies too still answer otherwise for a copy: they know the training pictures by heart, whatever
was done to them. What compression does to the features is no matter of knowing by heart: from pairs of a picture and
a copy, a small layer learns what to add to the style head (see StyleCNN.voices), so that it says what it said of the
better picture.
"""

from __future__ import annotations

import copy
import io
import math
import random
from collections.abc import Callable, Iterator, Sequence

import torch
from PIL import Image
from torch import Tensor

from deepart import data, images
from deepart.data import Example
from deepart.models.style_cnn import StyleCNN
from deepart.training.loop import Budget, Phase, Task, run

LEAST = 1000  # pictures; fewer cannot tell what copies lose from what their subjects are
MOST = 4000  # pictures that copies are made of; 9,000 would be no better by a hundredth
SHRUNKEN = 0.6  # share of copies that are smaller; the others are compressed
QUALITY = (40, 85)  # of JPEG
SMALLER = (0.38, 0.75)  # of its size
FILTERS = (Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BOX)
UNTOUCHED = 0.3  # share of the batches that show the pictures themselves, in which nothing is to be changed
EPOCHS, BATCH, LR, DROP = 25, 256, 1e-3, 0.2


def worse(picture: Image.Image, rng: random.Random, shrunken: float = SHRUNKEN) -> Image.Image:
    """A copy of a picture as others keep it: as a JPEG of a lower quality, or smaller."""
    if rng.random() >= shrunken:
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=rng.randint(*QUALITY))
        return Image.open(file).convert("RGB")
    share = rng.uniform(*SMALLER)
    size = (max(1, round(picture.width * share)), max(1, round(picture.height * share)))
    return picture.resize(size, rng.choice(FILTERS))


@torch.no_grad()
def features_of_copies(
    model: StyleCNN,
    examples: Sequence[Example],
    device: torch.device,
    seed: int = 0,
    progress: Callable[[Sequence], Iterator] = iter,
) -> tuple[Tensor, Tensor]:
    """(which (M,), raw features (M, dim)) of a worse copy of each of at most MOST examples that can be read."""
    rng = random.Random(seed)
    chosen = sorted(rng.sample(range(len(examples)), min(MOST, len(examples))))
    kept, found = [], []
    for part in progress([chosen[at : at + 16] for at in range(0, len(chosen), 16)]):
        seen = []
        for row in part:
            try:
                picture = images.open_picture(examples[row].path)
            except images.PictureError:
                continue
            seen.append(images.to_tensor(worse(picture, rng), model.config.image_size))
            kept.append(row)
        if seen:
            x = torch.stack(seen).to(device).contiguous(memory_format=torch.channels_last)
            found.append(model.features(x).cpu())
    if not found:
        raise data.DataError("none of the pictures could be read again, to learn what copies lose")
    return torch.tensor(kept), torch.cat(found)


def restoration(model: StyleCNN, plain: Tensor, copies: Tensor, seed: int = 0) -> Task:
    """A Task for loop.run: model.restore learns to give for features of `copies` (N, dim) the voices of `plain`.

    Units count by how much the logits hear of them. The style head must be there; nothing but model.restore changes.
    """
    device = model.center.device
    with torch.no_grad():
        z = [model.standardise(part.to(device).float()) for part in (plain, copies)]
        have = [model.voices(part) - model.restore(part) for part in z]
        weight = importance(model, have[0])
    torch.manual_seed(seed)
    restore = copy.deepcopy(model.restore).requires_grad_(True)
    for layer in (restore[0], restore[2]):
        layer.reset_parameters()
    torch.nn.init.zeros_(restore[2].weight)
    torch.nn.init.zeros_(restore[2].bias)
    generator, dice = torch.Generator().manual_seed(seed), random.Random(seed)

    def loss(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        is_copy = int(dice.random() >= UNTOUCHED)
        shown = z[is_copy][rows]
        shown = shown * (torch.rand(shown.shape, generator=generator) >= DROP).to(device) / (1 - DROP)
        off = have[is_copy][rows] + restore(shown) - have[0][rows]
        value = (off.square() * weight).mean()
        return value, {"loss": value.item()}

    def rate(progress: float) -> float:
        return 0.5 * (1 + math.cos(math.pi * progress))

    optimizer = torch.optim.AdamW(restore.parameters(), LR, weight_decay=0.02)
    batch = min(BATCH, len(plain))
    return Task(
        modules={"restore": restore},
        phases=[Phase("restore", optimizer, loss, rate)],
        batches=data.Batches(len(plain), batch, seed),
        generator=generator,
        dice=dice,
    )


def importance(model: StyleCNN, voices: Tensor) -> Tensor:
    """How much each of the voices (N, width) counts: by what the logits hear of it, over its variance: (width,)."""
    heard = torch.ones(voices.shape[1], device=voices.device)  # logits of their own are heard as they are
    heard[: model.width] = model.style[2].weight.norm(dim=0)
    return heard / heard.mean().clamp(min=1e-6) / voices.std(0).clamp(min=1e-3).square()


def fit(model: StyleCNN, plain: Tensor, copies: Tensor, seed: int = 0) -> tuple[float, float]:
    """Train `restoration` and put it into the model, unless it does not help with pairs that it did not see.

    Returns how far the voices of copies are off on every tenth pair, kept for that: (without it, with it), in standard
    deviations of each.
    """
    kept = torch.arange(len(plain)) % 10 == 0
    task = restoration(model, plain[~kept], copies[~kept], seed)
    for _ in run(task, Budget(steps=max(100, EPOCHS * len(plain) // task.batches.size))):
        pass
    before = off(model, plain[kept], copies[kept])
    earlier = copy.deepcopy(model.restore.state_dict())
    model.restore.load_state_dict(task.modules["restore"].state_dict())
    after = off(model, plain[kept], copies[kept])
    if after >= before:
        model.restore.load_state_dict(earlier)
    return before, after


@torch.no_grad()
def off(model: StyleCNN, plain: Tensor, copies: Tensor) -> float:
    """How far copies are off in the model's voices, in standard deviations of each over the pictures."""
    device = model.center.device
    wanted, found = (model.voices(model.standardise(x.to(device).float())) for x in (plain, copies))
    spread = wanted.std(0).clamp(min=1e-3)
    return float(((found - wanted) / spread).square().mean().sqrt())
