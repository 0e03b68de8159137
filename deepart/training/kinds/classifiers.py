"""Classifiers: features of a network whose first stages are frozen, heads trained on them, last stages trained beside."""

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
from deepart.training import augment, copies, limits, ranks, starts, steady, tuning, watching
from deepart.training import classifier as classifier_training
from deepart.training.kinds import shared
from deepart.training.loop import Budget
from deepart.training.plan import Plan, Prepared

RESTORE = 64  # units of the layer that thinks worse copies away
FEATURES = "features-{}.pt"  # of the training pictures, in the folder of a run


def prepare_classifier(plan: Plan, splits: dict, device: torch.device, progress: Callable) -> Prepared:
    card, parent = starts.parent(plan, "style_cnn")
    labels = data.labels_of(splits["train"])
    config = _config(plan, parent, len(labels), len(splits["train"]))
    torch.manual_seed(plan.seed)  # what is not read from weights begins at random
    model, start = style_cnn.StyleCNN(config), None
    if parent:
        places = {data.normalise(name): there for there, name in enumerate(card.labels)}
        same = [(i, places[key]) for i, key in enumerate(map(data.normalise, labels)) if key in places]
        model, start = _from_parent(model, parent), (parent.style, same)
    else:
        model.start_from(weights.imagenet_lite0())
    side = config.image_size
    pictures, targets, readable = _labelled(splits["train"], labels, side, progress)
    model = model.eval().requires_grad_(False).to(device, memory_format=torch.channels_last)
    steadied = bool(config.restore) and len(readable) >= copies.LEAST  # worse copies come in at the end
    views, maps = _views(plan, model, pictures, device, progress, alone=steadied)
    painters = [e.facts.get("artist", "") for e in readable]
    task = classifier_training.task(
        model, views, targets, **shared.options(plan), start=start, maps=maps, painters=painters
    )
    if config.tuned and parent:
        task.modules["tuned"].begin_with(parent.subject, same)
    others, answers = _known(splits["val"], labels, side)
    seen = classifier_training.features_and_maps_of(model, others, device)
    known = (views[0], maps[0] if maps else None)
    task.watch = watching.classifier(task, model, known, targets, seen, answers)

    def finish() -> dict:
        folder = data.scan(plan.negatives) if plan.negatives else []
        photographs = (
            data.load([e for e in folder if e.split != "test"], (side, side), "squash")[0] if folder else None
        )
        # a tiny set has no validation pictures: its limits are only a guess
        x, y = (others, answers) if len(others) else (pictures, targets)
        classifier_training.put(task, model)
        if steadied:
            _steady(plan, model, pictures, readable, device, progress)
        return limits.finish(model, pictures, x, y, device, photographs, plan.seed, parent is not None)

    @torch.no_grad()
    def preview(done: float) -> Image.Image:
        """Who is taken for whom, on validation pictures if there are some."""
        shown, wanted = (seen, answers) if len(answers) >= watching.LEAST else (known, targets)
        said = classifier_training.answers(task, model, *shown).argmax(1)
        counts = torch.bincount(wanted * len(labels) + said, minlength=len(labels) ** 2)
        return diagrams.confusion(counts.view(len(labels), -1).tolist(), labels)

    def shown(generator: torch.Generator) -> Tensor:
        x = shared.some(pictures)
        return x if steadied else augment.reproduction(x, generator, max(32, side * 5 // 7 // 8 * 8))

    usual = Budget(steps=classifier_training.usual_steps(len(targets)))
    return Prepared(task, model, config, finish, preview, labels, usual, shown=shown)


def _config(plan: Plan, parent: style_cnn.StyleCNN | None, classes: int, pictures: int) -> style_cnn.Config:
    """The parent's build, else the plan's; many pictures also tune the last stages and teach what copies lose."""
    restore = RESTORE if pictures >= copies.LEAST else 0
    many = pictures >= tuning.LEAST
    if not parent:
        side = (plan.size or (224, 224))[0]
        return style_cnn.Config(classes, side, mirror=True, restore=restore, tuned=many)
    starts.check_build(plan, (parent.config.image_size,) * 2, plan.channels)
    return replace(
        parent.config,
        classes=classes,
        restore=parent.config.restore or restore,
        tuned=parent.config.tuned and many,
    )


def _from_parent(model: style_cnn.StyleCNN, parent: torch.nn.Module) -> style_cnn.StyleCNN:
    """Features, their standardisation and what is no painting, from another classifier; not its classes."""
    own = model.state_dict()
    for name, value in parent.state_dict().items():
        if name.startswith("restore.2."):  # what it adds to the classes' own logits is not for ours
            own[name][: model.width] = value[: model.width]
        elif not name.startswith(("style.", "subject.")):
            own[name] = value
    model.load_state_dict(own)
    return model


def _known(examples: list[Example], labels: list[str], side: int) -> tuple[Tensor, Tensor]:
    """Those of the examples whose label was trained; both empty when there are none."""
    keys = set(map(data.normalise, labels))
    known = [e for e in examples if data.normalise(e.label or "") in keys]
    if not known:
        return torch.empty(0, 3, side, side, dtype=torch.uint8), torch.empty(0, dtype=torch.int64)
    return _labelled(known, labels, side)[:2]


def _views(
    plan: Plan,
    model: style_cnn.StyleCNN,
    pictures: Tensor,
    device: torch.device,
    progress: Callable,
    alone: bool,
) -> tuple[list[Tensor], list[Tensor] | None]:
    """The features, and the maps, that the training learns from; kept beside the checkpoint, since they take long.

    A file of them is named by the pictures that they were made from.
    """
    marks = (model.dim, model.config.tuned, plan.seed, plan.init, alone)
    mark = hashlib.sha256(pictures.numpy())  # no copy of them all
    mark.update(str(marks).encode())
    file = plan.home / FEATURES.format(mark.hexdigest()[:16])
    known = ranks.told(lambda: torch.load(file, weights_only=True) if file.is_file() else None)
    if known:
        return known
    views, maps = classifier_training.views_and_maps_of(model, pictures, device, plan.seed, progress, alone)
    if not ranks.here().is_first:
        return views, maps
    disk.make_folder(plan.home)
    disk.need(plan.home, sum(view.nbytes for view in (*views, *(maps or ()))))
    with disk.whole(file) as out:
        torch.save((views, maps), out)
    return views, maps


def _steady(
    plan: Plan,
    model: style_cnn.StyleCNN,
    pictures: Tensor,
    examples: list[Example],
    device: torch.device,
    progress: Callable,
) -> None:
    """Teach the backbone to see in worse copies what is in the pictures, and a layer to restore the rest."""
    steady.fit(model, pictures, examples, device, plan.seed, progress)
    which, worse = copies.features_of_copies(model, examples, device, plan.seed, progress)
    plain = classifier_training.features_of(model, pictures[which], device)
    copies.fit(model, plain, worse, plan.seed)


def _labelled(
    examples: list[Example], labels: list[str], side: int, progress: Callable = iter
) -> tuple[Tensor, Tensor, list[Example]]:
    """(pictures uint8 (N, 3, side, side), numbers of their labels (N,), those examples that could be read)."""
    pictures, kept, _ = data.load(examples, (side, side), "squash", progress)
    readable = [examples[i] for i in kept]
    return pictures, data.indices(readable, labels), readable
