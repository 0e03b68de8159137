"""Light and colour, in the picture's own sRGB shades: one table for each channel, and one matrix for saturation."""

from __future__ import annotations

import numpy as np
from PIL import Image

from deepart.adjust.wish import Adjustments

LUMA = np.array([0.2126, 0.7152, 0.0722])  # of linear red, green, blue
WARMEST = 0.4  # stops between grey and each end of the warmth
LIFT = 2.5  # of shadows: the steepest that keeps every shade lighter than the one before

TONES = ("exposure", "contrast", "highlights", "shadows", "warmth")


def tones(picture: Image.Image, wish: Adjustments) -> Image.Image:
    """An RGB picture in its new light; the very same object when the wish leaves it alone."""
    if any(getattr(wish, name) for name in TONES):
        picture = picture.point(tables(wish).reshape(-1).tolist())
    if wish.saturation:
        picture = picture.convert("RGB", saturation(1 + wish.saturation / 100))
    return picture


def tables(wish: Adjustments) -> np.ndarray:
    """What becomes of each of the 256 shades of red, green and blue: (3, 256) uint8, rounded once."""
    light = to_linear(np.arange(256) / 255) * 2**wish.exposure * gains(wish.warmth)[:, None]
    shade = from_linear(light.clip(0, 1))
    shade = lifted(shade, wish.shadows / 100)
    shade = 1 - lifted(1 - shade, -wish.highlights / 100)
    return np.rint(contrasted(shade, wish.contrast / 100).clip(0, 1) * 255).astype(np.uint8)


def to_linear(shade: np.ndarray) -> np.ndarray:
    """sRGB shades in [0, 1] -> light in [0, 1]. Source: IEC 61966-2-1."""
    return np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4)


def from_linear(light: np.ndarray) -> np.ndarray:
    """The inverse of to_linear."""
    return np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def gains(warmth: float) -> np.ndarray:
    """Factors (3,) on linear red, green, blue, for warmth -100 to 100; grey keeps its luminance."""
    factors = 2.0 ** (WARMEST * warmth / 100 * np.array([1.0, 0.0, -1.0]))
    return factors / (LUMA @ factors)


def lifted(shade: np.ndarray, amount: float) -> np.ndarray:
    """Shades in [0, 1] with the dark ones lighter (amount to 1) or darker (to -1); black and white stay."""
    return shade + amount * (LIFT if amount > 0 else 1.0) * shade * (1 - shade) ** 3


def contrasted(shade: np.ndarray, amount: float) -> np.ndarray:
    """More contrast bends the shades as film does, so that none is clipped; less draws them to the middle grey.

    amount: -1 (half the contrast) to 1 (twice, in the middle greys).
    """
    if amount <= 0:
        return 0.5 + (shade - 0.5) * (1 + amount / 2)
    a = _bend(1 + amount)
    return 0.5 + 0.5 * np.tanh(a * (2 * shade - 1)) / np.tanh(a)


def _bend(slope: float) -> float:
    """The a > 0 for which a / tanh(a), the slope of that curve in the middle, is `slope` > 1: by halving."""
    low, high = 0.0, slope + 1
    for _ in range(60):
        a = (low + high) / 2
        low, high = (a, high) if a < slope * np.tanh(a) else (low, a)
    return (low + high) / 2


def saturation(factor: float) -> tuple[float, ...]:
    """The matrix, as Pillow takes it, that moves shades away from (above 1) or to (below 1) the grey of their luma."""
    m = factor * np.eye(3) + (1 - factor) * LUMA
    return tuple(float(v) for row in m for v in (*row, 0.0))
