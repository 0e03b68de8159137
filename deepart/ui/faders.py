"""A bank of sliders as one component: one value, one event, whatever the number of axes.

Gradio's own slider calls the server when the server has moved it, and ten of them make ten arguments of every handler.
"""

from __future__ import annotations

import html
import json
import math
from collections.abc import Sequence
from typing import Any

import gradio as gr

from deepart.bench import REACH, SHOWN
from deepart.studio import Axis
from deepart.ui import words

TEMPLATE = """<div role="group" aria-label="@label" class="${value.more ? "all" : "some"}">${((ends, locks) => value.axes.map((axis, i) => `<div
 class="fader ${value.locked[i] ? "locked" : ""} ${i < @shown ? "" : "further"} ${ends[i] ? "ended" : ""}" title="${axis.why}">
<span class="name">${axis.name}</span><output>${(value.at[i] > 0 ? "+" : "") + value.at[i].toFixed(1).replace("-0.0", "0.0")}</output>
${locks ? `<button type="button" class="lock" data-lock="${i}" aria-pressed="${value.locked[i] ? "true" : "false"}"
 aria-label="@lock ${axis.name}"><svg viewBox="0 0 16 16" aria-hidden="true"><path class="shackle" d="M5 7V5a3 3 0 0 1 6 0v2"/><path
 class="body" d="M3.5 7h9v6.5h-9z"/></svg></button>` : ""}
<span class="track">${ends[i] ? `<img src="${ends[i][0]}" alt="">` : ""}<input type="range" min="-@reach" max="@reach" step="0.05"
 data-index="${i}" value="${value.at[i]}" aria-label="${axis.name}" ${value.locked[i] ? "disabled" : ""}
 style="--at: ${Math.max(0, Math.min(100, 50 + 50 * value.at[i] / @reach))}%">${ends[i] ? `<img src="${ends[i][1]}" alt="">` : ""}</span>
</div>`).join(""))(value.ended ? @ends : [], @keys)}${value.axes.length > @shown ? `<button type="button" class="more" data-more="1"
 aria-expanded="${value.more ? "true" : "false"}">${value.more ? "@fewer" : "@more"}</button>` : ""}</div>"""

# `input` follows the finger (held), `change` is the release or a key; both go out as one event, so that the last one wins.
SCRIPT = """
const move = (event, held, to) => {
  const at = [...props.value.at];
  at[Number(event.target.dataset.index)] = to ?? Number(event.target.value);
  props.value = {...props.value, at, held};
  trigger('input');
};
element.addEventListener('input', event => move(event, true));
element.addEventListener('change', event => move(event, false));
element.addEventListener('dblclick', event => { if (event.target.dataset.index) move(event, false, 0); });
element.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (button?.dataset.lock) {
    const locked = props.value.axes.map((_, i) => Boolean(props.value.locked[i]) !== (i === Number(button.dataset.lock)));
    props.value = {...props.value, locked};
  } else if (button?.dataset.more) props.value = {...props.value, more: !props.value.more};
});
"""


def faders(
    axes: Sequence[Axis], at: Sequence[float], ends: Sequence[Sequence[str]] = (), locks: bool = False
) -> gr.HTML:
    """value: {"axes": [{"name", "why"}], "at": sigma of each, "held": whether a finger is on one, "locked", "more", "ended"}.

    ends: two `data:` URLs an axis, of pictures at its lower and upper end; locks: whether axes can be locked.
    A function and no subclass: Gradio builds a component again from its own class's arguments. What never changes is
    written into the template: props of our own are lost when an event skips a component that was not on view yet.
    """
    template = TEMPLATE
    for key, text in {
        "label": words.FADERS, "reach": f"{REACH:g}", "shown": str(SHOWN), "lock": words.LOCK,
        "more": words.MORE_AXES, "fewer": words.FEWER_AXES,
        "ends": json.dumps([list(pair) for pair in ends]), "keys": json.dumps(locks),
    }.items():  # fmt: skip
        template = template.replace(f"@{key}", text)
    return gr.HTML(
        standing(axes, at, ended=bool(ends)),
        html_template=template,
        js_on_load=SCRIPT,
        apply_default_css=False,
        elem_classes="faders",
    )


def standing(
    axes: Sequence[Axis], at: Sequence[float], like: Any = None, ended: bool = False
) -> dict[str, Any]:
    """The component's value with all fingers off.

    like: what the browser sent, whose locks and openness stay. ended: whether the pictures of ends are of these axes.
    """
    escaped = [{"name": html.escape(words.told(a.name)), "why": html.escape(words.told(a.why))} for a in axes]
    fixed = locked(like)
    more = isinstance(like, dict) and like.get("more") is True
    return {
        "axes": escaped,
        "at": list(at),
        "held": False,
        "more": more,
        "ended": ended,
        "locked": [i in fixed for i in range(len(axes))],
    }


def read(value: Any) -> tuple[list[float], bool]:
    """(sigma of every axis, held) of what the browser sent; anything odd becomes NaN, which the studio refuses."""
    value = value if isinstance(value, dict) else {}
    at = value.get("at") if isinstance(value.get("at"), list) else []
    numbers = [float(v) if isinstance(v, int | float) and not isinstance(v, bool) else math.nan for v in at]
    return numbers, value.get("held") is True


def locked(value: Any) -> set[int]:
    """The places of the locked axes in what the browser sent."""
    marks = value.get("locked") if isinstance(value, dict) else None
    return {i for i, mark in enumerate(marks) if mark is True} if isinstance(marks, list) else set()
