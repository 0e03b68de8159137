"""The easel of Sample: one painting, its sliders, the colours of another, and its neighbours."""

from __future__ import annotations

import html
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from deepart import recipe
from deepart.latents import SEEDS
from deepart.recipe import Recipe
from deepart.sampling import Sampler
from deepart.studio import Made
from deepart.ui import guard, parts, words
from deepart.ui.book import Book
from deepart.ui.faders import faders, read, standing
from deepart.ui.parts import PRIVATE
from deepart.ui.sample.wall import PAINTING, Wall, choices, hang
from deepart.ui.trail import Trail

NEIGHBOURS = 8


@dataclass(frozen=True)
class Easel:
    """The parts of the easel that others use. by: State, the recipe (JSON) of the painting on it, "" for none."""

    by: gr.State
    view: gr.HTML
    bank: gr.HTML
    mix_seed: gr.Textbox
    mix_level: gr.Slider
    download: gr.DownloadButton
    note: gr.HTML
    send: gr.Row
    undo: gr.Button
    redo: gr.Button
    hand: Hand

    @property
    def all(self) -> list:
        """What `put` answers, and `guard.noted` adds to."""
        return [self.by, self.view, self.bank, self.mix_seed, self.mix_level, self.download, self.note]


def build(sampler: Sampler, hung: Wall) -> Easel:
    """Lay the easel out below the wall."""
    gr.HTML(f"<h2>{words.EASEL}</h2>", apply_default_css=False, elem_classes="section")
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=4, min_width=260):
            view = gr.HTML(words.EASEL_EMPTY, apply_default_css=False, elem_classes="easel tall")
            with gr.Row(elem_classes="chips"):
                download = gr.DownloadButton(
                    words.DOWNLOAD, variant="primary", min_width=140, interactive=False
                )
                undo = gr.Button(words.UNDO, min_width=70, interactive=False, elem_classes="key-undo")
                redo = gr.Button(words.REDO, min_width=70, interactive=False, elem_classes="key-redo")
                reset = gr.Button(words.RESET, min_width=70)
            send = gr.Row(elem_classes="chips send")
            note = parts.note()
        with gr.Column(scale=6, min_width=300, elem_classes="controls"):
            axes = sampler.directions(sampler.studio.default("sample"))
            bank = faders(axes, [0.0] * len(axes))
            with gr.Row(elem_classes="seed-row"):
                mix_seed = gr.Textbox("", label=words.MIX, placeholder=words.MIX_EMPTY, max_lines=1, scale=3, min_width=150)  # fmt: skip
                mix_level = gr.Slider(
                    1, 4, 2, step=1, label=words.MIX_LEVEL, info=words.MIX_INFO, scale=4, buttons=[]
                )
            with gr.Row(elem_classes="seed-row"):
                amount = gr.Slider(
                    5, 100, 35, step=5, label=words.AMOUNT, info=words.AMOUNT_INFO, scale=4, buttons=[]
                )
                vary = gr.Button(words.VARY, size="md", scale=3, min_width=150)
    hand = Hand(sampler, hung.book)
    stand = Easel(gr.State(""), view, bank, mix_seed, mix_level, download, note, send, undo, redo, hand)
    trail = _wire_steps(stand)
    hung.gallery.select(hand.choose, hung.recipes, stand.all, **PRIVATE)
    # Outside the queue, where it is quick, Gradio does not tell that a state changed: so the trail is an output, too.
    bank.input(
        hand.slide, [stand.by, trail, bank], [trail, undo, redo, stand.by, view, download, note],
        trigger_mode="always_last", queue=False, **PRIVATE,
    )  # fmt: skip
    gr.on(
        [mix_seed.submit, mix_seed.blur, mix_level.release],
        hand.mix, [stand.by, mix_seed, mix_level], [stand.by, view, download, note], **PRIVATE,
    )  # fmt: skip
    reset.click(hand.reset, stand.by, stand.all, **PRIVATE)

    @guard.noted(outputs=2)
    def neighbours(request: gr.Request, by: str, amount: float) -> Iterator[tuple[list, list]]:
        yield from _neighbours(sampler, hung, request, by, amount)

    hung.book.made.append(
        vary.click(neighbours, [stand.by, amount], [hung.gallery, hung.recipes, hung.note], **PAINTING)
    )
    return stand


def _wire_steps(stand: Easel) -> gr.State:
    """Undo and redo: the recipes (JSON, "" for none) of what stood on the easel, a Trail, which is returned."""
    trail, buttons = gr.State(Trail("")), [stand.undo, stand.redo]

    def go(by: str, trail: Trail[str]) -> tuple:
        grown = _stepped(trail, by)
        return grown, *grown.buttons()

    stand.by.change(go, [stand.by, trail], [trail, *buttons], queue=False, **PRIVATE)
    for button, step in ((stand.undo, Trail.undo), (stand.redo, Trail.redo)):
        button.click(stand.hand.step(step), trail, [trail, *buttons, *stand.all], **PRIVATE)
    return trail


def _stepped(trail: Trail[str], by: str) -> Trail[str]:
    """The trail with one painting more; an empty easel is no step."""
    if not by:
        return trail
    return trail.to(by) if trail.now else Trail(by)


def _neighbours(sampler: Sampler, hung: Wall, request: gr.Request, by: str, amount: float) -> Iterator:
    key, one = hung.running.begin(request), on_easel(by)
    made = sampler.variations(
        one.model,
        sampler.start_of(one),
        sampler.manner_of(one),
        NEIGHBOURS,
        amount / 100,
        secrets.randbelow(SEEDS),
    )
    yield from hang(made, hung, request, key)


