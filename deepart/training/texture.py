"""How like the brushwork of its picture that of a copy is, wherever exactly each stroke lies.

Strokes that 64 numbers cannot hold must be invented. Asked for every pixel, a decoder answers with their mean, which is
fog; asked what a neighbourhood is like, it can answer with strokes of its own.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

WINDOW = 32  # pixels of the picture on a side of a neighbourhood
MAPS = 3  # of the frozen features' maps: strides 2, 4 and 8
OCTAVES = 5
QUIET = 0.02  # of a range of 2: texture that nobody sees


def texture_distance(fake: list[Tensor], real: list[Tensor], dy: int, dx: int) -> Tensor:
    """Mean distance of means and covariances of channels within neighbourhoods, in units of the real maps': a scalar.

    fake, real: maps (N, C_i, H / 2**(i + 1), W / 2**(i + 1)), finest first. dy, dx: pixels, 0 or more and below WINDOW,
    by which the grid of neighbourhoods is moved, so that it leaves no trace. Source: Gatys et al. 2015,
    arXiv:1505.07376, there over whole pictures.
    """
    total = fake[0].new_zeros(())
    for i, (a, b) in enumerate(zip(fake[:MAPS], real[:MAPS], strict=True)):
        stride = 2 ** (i + 1)
        (mean_a, cov_a), (mean_b, cov_b) = (
            _moments(m, WINDOW // stride, dy // stride, dx // stride) for m in (a, b)
        )
        spread = cov_b.diagonal(dim1=-2, dim2=-1).mean((0, 1)).clamp(min=1e-6).sqrt()  # (C,)
        total = total + ((mean_a - mean_b).abs() / spread).mean()
        total = total + ((cov_a - cov_b).abs() / (spread[:, None] * spread)).mean()
    return total / MAPS


def _moments(h: Tensor, side: int, dy: int, dx: int) -> tuple[Tensor, Tensor]:
    """h (N, C, H, W) -> means (N, K, C) and covariances (N, K, C, C) within its K whole squares of `side` from (dy, dx) on."""
    h = h[:, :, dy:, dx:].float()
    rows, columns = h.shape[2] // side, h.shape[3] // side
    h = h[:, :, : rows * side, : columns * side].unflatten(2, (rows, side)).unflatten(4, (columns, side))
    h = h.permute(0, 2, 4, 3, 5, 1).flatten(3, 4).flatten(1, 2)  # (N, K, side**2, C)
    mean = h.mean(2)
    h = h - mean[:, :, None]
    return mean, h.transpose(2, 3) @ h / side**2


def level_distance(x_hat: Tensor, x: Tensor) -> Tensor:
    """How many nepers the strength of an octave is off, mean over octaves, colours and neighbourhoods: a scalar.

    x_hat, x: (N, 3, H, W) in [-1, 1]. A logarithm asks as much of a faint texture as of a loud one.
    """
    total = x.new_zeros(())
    for _ in range(OCTAVES):
        (low_hat, level_hat), (low, level) = (_octave(v) for v in (x_hat, x))
        total = total + (level_hat - level).abs().mean()
        x_hat, x = low_hat, low
    return total / OCTAVES


def _octave(x: Tensor) -> tuple[Tensor, Tensor]:
    """x (N, 3, H, W) -> (x at half the size, log of the finest octave's deviation in overlapping neighbourhoods)."""
    low = F.avg_pool2d(x, 2)
    band = x - F.interpolate(low, scale_factor=2.0, mode="bilinear", align_corners=False)
    side = min(16, x.shape[2], x.shape[3])
    energy = F.avg_pool2d(band.square(), side, max(1, side // 2))
    return low, 0.5 * (energy + QUIET**2).log()
