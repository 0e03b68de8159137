"""Makes files that a studio must survive: no binary lies in git, every byte comes from here."""

import random
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

import numpy as np
from PIL import Image, ImageCms

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"/>\n'
VIDEO = struct.pack(">I4s4sI4s", 24, b"ftyp", b"isom", 0, b"mp42") + bytes(100)


def gradient(width: int = 48, height: int = 40) -> Image.Image:
    """RGB: red grows to the right, green downwards; no two corners are alike."""
    across, down = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return Image.fromarray(np.stack([across, down, np.full_like(across, 60)], axis=-1).astype(np.uint8))


def encode(picture: Image.Image, kind: str, **options) -> bytes:
    """The bytes of a file of `kind` (Pillow's format names, and HEIF)."""
    file = BytesIO()
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.from_pillow(picture).save(file, **options)
    else:
        picture.save(file, kind, **options)
    return file.getvalue()


def chunk(name: bytes, body: bytes = b"") -> bytes:
    """One PNG chunk with a right checksum."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(header: tuple[int, int, int, int], rows: bytes, *before: bytes) -> bytes:
    """A PNG by hand. header: width, height, bits, colour type; rows: filter byte and samples of each row."""
    start = chunk(b"IHDR", struct.pack(">IIBBBBB", *header, 0, 0, 0))
    return PNG_MAGIC + start + b"".join(before) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND")


def bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A true PNG of width x height black 1-bit pixels: some 110 KB of file, 900 megapixels of picture."""
    packer = zlib.compressobj(1)
    row = bytes(1 + (width + 7) // 8)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0))
    return PNG_MAGIC + header + chunk(b"IDAT", body) + chunk(b"IEND")


def tiff_index(order: str, *entries: tuple[int, int, int, int]) -> bytes:
    """A TIFF of one index and nothing else, as EXIF is. entries: (tag, type, count, value or offset)."""
    packed = [
        struct.pack(order + "HHI", *entry[:3])
        + struct.pack(order + ("HH" if entry[1] == 3 and entry[2] == 1 else "I"), *_value(entry))
        for entry in entries
    ]
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, len(entries))
    return head + b"".join(packed) + bytes(4)


def _value(entry: tuple[int, int, int, int]) -> tuple[int, ...]:
    return (entry[3], 0) if entry[1] == 3 and entry[2] == 1 else (entry[3],)


def exif(orientation: int, order: str = ">") -> bytes:
    """EXIF that says how the camera was held, and that it counts in inches."""
    return b"Exif\0\0" + tiff_index(order, (274, 3, 1, orientation), (296, 3, 1, 2))


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def swapped_profile() -> bytes:
    """A good RGB profile in which red and blue have changed places: a reader that applies it must swap them."""
    profile = bytearray(srgb_profile())
    tags = {bytes(profile[i : i + 4]): i for i in range(132, 132 + 12 * profile[131], 12)}
    for first, second in ((b"rXYZ", b"bXYZ"), (b"rTRC", b"bTRC")):
        profile[tags[first] : tags[first] + 4], profile[tags[second] : tags[second] + 4] = second, first
    return bytes(profile)


def good_files() -> dict[str, bytes]:
    """One small good file of every kind that is worth breaking."""
    picture = gradient()
    alpha = picture.copy()
    alpha.putalpha(picture.getchannel("R"))
    frames = {"save_all": True, "append_images": [Image.new("RGB", picture.size, "blue")], "duration": 100}
    wide = Image.fromarray(np.linspace(0, 65535, 48 * 40).astype(np.uint16).reshape(40, 48))
    profile = srgb_profile()
    return {
        "jpeg": encode(picture, "JPEG", exif=exif(6), icc_profile=profile),
        "progressive.jpeg": encode(picture, "JPEG", progressive=True, quality=90),
        "cmyk.jpeg": encode(picture.convert("CMYK"), "JPEG"),
        "png": encode(picture, "PNG", exif=exif(3), icc_profile=profile),
        "palette.png": encode(picture.quantize(16), "PNG", transparency=bytes(range(16))),
        "animated.png": encode(picture, "PNG", **frames),
        "16.png": encode(wide, "PNG"),
        "webp": encode(alpha, "WEBP", exif=exif(8), icc_profile=profile),
        "lossless.webp": encode(picture, "WEBP", lossless=True),
        "animated.webp": encode(picture, "WEBP", **frames),
        "gif": encode(picture, "GIF", **frames, comment=b"hello"),
        "bmp": encode(picture, "BMP"),
        "palette.bmp": encode(picture.quantize(16), "BMP"),
        "tiff": encode(picture, "TIFF", tiffinfo={274: 6}, icc_profile=profile),
        "lzw.tiff": encode(alpha, "TIFF", compression="tiff_lzw"),
        "jpeg.tiff": encode(picture, "TIFF", compression="jpeg"),
        "16.tiff": encode(wide, "TIFF"),
        "avif": encode(alpha, "AVIF", speed=10, exif=exif(6)),
        "heic": encode(picture, "HEIF", quality=50),
    }


def broken(data: bytes, count: int, seed: int) -> Iterator[bytes]:
    """`count` ways to break `data`: cut short, bits flipped, a stretch overwritten, removed, repeated or moved."""
    dice = random.Random(seed)
    for turn in range(count):
        first, second = sorted((dice.randrange(len(data)), dice.randrange(len(data))))
        other = dice.randrange(len(data))
        if turn % 6 == 0:
            yield data[:other]
        elif turn % 6 == 1:
            yield _flipped(data, dice, 1 + dice.randrange(8), len(data))
        elif turn % 6 == 2:
            yield _flipped(data, dice, 1 + dice.randrange(3), min(len(data), 400))  # where the headers are
        elif turn % 6 == 3:
            length = 1 + dice.randrange(16)
            yield data[:other] + bytes([dice.choice((0, 255, 127))]) * length + data[other + length :]
        elif turn % 6 == 4:
            yield data[:first] + data[second:]
        else:
            yield data[:other] + data[first:second] + data[other:]


def _flipped(data: bytes, dice: random.Random, bits: int, within: int) -> bytes:
    changed = bytearray(data)
    for _ in range(bits):
        changed[dice.randrange(within)] ^= 1 << dice.randrange(8)
    return bytes(changed)
