"""Sliders: a painting that changes under the artist's hand, and their own picture put on the sliders."""

from __future__ import annotations

import html
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from deepart import assets, images, recipe
from deepart.latents import SEEDS
from deepart.studio import Axis, Point, Studio, StudioError
from deepart.ui import guard, parts, words
from deepart.ui.faders import faders, read, standing

TITLE = words.SLIDERS
HELP = words.SLIDERS_HELP
FARTHEST = 10.0  # sigma; what the studio takes
LARGEST = 640  # px of the artist's own picture as it is shown beside its likeness


def build(studio: Studio, page: gr.Blocks) -> parts.Landing:
    """Lay the tab out; other tabs may send it a picture. Raises WeightsError when there is no model with sliders."""
    start, values, axes, picture = opening(studio)
    point = gr.State(start)
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=6, min_width=300):
            with gr.Row(elem_classes="easels"):
                yours = gr.HTML("", apply_default_css=False, elem_classes="easel yours")
                easel = gr.HTML(_figure(_png(picture)), apply_default_css=False, elem_classes="easel")
            with gr.Row(elem_classes="chips"):
                dice = gr.Button(words.RANDOM, min_width=90)
                reset = gr.Button(words.RESET, min_width=90)
                download = gr.DownloadButton(
                    words.DOWNLOAD, value=str(picture), variant="primary", min_width=140
                )
            note = parts.note()
        with gr.Column(scale=5, min_width=300):
            model = parts.model_choice(studio, "sliders")
            bank = faders(axes, values)
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=6, min_width=300):
            own = parts.own_picture(words.OWN, words.OWN_DROP, height=190)
        with gr.Column(scale=5, min_width=300):
            shelf = parts.examples_shelf(words.OWN_EXAMPLES)

    hand = Hand(studio)
    private = {"show_progress": "hidden", "api_visibility": "private"}
    full, there = [easel, download, note], [point, bank, yours, easel, download, note]
    bank.input(hand.slide, [model, point, bank], full, trigger_mode="always_last", queue=False, **private)
    dice.click(hand.random, model, there, **private)
    reset.click(hand.reset, model, there, **private)
    model.input(hand.reset, model, there, **private)
    own.change(hand.own, [model, own], [own, *there], **private)
    shelf.click(hand.example, model, there, **private)
    return parts.Landing(TITLE, hand.receive, [model], there)


class Hand:
    """The handlers of the tab. Those that go to a new place answer: point, faders, yours, easel, download."""

    def __init__(self, studio: Studio):
        self.studio = studio
        self.slide = guard.noted(2)(self._slide)
        self.random = guard.noted(5)(self._random)
        self.reset = guard.noted(5)(lambda model: self._go(model, studio.origin(model)))
        self.own = guard.noted(6)(self._own)
        self.example = guard.noted(5)(self._example)
        self.receive = guard.noted(5)(self._receive)

    def _slide(self, model: str, point: Point | None, moved: Any) -> tuple:
        """A small picture while a finger is on a slider; the full one, to keep, when it is lifted."""
        values, held = read(moved)
        place = self.studio.move(model, point or self.studio.origin(model), values)
        if held:
            return _figure(parts.small_jpeg(self.studio.draw(model, place, scale=1).picture)), gr.skip()
        return self._draw(model, place)

    def _random(self, model: str) -> tuple:
        place = self.studio.random_point(model, secrets.randbelow(SEEDS))
        return self._go(model, place)

    def _own(self, model: str, file: Any) -> tuple:
        if not file:
            return (gr.skip(),) * 6
        return None, *self._put(model, guard.uploaded(file))

    def _receive(self, path: str | None, model: str) -> tuple:
        if not path:
            raise images.PictureError(words.NO_PICTURE)
        return self._put(model, Path(path))

    def _example(self, model: str, event: gr.EventData) -> tuple:
        return self._put(model, parts.example(event.index))

    def _put(self, model: str, path: Path) -> tuple:
        place = self.studio.encode(model, path)
        own = parts.small_jpeg(images.open_picture(path, at_least=LARGEST), LARGEST)
        return self._go(model, place, _figure(own, words.YOURS))

    def _go(self, model: str, place: Point, yours: str = "") -> tuple:
        values = [max(-FARTHEST, min(FARTHEST, v)) for v in self.studio.values(model, place)]
        easel, file = self._draw(model, place, words.REMADE if yours else "")
        return place, standing(self.studio.axes(model), values), yours, easel, file

    def _draw(self, model: str, place: Point, caption: str = "") -> tuple:
        file = parts.keep(self.studio.draw(model, place))
        return _figure(_png(file), caption), str(file)


