"""Request bodies, counted while they come in, and refusals that reach whoever sent one.

A server that answers and closes while a body is still coming in resets the connection, and the reply is lost on its way:
a proxy in front then tells of a broken server instead of our sentence. So a refusal first takes in what is left.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

SMALL = 2**20  # bytes of a refused body that are taken in before the answer
PATIENCE = 5.0  # seconds for those
LARGE = 256 * 2**20  # bytes that are taken in after the answer, before the connection is closed
LINGER = 20.0  # seconds for those


class Refusal(Exception):
    """A request that is answered with one sentence. headers: besides the usual ones; error: what Gradio's page hears instead."""

    def __init__(
        self, status: int, sentence: str, headers: dict[str, str] | None = None, error: str | None = None
    ):
        super().__init__(sentence)
        self.status, self.sentence, self.headers = status, sentence, headers or {}
        self.error = error or sentence


class TooBig(Exception):
    """A body went over its cap."""


class Body:
    """The body of one request; `done` once nothing more of it will come."""

    def __init__(self, scope: Message, receive: Receive):
        self._receive = receive
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        self.declared = int(length) if length.isdigit() else 0
        self.done = not self.declared and b"transfer-encoding" not in headers
        self.waits = (
            b"expect" in headers
        )  # for "100 Continue": the first receive() would ask for the whole body
        self.size = 0

    async def receive(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self.size += len(message.get("body", b""))
            self.waits = False
        self.done = self.done or not message.get("more_body", False)
        return message

    async def read(self, cap: int) -> bytes | None:
        """The whole body; None when the client went away. Raises TooBig past `cap` bytes."""
        parts = []
        if self.declared > cap:
            raise TooBig
        while not self.done:
            message = await self.receive()
            if message["type"] != "http.request":
                return None
            parts.append(message.get("body", b""))
            if self.size > cap:
                raise TooBig
        return b"".join(parts)

    async def drain(self, most: int, seconds: float) -> None:
        """Take in and forget what is left of it, up to a size and a time."""
        most += self.size
        try:
            async with asyncio.timeout(seconds):
                while not self.done and self.size < most:
                    await self.receive()
        except TimeoutError:
            pass


async def refuse(refusal: Refusal, scope: Message, body: Body, send: Send) -> None:
    """Answer with a sentence as JSON; a large body is taken in after the answer, then the connection is closed."""
    if not body.waits and body.declared <= SMALL:
        await body.drain(SMALL, PATIENCE)
    # Gradio's page shows `detail` of what joins the queue, and `error` of what does not.
    text = json.dumps({"detail": refusal.sentence, "error": refusal.error}).encode()
    headers = {
        "content-type": "application/json",
        "content-length": str(len(text)),
        "cache-control": "no-store",
    }
    headers |= refusal.headers | ({} if body.done else {"connection": "close"})
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": refusal.status, "headers": raw})
    text = b"" if scope["method"] == "HEAD" else text
    if not body.done and not body.waits:
        await send({"type": "http.response.body", "body": text, "more_body": True})
        await body.drain(LARGE, LINGER)
        text = b""
    await send({"type": "http.response.body", "body": text})


def replayed(data: bytes, after: Receive) -> Receive:
    """A receive() that brings `data` as the whole body, then whatever `after` brings: a disconnect."""
    left = [{"type": "http.request", "body": data, "more_body": False}]

    async def receive() -> Message:
        return left.pop() if left else await after()

    return receive
