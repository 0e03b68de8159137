"""A style-based generator and a projected discriminator.

G:  z -> mapping -> w -> layout + constant -> [upsample, modulated conv, modulated conv, + to_rgb] x levels -> x
D:  x -> frozen features -> random mixing of channels and scales -> a small critic a scale -> logits

Sources: StyleGAN2 (Karras et al. 2020, arXiv:1912.04958) for modulation, demodulation and skip outputs;
Projected GANs (Sauer et al. 2021, arXiv:2111.01007) for D; DiffAugment (Zhao et al. 2020, arXiv:2006.10738).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from deepart.models.features import FrozenFeatures


@dataclass(frozen=True)
class Config:
    height: int = 96  # pixels
    width: int = 64  # pixels; both divisible by 2**(len(channels) - 1)
    z_dim: int = 128
    w_dim: int = 128
    channels: tuple[int, ...] = (
        256,
        192,
        96,
        48,
        24,
    )  # of each level, coarsest first; each level doubles the side

    def __post_init__(self):
        step = 2 ** (len(self.channels) - 1)
        if self.height % step or self.width % step:
            raise ValueError(
                f"height and width must be divisible by {step}, got {self.height} x {self.width}"
            )


class ModulatedConv(nn.Module):
    """A convolution whose input channels are scaled by w. Scaling the activations instead of the weights gives the
    same result with one shared kernel for the batch, which a CPU runs several times faster."""

    def __init__(self, c_in: int, c_out: int, kernel: int, w_dim: int, demodulate: bool = True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(c_out, c_in, kernel, kernel) / (c_in * kernel**2) ** 0.5)
        self.bias = nn.Parameter(torch.zeros(c_out))
        self.style = nn.Linear(w_dim, c_in)
        nn.init.ones_(self.style.bias)
        nn.init.normal_(self.style.weight, std=0.7 / w_dim**0.5)  # from the first step on, w must be seen
        self.demodulate = demodulate

    def forward(self, h: Tensor, w: Tensor) -> Tensor:
        s = self.style(w)  # (N, w_dim) -> (N, c_in)
        h = F.conv2d(h * s[:, :, None, None].to(h.dtype), self.weight, padding=self.weight.shape[-1] // 2)
        bias = self.bias[:, None, None].to(h.dtype)
        if not self.demodulate:
            return h + bias
        squares = self.weight.float().square().sum((2, 3))  # (c_out, c_in)
        d = torch.rsqrt(
            s.float().square() @ squares.T * 0.5 + 1e-8
        )  # (N, c_out): variance 2; a ReLU halves it
        return torch.addcmul(bias, h, d[:, :, None, None].to(h.dtype))


class Level(nn.Module):
    """One resolution of G: two modulated convolutions and an output that is added to the picture so far."""

    RGB_GAIN = (
        0.5  # begins as a grey sheet, and an optimiser's step of all weights at once cannot swing the colours
    )

    def __init__(self, c_in: int, c_out: int, w_dim: int, upsample: bool):
        super().__init__()
        self.upsample = upsample
        self.conv0 = ModulatedConv(c_in, c_out, 3, w_dim)
        self.conv1 = ModulatedConv(c_out, c_out, 3, w_dim)
        self.to_rgb = ModulatedConv(c_out, 3, 1, w_dim, demodulate=False)

    def forward(self, h: Tensor, x: Tensor | None, w: Tensor) -> tuple[Tensor, Tensor]:
        if self.upsample:
            h = F.interpolate(h, scale_factor=2, mode="bilinear", align_corners=False)
        h = F.leaky_relu_(self.conv0(h, w), 0.2)
        h = F.leaky_relu_(self.conv1(h, w), 0.2)
        rgb = self.to_rgb(h, w) * self.RGB_GAIN
        if x is not None:
            rgb = rgb + F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        return h, rgb


def mapping(z_dim: int, w_dim: int) -> nn.Sequential:
    """z (N, z_dim) of unit variance -> w (N, w_dim) of about unit variance."""
    layers = [nn.Linear(z_dim, w_dim), nn.LeakyReLU(0.2), nn.Linear(w_dim, w_dim), nn.LeakyReLU(0.2)]
    for layer in layers[::2]:
        nn.init.normal_(layer.weight, std=(2 / layer.in_features) ** 0.5)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


class Generator(nn.Module):
    """z (N, z_dim) ~ N(0, 1) -> x (N, 3, height, width), about [-1, 1]."""

    LAYOUT = 32  # channels of the coarse map that w draws itself, beside a constant one

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        c, step = config.channels, 2 ** (len(config.channels) - 1)
        base = (config.height // step, config.width // step)
        self.mapping = mapping(config.z_dim, config.w_dim)
        self.constant = nn.Parameter(
            0.3 * torch.randn(1, c[0], *base)
        )  # no louder than the layout: w must be seen
        self.layout = nn.Sequential(
            nn.Linear(config.w_dim, self.LAYOUT * base[0] * base[1]),
            nn.Unflatten(1, (self.LAYOUT, *base)),
            nn.Conv2d(self.LAYOUT, c[0], 1),
        )
        self.levels = nn.ModuleList(
            Level(c[max(i - 1, 0)], c[i], config.w_dim, upsample=i > 0) for i in range(len(c))
        )
        self.register_buffer("w_mean", torch.zeros(config.w_dim))  # where truncation leads; see set_w_mean

    def map(self, z: Tensor) -> Tensor:
        """z (N, z_dim) -> w (N, w_dim)."""
        return self.mapping(z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8))

    def synthesize(self, w: Tensor) -> Tensor:
        """w (N, w_dim), or one w a level (N, levels, w_dim) -> x (N, 3, height, width)."""
        ws = w[:, None].expand(-1, len(self.levels), -1) if w.ndim == 2 else w
        h, x = self.constant + self.layout(ws[:, 0]), None
        for i, level in enumerate(self.levels):
            h, x = level(h, x, ws[:, i])
        return x

    def forward(self, z: Tensor) -> Tensor:
        return self.synthesize(self.map(z))

    @torch.no_grad()
    def set_w_mean(self, z: Tensor) -> None:
        """Remember the mean w of a large sample z (N, z_dim); N of 10,000 is plenty."""
        self.w_mean.copy_(self.map(z).mean(0))


class Mixer(nn.Module):
    """Random, never trained: 1x1 mixing of the channels of each map, then a 3x3 path from coarse to fine.

    D sees every scale through it, and cannot win by one feature alone. Source: Projected GANs, section 3.2.
    """

    def __init__(self, channels: list[int], width: int):
        super().__init__()
        self.across = nn.ModuleList(nn.Conv2d(c, width, 1, bias=False) for c in channels)
        self.down = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1, bias=False) for _ in channels)
        for conv in self.modules():
            if isinstance(conv, nn.Conv2d):
                nn.init.kaiming_normal_(conv.weight)
        self.requires_grad_(False)

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        mixed, coarser = [], None
        for conv, down, h in reversed(list(zip(self.across, self.down, maps, strict=True))):
            h = conv(h)
            if coarser is not None:
                h = h + F.interpolate(coarser, size=h.shape[2:], mode="bilinear", align_corners=False)
            coarser = down(h) * 0.5**0.5  # the sum of two paths keeps its variance
            mixed.append(coarser)
        return mixed[::-1]


def critic(c_in: int, c: int, halvings: int) -> nn.Sequential:
    """A map (N, c_in, h, w) -> logits (N, 1, h / 2**halvings, w / 2**halvings), one a patch."""
    layers: list[nn.Module] = []
    for _ in range(halvings):
        layers += [
            spectral_norm(nn.Conv2d(c_in, c, 4, 2, 1, bias=False)),
            nn.BatchNorm2d(c),
            nn.LeakyReLU(0.2),
        ]
        c_in, c = c, min(2 * c, 256)
    return nn.Sequential(*layers, spectral_norm(nn.Conv2d(c_in, 1, 3, padding=1)))


def variety(h: Tensor, group: int = 4) -> Tensor:
    """How much a map (N, C, h, w) differs within groups of pictures: the standard deviation, (N, C, h, w).

    A generator that paints one picture over and over is given away by it. Source: Karras et al. 2018, arXiv:1710.10196.
    """
    group = group if len(h) % group == 0 else len(h)
    grouped = h.float().unflatten(0, (-1, group))  # (N, C, h, w) -> (N / group, group, C, h, w)
    deviation = (grouped - grouped.mean(1, keepdim=True)).square().mean(1).add(1e-6).sqrt()
    return deviation.repeat_interleave(group, 0).to(h.dtype)


class Discriminator(nn.Module):
    """x (N, 3, H, W) in [-1, 1] -> logits (N, patches) of all scales together; positive means "real"."""

    STAGES = (1, 2, 3, 4)  # strides 4, 8, 16, 32

    def __init__(self, features: FrozenFeatures, width: int = 64):
        super().__init__()
        self.features = features
        self.mixer = Mixer([features.channels[i] for i in self.STAGES], width)
        self.critics = nn.ModuleList(critic(width, width, halvings) for halvings in (3, 2, 1, 0, 0))

    def forward(self, x: Tensor) -> Tensor:
        maps = self.features(x)
        mixed = self.mixer([maps[i] for i in self.STAGES])
        mixed.append(variety(mixed[-1]))
        return torch.cat([c(h).flatten(1) for c, h in zip(self.critics, mixed, strict=True)], dim=1)


def hinge_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """D's loss, a scalar: 0 when real logits exceed 1 and fake ones fall below -1. Source: arXiv:1705.02894."""
    return F.relu(1 - real_logits).mean() + F.relu(1 + fake_logits).mean()


def out_of_range(x: Tensor) -> Tensor:
    """How far x (N, 3, H, W) leaves [-1, 1]: the mean squared excess, a scalar. D hardly sees it, and G may run away."""
    return F.relu(x.abs() - 1).square().mean()


def hinge_g(fake_logits: Tensor) -> Tensor:
    """G's loss, a scalar without lower bound: D's opinion of the fakes, negated."""
    return -fake_logits.mean()
