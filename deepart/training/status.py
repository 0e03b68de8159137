"""How a training tells whoever watches: one small file in its folder, written whole, and one that asks it to end.

It needs no torch, so that a page can read it. A run that was killed cannot say so: see `is_alive`.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from deepart import disk, rescue
from deepart.stops import Stopped

FILE, ASK, PREVIEW = "status.json", "ask", "preview.png"
SHEET = "sheet.png"  # the last preview, beside the finished model
PAUSE, STOP, FINISH = "pause", "stop", "finish"  # what may be asked
WAITING, STARTING, READING, RUNNING, FINISHING = "waiting", "starting", "reading", "running", "finishing"
PAUSED, STOPPED, FAILED, FINISHED = "paused", "stopped", "failed", "finished"
INTERRUPTED = "interrupted"  # killed, or the machine went down
ACTIVE = (STARTING, READING, RUNNING, FINISHING)
PATIENCE = 1.0  # seconds in which a page that looks must have let go
MOST = 400  # points of the history; beyond that every second one goes
MAX_BYTES = 2**20
OUR_FAULT = "something went wrong on our side; log.txt in the folder of the run tells more"


@dataclass
class Status:
    """Where a training stands. seconds: of work, over all resumes; eta: seconds left, None while nobody can know.

    history: {step, and every figure at that point}. speed: pictures a second. memory: MB at most so far.
    """

    noun: str = ""
    name: str = ""
    state: str = STARTING
    pid: int = 0
    updated: float = 0.0  # seconds since 1970
    device: str = ""
    start_from: str | None = None
    counts: dict[str, int] = field(default_factory=dict)  # pictures of each split
    step: int = 0
    pictures: int = 0
    seconds: float = 0.0
    done: float = 0.0
    eta: float | None = None
    rate: float = 0.0
    speed: float = 0.0
    memory: float = 0.0
    figures: dict[str, float] = field(default_factory=dict)
    history: list[dict[str, float]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    sentence: str = ""  # how it ended
    preview: float = 0.0  # when PREVIEW was drawn, seconds since 1970; 0: there is none

    def remember(self, figures: dict[str, float]) -> None:
        """Add new figures to the history."""
        numbers = {name: round(value, 5) for name, value in figures.items() if value == value}
        self.history.append({"step": self.step, **numbers})
        if len(self.history) > MOST:
            self.history = self.history[::2]


def read(home: Path) -> Status | None:
    """The status in the folder of a run; None when there is none that can be read."""
    try:
        with open(home / FILE, "rb") as file:
            values = json.loads(file.read(MAX_BYTES))
        known = {f.name for f in fields(Status)}
        return Status(**{k: v for k, v in values.items() if k in known})
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def write(home: Path, status: Status) -> None:
    """Raises disk.DiskError."""
    status.updated = time.time()
    disk.write(home / FILE, json.dumps(_plain(asdict(status)), allow_nan=False))


def _plain(value: Any) -> Any:
    """Without numbers that JSON does not know."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_plain(v) for v in value]
    is_odd = isinstance(value, float) and (value != value or abs(value) == float("inf"))
    return None if is_odd else value


def ask(home: Path, what: str) -> None:
    """Ask the training in that folder to end after its batch: PAUSE, STOP or FINISH."""
    disk.write(home / ASK, what)


def asked(home: Path) -> str | None:
    """What was asked; None for nothing."""
    try:
        text = (home / ASK).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return text if text in (PAUSE, STOP, FINISH) else None


def is_alive(home: Path) -> bool:
    """Whether a training is at work in that folder: the system lets go of its lock however it dies."""
    if not (home / disk.LOCK).exists():
        return False
    try:
        with disk.lock(home):
            return False
    except disk.Busy:
        return True
    except disk.DiskError:
        return False


@contextlib.contextmanager
def held(home: Path) -> Iterator[None]:
    """The lock of a run's folder, for the run itself: a page that only looks (`is_alive`) lets go of it at once.

    Raises disk.Busy when another run holds it, disk.DiskError.
    """
    end = time.monotonic() + PATIENCE
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(disk.lock(home))
                break
            except disk.Busy:
                if time.monotonic() > end:
                    raise
            time.sleep(0.05)
        yield


@contextlib.contextmanager
def told(home: Path, status: Status) -> Iterator[Status]:
    """The status of a run for the length of the block, which holds the run's lock; its end is told in the file."""
    (home / ASK).unlink(missing_ok=True)
    status.pid, status.state, status.sentence = os.getpid(), READING, ""
    write(home, status)
    try:
        yield status
    except BaseException as error:
        status.state, status.sentence = _ending(error, asked(home))
        status.eta = None
        with contextlib.suppress(disk.DiskError):  # the error itself matters more
            write(home, status)
        raise
    status.state, status.eta, status.sentence = FINISHED, None, ""
    write(home, status)


def _ending(error: BaseException, wish: str | None) -> tuple[str, str]:
    if isinstance(error, Stopped | KeyboardInterrupt | GeneratorExit):
        return (PAUSED if wish == PAUSE else STOPPED), str(error) if isinstance(error, Stopped) else ""
    if why := rescue.sentence(error):
        return FAILED, why
    is_known = isinstance(error, ValueError | RuntimeError) and type(error).__module__.startswith("deepart")
    return FAILED, str(error) if is_known else OUR_FAULT
