"""Which trainings wait, in a file that several pages may share."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from deepart import disk, weights

FILE = "queue.json"
PATIENCE = 10.0  # seconds for another page to be done with it


class Queue:
    """The names that wait in a folder of runs, first come first. Change it only while it is `held`."""

    def __init__(self, runs: Path):
        self.runs = runs
        self._lock = threading.RLock()
        self._depth = 0

    def names(self) -> list[str]:
        try:
            found = json.loads((self.runs / FILE).read_text("utf-8"))
        except (OSError, ValueError):
            return []
        found = found if isinstance(found, list) else []
        return [name for name in found if isinstance(name, str) and weights.NAME.fullmatch(name)]

    def write(self, names: Sequence[str]) -> None:
        """Raises disk.DiskError."""
        disk.write(self.runs / FILE, json.dumps(list(names)))

    def add(self, name: str) -> None:
        with self.held():
            self.write([*(n for n in self.names() if n != name), name])

    def remove(self, name: str) -> bool:
        """Whether it was waiting."""
        with self.held():
            names = self.names()
            if name in names:
                self.write([n for n in names if n != name])
            return name in names

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """No other thread or page changes it in the block. Raises disk.Busy after PATIENCE, disk.DiskError."""
        with self._lock, contextlib.ExitStack() as stack:
            if self._depth == 0:
                disk.make_folder(self.runs)
                self._take(stack)
            self._depth += 1
            stack.callback(self._leave)
            yield

    def _take(self, stack: contextlib.ExitStack) -> None:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                stack.enter_context(disk.lock(self.runs))
                return
            except disk.Busy:
                if time.monotonic() > end:
                    raise
            time.sleep(0.05)

    def _leave(self) -> None:
        self._depth -= 1
