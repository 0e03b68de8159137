"""A reference set as rows of numbers, and the search in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor, nn

ANONYMOUS = "Anonymous"  # a work without a known painter; it is no painter to be nearest to
PAINTER_WORKS = 5  # a painter with fewer works here is not offered as a nearest painter
CLOSEST = 3  # works of a painter, whose mean similarity is the painter's


@dataclass(frozen=True)
class Work:
    """One work of the reference set. title and year are "" where unknown."""

    painter: str
    title: str
    year: str
    style: str


@dataclass(frozen=True)
class NearWork:
    """similarity: cosine, -1 to 1; 1 is the same picture."""

    work: Work
    similarity: float


@dataclass(frozen=True)
class NearPainter:
    """similarity: mean cosine of the three works by this painter that are nearest; works: how many there are here."""

    painter: str
    similarity: float
    works: int


@dataclass(frozen=True)
class Works:
    """A reference set as one classifier sees it.

    What the heads make of a picture (`seen`), less centre (width,), times projection (width, d), is compared by angle;
    rows (N, d) float32 are those numbers of the works, of length 1.
    pairs: similarities of pairs of works drawn at random, ascending: what a similarity is measured against.
    """

    works: tuple[Work, ...]
    rows: Tensor
    centre: Tensor
    projection: Tensor
    pairs: Tensor

    def embed(self, network: nn.Module, x: Tensor) -> Tensor:
        """x (N, 3, S, S) in [-1, 1] -> (N, d) on the CPU, of length 1."""
        return self.place(seen(network, x))

    def place(self, hidden: Tensor) -> Tensor:
        """What `seen` gave (N, width) -> (N, d) of length 1."""
        return F.normalize((hidden - self.centre) @ self.projection, dim=1)

    def nearest(self, row: Tensor, count: int = 8) -> list[NearWork]:
        """The works nearest to a picture's numbers (d,), the nearest first."""
        best = (self.rows @ row).topk(min(count, len(self.works)))
        return [
            NearWork(self.works[i], _rounded(s))
            for s, i in zip(best.values, best.indices.tolist(), strict=True)
        ]

    def painters(self, row: Tensor, count: int = 5) -> list[NearPainter]:
        """The painters nearest to a picture's numbers (d,), the nearest first; anonymous works belong to nobody."""
        similarity = self.rows @ row
        found = [
            NearPainter(name, _rounded(similarity[mine].topk(CLOSEST).values.mean()), len(mine))
            for name, mine in self._of_painter.items()
        ]
        return sorted(found, key=lambda near: (-near.similarity, near.painter))[:count]

    def alike(self, similarity: float) -> float:
        """The share of random pairs of works that are less alike than this, 0 to 1."""
        return float((self.pairs < similarity).float().mean())

    @cached_property
    def _of_painter(self) -> dict[str, Tensor]:
        rows: dict[str, list[int]] = {}
        for i, work in enumerate(self.works):
            if work.painter != ANONYMOUS:
                rows.setdefault(work.painter, []).append(i)
        return {name: torch.tensor(mine) for name, mine in rows.items() if len(mine) >= PAINTER_WORKS}


def seen(network: nn.Module, x: Tensor) -> Tensor:
    """x (N, 3, S, S) in [-1, 1] -> (N, width) on the CPU: the last layer of the style head before its logits.

    Of all layers it tells best what resembles what: five nearest works of the style in 49 of 100 cases, standardised
    features in 36 (test pictures, by the first classifier of this kind).
    """
    return network.hidden(network.standardise(network.features(x))).relu().float().cpu()


def _rounded(value: Tensor) -> float:
    return round(float(value), 4)
