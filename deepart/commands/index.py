"""The command that makes what lies beside a model: the reference works of a classifier, or the map of a VAE."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from torch import nn

from deepart import data, devices, resemble, weights
from deepart.bench import atlas
from deepart.cli import UsageError
from deepart.commands.common import Result, bar, say, scan
from deepart.resemble.files import FACTS


def index(options: argparse.Namespace) -> Result:
    """{name, works, bytes}: what is made of one split of the data and lies beside the model."""
    root = options.weights or weights.ROOT
    card, network = weights.load(options.name, root)
    if card.task not in MADE:
        raise UsageError(
            f"{card.name!r} is of another kind ({card.task}): an index belongs to classifiers and VAEs"
        )
    what, file, make = MADE[card.task]
    folder = weights.find(card.name, root)
    if not options.replace and (folder / file).exists():
        raise UsageError(f"{card.name!r} has {what} already: add --replace to lose them for new ones")
    device = devices.pick(options.device)
    devices.set_threads()
    examples = data.select(scan(options), options.split)
    if options.dry_run:
        say(options, f"would make {what} of {len(examples)} works of split {options.split} for {card.name}")
        return {"name": card.name, "works": len(examples), "bytes": 0}, 0
    count, size = make(card, network, examples, device, folder)
    say(options, f"{card.name}: {what} of {count} works, {size / 1e6:.2f} MB")
    return {"name": card.name, "works": count, "bytes": size}, 0


def _works(
    card: weights.ModelCard,
    network: nn.Module,
    examples: list[data.Example],
    device: torch.device,
    folder: Path,
) -> tuple[int, int]:
    made = resemble.build(network.folded(), card, examples, device, partial(bar, what="look"))
    return len(made.works), resemble.write(folder, card, made)


def _map(
    card: weights.ModelCard,
    network: nn.Module,
    examples: list[data.Example],
    device: torch.device,
    folder: Path,
) -> tuple[int, int]:
    made = atlas.build(network, examples, device, partial(bar, what="look"))
    return len(made.rows), atlas.write(folder, card, made)


# task -> (what, its file, -> (works, bytes))
MADE: dict[str, tuple[str, str, Callable[..., tuple[int, int]]]] = {
    "classify": ("reference works", FACTS, _works),
    "sliders": ("a map", atlas.FILE, _map),
}
