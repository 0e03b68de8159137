"""The generator, with an encoder that puts a picture back among its codes.

    seed -> eps -> prior -> z -> mapping -> w -> layout + constant -> [upsample, 2 modulated convs, + to_rgb] x levels -> x
                            ^                                                                                      |
                            +--------------------------------- encoder <-------------------------------------------+

The encoder keeps G from forgetting pictures, and afterwards the codes of all training pictures say where to draw from.
Sources: StyleGAN2 (Karras et al. 2020, arXiv:1912.04958) for modulation, demodulation and skip outputs; VAE/GAN
(Larsen et al. 2016, arXiv:1512.09300) for the encoder; Ghosh et al. 2020, arXiv:1903.12436, for the prior fitted afterwards.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart import latents


@dataclass(frozen=True)
class Config:
    height: int = 96  # pixels
    width: int = 64  # pixels; both divisible by 2**(len(channels) - 1)
    z_dim: int = 128
    w_dim: int = 128
    channels: tuple[int, ...] = (256, 192, 96, 48, 24)  # a level, coarsest first; each level doubles the side
    encoder: bool = (
        False  # whether pictures can be encoded, and seeds are drawn from a prior fitted to their codes
    )
    squeeze: int = (
        0  # channels that the encoder's last layer reads; 0: all, which at 128 px are 4 million weights
    )
    styles: int = 0  # kinds of pictures (fruits, painters' styles) that have a prior of their own
    directions: int = (
        0  # steps in eps that change one thing, found after training; see evaluation/directions.py
    )

    def __post_init__(self):
        step = 2 ** (len(self.channels) - 1)
        if self.height % step or self.width % step:
            raise ValueError(
                f"height and width must be divisible by {step}, got {self.height} x {self.width}"
            )
        if (self.styles or self.directions) and not self.encoder:
            raise ValueError("styles and directions are found through an encoder: set encoder too")


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

    def __init__(self, c_in: int, c_out: int, w_dim: int, upsample: bool, grain: bool = False):
        super().__init__()
        self.upsample = upsample
        self.grain = (
            nn.Parameter(torch.zeros(2, c_out)) if grain else None
        )  # how much of it each channel takes
        self.conv0 = ModulatedConv(c_in, c_out, 3, w_dim)
        self.conv1 = ModulatedConv(c_out, c_out, 3, w_dim)
        self.to_rgb = ModulatedConv(c_out, 3, 1, w_dim, demodulate=False)

    def forward(self, h: Tensor, x: Tensor | None, w: Tensor) -> tuple[Tensor, Tensor]:
        if self.upsample:
            h = F.interpolate(h, scale_factor=2, mode="bilinear", align_corners=False)
        h = F.leaky_relu_(self.grained(self.conv0(h, w), 0), 0.2)
        h = F.leaky_relu_(self.grained(self.conv1(h, w), 1), 0.2)
        rgb = self.to_rgb(h, w) * self.RGB_GAIN
        if x is not None:
            rgb = rgb + F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        return h, rgb

    def grained(self, h: Tensor, which: int) -> Tensor:
        """h (N, C, height, width) with grain, always the same, so that a picture can be made again."""
        if self.grain is None:
            return h
        noise = grain(h.shape[2], h.shape[3], which).to(h)
        return h + self.grain[which][:, None, None].to(h.dtype) * noise


@functools.lru_cache(maxsize=32)
def grain(height: int, width: int, which: int) -> Tensor:
    """White noise (height, width) of unit variance, the same at every call."""
    with torch.inference_mode(False):  # it is kept, and a training may come after the first use
        return torch.randn(height, width, generator=torch.Generator().manual_seed(which))


def mapping(z_dim: int, w_dim: int) -> nn.Sequential:
    """z (N, z_dim) of unit variance -> w (N, w_dim) of about unit variance."""
    layers = [nn.Linear(z_dim, w_dim), nn.LeakyReLU(0.2), nn.Linear(w_dim, w_dim), nn.LeakyReLU(0.2)]
    for layer in layers[::2]:
        nn.init.normal_(layer.weight, std=(2 / layer.in_features) ** 0.5)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


class Encoder(nn.Sequential):
    """x (N, 3, height, width) in [-1, 1] -> (mu, logvar) of z, two of (N, z_dim). As plain as a network can be: it
    must find the picture's place, G alone draws."""

    def __init__(self, config: Config):
        c = config.channels[::-1]  # finest first
        step = 2 ** (len(c) - 1)
        layers: list[nn.Module] = [nn.Conv2d(3, c[0], 3, padding=1), nn.LeakyReLU(0.2)]
        for c_in, c_out in pairwise(c):
            layers += [nn.Conv2d(c_in, c_out, 4, 2, 1), nn.LeakyReLU(0.2)]
        if config.squeeze:
            layers += [nn.Conv2d(c[-1], config.squeeze, 1), nn.LeakyReLU(0.2)]
        flat = (config.squeeze or c[-1]) * (config.height // step) * (config.width // step)
        super().__init__(*layers, nn.Flatten(), nn.Linear(flat, 2 * config.z_dim))
        for layer in layers[::2]:
            nn.init.kaiming_normal_(layer.weight, 0.2)
            nn.init.zeros_(layer.bias)
        nn.init.normal_(self[-1].weight, std=0.5 / flat**0.5)  # begins near mu = 0, logvar = 0
        nn.init.zeros_(self[-1].bias)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        mu, logvar = super().forward(x).float().chunk(2, dim=1)  # (N, 2 * z_dim) -> two of (N, z_dim)
        return mu, logvar.clamp(-10, 4)


class Generator(nn.Module):
    """eps (N, z_dim) ~ N(0, 1) -> x (N, 3, height, width), about [-1, 1]."""

    LAYOUT = 32  # channels of the coarse map that w draws itself, beside a constant one
    LEAN = 8  # how many pictures the covariance of all counts for in that of one style

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
        if config.encoder:
            self.encoder = Encoder(config)
            priors = 1 + config.styles  # of all pictures, then of each style
            self.register_buffer("prior_mean", torch.zeros(priors, config.z_dim))
            self.register_buffer("prior_factor", torch.eye(config.z_dim).repeat(priors, 1, 1))
            self.register_buffer("directions", torch.zeros(config.directions, config.z_dim))
        else:
            self.register_buffer(
                "w_mean", torch.zeros(config.w_dim)
            )  # where truncation leads; see set_w_mean

    def prior(self, eps: Tensor, shares: Tensor | None = None) -> Tensor:
        """eps (N, z_dim) ~ N(0, 1) -> z (N, z_dim), distributed as the codes of the training pictures.

        shares (1 + styles,): how much of each prior, summing to 1 (None: all of the first, that of all pictures). One
        eps gives kindred pictures in all styles, since every factor is a symmetric square root.
        """
        if shares is None:
            return self.prior_mean[0] + eps @ self.prior_factor[0]
        shares = shares.to(eps)
        return shares @ self.prior_mean + eps @ torch.einsum("s,sij->ij", shares, self.prior_factor)

    def map(self, eps: Tensor, psi: float = 1.0, shares: Tensor | None = None) -> Tensor:
        """eps (N, z_dim) -> w (N, w_dim). psi: truncation, 1 as trained, 0 the average picture. shares: see prior.

        Source of truncation: Karras et al. 2019, arXiv:1812.04948, section B; with an encoder it shortens eps instead.
        """
        if self.config.encoder:
            return self.mapping(self.prior(psi * eps, shares))
        if shares is not None:
            raise ValueError("this generator knows no styles")
        w = self.mapping(eps * torch.rsqrt(eps.square().mean(1, keepdim=True) + 1e-8))
        return latents.truncate(w, self.w_mean, psi)

    def encode(self, x: Tensor) -> Tensor:
        """x (N, 3, height, width) in [-1, 1] -> its code z (N, z_dim). Raises ValueError without an encoder."""
        if not self.config.encoder:
            raise ValueError("this generator has no encoder")
        return self.encoder(x)[0]

    def place(self, z: Tensor) -> Tensor:
        """Codes z (N, z_dim) -> the eps (N, z_dim) that the prior of all pictures turns into them: prior, backwards.

        Axes along which hardly any code varies are left alone, or they would be blown up.
        """
        values, vectors = torch.linalg.eigh(self.prior_factor[0].double())
        inverse = torch.where(values > 1e-2 * values.max(), 1 / values, 0)
        return (((z - self.prior_mean[0]).double() @ vectors * inverse) @ vectors.T).to(z.dtype)

    def synthesize(self, w: Tensor) -> Tensor:
        """w (N, w_dim), or one w a level (N, levels, w_dim) -> x (N, 3, height, width)."""
        ws = w[:, None].expand(-1, len(self.levels), -1) if w.ndim == 2 else w
        h, x = self.constant + self.layout(ws[:, 0]), None
        for i, level in enumerate(self.levels):
            h, x = level(h, x, ws[:, i])
        return x

    def forward(self, eps: Tensor) -> Tensor:
        return self.synthesize(self.map(eps))

    @torch.no_grad()
    def set_w_mean(self, eps: Tensor) -> None:
        """Without an encoder: remember the mean w of a large sample eps (N, z_dim); N of 10,000 is plenty."""
        self.w_mean.copy_(self.map(eps).mean(0))

    @torch.no_grad()
    def set_prior(self, codes: Tensor, styles: Tensor | None = None) -> None:
        """Fit the priors to the codes (N, z_dim) of the training pictures.

        styles: (N,) int64, the style of each picture in 0 ... config.styles - 1, or -1 for none of them; each has at
        least 2 pictures. None: all styles are like the whole. Few pictures say little about a covariance, so that of
        a style leans a little on that of all (LEAN): more, and a lemon would be half an apple.
        """
        whole = torch.cov(codes.T)
        means, factors = [codes.mean(0)], [_root(whole)]
        for style in range(self.config.styles):
            own = codes if styles is None else codes[styles == style]
            share = len(own) / (len(own) + self.LEAN)
            means.append(own.mean(0))
            factors.append(_root(share * torch.cov(own.T) + (1 - share) * whole))
        self.prior_mean.copy_(torch.stack(means))
        self.prior_factor.copy_(torch.stack(factors))


def _root(covariance: Tensor) -> Tensor:
    """The symmetric square root of a covariance (dim, dim)."""
    values, vectors = torch.linalg.eigh(covariance.double())
    return (vectors * values.clamp(min=0).sqrt() @ vectors.T).float()
