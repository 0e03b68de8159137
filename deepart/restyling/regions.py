"""Where on a picture which style goes: a coarse grid of numbers, drawn with a brush, with soft edges when it is used."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from deepart.studio import StudioError

MOST = 160  # places along the longer side: edges are feathered, and the text stays short
FEATHER = 1.2  # places; the deviation of the blur of edges
_RULE = "regions are WIDTHxHEIGHT: and runs of VALUE*COUNT, row by row, that fill it"


@dataclass(frozen=True)
class Regions:
    """Numbers 0 (not painted on) to 4 (the fourth style), row by row."""

    width: int
    height: int
    values: bytes

    def masks(self, size: tuple[int, int]) -> dict[int, np.ndarray]:
        """The numbers that occur -> how much of each pixel is theirs, (H, W) uint8; all sum to about 255. size: (width, height)."""
        grid = np.frombuffer(self.values, np.uint8).reshape(self.height, self.width)
        found = {}
        for value in np.unique(grid).tolist():
            mask = Image.fromarray(((grid == value) * 255).astype(np.uint8))
            mask = mask.filter(ImageFilter.GaussianBlur(FEATHER))
            found[value] = np.asarray(mask.resize(size, Image.Resampling.BICUBIC))
        return found

    def to_text(self) -> str:
        """ "4x2:0*3,1*5": three places of 0, then five of 1."""
        values = np.frombuffer(self.values, np.uint8)
        ends = [*np.flatnonzero(np.diff(values)).tolist(), len(values) - 1]
        starts = [0, *(end + 1 for end in ends[:-1])]
        runs = (f"{values[a]}*{b - a + 1}" for a, b in zip(starts, ends, strict=True))
        return f"{self.width}x{self.height}:{','.join(runs)}"


def from_text(text: str | None) -> Regions | None:
    """None for "", None and for regions that nobody painted on. Raises StudioError for what is no text of `to_text`."""
    if not text:
        return None
    match = (
        re.fullmatch(r"(\d{1,3})x(\d{1,3}):([0-4*,0-9]{3,80000})", text) if isinstance(text, str) else None
    )
    width, height = (int(match[1]), int(match[2])) if match else (0, 0)
    if not (match and 1 <= width <= MOST and 1 <= height <= MOST):
        raise StudioError(_RULE)
    values, left = bytearray(), width * height
    for run in match[3].split(","):
        value, star, count = run.partition("*")
        if not (star and value in "01234" and len(value) == 1 and count.isdigit() and 0 < int(count) <= left):
            raise StudioError(_RULE)
        values += bytes([int(value)]) * int(count)
        left -= int(count)
    if left:
        raise StudioError(_RULE)
    return Regions(width, height, bytes(values)) if any(values) else None
