"""Models that come and go appear in the lists of the other tabs, without a new start."""

from __future__ import annotations

from typing import Any

import gradio as gr

from deepart.studio import Studio
from deepart.ui import words
from deepart.ui.parts import PRIVATE
from deepart.weights import WeightsError

AT_ONCE = PRIVATE | {"queue": False}


class Choices:
    """Every list of models on the page (see parts.model_choice).

    names: a state of what there is; a handler that answers it with another list has the lists filled anew.
    """

    def __init__(self, studio: Studio, page: gr.Blocks):
        self.studio, self.page = studio, page
        self.lists = [block for block in page.blocks.values() if hasattr(block, "task")]
        self.names = gr.State(self.now())
        page.load(self.fill, self.lists, self.lists, **AT_ONCE)
        self.names.change(self.fill, self.lists, self.lists, **AT_ONCE)

    def now(self) -> list[str]:
        return [card.name for card in self.studio.cards()]

    def fill(self, *chosen: str) -> Any:
        """What is chosen stays so, unless it is gone."""
        filled = []
        for block, name in zip(self.lists, chosen, strict=True):
            cards = self.studio.cards(block.task)
            found = [(f"{words.told(card.title) or card.name} ({card.name})", card.name) for card in cards]
            try:
                value = name if name in [card.name for card in cards] else self.studio.default(block.task)
            except WeightsError:  # not one is left
                value = None
            filled.append(gr.Dropdown(found, value=value, visible=len(cards) > 1))
        return filled if len(filled) != 1 else filled[0]
