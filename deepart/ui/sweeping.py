"""Uploads and results go after an hour, with the folders that they lay in.

Gradio deletes the files that it knows of; what a handler wrote and nobody fetched, and every folder, would stay.
"""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

KEPT = 60 * 60.0  # seconds that an upload or a result is kept; far longer than anything waits, see `turns`
EVERY = 5 * 60.0  # seconds between two looks


def sweep(folder: Path, kept: float = KEPT, spared: frozenset[Path] = frozenset()) -> int:
    """Delete the files in a folder that nobody wrote or asked for anew within `kept` seconds, and the folders that are empty
    for as long; returns how many files. spared: paths that stay."""
    end, gone = time.time() - kept, 0
    for path in sorted(folder.rglob("*"), reverse=True):  # what lies in a folder comes before it
        with contextlib.suppress(OSError):  # somebody else took it away, or wrote into it just now
            told = path.lstat()
            if path in spared or max(told.st_mtime, told.st_ctime) > end:
                continue
            if path.is_dir() and not path.is_symlink():
                path.rmdir()
            else:
                path.unlink()
                gone += 1
    return gone


def begin(folder: Path, kept: float = KEPT, every: float = EVERY) -> threading.Event:
    """Sweep from now on, in a thread; what lies there already belongs to the page and stays. Set the event to end it."""
    spared, stop = frozenset(folder.rglob("*")), threading.Event()

    def work() -> None:
        while not stop.wait(every):
            sweep(folder, kept, spared)

    threading.Thread(target=work, name="sweep", daemon=True).start()
    return stop
