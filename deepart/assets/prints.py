"""Two of the drawn examples: a wave as a block would print it, mountains in ink."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from deepart.assets.brushes import LONG, SHARPER, Colour, bezier, blend, noise, ridge


def wave(dice: np.random.Generator) -> Image.Image:
    """Flat colour and a dark outline, as a block would print it: one large wave, swell, a red sun."""
    width, height = LONG * SHARPER, int(LONG * SHARPER * 0.72)
    rows = np.linspace(0, 1, height)[:, None] * np.ones((1, width))
    sky = [(0, (196, 176, 150)), (0.2, (233, 218, 188)), (0.6, (240, 228, 202)), (1, (226, 208, 176))]
    picture = Image.fromarray(blend(sky, rows).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    ink = (28, 40, 66)
    pen.ellipse([v * height for v in (0.98, 0.13, 1.24, 0.39)], (196, 74, 54))
    x = np.linspace(0, 1, 700)
    for level, colour in ((0.665, (150, 178, 186)), (0.745, (84, 128, 156))):
        swell = (
            level
            + 0.035 * np.sin(2 * np.pi * (1.4 * x + level * 7))
            + 0.012 * np.sin(2 * np.pi * (3.7 * x + level))
        )
        _body(pen, x * width, swell * height, height, colour, ink)
    _breaker(pen, width, height, ink)
    near = 0.90 + 0.05 * np.sin(2 * np.pi * (1.1 * x + 0.52)) - 0.04 * x
    _body(pen, x * width, near * height, height, (36, 66, 112), ink)
    for step in range(1, 4):
        line = near + 0.028 * step + 0.006 * np.sin(2 * np.pi * (2.3 * x + step * 0.3))
        pen.line(list(zip(x * width, line * height, strict=True)), (116, 154, 182), 4)
    return picture


def _body(
    pen: ImageDraw.ImageDraw, x: np.ndarray, y: np.ndarray, height: int, fill: Colour, ink: Colour
) -> None:
    line = list(zip(x.tolist(), y.tolist(), strict=True))
    pen.polygon([(line[0][0], height), *line, (line[-1][0], height)], fill)
    pen.line(line, ink, 6, "curve")
    pen.line([(a, b + 16) for a, b in line], (236, 228, 206), 5)


def _breaker(pen: ImageDraw.ImageDraw, width: int, height: int, ink: Colour) -> None:
    """The large wave: a back that climbs from the left, a hollow face, a crest of foam that hooks over it."""
    t = np.linspace(0, 1, 160)
    back = bezier(t, (-0.02, 0.86), (0.10, 0.74), (0.15, 0.17), (0.43, 0.13))
    lip = bezier(t, (0.43, 0.13), (0.57, 0.11), (0.665, 0.23), (0.655, 0.395))
    face = bezier(t, (0.655, 0.395), (0.56, 0.22), (0.34, 0.32), (0.43, 0.62))
    foot = bezier(t, (0.43, 0.62), (0.49, 0.80), (0.72, 0.80), (1.02, 0.88))
    outline = np.concatenate([back, lip, face, foot]) * (width, height)
    pen.polygon([tuple(p) for p in outline] + [(width, height), (0, height)], (48, 88, 140))
    for step in range(1, 8):  # the stripes of the hollow follow the face
        k = step / 8
        stripe = bezier(
            t,
            (0.60 - 0.16 * k, 0.27 - 0.02 * k),
            (0.50 - 0.2 * k, 0.21 + 0.02 * k),
            (0.31 - 0.13 * k, 0.36 + 0.1 * k),
            (0.42 - 0.16 * k, 0.66 + 0.14 * k),
        )
        pen.line(
            [tuple(p) for p in stripe[18:] * (width, height)],
            (150, 186, 204) if step % 2 else (28, 54, 100),
            9,
        )
    pen.line([tuple(p) for p in outline], ink, 7, "curve")
    crest = np.concatenate([back[78:], lip]) * (width, height)
    for grow, colour in ((6, ink), (0, (246, 240, 224))):
        for i in range(0, len(crest), 5):
            x, y = crest[i]
            r = (9 + 23 * (i / len(crest))) * (0.8 + 0.25 * np.sin(i * 1.7)) + grow
            pen.ellipse((x - r, y - r, x + r, y + r), colour)
    for i in range(120, len(crest), 13):  # fingers of foam, and the drops they throw
        x, y = crest[i]
        reach = 24 + 30 * (i / len(crest))
        for far, r in ((0.7, 11), (1.1, 8), (1.65, 5)):
            a = 0.75 + 0.5 * np.sin(i)
            px, py = x + far * reach * np.cos(a), y + far * reach * np.sin(a) + 10
            pen.ellipse((px - r - 4, py - r - 4, px + r + 4, py + r + 4), ink)
            pen.ellipse((px - r, py - r, px + r, py + r), (246, 240, 224))


def mist(dice: np.random.Generator) -> Image.Image:
    """Ink mountains, paler the farther away, with mist between them; a boat, birds, a seal."""
    width, height = int(LONG * SHARPER * 0.72), LONG * SHARPER
    rows, columns = np.mgrid[0:height, 0:width]
    canvas = np.ones((height, width, 3)) * (236, 229, 212) - 10 * noise(dice, width, height, 180)[..., None]
    ink = np.array((38, 42, 48))
    for k, (level, tall, dark) in enumerate(
        ((0.30, 0.13, 0.20), (0.40, 0.15, 0.34), (0.53, 0.12, 0.52), (0.68, 0.09, 0.72))
    ):
        top = (
            level
            - tall * ridge(dice, width, 0.56)
            - 0.10 * np.exp(-(((columns[0] / width - (0.28, 0.72, 0.2, 0.85)[k]) / 0.17) ** 2))
        ) * height
        below = (rows - top[None]) / height
        wash = np.exp(-below.clip(0) / (0.07 + 0.02 * k)) * (0.75 + 0.5 * noise(dice, width, height, 40))
        edge = 0.35 * np.exp(-((below / 0.006) ** 2))
        strokes = 0.16 * (noise(dice, width, height, 12) > 0.6) * np.exp(-below.clip(0) / 0.05)
        strength = np.where(below > 0, dark * (wash + edge + strokes), 0).clip(0, 0.95)[..., None]
        canvas = canvas * (1 - strength) + ink * strength
    picture = Image.fromarray(canvas.clip(0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(1.2))
    pen = ImageDraw.Draw(picture)
    x, y = 0.60 * width, 0.885 * height
    pen.chord((x - 62, y - 26, x + 62, y + 16), 12, 168, (52, 50, 50))
    pen.line([(x - 4, y + 4), (x - 4, y - 44)], (52, 50, 50), 5)
    pen.ellipse((x + 10, y - 22, x + 22, y - 10), (52, 50, 50))
    pen.polygon([(x + 4, y + 4), (x + 16, y - 14), (x + 30, y + 4)], (52, 50, 50))
    for step in range(5):
        pen.line(
            [(x - 120 + 26 * step, y + 22 + 7 * step), (x - 30 + 40 * step, y + 22 + 7 * step)],
            (150, 146, 136),
            3,
        )
    for bx, by, s in ((0.60, 0.115, 20), (0.665, 0.135, 15), (0.70, 0.10, 12)):
        pen.arc((bx * width - 2 * s, by * height - s, bx * width, by * height + s), 200, 340, (60, 60, 62), 4)
        pen.arc((bx * width, by * height - s, bx * width + 2 * s, by * height + s), 200, 340, (60, 60, 62), 4)
    pen.rounded_rectangle(
        (0.115 * width, 0.90 * height, 0.115 * width + 46, 0.90 * height + 46), 6, (178, 52, 40)
    )
    for step in range(3):
        pen.line(
            [
                (0.115 * width + 11, 0.90 * height + 13 + 10 * step),
                (0.115 * width + 35, 0.90 * height + 13 + 10 * step),
            ],
            (240, 226, 206),
            4,
        )
    return picture
