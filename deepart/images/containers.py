"""Each format's container, pared to its first picture before a decoder sees it.

Metadata is where decoders are slow or leak: a megabyte of tiny EXIF segments, text that inflates a thousandfold, a
comment joined byte by byte. None of it changes a pixel but the orientation and the colour profile, so only those and
the pixels go on. This also finds, format by format, a file that ends early and a size that is too much.
"""

import re
import struct
from collections.abc import Callable, Iterator

from deepart.images.limits import DAMAGED, ENDS_EARLY, MAX_PARTS, MAX_PROFILE_BYTES, Refused, check_size
from deepart.images.png import pare_png
from deepart.images.tags import orientation, pare_tiff

_JPEG_MARKER = re.compile(rb"\xff[^\x00\xff]")
_JPEG_NEXT_SEGMENT = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # within a scan: 00 escapes, D0-D7 are restarts
_JPEG_TABLES = {*range(0xC0, 0xD0), 0xDA, 0xDB, 0xDD} - {0xC8}
_JPEG_TABLE_BYTES = 2**18  # real tables take a few KB
_JPEG_SCANS = 100  # a progressive picture has about 10; every scan is a pass over all pixels

_GIF_HEAD_BYTES = 4 * 2**20
_BMP_RUNS_BYTES = 4 * 2**20  # Pillow unpacks run-length BMP in Python, a microsecond a run


def pare(kind: str, data: bytes) -> tuple[bytes, int]:
    """(a file of the same kind with the first picture only, its EXIF orientation 1-8).

    Raises `Refused` where the container is broken, ends early, or announces more than `check_size` allows.
    """
    try:
        return _PARE[kind](data)
    except (IndexError, struct.error) as error:
        raise Refused(ENDS_EARLY) from error


