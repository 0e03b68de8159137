"""Pictures in memory at training size, and batches of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from deepart import images
from deepart.data.examples import DataError, Example


def load(
    examples: Sequence[Example],
    size: tuple[int, int],
    fit: str,
    progress: Callable[[Sequence], Iterator] = iter,
) -> tuple[Tensor, list[int], list[str]]:
    """Decode pictures once, at training size.

    Returns (pictures uint8 (N, 3, height, width), the index in `examples` of each, a sentence for each that was
    skipped). Raises DataError when none can be read.
    """
    pictures, kept, skipped = [], [], []
    for i, example in enumerate(progress(examples)):
        try:
            picture = images.open_picture(example.path, at_least=max(size))
        except images.PictureError as reason:
            skipped.append(f"{example.path.name}: {reason}")
            continue
        pictures.append(torch.from_numpy(images.to_uint8(picture, size, fit)))
        kept.append(i)
    if not pictures:
        raise DataError(f"none of {len(skipped)} pictures could be read; the first: {skipped[0]}")
    return torch.stack(pictures), kept, skipped


def to_float(pictures: Tensor) -> Tensor:
    """uint8 (N, 3, H, W) -> float32 in [-1, 1], in the memory order that convolutions like."""
    return pictures.to(torch.float32, memory_format=torch.channels_last).div_(127.5).sub_(1)


class Batches:
    """Endless shuffled batches of row numbers; each pass shows every row once. Its state can be saved and restored.

    weights: if given (N,), rows are drawn with replacement in proportion to them instead.
    """

    def __init__(self, count: int, size: int, seed: int, weights: Tensor | None = None):
        if count < 1:
            raise DataError("a training needs at least one picture")
        self.count, self.size, self.weights = count, size, weights
        self.generator = torch.Generator().manual_seed(seed)
        self.queue = torch.empty(0, dtype=torch.int64)

    def __next__(self) -> Tensor:
        while len(self.queue) < self.size:
            if self.weights is None:
                more = torch.randperm(self.count, generator=self.generator)
            else:
                more = torch.multinomial(self.weights, self.count, replacement=True, generator=self.generator)
            self.queue = torch.cat([self.queue, more])
        rows, self.queue = self.queue[: self.size], self.queue[self.size :]
        return rows

    def __iter__(self) -> Batches:
        return self

    def state_dict(self) -> dict[str, Tensor]:
        return {"generator": self.generator.get_state(), "queue": self.queue}

    def load_state_dict(self, state: dict[str, Tensor]) -> None:
        self.generator.set_state(state["generator"])
        self.queue = state["queue"]
