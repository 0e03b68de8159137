"""The stage of Restyle: one picture that every tool of the tab works on, before and after, step by step and back.

A tool is an inner tab. It previews on the easel, and `finishing` gives it the buttons that make its picture at full size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from deepart import images, recipe
from deepart.bench.own import Own, needs_file, own
from deepart.recipe import Recipe
from deepart.restyling import Restyling
from deepart.studio import Made, StudioError
from deepart.ui import guard, parts, words
from deepart.ui.book import Book
from deepart.ui.comparing import CURTAIN, curtain, figure
from deepart.ui.parts import LONG, PRIVATE
from deepart.ui.running import Running
from deepart.ui.trail import Trail

THERE = 5  # values that a new picture answers, without the note
Make = Callable[..., Iterator[tuple[float, Made | None]]]


@dataclass(frozen=True)
class Desk(Trail[Own]):
    """The picture that is worked on, step by step, and the recipe (JSON, "" for none) that waits for its picture."""

    waits: str = ""

    def to(self, step: Own) -> Desk:
        return replace(super().to(step), waits="")

    def with_file(self, mine: Own) -> Desk:
        """The same, with another file of the same picture."""
        return self.each(lambda one: mine if one.sha256 == mine.sha256 else one)


@dataclass(frozen=True)
class Stage:
    """The parts of the stage that tools use.

    desk: State. current: State, the number of the tool whose tab is open. follow: what happens once another picture is
    worked on, as arguments of an event; `on_arrival` adds to it. stepped, after: the same for a step on or back.
    """

    desk: gr.State
    current: gr.State
    yours: gr.HTML
    easel: gr.HTML
    undo: gr.Button
    redo: gr.Button
    note: gr.HTML
    send: gr.Row
    hand: Hand
    arrived: list
    follow: list[dict]
    stepped: list
    after: list[dict]
    book: Book

    def on_arrival(self, **event: Any) -> None:
        """An event that follows whenever another picture is worked on: fn, inputs and outputs."""
        event |= PRIVATE
        self.follow.append(event)
        for arrival in self.arrived:
            arrival.success(**event)

    def on_step(self, **event: Any) -> None:
        """An event that follows whenever work goes on from what was made, or back with Undo and Redo: fn, inputs and outputs."""
        event |= PRIVATE
        self.after.append(event)
        for step in self.stepped:
            step.success(**event)

    def steps(self, step: Any) -> Any:
        """`step` is an event that goes on or back; returned."""
        self.stepped.append(step)
        for event in self.after:
            step.success(**event)
        return step

    @property
    def there(self) -> list:
        """What every handler that brings another picture answers."""
        return [self.desk, self.yours, self.easel, self.undo, self.redo, self.note]

    @property
    def seen(self) -> list:
        """What a preview answers: html of the easel, and the note that `guard.noted` adds."""
        return [self.easel, self.note]


@dataclass(frozen=True)
class Showing:
    """What a tool shows, all by (desk, *values of inputs).

    preview answers `Stage.seen`, made is the picture as a file, recipe is what makes it. maker: lays down, once the inner
    tabs are there, how its pictures come back.
    """

    preview: Callable
    inputs: list
    made: Callable[..., Path]
    recipe: Callable[..., Recipe]
    maker: Callable[[tuple[tuple[gr.Tabs, int], ...]], parts.Maker] | None = None


class Hand:
    """The handlers of the stage."""

    def __init__(self, restyling: Restyling):
        self.restyling = restyling
        self.undo = guard.noted(THERE)(lambda desk: self.show(desk.undo()))
        self.redo = guard.noted(THERE)(lambda desk: self.show(desk.redo()))
        self.own = guard.noted(THERE + 1)(self._own)
        self.example = guard.noted(THERE)(
            lambda desk, event: self.show(self.fresh(None, parts.example(event.index)))
        )
        self.receive = guard.noted(THERE)(self._receive)
        self.again = guard.noted(1)(lambda desk: self.easel(desk))

    def show(self, desk: Desk) -> tuple:
        """Everything on the stage as a desk says."""
        return desk, self.before(desk), self.easel(desk), *desk.buttons()

    def before(self, desk: Desk) -> str:
        """The picture that is worked on, as far as the line between before and after."""
        small = self.restyling.small(desk.now)
        return curtain(parts.small_jpeg(small), small.size)

    def easel(self, desk: Desk, picture: Any = None) -> str:
        """The picture of a preview on the easel; without one, the picture that is worked on."""
        small = self.restyling.small(desk.now)
        return figure(parts.small_jpeg(picture or small), "", (picture or small).size)

    def fresh(self, desk: Desk | None, path: Path) -> Desk:
        """A desk with a new picture, from which Undo does not lead back. Raises images.PictureError.

        desk: where a recipe may wait for this picture; it goes on waiting when this is another one.
        """
        mine = own(path)
        self.restyling.small(mine)
        return Desk(mine, waits=desk.waits if desk else "")

    def find(self, desk: Desk, by: Recipe, file: Path | None) -> Desk:
        """The desk with the picture that a recipe was made from: it lies there, or lay there, or is `file`.

        Where none of them is it, the recipe waits for it on the desk; see `waiting`.
        """
        mine = own(file) if file else None
        if mine and mine.sha256 == by.own_sha256:
            desk = desk.with_file(mine)  # an earlier upload may be gone
        before = [mine for mine in (*desk.past, *desk.future) if mine.sha256 == by.own_sha256]
        if desk.now.sha256 == by.own_sha256:
            return replace(desk, waits="")
        if before:
            return desk.to(before[-1])
        if mine and mine.sha256 == by.own_sha256:
            return self.fresh(None, file)
        return replace(desk, waits=by.to_json())

    def waiting(self, desk: Desk, task: str) -> Recipe | None:
        """The recipe of a task that waits for its picture, if that is what lies there now."""
        by = recipe.from_json(desk.waits) if desk.waits else None
        return by if by and by.task == task and by.own_sha256 == desk.now.sha256 else None

    def mistaken(self, desk: Desk, task: str) -> Any:
        """A note where a recipe of a task waits for another picture than the one that lies there; else it stays as it is."""
        if not desk.waits or (by := recipe.from_json(desk.waits)).task != task:
            return gr.skip()
        try:
            needs_file(by, desk.now)
        except StudioError as reason:
            return guard.note(words.sentence(str(reason)))
        return gr.skip()

    def _own(self, desk: Desk, file: Any) -> tuple:
        if not file:
            return (gr.skip(),) * (THERE + 1)
        path = guard.uploaded(file)
        if (found := own(path)).sha256 == desk.now.sha256 and not desk.waits:
            # a browser may say the same thing twice; but the first upload may be gone
            return None, desk.with_file(found), *(gr.skip(),) * (THERE - 1)
        return None, *self.show(self.fresh(desk, path))

    def _receive(self, path: str | None, desk: Desk) -> tuple:
        if not path:
            raise images.PictureError(words.NO_PICTURE)
        return self.show(self.fresh(None, Path(path)))


def build(restyling: Restyling, book: Book) -> Stage:
    """Lay the stage out: easel, undo and redo, and where a picture is dropped. It opens with an example of ours."""
    hand = Hand(restyling)
    start = Desk(own(parts.example(2)))
    desk = gr.State(start)
    with gr.Column(elem_classes="compare"):
        easel = gr.HTML(hand.easel(start), apply_default_css=False, elem_classes="easel")
        yours = gr.HTML(
            hand.before(start), apply_default_css=False, elem_classes="easel yours", js_on_load=CURTAIN
        )
    with gr.Row(elem_classes="chips"):
        undo = gr.Button(words.UNDO, min_width=70, interactive=False, elem_classes="key-undo")
        redo = gr.Button(words.REDO, min_width=70, interactive=False, elem_classes="key-redo")
    send = gr.Row(elem_classes="chips send")
    note = parts.note()
    drop = parts.own_picture(words.RESTYLE_OWN, words.RESTYLE_DROP, height=150)
    shelf = parts.examples_shelf(words.OWN_EXAMPLES)
    stage = Stage(desk, gr.State(0), yours, easel, undo, redo, note, send, hand, [], [], [], [], book)

    def example(desk: Desk, event: gr.EventData) -> tuple:
        return hand.example(desk, event)

    stage.arrived.append(drop.change(hand.own, [desk, drop], [drop, *stage.there], **PRIVATE))
    stage.arrived.append(shelf.click(example, desk, stage.there, **PRIVATE))
    stage.steps(undo.click(hand.undo, desk, stage.there, **PRIVATE))
    stage.steps(redo.click(hand.redo, desk, stage.there, **PRIVATE))
    return stage


def finishing(stage: Stage, make: Make, inputs: list, name: str) -> Any:
    """Lay out what makes a tool's picture at full size: download it, or go on from it; progress, and Stop.

    make: (desk, *values of inputs) -> (share done, None) again and again, then (1.0, the picture). name: of the tool, in
    the ids of the page. Returns the event after which the picture that was made is the one that is worked on.
    """
    with gr.Row(elem_classes="chips"):
        download = gr.Button(words.DOWNLOAD, variant="primary", min_width=140, elem_classes="key-run")
        leave = gr.DownloadButton(words.DOWNLOAD, visible="hidden", elem_id=f"{name}-picture")
        go_on = gr.Button(words.GO_ON, min_width=140)
        stop = gr.Button(words.STOP, min_width=70, interactive=False, elem_classes="key-stop")
    work = Work(make, stage.book)

    @guard.noted(outputs=4)
    def fetch(request: gr.Request, desk: Desk, *given: Any) -> Iterator[tuple]:
        for buttons, path in work.steps(request, desk, given):
            yield *buttons, str(path) if path else None

    @guard.noted(outputs=3 + THERE)
    def take(request: gr.Request, desk: Desk, *given: Any) -> Iterator[tuple]:
        for buttons, path in work.steps(request, desk, given):
            yield *buttons, *(stage.hand.show(desk.to(own(path))) if path else (gr.skip(),) * THERE)

    here = [stage.desk, *inputs]
    fetched = download.click(fetch, here, [download, go_on, stop, leave, stage.note], **PRIVATE, **LONG)
    click = (
        f"file => {{ if (file) setTimeout(() => document.querySelector('#{name}-picture').click(), 50); }}"
    )
    fetched.success(None, leave, None, js=click, **PRIVATE)
    taken = go_on.click(take, here, [download, go_on, stop, *stage.there], **PRIVATE, **LONG)
    stage.book.made += [fetched, taken]
    stop.click(work.running.stop, None, None, queue=False, **PRIVATE)
    return stage.steps(taken)


class Work:
    """A picture in the making."""

    def __init__(self, make: Make, book: Book):
        self.make, self.running, self.book = make, Running(), book

    def steps(self, request: gr.Request, desk: Desk, given: tuple) -> Iterator[tuple[tuple, Path | None]]:
        """(the buttons Download, Go on and Stop; the file once it is there). However it ends, the buttons are ready again."""
        key, path = self.running.begin(request), None
        yield _buttons(0.0), None
        try:
            for done, made in self.make(desk, *given):
                if self.running.stopped(key):
                    break
                if made:
                    path = self.book.keep(request, made, mine=desk.now)
                else:
                    yield _buttons(done), None
        except Exception:
            yield _buttons(), None
            raise
        yield _buttons(), path


def asking(desk: Desk) -> str:
    """A note that asks for the picture which a recipe on the desk waits for, "" when none does."""
    if not desk.waits:
        return ""
    try:
        needs_file(recipe.from_json(desk.waits), None)
    except StudioError as reason:
        return guard.note(words.sentence(str(reason)))
    return ""


def _buttons(done: float | None = None) -> tuple:
    """Download, Go on and Stop; while work goes on Download says how far it is."""
    if done is None:
        return (
            gr.Button(words.DOWNLOAD, interactive=True),
            gr.Button(interactive=True),
            gr.Button(interactive=False),
        )
    said = words.SHARE.format(done=done)
    return gr.Button(said, interactive=False), gr.Button(interactive=False), gr.Button(interactive=True)
