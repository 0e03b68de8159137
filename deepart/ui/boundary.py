"""The wall between the network and Gradio: what it has not let through, Gradio never sees.

Pure ASGI, in front of Gradio's own addresses. For every request, in this order: the name it was sent to, the page it came
from, the address and method, the size of its body, and every file that it names. See `routes`, `hosts`, `references`,
`logins`, `bodies` and `replies` for each.
"""

from __future__ import annotations

import contextlib
import json
import logging
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.formparsers import MultiPartException
from starlette.responses import JSONResponse

from deepart.ui import guard, routes, tongue, words
from deepart.ui.bodies import Body, Message, Receive, Refusal, Send, TooBig, refuse, replayed
from deepart.ui.copies import Copies
from deepart.ui.hosts import Hosts
from deepart.ui.logins import Logins
from deepart.ui.references import DEPTH, Foreign, Gone, References
from deepart.ui.replies import Reply
from deepart.ui.turns import Busy, Stranger, Turns

MB = 10**6  # bytes; as file managers count
FORM = 64 * 1024  # bytes of a login
ENVELOPE = 64 * 1024  # bytes that a form puts around the files in it
FORGED = (b"x-gradio-server", b"x-forwarded-host")  # Gradio would believe these about its own address
LOST = "Connection errored out. "  # by which Gradio's page knows that it must find its server again, and loads itself anew
LEFTOVER = 600.0  # seconds after which half an upload has been given up

log = logging.getLogger("deepart")


@dataclass(frozen=True)
class Limits:
    """The largest request bodies, in MB (10^6 bytes)."""

    picture: float = 25
    upload: float = 512  # all files of one upload together: a folder of pictures, later an archive
    json: float = 1
    archive: float | None = None  # one file, where pictures to train on may come as a zip; None: as a picture


@dataclass(frozen=True)
class Rules:
    """What the wall goes by. copies: None where visitors log in; turns: None lets everything in at once."""

    hosts: Hosts
    references: References
    limits: Limits = Limits()
    logins: Logins = field(default_factory=Logins)
    copies: Copies | None = None
    turns: Turns | None = None

    def largest_file(self) -> int:
        """Bytes that one uploaded file may have."""
        return round(MB * max(self.limits.picture, self.limits.archive or 0))

    def cap(self, door: routes.Door) -> int:
        """Bytes that a request to this door may have."""
        if door.body == "upload":
            return round(MB * max(self.limits.upload, self.limits.picture)) + ENVELOPE
        return {"json": round(MB * self.limits.json), "login": FORM, "none": FORM}[door.body]


