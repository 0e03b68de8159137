"""A film while it is made: its frames as they come, then the film; stopped, the film as far as it came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import gradio as gr
from PIL import Image

from deepart import films
from deepart.ui import parts, words
from deepart.ui.running import Running

SHOW_EVERY = 6  # frames
KINDS = {"MP4": "mp4", "GIF": "gif", "WebP": "webp"}


@dataclass(frozen=True)
class Screen:
    """How long a film is, and where it is shown."""

    seconds: gr.Slider
    fps: gr.Slider
    kind: gr.Radio
    loop: gr.Checkbox
    go: gr.Button
    stop: gr.Button
    view: gr.HTML
    film: gr.Video
    file: gr.DownloadButton

    @property
    def outputs(self) -> list:
        """What `shoot` answers."""
        return [self.view, self.film, self.file]


def controls(seconds: int, most: int, loop: bool, looped: str) -> dict:
    """The controls of a film, laid out here, as arguments of a Screen."""
    found = {
        "seconds": gr.Slider(1, most, seconds, step=1, label=words.SECONDS, buttons=[]),
        "fps": gr.Slider(6, 60, 24, step=1, label=words.FPS, buttons=[]),
        "kind": gr.Radio(list(KINDS), value="MP4", label=words.FILM_KIND),
        "loop": gr.Checkbox(loop, label=looped),
    }
    with gr.Row(elem_classes="chips"):
        found["go"] = gr.Button(words.FILM, variant="primary", min_width=120, elem_classes="key-run")
        found["stop"] = gr.Button(words.STOP, min_width=70, elem_classes="key-stop")
    return found


def views(empty: str = "") -> dict:
    """Where a film is shown, laid out here, as arguments of a Screen."""
    return {
        "view": gr.HTML(empty, apply_default_css=False, elem_classes="easel tall film"),
        "film": gr.Video(
            label=words.FILM_VIEW, show_label=False, visible=False, autoplay=True, loop=True, height=420
        ),
        "file": gr.DownloadButton(words.FILM_DOWNLOAD, visible=False, min_width=140),
    }


def shoot(
    path: Path,
    fps: int,
    about: str,
    frames: Iterable[Image.Image],
    most: int,
    running: Running,
    key: str,
    keep: Callable[[Image.Image], None],
) -> Iterator[tuple]:
    """What a Screen's outputs show while a film of `most` frames is written, and the film at the end or after Stop.

    keep: gets the first frame once the film is whole.
    """
    first = None
    with films.Film(path, fps, about) as reel:
        for frame in frames:
            reel.add(frame)
            first = first or frame.copy()
            if reel.count % SHOW_EVERY == 1:
                yield (
                    _progress(frame, reel.count, most),
                    gr.Video(visible=False),
                    gr.DownloadButton(visible=False),
                )
            if running.stopped(key):
                break
    keep(first)
    is_video = path.suffix == ".mp4"
    yield (
        "" if is_video else _still(path),
        gr.Video(str(path), visible=True) if is_video else gr.Video(visible=False),
        gr.DownloadButton(value=str(path), visible=True),
    )


def _progress(frame: Image.Image, count: int, most: int) -> str:
    source = parts.small_jpeg(frame, 420)
    said = words.FRAME.format(count=count, most=most)
    return f'<figure><img src="{source}" alt="{words.FILM_VIEW}"><figcaption>{said}</figcaption></figure>'


def _still(path: Path) -> str:
    """A GIF or WebP as it plays."""
    return f'<figure><img src="{parts.data_url(path.read_bytes(), path.suffix[1:])}" alt="{words.FILM_VIEW}"></figure>'
