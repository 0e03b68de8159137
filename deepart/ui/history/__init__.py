"""History: everything that was made, newest first; back onto the controls, beside another, into a zip, away."""

from __future__ import annotations

from pathlib import Path

from deepart.ui import words
from deepart.ui.history.panel import Panel, build

TITLE = words.HISTORY
HELP = words.HISTORY_HELP
CSS = Path(__file__).with_name("history.css")

__all__ = ["CSS", "HELP", "TITLE", "Panel", "build"]
