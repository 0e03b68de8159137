"""A variational autoencoder: a picture becomes 64 numbers, and 64 numbers a picture.

encoder: x -> [residual block, halve] x levels -> (mu, logvar)          decoder: z -> [double, residual block] x levels -> x_hat

A painterly decoder is that of the GAN instead: z modulates every level, and fixed grain gives it texture to shape.

Source: Kingma & Welling 2014, arXiv:1312.6114; free bits: Kingma et al. 2016, arXiv:1606.04934.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart.models import gan

PAINTERLY_CHANNELS = (16, 48, 96, 160, 224)  # at 128 px: 4 x 4 places on the coarsest level


@dataclass(frozen=True)
class Config:
    image_size: int = (
        64  # pixels, square; pictures are squashed to it and get their own shape back afterwards
    )
    z_dim: int = 64
    channels: tuple[int, ...] = (32, 64, 128, 192)  # finest level first; each level halves the side
    painterly: bool = False  # z modulates every level of the decoder; needed for sharp pictures

    def __post_init__(self):
        if self.image_size % 2 ** len(self.channels):
            raise ValueError(
                f"image_size must be divisible by {2 ** len(self.channels)}, got {self.image_size}"
            )


class Residual(nn.Module):
    """h + two convolutions of h; the skip is a 1x1 convolution where the number of channels changes."""

    def __init__(self, c_in: int, c_out: int):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(c_in, c_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(c_out),
            nn.LeakyReLU(0.2, inplace=True),
            nn.Conv2d(c_out, c_out, 3, padding=1, bias=False),
            nn.BatchNorm2d(c_out),
        )
        self.skip = nn.Identity() if c_in == c_out else nn.Conv2d(c_in, c_out, 1, bias=False)

    def forward(self, h: Tensor) -> Tensor:
        return F.leaky_relu_(self.skip(h) + self.body(h), 0.2)


def encoder(config: Config) -> nn.Sequential:
    """x (N, 3, S, S) -> (N, 2 * z_dim): mu and logvar side by side."""
    c = config.channels
    layers: list[nn.Module] = [nn.Conv2d(3, c[0], 3, stride=2, padding=1), nn.LeakyReLU(0.2, inplace=True)]
    for c_in, c_out in pairwise(c):
        layers += [Residual(c_in, c_in), nn.Conv2d(c_in, c_out, 3, stride=2, padding=1)]
    side = config.image_size // 2 ** len(c)
    return nn.Sequential(
        *layers, Residual(c[-1], c[-1]), nn.Flatten(), nn.Linear(c[-1] * side**2, 2 * config.z_dim)
    )


def decoder(config: Config) -> nn.Sequential:
    """z (N, z_dim) -> x_hat (N, 3, S, S), about [-1, 1]."""
    c = config.channels[::-1]
    side = config.image_size // 2 ** len(c)
    layers: list[nn.Module] = [nn.Linear(config.z_dim, c[0] * side**2), nn.Unflatten(1, (c[0], side, side))]
    for c_in, c_out in zip(c, c[1:] + c[-1:], strict=True):
        layers += [Residual(c_in, c_in), nn.Upsample(scale_factor=2, mode="bilinear"), Residual(c_in, c_out)]
    return nn.Sequential(*layers, nn.Conv2d(c[-1], 3, 3, padding=1))


class Painter(nn.Module):
    """z (N, z_dim) -> x_hat (N, 3, S, S), about [-1, 1]: the synthesis network of models/gan, with grain.

    Source: Karras et al. 2019, arXiv:1812.04948 (there "noise inputs").
    """

    LAYOUT = 32  # channels of the coarse map that z draws itself

    def __init__(self, config: Config):
        super().__init__()
        c = (config.channels[-1], *config.channels[::-1])
        self.side = config.image_size // 2 ** len(config.channels)
        self.mapping = gan.mapping(config.z_dim, config.z_dim * 2)
        self.layout = nn.Sequential(
            nn.Linear(config.z_dim, self.LAYOUT * self.side**2),
            nn.Unflatten(1, (self.LAYOUT, self.side, self.side)),
            nn.Conv2d(self.LAYOUT, c[0], 1),
        )
        self.levels = nn.ModuleList(
            gan.Level(c_in, c_out, config.z_dim * 2, upsample=i > 0, grain=True)
            for i, (c_in, c_out) in enumerate(pairwise((c[0], *c)))
        )

    def forward(self, z: Tensor) -> Tensor:
        h, x, w = self.layout(z), None, self.mapping(z)
        for level in self.levels:
            h, x = level(h, x, w)
        return x


class VAE(nn.Module):
    """encode: x -> (mu, logvar);  decode: z -> x_hat;  axes: the directions behind the sliders."""

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.encoder = encoder(config)
        self.decoder = Painter(config) if config.painterly else decoder(config)
        self.register_buffer("z_mean", torch.zeros(config.z_dim))  # mean of the training pictures' mu
        self.register_buffer("codes", torch.eye(config.z_dim))  # eps ~ N(0, 1) times it lies as their mu do
        self.register_buffer("axes", torch.eye(config.z_dim))  # (axes, z_dim), unit length, strongest first
        self.register_buffer(
            "sigma", torch.ones(config.z_dim)
        )  # (axes,), spread of the training pictures along each

    def encode(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x (N, 3, S, S) in [-1, 1] -> mu, logvar, each (N, z_dim). logvar is log(sigma**2), clamped to [-12, 6]."""
        mu, logvar = self.encoder(x).float().chunk(2, dim=1)
        return mu, logvar.clamp(-12, 6)

    def decode(self, z: Tensor) -> Tensor:
        """z (N, z_dim) -> x_hat (N, 3, S, S)."""
        return self.decoder(z)

    def from_normal(self, eps: Tensor) -> Tensor:
        """eps (N, z_dim) ~ N(0, 1) -> z (N, z_dim), distributed as the codes of the training pictures."""
        return self.z_mean + eps @ self.codes

    def to_normal(self, z: Tensor) -> Tensor:
        """z (N, z_dim) -> eps (N, z_dim). The inverse of from_normal: great circles are at home there."""
        return (z - self.z_mean) @ torch.linalg.pinv(self.codes.double()).to(z.dtype)

    def to_sliders(self, z: Tensor) -> Tensor:
        """z (N, z_dim) -> its place on every axis (N, axes), in units of sigma."""
        steps = self.sigma[:, None] * self.axes  # named axes are not at right angles to one another
        return (z - self.z_mean) @ torch.linalg.pinv(steps.double()).to(z.dtype)

    def from_sliders(self, values: Tensor) -> Tensor:
        """Places on the axes (N, axes), in units of sigma -> z (N, z_dim). The inverse of to_sliders."""
        return self.z_mean + (values * self.sigma) @ self.axes


