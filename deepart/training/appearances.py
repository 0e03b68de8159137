"""The ways in which paintings and drawings reach us that no collection has: without colour, as a detail, as a pencil
drawing, framed on a wall, or drawn on a screen. None of them is a reason to say "not a painting".
"""

from __future__ import annotations

import random

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image, ImageDraw
from torch import Tensor


def grey(x: Tensor, generator: torch.Generator) -> Tensor:
    """A reproduction without colour, black and white or sepia: x (N, 3, H, W) in [-1, 1] -> the same shape."""
    light = (x * x.new_tensor([0.2126, 0.7152, 0.0722])[:, None, None]).sum(1, keepdim=True)
    tint = (
        torch.tensor([0.06, 0.0, -0.1]).view(1, 3, 1, 1)
        * torch.rand(len(x), 1, 1, 1, generator=generator).round()
    )
    return (light + tint.to(x)).clamp(-1, 1)


def detail(x: Tensor, generator: torch.Generator) -> Tensor:
    """A quarter to two thirds of each side, enlarged to the whole."""
    size, out = x.shape[-1], []
    for picture, (a, b, c) in zip(
        x.split(1), torch.rand(len(x), 3, generator=generator).tolist(), strict=True
    ):
        side = round(size * (0.25 + 0.4 * a))
        top, left = round((size - side) * b), round((size - side) * c)
        part = picture[:, :, top : top + side, left : left + side]
        out.append(F.interpolate(part, (size, size), mode="bicubic", align_corners=False))
    return torch.cat(out).clamp(-1, 1)


def pencil(x: Tensor, generator: torch.Generator) -> Tensor:
    """Contours and a little shade in graphite or sanguine on paper."""
    light = grey(x, torch.Generator().manual_seed(0))[:, :1]
    u = torch.rand(len(x), 5, 1, 1, 1, generator=generator).to(x)
    soft = F.avg_pool2d(F.pad(light, (3, 3, 3, 3), mode="replicate"), 7, 1)
    strokes = ((soft - light).clamp(min=0) * (3 + 4 * u[:, 0]) + (soft - light).abs() * 2).clamp(0, 1)
    shade = (0.5 - soft).clamp(0, 1) * (0.5 * u[:, 1])
    paper = 0.95 - 0.25 * u[:, 2] * x.new_tensor([0.1, 0.3, 0.8]).view(1, 3, 1, 1)
    ink = x.new_tensor([1.0, 0.0, -0.2]).view(1, 3, 1, 1) * (u[:, 3] > 0.75) * 0.5 - 0.7
    grain = 0.04 * torch.randn(light.shape, generator=generator).to(x)
    cover = (strokes + shade).clamp(0, 1)
    return (paper * (1 - cover) + ink * cover + grain).clamp(-1, 1)


