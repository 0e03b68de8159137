"""One training loop for every model. It knows budgets, checkpoints and guards, and no loss.

    for each batch:  for each phase:  loss = phase.loss(batch);  backward;  clip;  phase.optimizer.step()

A CNN or a VAE has one phase, a GAN two (G, then D).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from deepart.data import Batches

MAX_BAD_STEPS = 20  # losses in a row that are not finite before a training gives up


class TrainingError(RuntimeError):
    """The training cannot go on; the text says why and what to change."""


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
    generator: the source of all randomness of the losses; saved, so that a resumed run draws the same numbers.
    """

    modules: dict[str, nn.Module]
    phases: list[Phase]
    batches: Batches
    generator: torch.Generator
    averaged: dict[str, nn.Module] = field(default_factory=dict)
    half_life: float = 10_000


@dataclass
class Progress:
    """Where a run stands. `figures` are means since the last report."""

    step: int = 0
    pictures: int = 0
    seconds: float = 0.0
    done: float = 0.0  # share of the budget, 0 to 1
    figures: dict[str, float] = field(default_factory=dict)
    skipped: int = 0  # optimiser steps left out because a loss or gradient was not finite


def run(
    task: Task,
    budget: Budget,
    start: Progress | None = None,
    report_every: float = 10.0,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Progress]:
    """Train until the budget is used up; yield every `report_every` seconds and once at the end.

    stop: asked after every batch; when it says yes, the run yields where it stands (`done` < 1) and ends.

    The caller decides what to do with a report: print, draw, save a checkpoint, stop. Stopping is not calling next().
    Raises TrainingError when the losses stay non-finite.
    """
    state = start or Progress()
    sums: dict[str, list[float]] = {}
    clock = last_report = time.monotonic()
    bad = 0
    while budget.progress(state.seconds, state.step) < 1:
        state.done = budget.progress(state.seconds, state.step)
        rows = next(task.batches)
        for phase in task.phases:
            if state.done < phase.starts:
                continue
            figures, ok = take_step(task, phase, rows, state.done)
            state.skipped += not ok
            bad = 0 if ok else bad + 1
            for name, value in figures.items():
                sums.setdefault(name, []).append(value)
        if bad >= MAX_BAD_STEPS:
            raise TrainingError(
                f"the loss was not a finite number {bad} times in a row; use a lower learning rate"
            )
        state.step += 1
        state.pictures += len(rows)
        update_averages(task, len(rows), state.pictures)
        now = time.monotonic()
        state.seconds, clock = state.seconds + now - clock, now
        if stop() and budget.progress(state.seconds, state.step) < 1:
            state.figures = {k: sum(v) / len(v) for k, v in sums.items()} or state.figures
            yield state
            return
        if now - last_report >= report_every:
            state.figures, sums, last_report = {k: sum(v) / len(v) for k, v in sums.items()}, {}, now
            yield state
            clock = time.monotonic()  # what the caller did with the report does not count
    state.done = 1.0
    state.figures = {k: sum(v) / len(v) for k, v in sums.items()} or state.figures
    yield state


def take_step(task: Task, phase: Phase, rows: Tensor, progress: float) -> tuple[dict[str, float], bool]:
    """One optimiser step of one phase; returns (figures, whether the step was taken)."""
    trained = phase.parameters()
    ids = {id(p) for p in trained}
    for other in task.phases:
        for p in other.parameters():
            p.requires_grad_(id(p) in ids)  # no gradients for what this phase does not train
    for group in phase.optimizer.param_groups:
        group.setdefault("base_lr", group["lr"])
        group["lr"] = group["base_lr"] * phase.rate(progress)
    phase.optimizer.zero_grad(set_to_none=True)
    loss, figures = phase.loss(rows, progress)
    loss.backward()
    norm = nn.utils.clip_grad_norm_(trained, phase.clip or float("inf"))
    ok = bool(torch.isfinite(norm)) and bool(torch.isfinite(loss.detach()))
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
