"""Long work that an artist can stop and still get what is done."""

from __future__ import annotations

import threading

import gradio as gr


class Running:
    """Who asked to stop. One for each long job of a tab: `begin` in its handler, `stop` behind its Stop button.

    Gradio's own `cancels` closes a generator, which then cannot show what it has; so our handlers look here instead,
    once a picture or frame.
    """

    def __init__(self) -> None:
        self._stopped: set[str] = set()
        self._lock = threading.Lock()

    def begin(self, request: gr.Request) -> str:
        """The key of a visitor's new job; an older wish to stop no longer counts."""
        key = _key(request)
        with self._lock:
            self._stopped.discard(key)
        return key

    def stop(self, request: gr.Request) -> None:
        with self._lock:
            self._stopped.add(_key(request))

    def stopped(self, key: str) -> bool:
        """Whether to end now. The wish is forgotten once it was heard."""
        with self._lock:
            heard = key in self._stopped
            self._stopped.discard(key)
        return heard


def _key(request: gr.Request) -> str:
    return str(getattr(request, "session_hash", None) or "")
