"""Several processes that train one model: the same command, started by `torchrun` or `accelerate launch`.

Each process takes its share of every batch; before an optimiser step the gradients of all are averaged, and what a loss
takes over a whole batch is taken over all shares, so that the steps are those of one process with that batch. The first
process decides (the clock, guards, a wish to stop) and writes; the others follow.

Why plain torch.distributed: DistributedDataParallel, and with it Accelerate and Fabric, hook into the forward of one
wrapped network with one backward, while here phases freeze each other's weights, D is asked for features and judgement
apart, and pictures that G painted in its turn serve in D's. One sum of all gradients a phase does the same without a
wrapper, a changed loss or a package more.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor

from deepart import devices, rescue
from deepart.training.guards import TrainingError

if TYPE_CHECKING:
    from deepart.training.loop import Task

PATIENCE = datetime.timedelta(minutes=30)  # for the first process, which draws and looks while others wait
SET = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT")  # by whoever starts the processes
LOST = "another process of this training has ended: what was saved is kept, the same command with --resume goes on"
UNLIKE = "the processes do not read the same pictures ({counts}): give every machine the same folder"
T = TypeVar("T")


class Lost(TrainingError):
    """Another process is gone, in the middle of a step: what is in memory is no state to come back to."""


@dataclass(frozen=True)
class Team:
    """Which of how many processes this is."""

    rank: int = 0
    size: int = 1

    @property
    def is_first(self) -> bool:
        return self.rank == 0


def called() -> Team:
    """Which of how many processes this one was started as, before they know each other."""
    if not all(name in os.environ for name in SET):
        return Team()
    return Team(int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"]))


def words(team: Team) -> str:
    """What a device is described by, beside its name."""
    return f", {team.size} processes" if team.size > 1 else ""


def hush() -> None:
    """Let the first process alone speak, to the end; what goes wrong is still told, on standard error."""
    if not called().is_first:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 (for as long as the process lasts)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """gloo tells on standard output whom it found, which would stand before our JSON: to standard error with it."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def here() -> Team:
    """Which of how many processes that have joined; one alone where none have."""
    if dist.is_available() and dist.is_initialized():
        return Team(dist.get_rank(), dist.get_world_size())
    return Team()


@contextlib.contextmanager
def joined(device: str) -> Iterator[str]:
    """Within the block the processes know each other; yields the device of this one. Does nothing for one alone.

    Raises TrainingError when there is no such device for each.
    """
    if called().size == 1:
        yield device
        return
    device = own_device(device, int(os.environ["LOCAL_RANK"]))
    on_gpu = device.startswith("cuda")
    if on_gpu:
        torch.cuda.set_device(torch.device(device))
    with _in_step(), _quiet():
        dist.init_process_group("cpu:gloo,cuda:nccl" if on_gpu else "gloo", timeout=PATIENCE)
    yield device
    leave()  # not after an error: others may be gone, and would be waited for


def leave() -> None:
    """The common work is done; from here on each process is alone."""
    if here().size > 1:
        dist.destroy_process_group()


def own_device(device: str, local: int) -> str:
    """The device of process number `local` of this machine."""
    if ":" in device:
        raise TrainingError(f"each process takes its own device: write --device cuda, not {device!r}")
    kind = devices.pick(device).type
    if kind == "mps":
        raise TrainingError("several processes cannot share one Apple GPU: start one, or add --device cpu")
    if kind == "cpu":
        return kind
    if local >= (count := torch.cuda.device_count()):
        raise TrainingError(
            f"there are more processes than GPUs on this machine, which has {count}: start {count}"
        )
    return f"cuda:{local}"


def decided(value: Callable[[], float]) -> float:
    """What the first process says; only there it is asked."""
    team = here()
    if team.size == 1:
        return value()
    said = torch.tensor([value() if team.is_first else 0.0], dtype=torch.float64)
    with _in_step():
        dist.broadcast(said, 0)
    return said.item()


