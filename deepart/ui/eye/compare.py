"""Two pictures side by side: their styles, their palettes, and how alike they are."""

from __future__ import annotations

from typing import Any

import gradio as gr

from deepart.eye import Eye
from deepart.ui import guard, parts, words
from deepart.ui.eye import shown
from deepart.ui.eye.one import result_html
from deepart.ui.parts import PRIVATE


def lay_out(eye: Eye) -> None:
    """Two stages and the comparison below them."""
    with gr.Row(elem_classes="two"):
        with gr.Column(min_width=280, elem_classes="first"):
            first = parts.own_picture(words.COMPARE_FIRST, words.COMPARE_DROP, height=320)
        with gr.Column(min_width=280, elem_classes="second"):
            second = parts.own_picture(words.COMPARE_SECOND, words.COMPARE_DROP, height=320)
    result = result_html(
        shown.hint(words.COMPARE_EMPTY), words.COMPARE_RESULT, "result about", shown.copying()
    )

    def look_at_both(*files: Any) -> tuple:
        """What to show on both stages, and the comparison once both are there."""
        if not all(files):
            return gr.skip(), gr.skip(), shown.hint(words.COMPARE_EMPTY)
        try:
            paths = [guard.uploaded(file) for file in files]
            said = shown.comparison(eye.compare(*paths))
            return (*(shown.on_stage(path) for path in paths), said)
        except Exception as error:
            return gr.skip(), gr.skip(), shown.refused(guard.sentence(error))

    for side in (first, second):
        side.change(
            look_at_both, [first, second], [first, second, result], trigger_mode="always_last", **PRIVATE
        )
