"""Sliders: a painting that changes under the artist's hand, and their own picture put on the sliders."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from deepart.bench import Bench
from deepart.studio import Studio
from deepart.ui import parts, words
from deepart.ui.desk import Room
from deepart.ui.sliders import files, map, morph, stage
from deepart.ui.sliders.api import endpoints

CSS = Path(__file__).with_name("sliders.css")


def title() -> str:
    return words.SLIDERS


def about() -> str:
    return words.SLIDERS_HELP


def build(studio: Studio, room: Room) -> list[parts.End]:
    """Lay the tab out; it takes pictures from other tabs and sends its own. Raises WeightsError when there is no model with sliders."""
    bench = Bench(studio)
    on_view, hand = stage.build(bench, room.book)
    with gr.Tabs(elem_classes="benches"):
        with gr.Tab(words.MORPH_TAB):
            morph.build(bench, on_view, hand)
        with gr.Tab(words.MAP_TAB) as tab:
            map.build(bench, on_view, hand, tab)
        with gr.Tab(words.SAVE_TAB):
            files.build(bench, on_view, hand)
    seen = [on_view.model, on_view.desk, on_view.keep]
    return [
        parts.Sender(
            on_view.send, seen, hand.picture, hand.recipe, hand.preset, lambda _, desk, *__: desk.now.own
        ),
        parts.Landing(title(), hand.receive, on_view.here, on_view.there),
        parts.Maker("sliders", (), on_view.here, [on_view.model, *on_view.there], hand.restore, hand.dress),
    ]


__all__ = ["about", "build", "endpoints", "title"]
