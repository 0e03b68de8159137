"""Draws the example pictures beside this file: `python -m deepart.assets.draw`. Every dot and line comes from here.

Each is painted at twice its size and shrunk, so that edges are smooth. The seed is fixed: the same files every time.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from deepart.assets.brushes import LONG, SHARPER, Colour, blend, paper
from deepart.assets.prints import mist, wave

HERE = Path(__file__).resolve().parent
THUMB = 176  # px, the shorter side of its thumbnail


def dusk(dice: np.random.Generator) -> Image.Image:
    """Points of pure colour: a low sun over water, with poplars."""
    width, height = LONG * SHARPER, int(LONG * SHARPER * 0.76)
    horizon, sun = 0.56 * height, (0.63 * width, 0.46 * height)
    air = [
        (0, (52, 66, 128)),
        (0.3, (118, 112, 170)),
        (0.55, (226, 148, 136)),
        (0.8, (250, 190, 104)),
        (1, (255, 224, 150)),
    ]
    water = [(0, (250, 196, 128)), (0.25, (170, 128, 160)), (1, (30, 52, 104))]
    picture = Image.new("RGB", (width, height), (232, 206, 170))
    pen = ImageDraw.Draw(picture)
    for radius, count in ((9, 16_000), (6.5, 15_000), (4.5, 12_000)):
        for x, y in dice.uniform((0, 0), (width, height), (count, 2)):
            colour = (
                blend(air, np.float64(y / horizon))
                if y < horizon
                else blend(water, np.float64((y - horizon) / (height - horizon)))
            )
            away = np.hypot(x - sun[0], y - sun[1])
            if y < horizon:
                colour = colour + np.exp(-((away / 120) ** 2)) * np.array((60, 70, 40))
                if away < 52:
                    colour = np.array((255, 244, 196))
            else:
                column = np.exp(-(((x - sun[0] + dice.normal(0, 16)) / (26 + 0.16 * (y - horizon))) ** 2))
                colour = colour * (1 - 0.85 * column) + np.array((255, 206, 120)) * 0.85 * column
            shore, bank = _poplars(x / width, y / height), y > height * (0.93 - 0.10 * (1 - x / width) ** 2)
            if shore or bank:
                colour = np.array((38, 58, 70)) if dice.random() < 0.72 else np.array((92, 70, 108))
            if (
                0 < y / height - 0.56 < 0.3
                and _poplars(x / width, 1.09 - 0.97 * y / height)
                and dice.random() < 0.55
            ):
                colour = np.array((58, 66, 104))
            colour = colour + dice.normal(0, 15, 3)
            if dice.random() < 0.13:  # a stroke of the complement makes its neighbours glow
                colour = 0.45 * colour + 0.55 * (255 - colour)[[1, 2, 0]]
            r = radius * dice.uniform(0.55, 1)
            pen.ellipse((x - r, y - r, x + r, y + r), tuple(int(c) for c in colour.clip(0, 255)))
    return picture


def _poplars(x: float, y: float) -> bool:
    """Whether a place, both in [0, 1], lies on the far shore or on one of its trees."""
    if 0.535 < y < 0.565:
        return True
    trees = (
        (0.09, 0.21, 0.021),
        (0.15, 0.29, 0.018),
        (0.205, 0.17, 0.022),
        (0.27, 0.34, 0.016),
        (0.9, 0.4, 0.014),
    )
    for middle, top, half in trees:
        place = (y - top) / (0.56 - top)  # 0 at the tip, 1 at the ground
        if 0 < place < 1 and abs(x - middle) < half * np.sin(np.pi * min(place * 0.9 + 0.03, 1)) ** 0.7:
            return True
    return False


def planes(dice: np.random.Generator) -> Image.Image:
    """Planes, lines and a circle on warm white, some of them see-through."""
    side = LONG * SHARPER
    picture = Image.new("RGB", (side, side), (238, 231, 215))

    def plane(points: list[tuple[float, float]], colour: Colour, strength: float = 1.0) -> None:
        nonlocal picture
        mask = Image.new("L", (side, side))
        ImageDraw.Draw(mask).polygon([(x * side, y * side) for x, y in points], fill=int(255 * strength))
        picture = Image.composite(
            ImageChops.multiply(picture, Image.new("RGB", (side, side), colour)), picture, mask
        )

    def bar(
        x: float, y: float, length: float, width: float, degrees: float, colour: Colour, strength: float = 1.0
    ) -> None:
        a = np.deg2rad(degrees)
        along, across = (
            np.array((np.cos(a), np.sin(a))) * length / 2,
            np.array((-np.sin(a), np.cos(a))) * width / 2,
        )
        middle = np.array((x, y))
        corners = (
            middle - along - across,
            middle + along - across,
            middle + along + across,
            middle - along + across,
        )
        plane([tuple(corner) for corner in corners], colour, strength)

    def disc(x: float, y: float, radius: float, colour: Colour, width: float | None = None) -> None:
        nonlocal picture
        mask = Image.new("L", (side, side))
        box = [v * side for v in (x - radius, y - radius, x + radius, y + radius)]
        ImageDraw.Draw(mask).ellipse(
            box, fill=None if width else 255, outline=255, width=int((width or 0) * side)
        )
        picture = Image.composite(
            ImageChops.multiply(picture, Image.new("RGB", (side, side), colour)), picture, mask
        )

    bar(0.52, 0.50, 0.92, 0.30, -32, (226, 196, 128), 0.9)
    disc(0.36, 0.37, 0.205, (204, 62, 46))
    bar(0.60, 0.62, 0.62, 0.15, -32, (44, 74, 128), 0.96)
    bar(0.70, 0.30, 0.30, 0.11, 58, (40, 38, 40))
    plane([(0.11, 0.83), (0.40, 0.66), (0.37, 0.90)], (62, 116, 110), 0.95)
    for step in range(7):
        bar(0.235 + step * 0.028, 0.60 + step * 0.012, 0.20, 0.0055, 58, (40, 38, 40))
    bar(0.5, 0.485, 1.02, 0.011, -32, (40, 38, 40))
    bar(0.40, 0.52, 0.86, 0.006, 58, (40, 38, 40))
    disc(0.755, 0.70, 0.088, (40, 38, 40), 0.009)
    disc(0.80, 0.655, 0.036, (204, 62, 46))
    for x, y, size in ((0.845, 0.17, 0.05), (0.905, 0.235, 0.03), (0.80, 0.115, 0.022)):
        bar(x, y, size, size, -32, (214, 150, 40))
    return picture


PAINTERS: dict[
    str, tuple[Callable[[np.random.Generator], Image.Image], float]
] = {  # name -> painter, grain of paper
    "dusk": (dusk, 3),
    "planes": (planes, 5),
    "wave": (wave, 6),
    "mist": (mist, 6),
}


def main() -> None:
    """Write <name>.jpg (512 px) and <name>-small.jpg (its thumbnail) for every painter."""
    for seed, (name, (painter, grain)) in enumerate(PAINTERS.items()):
        dice = np.random.default_rng(seed)
        large = painter(dice)
        size = (large.width // SHARPER, large.height // SHARPER)
        picture = paper(large, dice, grain).resize(size, Image.Resampling.LANCZOS)
        picture.save(HERE / f"{name}.jpg", quality=88, optimize=True)
        ratio = THUMB / min(size)
        thumb = picture.resize((round(size[0] * ratio), round(size[1] * ratio)), Image.Resampling.LANCZOS)
        thumb.save(HERE / f"{name}-small.jpg", quality=84, optimize=True)
        print(f"{name}.jpg {size[0]} x {size[1]}, {(HERE / f'{name}.jpg').stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
