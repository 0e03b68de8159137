"""Figures of an enlarger: pieces of paintings at their own resolution, made small and enlarged again, beside what
bicubic and Lanczos interpolation make of the same small pictures.

Interpolation is all a picture gets elsewhere; so its figures are measured in every run, in the same way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from deepart import data, images
from deepart.evaluation import judges, likeness
from deepart.models import enlarge

SIDE = 192  # px of the pieces; a painting with fewer is left out
SMALLER = Image.Resampling.BICUBIC  # how pieces are made small: what the literature does
EDGES = 0.25  # share of the pixels, those with most contrast around them, where halos are looked for
FILTERS = {"bicubic": Image.Resampling.BICUBIC, "Lanczos": Image.Resampling.LANCZOS}


def evaluate(
    network: enlarge.Enlarger, test: list[data.Example], count: int = 500, progress: Callable = iter
) -> dict[str, Any]:
    """{pictures, judges, x2: {enlarger, bicubic, Lanczos}, x4: ...} over at most `count` paintings, drawn evenly.

    Raises DataError when none has SIDE pixels both ways.
    """
    x = middles(test, count, progress)
    result: dict[str, Any] = {"pictures": len(x), "judges": "EfficientNet-lite1 and -lite2, ImageNet"}
    nets = {number: likeness.stages(number) for number in (1, 2)}
    original = data.to_float(x)
    for times in enlarge.TIMES:
        small = torch.stack([resized(piece, SIDE // times, SMALLER) for piece in x])
        made = {"enlarger": enlarged(network, small, times)}
        for name, kernel in FILTERS.items():
            made[name] = data.to_float(torch.stack([resized(piece, SIDE, kernel) for piece in small]))
        result[f"x{times}"] = {name: compare(original, x_hat, times, nets) for name, x_hat in made.items()}
    return result


def middles(examples: list[data.Example], count: int, progress: Callable = iter) -> Tensor:
    """The middle of each painting, never resampled: uint8 (N, 3, SIDE, SIDE). Raises DataError when there is none."""
    found = []
    for example in progress(examples):
        try:
            picture = images.open_picture(example.path)
        except images.PictureError:
            continue
        if min(picture.size) >= SIDE:
            left, top = ((side - SIDE) // 2 for side in picture.size)
            found.append(images.to_uint8(picture.crop((left, top, left + SIDE, top + SIDE)), SIDE))
    if not found:
        raise data.DataError(
            f"an enlarger is measured on paintings of {SIDE} x {SIDE} px or more, and none of {len(examples)} is"
        )
    if len(found) > count:
        found = [found[i * len(found) // count] for i in range(count)]
    return torch.from_numpy(np.stack(found))


def resized(x: Tensor, side: int, kernel: Image.Resampling) -> Tensor:
    """uint8 (3, H, W) -> (3, side, side), by Pillow."""
    picture = Image.fromarray(x.permute(1, 2, 0).contiguous().numpy()).resize((side, side), kernel)
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1)


@torch.inference_mode()
def enlarged(network: enlarge.Enlarger, small: Tensor, times: int, batch: int = 16) -> Tensor:
    """uint8 (N, 3, h, w) -> float (N, 3, times * h, times * w), in the 256 shades that a file can hold."""
    device = next(network.parameters()).device
    parts = [network(data.to_float(part.to(device)), times).cpu() for part in small.split(batch)]
    return data.to_float(torch.cat(parts).clamp(-1, 1).add(1).mul(127.5).round().byte())


def compare(x: Tensor, x_hat: Tensor, times: int, nets: dict[int, torch.nn.Module]) -> dict[str, Any]:
    """How like x (N, 3, S, S) in [-1, 1] its enlarged small versions are."""
    result: dict[str, Any] = {}
    for number, net in nets.items():
        apart = likeness.perceptual_distance(net, x, x_hat)
        found = (float(apart.mean()), float(apart.std() / len(x) ** 0.5))
        result[f"perceptual_lite{number}"] = judges.figure(found)
    octaves = likeness.spectrum_error(x, x_hat)
    return result | {
        "spectrum_error_db": round(float(octaves.abs().mean()), 2),
        "spectrum_db_by_octave": [round(v, 1) for v in octaves.mean(0).tolist()],
        "overshoot_percent": round(overshoot_at_edges(x, x_hat, times), 3),
        "grid_nepers": round(float(enlarge.spectrum_gap(x_hat, x, times)[1].sqrt()), 3),
        "colour_shift": round(float((x_hat - x).mean((2, 3)).abs().mean() * 127.5), 3),
        "psnr_db": round(float(likeness.psnr(x, x_hat).mean()), 2),
        "ssim": round(float(likeness.ssim(x, x_hat).mean()), 3),
    }


def overshoot_at_edges(x: Tensor, x_hat: Tensor, times: int) -> float:
    """How far x_hat leaves the range of x within 2 pixels, per cent of the whole range, mean over the EDGES of each.

    Edges are as wide as interpolation rings: two pixels of the small picture to either side.
    """
    side = 4 * times + 1
    contrast = (F.max_pool2d(x, side, 1, side // 2) + F.max_pool2d(-x, side, 1, side // 2)).mean(
        1
    )  # (N, H, W)
    beyond = enlarge.overshoot(x_hat, x).mean(1)
    limit = contrast.flatten(1).quantile(1 - EDGES, dim=1)[:, None, None]
    return float(beyond[contrast >= limit].mean() / 2 * 100)
