"""How pictures come back: every tool's recipes, from a PNG, a link, the history or a preset, onto the controls they name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from deepart import links, recipe
from deepart.recipe import Recipe, RecipeError
from deepart.ui import guard, parts, words
from deepart.ui.book import Book
from deepart.ui.parts import PRIVATE

# What was brought back may stand below the edge of the window.
SHOW = """() => setTimeout(() => [...document.querySelectorAll('.easel img')].find(img => img.offsetParent)
  ?.scrollIntoView({block: 'nearest', behavior: 'smooth'}), 400)"""
LONG = 20  # seconds that a sentence stays on view


class Returning:
    """All tools of the page as one. `inputs` and `outputs` are theirs together, for one event.

    makers: tool by tool, the id of the tab that it stands in, and the tool. An answer is {component: what it becomes}.
    """

    def __init__(self, rooms: gr.Tabs, makers: list[tuple[str, parts.Maker]], book: Book):
        self.rooms, self.book = rooms, book
        self.inputs: list = []
        self._found: dict[str, tuple[str, parts.Maker, slice]] = {}
        after = [event for _, maker in makers for event in maker.after]
        self._after = [event for i, event in enumerate(after) if event not in after[:i]]
        outputs = [rooms]
        for tab, maker in makers:
            start = len(self.inputs)
            self.inputs += maker.inputs
            self._found[maker.task] = (tab, maker, slice(start, len(self.inputs)))
            outputs += [*maker.outputs, *(tabs for tabs, _ in maker.inner)]
        self.outputs = list({c._id: c for c in outputs}.values())

    def then(self, brought: Any) -> None:
        """What follows on an event that brings recipes back."""
        for event in (*self._after, {"fn": None, "js": SHOW, **PRIVATE}):
            brought.success(**event)

    def bring(self, by: Recipe, own: Path | None, given: tuple) -> dict:
        """The tab of a recipe opens, and every control stands as it says. given: the values of `inputs`.

        own: the file that its picture was made from, where it is known. Raises RecipeError for a task that no tool has,
        WeightsError when its model is missing or another.
        """
        return self._answer(by, lambda maker, here: maker.restore(by, own, *here), given)

    def dress(self, by: Recipe, given: tuple) -> dict:
        """The settings of a recipe on the picture that its tool shows."""
        return self._answer(by, lambda maker, here: maker.dress(by, *here), given)

    def bring_file(self, request: gr.Request, file: Any, *given: Any) -> dict:
        """Of a dropped PNG; why it cannot be is said as a message."""
        if not file:
            return self.nothing()
        return self.said(
            lambda: self.from_here(request, recipe.load(guard.uploaded({"path": str(file)})), given)
        )

    def bring_link(self, request: gr.Request, code: str, *given: Any) -> dict:
        """Of a link's `?recipe=...`; "" for none."""
        if not code:
            return self.nothing()
        return self.said(lambda: self.from_here(request, links.from_code(code), given))

    def from_here(self, request: gr.Request, by: Recipe, given: tuple) -> dict:
        """As `bring`, with a picture that was made here found again."""
        own = self.book.of(request).find(by.own_sha256) if by.own_sha256 else None
        return self.bring(by, own and parts.lent(own), given)

    def said(self, make: Any) -> dict:
        """What make() answers; an error becomes a message, and nothing changes."""
        try:
            return make()
        except Exception as error:
            warn(error)
            return self.nothing()

    def nothing(self) -> dict:
        return {self.rooms: gr.skip()}

    def _answer(self, by: Recipe, ask: Any, given: tuple) -> dict:
        if by.task not in self._found:
            raise RecipeError(words.NO_TOOL.format(task=by.task))
        tab, maker, mine = self._found[by.task]
        answer = dict(zip(maker.outputs, ask(maker, given[mine]), strict=True))
        answer |= {tabs: gr.Tabs(selected=number) for tabs, number in maker.inner}
        return answer | {self.rooms: gr.Tabs(selected=tab)}


def warn(error: Exception) -> None:
    """A sentence over the page, for what no tab has a note for."""
    gr.Warning(parts.escaped(guard.sentence(error)), LONG, title=words.SORRY)
