"""Features that judge pictures: EfficientNet-lite1, which no training here has seen. Distances between sets of them."""

from __future__ import annotations

import timm
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart import data, devices, weights
from deepart.models.features import MEAN, STD

SIDE = 128  # px; pictures are resized to it before they are judged
SUBSETS, SUBSET = 50, 200  # kernel distances are means over so many random subsets of so many pictures


def lite1() -> nn.Module:
    """ImageNet EfficientNet-lite1 without its classifier: x (N, 3, S, S) -> (N, 1280).

    Raises WeightsError when the package that carries its weights is not installed.
    """
    net = timm.create_model("tf_efficientnet_lite1")
    net.load_state_dict(weights.imagenet_lite(1))
    net.reset_classifier(0)
    return net.eval().requires_grad_(False)


@torch.inference_mode()
def features(judge: nn.Module, x: Tensor, batch: int = 32) -> Tensor:
    """x (N, 3, H, W) in [-1, 1] -> (N, 1280) float32 on the CPU."""
    device = next(judge.parameters()).device
    out = []
    for part in x.split(batch):
        part = F.interpolate(part.to(device), size=(SIDE, SIDE), mode="bilinear", antialias=True)
        with devices.autocast(device):
            out.append(judge((part * 0.5 + 0.5 - MEAN) / STD).float().cpu())
    return torch.cat(out)


def kernel_distance(a: Tensor, b: Tensor, seed: int = 0) -> tuple[float, float]:
    """How far two sets of features (N, C), (M, C) lie apart: mean and standard error over random subsets.

    The unbiased estimate of the squared maximum mean discrepancy with the kernel (x.y / C + 1)**3: 0 for two samples
    of one distribution (it can fall below), no unit, features divided by their joint root mean square.
    Source: Binkowski et al. 2018, arXiv:1801.01401 (there in features of another network, so do not compare).
    """
    scale = torch.cat([a, b]).square().mean().sqrt()
    a, b = a.double() / scale, b.double() / scale
    size = min(SUBSET, len(a), len(b))
    if size < 2:
        raise ValueError(f"a kernel distance needs 2 pictures on each side, got {len(a)} and {len(b)}")
    generator = torch.Generator().manual_seed(seed)
    values = []
    for _ in range(SUBSETS):
        x = a[torch.randperm(len(a), generator=generator)[:size]]
        y = b[torch.randperm(len(b), generator=generator)[:size]]
        kxx, kyy, kxy = ((p @ q.T / a.shape[1] + 1) ** 3 for p, q in ((x, x), (y, y), (x, y)))
        within = (kxx.sum() - kxx.trace() + kyy.sum() - kyy.trace()) / (size * (size - 1))
        values.append(float(within - 2 * kxy.mean()))
    found = torch.tensor(values)
    return float(found.mean()), float(found.std() / SUBSETS**0.5)


def figure(pair: tuple[float, float]) -> dict[str, float]:
    """(mean, standard error) as a card writes them."""
    return {"mean": round(pair[0], 4), "standard_error": round(pair[1], 4)}


def decode(examples: list[data.Example], size: tuple[int, int], fit: str, most: int | None = None) -> Tensor:
    """Pictures of a data set as float x (N, 3, H, W) in [-1, 1]; evenly spread over the list if `most` are wanted."""
    if most and len(examples) > most:
        examples = [examples[i * len(examples) // most] for i in range(most)]
    return data.to_float(data.load(examples, size, fit)[0])
