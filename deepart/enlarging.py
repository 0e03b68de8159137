"""Enlarge: any picture at two or four times its size, with the detail of a painting instead of a blur. No widgets."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from deepart import __version__, images, tiles
from deepart.bench.own import Own, needs_file, own
from deepart.models.enlarge import HALO, TIMES
from deepart.recipe import Recipe
from deepart.studio import Made, Studio, StudioError, on_cpu_if_lost
from deepart.weights import ModelCard

SIDE = (
    128  # px of a tile without its halo; with it, one takes some 250 MB when it is made four times as large
)


class Enlarging:
    """Every method takes the name of a model first. Raises StudioError for a bad wish, images.PictureError for a bad file."""

    def __init__(self, studio: Studio):
        self.studio = studio

    def recipe(self, model: str, mine: Own, times: object) -> Recipe:
        """Everything that makes the enlarged picture from the artist's own file."""
        card, _ = self._model(model)
        return Recipe(
            "enlarge", card.name, card.sha256, __version__,
            scale=check_times(times), own_sha256=mine.sha256, own_name=mine.name,
        )  # fmt: skip

    def finish(self, model: str, mine: Own, times: object) -> Iterator[tuple[float, Made | None]]:
        """(share done, None) after every tile, and at last (1.0, the enlarged picture).

        Not asking for the next one is how to stop.
        """
        return self.remake(self.recipe(model, mine, times), mine)

    def remake(self, by: Recipe, mine: Own | None) -> Iterator[tuple[float, Made | None]]:
        """The picture of a recipe from the artist's own file, as `finish`.

        Raises WeightsError when the model is missing or has other weights, StudioError without that very file.
        """
        self.check(by)
        needs_file(by, mine)
        for done, picture in self.paint(by.model, images.open_picture(mine.path), by.scale):
            yield done, picture and Made(picture, by)

    def check(self, by: Recipe) -> None:
        """Raise WeightsError or StudioError unless a recipe is of an enlarged picture, by a model that is here."""
        if by.task != "enlarge" or not by.own_sha256:
            raise StudioError("this recipe is not one of an enlarged picture")
        self.studio.check(by)
        check_times(by.scale)

    def paint(
        self, model: str, picture: Image.Image, times: object
    ) -> Iterator[tuple[float, Image.Image | None]]:
        """An opened picture (RGB) enlarged: (share done, None) after every tile, and at last (1.0, the picture).

        Raises StudioError when it would have more pixels than any picture here may have, before any work.
        """
        times = check_times(times)
        check_size(picture.size, times)
        self._model(model)
        pixels = np.asarray(picture)
        steps = tiles.paint(pixels, lambda x, tile: self._tile(model, x, times), HALO, scale=times, side=SIDE)
        for done, count, made in steps:
            yield (done / count, None) if done < count else (1.0, Image.fromarray(made))

    def enlarge(self, model: str, source: Path | str, times: object = 2) -> Made:
        """All in one: a file's picture, enlarged."""
        *_, (_, made) = self.finish(model, own(source), times)
        return made

    @on_cpu_if_lost
    @torch.inference_mode()
    def _tile(self, model: str, x: Tensor, times: int) -> Tensor:
        _, network = self._model(model)
        return network(x.to(self.studio.device).contiguous(memory_format=torch.channels_last), times)

    def _model(self, model: str) -> tuple[ModelCard, nn.Module]:
        return self.studio.model(model, "enlarge")


def check_times(times: object) -> int:
    """2 or 4, whatever kind of number or text it came as. Raises StudioError."""
    for known in TIMES:
        if times == known or str(times).strip() == str(known):
            return known
    raise StudioError(f"a picture can be enlarged 2 or 4 times, got {str(times)[:40]!r}")


def check_size(size: tuple[int, int], times: int) -> None:
    """Raise StudioError when a picture of this (width, height) would become larger than pictures may be here."""
    width, height = (times * side for side in size)
    millions = images.MAX_PIXELS // 1_000_000
    if width * height > images.MAX_PIXELS or max(width, height) > images.MAX_SIDE:
        smaller = "enlarge it 2 times, or " if times == 4 and width * height / 4 <= images.MAX_PIXELS else ""
        raise StudioError(
            f"enlarged {times} times, this picture would have {width} x {height} pixels, and {millions} million are "
            f"the most: {smaller}make it smaller first"
        )
