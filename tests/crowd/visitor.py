"""One open page: the requests that a browser sends for it, in the order in which it sends them (recorded from Chromium)."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
from collections.abc import Awaitable, Callable
from functools import partial
from string import ascii_lowercase
from typing import Any

import httpx

from tests.crowd.page import PATIENCE, Page

API = "/gradio_api"
CONNECTIONS = 6  # that a browser opens to one host
IDLE = 2.0  # seconds that a connection is used again; servers close theirs after 5, and only browsers ask again then
TRIES = 3  # of a request whose connection was closed before an answer
FILES = re.compile(r"/gradio_api/file=[^\"'\\ ]+")


class Busy(Exception):
    """The app said when to try again. Its text is the sentence."""


class Failed(Exception):
    """The app answered with an error."""


class Lost(Exception):
    """No answer came."""


def told(sentence: str) -> Exception:
    """What a refusal is."""
    return Busy(sentence) if "try again in" in sentence.lower() else Failed(sentence)


class Visitor:
    """One page that somebody has open. Everything that it does raises Busy, Failed or Lost."""

    def __init__(self, page: Page, dice: random.Random):
        self.page, self.dice, self.session = page, dice, _name(dice)
        # Two more for the streams: waiting for one of our own connections is not the app's time.
        limits = httpx.Limits(max_connections=CONNECTIONS + 2, keepalive_expiry=IDLE)
        self.client = httpx.AsyncClient(base_url=page.url, timeout=PATIENCE, limits=limits, trust_env=False)
        self._heart: asyncio.Task | None = None

    async def load(self) -> None:
        """The page with its scripts and styles."""
        await self._ask("GET", "/", headers={"accept": "text/html,*/*"})
        names = iter(["theme.css", *self.page.assets])

        async def fetch() -> None:
            for name in names:
                await self._ask("GET", f"/{name}")

        await asyncio.gather(*(fetch() for _ in range(CONNECTIONS)))

    async def settle(self) -> None:
        """The heartbeat, and the events that run when the page opens."""
        self._heart = asyncio.create_task(self._beat())
        for event in self.page.at_load():
            data = self.page.values(event["id"])
            await (self.queued((event["id"], data)) if event["queue"] else self.direct(event["id"], data))

    async def slide(self) -> None:
        """A slider is pushed and let go: a small picture under the finger, then the one that stays."""
        event = self.page.events["slide"]
        *before, bank = self.page.values(event)
        where = self.dice.randrange(min(5, len(bank["at"])))
        at = list(bank["at"])
        at[where] = self.dice.uniform(-2, 2)
        for held in (True, False):
            bank = {**bank, "at": at, "held": held}
            answer = await self.direct(event, [*before, bank])
            if answer[-1]:
                raise told(str(answer[-1]))

    async def classify(self, picture: bytes) -> None:
        """A picture is dropped: it goes up, is judged (Chromium says twice that it is there), and its view is fetched."""
        reference, look = await self.upload(picture), self.page.events["look"]
        model = self.page.values(look)[1]
        first, _ = await self.queued((look, [reference, model]), (look, [reference, model]))
        if "%" not in str(first[1]):
            raise told(str(first[1]))
        await self._files(first, set())
        await self.queued((self.page.events["refresh"], [None, None, model]))

    async def paint(self, count: int = 4) -> None:
        """Paintings from a seed, each fetched when it is there; then the browser is given their recipes to keep."""
        make = self.page.events["paint"]
        model, _, _, *how = self.page.values(make)
        (answer,) = await self.queued((make, [model, str(self.dice.randrange(2**31)), count, *how]))
        if answer[-1] or len(answer[0]) != count:
            raise told(str(answer[-1]))
        await self.queued((self.page.events["give"], [[]]))

    async def upload(self, picture: bytes) -> dict:
        """Send a file up, and watch the progress as the page does; returns the reference to it."""
        mark = _name(self.dice)
        files = {"files": ("picture.jpg", picture, "image/jpeg")}
        reply, _ = await asyncio.gather(
            self._ask("POST", f"{API}/upload?upload_id={mark}", files=files), self._progress(mark)
        )
        path = reply.json()[0]
        return {
            "path": path, "url": f"{self.page.url}{API}/file={path}", "orig_name": "picture.jpg",
            "size": len(picture), "mime_type": "image/jpeg", "meta": {"_type": "gradio.FileData"},
        }  # fmt: skip

    async def _progress(self, mark: str) -> None:
        """How far an upload is; a page does without where the upload is over before it asks."""
        with contextlib.suppress(Failed, Lost):
            await self._ask("GET", f"{API}/upload_progress?upload_id={mark}")

    async def direct(self, event: int, data: list) -> list:
        """An event outside the queue."""
        return (await self._ask("POST", f"{API}/run/predict", json=self._body(event, data))).json()["data"]

    async def queued(self, *calls: tuple[int, list]) -> list[list]:
        """Events of the queue, together: join it, and read the page's one stream to their answers, fetching every file that
        they show as soon as it is told."""
        wanted = []
        for event, data in calls:
            reply = await self._ask("POST", f"{API}/queue/join?", json=self._body(event, data))
            wanted.append(reply.json()["event_id"])
        answers: dict[str, list] = {}
        await self._again(partial(self._listen, answers))
        if missing := [event for event in wanted if event not in answers]:
            raise Lost(f"the stream ended before {len(missing)} of {len(wanted)} answers")
        return [answers[event] for event in wanted]

    async def _listen(self, answers: dict[str, list]) -> None:
        """The page's stream, until the app ends it: when no event is left."""
        fetched: set[str] = set()
        async with self.client.stream("GET", f"{API}/queue/data?session_hash={self.session}") as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data:"):
                    message = json.loads(line[5:])
                    if message["msg"] == "close_stream":
                        return
                    await self._hear(message, answers, fetched)

    async def _hear(self, message: dict, answers: dict[str, list], fetched: set[str]) -> None:
        """One message of the stream."""
        output = message.get("output") or {}
        if message["msg"] == "unexpected_error":
            raise Failed(str(message.get("message")))
        if message["msg"] == "process_completed":
            if not message.get("success", True):
                raise told(str(output.get("error")))
            answers[message["event_id"]] = output["data"]
        if message["msg"] == "process_generating":
            await self._files(output.get("data"), fetched)

    async def _files(self, value: Any, fetched: set[str]) -> None:
        """Fetch every file that an answer names, but those that were."""
        for url in dict.fromkeys(FILES.findall(json.dumps(value))):
            if url not in fetched:
                fetched.add(url)
                await self._ask("GET", url)

    def _body(self, event: int, data: list) -> dict:
        return {
            "data": data,
            "event_data": None,
            "fn_index": event,
            "trigger_id": None,
            "session_hash": self.session,
        }

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        reply = await self._again(partial(self.client.request, method, path, **more))
        if reply.status_code != 200:
            raise told(f"{reply.status_code} to {path[:40]}: {reply.text[:300]}")
        return reply

    async def _again(self, ask: Callable[[], Awaitable[Any]]) -> Any:
        """Ask; once more where the server closed an idle connection in that very moment, as browsers do. Raises Lost."""
        for left in reversed(range(TRIES)):
            try:
                return await ask()
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
                if not left:
                    raise Lost(repr(error)) from None
            except httpx.HTTPError as error:
                raise Lost(repr(error)) from None

    async def _beat(self) -> None:
        """What keeps the session alive for as long as the page is open."""
        try:
            async with self.client.stream("GET", f"{API}/heartbeat/{self.session}", timeout=None) as reply:
                async for _ in reply.aiter_bytes():
                    pass
        except httpx.HTTPError:
            pass

    async def leave(self) -> None:
        """Close the page."""
        if self._heart:
            self._heart.cancel()
            await asyncio.gather(self._heart, return_exceptions=True)
        await self.client.aclose()


def _name(dice: random.Random) -> str:
    return "".join(dice.choices(ascii_lowercase, k=11))
