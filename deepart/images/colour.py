"""Every mode that a file can have -> 8-bit sRGB on white."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from deepart.images.limits import Refused

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsTransform

_16_TO_8 = [(value + 128) // 257 for value in range(65536)]  # 65535 / 257 = 255: rounds to nearest
_PROBE = Image.fromarray(
    np.stack(np.meshgrid(*[np.arange(0, 256, 15)] * 3), -1).reshape(1, -1, 3).astype(np.uint8)
)
_MEASURES = "holds measurements rather than shades: export it as an 8-bit PNG and try that."


def to_srgb(picture: Image.Image) -> Image.Image:
    """A new RGB picture in sRGB without `info`, alpha on white; `Refused` for numbers that are no shades.

    An embedded colour profile that fits the picture is applied, any other is ignored.
    """
    shades = picture
    if picture.mode.startswith("I"):
        shades = _from_integers(picture)
    elif picture.mode == "F":
        shades = _from_floats(picture)
    elif picture.has_transparency_data:
        shades = _on_white(picture)
    elif picture.mode not in ("L", "RGB", "CMYK"):
        shades = picture.convert("L" if picture.mode == "1" else "RGB")
    profile, is_theirs = picture.info.get("icc_profile"), shades is picture
    del picture  # 40 megapixels of it take 160 MB
    transform = _transform(profile, shades.mode) if profile else None
    if transform:
        shades = transform.apply(shades)
    elif shades.mode != "RGB" or is_theirs:
        shades = shades.convert("RGB")  # a copy, if it was RGB
    shades.info = {}
    return shades


def _from_integers(picture: Image.Image) -> Image.Image:
    """16-bit gray, in any of Pillow's modes for it -> L. Pillow's own conversion clips at 255."""
    transparent = picture.info.get("transparency")
    wide = picture.convert("I")
    low, high = wide.getextrema()
    if low < 0 or high > 65535:
        raise Refused(_MEASURES)
    gray = wide.point(_16_TO_8, "L")
    if isinstance(transparent, int):
        gray.paste(255, mask=Image.fromarray(np.asarray(wide) == transparent))
    return gray


def _from_floats(picture: Image.Image) -> Image.Image:
    """Shades stored as 0..1, as 0..255 or as 0..65535, told apart by the brightest -> L."""
    darkest, brightest = picture.getextrema()
    mean = picture.reduce(picture.size).getpixel(
        (0, 0)
    )  # not a number if any pixel is, which extremes overlook
    if not (isfinite(mean) and darkest >= 0 and brightest <= 65535):
        raise Refused(_MEASURES)
    scale = 255 if brightest <= 1 else 1 if brightest <= 255 else 1 / 257
    return picture.point(lambda shade: shade * scale + 0.5).convert(
        "L"
    )  # + 0.5: conversion cuts off decimals


def _on_white(picture: Image.Image) -> Image.Image:
    key = picture.info.get("transparency")
    if isinstance(key, tuple) and max(key) > 255:  # a 16-bit PNG, of which Pillow keeps the high bytes
        picture.info["transparency"] = tuple(value >> 8 for value in key)
    is_gray = picture.mode in ("L", "LA", "La", "1")
    if picture.mode != "RGBA":  # Pillow copies where it need not convert
        picture = picture.convert("RGBA")
    white = Image.new("L" if is_gray else "RGB", picture.size, "white")  # gray stays gray for a gray profile
    white.paste(picture, mask=picture)
    return white


@lru_cache(maxsize=8)  # building takes 9 ms, and a camera's pictures share one
def _transform(profile: bytes, mode: str) -> ImageCmsTransform | None:
    """From `profile` to sRGB; None when it is broken, made for another mode, or sRGB already (most are)."""
    from PIL import ImageCms  # few files need it

    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    changed = (
        np.asarray(transform.apply(_PROBE)).astype(int) - np.asarray(_PROBE)
        if mode == "RGB"
        else np.array(255)
    )
    return transform if np.abs(changed).max() > 1 else None
