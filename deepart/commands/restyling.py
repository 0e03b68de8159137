"""The command of the restylers: restyle."""

from __future__ import annotations

import argparse
from pathlib import Path

from deepart.bench.own import own
from deepart.cli import UsageError
from deepart.commands.common import Result, bar, one_for_each, open_studio
from deepart.restyling import Restyling, Wish
from deepart.studio import Made


def restyle(options: argparse.Namespace) -> Result:
    """{model, files: [{file, output, error}]}: each picture in the manner of the style pictures."""
    artist = open_studio(options)
    restyling = Restyling(artist)
    card, _ = artist.model(options.model or artist.default("restyle"), "restyle")
    if missing := [path for path in options.style if not path.is_file()]:
        raise UsageError(f"there is no file {str(missing[0])!r}")
    looks = tuple(restyling.look(card.name, path) for path in options.style)
    wish = Wish(
        looks, tuple(options.share or (1.0,) * len(looks)), options.strength / 100, options.keep_colours, options.stroke
    )  # fmt: skip

    def painted(path: Path) -> Made:
        mine = own(path)
        if options.dry_run:
            return Made(restyling.small(mine), restyling.recipe(card.name, mine, wish, options.size))
        for _, made in bar(restyling.finish(card.name, mine, wish, options.size), path.name):
            if made:
                return made
        raise AssertionError("a finished picture comes last")

    return one_for_each(options, card.name, painted)
