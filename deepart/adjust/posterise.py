"""A picture in a few flat colours, as a printer's blocks would give."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from deepart import palette

STRIP = 2**18  # pixels worked on at once


def posterised(picture: Image.Image, colours: Sequence[int]) -> Image.Image:
    """Every pixel of an RGB picture becomes the colour (0xRRGGBB) that looks nearest to it."""
    rgb = np.array([(c >> 16, c >> 8 & 255, c & 255) for c in colours], np.uint8)
    lab = palette.to_oklab(rgb).astype(np.float32)
    pixels = np.asarray(picture)
    out = np.empty_like(pixels)
    rows = max(1, STRIP // pixels.shape[1])
    for top in range(0, len(pixels), rows):
        out[top : top + rows] = rgb[_nearest(pixels[top : top + rows], lab)]
    return Image.fromarray(out)


def _nearest(pixels: np.ndarray, lab: np.ndarray) -> np.ndarray:
    """The number of the Oklab colour (K, 3) nearest to each of the shades (h, W, 3)."""
    own = palette.shades_to_oklab(pixels)
    return (own @ (-2 * lab.T) + (lab**2).sum(1)).argmin(-1)  # |own|**2 is the same for all
