"""PIL picture <-> tensor in [-1, 1], exact for 8-bit values in both directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from deepart.images.colour import to_srgb

if TYPE_CHECKING:
    from torch import (
        Tensor,
    )  # imported by the functions that need it: a page that shows pictures starts sooner

FITS = ("squash", "crop")


def to_uint8(picture: Image.Image, size: int | tuple[int, int], fit: str = "squash") -> np.ndarray:
    """The picture at `size` as (3, H, W) uint8, contiguous.

    size: pixels; an int for a square, or (height, width).
    fit: "squash" ignores the aspect ratio; "crop" keeps it and cuts what lies outside the centre.
    Antialiased (Lanczos). A picture that has the size already is not resampled.
    """
    height, width = (size, size) if isinstance(size, int) else size
    if min(height, width) < 1:
        raise ValueError(f"size must be 1 pixel or more, got {height} x {width} (height x width)")
    if fit not in FITS:
        raise ValueError(f"fit must be one of {', '.join(FITS)}, got {fit!r}")
    if picture.mode != "RGB":
        picture = to_srgb(picture)
    box = _centre(picture.size, width / height) if fit == "crop" else None
    resized = picture.resize((width, height), Image.Resampling.LANCZOS, box, reducing_gap=3.0)
    return np.ascontiguousarray(np.asarray(resized).transpose(2, 0, 1))  # (H, W, 3) -> (3, H, W)


def to_tensor(picture: Image.Image, size: int | tuple[int, int], fit: str = "squash") -> Tensor:
    """The picture at `size` as (3, H, W) float32: black is exactly -1.0, white exactly 1.0. Arguments: `to_uint8`."""
    import torch

    return torch.from_numpy(to_uint8(picture, size, fit)).float().div_(127.5).sub_(1.0)


def to_picture(x: Tensor) -> Image.Image:
    """x (3, H, W) in [-1, 1], any float type and device -> RGB picture, rounded to the nearest of 256 shades.

    Values outside are clamped. ValueError for another shape or NaN. Undoes `to_tensor` exactly.
    """
    if x.ndim != 3 or x.shape[0] != 3 or not x.is_floating_point():
        raise ValueError(f"x must be floats of shape (3, H, W), got {x.dtype} of {tuple(x.shape)}")
    if x.isnan().any():
        raise ValueError("x must be numbers, got NaN: the network that made it has diverged")
    shades = x.detach().float().clamp(-1.0, 1.0).add(1.0).mul(127.5).round().byte()
    return Image.fromarray(shades.permute(1, 2, 0).contiguous().cpu().numpy())  # (3, H, W) -> (H, W, 3)


def enlarge(picture: Image.Image, scale: int, aspect: tuple[int, int] | None = None) -> Image.Image:
    """`scale` times as large; with an aspect (width, height) the long side is kept and the short one follows it."""
    width, height = picture.width * scale, picture.height * scale
    if aspect:
        longest = max(aspect)
        width, height = (max(1, round(side * max(width, height) / longest)) for side in aspect)
    if (width, height) == picture.size:
        return picture
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _centre(size: tuple[int, int], aspect: float) -> tuple[float, float, float, float]:
    """The largest box of width / height = aspect in the middle of a (width, height) picture."""
    width, height = size
    across, down = min(width, height * aspect), min(height, width / aspect)
    left, top = (width - across) / 2, (height - down) / 2
    return left, top, left + across, top + down
