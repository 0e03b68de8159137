"""The wall of what was made and, beside it, the one that was picked and what can be done with it."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import gradio as gr

from deepart.studio import Studio
from deepart.ui import parts, words
from deepart.ui.comparing import CURTAIN
from deepart.ui.desk import Room
from deepart.ui.history.hand import PAGE, Hand, Shown, nothing, where
from deepart.ui.history.tiles import tiles
from deepart.ui.parts import LONG, PRIVATE
from deepart.ui.returning import Returning


@dataclass(frozen=True)
class Panel:
    """The parts that the page connects. view: [state, tiles, ...], what every handler of the panel answers, the note last."""

    shown: gr.State
    view: list
    send: gr.Row
    link: gr.Button
    hand: Hand


def build(studio: Studio, room: Room, returning: Returning, tab: gr.Tab) -> Panel:
    """Lay the panel out."""
    shown, hand = gr.State(Shown()), Hand(studio, room)
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=7, min_width=300):
            many = _many(room)
        with gr.Column(scale=5, min_width=300, elem_classes="history-one"):
            one = _one()
    view = [shown, many.wall, many.newer, many.older, one.easel, one.other, one.facts, one.back, one.download,
            one.link, one.compare, one.delete, one.undo, one.send, one.note]  # fmt: skip
    _connect_many(many, hand, view, one.note, tab)
    _connect_one(one, hand, view, returning)
    return Panel(shown, view, one.send, one.link, hand)


@dataclass(frozen=True)
class Many:
    """All results, in pages."""

    wall: gr.HTML
    starred: gr.Checkbox
    pack: gr.Button
    leave: gr.DownloadButton
    newer: gr.Button
    older: gr.Button


def _many(room: Room) -> Many:
    with gr.Row(elem_classes="chips history-head"):
        starred = gr.Checkbox(False, label=words.ONLY_STARRED, min_width=140)
        pack = gr.Button(words.ZIP_STARRED, size="sm", min_width=120)
        leave = gr.DownloadButton(words.ZIP_STARRED, visible="hidden", elem_id="history-zip")
    wall = tiles()
    with gr.Row(elem_classes="chips"):
        newer = gr.Button(words.NEWER, size="sm", min_width=80, visible=False)
        older = gr.Button(words.OLDER, size="sm", min_width=80, visible=False)
    gr.HTML(f"<p>{html.escape(where(room))}</p>", apply_default_css=False, elem_classes="hint")
    return Many(wall, starred, pack, leave, newer, older)


@dataclass(frozen=True)
class One:
    """The one that was picked, or two side by side."""

    easel: gr.HTML
    other: gr.HTML
    facts: gr.HTML
    back: gr.Button
    download: gr.DownloadButton
    link: gr.Button
    compare: gr.Button
    delete: gr.Button
    undo: gr.Button
    send: gr.Row
    note: gr.HTML


def _one() -> One:
    with gr.Column(elem_classes="compare"):
        easel = gr.HTML(nothing(), apply_default_css=False, elem_classes="easel tall")
        other = gr.HTML("", apply_default_css=False, elem_classes="easel yours", js_on_load=CURTAIN)
    facts = gr.HTML("", apply_default_css=False, elem_classes="hint history-facts")
    with gr.Row(elem_classes="chips"):
        back = gr.Button(words.RESTORE, variant="primary", min_width=150, visible=False)
        download = gr.DownloadButton(words.DOWNLOAD_IT, min_width=110, visible=False)
    small = {"size": "sm", "visible": False}
    with gr.Row(elem_classes="chips"):
        link = gr.Button(words.COPY_LINK, min_width=100, elem_classes="copy-link", **small)
        compare = gr.Button(words.COMPARE_WITH, min_width=120, **small)
        delete = gr.Button(words.DELETE, min_width=80, **small)
        undo = gr.Button(words.UNDELETE, min_width=120, elem_classes="key-undo", **small)
    send = gr.Row(elem_classes="chips send", visible=False)
    return One(easel, other, facts, back, download, link, compare, delete, undo, send, parts.note())


def _connect_many(many: Many, hand: Hand, view: list, note: gr.HTML, tab: gr.Tab) -> None:
    shown = view[0]

    def on_tile(request: gr.Request, now: Shown, event: gr.EventData) -> tuple:
        return hand.tile(request, now, event)

    tab.select(hand.look, shown, view, **PRIVATE)
    picked = many.wall.click(on_tile, shown, view, trigger_mode="multiple", **PRIVATE)
    hand.book.made.append(picked)  # a star is remembered
    many.starred.input(hand.only_starred, [shown, many.starred], view, **PRIVATE)
    many.newer.click(hand.turn(-PAGE), shown, view, **PRIVATE)
    many.older.click(hand.turn(PAGE), shown, view, **PRIVATE)
    packed = many.pack.click(hand.pack, None, [many.leave, note], **LONG, **PRIVATE)
    packed.success(None, many.leave, None, js="file => { if (file) setTimeout(() => document.querySelector('#history-zip').click(), 50); }", **PRIVATE)  # fmt: skip


def _connect_one(one: One, hand: Hand, view: list, returning: Returning) -> None:
    shown = view[0]
    one.compare.click(hand.begin_comparing, shown, view, **PRIVATE)
    deleted = one.delete.click(hand.delete, shown, view, **PRIVATE)
    hand.book.made += [deleted, one.undo.click(hand.undelete, shown, view, **PRIVATE)]

    def bring(request: gr.Request, now: Shown, *given: Any) -> dict:
        return returning.said(lambda: returning.from_here(request, hand.recipe(request, now), given))

    returning.then(one.back.click(bring, [shown, *returning.inputs], returning.outputs, **PRIVATE))
