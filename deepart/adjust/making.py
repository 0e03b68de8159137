"""Adjusted pictures and their recipes."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from deepart import __version__, images, palette
from deepart.adjust.frame import frame
from deepart.adjust.posterise import posterised
from deepart.adjust.tones import tones
from deepart.adjust.wish import Adjustments, from_numbers, to_numbers
from deepart.bench.own import Own, needs_file, own
from deepart.recipe import Recipe
from deepart.studio import Made, StudioError

MODEL = "deepart"  # what a recipe names where no model had a hand in it
NO_WEIGHTS = "0" * 64


def apply(picture: Image.Image, wish: Adjustments) -> Image.Image:
    """An RGB picture with all adjustments; with none, the same pixels. Never changes the picture itself.

    At 24 megapixels it takes some 400 MB beside the picture.
    """
    made = tones(frame(picture, wish), wish)
    colours = wish.palette or (palette.own_colours(made, wish.colours) if wish.colours else ())
    made = posterised(made, colours) if colours else made
    return made.copy() if made is picture else made


def adjust(source: Path | str, wish: Adjustments) -> Made:
    """A file's picture with all adjustments, and its recipe. Raises images.PictureError when it cannot be read."""
    mine = own(source)
    return remake(recipe_of(mine, wish), mine)


def recipe_of(mine: Own, wish: Adjustments) -> Recipe:
    """Everything that makes the adjusted picture from the artist's own file."""
    return Recipe(
        "adjust", MODEL, NO_WEIGHTS, __version__,
        sliders=to_numbers(wish), own_sha256=mine.sha256, own_name=mine.name,
    )  # fmt: skip


def of_recipe(by: Recipe) -> Adjustments:
    """What a recipe asked for. Raises StudioError when it is of another task, or asks for what cannot be."""
    if by.task != "adjust" or not by.own_sha256:
        raise StudioError("this recipe is not one of an adjusted picture")
    return from_numbers(by.sliders or {})


def remake(by: Recipe, mine: Own | None) -> Made:
    """The picture of a recipe from the artist's own file. Raises StudioError without that very file."""
    wish = of_recipe(by)
    needs_file(by, mine)
    return Made(apply(images.open_picture(mine.path), wish), by)
