"""Classify: a picture in, ranked styles out."""

from __future__ import annotations

import html
import json
import uuid
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.data_classes import FileData
from gradio.utils import get_upload_folder

from deepart import assets, images
from deepart.studio import Classification, Studio
from deepart.ui import guard, parts, words

TITLE = words.CLASSIFY
HELP = words.CLASSIFY_HELP
TOP = 5  # styles on view before "all"
SHOWN = "shown-"  # begins the folder of a picture made by `shown`
NOT_SHOWN_BY_BROWSERS = {".heic", ".heif", ".tif", ".tiff"}


def build(studio: Studio, page: gr.Blocks) -> None:
    """Lay the tab out. Raises WeightsError when there is no classifier."""
    studio.default("classify")
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=6, min_width=300):
            picture = parts.own_picture(words.CLASSIFY, words.CLASSIFY_DROP, str(parts.example(0)))
            shelf = parts.examples_shelf(words.CLASSIFY_EXAMPLES)
        with gr.Column(scale=5, min_width=300):
            result = gr.HTML(
                first(studio),
                html_template=f'<div role="status" aria-live="polite" aria-label="{words.RESULT}">${{value}}</div>',
                apply_default_css=False,
                elem_classes="result",
            )

    def look(file: Any) -> tuple[Any, str]:
        """A new picture on the stage: what to show there, and the result beside it."""
        if not file or SHOWN in file.path:  # taken away, or our own picture of one that was judged already
            return gr.skip(), gr.skip()
        try:
            path = guard.uploaded(file)
            return shown(path), as_html(studio.classify(path))
        except Exception as error:
            return None, refused(guard.sentence(error))

    def look_at_example(event: gr.EventData) -> tuple[str, str]:
        path = parts.example(event.index)
        try:
            return str(path), as_html(studio.classify(path))
        except Exception as error:
            return str(path), refused(guard.sentence(error))

    private = {"show_progress": "hidden", "api_visibility": "private"}
    # `change`, because `input` brings the old value when a picture that we put there is taken away
    picture.change(look, picture, [picture, result], trigger_mode="always_last", **private)
    picture.clear(empty, None, result, **private)
    shelf.click(look_at_example, None, [picture, result], **private)


def endpoints(studio: Studio) -> None:
    """What programs may call."""

    def classify(picture: FileData) -> dict:
        """The styles that a picture resembles.

        picture: a file to upload (`handle_file("me.jpg")` in gradio_client).
        Returns {"styles": [{"style", "chance"}, ...] highest first, "verdict": "sure", "unsure" or "not-a-painting",
        "sentence"}.
        """
        found = studio.classify(guard.uploaded(picture))
        styles = [{"style": name, "chance": chance} for name, chance in found.styles]
        return {"styles": styles, "verdict": found.verdict, "sentence": found.sentence}

    gr.api(guard.spoken(classify), api_name="classify")


def shown(path: Path) -> Any:
    """What the stage shows: the upload itself, or a PNG of it where browsers cannot."""
    if path.suffix.lower() not in NOT_SHOWN_BY_BROWSERS:
        return gr.skip()
    folder = Path(get_upload_folder()) / f"{SHOWN}{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    picture = images.open_picture(path)
    picture.thumbnail((1600, 1600))
    images.save_png(picture, folder / f"{path.stem}.png")
    return str(folder / f"{path.stem}.png")


def first(studio: Studio) -> str:
    """What our classifier said about the first example, if it is still the one that is here; nothing is computed."""
    try:
        found = json.loads((assets.FIRST / "classify.json").read_text("utf-8"))
        if found["weights_sha256"] == next(
            c.sha256 for c in studio.cards("classify") if c.name == studio.default("classify")
        ):
            return as_html(Classification(found["styles"], found["verdict"], found["sentence"]))
    except (OSError, ValueError, KeyError):
        pass
    return empty()


def empty() -> str:
    return f'<p class="hint">{words.CLASSIFY_EMPTY}</p>'


def refused(text: str) -> str:
    return f'<p class="verdict refused">{html.escape(text)}</p>'


def as_html(found: Classification) -> str:
    """The verdict, the likeliest styles as bars, and the rest behind a fold."""
    verdict = f'<p class="verdict {found.verdict}">{html.escape(_capital(found.sentence))}</p>'
    rest = ""
    if len(found.styles) > TOP:
        title = words.CLASSIFY_ALL.format(count=len(found.styles))
        rest = f"<details><summary>{title}</summary>{_bars(found.styles[TOP:], TOP + 1)}</details>"
    return verdict + _bars(found.styles[:TOP], 1) + rest


def _bars(styles: list[tuple[str, float]], start: int) -> str:
    rows = "".join(
        f'<li><span class="style">{html.escape(_capital(name))}</span><span class="chance">{_percent(chance)}</span>'
        f'<span class="bar" aria-hidden="true"><span style="width:{max(0.0, min(1.0, chance)):.2%}"></span></span></li>'
        for name, chance in styles
    )
    return f'<ol class="chances" start="{start}">{rows}</ol>'


def _percent(chance: float) -> str:
    return "< 1 %" if chance < 0.01 else f"{chance:.0%}".replace("%", " %")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
