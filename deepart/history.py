"""What was made, newest first: an index in SQLite beside the pictures in a folder, or in memory alone."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
import sqlite3
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from deepart import disk, images, recipe, spreadsheet
from deepart.images import PictureError
from deepart.recipe import Recipe, RecipeError

INDEX = "history.sqlite"
OWN = "own"  # the folder of pictures that results were made from
THUMB = 192  # px of the longer side
MOST_IN_MEMORY = 400  # results of one visitor; 3 MB of thumbnails
WAIT = 20.0  # seconds for another program that writes the same index
FILM = "film"

SCHEMA = """
create table if not exists results (
    key text primary key, at real not null, task text not null, model text not null, recipe text not null,
    file text not null, sha256 text not null, thumb blob not null,
    star integer not null default 0, step integer not null default 0, gone integer not null default 0);
create index if not exists results_at on results (gone, at desc);
create index if not exists results_sha256 on results (sha256);
"""


@dataclass(frozen=True)
class Entry:
    """One result. recipe: JSON. file: where it lies, None when it is no longer there. thumb: a JPEG, empty when there is none."""

    key: str
    at: float  # seconds since 1970
    task: str
    model: str
    recipe: str
    file: Path | None
    thumb: bytes
    star: bool


class Remembered(NamedTuple):
    """What a browser keeps of a result. at: seconds since 1970; recipe: JSON."""

    at: float
    star: bool
    recipe: str


class History:
    """The results of one artist. folder: where they are kept; None: nothing is written, files stay where they are.

    Safe to use from several threads, and a folder from several processes. Every method raises disk.DiskError when the
    folder or its index cannot be used.
    """

    def __init__(self, folder: Path | None = None):
        self.folder = folder
        self._lock = threading.RLock()
        self._touched: set[str] = set()  # keys of what was made, starred or deleted here, not only remembered
        if folder is not None:
            disk.make_folder(folder)
        with self._trouble():
            place = ":memory:" if folder is None else str(folder / INDEX)
            self._index = sqlite3.connect(place, WAIT, check_same_thread=False, isolation_level=None)
            self._index.executescript(SCHEMA)
        if folder is not None:
            self._purge()
            self._find_others()
            self._forget_own()

    def add(self, by: Recipe, path: Path, picture: Image.Image, instead: str | None = None) -> str:
        """Put a finished picture in front; returns its key, which is the same for the same recipe.

        path: the PNG with its recipe, of which a copy is kept. instead: JSON of the recipe that this one is the next step
        from, on the same painting; where that was itself such a step and has no star, it makes room.
        """
        text = by.to_json()
        thumb, digest = thumbnail(picture), _sha256(path)
        with self._trouble():
            key = self._put(text, by.task, by.model, path, digest, thumb, instead is not None)
            if instead is not None and key_of(instead) != key:
                self._drop("key = ? and step = 1 and star = 0", key_of(instead))
            return key

    def add_film(self, about: str, model: str, path: Path, first: Image.Image) -> str:
        """Put a film in front. about: JSON of what made it."""
        thumb, digest = thumbnail(first), _sha256(path)
        with self._trouble():
            return self._put(about, FILM, model, path, digest, thumb, False)

    def remember(self, kept: Sequence[Remembered]) -> None:
        """Take what a browser kept, without pictures; what is no recipe is left out."""
        now = time.time()
        with self._trouble():
            for one in kept[:MOST_IN_MEMORY]:
                with contextlib.suppress(RecipeError):
                    by = recipe.from_json(one.recipe)
                    values = (
                        key_of(by.to_json()),
                        min(one.at, now),
                        by.task,
                        by.model,
                        by.to_json(),
                        int(one.star),
                    )
                    self._index.execute(
                        "insert or ignore into results (key, at, task, model, recipe, file, sha256, thumb, star)"
                        " values (?, ?, ?, ?, ?, '', '', x'', ?)",
                        values,
                    )
            self._trim()

    def illustrate(self, key: str, picture: Image.Image) -> None:
        """Give a thumbnail to a result that has none."""
        with self._trouble():
            self._index.execute("update results set thumb = ? where key = ?", (thumbnail(picture), key))

    def page(self, offset: int = 0, most: int = 60, starred: bool = False) -> list[Entry]:
        """Results, newest first."""
        rule = "gone = 0 and star = 1" if starred else "gone = 0"
        return self._read(f"{rule} order by at desc, rowid desc limit ? offset ?", most, offset)

    def count(self, starred: bool = False) -> int:
        with self._trouble():
            rule = "gone = 0 and star = 1" if starred else "gone = 0"
            return self._index.execute(f"select count(*) from results where {rule}").fetchone()[0]

    def get(self, key: str) -> Entry | None:
        return next(iter(self._read("key = ? and gone = 0", key)), None)

    def find(self, sha256: str) -> Path | None:
        """The file with that content, if it was made here, or results were made from it, and it is still there."""
        found = self._read("sha256 = ? and gone = 0", sha256)
        return next((entry.file for entry in found if entry.file), None) or self._kept_own(sha256)

    def keep_own(self, path: Path, sha256: str, name: str) -> None:
        """Keep the picture that a result was made from, so that its recipe is enough. name: what it is called."""
        if self.folder is None or self._kept_own(sha256) or not path.is_file():
            return
        target = self.folder / OWN / sha256 / name
        disk.make_folder(target.parent)
        try:
            os.link(path, target)  # no second copy of a result of ours
        except OSError:
            with open(path, "rb") as source, disk.whole(target) as out:
                shutil.copyfileobj(source, out)

    def star(self, key: str, star: bool = True) -> None:
        with self._trouble():
            self._index.execute("update results set star = ? where key = ?", (int(star), key))
            self._touched.add(key)

    def delete(self, keys: Sequence[str], gone: bool = True) -> None:
        """Take results away; with gone=False they come back, until the folder is opened the next time."""
        with self._trouble():
            for key in keys:
                self._index.execute("update results set gone = ? where key = ?", (int(gone), key))
                self._touched.add(key)

    def remembered(self, most: int, most_bytes: int, kept: Sequence[Remembered] = ()) -> list[Remembered]:
        """The newest results that recipes tell, as many as fit: what a browser can keep.

        kept: what it keeps already. What was made, starred or deleted here is as it is here; all else is as the browser
        says: the same browser may show the page in another tab, where other things happened.
        """
        entries = self._read("gone = 0 and task != ? order by at desc, rowid desc limit ?", FILM, most)
        ours = [
            Remembered(entry.at, entry.star, entry.recipe) for entry in entries if entry.key in self._touched
        ]
        theirs = [one for one in kept if key_of(one.recipe) not in self._touched]
        now = time.time()  # the clock of another machine may be ahead
        both = ours + [one._replace(at=min(one.at, now)) for one in theirs]
        found, size = [], 0
        for one in sorted(both, key=lambda one: -one.at)[:most]:
            size += len(one.recipe)
            if size > most_bytes:
                break
            found.append(one)
        return found

    def zip_starred(self, target: Path, again: Callable[[Entry], Path | None] = lambda entry: None) -> int:
        """Write the starred results and recipes.csv into a zip; returns how many they are.

        again: makes the file of one that is gone. Of what cannot be made again the recipe alone is there.
        """
        with disk.whole(target) as out, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
            rows = []
            for number, entry in enumerate(self.page(0, 100_000, starred=True), 1):
                file, name = entry.file or again(entry), ""
                if file:
                    name = f"{number:03d}-{file.name}"
                    archive.write(file, name)
                made = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(entry.at))
                rows.append((name, made, entry.task, entry.model, entry.recipe))
            archive.writestr(
                "recipes.csv", spreadsheet.text(rows, ("file", "made", "task", "model", "recipe"))
            )
        return len(rows)

    # what the others are made from

    def _put(
        self, text: str, task: str, model: str, path: Path, digest: str, thumb: bytes, step: bool
    ) -> str:
        key = key_of(text)
        before = self._index.execute("select star, step from results where key = ?", (key,)).fetchone()
        star, was_step = before or (0, 1)
        file = path if self.folder is None else self._copy(path, digest)  # may fail: what was there stays
        self._drop("key = ? and file != ?", key, self._named(file))
        self._index.execute(
            "insert or replace into results (key, at, task, model, recipe, file, sha256, thumb, star, step)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (key, time.time(), task, model, text, self._named(file), digest, thumb, star, int(step and was_step)),
        )  # fmt: skip
        self._touched.add(key)
        self._trim()
        return key

    def _trim(self) -> None:
        """A visitor's oldest results make room, those with a star for those with a star."""
        for star in (0, 1) if self.folder is None else ():
            self._index.execute(
                "delete from results where key in (select key from results where star = ? order by at desc"
                " limit -1 offset ?)",
                (star, MOST_IN_MEMORY),
            )

    def _copy(self, path: Path, digest: str) -> Path:
        """The picture's own place in the folder, by day."""
        day = self.folder / time.strftime("%Y-%m-%d")
        target = day / f"{time.strftime('%H%M%S')}-{digest[:6]}-{path.name}"
        disk.make_folder(day)
        with open(path, "rb") as source, disk.whole(target) as out:
            shutil.copyfileobj(source, out)
        return target

    def _named(self, file: Path) -> str:
        return str(file) if self.folder is None else file.relative_to(self.folder).as_posix()

    def _read(self, rule: str, *values: object) -> list[Entry]:
        names = "key, at, task, model, recipe, file, thumb, star"
        with self._trouble():
            rows = self._index.execute(f"select {names} from results where {rule}", values).fetchall()
        return [Entry(*row[:5], self._place(row[5]), row[6], bool(row[7])) for row in rows]

    def _place(self, name: str) -> Path | None:
        path = Path(name) if self.folder is None else self.folder / name
        return path if name and path.is_file() else None

    def _drop(self, rule: str, *values: object) -> None:
        """Remove results and, in our folder, their files."""
        if self.folder is not None:
            for (name,) in self._index.execute(f"select file from results where {rule}", values).fetchall():
                with contextlib.suppress(OSError):
                    (self.folder / name).unlink(missing_ok=True)
        self._index.execute(f"delete from results where {rule}", values)

    def _purge(self) -> None:
        with self._trouble():
            self._drop("gone = 1")

    def _kept_own(self, sha256: str) -> Path | None:
        if self.folder is None:
            return None
        kept = (path for path in (self.folder / OWN / sha256).glob("*") if path.is_file())
        return next((path for path in kept if _sha256(path) == sha256), None)  # not half of one

    def _forget_own(self) -> None:
        """Pictures that no result was made from any more."""
        with self._trouble():
            texts = [text for (text,) in self._index.execute("select recipe from results")]
        for place in (self.folder / OWN).glob("*"):
            if not any(place.name in text for text in texts):
                shutil.rmtree(place, ignore_errors=True)

    def _find_others(self) -> None:
        """Pictures with recipes that the index does not know: an index that was lost, or files that were put there."""
        with self._trouble():
            known = {name for (name,) in self._index.execute("select file from results")}
        for path in sorted(self.folder.glob("*/*.png")):
            if self._named(path) not in known:
                with contextlib.suppress(PictureError, RecipeError, OSError), self._trouble():
                    by, picture = recipe.load(path), images.open_picture(path, at_least=THUMB)
                    self._index.execute(
                        "insert or ignore into results (key, at, task, model, recipe, file, sha256, thumb)"
                        " values (?, ?, ?, ?, ?, ?, ?, ?)",
                        (
                            key_of(by.to_json()), path.stat().st_mtime, by.task, by.model, by.to_json(),
                            self._named(path), _sha256(path), thumbnail(picture),
                        ),
                    )  # fmt: skip

    @contextlib.contextmanager
    def _trouble(self) -> Iterator[None]:
        """One user of the index at a time; what SQLite says becomes a sentence."""
        with self._lock:
            try:
                yield
            except sqlite3.Error as error:
                raise disk.DiskError(
                    f"the index of what you made could not be used ({error}): delete {INDEX}, it is built anew"
                ) from error


def key_of(text: str) -> str:
    """The key of a result by its recipe (JSON)."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def thumbnail(picture: Image.Image) -> bytes:
    """A JPEG of THUMB px on its longer side."""
    share = min(1.0, THUMB / max(picture.size))
    size = tuple(max(1, round(side * share)) for side in picture.size)
    small = picture.convert("RGB") if max(picture.size) <= THUMB else None
    small = small or picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0).convert("RGB")
    file = io.BytesIO()
    small.save(file, "JPEG", quality=82)
    return file.getvalue()


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