def on_easel(by: str) -> Recipe:
    """The recipe of the painting on the easel. Raises RecipeError with what to do when there is none."""
    if not by:
        raise recipe.RecipeError(words.NOTHING_ON_EASEL)
    return recipe.from_json(by)


class Hand:
    """The handlers of the easel."""

    def __init__(self, sampler: Sampler, book: Book):
        self.sampler, self.book = sampler, book
        self.choose = guard.noted(6)(self._choose)
        self.slide = guard.noted(6)(self._slide)
        self.mix = guard.noted(3)(self._mix)
        self.reset = guard.noted(6)(self._reset)

    def put(self, made: Made) -> tuple:
        """A painting onto the easel, with every control as its recipe says."""
        by, model = made.recipe, made.recipe.model
        axes = self.sampler.directions(model)
        at = [(by.sliders or {}).get(axis.name, 0.0) for axis in axes]
        levels = self.sampler.levels(model)
        file = parts.keep(made)
        return (
            by.to_json(), figure(parts.data_url(file.read_bytes(), "png"), by), standing(axes, at),
            "" if by.mix_seed is None else str(by.mix_seed), gr.Slider(maximum=levels - 1, value=by.mix_level or 2),
            gr.DownloadButton(value=str(file), interactive=True),
        )  # fmt: skip

    def remake(self, by: Recipe) -> Made:
        """The painting of a recipe again. Raises WeightsError when its model is missing or another."""
        return Made(self.sampler.studio.remake(by), by)

    def picture(self, by: str) -> Path:
        """The painting on the easel as a file, for another tab."""
        return parts.keep(self.remake(on_easel(by)))

    def step(self, step: Callable[[Trail[str]], Trail[str]]) -> Callable:
        """A handler that goes along the trail."""

        @guard.noted(9)
        def go(trail: Trail[str]) -> tuple:
            there = step(trail)
            if there == trail:
                return (gr.skip(),) * 9
            return there, *there.buttons(), *self.put(self.remake(recipe.from_json(there.now)))

        return go

    def restore(self, by: Recipe, own: Path | None, now: str) -> tuple:
        """(model, seed, psi, style, other style, blend; then what `put` answers, and the note) as a recipe says."""
        first, second = (list((by.styles or {}).items()) + [("", 0.0)] * 2)[:2]
        blend = gr.Slider(value=round(100 * second[1]), visible=bool(second[0]))
        seed = gr.skip() if by.seed is None else str(by.seed)
        psi = 1.0 if by.psi is None else by.psi
        found = choices(self.sampler.styles(by.model))
        one, other = (
            gr.Dropdown(found, value=name, visible=len(found) > 1) for name in (first[0], second[0])
        )
        return by.model, seed, psi, one, other, blend, *self.put(self.remake(by)), ""

    def dress(self, by: Recipe, now: str) -> tuple:
        """The painting on the easel with the sliders, styles, colours and truncation of a preset."""
        self.sampler.studio.check(by)
        one = on_easel(now) if now else by
        if one.model == by.model:
            by = replace(by, seed=one.seed, z=one.z)
        return self.restore(by, None, now)

    def _choose(self, recipes: list[str], event: gr.SelectData) -> tuple:
        return self.put(self.remake(recipe.from_json(recipes[int(event.index)])))

    def _reset(self, by: str) -> tuple:
        return self.put(self.remake(replace(on_easel(by), sliders=None, mix_seed=None, mix_level=None)))

    def _slide(self, request: gr.Request, by: str, trail: Trail[str], moved: Any) -> tuple:
        """A small picture while a finger is on a slider; the full one, to keep, when it is lifted."""
        one, (values, held) = on_easel(by), read(moved)
        names = [axis.name for axis in self.sampler.directions(one.model)]
        sliders = dict(zip(names, values, strict=False))
        answer = self._change(request, one, held, sliders=sliders)
        if held:
            return (*(gr.skip(),) * 3, *answer)
        grown = _stepped(trail, answer[0])
        return grown, *grown.buttons(), *answer

    def _mix(self, request: gr.Request, by: str, seed: str, level: float) -> tuple:
        if not by and not seed.strip():
            return (gr.skip(),) * 3
        wanted = (
            {"mix_seed": seed.strip(), "mix_level": int(level)}
            if seed.strip()
            else {"mix_seed": None, "mix_level": None}
        )
        return self._change(request, on_easel(by), False, **wanted)

    def _change(self, request: gr.Request, one: Recipe, held: bool, **changes: Any) -> tuple:
        """(recipe, view, download) after some controls of a painting moved."""
        way = replace(self.sampler.manner_of(one), **changes)
        made = self.sampler.paint(one.model, self.sampler.start_of(one), way, 1 if held else one.scale)
        if held:
            return gr.skip(), figure(parts.small_jpeg(made.picture), one), gr.skip()
        file = self.book.keep(request, made, one)
        view = figure(parts.data_url(file.read_bytes(), "png"), made.recipe)
        return made.recipe.to_json(), view, gr.DownloadButton(value=str(file), interactive=True)


def figure(source: str, by: Recipe) -> str:
    """The painting on the easel. decoding="sync": the browser shows the next one whole, never a blank between two."""
    what = f"{words.SEED} {by.seed}" if by.seed is not None else words.NO_SEED
    return f'<figure><img src="{source}" alt="{html.escape(words.ON_EASEL)}" decoding="sync"><figcaption>{html.escape(what)}</figcaption></figure>'
