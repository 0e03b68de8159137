"""Classifiers: features of a frozen network, heads trained on them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import torch
from PIL import Image
from torch import Tensor

from deepart import data, disk, weights
from deepart.data import Example
from deepart.evaluation import diagrams
from deepart.models import style_cnn
from deepart.training import augment, copies, limits, ranks, starts, watching
from deepart.training import classifier as classifier_training
from deepart.training.kinds import shared
from deepart.training.loop import Budget
from deepart.training.plan import Plan, Prepared

RESTORE = 64  # units of the layer that thinks worse copies away
FEATURES = "features-{}.pt"  # of the training pictures, in the folder of a run


def prepare_classifier(plan: Plan, splits: dict, device: torch.device, progress: Callable) -> Prepared:
    card, parent = starts.parent(plan, "style_cnn")
    labels = data.labels_of(splits["train"])
    restore = RESTORE if len(splits["train"]) >= copies.LEAST else 0
    if parent:
        starts.check_build(plan, (parent.config.image_size,) * 2, plan.channels)
        config = replace(parent.config, classes=len(labels), restore=parent.config.restore or restore)
        model = _from_parent(style_cnn.StyleCNN(config), parent)
        places = {data.normalise(name): there for there, name in enumerate(card.labels)}
        known = [(i, places[key]) for i, key in enumerate(map(data.normalise, labels)) if key in places]
        start = (parent.style, known)
    else:
        config = style_cnn.Config(len(labels), (plan.size or (224, 224))[0], mirror=True, restore=restore)
        model, start = style_cnn.StyleCNN(config).start_from(weights.imagenet_lite0()), None
    side = config.image_size
    pictures, targets, readable = _labelled(splits["train"], labels, side, progress)
    model = model.eval().requires_grad_(False).to(device, memory_format=torch.channels_last)
    views = _views(plan, model, pictures, device, progress)
    task = classifier_training.task(model, views, targets, **shared.options(plan), start=start)
    others, answers = _known(splits["val"], labels, side)
    seen = (
        classifier_training.features_of(model, others, device) if len(others) else torch.empty(0, model.dim)
    )
    task.watch = watching.classifier(task, model, views, targets, seen, answers)

    def finish() -> dict:
        folder = data.scan(plan.negatives) if plan.negatives else []
        photographs = (
            data.load([e for e in folder if e.split != "test"], (side, side), "squash")[0] if folder else None
        )
        # a tiny set has no validation pictures: its limits are only a guess
        x, y = (others, answers) if len(others) else (pictures, targets)
        task.averaged["heads"].into(model.style)
        if config.restore and len(readable) >= copies.LEAST:
            which, worse = copies.features_of_copies(model, readable, device, plan.seed, progress)
            copies.fit(model, views[0][which], worse, plan.seed)
        return limits.finish(model, pictures, x, y, device, photographs, plan.seed, parent is not None)

    @torch.no_grad()
    def preview(done: float) -> Image.Image:
        """Who is taken for whom, on validation pictures if there are some."""
        features, wanted = (seen, answers) if len(seen) >= watching.LEAST else (views[0].float(), targets)
        said = task.averaged["heads"].answer(model.standardise(features.to(device))).argmax(1).cpu()
        counts = torch.bincount(wanted * len(labels) + said, minlength=len(labels) ** 2)
        return diagrams.confusion(counts.view(len(labels), -1).tolist(), labels)

    def shown(generator: torch.Generator) -> Tensor:
        return augment.reproduction(shared.some(pictures), generator, max(32, side * 5 // 7 // 8 * 8))

    usual = Budget(steps=classifier_training.usual_steps(len(targets)))
    return Prepared(task, model, config, finish, preview, labels, usual, shown=shown)


def _from_parent(model: style_cnn.StyleCNN, parent: torch.nn.Module) -> style_cnn.StyleCNN:
    """Features, their standardisation and what is no painting, from another classifier; not its classes."""
    theirs = parent.state_dict()
    own = {k: v for k, v in theirs.items() if not k.startswith("style.")}
    model.load_state_dict(model.state_dict() | own)
    return model


def _known(examples: list[Example], labels: list[str], side: int) -> tuple[Tensor, Tensor]:
    """Those of the examples whose label was trained; both empty when there are none."""
    keys = set(map(data.normalise, labels))
    known = [e for e in examples if data.normalise(e.label or "") in keys]
    if not known:
        return torch.empty(0, 3, side, side, dtype=torch.uint8), torch.empty(0, dtype=torch.int64)
    return _labelled(known, labels, side)[:2]


def _views(
    plan: Plan, model: style_cnn.StyleCNN, pictures: Tensor, device: torch.device, progress: Callable
) -> list:
    """The features that the heads learn from; kept beside the checkpoint, since they take most of the time.

    A file of them is named by the pictures that they were made from.
    """
    mark = hashlib.sha256(pictures.numpy().tobytes() + str((model.dim, plan.seed, plan.init)).encode())
    file = plan.home / FEATURES.format(mark.hexdigest()[:16])
    known = ranks.told(lambda: torch.load(file, weights_only=True) if file.is_file() else None)
    if known:
        return known
    views = classifier_training.views_of(model, pictures, device, plan.seed, progress)
    if not ranks.here().is_first:
        return views
    disk.make_folder(plan.home)
    disk.need(plan.home, sum(view.nbytes for view in views))
    with disk.whole(file) as out:
        torch.save(views, out)
    return views


def _labelled(
    examples: list[Example], labels: list[str], side: int, progress: Callable = iter
) -> tuple[Tensor, Tensor, list[Example]]:
    """(pictures uint8 (N, 3, side, side), numbers of their labels (N,), those examples that could be read)."""
    pictures, kept, _ = data.load(examples, (side, side), "squash", progress)
    readable = [examples[i] for i in kept]
    return pictures, data.indices(readable, labels), readable
