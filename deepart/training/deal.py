"""Random numbers of a whole batch, of which each of several processes gets those of its own pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from deepart.training import ranks
from deepart.training.guards import TrainingError


class Deal(torch.Generator):
    """A CPU generator that stands alike in all processes: each draws for the whole batch and keeps its own part.

    So a batch gets the same numbers whoever trains it, and a checkpoint fits any number of processes. Pictures are
    dealt out in turn, `block` at a time, since some losses compare neighbours. `unit`: of how many pictures a share must
    be a multiple, so that a part of a batch (its first half, its last quarter) is the same part of every share.
    Raises TrainingError when the batch cannot be dealt out so.
    """

    def __new__(cls, *_: int, **__: int) -> Deal:
        return super().__new__(cls)

    def __init__(self, seed: int, batch: int, block: int = 1, unit: int = 1):
        self.manual_seed(seed)
        self.team, self.block = ranks.here(), block
        least = unit * self.team.size
        if self.team.size > 1 and (batch % least or not batch):
            raise TrainingError(
                f"with {self.team.size} processes the batch, which they share, must be a multiple of {least},"
                f" got {batch}: add --batch {max(1, round(batch / least)) * least}"
            )

    def mine(self, x: Tensor, dim: int = 0) -> Tensor:
        """Our share of what belongs to a whole batch, which lies along `dim`."""
        if self.team.size == 1:
            return x
        blocks = x.unflatten(dim, (-1, self.team.size, self.block)).select(dim + 1, self.team.rank)
        return blocks.flatten(dim, dim + 1)


def rand(generator: torch.Generator, *shape: int, dim: int = 0) -> Tensor:
    """torch.rand for a share of a batch, whose pictures lie along `dim`."""
    return _dealt(lambda whole: torch.rand(whole, generator=generator), generator, shape, dim)


def randn(generator: torch.Generator, *shape: int) -> Tensor:
    """torch.randn for a share of a batch, whose pictures lie along the first dimension."""
    return _dealt(lambda whole: torch.randn(whole, generator=generator), generator, shape)


def randint(generator: torch.Generator, low: int, high: int, *shape: int) -> Tensor:
    """torch.randint for a share of a batch, whose pictures lie along the first dimension."""
    return _dealt(lambda whole: torch.randint(low, high, whole, generator=generator), generator, shape)


def _dealt(
    draw: Callable[[Sequence[int]], Tensor], generator: torch.Generator, shape: Sequence[int], dim: int = 0
) -> Tensor:
    if not isinstance(generator, Deal):
        return draw(shape)
    whole = list(shape)
    whole[dim] *= generator.team.size
    return generator.mine(draw(whole), dim)
