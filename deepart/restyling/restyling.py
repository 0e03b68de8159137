"""A studio's restylers: previews, finished pictures and their recipes. No widgets."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any

from PIL import Image
from torch import nn

from deepart import __version__, images
from deepart.bench.own import Own, needs_file, own
from deepart.recipe import Recipe
from deepart.restyling import levels, regions
from deepart.restyling.levels import PREVIEW
from deepart.restyling.wish import STROKES, Look, Wish, look_from_text
from deepart.studio import Made, Studio, StudioError, on_cpu_if_lost
from deepart.weights import ModelCard

REMEMBERED = 24  # looks and small pictures that are kept ready, at most 1 MB each
FULL = "full"
LARGEST_SIDE = 16_384  # px of a finished picture


class Restyling:
    """Every method takes the name of a model first. Raises StudioError for a bad wish, images.PictureError for a bad file."""

    def __init__(self, studio: Studio):
        self.studio = studio
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()

    @on_cpu_if_lost
    def look(self, model: str, source: Path | str) -> Look:
        """The manner of a style picture."""
        card, network = self._model(model)
        mine = own(source)

        def measured() -> Look:
            picture = images.open_picture(mine.path, at_least=levels.SIDES[-1])
            return levels.look_of(network, picture, mine.name, mine.sha256)

        return self._once(("look", card.sha256, mine.sha256), measured)

    def small(self, mine: Own) -> Image.Image:
        """The picture as it came, PREVIEW px at most."""

        def opened() -> Image.Image:
            picture = images.open_picture(mine.path, at_least=PREVIEW)
            picture.thumbnail((PREVIEW, PREVIEW), Image.Resampling.LANCZOS, reducing_gap=3.0)
            return picture

        return self._once(("small", mine.sha256), opened)

    @on_cpu_if_lost
    def preview(self, model: str, mine: Own, wish: Wish) -> Image.Image:
        """The picture as it will be, at PREVIEW px at most: a level that the finished one is painted over."""
        _, network = self._model(model)
        *_, (_, pixels) = levels.paint(network, _paintable(self.small(mine)), wish)
        return Image.fromarray(pixels)

    def recipe(self, model: str, mine: Own, wish: Wish, size: str | int = FULL) -> Recipe:
        """Everything that makes the picture from the artist's own file; the styles are in it, their pictures are not."""
        card, _ = self._model(model)
        width, height = _wanted(images.open_picture(mine.path).size, size)
        total = sum(wish.shares)
        return Recipe(
            "restyle", card.name, card.sha256, __version__,
            sliders={"strength": wish.strength, "keep_colours": float(wish.keep_colours), "stroke": float(STROKES[wish.stroke]), "rest": float(wish.rest)},
            looks=tuple({"name": look.name, "sha256": look.sha256, "share": share / total, "code": look.to_text()} for look, share in zip(wish.looks, wish.shares, strict=True)),
            regions=wish.regions.to_text() if wish.regions else None,
            aspect=(width, height), own_sha256=mine.sha256, own_name=mine.name,
        )  # fmt: skip

    def wish(self, by: Recipe) -> Wish:
        """What a recipe asked for. Raises WeightsError unless its model is here with the very weights."""
        if by.task != "restyle" or not by.looks or not by.own_sha256 or not by.aspect:
            raise StudioError("this recipe is not one of a restyled picture")
        _, network = self.studio.check(by)
        told = by.sliders or {}
        strokes = {float(v): name for name, v in STROKES.items()}
        return Wish(
            tuple(look_from_text(v["name"], v["sha256"], v["code"], network.code_dim) for v in by.looks),
            tuple(v["share"] for v in by.looks),
            told.get("strength", 1.0),
            bool(told.get("keep_colours", 0.0)),
            strokes.get(told.get("stroke", 1.0), "unknown"),
            regions.from_text(by.regions),
            bool(told.get("rest", 0.0)),
        )

    def finish(
        self, model: str, mine: Own, wish: Wish, size: str | int = FULL
    ) -> Iterator[tuple[float, Made | None]]:
        """(share done, None) after every tile, and at last (1.0, the finished picture).

        size: FULL for the file's own, or px of the longer side. Not asking for the next one is how to stop.
        """
        return self.remake(self.recipe(model, mine, wish, size), mine)

    def remake(self, by: Recipe, mine: Own) -> Iterator[tuple[float, Made | None]]:
        """The picture of a recipe from the artist's own file, as `finish`."""
        wish = self.wish(by)
        needs_file(by, mine)
        picture = images.open_picture(mine.path)
        if by.aspect[0] > picture.width or by.aspect[1] > picture.height:
            raise StudioError(
                "this recipe asks for more pixels than its picture has: choose the PNG as you downloaded it"
            )
        picture = _paintable(
            picture if picture.size == by.aspect else picture.resize(by.aspect, Image.Resampling.LANCZOS)
        )
        network = self._model(by.model)[1]
        for done, pixels in levels.paint(network, picture, wish):
            made = None if pixels is None else Image.fromarray(pixels)
            if made and made.size != by.aspect:
                made = made.resize(by.aspect, Image.Resampling.LANCZOS)
            yield done, made and Made(made, by)

    def restyle(
        self, model: str, source: Path | str, styles: Sequence[Path | str], size: str | int = FULL, **wished: Any
    ) -> Made:  # fmt: skip
        """All in one: a picture in the manner of style pictures. wished: the other fields of a Wish; shares: alike if not given."""
        looks = tuple(self.look(model, style) for style in styles)
        shares = tuple(wished.pop("shares", None) or (1.0,) * len(looks))
        *_, (_, made) = self.finish(model, own(source), Wish(looks, shares, **wished), size)
        return made

    def _model(self, model: str) -> tuple[ModelCard, nn.Module]:
        return self.studio.model(model, "restyle")

    def _once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return made


def _wanted(size: tuple[int, int], wanted: str | int) -> tuple[int, int]:
    """(width, height) of the finished picture; a picture is never made larger than its file."""
    if wanted == FULL:
        return size
    if not isinstance(wanted, int) or isinstance(wanted, bool) or not levels.LEAST <= wanted <= LARGEST_SIDE:
        raise StudioError(
            f"a size is {FULL!r} or {levels.LEAST} to {LARGEST_SIDE} pixels for the longer side, got {str(wanted)[:40]!r}"
        )
    scale = min(1.0, wanted / max(size))
    return tuple(max(1, round(side * scale)) for side in size)


def _paintable(picture: Image.Image) -> Image.Image:
    """The picture with LEAST px or more a side, which the features need; a strip is widened and comes back narrow."""
    width, height = (max(levels.LEAST, side) for side in picture.size)
    return (
        picture
        if (width, height) == picture.size
        else picture.resize((width, height), Image.Resampling.LANCZOS)
    )
