"""Named settings of a tab, kept by the artist's own browser; a file of them takes them to another one."""

from __future__ import annotations

from typing import Any

import gradio as gr

from deepart import presets, recipe
from deepart.ui import guard, keeping, parts, words
from deepart.ui.returning import Returning


class Shelf:
    """The presets of one tab: laid out where it is made, connected once all tools are there. name: of the tab."""

    def __init__(self, name: str):
        self.name = name
        self.kept = keeping.Kept(f"deepart-presets-{name}")
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
        told = [self.kept.told, self.choice, self.export, self.note]
        make = sender.preset or sender.recipe

        def shown(found: dict[str, str], chosen: str | None = None) -> tuple:
            return keeping.write(found), gr.Dropdown(list(found), value=chosen), self._file(found)

        @guard.noted(4)
        def save(kept: str, name: str, *given: Any) -> tuple:
            by = make(*given)
            return "", *shown(presets.put(_read(kept), name, by), " ".join(name.split()))

        @guard.noted(3)
        def delete(kept: str, name: str | None) -> tuple:
            return shown({k: v for k, v in _read(kept).items() if k != name})

        @guard.noted(3)
        def take(kept: str, file: str) -> tuple:
            found = presets.from_file(guard.uploaded({"path": str(file)}).read_bytes())
            grown = _read(kept)
            for name, text in found.items():
                grown = presets.put(grown, name, recipe.from_json(text))
            return shown(grown)

        def use(kept: str, name: str | None, *given: Any) -> dict:
            if not name:
                return returning.nothing()
            return returning.said(lambda: returning.dress(presets.get(_read(kept), name), given))

        def open_fold(kept: str) -> tuple:
            found = _read(kept)
            return gr.Dropdown(list(found)), self._file(found)

        on = self.kept.on
        for event in (self.save.click, self.called.submit):
            on(event, save, [self.called, *sender.inputs], [self.called, *told])
        on(self.delete.click, delete, [self.choice], told)
        on(self.take.upload, take, [self.take], told)
        on(self.use.click, use, [self.choice, *returning.inputs], returning.outputs)
        on(self.fold.expand, open_fold, [], [self.choice, self.export])

    def _file(self, found: dict[str, str]) -> str:
        path = parts.fresh(f"deepart-{self.name}-presets.json")
        path.write_text(presets.to_file(found), "utf-8")
        return str(path)


def _read(kept: str) -> dict[str, str]:
    return presets.read(keeping.read(kept))
