"""Files that leave Sliders and come back: a PNG with its recipe, and the values of all axes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import gradio as gr

from deepart import recipe
from deepart.bench import Bench, Place, Point
from deepart.bench.own import needs
from deepart.bench.values import read_settings, settings
from deepart.studio import StudioError
from deepart.ui import guard, parts, words
from deepart.ui.sliders.hand import PRIVATE, THERE, Desk, Hand
from deepart.ui.sliders.stage import Stage, give_out


def build(bench: Bench, stage: Stage, hand: Hand) -> None:
    """A button that saves the values, and a place to drop what was saved."""
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=5, min_width=280):
            gr.HTML(f"<p>{words.SAVE_HELP}</p>", apply_default_css=False, elem_classes="hint")
            with gr.Row(elem_classes="chips"):
                save = gr.Button(words.SAVE_VALUES, min_width=120)
                leave = gr.DownloadButton(words.SAVE_VALUES, visible="hidden", elem_id="sliders-values")
        with gr.Column(scale=5, min_width=280):
            gr.HTML(f"<p>{words.LOAD_HELP}</p>", apply_default_css=False, elem_classes="hint")
            back = gr.File(label=words.LOAD, file_types=[".png", ".json"], height=110)
            note = parts.note()

    @guard.noted(outputs=2)
    def write(model: str, desk: Desk, *_) -> Iterator[tuple]:
        """The values on view as a file."""
        path = parts.fresh(f"{model}-values.json")
        path.write_text(settings(model, bench.axes(model), bench.values(model, desk.place.point)), "utf-8")
        yield gr.skip(), str(path)

    @guard.noted(outputs=THERE + 1)
    def restore(model: str, desk: Desk, keep: bool, bank: dict, file: str | None) -> tuple:
        """What was saved, back on the stage. A picture that kept the detail of an own one waits for that."""
        if not file:
            return (gr.skip(),) * (THERE + 1)
        path = guard.uploaded({"path": file})
        if path.suffix.lower() == ".json":
            values = bench.values(model, desk.place.point)
            wanted = read_settings(path.read_bytes(), model, bench.axes(model), values)
            place = replace(desk.place, point=bench.move(model, desk.place.point, wanted))
            return gr.skip(), *hand.show(model, desk.to(place), keep, bank)
        return _from_png(bench, hand, path, desk, bank)

    def read(*given) -> tuple:
        """What `restore` answers; while a picture waits for the artist's own, the note asks for that."""
        answer = restore(*given)
        waits = getattr(answer[1], "waits", "")
        return (*answer[:-1], guard.note(asking(waits))) if waits else answer

    give_out(save, leave, write, stage.here, note)
    back.upload(read, [*stage.here, back], [stage.model, *stage.there[:-1], note], **PRIVATE)


def _from_png(bench: Bench, hand: Hand, path: Path, desk: Desk, bank: dict) -> tuple:
    by = recipe.load(path)
    if by.task != "sliders":
        raise recipe.RecipeError(words.OTHER_TAB.format(tab=by.task.capitalize()))
    bench.studio.check(by)
    if by.own_sha256 is None:
        return by.model, *hand.begin(by.model, Place(Point(by.z, by.aspect)), False, bank)
    mine = desk.place.own
    if mine is None or mine.sha256 != by.own_sha256:
        return by.model, replace(desk, waits=by.to_json()), *(gr.skip(),) * (THERE - 1)
    place = bench.put(by.model, mine.path)
    there = Desk(place).to(replace(place, point=replace(place.point, z=by.z)))
    return by.model, *hand.show(by.model, there, True, bank)


def asking(waits: str) -> str:
    """The sentence that asks for the picture whose detail a recipe (JSON) kept."""
    try:
        needs(recipe.from_json(waits), None)
    except StudioError as reason:
        return words.sentence(str(reason)) + words.ASKED
    return ""
