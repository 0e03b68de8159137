"""Hostile pickles, weights, cards and zips through every door that a model or an archive may come in by."""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests import badfiles
from tests.safety import bad_models, pickles
from tests.safety.child import Child

MEGABYTES = 500.0  # the bar, beyond the program itself with torch and its networks


@dataclass
class Case:
    """What lies where: files to write below a fresh folder, and which of them goes through the door."""

    name: str
    files: dict[str, bytes]
    path: str


@dataclass
class Tally:
    cases: int = 0
    refused: int = 0
    executed: int = 0
    strayed: int = 0
    unexplained: int = 0
    crashed: int = 0
    largest: tuple[float, str] = (0.0, "")
    slowest: tuple[float, str] = (0.0, "")
    faults: list[str] = field(default_factory=list)

    def is_good(self) -> bool:
        return not self.faults and self.largest[0] <= MEGABYTES

    def words(self) -> str:
        return "\n".join([
            f"hostile things   {self.cases}",
            f"refused          {self.refused}",
            f"executed         {self.executed} (bar 0)",
            f"wrote elsewhere  {self.strayed} (bar 0)",
            f"unexplained      {self.unexplained} (bar 0)",
            f"crashed          {self.crashed} (bar 0)",
            f"most memory      {self.largest[0]:.0f} MB (bar {MEGABYTES:g}): {self.largest[1]}",
            f"slowest          {self.slowest[0]:.2f} s of processor: {self.slowest[1]}",
        ])  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="only each Nth case (default: 1, all)"
    )


def cases(canary: Path, small: bool = False) -> dict[str, Iterator[Case]]:
    """By door; `small` leaves out what takes seconds to make."""
    dice = random.Random(0)
    home = f"weights/{bad_models.NAME}"

    def folder(name: str, files: dict[str, bytes]) -> Case:
        return Case(name, {f"{home}/{file}": body for file, body in files.items()}, "weights")

    def of_models() -> Iterator[Case]:
        good = bad_models.good_weights()
        for name, body in pickles.every(canary).items():
            for coat in pickles.COATS:
                yield folder(f"weights: {name}, {coat.__name__}", bad_models.model(coat(body)))
            yield folder(f"card: {name}", {"card.json": body, "model.safetensors": good})
        for name, body in bad_models.weights(dice, small):
            yield folder(f"weights: {name}", bad_models.model(body))
        for name, text in bad_models.cards():
            yield folder(f"card: {name}", {"card.json": text, "model.safetensors": good})

    def of_checkpoints() -> Iterator[Case]:
        for name, body in pickles.every(canary).items():
            for coat in pickles.COATS[:3]:
                yield Case(
                    f"checkpoint: {name}, {coat.__name__}", {"checkpoint.pt": coat(body)}, "checkpoint.pt"
                )

    def of_model_zips() -> Iterator[Case]:
        good = bad_models.model(bad_models.good_weights())
        for name, body in pickles.every(canary).items():
            files = tuple(bad_models.model(body).items())
            yield Case(f"model zip: {name}", {"x.zip": bad_models.packed(*files)}, "x.zip")
        for name, text in bad_models.cards():
            files = (("card.json", text), ("model.safetensors", good["model.safetensors"]))
            yield Case(f"model zip: card, {name}", {"x.zip": bad_models.packed(*files)}, "x.zip")
        for name, body in bad_models.zips(dice, tuple(good.items()), small):
            yield Case(f"model zip: {name}", {"x.zip": body}, "x.zip")

    def of_picture_zips() -> Iterator[Case]:
        entries = tuple(badfiles.good_files().items())
        named = tuple((f"a/{i}.png", body) for i, (_, body) in enumerate(entries))
        for name, body in bad_models.zips(dice, named, small):
            yield Case(f"picture zip: {name}", {"x.zip": body}, "x.zip")

    return {
        "model": of_models(),
        "checkpoint": of_checkpoints(),
        "model_zip": of_model_zips(),
        "picture_zip": of_picture_zips(),
    }


def _put(case: Case, room: Path) -> Path:
    for name, body in case.files.items():
        path = room / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return room / case.path


def judge(canary: Path, every: int = 1) -> Tally:
    """Each `every`th case through its door. canary: a path that does not exist; what makes it was executed."""
    tally = Tally()
    for door, found in cases(canary).items():
        with Child(f"tests.safety.doors:{door}") as child:
            for number, case in enumerate(found):
                if number % every == 0:
                    _try(case, child, canary, tally)
    return tally


def _try(case: Case, child: Child, canary: Path, tally: Tally) -> None:
    top = Path(tempfile.mkdtemp(dir=canary.parent))
    try:
        room = top / "case" / "room"
        answer = child.ask(_put(case, room))
        tally.cases += 1
        tally.largest = max(tally.largest, (answer["megabytes"] - child.base, case.name))
        tally.slowest = max(tally.slowest, (answer["seconds"], case.name))
        if answer["crashed"]:
            tally.crashed += 1
            tally.faults.append(f"{case.name}: crashed the process ({answer['crashed']})")
            return
        tally.refused += answer["outcome"] == "refused"
        if answer["outcome"] == "unexplained":
            tally.unexplained += 1
            tally.faults.append(f"{case.name}: {answer['text'][-800:]}")
        outside = [p for p in top.rglob("*") if not p.is_relative_to(room) and p not in (room.parent, room)]
        if outside:
            tally.strayed += 1
            tally.faults.append(f"{case.name}: wrote {outside[0].name}")
        if canary.exists():
            tally.executed += 1
            tally.faults.append(f"{case.name}: executed")
            shutil.rmtree(canary) if canary.is_dir() else canary.unlink()
    finally:
        shutil.rmtree(top)


def main(options: argparse.Namespace) -> int:
    warnings.simplefilter("ignore")  # zipfile's about names that it writes twice, as it is told
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tally = judge(Path(folder) / "canary", options.every)
    print(tally.words())
    print(f"took             {time.monotonic() - start:.0f} s")
    for line in tally.faults[:8]:
        print("-", line)
    return 0 if tally.is_good() else 1
