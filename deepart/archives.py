"""A stranger's zip of pictures -> files of our own naming, within caps. Nothing in it chooses where a byte goes."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISLNK, S_ISREG

from deepart import disk

ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".heif")
MAX_FILES = 20_000  # entries of any kind
MAX_FILE_BYTES = 64 * 2**20  # of one picture, as images.MAX_FILE_BYTES
MAX_BYTES = 4 * 2**30  # of all pictures together, unpacked
MAX_RATIO = 200  # unpacked to packed, beyond the first MB; pictures hardly shrink in a zip
MAX_DEPTH = 8  # folders in each other
MAX_INDEX_BYTES = 16 * 2**20  # of the list of names, which Python reads whole
CHUNK = 2**20
UTF_8 = 0x800  # the flag of an entry whose name is UTF-8

_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_END = b"PK\5\6"  # the record at a zip's end


class ArchiveError(ValueError):
    """A zip cannot be unpacked; the text is one sentence: what is wrong, what to do."""


@dataclass(frozen=True)
class Unpacked:
    """One picture: where it lies now, what it was called, and the folder it lay in ("" for none; a label)."""

    path: Path
    name: str
    folder: str


def unpack(source: Path, target: Path, max_bytes: int = MAX_BYTES) -> list[Unpacked]:
    """Write the pictures of a zip into the folder `target` as 000000.jpg, 000001.png, ... in the order of their names.

    Other files, folders' own entries and what operating systems add are passed over. Bytes are counted while they are
    unpacked: what a zip says of its sizes is not believed. Nothing is decoded. Raises ArchiveError when the zip is
    damaged, encrypted, too large in any way, or names links or places outside itself, and then leaves no file behind;
    disk.DiskError when the disk is full.
    """
    written: list[Path] = []
    try:
        with open_zip(source) as archive:
            disk.make_folder(target)
            return list(_unpack(archive, target, max_bytes, written))
    except BaseException:
        for path in written:
            path.unlink(missing_ok=True)
        raise


def open_zip(source: Path) -> zipfile.ZipFile:
    """A zip whose index has a reasonable size. Raises ArchiveError."""
    try:
        with open(source, "rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - 66_000))
            tail = file.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) < at + 22:
            raise ArchiveError("this is no zip: pack the pictures as .zip and try again")
        entries, index = (
            int.from_bytes(tail[at + 10 : at + 12], "little"),
            int.from_bytes(tail[at + 12 : at + 16], "little"),
        )
        if index > MAX_INDEX_BYTES or entries > MAX_FILES:  # 64-bit zips say 65,535 and 2**32 - 1 here
            raise ArchiveError(f"this zip names too many files, and {MAX_FILES} is the most: make two of it")
        archive = zipfile.ZipFile(source)
        for entry in archive.infolist():
            entry.filename = _meant(entry).partition("\0")[0]
        return archive
    except ArchiveError:
        raise
    except Exception as error:  # the library raises a dozen kinds for damaged zips
        raise ArchiveError("this zip is damaged: pack it again, or upload it again") from error


def _meant(entry: zipfile.ZipInfo) -> str:
    """An entry's whole name. Without the flag that says UTF-8, names are read as if they came from an American PC of 1981; those
    of a Mac are UTF-8 all the same, and those of a Chinese Windows GBK, which then look like frames of boxes."""
    if entry.flag_bits & UTF_8 or entry.orig_filename.isascii():
        return entry.orig_filename
    raw = entry.orig_filename.encode("cp437")
    looks_drawn = any("\u2500" <= c <= "\u259f" for c in entry.orig_filename)
    for encoding in ("utf-8", "gbk") if looks_drawn else ("utf-8",):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.orig_filename


def _unpack(
    archive: zipfile.ZipFile, target: Path, max_bytes: int, written: list[Path]
) -> Iterator[Unpacked]:
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise ArchiveError(
            f"this zip holds {len(entries)} files, and {MAX_FILES} is the most: make two of it"
        )
    for entry in entries:
        check_name(entry)
    total = 0
    for entry in sorted(entries, key=lambda e: e.filename):
        parts = entry.filename.split("/")
        ending = Path(parts[-1]).suffix.lower()
        if entry.is_dir() or ending not in ENDINGS or parts[-1].startswith(".") or parts[0] == "__MACOSX":
            continue
        path = target / f"{len(written):06d}{ending}"
        written.append(path)
        with disk.whole(path) as out:
            for piece in pieces(archive, entry, min(MAX_FILE_BYTES, max_bytes - total)):
                out.write(piece)
            total += out.tell()
        yield Unpacked(path, parts[-1], "/".join(parts[:-1]))
    if not written:
        raise ArchiveError(f"this zip holds no picture; supported: {', '.join(ENDINGS)}")


def check_name(entry: zipfile.ZipInfo) -> None:
    """Raise ArchiveError for an entry that is no plain file or names a place outside the archive."""
    name, parts = _meant(entry), entry.filename.rstrip("/").split("/")
    kind = entry.external_attr >> 16
    shown = "".join(c if c.isprintable() else "?" for c in name)[:60]
    if kind & 0o170000 and not (S_ISREG(kind) or entry.is_dir()):
        what = "a link" if S_ISLNK(kind) else "no plain file"
        raise ArchiveError(f"{shown!r} in this zip is {what}: pack the pictures themselves")
    if entry.flag_bits & 1:
        raise ArchiveError("this zip is encrypted: pack it again without a password")
    odd = any(part in ("", ".", "..") or part.endswith((" ", ".")) or _DEVICES.match(part) for part in parts)
    if odd or "\\" in name or ":" in name or not name.isprintable() or len(name) > 512:
        raise ArchiveError(f"{shown!r} is no name for a picture in a zip: rename it and pack again")
    if len(parts) > MAX_DEPTH + 1:
        raise ArchiveError(f"the folders of this zip lie more than {MAX_DEPTH} deep: pack fewer levels")


def pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """The content of an entry, piece by piece. Raises ArchiveError beyond `most` bytes, when it swells, or is damaged."""
    if entry.compress_type not in (
        zipfile.ZIP_STORED,
        zipfile.ZIP_DEFLATED,
    ):  # others inflate without a limit
        raise ArchiveError("this zip is packed in a rare way: pack it again with ordinary settings")
    done = 0
    try:
        with archive.open(entry) as file:
            while piece := file.read(CHUNK):
                done += len(piece)
                if done > most:
                    raise ArchiveError(
                        "this zip is too large when unpacked: make two of it, or shrink the pictures"
                    )
                if done > CHUNK and done > MAX_RATIO * max(1, entry.compress_size):
                    raise ArchiveError(
                        "a file in this zip swells too much when unpacked: pack the pictures again"
                    )
                yield piece
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OSError,
    ) as error:
        if isinstance(error, ArchiveError | disk.DiskError):
            raise
        raise ArchiveError("this zip is damaged: pack it again, or upload it again") from error
