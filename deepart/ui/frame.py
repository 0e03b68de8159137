"""What stands around the tabs: the title, light or dark, the keys, where a PNG comes back, and what goes into the page's head."""

from __future__ import annotations

import html
import json
from pathlib import Path

import gradio as gr

from deepart.ui import tongue, words
from deepart.ui.train import words as train_words

SCRIPT = Path(__file__).with_name("head.js")
MOON = '<svg viewBox="0 0 20 20" aria-hidden="true"><circle cx="10" cy="10" r="6.6"/><path d="M10 3.4a6.6 6.6 0 0 1 0 13.2z"/></svg>'


def head() -> str:
    """The page's own script."""
    return f"<script>{SCRIPT.read_text('utf-8')}</script>"


def masthead() -> gr.File:
    """Lay it out; returns where a PNG made here is dropped."""
    with gr.Row(elem_classes="top"):
        gr.HTML(
            f"<h1>{words.TITLE}</h1><p>{words.TAGLINE}</p>", apply_default_css=False, elem_classes="masthead"
        )
        with gr.Row(elem_classes="corner"):
            back = gr.File(label=words.BRING_BACK, file_types=[".png"], height=58, elem_classes="bring")
            gr.HTML(
                f"{_button('language', words.OTHER_LANGUAGE, words.OTHER_SHORT, words.OTHER_CODE)}"
                f"{_button('theme', words.THEME, MOON)}{_button('keys', words.KEYS, '?', _for_script())}"
                f"<style>.bring {{ --say: {json.dumps(words.BRING_BACK, ensure_ascii=False)} }}</style>",
                apply_default_css=False,
                elem_classes="switches",
            )
    return back


def _button(what: str, name: str, shown: str, value: str = "") -> str:
    name = html.escape(name)
    return f'<button type="button" data-do="{what}" value="{html.escape(value)}" aria-label="{name}" title="{name}">{shown}</button>'


def _for_script() -> str:
    """The words that head.js shows."""
    said = {"title": words.KEYS, "close": words.CLOSE, "keys": words.SHORTCUTS, "language": tongue.now()}
    return json.dumps(said | {"help": helps()})


def helps() -> dict[str, str]:
    """Label of a control -> the sentence that appears where the pointer rests on it."""
    found = {words.ADJUSTMENTS[name]: help for name, help in words.HELP_OF_ADJUSTMENTS.items()}
    for table in (train_words, words):
        found |= {getattr(table, name): help for name, help in table.HELP_OF.items()}
    return found
