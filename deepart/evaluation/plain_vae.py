"""The peers of a VAE, fitted and measured in one run with it: principal components, and the plain VAE of the tutorials."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn

from deepart import data, devices
from deepart.models.vae import kl_to_standard_normal, reparameterize

MINUTES = 15.0  # of processor time for training the plain VAE
BATCH, LR = 16, 1e-3
SAMPLE = 3000  # pictures that principal components are found on


def peers(
    pictures: Tensor,
    x: Tensor,
    z_dim: int,
    parameters: int,
    minutes: float = MINUTES,
) -> dict[str, tuple[Tensor, dict[str, Any]]]:
    """The copies of x (N, 3, S, S) by both peers, fitted on uint8 pictures (M, 3, S, S): name -> (x_hat, facts).

    Both have `z_dim` numbers a picture; the plain VAE has about as many `parameters`.
    """
    net = PlainVAE(x.shape[-1], z_dim, width_for(x.shape[-1], z_dim, parameters))
    seen = fit(net, pictures, minutes)
    with torch.inference_mode():
        own = torch.cat([net.decoder(net.encoder(part)[:, :z_dim]).clamp(-1, 1) for part in x.split(32)])
    count = sum(p.numel() for p in net.parameters())
    return {
        "plain_vae": (own, {"parameters": count, "pictures_seen": seen, "minutes": minutes}),
        "principal_components": (components(pictures, x, z_dim), {"fitted_on": min(SAMPLE, len(pictures))}),
    }


class PlainVAE(nn.Module):
    """Strided convolutions down, transposed ones up: the usual first VAE. Trained with squared error and KL."""

    def __init__(self, size: int, z_dim: int, width: int):
        super().__init__()
        c = (3, width, 2 * width, 4 * width, 8 * width)
        self.side = size // 2 ** (len(c) - 1)
        down: list[nn.Module] = []
        for c_in, c_out in pairwise(c):
            down += [nn.Conv2d(c_in, c_out, 4, 2, 1), nn.BatchNorm2d(c_out), nn.ReLU()]
        flat = c[-1] * self.side**2
        self.encoder = nn.Sequential(*down, nn.Flatten(), nn.Linear(flat, 2 * z_dim))
        up: list[nn.Module] = [nn.Linear(z_dim, flat), nn.Unflatten(1, (c[-1], self.side, self.side))]
        for c_in, c_out in pairwise(c[:0:-1]):
            up += [nn.ConvTranspose2d(c_in, c_out, 4, 2, 1), nn.BatchNorm2d(c_out), nn.ReLU()]
        self.decoder = nn.Sequential(*up, nn.ConvTranspose2d(width, 3, 4, 2, 1), nn.Tanh())


def width_for(size: int, z_dim: int, parameters: int) -> int:
    """The width at which a PlainVAE has the number of parameters that comes nearest."""
    widths = range(4, 129)
    counts = []
    for width in widths:
        with torch.device("meta"):
            counts.append(sum(p.numel() for p in PlainVAE(size, z_dim, width).parameters()))
    return min(zip(widths, counts, strict=True), key=lambda pair: abs(pair[1] - parameters))[0]


def fit(net: PlainVAE, pictures: Tensor, minutes: float, steps: int | None = None) -> int:
    """Train for some minutes of processor time, or for so many steps; returns how many pictures it saw.

    Loss: squared error and KL, both summed over a picture.
    """
    torch.manual_seed(0)
    optimizer = torch.optim.Adam(net.parameters(), LR)
    batches, generator = data.Batches(len(pictures), BATCH, 0), torch.Generator().manual_seed(0)
    end, seen = time.process_time() + 60 * minutes, 0
    net.train()
    while seen < steps * BATCH if steps else time.process_time() < end:
        x = data.to_float(pictures[next(batches)])
        with devices.autocast(x.device):
            mu, logvar = net.encoder(x).float().chunk(2, 1)
            logvar = logvar.clamp(-12, 6)
            eps = torch.randn(mu.shape, generator=generator)
            x_hat = net.decoder(reparameterize(mu, logvar, eps)).float()
        loss = (x_hat - x).square().sum((1, 2, 3)).mean() + kl_to_standard_normal(mu, logvar).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1e4)
        optimizer.step()
        seen += BATCH
    net.eval()
    return seen


def components(pictures: Tensor, x: Tensor, count: int) -> Tensor:
    """x (N, 3, S, S) through the first `count` principal components of some of the pictures, and back, clamped."""
    some = data.to_float(pictures[:: max(1, len(pictures) // SAMPLE)][:SAMPLE]).flatten(1)
    mean = some.mean(0)
    torch.manual_seed(0)  # of the random projection
    _, _, axes = torch.svd_lowrank(some - mean, q=min(count + 16, *some.shape), niter=4)
    axes = axes[:, :count]
    flat = x.flatten(1) - mean
    return (mean + flat @ axes @ axes.T).unflatten(1, x.shape[1:]).clamp(-1, 1)
