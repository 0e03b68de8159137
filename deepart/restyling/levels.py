"""A picture of any size painted from coarse to fine, so that it has at full size the strokes that its preview shows.

At the coarsest level the picture is painted as it is; on every finer one what was painted is enlarged, the detail that
the picture has there is added, and that is painted again; masses of light and colour stay those of the coarser level,
or five levels would be five coats of paint. Source of all but that: Gatys et al. 2017, arXiv:1611.07865, section 6.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from deepart import tiles
from deepart.models.restyle import HALO, STRIDE, Restyler
from deepart.restyling.wish import SIDES, STROKES, Look, Wish

PREVIEW = 512  # px; the longer side of the picture that follows the finger, and a level of every larger one
SEEN = 9  # tiles of a level that its own manner is measured on
MASSES = 8  # px of a level; wider masses stay those of the coarser level
BORDER = 32  # px that are mirrored around a level: at the edge of what it sees the network draws frames
LEAST = 32  # px; the features need so many


def sizes(width: int, height: int, stroke: str) -> list[tuple[int, int]]:
    """(width, height) of every level, coarsest first; the last is the picture's own."""
    longest, side = max(width, height), PREVIEW >> STROKES[stroke]
    sides = []
    while side < longest * 0.8:
        sides.append(side)
        side *= 2
    small = [(round(width * s / longest), round(height * s / longest)) for s in sides]
    return [size for size in small if min(size) >= LEAST] + [(width, height)]


def look_of(network: Restyler, picture: Image.Image, name: str, sha256: str) -> Look:
    """The manner of a picture (RGB), measured at each of SIDES or, where it has no more pixels, at its own."""
    codes: list[float] = []
    last, code = (0, 0), []
    for side in SIDES:
        scale = min(1.0, side / max(picture.size))
        size = tuple(max(LEAST, round(v * scale)) for v in picture.size)
        if size != last:
            last, code = (
                size,
                _code(network, np.asarray(picture.resize(size, Image.Resampling.LANCZOS)), 99)[0].tolist(),
            )
        codes += code
    return Look(name, sha256, tuple(np.array(codes, np.float16).astype(float).tolist()))


