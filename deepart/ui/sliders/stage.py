"""The stage of Sliders: the picture with its before and after, the bank of axes, and where an own picture is dropped."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from deepart import assets, images, recipe
from deepart.bench import Bench, Place, Point
from deepart.bench.own import LARGE, own
from deepart.bench.places import HOTTEST
from deepart.studio import Axis
from deepart.ui import parts, words
from deepart.ui.book import Book
from deepart.ui.comparing import CURTAIN, curtain, figure
from deepart.ui.faders import faders
from deepart.ui.parts import PRIVATE
from deepart.ui.sliders.ends import ends_of
from deepart.ui.sliders.hand import Desk, Hand, png


@dataclass(frozen=True)
class Stage:
    """The parts of the stage that others use. desk: State, what is on view and what was before."""

    desk: gr.State
    model: gr.Dropdown
    bank: gr.HTML
    keep: gr.Checkbox
    yours: gr.HTML
    easel: gr.HTML
    undo: gr.Button
    redo: gr.Button
    away: gr.Button
    note: gr.HTML
    send: gr.Row

    @property
    def here(self) -> list:
        """What every handler that goes to a new place takes."""
        return [self.model, self.desk, self.keep, self.bank]

    @property
    def there(self) -> list:
        """What it answers."""
        return [
            self.desk,
            self.bank,
            self.keep,
            self.yours,
            self.easel,
            self.undo,
            self.redo,
            self.away,
            self.note,
        ]


def build(bench: Bench, book: Book) -> tuple[Stage, Hand]:
    """Lay the stage out. Raises WeightsError when there is no model with sliders."""
    place, values, axes, ends = opening(bench)
    easel_html, yours_html = first(bench, place)
    desk = gr.State(Desk(place))
    with gr.Row(elem_classes="two stand"):
        with gr.Column(scale=6, min_width=300, elem_classes="standing"):
            with gr.Column(elem_classes="compare"):
                easel = gr.HTML(easel_html, apply_default_css=False, elem_classes="easel")
                yours = gr.HTML(
                    yours_html, apply_default_css=False, elem_classes="easel yours", js_on_load=CURTAIN
                )
            with gr.Row(elem_classes="chips"):
                undo = gr.Button(words.UNDO, min_width=70, interactive=False, elem_classes="key-undo")
                redo = gr.Button(words.REDO, min_width=70, interactive=False, elem_classes="key-redo")
                reset = gr.Button(words.RESET, min_width=70)
                away = gr.Button(words.TAKE_AWAY, min_width=120, visible=place.own is not None)
                download = gr.Button(words.DOWNLOAD, variant="primary", min_width=140, elem_classes="key-run")
                leave = gr.DownloadButton(words.DOWNLOAD, visible="hidden", elem_id="sliders-picture")
            send = gr.Row(elem_classes="chips send")
            note = parts.note()
            own = parts.own_picture(words.OWN, words.OWN_DROP, height=150)
            shelf = parts.examples_shelf(words.OWN_EXAMPLES)
        with gr.Column(scale=5, min_width=300, elem_classes="controls"):
            model = parts.model_choice(bench.studio, "sliders")
            keep = gr.Checkbox(True, label=words.KEEP, info=words.KEEP_INFO, visible=place.own is not None)
            bank = faders(axes, values, ends, locks=True)
            with gr.Row(elem_classes="seed-row"):
                heat = gr.Slider(0.1, HOTTEST, 0.8, step=0.1, label=words.HEAT, info=words.HEAT_INFO, scale=4, buttons=[])  # fmt: skip
                dice = gr.Button(words.RANDOM, size="md", scale=2, min_width=100, elem_classes="key-random")
    stage = Stage(desk, model, bank, keep, yours, easel, undo, redo, away, note, send)
    hand = Hand(bench, book)
    _wire(stage, hand, {"reset": reset, "dice": dice, "heat": heat, "download": download, "leave": leave, "own": own, "shelf": shelf})  # fmt: skip
    return stage, hand


def _wire(stage: Stage, hand: Hand, more: dict) -> None:
    here, there = stage.here, stage.there
    moved = [stage.desk, stage.easel, stage.undo, stage.redo, stage.note]
    stage.bank.input(hand.slide, here, moved, trigger_mode="always_last", queue=False, **PRIVATE)
    stage.keep.input(
        hand.switch, here, [stage.easel, stage.note], trigger_mode="always_last", queue=False, **PRIVATE
    )
    made = hand.book.made
    made.append(more["dice"].click(hand.random, [*here, more["heat"]], there, **PRIVATE))
    more["reset"].click(hand.reset, here, there, **PRIVATE)
    stage.undo.click(hand.undo, here, there, **PRIVATE)
    stage.redo.click(hand.redo, here, there, **PRIVATE)
    stage.away.click(hand.away, here, there, **PRIVATE)
    stage.model.input(hand.change_model, here, there, **PRIVATE)
    more["own"].change(hand.own, [*here, more["own"]], [more["own"], *there], **PRIVATE)
    more["shelf"].click(hand.example, here, there, **PRIVATE)
    made.append(give_out(more["download"], more["leave"], hand.finish, here, stage.note))


def give_out(button: gr.Button, leave: gr.DownloadButton, make, inputs: list, note: gr.HTML) -> Any:
    """A button whose file is made when it is clicked, and then downloaded. make: a generator of (button, file), of which
    the first has no file yet.

    Returns the event that makes it.
    """
    made = button.click(make, inputs, [button, leave, note], **PRIVATE)
    made.success(None, leave, None, js=f"file => {{ if (file) setTimeout(() => document.querySelector('#{leave.elem_id}').click(), 50) }}", **PRIVATE)  # fmt: skip
    return made


def opening(bench: Bench) -> tuple[Place, list[float], list[Axis], list]:
    """What the tab opens with: the place, the sliders there, their axes, and pictures of the axes' ends.

    It is an example of ours on the sliders, without computing anything (`deepart.assets.first`). When that was done with
    another model than the one that is here, it is the mean painting.
    """
    name = bench.studio.default("sliders")
    axes = bench.axes(name)
    card = next(card for card in bench.studio.cards("sliders") if card.name == name)
    try:
        by = recipe.from_json((assets.FIRST / "sliders.json").read_text("utf-8"))
        mine = own(assets.FOLDER / str(by.own_name))
        fits = (by.weights_sha256, by.own_sha256) == (card.sha256, mine.sha256)
        if fits and by.z and list(by.sliders or ()) == [axis.name for axis in axes]:
            return Place(Point(by.z, by.aspect), mine), list(by.sliders.values()), axes, ends_of(card.sha256)
    except (images.PictureError, recipe.RecipeError, OSError):
        pass
    place = Place(bench.origin(name))
    return place, bench.values(name, place.point), axes, []


def first(bench: Bench, place: Place) -> tuple[str, str]:
    """What stands on the easel and before it when the tab opens; an own picture is as it was."""
    if place.own is None:
        return figure(png(parts.keep(bench.draw(bench.studio.default("sliders"), place)))), ""
    picture = images.open_picture(place.own.path)
    small = parts.small_jpeg(picture, LARGE)
    return figure(small, "", picture.size), curtain(small, picture.size)
