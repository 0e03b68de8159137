"""What an artist learns about a picture beside its style: why, what it resembles, its palette, how two pictures compare.

Plain functions over a Studio's classifier; pictures come in as files, and nothing is kept.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from deepart import images, palette, resemble, styles, weights
from deepart.palette import Palette
from deepart.resemble import NearPainter, NearWork, Works
from deepart.studio import Classification, Studio, StudioError
from deepart.styles import Style
from deepart.weights import ModelCard, WeightsError

LOOKED_AT = 800  # px; the longer side of the pictures under a heat map
MOST_WORKS = 50  # that are told of at a time
THUMBNAIL = 96  # px; the longer side of the small picture in a table

Source = Path | str | bytes


@dataclass(frozen=True)
class Explanation:
    """Why a picture resembles a style: the picture, the same with what does not speak for the style faded, and words.

    balance: log-odds of the style, this picture's less the average training picture's, in nats; the heat map sums to it.
    """

    style: str
    chance: float
    picture: Image.Image
    overlay: Image.Image
    heat: Tensor
    about: Style | None

    @property
    def balance(self) -> float:
        return float(self.heat.sum())


@dataclass(frozen=True)
class Resemblance:
    """The nearest works and painters of the reference set, the nearest first."""

    works: list[NearWork]
    painters: list[NearPainter]
    of: int  # works in the reference set


@dataclass(frozen=True)
class Side:
    """One of two pictures that are compared."""

    classification: Classification
    palette: Palette


@dataclass(frozen=True)
class Comparison:
    """shared: overlap of the two pictures' chances, 0 to 1. similarity: cosine, and alike: the share of random pairs of
    works that are less alike; both None without a reference set."""

    first: Side
    second: Side
    shared: float
    similarity: float | None
    alike: float | None


@dataclass(frozen=True)
class Row:
    """One file of many: what was found and a small picture, or why it could not be read."""

    name: str
    found: Classification | None = None
    thumbnail: Image.Image | None = None
    error: str | None = None


class Eye:
    """Looks at pictures with the classifiers of a studio."""

    def __init__(self, studio: Studio):
        self.studio = studio
        self._works: dict[str, Works] = {}
        self._lock = threading.Lock()

    def styles(self, model: str | None = None) -> list[str]:
        """The styles that a classifier tells apart."""
        return list(self._model(model)[0].labels)

    def explain(self, source: Source, style: str | None = None, model: str | None = None) -> Explanation:
        """Where the picture speaks for a style (None: the likeliest).

        Raises images.PictureError when it cannot be read, StudioError for a style that the classifier does not know.
        """
        card, network = self._model(model)
        if style is not None and style not in card.labels:
            raise StudioError(f"there is no style {style[:40]!r}; there are: {', '.join(card.labels)}")
        from deepart import explain  # here: it imports the classifier, which takes 2 s

        picture = images.open_picture(source, at_least=max(LOOKED_AT, network.config.image_size))
        found = self.studio.judge(picture, card.name)
        name = style or found.styles[0][0]
        heat = explain.heat_map(network, self._batch(picture, network), card.labels.index(name))
        picture.thumbnail((LOOKED_AT, LOOKED_AT))
        return Explanation(name, dict(found.styles)[name], picture, explain.overlay(picture, heat), heat, styles.about(name))  # fmt: skip

    def has_works(self, model: str | None = None) -> bool:
        """Whether a classifier has a reference set."""
        try:
            folder = weights.find(model or self.studio.default("classify"), self.studio.root)
            return resemble.exists(folder, weights.read_card(folder))
        except WeightsError:
            return False

    def resembles(self, source: Source, count: int = 8, model: str | None = None) -> Resemblance:
        """The nearest works, 1 to MOST_WORKS, and painters.

        Raises StudioError for another number, images.PictureError, or WeightsError when there is no reference set.
        """
        if not isinstance(count, int) or not 1 <= count <= MOST_WORKS:
            raise StudioError(f"The number of works is a whole number from 1 to {MOST_WORKS}.")
        card, network = self._model(model)
        works = self._reference(card)
        row = self._place(works, network, self._open(source, network))
        return Resemblance(works.nearest(row, count), works.painters(row), len(works.works))

    def palette(self, source: Source) -> Palette:
        """The picture's colours. Raises images.PictureError when it cannot be read."""
        return palette.measure(images.open_picture(source, at_least=palette.SIDE))

    def compare(self, first: Source, second: Source, model: str | None = None) -> Comparison:
        """Two pictures side by side. Raises images.PictureError, with the name of the one that cannot be read."""
        card, network = self._model(model)
        pictures = [self._open(source, network) for source in (first, second)]
        sides = [Side(self.studio.judge(p, card.name), palette.measure(p)) for p in pictures]
        one, other = (dict(side.classification.styles) for side in sides)
        shared = sum(min(chance, other[name]) for name, chance in one.items())
        similarity = alike = None
        if self.has_works(card.name):
            works = self._reference(card)
            similarity = float(torch.dot(*(self._place(works, network, p) for p in pictures)))
            alike = works.alike(similarity)
        return Comparison(*sides, round(shared, 4), similarity, alike)

    def each(self, files: Iterable[tuple[str, Source]], model: str | None = None) -> Iterator[Row]:
        """A row for every (name, file), one by one: a file that cannot be read gets its sentence and the rest goes on.

        Only one picture is in memory at a time. Raises WeightsError when there is no classifier.
        """
        card, network = self._model(model)
        for name, source in files:
            try:
                picture = self._open(source, network)
            except images.PictureError as reason:
                yield Row(name, error=str(reason))
                continue
            found = self.studio.judge(picture, card.name)
            picture.thumbnail((THUMBNAIL, THUMBNAIL))
            yield Row(name, found, picture)

    def _model(self, name: str | None) -> tuple[ModelCard, nn.Module]:
        return self.studio.model(name or self.studio.default("classify"), "classify")

    def _open(self, source: Source, network: nn.Module) -> Image.Image:
        return images.open_picture(source, at_least=network.config.image_size)

    def _batch(self, picture: Image.Image, network: nn.Module) -> Tensor:
        x = images.to_tensor(picture, network.config.image_size, "squash")[None]
        return x.to(self.studio.device, memory_format=torch.channels_last)

    @torch.inference_mode()
    def _place(self, works: Works, network: nn.Module, picture: Image.Image) -> Tensor:
        return works.embed(network, self._batch(picture, network))[0]

    def _reference(self, card: ModelCard) -> Works:
        """Read once for each classifier: the files are checked whole."""
        with self._lock:
            if self._works.get(card.sha256) is None:
                self._works = {card.sha256: resemble.read(self.studio.root / card.name, card)}
            return self._works[card.sha256]