def reparameterize(mu: Tensor, logvar: Tensor, eps: Tensor) -> Tensor:
    """z = mu + sigma * eps, with eps ~ N(0, 1) drawn by the caller; all (N, z_dim)."""
    return mu + (0.5 * logvar).exp() * eps


def pyramid_l1(x_hat: Tensor, x: Tensor, bands: int = 4) -> Tensor:
    """Mean absolute difference, summed over `bands` octaves and the rest below them: a scalar, 0 for equal pictures.

    x_hat, x: (N, 3, H, W). Each octave counts alike although the coarse ones have few pixels, so that composition is
    learnt first and edges are not sold for it. Source: Bojanowski et al. 2018, arXiv:1707.05776 (there Lap1).
    """
    difference, total = x_hat - x, x.new_zeros(())
    for _ in range(bands):
        coarse = F.avg_pool2d(difference, 2)
        total = total + (difference - F.interpolate(coarse, scale_factor=2.0, mode="bilinear")).abs().mean()
        difference = coarse
    return total + difference.abs().mean()


def kl_to_standard_normal(
    mu: Tensor,
    logvar: Tensor,
    free_bits: float = 0.0,
    mean: Callable[[Tensor], Tensor] = lambda kl: kl.mean(0, keepdim=True),
) -> Tensor:
    """KL(N(mu, sigma**2) || N(0, 1)) in nats: (N,), summed over dimensions.

    free_bits: nats a dimension that cost nothing (batch mean), so that no dimension is given up early. mean: (N, z_dim) -> (1, z_dim),
    over a batch of which this may be a share.
    """
    kl = 0.5 * (mu.square() + logvar.exp() - 1 - logvar)  # (N, z_dim)
    if free_bits:
        kl = kl * (mean(kl.detach()) > free_bits)
    return kl.sum(1)
