"""The commands of the generators: sample, project, walk."""

from __future__ import annotations

import argparse
from pathlib import Path

from deepart import films
from deepart.cli import seeds
from deepart.commands.common import Result, bar, free, keep, one_for_each, open_studio, say
from deepart.sampling import Manner, Sampler, Walk
from deepart.studio import Made


def manner(options: argparse.Namespace) -> Manner:
    """--psi, --style, --slider and --mix as the studio takes them."""
    mix_seed, mix_level = options.mix or (None, None)
    shares = dict(options.style)
    total = sum(shares.values()) or 1.0
    return Manner(
        options.psi, {k: v / total for k, v in shares.items()}, dict(options.slider), mix_seed, mix_level
    )


def sample(options: argparse.Namespace) -> Result:
    """{model, psi, files: [{file, seed}]}; one PNG with its recipe for every seed."""
    artist, wanted = open_studio(options), seeds(options.seeds)
    sampler, way = Sampler(artist), manner(options)
    card, _ = artist.model(options.name, "sample")
    sampler.paint(card.name, wanted[0], way, options.scale)  # a bad wish stops here, before a folder is made
    files, taken = [], set()
    for seed in bar(wanted, "sample"):
        made_by = sampler.recipe(card.name, seed, way, options.scale)
        path = free(options.out / f"{card.name}-seed{seed}.png", taken, made_by)
        if not options.dry_run:
            keep(sampler.paint(card.name, seed, way, options.scale), path)
        files.append({"file": str(path), "seed": seed})
    say(options, f"{'would write' if options.dry_run else 'wrote'} {len(files)} pictures to {options.out}")
    return {"model": card.name, "psi": float(options.psi), "files": files}, 0


def project(options: argparse.Namespace) -> Result:
    """{model, files: [{file, output, error}]}: for each picture the painting that is most like it."""
    artist = open_studio(options)
    sampler, card = Sampler(artist), artist.model(options.name, "sample")[0]

    def nearest(path: Path) -> Made:
        *_, found = sampler.project(card.name, path, 0 if options.dry_run else options.steps)
        return found.made

    return one_for_each(options, card.name, nearest)


def walk(options: argparse.Namespace) -> Result:
    """{model, file, frames}: a film through the paintings of some seeds."""
    artist = open_studio(options)
    sampler, way = Sampler(artist), manner(options)
    card, _ = artist.model(options.name, "sample")
    route = Walk(tuple(seeds(options.seeds)), options.seconds, options.fps, not options.one_way)
    sampler.check_walk(route)
    sampler.recipe(card.name, route.starts[0], way)
    with films.Film(options.out, route.fps, sampler.about(card.name, route, way)) as film:
        frames = [] if options.dry_run else sampler.walk(card.name, route, way, options.scale)
        for frame in bar(frames, "walk", route.frames()):
            film.add(frame)
    say(options, f"{'would write' if options.dry_run else 'wrote'} {route.frames()} frames to {options.out}")
    return {"model": card.name, "file": str(options.out), "frames": route.frames()}, 0
