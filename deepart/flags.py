"""The flags of `app.py`, and the values that they take; asking for help loads neither Gradio nor torch."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from urllib.parse import urlsplit

WEIGHTS = Path(__file__).resolve().parent.parent / "weights"
MEGABYTES = (  # flag, default, what for
    ("picture", "25", "picture that is taken"),
    ("upload", "512", "folder of pictures that is taken at once"),
    ("json", "1", "request that carries no file"),
)


class Parser(argparse.ArgumentParser):
    """argparse that tells what is wrong in one line."""

    def error(self, message: str):
        self.exit(2, f"{self.prog}: error: {message}; see {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """Every flag of the app."""
    flags = Parser(prog="app.py", description="deepart: an art studio in the browser.")
    host = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
    port = os.environ.get("GRADIO_SERVER_PORT", "7860")
    add = flags.add_argument
    add(
        "--host",
        default=host,
        help="address to listen on; 0.0.0.0 lets other machines in (default: %(default)s)",
    )
    add("--port", type=_port, default=port, help="port to listen on, 1 to 65535 (default: %(default)s)")
    add("--share", action="store_true", help="also open a public link through Gradio's servers, for 1 week")
    add(
        "--auth",
        type=_auth,
        metavar="USER:PASSWORD",
        help="ask for this name and password (default: ask for none)",
    )
    add(
        "--device",
        default="auto",
        help="auto, cpu, cuda, cuda:N or mps (default: auto, the fastest there is)",
    )
    add(
        "--weights",
        type=_folder,
        default=str(WEIGHTS),
        metavar="FOLDER",
        help="folder of models (default: %(default)s)",
    )
    add(
        "--outputs",
        metavar="FOLDER",
        help="folder where everything you make is kept; 'none' keeps nothing (default: outputs/ beside the program,"
        " or deepart/outputs/ in your home, while only this machine can open the page, else none)",
    )
    add(
        "--queue-size",
        type=_queue_size,
        default="32",
        metavar="N",
        help="artists who may wait in line (default: %(default)s)",
    )
    add(
        "--public-url",
        type=_address,
        metavar="URL",
        help="the address that visitors type, when a proxy stands in front (default: the page's own)",
    )
    for name, default, what in MEGABYTES:
        add(
            f"--max-{name}",
            type=_megabytes,
            default=default,
            metavar="MB",
            help=f"largest {what} (default: %(default)s)",
        )
    add("--no-browser", action="store_true", help="do not open a browser window")
    return flags


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a whole number from 1 to 65535, got {text!r}")
    return int(text)


def _queue_size(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:
        raise argparse.ArgumentTypeError(f"the queue holds 1 to 10000, got {text!r}")
    return int(text)


def _auth(text: str) -> tuple[str, str]:
    user, colon, password = text.partition(":")
    if not (user and colon and password):
        raise argparse.ArgumentTypeError("write it as USER:PASSWORD, neither of them empty")
    return user, password


def _megabytes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.1 <= value <= 10_000:
        raise argparse.ArgumentTypeError(f"a size is a number of MB from 0.1 to 10000, got {text!r}")
    return value


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = (
            parts.scheme in ("http", "https") and parts.hostname and not (parts.port == 0 or parts.username)
        )
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment or any(c.isspace() for c in text):
        raise argparse.ArgumentTypeError(
            f"write it as https://name or https://name/path, nothing behind that; got {text!r}"
        )
    return text.rstrip("/")


def _folder(text: str) -> Path:
    if not Path(text).is_dir():
        raise argparse.ArgumentTypeError(
            f"there is no folder {text!r}; give one that holds <model>/card.json"
        )
    return Path(text)
