"""The processes that train: `python -m deepart train ...`, in sessions of their own, so that they outlive the page."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from deepart.supervisor.orders import TrainError
from deepart.training import status
from deepart.training.status import Status

ROOT = Path(__file__).resolve().parent.parent.parent  # where `python -m deepart` is found
LOG = "log.txt"
START_SECONDS = 120.0  # in which a child must hold its folder
LAST_WORDS = 4000  # bytes of a log that are searched for why it ended
LOOK = 0.3  # seconds between two questions whether to stop


class Children:
    """Those that this page began, and what can be told of others."""

    def __init__(self) -> None:
        self._own: dict[str, subprocess.Popen] = {}

    def begin(self, name: str, home: Path, flags: Sequence[str]) -> int:
        """Returns the process id. Its words go to log.txt."""
        with open(home / LOG, "wb") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "deepart", *flags],
                cwd=ROOT, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Windows: Ctrl+C is for the page alone
            )  # fmt: skip
        self._own[name] = child
        return child.pid

    def is_at_work(self, name: str, home: Path, told: Status) -> bool:
        if status.is_alive(home):
            return True
        child = self._own.get(name)
        if child is not None:
            return child.poll() is None
        # begun by a page that is gone, and not far enough yet to hold its folder
        return (
            told.state == status.STARTING and time.time() - told.updated < START_SECONDS and exists(told.pid)
        )

    def end(self, name: str, told: Status) -> None:
        """Send the signal that Ctrl+C stands for in a shell."""
        child = self._own.get(name)
        with contextlib.suppress(OSError):
            if child is not None:
                child.terminate()
            elif exists(told.pid):
                os.kill(told.pid, signal.SIGTERM)

    def bury(self) -> None:
        """Let no child that ended stay a zombie."""
        for child in list(self._own.values()):
            child.poll()


def last_words(home: Path) -> str:
    """Why a training ended that could not tell it in its status; "" for one that was killed."""
    try:
        text = (home / LOG).read_bytes()[-LAST_WORDS:].decode("utf-8", "replace")
    except OSError:
        return ""
    said = [line for line in text.splitlines() if line.startswith("deepart: ")]
    if said:
        return said[-1].removeprefix("deepart: ")
    return status.OUR_FAULT if "Traceback (most recent" in text else ""


def exists(pid: int) -> bool:
    """Whether there is a process of that number."""
    if sys.platform == "win32":  # where os.kill(pid, 0) would press Ctrl+C
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return pid > 0


def answer(flags: Sequence[str], stop: Callable[[], bool]) -> dict[str, Any] | None:
    """The JSON that a command answers with; None when `stop` said so. Raises TrainError with the command's reason."""
    child = subprocess.Popen(
        [sys.executable, "-m", "deepart", *flags, "--json"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    texts: list[str] = []
    reader = threading.Thread(target=lambda: texts.append(child.stdout.read()), daemon=True)
    reader.start()
    try:
        while reader.is_alive():
            reader.join(LOOK)
            if stop():
                return None
    finally:
        child.kill()
        child.wait()
        reader.join()
        child.stdout.close()
    try:
        found = json.loads(texts[0])
    except (ValueError, IndexError):
        raise TrainError("it ended without an answer: is there enough memory?") from None
    if "error" in found:
        raise TrainError(found["error"])
    return found
