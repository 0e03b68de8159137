"""Super-resolution: a picture at two or four times its size, with the detail that its small version hints at.

    x -> minus its blur -> convolution -> residual blocks -> [convolution, shuffle pixels] x 1 or 2 -> detail
    x -> bilinear enlargement ------------------------------------------------------------------> + -> x_hat

One trunk serves both sizes, each with a head of its own. The trunk sees only how pixels differ from their surroundings
and no layer adds a constant: flat colour stays exactly what it is, and twice the contrast gives twice the detail.
Nothing is normalised over places, so a picture enlarged in tiles is the picture enlarged at once.
Sources: Lim et al. 2017, arXiv:1707.02921 (residual blocks without normalisation); Shi et al. 2016, arXiv:1609.05158
(shuffled pixels); Mohan et al. 2020, arXiv:1906.05478 (no constants).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

TIMES = (2, 4)  # what there are heads for
HALO = 24  # pixels around a tile that its own pixels can depend on, rounded up to a multiple of 8
BLUR = 5  # pixels on a side of the surroundings


@dataclass(frozen=True)
class Config:
    channels: int = 48  # of the trunk, at the size of the picture
    blocks: int = 8  # residual blocks of the trunk
    fine: int = 24  # channels after the first shuffle; beyond it a quarter less

    def __post_init__(self):
        if not 1 <= self.blocks <= 8:
            raise ValueError(
                f"blocks must be in 1..8, or a tile would need more than HALO, got {self.blocks}"
            )


def convolution(c_in: int, c_out: int) -> nn.Conv2d:
    """3 x 3, without a constant; beyond a picture's edge lies its edge, since zeros would be an edge of their own."""
    return nn.Conv2d(c_in, c_out, 3, padding=1, padding_mode="replicate", bias=False)


class Block(nn.Module):
    """h + two convolutions of h."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv0, self.conv1 = convolution(channels, channels), convolution(channels, channels)

    def forward(self, h: Tensor) -> Tensor:
        return h + 0.3 * self.conv1(F.leaky_relu_(self.conv0(h), 0.2))


def doubling(c_in: int, c_out: int) -> nn.Sequential:
    """(N, c_in, H, W) -> (N, c_out, 2H, 2W)."""
    return nn.Sequential(convolution(c_in, 4 * c_out), nn.PixelShuffle(2), nn.LeakyReLU(0.2, inplace=True))


class Enlarger(nn.Module):
    """x (N, 3, H, W) in [-1, 1], times 2 or 4 -> x_hat (N, 3, times * H, times * W), about [-1, 1]."""

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        c, fine, finest = config.channels, config.fine, config.fine * 3 // 4
        self.into = convolution(3, c)
        self.blocks = nn.Sequential(*(Block(c) for _ in range(config.blocks)))
        self.twice = nn.Sequential(doubling(c, fine), convolution(fine, 3))
        self.four_times = nn.Sequential(doubling(c, fine), doubling(fine, finest), convolution(finest, 3))
        for head in (self.twice, self.four_times):
            nn.init.zeros_(head[-1].weight)  # begins as the bilinear enlargement

    def forward(self, x: Tensor, times: int) -> Tensor:
        if times not in TIMES:
            raise ValueError(f"pictures are enlarged 2 or 4 times, not {times}")
        surroundings = F.avg_pool2d(F.pad(x, [BLUR // 2] * 4, mode="replicate"), BLUR, stride=1)
        h = self.into(x - surroundings)
        h = h + self.blocks(h)
        detail = (self.twice if times == 2 else self.four_times)(h)
        return F.interpolate(x, scale_factor=times, mode="bilinear", align_corners=False) + detail


def overshoot(x_hat: Tensor, x: Tensor, reach: int = 2) -> Tensor:
    """How far x_hat leaves the range of x within `reach` pixels: (N, 3, H, W), 0 where it stays within.

    A halo is a line beside an edge that is darker or lighter than anything there.
    """
    x = F.pad(x, [reach] * 4, mode="replicate")
    side = 2 * reach + 1
    above, below = F.max_pool2d(x, side, stride=1), -F.max_pool2d(-x, side, stride=1)
    return F.relu(x_hat - above) + F.relu(below - x_hat)


def grid(x: Tensor, times: int) -> Tensor:
    """How uneven steps between neighbours are by their place among the `times` pixels made of one: (N, 4 * times) nepers.

    x: (N, 3, H, W). First and second differences, down and across; each against their mean over places. What was painted
    has no such places and is near 0; copied pixels have no steps but at every `times`-th pixel.
    """
    found = []
    for lines in (x.transpose(2, 3), x):  # (N, 3, other, along)
        for order in (1, 2):
            steps = lines.diff(n=order, dim=3).abs().mean((1, 2))  # (N, along - order)
            whole = steps.shape[1] // times * times
            level = (steps[:, :whole].unflatten(1, (-1, times)).mean(1) + 1e-3).log()  # (N, times)
            found.append(level - level.mean(1, keepdim=True))
    return torch.cat(found, 1)
