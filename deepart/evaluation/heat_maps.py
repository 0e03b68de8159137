"""Are the heat maps more than decoration? Delete what they point at, and insert it again, beside maps that know nothing.

Places are blurred away (or brought back out of a blur) in the order of a map, and the style's chance is followed: a map
that points at the evidence makes it fall early (deletion, lower is better) and come back early (insertion, higher is
better). Source: Petsiuk et al. 2018, arXiv:1806.07421. A single figure: insertion less deletion.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart import data, explain
from deepart.data import Example
from deepart.weights import ModelCard

STEPS = 12  # shares of the picture that are deleted, evenly from none to all
BLURRED = 8  # cells a side of the blur that deleted places go to
RESAMPLES = 1000  # of pictures, for intervals


def evaluate(
    network: nn.Module,
    card: ModelCard,
    examples: Sequence[Example],
    count: int = 100,
    device: torch.device | str = "cpu",
    progress: Callable = iter,
) -> dict[str, Any]:
    """Areas under the curves for our maps and four that know nothing, with 95 % intervals over pictures.

    count: pictures, spread evenly over `examples`. `better_than` holds the paired gain of our maps in insertion less
    deletion. Raises DataError when fewer than two can be read.
    """
    size, temperature = network.config.image_size, card.settings.get("temperature", 1.0)
    chosen = list(examples)[:: max(1, len(examples) // count)][:count]
    pictures, _, skipped = data.load(chosen, (size, size), "squash")
    if len(pictures) < 2:
        raise data.DataError("heat maps are compared with those of other pictures: give two pictures or more")
    network = network.to(device, memory_format=torch.channels_last)
    generator = torch.Generator().manual_seed(0)
    areas: dict[str, list[tuple[float, float]]] = {}
    last = _map(network, pictures[-1:], device)[0]
    for i in progress(range(len(pictures))):
        x = data.to_float(pictures[i : i + 1].to(device))
        ours, style = _map(network, pictures[i : i + 1], device)
        maps = {"ours": ours, **controls(x, generator), "another picture's": last}
        last = ours
        for name, found in maps.items():
            areas.setdefault(name, []).append(_areas(network, x, found, style, temperature))
    return {
        "n": len(pictures),
        "unreadable": len(skipped),
        **summary({k: torch.tensor(v) for k, v in areas.items()}),
    }


def _map(network: nn.Module, picture: Tensor, device: torch.device | str) -> tuple[Tensor, int]:
    x = data.to_float(picture.to(device))
    with torch.no_grad():
        style = int(network(x)[0].argmax())
    return explain.heat_map(network, x, style), style


def controls(x: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
    """Maps (GRID, GRID) that know nothing of the classifier: random, the centre, the edges of the picture x (1, 3, S, S)."""
    side = explain.GRID
    away = (torch.arange(side) - (side - 1) / 2).square()
    grey = x.mean(1, keepdim=True).cpu()
    across, down = grey.diff(dim=3)[:, :, :-1], grey.diff(dim=2)[..., :-1]
    edges = F.adaptive_avg_pool2d((across.square() + down.square()).sqrt(), side)[0, 0]
    return {
        "random": explain.smooth(torch.rand(side, side, generator=generator)),
        "centre": -(away[:, None] + away[None]),
        "edges": explain.smooth(edges),
    }


@torch.no_grad()
def curves(
    network: nn.Module, x: Tensor, grid: Tensor, style: int, temperature: float = 1.0
) -> tuple[Tensor, Tensor]:
    """The style's chance as places go, and as they come, in the order of a map: two of (STEPS + 1,).

    x (1, 3, S, S); grid (GRID, GRID), the highest first.
    """
    size = x.shape[-1]
    fine = F.interpolate(grid[None, None], size=(size, size), mode="bilinear")[0, 0].to(x)
    place = torch.empty(size * size, device=x.device)
    order = fine.flatten().argsort(descending=True)
    place[order] = torch.arange(size * size, device=x.device).float() / size**2
    shares = torch.arange(STEPS + 1, device=x.device)[:, None, None] / STEPS
    gone = (place.view(size, size) < shares).float()[:, None]  # (STEPS + 1, 1, S, S)
    blurred = F.interpolate(F.adaptive_avg_pool2d(x, BLURRED), size=(size, size), mode="bilinear")
    going, coming = x + gone * (blurred - x), blurred + gone * (x - blurred)
    p = [(network(part.contiguous(memory_format=torch.channels_last))[0] / temperature).softmax(1)[:, style].cpu()
         for part in (going, coming)]  # fmt: skip
    return p[0], p[1]


def _areas(
    network: nn.Module, x: Tensor, grid: Tensor, style: int, temperature: float
) -> tuple[float, float]:
    going, coming = curves(network, x, grid, style, temperature)
    return float(going.mean()), float(coming.mean())


def summary(areas: dict[str, Tensor]) -> dict[str, Any]:
    """Name -> (pictures, 2) areas under deletion and insertion, "ours" among them -> plain figures."""
    gains = {name: values[:, 1] - values[:, 0] for name, values in areas.items()}
    return {
        "deletion": {name: _mean(values[:, 0]) for name, values in areas.items()},
        "insertion": {name: _mean(values[:, 1]) for name, values in areas.items()},
        "insertion_less_deletion": {name: _mean(gain) for name, gain in gains.items()},
        "better_than": {
            name: _interval(gains["ours"] - gain) for name, gain in gains.items() if name != "ours"
        },
    }


def _mean(values: Tensor) -> float:
    return round(float(values.mean()), 4)


def _interval(values: Tensor) -> dict[str, float]:
    """{mean, from, to}: the mean and its 95 % interval, by drawing pictures with replacement."""
    generator = torch.Generator().manual_seed(0)
    drawn = values[torch.randint(0, len(values), (RESAMPLES, len(values)), generator=generator)].mean(1)
    low, high = drawn.quantile(torch.tensor([0.025, 0.975])).tolist()
    return {"mean": _mean(values), "from": round(low, 4), "to": round(high, 4)}
