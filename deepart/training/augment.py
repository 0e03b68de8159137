"""Random changes of training pictures, on batches of tensors, with the randomness as an argument."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor

from deepart.training import deal


def _uniform(n: int, low: float, high: float, x: Tensor, generator: torch.Generator) -> Tensor:
    drawn = deal.rand(generator, n, 1, 1, 1)  # on the CPU: the same numbers on every device
    return (low + (high - low) * drawn).to(x.device, x.dtype)


def flip(x: Tensor, generator: torch.Generator) -> Tensor:
    """Mirror each picture of x (N, 3, H, W) left to right with probability 1/2."""
    mirrored = deal.rand(generator, len(x), 1, 1, 1).to(x.device) < 0.5
    return torch.where(mirrored, x.flip(3), x)


def diff_augment(x: Tensor, generator: torch.Generator) -> Tensor:
    """What D sees of real and fake pictures alike: colour, a shift by up to 1/8, a grey patch. Differentiable.

    x (N, 3, H, W) in [-1, 1]. As both sides get it, it does not leak into samples.
    Source: Zhao et al. 2020, arXiv:2006.10738.
    """
    n, _, h, w = x.shape
    x = x + _uniform(n, -0.2, 0.2, x, generator)  # brightness
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * _uniform(n, 0.5, 1.5, x, generator)  # saturation
    mean = x.mean((1, 2, 3), keepdim=True)
    x = mean + (x - mean) * _uniform(n, 0.75, 1.25, x, generator)  # contrast
    return _cutout(_shift(x, h // 8, w // 8, generator), generator)


def _shift(x: Tensor, most_y: int, most_x: int, generator: torch.Generator) -> Tensor:
    n, _, h, w = x.shape
    dy = deal.randint(generator, 0, 2 * most_y + 1, n)
    dx = deal.randint(generator, 0, 2 * most_x + 1, n)
    padded = F.pad(x, (most_x, most_x, most_y, most_y), mode="replicate")
    moved = [
        padded[i, :, y : y + h, a : a + w]
        for i, (y, a) in enumerate(zip(dy.tolist(), dx.tolist(), strict=True))
    ]
    return torch.stack(moved)


def _cutout(x: Tensor, generator: torch.Generator) -> Tensor:
    """Blank a rectangle of 3/8 of each side, placed anywhere."""
    n, _, h, w = x.shape
    top = deal.randint(generator, -h // 4, h, n, 1, 1, 1).to(x.device)
    left = deal.randint(generator, -w // 4, w, n, 1, 1, 1).to(x.device)
    rows = torch.arange(h, device=x.device).view(1, 1, h, 1)
    columns = torch.arange(w, device=x.device).view(1, 1, 1, w)
    hole = (rows >= top) & (rows < top + 3 * h // 8) & (columns >= left) & (columns < left + 3 * w // 8)
    return torch.where(hole, torch.zeros((), device=x.device, dtype=x.dtype), x)


def reproduction(x: Tensor, generator: torch.Generator, size: int) -> Tensor:
    """A detail of another reproduction of the same painting: scanned, printed or sent by somebody else.

    x (N, 3, H, W) in [-1, 1] -> (N, 3, size, size). Cut, mirrored, softened, recoloured, compressed: shape, sharpness
    and JPEG quality tell the source of a file, and sources go with styles, so none of them may carry anything.
    """
    x = flip(random_crop(x, generator, size), generator)
    x = recolour(soften(x, generator), generator)
    return jpeg_like(x, generator).clamp(-1, 1)


def sent_on(x: Tensor, generator: torch.Generator) -> Tensor:
    """The same reproduction after it was shrunken, compressed and sent on: x (N, 3, H, W) in [-1, 1], nothing moved."""
    return jpeg_like(soften(x, generator, least=0.5, share=0.75), generator, share=0.75).clamp(-1, 1)


def random_crop(
    x: Tensor, generator: torch.Generator, size: int, zoom: float = 1.25, aspect: float = 4 / 3
) -> Tensor:
    """A random rectangle of each picture (N, 3, H, W), brought to size x size: brushwork, without the shape.

    zoom: the rectangle is this much smaller or larger than `size`, at most; aspect: so much wider or taller, at most.
    """
    h, w = x.shape[2:]
    cut = []
    for i, (scale, shape, top, left) in enumerate(deal.rand(generator, len(x), 4).tolist()):
        side, stretch = size * zoom ** (2 * scale - 1), aspect ** (shape - 0.5)
        ch, cw = max(1, min(h, round(side / stretch))), max(1, min(w, round(side * stretch)))
        y, a = round((h - ch) * top), round((w - cw) * left)
        part = x[i : i + 1, :, y : y + ch, a : a + cw]
        cut.append(
            F.interpolate(
                part, (size, size), mode="bilinear", align_corners=False, antialias=max(ch, cw) > size
            )
        )
    return torch.cat(cut)


def soften(x: Tensor, generator: torch.Generator, least: float = 0.4, share: float = 0.6) -> Tensor:
    """Pass a `share` of the pictures through a smaller size, from `least` to all of their own: a loss of sharpness."""
    n, _, h, w = x.shape
    u = deal.rand(generator, n, 2).tolist()
    out = []
    for picture, (chosen, by) in zip(x.split(1), u, strict=True):
        if chosen < share:
            scale = least + (1 - least) * by
            small = (max(1, round(h * scale)), max(1, round(w * scale)))
            picture = F.interpolate(picture, small, mode="bilinear", align_corners=False, antialias=True)
            picture = F.interpolate(picture, (h, w), mode="bicubic", align_corners=False)
        out.append(picture)
    return torch.cat(out)


def recolour(x: Tensor, generator: torch.Generator) -> Tensor:
    """Another camera and another varnish: white balance, brightness, contrast, saturation."""
    n = len(x)
    gains = deal.rand(generator, n, 3, 1, 1).to(x.device, x.dtype)
    x = (x + 1) * (0.9 + 0.2 * gains) - 1  # of each channel: white balance
    grey = x.mean(1, keepdim=True)
    x = grey + (x - grey) * _uniform(n, 0.6, 1.4, x, generator)
    mean = x.mean((1, 2, 3), keepdim=True)
    return mean + (x - mean) * _uniform(n, 0.75, 1.25, x, generator) + _uniform(n, -0.15, 0.15, x, generator)


def jpeg_like(x: Tensor, generator: torch.Generator, coarsest: float = 0.08, share: float = 0.5) -> Tensor:
    """Round the 8 x 8 cosine transform of a `share` of the pictures, as a JPEG of quality 40 or better does.

    x (N, 3, H, W) in [-1, 1], sides multiples of 8 (others are returned as they are). Runs on any device. Steps grow
    with frequency; colour is rounded twice as coarsely. Source of the idea: Wallace 1991, The JPEG Still Picture Standard.
    """
    n, _, h, w = x.shape
    u = deal.rand(generator, n, 2)
    rows = (u[:, 0] < share).nonzero().flatten()
    if h % 8 or w % 8 or not len(rows):
        return x
    step = 0.01 + (coarsest - 0.01) * u[rows, 1].square()
    k = torch.arange(8, dtype=torch.float32)
    steps = (
        (1 + k[:, None] + k) * step.view(-1, 1, 1, 1, 1, 1) * torch.tensor([1.0, 2, 2]).view(3, 1, 1, 1, 1)
    )
    dct = torch.cos((2 * k + 1) * k[:, None] * math.pi / 16) * 0.5  # (frequency, place), orthonormal
    dct[0] *= math.sqrt(0.5)
    steps, dct, rows = steps.to(x.device, x.dtype), dct.to(x.device, x.dtype), rows.to(x.device)
    r, g, b = x[rows].unbind(1)
    light = (r + g + b) / 3
    blocks = (
        torch.stack([light, r - light, b - light], 1).reshape(-1, 3, h // 8, 8, w // 8, 8).transpose(3, 4)
    )
    rounded = ((dct @ blocks @ dct.T) / steps).round() * steps  # (n, 3, h/8, w/8, 8, 8)
    light, r, b = (dct.T @ rounded @ dct).transpose(3, 4).reshape(-1, 3, h, w).unbind(1)
    return x.index_copy(0, rows, torch.stack([r + light, light - r - b, b + light], 1))
