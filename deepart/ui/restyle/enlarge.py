"""A tool of Restyle: the picture at two or four times its size, and a look at its middle first."""

from __future__ import annotations

import html
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr
from PIL import Image

from deepart import images
from deepart.enlarging import Enlarging, check_size, check_times
from deepart.recipe import Recipe
from deepart.restyling import Restyling
from deepart.studio import Made
from deepart.ui import guard, parts, words
from deepart.ui.parts import PRIVATE
from deepart.ui.restyle.stage import THERE, Desk, Showing, Stage, asking, finishing
from deepart.weights import WeightsError

PIECE = 96  # px of the picture that are looked at


def build(restyling: Restyling, stage: Stage, tab: gr.Tab) -> Showing:
    """Lay the tool out; without a model it says so, and the other tools work."""
    tab.select(stage.hand.again, stage.desk, stage.seen, **PRIVATE)
    try:
        model = parts.model_choice(restyling.studio, "enlarge")
    except WeightsError as error:
        sentence = guard.sentence(error)
        parts.note(guard.note(sentence))
        return Showing(stage.hand.again, [], lambda desk: desk.now.path, partial(_none, sentence))
    gr.HTML(f"<p>{html.escape(words.ENLARGE_HINT)}</p>", apply_default_css=False, elem_classes="hint")
    times = gr.Radio([(shown, times) for times, shown in words.TIMES.items()], value=2, label=words.HOW_LARGE)
    look = gr.Button(words.LOOK_CLOSELY, min_width=140)
    seen = gr.HTML("", apply_default_css=False, elem_classes="closely")
    tool = Tool(restyling, stage)
    finishing(stage, tool.make, [model, times], "enlarge")
    look.click(tool.look, [stage.desk, model, times], [seen, stage.note], **PRIVATE)
    stage.on_arrival(fn=lambda: "", inputs=None, outputs=seen)

    def maker(inner: tuple) -> parts.Maker:
        return parts.Maker(
            "enlarge", inner, [stage.desk, model, times], [*stage.there[:-1], model, times, stage.note],
            tool.restore, tool.dress, stage.after,
        )  # fmt: skip

    controls = [model, times]
    return Showing(lambda desk, *_: stage.hand.again(desk), controls, lambda desk, *_: desk.now.path, tool.recipe, maker)  # fmt: skip


def _none(sentence: str, *_: object) -> Recipe:
    raise WeightsError(sentence)


class Tool:
    """The handlers. All take the desk, the model and how large."""

    def __init__(self, restyling: Restyling, stage: Stage):
        self.stage = stage
        self.enlarging = Enlarging(restyling.studio)
        self.look = guard.noted(1)(self._look)

    def make(self, desk: Desk, model: str, times: Any) -> Iterator[tuple[float, Made | None]]:
        """The enlarged picture; see `finishing`."""
        yield from self.enlarging.finish(model, desk.now, times)

    def recipe(self, desk: Desk, model: str, times: Any) -> Recipe:
        """Of the enlarged picture."""
        return self.enlarging.recipe(model, desk.now, times)

    def restore(self, by: Recipe, file: Path | None, desk: Desk, *given: Any) -> tuple:
        """The stage, model and size as a recipe says, and a note, which asks for the picture that it was made from."""
        self.enlarging.check(by)
        found = self.stage.hand.find(desk, by, file)
        there = (found, *(gr.skip(),) * (THERE - 1)) if found.waits else self.stage.hand.show(found)
        return *there, *_controls(by), asking(found)

    def dress(self, by: Recipe, desk: Desk, *given: Any) -> tuple:
        """The settings of a preset, on the picture that is there."""
        self.enlarging.check(by)
        return *(gr.skip(),) * THERE, *_controls(by), ""

    def _look(self, desk: Desk, model: str, times: Any) -> str:
        """The middle of the picture as interpolation and as the model make it, and the size of the whole."""
        count = check_times(times)
        picture = images.open_picture(desk.now.path)
        check_size(picture.size, count)
        piece = middle(picture)
        *_, (_, made) = self.enlarging.paint(model, piece, count)
        plain = piece.resize(made.size, Image.Resampling.BICUBIC)
        width, height = (count * side for side in picture.size)
        size = words.ENLARGED_SIZE.format(width=width, height=height)
        shown = ((words.INTERPOLATED, plain), (words.ENLARGED, made))
        return f'<div class="pair">{"".join(map(_figure, shown))}</div><p>{html.escape(size)}</p>'


def _controls(by: Recipe) -> tuple[str, int | None]:
    return by.model, by.scale


def _figure(shown: tuple[str, Image.Image]) -> str:
    caption, picture = shown
    source, words_ = parts.small_jpeg(picture), html.escape(caption)
    return f'<figure><img src="{source}" alt="{words_}"><figcaption>{words_}</figcaption></figure>'


def middle(picture: Image.Image) -> Image.Image:
    """PIECE x PIECE px of the middle of a picture, or what it has of them."""
    width, height = (min(PIECE, side) for side in picture.size)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))
