"""A tool of Restyle: light, colours, frame and palette of the picture, live."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from deepart import adjust
from deepart.adjust import LIMITS, Adjustments
from deepart.recipe import Recipe
from deepart.restyling import Restyling
from deepart.studio import Made
from deepart.ui import guard, parts, words
from deepart.ui.parts import PRIVATE
from deepart.ui.restyle.stage import THERE, Desk, Showing, Stage, asking, finishing

SHARES = ("left", "top", "right", "bottom")  # in % on the page
LIGHT = ("exposure", "contrast", "highlights", "shadows", "warmth", "saturation")
NAMES = (*LIGHT, "straighten", *SHARES, "turns", "mirror", "colours")  # in the order of `Controls`


def build(restyling: Restyling, stage: Stage, tab: gr.Tab) -> Showing:
    """Lay the tool out."""
    sliders = [_slider(name) for name in LIGHT]
    with gr.Accordion(words.FRAMING, open=False, elem_classes="fold"):
        with gr.Row(elem_classes="chips"):
            turn = gr.Button(words.TURN, min_width=110)
            mirror = gr.Checkbox(False, label=words.MIRROR)
        turns = gr.State(0)
        sliders.append(_slider("straighten"))
        sliders += [_slider(name) for name in SHARES]
    with gr.Accordion(words.FEW_COLOURS, open=False, elem_classes="fold"):
        colours = _slider("colours", info=words.COLOURS_INFO)
        palette = gr.Textbox("", label=words.ONLY_COLOURS, info=words.ONLY_COLOURS_INFO, max_lines=1)
    reset = gr.Button(words.RESET, min_width=70)
    controls = [*sliders, turns, mirror, colours, palette]
    tool = Tool(restyling, stage)
    taken = finishing(stage, tool.make, controls, "adjust")
    here, live = [stage.desk, *controls], {"trigger_mode": "always_last", "queue": False, **PRIVATE}
    moved = [tab.select, *(control.input for control in (*sliders, mirror, colours))]
    gr.on(moved, tool.preview, here, stage.seen, **live)  # one event, so that the last one wins
    for event in (palette.submit, palette.blur):
        event(tool.preview, here, stage.seen, **PRIVATE)
    turn.click(lambda now: (now + 1) % 4, turns, turns, **PRIVATE).success(
        tool.preview, here, stage.seen, **PRIVATE
    )
    reset.click(neutral, None, controls, **PRIVATE).success(tool.preview, here, stage.seen, **PRIVATE)

    def arrived(desk: Desk, said: str) -> tuple:
        """Nothing new when the picture could not be read: the note says so, and stays."""
        if said:
            return (gr.skip(),) * (len(NAMES) + 4)
        *answer, said = tool.arrive(desk)
        return *answer, said or stage.hand.mistaken(desk, "adjust")

    stage.on_arrival(
        fn=arrived, inputs=[stage.desk, stage.note], outputs=[*controls, stage.desk, *stage.seen]
    )
    taken.success(neutral, None, controls, **PRIVATE)
    for button in (stage.undo, stage.redo):
        button.click(neutral, None, controls, **PRIVATE)

    def maker(inner: tuple) -> parts.Maker:
        outputs = [*stage.there[:-1], *controls, stage.note]
        return parts.Maker("adjust", inner, here, outputs, tool.restore, tool.dress, stage.after)

    return Showing(tool.preview, controls, tool.made, tool.recipe, maker)


def _slider(name: str, info: str | None = None) -> gr.Slider:
    factor = 100 if name in SHARES else 1
    low, high = (factor * v for v in LIMITS[name])
    step = {"exposure": 0.05, "straighten": 0.1}.get(name, 1)
    usual = factor * getattr(Adjustments(), name)
    return gr.Slider(low, high, usual, step=step, label=words.ADJUSTMENTS[name], info=info, buttons=[])


def neutral() -> tuple:
    """Every control as it is when nothing is adjusted."""
    return shown(Adjustments())


def shown(wish: Adjustments) -> tuple:
    """What the controls are when they say this."""
    values = [getattr(wish, name) * (100 if name in SHARES else 1) for name in NAMES]
    values[NAMES.index("mirror")] = bool(wish.mirror)
    return (*values, " ".join(f"#{colour:06x}" for colour in wish.palette))


class Tool:
    """The handlers. All take the desk and then the controls, in the order of NAMES, and the palette."""

    def __init__(self, restyling: Restyling, stage: Stage):
        self.restyling, self.stage = restyling, stage
        self.preview = guard.noted(1)(self._preview)
        self.arrive = guard.noted(len(NAMES) + 3)(self._arrive)

    def make(self, desk: Desk, *given: Any) -> Iterator[tuple[float, Made | None]]:
        """The picture at full size; see `finishing`."""
        yield 1.0, adjust.remake(adjust.recipe_of(desk.now, wish_of(given)), desk.now)

    def made(self, desk: Desk, *given: Any) -> Path:
        """What is on view as a file for another tab."""
        wish = wish_of(given)
        if wish == Adjustments():
            return desk.now.path
        return parts.keep(adjust.remake(adjust.recipe_of(desk.now, wish), desk.now))

    def _arrive(self, desk: Desk) -> tuple:
        """Another picture begins as it is; a recipe that waits for it comes true."""
        by = self.stage.hand.waiting(desk, "adjust")
        if by is None:
            return *neutral(), gr.skip(), gr.skip()
        controls = shown(adjust.of_recipe(by))
        return *controls, replace(desk, waits=""), self._preview(desk, *controls)

    def recipe(self, desk: Desk, *given: Any) -> Recipe:
        """Of the picture on view."""
        return adjust.recipe_of(desk.now, wish_of(given))

    def restore(self, by: Recipe, file: Path | None, desk: Desk, *given: Any) -> tuple:
        """The stage and the controls as a recipe says, and a note, which asks for the picture that it was made from."""
        wish = adjust.of_recipe(by)
        found = self.stage.hand.find(desk, by, file)
        if found.waits:
            return found, *(gr.skip(),) * (THERE - 1), *shown(wish), asking(found)
        return self._laid(found, shown(wish))

    def dress(self, by: Recipe, desk: Desk, *given: Any) -> tuple:
        """The settings of a preset on the picture that is there."""
        return self._laid(desk, shown(adjust.of_recipe(by)))

    def _laid(self, desk: Desk, controls: tuple) -> tuple:
        _, yours, _, undo, redo = self.stage.hand.show(desk)
        return desk, yours, self._preview(desk, *controls), undo, redo, *controls, ""

    def _preview(self, desk: Desk, *given: Any) -> str:
        small = self.restyling.small(desk.now)
        return self.stage.hand.easel(desk, adjust.apply(small, wish_of(given)))


def wish_of(given: tuple) -> Adjustments:
    """What the controls say. Raises StudioError for anything odd."""
    *values, palette = given
    numbers: dict[str, Any] = dict(zip(NAMES, values, strict=True))
    numbers["mirror"] = int(bool(numbers["mirror"]))
    for name in SHARES:
        value = numbers[name]
        numbers[name] = value / 100 if isinstance(value, int | float) else value
    colours = adjust.hex_colours(palette if isinstance(palette, str) else "?")
    numbers |= {f"colour {i}": colour for i, colour in enumerate(colours, 1)}
    return adjust.from_numbers(numbers)
