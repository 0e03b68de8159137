"""Pictures to hurt with: cut, flipped, re-assembled, swollen. Each is a pure function of its dice."""

from __future__ import annotations

import random
import re
import struct
import zlib
from collections.abc import Callable
from functools import cache
from itertools import pairwise

from PIL import Image

from tests import badfiles
from tests.badfiles import PNG_MAGIC, chunk, encode, tiff_index
from tests.safety import valid

EXTREMES = (
    0,
    1,
    7,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFFFFFF,
    0x80000000,
    0xFFFFFFFF,
    6325,
    40_001,
)


@cache
def good_files() -> tuple[tuple[str, bytes], ...]:
    return tuple(badfiles.good_files().items())


def _good(dice: random.Random) -> tuple[str, bytes]:
    if dice.random() < 0.5:
        return dice.choice(good_files())
    made = dice.choice(valid.KINDS)
    return made.__name__, made(dice).data


def damaged(dice: random.Random) -> bytes:
    """Cut short, bits flipped, a stretch overwritten, removed, repeated or moved."""
    _, data = _good(dice)
    return list(badfiles.broken(data, 6, dice.randrange(2**32)))[dice.randrange(6)]


def cut(dice: random.Random) -> bytes:
    _, data = _good(dice)
    return data[: dice.randrange(len(data))]


def extreme_number(dice: random.Random) -> bytes:
    """One number of the header, in two or four bytes of either order, becomes an extreme one."""
    _, data = _good(dice)
    changed, size = bytearray(data), dice.choice((1, 2, 4))
    at = dice.randrange(4, min(len(data) - size, 600))
    number = dice.choice(EXTREMES) & (256**size - 1)
    changed[at : at + size] = number.to_bytes(size, dice.choice(("big", "little")))
    return bytes(changed)


def png_pieces(data: bytes) -> list[tuple[bytes, bytes]]:
    pieces, at = [], 8
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        pieces.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + length]))
        at += 12 + length
    return pieces


def png_surgery(dice: random.Random) -> bytes:
    """Chunks lost, doubled, swapped, renamed or with other content; every checksum right, so that readers go on."""
    name = dice.choice(("png", "palette.png", "animated.png", "16.png"))
    pieces = png_pieces(dict(good_files())[name])
    for _ in range(dice.randint(1, 3)):
        i, j = dice.randrange(len(pieces)), dice.randrange(len(pieces))
        way = dice.randrange(6)
        kind, body = pieces[i]
        if way == 0 and len(pieces) > 2:
            del pieces[i]
        elif way == 1:
            pieces.insert(j, pieces[i])
        elif way == 2:
            pieces[i], pieces[j] = pieces[j], pieces[i]
        elif way == 3:
            other = dice.choice(
                (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"fdAT", b"fcTL", b"acTL", b"iCCP", b"eXIf", b"gAMA")
            )
            pieces[i] = (other, body)
        elif body:
            changed = bytearray(body)
            changed[dice.randrange(len(changed))] = dice.randrange(256)
            pieces[i] = (kind, bytes(changed)) if way == 4 else (kind, body[: dice.randrange(len(body))])
    return PNG_MAGIC + b"".join(chunk(*piece) for piece in pieces)


def png_header(dice: random.Random) -> bytes:
    """Any header before good or any pixels, of any depth and colour type."""
    width, height = (dice.choice((1, 8, 48, 400, 6_000, 60_000, 2**31 - 1)) for _ in range(2))
    bits, kind = dice.choice((0, 1, 2, 4, 8, 16, 32)), dice.choice((0, 2, 3, 4, 6, 7))
    header = struct.pack(
        ">IIBBBBB", width, height, bits, kind, dice.randrange(2), dice.randrange(2), dice.randrange(3)
    )
    body = zlib.compress(bytes(dice.randrange(5000)))
    palette = chunk(b"PLTE", bytes(dice.randrange(800))) if dice.random() < 0.5 else b""
    return PNG_MAGIC + chunk(b"IHDR", header) + palette + chunk(b"IDAT", body) + chunk(b"IEND")


