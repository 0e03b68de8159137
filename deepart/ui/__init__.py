"""The page: one file a tab. Nothing is computed here; every tab calls the studio."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware

from deepart.studio import Studio
from deepart.ui import boundary, eye, guard, hosts, parts, references, restyle, sample, sliders, words
from deepart.ui.boundary import Limits
from deepart.ui.desk import Desk
from deepart.ui.look import THEME
from deepart.weights import WeightsError

TABS = (eye, sample, sliders, restyle)  # in the order of the page; adding a tab is one file and one name here
CSS = Path(__file__).with_name("style.css")
LAUNCH = {
    "theme": THEME,
    "css_paths": [CSS, eye.CSS, sliders.CSS, restyle.CSS],
    "run_history": False,
    "footer_links": ["api", "settings"],
}

SWEEP = 60 * 60  # seconds; pictures older than this are deleted, and we look as often


def build(studio: Studio, desk: Desk | None = None) -> gr.Blocks:
    """The page of one studio; `desk` None is that of a page that strangers visit. Launch it with the settings in LAUNCH."""
    desk = desk or Desk()
    with gr.Blocks(
        title=words.TITLE, analytics_enabled=False, delete_cache=(SWEEP, SWEEP), fill_width=False
    ) as page:
        gr.HTML(
            f"<h1>{words.TITLE}</h1><p>{words.TAGLINE}</p>", apply_default_css=False, elem_classes="masthead"
        )
        ends = {}
        with gr.Tabs(elem_classes="rooms") as rooms:
            for tab in TABS:
                name = tab.__name__.rsplit(".", 1)[-1]
                with gr.Tab(tab.TITLE, id=name):
                    parts.help_line(tab.HELP)
                    ends[name] = _lay_out(tab, studio, page)
        _connect(rooms, ends)
        gr.HTML(f"<p>{words.FOOTER}</p>", apply_default_css=False, elem_classes="colophon")
        for tab in TABS:
            tab.endpoints(studio)
    return page


def wall(page: gr.Blocks, host: str, public_url: str | None, limits: Limits) -> dict[str, Any]:
    """Settings to launch the page with, so that nothing reaches Gradio but through the wall; see `boundary`.

    host: the address to listen on; public_url: the one that visitors type, when a proxy stands in front.
    """
    known = hosts.Hosts(
        host, public_url, os.environ.get("SPACE_HOST", ""), lambda: getattr(page, "share_url", None) or ""
    )
    rules = boundary.Rules(known, references.References(get_upload_folder()), limits)
    middleware = [Middleware(boundary.Wall, rules=rules)]
    settings = {"app_kwargs": {"middleware": middleware}, "max_file_size": rules.largest_file()}
    return settings | ({"root_path": public_url} if public_url else {})


def _lay_out(tab, studio: Studio, page: gr.Blocks) -> list[parts.Sender | parts.Landing]:
    """One tab; where its model is missing or damaged it says so, and the other tabs work."""
    try:
        return tab.build(studio, page)
    except WeightsError as error:
        parts.note(guard.note(guard.sentence(error)))
    return []


def _connect(rooms: gr.Tabs, ends: dict[str, list[parts.Sender | parts.Landing]]) -> None:
    """In every tab that hands pictures on, a button for every other tab that takes them."""
    landings = {name: e for name, found in ends.items() for e in found if isinstance(e, parts.Landing)}
    for start, found in ends.items():
        for sender in (end for end in found if isinstance(end, parts.Sender)):
            for name, landing in landings.items():
                if name != start:
                    _send(rooms, sender, name, landing)


def _send(rooms: gr.Tabs, sender: parts.Sender, name: str, landing: parts.Landing) -> None:
    count = len(sender.inputs)

    def send(*given) -> tuple:
        """The picture on view there; the sentence of one that cannot be made is said where it should have come to."""
        try:
            path = sender.picture(*given[:count])
            return gr.Tabs(selected=name), *landing.receive(path, *given[count:])
        except Exception as error:
            skipped = (gr.skip() for _ in landing.outputs[1:])
            return gr.Tabs(selected=name), *skipped, guard.note(guard.sentence(error))

    with sender.row:
        button = gr.Button(words.SEND.format(title=landing.title), min_width=140)
    button.click(
        send,
        [*sender.inputs, *landing.inputs],
        [rooms, *landing.outputs],
        show_progress="hidden",
        api_visibility="private",
    )
