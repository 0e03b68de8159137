"""The handlers of the stage. All that go to a new place answer what `Stage.there` lists, the note last."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from deepart import images, recipe
from deepart.bench import Bench, Place, Point
from deepart.bench.own import Own, needs, own
from deepart.bench.values import FARTHEST
from deepart.latents import SEEDS
from deepart.recipe import Recipe
from deepart.studio import StudioError
from deepart.ui import guard, parts, words
from deepart.ui.book import Book
from deepart.ui.comparing import curtain, figure
from deepart.ui.faders import locked, read, standing
from deepart.ui.sliders.ends import ends_of
from deepart.ui.trail import Trail

LEAST_STEP = 0.02  # sigma; a preset does not tell of smaller ones
THERE = 8  # values that a new place answers, without the note


@dataclass(frozen=True)
class Desk(Trail[Place]):
    """What is on view, step by step, and the recipe (JSON, "" for none) that waits for its picture."""

    waits: str = ""

    def with_file(self, mine: Own) -> Desk:
        """The same, with another file of the same picture."""
        return self.each(
            lambda place: replace(place, own=mine) if place.own and place.own.sha256 == mine.sha256 else place
        )


class Hand:
    """What happens when something on the stage is touched."""

    def __init__(self, bench: Bench, book: Book):
        self.bench, self.book = bench, book
        self.slide = guard.noted(4)(self._slide)
        self.switch = guard.noted(1)(lambda model, desk, keep, _: self._easel(model, desk.now, keep))
        self.random = guard.noted(THERE)(self._random)
        self.reset = guard.noted(THERE)(self._reset)
        self.undo = guard.noted(THERE)(lambda model, desk, *given: self.show(model, desk.undo(), *given))
        self.redo = guard.noted(THERE)(lambda model, desk, *given: self.show(model, desk.redo(), *given))
        self.away = guard.noted(THERE)(
            lambda model, desk, *_: self.begin(model, Place(self.bench.origin(model)))
        )
        self.change_model = guard.noted(THERE)(self._change_model)
        self.own = guard.noted(THERE + 1)(self._own)
        self.example = guard.noted(THERE)(self._example)
        self.receive = guard.noted(THERE)(self._receive)
        self.finish = guard.noted(2)(self._finish)

    def begin(self, model: str, place: Place, keep: bool = True, bank: Any = None) -> tuple:
        """A new picture, from which Undo does not lead back."""
        return self.show(model, Desk(place), keep, bank)

    def show(self, model: str, desk: Desk, keep: bool, bank: Any = None) -> tuple:
        """Everything on the stage as a desk says. bank: what the browser sent, whose locks stay."""
        place = desk.now
        values = [max(-FARTHEST, min(FARTHEST, v)) for v in self.bench.values(model, place.point)]
        bar = (
            curtain(parts.small_jpeg(self.bench.before(model, place.own)), _shape(place)) if place.own else ""
        )
        easel = self._easel(model, place, keep)
        shown = gr.Checkbox(value=keep, visible=place.own is not None)
        return (
            desk, standing(self.bench.axes(model), values, bank, self._has_ends(model)), shown, bar, easel,
            *desk.buttons(), gr.Button(visible=place.own is not None),
        )  # fmt: skip

    def _has_ends(self, model: str) -> bool:
        """Whether the pictures at the sliders' ends are of this model."""
        cards = self.bench.studio.cards("sliders")
        return any(ends_of(card.sha256) for card in cards if card.name == model)

    def _slide(self, model: str, desk: Desk, keep: bool, bank: Any) -> tuple:
        """A small picture while a finger is on a slider; a larger one when it is lifted, and a step for Undo."""
        values, held = read(bank)
        place = replace(desk.now, point=self.bench.move(model, desk.now.point, values))
        if held:
            small = parts.small_jpeg(self.bench.preview(model, _seen(place, keep)))
            return gr.skip(), figure(small, _caption(place, keep), _shape(place)), gr.skip(), gr.skip()
        desk = desk.to(place)
        return desk, self._easel(model, place, keep), *desk.buttons()

    def _random(
        self, request: gr.Request, model: str, desk: Desk, keep: bool, bank: Any, heat: float
    ) -> tuple:
        """A random place; for an own picture, its own place with a random step along all unlocked axes."""
        fixed, seed = locked(bank), secrets.randbelow(SEEDS)
        now = self.bench.values(model, desk.now.point)
        held = {i: now[i] for i in fixed if i < len(now)}
        point = self.bench.random_point(model, seed, heat, held)
        if desk.now.own:
            start = self._start(model, desk).point
            own, step = self.bench.values(model, start), self.bench.values(model, point)
            there = [max(-FARTHEST, min(FARTHEST, a + b)) for a, b in zip(own, step, strict=True)]
            point = self.bench.move(model, start, [held.get(i, value) for i, value in enumerate(there)])
        else:
            self.book.keep(request, self.bench.draw(model, Place(point)))
        return self.show(model, desk.to(replace(desk.now, point=point)), keep, bank)

    def _reset(self, model: str, desk: Desk, keep: bool, bank: Any) -> tuple:
        """Back to the own picture's own values, or to the mean painting; locked axes go there, too."""
        return self.show(model, replace(desk.to(self._start(model, desk)), waits=""), keep, bank)

    def _start(self, model: str, desk: Desk) -> Place:
        mine = desk.now.own
        return self.bench.put(model, mine.path) if mine else Place(self.bench.origin(model))

    def _change_model(self, model: str, desk: Desk, keep: bool, bank: Any) -> tuple:
        """Another model: the own picture goes onto its sliders, else its mean painting is shown."""
        return self.begin(model, self._start(model, desk), keep)

    def _own(self, model: str, desk: Desk, keep: bool, bank: Any, file: Any) -> tuple:
        if not file:
            return (gr.skip(),) * (THERE + 1)
        path, mine = guard.uploaded(file), desk.now.own
        if mine and not desk.waits and (found := own(path)).sha256 == mine.sha256:
            # a browser may say the same thing twice, and what was moved is not to go; but the first upload may be gone
            return None, desk.with_file(found), *(gr.skip(),) * (THERE - 1)
        return None, *self.put(model, path, bank, desk.waits)

    def _receive(self, path: str | None, model: str, desk: Desk, keep: bool, bank: Any) -> tuple:
        if not path:
            raise images.PictureError(words.NO_PICTURE)
        return self.put(model, Path(path), bank)

    def _example(self, model: str, desk: Desk, keep: bool, bank: Any, event: gr.EventData) -> tuple:
        return self.put(model, parts.example(event.index), bank)

    def picture(self, model: str, desk: Desk, keep: bool) -> Path:
        """The finished picture as a file, for another tab."""
        return parts.keep(self.bench.draw(model, _seen(desk.now, keep)))

    def recipe(self, model: str, desk: Desk, keep: bool, *_: Any) -> Recipe:
        """Of the picture on view."""
        return self.bench.recipe(model, _seen(desk.now, keep))

    def preset(self, model: str, desk: Desk, keep: bool, *_: Any) -> Recipe:
        """How far the axes were moved from where the picture put them."""
        by = self.bench.recipe(model, desk.now)
        start = self.bench.values(model, self._start(model, desk).point)
        steps = {
            name: round(value - before, 3)
            for (name, value), before in zip(by.sliders.items(), start, strict=True)
        }
        return replace(
            by, z=None, aspect=None, own_sha256=None, own_name=None,
            sliders={name: step for name, step in steps.items() if abs(step) >= LEAST_STEP},
        )  # fmt: skip

    def dress(self, by: Recipe, model: str, desk: Desk, keep: bool, bank: Any) -> tuple:
        """The steps of a preset, from where the picture on view put the axes; answers the model and `show`, and a note."""
        self.bench.studio.check(by)
        desk = desk if model == by.model else Desk(self._start(by.model, desk))
        start = self._start(by.model, desk).point
        names, values = [axis.name for axis in self.bench.axes(by.model)], self.bench.values(by.model, start)
        at = [value + (by.sliders or {}).get(name, 0.0) for name, value in zip(names, values, strict=True)]
        point = self.bench.move(by.model, start, [max(-FARTHEST, min(FARTHEST, v)) for v in at])
        return by.model, *self.show(by.model, desk.to(replace(desk.now, point=point)), keep, bank), ""

    def restore(self, by: Recipe, own: Path | None, model: str, desk: Desk, keep: bool, bank: Any) -> tuple:
        """The model and the stage as a recipe says, and a note, which asks for the picture whose detail it kept."""
        self.bench.studio.check(by)
        if by.own_sha256 is None:
            return by.model, *self.begin(by.model, Place(Point(by.z, by.aspect)), False, bank), ""
        mine = desk.now.own
        own = own or (mine.path if mine and mine.sha256 == by.own_sha256 else None)
        if own is None:
            waiting = replace(desk, waits=by.to_json())
            return by.model, waiting, *(gr.skip(),) * (THERE - 1), guard.note(asking(by))
        return by.model, *self.put(by.model, own, bank, by.to_json()), ""

    def put(self, model: str, path: Path, bank: Any, waits: str = "") -> tuple:
        """A picture of the artist's own onto the sliders; one that a recipe waits for, as that recipe says."""
        place = self.bench.put(model, path)
        if waits:
            by = recipe.from_json(waits)
            needs(by, place.own)
            desk = Desk(place).to(replace(place, point=replace(place.point, z=by.z)))
            return self.show(model, desk, True, bank)
        return self.begin(model, place, True, bank)

    def _finish(self, request: gr.Request, model: str, desk: Desk, keep: bool, bank: Any) -> Iterator[tuple]:
        """The finished picture as a file; at the size of an own picture it takes seconds."""
        yield gr.Button(words.MAKING, interactive=False), None
        try:
            made = self.bench.draw(model, _seen(desk.now, keep))
            path = self.book.keep(request, made, mine=desk.now.own)
        except Exception as error:
            yield gr.Button(words.DOWNLOAD, interactive=True), gr.skip()
            raise error
        yield gr.Button(words.DOWNLOAD, interactive=True), str(path)

    def _easel(self, model: str, place: Place, keep: bool) -> str:
        """The picture as it stands on the easel when no finger is on it."""
        seen = _seen(place, keep)
        if seen.own:
            return figure(parts.small_jpeg(self.bench.preview(model, seen, large=True)), "", _shape(place))
        return figure(png(parts.keep(self.bench.draw(model, seen))), _caption(place, keep), _shape(place))


def asking(by: Recipe) -> str:
    """The sentence that asks for the picture whose detail a recipe kept."""
    try:
        needs(by, None)
    except StudioError as reason:
        return words.sentence(str(reason)) + words.ASKED
    return ""


def _seen(place: Place, keep: bool) -> Place:
    return place if keep else replace(place, own=None)


def _shape(place: Place) -> tuple[int, int]:
    return place.point.aspect or (1, 1)


def _caption(place: Place, keep: bool) -> str:
    return words.REMADE if place.own and not keep else ""


def png(path: Path) -> str:
    return parts.data_url(path.read_bytes(), "png")
