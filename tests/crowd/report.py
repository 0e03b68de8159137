"""The figures of a crowd as a table, and the bars."""

from __future__ import annotations

from typing import Any

from tests.crowd.people import SHARES, Told

OUTCOMES = ("done", "busy", "error", "lost")
SECONDS = 5.0  # within which every action is answered, and 95 of 100 of a class are done
PAGE_SECONDS = 2.0  # p95 of a page with its scripts
DRIFT = 0.10  # of the memory, within the second half of a soak
AGED = 70 * 60.0  # seconds that a temporary file may last
CLASS = 50  # people up to whom nobody is sent away


def rows(heard: Told) -> list[dict[str, Any]]:
    """One row a kind: how many ended how, and how long they took (seconds), whatever the end."""
    found = []
    for kind in ("page", "open", *SHARES):
        each = {outcome: heard.seconds.get((kind, outcome), []) for outcome in OUTCOMES}
        times = sorted(time for outcome in OUTCOMES for time in each[outcome])
        counts = {outcome: len(each[outcome]) for outcome in OUTCOMES}
        late = sum(time > SECONDS for time in times)
        spread = {"p50": _part(times, 0.5), "p95": _part(times, 0.95), "max": _part(times, 1.0)}
        found.append({"kind": kind, "count": len(times), **counts, "late": late, **spread})
    return found


def _part(times: list[float], share: float) -> float:
    return round(times[min(len(times) - 1, int(share * len(times)))], 2) if times else 0.0


def table(figures: dict[str, Any]) -> str:
    """Everything that was measured, to read."""
    lines = [
        f"{'':10}{'count':>7}{'done':>7}{'busy':>6}{'error':>6}{'lost':>6}{'> 5 s':>6}{'p50 s':>8}{'p95 s':>8}{'max s':>8}"
    ]
    for r in figures["kinds"]:
        lines.append(
            f"{r['kind']:10}{r['count']:7}{r['done']:7}{r['busy']:6}{r['error']:6}{r['lost']:6}{r['late']:6}"
            f"{r['p50']:8.2f}{r['p95']:8.2f}{r['max']:8.2f}"
        )
    lines.append("")
    lines += [
        f"{name.replace('_', ' ')}: {value}"
        for name, value in figures.items()
        if not isinstance(value, list | dict)
    ]
    lines += [f"{count} x {text}" for text, count in figures["said"].items()]
    return "\n".join(lines)


def wrong(figures: dict[str, Any]) -> list[str]:
    """What must never happen, however slow the machine: errors, and actions that nobody answered."""
    found = [
        f"{r['kind']}: {r['error']} errors, {r['lost']} lost"
        for r in figures["kinds"]
        if r["error"] or r["lost"]
    ]
    found += (
        ["nothing was done"] if not any(r["done"] for r in figures["kinds"] if r["kind"] in SHARES) else []
    )
    found += ["the app's log tells of errors of ours"] if figures.get("log_errors") else []
    found += (
        [f"{figures['files_left']} temporary files after a clean stop"] if figures.get("files_left") else []
    )
    return found


def broken(figures: dict[str, Any]) -> list[str]:
    """The bars that a quiet machine of two cores must hold."""
    found = []
    for r in figures["kinds"]:
        bar = PAGE_SECONDS if r["kind"] == "page" else SECONDS
        if r["kind"] != "open" and r["p95"] > bar:
            found.append(f"{r['kind']}: p95 {r['p95']} s > {bar} s")
        if r["kind"] in SHARES and figures["people"] > CLASS and r["late"]:
            found.append(f"{r['kind']}: {r['late']} answered after {SECONDS} s, the last after {r['max']} s")
        if r["kind"] in SHARES and figures["people"] <= CLASS and r["busy"]:
            found.append(f"{r['kind']}: {r['busy']} of {r['count']} were told to come later")
    if figures.get("soak") and figures["memory_drift"] > DRIFT:
        found.append(f"memory grew by {figures['memory_drift']:.0%} in the second half")
    if figures.get("oldest_file_s", 0) > AGED:
        found.append(f"a temporary file was {figures['oldest_file_s']:.0f} s old")
    return found
