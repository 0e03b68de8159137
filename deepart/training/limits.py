"""What comes after the weights of a style classifier: how sure it may be, and what it takes for no painting at all."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor

from deepart.evaluation.regression import balanced, logistic_regression
from deepart.models.style_cnn import StyleCNN
from deepart.training import appearances, negatives
from deepart.training.classifier import features_of

C = 1e-3  # strength of the regression, as in scikit-learn: small, since there are fewer pictures than features
FALSE_ALARMS = 0.02  # share of validation paintings that may be turned away
MOST = 1500  # paintings that the "not a painting" head is fitted on


def finish(
    model: StyleCNN,
    train: Tensor,
    val: Tensor,
    val_targets: Tensor,
    device: torch.device,
    photographs: Tensor | None = None,
    seed: int = 0,
    knows_paintings: bool = False,
) -> dict[str, float]:
    """What comes after the weights: the "not a painting" head and the card's settings (see style_cnn.judge).

    train, val: paintings, uint8 (N, 3, S, S); photographs: the same, or None to know only what `negatives` draws.
    knows_paintings: the head is there already, from another model, and stays unless there are photographs.
    """
    if photographs is not None or not knows_paintings:
        fit_painting_head(model, train, device, photographs, seed)
    z = model.standardise(features_of(model, val, device).to(device))
    with torch.no_grad():
        logits, odd = (v.float().cpu() for v in model.heads(z))
    temperature = fit_temperature(logits, val_targets)
    p = (logits / temperature).softmax(1)
    return {
        "temperature": round(temperature, 4),
        "sure_above": round(sure_threshold(p, val_targets), 4),
        "not_a_painting_above": round(float(odd.sigmoid().quantile(1 - FALSE_ALARMS)), 4),
    }


def fit_painting_head(
    model: StyleCNN, paintings: Tensor, device: torch.device, photographs: Tensor | None, seed: int
) -> None:
    """Set the "not a painting" head by a regression: up to MOST paintings against photographs and drawn negatives.

    Paintings and photographs go through the same disguise; paintings and what we drew are shown as they are, too. Some
    paintings are shown in every one of the `appearances` (and photographs in those that photographs have as well), and
    drawings stand with them.
    """
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randperm(len(paintings), generator=generator)[:MOST]
    paintings, size = paintings[rows], paintings.shape[-1]
    some = paintings[: max(8, len(rows) // 3)]
    nobody_painted = negatives.drawn(max(24, len(rows) // 8), size, seed)
    groups: list[tuple[Tensor, Callable | None, float]] = [
        (paintings, None, 0.0),
        (nobody_painted, None, 1.0),
        (nobody_painted, negatives.disguise, 1.0),
        (appearances.drawings(max(24, len(rows) // 8), size, seed), None, 0.0),
    ]
    groups += [(some, change, 0.0) for change in appearances.KINDS.values()]
    if photographs is not None:
        hide = negatives.disguise
        groups += [
            (paintings, hide, 0.0),
            (photographs, hide, 1.0),
            (photographs, hide, 1.0),
            (photographs, None, 1.0),
        ]
        for change in (appearances.grey, appearances.detail):
            groups.append((some, _both(change, hide), 0.0))
            groups.append((photographs, _both(change, hide), 1.0))
            groups.append((photographs, change, 1.0))
    found, odd = [], []
    for pictures, change, answer in groups:
        seen = (lambda x, change=change: change(x, generator)) if change else None
        found.append(features_of(model, pictures, device, change=seen))
        odd.append(torch.full((len(pictures),), answer))
    with torch.no_grad():
        z = model.standardise(torch.cat(found).to(device))
    y = torch.cat(odd).long().to(device)
    W, bias = logistic_regression(z, y, balanced(y, 2), 2, C)
    with torch.no_grad():
        model.not_painting.weight.copy_(W[1:] - W[:1])
        model.not_painting.bias.copy_(bias[1:] - bias[:1])


def _both(first: Callable, then: Callable) -> Callable:
    return lambda x, generator: then(first(x, generator), generator)


def fit_temperature(logits: Tensor, targets: Tensor) -> float:
    """The temperature at which logits (N, classes) give the likeliest chances. Source: Guo et al. 2017, arXiv:1706.04599."""
    candidates = torch.logspace(-1, 1, 201)
    nats = [float(F.cross_entropy(logits / t, targets)) for t in candidates]
    return float(candidates[min(range(len(nats)), key=nats.__getitem__)])


def sure_threshold(p: Tensor, targets: Tensor, wanted: float = 0.75) -> float:
    """The lowest top chance from which on answers are right in a share `wanted` of cases; 0.9 when there is none."""
    top, predicted = p.max(1)
    order = top.argsort(descending=True)
    right = (predicted == targets)[order].float()
    share = right.cumsum(0) / torch.arange(1, len(right) + 1)
    enough = (share >= wanted).nonzero().flatten()
    return float(top[order[enough[-1]]]) if len(enough) else 0.9
