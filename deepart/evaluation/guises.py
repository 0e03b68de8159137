"""Whether a classifier says the same of a picture in another guise, and whom it turns away."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from deepart import data, images
from deepart.data import Example
from deepart.evaluation.classifier import answers
from deepart.evaluation.statistics import share
from deepart.models.style_cnn import judge
from deepart.weights import ModelCard


@torch.no_grad()
def shape_sensitivity(
    network: nn.Module, card: ModelCard, examples: Sequence[Example], device: torch.device | str = "cpu"
) -> dict[str, float]:
    """How far chances move (mean total variation, 0 to 1) when a picture is shown in another guise."""
    size = network.config.image_size
    network = network.to(device, memory_format=torch.channels_last)
    totals: dict[str, list[float]] = {}
    for example in examples:
        try:
            picture = images.open_picture(example.path)
        except images.PictureError:
            continue
        guises = other_guises(picture, size)
        x = torch.stack([images.to_tensor(guise, size) for guise in guises.values()])
        p, _ = judge(*(v.float().cpu() for v in network(x.to(device))), card.settings)
        for name, distance in zip(guises, (p - p[:1]).abs().sum(1) / 2, strict=True):
            totals.setdefault(name, []).append(float(distance))
    return {name: round(sum(v) / len(v), 4) for name, v in totals.items() if name != "as it is"}


def turned_away(
    network: nn.Module,
    card: ModelCard,
    examples: Sequence[Example],
    device: torch.device | str = "cpu",
    progress: Callable = iter,
) -> dict[str, Any]:
    """How many pictures that are no paintings are told to be none: {"n", "turned_away"}."""
    logits, not_painting, kept = answers(network, examples, device, progress)
    _, verdicts = judge(logits, not_painting, card.settings)
    return {"n": len(kept), "turned_away": share(torch.tensor([v == "not-a-painting" for v in verdicts]))}


@torch.no_grad()
def turned_away_in(
    network: nn.Module,
    card: ModelCard,
    examples: Sequence[Example],
    changes: dict[str, Callable[[Tensor, torch.Generator], Tensor]],
    device: torch.device | str = "cpu",
) -> dict[str, float]:
    """The share of paintings that are told to be none, once for each of `changes` (x, generator) -> x, such as those of
    training/appearances.py. Random numbers are other ones than in training."""
    size = network.config.image_size
    network = network.to(device, memory_format=torch.channels_last)
    x = data.to_float(data.load(examples, (size, size), "squash")[0])
    found = {}
    for name, change in changes.items():
        generator, odd = torch.Generator().manual_seed(2**31), []
        for part in x.split(16):
            seen = change(part, generator).contiguous(memory_format=torch.channels_last).to(device)
            _, verdicts = judge(*(v.float().cpu() for v in network(seen)), card.settings)
            odd += [v == "not-a-painting" for v in verdicts]
        found[name] = round(sum(odd) / len(odd), 4)
    return found


def other_guises(picture: Image.Image, size: int) -> dict[str, Image.Image]:
    """The same picture as it is, squashed to a square beforehand, mirrored, as JPEG 60, and at half the size."""
    w, h = picture.size
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=60)
    return {
        "as it is": picture,
        "squashed": picture.resize((size, size), Image.Resampling.BICUBIC),
        "mirrored": picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "jpeg 60": Image.open(file).convert("RGB"),
        "half size": picture.resize((max(1, w // 2), max(1, h // 2)), Image.Resampling.LANCZOS),
    }
