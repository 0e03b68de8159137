"""The index of a TIFF file (which is also what EXIF is): read within bounds, and pared to what pixels need.

Pillow reads every entry of an index it meets, and entries may overlap: 65,535 of them that all point at the same
megabyte cost 65 GB. So Pillow only meets indexes written here.
"""

import struct
from collections.abc import Container
from dataclasses import dataclass
from math import ceil

from deepart.images.limits import DAMAGED, ENDS_EARLY, MAX_PIXELS, MAX_PROFILE_BYTES, Refused, check_size

_UNIT_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}  # by TIFF type
_INTEGERS = {1: "B", 3: "H", 4: "I"}

WIDTH, HEIGHT, COMPRESSION, ORIENTATION, PLANAR = 256, 257, 259, 274, 284
STRIPS, SAMPLES, ROWS_PER_STRIP = 273, 277, 278
TILE_WIDTH, TILE_HEIGHT, TILES = 322, 323, 324
PROFILE = 34675
SUBFILE, DNG_VERSION = 254, 50706
_ONE_VALUE = {
    WIDTH,
    HEIGHT,
    COMPRESSION,
    262,
    266,
    SAMPLES,
    ROWS_PER_STRIP,
    PLANAR,
    317,
    TILE_WIDTH,
    TILE_HEIGHT,
}
_KEPT = _ONE_VALUE | {
    258,
    STRIPS,
    279,
    292,
    293,
    320,
    TILES,
    325,
    332,
    338,
    339,
    347,
    529,
    530,
    531,
    532,
    PROFILE,
}
_KEPT |= {512, 513, 514, 515, 517, 518, 519, 520, 521}  # the old JPEG-in-TIFF

_MAX_VALUES = 2**18  # a strip for every row of every plane fits; Pillow spends about 400 bytes on each


@dataclass(frozen=True)
class Entry:
    kind: int  # TIFF type, a key of _UNIT_BYTES
    count: int  # values
    at: int  # offset of the first value in the file
    raw: bytes  # the 12 bytes of the index

    @property
    def size(self) -> int:
        return self.count * _UNIT_BYTES[self.kind]


@dataclass(frozen=True)
class Index:
    data: bytes
    order: str  # "<" or ">"
    at: int
    entries: dict[int, Entry]

    def values(self, tag: int, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """The integers of `tag`; `default` where the index lacks it. struct.error beyond the end of the file."""
        entry = self.entries.get(tag)
        if entry is None:
            return default
        if entry.kind not in _INTEGERS or not 0 < entry.count <= _MAX_VALUES:
            raise Refused(DAMAGED)
        return struct.unpack_from(f"{self.order}{entry.count}{_INTEGERS[entry.kind]}", self.data, entry.at)

    def one(self, tag: int, default: int) -> int:
        return self.values(tag, (default,))[0]


def read_index(data: bytes, wanted: Container[int]) -> Index:
    """The first index of a TIFF, only its `wanted` tags, the first of each. struct.error when the file is too short."""
    order = "<" if data[:2] == b"II" else ">"
    (start,) = struct.unpack_from(order + "I", data, 4)
    (length,) = struct.unpack_from(order + "H", data, start)
    entries = {}
    for at in range(start + 2, start + 2 + 12 * length, 12):
        tag, kind, count = struct.unpack_from(order + "HHI", data, at)
        if tag not in wanted or tag in entries or kind not in _UNIT_BYTES:
            continue
        inline = count * _UNIT_BYTES[kind] <= 4
        (value_at,) = (at + 8,) if inline else struct.unpack_from(order + "I", data, at + 8)
        entries[tag] = Entry(kind, count, value_at, data[at : at + 12])
    return Index(data, order, start, entries)


def orientation(exif: bytes) -> int:
    """How a camera was held, 1 to 8, as EXIF says it; 1 (upright) when EXIF is broken or silent."""
    tiff = exif.removeprefix(b"Exif\0\0")
    try:
        value = read_index(tiff, {ORIENTATION}).one(ORIENTATION, 1)
    except (struct.error, Refused):
        return 1
    return value if 1 <= value <= 8 else 1


def pare_tiff(data: bytes) -> tuple[bytes, int]:
    """(the same file with an index of only what pixels need, its orientation); `Refused` for what must not be decoded.

    Dropped with the rest: further pages, thumbnails, EXIF, GPS, XMP.
    """
    index = read_index(data, _KEPT | {SUBFILE, DNG_VERSION})
    if DNG_VERSION in index.entries or index.one(SUBFILE, 0) & 1 or data[8:10] == b"CR":
        raise Refused("is a camera raw file: develop it, export it as JPEG and try that.")
    _check_layout(index)
    kept = [
        entry for tag, entry in index.entries.items() if tag in _KEPT and _is_usable(tag, entry, len(data))
    ]
    if sum(entry.size for entry in kept) > len(data):
        raise Refused(DAMAGED)  # entries overlap
    table = struct.pack(index.order + "H", len(kept)) + b"".join(entry.raw for entry in kept) + bytes(4)
    pared = (
        data[: index.at] + table + data[index.at + len(table) :]
    )  # never longer than the index it replaces
    return pared, orientation(data)


def _is_usable(tag: int, entry: Entry, file_bytes: int) -> bool:
    if tag == PROFILE:  # a colour profile may be broken without losing the picture
        return entry.at + entry.size <= file_bytes and entry.size <= MAX_PROFILE_BYTES
    if entry.at + entry.size > file_bytes:
        raise Refused(ENDS_EARLY)
    if entry.count == 0 or entry.count > _MAX_VALUES or (tag in _ONE_VALUE and entry.count != 1):
        raise Refused(DAMAGED)
    return True


def _check_layout(index: Index) -> None:
    """Size within bounds, and no more strips or tiles than the size needs: Pillow would decode each again."""
    width, height = index.one(WIDTH, 0), index.one(HEIGHT, 0)
    check_size(width, height)
    samples = index.one(SAMPLES, 1)
    planes = samples if index.one(PLANAR, 1) == 2 else 1
    if TILES in index.entries:
        across, down = index.one(TILE_WIDTH, 0), index.one(TILE_HEIGHT, 0)
    else:
        across, down = width, min(index.one(ROWS_PER_STRIP, height), height)
    if samples > 6 or not 0 < across * down <= MAX_PIXELS:
        raise Refused(DAMAGED)
    offsets = index.values(TILES) or index.values(STRIPS)
    if len(offsets) > ceil(width / across) * ceil(height / down) * planes:
        raise Refused(DAMAGED)
    if offsets and max(offsets) >= len(index.data):
        raise Refused(ENDS_EARLY)
