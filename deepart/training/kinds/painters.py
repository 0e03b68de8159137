"""Restylers and enlargers: what paints a picture that is there."""

from __future__ import annotations

from collections.abc import Callable

import torch
from PIL import Image
from torch import Tensor

from deepart import data, weights
from deepart.data import DataError
from deepart.models import enlarge, restyle
from deepart.training import augment, starts, watching
from deepart.training import enlarge as enlarge_training
from deepart.training import restyle as restyle_training
from deepart.training.kinds import shared
from deepart.training.plan import Plan, Prepared

RESTYLE_RATE = 4e-4  # of a restyler that goes on from another


def prepare_restyle(plan: Plan, splits: dict, device: torch.device, progress: Callable) -> Prepared:
    """The paintings are the styles; they and the pictures of plan.contents are what is painted."""
    side = (plan.size or (192, 192))[0]
    if plan.size and (plan.size[0] != plan.size[1] or side < restyle_training.CROP):
        raise DataError(
            f"a restyler learns from squares of {restyle_training.CROP} px or more, got {plan.size}"
        )
    styles, _, _ = data.load(splits["train"], (side, side), "crop", progress)
    contents = styles
    if plan.contents:
        others = [e for e in data.scan(plan.contents) if e.split != "test"]
        more, _, _ = data.load(others, (side, side), "crop", progress)
        contents = torch.cat(
            [styles, *[more] * max(1, len(styles) // len(more))]
        )  # as often as the paintings
    _, parent = starts.parent(plan, "restyle")
    config = parent.config if parent else restyle.Config()
    from_parent = {"start": parent.state_dict(), "lr": RESTYLE_RATE} if parent else {}
    imagenet = {} if parent else weights.imagenet_lite0()
    task = restyle_training.task(
        config, contents, styles, imagenet, device, **shared.options(plan), **from_parent
    )
    model = task.averaged["restyle"]
    crop = (restyle_training.CROP, restyle_training.CROP)
    task.watch = watching.restyle(
        task,
        lambda net, x, y: restyle_training.distance(net, x.to(device), y.to(device)),
        torch.nn.functional.interpolate(
            watching.spread(styles, watching.FEW), crop, mode="bilinear", antialias=True
        ),
        shared.validation(splits, crop, "crop"),
    )
    shown = [data.to_float(v[:: max(1, len(v) // 6)][:6]) for v in (contents.flip(0), styles)]

    @torch.no_grad()
    def preview(progress: float) -> Image.Image:
        """A row of styles, a row of contents, and each content in each of the styles."""
        x, y = (v.to(device) for v in shown)
        codes = [[model.encode([v[None]]) for v in pictures] for pictures in (x, y)]
        rows = [torch.cat(model.paint(v[None], own, codes[1])) for v, own in zip(x, codes[0], strict=True)]
        return shared.sheet(torch.cat([y, x, *rows]), len(y))

    def augmented(generator: torch.Generator) -> Tensor:
        x = augment.flip(shared.some(contents), generator)
        return augment.random_crop(x, generator, restyle_training.CROP, zoom=1.6)

    return Prepared(task, model, config, dict, preview, usual=shared.usual(plan), shown=augmented)


def prepare_enlarge(plan: Plan, splits: dict, device: torch.device, progress: Callable) -> Prepared:
    """Learns from squares of the paintings at their own resolution; those with fewer pixels are left out."""
    side = (plan.size or (enlarge_training.SIDE,) * 2)[0]
    least = max(enlarge_training.CROP.values())
    if plan.size and (plan.size[0] != plan.size[1] or side < least):
        raise DataError(f"an enlarger learns from squares of {least} px or more, got {plan.size}")
    squares, _ = enlarge_training.squares(splits["train"], side, plan.seed, progress)
    config = enlarge.Config()
    task = enlarge_training.task(config, squares, weights.imagenet_lite0(), device, **shared.options(plan))
    model = task.averaged["enlarge"]
    shown = squares[:: max(1, len(squares) // shared.SHEET[0])][
        : shared.SHEET[0], :, :128, :128
    ]  # a multiple of 4

    @torch.no_grad()
    def preview(progress: float) -> Image.Image:
        """Rows: the pieces, made from a quarter of their size, and from half of it."""
        x, rows = data.to_float(shown), []
        for times in (4, 2):
            small = torch.nn.functional.interpolate(x, scale_factor=1 / times, mode="area")
            rows.append(model(small.to(device), times).cpu())
        return shared.sheet(torch.cat([x, *rows]), len(x))

    def augmented(generator: torch.Generator) -> Tensor:
        return data.to_float(enlarge_training.pieces(squares[:12], 4, generator)[1])

    return Prepared(task, model, config, dict, preview, shown=augmented)
