"""Small line charts as SVG: two or three lines over the steps of a training."""

from __future__ import annotations

import html
from collections.abc import Sequence

from deepart.ui.train import words

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 320, 150, 46, 20, 8  # px


def chart(title: str, lines: dict[str, str], history: Sequence[dict[str, float]]) -> str:
    """One chart of the figures in `lines` (figure -> its name); "" while there are not two points of any."""
    points = {
        key: [(row["step"], row[key]) for row in history if isinstance(row.get(key), int | float)]
        for key in lines
    }
    points = {key: found for key, found in points.items() if len(found) > 1}
    if not points:
        return ""
    steps = [step for found in points.values() for step, _ in found]
    low, high = _range([value for found in points.values() for _, value in found])
    first, last = min(steps), max(max(steps), min(steps) + 1)

    def at(step: float, value: float) -> str:
        x = LEFT + (step - first) / (last - first) * (WIDTH - LEFT - 4)
        y = TOP + (high - min(max(value, low), high)) / (high - low) * (HEIGHT - TOP - BOTTOM)
        return f"{x:.1f},{y:.1f}"

    drawn = "".join(
        f'<polyline class="line-{i}" points="{" ".join(at(*point) for point in points[key])}"/>'
        for i, key in enumerate(lines)
        if key in points
    )
    names = "".join(
        f'<li class="line-{i}">{html.escape(name)} <span>{points[key][-1][1]:.3g}</span></li>'
        for i, (key, name) in enumerate(lines.items())
        if key in points
    )
    said = f"{title}: " + ", ".join(
        f"{name} {points[key][-1][1]:.3g}" for key, name in lines.items() if key in points
    )
    return (
        f'<figure class="chart"><figcaption>{html.escape(title)}</figcaption>'
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(said)}">'
        f'<path class="axis" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - 4}"/>'
        f'<text x="{LEFT - 5}" y="{TOP + 8}" text-anchor="end">{high:.3g}</text>'
        f'<text x="{LEFT - 5}" y="{HEIGHT - BOTTOM}" text-anchor="end">{low:.3g}</text>'
        f'<text x="{WIDTH - 4}" y="{HEIGHT - 5}" text-anchor="end">{html.escape(words.STEP.format(step=int(last)))}</text>'
        f"{drawn}</svg><ul>{names}</ul></figure>"
    )


def _range(values: Sequence[float]) -> tuple[float, float]:
    """From the lowest to the highest, without the few odd ones at the start."""
    ordered = sorted(values)
    low, high = ordered[0], ordered[min(len(ordered) - 1, int(0.98 * len(ordered)))]
    return (low, high) if high > low else (low - 0.5, high + 0.5)
