"""The studio for a terminal: `python -m deepart COMMAND --help`. It parses, calls, prints; it has no logic of its own.

Exit status: 0 done, 2 bad usage or input, 1 failed, 130 or 143 stopped by a signal. With --json one JSON document goes to
standard output and nothing else; its schema is in schemas.json.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from deepart import rescue
from deepart.cli.parsing import UsageError, parser
from deepart.disk import DiskError
from deepart.stops import Stopped

BAD, FAILED = 2, 1


def seeds(text: str) -> list[int]:
    """Seeds as latents.parse_seeds reads them. Raises UsageError."""
    from deepart import latents  # torch comes with it

    try:
        return latents.parse_seeds(text)
    except ValueError as reason:
        raise UsageError(str(reason)) from None


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    wants_json = "--json" in arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a file's name need not be text
            stream.reconfigure(errors="backslashreplace")
    try:
        options = parser().parse_args(arguments)
        command = _command(options.command)
    except UsageError as reason:
        return _fail(str(reason), wants_json, BAD)
    from deepart.commands import INPUT_ERRORS, RUN_ERRORS

    try:
        document, status = command(options)
    except (*INPUT_ERRORS, UsageError) as reason:
        return _fail(str(reason), wants_json, BAD)
    except RUN_ERRORS as reason:
        sentence = rescue.sentence(reason) or str(reason)
        if isinstance(reason, DiskError) and (out := getattr(options, "out", None)):
            sentence += f" ({out})"  # these errors name no folder, since a page shows them to visitors, too
        return _fail(sentence, wants_json, FAILED)
    except Stopped as reason:
        return _fail(str(reason), wants_json, reason.status)
    except KeyboardInterrupt:
        return _fail("stopped; what was finished is kept", wants_json, 130)
    except Exception as error:
        if (why := rescue.sentence(error)) is None:
            raise  # our bug
        return _fail(why, wants_json, FAILED)
    if wants_json:
        print(json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False))
    return status


def _command(name: str) -> Callable[[argparse.Namespace], tuple[Any, int]]:
    from deepart import commands  # torch comes with it

    return commands.COMMANDS[name]


def _fail(sentence: str, wants_json: bool, status: int) -> int:
    print(f"deepart: {sentence}", file=sys.stderr)
    if wants_json:
        print(json.dumps({"error": sentence}, ensure_ascii=False))
    return status
