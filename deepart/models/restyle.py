"""Arbitrary style transfer: a picture is drawn again from its features, with the statistics that another picture's have.

    style picture -> frozen stages -> means and deviations of their maps, and s   = its code
    content       -> frozen stages -> maps, brought from the content's code to the style's -> decoder -> the picture

The code of the content is measured once for the whole picture and no layer looks at all places, so a picture painted in
tiles is the picture painted at once. What the decoder loses of the content comes back as strength goes to 0.
Sources: Huang & Belongie 2017, arXiv:1703.06868 (statistics as style, brought over in the features); Ghiasi et al. 2017,
arXiv:1705.06830 (a style vector for every layer); Karras et al. 2020, arXiv:1912.04958 (modulated convolutions).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import timm
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart.models.features import MEAN, STD
from deepart.models.gan import ModulatedConv
from deepart.models.style_cnn import channel_statistics, root, widest

HALO = 160  # pixels around a tile that its own pixels can depend on, a multiple of STRIDE
STRIDE = 16  # sides are padded to a multiple of it
MOST_GAIN = 8.0  # how much stronger a channel can become: what is flat stays without noise
FARTHEST = 5.0
STAGES = 4  # of EfficientNet-lite0: maps at strides 2, 4, 8 and 16


@dataclass(frozen=True)
class Config:
    s_dim: int = 96  # numbers that modulate the decoder
    channels: tuple[int, ...] = (96, 64, 48, 32, 16)  # of the decoder, at strides 16, 8, 4, 2 and 1

    def __post_init__(self):
        if len(self.channels) != STAGES + 1:
            raise ValueError(f"channels are {STAGES + 1} numbers, coarsest first, got {self.channels}")


class Features(nn.Module):
    """The first stages of EfficientNet-lite0. No weight of it is ever trained."""

    def __init__(self):
        super().__init__()
        net = timm.create_model("tf_efficientnet_lite0", num_classes=0)
        self.conv_stem, self.bn1, self.blocks = net.conv_stem, net.bn1, net.blocks[:STAGES]
        self.inner = [stage[-1].conv_dw.out_channels for stage in self.blocks]
        self.outer = [getattr(stage[-1], "conv_pwl", stage[-1].conv_pw).out_channels for stage in self.blocks]
        self.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> Features:
        return super().train(False)  # its batch norms keep the statistics of ImageNet

    def start_from(self, imagenet: dict[str, Tensor]) -> Features:
        """Take ImageNet's weights (timm names)."""
        self.load_state_dict({key: imagenet[key] for key in self.state_dict()})
        return self

    def forward(self, x: Tensor) -> tuple[list[Tensor], list[Tensor]]:
        """x (N, 3, H, W) in [-1, 1] -> (the widest maps of the stages, their outputs), both finest first."""
        h, inner, outer = self.bn1(self.conv_stem((x * 0.5 + 0.5 - MEAN) / STD)), [], []
        for stage in self.blocks:
            wide, h = widest(stage[-1], stage[:-1](h))
            inner.append(wide)
            outer.append(h)
        return inner, outer


class Decoder(nn.Module):
    """(maps of the stages, finest first; s (N, s_dim)) -> a picture (N, 3, H, W), about [-1, 1]."""

    def __init__(self, config: Config, outer: Sequence[int]):
        super().__init__()
        c, w = config.channels, config.s_dim
        self.into = nn.ModuleList(
            nn.Conv2d(n, m, 1) for n, m in zip(reversed(outer), c[:STAGES], strict=True)
        )
        self.conv0 = nn.ModuleList(ModulatedConv(a, b, 3, w) for a, b in zip((c[0], *c[:-1]), c, strict=True))
        self.conv1 = nn.ModuleList(ModulatedConv(b, b, 3, w) for b in c)
        self.out = ModulatedConv(c[-1], 3, 3, w, demodulate=False)

    def forward(self, maps: Sequence[Tensor], s: Tensor) -> Tensor:
        h = None
        for i, (conv0, conv1) in enumerate(zip(self.conv0, self.conv1, strict=True)):
            h = self.into[0](maps[-1]) if h is None else F.interpolate(h, scale_factor=2, mode="nearest")
            h = conv0(h, s)
            if 0 < i < STAGES:
                h = h + self.into[i](maps[-1 - i])
            h = F.leaky_relu_(conv1(F.leaky_relu(h, 0.2), s), 0.2)
        return self.out(h, s) * 0.3


