"""The command that makes what lies beside a model: the map of a VAE, and the reference works of a classifier."""

from __future__ import annotations

import argparse
from functools import partial

from deepart import data, devices, weights
from deepart.bench import atlas
from deepart.commands import models
from deepart.commands.common import Result, bar, say


def index(options: argparse.Namespace) -> Result:
    """{name, works, bytes}: the map of a VAE, made of one split; for a classifier its reference works."""
    root = options.weights or weights.ROOT
    folder = weights.find(options.name, root)
    if weights.read_card(folder).task != "sliders":
        return models.index(options)
    card, network = weights.load(options.name, root)
    device = devices.pick(options.device)
    devices.set_threads()
    examples = data.select(
        data.scan(options.data, options.label, dict(options.where), options.aspect), options.split
    )
    if options.dry_run:
        say(options, f"would map {len(examples)} works of split {options.split} for {card.name}")
        return {"name": card.name, "works": len(examples), "bytes": 0}, 0
    made = atlas.build(network, examples, device, partial(bar, what="look"))
    size = atlas.write(folder, card, made)
    say(options, f"{card.name}: a map of {len(made.rows)} works, {size / 1e6:.2f} MB")
    return {"name": card.name, "works": len(made.rows), "bytes": size}, 0