def paint(network: Restyler, picture: Image.Image, wish: Wish) -> Iterator[tuple[float, np.ndarray | None]]:
    """(share done, None) again and again, and at last (1.0, the picture (H, W, 3) uint8). picture: RGB, LEAST px or more a side.

    Not asking for the next one is how to stop. Memory: some 30 bytes a pixel beside one tile's.
    """
    if wish.strength == 0:
        yield 1.0, np.asarray(picture)
        return
    levels = sizes(*picture.size, wish.stroke)
    total = sum(len(tiles.cut(h + 2 * BORDER, w + 2 * BORDER, HALO, STRIDE)) for w, h in levels)
    done, before, painted = 0, None, None
    for size in levels:
        own = picture if picture.size == size else picture.resize(size, Image.Resampling.LANCZOS)
        start = np.asarray(own)
        if painted is not None:
            start = _combined(start, before, Image.fromarray(painted))
        brush = _brush(network, start, wish)
        start = _bordered(start)
        for step in tiles.paint(start, brush, HALO, STRIDE):
            done, made = done + 1, step[2]
            yield done / (total + 1), None
        del start
        made = made[BORDER:-BORDER, BORDER:-BORDER]
        if painted is not None:
            masses = tuple(max(1, side // MASSES) for side in size)
            kept = (
                Image.fromarray(v).resize(masses, Image.Resampling.BOX, reducing_gap=2.0)
                for v in (made, painted)
            )
            made = _combined(made, *kept)
        if wish.regions and not wish.rest:
            _leave(made, np.asarray(own), wish.regions.masks(size).get(0))
        before, painted = own, made
    yield 1.0, _recoloured(painted, np.asarray(picture)) if wish.keep_colours else painted


def _combined(fine: np.ndarray, before: Image.Image, after: Image.Image) -> np.ndarray:
    """A picture (H, W, 3) uint8 with its own detail, and with what is coarser than that changed from `before` to `after`."""
    (height, width), strip = fine.shape[:2], 512
    out = np.empty_like(fine)
    for top in range(0, height, strip):
        part = slice(top, min(height, top + strip))
        old, new = (_rows(v, width, height, part) for v in (before, after))
        out[part] = np.clip(fine[part].astype(np.int16) - old + new, 0, 255)
    return out


def _rows(picture: Image.Image, width: int, height: int, part: slice) -> np.ndarray:
    """Some rows of a picture brought to width x height, without the others: (rows, width, 3)."""
    scale = picture.height / height
    box = (0, part.start * scale, picture.width, part.stop * scale)
    return np.asarray(picture.resize((width, part.stop - part.start), Image.Resampling.BICUBIC, box))


def _bordered(pixels: np.ndarray) -> np.ndarray:
    return np.pad(pixels, ((BORDER, BORDER), (BORDER, BORDER), (0, 0)), "symmetric")


def _leave(made: np.ndarray, own: np.ndarray, mask: np.ndarray | None) -> None:
    """Bring back, in place, what nobody painted on: mask (H, W) uint8, 255 where all is to stay."""
    for top in range(0, len(made) if mask is not None else 0, 512):
        part = slice(top, top + 512)
        share = mask[part, :, None].astype(np.uint16)
        made[part] = (made[part] * (255 - share) + own[part] * share + 127) // 255


def _brush(network: Restyler, start: np.ndarray, wish: Wish):
    """What `tiles.paint` calls: a level's tile painted with the wished looks, each in its place."""
    height, width = start.shape[:2]
    device, side = network.center.device, max(height, width)
    own = _code(network, start, SEEN)
    masks = wish.regions.masks((width, height)) if wish.regions else {0: None}
    masks = {value: _bordered(mask[..., None]) for value, mask in masks.items()} if wish.regions else masks
    codes = {value: wish.looks[min(value, len(wish.looks)) - 1].at(side) for value in masks if value}
    if 0 in masks and (wish.rest or not wish.regions):
        codes[0] = wish.blend(side)
    wanted = {value: torch.from_numpy(code)[None].to(device) for value, code in codes.items()}

    def work(x: Tensor, tile: tiles.Tile) -> Tensor:
        x = x.to(device).contiguous(memory_format=torch.channels_last)
        painted = network.paint(x, own, list(wanted.values()), wish.strength)
        if not wish.regions:
            return painted[0]
        made = x
        for value, y in zip(wanted, painted, strict=True):
            part = tile.see(masks[value], STRIDE)[..., 0]
            made = made + (y - x) * (torch.from_numpy(part.copy()).to(device) / 255)
        return made

    return work


def _code(network: Restyler, pixels: np.ndarray, most: int) -> Tensor:
    """The code (1, code_dim) of a picture (H, W, 3) uint8, from at most `most` of its tiles, drawn evenly."""
    cut = tiles.cut(*pixels.shape[:2], 0, side=PREVIEW)
    some = cut[:: -(-len(cut) // most)]
    device = network.center.device
    with torch.inference_mode():
        parts = (torch.from_numpy(np.ascontiguousarray(t.see(pixels).transpose(2, 0, 1)))[None] for t in some)
        return network.encode(
            p.to(device).float().div(127.5).sub(1).contiguous(memory_format=torch.channels_last)
            for p in parts
        )


def _recoloured(painted: np.ndarray, own: np.ndarray) -> np.ndarray:
    """The light and dark of what was painted with the colours of the picture, both (H, W, 3) uint8.

    Source: Gatys et al. 2016, arXiv:1606.05897 (luminance-only transfer).
    """
    out = np.empty_like(own)
    for top in range(0, len(own), 512):
        part = slice(top, top + 512)
        y, cbcr = (Image.fromarray(v[part]).convert("YCbCr").split() for v in (painted, own))
        out[part] = np.asarray(Image.merge("YCbCr", (y[0], *cbcr[1:])).convert("RGB"))
    return out
