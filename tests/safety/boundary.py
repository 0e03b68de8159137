"""Forged references into every input of every event, and every address of Gradio with every method.

Starts the app under a watch of its own (see `watched`), with a bait outside the folder of uploads, another visitor's upload
inside it and a listening port beside it; nothing may open or call any of them, and no reply may tell of them.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import httpx

from tests.safety.forging import Forger
from tests.safety.watched import BAIT, CALLS

ROOT = Path(__file__).resolve().parents[2]
API = "/gradio_api"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
START = 300  # seconds that a busy machine may take to start the app
REFUSALS = {400, 403, 404, 405, 410, 413, 422}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8ffff3f0005fe02fe0def46b8"
    "0000000049454e44ae426082"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=5000, help="forged references (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of what is forged (default: %(default)s)")


def main(options: argparse.Namespace) -> int:
    """Run the attack, print its figures; 1 on any surprise."""
    with tempfile.TemporaryDirectory() as place, listening() as (bait_port, callers):
        attack = Attack(Path(place), bait_port, options.seed)
        with attack.app():
            attack.events(options.count)
            attack.addresses()
            attack.still_works()
            attack.look_back(callers)
    print(json.dumps(attack.figures, indent=2))
    for surprise, times in attack.surprises.most_common(20):
        print(f"surprise, {times} times: {surprise}")
    return 1 if attack.surprises else 0


@contextlib.contextmanager
def listening():
    """Yields a port that nobody has a reason to call, and the list of those who did."""
    callers: list[Any] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, caller = server.accept()
                    callers.append(caller)
                    connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], callers


class Attack:
    """One app, attacked. place: an empty folder; bait_port: a port that must not be called."""

    def __init__(self, place: Path, bait_port: int, seed: int):
        self.place, self.bait_port, self.rng = place, bait_port, random.Random(seed)
        self.figures: dict[str, Any] = {"requests": 0}
        self.surprises: Counter[str] = Counter()
        self.uploads, self.log = place / "uploads", place / "watch.log"
        self.bait = place / f"{BAIT}.png"
        self.bait.write_bytes(PIXEL)
        self.client: httpx.Client
        self.secrets = [str(place), str(ROOT), BAIT, "Traceback", "site-packages"]

    @contextlib.contextmanager
    def app(self):
        """Run the app, log in nobody, upload another visitor's picture."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.uploads.mkdir()
        out = self.place / "app.log"
        command = (
            sys.executable,
            "-m",
            "tests.safety.watched",
            str(self.log),
            "--no-browser",
            "--port",
            str(port),
            "--outputs",
            str(self.place / "outputs"),
        )
        with out.open("w") as file:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdout=file,
                stderr=file,
                env=os.environ | {"GRADIO_TEMP_DIR": str(self.uploads)},
            )
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=START) as self.client:
                self._wait(process, out)
                self.config = self.client.get("/config").json()
                self.signed = self._upload(f"{BAIT}-of-another.png")
                self.still_works()
                before, started = memory(process.pid), time.monotonic()
                yield
                self.figures["seconds"] = round(time.monotonic() - started, 1)
                self.figures["memory_mb"] = [before, memory(process.pid)]
            if process.poll() is not None:
                self.surprises["the app ended"] += 1
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            process.wait(60)

    def _wait(self, process: subprocess.Popen, out: Path) -> None:
        end = time.monotonic() + START
        while time.monotonic() < end and process.poll() is None:
            with contextlib.suppress(httpx.TransportError):
                if self.client.get("/config").status_code == 200:
                    return
            time.sleep(0.2)
        raise SystemExit(f"the app did not start:\n{out.read_text()}")

    def _upload(self, name: str) -> str:
        return self.client.post(f"{API}/upload", files={"files": (name, PIXEL)}).json()[0]

    def still_works(self) -> None:
        """An honest visitor is served; what they are told of their own picture is no leak."""
        file = {"path": self._upload("honest.png"), "meta": {"_type": "gradio.FileData"}}
        event = self.client.post(f"{API}/call/classify", json={"data": [file]}).json()["event_id"]
        answer = self.client.get(f"{API}/call/classify/{event}").text
        if "honest.png is only 1 x 1" not in answer:
            self.surprises[f"an honest visitor was answered {answer[:200]}"] += 1

    def events(self, count: int) -> None:
        """Forged references into every input of every event, in turn."""
        true_paths = [str(path) for path in self.uploads.rglob(f"{BAIT}*")]
        forger = Forger(
            self.rng,
            [str(self.bait), *true_paths, str(ROOT / BAIT)],
            f"http://127.0.0.1:{self.bait_port}/",
            self.signed,
        )
        self.forger = forger
        inputs = [
            (event, at) for event in self.config["dependencies"] for at in range(max(1, len(event["inputs"])))
        ]
        self.figures |= {"events": len(self.config["dependencies"]), "inputs": len(inputs)}
        for n in range(count):
            event, at = inputs[n % len(inputs)]
            data: list[Any] = [None] * max(1, len(event["inputs"]))
            data[at] = forger.value()
            self._send_event(event, data)
            if n % 5 == 0:  # a bare text may be what an artist types; then it is for the handler to refuse
                data[at] = forger.text()
                self._send_text(event, data)
        self.figures["forged"] = count

    def _send_event(self, event: dict, data: list) -> None:
        body: dict[str, Any] = {
            "data": data,
            "fn_index": event["id"],
            "session_hash": f"s{self.rng.random()}",
        }
        if self.rng.random() < 0.2:
            body["event_data"], body["data"] = data, [None] * len(data)
        name = event.get("api_name") or "predict"
        path = self.rng.choice(
            ["/queue/join", "/queue/join", "/run/predict", f"/call/{name}", f"/call/v2/{name}"]
        )
        reply = self._ask("POST", API + path, json=body)
        if reply.status_code != 403:
            self.surprises[
                f"a forged reference was answered {reply.status_code} at {path}: {str(data)[:300]}"
            ] += 1

    def _send_text(self, event: dict, data: list) -> None:
        name = event.get("api_name")
        if not name or event.get("api_visibility") != "public":
            return
        reply = self._ask("POST", f"{API}/call/{name}", json={"data": data})
        if reply.status_code == 200:
            self._ask("GET", f"{API}/call/{name}/{reply.json()['event_id']}", said=str(data))
        elif reply.status_code not in REFUSALS:
            self.surprises[f"a text was answered {reply.status_code}: {str(data)[:200]}"] += 1

    def addresses(self) -> None:
        """Every address in Gradio's tables and in ours with every method, and forged references where one is taken."""
        from deepart.ui import routes

        known = [door.path for door in routes.DOORS] + list(routes.REFUSED)
        forged = [self.forger.text() for _ in range(60)]
        for path in known:
            names = forged if "file=" in path or "file/" in path or "proxy=" in path else forged[:2]
            for method in METHODS:
                for name in names:
                    self._try_address(method, path, name, path in routes.REFUSED)
        self.figures["addresses"] = len(known)

    def _try_address(self, method: str, path: str, name: str, refused: bool) -> None:
        address = re.sub(
            r"\{[^}]*\}", lambda _: name.replace("\0", "%00").replace("?", "").replace("#", ""), path
        )
        status = self._ask(method, address).status_code
        if status >= 500 or (status == 200 and ("file=" in path or refused) and method != "OPTIONS"):
            self.surprises[f"{method} {address[:200]} was answered {status}"] += 1

    def _ask(self, method: str, path: str, said: str = "", **more: Any) -> httpx.Response:
        """One request. Looks for secrets in a reply that ends; what the caller `said` before is none."""
        self.figures["requests"] += 1
        target = httpx.URL(self.client.base_url).copy_with(raw_path=path.encode("utf-8", "surrogatepass"))
        with self.client.stream(method, target, **more) as reply:
            if re.search(r"/heartbeat/|/queue/data|/upload_progress", path):
                return reply
            reply.read()
        told = reply.text.replace(path, "")
        for secret in self.secrets:
            if secret in told and secret not in said:
                self.surprises[f"{method} {path[:100]} told {secret!r}: {told[:200]}"] += 1
        return reply

    def look_back(self, callers: list) -> None:
        """What the watch wrote down."""
        seen = [json.loads(line) for line in self.log.read_text().splitlines()]
        opened = [where for event, where in seen if event in ("open", "os.listdir", "os.scandir")]
        called = [where for event, where in seen if event in CALLS and not _at_home(where)]
        called += [where for event, where in seen if event in CALLS and f", {self.bait_port})" in where]
        self.figures |= {"opened": len(opened), "connections": len(called) + len(callers)}
        for where in opened:
            self.surprises[f"opened {where}"] += 1
        for where in called:
            self.surprises[f"called {where}"] += 1
        if callers:
            self.surprises["the bait port was called"] += len(callers)


def _at_home(where: str) -> bool:
    """Whether an address is of this machine: loopback, or what it listens on."""
    return bool(re.match(r"\(?['\"]?(127\.|::1|localhost)|None|b?['\"]?/", where))


def memory(pid: int) -> float | None:
    """MB of a process in memory, None where the system does not tell."""
    try:
        found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return None
    return round(int(found[1]) / 1024, 1) if found else None
