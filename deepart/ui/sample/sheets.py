"""A contact sheet with one control along its rows, and many paintings in one zip."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from deepart import recipe
from deepart.latents import parse_seeds
from deepart.sampling import MOST_EXPORT, Sampler, five
from deepart.studio import checked
from deepart.ui import guard, parts, words
from deepart.ui.parts import LONG, PRIVATE
from deepart.ui.running import Running
from deepart.ui.sample.easel import Easel, on_easel
from deepart.ui.sample.wall import PAINTING, Wall, manner

ROWS = 6  # paintings of the wall on a sheet, at most


def build(sampler: Sampler, hung: Wall, stand: Easel) -> None:
    """Which control goes along the sheet; which seeds go into the zip."""
    running = Running()

    def controls(model: str) -> list[tuple[str, str]]:
        """(what it is called on the page, its name) of what can go along the rows."""
        names = ["psi", *(axis.name for axis in sampler.directions(model))]
        return [(words.told(name), name) for name in names]

    with gr.Row(elem_classes="two"):
        with gr.Column(scale=4, min_width=270, elem_classes="controls"):
            gr.HTML(f"<p>{words.SHEET_HELP}</p>", apply_default_css=False, elem_classes="hint")
            along = gr.Dropdown(controls(sampler.studio.default("sample")), value="psi", label=words.ALONG)
            with gr.Row(elem_classes="chips"):
                draw = gr.Button(words.SHEET, variant="primary", min_width=150, elem_classes="key-run")
            gr.HTML(f"<p>{words.EXPORT_HELP}</p>", apply_default_css=False, elem_classes="hint")
            wanted = gr.Textbox("1-24", label=words.SEEDS, max_lines=1)
            with gr.Row(elem_classes="chips"):
                export = gr.Button(words.EXPORT, min_width=150)
                stop = gr.Button(words.STOP, min_width=70, elem_classes="key-stop")
            note = parts.note()
        with gr.Column(scale=6, min_width=300):
            sheet = gr.Image(
                label=words.SHEET, show_label=False, format="png", interactive=False, buttons=["download", "fullscreen"],
                elem_classes="stage",
            )  # fmt: skip
            count = gr.HTML("", apply_default_css=False, elem_classes="hint")
            file = gr.DownloadButton(words.EXPORT_DOWNLOAD, visible=False, min_width=140)

    @guard.noted(outputs=1)
    def lay_out(by: str, shown: list[str], along: str) -> str:
        """The painting on the easel, or those on the wall, along one control."""
        route = [on_easel(by)] if by else [recipe.from_json(text) for text in shown[:ROWS]]
        if not route:
            raise recipe.RecipeError(words.NOTHING_ON_EASEL)
        starts = [sampler.start_of(one) for one in route]
        picture = sampler.sheet(route[0].model, starts, sampler.manner_of(route[0]), along, five(along))
        path = parts.fresh(f"{route[0].model}-sheet.png")
        picture.save(path)
        return str(path)

    @guard.noted(outputs=2)
    def pack(request: gr.Request, model: str, wanted: str, *how) -> Iterator[tuple]:
        """A zip, counted while it grows; stopped, the zip of what is done."""
        key, numbers = running.begin(request), checked(parse_seeds, wanted)
        path = parts.fresh(f"{model}-paintings.zip")
        done = sampler.export(model, numbers[: MOST_EXPORT + 1], manner(*how), path)
        for number in done:
            yield (
                f"<p>{words.EXPORTED.format(count=number, most=len(numbers))}</p>",
                gr.DownloadButton(visible=False),
            )
            if running.stopped(key):
                break
        done.close()
        yield (
            f"<p>{words.EXPORTED.format(count=number, most=len(numbers))}</p>",
            gr.DownloadButton(value=str(path), visible=True),
        )

    hung.model.change(
        lambda model: gr.Dropdown(controls(model), value="psi"),
        hung.model, along, queue=False, trigger_mode="multiple", **PRIVATE,
    )  # fmt: skip
    draw.click(lay_out, [stand.by, hung.recipes, along], [sheet, note], **PAINTING)
    export.click(pack, [hung.model, wanted, *hung.manner], [count, file, note], **PRIVATE, **LONG)
    stop.click(running.stop, None, None, queue=False, **PRIVATE)
