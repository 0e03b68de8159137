"""What a classifier is worth: on painters it never saw, with intervals, beside what simpler methods reach."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from deepart import data, images, weights
from deepart.data import Example
from deepart.evaluation import fine_tune as tuning
from deepart.evaluation.regression import balanced, frozen_features, logistic_regression
from deepart.models.style_cnn import judge
from deepart.weights import ModelCard

BINS = 15  # of equal mass, for the calibration error
RESAMPLES = 1000  # of painters, for intervals
PEERS_C = 0.003  # strength of the peers' regressions, as in scikit-learn


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
        "unsure": _share(torch.tensor([v == "unsure" for v in verdicts])),
        "not_a_painting": _share(torch.tensor([v == "not-a-painting" for v in verdicts])),
        "accuracy_when_sure": _share(right[sure]) if sure.any() else None,
        "accuracy_at_80_percent_coverage": _share(
            right[p.amax(1).argsort(descending=True)[: max(1, len(p) * 4 // 5)]]
        ),
        "confusion": confusion(p.argmax(1), targets, len(card.labels)).int().tolist(),
        "labels": list(card.labels),
    }


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
        "accuracy": _share(predicted == targets),
        "top3": _share(top3),
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

    The 95 % intervals are paired: both are measured on the same draws of painters.
    """
    found = {}
    for name, figure, equal in (("accuracy", right_share, False), ("macro_f1_painters", macro_f1, True)):
        ours, theirs = (painter_confusions(v.argmax(1), targets, painters, classes, equal) for v in (p, q))
        gaps = resampled(ours, figure) - resampled(theirs, figure)
        gap = figure(ours.sum(0)) - figure(theirs.sum(0))
        found[name] = [round(float(v), 4) for v in (gap, *gaps.quantile(torch.tensor([0.025, 0.975])))]
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
        [round(float(top[rows].mean()), 4), _share(predicted[rows] == targets[rows]), len(rows)]
        for rows in order.tensor_split(min(bins, len(order)))
    ]


@torch.no_grad()
def shape_sensitivity(
    network: nn.Module, card: ModelCard, examples: Sequence[Example], device: torch.device | str = "cpu"
) -> dict[str, float]:
    """How far chances move (mean total variation, 0 to 1) when a picture is shown in another guise."""
    size = network.config.image_size
    network = network.to(device, memory_format=torch.channels_last)
    totals: dict[str, list[float]] = {}
    for example in examples:
        try:
            picture = images.open_picture(example.path)
        except images.PictureError:
            continue
        guises = other_guises(picture, size)
        x = torch.stack([images.to_tensor(guise, size) for guise in guises.values()])
        p, _ = judge(*(v.float().cpu() for v in network(x.to(device))), card.settings)
        for name, distance in zip(guises, (p - p[:1]).abs().sum(1) / 2, strict=True):
            totals.setdefault(name, []).append(float(distance))
    return {name: round(sum(v) / len(v), 4) for name, v in totals.items() if name != "as it is"}


def turned_away(
    network: nn.Module,
    card: ModelCard,
    examples: Sequence[Example],
    device: torch.device | str = "cpu",
    progress: Callable = iter,
) -> dict[str, Any]:
    """How many pictures that are no paintings are told to be none: {"n", "turned_away"}."""
    logits, not_painting, kept = answers(network, examples, device, progress)
    _, verdicts = judge(logits, not_painting, card.settings)
    return {"n": len(kept), "turned_away": _share(torch.tensor([v == "not-a-painting" for v in verdicts]))}


@torch.no_grad()
def turned_away_in(
    network: nn.Module,
    card: ModelCard,
    examples: Sequence[Example],
    changes: dict[str, Callable[[Tensor, torch.Generator], Tensor]],
    device: torch.device | str = "cpu",
) -> dict[str, float]:
    """The share of paintings that are told to be none, once for each of `changes` (x, generator) -> x, such as those of
    training/appearances.py. Random numbers are other ones than in training."""
    size = network.config.image_size
    network = network.to(device, memory_format=torch.channels_last)
    x = data.to_float(data.load(examples, (size, size), "squash")[0])
    found = {}
    for name, change in changes.items():
        generator, odd = torch.Generator().manual_seed(2**31), []
        for part in x.split(16):
            seen = change(part, generator).contiguous(memory_format=torch.channels_last).to(device)
            _, verdicts = judge(*(v.float().cpu() for v in network(seen)), card.settings)
            odd += [v == "not-a-painting" for v in verdicts]
        found[name] = round(sum(odd) / len(odd), 4)
    return found


def other_guises(picture: Image.Image, size: int) -> dict[str, Image.Image]:
    """The same picture as it is, squashed to a square beforehand, mirrored, as JPEG 60, and at half the size."""
    w, h = picture.size
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=60)
    return {
        "as it is": picture,
        "squashed": picture.resize((size, size), Image.Resampling.BICUBIC),
        "mirrored": picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "jpeg 60": Image.open(file).convert("RGB"),
        "half size": picture.resize((max(1, w // 2), max(1, h // 2)), Image.Resampling.LANCZOS),
    }


def _share(which: Tensor) -> float:
    return round(float(which.float().mean()), 4)


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
    ours: split -> chances of a network on all its pictures; each peer then says how far they are `ahead` of it.
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
            if ours and len(ours[name]) == len(p):
                figures[name][peer]["ahead"] = ahead(ours[name], p, targets[name], painters, len(labels))
    return figures[split] if isinstance(split, str) else figures
