"""Train: an artist's own pictures become a model in the studio. Only on the artist's own machine."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from deepart.studio import Studio
from deepart.supervisor import Supervisor
from deepart.ui.desk import Room
from deepart.ui.train import choices, form, models, running, words

CSS = Path(__file__).with_name("train.css")
RUNS = "runs"  # beside the folder of models


def title() -> str:
    return words.TITLE


def about() -> str:
    return words.HELP


def supervisor(studio: Studio) -> Supervisor:
    """Who looks after the trainings of a studio, from now on."""
    found = Supervisor(studio.root.parent / RUNS, studio.root, str(studio.device))
    found.watch()
    return found


def build(studio: Studio, supervisor: Supervisor | None, room: Room, rooms: gr.Tabs) -> None:
    """Lay the tab out. Where strangers visit, and there is no supervisor, it only says where to train.

    Call it after the other tabs: their lists of models are told when one comes or goes.
    """
    if supervisor is None:
        gr.HTML(f"<p>{words.HOSTED}</p>", apply_default_css=False, elem_classes="hint")
        return
    listed = choices.Choices(studio, room.page)
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=4, min_width=280, elem_classes="controls"):
            made = form.build(supervisor)
        with gr.Column(scale=6, min_width=300):
            view = running.build(supervisor)
    owned = models.build(supervisor, studio)
    running.connect(view, rooms, listed)
    form.connect(made, view)
    models.connect(owned, listed, view)


__all__ = ["CSS", "about", "build", "supervisor", "title"]
