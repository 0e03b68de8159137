"""What the controls of the History tab do: look, star, compare, delete, paint again, pack."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from deepart import images, links, recipe, remaking
from deepart.history import Entry, History
from deepart.images import PictureError
from deepart.recipe import RecipeError
from deepart.studio import Studio, StudioError
from deepart.ui import guard, parts, words
from deepart.ui.comparing import curtain, figure
from deepart.ui.desk import Room
from deepart.ui.history.tiles import is_film, name, standing
from deepart.weights import WeightsError

PAGE = 48  # results on view at a time
SEEN = 900  # px of the picked one
MOST_AGAIN = 500  # results made again, to be found for a second look
UNMADE = (PictureError, RecipeError, StudioError, WeightsError)  # why one cannot be painted again


@dataclass(frozen=True)
class Shown:
    """What is on view: from which result on, whether only those with a star, which are picked, and what was deleted last."""

    offset: int = 0
    starred: bool = False
    picked: tuple[str, ...] = ()
    comparing: bool = False
    deleted: tuple[str, ...] = ()


def nothing() -> str:
    return f"<p>{html.escape(words.HISTORY_PICK)}</p>"


class Hand:
    """The handlers. All answer `Panel.view`."""

    def __init__(self, studio: Studio, room: Room):
        self.studio, self.book = studio, room.book
        self.again: dict[str, Path] = {}  # by the keys of results whose files are gone
        self.look = self._noted(lambda history, now: self.view(history, now))
        self.only_starred = self._noted(lambda history, now, on: self.view(history, Shown(0, bool(on))))
        self.tile = self._noted(self._tile)
        self.begin_comparing = self._noted(
            lambda history, now: self.view(history, Shown(now.offset, now.starred, now.picked[:1], True))
        )
        self.delete = self._noted(self._delete)
        self.undelete = self._noted(self._undelete)
        self.pack = guard.noted(1)(self._pack)

    def view(self, history: History, now: Shown) -> tuple:
        """Everything on view, without the note."""
        count = history.count(now.starred)
        found = [entry for key in now.picked if (entry := history.get(key))]
        one, is_pair = found[0] if found else None, len(found) == 2
        can_return = bool(one) and not is_pair and not is_film(one)
        files = [self._file(history, entry) for entry in found]
        file = files[0] if one and not is_pair else None
        easel, other = self._easel(found, files)
        return (
            now, self._wall(history, now),
            gr.Button(visible=now.offset > 0), gr.Button(visible=now.offset + PAGE < count),
            easel, other, facts(found, now), gr.Button(visible=can_return),
            gr.DownloadButton(value=file and str(file), visible=file is not None), gr.Button(visible=can_return),
            gr.Button(visible=bool(one) and count > 1 and not now.comparing), gr.Button(visible=bool(one)),
            gr.Button(visible=bool(now.deleted)), gr.Row(visible=can_return),
        )  # fmt: skip

    def _wall(self, history: History, now: Shown) -> dict[str, Any]:
        """The small pictures; those that only a recipe came back of are painted first."""
        entries = history.page(now.offset, PAGE, now.starred)
        if any([self._illustrate(history, entry) for entry in entries]):
            entries = history.page(now.offset, PAGE, now.starred)
        return standing(entries, now.picked, words.NO_STARS if now.starred else words.HISTORY_EMPTY)

    def turn(self, by: int) -> Any:
        """A handler that goes on to other results."""
        return self._noted(
            lambda history, now: self.view(history, Shown(max(0, now.offset + by), now.starred, now.picked))
        )

    def recipe(self, request: gr.Request, now: Shown) -> recipe.Recipe:
        """Of the picked one. Raises RecipeError when there is none."""
        entry = self._picked(request, now)
        return recipe.from_json(entry.recipe)

    def picture(self, request: gr.Request, now: Shown) -> Path:
        """The picked one as a file."""
        file = self._file(self.book.of(request), self._picked(request, now))
        if file is None:
            raise PictureError(words.NOT_KEPT)
        return file

    def code(self, request: gr.Request, now: Shown) -> str:
        """The picked one for a link."""
        return links.to_code(self.recipe(request, now))

    def _picked(self, request: gr.Request, now: Shown) -> Entry:
        entry = self.book.of(request).get(now.picked[0]) if now.picked else None
        if entry is None or is_film(entry):
            raise RecipeError(words.HISTORY_PICK)
        return entry

    def _tile(self, history: History, now: Shown, event: gr.EventData) -> tuple:
        key = str(event.key)
        if event.what == "star":
            entry = history.get(key)
            history.star(key, not (entry and entry.star))
            return gr.skip(), self._wall(history, now), *(gr.skip(),) * 12  # what is picked stays on view
        both = now.comparing and now.picked and now.picked[0] != key
        picked = (now.picked[0], key) if both else (key,)
        return self.view(history, Shown(now.offset, now.starred, picked))

    def _delete(self, history: History, now: Shown) -> tuple:
        history.delete(now.picked)
        return self.view(history, Shown(now.offset, now.starred, deleted=now.picked))

    def _undelete(self, history: History, now: Shown) -> tuple:
        history.delete(now.deleted, gone=False)
        return self.view(history, Shown(now.offset, now.starred, now.deleted[:1]))

    def _pack(self, request: gr.Request) -> Iterator[str | None]:
        yield None  # not what was packed before, if this fails
        path, history = parts.fresh("deepart-starred.zip"), self.book.of(request)
        if not history.zip_starred(path, partial(self._painted, history)):
            raise RecipeError(words.NO_STARS)
        yield str(path)

    def _painted(self, history: History, entry: Entry) -> Path | None:
        """The file of a result whose file is gone; None for a film, and where it cannot be made again."""
        return None if is_film(entry) else self._file(history, entry)

    def _easel(self, found: list[Entry], files: list[Path | None]) -> tuple[str, str]:
        """The picked picture; two of them with a line between that can be dragged."""
        if not found:
            return nothing(), ""
        seen = [self._seen(entry, file) for entry, file in zip(found, files, strict=True)]
        if len(found) == 1 or None in seen:
            picture = next((one for one in seen if one), None)
            if picture is None:
                return f"<p>{html.escape(words.NOT_KEPT)}</p>", ""
            return figure(parts.small_jpeg(picture), "", picture.size, name(found[0])), ""
        left, right = seen
        return figure(parts.small_jpeg(right), "", right.size, name(found[1])), curtain(
            parts.small_jpeg(left.resize(right.size)), right.size
        )

    def _seen(self, entry: Entry, file: Path | None) -> Image.Image | None:
        """What to look at, SEEN px at most."""
        shown = entry.thumb if is_film(entry) else file
        if shown is None:
            return None
        try:
            picture = images.open_picture(shown, at_least=SEEN)
        except PictureError:
            return None
        picture.thumbnail((SEEN, SEEN))
        return picture

    def _file(self, history: History, entry: Entry) -> Path | None:
        """The result as a file that Gradio serves; one whose file is gone is made again, where all is here for that."""
        if entry.file:
            return parts.lent(entry.file)
        again = self.again.get(entry.key)
        if is_film(entry) or (again and again.is_file()):
            return again
        try:
            by = recipe.from_json(entry.recipe)
            mine = history.find(by.own_sha256) if by.own_sha256 else None
            made = parts.keep(remaking.remake(self.studio, by, mine))
        except UNMADE:
            return None
        if len(self.again) >= MOST_AGAIN:
            self.again.clear()
        self.again[entry.key] = made
        return made

    def _illustrate(self, history: History, entry: Entry) -> bool:
        """A small picture for a result of which only the recipe came back from the browser; whether it got one.

        Those that were made from the artist's own pictures would take too long, so many at once.
        """
        if entry.thumb or is_film(entry):
            return False
        try:
            history.illustrate(entry.key, self.studio.remake(recipe.from_json(entry.recipe)))
        except UNMADE:
            return False
        return True

    def _noted(self, work: Any) -> Any:
        @guard.noted(14)
        def handler(request: gr.Request, now: Shown, *given: Any) -> tuple:
            return work(self.book.of(request), now, *given)

        return handler


def where(room: Room) -> str:
    """Where results are kept, and for how long."""
    folder = room.desk.outputs  # by its name: no page tells a path of its machine
    return words.HISTORY_VISIT if folder is None else words.HISTORY_KEPT.format(folder=folder.name)


def facts(found: list[Entry], now: Shown) -> str:
    """What made the picked one, in a line; what to do while a second one is to be picked."""
    if now.comparing and len(found) < 2:
        return f"<p>{html.escape(words.COMPARE_PICK)}</p>"
    lines = []
    for entry in found:
        said = [name(entry), entry.model]
        if not is_film(entry):
            by = recipe.from_json(entry.recipe)
            said += [f"{words.SEED} {by.seed}"] if by.seed is not None else []
            said += [by.own_name] if by.own_name else []
        lines.append(f"<p>{html.escape(' · '.join(said))}</p>")
    return "".join(lines)
