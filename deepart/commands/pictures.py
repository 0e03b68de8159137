"""The commands that take or make pictures: classify, reconstruct."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deepart import disk, images, spreadsheet
from deepart.bench import Bench
from deepart.cli import FAILED, UsageError
from deepart.commands.common import Result, bar, one_for_each, open_studio, pictures, say


def classify(options: argparse.Namespace) -> Result:
    """A list of {file, styles, verdict, error}, one entry for every path given, bad ones included."""
    artist = open_studio(options)
    model = artist.model(options.model or artist.default("classify"), "classify")[0].name
    paths = pictures(options.paths)
    if options.csv and not options.csv.parent.is_dir():
        raise UsageError(
            f"--csv names a file in a folder that is there, and {str(options.csv.parent)!r} is not"
        )
    if options.dry_run:
        say(options, f"would classify {len(paths)} pictures with {model}")
        return [_entry(path) for path in paths], 0
    entries, lines = [], []
    try:
        for path in bar(paths, "classify"):
            entry = _entry(path)
            try:
                found = artist.classify(path, model)
                entry["styles"] = [{"style": name, "chance": round(p, 6)} for name, p in found.styles]
                entry["verdict"] = found.verdict
                line = found.sentence
                lines.append(spreadsheet.line(str(path), found.styles, found.verdict))
            except images.PictureError as reason:
                entry["error"] = line = str(reason)
                lines.append(spreadsheet.line(str(path), error=line))
            entries.append(entry)
            say(options, f"{path}: {line}")
    finally:  # who stops it keeps what was looked at so far
        if options.csv and lines:
            disk.write(options.csv, spreadsheet.text(lines).encode("utf-8-sig", "backslashreplace"))
            say(options, f"wrote {len(lines)} rows to {options.csv}")
    return entries, 0 if any(e["error"] is None for e in entries) else FAILED


def _entry(path: Path) -> dict[str, Any]:
    return {"file": str(path), "styles": [], "verdict": None, "error": None}


def reconstruct(options: argparse.Namespace) -> Result:
    """{model, files: [{file, output, error}]}; one PNG with its recipe for every picture that can be read."""
    artist = open_studio(options)
    card, _ = artist.model(options.name, "sliders")
    bench = Bench(artist)
    return one_for_each(
        options, card.name, lambda path: bench.draw(card.name, bench.encode(card.name, path), options.scale)
    )
