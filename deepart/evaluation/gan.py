"""Figures of a generator: how far its paintings lie from real ones, with the distance of real from real beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from deepart import data, latents
from deepart.evaluation import attributes, judges
from deepart.models import gan


@torch.inference_mode()
def draw(network: gan.Generator, count: int, psi: float = 1.0) -> Tensor:
    """The pictures of seeds 0 ... count-1, clamped to [-1, 1]: (count, 3, H, W) on the CPU."""
    device = network.constant.device
    out = []
    for seed in range(count):
        w = network.map(latents.z_from_seed(seed, network.config.z_dim).to(device), psi)
        out.append(network.synthesize(w).clamp(-1, 1).cpu())
    return torch.cat(out)


def evaluate(
    network: gan.Generator, test: list[data.Example], train: list[data.Example], count: int = 500
) -> dict[str, Any]:
    """Plain figures; see judges.kernel_distance for the distance. `floor` is real training against real test pictures."""
    size = (network.config.height, network.config.width)
    real, other = judges.decode(test, size, "crop", count), judges.decode(train, size, "crop", count)
    judge = judges.lite1().to(network.constant.device)
    f_real, f_other = judges.features(judge, real), judges.features(judge, other)
    result: dict[str, Any] = {
        "real_pictures": len(real),
        "samples": count,
        "features": "EfficientNet-lite1, ImageNet",
    }
    result["floor"] = judges.figure(judges.kernel_distance(f_other, f_real))
    for psi in (1.0, 0.7):
        fake = draw(network, count, psi)
        f_fake = judges.features(judge, fake)
        sharpness = (
            attributes.laplacian_variance(fake).median() / attributes.laplacian_variance(real).median()
        )
        result[f"psi_{psi}"] = {
            "kernel_distance": judges.figure(judges.kernel_distance(f_fake, f_real)),
            "variety": round(spread(f_fake) / spread(f_real), 3),
            "sharpness": round(float(sharpness), 3),
            "brightness": _shift(attributes.brightness, fake, real),
            "saturation": _shift(attributes.saturation, fake, real),
        }
    return result


def spread(features: Tensor) -> float:
    """Mean distance of the features (N, C) from their mean: small when all pictures are alike."""
    return float((features - features.mean(0)).norm(dim=1).mean())


def _shift(measure: Callable[[Tensor], Tensor], fake: Tensor, real: Tensor) -> float:
    return round(float(measure(fake).mean() - measure(real).mean()), 3)
