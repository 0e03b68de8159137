"""Undo and redo: where something stands, and where it stood before and after."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, Self, TypeVar

import gradio as gr

MOST = 60  # steps back
Step = TypeVar("Step")


@dataclass(frozen=True)
class Trail(Generic[Step]):
    """One step, those before it and, after an undo, those after it, the next one last.

    Steps can be hashed, and so can a trail: by that Gradio tells that a state changed.
    """

    now: Step
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()

    def to(self, step: Step) -> Self:
        """One step on; what was undone is forgotten. Coming to where it stands already is none."""
        if step == self.now:
            return self
        return replace(self, now=step, past=(*self.past, self.now)[-MOST:], future=())

    def undo(self) -> Self:
        """One step back; itself where there is none."""
        if not self.past:
            return self
        return replace(self, now=self.past[-1], past=self.past[:-1], future=(*self.future, self.now))

    def redo(self) -> Self:
        """One step on again; itself where there is none."""
        if not self.future:
            return self
        return replace(self, now=self.future[-1], future=self.future[:-1], past=(*self.past, self.now))

    def each(self, change: Callable[[Step], Step]) -> Self:
        """The same trail with every step changed."""
        past, future = (tuple(map(change, row)) for row in (self.past, self.future))
        return replace(self, now=change(self.now), past=past, future=future)

    def buttons(self) -> tuple[gr.Button, gr.Button]:
        """Undo and redo, where there is something to undo and to redo."""
        return gr.Button(interactive=bool(self.past)), gr.Button(interactive=bool(self.future))
