"""Two pictures for a classifier's card: who is taken for whom, and whether its chances can be believed."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from PIL import Image, ImageDraw, ImageFont

PAPER, INK, FAINT, FILL = (252, 250, 246), (40, 38, 36), (205, 200, 192), (178, 74, 46)
CELL, NAMES, MARGIN = 30, 170, 24  # px


def confusion(counts: Sequence[Sequence[int]], labels: Sequence[str]) -> Image.Image:
    """Rows: the true style; columns: what was said, in the same order. The darker, the larger the share of its row."""
    table = torch.tensor(counts, dtype=torch.float32)
    n = len(labels)
    side = NAMES + n * CELL + MARGIN
    sheet = Image.new("RGB", (side, side), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(13)
    shares = table / table.sum(1, keepdim=True).clamp(min=1)
    for i, name in enumerate(labels):
        at = NAMES + i * CELL
        draw.text((NAMES - 8, at + CELL / 2), name, INK, font, anchor="rm")
        turned = Image.new("RGB", (NAMES - 8, CELL), PAPER)
        ImageDraw.Draw(turned).text((0, CELL / 2), name, INK, font, anchor="lm")
        sheet.paste(turned.rotate(90, expand=True), (at, 0))
        for j in range(n):
            x, share, count = NAMES + j * CELL, float(shares[i, j]), int(table[i, j])
            box = (x, at, x + CELL - 2, at + CELL - 2)
            draw.rectangle(box, _between(PAPER, FILL, share**0.7), FAINT)
            if count:
                draw.text((x + CELL / 2 - 1, at + CELL / 2 - 1), str(count), PAPER if share > 0.4 else INK, font, anchor="mm")  # fmt: skip
    return sheet


def reliability(bins: Sequence[Sequence[float]], error: float) -> Image.Image:
    """bins: (mean chance, share right, pictures) of each, both in 0 to 1. On the diagonal chances can be believed."""
    side, left, top = 400, 64, 40
    sheet = Image.new("RGB", (left + side + MARGIN, top + side + 60), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(14)

    def place(chance: float, right: float) -> tuple[float, float]:
        return left + side * chance, top + side * (1 - right)

    for k in range(6):
        share = k / 5
        draw.line((*place(0, share), *place(1, share)), FAINT)
        draw.line((*place(share, 0), *place(share, 1)), FAINT)
        draw.text((left - 8, place(0, share)[1]), f"{share:.0%}", INK, font, anchor="rm")
        draw.text((place(share, 0)[0], top + side + 8), f"{share:.0%}", INK, font, anchor="mt")
    draw.line((*place(0, 0), *place(1, 1)), INK, 1)
    for chance, right, _ in bins:
        draw.line((*place(chance, chance), *place(chance, right)), FILL, 2)
        x, y = place(chance, right)
        draw.ellipse((x - 5, y - 5, x + 5, y + 5), FILL)
    pictures = round(sum(count for *_, count in bins))
    draw.text((left, top - 24), f"share right; {pictures} pictures, calibration error {error:.3f}", INK, font)
    draw.text((left + side, top + side + 34), "chance of the first style", INK, font, anchor="rt")
    return sheet


def _between(a: tuple[int, ...], b: tuple[int, ...], share: float) -> tuple[int, ...]:
    return tuple(round(p + (q - p) * share) for p, q in zip(a, b, strict=True))
