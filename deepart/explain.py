"""Where in a picture a classifier finds what speaks for a style: an exact bookkeeping of its logits over places.

The heads read numbers that are means over the places of a map: of a channel (its mean, and the pooled last layer) or
of its squared distance from the mean (its standard deviation). So what each number adds to the log-odds of a style can
be dealt out to the places that made it, and nothing is lost: all places together give the log-odds of this picture
less those of the average training picture.

What each number adds: integrated gradients through the heads, from the average picture to this one (Sundararajan et
al. 2017, arXiv:1703.01365). That places of a map stand for places of the picture: Zhou et al. 2016, arXiv:1512.04150.
`python -m deepart evaluate NAME --heat-map` checks the maps by deleting and inserting what they point at.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from deepart.models.style_cnn import root

GRID = 28  # cells a side of a map; the classifier's own maps have 112 to 7
ROLLS = 6  # of the picture, that show what a place adds whatever is there
STEPS = 32  # of the path from the average picture
SMOOTH = 1.0  # cells; sigma of the blur that hides the grid
PALE = 0.35  # how far the picture's greys are lifted towards white under the heat
AMBER, RED = np.array((255, 200, 70), np.float32), np.array((235, 50, 25), np.float32)
COVER = 0.85  # of the strongest place: how much of it is colour


def heat_map(network: nn.Module, x: Tensor, style: int) -> Tensor:
    """x (1, 3, S, S) in [-1, 1] -> (GRID, GRID) on the CPU: what each place adds to the log-odds of a style.

    Positive speaks for it, negative against. The cells sum to log_odds(x) - log_odds(average training picture), up to
    the steps of the path. network: a StyleCNN in eval mode. Raises IndexError for a style that it does not have.
    """
    if not 0 <= style < network.config.classes:
        raise IndexError(f"the style's number must be in [0, {network.config.classes}), got {style}")
    sides = (
        [x, x.flip(3)] if network.config.mirror else [x]
    )  # what the network looks at, and takes the mean of
    with torch.no_grad():
        features, maps = features_and_maps(network, torch.cat([*sides, rolled(x)]))
        slopes = _slopes(network, features[: len(sides)].mean(0, keepdim=True), style)
        grids = [
            sum(map(_to_grid, _parts(network, f, [h[i] for h in maps], slopes)))
            for i, f in enumerate(features)
        ]
    own, of_places = grids[0], torch.stack(grids[len(sides) :]).mean(0)
    if network.config.mirror:
        own, of_places = (own + grids[1].flip(1)) / 2, (of_places + of_places.flip(1)) / 2
    return smooth(own - of_places + of_places.mean()).float().cpu()


def rolled(x: Tensor) -> Tensor:
    """x (1, 3, S, S) -> (ROLLS, 3, S, S): its content moved on, what leaves on one side coming in on the other.

    What all of these have at the same place is the place's doing: the edges of every map, where convolutions see
    zeros beyond the picture, speak for one style or other whatever is there.
    """
    size = x.shape[-1]
    return torch.cat(
        [
            x.roll((size * (i + 1) // (ROLLS + 1), size * (2 * i + 1) // (2 * ROLLS)), (2, 3))
            for i in range(ROLLS)
        ]
    )


def log_odds(logits: Tensor, style: int) -> Tensor:
    """Logits (N, classes) -> log of p / (1 - p) of one style (N,), in nats."""
    others = torch.cat([logits[:, :style], logits[:, style + 1 :]], 1)
    return logits[:, style] - others.logsumexp(1)


def features_and_maps(network: nn.Module, x: Tensor) -> tuple[Tensor, list[Tensor]]:
    """StyleCNN.one_sided (N, dim), and the maps (N, C, h, w) that it read them from: of the chosen stages, then the last.

    The network's own pass, listened to. On a twin that shares the weights: other threads are using the network itself,
    and must neither be heard nor find hooks changing under them.
    """
    shared = {id(tensor): tensor for tensor in (*network.parameters(), *network.buffers())}
    twin = copy.deepcopy(network, shared)
    net, maps = twin.backbone, []
    last = [net.blocks[i][-1] for i in sorted(twin.config.stages)]
    layers = [block.bn2 if hasattr(block, "conv_pwl") else block.bn1 for block in last] + [net.bn2]
    for layer in layers:
        layer.register_forward_hook(lambda _, __, out: maps.append(out.float()))
    return twin.one_sided(x), maps


def _slopes(network: nn.Module, features: Tensor, style: int) -> Tensor:
    """(dim,): what one unit of each feature, on its way from the average picture's to this one's, adds to the log-odds.

    On the path z goes straight from 0 to this picture's; the square root before it is undone exactly.
    """
    z = network.standardise(features)  # (1, dim); 0 is the average training picture
    with torch.inference_mode(False), torch.enable_grad():
        along = (torch.arange(STEPS, device=z.device) + 0.5) / STEPS
        path = (along[:, None] * z.clone()).requires_grad_(True)
        (gradient,) = torch.autograd.grad(log_odds(network.heads(path)[0], style).sum(), path)
    return gradient.mean(0) / network.spread / (root(features[0]) + network.center).clamp(min=1e-6)


def _parts(network: nn.Module, features: Tensor, maps: list[Tensor], slopes: Tensor) -> Iterator[Tensor]:
    """(h, w) for each map (C, h, w): what its places add. features, slopes: (dim,), in the order of StyleCNN.one_sided."""
    average = (network.center.square() - 1e-4).clamp(min=0)  # root() undone
    *stages, top = maps
    at = top.shape[0]
    yield _spread_mean(top, average[:at], slopes[:at])
    for h in stages:
        mean, std = slice(at, at + len(h)), slice(at + len(h), at + 2 * len(h))
        yield _spread_mean(h, average[mean], slopes[mean])
        # std - average = (mean over places of (h - mean)^2 - average^2) / (std + average)
        per_square = slopes[std] / (features[std] + average[std]).clamp(min=1e-6)
        yield _spread_mean((h - features[mean, None, None]).square(), average[std].square(), per_square)
        at = std.stop


def _spread_mean(h: Tensor, average: Tensor, slope: Tensor) -> Tensor:
    """h (C, height, width), average and slope (C,) -> (height, width), summing to slope @ (mean of h - average)."""
    deviation = torch.einsum("chw,c->hw", h, slope) - average @ slope
    return deviation / deviation.numel()


def _to_grid(part: Tensor) -> Tensor:
    """(h, w) -> (GRID, GRID) of the same sum."""
    fine = part.shape[0] > GRID
    grid = F.interpolate(part[None, None], size=(GRID, GRID), mode="area" if fine else "bilinear")[0, 0]
    grid = grid * (part.numel() / GRID**2)
    return grid + (part.sum() - grid.sum()) / GRID**2


def smooth(grid: Tensor) -> Tensor:
    """A Gaussian blur of (GRID, GRID) that mirrors at the edges, so that the sum stays."""
    at = torch.arange(GRID, dtype=torch.float32)
    bell = sum(
        torch.exp(-((at[:, None] - other) ** 2) / (2 * SMOOTH**2))
        for other in (at, -1 - at, 2 * GRID - 1 - at)
    )
    blur = (bell / bell.sum(1, keepdim=True)).to(grid)
    return blur @ grid @ blur.T


def overlay(picture: Image.Image, grid: Tensor) -> Image.Image:
    """The picture in pale grey, with amber to red where places speak for the style. Same size as the picture.

    grid: of heat_map. Red is the strongest 2 in 100 places of this picture; places that say nothing or speak against
    the style stay grey alike.
    """
    top = float(grid.quantile(0.98))
    strength = (grid / top if top > 0 else torch.zeros_like(grid)).clamp(0, 1)
    shades = Image.fromarray((strength * 255).round().byte().numpy())
    heat = np.asarray(shades.resize(picture.size, Image.Resampling.BICUBIC), np.float32)[..., None] / 255
    grey = np.asarray(picture.convert("L"), np.float32)[..., None]
    pale = PALE * 255 + (1 - PALE) * grey
    colour = (AMBER + (RED - AMBER) * heat) * (0.35 + 0.65 * grey / 255)  # the drawing shows through
    mixed = pale + (heat**0.7 * COVER) * (colour - pale)
    return Image.fromarray(mixed.round().clip(0, 255).astype(np.uint8))
