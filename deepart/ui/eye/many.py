"""Many pictures: a table that grows while they are looked at one by one, Stop, and a CSV of all rows."""

from __future__ import annotations

import html
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData, ListFiles

from deepart import spreadsheet
from deepart.eye import Eye, Row
from deepart.images import PictureError
from deepart.ui import guard, parts, tables, words
from deepart.ui.eye import shown
from deepart.ui.parts import PRIVATE
from deepart.ui.running import Running

MOST = 2000  # files at once
PAUSE = 0.5  # seconds between two pictures of the table, and longer as it grows: each one is drawn anew


class Files(gr.File):
    """Files whose handlers get the uploads themselves; Gradio would leave an empty file for each."""

    is_template = True  # drawn in the browser as gr.File is

    def preprocess(self, payload: Any) -> Any:
        return payload


class Folder(gr.UploadButton):
    """A folder, likewise."""

    is_template = True

    def preprocess(self, payload: Any) -> Any:
        return payload


def lay_out(eye: Eye) -> None:
    """A place to drop files, a button for a folder, and the table."""
    files = Files(
        file_count="multiple", label=words.MANY_DROP, show_label=False, height=150, elem_classes="drop"
    )
    with gr.Row(elem_classes="chips"):
        folder = Folder(words.MANY_FOLDER, file_count="directory", size="md", min_width=140)
        stop = gr.Button(words.MANY_STOP, size="md", min_width=90, visible=False)
        download = gr.DownloadButton(words.MANY_CSV, size="md", min_width=140, visible=False)
    note = parts.note()
    table = tables.table(
        words.RESULT, words.MANY_HEAD, unsorted=words.MANY_HEAD[:1], downwards=("Chance",), kind="many"
    )
    many = Many(eye)
    answers = [table, stop, download, note]
    files.upload(many.run, files, answers, **PRIVATE, **parts.LONG)
    folder.upload(many.run, folder, answers, **PRIVATE, **parts.LONG)
    stop.click(many.running.stop, None, None, queue=False, **PRIVATE)


class Many:
    """The handlers. A run that is stopped ends after the picture that it is at."""

    def __init__(self, eye: Eye):
        self.eye = eye
        self.running = Running()

    def run(self, payload: Any, request: gr.Request) -> Iterator[tuple]:
        """Answers: table, Stop, Download, note. The pictures so far are kept when it is stopped or fails."""
        key, is_stopped = self.running.begin(request), False
        lines: list[list[str]] = []
        rows: list[str] = []
        try:
            files = uploads(payload)
            yield "", gr.Button(visible=True), gr.DownloadButton(visible=False), progress(0, len(files))
            due = 0.0
            for row in self.eye.each(files):
                rows.append(as_html(row))
                lines.append(as_line(row))
                full = time.monotonic() >= due
                if full:
                    due = time.monotonic() + PAUSE + len(rows) / 200
                yield (
                    "".join(rows) if full else gr.skip(),
                    gr.skip(),
                    gr.skip(),
                    progress(len(rows), len(files)),
                )
                if is_stopped := self.running.stopped(key):
                    break
            yield (
                "".join(rows),
                gr.Button(visible=False),
                save(lines),
                end(lines, len(files), is_stopped),
            )
        except Exception as error:
            said = guard.note(guard.sentence(error))
            yield "".join(rows), gr.Button(visible=False), save(lines) if lines else gr.skip(), said


def uploads(payload: Any) -> list[tuple[str, Path]]:
    """(name, path) of every file that a browser uploaded. Raises PictureError for files that it did not."""
    files = list(payload.root) if isinstance(payload, ListFiles) else [payload] if isinstance(payload, FileData) else payload or []  # fmt: skip
    if len(files) > MOST:
        raise PictureError(words.MANY_TOO_MANY.format(most=MOST, count=len(files)))
    paths = [guard.uploaded(file) for file in files]
    if not paths:
        raise PictureError(words.NO_PICTURE)
    return [(_name(file, path), path) for file, path in zip(files, paths, strict=True)]


def _name(file: Any, path: Path) -> str:
    name = getattr(file, "orig_name", None) or path.name
    return "".join(c if c.isprintable() else "?" for c in name)[-120:]


def as_html(row: Row) -> str:
    """A row of the table: thumbnail, file, style, chance, second style, verdict; or why it could not be read."""
    name = (html.escape(row.name), row.name)
    if row.found is None or row.thumbnail is None:
        said = (html.escape(words.told(row.error or "")), row.name)
        return tables.row([("", ""), said, ("", "~"), ("", -1), ("", "~"), (words.MANY_UNREAD, "~")], "bad")
    (style, chance), (second, other) = (*row.found.styles, ("", 0.0))[:2]
    verdict = words.MANY_VERDICTS[row.found.verdict]
    return tables.row([
        (f'<img alt="" src="{parts.small_jpeg(row.thumbnail)}">', ""),
        name,
        (html.escape(words.told(style)), style),
        (f'<span class="number">{shown.percent(chance)}</span>', chance),
        (f'{html.escape(words.told(second))} <span class="number">{shown.percent(other)}</span>', second),
        (verdict, verdict),
    ], row.found.verdict)  # fmt: skip


def as_line(row: Row) -> list[str]:
    """The same as cells of the CSV."""
    if row.found is None:
        return spreadsheet.line(row.name, error=row.error or "")
    return spreadsheet.line(row.name, row.found.styles, row.found.verdict)


def progress(done: int, count: int) -> str:
    said = words.MANY_AT.format(done=done, count=count)
    return f'<p class="progress"><progress value="{done}" max="{max(count, 1)}" aria-label="{said}"></progress> {said}</p>'


def end(lines: list[list[str]], count: int, stopped: bool) -> str:
    """The last sentence: how many were looked at, and how many could not be read."""
    short = stopped and len(lines) < count
    said = (words.MANY_STOPPED if short else words.MANY_DONE).format(done=len(lines), count=count)
    bad = sum(bool(line[-1]) for line in lines)
    return guard.note(said + (" " + words.MANY_UNREADABLE.format(bad=bad) if bad else ""))


def save(lines: list[list[str]]) -> Any:
    """The download button with a CSV of these rows."""
    path = parts.fresh("styles.csv")
    path.write_text(
        spreadsheet.text(lines), "utf-8-sig", newline=""
    )  # the mark tells spreadsheets that it is UTF-8
    return gr.DownloadButton(value=str(path), visible=True)
