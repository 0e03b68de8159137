"""What the people do, and what came of it."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial

from tests.crowd.page import Page
from tests.crowd.visitor import Busy, Failed, Lost, Visitor

SHARES = {"slide": 60, "classify": 30, "paint": 10}  # percent of all actions


@dataclass
class Told:
    """Everything that happened: seconds by (kind, outcome), and what the errors said."""

    seconds: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    said: Counter = field(default_factory=Counter)

    async def time(self, kind: str, action: Callable[[], Awaitable[None]]) -> str:
        """Do it, and note how long it took and how it ended: done, busy, error or lost."""
        start, outcome = time.perf_counter(), "done"
        try:
            await action()
        except (Busy, Failed, Lost) as reason:
            outcome = {Busy: "busy", Failed: "error", Lost: "lost"}[type(reason)]
            self.said[f"{outcome} {kind}: {reason}"] += 1
        self.seconds[kind, outcome].append(time.perf_counter() - start)
        return outcome


@dataclass(frozen=True)
class Plan:
    """people: at once. every: seconds between the actions of one. seconds: in all. arriving: seconds in which all come.
    stay: seconds after which one leaves and another comes, None for ever."""

    people: int
    every: float
    seconds: float
    arriving: float
    stay: float | None = None


async def crowd(page: Page, plan: Plan, pictures: list[bytes], seed: int = 0) -> Told:
    """The whole crowd, from the first who comes to the last who goes."""
    heard, end = Told(), time.perf_counter() + plan.seconds
    await asyncio.gather(
        *(
            _place(page, plan, pictures, heard, random.Random(f"{seed}-{i}"), i, end)
            for i in range(plan.people)
        )
    )
    return heard


async def _place(
    page: Page, plan: Plan, pictures: list[bytes], heard: Told, dice: random.Random, number: int, end: float
) -> None:
    """One place in the room: somebody sits there, and when they leave, the next."""
    await asyncio.sleep(plan.arriving * number / plan.people)
    while time.perf_counter() < end:
        stay = plan.stay * dice.uniform(0.5, 1.5) if plan.stay else float("inf")
        await _visit(page, plan, pictures, heard, dice, min(end, time.perf_counter() + stay))


async def _visit(
    page: Page, plan: Plan, pictures: list[bytes], heard: Told, dice: random.Random, end: float
) -> None:
    """One page, from its opening to its end."""
    visitor = Visitor(page, dice)
    try:
        await heard.time("page", visitor.load)
        await heard.time("open", visitor.settle)
        due = time.perf_counter() + dice.uniform(0, plan.every)
        while due < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            (kind,) = dice.choices(list(SHARES), SHARES.values())
            actions = {
                "slide": visitor.slide,
                "classify": partial(visitor.classify, dice.choice(pictures)),
                "paint": visitor.paint,
            }
            await heard.time(kind, actions[kind])
            due = max(due + plan.every, time.perf_counter())
        await asyncio.sleep(max(0.0, end - time.perf_counter()))
    finally:
        await visitor.leave()
