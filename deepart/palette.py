"""What can be measured of a picture's colours: its dominant ones, how warm and how light it is. No network, no chance.

Colours are compared in Oklab, where equal distances look about equally large (Ottosson 2020, "A perceptual color space
for image processing", bottosson.github.io/posts/oklab). Its L is 0 for black and 1 for white.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

COLOURS = 6  # swatches at most
SIDE = 96  # px; of the small copy that is counted, which no eye would tell from the whole
OWN_SIDE = 64  # px; of the copy that own_colours chooses from while a finger moves a slider
SAME = 0.05  # Oklab; nearer colours become one swatch (1 is black to white)
LEAST = 0.004  # share; a smaller swatch is left out
GREY = 0.03  # Oklab chroma; below it a colour is neither warm nor cool
WARM_FROM, WARM_TO = (
    -40.0,
    118.0,
)  # degrees of Oklab hue: crimson over red, orange and yellow to a greenish yellow
DARK, LIGHT = 0.45, 0.75  # Oklab L: below is dark, above is light
ROUNDS = 12  # of Lloyd's algorithm; more move no swatch by one shade

_LMS = np.array([[0.4122214708, 0.5363325363, 0.0514459929],
                 [0.2119034982, 0.6806995451, 0.1073969566],
                 [0.0883024619, 0.2817188376, 0.6299787005]])  # fmt: skip
_LAB = np.array([[0.2104542553, 0.7936177850, -0.0040720468],
                 [1.9779984951, -2.4285922050, 0.4505937099],
                 [0.0259040371, 0.7827717662, -0.8086757660]])  # fmt: skip


@dataclass(frozen=True)
class Swatch:
    """One colour: "#rrggbb", the share of the picture nearest to it, and its hue family (warm, cool or neutral)."""

    hex: str
    share: float
    family: str


@dataclass(frozen=True)
class Palette:
    """All shares are 0 to 1 of the picture's area. lightness and contrast are in units of Oklab L, 0 to 1.

    contrast: from the 5th to the 95th percentile of lightness. chroma: mean distance from grey (pure sRGB red: 0.26).
    """

    swatches: tuple[Swatch, ...]
    warm: float
    cool: float
    neutral: float
    light: float
    middle: float
    dark: float
    lightness: float
    contrast: float
    chroma: float


def measure(picture: Image.Image, count: int = COLOURS) -> Palette:
    """The palette of an RGB picture; the same picture always gives the same. Raises ValueError unless 1 <= count <= 32."""
    if not 1 <= count <= 32:
        raise ValueError(f"a palette has 1 to 32 colours, got {count}")
    pixels = _pixels(picture)
    lab = to_oklab(pixels)
    family = families(lab)
    light = lab[:, 0]
    low, high = np.percentile(light, (5, 95))
    return Palette(
        swatches=_swatches(pixels, lab, count),
        warm=_share(family == 0), cool=_share(family == 1), neutral=_share(family == 2),
        light=_share(light > LIGHT), middle=_share((light >= DARK) & (light <= LIGHT)), dark=_share(light < DARK),
        lightness=round(float(light.mean()), 4),
        contrast=round(float(high - low), 4),
        chroma=round(float(np.hypot(lab[:, 1], lab[:, 2]).mean()), 4),
    )  # fmt: skip


def own_colours(picture: Image.Image, count: int) -> tuple[int, ...]:
    """`count` colours (0xRRGGBB) of an RGB picture that stand for all of it, darkest first; fewer only if it has fewer.

    Each is the colour of a pixel. ValueError unless 2 <= count <= 32.
    """
    if not 2 <= count <= 32:
        raise ValueError(f"a picture is reduced to 2 to 32 colours, got {count}")
    small = picture.convert("RGB")
    scale = min(1.0, OWN_SIDE / max(small.size))
    size = tuple(max(1, round(side * scale)) for side in small.size)
    pixels = np.asarray(small.resize(size, Image.Resampling.NEAREST)).reshape(-1, 3)  # no new colours
    lab = to_oklab(pixels)
    _, first = np.unique(pixels, axis=0, return_index=True)
    chosen: list[int] = []
    for centre in _lloyd(lab, _starts(lab, count)):
        near = ((lab[first] - centre) ** 2).sum(1).argmin()
        chosen += [int(first[near])] if int(first[near]) not in chosen else []
    while len(chosen) < min(count, len(first)):  # nearly all pixels are alike: the odd ones have their turn
        chosen.append(int(first[_distances(lab[first], lab[chosen]).min(1).argmax()]))
    chosen.sort(key=lambda i: (lab[i, 0], *pixels[i]))
    return tuple(int.from_bytes(bytes(pixels[i].tolist()), "big") for i in chosen)


def shades_to_oklab(rgb: np.ndarray) -> np.ndarray:
    """sRGB shades uint8 (..., 3) -> Oklab (..., 3) float32: quick, for whole pictures."""
    light = np.take(_LIGHT, rgb) @ _LMS.T.astype(np.float32)
    return np.cbrt(light) @ _LAB.T.astype(np.float32)


def to_oklab(rgb: np.ndarray) -> np.ndarray:
    """sRGB shades 0..255, (..., 3) -> Oklab L, a, b (..., 3)."""
    return np.cbrt(_linear(np.asarray(rgb, np.float64)) @ _LMS.T) @ _LAB.T


def _linear(rgb: np.ndarray) -> np.ndarray:
    """sRGB shades 0..255 -> light in [0, 1]."""
    shade = rgb / 255
    return np.where(shade <= 0.04045, shade / 12.92, ((shade + 0.055) / 1.055) ** 2.4)


_LIGHT = _linear(np.arange(256.0)).astype(np.float32)


def families(lab: np.ndarray) -> np.ndarray:
    """Oklab (N, 3) -> 0 warm, 1 cool, 2 neutral for each (N,)."""
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1]))  # -180 to 180: red 29, yellow 110, green 142, blue -96
    warm = (hue >= WARM_FROM) & (hue <= WARM_TO)
    return np.where(np.hypot(lab[:, 1], lab[:, 2]) < GREY, 2, np.where(warm, 0, 1))


def _pixels(picture: Image.Image) -> np.ndarray:
    """The shades of a small copy, (N, 3) uint8. A box filter: others ring at edges and make colours that are not there."""
    small = picture.convert("RGB")
    scale = SIDE / max(small.size)
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in small.size)
        small = small.resize((width, height), Image.Resampling.BOX)
    return np.asarray(small).reshape(-1, 3)


def _swatches(pixels: np.ndarray, lab: np.ndarray, count: int) -> tuple[Swatch, ...]:
    """The largest first. A swatch's colour is the picture's own: that of the pixel nearest to the group's centre."""
    centres = _merge(lab, _lloyd(lab, _starts(lab, count)))
    nearest = _distances(lab, centres).argmin(1)
    found = []
    for i, centre in enumerate(centres):
        group = np.flatnonzero(nearest == i)
        if len(group) == 0 or (len(group) < LEAST * len(lab) and len(centres) > 1):
            continue
        typical = group[((lab[group] - centre) ** 2).sum(1).argmin()]
        family = ("warm", "cool", "neutral")[families(lab[typical : typical + 1])[0]]
        found.append(Swatch("#" + bytes(pixels[typical].tolist()).hex(), _share(nearest == i), family))
    return tuple(sorted(found, key=lambda s: (-s.share, s.hex)))


