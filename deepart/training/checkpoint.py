"""Everything a training needs to go on, in one file that is written whole or not at all."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from deepart import disk, rescue
from deepart.training import guards
from deepart.training.loop import Progress, Task, TrainingError


def save(path: Path, task: Task, state: Progress, about: dict) -> None:
    """Write a checkpoint: temporary file, fsync, rename. `about` (plain values) says what the run is.

    Free space is looked at first. Raises TrainingError when the disk is full or the folder cannot be written; the previous checkpoint stays.
    """
    content = {
        "about": about,
        "progress": asdict(state),
        **guards.weights_of(task),
        "batches": task.batches.state_dict(),
        **task.random_state(),
        "watch": task.watch and task.watch.state_dict(),
    }
    try:
        disk.need(path.parent, bytes_of(content))
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


def bytes_of(value: Any) -> int:
    """About how large a file of it will be."""
    if isinstance(value, Tensor):
        return value.nbytes + 1024
    if isinstance(value, dict):
        return sum(map(bytes_of, value.values()))
    return sum(map(bytes_of, value)) if isinstance(value, list | tuple) else 64


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
    guards.put_back(task, content)
    task.batches.load_state_dict(content["batches"])
    task.set_random_state(content)
    if task.watch and content.get("watch"):
        task.watch.load_state_dict(content["watch"])
    return Progress(**content["progress"])
