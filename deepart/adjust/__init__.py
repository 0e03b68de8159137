"""Adjust: the plain edits of a picture: its light and colours, its frame, and its reduction to a few colours.

`wish` is what an artist asks for, `frame` turns and cuts, `tones` moves light and colour, `posterise` reduces to a
palette, `making` puts them together and makes them again from a recipe. No network, no chance.
"""

from deepart.adjust.making import MODEL, adjust, apply, of_recipe, recipe_of, remake
from deepart.adjust.wish import LIMITS, Adjustments, from_numbers, hex_colours, to_numbers

__all__ = ["LIMITS", "MODEL", "Adjustments", "adjust", "apply", "from_numbers", "hex_colours", "of_recipe",
           "recipe_of", "remake", "to_numbers"]  # fmt: skip
