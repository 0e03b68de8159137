"""What simpler methods reach on the same pictures: regressions on frozen features, and a plain fine-tune."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from deepart import data, weights
from deepart.data import Example
from deepart.evaluation import fine_tune as tuning
from deepart.evaluation.regression import balanced, frozen_features, logistic_regression
from deepart.evaluation.statistics import accuracy, ahead

PEERS_C = 0.003  # strength of the peers' regressions, as in scikit-learn


def peers(
    examples: Sequence[Example],
    labels: Sequence[str],
    split: str | Sequence[str],
    device: torch.device | str = "cpu",
    progress: Callable = iter,
    ours: dict[str, Tensor] | None = None,
    minutes: float = tuning.MINUTES,
) -> dict[str, Any]:
    """What simple methods reach: regressions on frozen ImageNet features and a fine-tune of `minutes` (0: none), trained
    on `train`, measured on `split`.

    Returns {peer: figures}, or {split: {peer: figures}} for several splits. C = 0.003, balanced styles, standardised.
    ours: split -> chances of a network on all its pictures; each peer then says how far they are `ahead` of it. With those
    of the same training with other seeds, (trainings, N, classes), also how far their mean is `ahead_on_average`.
    """
    splits = [split] if isinstance(split, str) else list(split)
    imagenet = weights.imagenet_lite0()
    wanted = {name: data.select(examples, name) for name in ["train", *splits]}
    seen = {name: frozen_features(chosen, imagenet, device, progress) for name, chosen in wanted.items()}
    kept = {name: [wanted[name][i] for i in rows] for name, (_, rows) in seen.items()}
    targets = {name: data.indices(chosen, labels) for name, chosen in kept.items()}
    chances: dict[str, dict[str, Tensor]] = {}
    for peer, train in seen["train"][0].items():
        center, spread = train.mean(0), train.std(0).clamp(min=1e-6)
        z, y = (train - center) / spread, targets["train"]
        W, bias = logistic_regression(z, y, balanced(y, len(labels)), len(labels), PEERS_C)
        chances[peer] = {
            name: ((seen[name][0][peer] - center) / spread @ W.T + bias).softmax(1) for name in splits
        }
    if minutes:
        tuned = tuning.fine_tune(kept["train"], labels, imagenet, minutes, progress)
        chances["fine-tune"] = {name: tuned(kept[name]) for name in splits}
    figures: dict[str, Any] = {name: {} for name in splits}
    for name in splits:
        painters = [e.facts.get("artist", "") for e in kept[name]]
        for peer, found in chances.items():
            p = found[name]
            all_of_it = accuracy(p, targets[name], painters, labels)
            figures[name][peer] = {k: v for k, v in all_of_it.items() if k != "by_style"}
            if not ours or ours[name].shape[-2] != len(p):
                continue
            every = ours[name].view(-1, *p.shape)
            figures[name][peer]["ahead"] = ahead(every[0], p, targets[name], painters, len(labels))
            if len(every) > 1:
                average = ahead(every, p, targets[name], painters, len(labels))
                figures[name][peer]["ahead_on_average"] = average
    return figures[split] if isinstance(split, str) else figures
