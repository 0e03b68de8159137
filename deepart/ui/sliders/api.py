"""What programs may call of Sliders. A point is {"z": [...], "aspect": [width, height] or null}; nothing is kept between
calls."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import gradio as gr
from gradio.data_classes import FileData

from deepart import films, images
from deepart.bench import Bench, Morph, Place, Point, Route
from deepart.bench import atlas as maps
from deepart.studio import Studio, StudioError
from deepart.ui import guard, parts, words
from deepart.ui.faders import read
from deepart.ui.sliders.map import read as read_map


def endpoints(studio: Studio) -> None:
    """random_point, encode, slide, edit, combine, spot and morph, as named endpoints."""
    bench = Bench(studio)

    def name_of(model: str) -> str:
        return model or studio.default("sliders")

    def described(model: str, place: Point) -> dict:
        names = [axis.name for axis in bench.axes(model)]
        return {"point": asdict(place), "sliders": dict(zip(names, bench.values(model, place), strict=True))}

    def random_point(model: str = "", seed: str | int | float = 0, temperature: float = 1.0) -> dict:
        """A random place on the sliders. temperature: 0 (the mean painting) to 2. Returns {"point", "sliders": {name: sigma}}."""
        name = name_of(model)
        return described(name, bench.random_point(name, seed, temperature))

    def encode(picture: FileData, model: str = "") -> dict:
        """Where your own picture lies on the sliders. Returns {"point", "sliders": {name: sigma}}."""
        name = name_of(model)
        return described(name, bench.encode(name, guard.uploaded(picture)))

    def slide(sliders: list[float], model: str = "", point: dict | None = None) -> dict:
        """The picture at a point once its first sliders stand at `sliders` (sigma), as a PNG with its recipe.

        sliders: numbers, strongest axis first; [] leaves the point as it is.
        model: its name, "" for the newest; point: from random_point or encode, null for the mean of all paintings.
        """
        name = name_of(model)
        place = bench.move(name, _point(point) or bench.origin(name), read({"at": sliders})[0])
        return parts.as_file(parts.keep(bench.draw(name, place)))

    def edit(picture: FileData, sliders: dict[str, float], model: str = "", relative: bool = True) -> dict:
        """Your own picture, at its own size and with its detail, once some sliders moved; a PNG with its recipe.

        sliders: {name of an axis: sigma}; relative: steps from where the picture stands, else where they shall stand.
        """
        name = name_of(model)
        place = bench.put(name, guard.uploaded(picture))
        moved = Place(bench.step(name, place.point, _numbers(sliders), relative), place.own)
        return parts.as_file(parts.keep(bench.draw(name, moved)))

    def combine(plus: list[dict], minus: list[dict], model: str = "") -> dict:
        """Arithmetic of points: the sum of `plus` less the sum of `minus`. Returns {"point", "sliders"}."""
        name = name_of(model)
        return described(name, bench.combine(name, [_point(p) for p in plus], [_point(p) for p in minus]))

    def morph(
        points: list[dict],
        model: str = "",
        seconds: float = 4,
        fps: int = 24,
        kind: str = "mp4",
        loop: bool = False,
    ) -> dict:
        """A film through 2 to 16 points, as a file. kind: mp4, gif or webp; up to 60 seconds."""
        name = name_of(model)
        made = Morph(bench, name, Route(tuple(Place(_point(p)) for p in points), seconds, fps, loop))
        path = parts.fresh(f"{name}-morph.{kind if kind in films.KINDS else 'mp4'}")
        return parts.as_file(films.write(path, made.frames(), fps, made.about()))

    def spot(x: float | None = None, y: float | None = None, style: str = "", model: str = "") -> dict:
        """What lies at a place on the map of the paintings, or in the middle of a style.

        x, y: 0 to 1, from the left and from the top; style: a name instead of them. Returns {"point", "sliders": {name:
        sigma}, "at": [x, y], "styles": of the nearest paintings, the nearest first, "all": every style of the map}.
        """
        name = name_of(model)
        atlas = read_map(bench, name)
        if style:
            place, near = maps.middle(bench, name, atlas, style), [style]
        else:
            place, near = maps.spot(bench, name, atlas, x, y)
        there = list(maps.locate(bench, name, atlas, place))
        return {**described(name, place), "at": there, "styles": near, "all": list(atlas.styles)}

    for endpoint in (random_point, encode, slide, edit, combine, spot):
        gr.api(guard.spoken(endpoint), api_name=endpoint.__name__)
    gr.api(guard.spoken(morph), api_name="morph", **parts.LONG)


def _point(value: Any) -> Point | None:
    """A point as a program sent it; None for none. Raises StudioError when it is no point."""
    if value is None:
        return None
    value = value if isinstance(value, dict) else {}
    z, aspect = value.get("z"), value.get("aspect")
    good = isinstance(z, list) and all(_is_number(v) and abs(v) < 1e6 for v in z)
    good_aspect = aspect is None or (
        isinstance(aspect, list | tuple) and len(aspect) == 2 and all(isinstance(v, int) and 0 < v <= images.MAX_SIDE for v in aspect)
    )  # fmt: skip
    if not good or not good_aspect:
        raise StudioError(words.BAD_POINT)
    return Point(tuple(float(v) for v in z), tuple(aspect) if aspect else None)


def _numbers(sliders: Any) -> dict[str, float]:
    """Raises StudioError unless it is {name: number}."""
    if not isinstance(sliders, dict) or not all(_is_number(v) for v in sliders.values()):
        raise StudioError(words.BAD_SLIDERS)
    return {str(name): float(value) for name, value in sliders.items()}


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
