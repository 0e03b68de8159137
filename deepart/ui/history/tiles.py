"""The wall of small pictures as one component: one value, one event, whatever their number."""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from typing import Any

import gradio as gr

from deepart.history import FILM, Entry
from deepart.ui import parts, words

TEMPLATE = """<div class="tiles" role="group" aria-label="@label">${value.tiles.map(tile => `<div
 class="tile ${tile.picked ? "picked" : ""}"><button type="button" class="see" data-key="${tile.key}" data-what="see"
 aria-pressed="${tile.picked ? "true" : "false"}" aria-label="${tile.name}">${tile.src ? `<img alt="" src="${tile.src}">`
 : `<span>${tile.name}</span>`}</button><button type="button" class="star" data-key="${tile.key}" data-what="star"
 aria-pressed="${tile.star ? "true" : "false"}" aria-label="@star ${tile.name}"><svg viewBox="0 0 20 20" aria-hidden="true"><path
 d="M10 2.2l2.4 5 5.5.7-4 3.8 1 5.4-4.9-2.7-4.9 2.7 1-5.4-4-3.8 5.5-.7z"/></svg></button><p>${tile.name}</p></div>`).join("")}</div>
${value.tiles.length ? "" : `<p class="empty">${value.empty}</p>`}"""

SCRIPT = """
element.addEventListener('click', event => {
  const button = event.target.closest('button[data-key]');
  if (button) trigger('click', {key: button.dataset.key, what: button.dataset.what});
});
"""


def tiles() -> gr.HTML:
    """value: {"tiles": [{"key", "name", "src", "star", "picked"}], "empty"}. A click brings `key` and `what`: see or star."""
    template = TEMPLATE.replace("@label", words.HISTORY).replace("@star", words.STAR)
    return gr.HTML(
        standing([], ()),
        html_template=template,
        js_on_load=SCRIPT,
        apply_default_css=False,
        elem_classes="history-tiles",
    )


def standing(entries: Sequence[Entry], picked: Sequence[str], empty: str | None = None) -> dict[str, Any]:
    """The component's value."""
    shown = [
        {
            "key": entry.key,
            "name": html.escape(name(entry)),
            "src": parts.data_url(entry.thumb, "jpeg") if entry.thumb else "",
            "star": entry.star,
            "picked": entry.key in picked,
        }
        for entry in entries
    ]
    return {"tiles": shown, "empty": html.escape(empty or words.HISTORY_EMPTY)}


def name(entry: Entry) -> str:
    """What a result is called: what made it, and when."""
    kind = words.KINDS_MADE.get(entry.task, entry.task)
    return f"{kind}, {moment(entry.at)}"


def moment(at: float) -> str:
    """The time of day, with the day where that is not today."""
    then, now = time.localtime(at), time.localtime()
    clock = time.strftime("%H:%M", then)
    if then[:3] == now[:3]:
        return clock
    return words.DAY_AT.format(day=then.tm_mday, month=words.MONTHS[then.tm_mon - 1], clock=clock)


def is_film(entry: Entry) -> bool:
    return entry.task == FILM
