"""The command remake."""

from __future__ import annotations

import argparse
from pathlib import Path

from deepart import images, recipe
from deepart.commands.common import Result, one_for_each, open_studio
from deepart.recipe import RecipeError
from deepart.remaking import owner, remake
from deepart.studio import Made, StudioError
from deepart.weights import WeightsError


def again(options: argparse.Namespace) -> Result:
    """{model: "recipe", files: [{file, output, error}]}: the picture of the recipe inside each PNG."""
    artist = open_studio(options)

    def made(path: Path) -> Made:
        try:
            by = recipe.load(path)
            mine = owner(by, options.own)
            return Made(images.open_picture(path), by) if options.dry_run else remake(artist, by, mine)
        except (RecipeError, StudioError, WeightsError) as reason:  # the others need not
            raise images.PictureError(f"{path.name}: {reason}") from None

    return one_for_each(options, "again", made)
