"""Between the handlers and the artist: known errors become sentences, and files must be ones that were uploaded."""

from __future__ import annotations

import errno
import functools
import html
import inspect
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from deepart import rescue
from deepart.archives import ArchiveError
from deepart.data import DataError
from deepart.films import FilmError
from deepart.images import PictureError
from deepart.painting import PaintingError
from deepart.presets import PresetError
from deepart.recipe import RecipeError
from deepart.studio import StudioError
from deepart.supervisor import TrainError
from deepart.ui import words
from deepart.weights import WeightsError

KNOWN = (
    StudioError,
    PaintingError,
    FilmError,
    PictureError,
    WeightsError,
    RecipeError,
    PresetError,
    TrainError,
    DataError,
    ArchiveError,
)  # their texts are meant for the artist

log = logging.getLogger("deepart")


def sentence(error: Exception) -> str:
    """What to tell the artist; an unknown error is our bug and is logged whole."""
    if isinstance(error, PictureError):
        return words.told(str(error))  # begins with the file's name
    if isinstance(error, KNOWN):
        return words.sentence(str(error))
    if no_room(error):
        return words.NO_ROOM
    if why := rescue.sentence(error):  # the machine's fault, and nobody's bug
        log.warning("%s: %s", type(error).__name__, why)
        return words.sentence(why)
    log.error("unexpected error in a handler", exc_info=error)
    return words.OUR_FAULT


def no_room(error: Exception) -> bool:
    """Whether a picture could not be stored: the disk is full, or the folder of uploads cannot be written. It is logged."""
    if not isinstance(error, OSError):
        return False
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
    if full or str(error.filename or "").startswith(get_upload_folder()):
        log.warning("no room for a picture: %s", error)
        return True
    return False


def note(text: str = "") -> str:
    """A sentence as HTML for the page's notes."""
    return f"<p>{html.escape(text)}</p>" if text else ""


def noted(outputs: int) -> Callable:
    """A handler (or generator) of `outputs` values gains one more, the tab's note: "" or why it could not be done.

    On an error all other values stay as they are on the page.
    """

    def wrap(handler: Callable) -> Callable:
        def good(values: Any) -> tuple:
            return (*(values if outputs > 1 else (values,)), "")

        def bad(error: Exception) -> tuple:
            return (*(gr.skip() for _ in range(outputs)), note(sentence(error)))

        @functools.wraps(handler)
        def once(*args: Any) -> tuple:
            try:
                return good(handler(*args))
            except Exception as error:
                return bad(error)

        @functools.wraps(handler)
        def stream(*args: Any) -> Iterator[tuple]:
            try:
                yield from map(good, handler(*args))
            except Exception as error:
                yield bad(error)

        return stream if inspect.isgeneratorfunction(handler) else once

    return wrap


def spoken(endpoint: Callable) -> Callable:
    """An API endpoint whose errors reach the caller as one sentence, without a traceback or a path."""

    @functools.wraps(endpoint)
    def answer(*args: Any) -> Any:
        try:
            return endpoint(*args)
        except Exception as error:
            raise gr.Error(sentence(error), print_exception=False) from None

    return answer


def uploaded(file: Any) -> Path:
    """The path of a picture that a browser or a client uploaded. Raises PictureError for any other reference.

    file: what Gradio hands over: an object or a dict with `path`. A `data:` or `http:` reference has none, or one that
        lies outside the upload folder.
    """
    if not file:
        raise PictureError(words.NO_PICTURE)
    path = file.get("path") if isinstance(file, dict) else getattr(file, "path", None)
    folder = Path(get_upload_folder()).resolve()
    if (
        not isinstance(path, str)
        or not path
        or "\0" in path
        or not Path(path).resolve().is_relative_to(folder)
    ):
        raise PictureError(words.NOT_UPLOADED)
    if not Path(path).is_file():
        raise PictureError(words.GONE)
    return Path(path).resolve()
