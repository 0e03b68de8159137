"""A morph between pictures: a path of them, any moment of it under a slider, a film, and arithmetic."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any

import gradio as gr

from deepart.bench import Bench, Morph, Place, Route, strip
from deepart.bench.morph import MOST_SECONDS, MOST_STOPS, STRIP
from deepart.studio import StudioError
from deepart.ui import filming, guard, parts, words
from deepart.ui.comparing import figure
from deepart.ui.parts import LONG, PRIVATE
from deepart.ui.running import Running
from deepart.ui.sliders.hand import THERE, Desk, Hand
from deepart.ui.sliders.stage import Stage

THUMBNAIL = 160  # px


def build(bench: Bench, stage: Stage, hand: Hand) -> None:
    """The path, the slider along it, and what is made of it."""
    path = gr.State(())
    with gr.Row(elem_classes="two"):
        with gr.Column(scale=4, min_width=270, elem_classes="controls"):
            gr.HTML(f"<p>{words.MORPH_HELP}</p>", apply_default_css=False, elem_classes="hint")
            drop = gr.File(label=words.MORPH_DROP, file_count="multiple", file_types=["image"], height=110)
            with gr.Row(elem_classes="chips"):
                add = gr.Button(words.MORPH_ADD, min_width=130)
                clear = gr.Button(words.WALK_CLEAR, min_width=70)
            at = gr.Slider(0, 100, 50, step=1, label=words.MORPH_AT, buttons=[])
            detail = gr.Checkbox(True, label=words.MORPH_DETAIL)
            with gr.Row(elem_classes="chips"):
                take = gr.Button(words.MORPH_TO_BENCH, min_width=130)
                total = gr.Button(words.MORPH_SUM, min_width=130)
            gr.HTML(f"<p>{words.MORPH_SUM_INFO}</p>", apply_default_css=False, elem_classes="hint")
            held = filming.controls(4, MOST_SECONDS, False, words.MORPH_LOOP)
            note = parts.note()
        with gr.Column(scale=6, min_width=300):
            stops = gr.Gallery(
                label=words.MORPH_STOPS, show_label=False, columns=8, height=130, interactive=False, allow_preview=False,
                object_fit="contain", format="jpeg", buttons=[], elem_classes="strip",
            )  # fmt: skip
            still = gr.HTML(words.MORPH_EMPTY, apply_default_css=False, elem_classes="easel tall")
            reel = gr.Image(
                label=words.MORPH_STRIP, show_label=False, format="png", interactive=False, buttons=["download", "fullscreen"],
                visible=False, elem_classes="reel",
            )  # fmt: skip
            screen = filming.Screen(**held, **filming.views())
    path_hand, running = PathHand(bench, hand), Running()
    laid = [path, stops, still, reel, note]
    how = [stage.model, path, detail, screen.loop, at]
    drop.upload(path_hand.put_files, [*how, drop], [drop, *laid], **PRIVATE)
    add.click(path_hand.add, [*how, stage.desk, stage.keep], laid, **PRIVATE)
    clear.click(lambda: ((), [], words.MORPH_EMPTY, gr.Image(visible=False), ""), None, laid, **PRIVATE)
    at.input(path_hand.slide, how, [still, note], trigger_mode="always_last", queue=False, **PRIVATE)
    gr.on([detail.input, screen.loop.input, at.release], path_hand.look, how, [still, reel, note], trigger_mode="always_last", **PRIVATE)  # fmt: skip
    take.click(
        path_hand.take, [*how, stage.desk, stage.keep, stage.bank], [*stage.there[:-1], note], **PRIVATE
    )
    total.click(
        path_hand.total, [*how, stage.desk, stage.keep, stage.bank], [*stage.there[:-1], note], **PRIVATE
    )

    @guard.noted(outputs=3)
    def make(
        request: gr.Request, model: str, path: tuple, detail: bool, loop: bool, at: float, *film: Any
    ) -> Iterator:
        """Frames while they are made, then the film; stopped, the film as far as it came."""
        key, (seconds, fps, kind) = running.begin(request), film
        morph = Morph(bench, model, Route(_enough(path), seconds, int(fps), loop, detail))
        file = parts.fresh(f"{model}-morph.{filming.KINDS.get(kind, 'mp4')}")
        about, most = morph.about(), morph.route.frames()
        keep = partial(hand.book.keep_film, request, about, model, file)
        yield from filming.shoot(file, int(fps), about, morph.frames(), most, running, key, keep)

    filmed = PRIVATE | LONG
    told = [*how, screen.seconds, screen.fps, screen.kind]
    hand.book.made.append(screen.go.click(make, told, [*screen.outputs, note], **filmed))
    screen.stop.click(running.stop, None, None, queue=False, **PRIVATE)


class PathHand:
    """The handlers of the path. A path is a tuple of Places."""

    def __init__(self, bench: Bench, hand: Hand):
        self.bench, self.hand = bench, hand
        self.put_files = guard.noted(5)(self._put_files)
        self.add = guard.noted(4)(self._add)
        self.slide = guard.noted(1)(lambda *how: self._still(*how))
        self.look = guard.noted(2)(lambda *how: (self._still(*how), self._strip(*how)))
        self.take = guard.noted(THERE)(self._take)
        self.total = guard.noted(THERE)(self._total)
        # A morph holds 3 MB a picture; the one under the finger is asked for at every step of it.
        self._ready = lru_cache(maxsize=2)(lambda model, route: Morph(bench, model, route))

    def _put_files(
        self, model: str, path: tuple, detail: bool, loop: bool, at: float, files: list[str]
    ) -> tuple:
        new = [self.bench.put(model, guard.uploaded({"path": file})) for file in files or []]
        return None, *self._lay(model, (*path, *new), detail, loop, at)

    def _add(
        self, model: str, path: tuple, detail: bool, loop: bool, at: float, desk: Desk, keep: bool
    ) -> tuple:
        place = desk.now if keep else Place(desk.now.point)
        return self._lay(model, (*path, place), detail, loop, at)

    def _lay(self, model: str, path: tuple, *how: Any) -> tuple:
        """(path, its pictures, the picture between, film strip)."""
        if len(path) > MOST_STOPS:
            raise StudioError(words.MORPH_FULL.format(most=MOST_STOPS))
        shown = []
        for place in path:
            picture = self.bench.preview(model, place)
            picture.thumbnail((THUMBNAIL, THUMBNAIL))
            shown.append(parts.view(picture))
        if len(path) < 2:
            return path, shown, words.MORPH_EMPTY, gr.Image(visible=False)
        return path, shown, self._still(model, path, *how), self._strip(model, path, *how)

    def _morph(self, model: str, path: tuple, detail: bool, loop: bool) -> Morph:
        return self._ready(model, Route(_enough(path), loop=loop, detail=detail))

    def _still(self, model: str, path: tuple, detail: bool, loop: bool, at: float) -> str:
        picture = self._morph(model, path, detail, loop).picture(at / 100)
        return figure(parts.small_jpeg(picture), "", picture.size, words.MORPH_VIEW)

    def _strip(self, model: str, path: tuple, detail: bool, loop: bool, at: float) -> Any:
        morph = self._morph(model, path, detail, loop)
        file = parts.fresh(f"{model}-strip.png")
        strip([morph.picture(i / (STRIP - 1)) for i in range(STRIP)]).save(file)
        return gr.Image(str(file), visible=True)

    def _take(
        self, model: str, path: tuple, detail: bool, loop: bool, at: float, desk: Desk, keep: bool, bank: Any
    ) -> tuple:
        point = self._morph(model, path, detail, loop).point(at / 100)
        return self.hand.begin(model, Place(point), keep, bank)

    def _total(
        self, model: str, path: tuple, detail: bool, loop: bool, at: float, desk: Desk, keep: bool, bank: Any
    ) -> tuple:
        first, second, third = (place.point for place in _enough(path, 3)[:3])
        return self.hand.begin(model, Place(self.bench.combine(model, [first, third], [second])), keep, bank)


def _enough(path: tuple, least: int = 2) -> tuple:
    if len(path) < least:
        raise StudioError(words.MORPH_FEW.format(least=least, count=len(path)))
    return tuple(path)
