"""Every sentence on the page, `words.NAME`, in the language of whoever is being answered (see `tongue`).

english.py and chinese.py hold the same names. What the core says, errors and facts, is put into a language by `told`.
"""

from __future__ import annotations

from typing import Any

from deepart.ui import tongue
from deepart.ui.words import chinese, english
from deepart.ui.words.told import told

TABLES = {"en": english, "zh": chinese}


def __getattr__(name: str) -> Any:
    return tongue.word(name, TABLES)


def sentence(text: str) -> str:
    """A known error's text in the visitor's language, ending with a full stop; in English, beginning with a capital."""
    text = told(text.strip())
    if tongue.now() == "zh" and any(c > "\u2e7f" for c in text):
        return text if text.endswith((".", "。", "！", "？")) else text + "。"
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


__all__ = ["TABLES", "sentence", "told"]
