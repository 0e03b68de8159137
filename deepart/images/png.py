"""PNG is a row of named chunks: walked, inflated within a limit, and pared to the pixels."""

import struct
import zlib
from collections.abc import Iterator

from deepart.images.limits import DAMAGED, ENDS_EARLY, MAX_PARTS, Refused, check_size
from deepart.images.tags import orientation


def png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """(name, start, end) of every chunk of a PNG up to IEND; its content is data[start + 8 : end - 4]."""
    start = 8
    for _ in range(MAX_PARTS):
        if start == len(data):
            return
        if start + 12 > len(data):
            raise Refused(ENDS_EARLY)
        length, name = struct.unpack_from(">I4s", data, start)
        end = start + 12 + length
        if end > len(data):
            raise Refused(ENDS_EARLY)
        yield name, start, end
        if name == b"IEND":
            return
        start = end
    raise Refused(DAMAGED)


def inflate(packed: bytes, limit: int) -> bytes:
    """Decompress at most `limit` bytes. OverflowError beyond, zlib.error for rubbish."""
    inflater = zlib.decompressobj()
    data = inflater.decompress(packed, max(limit, 0) + 1)  # 0 would mean without end
    if len(data) > limit:
        raise OverflowError(f"inflates to more than {limit} bytes")
    return data


def pare_png(data: bytes) -> tuple[bytes, int]:
    """(the PNG with its still picture and first good colour profile only, its EXIF orientation 1-8)."""
    kept, held, profiles = [data[:8]], None, 0
    for name, start, end in png_chunks(data):
        if start == 8:
            if name != b"IHDR":
                raise Refused(DAMAGED)
            check_size(*struct.unpack_from(">II", data, 16))
        if name == b"eXIf":
            held = held or orientation(data[start + 8 : end - 4])
        elif name == b"iCCP":
            profiles += 1
            if profiles == 1 and _is_good_profile(data[start:end]):
                kept.append(data[start:end])
        elif name in (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"):  # no frames of an APNG: IDAT is its still
            kept.append(data[start:end])
    return b"".join(kept), held or 1


def _is_good_profile(chunk: bytes) -> bool:
    body = chunk[8:-4]
    try:
        inflate(body[body.index(b"\0") + 2 :], 2**20)  # Pillow gives up on the whole picture beyond 1 MB
    except (ValueError, OverflowError, zlib.error):
        return False
    return zlib.crc32(chunk[4:-4]) == int.from_bytes(chunk[-4:])
