"""Restyle: an artist's own picture in the manner of others, and the plain edits beside it."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from deepart.restyling import Restyling
from deepart.studio import Studio
from deepart.ui import parts, words
from deepart.ui.restyle import adjust, enlarge, paint, stage
from deepart.ui.restyle.api import endpoints

TITLE = words.RESTYLE
HELP = words.RESTYLE_HELP
TOOLS = (  # in the order of the page
    (words.STYLE_TAB, paint.build),
    (words.ADJUST_TAB, adjust.build),
    (words.ENLARGE_TAB, enlarge.build),
)
CSS = Path(__file__).with_name("restyle.css")


def build(studio: Studio, page: gr.Blocks) -> list[parts.Sender | parts.Landing]:
    """Lay the tab out; it takes pictures from other tabs and sends its own. Raises WeightsError when there is no model."""
    studio.default("restyle")
    restyling = Restyling(studio)
    with gr.Row(elem_classes="two stand"):
        with gr.Column(scale=6, min_width=300, elem_classes="standing"):
            on_view = stage.build(restyling)
        with (
            gr.Column(scale=5, min_width=300, elem_classes="controls"),
            gr.Tabs(elem_classes="benches tools"),
        ):
            for title, lay_out in TOOLS:
                with gr.Tab(title):
                    lay_out(restyling, on_view)
    sender = parts.Sender(on_view.send, [on_view.desk], lambda desk: desk.now.path)
    return [sender, parts.Landing(TITLE, on_view.hand.receive, [on_view.desk], on_view.there)]


__all__ = ["HELP", "TITLE", "build", "endpoints"]
