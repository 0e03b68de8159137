"""Arbitrary style transfer: a picture is painted again with the channel statistics of other paintings.

    style picture -> frozen stages -> means and deviations -> s -+
    content       -> frozen stages -> means and deviations -> c -+-> w -> modulates every convolution of
    content       -> halve, halve -> residual blocks -> double, double -> change, added to the content

No layer normalises over places: what a picture is like as a whole comes in through c alone, so a picture painted in
tiles is the picture painted at once. Painting towards its own statistics changes nothing, by construction.
Sources: Huang & Belongie 2017, arXiv:1703.06868 (statistics as style); Ghiasi et al. 2017, arXiv:1705.06830 (a style
vector that modulates one network); Karras et al. 2020, arXiv:1912.04958 (modulation without normalising maps).
"""

from __future__ import annotations

from dataclasses import dataclass

import timm
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart.models.features import MEAN, STD
from deepart.models.gan import ModulatedConv
from deepart.models.style_cnn import channel_statistics, root, widest

HALO = 96  # pixels around a tile that its own pixels can depend on, rounded up to a multiple of STRIDE
STRIDE = 4  # sides are padded to a multiple of it


@dataclass(frozen=True)
class Config:
    s_dim: int = 96  # numbers that a style is
    channels: tuple[int, ...] = (16, 32, 64)  # at full, half and quarter size
    blocks: int = 5  # residual blocks at a quarter of the size
    stages: int = 4  # of EfficientNet-lite0, whose statistics are the style

    def __post_init__(self):
        if len(self.channels) != 3:
            raise ValueError(
                f"channels are three numbers, at full, half and quarter size, got {self.channels}"
            )
        if not 1 <= self.stages <= 7:
            raise ValueError(f"stages must be in 1..7, got {self.stages}")


class Statistics(nn.Module):
    """x (N, 3, H, W) in [-1, 1] -> square roots of the means and deviations of the channels of frozen stages (N, dim)."""

    def __init__(self, stages: int):
        super().__init__()
        net = timm.create_model("tf_efficientnet_lite0", num_classes=0)
        self.conv_stem, self.bn1, self.blocks = net.conv_stem, net.bn1, net.blocks[:stages]
        self.dim = 2 * sum(stage[-1].conv_dw.out_channels for stage in self.blocks)
        self.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> Statistics:
        return super().train(False)  # its batch norms keep the statistics of ImageNet

    def start_from(self, imagenet: dict[str, Tensor]) -> Statistics:
        """Take ImageNet's weights (timm names)."""
        self.load_state_dict({key: imagenet[key] for key in self.state_dict()})
        return self

    def maps(self, x: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """(the widest maps, where style is measured, the stages' outputs), both finest first."""
        h, inner, outer = self.bn1(self.conv_stem((x * 0.5 + 0.5 - MEAN) / STD)), [], []
        for stage in self.blocks:
            wide, h = widest(stage[-1], stage[:-1](h))
            inner.append(wide)
            outer.append(h)
        return inner, outer

    def forward(self, x: Tensor) -> Tensor:
        return statistics_of(self.maps(x)[0])


def statistics_of(maps: list[Tensor]) -> Tensor:
    """Square roots of the means and deviations of maps (N, C_i, h_i, w_i): (N, 2 * sum of C_i)."""
    return root(torch.cat([v for h in maps for v in channel_statistics(h)], 1))


class Block(nn.Module):
    """h + two modulated convolutions of h."""

    def __init__(self, c: int, w_dim: int):
        super().__init__()
        self.conv0, self.conv1 = ModulatedConv(c, c, 3, w_dim), ModulatedConv(c, c, 3, w_dim)

    def forward(self, h: Tensor, w: Tensor) -> Tensor:
        return h + 0.3 * self.conv1(F.leaky_relu_(self.conv0(h, w), 0.2), w)


class Painter(nn.Module):
    """(x (N, 3, H, W), w (N, w_dim)) -> a picture (N, 3, H, W); H and W multiples of STRIDE."""

    def __init__(self, config: Config, w_dim: int):
        super().__init__()
        full, half, quarter = config.channels
        self.into = ModulatedConv(3, full, 5, w_dim)
        self.down = nn.ModuleList(
            [ModulatedConv(full, half, 3, w_dim), ModulatedConv(half, quarter, 3, w_dim)]
        )
        self.blocks = nn.ModuleList(Block(quarter, w_dim) for _ in range(config.blocks))
        self.up = nn.ModuleList([ModulatedConv(quarter, half, 3, w_dim), ModulatedConv(half, full, 3, w_dim)])
        self.out = ModulatedConv(full, 3, 5, w_dim, demodulate=False)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        skips = []
        h = F.leaky_relu_(self.into(x, w), 0.2)
        for conv in self.down:
            skips.append(h)
            h = F.leaky_relu_(conv(F.avg_pool2d(h, 2), w), 0.2)
        for block in self.blocks:
            h = block(h, w)
        for conv in self.up:
            h = conv(F.interpolate(h, scale_factor=2, mode="bilinear", align_corners=False), w)
            h = F.leaky_relu_(h + skips.pop(), 0.2)
        return self.out(h, w) * 0.3


class Restyler(nn.Module):
    """describe: picture -> its statistics; paint: a picture, its own and the wanted statistics -> the new picture."""

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.statistics = Statistics(config.stages)
        self.register_buffer("center", torch.zeros(self.statistics.dim))
        self.register_buffer("spread", torch.ones(self.statistics.dim))
        self.style = nn.Sequential(
            nn.Linear(self.statistics.dim, 256), nn.LeakyReLU(0.2), nn.Linear(256, config.s_dim)
        )
        self.painter = Painter(config, 2 * config.s_dim)

    def describe(self, x: Tensor) -> Tensor:
        """x (N, 3, H, W) in [-1, 1], 32 pixels or more a side -> standardised statistics (N, dim)."""
        return (self.statistics(x) - self.center) / self.spread

    def paint(self, x: Tensor, own: Tensor, wanted: Tensor) -> Tensor:
        """x (N, 3, H, W) with statistics `own` painted towards `wanted`, both (N, dim): about [-1, 1].

        H and W must be multiples of STRIDE. With wanted equal to own it is x. What is halfway between two styles is
        the mean of their statistics.
        """
        c, s = self.style(own), self.style(wanted)
        here, there = self.painter(x, torch.cat([c, c], 1)), self.painter(x, torch.cat([c, s], 1))
        return x + (there - here)


def moment_distance(a: Tensor, b: Tensor) -> Tensor:
    """Mean absolute difference of standardised statistics (N, dim), as long as one keeps its sign: (N,)."""
    return (a - b).abs().mean(1)


def content_distance(a: list[Tensor], b: list[Tensor]) -> Tensor:
    """How different the arrangement of maps (N, C, h, w) is, whatever the statistics of their channels: (N,).

    Every channel is brought to zero mean and unit deviation over places first, as a style may change both.
    Source: Li et al. 2017, arXiv:1701.01036, section 4.
    """
    return sum(
        (F.instance_norm(p) - F.instance_norm(q)).abs().mean((1, 2, 3)) for p, q in zip(a, b, strict=True)
    )
