"""Sample: paintings that never existed. A wall of them, one on the easel, and what can be made of it."""

from __future__ import annotations

import gradio as gr

from deepart.sampling import Sampler
from deepart.studio import Studio
from deepart.ui import parts, words
from deepart.ui.desk import Room
from deepart.ui.sample import easel, films, own, sheets, wall
from deepart.ui.sample.api import endpoints


def title() -> str:
    return words.SAMPLE


def about() -> str:
    return words.SAMPLE_HELP


def build(studio: Studio, room: Room) -> list[parts.End]:
    """Lay the tab out; it sends the painting on its easel, and takes pictures into the generator. Raises WeightsError when there is no generator."""
    sampler = Sampler(studio)
    hung = wall.build(sampler, room.book)
    stand = easel.build(sampler, hung)
    with gr.Tabs(elem_classes="benches") as tools:
        with gr.Tab(words.OWN_TAB, id=0):
            drop, note = own.build(sampler, hung, stand)
        with gr.Tab(words.WALK_TAB):
            films.build(sampler, hung, stand)
        with gr.Tab(words.SHEET_TAB):
            sheets.build(sampler, hung, stand)
    hand = stand.hand
    return [
        parts.Sender(stand.send, [stand.by], hand.picture, easel.on_easel),
        parts.Landing(title(), own.receive, [], [tools, drop, note], place=own.PLACE),
        parts.Maker(
            "sample",
            (),
            [stand.by],
            [hung.model, hung.seed, *hung.manner, *stand.all],
            hand.restore,
            hand.dress,
        ),
    ]


__all__ = ["about", "build", "endpoints", "title"]
