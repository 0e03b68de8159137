"""A walk from painting to painting, as a film."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import gradio as gr

from deepart import recipe
from deepart.sampling import MOST_SECONDS, MOST_STOPS, Sampler, Walk
from deepart.ui import filming, guard, parts, words
from deepart.ui.parts import LONG, PRIVATE
from deepart.ui.running import Running
from deepart.ui.sample.easel import Easel, on_easel
from deepart.ui.sample.wall import Wall, title


def build(sampler: Sampler, hung: Wall, stand: Easel) -> None:
    """The stops of the walk, how long it lasts, and the film."""
    running, hand = Running(), stand.hand
    stops = gr.State([])
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=4, min_width=270, elem_classes="controls"):
            gr.HTML(f"<p>{words.WALK_HELP}</p>", apply_default_css=False, elem_classes="hint")
            with gr.Row(elem_classes="chips"):
                add = gr.Button(words.WALK_ADD, min_width=150)
                clear = gr.Button(words.WALK_CLEAR, min_width=90)
            held = filming.controls(6, MOST_SECONDS, True, words.LOOP)
            note = parts.note()
        with gr.Column(scale=6, min_width=300):
            strip = gr.Gallery(
                label=words.WALK_STOPS, show_label=False, columns=8, height=130, interactive=False, allow_preview=False,
                object_fit="contain", format="png", buttons=[], elem_classes="strip",
            )  # fmt: skip
            screen = filming.Screen(**held, **filming.views())

    @guard.noted(outputs=2)
    def put_in(by: str, there: list) -> tuple[list, list]:
        """The painting on the easel as the next stop."""
        made = hand.remake(on_easel(by))
        if len(there) >= MOST_STOPS:
            raise recipe.RecipeError(words.WALK_FULL.format(most=MOST_STOPS))
        grown = [*there, (str(parts.keep(made)), title(made.recipe), by)]
        return grown, [(path, name) for path, name, _ in grown]

    @guard.noted(outputs=3)
    def make(
        request: gr.Request, there: list, shown: list, seconds: float, fps: float, kind: str, loop: bool
    ) -> Iterator:
        """Frames while they are made, then the film; stopped, the film as far as it came."""
        key = running.begin(request)
        route = [recipe.from_json(text) for *_, text in there] or [
            recipe.from_json(text) for text in shown[:4]
        ]
        if not route:
            raise recipe.RecipeError(words.NOTHING_ON_EASEL)
        walk = Walk(tuple(sampler.start_of(by) for by in route), seconds, int(fps), loop)
        model, ways = route[0].model, [sampler.manner_of(by) for by in route]
        if any(by.model != model for by in route):
            raise recipe.RecipeError(words.WALK_MODELS)
        path = parts.fresh(f"{model}-walk.{filming.KINDS.get(kind, 'mp4')}")
        frames, about = sampler.walk(model, walk, ways), sampler.about(model, walk, ways)
        keep = partial(hung.book.keep_film, request, about, model, path)
        yield from filming.shoot(path, walk.fps, about, frames, walk.frames(), running, key, keep)

    add.click(put_in, [stand.by, stops], [stops, strip, note], **PRIVATE)
    clear.click(lambda: ([], []), None, [stops, strip], queue=False, **PRIVATE)
    told = [stops, hung.recipes, screen.seconds, screen.fps, screen.kind, screen.loop]
    hung.book.made.append(screen.go.click(make, told, [*screen.outputs, note], **PRIVATE, **LONG))
    screen.stop.click(running.stop, None, None, queue=False, **PRIVATE)
