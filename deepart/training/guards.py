"""What keeps a training from ruining itself: steps that are not finite, and a batch that does not fit the memory.

Nothing here changes a training in which nothing goes wrong.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from deepart import rescue

if TYPE_CHECKING:
    from deepart.training.loop import Phase, Progress, Task

BAD_STEPS = 5  # optimiser steps in a row that are not finite, before the last good state is put back
RESTORES = 3  # times that this is tried, each with half the learning rate
GOOD_EVERY = 50  # steps between two looks at whether this is a good state to come back to
CALM = 1.0  # largest gradient norm after a restore, halved with the learning rate; less where the phase asks for less
LEAST = 2  # pictures in a part of a batch; some losses compare one with another


class TrainingError(RuntimeError):
    """The training cannot go on; the text says why and what to change."""


def cloned(value: Any) -> Any:
    """A copy on the CPU of nested dicts and lists that hold tensors; what is no tensor stays what it is."""
    if isinstance(value, Tensor):
        return value.detach().to("cpu", copy=True)
    if isinstance(value, dict):
        return {key: cloned(each) for key, each in value.items()}
    return [cloned(each) for each in value] if isinstance(value, list) else value


def is_finite(value: Any) -> bool:
    """Whether every number in such a nest is one."""
    if isinstance(value, Tensor):
        return bool(value.isfinite().all())
    if isinstance(value, dict | list):
        return all(map(is_finite, value.values() if isinstance(value, dict) else value))
    return True


def weights_of(task: Task) -> dict[str, Any]:
    """Everything that a step changes: modules, their averages, optimisers; not copied."""
    return {
        "modules": {name: m.state_dict() for name, m in task.modules.items()},
        "averaged": {name: m.state_dict() for name, m in task.averaged.items()},
        "optimizers": {phase.name: phase.optimizer.state_dict() for phase in task.phases},
    }


def put_back(task: Task, content: dict[str, Any]) -> None:
    """The opposite of `weights_of`; `content` may be used again afterwards."""
    for name, module in task.modules.items():
        module.load_state_dict(content["modules"][name])
    for name, module in task.averaged.items():
        module.load_state_dict(content["averaged"][name])
    for phase in task.phases:
        phase.optimizer.load_state_dict(content["optimizers"][phase.name])


class Recovery:
    """Counts steps that were not finite, and brings a training back to where all was well.

    The good state is kept in memory. The order of the pictures goes on: what broke it is not shown again at once.
    """

    def __init__(self, task: Task):
        self.task = task
        self.good = cloned(weights_of(task))
        self.bad = 0

    def saw(self, ok: bool, state: Progress) -> None:
        """After each optimiser step. Raises TrainingError when restoring has not helped RESTORES times."""
        state.skipped += not ok
        self.bad = 0 if ok else self.bad + 1
        if self.bad < BAD_STEPS:
            return
        if state.restored == RESTORES:
            raise TrainingError(
                f"the loss was not a finite number {BAD_STEPS * (RESTORES + 1)} times in a row, also with an eighth of the "
                "learning rate: the data may hold a broken picture, or begin from another model"
            )
        put_back(self.task, self.good)
        self.bad = 0
        state.restored += 1
        state.rate /= 2
        state.warn(
            f"the loss was no finite number near step {state.step}: went back to the last good state, with"
            f" {state.rate:g} of the learning rate"
        )

    def keep(self, state: Progress) -> None:
        """After each batch: now and then, and only if all is finite, this becomes the state to come back to."""
        if self.bad == 0 and state.step % GOOD_EVERY == 0 and is_finite(now := weights_of(self.task)):
            self.good = cloned(now)


def clip_of(phase: Phase, state: Progress) -> float:
    """The largest gradient norm of a phase: its own, and less after a restore."""
    return min(phase.clip or float("inf"), CALM * state.rate if state.restored else float("inf"))


def backward(
    task: Task,
    rows: Tensor,
    state: Progress,
    loss_of: Callable[[Tensor], tuple[Tensor, dict[str, float]]],
    clear: Callable[[], None],
    in_parts: bool = True,
) -> tuple[Tensor, dict[str, float]]:
    """Gradients of the mean loss over rows; returns (the loss, its figures).

    What does not fit the memory is taken in two parts, then four and so on, whose gradients are summed: the same step,
    but for what a loss takes over its whole batch. The number of parts is kept in state.parts. in_parts: False where
    other processes would wait for the second try of this one.
    """
    if not in_parts:
        return _summed([rows], len(rows), loss_of)
    while True:
        before = task.random_state()
        try:
            return _summed(rows.chunk(state.parts), len(rows), loss_of)
        except Exception as error:
            if not rescue.is_memory_short(error) or len(rows) // (2 * state.parts) < LEAST:
                raise
        clear()
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        task.set_random_state(before)
        state.parts *= 2
        state.warn(
            f"a batch of {len(rows)} did not fit the memory: it is taken in {state.parts} parts, with the same result"
        )


def _summed(parts: Sequence[Tensor], count: int, loss_of: Callable) -> tuple[Tensor, dict[str, float]]:
    if len(parts) == 1:
        loss, figures = loss_of(parts[0])
        loss.backward()
        return loss.detach(), figures
    total, means = torch.zeros(()), {}
    for part in parts:
        share = len(part) / count
        loss, figures = loss_of(part)
        (loss * share).backward()
        total = total + share * loss.detach().cpu()
        for name, value in figures.items():
            means[name] = means.get(name, 0.0) + share * value
    return total, means
