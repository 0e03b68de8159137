"""What the Train tab says of pictures, of a training and of a model, as HTML."""

from __future__ import annotations

import html
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image

from deepart.training import status
from deepart.training.status import Status
from deepart.ui import parts
from deepart.ui import words as page_words
from deepart.ui.train import words
from deepart.ui.train.charts import chart
from deepart.weights import ModelCard

LONGEST = 900  # px of the pictures that are only looked at
ENDED = (status.PAUSED, status.STOPPED, status.FAILED, status.INTERRUPTED)


def span(seconds: float) -> str:
    """ "40 s", "12 min", "3 h 40"."""
    minutes = round(seconds / 60)
    if seconds < 90:
        return page_words.told(f"{max(1, round(seconds))} s")
    return page_words.told(f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02}")


def picture(path: Path, label: str) -> str:
    """A picture of ours with its caption; "" when it is not there, or just being replaced."""
    try:
        with Image.open(path) as file:
            shown = parts.small_jpeg(file.convert("RGB"), LONGEST)
    except (OSError, ValueError):
        return ""
    said = html.escape(label)
    return (
        f'<figure class="sheet-of"><img alt="{said}" src="{shown}"><figcaption>{said}</figcaption></figure>'
    )


def report(found: dict[str, Any]) -> str:
    """What a check found."""
    sizes = {name: f"{w} x {h}" for name, (w, h) in found["sizes"].items()}
    splits = "; ".join(f"{n} {words.SPLITS.get(split, split)}" for split, n in found["splits"].items())
    advice = "".join(f"<li>{html.escape(page_words.sentence(each))}</li>" for each in found["advice"])
    estimate = words.ESTIMATE.format(sentence=page_words.told(found["estimate"]["sentence"]))
    return (
        f'<p class="verdict">{html.escape(estimate)}</p>'
        + (f'<ul class="advice">{advice}</ul>' if advice else f"<p>{words.FINE}</p>")
        + f"<p>{words.COUNT.format(count=found['pictures'])}: {html.escape(splits)}. {words.SIZES.format(**sizes)}</p>"
        + _bars(found["labels"])
        + _trouble(found)
        + (picture(Path(found["sheet"]), words.AUGMENTED) if found["sheet"] else "")
    )


def _bars(labels: dict[str, int]) -> str:
    most = max(labels.values(), default=0)
    rows = "".join(
        f'<li><span>{html.escape(name)}</span><span class="chance">{count}</span>'
        f'<span class="bar"><span style="width: {100 * count / most:.0f}%"></span></span></li>'
        for name, count in list(labels.items())[:40]
    )
    return f'<ol class="chances even">{rows}</ol>' if len(labels) > 1 else ""


def _trouble(found: dict[str, Any]) -> str:
    lines = [
        f"{words.CANNOT}: {each['file']}: {page_words.told(each['why'])}" for each in found["unreadable"]
    ]
    lines += [f"{words.EXACT}: {', '.join(group)}" for group in found["exact"]]
    lines += [f"{words.NEAR}: {', '.join(group)}" for group in found["near"]]
    rows = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return (
        f"<details><summary>{words.TROUBLE} ({len(lines)})</summary><ul>{rows}</ul></details>"
        if lines
        else ""
    )


