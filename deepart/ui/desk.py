"""Whose desk the page stands on: one artist's own machine, or a place that strangers visit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Desk:
    """What this page may do on its machine. The defaults are those of a page that strangers visit.

    outputs: folder where every result is kept, None to write nothing.
    may_train: whether models can be trained, imported and deleted from the page.
    """

    outputs: Path | None = None
    may_train: bool = False
