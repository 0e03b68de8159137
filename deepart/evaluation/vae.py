"""Figures of a VAE: what is left of a picture after the trip through its latent space, and whether sliders work."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from deepart import data
from deepart.evaluation import attributes, judges, likeness, plain_vae
from deepart.models import vae

REACH, STEPS = 2.0, 9  # sigma to either side, and places on the way, at which sliders are tried
TRIED = 64  # pictures that sliders are tried on


@torch.inference_mode()
def reconstruct(network: vae.VAE, x: Tensor, batch: int = 32) -> tuple[Tensor, Tensor, Tensor]:
    """x (N, 3, S, S) -> (x_hat clamped to [-1, 1], mu, logvar), all on the CPU."""
    device = network.z_mean.device
    parts = []
    for part in x.split(batch):
        mu, logvar = network.encode(part.to(device))
        parts.append((network.decode(mu).clamp(-1, 1).cpu(), mu.cpu(), logvar.cpu()))
    return tuple(torch.cat(column) for column in zip(*parts, strict=True))


def evaluate(
    network: vae.VAE,
    test: list[data.Example],
    count: int = 500,
    axes: list[dict[str, Any]] | None = None,
    train: list[data.Example] | None = None,
    progress: Callable = iter,
) -> dict[str, Any]:
    """Figures over at most `count` pictures of a split, drawn evenly.

    axes: the card's names of the first sliders, to be checked. train: if given, the two peers of plain_vae are fitted
    on these pictures and measured on the same ones.
    """
    size = network.config.image_size
    x = judges.decode(test, (size, size), "squash", count)
    x_hat, mu, logvar = reconstruct(network, x)
    result: dict[str, Any] = {"pictures": len(x), "judges": "EfficientNet-lite1 and -lite2, ImageNet"}
    result |= copies(x, x_hat)
    prior = random_pictures(network, len(x))[1]
    for number in (1, 2):
        judge = judges.lite(number)
        found = judges.kernel_distance(judges.features(judge, prior), judges.features(judge, x))
        result[f"kernel_distance_prior_lite{number}"] = judges.figure(found)
    result |= {
        "kl_nats": round(float(vae.kl_to_standard_normal(mu, logvar).mean()), 1),
        "active_units": int((mu.var(0) > 0.01).sum()),  # Burda et al. 2016, arXiv:1509.00519
        "sliders": sliders(network, x[:: max(1, len(x) // TRIED)], axes or []),
    }
    if train is not None:
        pictures, _, _ = data.load(train, (size, size), "squash", progress)
        parameters = sum(p.numel() for p in network.parameters())
        peers = plain_vae.peers(pictures, x, network.config.z_dim, parameters)
        result["peers"] = {name: about | copies(x, found) for name, (found, about) in peers.items()}
    return result


def copies(x: Tensor, x_hat: Tensor) -> dict[str, Any]:
    """How like x (N, 3, S, S) its copies are."""
    result: dict[str, Any] = {}
    for number in (1, 2):
        apart = likeness.perceptual_distance(likeness.stages(number), x, x_hat)
        judge = judges.lite(number)
        distance = judges.kernel_distance(judges.features(judge, x_hat), judges.features(judge, x))
        result[f"perceptual_lite{number}"] = judges.figure(
            (float(apart.mean()), float(apart.std() / len(x) ** 0.5))
        )
        result[f"kernel_distance_lite{number}"] = judges.figure(distance)
    octaves = likeness.spectrum_error(x, x_hat)
    sharp = attributes.laplacian_variance(x_hat) / attributes.laplacian_variance(x).clamp(min=1e-6)
    return result | {
        "spectrum_error_db": round(float(octaves.abs().mean()), 2),
        "spectrum_db_by_octave": [round(v, 1) for v in octaves.mean(0).tolist()],
        "sharpness_ratio_median": round(float(sharp.median()), 3),
        "psnr_db": round(float(likeness.psnr(x, x_hat).mean()), 2),
        "ssim": round(float(likeness.ssim(x, x_hat).mean()), 3),
        "l1": round(float((x_hat - x).abs().mean()), 4),
    }


@torch.inference_mode()
def sliders(network: vae.VAE, x: Tensor, axes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each named slider moved from -REACH to REACH sigma around the places of own pictures x (N, 3, S, S).

    monotonicity: Spearman's correlation of slider and attribute, mean over pictures; moves: the attribute's change over
    the whole way, in its standard deviations over x; others: the largest change of any other, in theirs.
    """
    mu = reconstruct(network, x)[1].to(network.z_mean.device)
    home = network.to_sliders(mu)
    spread = torch.stack([f(x) for f in attributes.ATTRIBUTES.values()], 1).std(0).clamp(min=1e-6)
    found = []
    for i, axis in enumerate(axes):
        if axis["name"] not in attributes.ATTRIBUTES:
            continue
        places = torch.stack([home] * STEPS, 1)  # (N, STEPS, axes)
        places[:, :, i] += torch.linspace(-REACH, REACH, STEPS, device=home.device)
        drawn = torch.cat(
            [
                network.decode(network.from_sliders(p)).clamp(-1, 1).cpu()
                for p in places.flatten(0, 1).split(32)
            ]
        )
        values = torch.stack([f(drawn) for f in attributes.ATTRIBUTES.values()], 1).unflatten(
            0, (len(x), STEPS)
        )
        own = list(attributes.ATTRIBUTES).index(axis["name"])
        moved = ((values[:, -1] - values[:, 0]) / spread).mean(0)
        others = torch.cat([moved[:own], moved[own + 1 :]])
        found.append(
            {
                "name": axis["name"],
                "monotonicity": round(float(_spearman(values[:, :, own]).mean()), 3),
                "moves": round(float(moved[own]), 2),
                "others": round(float(others.abs().max()), 2),
            }
        )
    return found


def _spearman(values: Tensor) -> Tensor:
    """Rank correlation of each row (N, steps) with its column numbers: (N,)."""
    ranks = values.argsort(1).argsort(1).float()
    steps = torch.arange(values.shape[1], dtype=torch.float32)
    a, b = ranks - ranks.mean(1, keepdim=True), steps - steps.mean()
    return (a * b).sum(1) / (a.norm(dim=1) * b.norm())


@torch.inference_mode()
def random_pictures(network: vae.VAE, count: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """(places on all axes in sigma (count, axes), their pictures (count, 3, S, S) clamped), on the CPU.

    Places are distributed as the codes of the training pictures: the axes may lean on one another, so standard normal
    numbers go through the whole space instead of onto each slider.
    """
    generator = torch.Generator().manual_seed(seed)
    eps = torch.randn(count, network.config.z_dim, generator=generator)
    device = network.z_mean.device
    values = network.to_sliders(network.from_normal(eps.to(device)))
    parts = [network.decode(network.from_sliders(v)).clamp(-1, 1).cpu() for v in values.split(32)]
    return values.cpu(), torch.cat(parts)
