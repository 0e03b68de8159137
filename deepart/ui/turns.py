"""Whose turn it is: how much waits, how long that will take, and who is asked to come back.

A page that takes in more work than it can do makes everybody wait without a word. So work is let in only where its answer
can be expected within seconds; whoever else comes is told when to try again, at once. Kinds of work wait apart from each
other, so that a film holds up no slider:

- live: what follows a finger, outside Gradio's queue; it waits here, in order;
- quick and painting: Gradio's queue, some seconds at most (see `parts` and `AT_ONCE` in app.py);
- long (`parts.LONG`): films, full sizes, folders; one at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from deepart.ui import guard, parts, words

ANSWER = 2.5  # seconds within which an answer is to be expected, or else work is sent away
LEAST = 0.8  # seconds that any work may wait
PATIENCE = 2.0  # seconds that live work waits for its turn
LONG_PATIENCE = 30.0  # the same of long work
GUESS, LONG_GUESS = 0.3, 10.0  # seconds that work takes which was never done yet
INTRODUCTION = 8.0  # seconds; a quick hand may be ahead of the events with which its page opens
OPENING = 600.0  # seconds within which those events are done, however long they wait
MOST_OPENING = 5000  # pages that are remembered to be at their opening
LATELY = 0.1  # weight of the newest in the mean of what live work takes


class Busy(Exception):
    """There is too much to do. seconds: after which to try again. answer: what an event outside the queue says of it on the
    page, which shows no refusal of such a one; None for one of the queue."""

    def __init__(self, seconds: float, event: Any = None):
        super().__init__()
        self.seconds = max(1, math.ceil(seconds))
        self.sentence = words.BUSY.format(seconds=self.seconds)
        self.answer = _noted(event, self.sentence) if event and not event.queue else None


class Stranger(Exception):
    """A page that was opened before this process began, or so long ago that it was forgotten: what it shows is not known here."""


class Turns:
    """The lines of one page. most: how many events may wait in its queue; at_once: live ones that are worked on together."""

    def __init__(self, page: gr.Blocks, most: int, at_once: int):
        self._page, self._most, self._at_once = page, most, at_once
        self._free, self._waiting, self._takes = asyncio.Semaphore(at_once), 0, GUESS
        self._opened: OrderedDict[str, float] = OrderedDict()  # session -> when its page sent its first event

    @contextlib.asynccontextmanager
    async def turn(self, kind: str, name: str, body: Any) -> AsyncIterator[None]:
        """While a request is worked on. kind: "direct" or "queue" (see `routes`), anything else is let in; name: of the
        endpoint in its address. Raises Busy, Stranger."""
        event = self._event(name, body) if kind else None
        until = time.monotonic() + INTRODUCTION
        while event is not None and self._is_strange(event, body):
            if time.monotonic() > until:
                raise Stranger
            await asyncio.sleep(0.1)
        if event is None or not _is_work(event):
            yield
        elif kind == "direct":
            async with self._live(event):
                yield
        else:
            self._may_wait(event)
            yield

    def _event(self, name: str, body: Any) -> Any:
        number = body.get("fn_index") if isinstance(body, dict) else None
        if isinstance(number, int):
            return self._page.fns.get(number)
        return next((event for event in self._page.fns.values() if event.api_name == name), None)

    def _is_strange(self, event: Any, body: Any) -> bool:
        """Programs, which call what is public, need not open a page first; the page's own events begin with its opening."""
        opening = any(name == "load" for _, name in event.targets)
        if event.api_visibility != "private" or not isinstance(body, dict):
            return False
        session = str(body.get("session_hash"))
        if opening:
            self._opened[session] = time.monotonic()
            while len(self._opened) > MOST_OPENING:
                self._opened.popitem(last=False)
        is_opening = time.monotonic() - self._opened.get(session, -math.inf) < OPENING
        return not is_opening and session not in self._page.app.state_holder.session_data

    @contextlib.asynccontextmanager
    async def _live(self, event: Any) -> AsyncIterator[None]:
        wait = (self._waiting + 1) * self._takes / self._at_once if self._free.locked() else 0.0
        if wait > PATIENCE:
            raise Busy(wait, event)
        self._waiting += 1
        try:
            await asyncio.wait_for(self._free.acquire(), PATIENCE)
        except TimeoutError:
            raise Busy(max(wait, PATIENCE), event) from None
        finally:
            self._waiting -= 1
        start = time.monotonic()
        try:
            yield
        finally:
            self._free.release()
            self._takes += LATELY * (time.monotonic() - start - self._takes)

    def _may_wait(self, event: Any) -> None:
        wait = self.wait(event)
        patience = LONG_PATIENCE if _is_long(event) else max(ANSWER - self._time_of(event), LEAST)
        if wait > patience or len(self._page._queue) >= self._most:
            raise Busy(wait)

    def wait(self, event: Any) -> float:
        """Seconds until an event that joins Gradio's queue now can be expected to begin."""
        queue = self._page._queue
        line = queue.event_queue_per_concurrency_id.get(event.concurrency_id)
        if line is None or (
            not line.queue and line.current_concurrency < (line.concurrency_limit or math.inf)
        ):
            return 0.0
        now, left = time.time(), sum(self._time_of(waiting.fn) for waiting in line.queue)
        for running, starts in line.start_times_per_fn.items():
            left += sum(_left(self._time_of(running), now - start) for start in starts)
        return left / (line.concurrency_limit or 1)

    def _time_of(self, event: Any) -> float:
        """Seconds that an event takes, by what it took so far."""
        known = self._page._queue.process_time_per_fn.get(event)
        return known.avg_time if known and known.count else LONG_GUESS if _is_long(event) else GUESS


def _left(usual: float, gone: float) -> float:
    """Seconds that work still takes which usually takes so long; of what is late, half of what it took until now."""
    return usual - gone if gone < usual else gone / 2


def _is_work(event: Any) -> bool:
    """Whether it may be sent away: not what belongs to an answer that was given already or to the page's opening, no small
    thing like a Stop button, and nothing outside the queue that could not say so on the page."""
    if event.trigger_after is not None or any(name == "load" for _, name in event.targets):
        return False
    return event.queue or (event.trigger_mode == "always_last" and _has_note(event))


def _has_note(event: Any) -> bool:
    """Whether the last output is its tab's note, see `guard.noted`."""
    return "note" in (getattr([None, *event.outputs][-1], "elem_classes", None) or [])


def _noted(event: Any, sentence: str) -> dict[str, Any]:
    """The answer of an event that changes nothing but its tab's note."""
    same = {"__type__": "update"}
    rest = [same for _ in event.outputs][1:]
    return {"data": [*rest, same | {"value": guard.note(sentence)}], "is_generating": False}


def _is_long(event: Any) -> bool:
    return event.concurrency_id == parts.LONG["concurrency_id"]
