"""The pieces that the tabs are laid out from, and how a picture gets into and out of the browser."""

from __future__ import annotations

import base64
import hashlib
import html
import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData, ImageData
from gradio.utils import get_upload_folder
from PIL import Image

from deepart import assets, recipe
from deepart.bench.own import Own
from deepart.recipe import Recipe
from deepart.studio import Made, Studio
from deepart.ui import words

PRIVATE = {"show_progress": "hidden", "api_visibility": "private"}  # an event of the page alone
# Work of many seconds: one at a time, and nothing else waits for it.
LONG = {"concurrency_id": "long", "concurrency_limit": 1}
PREVIEW_QUALITY = 88  # of the small JPEGs that follow the finger


@dataclass(frozen=True)
class Sender:
    """A tab that hands pictures on: where its buttons stand, and picture(*inputs), the path of the one on view (None: there is none).

    recipe: (*inputs) -> the recipe of the one on view, for a link; None for a tab that makes no pictures. preset: the same
    for a preset, to be given to `Maker.dress`; None: as `recipe`. own: (*inputs) -> the artist's file that the one on view
    was made from.
    """

    row: gr.Row
    inputs: list
    picture: Callable[..., str | Path | None]
    recipe: Callable[..., Recipe] | None = None
    preset: Callable[..., Recipe] | None = None
    own: Callable[..., Own | None] | None = None


@dataclass(frozen=True)
class Landing:
    """A tab that takes a picture from another: receive(path, *inputs) answers the outputs, the tab's note last.

    after: further events (arguments of `success`) once it is there. place: id of what to scroll to, "" for the tab's top.
    """

    title: str
    receive: Callable
    inputs: list
    outputs: list
    after: Sequence[dict] = ()
    place: str = ""


@dataclass(frozen=True)
class Maker:
    """A tool that makes pictures of one task, and takes their recipes back.

    inner: the inner tabs to open, as (tabs, id). restore(by, own, *inputs) answers `outputs`, of which the last is the
    tool's note: every control as the recipe `by` says. own: the file that its picture was made from, where it is known;
    else the tool asks for it. dress(by, *inputs) answers the same: the settings of `by` on the picture that is there.
    after: further events (arguments of `success`) once a recipe was brought back.
    """

    task: str
    inner: tuple[tuple[gr.Tabs, int], ...]
    inputs: list
    outputs: list
    restore: Callable[..., tuple]
    dress: Callable[..., tuple]
    after: Sequence[dict] = ()


End = Sender | Landing | Maker  # what a tab shows to the others


class OwnPicture(gr.Image):
    """An image whose handlers get the upload itself, not what Gradio makes of it.

    Gradio would open the file first: it fails on HEIC and on damaged files before a handler can say why, and flattens
    16 bits and transparency.
    """

    is_template = True  # drawn in the browser as gr.Image is

    def preprocess(self, payload: ImageData | None) -> ImageData | None:
        return payload


def own_picture(
    label: str, placeholder: str, value: str | None = None, height: int = 430, place: str | None = None
) -> OwnPicture:
    """A place to drop, paste or photograph a picture. height: px; place: its id on the page"""
    return OwnPicture(
        value,
        label=label,
        placeholder=placeholder,
        height=height,
        sources=["upload", "clipboard", "webcam"],
        type="filepath",
        elem_id=place,
        show_label=False,
        buttons=["fullscreen"],
        elem_classes="stage",
    )


def shelf(pictures: list[tuple[str, Path]], label: str) -> gr.HTML:
    """Small pictures to choose from; `click` brings the index of the chosen one in its event data."""
    buttons = "".join(
        f'<button type="button" data-index="{i}" aria-label="{html.escape(title)}" title="{html.escape(title)}">'
        f'<img alt="" src="{data_url(path.read_bytes(), "jpeg")}"></button>'
        for i, (title, path) in enumerate(pictures)
    )
    return gr.HTML(
        f'<p>{html.escape(label)}</p><div class="shelf-row">{buttons}</div>',
        js_on_load="element.addEventListener('click', e => {"
        " const b = e.target.closest('button');"
        " if (b) trigger('click', {index: Number(b.dataset.index)}); });",
        apply_default_css=False,
        elem_classes="shelf",
    )


def note(value: str = "") -> gr.HTML:
    """Where a tab says what could not be done; empty, it takes no space."""
    return gr.HTML(
        value,
        html_template='<div role="status" aria-live="polite">${value}</div>',
        apply_default_css=False,
        elem_classes="note",
    )


def help_line(text: str) -> gr.HTML:
    return gr.HTML(f"<p>{html.escape(text)}</p>", apply_default_css=False, elem_classes="help")


def examples_shelf(label: str) -> gr.HTML:
    """The pictures that our own program drew."""
    return shelf(
        [(title, assets.FOLDER / f"{name}-small.jpg") for name, title in words.EXAMPLES.items()], label
    )


def example(index: Any) -> Path:
    """The full picture behind a place on that shelf."""
    names = list(words.EXAMPLES)
    return assets.FOLDER / f"{names[int(index) % len(names)]}.jpg"


def model_choice(studio: Studio, task: str) -> gr.Dropdown:
    """Which model to use; not on view while there is no choice. Raises WeightsError when there is none at all."""
    cards = studio.cards(task)
    choices = [(f"{words.told(c.title) or c.name} ({c.name})", c.name) for c in cards]
    choice = gr.Dropdown(choices, value=studio.default(task), label=words.MODEL, visible=len(cards) > 1)
    choice.task = task  # by which ui.train finds it, when models come or go
    return choice


def escaped(text: str) -> str:
    """A text as HTML."""
    return html.escape(text)


def data_url(data: bytes, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def bare(url: str) -> str:
    """A `data:` URL of a JPEG without its beginning: what goes to the browser and comes back must not look like a reference."""
    return url.removeprefix("data:image/jpeg;")


def small_jpeg(picture: Image.Image, longest: int | None = None) -> str:
    """A light `data:` URL to look at, never to keep. longest: px of the longer side, None as it is."""
    if longest and max(picture.size) > longest:
        picture = picture.copy()
        picture.thumbnail((longest, longest))
    file = BytesIO()
    picture.save(file, "JPEG", quality=PREVIEW_QUALITY, subsampling=0)
    return data_url(file.getvalue(), "jpeg")


def keep(made: Made) -> Path:
    """A finished picture as a PNG with its recipe, where Gradio serves it from and sweeps it up after an hour."""
    by = made.recipe
    mark = f"seed{by.seed}" if by.seed is not None else hashlib.sha256(by.to_json().encode()).hexdigest()[:8]
    path = fresh(f"{by.model}-{mark}.png")
    recipe.save(made.picture, path, by)
    return path


def fresh(name: str) -> Path:
    """Where a new file of this name can lie so that Gradio serves it, and sweeps it up after an hour."""
    folder = Path(get_upload_folder()) / uuid.uuid4().hex
    folder.mkdir(parents=True)
    return folder / name


def lent(path: Path) -> Path:
    """A copy of a file that is kept, to be worked on as an upload is."""
    target = fresh(path.name)
    shutil.copyfile(path, target)
    return target


def view(picture: Image.Image) -> str:
    """The path of a light JPEG to look at, swept up as `keep`'s; for components that load a file."""
    path = fresh("view.jpg")
    picture.save(path, "JPEG", quality=PREVIEW_QUALITY, subsampling=0)
    return str(path)


def as_file(path: Path) -> dict[str, Any]:
    """A file for the answer of an API endpoint."""
    return FileData(path=str(path), orig_name=path.name).model_dump()
