"""The wall of Sample: the controls that say how to paint, and the paintings, each with its recipe."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from deepart import assets, recipe
from deepart.images import PictureError
from deepart.latents import SEEDS
from deepart.sampling import Manner, Sampler
from deepart.studio import Made
from deepart.ui import guard, parts, words
from deepart.ui.book import Book
from deepart.ui.parts import PRIVATE
from deepart.ui.running import Running

MOST = 16  # pictures in one go on the page
PAINTING = PRIVATE | {"trigger_mode": "once", "concurrency_id": "sample", "concurrency_limit": 1}


@dataclass(frozen=True)
class Wall:
    """The parts of the wall that others use. recipes: State, the recipe (JSON) of each painting on view."""

    model: gr.Dropdown
    seed: gr.Textbox
    psi: gr.Slider
    style: gr.Dropdown
    other: gr.Dropdown
    blend: gr.Slider
    gallery: gr.Gallery
    recipes: gr.State
    note: gr.HTML
    running: Running
    book: Book

    @property
    def manner(self) -> list:
        """The inputs that `manner` reads."""
        return [self.psi, self.style, self.other, self.blend]


def manner(psi: float, style: str | None, other: str | None, blend: float) -> Manner:
    """How to paint, from the wall's controls. blend: 0 all of `style` to 100 all of `other`."""
    share = blend / 100 if style and other and other != style else 0.0
    shares = {style: 1 - share, other: share} if style else {other: 1.0} if other else {}
    return Manner(psi, {name: part for name, part in shares.items() if name and part > 0})


def build(sampler: Sampler, book: Book) -> Wall:
    """Lay the wall out and return it. Raises WeightsError when there is no generator."""
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=3, min_width=270, elem_classes="controls"):
            model = parts.model_choice(sampler.studio, "sample")
            with gr.Row(elem_classes="seed-row"):
                seed = gr.Textbox("5", label=words.SEED, max_lines=1, scale=3, min_width=120)
                dice = gr.Button(words.DICE, size="md", scale=2, min_width=110, elem_classes="key-random")
            count = gr.Slider(1, MOST, 8, step=1, precision=0, label=words.COUNT, buttons=[])
            psi = gr.Slider(0, 1.5, 0.8, step=0.05, label=words.PSI, info=words.PSI_INFO, buttons=[])
            style, other, blend = _style_controls(sampler, sampler.studio.default("sample"))
            with gr.Row(elem_classes="chips"):
                paint = gr.Button(
                    words.PAINT, variant="primary", size="lg", min_width=120, elem_classes="key-run"
                )
                stop = gr.Button(words.STOP, size="lg", min_width=70, elem_classes="key-stop")
            note = parts.note()
            gr.HTML(f"<p>{words.SAMPLE_TRY}</p>", apply_default_css=False, elem_classes="hint")
            with gr.Row(elem_classes="chips"):
                tries = [gr.Button(name, size="sm", min_width=0) for name in words.SAMPLE_EXAMPLES]
        with gr.Column(scale=8, min_width=300):
            shown = first(sampler)
            recipes = gr.State([text for _, _, text in shown])
            gallery = gr.Gallery(
                [(path, title) for path, title, _ in shown],
                label=words.GALLERY, show_label=False, columns=4, object_fit="contain", format="png",
                interactive=False, fit_columns=False, preview=False, allow_preview=False,
                buttons=["download_all"], elem_classes="wall",
            )  # fmt: skip
            gr.HTML(f"<p>{words.GALLERY_HINT}</p>", apply_default_css=False, elem_classes="hint")
    hung = Wall(model, seed, psi, style, other, blend, gallery, recipes, note, Running(), book)
    _wire(sampler, hung, count, dice, paint, stop, tries)
    return hung


def _style_controls(sampler: Sampler, model: str) -> tuple[gr.Dropdown, gr.Dropdown, gr.Slider]:
    found = choices(sampler.styles(model))
    shown = len(found) > 1
    style = gr.Dropdown(found, value="", label=words.STYLE, visible=shown)
    other = gr.Dropdown(found, value="", label=words.BLEND_WITH, visible=shown)
    blend = gr.Slider(0, 100, 50, step=5, label=words.BLEND, visible=False, buttons=[])
    return style, other, blend


def choices(names: list[str]) -> list[tuple[str, str]]:
    """(what a style is called on the page, its name), and first of all none of them."""
    return [(words.ANY_STYLE, ""), *((words.told(name), name) for name in names)]


def _wire(sampler: Sampler, hung: Wall, count: gr.Slider, dice, paint, stop, tries: list) -> None:
    @guard.noted(outputs=2)
    def make(
        request: gr.Request, model: str, seed: str, count: int, *how: Any
    ) -> Iterator[tuple[list, list]]:
        """The gallery and its recipes, again and again with one picture more."""
        key = hung.running.begin(request)
        way = manner(*how)
        made = (sampler.paint(model, s, way) for s in sampler.seeds(seed, count))
        yield from hang(made, hung, request, key)

    def others(model: str) -> tuple:
        """The styles of another model."""
        found = choices(sampler.styles(model))
        one = gr.Dropdown(found, value="", visible=len(found) > 1)
        return one, one, gr.Slider(visible=False)

    work = PAINTING | {"inputs": [hung.model, hung.seed, count, *hung.manner], "outputs": [hung.gallery, hung.recipes, hung.note]}  # fmt: skip
    painted = [gr.on([paint.click, hung.seed.submit], make, **work)]
    painted.append(dice.click(roll, None, hung.seed, queue=False, **PRIVATE).then(make, **work))
    for button, values in zip(tries, words.SAMPLE_EXAMPLES.values(), strict=True):
        start = button.click(
            lambda values=values: values, None, [hung.seed, count, hung.psi], queue=False, **PRIVATE
        )
        painted.append(start.then(make, **work))
    hung.book.made += painted
    stop.click(hung.running.stop, None, None, queue=False, **PRIVATE)
    hung.model.input(others, hung.model, [hung.style, hung.other, hung.blend], queue=False, **PRIVATE)
    gr.on(
        [hung.style.input, hung.other.input],
        lambda style, other: gr.Slider(visible=bool(style and other and style != other)),
        [hung.style, hung.other], hung.blend, queue=False, **PRIVATE,
    )  # fmt: skip


def hang(made: Iterator[Made], hung: Wall, request: gr.Request, key: str) -> Iterator[tuple[list, list]]:
    """Paintings -> (what the gallery shows, their recipes), growing by one until all are there or Stop was pressed."""
    shown: list[tuple[str, str]] = []
    recipes: list[str] = []
    for one in made:
        shown.append((str(hung.book.keep(request, one)), title(one.recipe)))
        recipes.append(one.recipe.to_json())
        yield list(shown), list(recipes)
        if hung.running.stopped(key):
            return


def title(by: recipe.Recipe) -> str:
    """What stands below a painting."""
    return f"{words.SEED} {by.seed}" if by.seed is not None else words.VARIATION


def roll() -> str:
    """A new seed, as the text in its box."""
    return str(secrets.randbelow(SEEDS))


def first(sampler: Sampler) -> list[tuple[str, str, str]]:
    """The paintings on view before any click: (file, title, recipe), ours, as far as their model is here."""
    here = {card.sha256 for card in sampler.studio.cards("sample")}
    found: list[tuple[str, str, str]] = []
    for path in sorted(assets.FIRST.glob("sample-*.png")):
        try:
            by = recipe.load(path)
        except (PictureError, recipe.RecipeError):
            continue
        if by.weights_sha256 in here:
            found.append((str(path), title(by), by.to_json()))
    return found
