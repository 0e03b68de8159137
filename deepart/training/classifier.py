"""How the style classifier is trained: heads on frozen features first, then gently the whole network, then its limits.

Source of the order: Kumar et al. 2022, arXiv:2202.10054: tuning everything from random heads spoils features that an
unseen painter needs.
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart import data
from deepart.evaluation.regression import balanced, logistic_regression
from deepart.models.style_cnn import Config, StyleCNN, root
from deepart.training import negatives
from deepart.training.augment import reproduction
from deepart.training.loop import Phase, Task

C = 1e-3  # strength of the regression, as in scikit-learn: small, since there are fewer pictures than features
SMOOTHING = 0.1  # of labels: several in a hundred are wrong
HEAD_EPOCHS, HEAD_BATCH, HEAD_LR = 10, 128, 1e-3
DROP = 0.5  # share of features, and of hidden units, that are hidden from a head at each step of its own training
MIX = 0.4  # of mixup (Zhang et al. 2017, arXiv:1710.09412): Beta(MIX, MIX) is the share of one picture in two
FALSE_ALARMS = 0.04  # share of validation paintings that may be turned away
MOST = 1500  # paintings that the "not a painting" head is fitted on
HEAD_RATE = 0.1  # of the fine-tuning's rate: the heads are nearly right from the start


def task(
    config: Config,
    pictures: Tensor,
    targets: Tensor,
    imagenet: dict[str, Tensor],
    device: torch.device,
    seed: int = 0,
    batch: int = 16,
    lr: float = 2e-5,
    views: int = 3,
) -> Task:
    """A Task for loop.run. pictures: uint8 (N, 3, S, S), squashed to squares; targets: (N,) numbers of styles.

    The heads are fitted here, before the loop: on each picture as it is, and on views - 1 other reproductions of it.
    """
    torch.manual_seed(seed)
    model = StyleCNN(config).start_from(imagenet).to(device, memory_format=torch.channels_last).eval()
    fit_style_head(model, views_of(model, pictures, device, seed, views), targets, seed)
    return fine_tuning(model, pictures, targets, device, seed, batch, lr)


def fine_tuning(
    model: StyleCNN, pictures: Tensor, targets: Tensor, device: torch.device, seed: int, batch: int, lr: float
) -> Task:
    """The second stage, from a model whose style head was fitted. Batch norms keep their statistics (eval mode)."""
    average = copy.deepcopy(model).requires_grad_(False).eval()
    generator = torch.Generator().manual_seed(seed)
    size = max(
        32, model.config.image_size * 5 // 7 // 8 * 8
    )  # of patches: half the work, and the scale of strokes stays

    def loss(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        x = reproduction(data.to_float(pictures[rows].to(device)), generator, size)
        z = model.standardise(model.features(x.contiguous(memory_format=torch.channels_last)))
        logits = model.style(z)
        y = targets[rows].to(device)
        total = F.cross_entropy(logits, y, label_smoothing=SMOOTHING)
        return total, {"loss": total.item(), "accuracy": (logits.argmax(1) == y).float().mean().item()}

    def rate(progress: float) -> float:
        return min(1.0, 20 * progress + 0.02) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))

    groups = [{"params": list(model.backbone.parameters()), "lr": lr, "weight_decay": 0.05},
              {"params": list(model.style.parameters()), "lr": lr * HEAD_RATE, "weight_decay": 0.0}]  # fmt: skip
    return Task(
        modules={"classifier": model},
        averaged={"classifier": average},
        phases=[Phase("classifier", torch.optim.AdamW(groups, betas=(0.9, 0.99)), loss, rate, clip=5.0)],
        batches=data.Batches(len(pictures), batch, seed, balanced(targets, model.config.classes)),
        generator=generator,
        half_life=4000,
    )


@torch.no_grad()
def features_of(
    model: StyleCNN,
    pictures: Tensor,
    device: torch.device,
    batch: int = 16,
    change: Callable[[Tensor], Tensor] | None = None,
) -> Tensor:
    """Raw features of uint8 pictures (N, 3, S, S), each batch changed first if asked: (N, dim) on the CPU."""
    out = torch.empty(len(pictures), model.dim)
    for at in range(0, len(pictures), batch):
        x = data.to_float(pictures[at : at + batch].to(device))
        x = change(x).contiguous(memory_format=torch.channels_last) if change else x
        out[at : at + batch] = model.features(x).cpu()  # in float32, as it is served: bfloat16 shifts them
    return out


def views_of(model: StyleCNN, pictures: Tensor, device: torch.device, seed: int, count: int) -> list[Tensor]:
    """Raw features (N, dim) of the pictures as they are, then of count - 1 other reproductions of each."""
    generator = torch.Generator().manual_seed(seed)
    size = model.config.image_size

    def another(x: Tensor) -> Tensor:
        return reproduction(x, generator, size)

    return [features_of(model, pictures, device, change=another if i else None) for i in range(count)]


def fit_style_head(model: StyleCNN, views: Sequence[Tensor], targets: Tensor, seed: int = 0) -> None:
    """Set the standardisation and the style head from raw features: one (N, dim) for each view of the pictures."""
    device, config = model.center.device, model.config
    roots = [root(v) for v in views]
    with torch.no_grad():
        model.center.copy_(torch.stack([r.mean(0) for r in roots]).mean(0))
        model.spread.copy_(torch.cat(roots).std(0).clamp(min=1e-3))
        z = [model.standardise(v.to(device)) for v in views]
    members = [fit_member(z, targets, config, seed + i) for i in range(config.members)]
    with torch.no_grad():  # side by side in one wide layer: the same answer, once over the features
        model.style[0].weight.copy_(torch.cat([inner.weight for inner, _ in members]))
        model.style[0].bias.copy_(torch.cat([inner.bias for inner, _ in members]))
        model.style[2].weight.copy_(torch.cat([outer.weight for _, outer in members], 1) / len(members))
        model.style[2].bias.copy_(torch.stack([outer.bias for _, outer in members]).mean(0))


def fit_member(
    views: Sequence[Tensor], targets: Tensor, config: Config, seed: int
) -> tuple[nn.Linear, nn.Linear]:
    """One hidden layer on standardised features: drop-out, mixup, smooth labels, styles drawn equally often."""
    torch.manual_seed(seed)  # initial weights and drop-out take from the global generator
    rng, device = random.Random(seed), views[0].device
    inner, outer = (
        nn.Linear(a, b).to(device)
        for a, b in ((views[0].shape[1], config.hidden), (config.hidden, config.classes))
    )
    net = nn.Sequential(nn.Dropout(DROP), inner, nn.ReLU(), nn.Dropout(DROP), outer)
    batches = data.Batches(
        len(targets), min(HEAD_BATCH, len(targets)), seed, balanced(targets, config.classes)
    )
    steps = max(150, HEAD_EPOCHS * len(targets) // HEAD_BATCH)
    optimizer = torch.optim.AdamW(net.parameters(), HEAD_LR, weight_decay=0.05)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for step in range(steps):
        rows = next(batches)
        other = rows[torch.randperm(len(rows), generator=batches.generator)]
        share, z = rng.betavariate(MIX, MIX), views[step % len(views)]
        logits = net(share * z[rows] + (1 - share) * z[other])
        parts = [
            F.cross_entropy(logits, targets[r].to(device), label_smoothing=SMOOTHING) for r in (rows, other)
        ]
        optimizer.zero_grad()
        (share * parts[0] + (1 - share) * parts[1]).backward()
        optimizer.step()
        schedule.step()
    return inner, outer


def finish(
    model: StyleCNN,
    train: Tensor,
    val: Tensor,
    val_targets: Tensor,
    device: torch.device,
    photographs: Tensor | None = None,
    seed: int = 0,
) -> dict[str, float]:
    """What comes after the weights: the "not a painting" head and the card's settings (see style_cnn.judge).

    train, val: paintings, uint8 (N, 3, S, S); photographs: the same, or None to know only what `negatives` draws.
    """
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

    Paintings and photographs go through the same disguise; paintings and what we drew are shown as they are, too.
    """
    generator = torch.Generator().manual_seed(seed)
    rows = torch.randperm(len(paintings), generator=generator)[:MOST]
    paintings = paintings[rows]
    plain = negatives.drawn(max(24, len(rows) // 8), paintings.shape[-1], seed)
    groups = [(paintings, False, 0.0), (plain, False, 1.0)]
    if photographs is not None:
        groups += [
            (paintings, True, 0.0),
            (photographs, True, 1.0),
            (photographs, True, 1.0),
            (photographs, False, 1.0),
        ]
    found, odd = [], []
    for pictures, disguised, answer in groups:
        change = (lambda x: negatives.disguise(x, generator)) if disguised else None
        found.append(features_of(model, pictures, device, change=change))
        odd.append(torch.full((len(pictures),), answer))
    with torch.no_grad():
        z = model.standardise(torch.cat(found).to(device))
    y = torch.cat(odd).long().to(device)
    W, bias = logistic_regression(z, y, balanced(y, 2), 2, C)
    with torch.no_grad():
        model.not_painting.weight.copy_(W[1:] - W[:1])
        model.not_painting.bias.copy_(bias[1:] - bias[:1])


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
