"""A picture of the artist's own into the generator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from deepart import images
from deepart.sampling import STEPS, Sampler
from deepart.ui import guard, parts, words
from deepart.ui.parts import LONG, PRIVATE
from deepart.ui.running import Running
from deepart.ui.sample.easel import Easel
from deepart.ui.sample.wall import Wall

PLACE = "sample-own"  # id on the page
LANDED = 1024  # px; a picture from another tab is decoded at this size or a little more
LARGEST = 480  # px of the artist's picture as it is shown beside its likeness


def build(sampler: Sampler, hung: Wall, stand: Easel) -> tuple[parts.OwnPicture, gr.HTML]:
    """A place to drop a picture, and the search for it; returns the place and its note."""
    running, hand, book = Running(), stand.hand, hung.book
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=5, min_width=280):
            gr.HTML(f"<p>{words.PROJECT_HELP}</p>", apply_default_css=False, elem_classes="hint")
            picture = parts.own_picture(words.OWN, words.OWN_DROP, height=220, place=PLACE)
            with gr.Row(elem_classes="chips"):
                go = gr.Button(words.PROJECT, variant="primary", min_width=120, elem_classes="key-run")
                stop = gr.Button(words.STOP, min_width=70, elem_classes="key-stop")
        with gr.Column(scale=5, min_width=280):
            progress = gr.HTML("", apply_default_css=False, elem_classes="easels pair")
            note = parts.note()

    @guard.noted(outputs=7)
    def search(request: gr.Request, model: str, file: Any) -> Iterator[tuple]:
        """The search, shown every few steps; what it found goes onto the easel, also when it is stopped."""
        key, path = running.begin(request), guard.uploaded(file)
        yours = parts.small_jpeg(images.open_picture(path, at_least=LARGEST), LARGEST)
        for found in sampler.project(model, path):
            yield (_pair(yours, found.made, found.step, found.error), *(gr.skip(),) * 6)
            if running.stopped(key):
                break
        book.keep(request, found.made)
        yield (_pair(yours, found.made, found.step, found.error), *hand.put(found.made))

    book.made.append(
        go.click(search, [hung.model, picture], [progress, *stand.all[:-1], note], **PRIVATE, **LONG)
    )
    stop.click(running.stop, None, None, queue=False, **PRIVATE)
    return picture, note


def receive(path: str | None) -> tuple:
    """A picture from another tab, ready to be looked for: (the inner tab, the place where it lies, the note)."""
    if not path:
        raise images.PictureError(words.NO_PICTURE)
    return gr.Tabs(selected=0), parts.view(images.open_picture(path, at_least=LANDED)), ""


def _pair(yours: str, made: Any, step: int, error: float) -> str:
    """The artist's picture and its likeness so far."""
    like = parts.small_jpeg(made.picture, LARGEST)
    return (
        f'<div class="easels"><figure><img src="{yours}" alt="{words.YOURS}"><figcaption>{words.YOURS}</figcaption></figure>'
        f'<figure><img src="{like}" alt="{words.LIKENESS}"><figcaption>{words.SEARCH.format(step=step, most=STEPS, error=error)}'
        "</figcaption></figure></div>"
    )
