"""Files that appear whole or not at all, and folders that belong to one writer at a time."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

LOCK = ".lock"
SPARE = 32 * 2**20  # bytes that we leave to everybody else on that disk
PART = ".part"  # ends the name of a file that is being written


class DiskError(OSError):
    """Something could not be written or read; the text is one sentence without a folder's name."""


class Busy(DiskError):
    """Another process is writing into that folder."""


_REASONS = {
    errno.ENOSPC: "the disk is full: make room and try again",
    errno.EDQUOT: "your share of the disk is used up: make room and try again",
    errno.EFBIG: "the disk takes no file of that size: choose another disk",
    errno.EROFS: "that folder is read-only: choose another one",
    errno.EACCES: "that folder may not be written by you: choose another one or change its rights",
    errno.EPERM: "that folder may not be written by you: choose another one or change its rights",
    errno.ENOENT: "its folder is not there any more: make it again and try again",
    errno.ENOTDIR: "there is a file where its folder should be: choose another one",
    errno.EEXIST: "there is a file where its folder should be: choose another one",
    errno.EIO: "the disk reports a fault: copy what you can to another one",
}


def reason(error: OSError) -> str:
    """Why, and what to do, in words for a person."""
    return _REASONS.get(
        error.errno, f"{(error.strerror or 'the system refused').lower()}: choose another folder"
    )


@contextlib.contextmanager
def whole(path: Path | str) -> Iterator[BinaryIO]:
    """A file to write into; it gets the name `path` when the block ends well, and is gone when not.

    Until then a file of that name stays as it was: a crash in the middle, a full disk or a power cut costs nothing but
    a hidden file that ends in .part (see `sweep`). Raises DiskError for a full disk or a folder that cannot be written.
    """
    path = Path(path)
    part = path.with_name(f".{uuid.uuid4().hex}{PART}")  # beside it: os.replace is atomic on one disk only
    try:
        with open(part, "xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except DiskError:
        raise
    except OSError as error:
        raise DiskError(f"{path.name} could not be written, {reason(error)}") from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def need(folder: Path, size: int) -> None:
    """Raise DiskError unless `size` bytes are free where that folder lies, and a little more."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return  # a disk that does not tell will say so when it is written to
    if free < size + SPARE:
        raise DiskError(
            f"the disk is full: {size // 2**20 + 1} MB are to be written and {free // 2**20} MB are free: make room"
        )


def write(path: Path | str, content: bytes | str) -> None:
    """Write a whole file, text as UTF-8. Raises DiskError as `whole` does."""
    with whole(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it. Raises DiskError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DiskError(f"the folder {folder.name!r} could not be made, {reason(error)}") from error


def sweep(folder: Path) -> None:
    """Delete what writers left that were killed in the middle; only for the holder of the folder's lock."""
    for part in folder.glob(f".*{PART}"):
        with contextlib.suppress(OSError):
            part.unlink()


@contextlib.contextmanager
def lock(folder: Path) -> Iterator[None]:
    """Keep other processes that ask for it out of a folder, for the length of the block.

    The system lets go of it when its process dies, however it dies. Raises Busy when another holds it, DiskError when
    the folder cannot be written.
    """
    try:
        file = open(folder / LOCK, "ab")  # noqa: SIM115 (held, not read)
    except OSError as error:
        raise DiskError(f"the folder {folder.name!r} cannot be used, {reason(error)}") from error
    with file:
        try:
            _take(file)
        except OSError as error:
            raise Busy(
                f"another deepart is at work in the folder {folder.name!r}: wait for it, or choose another name"
            ) from error
        yield  # the lock goes with the file


def _take(file: BinaryIO) -> None:
    """Lock an open file without waiting. OSError when it is locked; where a disk knows no locks, nothing happens."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS):
            raise
