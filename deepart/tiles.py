"""Work on a picture of any size in tiles that overlap, so that memory stays bounded and no seam is seen.

A network whose pixels depend on nothing farther than its halo paints in tiles what it would paint at once. Where a tile
ends at the picture's own edge it has no halo, so that the network's padding there is that of the whole picture.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

SIDE = 256  # px of a tile without its halo; with it one takes some 200 MB in a restyler


@dataclass(frozen=True)
class Tile:
    """What is seen (with the halo) and what of it is kept: (top, bottom, left, right) in px of the picture."""

    seen: tuple[int, int, int, int]
    kept: tuple[int, int, int, int]

    def see(self, pixels: np.ndarray, stride: int = 1) -> np.ndarray:
        """The seen part of (H, W, C), mirrored at the bottom and right until its sides are multiples of `stride`."""
        top, bottom, left, right = self.seen
        part = pixels[top:bottom, left:right]
        down, across = -part.shape[0] % stride, -part.shape[1] % stride
        return np.pad(part, ((0, down), (0, across), (0, 0)), "symmetric") if down or across else part

    def keep(self, painted: np.ndarray, scale: int = 1) -> np.ndarray:
        """The part to keep of what was made of the seen part, `scale` times as large."""
        top, bottom, left, right = (scale * v for v in self.kept)
        above, before = scale * self.seen[0], scale * self.seen[2]
        return painted[top - above : bottom - above, left - before : right - before]


def cut(height: int, width: int, halo: int, stride: int = 1, side: int = SIDE) -> list[Tile]:
    """Tiles that keep every pixel of a picture once, row by row; those that are seen begin at multiples of `stride`.

    halo: px to every side that a network's pixel may depend on. All that are seen are side + 2 * halo px wide and high, the
    last ones once they are padded, or as much as the picture has: a network's memory grows with every new shape.
    """
    if side % stride or halo % stride:
        raise ValueError(f"side and halo must be multiples of the stride {stride}, got {side} and {halo}")
    rows, columns = (_spans(length, halo, stride, side) for length in (height, width))
    return [Tile((*a[0], *b[0]), (*a[1], *b[1])) for a in rows for b in columns]


def _spans(length: int, halo: int, stride: int, side: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """((seen from, to), (kept from, to)) along one side."""
    seen = side + 2 * halo
    if length <= seen:
        return [((0, length), (0, length))]
    count = -(-(length - seen) // side)
    starts = [side * i for i in range(count)] + [-(-(length - seen) // stride) * stride]
    ends = [start + seen - halo for start in starts[:-1]] + [length]
    return [
        ((start, min(length, start + seen)), (first, end))
        for start, first, end in zip(starts, [0, *ends[:-1]], ends, strict=True)
    ]


def paint(
    pixels: np.ndarray,
    work: Callable[[Tensor, Tile], Tensor],
    halo: int,
    stride: int = 1,
    scale: int = 1,
    side: int = SIDE,
) -> Iterator[tuple[int, int, np.ndarray]]:
    """Paint a picture tile by tile; after each, (tiles done, of how many, the new picture so far).

    pixels: (H, W, 3) uint8. work: (x (1, 3, h, w) in [-1, 1] with h and w multiples of `stride`, its tile) ->
    (1, 3, scale * h, scale * w). The same array (scale * H, scale * W, 3) uint8 is filled all along; not asking for the
    next one is how to stop.
    """
    height, width = pixels.shape[:2]
    made = np.zeros((scale * height, scale * width, 3), np.uint8)
    tiles = cut(height, width, halo, stride, side)
    for done, tile in enumerate(tiles, 1):
        x = torch.from_numpy(np.ascontiguousarray(tile.see(pixels, stride).transpose(2, 0, 1)))
        with torch.inference_mode():
            y = work(x[None].float().div_(127.5).sub_(1), tile)[0]
            shades = y.float().clamp(-1, 1).add(1).mul(127.5).round().byte().permute(1, 2, 0).cpu().numpy()
        top, bottom, left, right = (scale * v for v in tile.kept)
        made[top:bottom, left:right] = tile.keep(shades, scale)
        yield done, len(tiles), made