def _pare_jpeg(data: bytes) -> tuple[bytes, int]:
    tables, profile, held = [], [], None
    for marker, start, end in _jpeg_segments(data):
        body = data[start + 4 : end]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            held = held or orientation(body)
        elif marker == 0xE2 and body.startswith(b"ICC_PROFILE\0"):
            profile.append(data[start:end])
        elif marker in _JPEG_TABLES or (marker in (0xE0, 0xEE) and body.startswith((b"JFIF", b"Adobe"))):
            tables.append(data[start:end])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack_from(">HH", body, 1)
            check_size(width, height)
    if sum(map(len, tables)) > _JPEG_TABLE_BYTES:
        raise Refused(DAMAGED)
    if sum(map(len, profile)) > MAX_PROFILE_BYTES:
        profile = []
    _check_scans(data, end)
    return b"".join([b"\xff\xd8", *profile, *tables, data[end:]]), held or 1


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of every segment up to and with the first start of a scan (DA)."""
    end = 2
    for _ in range(MAX_PARTS):
        found = _JPEG_MARKER.search(data, end)
        if not found:
            raise Refused(ENDS_EARLY)
        start, marker = found.start(), data[found.start() + 1]
        end = start + 2
        if marker == 0xD9:
            raise Refused(DAMAGED)  # over before it began
        if marker == 0x01 or 0xD0 <= marker <= 0xD8:
            continue  # these carry nothing
        (length,) = struct.unpack_from(">H", data, end)
        end += length
        if length < 2:
            raise Refused(DAMAGED)
        if end > len(data):
            raise Refused(ENDS_EARLY)
        yield marker, start, end
        if marker == 0xDA:
            return
    raise Refused(DAMAGED)


def _check_scans(data: bytes, start: int) -> None:
    """Refuse a JPEG of very many scans: 70 bytes each can cost a pass over 40 megapixels each."""
    if data.count(b"\xff\xda", start) <= _JPEG_SCANS:
        return
    scans = 1
    while found := _JPEG_NEXT_SEGMENT.search(
        data, start
    ):  # pictures after the first, in phone files, do not count
        marker, start = data[found.start() + 1], found.end()
        if marker == 0xD9:
            return
        scans += marker == 0xDA
        if scans > _JPEG_SCANS:
            raise Refused(DAMAGED)
        if marker >= 0xC0:
            start += max(2, *struct.unpack_from(">H", data, start))


def _pare_gif(data: bytes) -> tuple[bytes, int]:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + ((6 << (flags & 7)) if flags & 128 else 0)
    head, control = data[:at], b""
    while at < _GIF_HEAD_BYTES:
        block = data[at]
        if block == 0x2C:  # a frame; it may be larger than the screen
            left, top, across, down = struct.unpack_from("<4H", data, at + 1)
            check_size(max(width, left + across), max(height, top + down))
            return head + control + data[at:], 1
        if block == 0x3B:
            raise Refused("holds no picture: download or export it again.")
        end = at + 1
        if block == 0x21:  # an extension: label, then blocks up to an empty one
            end = at + 2
            while data[end]:
                end += 1 + data[end]
            end += 1
            if data[at + 1] == 0xF9:  # duration and transparency
                control = data[at:end]
        at = end
    raise Refused(DAMAGED)


def _pare_webp(data: bytes) -> tuple[bytes, int]:
    (length,) = struct.unpack_from("<I", data, 4)
    stop, at = 8 + length, 12
    if stop > len(data) + 1:  # + 1: some writers forget the last padding byte
        raise Refused(ENDS_EARLY)
    kept, held, is_sized = {}, None, False
    for _ in range(MAX_PARTS):
        if at + 8 > min(stop, len(data)):
            break
        name, size = struct.unpack_from("<4sI", data, at)
        if at + 8 + size > len(data):
            raise Refused(ENDS_EARLY)
        body = data[at + 8 : at + 8 + size]
        at += 8 + size + (size & 1)
        if name == b"EXIF":
            held = held or orientation(body)
        elif name in (b"VP8X", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L") or (
            name == b"ICCP" and size <= MAX_PROFILE_BYTES
        ):
            if not is_sized and name in _WEBP_SIZE:
                check_size(*_WEBP_SIZE[name](body))
                is_sized = True
            kept.setdefault(
                name, struct.pack("<4sI", name, size) + body + bytes(size & 1)
            )  # the first frame only
    chunks = b"".join(kept.values())
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks, held or 1


def _webp_lossless_size(body: bytes) -> tuple[int, int]:
    bits = int.from_bytes(body[1:5], "little")
    return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)


_WEBP_SIZE: dict[bytes, Callable[[bytes], tuple[int, int]]] = {
    b"VP8X": lambda body: (1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")),
    b"VP8 ": lambda body: tuple(side & 0x3FFF for side in struct.unpack_from("<HH", body, 6)),
    b"VP8L": _webp_lossless_size,
}


def _pare_iso(data: bytes) -> tuple[bytes, int]:
    """AVIF and HEIF turn pictures by a property of their own, and their standard says to ignore EXIF: hide it."""
    at, out = 0, bytearray(data)
    for _ in range(MAX_PARTS):
        if at == len(data):
            return bytes(out), 1
        size, name = struct.unpack_from(">I4s", data, at)
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
        end = at + size if size else len(data)
        if end > len(data) or end < at + 8:
            raise Refused(ENDS_EARLY if end > len(data) else DAMAGED)
        if name != b"mdat":
            out[at:end] = data[at:end].replace(b"Exif", b"skip")
        at = end
    raise Refused(DAMAGED)


def _pare_bmp(data: bytes) -> tuple[bytes, int]:
    is_packed = len(data) >= 34 and data[14] >= 40 and data[30] in (1, 2)
    if is_packed and len(data) > _BMP_RUNS_BYTES:
        raise Refused("is a large compressed BMP: export it as PNG and try that.")
    return data, 1


_PARE: dict[str, Callable[[bytes], tuple[bytes, int]]] = {
    "PNG": pare_png,
    "JPEG": _pare_jpeg,
    "GIF": _pare_gif,
    "WEBP": _pare_webp,
    "TIFF": pare_tiff,
    "BMP": _pare_bmp,
    "AVIF": _pare_iso,
    "HEIF": _pare_iso,
}