def live(told: Status) -> str:
    """Progress, figures and charts of one training."""
    percent, state = round(100 * told.done), words.STATES.get(told.state, told.state)
    line = words.DONE.format(done=told.done)
    if told.state == status.RUNNING and told.eta is not None:
        line = words.ETA.format(done=told.done, left=span(told.eta))
    facts = {
        "pictures": f"{told.pictures:,}",
        "speed": f"{told.speed:.3g}",
        "time": span(told.seconds),
        "rate": f"{told.rate:.2g}",
        "memory": f"{told.memory / 1024:.1f} GB",
        "device": page_words.told(told.device),
    }
    shown = "".join(
        f"<div><dt>{words.FACTS[k]}</dt><dd>{html.escape(v)}</dd></div>" for k, v in facts.items()
    )
    notes = "".join(
        f'<p class="refused">{html.escape(page_words.sentence(each))}</p>' for each in _notes(told)
    )
    charts = "".join(chart(title, lines, told.history) for title, lines in words.CHARTS.get(told.noun, []))
    return (
        f'<p class="verdict">{html.escape(told.name)}: {html.escape(state)}</p>'
        f'<p class="progress"><progress value="{percent}" max="100" aria-label="{html.escape(told.name)}"></progress> {line}</p>'
        + notes
        + (f'<dl class="facts">{shown}</dl>' if told.step else "")
        + (f'<div class="charts">{charts}</div>' if charts else "")
    )


def _notes(told: Status) -> list[str]:
    return ([told.sentence] if told.state == status.FAILED and told.sentence else []) + told.warnings


def rows(found: Sequence[Status], asked: str) -> str:
    """The list of trainings. asked: the name of the one that may really be deleted."""
    return "".join(_row(told, told.name == asked) for told in found) or f"<p>{words.LIST_EMPTY}</p>"


def _row(told: Status, is_asked: bool) -> str:
    acts = {words.WATCH: "watch"}
    if told.state in (status.RUNNING, status.STARTING, status.READING):
        acts |= {words.PAUSE: status.PAUSE, words.STOP: status.STOP}
    if told.state == status.RUNNING:
        acts |= {words.FINISH: status.FINISH}
    if told.state == status.WAITING:
        acts |= {words.STOP: status.STOP}
    if told.state in ENDED:
        acts |= {words.RESUME: "resume"} | ({words.FINISH: "make"} if told.step else {})
    if told.state not in status.ACTIVE:
        acts |= {words.REALLY: "delete", words.KEEP: "keep"} if is_asked else {words.DELETE: "ask"}
    name = html.escape(told.name)
    buttons = "".join(
        f'<button type="button" data-act="{act}" data-name="{name}" aria-label="{label}: {name}">{label}</button>'
        for label, act in acts.items()
    )
    kind = words.KINDS.get(told.noun, told.noun)
    done = f", {told.done:.0%}" if 0 < told.done < 1 else ""
    return (
        f'<div class="run {told.state}"><span class="name">{name}</span><span class="kind">{html.escape(kind)}</span>'
        f'<span class="state">{words.STATES.get(told.state, told.state)}{done}</span><span class="acts">{buttons}</span></div>'
    )


def _dict(value: Any) -> dict:
    """What a stranger's card says, if it is what it should be."""
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list:
    return value if isinstance(value, list) else []


def card(found: ModelCard, sheet: Path) -> str:
    """An artist's own model: where it comes from, and its last preview."""
    facts, counts = found.training, _dict(found.data.get("pictures"))
    known = {
        "kind": words.TASKS.get(found.task, found.task),
        "pictures": ", ".join(f"{n} {words.SPLITS.get(split, split)}" for split, n in counts.items()),
        "start": facts.get("init") or words.NOTHING,
        "hours": facts.get("hours"),
        "steps": facts.get("steps"),
        "seen": facts.get("pictures_seen"),
        "hardware": page_words.told(str(facts.get("hardware") or "")),
        "figures": ", ".join(
            f"{words.FIGURES.get(k, k)} {v:.3g}"
            for k, v in _dict(facts.get("watched")).items()
            if isinstance(v, int | float)
        ),
        "warnings": " ".join(page_words.sentence(str(each)) for each in _list(facts.get("warnings"))),
    }
    shown = "".join(
        f"<div><dt>{words.CARD_FACTS[k]}</dt><dd>{html.escape(str(v))}</dd></div>"
        for k, v in known.items()
        if v not in (None, "")
    )
    return f'<p class="verdict">{html.escape(found.title or found.name)}</p><dl class="facts">{shown}</dl>{picture(sheet, found.name)}'
