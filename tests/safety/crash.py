"""A training killed with `kill -9` at random moments, also in the middle of a save: it must always go on."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from deepart import weights
from deepart.training import checkpoint, kinds  # noqa: F401 (imported once, before the forks)
from deepart.training import run as training
from deepart.training.loop import Budget
from deepart.training.plan import Plan

FORK = multiprocessing.get_context("fork")
NAME = "mine"
SAVE_EVERY = 0.2  # seconds
FIRST_SAVE, END = 300.0, 300.0  # seconds of patience; a loaded machine is slow


@dataclass
class Tally:
    kills: int = 0
    in_a_save: int = 0
    between_the_models_files: int = 0
    loadable: int = 0
    went_on: int = 0
    most_lost: float = 0.0
    finished: bool = False
    faults: list[str] = field(default_factory=list)

    def is_good(self) -> bool:
        return self.loadable == self.went_on == self.kills and self.finished and not self.faults

    def words(self) -> str:
        return "\n".join([
            f"kills            {self.kills}",
            f"in a save        {self.in_a_save}",
            f"between the model's files  {self.between_the_models_files}",
            f"loadable after   {self.loadable} (bar: all)",
            f"went on          {self.went_on} (bar: all)",
            f"most lost        {self.most_lost:.2f} s of training, saved every {SAVE_EVERY:g} s",
            f"model in the end {'whole' if self.finished else 'MISSING'}",
        ])  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)


def draw(folder: Path, count: int = 24) -> None:
    """Small pictures to train on."""
    rng = np.random.default_rng(0)
    (folder / "Noise").mkdir(parents=True)
    for i in range(count):
        Image.fromarray(rng.integers(0, 255, (24, 24, 3), dtype=np.uint8)).save(folder / "Noise" / f"{i}.png")


def train(room: Path, resume: bool, steps: int) -> None:
    """What `python -m deepart train vae` does, without the half minute that a loaded machine takes to import torch."""
    log = os.open(room / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 2)
    torch.set_num_threads(1)
    plan = Plan(
        "vae", room / "data", NAME, room / "runs", Budget(steps=steps), size=(16, 16), channels=(64, 64), batch=2,
        device="cpu", save_every=SAVE_EVERY,
    )  # fmt: skip
    splits = training.read_data(plan)
    for _ in training.train(plan, training.prepare(plan, splits), splits, resume):
        pass


class Run:
    """A training in a process of its own, forked from this one, and what it has written so far."""

    def __init__(self, room: Path, resume: bool, steps: int = 10**6):
        self.home = room / "runs" / NAME
        self.log = room / "log.txt"
        self.before = self.stamp()
        self.process = FORK.Process(target=train, args=(room, resume, steps))
        self.process.start()

    def stamp(self) -> int:
        """Changes with every checkpoint; 0 before the first."""
        path = self.home / "checkpoint.pt"
        return path.stat().st_mtime_ns if path.exists() else 0

    def parts(self) -> list[Path]:
        return list(self.home.glob(".*.part"))

    def wait(self, what, patience: float) -> bool:
        """Until what() is true; False when the process ended or patience ran out first."""
        end = time.monotonic() + patience
        while not what():
            if not self.process.is_alive() or time.monotonic() > end:
                return bool(what())
            time.sleep(0.0005)
        return True

    def kill(self) -> None:
        self.process.kill()  # SIGKILL
        self.process.join()


def kill_once(room: Path, dice: random.Random, number: int, tally: Tally) -> None:
    """Start or go on, kill at a random moment after the first new save (every other time inside a save), look."""
    run = Run(room, resume=number > 0)
    try:
        if not run.wait(lambda: run.stamp() != run.before, FIRST_SAVE):
            tally.faults.append(f"kill {number}: it did not go on: {run.log.read_text()[-500:]}")
            return
        tally.went_on += 1
        time.sleep(dice.random() * 1.5)
        if number % 2:
            run.wait(run.parts, END)
            time.sleep(dice.random() * 0.004)
    finally:
        run.kill()
    tally.kills += 1
    tally.in_a_save += bool(run.parts())
    tally.most_lost = max(tally.most_lost, time.time() - run.stamp() / 1e9)
    try:
        checkpoint.read(run.home / "checkpoint.pt")
        tally.loadable += 1
    except Exception as error:
        tally.faults.append(f"kill {number}: {error}")


def kill_at_the_end(room: Path, tally: Tally) -> None:
    """Kill once more where the weights are there and the card is not; the next run must make the model whole."""
    steps = checkpoint.read(room / "runs" / NAME / "checkpoint.pt")["progress"]["step"] + 5
    run = Run(room, resume=True, steps=steps)
    try:
        run.wait(lambda: (run.home / weights.TENSORS).exists(), END)
    finally:
        run.kill()
    if (run.home / weights.TENSORS).exists() and (run.home / weights.CARD).exists():
        (run.home / weights.CARD).unlink()  # it was quicker than the kill: make what a quicker kill leaves
    tally.between_the_models_files += (run.home / weights.TENSORS).exists()
    if weights.names(room / "runs"):
        tally.faults.append("half a model counts as one")
    last = Run(room, resume=True, steps=steps)
    try:
        last.process.join(END)
        weights.load(NAME, room / "runs")
        tally.finished = not last.parts()
    except Exception as error:
        tally.faults.append(f"no model in the end: {error}; {last.log.read_text()[-500:]}")
    finally:
        last.kill()


def judge(kills: int, seed: int) -> Tally:
    tally, dice = Tally(), random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        draw(room / "data")
        for number in range(kills):
            kill_once(room, dice, number, tally)
        kill_at_the_end(room, tally)
    return tally


def main(options: argparse.Namespace) -> int:
    start = time.monotonic()
    tally = judge(options.kills, options.seed)
    print(tally.words())
    print(f"took             {time.monotonic() - start:.0f} s")
    for line in tally.faults:
        print("-", line)
    return 0 if tally.is_good() else 1
