"""A walk from painting to painting, as a film."""

from __future__ import annotations

from collections.abc import Iterator

import gradio as gr

from deepart import films, recipe
from deepart.sampling import MOST_SECONDS, MOST_STOPS, Sampler, Walk
from deepart.ui import guard, parts, words
from deepart.ui.running import Running
from deepart.ui.sample.easel import Easel, Hand, on_easel
from deepart.ui.sample.wall import PAINTING, PRIVATE, Wall, title

SHOW_EVERY = 6  # frames
KINDS = {"MP4": "mp4", "GIF": "gif", "WebP": "webp"}


def build(sampler: Sampler, hung: Wall, stand: Easel) -> None:
    """The stops of the walk, how long it lasts, and the film."""
    running, hand = Running(), Hand(sampler)
    stops = gr.State([])
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=4, min_width=270, elem_classes="controls"):
            gr.HTML(f"<p>{words.WALK_HELP}</p>", apply_default_css=False, elem_classes="hint")
            with gr.Row(elem_classes="chips"):
                add = gr.Button(words.WALK_ADD, min_width=150)
                clear = gr.Button(words.WALK_CLEAR, min_width=90)
            seconds = gr.Slider(1, MOST_SECONDS, 6, step=1, label=words.SECONDS, buttons=[])
            fps = gr.Slider(6, 60, 24, step=1, label=words.FPS, buttons=[])
            kind = gr.Radio(list(KINDS), value="MP4", label=words.FILM_KIND)
            loop = gr.Checkbox(True, label=words.LOOP)
            with gr.Row(elem_classes="chips"):
                go = gr.Button(words.FILM, variant="primary", min_width=120)
                stop = gr.Button(words.STOP, min_width=70)
            note = parts.note()
        with gr.Column(scale=6, min_width=300):
            strip = gr.Gallery(
                label=words.WALK_STOPS, show_label=False, columns=8, height=130, interactive=False, allow_preview=False,
                object_fit="contain", format="png", buttons=[], elem_classes="strip",
            )  # fmt: skip
            view = gr.HTML("", apply_default_css=False, elem_classes="easel tall film")
            film = gr.Video(
                label=words.FILM_VIEW, show_label=False, visible=False, autoplay=True, loop=True, height=420
            )
            file = gr.DownloadButton(words.FILM_DOWNLOAD, visible=False, min_width=140)

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
        model, way = route[0].model, sampler.manner_of(route[0])
        path = parts.fresh(f"{model}-walk.{KINDS.get(kind, 'mp4')}")
        frames = sampler.walk(model, walk, way)
        with films.Film(path, walk.fps, sampler.about(model, walk, way)) as reel:
            for frame in frames:
                reel.add(frame)
                if reel.count % SHOW_EVERY == 1:
                    yield (
                        _progress(frame, reel.count, walk.frames()),
                        gr.Video(visible=False),
                        gr.DownloadButton(visible=False),
                    )
                if running.stopped(key):
                    break
        yield (
            "" if path.suffix == ".mp4" else _still(path),
            gr.Video(str(path), visible=True) if path.suffix == ".mp4" else gr.Video(visible=False),
            gr.DownloadButton(value=str(path), visible=True),
        )

    add.click(put_in, [stand.by, stops], [stops, strip, note], **PRIVATE)
    clear.click(lambda: ([], []), None, [stops, strip], queue=False, **PRIVATE)
    go.click(make, [stops, hung.recipes, seconds, fps, kind, loop], [view, film, file, note], **PAINTING)
    stop.click(running.stop, None, None, queue=False, **PRIVATE)


def _progress(frame, count: int, most: int) -> str:
    source = parts.small_jpeg(frame, 420)
    return f'<figure><img src="{source}" alt="{words.FILM_VIEW}"><figcaption>{words.FRAME.format(count=count, most=most)}</figcaption></figure>'


def _still(path) -> str:
    """A GIF or WebP as it plays."""
    return f'<figure><img src="{parts.data_url(path.read_bytes(), path.suffix[1:])}" alt="{words.FILM_VIEW}"></figure>'
