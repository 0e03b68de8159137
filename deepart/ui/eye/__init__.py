"""Classify: what a picture's style is, why, what it resembles; many pictures at once; two side by side."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from deepart.eye import Eye
from deepart.studio import Studio
from deepart.ui import parts, words
from deepart.ui.desk import Room
from deepart.ui.eye import api, compare, many, one

CSS = Path(__file__).with_name("eye.css")


def title() -> str:
    return words.CLASSIFY


def about() -> str:
    return words.CLASSIFY_HELP


def build(studio: Studio, room: Room) -> list[parts.End]:
    """Lay the tab out; it sends its picture to other tabs, and takes theirs. Raises WeightsError when there is no classifier."""
    eye = Eye(studio)
    studio.default("classify")
    mode = gr.Radio([(shown, name) for name, shown in words.MODES.items()], value="one", label=words.MODE, show_label=False, elem_classes="modes")  # fmt: skip
    rooms, ends = {}, {}
    for name, lay_out in (("one", one.lay_out), ("many", many.lay_out), ("compare", compare.lay_out)):
        with gr.Column(visible=name == "one", elem_classes=f"mode-{name}") as rooms[name]:
            ends[name] = lay_out(eye)

    seen = gr.State(["one"])

    def switch(now: str, seen: list[str]) -> tuple:
        """What was on view before is "hidden", not False, so that what was found there stays."""
        shown = (
            gr.Column(visible=True if name == now else "hidden" if name in seen else False) for name in rooms
        )
        return sorted({*seen, now}), *shown

    mode.input(switch, [mode, seen], [seen, *rooms.values()], queue=False, show_progress="hidden", api_visibility="private")  # fmt: skip
    return list(ends["one"])


def endpoints(studio: Studio) -> None:
    """What programs may call."""
    api.endpoints(Eye(studio))
