"""In which language the page speaks to whom: as their browser asks, or as they chose on the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from types import ModuleType
from typing import Any

LANGUAGES = ("en", "zh")  # BCP 47; the first one where a browser asks for none of them
COOKIE = "deepart-language"

_now: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


def now() -> str:
    """The language of whoever is being answered."""
    return _now.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within it, `now` is this language."""
    token = _now.set(language)
    try:
        yield
    finally:
        _now.reset(token)


def asked(headers: Mapping[str, str]) -> str:
    """The language that a request asks for: its cookie, else the first of ours in Accept-Language (RFC 9110, 12.5.4)."""
    try:
        chosen = SimpleCookie(headers.get("cookie") or "").get(COOKIE)
    except CookieError:
        chosen = None
    if chosen and chosen.value in LANGUAGES:
        return chosen.value
    return next(
        (tag for tag in _ranked(headers.get("accept-language") or "") if tag in LANGUAGES), LANGUAGES[0]
    )


def _ranked(accepted: str) -> list[str]:
    """Languages without region or script, the most wanted first."""
    wanted = []
    for part in accepted[:1000].split(","):
        tag, _, weight = part.partition(";")
        try:
            share = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            share = 0.0
        if share > 0:
            wanted.append((-share, len(wanted), tag.strip().split("-")[0].lower()))
    return [tag for _, _, tag in sorted(wanted)]


def word(name: str, tables: Mapping[str, ModuleType]) -> Any:
    """An entry of the table of the language that is spoken. Raises AttributeError."""
    return getattr(tables[now()], name)
