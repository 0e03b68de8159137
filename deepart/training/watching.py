"""What the watch of each kind measures, on few pictures and fixed seeds, so that a look costs seconds."""

from __future__ import annotations

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart import data
from deepart.models.vae import VAE, pyramid_l1
from deepart.training import classifier as classifier_training
from deepart.training import limits
from deepart.training.loop import Task
from deepart.training.watch import Collapse, Overfitting, diversity, nearest

LEAST = 6  # validation pictures; fewer say nothing
FEW = 24  # pictures of each side that are looked at, where looking is slow
SAMPLES = 48  # of a GAN
REFERENCES = 1000  # training pictures that samples are compared with
HEADS = 2000  # training pictures whose loss is measured, of a classifier
TUNED = 240  # pictures of each side, where its last stages are tuned


def spread(pictures: Tensor, most: int) -> Tensor:
    """At most so many of the pictures, from all over the set."""
    return pictures if len(pictures) <= most else pictures[torch.linspace(0, len(pictures) - 1, most).long()]


def vae(task: Task, pictures: Tensor, val: Tensor | None, device: torch.device) -> Overfitting | None:
    """How far copies are from their pictures, over all octaves. pictures, val: uint8 (N, 3, S, S)."""
    if val is None or len(val) < LEAST:
        return None
    model: VAE = task.averaged["vae"]
    shown = {"val": spread(val, FEW), "train": spread(pictures, FEW)}

    def distance(some: Tensor) -> Tensor:
        floats = (data.to_float(picture.to(device)) for picture in some.split(1))
        return torch.stack([pyramid_l1(model.decode(model.encode(x)[0]).float(), x) for x in floats])

    return Overfitting(lambda: {name: distance(some) for name, some in shown.items()}, {"vae": model})


def restyle(
    task: Task, loss: Callable[[nn.Module, Tensor, Tensor], float], styles: Tensor, val: Tensor | None
) -> Overfitting | None:
    """The loss of painting each picture in the manner of the next one. loss: (model, x, y in [-1, 1]) -> its value."""
    if val is None or len(val) < LEAST:
        return None
    model = task.averaged["restyle"]
    shown = {"val": spread(val, FEW), "train": spread(styles, FEW)}

    def measure() -> dict[str, Tensor]:
        found = {}
        for name, some in shown.items():
            x = data.to_float(some)
            pairs = zip(x.split(1), x.roll(1, 0).split(1), strict=True)
            found[name] = torch.tensor([loss(model, a, b) for a, b in pairs])
        return found

    return Overfitting(measure, {"restyle": model})


def classifier(
    task: Task, model, train: tuple[Tensor, Tensor | None], targets: Tensor, val: tuple[Tensor, Tensor | None], val_targets: Tensor
) -> Overfitting | None:  # fmt: skip
    """Nats a picture at the best temperature, and the share of validation pictures that are told right.

    train, val: raw features (M, dim) of pictures and, where stages are tuned, their maps (see
    classifier.features_and_maps_of), which are looked at more slowly and therefore of fewer pictures.
    """
    if len(val_targets) < LEAST:
        return None

    def some(seen: tuple[Tensor, Tensor | None], wanted: Tensor, most: int) -> list[Tensor | None]:
        return [x if x is None else spread(x, most) for x in (*seen, wanted)]

    tuned = "tuned" in task.averaged
    shown = some(train, targets, TUNED if tuned else HEADS)
    held_back = some(val, val_targets, TUNED) if tuned else [*val, val_targets]

    def nats(features: Tensor, maps: Tensor | None, wanted: Tensor) -> tuple[Tensor, Tensor]:
        logits = classifier_training.answers(task, model, features, maps)
        temperature = limits.fit_temperature(logits, wanted)
        right = (logits.argmax(1) == wanted).float()
        return F.cross_entropy(logits / temperature, wanted, reduction="none"), right

    def measure() -> dict[str, Tensor]:
        val_nats, right = nats(*held_back)
        return {"val": val_nats, "train": nats(*shown)[0], "accuracy": right}

    return Overfitting(measure, dict(task.averaged))


def gan(task: Task, pictures: Tensor, device: torch.device) -> Collapse | None:
    """How varied samples of fixed seeds are, and how near to a training picture; 1 is as pictures are to one another.

    The space is that of the frozen features behind D, pooled, which no training changes.
    """
    if len(pictures) < LEAST:
        return None
    G, D, codes = task.averaged["G"], task.modules["D"], task.modules["codes"]
    eps = torch.randn(SAMPLES, codes.mean.shape[0], generator=torch.Generator().manual_seed(0)).to(device)
    known: dict[str, Tensor] = {}  # filled at the first look

    def pooled(x: Tensor) -> Tensor:
        return torch.cat([h.float().mean((2, 3)) for h in D.features(x)], 1).cpu()

    def references() -> Tensor:
        parts = spread(pictures, REFERENCES).split(16)
        return torch.cat([pooled(data.to_float(part.to(device))) for part in parts])

    def measure() -> dict[str, float]:
        if not known:
            real = references()
            known["mean"], known["std"] = real.mean(0), real.std(0).clamp(min=1e-3)
            known["real"] = (real - known["mean"]) / known["std"]
        drawn = [pooled(G.synthesize(G.mapping(codes.draw(part))).float()) for part in eps.split(16)]
        samples, real = (torch.cat(drawn) - known["mean"]) / known["std"], known["real"]
        return {
            "diversity": diversity(samples) / max(diversity(real), 1e-6),
            "nearest": nearest(samples, real) / max(nearest(real), 1e-6),
        }

    return Collapse(measure, {"G": G, "D": D.critics})
