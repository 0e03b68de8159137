"""The values of all axes as a file that leaves Sliders and comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import gradio as gr

from deepart.bench import Bench
from deepart.bench.values import read_settings, settings
from deepart.ui import guard, parts, words
from deepart.ui.parts import PRIVATE
from deepart.ui.sliders.hand import THERE, Desk, Hand
from deepart.ui.sliders.stage import Stage, give_out


def build(bench: Bench, stage: Stage, hand: Hand) -> None:
    """A button that saves the values, and a place to drop what was saved."""
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=5, min_width=280):
            gr.HTML(f"<p>{words.SAVE_HELP}</p>", apply_default_css=False, elem_classes="hint")
            with gr.Row(elem_classes="chips"):
                save = gr.Button(words.SAVE_VALUES, min_width=120)
                leave = gr.DownloadButton(words.SAVE_VALUES, visible="hidden", elem_id="sliders-values")
        with gr.Column(scale=5, min_width=280):
            gr.HTML(f"<p>{words.LOAD_HELP}</p>", apply_default_css=False, elem_classes="hint")
            back = gr.File(label=words.LOAD, file_types=[".json"], height=110)
            note = parts.note()

    @guard.noted(outputs=2)
    def write(model: str, desk: Desk, *_) -> Iterator[tuple]:
        """The values on view as a file."""
        yield gr.skip(), None
        path = parts.fresh(f"{model}-values.json")
        path.write_text(settings(model, bench.axes(model), bench.values(model, desk.now.point)), "utf-8")
        yield gr.skip(), str(path)

    @guard.noted(outputs=THERE)
    def read(model: str, desk: Desk, keep: bool, bank: dict, file: str | None) -> tuple:
        """The axes as a file of values says, on the picture that is there."""
        if not file:
            return (gr.skip(),) * THERE
        path, values = guard.uploaded({"path": file}), bench.values(model, desk.now.point)
        wanted = read_settings(path.read_bytes(), model, bench.axes(model), values)
        place = replace(desk.now, point=bench.move(model, desk.now.point, wanted))
        return hand.show(model, desk.to(place), keep, bank)

    give_out(save, leave, write, stage.here, note)
    back.upload(read, [*stage.here, back], [*stage.there[:-1], note], **PRIVATE)
