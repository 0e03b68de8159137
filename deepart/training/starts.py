"""What a training begins from: another model of its kind, or nothing."""

from __future__ import annotations

from pathlib import Path

import torch

from deepart import models, weights
from deepart.data import DataError
from deepart.training.plan import Plan
from deepart.weights import ModelCard, WeightsError

FROM_NOTHING = "none"
HOURS = 1 / 3  # the usual budget of a training that goes on from a model; from nothing it is an hour


def newest(noun: str, root: Path) -> str | None:
    """The name of the newest model of a kind that came with deepart; None when there is none."""
    found = [card for card in weights.cards(root) if models.ARCHS[card.arch].noun == noun]
    found = [card for card in found if not card.is_own]
    return found[-1].name if found else None


def chosen(init: str | None, noun: str, root: Path, has_own_build: bool) -> str | None:
    """What --init names: a model, None for "none". Without --init the newest, unless size or channels were asked for."""
    if noun == "enlarge":
        if init not in (None, FROM_NOTHING):
            raise WeightsError("an enlarger always starts from nothing: leave --init out")
        return None
    if init is None:
        return None if has_own_build else newest(noun, root)
    return None if init == FROM_NOTHING else weights.find(init, root).name


def parent(plan: Plan, arch: str) -> tuple[ModelCard, torch.nn.Module] | tuple[None, None]:
    """The model that a plan starts from. Raises WeightsError when it is missing or of another architecture."""
    if plan.init is None:
        return None, None
    card, network = weights.load(plan.init, plan.weights)
    if card.arch != arch:
        raise WeightsError(
            f"{card.name!r} is a {card.arch} and cannot start a {arch}: name another with --init"
        )
    if arch == "gan" and not network.config.encoder:
        raise WeightsError(
            f"{card.name!r} has no encoder, which this training needs: name a newer one with --init"
        )
    return card, network


def check_build(plan: Plan, size: tuple[int, int] | None, channels: tuple[int, ...] | None) -> None:
    """Raise DataError when a plan asks for another build than that of the model that it starts from."""
    for what, asked, has in (("--size", plan.size, size), ("--channels", plan.channels, channels)):
        if asked and tuple(asked) != tuple(has or ()):
            raise DataError(
                f"a training from {plan.init!r} keeps its build, and {what} asks for another: leave it out, or start with"
                " --init none"
            )
