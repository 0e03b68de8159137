"""Restyle: an artist's own picture in the manner of others, and the plain edits beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from deepart.restyling import Restyling
from deepart.studio import Studio
from deepart.ui import parts, words
from deepart.ui.desk import Room
from deepart.ui.restyle import adjust, enlarge, paint, stage
from deepart.ui.restyle.api import endpoints

TOOLS = (
    ("STYLE_TAB", paint.build),
    ("ADJUST_TAB", adjust.build),
    ("ENLARGE_TAB", enlarge.build),
)  # in the order of the page
CSS = Path(__file__).with_name("restyle.css")


def title() -> str:
    return words.RESTYLE


def about() -> str:
    return words.RESTYLE_HELP


def build(studio: Studio, room: Room) -> list[parts.End]:
    """Lay the tab out; it takes pictures from other tabs and sends its own. Raises WeightsError when there is no model."""
    studio.default("restyle")
    restyling = Restyling(studio)
    with gr.Row(elem_classes="two stand"):
        with gr.Column(scale=6, min_width=300, elem_classes="standing"):
            on_view = stage.build(restyling, room.book)
        with (
            gr.Column(scale=5, min_width=300, elem_classes="controls"),
            gr.Tabs(elem_classes="benches tools") as tools,
        ):
            shown = []
            for number, (name, lay_out) in enumerate(TOOLS):
                with gr.Tab(getattr(words, name), id=number) as tab:
                    shown.append((tab, lay_out(restyling, on_view, tab)))
    makers = [showing.maker(((tools, number),)) for number, (_, showing) in enumerate(shown) if showing.maker]
    return [
        _connect(on_view, shown),
        parts.Landing(title(), on_view.hand.receive, [on_view.desk], on_view.there, on_view.follow),
        *makers,
    ]


def _connect(on_view: stage.Stage, shown: list[tuple[gr.Tab, stage.Showing]]) -> parts.Sender:
    """Show on the easel what the tool does whose tab is opened; what is sent to other tabs is what is shown."""
    current = on_view.current
    (first, style), *others = shown

    def show(before: int, desk: stage.Desk, *given: Any) -> tuple:
        """Gradio says that the first tool is opened when the whole tab is, too: then it is on view already."""
        return (gr.skip(),) * 3 if before == 0 else (0, *style.preview(desk, *given))

    first.select(show, [current, on_view.desk, *style.inputs], [current, *on_view.seen], **parts.PRIVATE)
    for number, (tab, _) in enumerate(others, 1):
        tab.select(lambda number=number: number, None, current, queue=False, **parts.PRIVATE)

    def on_easel(what: str, desk: stage.Desk, number: int, *given: Any) -> Any:
        before = sum(len(showing.inputs) for _, showing in shown[:number])
        showing = shown[number][1]
        return getattr(showing, what)(desk, *given[before : before + len(showing.inputs)])

    everything = [control for _, showing in shown for control in showing.inputs]
    return parts.Sender(
        on_view.send,
        [on_view.desk, current, *everything],
        partial(on_easel, "made"),
        partial(on_easel, "recipe"),
        lambda *given: replace(on_easel("recipe", *given), own_name=None, regions=None),
        lambda desk, *_: desk.now,
    )


__all__ = ["about", "build", "endpoints", "title"]
