"""History: everything that was made, newest first; back onto the controls, beside another, into a zip, away."""

from __future__ import annotations

from pathlib import Path

from deepart.ui import words
from deepart.ui.history.panel import Panel, build

CSS = Path(__file__).with_name("history.css")


def title() -> str:
    return words.HISTORY


def about() -> str:
    return words.HISTORY_HELP


__all__ = ["CSS", "Panel", "about", "build", "title"]
