"""The app under the crowd: started, looked at from outside, and stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 300
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """One running app. folder: where its uploads and results lie."""

    def __init__(self, url: str, process: subprocess.Popen, folder: Path, log: Path):
        self.url, self.process, self.folder, self.log = url, process, folder, log
        self._first = set(
            folder.rglob("*")
        )  # pictures that the page shows to everybody, for as long as it is open

    def cpu(self) -> float:
        """Seconds of CPU that it has used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> int:
        """Resident bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) * 1024

    def files(self) -> list[float]:
        """The ages of the files that visitors caused, in seconds."""
        ages = []
        for path in set(self.folder.rglob("*")) - self._first:
            with contextlib.suppress(OSError):
                if path.is_file():
                    ages.append(time.time() - path.stat().st_ctime)
        return ages

    def stop(self, how: signal.Signals = signal.SIGTERM) -> list[str]:
        """Stop it; returns what it left in its folder."""
        self.process.send_signal(how)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return ["(it did not stop within 60 s)"]
        return [str(path) for path in self.folder.rglob("*") if path.is_file()]


@contextlib.contextmanager
def running(port: int, *flags: str) -> Iterator[Server]:
    """An app as a public page would run it, in a folder for temporary files of its own."""
    with tempfile.TemporaryDirectory(prefix="crowd-") as place:
        log = Path(place) / "log.txt"
        temp = Path(place) / "temp"
        temp.mkdir()
        command = [sys.executable, "app.py", "--no-browser", "--port", str(port), "--host", "0.0.0.0", *flags]
        with log.open("w") as out:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdout=out,
                stderr=out,
                env=os.environ | {"TMPDIR": str(temp)},
                preexec_fn=_heed_interrupts,
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process, log)
            yield Server(url, process, temp, log)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(60)


def _heed_interrupts() -> None:
    """What a shell starts in the background ignores Ctrl+C, and so would whatever that starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _wait(url: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"the app did not start:\n{log.read_text()}")
