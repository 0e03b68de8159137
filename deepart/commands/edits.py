"""The commands that edit pictures: enlarge, adjust."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from deepart import adjust as adjusting
from deepart import images
from deepart.bench.own import own
from deepart.commands.common import Result, one_for_each, open_studio
from deepart.enlarging import Enlarging, check_size
from deepart.studio import Made, StudioError


def enlarge(options: argparse.Namespace) -> Result:
    """{model, files: [{file, output, error}]}: each picture twice or four times as large."""
    artist = open_studio(options)
    card, _ = artist.model(options.model or artist.default("enlarge"), "enlarge")
    enlarging = Enlarging(artist)

    def larger(path: Path) -> Made:
        by = enlarging.recipe(card.name, own(path), options.times)
        picture = images.open_picture(path)
        try:
            check_size(picture.size, options.times)
        except StudioError as reason:  # this picture would be too large; the others need not
            raise images.PictureError(f"{path.name}: {reason}") from None
        return Made(picture, by) if options.dry_run else enlarging.enlarge(card.name, path, options.times)

    return one_for_each(options, card.name, larger)


def adjust(options: argparse.Namespace) -> Result:
    """{model: "deepart", files: [{file, output, error}]}: each picture with the same adjustments."""
    wish = adjusting.from_numbers(dict(options.set))
    wish = replace(wish, palette=adjusting.hex_colours(options.palette) or wish.palette)

    def adjusted(path: Path) -> Made:
        by = adjusting.recipe_of(own(path), wish)
        picture = images.open_picture(path)
        return Made(picture if options.dry_run else adjusting.apply(picture, wish), by)

    return one_for_each(options, adjusting.MODEL, adjusted)
