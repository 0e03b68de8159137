"""The map of the paintings: click anywhere to see what lies there; what is on view is a dot on it."""

from __future__ import annotations

import html
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from typing import Any

import gradio as gr

from deepart import weights
from deepart.bench import Bench, Place
from deepart.bench import atlas as maps
from deepart.bench.atlas import Atlas
from deepart.studio import StudioError
from deepart.ui import guard, parts, words
from deepart.ui.parts import PRIVATE
from deepart.ui.sliders.hand import THERE, Desk, Hand
from deepart.ui.sliders.stage import Stage
from deepart.weights import WeightsError

SIDE = 1000  # units of the drawing

TEMPLATE = """<div class="atlas"><svg viewBox="0 0 @side @side" role="img" aria-label="@label" tabindex="-1">
${back ? `<image href="${back}" width="@side" height="@side"/>` : ""}
${sheets.map(s => `<path class="${chosen && chosen !== s.name ? "faint" : ""}" d="${s.d}" style="stroke: ${s.colour}"/>`).join("")}
<circle class="here" r="14" cx="${value.at ? value.at[0] * @side : -99}" cy="${value.at ? value.at[1] * @side : -99}"><title>@yours</title></circle>
</svg><ul>${sheets.map(s => `<li><button type="button" data-style="${s.name}"><i style="background: ${s.colour}"></i>${s.label}</button></li>`).join("")}</ul></div>"""

SCRIPT = """
element.addEventListener('click', event => {
  const button = event.target.closest('button'), svg = event.target.closest('svg');
  if (button) { props.chosen = button.dataset.style; trigger('click', {style: button.dataset.style}); }
  else if (svg) {
    const box = svg.getBoundingClientRect();
    props.chosen = '';
    trigger('click', {x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height});
  }
});
element.addEventListener('mouseover', event => { const b = event.target.closest('button'); if (b) props.chosen = b.dataset.style; });
element.addEventListener('mouseleave', () => { props.chosen = ''; });
"""


def build(bench: Bench, stage: Stage, hand: Hand, tab: gr.Tab) -> None:
    """The map of the model that the page opens with, or the sentence that there is none. What lies where is painted when
    somebody opens the tab."""
    reader = lru_cache(maxsize=2)(lambda model: read(bench, model))
    gr.HTML(f"<p>{words.MAP_HELP}</p>", apply_default_css=False, elem_classes="hint")
    model = bench.studio.default("sliders")
    sheets, said = _sheets(reader, model)
    template = (
        TEMPLATE.replace("@side", str(SIDE))
        .replace("@label", words.MAP_VIEW)
        .replace("@yours", words.MAP_YOURS)
    )
    drawn = gr.HTML({"at": None}, html_template=template, js_on_load=SCRIPT, apply_default_css=False, elem_classes="map",
                    sheets=sheets, chosen="", back="", visible=bool(sheets))  # fmt: skip
    told = gr.HTML(said, apply_default_css=False, elem_classes="hint")
    note = parts.note()
    go = Guide(bench, hand, reader)
    drawn.click(go.there, stage.here, [drawn, told, *stage.there[:-1], note], **PRIVATE)
    stage.desk.change(
        go.dot, [stage.model, stage.desk], drawn, trigger_mode="always_last", queue=False, **PRIVATE
    )
    tab.select(go.unfold, [stage.model, stage.desk], drawn, **PRIVATE)
    stage.model.change(go.change, stage.model, [drawn, told], **PRIVATE)


class Guide:
    """The handlers of the map."""

    def __init__(self, bench: Bench, hand: Hand, reader: Any):
        self.bench, self.hand, self.reader = bench, hand, reader
        self.backdrop = lru_cache(maxsize=2)(
            lambda model: parts.small_jpeg(maps.view(bench, model, reader(model)))
        )
        self.there = guard.noted(THERE + 2)(self._there)

    def _there(self, model: str, desk: Desk, keep: bool, bank: Any, event: gr.EventData) -> tuple:
        """What lies where somebody clicked, on the stage; Undo leads back."""
        told = event._data if isinstance(event._data, dict) else {}
        atlas = self.reader(model)
        if told.get("style"):
            point, near = maps.middle(self.bench, model, atlas, told["style"]), [told["style"]]
        else:
            point, near = maps.spot(self.bench, model, atlas, told.get("x"), told.get("y"))
        moved = replace(desk.to(Place(point)), waits="")
        return self.dot(model, moved), _said(near), *self.hand.show(model, moved, keep, bank)

    def unfold(self, model: str, desk: Desk) -> Any:
        """What lies where, behind the dots."""
        try:
            return gr.HTML(value=self.dot(model, desk), back=self.backdrop(model))
        except WeightsError:
            return gr.skip()

    def dot(self, model: str, desk: Desk) -> Any:
        """Where what is on view lies on the map."""
        try:
            return {"at": maps.locate(self.bench, model, self.reader(model), desk.now.point)}
        except (StudioError, WeightsError):
            return {"at": None}

    def change(self, model: str) -> tuple:
        """The map of another model."""
        sheets, said = _sheets(self.reader, model)
        return gr.HTML(value={"at": None}, sheets=sheets, chosen="", back="", visible=bool(sheets)), said


def read(bench: Bench, model: str) -> Atlas:
    """The map of a model. Raises WeightsError when there is none."""
    folder = weights.find(model, bench.studio.root)
    return maps.read(folder, weights.read_card(folder))


def _sheets(reader: Any, model: str) -> tuple[list[dict], str]:
    """One drawing for every style: its name, what it is called on the page, its colour, and its dots as a path; or why there is no map."""
    try:
        atlas = reader(model)
    except WeightsError as reason:
        return [], guard.note(words.sentence(str(reason)))
    found = []
    for i, style in enumerate(atlas.styles):
        spots = (atlas.at[atlas.style == i] * SIDE).round().int().tolist()
        found.append(
            {
                "name": html.escape(style),  # comes back when somebody clicks it
                "label": html.escape(words.told(style)),
                "colour": colour(i, len(atlas.styles)),
                "d": "".join(f"M{x} {y}h0" for x, y in spots),
            }
        )
    return found, ""


def colour(i: int, count: int) -> str:
    """One of `count` colours that are told apart on paper and on black: around the circle, in three tones by turns."""
    return f"oklch({(62, 74, 52)[i % 3]}% {(0.15, 0.12, 0.13)[i % 3]} {round(360 * i / max(count, 1))})"


def _said(near: list[str]) -> str:
    counted = ", ".join(
        f"{style} ({count})" if count > 1 else style
        for style, count in Counter(map(words.told, near)).most_common()
    )
    return f"<p>{html.escape(words.MAP_NEAR.format(styles=counted))}</p>"
