"""An artist's own models: their cards, into a zip, out of a zip, away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from deepart import model_zips, weights
from deepart.studio import Studio
from deepart.supervisor import Supervisor, TrainError
from deepart.training import status
from deepart.ui import guard, parts
from deepart.ui.eye.many import Files, uploads
from deepart.ui.parts import PRIVATE
from deepart.ui.train import shown, words
from deepart.ui.train.choices import Choices
from deepart.ui.train.running import View


@dataclass
class Models:
    supervisor: Supervisor
    studio: Studio
    choice: gr.Dropdown
    card: gr.HTML
    export: gr.Button
    file: gr.DownloadButton
    delete: gr.Button
    really: gr.Button
    keep: gr.Button
    bring: Files
    note: gr.HTML

    def names(self) -> list[str]:
        return [card.name for card in self.supervisor.own_models()]

    def list(self, chosen: str | None) -> tuple:
        """What there is now. Answers: choice, card, export, delete, really, keep, file. What was begun on the model that
        is still chosen, a zip or a question, stays."""
        names = self.names()
        if chosen in names:
            return gr.Dropdown(names, value=chosen, visible=True), *(gr.skip() for _ in range(6))
        return gr.Dropdown(names, value=names[0] if names else None, visible=bool(names)), *self.pick(names[0] if names else None)  # fmt: skip

    def pick(self, name: str | None) -> tuple:
        """Another model was chosen. Answers: card, export, delete, really, keep, file."""
        folder = self.supervisor.models / name if name in self.names() else None
        said = (
            shown.card(weights.read_card(folder), folder / status.SHEET)
            if folder
            else f"<p>{words.MODELS_EMPTY}</p>"
        )
        usable, hidden = gr.Button(visible=folder is not None), gr.Button(visible=False)
        return said, usable, usable, hidden, hidden, gr.DownloadButton(visible=False)

    def own(self, name: str | None) -> str:
        if not name or name not in self.names():
            raise TrainError(words.NO_MODEL)
        return name


def build(supervisor: Supervisor, studio: Studio) -> Models:
    gr.HTML(f"<h2>{words.MODELS}</h2>", apply_default_css=False, elem_classes="section")
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=4, min_width=280, elem_classes="controls"):
            choice = gr.Dropdown([], label=words.OWN_MODEL, visible=False)
            with gr.Row(elem_classes="chips"):
                export = gr.Button(words.EXPORT, min_width=110, visible=False)
                file = gr.DownloadButton(words.EXPORT_FILE, min_width=110, visible=False)
                delete = gr.Button(words.DELETE, min_width=80, visible=False)
                really = gr.Button(words.REALLY, variant="stop", min_width=120, visible=False)
                keep = gr.Button(words.KEEP, min_width=70, visible=False)
            note = parts.note()
            bring = Files(
                file_count="multiple", label=words.IMPORT, show_label=True, height=110, elem_classes="drop"
            )
            gr.HTML(f"<p>{words.IMPORT_INFO}</p>", apply_default_css=False, elem_classes="hint")
        with gr.Column(scale=6, min_width=300):
            card = gr.HTML("", apply_default_css=False, elem_classes="live")
    return Models(supervisor, studio, choice, card, export, file, delete, really, keep, bring, note)


def connect(models: Models, listed: Choices, view: View) -> None:
    """Events. The list follows the state of all models, whoever changed it."""
    m = models
    shows = [m.choice, m.card, m.export, m.delete, m.really, m.keep, m.file]

    @guard.noted(outputs=1)
    def export(name: str | None) -> Any:
        target = parts.fresh(f"{m.own(name)}.zip")
        model_zips.export(name, m.supervisor.models, target)
        return gr.DownloadButton(value=str(target), visible=True)

    def ask(name: str | None) -> tuple:
        shown_now, hidden = gr.Button(visible=True), gr.Button(visible=False)
        return hidden, shown_now, shown_now, guard.note(words.NOT_SURE.format(name=name))

    def keep() -> tuple:
        shown_now, hidden = gr.Button(visible=True), gr.Button(visible=False)
        return shown_now, hidden, hidden, ""

    def delete(name: str | None) -> tuple:
        try:
            m.supervisor.delete_model(m.own(name))
            m.studio.forget(name)
            return listed.now(), guard.note(words.DELETED.format(name=name))
        except Exception as error:
            return listed.now(), guard.note(guard.sentence(error))

    def bring(payload: Any) -> tuple:
        """A zip that deepart packed becomes a model; nothing else does."""
        try:
            cards = [model_zips.take(path, m.supervisor.models, own=True) for _, path in uploads(payload)]
            said = " ".join(words.IMPORTED.format(name=card.name) for card in cards)
            return listed.now(), None, guard.note(said)
        except Exception as error:
            return listed.now(), None, guard.note(guard.sentence(error))

    m.choice.input(m.pick, m.choice, shows[1:], queue=False, **PRIVATE)
    m.export.click(export, m.choice, [m.file, m.note], **PRIVATE)
    confirming = [m.delete, m.really, m.keep, m.note]
    m.delete.click(ask, m.choice, confirming, queue=False, **PRIVATE)
    m.keep.click(keep, None, confirming, queue=False, **PRIVATE)
    m.really.click(delete, m.choice, [listed.names, m.note], **PRIVATE).then(
        m.list, m.choice, shows, queue=False, **PRIVATE
    )
    m.bring.upload(bring, m.bring, [listed.names, m.bring, m.note], **PRIVATE).then(
        m.list, m.choice, shows, queue=False, **PRIVATE
    )
    listed.names.change(m.list, m.choice, shows, queue=False, **PRIVATE)
    listed.page.load(m.list, m.choice, shows, queue=False, **PRIVATE)
