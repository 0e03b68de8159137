"""A child process that opens one hostile thing after another and tells what each cost.

    with Child("tests.safety.doors:picture") as child:
        answer = child.ask(path)

The child runs `python -m tests.safety.child MODULE:FUNCTION`; FUNCTION(path) returns a dict of plain values; warm_FUNCTION(),
if there is one, is called before the first and does what is done once, such as importing torch. It is
started afresh after a crash, and after anything large, so that one file's memory is not counted for the next.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import select
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0  # seconds of wall clock before a child counts as hung; a loaded machine is slow
GROWN = 150.0  # MB above its start from which a child is not asked again


class Child:
    """`base`: MB that the child holds before the first file. Answers hold what the door returned and `seconds` (of processor), `megabytes` (10**6 bytes, the peak of the
    whole process), `crashed` (None, or how it died)."""

    def __init__(self, door: str):
        self.door = door
        self.process: subprocess.Popen | None = None
        self.base = 0.0

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def ask(self, path: Path) -> dict:
        if self.process is None:
            self._start()
        begun = time.monotonic()
        answer = self._exchange(path)
        if answer is None:
            self.process.kill()
            status = self.process.wait()
            took = time.monotonic() - begun
            answer = {
                "crashed": "hung" if took >= PATIENCE else f"status {status}",
                "seconds": took,
                "megabytes": 0.0,
            }
            self._end()
        elif answer["megabytes"] > self.base + GROWN:
            self._end()
        return answer

    def _exchange(self, path: Path) -> dict | None:
        try:
            self.process.stdin.write(f"{path}\n".encode())
            self.process.stdin.flush()
            return self._read()
        except (BrokenPipeError, ValueError):
            return None

    def _read(self) -> dict | None:
        """The next line as JSON; None when the child died or does not answer."""
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else b""
        return json.loads(line) if line.endswith(b"\n") else None

    def _start(self) -> None:
        command = [sys.executable, "-m", "tests.safety.child", self.door]
        quiet = os.environ | {"OMP_NUM_THREADS": "1"}
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=quiet,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        first = self._read()
        if first is None:
            raise RuntimeError(f"the child of {self.door} did not start")
        self.base = first["megabytes"]

    def _end(self) -> None:
        if self.process is None:
            return
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None


def forget_peak() -> None:
    with contextlib.suppress(OSError):  # only Linux can
        Path("/proc/self/clear_refs").write_text("5")


def peak() -> float:
    """The most memory that this process held since `forget_peak`, in MB (10**6 bytes)."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 1e6 if sys.platform == "darwin" else used * 1024 / 1e6


def serve(door: str) -> None:
    """Answer one JSON line for every line with a path on standard input."""
    out = os.fdopen(os.dup(1), "w")  # what a library prints must not get between the answers
    os.dup2(2, 1)
    module, function = door.split(":")
    call = getattr(import_module(module), function)
    getattr(import_module(module), f"warm_{function}", lambda: None)()
    forget_peak()
    print(json.dumps({"megabytes": peak()}), file=out, flush=True)
    for line in sys.stdin:
        forget_peak()
        start = time.process_time()
        answer = call(Path(line.rstrip("\n")))
        cost = {"seconds": time.process_time() - start, "megabytes": peak(), "crashed": None}
        print(json.dumps(answer | cost), file=out, flush=True)


if __name__ == "__main__":
    serve(sys.argv[1])
