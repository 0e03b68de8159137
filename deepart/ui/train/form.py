"""What to train and on which pictures; the look at them before, and Start."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gradio as gr

from deepart.models import ARCHS
from deepart.supervisor import Order, Supervisor, TrainError, pictures
from deepart.ui import guard, parts
from deepart.ui.eye.many import Files, uploads
from deepart.ui.parts import PRIVATE
from deepart.ui.train import shown, words
from deepart.ui.train.running import View

MOST_ROWS = 5000  # of the table of labels
LABELLED = ("classifier", "gan")  # what learns labels; a GAN also does without
AT = "folder "  # stands before a path on its way here: the wall lets no text pass that looks like a reference to a file


@dataclass
class Form:
    """The controls, and the supervisor that they speak to.

    folder: the path of the pictures that were dropped, or None. table: every picture and its label; `labels` shows, and
    changes, the first of them.
    """

    supervisor: Supervisor
    kind: gr.Radio
    files: Files
    folder: gr.State
    table: gr.State
    path: gr.Textbox
    count: gr.HTML
    clear: gr.Button
    labels: gr.Dataframe
    name: gr.Textbox
    start_from: gr.Dropdown
    minutes: gr.Number
    check: gr.Button
    start: gr.Button
    note: gr.HTML

    @property
    def order(self) -> list:
        return [
            self.kind,
            self.folder,
            self.path,
            self.table,
            self.labels,
            self.name,
            self.start_from,
            self.minutes,
        ]


def build(supervisor: Supervisor) -> Form:
    kind = gr.Radio(
        [(shown, noun) for noun, shown in words.KINDS.items()],
        value=next(iter(words.KINDS)),
        label=words.KIND,
    )
    hint = gr.HTML(_hint(kind.value), apply_default_css=False, elem_classes="hint")
    files = Files(file_count="multiple", label=words.DROP, show_label=True, height=130, elem_classes="drop")
    path = gr.Textbox(label=words.FOLDER, info=words.FOLDER_INFO, max_lines=1)
    with gr.Row(elem_classes="chips"):
        count = gr.HTML("", apply_default_css=False, elem_classes="hint", visible=True)
        clear = gr.Button(words.CLEAR, size="sm", min_width=90, visible=False)
    with gr.Accordion(words.LABELS, open=False, elem_classes="fold"):
        gr.HTML(f"<p>{words.LABELS_HELP}</p>", apply_default_css=False, elem_classes="hint")
        labels = gr.Dataframe(
            headers=words.LABELS_HEAD, datatype=["str", "str"], type="array", column_count=2, max_height=320,
            static_columns=[0], interactive=True, show_label=False, label=words.LABELS,
        )  # fmt: skip
    name = gr.Textbox("my-prints", label=words.NAME, info=words.NAME_INFO, max_lines=1)
    start_from = gr.Dropdown(
        _starts(supervisor, kind.value), value="", label=words.START_FROM, info=words.START_INFO
    )
    minutes = gr.Number(0, label=words.MINUTES, info=words.MINUTES_INFO, minimum=0)
    with gr.Row(elem_classes="chips"):
        check = gr.Button(words.CHECK, min_width=160)
        start = gr.Button(words.START, variant="primary", min_width=90)
    note = parts.note()
    form = Form(supervisor, kind, files, gr.State(None), gr.State([]), path, count, clear, labels, name, start_from, minutes, check, start, note)  # fmt: skip

    def switch(kind: str) -> tuple:
        return _hint(kind), gr.Dropdown(_starts(supervisor, kind), value="")

    kind.input(switch, kind, [hint, start_from], queue=False, **PRIVATE)
    start_from.focus(
        lambda kind: gr.Dropdown(_starts(supervisor, kind)), kind, start_from, queue=False, **PRIVATE
    )
    return form


def connect(form: Form, view: View) -> None:
    """Events. The report of a look stands where a training's progress does."""
    handlers = Handlers(form.supervisor)
    place = form.order.index(form.path)
    marked = f"(...given) => given.map((each, i) => i === {place} ? {AT!r} + each : each)"
    came = [form.folder, form.table, form.labels, form.count, form.clear, form.note]
    form.files.upload(
        handlers.drop, [form.files, form.folder, form.table, form.labels], [*came, form.files], **PRIVATE
    )
    for event in (form.path.submit, form.path.blur):
        event(handlers.look_at, form.path, came, js=f"path => [{AT!r} + path]", **PRIVATE)
    form.clear.click(handlers.clear, form.folder, [*came, form.path], **PRIVATE)
    form.check.click(handlers.check, form.order, [view.report, form.check, form.note], js=marked, **PRIVATE)
    form.start.click(
        handlers.start, form.order, [view.chosen, view.report, form.note], js=marked, **PRIVATE
    ).success(view.refresh, view.inputs, view.outputs, queue=False, **PRIVATE)


