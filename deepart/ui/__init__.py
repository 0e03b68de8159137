"""The page: one file a tab. Nothing is computed here; every tab calls the studio."""

from __future__ import annotations

from pathlib import Path

import gradio as gr

from deepart.studio import Studio
from deepart.ui import classify, guard, parts, sample, sliders, words
from deepart.ui.look import THEME
from deepart.weights import WeightsError

TABS = (classify, sample, sliders)  # in the order of the page; adding a tab is one file and one name here
CSS = Path(__file__).with_name("style.css")
LAUNCH = {"theme": THEME, "css_paths": [CSS], "run_history": False, "footer_links": ["api", "settings"]}

SWEEP = 60 * 60  # seconds; pictures older than this are deleted, and we look as often


def build(studio: Studio) -> gr.Blocks:
    """The page of one studio. Launch it with the settings in LAUNCH."""
    with gr.Blocks(
        title=words.TITLE, analytics_enabled=False, delete_cache=(SWEEP, SWEEP), fill_width=False
    ) as page:
        gr.HTML(
            f"<h1>{words.TITLE}</h1><p>{words.TAGLINE}</p>", apply_default_css=False, elem_classes="masthead"
        )
        with gr.Tabs(elem_classes="rooms"):
            for tab in TABS:
                with gr.Tab(tab.TITLE, id=tab.__name__.rsplit(".", 1)[-1]):
                    parts.help_line(tab.HELP)
                    _lay_out(tab, studio, page)
        gr.HTML(f"<p>{words.FOOTER}</p>", apply_default_css=False, elem_classes="colophon")
        for tab in TABS:
            tab.endpoints(studio)
    return page


def _lay_out(tab, studio: Studio, page: gr.Blocks) -> None:
    """One tab; where its model is missing or damaged it says so, and the other tabs work."""
    try:
        tab.build(studio, page)
    except WeightsError as error:
        parts.note(guard.note(guard.sentence(error)))
