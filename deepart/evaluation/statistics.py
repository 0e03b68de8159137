"""Figures of answers: counts by painter with intervals, how far one network is ahead of another, calibration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

BINS = 15  # of equal mass, for the calibration error
RESAMPLES = 1000  # of painters, for intervals


def accuracy(p: Tensor, targets: Tensor, painters: Sequence[str], labels: Sequence[str]) -> dict[str, Any]:
    """Top-1, top-3, macro-F1, the same with painters weighted equally and its 95 % interval, recall by style.

    p: chances (N, classes). painters: "" for anonymous works, each of which counts as a painter of its own.
    """
    predicted = p.argmax(1)
    counts = confusion(predicted, targets, len(labels))
    by_painter = painter_confusions(predicted, targets, painters, len(labels))
    low, high = interval(by_painter, macro_f1)
    support, hit = counts.sum(1), counts.diagonal()
    top3 = (p.topk(min(3, p.shape[1]), 1).indices == targets[:, None]).any(1)
    return {
        "n": len(targets),
        "painters": len({a for a in painters if a}),
        "accuracy": share(predicted == targets),
        "top3": share(top3),
        "macro_f1": round(float(macro_f1(counts)), 4),
        "macro_f1_painters": round(float(macro_f1(by_painter.sum(0))), 4),
        "macro_f1_painters_95": [round(low, 4), round(high, 4)],
        "by_style": {name: {"n": int(n), "recall": round(float(k / n), 3) if n else None}
                     for name, n, k in zip(labels, support, hit, strict=True)},
    }  # fmt: skip


def confusion(predicted: Tensor, targets: Tensor, classes: int) -> Tensor:
    """counts (classes, classes): row = true style, column = what was said."""
    return torch.bincount(targets * classes + predicted, minlength=classes**2).view(classes, classes).float()


def painter_confusions(
    predicted: Tensor, targets: Tensor, painters: Sequence[str], classes: int, equal: bool = True
) -> Tensor:
    """(painters, classes, classes): each painter's confusion matrix; if `equal`, divided by the number of their works."""
    names = [a or f"anonymous {i}" for i, a in enumerate(painters)]
    place = {a: i for i, a in enumerate(dict.fromkeys(names))}
    rows = torch.tensor([place[a] for a in names])
    out = torch.zeros(len(place), classes * classes)
    out.index_put_((rows, targets * classes + predicted), torch.ones(len(rows)), accumulate=True)
    return (out / out.sum(1, keepdim=True) if equal else out).view(-1, classes, classes)


def macro_f1(counts: Tensor) -> Tensor:
    """Mean F1 over the styles that occur: counts (..., classes, classes) -> (...)."""
    support, said = counts.sum(-1), counts.sum(-2)
    f1 = 2 * counts.diagonal(dim1=-2, dim2=-1) / (support + said).clamp(min=1e-9)
    there = (support > 0).float()
    return (f1 * there).sum(-1) / there.sum(-1).clamp(min=1)


def interval(by_painter: Tensor, figure: Callable[[Tensor], Tensor], seed: int = 0) -> tuple[float, float]:
    """95 % interval of a figure of the summed matrices, by drawing painters with replacement."""
    low, high = resampled(by_painter, figure, seed).quantile(torch.tensor([0.025, 0.975])).tolist()
    return low, high


def resampled(by_painter: Tensor, figure: Callable[[Tensor], Tensor], seed: int = 0) -> Tensor:
    """A figure of the matrices (painters, classes, classes), summed over painters drawn with replacement: (RESAMPLES,).

    One seed draws the same painters, so that two networks can be compared on the same draws.
    """
    n = len(by_painter)
    drawn = torch.randint(0, n, (RESAMPLES, n), generator=torch.Generator().manual_seed(seed))
    times = torch.zeros(RESAMPLES, n).scatter_add_(1, drawn, torch.ones(RESAMPLES, n))
    return figure((times @ by_painter.flatten(1)).view(-1, *by_painter.shape[1:]))


def ahead(
    p: Tensor, q: Tensor, targets: Tensor, painters: Sequence[str], classes: int
) -> dict[str, list[float]]:
    """How far chances p (N, classes) are ahead of q on the same pictures: [difference, low, high] of each figure.

    p may be (trainings, N, classes): then the mean of their figures counts. The 95 % intervals are paired: all are
    measured on the same draws of painters. They are over painters, for these very trainings.
    """
    found = {}
    for name, figure, equal in (("accuracy", right_share, False), ("macro_f1_painters", macro_f1, True)):

        def drawn(v: Tensor, figure: Callable = figure, equal: bool = equal) -> Tensor:
            """The figure, and then its values for draws of painters."""
            counts = painter_confusions(v.argmax(1), targets, painters, classes, equal)
            return torch.cat([figure(counts.sum(0))[None], resampled(counts, figure)])

        gap, *gaps = torch.stack([drawn(v) for v in p.view(-1, *q.shape)]).mean(0) - drawn(q)
        low_high = torch.stack(gaps).quantile(torch.tensor([0.025, 0.975]))
        found[name] = [round(float(v), 4) for v in (gap, *low_high)]
    return found


def right_share(counts: Tensor) -> Tensor:
    """Accuracy from counts (..., classes, classes): (...)."""
    return counts.diagonal(dim1=-2, dim2=-1).sum(-1) / counts.sum((-2, -1)).clamp(min=1e-9)


def calibration_error(p: Tensor, targets: Tensor, bins: int = BINS) -> float:
    """Expected calibration error of the top chance, 0 (best) to 1, over bins of equal mass.

    Source: Guo et al. 2017, arXiv:1706.04599; equal mass as in Nixon et al. 2019, arXiv:1904.01685.
    """
    return sum(abs(chance - right) * n for chance, right, n in reliability(p, targets, bins)) / len(p)


def reliability(p: Tensor, targets: Tensor, bins: int = BINS) -> list[list[float]]:
    """[mean top chance, share right, pictures] of bins of equal mass, the least sure first."""
    top, predicted = p.max(1)
    order = top.argsort()
    return [
        [round(float(top[rows].mean()), 4), share(predicted[rows] == targets[rows]), len(rows)]
        for rows in order.tensor_split(min(bins, len(order)))
    ]


def share(which: Tensor) -> float:
    return round(float(which.float().mean()), 4)
