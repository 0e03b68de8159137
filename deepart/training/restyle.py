"""How the restyler is trained: towards the statistics of a random painting, away from nothing of the content."""

from __future__ import annotations

import copy
import math

import torch
import torch.nn.functional as F
from torch import Tensor

from deepart import data, devices
from deepart.models import restyle
from deepart.training.augment import flip, random_crop
from deepart.training.loop import Phase, Task

CONTENT = 1.0  # weight of the content's distance
STYLE = 2.0  # weight of the style's
COLOUR = 1.0  # weight of the distance of mean and deviation of the colours themselves
ROUGH = 0.15  # weight of what the change adds in total variation
RANGE = 2.0  # weight of leaving [-1, 1]
CROP = 128  # pixels of the pictures that are painted in training
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
) -> Task:
    """A Task for loop.run. contents, styles: uint8 (N, 3, S, S) and (M, 3, S, S), S of CROP or more."""
    torch.manual_seed(seed)
    model = restyle.Restyler(config)
    model.statistics.start_from(imagenet)
    standardise(model, styles)
    model = model.to(device, memory_format=torch.channels_last)
    average = copy.deepcopy(model).requires_grad_(False).eval()
    generator = torch.Generator().manual_seed(seed)

    def drawn(pictures: Tensor, rows: Tensor) -> Tensor:
        x = data.to_float(pictures[rows].to(device))
        cut = random_crop(flip(x, generator), generator, CROP, zoom=1.6)
        return cut.contiguous(memory_format=torch.channels_last)

    def loss(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        others = torch.randint(len(styles), (len(rows),), generator=generator)
        x, y = drawn(contents, rows), drawn(styles, others)
        with torch.no_grad():
            own, wanted = model.describe(x), model.describe(y)
        with devices.autocast(device):
            made = model.paint(x, own, wanted).float()
        dy, dx = torch.randint(0, JITTER, (2,), generator=generator).tolist()
        inner, outer = model.statistics.maps(shifted(made, dy, dx))
        with torch.no_grad():
            before = model.statistics.maps(shifted(x, dy, dx))[1]
        now = (restyle.statistics_of(inner) - model.center) / model.spread
        style = restyle.moment_distance(now, wanted).mean()
        content = restyle.content_distance(outer[2:], before[2:]).mean()
        colour = sum(F.l1_loss(f(made), f(y)) for f in (_mean, _deviation))
        rough = F.relu(_variation(made) - torch.maximum(_variation(x), _variation(y))).mean()
        beyond = F.relu(made.abs() - 1).square().mean()
        total = STYLE * style + CONTENT * content + COLOUR * colour + ROUGH * rough + RANGE * beyond
        return total, {
            "loss": total.item(),
            "style": style.item(),
            "content": content.item(),
            "colour": colour.item(),
        }

    def rate(progress: float) -> float:
        return min(1.0, 100 * progress + 0.02) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))

    trained = [*model.style.parameters(), *model.painter.parameters()]
    return Task(
        modules={"restyle": model},
        averaged={"restyle": average},
        phases=[Phase("restyle", torch.optim.Adam(trained, lr, (0.9, 0.99)), loss, rate, clip=1.0)],
        batches=data.Batches(len(contents), batch, seed),
        generator=generator,
        half_life=4_000,
    )


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
    found = torch.cat([model.statistics(data.to_float(part)) for part in some.split(32)])
    model.center.copy_(found.mean(0))
    model.spread.copy_(found.std(0).clamp(min=1e-2))
