"""One picture: its styles, and three folds that are filled only when somebody opens them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gradio as gr

from deepart import assets
from deepart.eye import Eye
from deepart.images import PictureError
from deepart.studio import Classification
from deepart.styles import about
from deepart.ui import guard, parts, words
from deepart.ui.eye import shown
from deepart.ui.parts import PRIVATE

FOLDS = ("why", "resembles", "palette")


def lay_out(eye: Eye) -> tuple[parts.Sender, parts.Landing]:
    """The stage with its result beside it, the folds below; sends the picture that was looked at last, and takes others."""
    path, opened = gr.State(str(parts.example(0))), gr.State([])
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=6, min_width=300):
            picture = parts.own_picture(words.CLASSIFY, words.CLASSIFY_DROP, str(parts.example(0)))
            shelf = parts.examples_shelf(words.CLASSIFY_EXAMPLES)
        with gr.Column(scale=5, min_width=300):
            model = parts.model_choice(eye.studio, "classify")
            result = result_html(first(eye), words.RESULT)
            row = gr.Row(elem_classes="chips send")
    folds, contents = lay_out_folds(eye)
    one = One(eye)
    every = [contents[name] for name in ("slider", "style", "about", "near", "colours")]

    def look_at_example(event: gr.EventData, model: str) -> tuple:
        return one.look_at_example(event, model)

    looked = {"outputs": [picture, result, path], **PRIVATE}
    again = {"fn": one.refresh, "inputs": [path, opened, model], "outputs": every, **PRIVATE}
    # `change`, because `input` brings the old value when a picture that we put there is taken away
    picture.change(one.look, [picture, model], trigger_mode="always_last", **looked).then(**again)
    picture.clear(lambda: (shown.hint(words.CLASSIFY_EMPTY), None), None, [result, path], **PRIVATE).then(
        **again
    )
    shelf.click(look_at_example, model, **looked).then(**again)
    for name, fold in folds.items():
        fold.expand(
            lambda names, name=name: sorted({*names, name}), opened, opened, queue=False, **PRIVATE
        ).then(one.fill(name), [path, opened, model], every, **PRIVATE)
        fold.collapse(
            lambda names, name=name: sorted({*names} - {name}), opened, opened, queue=False, **PRIVATE
        )
    style = contents["style"]
    style.input(one.why, [path, style, model], every[:3], trigger_mode="always_last", **PRIVATE)
    model.input(one.look_again, [path, model], [result], **PRIVATE).then(**again)
    sender = parts.Sender(row, [path], lambda path: path)
    return sender, parts.Landing(words.CLASSIFY, one.receive, [model], [picture, path, result])


def lay_out_folds(eye: Eye) -> tuple[dict[str, gr.Accordion], dict[str, Any]]:
    """The folds by name, and the components in them."""
    with gr.Accordion(words.WHY, open=False, elem_classes="fold") as why, gr.Row(elem_classes="two"):
        with gr.Column(scale=6, min_width=300):
            slider = gr.ImageSlider(label=words.WHY_MAP, show_label=False, interactive=False, buttons=["fullscreen"],
                                    max_height=460, elem_classes="stage")  # fmt: skip
        with gr.Column(scale=5, min_width=300):
            style = gr.Dropdown([], label=words.WHY_STYLE)
            text = result_html("", words.WHY, "about")
    with gr.Accordion(words.RESEMBLES, open=False, elem_classes="fold", visible=eye.has_works()) as resembles:
        near = result_html("", words.RESEMBLES, "about")
    with gr.Accordion(words.PALETTE, open=False, elem_classes="fold") as palette:
        colours = result_html("", words.PALETTE, "about", shown.copying())
    folds = dict(zip(FOLDS, (why, resembles, palette), strict=True))
    return folds, {"slider": slider, "style": style, "about": text, "near": near, "colours": colours}


def result_html(value: str, label: str, kind: str = "result", script: str | None = None) -> gr.HTML:
    """Where something found is said, by name."""
    return gr.HTML(
        value,
        html_template=f'<div role="status" aria-live="polite" aria-label="{label}">${{value}}</div>',
        js_on_load=script,
        apply_default_css=False,
        elem_classes=kind,
    )


class One:
    """The handlers. Those of the folds answer: picture and map, styles to choose, words; works; colours."""

    def __init__(self, eye: Eye):
        self.eye = eye

    def look(self, file: Any, model: str | None = None) -> tuple:
        """A new picture on the stage: what to show there, the result beside it, and its path."""
        if not file or shown.is_ours(file.path):  # taken away, or judged already
            return gr.skip(), gr.skip(), gr.skip()
        try:
            path = guard.uploaded(file)
            return shown.on_stage(path), shown.styles(self.eye.studio.classify(path, model)), str(path)
        except Exception as error:
            return None, shown.refused(guard.sentence(error)), None

    def receive(self, path: str | None, model: str | None = None) -> tuple:
        """A picture from another tab: what to show on the stage, its path, and the result beside it."""
        found = _there(path)
        result = shown.styles(self.eye.studio.classify(found, model))
        return shown.viewable(found), str(found), result

    def look_again(self, path: str | None, model: str | None) -> str:
        """The result of another model on the picture that is there."""
        try:
            return shown.styles(self.eye.studio.classify(_there(path), model))
        except Exception as error:
            return shown.refused(guard.sentence(error))

    def look_at_example(self, event: gr.EventData, model: str | None = None) -> tuple:
        path = parts.example(event.index)
        try:
            return str(path), shown.styles(self.eye.studio.classify(path, model)), str(path)
        except Exception as error:
            return str(path), shown.refused(guard.sentence(error)), None

    def refresh(self, path: str | None, opened: list[str], model: str | None = None) -> tuple:
        """Fill the folds that are open, empty the others."""
        why = (
            self.why(path, None, model)
            if "why" in opened
            else (None, gr.Dropdown(choices=[], value=None), "")
        )
        near = self._near(path, model) if "resembles" in opened else ""
        return (*why, near, self._colours(path) if "palette" in opened else "")

    def fill(self, name: str):
        """A handler that fills one fold and leaves the others."""

        def handler(path: str | None, _: list[str], model: str | None = None) -> tuple:
            skip = (gr.skip(),) * 5
            if name == "why":
                return (*self.why(path, None, model), *skip[3:])
            return (
                (*skip[:3], self._near(path, model), skip[4])
                if name == "resembles"
                else (*skip[:4], self._colours(path))
            )

        return handler

    def why(self, path: str | None, style: str | None = None, model: str | None = None) -> tuple:
        """Picture and map, the styles to choose from, and the words on the style, or on both when it is unsure."""
        try:
            found = self.eye.studio.classify(_there(path), model)
            why = self.eye.explain(_there(path), style, model)
            ranked = [name for name, _ in found.styles]
            chosen = [why.style] if style or found.verdict == "sure" else ranked[:2]
            choices = [
                (f"{words.told(name)} ({shown.percent(chance)})", name) for name, chance in found.styles
            ]
            text = shown.about([(name, about(name)) for name in chosen])
            return (
                (parts.view(why.picture), parts.view(why.overlay)),
                gr.Dropdown(choices=choices, value=why.style),
                text,
            )
        except Exception as error:
            return None, gr.skip(), shown.refused(guard.sentence(error))

    def _near(self, path: str | None, model: str | None = None) -> str:
        try:
            return shown.resemblance(self.eye.resembles(_there(path), model=model))
        except Exception as error:
            return shown.refused(guard.sentence(error))

    def _colours(self, path: str | None) -> str:
        try:
            return shown.palette(self.eye.palette(_there(path)))
        except Exception as error:
            return shown.refused(guard.sentence(error))


def _there(path: str | None) -> Path:
    if not path:
        raise PictureError(words.NO_PICTURE)
    return Path(path)


def first(eye: Eye) -> str:
    """What our classifier said about the first example, if it is still the one that is here; nothing is computed."""
    studio = eye.studio
    try:
        found = json.loads((assets.FIRST / "classify.json").read_text("utf-8"))
        if found["weights_sha256"] == next(c.sha256 for c in studio.cards("classify") if c.name == studio.default("classify")):  # fmt: skip
            return shown.styles(Classification(found["styles"], found["verdict"], found["sentence"]))
    except (OSError, ValueError, KeyError):
        pass
    return shown.hint(words.CLASSIFY_EMPTY)
