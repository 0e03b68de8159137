"""The style pictures that were chosen: a row of them with their shares, as one component."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import gradio as gr

from deepart.restyling import MOST_LOOKS, Look
from deepart.studio import StudioError
from deepart.ui import parts, words

TEMPLATE = """<div role="group" aria-label="@label">${value.styles.length ? value.styles.map((style, i) => `<div class="style s${i + 1}">
${style.thumb ? `<img src="data:image/jpeg;${style.thumb}" alt="">` : `<span class="nothing"></span>`}<span class="name">${style.name}</span>
<button type="button" data-gone="${i}" aria-label="@remove ${style.name}">\u00d7</button>
${value.styles.length > 1 ? `<input type="range" min="5" max="100" step="5" data-index="${i}" value="${value.shares[i]}"
 aria-label="@share ${style.name}" style="--at: ${value.shares[i]}%">` : ""}</div>`).join("") : `<p>@empty</p>`}</div>"""

SCRIPT = """
const move = (event, held) => {
  const shares = [...props.value.shares];
  shares[Number(event.target.dataset.index)] = Number(event.target.value);
  props.value = {...props.value, shares, held, gone: -1};
  trigger('input');
};
element.addEventListener('input', event => move(event, true));
element.addEventListener('change', event => move(event, false));
element.addEventListener('click', event => {
  const button = event.target.closest('button[data-gone]');
  if (!button) return;
  props.value = {...props.value, held: false, gone: Number(button.dataset.gone)};
  trigger('input');
});
"""


@dataclass(frozen=True)
class Style:
    """A style picture that was chosen. thumb: a small `data:` URL; path: of the file. Both "" when only its recipe is here."""

    look: Look
    thumb: str
    path: str


def bank(styles: tuple[Style, ...] = ()) -> gr.HTML:
    """value: {"styles": [{"name", "thumb": base64}], "shares": 5 to 100 of each, "held": finger down, "gone": which to take away, -1 none}."""
    template = TEMPLATE
    for key, text in {
        "label": words.STYLES_CHOSEN, "remove": words.STYLE_REMOVE, "share": words.STYLE_SHARE, "empty": words.STYLES_EMPTY,
    }.items():  # fmt: skip
        template = template.replace(f"@{key}", html.escape(text))
    return gr.HTML(standing(styles), html_template=template, js_on_load=SCRIPT, apply_default_css=False, elem_classes="styles")  # fmt: skip


def standing(styles: tuple[Style, ...], shares: list[float] | None = None) -> dict[str, Any]:
    """The component's value with these styles; shares: in %, None for all alike."""
    return {
        "styles": [
            {"name": html.escape(words.told(style.look.name)), "thumb": parts.bare(style.thumb)}
            for style in styles
        ],
        "shares": shares or [100.0] * len(styles),
        "held": False,
        "gone": -1,
    }


def shares_of(value: Any, styles: tuple[Style, ...]) -> tuple[float, ...]:
    """The share of each style in what the browser sent. Raises StudioError for anything odd."""
    shares = value.get("shares") if isinstance(value, dict) else None
    if not isinstance(shares, list) or len(shares) < len(styles):
        raise StudioError(words.BAD_SHARES)
    found = shares[: len(styles)]
    if not all(isinstance(v, int | float) and not isinstance(v, bool) and 0 < v <= 100 for v in found):
        raise StudioError(words.BAD_SHARES)
    return tuple(float(v) for v in found)


def gone(value: Any) -> int | None:
    """Which style was taken away, if one was."""
    index = value.get("gone") if isinstance(value, dict) else None
    return (
        index if isinstance(index, int) and not isinstance(index, bool) and 0 <= index < MOST_LOOKS else None
    )
