"""One training loop for every model. It knows budgets, checkpoints and guards, and no loss.

    for each batch:  for each phase:  loss = phase.loss(batch);  backward;  clip;  phase.optimizer.step()

A CNN or a VAE has one phase, a GAN two (G, then D).
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from deepart.data import Batches
from deepart.training import guards, ranks
from deepart.training.guards import TrainingError
from deepart.training.watch import CHECKS, Watch

WARNINGS = 20  # kept of a run


@dataclass(frozen=True)
class Budget:
    """When to end: after `hours` of wall clock (summed over resumes) or after `steps`, whichever is given."""

    hours: float | None = None
    steps: int | None = None

    def __post_init__(self):
        given = [v for v in (self.hours, self.steps) if v is not None]
        if not given or any(not v > 0 for v in given):
            raise ValueError(
                f"a training needs hours > 0 or steps > 0, got hours={self.hours}, steps={self.steps}"
            )

    def progress(self, seconds: float, step: int) -> float:
        """How much is used up, 0 to 1."""
        by_time = seconds / 3600 / self.hours if self.hours else 0.0
        by_step = step / self.steps if self.steps else 0.0
        return min(max(by_time, by_step), 1.0)


@dataclass
class Phase:
    """One optimiser and the loss it lowers.

    loss: (rows, progress in [0, 1]) -> (scalar to minimise, figures to log). rows are numbers of training pictures.
    rate: progress -> factor on the learning rate.
    clip: largest gradient norm; None means no clipping.
    starts: share of the budget before which the phase rests.
    """

    name: str
    optimizer: torch.optim.Optimizer
    loss: Callable[[Tensor, float], tuple[Tensor, dict[str, float]]]
    rate: Callable[[float], float] = lambda progress: 1.0
    clip: float | None = None
    starts: float = 0.0

    def parameters(self) -> list[nn.Parameter]:
        return [p for group in self.optimizer.param_groups for p in group["params"]]


@dataclass
class Task:
    """What the loop trains.

    modules: everything whose weights change, by name; saved in a checkpoint.
    averaged: name -> a copy whose weights follow modules[name] as an exponential moving average (EMA).
    half_life: pictures after which a weight's share in the average has halved.
    generator, dice: the sources of all randomness of the losses; saved, so that a resumed run draws the same numbers.
    watch: looks at what is learnt, CHECKS times in a run; may end it early and keep an earlier state.
    """

    modules: dict[str, nn.Module]
    phases: list[Phase]
    batches: Batches
    generator: torch.Generator
    averaged: dict[str, nn.Module] = field(default_factory=dict)
    half_life: float = 10_000
    dice: random.Random | None = None
    watch: Watch | None = None

    def random_state(self) -> dict[str, Any]:
        return {"generator": self.generator.get_state(), "dice": self.dice and self.dice.getstate()}

    def set_random_state(self, state: dict[str, Any]) -> None:
        self.generator.set_state(state["generator"])
        if self.dice and state.get("dice"):
            version, numbers, gauss = state["dice"]
            self.dice.setstate((version, tuple(numbers), gauss))


@dataclass
class Progress:
    """Where a run stands. `figures` are means since the last report."""

    step: int = 0
    pictures: int = 0
    seconds: float = 0.0
    done: float = 0.0  # share of the budget, 0 to 1
    figures: dict[str, float] = field(default_factory=dict)
    skipped: int = 0  # optimiser steps left out because a loss or gradient was not finite
    restored: int = 0  # times that the last good state was put back
    rate: float = 1.0  # factor on the learning rate, halved at each restore
    parts: int = 1  # that a batch is taken in, since it does not fit the memory at once
    checks: int = 0  # looks that were taken at what is learnt
    watched: dict[str, float] = field(default_factory=dict)  # what the last of them found
    warnings: list[str] = field(default_factory=list)  # sentences for the artist

    def warn(self, sentence: str) -> None:
        """Remember a sentence, once."""
        if sentence not in self.warnings:
            self.warnings = [*self.warnings, sentence][-WARNINGS:]


def run(
    task: Task,
    budget: Budget,
    start: Progress | None = None,
    report_every: float = 10.0,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Progress]:
    """Train until the budget is used up; yield every `report_every` seconds and once at the end.

    stop: asked after every batch; when it says yes, the run yields where it stands (`done` < 1) and ends.

    Where several processes train together (see `ranks`), the first one's clock, watch and stop count for all.

    The caller decides what to do with a report: print, draw, save a checkpoint, stop. Stopping is not calling next().
    Raises TrainingError when the losses stay non-finite, whatever `guards` try.
    """
    state = start or Progress()
    recovery = guards.Recovery(task)
    sums: dict[str, list[float]] = {}
    clock = last_report = time.monotonic()
    while (done := budget.progress(state.seconds, state.step)) < 1:
        state.done = done
        rows = next(task.batches)
        for phase in task.phases:
            if state.done < phase.starts:
                continue
            figures, ok = take_step(task, phase, rows, state)
            recovery.saw(ok, state)
            for name, value in figures.items():
                sums.setdefault(name, []).append(value)
        state.step += 1
        state.pictures += len(rows)
        update_averages(task, len(rows), state.pictures)
        recovery.keep(state)
        now = time.monotonic()
        spent, clock = state.seconds + now - clock, now
        state.seconds = ranks.decided(lambda spent=spent: spent)
        is_last = (done := budget.progress(state.seconds, state.step)) >= 1
        if is_last or int(done * CHECKS) > state.checks:
            state.checks = int(done * CHECKS)
            if ranks.decided(lambda: bool(task.watch and task.watch.look(state))):
                break
            clock = time.monotonic()
        if ranks.decided(stop) and not is_last:
            state.figures = means(sums) or state.figures
            yield state
            return
        if now - last_report >= report_every:
            state.figures, sums, last_report = means(sums), {}, now
            yield state
            clock = time.monotonic()  # what the caller did with the report does not count
    if task.watch and ranks.here().is_first:  # the others have not looked
        task.watch.settle(state)
    state.done = 1.0
    state.figures = means(sums) or state.figures
    yield state


def means(sums: dict[str, list[float]]) -> dict[str, float]:
    return {name: sum(values) / len(values) for name, values in sums.items()}


def take_step(task: Task, phase: Phase, rows: Tensor, state: Progress) -> tuple[dict[str, float], bool]:
    """One optimiser step of one phase; returns (figures, whether the step was taken)."""
    trained = phase.parameters()
    ids = {id(p) for p in trained}
    for other in task.phases:
        for p in other.parameters():
            p.requires_grad_(id(p) in ids)  # no gradients for what this phase does not train
    for group in phase.optimizer.param_groups:
        group.setdefault("base_lr", group["lr"])
        group["lr"] = group["base_lr"] * phase.rate(state.done) * state.rate

    def clear() -> None:
        phase.optimizer.zero_grad(set_to_none=True)

    clear()
    loss, figures = guards.backward(
        task, rows, state, lambda part: phase.loss(part, state.done), clear, ranks.here().size == 1
    )
    loss, figures = ranks.average_step(trained, loss, figures)
    norm = nn.utils.clip_grad_norm_(trained, guards.clip_of(phase, state))
    is_finite = bool(torch.isfinite(norm)) and bool(torch.isfinite(loss))
    ok = bool(ranks.decided(lambda: is_finite))
    if ok:
        phase.optimizer.step()
    return ({f"{phase.name}/{k}": float(v) for k, v in figures.items()} if ok else {}), ok


@torch.no_grad()
def update_averages(task: Task, pictures: int, seen: int) -> None:
    """Move each EMA copy a step towards its module; buffers (batch norm statistics) are copied.

    While few pictures have been seen the half-life is a twentieth of them, so that the random start is soon forgotten.
    """
    keep = 0.5 ** (pictures / min(task.half_life, 0.05 * seen))
    for name, average in task.averaged.items():
        module = task.modules[name]
        for p_average, p in zip(average.parameters(), module.parameters(), strict=True):
            p_average.lerp_(p.to(p_average.dtype), 1 - keep)
        for b_average, b in zip(average.buffers(), module.buffers(), strict=True):
            b_average.copy_(b)


__all__ = ["Budget", "Phase", "Progress", "Task", "TrainingError", "run", "take_step", "update_averages"]
