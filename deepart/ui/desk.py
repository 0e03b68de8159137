"""Whose desk the page stands on: one artist's own machine, or a place that strangers visit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import gradio as gr

from deepart.ui.book import Book


@dataclass(frozen=True)
class Desk:
    """What this page may do on its machine. The defaults are those of a page that strangers visit.

    outputs: folder where every result is kept, None to write nothing.
    may_train: whether models can be trained, imported and deleted from the page.
    """

    outputs: Path | None = None
    may_train: bool = False


@dataclass(frozen=True)
class Room:
    """Where a tab is laid out: the page, whose desk it stands on, and the book that keeps what is made."""

    page: gr.Blocks
    desk: Desk
    book: Book
