"""What several of the drawn examples share: gradients, clouds, paper, mountain lines, curves."""

from __future__ import annotations

import numpy as np
from PIL import Image

LONG = 512  # px, the longer side of a finished picture
SHARPER = 2  # drawn this many times larger than saved
Colour = tuple[float, float, float]


def blend(stops: list[tuple[float, Colour]], at: np.ndarray) -> np.ndarray:
    """Colours (..., 3) on a gradient. stops: (place in [0, 1], RGB); at: places of any shape."""
    places = [place for place, _ in stops]
    return np.stack([np.interp(at, places, [colour[i] for _, colour in stops]) for i in range(3)], axis=-1)


def noise(dice: np.random.Generator, width: int, height: int, cell: int) -> np.ndarray:
    """Soft clouds (height, width) in [0, 1] whose features are about `cell` pixels large."""
    small = dice.random((height // cell + 2, width // cell + 2)).astype(np.float32)
    return np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC)).clip(0, 1)


def paper(picture: Image.Image, dice: np.random.Generator, strength: float) -> Image.Image:
    """The same picture with the grain of paper in it. strength: grey levels of 255."""
    width, height = picture.size
    grain = dice.normal(0, strength, (height, width)) + (noise(dice, width, height, 9) - 0.5) * 2 * strength
    return Image.fromarray((np.asarray(picture, np.float32) + grain[..., None]).clip(0, 255).astype(np.uint8))


def ridge(dice: np.random.Generator, width: int, roughness: float) -> np.ndarray:
    """A mountain line (width,) in about [-1, 1]: octaves of noise, each finer and lower."""
    x, line = np.arange(width), np.zeros(width)
    for octave in range(7):
        count = 3 * 2**octave
        knots = dice.uniform(-1, 1, count + 2)
        line += np.interp(x, np.linspace(0, width, count + 2), knots) * roughness**octave
    return line / 1.6


def bezier(t: np.ndarray, *points: tuple[float, float]) -> np.ndarray:
    """A cubic curve (len(t), 2) through four control points."""
    a, b, c, d = (np.array(p) for p in points)
    t = t[:, None]
    return (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t**2 * c + t**3 * d