def told(make: Callable[[], T]) -> T:
    """What the first process makes or reads; the others get it, without looking at a disk."""
    team = here()
    if team.size == 1:
        return make()
    content = [make() if team.is_first else None]
    with _in_step():
        dist.broadcast_object_list(content, 0, device=torch.device("cpu"))
    return content[0]


def begin_alike(task: Task) -> None:
    """Give all the weights of the first. Raises TrainingError when their pictures are not as many."""
    if here().size == 1:
        return
    counts = gathered(torch.tensor([task.batches.count])).flatten().tolist()
    if len(set(counts)) > 1:
        raise TrainingError(UNLIKE.format(counts=", ".join(map(str, counts))))
    for module in (*task.modules.values(), *task.averaged.values()):
        tensors = [t for t in module.state_dict().values() if t.is_floating_point()]
        if tensors:
            flat = _flat(tensors)
            with _in_step():
                dist.broadcast(flat, 0)
            _unflat(flat, tensors)


def average_step(
    trained: Sequence[Tensor], loss: Tensor, figures: dict[str, float]
) -> tuple[Tensor, dict[str, float]]:
    """Make the gradients of all processes their mean, in place; returns the means of the loss and of its figures."""
    size = here().size
    if size == 1:
        return loss, figures
    gradients = [p.grad for p in trained if p.grad is not None]
    numbers = loss.new_tensor([float(loss), *figures.values()])
    flat = _flat([*gradients, numbers])
    with _in_step():
        dist.all_reduce(flat)
    _unflat(flat.div_(size), [*gradients, numbers])
    return numbers[0], dict(zip(figures, numbers[1:].tolist(), strict=True))


def summed(x: Tensor) -> Tensor:
    """The sum over processes of x, which is the same shape everywhere; in place, without gradients."""
    if here().size > 1:
        with _in_step():
            dist.all_reduce(x)
    return x


def gathered(x: Tensor) -> Tensor:
    """x of every process: (processes, *x.shape), with gradients for each share."""
    return _Gathered.apply(x) if here().size > 1 else x[None]


def whole(x: Tensor) -> Tensor:
    """The shares x (n, ...) of all processes: (N, ...), those of the first process first."""
    return gathered(x).flatten(0, 1) if here().size > 1 else x


def average(x: Tensor) -> Tensor:
    """The mean over processes, with gradients."""
    return gathered(x).mean(0) if here().size > 1 else x


def batch_mean(x: Tensor) -> Tensor:
    """The mean of x (n, ...) over the whole batch: (1, ...), with gradients."""
    return average(x.mean(0, keepdim=True))


def deviation(x: Tensor) -> Tensor:
    """The standard deviation of all numbers of a batch, of which x is our share: a scalar."""
    if here().size == 1:
        return x.std()
    spread, mean = torch.var_mean(x, correction=0)
    means, spreads = gathered(torch.stack([mean, spread])).unbind(1)
    count = x.numel() * here().size
    return ((spreads.mean() + means.var(correction=0)) * count / (count - 1)).sqrt()


class _Gathered(torch.autograd.Function):
    """The gradient of a share is the sum of what all processes, which each saw it, want of it."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        parts = [x.new_empty(x.shape) for _ in range(here().size)]
        with _in_step():
            dist.all_gather(parts, x.detach().contiguous())
        return torch.stack(parts)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        return summed(gradient.contiguous().clone())[here().rank]


def _flat(tensors: Sequence[Tensor]) -> Tensor:
    return torch.cat([t.detach().flatten() for t in tensors])


def _unflat(flat: Tensor, tensors: Sequence[Tensor]) -> None:
    with torch.no_grad():
        for t, part in zip(tensors, flat.split([t.numel() for t in tensors]), strict=True):
            t.copy_(part.view(t.shape))


@contextlib.contextmanager
def _in_step() -> Iterator[None]:
    """Where processes wait for each other: one that does not come is told apart from errors of our own."""
    try:
        yield
    except RuntimeError as error:
        if rescue.is_memory_short(error):
            raise
        raise Lost(LOST) from error