def endpoints(studio: Studio) -> None:
    """What programs may call. A point is {"z": [...], "aspect": [width, height] or null}; nothing is kept between calls."""

    def random_point(model: str = "", seed: str | int | float = 0) -> dict:
        """A random place on the sliders. Returns {"point", "sliders": {name: sigma}}."""
        name = model or studio.default("sliders")
        return _described(studio, name, studio.random_point(name, seed))

    def encode(picture: FileData, model: str = "") -> dict:
        """Where your own picture lies on the sliders. Returns {"point", "sliders": {name: sigma}}."""
        name = model or studio.default("sliders")
        return _described(studio, name, studio.encode(name, guard.uploaded(picture)))

    def slide(sliders: list[float], model: str = "", point: dict | None = None) -> dict:
        """The picture at a point once its first sliders stand at `sliders` (sigma), as a PNG with its recipe.

        sliders: up to ten numbers, strongest axis first; [] leaves the point as it is.
        model: its name, "" for the newest; point: from random_point or encode, null for the mean of all paintings.
        """
        name = model or studio.default("sliders")
        place = studio.move(name, _point(point) or studio.origin(name), read({"at": sliders})[0])
        return parts.as_file(parts.keep(studio.draw(name, place)))

    for endpoint in (random_point, encode, slide):
        gr.api(guard.spoken(endpoint), api_name=endpoint.__name__)


def opening(studio: Studio) -> tuple[Point, list[float], list[Axis], Path]:
    """The place that the tab opens with, the sliders there, and the picture: ours, without computing anything.

    When our picture is of another model than the one that is here, the mean painting is drawn instead.
    """
    name = studio.default("sliders")
    path = assets.FIRST / "sliders.png"
    try:
        by = recipe.load(path)
        card = next(card for card in studio.cards("sliders") if card.name == name)
        if by.weights_sha256 == card.sha256 and by.z and by.sliders:
            why = {axis["name"]: axis["why"] for axis in card.settings.get("axes", [])}
            axes = [Axis(axis, why.get(axis, "")) for axis in by.sliders]
            return Point(by.z, by.aspect), list(by.sliders.values()), axes, path
    except (images.PictureError, recipe.RecipeError):
        pass
    place = studio.origin(name)
    return place, studio.values(name, place), studio.axes(name), parts.keep(studio.draw(name, place))


def _described(studio: Studio, model: str, place: Point) -> dict:
    names = [axis.name for axis in studio.axes(model)]
    return {"point": asdict(place), "sliders": dict(zip(names, studio.values(model, place), strict=True))}


def _point(value: dict | None) -> Point | None:
    """A point as a program sent it. Raises StudioError when it is none."""
    if not value:
        return None
    z, aspect = value.get("z"), value.get("aspect")
    good = isinstance(z, list) and all(isinstance(v, int | float) and abs(v) < 1e6 for v in z)
    good_aspect = aspect is None or (
        isinstance(aspect, list | tuple) and len(aspect) == 2 and all(isinstance(v, int) and 0 < v <= images.MAX_SIDE for v in aspect)
    )  # fmt: skip
    if not good or not good_aspect:
        raise StudioError(words.BAD_POINT)
    return Point(tuple(float(v) for v in z), tuple(aspect) if aspect else None)


def _png(path: Path) -> str:
    return parts.data_url(path.read_bytes(), "png")


def _figure(source: str, caption: str = "") -> str:
    """A picture on the easel. decoding="sync": the browser shows the next one whole, never a blank between two."""
    under = f"<figcaption>{html.escape(caption)}</figcaption>" if caption else ""
    alt = html.escape(caption or words.ON_EASEL)
    return f'<figure><img src="{source}" alt="{alt}" decoding="sync" draggable="true">{under}</figure>'