class Restyler(nn.Module):
    """encode: picture -> its code; paint: a picture, its own code and the wanted one -> the new picture.

    A code (N, code_dim) is s and then, stage by stage, the means and the deviations of the stage's output. What lies
    between two codes is a manner between two manners.
    """

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.features = Features()
        dim = 2 * sum(self.features.inner)
        self.register_buffer("center", torch.zeros(dim))
        self.register_buffer("spread", torch.ones(dim))
        self.style = nn.Sequential(nn.Linear(dim, 256), nn.LeakyReLU(0.2), nn.Linear(256, config.s_dim))
        self.decoder = Decoder(config, self.features.outer)
        self.code_dim = config.s_dim + 2 * sum(self.features.outer)

    def code(self, statistics: Tensor, moments: Tensor) -> Tensor:
        """Standardised statistics of the widest maps (N, dim), moments of the outputs -> code."""
        return torch.cat([self.style(statistics), moments], 1)

    def describe(self, maps: tuple[list[Tensor], list[Tensor]]) -> tuple[Tensor, Tensor]:
        """Of pictures seen whole, from their maps: (standardised statistics (N, dim), moments)."""
        return self.standardised(moments(maps[0])), moments(maps[1])

    def standardised(self, found: Tensor) -> Tensor:
        """As the style network takes them (N, dim), within FARTHEST deviations of the training styles."""
        return ((root(found) - self.center) / self.spread).clamp(-FARTHEST, FARTHEST)

    def encode(self, parts: Iterable[Tensor]) -> Tensor:
        """Parts (1, 3, h, w) of one picture in [-1, 1], 32 pixels or more a side -> its code (1, code_dim).

        Means and deviations are those of all parts together, so that a large picture need not be seen at once.
        """
        places, sums = 0, (0.0, 0.0)
        for x in parts:
            weight = x.shape[2] * x.shape[3]
            places += weight
            pairs = zip(sums, self.features(x), (self.features.inner, self.features.outer), strict=True)
            sums = tuple(total + weight * _raw(moments(maps), widths) for total, maps, widths in pairs)
        inner, outer = (
            _central(total / places, widths)
            for total, widths in zip(sums, (self.features.inner, self.features.outer), strict=True)
        )
        return self.code(self.standardised(inner), outer)

    def paint(self, x: Tensor, own: Tensor, wanted: Sequence[Tensor], strength: float = 1.0) -> list[Tensor]:
        """x (N, 3, H, W) painted from its own code towards each wanted one (N or 1, code_dim): about [-1, 1].

        H and W must be multiples of STRIDE. strength: 0 (x itself) to 1 (all of it drawn anew).
        """
        maps = self.features(x)[1]
        lost = (x - self.decode(maps, own, own)) * (1 - strength) if strength < 1 else 0.0
        return [self.decode(maps, own, own + strength * (code - own)) + lost for code in wanted]

    def decode(self, maps: list[Tensor], own: Tensor, wanted: Tensor) -> Tensor:
        """The picture whose maps these are, once their moments are brought from those of `own` to those of `wanted`."""
        s, *pairs = wanted.split([self.config.s_dim, *(n for c in self.features.outer for n in (c, c))], 1)
        _, *from_pairs = own.split([self.config.s_dim, *(n for c in self.features.outer for n in (c, c))], 1)
        moved = []
        for i, h in enumerate(maps):
            (mean, spread), (mean_own, spread_own) = (
                [v[:, :, None, None].to(h.dtype) for v in of[2 * i : 2 * i + 2]] for of in (pairs, from_pairs)
            )
            gain = (spread / spread_own.clamp(min=1e-3)).clamp(0, MOST_GAIN)
            moved.append((h - mean_own) * gain + mean)
        return self.decoder(moved, s)


def moments(maps: list[Tensor]) -> Tensor:
    """Means and deviations of maps (N, C_i, h_i, w_i), map by map: (N, 2 * sum of C_i)."""
    return torch.cat([v for h in maps for v in channel_statistics(h)], 1)


def _raw(found: Tensor, widths: Sequence[int]) -> Tensor:
    """Means and deviations -> means and mean squares, which can be averaged."""
    mean, spread = _split(found, widths)
    return _joined(mean, spread.square() + mean.square(), widths)


def _central(found: Tensor, widths: Sequence[int]) -> Tensor:
    mean, square = _split(found, widths)
    return _joined(mean, (square - mean.square()).clamp(min=1e-6).sqrt(), widths)


def _split(found: Tensor, widths: Sequence[int]) -> tuple[Tensor, Tensor]:
    parts = found.split([n for c in widths for n in (c, c)], 1)
    return torch.cat(parts[::2], 1), torch.cat(parts[1::2], 1)


def _joined(first: Tensor, second: Tensor, widths: Sequence[int]) -> Tensor:
    pairs = zip(first.split(list(widths), 1), second.split(list(widths), 1), strict=True)
    return torch.cat([v for pair in pairs for v in pair], 1)


def moment_distance(a: Tensor, b: Tensor) -> Tensor:
    """Mean absolute difference of standardised statistics (N, dim), as long as one keeps its sign: (N,)."""
    return (a - b).abs().mean(1)


def content_distance(a: list[Tensor], b: list[Tensor], power: int = 1) -> Tensor:
    """How different the arrangement of maps (N, C, h, w) is, whatever the statistics of their channels: (N,).

    power: of the differences; 1 to measure, 2 to train, for the corner of 1 at "no change" would hold every picture there.
    Every channel is brought to zero mean and unit deviation over places first, as a style may change both.
    Source: Li et al. 2017, arXiv:1701.01036, section 4.
    """
    return sum(
        (F.instance_norm(p) - F.instance_norm(q)).abs().pow(power).mean((1, 2, 3))
        for p, q in zip(a, b, strict=True)
    )
