"""A crowd of visitors before a real app; prints what they met with. Exit status 1 when an action got no answer or an error.

Everyone slides (60 %), classifies (30 %) or paints four samples (10 %) once in ten seconds, and sends the requests that
Chromium sends for it. --bars also fails where the app was too slow; --soak MINUTES is half of that load, with people who
come and go.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import json
import os
import socket
import sys
import time
from typing import Any

import numpy as np
from PIL import Image

from tests.crowd import report
from tests.crowd.page import Page
from tests.crowd.people import Plan, crowd
from tests.crowd.server import Server, running

SIZES = ((1600, 1200), (1200, 1600), (4000, 3000))  # px; two as messengers send them, one as a phone takes it
EVERY = 10.0  # seconds between the actions of one visitor
STAY = 300.0  # seconds that a visitor of the soak stays, half to one and a half of it


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crowd", description=__doc__)
    parser.add_argument("--people", type=int, default=50, help="at once (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=120, help="in all (default: %(default)s)")
    parser.add_argument("--arriving", type=float, help="seconds in which all come (default: one every 0.4 s)")
    parser.add_argument(
        "--soak", type=float, metavar="MINUTES", help="25 people for so long, who come and go"
    )
    parser.add_argument("--url", help="an app that runs already (default: one is started, and stopped)")
    parser.add_argument("--bars", action="store_true", help="fail also where it was too slow")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("flags", nargs="*", help="flags for the app, after --")
    options = parser.parse_args(arguments)
    figures = measure(options)
    print(json.dumps(figures, indent=1) if options.json else report.table(figures))
    bad = report.wrong(figures) + (report.broken(figures) if options.bars else [])
    for line in bad:
        print(f"BROKEN: {line}", file=sys.stderr)
    return 1 if bad else 0


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Start the app if none was named, let the crowd in, and put the figures together."""
    people = 25 if options.soak else options.people
    seconds = options.soak * 60 if options.soak else options.seconds
    arriving = options.arriving if options.arriving is not None else min(0.4 * people, seconds / 2)
    plan = Plan(people, EVERY, seconds, arriving, STAY if options.soak else None)
    figures: dict[str, Any] = {"people": people, "seconds": seconds, "soak": bool(options.soak)}
    with contextlib.ExitStack() as stack:
        server = None if options.url else stack.enter_context(running(_free_port(), *options.flags))
        page = Page.look(options.url or server.url)
        figures |= asyncio.run(_watched(page, plan, server))
        if server:
            figures["files_left"] = len(server.stop())
            log = server.log.read_text()
            figures["log_errors"] = log.count("unexpected error in a handler")
            if figures["log_errors"]:
                print(log[-4000:], file=sys.stderr)
    return figures


async def _watched(page: Page, plan: Plan, server: Server | None) -> dict[str, Any]:
    """The crowd, and beside it what the app and we ourselves use up."""
    start, own = time.perf_counter(), time.process_time()
    used = server.cpu() if server else 0.0
    seen: list[tuple[float, int, float]] = []
    watching = asyncio.create_task(_watch(server, seen)) if server else None
    heard = await crowd(page, plan, _pictures())
    took = time.perf_counter() - start
    figures: dict[str, Any] = {
        "kinds": report.rows(heard), "said": dict(sorted(heard.said.items(), key=lambda said: (said[0].startswith("busy"), -said[1]))[:12]), "took_s": round(took, 1),
        "cores": os.cpu_count(), "load_generator_cpu_s": round(time.process_time() - own, 1),
    }  # fmt: skip
    if watching and server:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        figures |= {"app_cpu_s": round(server.cpu() - used, 1), **_memory(seen)}
    return figures


async def _watch(server: Server, seen: list[tuple[float, int, float]]) -> None:
    """(seconds, resident bytes, age of the oldest file) every few seconds."""
    start = time.perf_counter()
    while True:
        seen.append((time.perf_counter() - start, server.memory(), max(server.files(), default=0.0)))
        await asyncio.sleep(5)


def _memory(seen: list[tuple[float, int, float]]) -> dict[str, Any]:
    """Memory once everybody was there (a third of the time) and at the end, each as the mean of a tenth of the time."""
    third, tenth = len(seen) // 3, max(1, len(seen) // 10)
    early = float(np.mean([memory for _, memory, _ in seen[third : third + tenth]]))
    late = float(np.mean([memory for _, memory, _ in seen[-tenth:]]))
    return {
        "memory_at_start_mb": seen[0][1] // 10**6, "memory_after_a_third_mb": round(early / 1e6),
        "memory_at_the_end_mb": round(late / 1e6), "memory_drift": round(late / early - 1, 3),
        "oldest_file_s": round(max(age for _, _, age in seen)),
    }  # fmt: skip


def _pictures() -> list[bytes]:
    """Photographs with detail at all scales."""
    dice, found = np.random.default_rng(0), []
    for width, height in SIZES:
        layers = [
            Image.fromarray(dice.integers(0, 256, (height // s + 1, width // s + 1, 3), np.uint8)).resize(
                (width, height)
            )
            for s in (5, 40, 300)
        ]
        file = io.BytesIO()
        Image.blend(Image.blend(layers[0], layers[1], 0.5), layers[2], 0.5).save(file, "JPEG", quality=85)
        found.append(file.getvalue())
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    sys.exit(main())
