"""A data set -> the reference set of one classifier."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from deepart import data
from deepart.data import Example
from deepart.resemble.works import ANONYMOUS, Work, Works, seen
from deepart.weights import ModelCard

DIM = 96  # numbers kept of a picture
BATCH = 16
PAIRS = 20_000  # random pairs whose similarities say what is usual
QUANTILES = 1001  # of them that are kept


def build(
    network: nn.Module,
    card: ModelCard,
    examples: Sequence[Example],
    device: torch.device | str = "cpu",
    progress: Callable = iter,
) -> Works:
    """The reference set of these works as a classifier sees them; unreadable pictures are left out.

    examples: with facts `artist`, `title` and `year` where known, and the classifier's own labels. Raises DataError
    when a label is unknown or nothing can be read.
    """
    data.indices(examples, card.labels)
    hidden, kept = look(network, examples, device, progress)
    centre, projection = principal(hidden, DIM)
    works = tuple(_work(examples[i], card.labels) for i in kept)
    bare = Works(works, torch.empty(0), centre, projection, torch.empty(0))
    rows = bare.place(hidden)
    return Works(works, rows, centre, projection, _usual(rows))


@torch.no_grad()
def look(
    network: nn.Module,
    examples: Sequence[Example],
    device: torch.device | str = "cpu",
    progress: Callable = iter,
) -> tuple[Tensor, list[int]]:
    """(what the heads make of each picture (N, width) on the CPU, the index of each that could be read)."""
    size = network.config.image_size
    network = network.to(device, memory_format=torch.channels_last)
    found, kept = [], []
    for at in progress(range(0, len(examples), BATCH)):
        try:
            pictures, readable, _ = data.load(examples[at : at + BATCH], (size, size), "squash")
        except data.DataError:
            continue  # none of these could be read
        found.append(seen(network, data.to_float(pictures.to(device))))
        kept += [at + i for i in readable]
    if not found:
        raise data.DataError(f"none of {len(examples)} pictures could be read")
    return torch.cat(found), kept


def principal(x: Tensor, dim: int) -> tuple[Tensor, Tensor]:
    """The mean (width,) of x (N, width) and its strongest directions (width, min(dim, N, width)), by PCA."""
    mean = x.mean(0)
    _, _, directions = torch.linalg.svd((x - mean).double(), full_matrices=False)  # strongest first
    return mean, directions[:dim].T.float().contiguous()


def tidy(title: str, year: str) -> str:
    """A title as a person writes it, as far as file names allow: "landscape 1889" of 1889 -> "Landscape"."""
    words = re.sub(r"\s+", " ", title).strip()
    if year and words.endswith(year):
        words = words[: -len(year)].rstrip(" ,(-") or words
    return words[:1].upper() + words[1:]


def _work(example: Example, labels: Sequence[str]) -> Work:
    facts = example.facts
    known = {data.normalise(label): label for label in labels}
    year = (facts.get("year") or "").strip()
    painter = (facts.get("artist") or "").strip() or ANONYMOUS
    return Work(
        painter, tidy(facts.get("title") or "", year), year, known[data.normalise(example.label or "")]
    )


def _usual(rows: Tensor) -> Tensor:
    """Quantiles of the similarity of works drawn at random, ascending."""
    generator = torch.Generator().manual_seed(0)
    one, other = torch.randint(0, len(rows), (2, PAIRS), generator=generator)
    apart = one != other
    if not apart.any():
        return torch.zeros(1)  # a set of one work
    return (rows[one[apart]] * rows[other[apart]]).sum(1).quantile(torch.linspace(0, 1, QUANTILES))