def segment_surgery(dice: random.Random) -> bytes:
    """The parts of a JPEG between its markers lost, doubled, swapped or with another length."""
    data = dict(good_files())[dice.choice(("jpeg", "progressive.jpeg", "cmyk.jpeg"))]
    at = [m.start() for m in re.finditer(rb"\xff[\xc0-\xfe]", data)] + [len(data)]
    parts = [data[a:b] for a, b in pairwise(at)]
    for _ in range(dice.randint(1, 3)):
        i, j = dice.randrange(len(parts)), dice.randrange(len(parts))
        way = dice.randrange(4)
        if way == 0 and len(parts) > 2:
            del parts[i]
        elif way == 1:
            parts.insert(j, parts[i] * dice.choice((1, 50)))
        elif way == 2:
            parts[i], parts[j] = parts[j], parts[i]
        else:
            parts[i] = parts[i][:2] + struct.pack(">H", dice.choice(EXTREMES) & 0xFFFF) + parts[i][4:]
    return b"".join(parts)


def box_surgery(dice: random.Random) -> bytes:
    """The chunks of a WebP, or the boxes of an AVIF or HEIC, with other lengths and other names."""
    name = dice.choice(("webp", "lossless.webp", "animated.webp", "avif", "heic"))
    data = bytearray(dict(good_files())[name])
    names = [m.start() for m in re.finditer(rb"[A-Za-z0-9 ]{4}", bytes(data[:1200]))]
    for _ in range(dice.randint(1, 3)):
        at = dice.choice(names)
        if name.endswith("webp"):
            data[at + 4 : at + 8] = struct.pack("<I", dice.choice(EXTREMES))
        elif at >= 4:
            data[at - 4 : at] = struct.pack(">I", dice.choice(EXTREMES))
        if dice.random() < 0.3:
            data[at : at + 4] = data[(other := dice.choice(names)) : other + 4]
    return bytes(data)


def odd_exif(dice: random.Random) -> bytes:
    """A good JPEG, PNG or WebP with rubbish where its EXIF should be, and an index that points at itself."""
    entries = [
        (dice.randrange(65536), dice.randrange(15), dice.choice(EXTREMES), dice.choice(EXTREMES))
        for _ in range(9)
    ]
    entries = [e if not (e[1] == 3 and e[2] == 1) else (*e[:3], e[3] & 0xFFFF) for e in entries]
    loop = tiff_index(dice.choice("<>"), *entries)[:-4] + struct.pack("<I", 8)
    kind = dice.choice(("JPEG", "PNG", "WEBP"))
    return encode(
        valid.painting(dice), kind, exif=b"Exif\0\0" + (loop if dice.random() < 0.7 else dice.randbytes(300))
    )


def odd_tiff(dice: random.Random) -> bytes:
    """A TIFF index of plausible tags with implausible values."""
    side = dice.choice((8, 48, 6_000))
    entries = {
        256: (4, 1, side),
        257: (4, 1, side),
        258: (3, 1, 8),
        262: (3, 1, 1),
        273: (4, 1, 8),
        279: (4, 1, side * side),
    }
    for _ in range(dice.randint(1, 4)):
        tag = dice.choice(
            (256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 320, 322, 323, 324, 325, 338, 339, 34675)
        )
        entries[tag] = (
            dice.choice((1, 3, 4, 4, 5, 11, 12)),
            dice.choice((1, 1, 2, 4, 70_000)),
            dice.choice(EXTREMES),
        )
    fixed = [(tag, k, n, v & 0xFFFF if (k, n) == (3, 1) else v) for tag, (k, n, v) in sorted(entries.items())]
    return tiff_index(dice.choice("<>"), *fixed) + dice.randbytes(dice.randrange(4000))


def glued(dice: random.Random) -> bytes:
    """Two files in one, the second somewhere inside the first."""
    (_, one), (_, two) = _good(dice), _good(dice)
    at = dice.randrange(len(one))
    return dice.choice(
        (one[:at] + two, two[:at] + one, one + two, b"%PDF-1.4\n" + one, b"GIF89a" + one[6:], b"<svg>" + two)
    )


