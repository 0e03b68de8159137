"""Figures of a VAE: what is left of a picture after the trip through its latent space, and whether sliders work."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from deepart import data
from deepart.evaluation import attributes, judges
from deepart.models import vae


@torch.inference_mode()
def reconstruct(network: vae.VAE, x: Tensor, batch: int = 32) -> tuple[Tensor, Tensor, Tensor]:
    """x (N, 3, S, S) -> (x_hat clamped to [-1, 1], mu, logvar), all on the CPU."""
    device = network.z_mean.device
    parts = []
    for part in x.split(batch):
        mu, logvar = network.encode(part.to(device))
        parts.append((network.decode(mu).clamp(-1, 1).cpu(), mu.cpu(), logvar.cpu()))
    return tuple(torch.cat(column) for column in zip(*parts, strict=True))


def evaluate(network: vae.VAE, test: list[data.Example], count: int = 500) -> dict[str, Any]:
    """Plain figures over at most `count` pictures of a split, drawn evenly."""
    size = network.config.image_size
    x = judges.decode(test, (size, size), "squash", count)
    x_hat, mu, logvar = reconstruct(network, x)
    judge = judges.lite1().to(network.z_mean.device)
    real = judges.features(judge, x)
    psnr = 10 * torch.log10(4 / (x_hat - x).square().mean((1, 2, 3)))
    sharp = attributes.laplacian_variance(x_hat) / attributes.laplacian_variance(x).clamp(min=1e-6)
    prior = random_pictures(network, len(x))[1]
    return {
        "pictures": len(x),
        "features": "EfficientNet-lite1, ImageNet",
        "psnr_db": round(float(psnr.mean()), 2),
        "l1": round(float((x_hat - x).abs().mean()), 4),
        "kernel_distance_reconstructions": judges.figure(
            judges.kernel_distance(judges.features(judge, x_hat), real)
        ),
        "kernel_distance_prior": judges.figure(judges.kernel_distance(judges.features(judge, prior), real)),
        "sharpness_ratio_median": round(float(sharp.median()), 3),
        "kl_nats": round(float(vae.kl_to_standard_normal(mu, logvar).mean()), 1),
        "active_units": int((mu.var(0) > 0.01).sum()),  # Burda et al. 2016, arXiv:1509.00519
    }


@torch.inference_mode()
def random_pictures(network: vae.VAE, count: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """(places on all axes in sigma (count, axes), their pictures (count, 3, S, S) clamped), on the CPU."""
    generator = torch.Generator().manual_seed(seed)
    values = torch.randn(count, network.config.z_dim, generator=generator)
    device = network.z_mean.device
    parts = [network.decode(network.from_sliders(v.to(device))).clamp(-1, 1).cpu() for v in values.split(32)]
    return values, torch.cat(parts)
