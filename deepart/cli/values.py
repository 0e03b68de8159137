"""What the values on a command line are made of. Each function raises argparse.ArgumentTypeError with the rule."""

from __future__ import annotations

import argparse
import re


def size(text: str) -> tuple[int, int]:
    """ "128" -> (128, 128); "144x96" -> (144, 96), height first."""
    match = re.fullmatch(r"(\d{1,4})(?:x(\d{1,4}))?", text)
    if not match or not 16 <= int(match[1]) <= 1024 or not 16 <= int(match[2] or match[1]) <= 1024:
        raise argparse.ArgumentTypeError(
            f"a size is HEIGHTxWIDTH or one side, 16 to 1024 pixels, got {text!r}"
        )
    return int(match[1]), int(match[2] or match[1])


def aspect(text: str) -> tuple[float, float]:
    """ "1-2" -> (1.0, 2.0), the lowest and the highest width / height."""
    low, _, high = text.partition("-")
    try:
        limits = (float(low), float(high))
    except ValueError:
        limits = (0.0, 0.0)
    if not 0 < limits[0] <= limits[1] < float("inf"):
        raise argparse.ArgumentTypeError(f"expected two numbers above 0, such as 1-2, got {text!r}")
    return limits


def where(text: str) -> tuple[str, list[str]]:
    """ "style=Cubism,Fauvism" -> ("style", ["Cubism", "Fauvism"])."""
    column, equals, values = text.partition("=")
    if not equals or not column or not values:
        raise argparse.ArgumentTypeError(f"a filter is COLUMN=VALUE[,VALUE...], got {text!r}")
    return column, values.split(",")


def named(text: str) -> tuple[str, float]:
    """ "pears=0.3" -> ("pears", 0.3); "pears" -> ("pears", 1.0)."""
    name, _, value = text.rpartition("=") if "=" in text else (text, "", "1")
    try:
        return name, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"write it as NAME=NUMBER, got {text!r}") from None


def mix(text: str) -> tuple[int, int]:
    """ "17:2" -> (17, 2), a seed and a level."""
    match = re.fullmatch(r"(\d{1,10}):(\d{1,2})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"write it as SEED:LEVEL, such as 17:2, got {text!r}")
    return int(match[1]), int(match[2])


def positive(text: str) -> float:
    """A number above 0."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"must be a number above 0, got {text!r}")
    return value


def longest(text: str) -> str | int:
    """ "full", or pixels of the longer side."""
    if text != "full" and not text.isdigit():
        raise argparse.ArgumentTypeError(f"a size is full, or pixels of the longer side, got {text!r}")
    return text if text == "full" else int(text)


def count(text: str) -> int:
    """A whole number above 0."""
    if not text.isdigit() or not 0 < int(text) < 10**9:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, got {text!r}")
    return int(text)
