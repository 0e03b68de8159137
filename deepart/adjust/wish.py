"""What an artist asks for: named numbers, each within its limits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from deepart.studio import StudioError

LIMITS: dict[str, tuple[float, float]] = {  # of every number, in the order of the page
    "exposure": (-2, 2),
    "contrast": (-100, 100),
    "highlights": (-100, 100),
    "shadows": (-100, 100),
    "warmth": (-100, 100),
    "saturation": (-100, 100),
    "turns": (0, 3),
    "mirror": (0, 1),
    "straighten": (-45, 45),
    "left": (0, 1),
    "top": (0, 1),
    "right": (0, 1),
    "bottom": (0, 1),
    "colours": (0, 16),
}
WHOLE = ("turns", "mirror", "colours")
MOST_COLOURS = 16
LEAST_CROP = 0.01  # of a side


@dataclass(frozen=True)
class Adjustments:
    """Everything at its default changes nothing. Raises StudioError for a number beyond its LIMITS.

    The frame comes first: quarter turns, mirror, straighten, crop; then light and colour; then the palette.
    """

    exposure: float = 0.0  # stops: +1 is twice the light
    contrast: float = 0.0
    highlights: float = 0.0  # the light parts, darker or lighter
    shadows: float = 0.0  # the dark parts, darker or lighter
    warmth: float = 0.0  # towards blue or towards orange
    saturation: float = 0.0  # -100 is grey
    turns: int = 0  # quarter turns clockwise
    mirror: int = 0  # 1: left becomes right, after the turns
    straighten: float = 0.0  # degrees clockwise; the largest rectangle without empty corners is kept
    left: float = 0.0  # of what is kept, as shares of the width and height that the picture has by then
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0
    colours: int = 0  # 0: all; 2 to 16: so many of the picture's own
    palette: tuple[int, ...] = ()  # or these, 2 to 16 of them, each 0xRRGGBB

    def __post_init__(self):
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if not _is_number(value) or not low <= value <= high or (name in WHOLE and value != int(value)):
                kind = "a whole number" if name in WHOLE else "a number"
                raise StudioError(f"{name} is {kind} from {low:g} to {high:g}, got {str(value)[:40]!r}")
            object.__setattr__(self, name, int(value) if name in WHOLE else float(value))
        if self.colours == 1:
            raise StudioError("a picture is reduced to 2 to 16 colours, or 0 for all, got 1")
        if self.right - self.left < LEAST_CROP or self.bottom - self.top < LEAST_CROP:
            raise StudioError(
                "nothing is left of the picture: right must be more than left, bottom more than top"
            )
        if self.palette and not 2 <= len(self.palette) <= MOST_COLOURS:
            raise StudioError(f"a palette has 2 to {MOST_COLOURS} colours, got {len(self.palette)}")
        if not all(type(c) is int and 0 <= c <= 0xFFFFFF for c in self.palette):
            raise StudioError("a colour of a palette is a number from 0 to 16777215, red green blue")


def to_numbers(wish: Adjustments) -> dict[str, float]:
    """What is not at its default, as named numbers; the colours of a palette are "colour 1", "colour 2", ..."""
    usual = Adjustments()
    moved = {n: getattr(wish, n) for n in LIMITS if getattr(wish, n) != getattr(usual, n)}
    return moved | {f"colour {i}": float(colour) for i, colour in enumerate(wish.palette, 1)}


def from_numbers(numbers: Mapping[str, Any]) -> Adjustments:
    """Named numbers -> the wish; what is not named stays as it is. Raises StudioError for an unknown name or bad value."""
    rest = dict(numbers)
    colours = {
        int(m[1]): rest.pop(name) for name in list(rest) if (m := re.fullmatch(r"colour (\d{1,2})", name))
    }
    if sorted(colours) != list(range(1, len(colours) + 1)):
        raise StudioError("the colours of a palette are numbered from 1 on, without gaps")
    known = [f.name for f in fields(Adjustments) if f.name != "palette"]
    if unknown := sorted(set(rest) - set(known)):
        raise StudioError(f"there is no adjustment {unknown[0][:40]!r}; there are: {', '.join(known)}")
    whole = [colours[i] for i in sorted(colours)]
    if not all(_is_number(c) and c == int(c) for c in whole):
        raise StudioError("a colour of a palette is a number from 0 to 16777215, red green blue")
    return Adjustments(**rest, palette=tuple(int(c) for c in whole))


def hex_colours(words: str | Sequence[str]) -> tuple[int, ...]:
    """ "#aa3300, #fff" or a list of such -> 0xRRGGBB numbers; () for nothing. Raises StudioError for what is no colour."""
    parts = re.split(r"[\s,;]+", words.strip()) if isinstance(words, str) else words
    found = []
    for part in filter(None, parts):
        match = re.fullmatch(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})", str(part))
        if not match:
            raise StudioError(f"a colour is written #rrggbb, got {str(part)[:40]!r}")
        digits = match[1] if len(match[1]) == 6 else "".join(2 * d for d in match[1])
        found.append(int(digits, 16))
    return tuple(found)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