def _starts(lab: np.ndarray, count: int) -> np.ndarray:
    """The mean colour's nearest pixel, then again and again the pixel that is poorly served and stands for many.

    Farthest-first (Gonzalez 1985) would start at single odd pixels; so the distance is weighed by how many cells of a
    coarse grid's pixels are like it.
    """
    cells, where, sizes = np.unique(np.round(lab / 0.04), axis=0, return_inverse=True, return_counts=True)
    weight = np.sqrt(sizes)[where.reshape(-1)]
    chosen = [((lab - lab.mean(0)) ** 2).sum(1).argmin()]
    distance = ((lab - lab[chosen[0]]) ** 2).sum(1)
    while len(chosen) < min(count, len(cells)):
        chosen.append((distance * weight).argmax())
        distance = np.minimum(distance, ((lab - lab[chosen[-1]]) ** 2).sum(1))
    return lab[chosen]


def _lloyd(lab: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Lloyd's k-means (1982): each centre moves to the mean of what is nearest to it."""
    for _ in range(ROUNDS):
        nearest = _distances(lab, centres).argmin(1)
        sizes = np.bincount(nearest, minlength=len(centres))
        sums = np.stack([np.bincount(nearest, lab[:, i], len(centres)) for i in range(3)], 1)
        centres = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centres)
    return centres


def _merge(lab: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Join centres nearer than SAME, the nearest two first."""
    while len(centres) > 1:
        apart = np.sqrt(_distances(centres, centres)) + np.diag(np.full(len(centres), np.inf))
        i, j = np.unravel_index(apart.argmin(), apart.shape)
        if apart[i, j] >= SAME:
            break
        sizes = np.bincount(_distances(lab, centres).argmin(1), minlength=len(centres)) + 1e-9
        centres[i] = (centres[i] * sizes[i] + centres[j] * sizes[j]) / (sizes[i] + sizes[j])
        centres = np.delete(centres, j, axis=0)
    return centres


def _distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Squared distances (N, M)."""
    return ((a[:, None] - b[None]) ** 2).sum(2)


def _share(mask: np.ndarray) -> float:
    return round(float(mask.mean()), 4)
