"""How the restyler is trained: towards the statistics of a random painting, away from nothing of the content."""

from __future__ import annotations

import copy
import math

import torch
import torch.nn.functional as F
from torch import Tensor

from deepart import data, devices
from deepart.models import restyle
from deepart.models.style_cnn import root
from deepart.models.vae import pyramid_l1
from deepart.training import deal
from deepart.training.augment import flip, random_crop
from deepart.training.loop import Phase, Task

WEIGHTS = {
    "style": 8.0,
    "content": 1.0,
    "colour": 2.0,  # mean and deviation of the colours themselves
    "rough": 0.15,  # what is added in total variation
    "range": 2.0,  # leaving [-1, 1]
    "same": 2.0,  # what a picture loses in its own manner
}
CROP = 128  # pixels of the pictures that are painted in training
LARGE, OFTEN = 192, 0.2  # and of every fifth batch: the padding at the edges must not tell the size
JITTER = 8  # pixels; the features see their own grid otherwise, and it is painted


def task(
    config: restyle.Config,
    contents: Tensor,
    styles: Tensor,
    imagenet: dict[str, Tensor],
    device: torch.device,
    seed: int = 0,
    batch: int = 8,
    lr: float = 1e-3,
    start: dict[str, Tensor] | None = None,
) -> Task:
    """A Task for loop.run. contents, styles: uint8 (N, 3, S, S) and (M, 3, S, S), S of CROP or more.

    start: weights of another restyler, with the statistics that it was standardised on.
    """
    torch.manual_seed(seed)
    model = restyle.Restyler(config)
    if start:
        model.load_state_dict(start)
    else:
        model.features.start_from(imagenet)
        standardise(model, styles)
    model = model.to(device, memory_format=torch.channels_last)
    average = copy.deepcopy(model).requires_grad_(False).eval()
    generator = deal.Deal(seed, batch, unit=4)  # the last quarter of a batch is that of every share

    def drawn(pictures: Tensor, rows: Tensor, side: int) -> Tensor:
        x = data.to_float(pictures[rows].to(device))
        cut = random_crop(flip(x, generator), generator, side, zoom=1.6)
        return cut.contiguous(memory_format=torch.channels_last)

    def loss(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        rows = generator.mine(rows)
        others = deal.randint(generator, 0, len(styles), len(rows))
        is_large = float(torch.rand((), generator=generator)) < OFTEN
        side = min(LARGE, contents.shape[-1]) if is_large else CROP
        x, y = drawn(contents, rows, side), drawn(styles, others, side)
        same = max(
            1, len(rows) // 4
        )  # so many are asked for in their own manner: they must come back as they are
        y = torch.cat([y[:-same], x[-same:]])
        dy, dx = torch.randint(0, JITTER, (2,), generator=generator).tolist()
        parts = compare(model, x, y, same, dy, dx)
        total = sum(WEIGHTS[name] * value for name, value in parts.items())
        return total, {"loss": total.item()} | {name: value.item() for name, value in parts.items()}

    def rate(progress: float) -> float:
        return min(1.0, 100 * progress + 0.02) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))

    trained = [*model.style.parameters(), *model.decoder.parameters()]
    return Task(
        modules={"restyle": model},
        averaged={"restyle": average},
        phases=[Phase("restyle", torch.optim.Adam(trained, lr, (0.9, 0.99)), loss, rate, clip=1.0)],
        batches=data.Batches(len(contents), batch, seed),
        generator=generator,
        half_life=4_000,
    )


def compare(
    model: restyle.Restyler, x: Tensor, y: Tensor, same: int, dy: int = 0, dx: int = 0
) -> dict[str, Tensor]:
    """The parts of the loss when x is painted in the manner of y, both (N, 3, S, S); the last `same` of y are those of x.

    dy, dx: by how much the features' grid is shifted, below JITTER.
    """
    with torch.no_grad():
        (own, own_moments), (wanted, moments) = (model.describe(model.features(v)) for v in (x, y))
    with devices.autocast(x.device):
        c, s = model.code(own, own_moments), model.code(wanted, moments)
        made = model.paint(x, c, [s])[0].float()
    inner, outer = model.features(shifted(made, dy, dx))
    with torch.no_grad():
        before = model.features(shifted(x, dy, dx))[1]
    now = model.standardised(restyle.moments(inner))
    return {
        "style": restyle.moment_distance(now, wanted).mean(),
        "content": restyle.content_distance(outer[2:], before[2:], power=2).mean(),
        "colour": sum(F.l1_loss(f(made), f(y)) for f in (_mean, _deviation)),
        "rough": F.relu(_variation(made) - torch.maximum(_variation(x), _variation(y))).mean(),
        "range": F.relu(made.abs() - 1).square().mean(),
        "same": pyramid_l1(made[-same:], x[-same:]),
    }


def distance(model: restyle.Restyler, x: Tensor, y: Tensor) -> float:
    """What is left to learn when x is painted in the manner of y, without what picture and style have in common."""
    parts = compare(model, x, y, len(x))
    return sum(WEIGHTS[name] * float(value) for name, value in parts.items() if name != "same")


def shifted(x: Tensor, dy: int, dx: int) -> Tensor:
    """x (N, 3, H, W) without its first dy rows and dx columns and the last JITTER - d of each."""
    h, w = x.shape[2:]
    return x[:, :, dy : h - JITTER + dy, dx : w - JITTER + dx]


def _mean(x: Tensor) -> Tensor:
    return x.mean((2, 3))


def _deviation(x: Tensor) -> Tensor:
    return x.flatten(2).std(2)


def _variation(x: Tensor) -> Tensor:
    """Mean absolute step between neighbours: (N,)."""
    return x.diff(dim=2).abs().mean((1, 2, 3)) + x.diff(dim=3).abs().mean((1, 2, 3))


@torch.no_grad()
def standardise(model: restyle.Restyler, styles: Tensor, count: int = 1000) -> None:
    """Set center and spread from the statistics of some of the styles, uint8 (M, 3, S, S)."""
    some = styles[:: max(1, len(styles) // count)]
    found = torch.cat([restyle.moments(model.features(data.to_float(part))[0]) for part in some.split(32)])
    found = root(found)
    model.center.copy_(found.mean(0))
    model.spread.copy_(found.std(0).clamp(min=0.06))  # what hardly varies is mostly the padding's doing