def no_picture(dice: random.Random) -> bytes:
    head = dice.choice(
        (
            b"",
            b"\xff\xd8\xff",
            PNG_MAGIC,
            b"GIF89a",
            b"II*\0",
            b"BM",
            b"RIFF\0\0\0\0WEBP",
            b"\0\0\0\x18ftypavif",
            b"<svg ",
            b"PK\x03\x04",
        )
    )
    return head + dice.choice((dice.randbytes(dice.randrange(3000)), bytes(3000), b"A" * 3000, b""))


KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    damaged, damaged, damaged, cut, extreme_number, extreme_number, png_surgery, png_header, segment_surgery,
    box_surgery, odd_exif, odd_tiff, glued, no_picture,
)  # fmt: skip


def _pixels(width: int, height: int) -> bytes:
    return encode(Image.new("L", (width, height)), "PNG", compress_level=9)


def _before_pixels(part: bytes) -> bytes:
    data = encode(badfiles.gradient(), "PNG")
    return data[:33] + part + data[33:]


def _jpeg_of_scans(count: int) -> bytes:
    data = encode(Image.new("L", (8000, 5000)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:-2] + data[last:-2] * count + data[-2:]


def _bmp_of_runs() -> bytes:
    head = struct.pack("<IIiiHHIIiiII", 0, 40, 6_000, 6_000, 1, 8, 1, 0, 0, 0, 256, 0)[4:]
    return b"BM" + struct.pack("<III", 0, 0, 54 + 1024) + head + bytes(1024) + b"\1\0" * 2_000_000 + b"\0\1"


def _text(name: bytes, megabytes: int) -> bytes:
    packed = zlib.compress(bytes(megabytes * 10**6), 9)
    start = {b"zTXt": b"k\0\0", b"iTXt": b"k\0\1\0\0\0", b"iCCP": b"k\0\0"}[name]
    return chunk(name, start + packed)


BOMBS: dict[str, Callable[[], bytes]] = {
    "900 megapixels in 1 bit": badfiles.bomb,
    "41 megapixels": lambda: _pixels(6405, 6405),
    "a strip 2 million long": lambda: badfiles.bomb(2_000_000, 8),
    "zTXt of 1 GB": lambda: _before_pixels(_text(b"zTXt", 1000)),
    "iTXt of 1 GB": lambda: _before_pixels(_text(b"iTXt", 1000)),
    "iCCP of 1 GB": lambda: _before_pixels(_text(b"iCCP", 1000)),
    "zTXt 4,000 times 10 MB": lambda: _before_pixels(_text(b"zTXt", 10) * 4_000),
    "eXIf of 60 MB": lambda: _before_pixels(chunk(b"eXIf", b"II*\0" + b"\xff" * 60_000_000)),
    "90,000 chunks": lambda: _before_pixels(chunk(b"teSt", b"") * 90_000),
    "300,000 chunks": lambda: _before_pixels(chunk(b"teSt", b"") * 300_000),
    "pixels for 40 times the height": lambda: badfiles.png((4000, 100, 8, 0), bytes(4001 * 100 * 40)),
    "JPEG of 90 scans": lambda: _jpeg_of_scans(75),
    "JPEG of 5,000 scans": lambda: _jpeg_of_scans(5_000),
    "JPEG of 900,000 markers": lambda: b"\xff\xd8" + b"\xff\xe1\0\2" * 900_000,
    "BMP of 2 million runs": _bmp_of_runs,
    "64 MB and a byte": lambda: b"BM" + bytes(64 * 2**20 - 1),
    "64 MB of GIF comments": lambda: encode(badfiles.gradient(), "GIF")[:-1] + (b"!\xfe\xff" + bytes(255)) * 240_000,
    "64 MB of TIFF entries": lambda: tiff_index("<", *[(i, 4, 10**6, 8) for i in range(65_000)]) + bytes(60 * 10**6),
    "AVIF box of 2**63 bytes": lambda: badfiles.good_files()["avif"] + struct.pack(">I4sQ", 1, b"mdat", 2**63),
}  # fmt: skip