class Wall:
    """ASGI middleware. rules: shared by all requests of one page."""

    def __init__(self, app, rules: Rules):
        self.app, self.rules = app, rules

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # the page uses none
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
            with tongue.speaking(tongue.asked(headers)):
                await self._answer(scope, Body(scope, receive), send)

    async def _answer(self, scope: Message, body: Body, send: Send) -> None:
        """Let a request through, or refuse it; whatever goes wrong behind the wall stays behind it."""
        reply = Reply(send, None)
        try:
            scope, door, last = self._let_in(scope)
            if door.same and self.rules.copies and (key := self.rules.copies.key(scope)):
                if await self.rules.copies.send(key, send):
                    return
                send = self.rules.copies.listening(key, send)
            reply = Reply(send, self.rules.references.hand_out if door.tells_files else None)
            await self._pass(scope, door, last, body, reply)
        except Refusal as refusal:
            if not reply.started:
                await refuse(refusal, scope, body, send)
        except Exception as error:
            refusal = self._mishap(error)
            if not reply.started:
                await refuse(refusal, scope, body, send)
            elif not reply.finished:
                await send({"type": "http.response.body", "body": b""})

    def _let_in(self, scope: Message) -> tuple[Message, routes.Door, str]:
        """The request without headers that lie, its door, and the last name in its address. Raises Refusal."""
        hosts, headers = self.rules.hosts, dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if not hosts.knows(host):
            raise Refusal(403, words.WRONG_HOST)
        origin = headers[b"origin"].decode("latin-1") if b"origin" in headers else None
        if not hosts.welcomes(origin, host):
            raise Refusal(403, words.WRONG_ORIGIN)
        found = routes.find(scope["path"])
        if found is None:
            raise Refusal(404, words.NOT_HERE)
        door, last = found
        if scope["method"] not in door.methods:
            raise Refusal(405, words.NOT_LIKE_THIS, {"allow": ", ".join(sorted(door.methods))})
        kept = [(k, v) for k, v in scope["headers"] if k not in FORGED or hosts.knows(v.decode("latin-1"))]
        return {**scope, "headers": kept}, door, last

    async def _pass(self, scope: Message, door: routes.Door, last: str, body: Body, reply: Reply) -> None:
        cap = self.rules.cap(door)
        if body.declared > cap:
            raise self._too_big(cap)
        if door.body == "json":
            await self._pass_json(scope, body, cap, reply, door, last)
        elif door.body == "upload":
            await self._pass_upload(scope, body, cap, reply)
        elif door.body == "login":
            await self._pass_login(scope, body, cap, reply)
        else:
            scope = self._with_file(scope, last) if door.file else scope
            reply.swallow = lambda status: door.file and status >= 400  # such replies tell the path
            await self.app(scope, await self._whole(body, cap), reply)
            if reply.swallow(reply.status):
                raise Refusal(404, words.GONE)

    async def _whole(self, body: Body, cap: int) -> Receive:
        """A small body, read to its end. Raises Refusal when it is none."""
        try:
            return replayed(await body.read(cap) or b"", body.receive)
        except TooBig:
            raise self._too_big(cap) from None

    async def _pass_json(
        self, scope: Message, body: Body, cap: int, reply: Reply, door: routes.Door, last: str
    ) -> None:
        """Gradio gets what we read, written anew, and nothing that we might have read otherwise."""
        try:
            data = await body.read(cap)
            if data is None:
                return  # the client went away
            value = json.loads(data.decode()) if data else None
            text = json.dumps(self.rules.references.take_back(value)).encode() if data else b""
        except TooBig:
            raise self._too_big(cap) from None
        except Foreign as error:
            raise Refusal(403, str(error)) from None
        except Gone as error:
            raise Refusal(410, str(error)) from None
        except (ValueError, RecursionError):
            raise Refusal(400, words.NOT_JSON.format(depth=DEPTH)) from None
        framing = (b"content-length", b"transfer-encoding", b"content-type", b"content-encoding")
        headers = [(k, v) for k, v in scope["headers"] if k not in framing]
        headers += [(b"content-length", b"%d" % len(text)), (b"content-type", b"application/json")]
        try:
            async with self._turn(door, last, value):
                await self.app({**scope, "headers": headers}, replayed(text, body.receive), reply)
        except Stranger:
            raise Refusal(410, words.OPENED_BEFORE, error=LOST) from None
        except Busy as busy:
            answer, after = busy.answer, {"retry-after": str(busy.seconds)}
            if answer is None:
                raise Refusal(429, busy.sentence, after) from None
            await JSONResponse(answer, headers=after)(scope, body.receive, reply)

    def _turn(self, door: routes.Door, last: str, value: Any) -> contextlib.AbstractAsyncContextManager:
        turns = self.rules.turns
        return turns.turn(door.turn, last, value) if turns else contextlib.nullcontext()

    async def _pass_upload(self, scope: Message, body: Body, cap: int, reply: Reply) -> None:
        """Streamed through and counted. On the exception that Gradio's parser knows it removes the half file."""

        async def counted() -> Message:
            message = await body.receive()
            if body.size > cap or message["type"] != "http.request":
                raise MultiPartException("stopped")
            return message

        reply.swallow = lambda status: status >= 400 or body.size > cap
        try:
            with contextlib.suppress(MultiPartException):
                await self.app(scope, counted, reply)
        finally:
            if not 0 < reply.status < 400:
                self._sweep()
        if body.size > cap:
            raise self._too_big(cap)
        if reply.status == 413:  # one of the files
            raise self._too_big(self.rules.largest_file())
        if not 0 < reply.status < 400:
            raise Refusal(reply.status or 400, words.NOT_LIKE_THIS)

    async def _pass_login(self, scope: Message, body: Body, cap: int, reply: Reply) -> None:
        peer = (scope.get("client") or ("",))[0]
        if seconds := self.rules.logins.wait(peer):
            raise Refusal(429, words.TOO_MANY_LOGINS.format(seconds=seconds), {"retry-after": str(seconds)})
        ticket = self.rules.logins.begin(peer)
        try:
            await self.app(scope, await self._whole(body, cap), reply)
        finally:
            if reply.status != 400:  # what Gradio says to a wrong password
                self.rules.logins.forgive(ticket)

    def _with_file(self, scope: Message, reference: str) -> Message:
        """The request for a file by its reference, as Gradio wants it: by its path."""
        try:
            path = self.rules.references.find(reference)
        except ValueError:
            raise Refusal(404, words.GONE) from None
        address = f"{routes.API}/file={path}"
        return {**scope, "path": address, "raw_path": quote(address).encode()}

    def _too_big(self, cap: int) -> Refusal:
        return Refusal(413, words.TOO_BIG.format(megabytes=max(0.1, round(cap / MB, 1))))

    def _mishap(self, error: Exception) -> Refusal:
        """What an unforeseen error is answered with."""
        if guard.no_room(error):
            return Refusal(507, words.NO_ROOM)
        log.warning("a request failed", exc_info=error)
        return Refusal(500, words.OUR_FAULT)

    def _sweep(self) -> None:
        """Delete halves of uploads that Gradio left, when its disk was full for instance."""
        try:
            for path in Path(self.rules.references.folder).iterdir():
                if path.is_file() and path.stat().st_mtime < time.time() - LEFTOVER:
                    path.unlink(missing_ok=True)
        except OSError:
            pass  # the folder itself may be gone