def framed(x: Tensor, generator: torch.Generator) -> Tensor:
    """Hung in a frame on a wall and photographed, not quite from the front."""
    n, _, size, _ = x.shape
    u = torch.rand(n, 12, generator=generator)
    edge = max(2, size // 24)
    frames = (u[:, :3] * 0.9 - 0.7)[:, :, None, None].to(x)
    inner = F.pad(x, (edge,) * 4, value=0.0)
    mask = F.pad(torch.ones_like(x), (edge,) * 4)
    hung = inner + frames * (1 - mask)
    fall = torch.linspace(-1, 1, size).view(1, 1, 1, size)
    wall = (u[:, 3:6] * 0.7 + 0.1)[:, :, None, None] + 0.2 * (u[:, 6, None, None, None] - 0.5) * fall
    wall = (wall + 0.02 * torch.randn(n, 3, size, size, generator=generator)).to(x)
    grid = _seen_from_aside(u[:, 7:], size).to(x)
    there = F.grid_sample(torch.ones_like(hung[:, :1]), grid, align_corners=False)
    return (F.grid_sample(hung, grid, align_corners=False) + wall * (1 - there)).clamp(-1, 1)


def _seen_from_aside(u: Tensor, size: int) -> Tensor:
    """Where each place of the photograph lies in the picture: u (N, 5) in 0 to 1 -> (N, size, size, 2)."""
    y, x = torch.meshgrid(torch.linspace(-1, 1, size), torch.linspace(-1, 1, size), indexing="ij")
    zoom, dx, dy, turn, lean = (v[:, None, None] for v in u.unbind(1))
    x, y = (v[None] - 0.5 * (d - 0.5) for v, d in ((x, dx), (y, dy)))
    nearer = 1 + 0.35 * (turn - 0.5) * x + 0.35 * (lean - 0.5) * y
    return torch.stack([x, y], -1) * ((1.25 + 0.7 * zoom) / nearer)[..., None]


def drawings(count: int, size: int, seed: int) -> Tensor:
    """`count` drawings as children and beginners on a tablet make them: uint8 (count, 3, size, size)."""
    out = []
    for i in range(count):
        rng = random.Random(f"drawing {seed} {i}")
        picture = (_crayon if i % 2 else _tablet)(rng, 2 * size).resize(
            (size, size), Image.Resampling.LANCZOS
        )
        out.append(np.asarray(picture, dtype=np.uint8).transpose(2, 0, 1))
    return torch.from_numpy(np.stack(out))


def _bright(rng: random.Random) -> tuple[int, int, int]:
    return tuple(rng.choice((rng.randint(20, 110), rng.randint(110, 255))) for _ in range(3))


def _stroke(
    pen: ImageDraw.ImageDraw, rng: random.Random, at: list[float], ink: tuple, width: int, steps: int
) -> None:
    """A hand's line: it wanders, and its angle wanders too."""
    angle, points = rng.uniform(0, 6.3), [tuple(at)]
    for _ in range(steps):
        angle += rng.gauss(0, 0.35)
        at[0], at[1] = at[0] + 9 * np.cos(angle), at[1] + 9 * np.sin(angle)
        points.append(tuple(at))
    pen.line(points, ink, width, joint="curve")


def _crayon(rng: random.Random, size: int) -> Image.Image:
    """Shapes with outlines, filled by scribbling, on white or coloured paper: a ground, a sun, things that stand."""
    picture = Image.new(
        "RGB", (size, size), (rng.randint(225, 255),) * 3 if rng.random() < 0.7 else _bright(rng)
    )
    pen = ImageDraw.Draw(picture)
    ground = rng.uniform(0.6, 0.95) * size
    if rng.random() < 0.7:
        pen.rectangle((0, ground, size, size), _bright(rng))
    for _ in range(rng.randint(2, 9)):
        x, y, r = rng.uniform(0, size), rng.uniform(0, ground), rng.uniform(0.04, 0.2) * size
        ink, width = _bright(rng), rng.randint(2, 9)
        fill = ink if rng.random() < 0.5 else None
        kind = rng.randrange(4)
        if kind == 0:
            pen.ellipse((x - r, y - r, x + r, y + r), fill, ink, width)
        elif kind == 1:
            pen.rectangle((x - r, y - r, x + r, ground), fill, _bright(rng), width)
            pen.polygon([(x - 1.2 * r, y - r), (x, y - 2 * r), (x + 1.2 * r, y - r)], _bright(rng))
        elif kind == 2:
            for a in np.linspace(0, 6.28, rng.randint(5, 14)):
                pen.line((x, y, x + 2 * r * np.cos(a), y + 2 * r * np.sin(a)), ink, width)
        else:
            pen.ellipse((x - r / 2, y - 2 * r, x + r / 2, y - r), None, ink, width)
            for a, b in (((0, -1), (0, 1)), ((-0.8, 0), (0.8, 0)), ((0, 1), (-0.6, 2)), ((0, 1), (0.6, 2))):
                pen.line((x + r * a[0], y + r * a[1], x + r * b[0], y + r * b[1]), ink, width)
    for _ in range(rng.randint(0, 12)):
        _stroke(
            pen,
            rng,
            [rng.uniform(0, size), rng.uniform(0, size)],
            _bright(rng),
            rng.randint(2, 8),
            rng.randint(5, 40),
        )
    return picture


def _tablet(rng: random.Random, size: int) -> Image.Image:
    """Many strokes of a round brush over one another, from broad to fine, in a few related colours."""
    base = [_bright(rng) for _ in range(rng.randint(2, 4))]
    picture = Image.new("RGB", (size, size), base[0])
    pen = ImageDraw.Draw(picture)
    for share in np.linspace(1, 0, rng.randint(60, 260)):
        ink = tuple(int(np.clip(v + rng.gauss(0, 22), 0, 255)) for v in rng.choice(base))
        width = max(2, int(size * (0.02 + 0.1 * share * rng.random())))
        _stroke(pen, rng, [rng.uniform(0, size), rng.uniform(0, size)], ink, width, rng.randint(1, 14))
    return picture


KINDS = {"grey": grey, "detail": detail, "pencil": pencil, "framed": framed}
