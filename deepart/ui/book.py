"""Keeps what artists make: on their own desk in a folder, else for each visitor as long as their page is open."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from pathlib import Path

import gradio as gr
from PIL import Image

from deepart import images, recipe
from deepart.bench.own import Own
from deepart.disk import DiskError
from deepart.history import THUMB, History
from deepart.images import PictureError
from deepart.recipe import Recipe, RecipeError
from deepart.studio import Made
from deepart.ui import guard, parts, words

MOST_VISITORS = 64  # whose results are remembered at a time, some MB each

log = logging.getLogger("deepart")


class Book:
    """Whose results are whose. folder: where those of the one artist are kept; None: visitors, and nothing is written."""

    def __init__(self, folder: Path | None = None):
        self.folder = folder
        self.made: list = []  # events after which there are new results
        self._lock = threading.Lock()
        self._own: History | None = None
        self._visitors: OrderedDict[str, History] = OrderedDict()

    def of(self, request: gr.Request | None) -> History:
        """The results of who asks. Raises disk.DiskError when their folder cannot be used."""
        with self._lock:
            if self.folder is not None:
                self._own = self._own or History(self.folder)
                return self._own
            key = str(getattr(request, "session_hash", None) or "")
            history = self._visitors.pop(key, None) or History()
            self._visitors[key] = history
            while len(self._visitors) > MOST_VISITORS:
                self._visitors.popitem(last=False)
            return history

    def keep(
        self, request: gr.Request | None, made: Made, instead: Recipe | None = None, mine: Own | None = None
    ) -> Path:
        """A finished picture as a PNG that Gradio serves, put into the history.

        instead: the step before, see `History.add`. mine: the artist's picture that it was made from.
        """
        path = parts.keep(made)
        try:
            history = self.of(request)
            history.add(made.recipe, path, made.picture, instead and instead.to_json())
            _keep_own(history, made.recipe, mine)
        except DiskError as error:  # the picture itself is there
            self.complain(error)
        return path

    def keep_film(
        self, request: gr.Request | None, about: str, model: str, path: Path, first: Image.Image
    ) -> None:
        """Put a film into the history."""
        try:
            self.of(request).add_film(about, model, path, first)
        except DiskError as error:
            self.complain(error)

    def note(self, request: gr.Request | None, path: Path, mine: Own | None = None) -> None:
        """Put a picture that goes to another tab into the history, if it was made here. mine: see `keep`."""
        try:
            by, history = recipe.load(path), self.of(request)
            history.add(by, Path(path), images.open_picture(path, at_least=THUMB))
            _keep_own(history, by, mine)
        except (RecipeError, PictureError):
            return
        except DiskError as error:
            self.complain(error)

    def complain(self, error: DiskError) -> None:
        """Say that the history could not be written, without losing what was made."""
        log.warning("history: %s", error)
        gr.Warning(parts.escaped(guard.sentence(error)), title=words.HISTORY_BROKEN)


def _keep_own(history: History, by: Recipe, mine: Own | None) -> None:
    if mine and mine.sha256 == by.own_sha256:
        history.keep_own(mine.path, mine.sha256, mine.name)
