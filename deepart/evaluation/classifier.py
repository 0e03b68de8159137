"""What a classifier is worth: on painters it never saw, with intervals, beside what simpler methods reach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from deepart import data
from deepart.data import Example
from deepart.evaluation.statistics import accuracy, calibration_error, confusion, reliability, share
from deepart.models.style_cnn import judge
from deepart.weights import ModelCard


def evaluate(
    network: nn.Module,
    card: ModelCard,
    examples: Sequence[Example],
    device: torch.device | str = "cpu",
    progress: Callable = iter,
) -> dict[str, Any]:
    """All figures of a style classifier on labelled pictures, as plain JSON values. Unreadable pictures are counted.

    Raises DataError when a label is not the model's or nothing can be read.
    """
    data.indices(examples, card.labels)  # complain about labels before the work, not after
    logits, not_painting, kept = answers(network, examples, device, progress)
    return figures_of(card, examples, logits, not_painting, kept)


def figures_of(
    card: ModelCard, examples: Sequence[Example], logits: Tensor, not_painting: Tensor, kept: Sequence[int]
) -> dict[str, Any]:
    """What `evaluate` returns, from the answers that `answers` gave."""
    kept_examples = [examples[i] for i in kept]
    targets = data.indices(kept_examples, card.labels)
    p, verdicts = judge(logits, not_painting, card.settings)
    painters = [e.facts.get("artist", "") for e in kept_examples]
    figures = {"unreadable": len(examples) - len(kept), **accuracy(p, targets, painters, card.labels)}
    sure = torch.tensor([v == "sure" for v in verdicts])
    right = p.argmax(1) == targets
    return figures | {
        "ece": round(calibration_error(p, targets), 4),
        "reliability": reliability(p, targets),
        "unsure": share(torch.tensor([v == "unsure" for v in verdicts])),
        "not_a_painting": share(torch.tensor([v == "not-a-painting" for v in verdicts])),
        "accuracy_when_sure": share(right[sure]) if sure.any() else None,
        "accuracy_at_80_percent_coverage": share(
            right[p.amax(1).argsort(descending=True)[: max(1, len(p) * 4 // 5)]]
        ),
        "confusion": confusion(p.argmax(1), targets, len(card.labels)).int().tolist(),
        "labels": list(card.labels),
    }


def of_trainings(p: Tensor, examples: Sequence[Example], labels: Sequence[str]) -> dict[str, Any]:
    """What the same training with several seeds is worth: p, chances (trainings, N, classes). {"n", "mean", "each"}."""
    targets, painters = data.indices(examples, labels), [e.facts.get("artist", "") for e in examples]
    each = []
    for one in p:
        found = accuracy(one, targets, painters, labels)
        told = {name: found[name] for name in ("accuracy", "top3", "macro_f1_painters")}
        each.append(told | {"ece": round(calibration_error(one, targets), 4)})
    mean = {name: round(sum(one[name] for one in each) / len(each), 4) for name in each[0]}
    return {"n": len(each), "mean": mean, "each": each}


@torch.no_grad()
def answers(
    network: nn.Module,
    examples: Sequence[Example],
    device: torch.device | str = "cpu",
    progress: Callable = iter,
) -> tuple[Tensor, Tensor, list[int]]:
    """(logits (N, classes), logit of "not a painting" (N,), the index of each answered picture) on the CPU."""
    size = network.config.image_size
    found: list[tuple[Tensor, Tensor]] = []
    kept: list[int] = []
    chunks = [range(i, min(i + 32, len(examples))) for i in range(0, len(examples), 32)]
    network = network.to(device, memory_format=torch.channels_last)
    for chunk in progress(chunks):
        try:
            pictures, readable, _ = data.load([examples[i] for i in chunk], (size, size), "squash")
        except data.DataError:
            continue  # none of these could be read
        found.append(tuple(v.float().cpu() for v in network(data.to_float(pictures.to(device)))))
        kept += [chunk[i] for i in readable]
    if not found:
        raise data.DataError(f"none of {len(examples)} pictures could be read")
    return torch.cat([a for a, _ in found]), torch.cat([b for _, b in found]), kept
