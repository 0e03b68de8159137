"""What the programs need before they import anything else: a Python that is new enough, and the packages."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def met(program: str) -> Iterator[None]:
    """For the length of the block a package that is missing ends the program with a sentence, as an old Python does before."""
    if sys.version_info < (3, 11):  # noqa: UP036  what runs it is not asked before
        sys.exit(f"{program}: this needs Python 3.11 or newer, and this is {sys.version.split()[0]}")
    try:
        yield
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("deepart"):
            raise
        sys.exit(
            f"{program}: the package {missing.name!r} is missing here: use .venv/bin/python,"
            " or run: python -m pip install -r requirements.txt"
        )
