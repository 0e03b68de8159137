"""What is not a painting: drawn by us without end (pages, screens, charts, noise, flat colours), or photographs given.

Photographs of a collection are often smaller and softer than its paintings; `disguise` brings both to the same sizes,
sharpness, borders and compression, or a network would only learn to see blur.
"""

from __future__ import annotations

import random

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from deepart.training.augment import flip, jpeg_like, recolour

LETTERS = "etaoinshrdlucmfwypvbgkETAOINS,."


def disguise(x: Tensor, generator: torch.Generator, smallest: int = 96, largest: int = 136) -> Tensor:
    """Photographs and paintings (N, 3, S, S) in [-1, 1] in the same guise: small, then stretched or mirrored to S.

    Edges are cut by up to a tenth, since some mounts leave dark ones. smallest, largest: pixels in between.
    """
    size, out = x.shape[-1], []
    for i, (a, b, c, d) in enumerate(torch.rand(len(x), 4, generator=generator).tolist()):
        top, left = round(size * (0.02 + 0.08 * a)), round(size * (0.02 + 0.08 * b))
        part = x[i : i + 1, :, top : size - top, left : size - left]
        small = round((smallest + (largest - smallest) * c) * size / 224)
        part = F.interpolate(part, (small, small), mode="bilinear", align_corners=False, antialias=True)
        if d < 0.5:
            part = F.interpolate(part, (size, size), mode="bicubic", align_corners=False)
        else:  # kept sharp: mirrored at its edges until it fills the square
            row = torch.cat([part, part.flip(3), part], 3)
            part = torch.cat([row, row.flip(2), row], 2)[:, :, :size, :size]
        out.append(part)
    return jpeg_like(recolour(flip(torch.cat(out), generator), generator), generator).clamp(-1, 1)


def drawn(count: int, size: int, seed: int) -> Tensor:
    """`count` pictures that nobody painted: uint8 (count, 3, size, size), the kinds in turn."""
    kinds = (page, screen, chart, noise, flat, gradient)
    out = []
    for i in range(count):
        rng = random.Random(f"{seed} {i}")
        out.append(np.asarray(kinds[i % len(kinds)](rng, size), dtype=np.uint8).transpose(2, 0, 1))
    return torch.from_numpy(np.stack(out))


def _colour(rng: random.Random, low: int = 0, high: int = 255) -> tuple[int, int, int]:
    return rng.randint(low, high), rng.randint(low, high), rng.randint(low, high)


def _line(rng: random.Random, letters: int) -> str:
    words = ["".join(rng.choices(LETTERS, k=rng.randint(1, 9))) for _ in range(max(1, letters // 5))]
    return " ".join(words)[:letters]


def _write(draw: ImageDraw.ImageDraw, rng: random.Random, box: tuple[int, int, int, int], ink: tuple) -> None:
    height = rng.randint(6, 14)
    font = ImageFont.load_default(height)
    for y in range(box[1], max(box[1] + 1, box[3] - height), round(height * rng.uniform(1.1, 1.6))):
        draw.text((box[0], y), _line(rng, int((box[2] - box[0]) / height * rng.uniform(0.8, 2))), ink, font)


def page(rng: random.Random, size: int) -> Image.Image:
    """Lines of text on paper, with or without a margin."""
    dark = rng.random() < 0.2
    picture = Image.new("RGB", (size, size), _colour(rng, 0, 50) if dark else _colour(rng, 225, 255))
    edge = rng.randint(2, size // 6)
    _write(
        ImageDraw.Draw(picture),
        rng,
        (edge, edge, size - edge, size),
        (230,) * 3 if dark else (rng.randint(0, 60),) * 3,
    )
    return picture


def screen(rng: random.Random, size: int) -> Image.Image:
    """Bars, panels, buttons and words, as on a screen."""
    dark = rng.random() < 0.4
    picture = Image.new("RGB", (size, size), _colour(rng, 15, 60) if dark else _colour(rng, 225, 255))
    draw = ImageDraw.Draw(picture)
    ink = (235, 235, 235) if dark else (30, 30, 30)
    draw.rectangle((0, 0, size, rng.randint(size // 20, size // 8)), _colour(rng))
    draw.rectangle((0, 0, rng.randint(0, size // 4), size), _colour(rng))
    for _ in range(rng.randint(2, 8)):
        x, y = rng.randint(0, size - 20), rng.randint(0, size - 20)
        w, h = rng.randint(15, size // 2), rng.randint(10, size // 2)
        draw.rounded_rectangle(
            (x, y, x + w, y + h), rng.randint(0, 5), _colour(rng) if rng.random() < 0.4 else None, ink
        )
        _write(draw, rng, (x + 3, y + 2, x + w, y + h), ink)
    return picture


def chart(rng: random.Random, size: int) -> Image.Image:
    """Bars or a line between two axes."""
    picture = Image.new("RGB", (size, size), (255, 255, 255))
    draw, edge, ink = ImageDraw.Draw(picture), size // 10, _colour(rng, 0, 200)
    n = rng.randint(4, 14)
    xs = [edge + i * (size - 2 * edge) / n for i in range(n)]
    ys = [rng.uniform(edge, size - edge) for _ in xs]
    if rng.random() < 0.5:
        draw.line(list(zip(xs, ys, strict=True)), ink, rng.randint(1, 3))
    else:
        for x, y in zip(xs, ys, strict=True):
            draw.rectangle((x, y, x + 0.7 * (size - 2 * edge) / n, size - edge), ink)
    draw.line((edge, edge, edge, size - edge, size - edge, size - edge), (40, 40, 40))
    _write(draw, rng, (edge, size - edge + 2, size - edge, size), (60, 60, 60))
    return picture


def noise(rng: random.Random, size: int) -> np.ndarray:
    """Grey or coloured noise, fine or coarse."""
    cells = rng.choice((size, size, size // 4, size // 16))
    values = np.random.default_rng(rng.randrange(2**32)).integers(
        0, 256, (cells, cells, rng.choice((1, 3))), np.uint8
    )
    picture = Image.fromarray(np.broadcast_to(values, (cells, cells, 3)).copy())
    return np.asarray(
        picture.resize((size, size), rng.choice((Image.Resampling.NEAREST, Image.Resampling.BICUBIC)))
    )


def flat(rng: random.Random, size: int) -> Image.Image:
    """One colour, at times with a speck of noise."""
    picture = np.full((size, size, 3), _colour(rng), np.int16)
    picture += np.random.default_rng(rng.randrange(2**32)).integers(-2, 3, picture.shape, np.int16)
    return Image.fromarray(picture.clip(0, 255).astype(np.uint8))


def gradient(rng: random.Random, size: int) -> np.ndarray:
    """A smooth passage between two colours in any direction."""
    a, b = np.array(_colour(rng)), np.array(_colour(rng))
    y, x = np.mgrid[0:size, 0:size] / (size - 1)
    t = rng.random() * x + rng.random() * y
    t = (t - t.min()) / max(np.ptp(t), 1e-6)
    return (a + (b - a) * t[..., None]).astype(np.uint8)
