"""Sliders: a painting that changes under the artist's hand, and their own picture put on the sliders."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from deepart.bench import Bench
from deepart.studio import Studio
from deepart.ui import parts, words
from deepart.ui.sliders import files, map, morph, stage
from deepart.ui.sliders.api import endpoints

TITLE = words.SLIDERS
HELP = words.SLIDERS_HELP
CSS = Path(__file__).with_name("sliders.css")


def build(studio: Studio, page: gr.Blocks) -> list[parts.Sender | parts.Landing]:
    """Lay the tab out; it takes pictures from other tabs and sends its own. Raises WeightsError when there is no model with sliders."""
    bench = Bench(studio)
    on_view, hand = stage.build(bench)
    with gr.Tabs(elem_classes="benches"):
        with gr.Tab(words.MORPH_TAB):
            morph.build(bench, on_view, hand)
        with gr.Tab(words.MAP_TAB) as tab:
            map.build(bench, on_view, hand, tab)
        with gr.Tab(words.SAVE_TAB):
            files.build(bench, on_view, hand)
    sender = parts.Sender(on_view.send, [on_view.model, on_view.desk, on_view.keep], hand.picture)
    return [sender, parts.Landing(TITLE, hand.receive, on_view.here, on_view.there)]


__all__ = ["HELP", "TITLE", "build", "endpoints"]
