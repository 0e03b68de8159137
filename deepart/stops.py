"""Ctrl+C and a machine that shuts down, as a wish to stop that work can look at, instead of an end in the middle."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(Exception):
    """Work ended early because it was asked to; the text says what was kept. `status` is the exit status."""

    def __init__(self, text: str, number: int = signal.SIGINT):
        super().__init__(text)
        self.status = 128 + number


class Wish:
    """Whether somebody asked to stop; calling it tells. `number` is the signal that asked."""

    def __init__(self) -> None:
        self.number: int | None = None

    def __call__(self) -> bool:
        return self.number is not None

    def ask(self, number: int = signal.SIGINT) -> None:
        self.number = number


@contextlib.contextmanager
def watch() -> Iterator[Wish]:
    """Within the block the first SIGINT or SIGTERM only sets the wish; a second one ends the program as ever.

    Outside the main thread signals cannot be caught: there the wish is only set by `ask`.
    """
    wish = Wish()
    if threading.current_thread() is not threading.main_thread():
        yield wish
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def heard(number: int, frame: object) -> None:
        wish.ask(number)
        for each, handler in before.items():
            signal.signal(each, handler)

    for number in SIGNALS:
        signal.signal(number, heard)
    try:
        yield wish
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
