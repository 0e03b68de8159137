"""What made a picture, written into its PNG: the same recipe gives the same picture back."""

import json
import re
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from PIL import Image

from deepart import images

KEY = "deepart"  # the keyword of the PNG text chunk
SCHEMA = 3  # 2: own_sha256 and own_name; 3: looks and regions; what has none is still written as 1, for older programs
LOOKS = 4
MAX_BYTES = 64 * 1024  # 4,096 numbers of z take about 50 KB
MAX_VALUES = 4096

_LARGEST = 3.4028235e38  # its nearest float32 is the largest finite one
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")  # no slash: a model's name becomes a folder's
_SHA256 = re.compile(r"[0-9a-f]{64}")
_REGIONS = re.compile(r"\d{1,3}x\d{1,3}:[0-4]\*\d{1,6}(,[0-4]\*\d{1,6}){0,8000}")
_CODE = re.compile(r"[A-Za-z0-9+/]{4,8192}={0,2}")
_FILE = re.compile(r"[^/\\\x00-\x1f\x7f]{1,120}")


class RecipeError(ValueError):
    """Not a recipe. Its text is one sentence: the rule, what was found, what to do next."""


@dataclass(frozen=True)
class Recipe:
    """Everything needed to make a picture again. RecipeError when a field breaks the rule beside it."""

    task: str  # what the artist did: "sample", "sliders", ...
    model: str  # "orchard-1": shipped models are numbered and never change
    weights_sha256: str  # 64 hex digits of its model.safetensors
    version: str  # of deepart
    seed: int | None = None  # [0, 2**32)
    psi: float | None = None  # truncation, [0, 2]
    z: tuple[float, ...] | None = None  # float32 values, 1 to 4096 of them
    sliders: dict[str, float] | None = None  # name -> units of sigma
    styles: dict[str, float] | None = None  # name -> share in (0, 1], summing to 1
    mix_seed: int | None = None  # [0, 2**32): the painting whose colours were taken
    mix_level: int | None = None  # [1, 16): from this level of the generator on
    aspect: tuple[int, int] | None = None  # width, height in pixels of the artist's own picture
    scale: int = 1  # the picture is this many times the model's size, 1 to 16
    own_sha256: str | None = None  # 64 hex digits of the artist's own file, whose detail the picture keeps
    own_name: str | None = None  # and what it was called
    looks: tuple[dict, ...] | None = (
        None  # 1 to 4 of {"name", "sha256", "share", "code"}: pictures whose manner it has
    )
    regions: str | None = None  # where which of them is, as runs of numbers: see restyling/regions.py
    schema: int = 1  # the oldest that can hold it

    def __post_init__(self) -> None:
        if type(self.schema) is not int or not 1 <= self.schema <= SCHEMA:
            raise RecipeError(f"schema must be from 1 to {SCHEMA}, got {self.schema!r}")
        self._check_own()
        if self.looks is not None or self.regions is not None:
            object.__setattr__(self, "schema", SCHEMA)
        if self.regions is not None:
            _check_text("regions", self.regions, _REGIONS, "WIDTHxHEIGHT: and runs, VALUE*COUNT with commas")
        for name in ("task", "model", "version"):
            _check_text(name, getattr(self, name), _NAME, "1 to 64 letters, digits, '.', '_', '+' or '-'")
        _check_text("weights_sha256", self.weights_sha256, _SHA256, "64 lower-case hex digits")
        _check_int("scale", self.scale, 1, 16)
        for name, low, high in (("seed", 0, 2**32 - 1), ("mix_seed", 0, 2**32 - 1), ("mix_level", 1, 15)):
            if getattr(self, name) is not None:
                _check_int(name, getattr(self, name), low, high)
        if (self.mix_seed is None) != (self.mix_level is None):
            raise RecipeError("mix_seed and mix_level belong together: give both or neither")
        # Frozen, so the copies that make lists into tuples and numbers into floats go in by the back door.
        for name in ("psi", "z", "sliders", "styles", "aspect", "looks"):
            if getattr(self, name) is not None:
                object.__setattr__(self, name, _CLEAN[name](getattr(self, name)))
        if len(self.to_json()) > MAX_BYTES:
            raise RecipeError(f"a recipe must fit in {MAX_BYTES} bytes, got {len(self.to_json())}")

    def _check_own(self) -> None:
        if self.own_sha256 is None and self.own_name is not None:
            raise RecipeError("own_name needs own_sha256: give both or neither")
        if self.own_sha256 is not None:
            _check_text("own_sha256", self.own_sha256, _SHA256, "64 lower-case hex digits")
            object.__setattr__(self, "schema", 2)
        if self.own_name is not None:
            _check_text(
                "own_name", self.own_name, _FILE, "1 to 120 letters, a file's name without its folder"
            )

    def to_json(self) -> str:
        """One line of ASCII without spaces; None is left out. Every number survives `from_json` bit for bit."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return (
            "{"
            + ",".join(f'"{name}":{_dump(name, value)}' for name, value in pairs if value is not None)
            + "}"
        )


def from_json(text: str) -> Recipe:
    """The recipe in `text`. RecipeError for anything that `to_json` could not have written."""
    if not isinstance(text, str) or len(text) > MAX_BYTES:
        raise RecipeError(f"a recipe must be text of at most {MAX_BYTES} letters: choose another picture.")
    try:
        values = json.loads(text, object_pairs_hook=_without_repeats)
    except RecipeError:
        raise
    except (ValueError, RecursionError) as error:
        raise RecipeError(
            "this deepart recipe is damaged: choose the picture as you downloaded it."
        ) from error
    if not isinstance(values, dict):
        raise RecipeError("a recipe must be one JSON object: choose the picture as you downloaded it.")
    schema = values.get("schema")
    if isinstance(schema, int) and schema > SCHEMA:
        raise RecipeError(
            f"this recipe is of a newer deepart (schema {schema}, ours is {SCHEMA}): update deepart."
        )
    known = [field.name for field in fields(Recipe)]
    unknown = [key for key in values if key not in known]
    missing = [key for key in ("task", "model", "weights_sha256", "version", "schema") if key not in values]
    if unknown or missing:
        wrong = f"has no {missing[0]!r}" if missing else f"has an unknown entry {unknown[0][:40]!r}"
        raise RecipeError(f"this deepart recipe {wrong}: choose the picture as you downloaded it.")
    return Recipe(**values)


def save(picture: Image.Image, path: str | Path, recipe: Recipe) -> None:
    """Write `picture` as a PNG that carries `recipe` and no other metadata. disk.DiskError (an OSError) when it cannot be written."""
    images.save_png(picture, path, {KEY: recipe.to_json()})


def load(source: str | Path | bytes) -> Recipe:
    """The recipe that a PNG carries. images.PictureError when it is no PNG; RecipeError when it has no good recipe."""
    text = images.png_text(source).get(KEY)
    if text is None:
        raise RecipeError(
            "this picture carries no deepart recipe: choose a PNG downloaded from deepart, unedited."
        )
    return from_json(text)


def _check_text(name: str, value: object, pattern: re.Pattern, rule: str) -> None:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise RecipeError(f"{name} must be {rule}, got {str(value)[:80]!r}")


def _check_int(name: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise RecipeError(f"{name} must be a whole number from {low} to {high}, got {str(value)[:80]}")


def _number(name: str, value: object) -> float:
    """A finite number that float32 can hold, unchanged."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.floating, np.integer)):
        raise RecipeError(f"{name} must be a number, got {str(value)[:80]!r}")
    if not abs(value) <= _LARGEST:  # an int may be too large for float()
        raise RecipeError(f"{name} must be a finite number, got {str(value)[:80]}")
    return float(value)


