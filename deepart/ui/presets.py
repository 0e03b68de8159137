"""Named settings of a tab, kept by the artist's own browser; a file of them takes them to another one."""

from __future__ import annotations

from typing import Any

import gradio as gr

from deepart import presets, recipe
from deepart.ui import guard, parts, words
from deepart.ui.parts import PRIVATE
from deepart.ui.returning import Returning


class Shelf:
    """The presets of one tab: laid out where it is made, connected once all tools are there. name: of the tab."""

    def __init__(self, name: str):
        self.name = name
        self.kept = gr.BrowserState({}, storage_key=f"deepart-presets-{name}", secret="deepart")
        with gr.Accordion(words.PRESETS, open=False, elem_classes="fold presets") as self.fold:
            with gr.Row(elem_classes="chips"):
                self.choice = gr.Dropdown([], value=None, label=words.PRESET, min_width=150, scale=3)
                self.use = gr.Button(words.PRESET_USE, size="md", min_width=70)
                self.delete = gr.Button(words.DELETE, size="md", min_width=70)
            with gr.Row(elem_classes="chips"):
                self.called = gr.Textbox("", label=words.PRESET_NAME, max_lines=1, min_width=150, scale=3)
                self.save = gr.Button(words.PRESET_SAVE, size="md", min_width=90)
            with gr.Row(elem_classes="chips"):
                self.export = gr.DownloadButton(words.PRESETS_EXPORT, size="sm", min_width=110)
                self.take = gr.UploadButton(
                    words.PRESETS_IMPORT, size="sm", file_types=[".json"], min_width=110
                )
            self.note = parts.note()

    def connect(self, sender: parts.Sender, returning: Returning) -> None:
        """What happens when its buttons are pressed."""
        told = [self.kept, self.choice, self.note]
        make = sender.preset or sender.recipe

        @guard.noted(3)
        def save(kept: Any, name: str, *given: Any) -> tuple:
            by = make(*given)
            grown = presets.put(presets.read(kept), name, by)
            chosen = " ".join(name.split())
            return grown, gr.Dropdown(list(grown), value=chosen), ""

        @guard.noted(2)
        def delete(kept: Any, name: str | None) -> tuple:
            left = {k: v for k, v in presets.read(kept).items() if k != name}
            return left, gr.Dropdown(list(left), value=None)

        @guard.noted(2)
        def take(kept: Any, file: str) -> tuple:
            found = presets.from_file(guard.uploaded({"path": str(file)}).read_bytes())
            grown = presets.read(kept)
            for name, text in found.items():
                grown = presets.put(grown, name, recipe.from_json(text))
            return grown, gr.Dropdown(list(grown), value=None)

        def use(kept: Any, name: str | None, *given: Any) -> dict:
            found = presets.read(kept)
            if name not in found:
                return returning.nothing()
            return returning.said(lambda: returning.dress(recipe.from_json(found[name]), given))

        def export(kept: Any) -> str:
            path = parts.fresh(f"deepart-{self.name}-presets.json")
            path.write_text(presets.to_file(presets.read(kept)), "utf-8")
            return str(path)

        gr.on([self.save.click, self.called.submit], save, [self.kept, self.called, *sender.inputs], [self.kept, self.choice, self.called, self.note], **PRIVATE)  # fmt: skip
        self.delete.click(delete, [self.kept, self.choice], told, **PRIVATE)
        self.take.upload(take, [self.kept, self.take], told, **PRIVATE)
        self.use.click(use, [self.kept, self.choice, *returning.inputs], returning.outputs, **PRIVATE)
        self.kept.change(export, self.kept, self.export, **PRIVATE)

        def open_fold(kept: Any) -> tuple:
            return gr.Dropdown(list(presets.read(kept))), export(kept)

        self.fold.expand(open_fold, self.kept, [self.choice, self.export], **PRIVATE)
