"""What the core says, in the language of whoever is being answered: its sentences are matched with tables.

The core knows one language; its texts come here finished, with names and numbers in them. A key of a table is such a
text or a template of one, with {0}, {1}, ... for its values in the order in which they stand. Nothing here is a regular
expression: a template is its literal pieces, which are looked for one after the other, so that no file name is slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from deepart.ui import tongue

LONGEST = 20_000  # letters; longer texts are no sentences of ours
DEEPEST = 4  # sentences in sentences
BARE = 8  # letters; a template with fewer of its own counts only where a value is known or all are numbers
NAMELESS = "This file"  # what the core calls a file without a name: the one value that is told in quotation marks, too
MOST_PARTS = 200  # of a list of names
HOLE = re.compile(r"\{\d+\}")
_NUMBER = re.compile(r"[\d.,]+")
_NUMBERED = re.compile(r"\{(\d+)\}")


def told(text: str) -> str:
    """A sentence, name or fact of the core in the visitor's language; as it is where the tables have none.

    A capital at the beginning and the full stop at the end do not matter, and the answer ends as the text does.
    """
    if tongue.now() == "en" or not text or len(text) > LONGEST:
        return text
    return _told(text, DEEPEST)


def _told(text: str, depth: int) -> str:
    plain, templates = tables()
    ended = text.endswith(".") and not text.endswith("..")
    core = text[:-1] if ended else text
    found = plain.get(key(core)) or next((said for t in templates if (said := t.say(core, depth))), None)
    if found is None:
        return text
    return found + "。" if ended and not found.endswith(("。", "？", "！")) else found


def key(text: str) -> str:
    return text[:1].lower() + text[1:]


@dataclass(frozen=True)
class Template:
    """pieces: what stands between the values, one more than there are values; the first begins with a small letter."""

    pieces: tuple[str, ...]
    chinese: str

    @property
    def letters(self) -> int:
        return sum(c.isalpha() for piece in self.pieces for c in piece)

    def values(self, text: str) -> list[str] | None:
        """The values that make this text, none of them empty; None for another text.

        Where a value stands first it is a name and gets as much as it can, else as little.
        """
        first, *inner, last = self.pieces
        start, end = len(first), len(text) - len(last)
        if end <= start or key(text[:start]) != first or not text.endswith(last):
            return None
        cuts = (
            _cuts_from_left(text, inner, start, end) if first else _cuts_from_right(text, inner, start, end)
        )
        if cuts is None:
            return None
        edges = [start, *(edge for cut in cuts for edge in cut), end]
        return [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]

    def say(self, text: str, depth: int) -> str | None:
        """The text in Chinese, None when it is not of this template."""
        values = self.values(text)
        if values is None:
            return None
        said = [_value(value, depth - 1) for value in values]
        if self.letters < BARE and said == values and not all(map(_NUMBER.fullmatch, values)):
            return None
        return _filled(self.chinese, values, said)


def _filled(chinese: str, values: list[str], said: list[str]) -> str:
    """A template with its values; in quotation marks a value stands as it came."""
    text, *rest = _NUMBERED.split(chinese)  # text, number, text, number, text
    for number, after in zip(rest[::2], rest[1::2], strict=True):
        is_name = text.endswith("“") and after.startswith("”")
        value = (values if is_name else said)[int(number)]
        if is_name and value == NAMELESS:
            text, after, value = text[:-1], after[1:], said[int(number)]
        text = text.rstrip(" ") + _gap(text, value) + value
        text += _gap(value, after) + after.lstrip(" ")
    return text


def _gap(left: str, right: str) -> str:
    """A space where a Chinese and another word meet, none beside wide punctuation, else as it was written."""
    a, b = left.rstrip(" ")[-1:], right.lstrip(" ")[:1]
    if not a or not b:
        return ""
    if (_is_han(a) and _is_narrow(b)) or (_is_narrow(a) and _is_han(b)):
        return " "
    is_wide = any(c > "\u2e7f" or c in "“”" for c in (a, b))
    return " " if not is_wide and (left.endswith(" ") or right.startswith(" ")) else ""


def _is_han(c: str) -> bool:
    return "\u3400" <= c <= "\u9fff"


def _is_narrow(c: str) -> bool:
    return c.isascii() and c not in "()[]"


def _cuts_from_left(text: str, inner: list[str], start: int, end: int) -> list[tuple[int, int]] | None:
    cuts: list[tuple[int, int]] = []
    for piece in inner:
        at = text.find(piece, start + 1, end - 1)
        if at < 0:
            return None
        start = at + len(piece)
        cuts.append((at, start))
    return cuts


def _cuts_from_right(text: str, inner: list[str], start: int, end: int) -> list[tuple[int, int]] | None:
    cuts: list[tuple[int, int]] = []
    for piece in reversed(inner):
        at = text.rfind(piece, start + 1, end - 1)
        if at < 0:
            return None
        cuts.append((at, at + len(piece)))
        end = at
    return cuts[::-1]


def _value(value: str, depth: int) -> str:
    """A value within a sentence: a name in quotation marks keeps its letters, a sentence or a list of terms is told."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"":
        return f"“{value[1:-1]}”"
    if depth <= 0:
        return value
    names = value.split(", ", MOST_PARTS)
    known = tables()[0]
    if len(names) > 1 and any(key(name) in known for name in names):
        return "、".join(known.get(key(name), name) for name in names)
    return _told(value, depth).removesuffix("。")


@cache
def tables() -> tuple[Mapping[str, str], tuple[Template, ...]]:
    """Texts by their key, and templates, those with the most letters of their own first. Read when first asked for."""
    every = dict(pairs())
    plain = {key(english): chinese for english, chinese in every.items() if not HOLE.search(english)}
    found = [
        Template(tuple(HOLE.split(key(english))), chinese)
        for english, chinese in every.items()
        if HOLE.search(english)
    ]
    return plain, tuple(sorted(found, key=lambda template: -template.letters))


def pairs() -> Iterator[tuple[str, str]]:
    from deepart.ui.words import chinese
    from deepart.ui.words import chinese_errors as errors
    from deepart.ui.words import chinese_models as models
    from deepart.ui.words import chinese_pictures as pictures
    from deepart.ui.words import chinese_styles as styles
    from deepart.ui.words import chinese_terms as terms
    from deepart.ui.words import chinese_training as training

    for table in (errors.ERRORS, models.ERRORS, pictures.ERRORS, training.TOLD, styles.STYLES, terms.TERMS):
        yield from table.items()
    # What tabs are called is what their tasks are called.
    yield from {
        "Classify": chinese.CLASSIFY,
        "Sample": chinese.SAMPLE,
        "Sliders": chinese.SLIDERS,
        "Restyle": chinese.RESTYLE,
        "Enlarge": chinese.ENLARGE_TAB,
    }.items()
