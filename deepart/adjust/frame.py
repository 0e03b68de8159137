"""The frame of a picture: turned by quarters, mirrored, straightened, cut."""

from __future__ import annotations

import math

from PIL import Image

from deepart.adjust.wish import Adjustments

_TURNS = {
    1: Image.Transpose.ROTATE_270,  # Pillow counts the other way round
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}


def frame(picture: Image.Image, wish: Adjustments) -> Image.Image:
    """The picture in its new frame; the very same object when the wish leaves the frame alone."""
    if wish.turns:
        picture = picture.transpose(_TURNS[wish.turns])
    if wish.mirror:
        picture = picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    if wish.straighten:
        picture = straightened(picture, wish.straighten)
    if (wish.left, wish.top, wish.right, wish.bottom) != (0, 0, 1, 1):
        picture = picture.crop(box(picture.size, wish))
    return picture


def box(size: tuple[int, int], wish: Adjustments) -> tuple[int, int, int, int]:
    """The pixels (left, top, right, bottom) of a (width, height) picture that a crop keeps: one at least."""
    width, height = size
    left, right = round(wish.left * width), round(wish.right * width)
    top, bottom = round(wish.top * height), round(wish.bottom * height)
    left, top = min(left, width - 1), min(top, height - 1)
    return left, top, max(right, left + 1), max(bottom, top + 1)


def straightened(picture: Image.Image, degrees: float) -> Image.Image:
    """Turned clockwise about its middle, and cut to the largest rectangle that the picture fills."""
    width, height = inner(*picture.size, degrees)
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    # where each pixel of the result lies in the picture: turned back about the middles of both
    x0 = picture.width / 2 - cos * width / 2 - sin * height / 2
    y0 = picture.height / 2 + sin * width / 2 - cos * height / 2
    return picture.transform(
        (width, height), Image.Transform.AFFINE, (cos, sin, x0, -sin, cos, y0), Image.Resampling.BICUBIC
    )


def inner(width: int, height: int, degrees: float) -> tuple[int, int]:
    """(width, height) of the largest upright rectangle inside a width x height one that is turned; one pixel at least.

    Either all four of its corners touch a side, or, in a long picture, two of them lie in the middle of the long sides.
    """
    angle = math.radians(abs(degrees))
    cos, sin = math.cos(angle), math.sin(angle)
    short, long = min(width, height), max(width, height)
    if short <= 2 * sin * cos * long:
        along, across = short / (2 * sin), short / (2 * cos)
        w, h = (along, across) if width >= height else (across, along)
    else:
        twice = cos * cos - sin * sin
        w, h = (width * cos - height * sin) / twice, (height * cos - width * sin) / twice
    return max(1, math.floor(w + 1e-6)), max(1, math.floor(h + 1e-6))
