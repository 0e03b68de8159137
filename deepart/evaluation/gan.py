"""Figures of a generator: how far its paintings lie from real ones, with the distance of real from real beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart import data, latents
from deepart.evaluation import attributes, judges, plain_gan
from deepart.models import gan
from deepart.weights import ModelCard

PSIS = (1.0, 0.7)
MOST_TRAIN = 4000  # training pictures that memorisation is looked for in


@torch.inference_mode()
def draw(network: gan.Generator, count: int, psi: float = 1.0, style: int | None = None) -> Tensor:
    """The pictures of seeds 0 ... count-1, clamped to [-1, 1]: (count, 3, H, W) on the CPU. style: its number, or all."""
    device = network.constant.device
    shares = None
    if style is not None:
        shares = torch.zeros(1 + network.config.styles, device=device)
        shares[1 + style] = 1
    out = []
    for seed in range(count):
        w = network.map(latents.z_from_seed(seed, network.config.z_dim).to(device), psi, shares)
        out.append(network.synthesize(w).clamp(-1, 1).cpu())
    return torch.cat(out)


def evaluate(
    network: gan.Generator, test: list[data.Example], train: list[data.Example], count: int = 500
) -> dict[str, Any]:
    """Plain figures at a fixed number of pictures; see judges for each distance.

    `floor` is real training against real test pictures, measured alike. Memorisation compares how near the samples
    lie to the nearest training picture with how near real test pictures lie to it: a ratio well below 1 is copying.
    """
    size = (network.config.height, network.config.width)
    real, other = judges.decode(test, size, "crop", count), judges.decode(train, size, "crop", count)
    result: dict[str, Any] = {"real_pictures": len(real), "samples": count, "judges": "EfficientNet-lite1 and -lite2, ImageNet"}  # fmt: skip
    pairs = {"floor": other} | {f"psi_{psi}": draw(network, count, psi) for psi in PSIS}
    for name in pairs:
        result[name] = {}
    for number in (1, 2):
        judge = judges.lite(number).to(network.constant.device)
        f_real = judges.features(judge, real)
        for name, x in pairs.items():
            result[name][f"lite{number}"] = _distances(judges.features(judge, x), f_real)
        if number == 1:
            result["memorisation"] = _memorisation(network, judge, train, f_real, judges.features(judge, pairs["psi_1.0"]))  # fmt: skip
    for name, x in pairs.items():
        sharpness = attributes.laplacian_variance(x).median() / attributes.laplacian_variance(real).median()
        result[name] |= {
            "sharpness": round(float(sharpness), 3),
            "brightness": _shift(attributes.brightness, x, real),
            "saturation": _shift(attributes.saturation, x, real),
            "edges": _shift(attributes.detail, x, real),
        }
    return result


def against_peers(
    network: gan.Generator,
    test: list[data.Example],
    train: list[data.Example],
    count: int,
    progress: Callable = iter,
) -> dict[str, Any]:
    """Ours and the peers of plain_gan, trained on the same pictures now, all at 64 x 64 px; with the floor."""
    size = (plain_gan.SIDE, plain_gan.SIDE)
    pictures, _, _ = data.load(train, size, "squash", progress)
    real, floor = judges.decode(test, size, "squash", count), judges.decode(train, size, "squash", count)
    small = F.interpolate(draw(network, count), size, mode="bilinear", antialias=True)
    sets: dict[str, tuple[Tensor, dict[str, Any]]] = {"floor": (floor, {}), "ours": (small, {})}
    result: dict[str, Any] = {}
    for name, peer in plain_gan.train(pictures, plain_gan.MINUTES, progress).items():
        if isinstance(peer, str):
            result[name] = peer
        else:
            sets[name] = (peer.paint(count, 0), peer.facts)
    for number in (1, 2):
        judge = judges.lite(number)
        f_real = judges.features(judge, real)
        for name, (x, facts) in sets.items():
            found = result.setdefault(name, dict(facts))
            found[f"lite{number}"] = _distances(judges.features(judge, x), f_real)
    return result


@torch.inference_mode()
def agreement(
    network: gan.Generator,
    labels: list[str],
    card: ModelCard,
    classifier: nn.Module,
    count: int,
    psi: float = 0.8,
) -> dict[str, Any] | None:
    """How often our classifier finds in samples of a style that style, of those that the generator knows.

    None when the classifier does not know all of them. The share that guessing gives stands beside it.
    """
    if not labels or not set(labels) <= set(card.labels):
        return None
    columns = [card.labels.index(label) for label in labels]
    each = max(1, count // len(labels))
    found = {}
    for i, label in enumerate(labels):
        x = draw(network, each, psi, i)
        side = classifier.config.image_size
        x = F.interpolate(x, (side, side), mode="bilinear", antialias=True)
        logits = torch.cat([classifier(part.to(classifier.center.device))[0].cpu() for part in x.split(16)])
        found[label] = round(float((logits[:, columns].argmax(1) == i).float().mean()), 3)
    mean = round(sum(found.values()) / len(found), 3)
    return {"classifier": card.name, "samples_a_style": each, "psi": psi, "mean": mean, "by_chance": round(1 / len(labels), 3), "by_style": found}  # fmt: skip


def _distances(fake: Tensor, real: Tensor) -> dict[str, Any]:
    precision, recall = judges.precision_recall(fake, real)
    return {
        "kernel_distance": judges.figure(judges.kernel_distance(fake, real)),
        "frechet_distance": round(judges.frechet_distance(fake, real), 2),
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "variety": round(spread(fake) / spread(real), 3),
    }


def _memorisation(
    network: gan.Generator, judge: nn.Module, train: list[data.Example], f_real: Tensor, f_fake: Tensor
) -> dict[str, float]:
    """Median distances to the nearest of at most MOST_TRAIN training pictures, of samples and of real test pictures."""
    size = (network.config.height, network.config.width)
    f_train = judges.features(judge, judges.decode(train, size, "crop", MOST_TRAIN))
    fake, real = judges.nearest(f_fake, f_train).median(), judges.nearest(f_real, f_train).median()
    return {
        "samples": round(float(fake), 3),
        "real": round(float(real), 3),
        "ratio": round(float(fake / real), 3),
    }


def spread(features: Tensor) -> float:
    """Mean distance of the features (N, C) from their mean: small when all pictures are alike."""
    return float((features - features.mean(0)).norm(dim=1).mean())


def _shift(measure: Callable[[Tensor], Tensor], fake: Tensor, real: Tensor) -> float:
    return round(float(measure(fake).mean() - measure(real).mean()), 3)
