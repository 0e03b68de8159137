"""Every sentence of the Train tab, as in `deepart.ui.words`."""

from __future__ import annotations

from typing import Any

from deepart.ui import tongue
from deepart.ui.train.words import chinese, english

TABLES = {"en": english, "zh": chinese}


def __getattr__(name: str) -> Any:
    return tongue.word(name, TABLES)
