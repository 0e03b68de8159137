"""Named settings of the tools: what a recipe says, without the picture that it was made of."""

from __future__ import annotations

import json
from collections.abc import Mapping

from deepart import recipe
from deepart.recipe import Recipe, RecipeError

SCHEMA = 1
MOST = 100
LONGEST_NAME = 60  # letters
MAX_BYTES = 256 * 1024  # of all together: they are kept by the browser


class PresetError(ValueError):
    """Presets cannot be kept or read; the text is one sentence for the artist."""


def put(presets: Mapping[str, str], name: str, by: Recipe) -> dict[str, str]:
    """The presets (name -> recipe as JSON) with one more, in the order of their names; one of that name is replaced.

    Raises PresetError for a name that is none, or when there are too many.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise PresetError(f"a preset's name has 1 to {LONGEST_NAME} letters, got {name[:80]!r}")
    grown = dict(sorted({**presets, name: by.to_json()}.items()))
    if len(grown) > MOST or sum(map(len, grown.values())) > MAX_BYTES:
        raise PresetError(f"there is room for {MOST} presets: delete one, or save them as a file first")
    return grown


def get(presets: Mapping[str, str], name: str) -> Recipe:
    """The settings of that name. Raises PresetError when it is not there."""
    if name not in presets:
        raise PresetError(f"the preset {name!r} is not there any more: it was deleted in another tab")
    return recipe.from_json(presets[name])


def read(value: object) -> dict[str, str]:
    """Presets as a browser kept them, or {}; what is none is left out."""
    found: dict[str, str] = {}
    for name, text in value.items() if isinstance(value, dict) else ():
        try:
            found = put(found, str(name), recipe.from_json(text))
        except (RecipeError, PresetError):
            continue
    return found


def to_file(presets: Mapping[str, str]) -> str:
    """Presets as a file that a person can read and `from_file` takes."""
    told = {"deepart": "presets", "schema": SCHEMA, "presets": {k: json.loads(v) for k, v in presets.items()}}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def from_file(data: bytes) -> dict[str, str]:
    """The presets of such a file. Raises PresetError for any other."""
    try:
        told = json.loads(data[: 4 * MAX_BYTES].decode())
        good = told["deepart"] == "presets" and told["schema"] == SCHEMA and isinstance(told["presets"], dict)
        if not good:
            raise ValueError("another kind of file, or a newer one")
        found: dict[str, str] = {}
        for name, values in told["presets"].items():
            found = put(found, name, recipe.from_json(json.dumps(values)))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        if isinstance(error, PresetError | RecipeError):
            raise PresetError(f"this file of presets is damaged: {error}") from error
        raise PresetError("this is no file of presets: choose one that was saved here") from error
    return found
