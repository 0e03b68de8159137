"""Looks at what a training learns, now and then: does it learn its pictures by heart, do its samples become all alike?

A watch measures CHECKS times in a run, at shares of the budget, so that a run of so many steps is looked at at the same
steps each time. It keeps the best state that it saw; unless something went wrong, it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from deepart.training import guards

if TYPE_CHECKING:
    from deepart.training.loop import Progress

CHECKS = 20  # in a run
PATIENCE = 4  # checks in a row that are worse, before a run ends early
EARLIEST = 0.5  # of the budget; before that much goes up and down
MARGIN = 0.05  # how much worse, as a share, at least
SURE = 2.0  # standard errors by which it must be worse
ALIKE = 0.5  # of the best diversity so far; samples with less have collapsed
NEAR = (
    0.5  # of the distance between one picture and the next; samples nearer to a training picture are copies
)

BY_HEART = (
    "it had begun to learn its pictures by heart: on pictures that it does not train on it was best after {step} steps, and"
    " that state was kept. More pictures would help most, then a shorter training or a smaller model"
)
COLLAPSED = (
    "the samples became more and more alike ({now:.0%} of their greatest diversity): the model has collapsed"
)
COPIES = "the samples came very near to training pictures ({now:.0%} of the distance between two of those): copies, not new ones"
KEPT = "{why}. The state after {step} steps, before that, was kept. More pictures would help most, then a shorter training"
UNKEPT = "{why}. There was no better state before: try it with more pictures"


class Watch:
    """measure: the figures now, by name; a figure of many pictures is one number for each. keep: the modules whose best
    state is kept."""

    def __init__(self, measure: Callable[[], dict[str, Tensor | float]], keep: dict[str, nn.Module]):
        self.measure, self.modules = measure, keep
        self.best: dict[str, Any] = {}  # figures of the best state, and its step
        self.kept: dict[str, Any] | None = None
        self.worse = 0  # checks in a row
        self.why = ""

    def look(self, state: Progress) -> bool:
        """Measure and compare; True when the run should end here."""
        with torch.no_grad():
            now = {name: torch.as_tensor(value).float().cpu() for name, value in self.measure().items()}
        state.watched = {name: float(value.mean()) for name, value in now.items()}
        if guards.is_finite(now):
            self.compare(now, state)
        return self.worse >= PATIENCE and state.done >= EARLIEST

    def compare(self, now: dict[str, Tensor], state: Progress) -> None:
        raise NotImplementedError

    def settle(self, state: Progress) -> None:
        """At the end of a run: the best state instead of the last, if that one has got worse."""
        raise NotImplementedError

    def hold(self, now: dict[str, Tensor], state: Progress) -> None:
        """This is the best state so far."""
        self.best = now | {"step": state.step}
        self.kept = guards.cloned({name: module.state_dict() for name, module in self.modules.items()})

    def put_back(self) -> None:
        for name, module in self.modules.items():
            module.load_state_dict(self.kept[name])

    def state_dict(self) -> dict[str, Any]:
        return {"best": self.best, "kept": self.kept, "worse": self.worse, "why": self.why}

    def load_state_dict(self, content: dict[str, Any]) -> None:
        self.best, self.kept = content["best"], content["kept"]
        self.worse, self.why = content["worse"], content["why"]


class Overfitting(Watch):
    """Needs figures "val" and "train", losses of the same kind on pictures that are not, and are, trained on.

    "val" has one number for each picture, the same ones each time: a few pictures differ by chance, and only more than
    that counts. Worse is only what gets worse on the one while it gets better on the other: where both rise, the aim has changed, as
    when an opponent joins in.
    """

    def compare(self, now: dict[str, Tensor], state: Progress) -> None:
        if not self.best or now["val"].mean() < self.best["val"].mean():
            self.hold(now, state)
        more = now["val"] - self.best["val"]
        chance = SURE * float(more.std()) / len(more) ** 0.5 if len(more) > 1 else 0.0
        is_worse = more.mean() > max(chance, MARGIN * float(self.best["val"].mean()))
        is_worse = bool(is_worse) and bool(now["train"].mean() <= self.best["train"].mean())
        self.worse = self.worse + 1 if is_worse else 0

    def settle(self, state: Progress) -> None:
        if self.worse:
            self.put_back()
            state.warn(BY_HEART.format(step=int(self.best["step"])))


class Collapse(Watch):
    """Needs "diversity" of samples, and their distance to the "nearest" training picture, both 1 for other pictures."""

    def compare(self, now: dict[str, Tensor], state: Progress) -> None:
        varied, near = float(now["diversity"]), float(now["nearest"])
        most = max(varied, self.best.get("most", 0.0))
        share = varied / max(most, 1e-12)
        self.why = (
            COLLAPSED.format(now=share) if share < ALIKE
            else COPIES.format(now=near) if near < NEAR
            else ""
        )  # fmt: skip
        self.worse = self.worse + 1 if self.why else 0
        if self.worse:
            state.warn(self.why.partition(" (")[0])
        else:
            self.hold(now, state)
        self.best["most"] = most

    def settle(self, state: Progress) -> None:
        if not self.worse:
            return
        if self.kept is None:
            state.warn(UNKEPT.format(why=self.why))
            return
        self.put_back()
        state.warn(KEPT.format(why=self.why, step=int(self.best["step"])))


def diversity(features: Tensor) -> float:
    """Mean distance between two of features (N, dim)."""
    return float(torch.pdist(features).mean())


def nearest(features: Tensor, others: Tensor | None = None) -> float:
    """The median, over features (N, dim), of the distance to the nearest of `others` (M, dim); None: to each other."""
    distance = torch.cdist(features, features if others is None else others)
    if others is None:
        distance.fill_diagonal_(float("inf"))
    return float(distance.amin(1).median())
