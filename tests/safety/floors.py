"""Prints requirements.txt with every range replaced by its oldest release: `a>=1.2,<2` becomes `a==1.2`.

    python tests/safety/floors.py > floors.txt && pip install -r floors.txt

It imports nothing of ours, so that it runs before anything is installed.
"""

import re
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements.txt"
_LINE = re.compile(r"([A-Za-z0-9._-]+)(>=|==)([0-9][0-9A-Za-z.]*)(?:,<[0-9.]+)?")


def floors(text: str) -> list[str]:
    """One pinned requirement a line; comments fall away. ValueError for a line that is no `name>=a,<b` or `name==a`."""
    found = []
    for line in text.splitlines():
        bare = line.split("#")[0].strip()
        if not bare:
            continue
        match = _LINE.fullmatch(bare)
        if not match:
            raise ValueError(f"a requirement is written name>=oldest,<next or name==exact, got {bare!r}")
        found.append(f"{match[1]}=={match[3]}")
    return found


if __name__ == "__main__":
    sys.stdout.write("\n".join(floors(REQUIREMENTS.read_text("utf-8"))) + "\n")
