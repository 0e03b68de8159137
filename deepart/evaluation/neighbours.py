"""Are the nearest works of the same style, and is the right painter among the nearest?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from deepart.data import Example, normalise
from deepart.resemble import ANONYMOUS, Works
from deepart.resemble.building import look

NEAREST = 5  # works, and painters
RESAMPLES = 1000  # of painters, for the interval


def evaluate(
    network: nn.Module,
    works: Works,
    examples: Sequence[Example],
    device: torch.device | str = "cpu",
    progress: Callable = iter,
) -> dict[str, Any]:
    """Precision@5 of style with its 95 % interval by painter, its mean over styles, and what guessing would reach.

    painter_first and painter_in_5: of the pictures whose painter is offered as a nearest painter, the share where it
    comes first, and among five; None where there is no such picture (a split of other painters).
    """
    hidden, kept = look(network, examples, device, progress)
    rows, chosen = works.place(hidden), [examples[i] for i in kept]
    hits = torch.tensor([
        sum(normalise(near.work.style) == normalise(e.label or "") for near in works.nearest(row, NEAREST)) / NEAREST
        for row, e in zip(rows, chosen, strict=True)
    ])  # fmt: skip
    styles = [normalise(e.label or "") for e in chosen]
    by_style = {
        s: float(hits[[i for i, t in enumerate(styles) if t == s]].mean()) for s in sorted(set(styles))
    }
    return {
        "n": len(chosen),
        "works": len(works.works),
        "precision_at_5": round(float(hits.mean()), 4),
        "precision_at_5_95": interval(hits, [e.facts.get("artist", "") for e in chosen]),
        "precision_at_5_mean_of_styles": round(sum(by_style.values()) / len(by_style), 4),
        "precision_by_chance": round(_by_chance(works, styles), 4),
        **_painters(works, rows, chosen),
    }


def _by_chance(works: Works, styles: Sequence[str]) -> float:
    """Precision of works drawn at random."""
    share = Counter(normalise(work.style) for work in works.works)
    return sum(share[style] for style in styles) / len(styles) / len(works.works)


def _painters(works: Works, rows: Tensor, examples: Sequence[Example]) -> dict[str, Any]:
    offered = {near.painter for near in works.painters(rows[0], len(works.works))} - {ANONYMOUS}
    known = [i for i, e in enumerate(examples) if e.facts.get("artist", "") in offered]
    places = []
    for i in known:
        names = [near.painter for near in works.painters(rows[i], NEAREST)]
        painter = examples[i].facts["artist"]
        places.append(names.index(painter) if painter in names else NEAREST)
    first, among = (
        round(sum(p < n for p in places) / len(known), 4) if known else None for n in (1, NEAREST)
    )
    return {
        "painters_offered": len(offered),
        "n_of_these": len(known),
        "painter_first": first,
        "painter_in_5": among,
    }


def interval(hits: Tensor, painters: Sequence[str]) -> list[float]:
    """95 % interval of the mean of hits (N,), by drawing painters with replacement; "" is a painter of their own."""
    names = [a or f"anonymous {i}" for i, a in enumerate(painters)]
    place = {a: i for i, a in enumerate(dict.fromkeys(names))}
    who = torch.tensor([place[a] for a in names])
    sums = torch.zeros(len(place)).index_add_(0, who, hits)
    counts = torch.bincount(who, minlength=len(place)).float()
    drawn = torch.randint(0, len(place), (RESAMPLES, len(place)), generator=torch.Generator().manual_seed(0))
    means = sums[drawn].sum(1) / counts[drawn].sum(1)
    return [round(v, 4) for v in means.quantile(torch.tensor([0.025, 0.975])).tolist()]
