"""A recipe as a few letters that fit into an address, and back."""

from __future__ import annotations

import base64
import zlib
from dataclasses import replace

from deepart import recipe
from deepart.recipe import Recipe, RecipeError

VERSION = "1"
LONGEST = 12_000  # letters; servers and messengers cut longer addresses
DAMAGED = "this link is damaged: copy it again, whole"


def to_code(by: Recipe) -> str:
    """A recipe for `?recipe=`, letters, digits, '-', '_' and '.' only. The names of the artist's own files stay at home.

    Raises RecipeError when it would be too long for an address.
    """
    looks = by.looks and tuple(look | {"name": f"style {i}"} for i, look in enumerate(by.looks, 1))
    bare = replace(by, own_name=None, looks=looks)
    packed = zlib.compress(bare.to_json().encode(), 9)
    code = f"{VERSION}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"
    if len(code) > LONGEST:
        raise RecipeError("this picture's recipe is too long for a link: send the PNG itself")
    return code


def from_code(code: str) -> Recipe:
    """The recipe in a link. Raises RecipeError for anything that `to_code` could not have written."""
    version, dot, body = code.partition(".")
    if not dot or not version.isdecimal():
        raise RecipeError(DAMAGED)
    if version != VERSION:
        raise RecipeError("this link was made by a newer deepart: update deepart")
    if len(code) > LONGEST:
        raise RecipeError(DAMAGED)
    try:
        packed = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(packed, recipe.MAX_BYTES + 1)
        if not unpacker.eof or unpacker.unused_data:
            raise ValueError("more, or less, than one recipe")
        return recipe.from_json(text.decode())
    except RecipeError:
        raise
    except (ValueError, zlib.error) as error:
        raise RecipeError(DAMAGED) from error