def _clean_psi(value: object) -> float:
    psi = _number("psi", value)
    if not 0 <= psi <= 2:
        raise RecipeError(f"psi must be from 0 to 2, got {psi}")
    return psi


def _clean_z(value: object) -> tuple[float, ...]:
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= MAX_VALUES:
        raise RecipeError(f"z must be 1 to {MAX_VALUES} numbers in a row")
    return tuple(float(np.float32(_number("z", number))) for number in value)


def _clean_sliders(value: object) -> dict[str, float]:
    if not isinstance(value, dict) or len(value) > MAX_VALUES:
        raise RecipeError(f"sliders must be at most {MAX_VALUES} named numbers")
    for name in value:
        if not isinstance(name, str) or not 1 <= len(name) <= 64 or not name.isprintable():
            raise RecipeError(f"a slider's name must be 1 to 64 printable letters, got {str(name)[:80]!r}")
    return {name: _number(f"slider {name!r}", number) for name, number in value.items()}


def _clean_styles(value: object) -> dict[str, float]:
    shares = _clean_sliders(value)
    if (
        not shares
        or not all(0 < share <= 1 for share in shares.values())
        or abs(sum(shares.values()) - 1) > 1e-3
    ):
        raise RecipeError("styles must be shares above 0 that sum to 1")
    return shares


def _clean_aspect(value: object) -> tuple[int, int]:
    if not isinstance(value, (list, tuple)) or len(value) != 2:
        raise RecipeError("aspect must be two numbers, width and height")
    for name, side in zip(("aspect width", "aspect height"), value, strict=True):
        _check_int(name, side, 1, images.MAX_SIDE)
    if value[0] * value[1] > images.MAX_PIXELS:
        raise RecipeError(f"aspect must be of at most {images.MAX_PIXELS} pixels")
    return value[0], value[1]


def _clean_looks(value: object) -> tuple[dict, ...]:
    if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= LOOKS:
        raise RecipeError(f"looks must be 1 to {LOOKS} in a row")
    cleaned = []
    for look in value:
        if not isinstance(look, dict) or set(look) != {"name", "sha256", "share", "code"}:
            raise RecipeError("a look must have a name, sha256, share and code, and nothing else")
        _check_text(
            "the name of a look", look["name"], _FILE, "1 to 120 letters, a file's name without its folder"
        )
        _check_text("the sha256 of a look", look["sha256"], _SHA256, "64 lower-case hex digits")
        _check_text("the code of a look", look["code"], _CODE, "base64")
        share = _number("the share of a look", look["share"])
        if not 0 < share <= 1:
            raise RecipeError(f"the share of a look must be above 0 and at most 1, got {share}")
        cleaned.append({"name": look["name"], "sha256": look["sha256"], "share": share, "code": look["code"]})
    return tuple(cleaned)


_CLEAN = {"psi": _clean_psi, "looks": _clean_looks, "z": _clean_z, "sliders": _clean_sliders, "styles": _clean_styles,
          "aspect": _clean_aspect}  # fmt: skip


def _dump(name: str, value: object) -> str:
    if name == "z":  # the shortest decimals that give the same float32: half the length of float64's
        return "[" + ",".join(str(np.float32(number)) for number in value) + "]"
    return json.dumps(value, separators=(",", ":"), allow_nan=False)


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise RecipeError("this deepart recipe has an entry twice: choose the picture as you downloaded it.")
    return values
