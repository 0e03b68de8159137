"""Pictures that we made: `draw` paints the examples, `first` asks our models for those on view before any click."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
FIRST = FOLDER / "first"
