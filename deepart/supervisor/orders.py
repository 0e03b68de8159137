"""What to train, as an artist says it and as the command line takes it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from deepart import disk, weights

NOUNS = ("vae", "gan", "restyle", "classifier")
LABELS = "labels.csv"
MOST_MINUTES = 60 * 24 * 30


class TrainError(ValueError):
    """A training cannot be started, changed or deleted; the text is one sentence for the artist."""


@dataclass(frozen=True)
class Order:
    """What to train. minutes: None for what is usual. start_from: a model's name, "none", or None for the newest.

    labels: (file, label) instead of the folder's own; only those pictures are taken. extra: more flags.
    """

    noun: str
    name: str
    folder: Path
    minutes: float | None = None
    start_from: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    extra: tuple[str, ...] = ()

    def __post_init__(self):
        if self.noun not in NOUNS:
            raise TrainError(f"what to train is one of {', '.join(NOUNS)}, got {self.noun!r}")
        check_name(self.name)
        if not Path(self.folder).is_dir():
            raise TrainError(f"there is no folder {str(self.folder)!r} on this machine")
        if self.minutes is not None and not 0 < self.minutes <= MOST_MINUTES:
            raise TrainError("the time is a number of minutes above 0")

    def flags(self, runs: Path, models: Path, device: str, table: Path | None = None) -> list[str]:
        """For `python -m deepart`. runs: where the training lies; models: where its model goes, and others are.

        table: the folder that `write_labels` wrote to; None for the training's own.
        """
        flags = ["train", self.noun, "--data", str(Path(self.folder).resolve()), "--name", self.name]
        flags += ["--out", str(runs.resolve()), "--into", str(models.resolve()), "--weights", str(models.resolve())]  # fmt: skip
        flags += ["--device", device, "--gentle"]
        flags += ["--hours", f"{self.minutes / 60:.6g}"] if self.minutes else []
        flags += ["--init", self.start_from] if self.start_from else []
        flags += ["--labels", str(((table or runs / self.name) / LABELS).resolve())] if self.labels else []
        return flags + list(self.extra)

    def write_labels(self, home: Path) -> None:
        """Write the table that the flags name, if there are labels. Raises disk.DiskError."""
        if self.labels:
            out = io.StringIO()
            csv.writer(out).writerows([("file", "label"), *self.labels])
            disk.make_folder(home)
            disk.write(home / LABELS, out.getvalue())


def check_name(name: str) -> str:
    """The name. Raises TrainError for what is none, and so for any way out of a folder."""
    if not weights.NAME.fullmatch(name):
        raise TrainError("a model's name is made of small letters, digits, - and _")
    return name
