"""Pictures that an artist dropped -> a folder of their own, which outlives the page; and a table of their labels."""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from deepart import archives, data, disk
from deepart.supervisor.orders import TrainError

MOST_CSV = 4 * 2**20  # bytes
_ODD = re.compile(r"[^a-z0-9]+")


def gather(files: Sequence[tuple[str, Path]], folder: Path) -> list[tuple[str, str]]:
    """Copy pictures, and those in zips, into a folder; returns (file in it, label) of those that came.

    files: (name, path) as they were dropped. Labels are the names of the folders in a zip, where there are several, and
    what a CSV of file and label says. Raises TrainError for any other file, archives.ArchiveError, disk.DiskError.
    """
    labels: dict[str, str] = {}
    came: list[tuple[str, str, str]] = []  # (file, its name as it was dropped, the folder that it lay in)
    count = sum(1 for _ in folder.iterdir())
    for name, path in files:
        ending = Path(name).suffix.lower()
        if ending == ".csv":
            labels |= _labels(path)
        elif ending == ".zip":
            for each in _unpacked(path, folder, count):
                came.append(each)
                count += 1
        elif ending in data.ENDINGS:
            target = folder / _own_name(count, name)
            disk.need(folder, path.stat().st_size)
            shutil.copyfile(path, target)
            came.append((target.name, name, ""))
            count += 1
        else:
            raise TrainError(f"{name[-60:]!r} is no picture, zip or CSV")
    lies_apart = len({inside for _, _, inside in came if inside}) > 1
    return [(file, labels.get(name, inside if lies_apart else "")) for file, name, inside in came]


def _unpacked(path: Path, folder: Path, count: int) -> list[tuple[str, str, str]]:
    nest = folder / ".unpacking"
    try:
        found = []
        for i, each in enumerate(archives.unpack(path, nest)):
            file = _own_name(count + i, each.name)
            each.path.rename(folder / file)
            found.append((file, each.name, each.folder.rpartition("/")[2]))
        return found
    finally:
        shutil.rmtree(nest, ignore_errors=True)


def _own_name(number: int, name: str) -> str:
    """A name of ours that still reminds of theirs."""
    stem = _ODD.sub("-", Path(name).stem.casefold()).strip("-")[:40]
    return f"{number:05d}-{stem or 'picture'}{Path(name).suffix.lower()}"


def _labels(path: Path) -> dict[str, str]:
    try:
        text = path.read_bytes()[:MOST_CSV].decode("utf-8-sig")
        rows = [row for row in csv.reader(text.splitlines()) if len(row) >= 2]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise TrainError("the CSV cannot be read: it has two columns, file and label, in UTF-8") from None
    return {Path(row[0].strip()).name: row[1].strip() for row in rows}


def listed(folder: Path) -> list[tuple[str, str]]:
    """(file, label) of a folder that is there already, as a training would take them. Raises data.DataError."""
    found = data.scan(folder, deal=False)
    return [(e.path.relative_to(folder).as_posix(), e.label or "") for e in found]
