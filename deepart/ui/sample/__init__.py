"""Sample: paintings that never existed. A wall of them, one on the easel, and what can be made of it."""

from __future__ import annotations

import gradio as gr

from deepart.sampling import Sampler
from deepart.studio import Studio
from deepart.ui import parts, words
from deepart.ui.sample import easel, films, own, sheets, wall
from deepart.ui.sample.api import endpoints

TITLE = words.SAMPLE
HELP = words.SAMPLE_HELP


def build(studio: Studio, page: gr.Blocks) -> list[parts.Sender]:
    """Lay the tab out; it sends the painting on its easel. Raises WeightsError when there is no generator."""
    sampler = Sampler(studio)
    hung = wall.build(sampler)
    stand = easel.build(sampler, hung)
    with gr.Tabs(elem_classes="benches"):
        with gr.Tab(words.OWN_TAB):
            own.build(sampler, hung, stand)
        with gr.Tab(words.WALK_TAB):
            films.build(sampler, hung, stand)
        with gr.Tab(words.SHEET_TAB):
            sheets.build(sampler, hung, stand)
    return [parts.Sender(stand.send, [stand.by], stand.hand.picture)]


__all__ = ["HELP", "TITLE", "build", "endpoints"]
