"""Everything a training needs to go on, in one file that is written whole or not at all."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import torch

from deepart import disk, rescue
from deepart.training.loop import Progress, Task, TrainingError


def save(path: Path, task: Task, state: Progress, about: dict) -> None:
    """Write a checkpoint: temporary file, fsync, rename. `about` (plain values) says what the run is.

    Raises TrainingError when the disk is full or the folder cannot be written; the previous checkpoint stays.
    """
    content = {
        "about": about,
        "progress": asdict(state),
        "modules": {name: m.state_dict() for name, m in task.modules.items()},
        "averaged": {name: m.state_dict() for name, m in task.averaged.items()},
        "optimizers": {phase.name: phase.optimizer.state_dict() for phase in task.phases},
        "batches": task.batches.state_dict(),
        "generator": task.generator.get_state(),
    }
    try:
        with disk.whole(path) as out:
            torch.save(content, out)
    except Exception as error:
        # torch's writer speaks of a full disk as a RuntimeError
        why = (
            str(error)
            if isinstance(error, disk.DiskError)
            else rescue.sentence(error) or _in_the_stream(error)
        )
        if why is None:
            raise
        raise TrainingError(f"{why}; the checkpoint before this one is kept: go on with --resume") from error


def _in_the_stream(error: Exception) -> str | None:
    is_ours = "PytorchStreamWriter" in str(error) or "unexpected pos" in str(error)
    return "the checkpoint could not be written, the disk may be full" if is_ours else None


def read(path: Path) -> dict:
    """The content of a checkpoint, tensors on the CPU. Raises TrainingError when it is missing or damaged."""
    if not path.is_file():
        raise TrainingError(f"there is no checkpoint {path.name!r} in that folder; start without --resume")
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as reason:  # torch raises a dozen kinds for damaged files, and all mean the same here
        raise TrainingError(
            f"the checkpoint {path.name!r} is damaged: start again without --resume"
        ) from reason


def restore(task: Task, content: dict) -> Progress:
    """Put a checkpoint's state into a task of the same build; returns where the run stood."""
    for name, module in task.modules.items():
        module.load_state_dict(content["modules"][name])
    for name, module in task.averaged.items():
        module.load_state_dict(content["averaged"][name])
    for phase in task.phases:
        phase.optimizer.load_state_dict(content["optimizers"][phase.name])
    task.batches.load_state_dict(content["batches"])
    task.generator.set_state(content["generator"])
    return Progress(**content["progress"])
