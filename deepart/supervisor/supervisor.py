"""The trainings of one folder: begin, look, pause, stop, go on, delete."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deepart import disk, weights
from deepart.supervisor.children import Children, answer, last_words
from deepart.supervisor.orders import Order, TrainError, check_name
from deepart.supervisor.queue import Queue
from deepart.training import status
from deepart.training.status import Status

ORDER = "order.json"
PICTURES = ".pictures"  # folder for those that were dropped on the page
CHECKPOINT = "checkpoint.pt"
FORGOTTEN = 7 * 86_400.0  # seconds after which dropped pictures of no training go
TICK = 1.0  # seconds between two looks at the queue


class Supervisor:
    """The trainings of one folder of runs, whose models go to one folder of models.

    device: as --device. Trainings that wait are begun by `tick`, which `watch` calls from a thread of its own.
    """

    def __init__(self, runs: Path, models: Path, device: str = "auto"):
        self.runs, self.models, self.device = Path(runs), Path(models), device
        self.queue, self.children = Queue(self.runs), Children()
        self._watching = threading.Lock()

    # what there is

    def home(self, name: str) -> Path:
        """The folder of a training. Raises TrainError for what is no name."""
        return self.runs / check_name(name)

    def names(self) -> list[str]:
        """Every training of the folder, the newest first."""
        homes = [
            p for p in self.runs.glob("*") if (p / status.FILE).is_file() and weights.NAME.fullmatch(p.name)
        ]
        return [p.name for p in sorted(homes, key=_begun, reverse=True)]

    def status(self, name: str) -> Status | None:
        """Where a training stands, as its file says it and as its process shows; None when there is none."""
        home = self.home(name)
        told = status.read(home)
        if told is None:
            return None
        if name in self.queue.names():
            told.state = status.WAITING
        elif told.state == status.WAITING:  # the page ended while it began it
            told.state = status.INTERRUPTED
        elif told.state in status.ACTIVE and not self.children.is_at_work(name, home, told):
            told = status.read(home) or told  # it may have ended between our two looks
            if told.state in status.ACTIVE:
                self._explain(home, told)
        return told

    def _explain(self, home: Path, told: Status) -> None:
        """A training that ended without a word: as it was asked to before it could hear it, by a fault, or killed."""
        wish = status.asked(home)
        told.state = {status.PAUSE: status.PAUSED, status.STOP: status.STOPPED}.get(wish, status.INTERRUPTED)
        if told.state == status.INTERRUPTED and (why := last_words(home)):
            told.state, told.sentence = status.FAILED, why

    def running(self) -> str | None:
        """The training that is at work now."""
        found = ((name, self.status(name)) for name in self.names())
        return next((name for name, told in found if told and told.state in status.ACTIVE), None)

    def is_busy(self) -> bool:
        return bool(self.queue.names()) or self.running() is not None

    # what can be done

    def start(self, order: Order) -> None:
        """Put a new training at the end of the queue. Raises TrainError when its name is taken, disk.DiskError."""
        home = self.home(order.name)
        if (self.models / order.name).exists() or weights.is_there(home):
            raise TrainError(
                f"a model {order.name!r} is already there and models never change: choose another name"
            )
        if (home / status.FILE).exists():
            raise TrainError(
                f"a training {order.name!r} is in the list already: choose another name, or delete it"
            )
        disk.make_folder(home)
        order.write_labels(home)
        folder = str(Path(order.folder).resolve())
        flags = order.flags(self.runs, self.models, self.device)
        disk.write(home / ORDER, json.dumps({"flags": flags, "folder": folder}))
        status.write(home, Status(order.noun, order.name, status.WAITING, start_from=order.start_from))
        self.queue.add(order.name)
        self.tick()

    def end(self, name: str, how: str) -> None:
        """Ask a training to pause, stop or finish (see training.status); one that waits leaves the queue."""
        home = self.home(name)
        if self.queue.remove(name):
            _settle(home, status.STOPPED)
            return
        told = self.status(name)
        if told is None or told.state not in status.ACTIVE:
            raise TrainError(f"the training {name!r} is not at work")
        status.ask(home, how)
        if told.state in (status.STARTING, status.READING) and how != status.FINISH:
            self.children.end(
                name, told
            )  # it does not look before its first batch, and has nothing to save yet

    def resume(self, name: str, finish: bool = False) -> None:
        """Line a paused, stopped, failed or killed training up again. finish: only to make a model of what there is."""
        home, told = self.home(name), self.status(name)
        order = _order(home)
        if told is None or "flags" not in order:
            raise TrainError(f"the training {name!r} was not begun on this page: go on with it in a terminal")
        if told.state in (*status.ACTIVE, status.WAITING, status.FINISHED):
            raise TrainError(f"the training {name!r} is {told.state}")
        if finish and not (home / CHECKPOINT).is_file():
            raise TrainError(f"the training {name!r} has nothing to make a model of yet")
        disk.write(home / ORDER, json.dumps(order | {"finish": finish}))
        _settle(home, status.WAITING)
        self.queue.add(name)
        self.tick()

    def delete(self, name: str) -> None:
        """Remove a training and the copies of its pictures; its finished model stays. Raises TrainError at work."""
        home = self.home(name)
        with self.queue.held():
            told = self.status(name)
            if told and told.state in status.ACTIVE:
                raise TrainError(f"the training {name!r} is at work: stop it first")
            self.queue.remove(name)
            folder = Path(_order(home).get("folder", "/"))
            shutil.rmtree(home, ignore_errors=True)
            self.forget(folder)

    def forget(self, folder: Path) -> None:
        """Remove copies of dropped pictures, unless a training is made of them; any other folder stays."""
        used = [_order(self.runs / name).get("folder") for name in self.names()]
        if folder.parent == (self.runs / PICTURES).resolve() and str(folder) not in used:
            shutil.rmtree(folder, ignore_errors=True)

    def sweep(self) -> None:
        """Forget pictures that were dropped long ago and that no training was made of."""
        for folder in (self.runs / PICTURES).resolve().glob("*"):
            with contextlib.suppress(OSError):
                if folder.stat().st_mtime < time.time() - FORGOTTEN:
                    self.forget(folder)

    def delete_model(self, name: str) -> None:
        """Remove an artist's own model. Raises TrainError for one that came with deepart, WeightsError for none."""
        folder = weights.find(check_name(name), self.models)
        if folder.name != name or not weights.read_card(folder).is_own:
            raise TrainError(f"{name!r} came with deepart and stays: only your own models can be deleted")
        gone = folder.with_name(f".gone-{uuid.uuid4().hex}")  # at once, not file by file
        folder.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def own_models(self) -> list[weights.ModelCard]:
        """The cards of those that may be deleted."""
        return [card for card in weights.cards(self.models) if card.is_own]

    def new_folder(self) -> Path:
        """A folder for pictures that were dropped; they outlive the page."""
        folder = (self.runs / PICTURES / uuid.uuid4().hex[:12]).resolve()
        disk.make_folder(folder)
        return folder

    def check(self, order: Order, stop: Callable[[], bool] = lambda: False) -> dict[str, Any] | None:
        """What `train --check` says of an order; None when `stop` said so. Raises TrainError with its reason."""
        self.home(order.name)
        with tempfile.TemporaryDirectory() as table:  # a training of that name keeps its own labels
            order.write_labels(Path(table))
            flags = order.flags(self.runs, self.models, self.device, Path(table))
            found = answer([*flags, "--check"], stop)
        return found and found["check"]

    # the queue

    def watch(self) -> None:
        """Look after the queue from now on, in a thread that ends with the program. The trainings do not."""
        if self._watching.acquire(blocking=False):
            self.sweep()
            threading.Thread(target=self._watch, name="trainings", daemon=True).start()

    def _watch(self) -> None:
        while True:
            with contextlib.suppress(OSError):  # a disk that is full may have room later
                self.tick()
            time.sleep(TICK)

    def tick(self) -> str | None:
        """Begin the first that waits, if none is at work; returns its name."""
        self.children.bury()
        if not self.queue.names():
            return None
        with self.queue.held():
            waiting = self.queue.names()
            if not waiting or self.running():
                return None
            self.queue.write(waiting[1:])
            try:
                self._begin(waiting[0])
            except OSError:  # no memory for one more process, say: it waits on
                self.queue.write(waiting)
                raise
            return waiting[0]

    def _begin(self, name: str) -> None:
        home = self.home(name)
        told, order = status.read(home), _order(home)
        if told is None or "flags" not in order:
            return  # somebody took its folder away
        flags = list(order["flags"])
        flags += ["--resume"] if (home / CHECKPOINT).is_file() else []
        flags += ["--steps", "1"] if order.get("finish") else []  # it has done more: it ends at once
        (home / status.ASK).unlink(missing_ok=True)
        told.state, told.sentence = status.STARTING, ""
        told.pid = self.children.begin(name, home, flags)
        status.write(home, told)


def _settle(home: Path, state: str) -> None:
    told = status.read(home)
    if told:
        told.state, told.sentence = state, ""
        status.write(home, told)


def _order(home: Path) -> dict[str, Any]:
    try:
        found = json.loads((home / ORDER).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _begun(home: Path) -> float:
    file = home / ORDER
    return (file if file.is_file() else home / status.FILE).stat().st_mtime
