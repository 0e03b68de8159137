"""Sample: paintings that never existed, each from its seed."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import gradio as gr

from deepart import assets, recipe
from deepart.images import PictureError
from deepart.latents import SEEDS
from deepart.studio import Studio
from deepart.ui import guard, parts, words

TITLE = words.SAMPLE
HELP = words.SAMPLE_HELP
MOST = 16  # pictures in one go on the page


def build(studio: Studio, page: gr.Blocks) -> None:
    """Lay the tab out. Raises WeightsError when there is no generator."""
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=3, min_width=270, elem_classes="controls"):
            model = parts.model_choice(studio, "sample")
            with gr.Row(elem_classes="seed-row"):
                seed = gr.Textbox("5", label=words.SEED, max_lines=1, scale=3, min_width=120)
                dice = gr.Button(words.DICE, size="md", scale=2, min_width=110)
            count = gr.Slider(1, MOST, 8, step=1, precision=0, label=words.COUNT, buttons=[])
            psi = gr.Slider(0, 1.5, 0.8, step=0.05, label=words.PSI, info=words.PSI_INFO, buttons=[])
            paint = gr.Button(words.PAINT, variant="primary", size="lg")
            note = parts.note()
            gr.HTML(f"<p>{words.SAMPLE_TRY}</p>", apply_default_css=False, elem_classes="hint")
            with gr.Row(elem_classes="chips"):
                tries = [gr.Button(name, size="sm", min_width=0) for name in words.SAMPLE_EXAMPLES]
        with gr.Column(scale=8, min_width=300):
            gallery = gr.Gallery(
                first(),
                label=words.GALLERY,
                show_label=False,
                columns=4,
                object_fit="contain",
                format="png",
                interactive=False,
                fit_columns=False,
                buttons=["download", "download_all", "fullscreen"],
                elem_classes="wall",
            )
            gr.HTML(f"<p>{words.GALLERY_HINT}</p>", apply_default_css=False, elem_classes="hint")

    @guard.noted(outputs=1)
    def make(model: str, seed: str, count: int, psi: float) -> Iterator[list[tuple[str, str]]]:
        """The gallery, again and again with one picture more."""
        done: list[tuple[str, str]] = []
        for made in studio.samples(model, seed, count, psi):
            done.append((str(parts.keep(made)), f"{words.SEED} {made.recipe.seed}"))
            yield list(done)

    work = {"inputs": [model, seed, count, psi], "outputs": [gallery, note], "api_visibility": "private"}
    work |= {
        "show_progress": "hidden",
        "trigger_mode": "once",
        "concurrency_id": "sample",
        "concurrency_limit": 1,
    }
    gr.on([paint.click, seed.submit], make, **work)
    dice.click(roll, None, seed, queue=False, show_progress="hidden", api_visibility="private").then(
        make, **work
    )
    for button, values in zip(tries, words.SAMPLE_EXAMPLES.values(), strict=True):
        start = button.click(
            lambda values=values: values,
            None,
            [seed, count, psi],
            queue=False,
            show_progress="hidden",
            api_visibility="private",
        )
        start.then(make, **work)


def endpoints(studio: Studio) -> None:
    """What programs may call."""

    def sample(
        model: str = "", seed: str | int | float = 5, count: int = 1, psi: str | int | float = 0.8
    ) -> list[dict]:
        """Paintings from the seeds seed, seed + 1, ... as PNG files that carry their recipes.

        model: its name, "" for the newest; seed: a whole number from 0 to 4294967295; count: from 1 to 64;
        psi: from 0 (the average picture) to 1.5. Returns a list of files.
        """
        made = studio.samples(model or studio.default("sample"), seed, count, psi)
        return [parts.as_file(parts.keep(one)) for one in made]

    gr.api(guard.spoken(sample), api_name="sample", concurrency_id="sample", concurrency_limit=1)


def roll() -> str:
    """A new seed, as the text in its box."""
    return str(secrets.randbelow(SEEDS))


def first() -> list[tuple[str, str]]:
    """The paintings on view before any click: ours, each with its recipe."""
    found: list[tuple[str, Any]] = []
    for path in sorted(assets.FIRST.glob("sample-*.png")):
        try:
            found.append((str(path), f"{words.SEED} {recipe.load(path).seed}"))
        except (PictureError, recipe.RecipeError):
            continue
    return found
