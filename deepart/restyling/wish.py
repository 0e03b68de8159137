"""What an artist asks of a restyler, apart from the picture itself."""

from __future__ import annotations

import base64
from dataclasses import dataclass

import numpy as np

from deepart.restyling.regions import Regions
from deepart.studio import StudioError

MOST_LOOKS = 4
STROKES = {"fine": 0, "medium": 1, "bold": 2}  # octaves below 512 px at which painting begins
SIDES = (128, 256, 512, 1024, 2048)  # px; longer sides at which the manner of a picture is measured


@dataclass(frozen=True)
class Look:
    """The manner of one picture. codes: for each of SIDES its code (code_dim,) at that size, in one row, of 16-bit floats."""

    name: str
    sha256: str
    codes: tuple[float, ...]

    def at(self, side: int) -> np.ndarray:
        """The code (code_dim,) float32 for painting at a longer side of so many px: the one measured nearest to it."""
        codes = np.array(self.codes, np.float32).reshape(len(SIDES), -1)
        return codes[int(np.abs(np.log2(np.array(SIDES) / side)).argmin())]

    def to_text(self) -> str:
        """base64 of the codes as little-endian 16-bit floats."""
        return base64.b64encode(np.array(self.codes, "<f2").tobytes()).decode()


def look_from_text(name: str, sha256: str, text: str, code_dim: int | None = None) -> Look:
    """The Look that `to_text` wrote. Raises StudioError for another number of numbers, or ones that are none.

    code_dim: of the model; None for a look that is known to be of it.
    """
    try:
        codes = np.frombuffer(base64.b64decode(text, validate=True), "<f2")
    except ValueError:
        codes = np.zeros(0)
    count = len(SIDES) * code_dim if code_dim else len(codes)
    if len(codes) != count or not count or not np.isfinite(codes).all():
        raise StudioError(
            "the styles in this recipe are damaged, or of another model: choose the style pictures again"
        )
    return Look(name, sha256, tuple(codes.tolist()))


@dataclass(frozen=True)
class Wish:
    """looks: 1 to 4; shares: of each, above 0; strength: 0 (the picture itself) to 1; stroke: a key of STROKES.

    regions: where which look goes, None everywhere the blend of all. rest: what places of 0 get: the blend of all
    looks (True) or nothing.
    """

    looks: tuple[Look, ...]
    shares: tuple[float, ...]
    strength: float = 1.0
    keep_colours: bool = False
    stroke: str = "medium"
    regions: Regions | None = None
    rest: bool = False

    def __post_init__(self):
        if not 1 <= len(self.looks) <= MOST_LOOKS:
            raise StudioError(f"choose one to {MOST_LOOKS} style pictures, not {len(self.looks)}")
        if len(self.shares) != len(self.looks) or not all(0 < share < 1e6 for share in self.shares):
            raise StudioError("every style picture needs a share above 0")
        if not 0 <= self.strength <= 1:
            raise StudioError("the strength is a number from 0 to 100 %")
        if self.stroke not in STROKES:
            raise StudioError(f"a stroke is one of {', '.join(STROKES)}, got {str(self.stroke)[:40]!r}")

    def blend(self, side: int) -> np.ndarray:
        """The code (code_dim,) of all looks together at a longer side of so many px."""
        total = sum(self.shares)
        return sum(
            np.float32(share / total) * look.at(side)
            for share, look in zip(self.shares, self.looks, strict=True)
        )
