"""A tool of Restyle: the picture at two or four times its size, and a look at its middle first."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

import gradio as gr
from PIL import Image

from deepart import images, recipe
from deepart.enlarging import Enlarging, check_size, check_times
from deepart.restyling import Restyling
from deepart.studio import Made
from deepart.ui import guard, parts, words
from deepart.ui.restyle.stage import PRIVATE, Desk, Showing, Stage, finishing
from deepart.weights import WeightsError

PIECE = 96  # px of the picture that are looked at


def build(restyling: Restyling, stage: Stage, tab: gr.Tab) -> Showing:
    """Lay the tool out; without a model it says so, and the other tools work."""
    tab.select(stage.hand.again, stage.desk, stage.seen, **PRIVATE)
    showing = Showing(stage.hand.again, [], lambda desk: desk.now.path)
    try:
        model = parts.model_choice(restyling.studio, "enlarge")
    except WeightsError as error:
        parts.note(guard.note(guard.sentence(error)))
        return showing
    gr.HTML(f"<p>{html.escape(words.ENLARGE_HINT)}</p>", apply_default_css=False, elem_classes="hint")
    times = gr.Radio(list(words.TIMES), value=next(iter(words.TIMES)), label=words.HOW_LARGE)
    look = gr.Button(words.LOOK_CLOSELY, min_width=140)
    seen = gr.HTML("", apply_default_css=False, elem_classes="closely")
    tool = Tool(restyling)
    finishing(stage, tool.make, [model, times], "enlarge")
    look.click(tool.look, [stage.desk, model, times], [seen, stage.note], **PRIVATE)
    for event in stage.arrived:
        event.success(lambda: "", None, seen, **PRIVATE)
    back = stage.back()
    back.upload(tool.restore, back, [model, times, stage.note], **PRIVATE).success(
        stage.hand.ask, [stage.desk, back], stage.note, **PRIVATE
    )
    return showing


class Tool:
    """The handlers. All take the desk, the model and how large."""

    def __init__(self, restyling: Restyling):
        self.enlarging = Enlarging(restyling.studio)
        self.look = guard.noted(1)(self._look)
        self.restore = guard.noted(2)(self._restore)

    def make(self, desk: Desk, model: str, times: Any) -> Iterator[tuple[float, Made | None]]:
        """The enlarged picture; see `finishing`."""
        yield from self.enlarging.finish(model, desk.now, words.TIMES.get(times, times))

    def _restore(self, file: Any) -> tuple:
        """Model and size as the recipe of a dropped PNG says."""
        by = recipe.load(guard.uploaded({"path": str(file)}))
        if by.task != "enlarge":
            raise recipe.RecipeError(words.OTHER_TAB.format(tab=by.task.capitalize()))
        self.enlarging.check(by)
        return by.model, next(shown for shown, count in words.TIMES.items() if count == by.scale)

    def _look(self, desk: Desk, model: str, times: Any) -> str:
        """The middle of the picture as interpolation and as the model make it, and the size of the whole."""
        count = check_times(words.TIMES.get(times, times))
        picture = images.open_picture(desk.now.path)
        check_size(picture.size, count)
        piece = middle(picture)
        *_, (_, made) = self.enlarging.paint(model, piece, count)
        plain = piece.resize(made.size, Image.Resampling.BICUBIC)
        width, height = (count * side for side in picture.size)
        size = words.ENLARGED_SIZE.format(width=width, height=height)
        shown = ((words.INTERPOLATED, plain), (words.ENLARGED, made))
        return f'<div class="pair">{"".join(map(_figure, shown))}</div><p>{html.escape(size)}</p>'


def _figure(shown: tuple[str, Image.Image]) -> str:
    caption, picture = shown
    source, words_ = parts.small_jpeg(picture), html.escape(caption)
    return f'<figure><img src="{source}" alt="{words_}"><figcaption>{words_}</figcaption></figure>'


def middle(picture: Image.Image) -> Image.Image:
    """PIECE x PIECE px of the middle of a picture, or what it has of them."""
    width, height = (min(PIECE, side) for side in picture.size)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    return picture.crop((left, top, left + width, top + height))
