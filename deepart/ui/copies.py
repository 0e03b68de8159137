"""Replies that are the same for everybody, kept ready: the page itself, its scripts and its styles.

Gradio makes the page anew for every visitor (60 ms) and reads a hundred scripts from the disk in as many threads (300 ms):
that is more work than anything that a visitor then does. A copy costs nothing.
"""

from __future__ import annotations

import gzip
import re
from collections import OrderedDict

from deepart.ui import tongue
from deepart.ui.bodies import Message, Send

MOST = 64 * 2**20  # bytes of all copies
LARGEST = 4 * 2**20  # bytes of one
LONGEST_QUERY = 200  # characters; ours are shorter
SMALL = 1024  # bytes that are not worth packing
# What a request asks for beside the whole reply, and what some visitor alone may see.
ALONE = (b"range", b"if-none-match", b"if-modified-since", b"authorization")
NAMED_AFTER_CONTENT = re.compile(r"/assets/[^/]+-[\w-]{8,}\.(?:js|css)")
FOR_A_YEAR = (b"cache-control", b"public, max-age=31536000, immutable")

Key = tuple


class Copies:
    """The copies of one page. most: bytes of all together; those that nobody asked for the longest time go."""

    def __init__(self, most: int = MOST):
        self._most, self._size = most, 0
        self._kept: OrderedDict[Key, tuple[list, bytes]] = OrderedDict()

    def key(self, scope: Message) -> Key | None:
        """Under what a reply can be kept; None for a request whose answer may be for this visitor alone."""
        headers = dict(scope["headers"])
        query = scope.get("query_string", b"")
        if scope["method"] != "GET" or any(name in headers for name in ALONE) or len(query) > LONGEST_QUERY:
            return None
        if query and scope["path"] == "/":
            return None
        packed = b"gzip" in headers.get(b"accept-encoding", b"")
        address = tuple(
            sorted(pair for pair in scope["headers"] if pair[0] == b"host" or pair[0].startswith(b"x-"))
        )
        return scope.get("scheme"), scope["path"], query, packed, address, tongue.now()

    async def send(self, key: Key, send: Send) -> bool:
        """Answer with the copy; whether there is one."""
        if key not in self._kept:
            return False
        self._kept.move_to_end(key)
        headers, text = self._kept[key]
        await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
        await send({"type": "http.response.body", "body": text})
        return True

    def put(self, key: Key, headers: list, text: bytes) -> None:
        """Keep a whole reply."""
        names = {name.lower() for name, _ in headers}
        if b"set-cookie" in names or len(text) > LARGEST:
            return
        if key[3] and b"content-encoding" not in names and len(text) > SMALL:
            text = gzip.compress(text, 6)
            headers = [*headers, (b"content-encoding", b"gzip")]
        headers = [
            (name, value)
            for name, value in headers
            if name.lower() not in (b"content-length", b"vary", b"date")
        ]
        headers += [
            (b"content-length", b"%d" % len(text)),
            (b"vary", b"accept-encoding, accept-language, cookie"),
        ]
        if NAMED_AFTER_CONTENT.fullmatch(key[1]) and b"cache-control" not in names:
            headers.append(FOR_A_YEAR)
        if key not in self._kept:
            self._kept[key] = headers, text
            self._size += len(text)
        while self._size > self._most:
            _, (_, old) = self._kept.popitem(last=False)
            self._size -= len(old)

    def listening(self, key: Key, send: Send) -> Send:
        """A send() that also keeps what it passes on, when all of it came and it was good."""
        start: dict = {}
        parts: list[bytes] = []

        async def both(message: Message) -> None:
            if message["type"] == "http.response.start":
                # Now, because what stands before the wall packs the reply and changes these very headers.
                start.update(status=message["status"], headers=list(message["headers"]))
            elif message["type"] == "http.response.body" and start.get("status") == 200:
                parts.append(message.get("body", b""))
                if not message.get("more_body", False):
                    self.put(key, start["headers"], b"".join(parts))
            await send(message)

        return both
