"""Trainings as they run: one to look at, and the list of all. The page only reads what they write."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import gradio as gr

from deepart.supervisor import Supervisor, TrainError
from deepart.training import status
from deepart.ui import guard, parts
from deepart.ui.parts import PRIVATE
from deepart.ui.train import shown, words
from deepart.ui.train.choices import Choices

EVERY = 2.0  # seconds between two looks while something runs
CLICK = (
    "element.addEventListener('click', e => { const b = e.target.closest('button[data-act]');"
    " if (b) trigger('click', {act: b.dataset.act, name: b.dataset.name}); });"
)


@dataclass
class View:
    """chosen: the training to look at; asked: the one that may really be deleted; drawn: what its preview shows."""

    supervisor: Supervisor
    chosen: gr.State
    asked: gr.State
    drawn: gr.State
    report: gr.HTML
    live: gr.HTML
    preview: gr.HTML
    rows: gr.HTML
    timer: gr.Timer
    note: gr.HTML
    names: gr.State | None = None  # of the models that there are, see Choices
    listed: Choices | None = None

    @property
    def inputs(self) -> list:
        return [self.chosen, self.asked, self.drawn]

    @property
    def outputs(self) -> list:
        return [self.live, self.preview, self.drawn, self.rows, self.timer, self.names]

    def refresh(self, chosen: str | None, asked: str, drawn: list) -> tuple:
        """Everything as it stands now; the preview is sent only when there is a new one."""
        found = [told for name in self.supervisor.names() if (told := self.supervisor.status(name))]
        told = next((each for each in found if each.name == chosen), None) or (found[0] if found else None)
        is_busy = any(each.state in (*status.ACTIVE, status.WAITING) for each in found)
        stamp = [told.name, told.preview] if told and told.preview else []
        if stamp == drawn:
            preview = gr.skip()
        else:
            path = self.supervisor.home(told.name) / status.PREVIEW if stamp else None
            preview = shown.picture(path, words.PREVIEW.get(told.noun, "")) if path else ""
        return (
            shown.live(told) if told else f"<p>{words.LIVE_EMPTY}</p>",
            preview,
            stamp,
            shown.rows(found, asked),
            gr.Timer(active=is_busy),
            self.listed.now(),
        )

    def act(self, event: gr.EventData, chosen: str | None, asked: str, drawn: list) -> tuple:
        """A button of the list. Answers chosen, asked, `outputs`, note."""
        act, name = str(event.act), str(event.name)
        said = ""
        try:
            self._act(act, name)
        except Exception as error:
            said = guard.note(guard.sentence(error))
        chosen = chosen if act in ("ask", "keep", "delete") else name
        asked = name if act == "ask" else ""
        return chosen, asked, *self.refresh(chosen, asked, drawn), said

    def _act(self, act: str, name: str) -> None:
        if self.supervisor.status(name) is None:
            raise TrainError(words.GONE)
        if act in (status.PAUSE, status.STOP, status.FINISH):
            self.supervisor.end(name, act)
        elif act in ("resume", "make"):
            self.supervisor.resume(name, finish=act == "make")
        elif act == "delete":
            self.supervisor.delete(name)


def build(supervisor: Supervisor) -> View:
    report = gr.HTML("", apply_default_css=False, elem_classes=["report", "hint"])
    live = gr.HTML("", apply_default_css=False, elem_classes="live")
    preview = gr.HTML("", apply_default_css=False, elem_classes="live")
    gr.HTML(f"<h2>{words.LIST}</h2>", apply_default_css=False, elem_classes="section")
    note = parts.note()
    rows = gr.HTML("", js_on_load=CLICK, apply_default_css=False, elem_classes="runs")
    return View(
        supervisor, gr.State(None), gr.State(""), gr.State([]), report, live, preview, rows,
        gr.Timer(EVERY, active=False), note,
    )  # fmt: skip


def connect(view: View, rooms: gr.Tabs, listed: Choices) -> None:
    """Events, all through the queue: only its answers tell the browser that a state, such as that of the models that
    there are, has changed. The clock ticks only while this tab is open and something runs."""
    view.names, view.listed = listed.names, listed
    view.timer.tick(view.refresh, view.inputs, view.outputs, **PRIVATE)

    def act(event: gr.EventData, *given: Any) -> tuple:
        return view.act(event, *given)

    view.rows.click(act, view.inputs, [view.chosen, view.asked, *view.outputs, view.note], **PRIVATE)

    def opened(event: gr.SelectData, *given: Any) -> tuple:
        if event.value == words.TITLE:
            return view.refresh(*given)
        return *(gr.skip() for _ in range(4)), gr.Timer(active=False), gr.skip()

    rooms.select(opened, view.inputs, view.outputs, **PRIVATE)
