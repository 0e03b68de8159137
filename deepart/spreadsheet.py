"""What was found in many pictures, as a CSV file that a spreadsheet opens and that cannot make it compute."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

HEAD = ("file", "verdict", "style", "chance", "second", "second_chance", "third", "third_chance", "error")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # a cell that begins so may be taken for a formula


def line(
    name: str, styles: Sequence[tuple[str, float]] = (), verdict: str = "", error: str = ""
) -> list[str]:
    """The cells of one picture, as in HEAD. styles: (name, chance), the likeliest first; () when it was not read."""
    best = [cell for style, chance in styles[:3] for cell in (style, f"{chance:.4f}")]
    return [name, verdict, *best, *[""] * (6 - len(best)), error]


def text(lines: Iterable[Sequence[str]], head: Sequence[str] = HEAD) -> str:
    """The whole file: the head, then the lines, every cell harmless."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in cells] for cells in lines)
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would compute (CWE-1236); a NUL is left out."""
    cell = cell.replace("\0", "")
    return "'" + cell if cell.lstrip(" ").startswith(FORMULA) or cell.startswith(FORMULA) else cell