class Handlers:
    def __init__(self, supervisor: Supervisor):
        self.supervisor = supervisor
        self.start = guard.noted(2)(self._start)

    def drop(self, payload: Any, folder: str | None, table: list, labels: list) -> tuple:
        """Add what was dropped; answers folder, table, labels, count, clear, note, and an empty place to drop more."""
        home = None
        try:
            home = Path(folder) if folder else self.supervisor.new_folder()
            known = _changed(table, labels) if folder else []
            return str(home), *_told(pictures.gather(uploads(payload), home, known)), "", None
        except Exception as error:
            if home and not folder:
                self.supervisor.forget(home)
            return *(gr.skip() for _ in range(5)), guard.note(guard.sentence(error)), None

    def look_at(self, path: str) -> tuple:
        """A folder on this machine: its pictures are listed, nothing is copied. Answers folder, table, labels, count,
        clear, note.

        Leaving the field to press Start asks for this as well: what Start says must not be wiped away, so that a note is
        only ever added.
        """
        try:
            if not _bare(path):
                return tuple(gr.skip() for _ in range(6))
            return None, *_told(pictures.listed(_folder(path))), gr.skip()
        except Exception as error:
            return *(gr.skip() for _ in range(5)), guard.note(guard.sentence(error))

    def clear(self, folder: str | None) -> tuple:
        if folder:
            self.supervisor.forget(Path(folder))
        return None, *_told([]), "", ""

    def check(self, *given: Any) -> Iterator[tuple]:
        """Answers: report, the button, note."""
        try:
            order = self._order(*given)
            yield f'<p class="waits">{words.CHECKING}</p>', gr.Button(interactive=False), ""
            found = self.supervisor.check(order)
            yield shown.report(found) if found else "", gr.Button(interactive=True), ""
        except Exception as error:
            yield "", gr.Button(interactive=True), guard.note(guard.sentence(error))

    def _start(self, *given: Any) -> tuple[str, str]:
        """The name of the training that was lined up, and no report any more: what it does stands there now."""
        order = self._order(*given)
        self.supervisor.start(order)
        return order.name, ""

    def _order(
        self, kind: str, folder: str | None, path: str, table: list, labels: list, name: str, start: str, minutes: Any
    ) -> Order:  # fmt: skip
        where = Path(folder) if folder else _folder(path) if _bare(path) else None
        if where is None:
            raise TrainError(words.NO_PICTURES)
        try:
            minutes = float(minutes or 0)
        except (TypeError, ValueError):
            raise TrainError(words.BAD_MINUTES) from None
        wanted = _wanted(kind, _changed(table, labels), where, is_copy=bool(folder))
        return Order(kind, name.strip(), where, minutes or None, start or None, wanted)


def _wanted(
    kind: str, table: list[tuple[str, str]], where: Path, is_copy: bool
) -> tuple[tuple[str, str], ...]:
    """The labels that a training is to take instead of the folder's own; only pictures with a label are then taken."""
    named = tuple(each for each in table if each[1])
    if kind not in LABELLED or (kind != "classifier" and len(named) < len(table)):
        return ()
    is_own = not is_copy and named == tuple(each for each in pictures.listed(where) if each[1])
    return () if is_own else named


def _bare(path: str) -> str:
    return path.removeprefix(AT).strip()


def _folder(path: str) -> Path:
    folder = Path(_bare(path)).expanduser()
    if not folder.is_dir():
        raise TrainError(f"there is no folder {_bare(path)[-80:]!r} on this machine")
    return folder


def _rows(labels: Any) -> list[tuple[str, str]]:
    return [(str(row[0]), str(row[1] or "").strip()) for row in labels or [] if len(row) > 1 and row[0]]


def _changed(table: list, labels: Any) -> list[tuple[str, str]]:
    """The table with what was changed in those rows of it that are shown; a row that was taken out there is gone."""
    table, rows = [(file, label) for file, label in table], dict(_rows(labels))
    first = [(file, rows.pop(file)) for file, _ in table[:MOST_ROWS] if file in rows]
    return [*first, *table[MOST_ROWS:], *rows.items()]


def _told(table: list[tuple[str, str]]) -> tuple:
    """Table, labels, count, clear."""
    names = {label for _, label in table if label}
    said = words.COUNT_LABELS if len(names) > 1 else words.COUNT
    text = said.format(count=len(table), labels=len(names)) if table else ""
    return (
        table,
        [list(row) for row in table[:MOST_ROWS]],
        f"<p>{text}</p>" if text else "",
        gr.Button(visible=bool(table)),
    )


def _hint(kind: str) -> str:
    return f"<p>{words.KIND_HELP[kind]}</p>"


def _starts(supervisor: Supervisor, kind: str) -> list[tuple[str, str]]:
    """(what it is called, what the command line calls it); "" is the newest that came with deepart."""
    from deepart import weights

    cards = [card for card in weights.cards(supervisor.models) if ARCHS[card.arch].noun == kind]
    shipped = [card.name for card in cards if not card.is_own]
    first = [(words.NEWEST.format(name=shipped[-1]), "")] if shipped else [(words.NOTHING, "")]
    others = [(card.name, card.name) for card in cards if card.name not in shipped[-1:]]
    return first + others + ([(words.NOTHING, "none")] if shipped else [])
