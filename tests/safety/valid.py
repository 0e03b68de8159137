"""Good pictures of every supported format whose pixels are known: what must be taken, and come out right."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from PIL import Image

from tests import badfiles
from tests.badfiles import chunk, encode, png

LOSSLESS, LOSSY = 3, 16  # shades out of 255 that the mean of a patch may be off
UPRIGHT = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}  # EXIF orientation -> Image.Transpose
PLACE = {1: "N", 2: (52.0, 30.0, 0.0)}  # a GPS index: north, degrees and minutes


@dataclass(frozen=True)
class Valid:
    data: bytes
    picture: Image.Image  # RGB, what the door must give
    tolerance: int


def painting(dice: random.Random, long: int = 96) -> Image.Image:
    """RGB of a random size and two random colours that run into each other; soft, so that lossy formats keep it."""
    width, height = dice.randint(12, long), dice.randint(12, long)
    first, second = (np.array([dice.randrange(256) for _ in range(3)]) for _ in range(2))
    across = np.linspace(0, 1, width)[None, :, None] * np.linspace(1, 0.4, height)[:, None, None]
    return Image.fromarray((first * across + second * (1 - across)).astype(np.uint8))


def held(orientation: int) -> Image.Exif:
    """EXIF with an orientation, a camera, and the place it was taken."""
    exif = Image.Exif()
    exif[274], exif[271] = orientation, "Camera of a private person"
    exif.get_ifd(0x8825).update(PLACE)
    return exif


def _on_white(picture: Image.Image) -> Image.Image:
    white = Image.new("RGB", picture.size, "white")
    white.paste(picture.convert("RGBA"), mask=picture.convert("RGBA"))
    return white


def _alpha(picture: Image.Image, mode: str = "RGBA") -> Image.Image:
    coat = Image.linear_gradient("L").resize(picture.size)
    out = picture.convert(mode[:-1])
    out.putalpha(coat)
    return out


def jpeg(dice: random.Random) -> Valid:
    picture, turn = painting(dice), dice.randint(1, 8)
    data = encode(
        picture, "JPEG", quality=dice.randint(70, 100), subsampling=dice.choice((0, 1, 2)),
        progressive=dice.random() < 0.5, optimize=dice.random() < 0.5, exif=held(turn),
        restart_marker_blocks=dice.choice((0, 3)), comment=b"hello",
    )  # fmt: skip
    return Valid(data, picture.transpose(UPRIGHT[turn]) if turn > 1 else picture, LOSSY)


def jpeg_of_other_modes(dice: random.Random) -> Valid:
    other = painting(dice).convert(dice.choice(("L", "CMYK")))
    return Valid(encode(other, "JPEG", quality=90), other.convert("RGB"), LOSSY)


def png_of_every_mode(dice: random.Random) -> Valid:
    mode = dice.choice(("RGB", "L", "1", "P", "RGBA", "LA"))
    picture = painting(dice)
    if mode in ("RGBA", "LA"):
        picture = _alpha(picture, mode)
        return Valid(encode(picture, "PNG"), _on_white(picture), LOSSLESS)
    picture = picture.quantize(dice.randint(2, 256)) if mode == "P" else picture.convert(mode)
    turn = dice.randint(1, 8)
    upright = picture.convert("RGB")
    data = encode(picture, "PNG", exif=held(turn), optimize=dice.random() < 0.3)
    return Valid(data, upright.transpose(UPRIGHT[turn]) if turn > 1 else upright, LOSSLESS)


def png_of_16_bits(dice: random.Random) -> Valid:
    gray = painting(dice).convert("L")
    wide = np.asarray(gray).astype(np.uint16) * 257
    return Valid(encode(Image.fromarray(wide), "PNG"), gray.convert("RGB"), LOSSLESS)


def png_of_few_bits(dice: random.Random) -> Valid:
    bits, width, height = dice.choice((1, 2, 4)), 8 * dice.randint(2, 9), dice.randint(12, 60)
    shades = np.array([[dice.randrange(2**bits)] * width for _ in range(height)], dtype=np.uint8)
    per = 8 // bits
    packed = sum(shades[:, i::per].astype(int) << (8 - bits * (i + 1)) for i in range(per)).astype(np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in packed)
    gray = Image.fromarray((shades.astype(int) * 255 // (2**bits - 1)).astype(np.uint8))
    return Valid(png((width, height, bits, 0), rows), gray.convert("RGB"), LOSSLESS)


def png_with_a_key(dice: random.Random) -> Valid:
    picture = painting(dice)
    picture.paste((1, 2, 3), (0, 0, picture.width // 2, picture.height))
    white = picture.copy()
    white.paste("white", (0, 0, picture.width // 2, picture.height))
    clean = np.asarray(picture)[:, picture.width // 2 :].reshape(-1, 3)
    if (clean == (1, 2, 3)).all(1).any():
        return png_of_every_mode(dice)
    return Valid(encode(picture, "PNG", transparency=(1, 2, 3)), white, LOSSLESS)


def with_swapped_profile(dice: random.Random) -> Valid:
    kind = dice.choice(("PNG", "JPEG", "TIFF", "WEBP"))
    picture, options = painting(dice), {"icc_profile": badfiles.swapped_profile()}
    options |= (
        {"quality": 95, "subsampling": 0} if kind == "JPEG" else {"lossless": True} if kind == "WEBP" else {}
    )
    r, g, b = picture.split()
    return Valid(encode(picture, kind, **options), Image.merge("RGB", (b, g, r)), LOSSY)


def with_a_bad_profile(dice: random.Random) -> Valid:
    kind = dice.choice(("PNG", "JPEG", "TIFF", "WEBP"))
    picture, profile = painting(dice), bytearray(badfiles.srgb_profile())
    for _ in range(dice.randint(1, 400)):
        profile[dice.randrange(len(profile))] = dice.randrange(256)
    cut = bytes(profile[: dice.randrange(40)]) + b"\0"
    return Valid(encode(picture, kind, icc_profile=cut), picture, LOSSY)


def webp(dice: random.Random) -> Valid:
    picture, turn, is_lossless = painting(dice), dice.randint(1, 8), dice.random() < 0.5
    if dice.random() < 0.4:
        picture = _alpha(picture)
    data = encode(
        picture, "WEBP", lossless=is_lossless, quality=90, exif=held(turn), method=dice.randint(0, 4)
    )
    seen = _on_white(picture) if picture.mode == "RGBA" else picture
    return Valid(data, seen.transpose(UPRIGHT[turn]) if turn > 1 else seen, LOSSY)


def animated(dice: random.Random) -> Valid:
    kind, picture = dice.choice(("GIF", "WEBP", "PNG", "TIFF")), painting(dice)
    others = [painting(dice).resize(picture.size) for _ in range(dice.randint(1, 4))]
    data = encode(
        picture, kind, save_all=True, append_images=others, **({} if kind == "TIFF" else {"duration": 80})
    )
    return Valid(data, picture, LOSSY)


def gif(dice: random.Random) -> Valid:
    picture = painting(dice).quantize(dice.randint(2, 256))
    return Valid(
        encode(picture, "GIF", interlace=dice.randint(0, 1), comment=b"x" * 300),
        picture.convert("RGB"),
        LOSSLESS,
    )


def tiff(dice: random.Random) -> Valid:
    mode = dice.choice(("RGB", "L", "1", "P", "CMYK", "RGBA", "F", "I;16"))
    picture, way = painting(dice), dice.choice((None, "tiff_lzw", "tiff_adobe_deflate", "packbits"))
    if mode == "I;16":
        gray = picture.convert("L")
        wide = Image.fromarray(np.asarray(gray).astype(np.uint16) * 257)
        return Valid(encode(wide, "TIFF", compression=way), gray.convert("RGB"), LOSSLESS)
    if mode == "1":
        way = dice.choice((None, "group3", "group4"))
    picture = (
        _alpha(picture) if mode == "RGBA" else picture.quantize(64) if mode == "P" else picture.convert(mode)
    )
    seen = (
        _on_white(picture)
        if mode == "RGBA"
        else picture.convert("L" if mode == "F" else "RGB").convert("RGB")
    )
    if mode == "F" and picture.getextrema()[1] <= 1:
        return tiff(dice)
    turn = dice.choice((1, 6))
    data = encode(picture, "TIFF", compression=way, tiffinfo={274: turn})
    return Valid(data, seen.transpose(UPRIGHT[6]) if turn == 6 else seen, LOSSLESS)


def tiff_of_jpeg(dice: random.Random) -> Valid:
    picture = painting(dice)
    return Valid(encode(picture, "TIFF", compression="jpeg", quality=90), picture, LOSSY)


def bmp(dice: random.Random) -> Valid:
    mode = dice.choice(("RGB", "L", "1", "P"))
    picture = painting(dice)
    picture = picture.quantize(200) if mode == "P" else picture.convert(mode)
    return Valid(encode(picture, "BMP"), picture.convert("RGB"), LOSSLESS)


def avif(dice: random.Random) -> Valid:
    picture = painting(dice).resize((64, 48))
    picture = _alpha(picture) if dice.random() < 0.4 else picture
    seen = _on_white(picture) if picture.mode == "RGBA" else picture
    choice = dice.choice(("4:2:0", "4:2:2", "4:4:4"))
    return Valid(encode(picture, "AVIF", speed=10, quality=90, subsampling=choice), seen, LOSSY)


def heic(dice: random.Random) -> Valid:
    picture = painting(dice).resize((64, 48))
    picture = _alpha(picture) if dice.random() < 0.4 else picture
    seen = _on_white(picture) if picture.mode == "RGBA" else picture
    return Valid(encode(picture, "HEIF", quality=90, chroma=dice.choice((420, 444))), seen, LOSSY)


def polyglot(dice: random.Random) -> Valid:
    """A picture with another file behind it, as programs that hide things make them."""
    good = dice.choice((jpeg, gif, png_of_every_mode))(dice)
    tail = dice.choice(
        (b"PK\x03\x04" + bytes(200), badfiles.SVG, b"<script>alert(1)</script>", b"%PDF-1.7\n")
    )
    return Valid(good.data + tail, good.picture, good.tolerance)


def apng_chunks(dice: random.Random) -> Valid:
    """A PNG with private chunks of every harmless kind."""
    picture = painting(dice)
    data, extra = encode(picture, "PNG"), struct.pack(">HHHBBB", 2026, 11, 22, 1, 2, 3)[:7]
    more = (
        chunk(b"tIME", extra) + chunk(b"prVt", bytes(dice.randrange(500))) + chunk(b"tEXt", b"Place\x0052 N")
    )
    return Valid(data[:33] + more + data[33:], picture, LOSSLESS)


KINDS: tuple[Callable[[random.Random], Valid], ...] = (
    jpeg, jpeg_of_other_modes, png_of_every_mode, png_of_16_bits, png_of_few_bits, png_with_a_key,
    with_swapped_profile, with_a_bad_profile, webp, animated, gif, tiff, tiff_of_jpeg, bmp, avif, heic, polyglot,
    apng_chunks,
)  # fmt: skip


@cache
def _wide(mode: str, megapixels: int) -> Image.Image:
    height = megapixels * 125  # of a width of 8,000
    ramp = Image.linear_gradient("L").resize((8000, height))
    return Image.merge(mode, [ramp] * len(mode)) if mode in ("RGB", "RGBA", "CMYK") else ramp.convert(mode)


LARGE: tuple[tuple[str, str, int, dict], ...] = (  # format, mode, megapixels, options of the writer
    ("JPEG", "RGB", 40, {"quality": 90}),
    ("JPEG", "RGB", 40, {"progressive": True, "subsampling": 0}),
    ("JPEG", "CMYK", 36, {"progressive": True, "subsampling": 0}),
    ("PNG", "RGB", 40, {"compress_level": 1, "icc_profile": "swapped"}),
    ("PNG", "RGBA", 40, {"compress_level": 1, "icc_profile": "swapped"}),
    ("PNG", "1", 40, {"compress_level": 1}),
    ("WEBP", "RGB", 34, {"method": 0}),
    ("WEBP", "RGBA", 20, {"method": 0}),
    ("WEBP", "RGB", 20, {"method": 0, "lossless": True, "quality": 0, "icc_profile": "swapped"}),
    ("WEBP", "RGBA", 40, {"method": 0}),
    ("GIF", "L", 40, {}),
    ("TIFF", "RGB", 40, {"compression": "tiff_lzw"}),
    ("TIFF", "L", 40, {}),
    ("BMP", "L", 40, {}),
    ("AVIF", "RGB", 40, {"speed": 10}),
    ("AVIF", "RGBA", 38, {"speed": 10}),
    ("AVIF", "RGBA", 40, {"speed": 10, "subsampling": "4:4:4"}),
    ("HEIF", "RGB", 40, {"quality": 30}),
)


def large(number: int) -> Valid:
    """The `number`th of LARGE."""
    kind, mode, megapixels, options = LARGE[number]
    options = dict(options)
    if "icc_profile" in options:
        options["icc_profile"] = badfiles.swapped_profile()  # gray stays gray under it
    picture = _wide(mode, megapixels)
    seen = _on_white(picture) if mode == "RGBA" else picture.convert("RGB")
    return Valid(encode(picture, kind, **options), seen.reduce(100), LOSSY)
