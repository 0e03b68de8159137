"""Thousands of broken, hostile and good pictures through the door, each measured in a child process."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from tests.safety import broken, valid
from tests.safety.child import Child
from tests.safety.doors import THUMB

SECONDS, MEGABYTES, ACCEPTED = 5.0, 500.0, 0.99  # the bars
VALID_SHARE = 0.25


@dataclass
class Case:
    name: str
    data: bytes
    good: valid.Valid | None = None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--count", type=int, default=5000, help="files in all (default: 5000)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--small", action="store_true", help="leave out bombs and pictures of 40 megapixels")


def cases(count: int, seed: int, small: bool) -> Iterator[Case]:
    """`count` files, the same for the same seed: bombs and large ones first, then a quarter valid and the rest broken."""
    made = 0
    if not small:
        for name, make in broken.BOMBS.items():
            yield Case(name, make())
        for number, (kind, mode, megapixels, _) in enumerate(valid.LARGE):
            good = valid.large(number)
            yield Case(f"{megapixels} MP {kind} {mode}", good.data, good)
        made = len(broken.BOMBS) + len(valid.LARGE)
    for number in range(made, count):
        dice = random.Random(seed * 10**6 + number)
        if number % round(1 / VALID_SHARE) == 0:
            kind = valid.KINDS[number // round(1 / VALID_SHARE) % len(valid.KINDS)]
            good = kind(dice)
            yield Case(f"{number} {kind.__name__}", good.data, good)
        else:
            kind = broken.KINDS[number % len(broken.KINDS)]
            yield Case(f"{number} {kind.__name__}", kind(dice))


def is_right(good: valid.Valid, answer: dict) -> bool:
    """Whether the thumbnail that came back is the picture that went in."""
    if answer["outcome"] != "taken":
        return False
    got = np.frombuffer(bytes.fromhex(answer["thumb"]), np.uint8).reshape(THUMB[1], THUMB[0], 3)
    meant = np.asarray(good.picture.resize(THUMB, Image.Resampling.BOX))
    return float(np.abs(got.astype(int) - meant).max()) <= good.tolerance


@dataclass
class Tally:
    """What came of the files. `faults` are sentences, one for each that broke a bar."""

    taken: int = 0
    refused: int = 0
    crashed: int = 0
    unexplained: int = 0
    valid: int = 0
    right: int = 0
    slowest: tuple[float, str] = (0.0, "")
    largest: tuple[float, str] = (0.0, "")
    turned_away: list[str] | None = None
    faults: list[str] | None = None

    def add(self, case: Case, answer: dict) -> None:
        self.faults, self.turned_away = self.faults or [], self.turned_away or []
        self.slowest = max(self.slowest, (answer["seconds"], case.name))
        self.largest = max(self.largest, (answer["megabytes"], case.name))
        if answer["crashed"]:
            self.crashed += 1
            self.faults.append(f"{case.name}: crashed the process ({answer['crashed']})")
            return
        self.taken += answer["outcome"] == "taken"
        self.refused += answer["outcome"] == "refused"
        if answer["outcome"] == "unexplained":
            self.unexplained += 1
            self.faults.append(f"{case.name}: {answer['text'][-600:]}")
        if case.good:
            self.valid += 1
            self.right += is_right(case.good, answer)
            if not is_right(case.good, answer):
                self.turned_away.append(f"{case.name}: {answer['text'] or 'other pixels'}")

    def is_good(self) -> bool:
        fits = self.slowest[0] <= SECONDS and self.largest[0] <= MEGABYTES
        return not self.crashed and not self.unexplained and fits and self.right >= ACCEPTED * self.valid

    def words(self) -> str:
        return "\n".join([
            f"files            {self.taken + self.refused + self.crashed + self.unexplained}",
            f"decoded          {self.taken}",
            f"refused          {self.refused}",
            f"crashed          {self.crashed} (bar 0)",
            f"unexplained      {self.unexplained} (bar 0)",
            f"slowest          {self.slowest[0]:.2f} s of processor (bar {SECONDS:g}): {self.slowest[1]}",
            f"most memory      {self.largest[0]:.0f} MB (bar {MEGABYTES:g}): {self.largest[1]}",
            f"valid and right  {self.right} of {self.valid} (bar {ACCEPTED:.0%})",
        ])  # fmt: skip


def judge(found: Iterator[Case], door: str = "tests.safety.doors:picture") -> Tally:
    """Every case through the door."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder, Child(door) as child:
        path = Path(folder) / "picture"
        for case in found:
            path.write_bytes(case.data)
            tally.add(case, child.ask(path))
    return tally


def main(options: argparse.Namespace) -> int:
    start = time.monotonic()
    tally = judge(cases(options.count, options.seed, options.small))
    print(tally.words())
    print(f"took             {time.monotonic() - start:.0f} s")
    for line in (tally.turned_away or []) + (tally.faults or []):
        print("-", line)
    return 0 if tally.is_good() else 1
