"""Replies on their way out: no path of this machine, no traceback, and pictures by references that we signed."""

from __future__ import annotations

from collections.abc import Callable

from deepart.ui.bodies import Message, Send

EVENTS = b"text/event-stream"
TEXTS = (b"application/json", b"text/html", b"text/plain", b"application/manifest+json")


class Reply:
    """One reply. Call it in place of `send`.

    rewrite: what turns the text of a reply into what may leave; None lets it pass as it is.
    swallow: whether to drop the reply, because another one will be sent.
    """

    def __init__(self, send: Send, rewrite: Callable[[bytes], bytes] | None):
        self._send, self._rewrite = send, rewrite
        self._start: Message | None = None
        self._held = bytearray()
        self._events = False
        self.started = self.finished = False
        self.status = 0
        self.swallow: Callable[[int], bool] = lambda status: False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self.swallow(self.status):
                return
            kind = _header(message, b"content-type")
            self._events = kind.startswith(EVENTS)
            if self._rewrite is None or not (self._events or kind.startswith(TEXTS)):
                self._rewrite = None
            elif not self._events:
                self._start = message  # until its length is known
                return
            self.started = True
            await self._send(message)
        elif message["type"] == "http.response.body" and not self.swallow(self.status):
            await self._body(message)
        elif message["type"] != "http.response.body":
            await self._send(message)

    async def _body(self, message: Message) -> None:
        body, more = message.get("body", b""), message.get("more_body", False)
        if self._rewrite is None:
            self.finished = not more
            await self._send(message)
            return
        self._held += body
        # An event ends with an empty line, so nothing is cut in two, and nothing waits for the next event.
        whole = len(self._held) if not more else self._held.rfind(b"\n\n") + 2 if self._events else 0
        if whole < 2 and more:
            return
        text = self._rewrite(bytes(self._held[:whole]))
        del self._held[:whole]
        if self._start is not None:
            headers = [(k, v) for k, v in self._start["headers"] if k.lower() != b"content-length"]
            length = (
                _header(self._start, b"content-length") if not text else b"%d" % len(text)
            )  # HEAD keeps its own
            headers += [(b"content-length", length)] if length else []
            self.started = True
            await self._send({**self._start, "headers": headers})
            self._start = None
        self.finished = not more
        await self._send({"type": "http.response.body", "body": text, "more_body": more})


def _header(message: Message, name: bytes) -> bytes:
    return next((value for key, value in message.get("headers", ()) if key.lower() == name), b"")
