"""The command line as a whole: which commands there are, and how bad usage is told. No torch is imported for --help."""

from __future__ import annotations

import argparse

from deepart import __version__
from deepart.cli import arguments


class UsageError(ValueError):
    """The command line asks for something that cannot be; exit status 2."""


class Parser(argparse.ArgumentParser):
    """argparse that lets --json answer in JSON for bad usage as well."""

    def error(self, message: str):
        raise UsageError(f"{message}; see {self.prog} --help")


# name -> what it does, what adds its arguments, whether it reads a data set
COMMANDS = {
    "train": ("train a model on a folder of pictures", arguments.train, True),
    "evaluate": ("measure a model on a split of a data set", arguments.evaluate, True),
    "index": ("make a classifier's reference works, which pictures are compared with, or a VAE's map of paintings", arguments.index, True),
    "classify": ("tell the style of pictures", arguments.classify, False),
    "sample": ("paint pictures from seeds", arguments.sample, False),
    "project": ("find the painting that is most like a picture", arguments.project, False),
    "walk": ("film a walk from painting to painting", arguments.walk, False),
    "reconstruct": ("send pictures through a VAE and back", arguments.reconstruct, False),
    "slide": ("move the axes of a VAE on your own pictures", arguments.slide, False),
    "morph": ("film a morph from picture to picture", arguments.morph, False),
    "restyle": ("paint pictures in the manner of others", arguments.restyle, False),
    "enlarge": ("make pictures two or four times as large", arguments.enlarge, False),
    "adjust": ("light, colours, frame and palette of pictures", arguments.adjust, False),
    "remake": ("make pictures again from the recipes in their PNGs", arguments.remake, False),
    "models": ("list the models and what is known of them", None, False),
    "benchmark": ("measure speed and memory on this machine", arguments.benchmark, False),
}  # fmt: skip


def parser() -> Parser:
    """The whole command line."""
    top = Parser(
        prog="python -m deepart", description="deepart, an art studio: the page's work in a terminal."
    )
    top.add_argument("--version", action="version", version=f"deepart {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    for name, (does, add, reads_data) in COMMANDS.items():
        p = commands.add_parser(name, help=does)
        arguments.common(p)
        if reads_data:
            arguments.data(p)
        if add:
            add(p)
    return top
