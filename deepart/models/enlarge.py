"""Super-resolution: a picture at two or four times its size, with the detail that its small version hints at.

    x -> minus its blur -> convolution -> residual blocks -> [convolution, shuffle pixels] x 1 or 2 -> detail
    x -> bilinear enlargement ------------------------------------------------------------------> + -> held within x -> x_hat

One trunk serves both sizes, each with a head of its own. The trunk sees only how pixels differ from their surroundings
and no layer adds a constant: flat colour stays exactly what it is, and twice the contrast gives twice the detail.
What comes out is nowhere darker or lighter than the pixels around it were: an edge gets no halo. Nothing is
normalised over places, so a picture enlarged in tiles is the picture enlarged at once.
Sources: Lim et al. 2017, arXiv:1707.02921 (residual blocks without normalisation); Shi et al. 2016, arXiv:1609.05158
(shuffled pixels); Mohan et al. 2020, arXiv:1906.05478 (no constants).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

TIMES = (2, 4)  # what there are heads for
HALO = 24  # pixels around a tile that its own pixels can depend on, rounded up to a multiple of 8
BLUR = 5  # pixels on a side of the surroundings
WINDOW = 32  # pixels on a side of what a spectrum is measured on


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
        if self.channels < 1 or self.fine < 2:
            raise ValueError(
                f"channels must be 1 or more and fine 2 or more, got {self.channels} and {self.fine}"
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
        x_hat = F.interpolate(x, scale_factor=times, mode="bilinear", align_corners=False) + detail
        return within(x_hat, x, times)


def within(x_hat: Tensor, x: Tensor, times: int) -> Tensor:
    """x_hat (N, 3, times * H, times * W), nowhere darker or lighter than the pixels of x (N, 3, H, W) around: no halos."""
    x = F.pad(x, [1] * 4, mode="replicate")
    least, most = -F.max_pool2d(-x, 3, stride=1), F.max_pool2d(x, 3, stride=1)
    least, most = (F.interpolate(v, scale_factor=times, mode="nearest") for v in (least, most))
    return torch.minimum(torch.maximum(x_hat, least), most)


def overshoot(x_hat: Tensor, x: Tensor, reach: int = 2) -> Tensor:
    """How far x_hat leaves the range of x within `reach` pixels: (N, 3, H, W), 0 where it stays within.

    A halo is a line beside an edge that is darker or lighter than anything there.
    """
    x = F.pad(x, [reach] * 4, mode="replicate")
    side = 2 * reach + 1
    above, below = F.max_pool2d(x, side, stride=1), -F.max_pool2d(-x, side, stride=1)
    return F.relu(x_hat - above) + F.relu(below - x_hat)


def spectrum_gap(
    x_hat: Tensor, x: Tensor, times: int, average: Callable[[Tensor], Tensor] = lambda power: power
) -> tuple[Tensor, Tensor]:
    """How far the fine detail of a batch is from that of the originals, frequency by frequency: (level, shape), scalars.

    x_hat, x: (N, 3, H, W), WINDOW px or more a side. Only frequencies that the small pictures could not hold count.
    level: mean over them of how many nepers the power is off. shape: mean square of what is left when all frequencies of
    one length may be off together; average: over the shares of a batch that several processes have; texture that follows the grid of enlarged pixels has its power in a few of them.
    """
    radius = torch.hypot(torch.fft.fftfreq(WINDOW)[:, None], torch.fft.rfftfreq(WINDOW)[None]).to(x.device)
    lost = (radius >= 0.5 / times) & (radius <= 0.71)
    off = (average(power(x_hat)) / average(power(x)))[lost].log()  # (frequencies,)
    ring = (radius[lost] * WINDOW).round().long()
    same = F.one_hot(ring).to(off.dtype)  # (frequencies, rings)
    together = (off @ same) / same.sum(0).clamp(min=1)
    return off.abs().mean(), (off - together[ring]).square().mean()


def power(x: Tensor) -> Tensor:
    """Mean power over windows, colours and pictures: (N, 3, H, W) -> (WINDOW, WINDOW / 2 + 1)."""
    line = torch.hann_window(WINDOW, periodic=False, device=x.device)
    windows = x.unfold(2, WINDOW, WINDOW // 2).unfold(3, WINDOW, WINDOW // 2)
    windows = (windows - windows.mean((4, 5), keepdim=True)) * line * line[:, None]
    return torch.fft.rfft2(windows).abs().square().mean((0, 1, 2, 3)) + 1e-3  # far below the noise of 8 bits
