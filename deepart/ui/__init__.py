"""The page: one file a tab. Nothing is computed here; every tab calls the studio."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware

from deepart.studio import Studio
from deepart.supervisor import Supervisor
from deepart.ui import (
    boundary,
    connecting,
    eye,
    frame,
    guard,
    history,
    hosts,
    parts,
    presets,
    programs,
    references,
    restyle,
    sample,
    sliders,
    sweeping,
    train,
    visits,
    words,
)
from deepart.ui.book import Book
from deepart.ui.boundary import Limits
from deepart.ui.copies import Copies
from deepart.ui.desk import Desk, Room
from deepart.ui.look import THEME
from deepart.ui.page import Page
from deepart.ui.turns import Turns
from deepart.weights import WeightsError

TABS = (eye, sample, sliders, restyle)  # in the order of the page; adding a tab is one file and one name here
WITH_PRESETS = ("sample", "sliders", "restyle")
CSS = Path(__file__).with_name("style.css")
LAUNCH = {
    "theme": THEME,
    "css_paths": [CSS, eye.CSS, sliders.CSS, restyle.CSS, history.CSS, train.CSS],
    "head": frame.head(),
    "run_history": False,
    "footer_links": ["api", "settings"],
    "state_session_capacity": visits.MOST,
}


def build(studio: Studio, desk: Desk | None = None) -> gr.Blocks:
    """The page of one studio; `desk` None is that of a page that strangers visit. Launch it with the settings in LAUNCH."""
    desk = desk or Desk()
    supervisor = train.supervisor(studio) if desk.may_train else None
    settings = {
        "title": words.TITLE, "analytics_enabled": False, "delete_cache": (round(sweeping.EVERY), round(sweeping.KEPT)), "fill_width": False,
    }  # fmt: skip
    return Page(
        lambda page: _lay_out_page(Room(page, desk, Book(desk.outputs)), studio, supervisor), **settings
    )


def _lay_out_page(room: Room, studio: Studio, supervisor: Supervisor | None) -> None:
    back, ends, shelves = frame.masthead(), {}, {}
    with gr.Tabs(elem_classes="rooms") as rooms:
        for tab in TABS:
            name = tab.__name__.rsplit(".", 1)[-1]
            with gr.Tab(tab.title(), id=name):
                with gr.Row(elem_classes="opening"):
                    parts.help_line(tab.about())
                    shelves[name] = presets.Shelf(name) if name in WITH_PRESETS else None
                ends[name] = _lay_out(tab, studio, room)
        past = connecting.Connections(rooms, ends, room)
        with gr.Tab(history.title(), id="history") as tab:
            parts.help_line(history.about())
            panel = history.build(studio, room, past.returning, tab)
        with gr.Tab(train.title(), id="train"):
            parts.help_line(train.about())
            train.build(studio, supervisor, room, rooms)
    past.connect(back, shelves, panel)
    gr.HTML(f"<p>{words.FOOTER}</p>", apply_default_css=False, elem_classes="colophon")
    for each in (*TABS, programs):
        each.endpoints(studio)


def wall(
    page: gr.Blocks,
    host: str,
    public_url: str | None,
    limits: Limits,
    turns: Turns | None = None,
    login: bool = False,
) -> dict[str, Any]:
    """Settings to launch the page with, so that nothing reaches Gradio but through the wall; see `boundary`.

    host: the address to listen on; public_url: the one that visitors type, when a proxy stands in front. turns: who is let
    in when, None: everybody at once. login: whether visitors log in, so that not all see the same page.
    """
    known = hosts.Hosts(
        host, public_url, os.environ.get("SPACE_HOST", ""), lambda: getattr(page, "share_url", None) or ""
    )
    signed = references.References(get_upload_folder())
    rules = boundary.Rules(known, signed, limits, copies=None if login else Copies(), turns=turns)
    middleware = [Middleware(boundary.Wall, rules=rules)]
    settings = {"app_kwargs": {"middleware": middleware}, "max_file_size": rules.largest_file()}
    return settings | ({"root_path": public_url} if public_url else {})


def _lay_out(tab, studio: Studio, room: Room) -> list[parts.End]:
    """One tab; where its model is missing or damaged it says so, and the other tabs work."""
    try:
        return tab.build(studio, room)
    except WeightsError as error:
        parts.note(guard.note(guard.sentence(error)))
    return []
