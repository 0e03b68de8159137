"""One door to all figures: a model, a data set and a split -> plain figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import nn

from deepart import data, weights
from deepart.data import Example
from deepart.evaluation import enlarge, gan, restyle, vae
from deepart.weights import ModelCard


def evaluate(
    card: ModelCard,
    network: nn.Module,
    examples: list[Example],
    split: str,
    count: int = 500,
    peers: bool = False,
    progress: Callable = iter,
    judge: tuple[ModelCard, nn.Module] | None = None,
    contents: list[Example] | None = None,
    other_seeds: Sequence[tuple[ModelCard, nn.Module]] = (),
) -> dict[str, Any]:
    """The figures of a model on one split. peers: train and measure others too; judge: a classifier that looks at what
    a generator paints; contents: what a restyler paints, instead of the styles themselves; other_seeds: a classifier's training, again. Raises DataError when the split is empty or labels are unknown."""
    chosen = data.select(examples, split)
    if card.arch == "gan":
        train = data.select(examples, "train")
        figures = gan.evaluate(network, chosen, train, count)
        if judge and (found := gan.agreement(network, card.labels, *judge, count)):
            figures["agreement"] = found
        if peers:
            figures["peers"] = gan.against_peers(network, chosen, train, count, progress)
        return figures
    if card.arch == "vae":
        train = data.select(examples, "train") if peers else None
        return vae.evaluate(network, chosen, count, card.settings.get("axes"), train, progress)
    if card.arch == "restyle":
        imagenet = weights.imagenet_lite0() if peers else None
        return restyle.evaluate(network, contents or chosen[::-1], chosen, count, imagenet, progress)
    if card.arch == "enlarge":
        return enlarge.evaluate(network, chosen, count, progress)
    from deepart.evaluation import classifier, style_peers
    from deepart.models.style_cnn import judge

    device = next(network.parameters()).device
    data.indices(chosen, card.labels)  # complain about labels before the work, not after
    logits, not_painting, kept = classifier.answers(network, chosen, device, progress)
    figures = classifier.figures_of(card, chosen, logits, not_painting, kept)
    p = [judge(logits, not_painting, card.settings)[0]]
    if len({one.sha256 for one in (card, *(other for other, _ in other_seeds))}) <= len(other_seeds):
        raise data.DataError("the same training was given twice: give those with other seeds")
    for other, again in other_seeds:
        if other.labels != card.labels:
            raise data.DataError(f"{other.name} has other labels: give trainings of the same pictures")
        p.append(judge(*classifier.answers(again, chosen, device, progress)[:2], other.settings)[0])
    every = torch.stack(p)
    if other_seeds:
        figures["trainings"] = classifier.of_trainings(every, [chosen[i] for i in kept], card.labels)
    if peers:
        figures["peers"] = style_peers.peers(examples, card.labels, split, device, progress, {split: every})
    return figures


def words(figures: dict[str, Any], indent: str = "") -> str:
    """Figures as lines for a person, a group of single figures in one; long lists are left to --json."""
    lines = []
    for name, value in figures.items():
        if isinstance(value, dict) and value and not any(isinstance(v, dict | list) for v in value.values()):
            lines.append(f"{indent}{name}: {', '.join(f'{k} {v}' for k, v in value.items())}")
        elif isinstance(value, dict):
            lines.append(f"{indent}{name}:\n{words(value, indent + '  ')}")
        elif not isinstance(value, list):
            lines.append(f"{indent}{name}: {value}")
    return "\n".join(lines)
