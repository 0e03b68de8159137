"""A small copy of the picture to paint on: where which style goes, as one component."""

from __future__ import annotations

import html
from typing import Any

import gradio as gr

from deepart.restyling import MOST_LOOKS
from deepart.ui import parts, words

PLACES = 128  # along the longer side

TEMPLATE = """<div role="group" aria-label="@label"><div class="brushes">
${Array.from({length: Math.max(1, value.styles)}, (_, i) => `<button type="button" data-brush="${i + 1}" class="s${i + 1}"
 aria-pressed="${value.brush === i + 1 ? "true" : "false"}">@style ${i + 1}</button>`).join("")}
<button type="button" data-brush="0" aria-pressed="${value.brush === 0 ? "true" : "false"}">@eraser</button>
<button type="button" data-clear="1">@clear</button>
<label>@width <input type="range" min="2" max="24" step="1" value="${value.width}" data-width="1"></label></div>
<canvas width="${value.places[0]}" height="${value.places[1]}" style="background-image: url(data:image/jpeg;${value.image}); --shape: ${value.places[0] / value.places[1]}"
 role="img" aria-label="@canvas"></canvas></div>"""

# The grid lives in `cells`; `text` is what the server reads (runs of numbers), and what comes back when it is set there.
SCRIPT = """
const COLOURS = [null, [214, 106, 64], [62, 124, 158], [108, 140, 70], [150, 92, 150]];
let cells = null, last = null, size = [0, 0];
const canvas = () => element.querySelector('canvas');
const read = () => {
  const {text, places} = props.value;
  cells = new Uint8Array(places[0] * places[1]);
  size = places;
  let at = 0;
  for (const run of (text.split(':')[1] ?? '').split(',')) {
    const [value, count] = run.split('*').map(Number);
    if (count) cells.fill(value, at, at += count);
  }
};
const write = () => {
  if (!cells.some(Boolean)) return '';
  const runs = [];
  for (let i = 0, start = 0; i < cells.length; i++)
    if (cells[i + 1] !== cells[i]) { runs.push(cells[i] + '*' + (i + 1 - start)); start = i + 1; }
  return size[0] + 'x' + size[1] + ':' + runs.join(',');
};
const draw = () => {
  const [w, h] = size, context = canvas()?.getContext('2d');
  if (!context || !w) return;
  const pixels = context.createImageData(w, h);
  cells.forEach((value, i) => { if (value) pixels.data.set([...COLOURS[value], 150], 4 * i); });
  context.putImageData(pixels, 0, 0);
};
const settle = more => { props.value = {...props.value, text: write(), ...more}; requestAnimationFrame(draw); };
const dab = event => {
  const box = canvas().getBoundingClientRect(), [w, h] = size, r = props.value.width / 2;
  const to = [(event.clientX - box.left) / box.width * w, (event.clientY - box.top) / box.height * h];
  const from = last ?? to, steps = Math.max(1, Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1])));
  for (let s = 0; s <= steps; s++) {
    const x = from[0] + (to[0] - from[0]) * s / steps, y = from[1] + (to[1] - from[1]) * s / steps;
    for (let j = Math.max(0, Math.floor(y - r)); j <= Math.min(h - 1, y + r); j++)
      for (let i = Math.max(0, Math.floor(x - r)); i <= Math.min(w - 1, x + r); i++)
        if (Math.hypot(i + 0.5 - x, j + 0.5 - y) <= r) cells[j * w + i] = props.value.brush;
  }
  last = to;
  draw();
};
element.addEventListener('pointerdown', event => {
  if (event.target !== canvas()) return;
  event.preventDefault();
  if (!cells || size[0] !== props.value.places[0] || size[1] !== props.value.places[1]) read();
  event.target.setPointerCapture(event.pointerId);
  last = null;
  dab(event);
});
element.addEventListener('pointermove', event => { if (last && event.target === canvas()) dab(event); });
const lift = () => { if (last) { last = null; settle({}); trigger('input'); } };
element.addEventListener('pointerup', lift);
element.addEventListener('pointercancel', lift);
element.addEventListener('input', event => event.stopPropagation());
element.addEventListener('change', event => {
  event.stopPropagation();
  if (event.target.dataset.width) settle({width: Number(event.target.value)});
});
element.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (button?.dataset.brush) { if (!cells) read(); settle({brush: Number(button.dataset.brush)}); }
  if (button?.dataset.clear) { if (!cells) read(); cells.fill(0); settle({}); trigger('input'); }
});
watch('value', () => { if (!last && (!cells || props.value.text !== write() || size[0] !== props.value.places[0])) read(); requestAnimationFrame(draw); });
"""


def brush(image: str, size: tuple[int, int]) -> gr.HTML:
    """value: {"image": base64, "places": of the grid, "text": regions, "styles": how many, "brush": 0 to 4, "width": in places}."""
    template = TEMPLATE
    for key, text in {
        "label": words.ONLY_HERE, "style": words.STYLE_NUMBER, "eraser": words.ERASER, "clear": words.CLEAR,
        "width": words.BRUSH_WIDTH, "canvas": words.BRUSH_CANVAS,
    }.items():  # fmt: skip
        template = template.replace(f"@{key}", html.escape(text))
    return gr.HTML(standing(image, size), html_template=template, js_on_load=SCRIPT, apply_default_css=False, elem_classes="brush")  # fmt: skip


def standing(image: str, size: tuple[int, int], text: str = "", styles: int = 1) -> dict[str, Any]:
    """The component's value. image: a `data:` URL; size: (width, height) of the picture; text: regions, "" for none."""
    scale = PLACES / max(size)
    places = [max(1, round(side * scale)) for side in size]
    if text:
        width, height = text.split(":")[0].split("x")
        places = [int(width), int(height)]
    return {
        "image": parts.bare(image),
        "places": places,
        "text": text,
        "styles": max(1, min(MOST_LOOKS, styles)),
        "brush": 1,
        "width": 12,
    }


def text_of(value: Any) -> str:
    """What was painted, for `regions.from_text`, which refuses anything odd."""
    text = value.get("text") if isinstance(value, dict) else ""
    return text if isinstance(text, str) else "odd"
