"""The commands about models: models, evaluate, benchmark."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepart import data, devices, images, weights
from deepart.cli import UsageError
from deepart.commands.common import Result, bar, open_studio, say, scan

if TYPE_CHECKING:
    import torch
    from torch import nn


def list_models(options: argparse.Namespace) -> Result:
    """A list of cards, each with its image_size as [height, width], or null for a model that takes any size."""
    root = options.weights or weights.ROOT
    cards = weights.cards(root)
    listed = [
        {"name": c.name, "arch": c.arch, "task": c.task, "image_size": _image_size(c)} | asdict(c)
        for c in cards
    ]
    for card in cards:
        say(options, f"{card.name:16} {card.task:9} {card.title}: {card.description}")
    if not cards:
        say(options, f"no models in {root}")
    return listed, 0


def _image_size(card: weights.ModelCard) -> list[int] | None:
    config = card.config
    if "height" in config:
        return [config["height"], config["width"]]
    return [config["image_size"]] * 2 if "image_size" in config else None


def evaluate(options: argparse.Namespace) -> Result:
    """{name, split, metrics} computed on a split of any data set."""
    from deepart.evaluation import run

    root = options.weights or weights.ROOT
    card, network = weights.load(options.name, root)
    device = devices.pick(options.device)
    devices.set_threads()
    if card.task != "classify" and _asks_a_classifier(options):
        raise UsageError(
            f"--neighbours, --heat-map, --guises, --photos and --other-seeds are for classifiers, and {card.name!r} is of another kind ({card.task})"
        )
    examples = scan(options)
    chosen = data.select(examples, options.split)
    if options.dry_run:
        say(options, f"would measure {card.name} on {len(chosen)} pictures of split {options.split}")
        return {"name": card.name, "split": options.split, "metrics": {}}, 0
    progress = partial(bar, what="read")
    contents = data.select(data.scan(options.contents), options.split) if options.contents else None
    classifiers = [c.name for c in weights.cards(root) if c.task == "classify"]
    judge = weights.load(classifiers[-1], root) if card.arch == "gan" and classifiers else None
    others = [weights.load(folder.name, folder.parent) for folder in options.other_seeds or ()]
    network, count = network.to(device), options.count
    figures = run.evaluate(
        card, network, examples, options.split, count, options.peers, progress, judge, contents, others
    )
    if _asks_a_classifier(options):
        figures |= _of_a_classifier(options, card, network, chosen, device)
    if options.write_card:
        card = _with_figures(card, options, figures)
        weights.write_card(weights.find(card.name, root), card)
        _draw(card, options.split, weights.find(card.name, root))
    say(options, run.words(figures))
    return {"name": card.name, "split": options.split, "metrics": figures}, 0


def _asks_a_classifier(options: argparse.Namespace) -> bool:
    return bool(
        options.neighbours or options.heat_map or options.guises or options.photos or options.other_seeds
    )


def _of_a_classifier(
    options: argparse.Namespace,
    card: weights.ModelCard,
    network: nn.Module,
    chosen: list[data.Example],
    device: torch.device,
) -> dict[str, Any]:
    """The figures that only a classifier has, those that were asked for."""
    from deepart.evaluation import guises, heat_maps, neighbours

    progress, found = partial(bar, what="read"), {}
    if options.neighbours:
        from deepart import resemble

        works = resemble.read(weights.find(card.name, options.weights or weights.ROOT), card)
        found["neighbours"] = neighbours.evaluate(network, works, chosen, device, progress)
    if options.heat_map:
        found["heat_map"] = heat_maps.evaluate(network, card, chosen, options.count, device, progress)
    if options.guises:
        from deepart.training import appearances

        some = chosen[:: max(1, len(chosen) // options.count)]
        found["other_guises"] = guises.shape_sensitivity(network, card, some, device)
        found["turned_away_as"] = guises.turned_away_in(network, card, some, appearances.KINDS, device)
    if options.photos:
        others = data.select(data.scan(options.photos), "test")
        found["photographs"] = guises.turned_away(network, card, others, device, progress)
    return found


def _with_figures(
    card: weights.ModelCard, options: argparse.Namespace, figures: dict[str, Any]
) -> weights.ModelCard:
    """The card with figures of a split, and with the command that gives them."""
    metrics = card.metrics | {options.split: figures}
    return replace(card, metrics=metrics, evaluated_by=_reproduce(card.name, options))


def _draw(card: weights.ModelCard, split: str, folder: Path) -> None:
    """The pictures of a classifier's card: beside it, one of each kind a split."""
    figures = card.metrics[split]
    if "confusion" in figures:
        from deepart.evaluation import diagrams

        images.save_png(
            diagrams.confusion(figures["confusion"], card.labels), folder / f"confusion-{split}.png"
        )
        shown = diagrams.reliability(figures["reliability"], figures["ece"])
        images.save_png(shown, folder / f"reliability-{split}.png")


def _reproduce(name: str, options: argparse.Namespace) -> str:
    where = "".join(f" --where {column}={','.join(values)}" for column, values in options.where)
    where += " --aspect {:g}-{:g}".format(*options.aspect) if options.aspect else ""
    label = f" --label {options.label}" if options.label != "style" else ""
    label += f" --labels {_short(options.labels)}" if options.labels else ""
    peers = " --peers" if options.peers else ""
    also = (
        " --neighbours" * options.neighbours + " --heat-map" * options.heat_map + " --guises" * options.guises
    )
    also += f" --photos {options.photos.name}" if options.photos else ""
    also += (
        f" --other-seeds {' '.join(folder.name for folder in options.other_seeds)}"
        if options.other_seeds
        else ""
    )
    also += f" --contents {options.contents.name}" if options.contents else ""
    also += f" --count {options.count}" if options.heat_map or options.guises or options.count != 500 else ""
    return f"python -m deepart evaluate {name} --data {options.data.name} --split SPLIT{label}{where}{peers}{also} --write-card"


def _short(path: Path) -> str:
    """A path without the names of this machine's folders: as it lies in deepart, or its own name."""
    here = weights.ROOT.parent
    return path.resolve().relative_to(here).as_posix() if path.resolve().is_relative_to(here) else path.name


def benchmark(options: argparse.Namespace) -> Result:
    """{machine, rows: [{what, value, unit, bar}]} of this machine."""
    from deepart import benchmark as measure

    if options.dry_run:
        say(options, "would measure the time to start, classify, slide and sample, and the memory of the app")
        return {"machine": measure.machine(), "rows": []}, 0
    if options.training:
        from deepart.training import ranks, throughput

        ranks.hush()
        devices.set_threads()
        with ranks.joined(options.device) as device:
            rows = throughput.rows(devices.pick(device))
    else:
        rows = measure.rows(open_studio(options), options.weights or weights.ROOT, page=not options.no_page)
    for row in rows:
        say(options, f"{row['what']:48} {row['value']:8.1f} {row['unit']:3} (bar {row['bar']})")
    return {"machine": measure.machine(), "rows": rows}, 0
