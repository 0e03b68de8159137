"""How a run stands, for whoever watches."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import torch

from deepart import images
from deepart.training import status
from deepart.training.loop import Progress
from deepart.training.plan import Prepared

PREVIEW_EVERY = 300.0  # seconds between two that are kept
LIVE_EVERY = 15.0  # seconds, at least, between two that replace one another
LIVE_SHARE = 0.04  # of the time, at most, goes into those


class Look:
    """Writes how a run stands, for whoever watches: its status, a live preview, and now and then one that is kept."""

    def __init__(self, home: Path, prepared: Prepared, told: status.Status):
        self.home, self.prepared, self.told = home, prepared, told
        self.kept = self.drawn = time.monotonic()
        self.checks = -1
        self.pause = 0.0 if told.preview == 0 else LIVE_EVERY

    def at(self, state: Progress) -> Path | None:
        """Tell of a report; returns the preview that is kept, if one was due."""
        now, kept = time.monotonic(), None
        if now - self.kept > PREVIEW_EVERY or state.done >= 1:
            kept, self.kept = self.home / f"preview-{state.pictures:08d}.png", now
        if kept or now - self.drawn >= self.pause:
            picture = self.prepared.preview(state.done)
            for path in filter(None, (kept, self.home / status.PREVIEW)):
                images.save_png(picture, path)
            self.drawn, self.told.preview = time.monotonic(), time.time()
            self.pause = max(LIVE_EVERY, (self.drawn - now) / LIVE_SHARE)
        self.tell(state)
        return kept

    def tell(self, state: Progress) -> None:
        told, group = self.told, self.prepared.task.phases[0].optimizer.param_groups[0]
        told.state, told.step, told.pictures = status.RUNNING, state.step, state.pictures
        told.seconds, told.done = state.seconds, state.done
        told.eta = state.seconds * (1 / state.done - 1) if state.done > 0.005 else None
        told.rate, told.speed, told.memory = group["lr"], state.pictures / max(state.seconds, 1e-9), memory()
        told.warnings, told.figures = state.warnings, state.figures | state.watched
        told.remember(state.figures | (state.watched if state.checks != self.checks else {}))
        self.checks = state.checks
        status.write(self.home, told)


def memory() -> float:
    """MB that this process had at most, with those on a graphics card; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return most + (torch.cuda.max_memory_allocated() / 2**20 if torch.cuda.is_available() else 0.0)
