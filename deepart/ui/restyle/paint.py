"""The first tool of Restyle: the picture in the manner of one to four others, live and at full size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr

from deepart import images
from deepart.recipe import Recipe
from deepart.restyling import MOST_LOOKS, Look, Restyling, Wish, regions
from deepart.restyling.restyling import FULL
from deepart.studio import Made, StudioError
from deepart.ui import guard, parts, words
from deepart.ui.parts import PRIVATE
from deepart.ui.restyle import brush, styles
from deepart.ui.restyle.opening import known, opening, thumb
from deepart.ui.restyle.stage import THERE, Desk, Showing, Stage, asking, finishing
from deepart.ui.restyle.styles import Style

SENT = 2048  # px; the longer side of what is sent to another tab
CONTROLS = 9
EVERYTHING = CONTROLS + 2  # values that a restored picture answers, without the note
SIZES = (4096, 2048, 1024)  # px, the longer side; or as large as the picture is


@dataclass(frozen=True)
class Controls:
    """The controls of the tool. chosen: State, a tuple of Style."""

    chosen: gr.State
    model: gr.Dropdown
    bank: gr.HTML
    strength: gr.Slider
    stroke: gr.Radio
    keep: gr.Checkbox
    rest: gr.Checkbox
    size: gr.Dropdown
    canvas: gr.HTML

    @property
    def all(self) -> list:
        return [
            self.model,
            self.chosen,
            self.bank,
            self.strength,
            self.stroke,
            self.keep,
            self.rest,
            self.size,
            self.canvas,
        ]


def build(restyling: Restyling, stage: Stage, tab: gr.Tab) -> Showing:
    """Lay the tool out. Raises WeightsError when there is no model to restyle with."""
    model, first = parts.model_choice(restyling.studio, "restyle"), opening(restyling, stage)
    bank = styles.bank(first)
    with gr.Row(elem_classes="chips"):
        add = gr.UploadButton(words.STYLE_ADD, file_types=["image"], file_count="multiple", min_width=140)
    shelf = parts.examples_shelf(words.STYLE_EXAMPLES)
    strength = gr.Slider(0, 100, 100, step=1, label=words.STRENGTH, info=words.STRENGTH_INFO, buttons=[])
    stroke = gr.Radio(
        [(shown, name) for name, shown in words.STROKES.items()], value="medium", label=words.STROKE
    )
    keep = gr.Checkbox(False, label=words.KEEP_COLOURS, info=words.KEEP_COLOURS_INFO)
    with gr.Accordion(words.ONLY_HERE, open=False, elem_classes="fold"):
        gr.HTML(f"<p>{words.ONLY_HERE_INFO}</p>", apply_default_css=False, elem_classes="hint")
        small = restyling.small(stage.desk.value.now)
        canvas = brush.brush(parts.small_jpeg(small, 320), small.size)
        rest = gr.Checkbox(False, label=words.REST, info=words.REST_INFO)
    size = gr.Dropdown(sizes(), value=FULL, label=words.SIZE, filterable=False)
    controls = Controls(gr.State(first), model, bank, strength, stroke, keep, rest, size, canvas)
    tool = Tool(restyling, stage)
    finishing(stage, tool.make, controls.all, "restyle")
    _wire(stage, tool, controls, {"add": add, "shelf": shelf})

    def maker(inner: tuple) -> parts.Maker:
        return parts.Maker(
            "restyle", inner, [stage.desk, *controls.all], [*stage.there[:-1], *controls.all, stage.note],
            tool.restore, tool.dress,
        )  # fmt: skip

    return Showing(tool.preview, controls.all, tool.made, tool.recipe, maker)


def sizes(*more: int) -> list[tuple[str, str | int]]:
    """(what it is called, px of the longer side or FULL), of the usual sizes and others."""
    return [(words.FULL_SIZE, FULL), *((f"{px} px", px) for px in sorted({*SIZES, *more}, reverse=True))]


def _wire(stage: Stage, tool: Tool, controls: Controls, more: dict) -> None:
    here, everything = [stage.desk, *controls.all], [stage.desk, stage.easel, *controls.all, stage.note]
    live = {"trigger_mode": "always_last", "queue": False, **PRIVATE}
    chosen = [controls.chosen, controls.bank, controls.canvas]
    preview = {"fn": tool.preview, "inputs": here, "outputs": stage.seen, **PRIVATE}
    more["add"].upload(tool.add, [*here, more["add"]], [*chosen, stage.note], **PRIVATE).success(**preview)

    def example(event: gr.EventData, *given: Any) -> tuple:
        return tool.example(event, *given)

    more["shelf"].click(example, here, [*chosen, stage.note], **PRIVATE).success(**preview)
    controls.bank.input(tool.weigh, here, [*chosen, *stage.seen], **live)
    for control in (controls.strength, controls.stroke, controls.keep, controls.rest, controls.canvas):
        control.input(tool.preview, here, stage.seen, **live)

    def arrived(*given: Any) -> tuple:
        """Nothing new when the picture could not be read: the note says so, and stays."""
        if given[-1]:
            return (gr.skip(),) * (EVERYTHING + 1)
        *answer, said = tool.arrive(*given[:-1])
        return *answer, said or stage.hand.mistaken(given[0], "restyle")

    stage.on_arrival(fn=arrived, inputs=[*here, stage.current, stage.note], outputs=everything)
    stage.on_step(
        fn=tool.canvas, inputs=[stage.desk, controls.chosen, controls.canvas], outputs=controls.canvas
    )


class Tool:
    """The handlers. All take the desk and then `Controls.all`."""

    def __init__(self, restyling: Restyling, stage: Stage):
        self.restyling, self.stage = restyling, stage
        self.preview = guard.noted(1)(self._preview)
        self.add = guard.noted(3)(self._add)
        self.example = guard.noted(3)(self._example)
        self.weigh = guard.noted(4)(self._weigh)
        self.arrive = guard.noted(EVERYTHING)(self._arrive)

    def make(self, desk: Desk, *controls: Any) -> Iterator[tuple[float, Made | None]]:
        """The picture at the size that was chosen; see `finishing`."""
        yield from self.restyling.finish(controls[0], desk.now, self._wish(*controls), controls[-2])

    def made(self, desk: Desk, *controls: Any) -> Path:
        """What is on view as a file for another tab, SENT px at most; without a style the picture itself."""
        if not controls[1]:
            return desk.now.path
        *_, (_, made) = self.restyling.finish(controls[0], desk.now, self._wish(*controls), SENT)
        return parts.keep(made)

    def _wish(self, model: str, chosen: tuple[Style, ...], bank: Any, strength: Any, stroke: str, keep: bool, rest: bool, size: Any, canvas: Any) -> Wish:  # fmt: skip
        if not chosen:
            raise StudioError(words.NO_STYLE)
        looks = tuple(self._look(model, style) for style in chosen)
        number = strength if isinstance(strength, int | float) else -1
        return Wish(
            looks, styles.shares_of(bank, chosen), number / 100, bool(keep), str(stroke),
            regions.from_text(brush.text_of(canvas)), bool(rest),
        )  # fmt: skip

    def _look(self, model: str, style: Style) -> Look:
        """As this model sees it; one that only a recipe brought is known to one model alone."""
        is_there = bool(style.path) and Path(style.path).is_file()  # uploads go after a while
        return self.restyling.look(model, style.path) if is_there else style.look

    def _preview(self, desk: Desk, *controls: Any) -> str:
        if not controls[1]:
            return self.stage.hand.easel(desk)
        return self.stage.hand.easel(
            desk, self.restyling.preview(controls[0], desk.now, self._wish(*controls))
        )

    def _chosen(self, desk: Desk, chosen: tuple[Style, ...], shares: list | None, canvas: Any) -> tuple:
        """(chosen, the bank, the canvas) once the styles are these."""
        small = self.restyling.small(desk.now)
        kept = brush.standing(parts.small_jpeg(small, 320), small.size, _painted(canvas), len(chosen))
        return chosen, styles.standing(chosen, shares), kept

    def _put(self, desk: Desk, controls: tuple, paths: list[Path]) -> tuple:
        model, chosen, bank, *_, canvas = controls
        if len(chosen) + len(paths) > MOST_LOOKS:
            raise StudioError(words.STYLES_FULL.format(most=MOST_LOOKS))
        more = tuple(Style(self.restyling.look(model, path), thumb(path), str(path)) for path in paths)
        shares = [*styles.shares_of(bank, chosen), *[100.0] * len(more)]
        return self._chosen(desk, chosen + more, shares, canvas)

    def _add(self, desk: Desk, *given: Any) -> tuple:
        *controls, files = given
        return self._put(desk, tuple(controls), [guard.uploaded({"path": str(file)}) for file in files or []])

    def _example(self, event: gr.EventData, desk: Desk, *controls: Any) -> tuple:
        """An example in the place of the last one where there is no room; alone where it is the only choice."""
        model, chosen, bank, *rest = controls
        if len(chosen) >= MOST_LOOKS:
            chosen = chosen[: MOST_LOOKS - 1]
        return self._put(desk, (model, chosen, bank, *rest), [parts.example(event.index)])

    def _weigh(self, desk: Desk, *controls: Any) -> tuple:
        """Shares were moved, or a style was taken away."""
        model, chosen, bank, *rest = controls
        index = styles.gone(bank)
        if index is None or index >= len(chosen):
            return gr.skip(), gr.skip(), gr.skip(), self._preview(desk, *controls)
        shares = list(styles.shares_of(bank, chosen))
        left, shares = chosen[:index] + chosen[index + 1 :], shares[:index] + shares[index + 1 :]
        answer = self._chosen(desk, left, shares, {})
        return *answer, self._preview(desk, model, answer[0], answer[1], *rest[:-1], answer[2])

    def _arrive(self, desk: Desk, *given: Any) -> tuple:
        """Another picture: nothing is painted on it yet; a recipe that waits for it comes true."""
        *controls, current = given
        if by := self.stage.hand.waiting(desk, "restyle"):
            return self._restored(replace(desk, waits=""), by)
        model, chosen, bank, *rest = controls
        canvas = self._chosen(desk, chosen, None, {})[2]
        easel = gr.skip()
        if current == 0:
            easel = self._preview(desk, model, chosen, bank, *rest[:-1], canvas)
        return gr.skip(), easel, *(gr.skip(),) * (EVERYTHING - 3), canvas

    def canvas(self, desk: Desk, chosen: tuple[Style, ...], canvas: Any) -> Any:
        """The canvas below the picture that is worked on now; what was painted stays if that has the same shape."""
        try:
            small = self.restyling.small(desk.now)
        except images.PictureError:  # its file is gone: whoever works on it is told
            return gr.skip()
        fresh = brush.standing(parts.small_jpeg(small, 320), small.size, "", len(chosen))
        text, (width, height) = _painted(canvas), fresh["places"]
        return fresh | {"text": text} if text.startswith(f"{width}x{height}:") else fresh

    def recipe(self, desk: Desk, *controls: Any) -> Recipe:
        """Of the picture on view, at the size that was chosen."""
        return self.restyling.recipe(controls[0], desk.now, self._wish(*controls), controls[-2])

    def restore(self, by: Recipe, file: Path | None, desk: Desk, *given: Any) -> tuple:
        """The stage and all controls as a recipe says, and a note, which asks for the picture that it was made from."""
        self.restyling.wish(by)
        found = self.stage.hand.find(desk, by, file)
        if found.waits:
            return found, *(gr.skip(),) * (THERE - 1 + CONTROLS), asking(found)
        return self._laid(found, by)

    def dress(self, by: Recipe, desk: Desk, *given: Any) -> tuple:
        """The styles and settings of a preset on the picture that is there."""
        *answer, canvas, said = self._laid(desk, by)
        return *answer[:-1], gr.skip(), canvas, said  # its size was another picture's

    def _laid(self, desk: Desk, by: Recipe) -> tuple:
        _, yours, _, undo, redo = self.stage.hand.show(desk)
        _, easel, *controls = self._restored(desk, by)
        return desk, yours, easel, undo, redo, *controls, ""

    def _restored(self, desk: Desk, by: Recipe) -> tuple:
        wish = self.restyling.wish(by)
        chosen = tuple(known(look) for look in wish.looks)
        text = wish.regions.to_text() if wish.regions else ""
        _, bank, canvas = self._chosen(desk, chosen, [100 * share for share in wish.shares], {"text": text})
        easel = self.stage.hand.easel(desk, self.restyling.preview(by.model, desk.now, wish))
        return (
            desk, easel, by.model, chosen, bank, 100 * wish.strength, wish.stroke, wish.keep_colours, wish.rest,
            _size_of(desk, by), canvas,
        )  # fmt: skip


def _size_of(desk: Desk, by: Recipe) -> gr.Dropdown:
    """The size that a recipe of the picture on a desk was made at."""
    longer = max(by.aspect)
    is_full = images.open_picture(desk.now.path).size == by.aspect
    return gr.Dropdown(sizes(longer), value=FULL if is_full else longer)


def _painted(canvas: Any) -> str:
    """What was painted, "" for nothing or anything odd."""
    try:
        return brush.text_of(canvas) if regions.from_text(brush.text_of(canvas)) else ""
    except StudioError:
        return ""
