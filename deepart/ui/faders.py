"""A bank of sliders as one component: one value, one event, whatever the number of axes.

Gradio's own slider calls the server when the server has moved it, and ten of them make ten arguments of every handler.
"""

from __future__ import annotations

import html
import math
from typing import Any

import gradio as gr

from deepart.studio import REACH, Axis
from deepart.ui import words

TEMPLATE = """<div role="group" aria-label="@label">${value.axes.map((axis, i) => `<label class="fader" title="${axis.why}">
<span class="name">${axis.name}</span><output>${(value.at[i] > 0 ? "+" : "") + value.at[i].toFixed(1).replace("-0.0", "0.0")}</output>
<input type="range" min="-@reach" max="@reach" step="0.05" data-index="${i}" value="${value.at[i]}" aria-label="${axis.name}"
 style="--at: ${Math.max(0, Math.min(100, 50 + 50 * value.at[i] / @reach))}%"></label>`).join("")}</div>"""

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
"""


def faders(axes: list[Axis], at: list[float]) -> gr.HTML:
    """value: {"axes": [{"name", "why"}], "at": sigma of each, "held": whether a finger is on one}.

    A function and no subclass: Gradio builds a component again from its own class's arguments.
    """
    return gr.HTML(
        standing(axes, at),
        html_template=TEMPLATE.replace("@label", words.FADERS).replace("@reach", f"{REACH:g}"),
        js_on_load=SCRIPT,
        apply_default_css=False,
        elem_classes="faders",
    )


def standing(axes: list[Axis], at: list[float]) -> dict[str, Any]:
    """The component's value with all fingers off."""
    escaped = [{"name": html.escape(a.name), "why": html.escape(a.why)} for a in axes]
    return {"axes": escaped, "at": at, "held": False}


def read(value: Any) -> tuple[list[float], bool]:
    """(sigma of every axis, held) of what the browser sent; anything odd becomes NaN, which the studio refuses."""
    value = value if isinstance(value, dict) else {}
    at = value.get("at") if isinstance(value.get("at"), list) else []
    numbers = [float(v) if isinstance(v, int | float) and not isinstance(v, bool) else math.nan for v in at]
    return numbers, value.get("held") is True
