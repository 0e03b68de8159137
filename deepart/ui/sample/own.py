"""A picture of the artist's own into the generator; and a PNG made here back onto the controls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from deepart import images, recipe
from deepart.sampling import STEPS, Sampler
from deepart.ui import guard, parts, words
from deepart.ui.running import Running
from deepart.ui.sample.easel import Easel, Hand
from deepart.ui.sample.wall import PAINTING, PRIVATE, Wall

LARGEST = 480  # px of the artist's picture as it is shown beside its likeness


def build(sampler: Sampler, hung: Wall, stand: Easel) -> None:
    """Two places to drop a picture: any picture, or a PNG that was made here."""
    running, hand = Running(), Hand(sampler)
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=5, min_width=280):
            gr.HTML(f"<p>{words.PROJECT_HELP}</p>", apply_default_css=False, elem_classes="hint")
            picture = parts.own_picture(words.OWN, words.OWN_DROP, height=220)
            with gr.Row(elem_classes="chips"):
                go = gr.Button(words.PROJECT, variant="primary", min_width=120)
                stop = gr.Button(words.STOP, min_width=70)
        with gr.Column(scale=5, min_width=280):
            progress = gr.HTML("", apply_default_css=False, elem_classes="easels pair")
            gr.HTML(f"<p>{words.BACK_HELP}</p>", apply_default_css=False, elem_classes="hint")
            back = gr.File(label=words.BACK, file_types=[".png"], height=110)
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
        yield (_pair(yours, found.made, found.step, found.error), *hand.put(found.made))

    @guard.noted(outputs=12)
    def return_to(file: str | None) -> tuple:
        """All controls as they were when a PNG was made, and its painting on the easel."""
        if not file:
            return (gr.skip(),) * 12
        by = recipe.load(guard.uploaded({"path": file}))
        if by.task != "sample":
            raise recipe.RecipeError(words.OTHER_TAB.format(tab=by.task))
        made = hand.remake(by)
        first, second = (list((by.styles or {}).items()) + [("", 0.0)] * 2)[:2]
        blend = gr.Slider(value=round(100 * second[1]), visible=bool(second[0]))
        seed = gr.skip() if by.seed is None else str(by.seed)
        return by.model, seed, 1.0 if by.psi is None else by.psi, first[0], second[0], blend, *hand.put(made)

    go.click(search, [hung.model, picture], [progress, *stand.all[:-1], note], **PAINTING)
    stop.click(running.stop, None, None, queue=False, **PRIVATE)
    back.upload(return_to, back, [hung.model, hung.seed, *hung.manner, *stand.all[:-1], note], **PRIVATE)


def _pair(yours: str, made: Any, step: int, error: float) -> str:
    """The artist's picture and its likeness so far."""
    like = parts.small_jpeg(made.picture, LARGEST)
    return (
        f'<div class="easels"><figure><img src="{yours}" alt="{words.YOURS}"><figcaption>{words.YOURS}</figcaption></figure>'
        f'<figure><img src="{like}" alt="{words.LIKENESS}"><figcaption>{words.SEARCH.format(step=step, most=STEPS, error=error)}'
        "</figcaption></figure></div>"
    )
