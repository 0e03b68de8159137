"""The commands of the VAEs: slide, morph."""

from __future__ import annotations

import argparse
from pathlib import Path

from deepart import films
from deepart.bench import Bench, Morph, Place, Route
from deepart.bench.morph import check
from deepart.commands.common import Result, bar, one_for_each, open_studio, say
from deepart.studio import Made


def slide(options: argparse.Namespace) -> Result:
    """{model, files: [{file, output, error}]}: each picture with some axes moved."""
    artist = open_studio(options)
    bench, card = Bench(artist), artist.model(options.name, "sliders")[0]
    moves = dict(options.axis)
    bench.step(card.name, bench.origin(card.name), moves)  # a bad wish stops here, before a folder is made

    def moved(path: Path) -> Made:
        there = bench.put(card.name, path)
        point = bench.step(card.name, there.point, moves, relative=not options.absolute)
        place = Place(point, there.own if options.keep_detail else None)
        return Made(bench.before(card.name, there.own), bench.recipe(card.name, place)) if options.dry_run else bench.draw(card.name, place, options.scale)  # fmt: skip

    return one_for_each(options, card.name, moved)


def morph(options: argparse.Namespace) -> Result:
    """{model, file, frames}: a film from picture to picture."""
    artist = open_studio(options)
    bench, card = Bench(artist), artist.model(options.name, "sliders")[0]
    places = tuple(bench.put(card.name, path) for path in options.paths)
    route = Route(places, options.seconds, options.fps, options.loop, not options.soft)
    check(route)
    made = Morph(bench, card.name, route)
    with films.Film(options.out, route.fps, made.about()) as film:
        for frame in bar([] if options.dry_run else made.frames(), "morph", route.frames()):
            film.add(frame)
    say(options, f"{'would write' if options.dry_run else 'wrote'} {route.frames()} frames to {options.out}")
    return {"model": card.name, "file": str(options.out), "frames": route.frames()}, 0
