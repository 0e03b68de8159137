"""Opens the studio in the browser: `python app.py`. See `python app.py --help` for every flag."""

from __future__ import annotations

import argparse
import atexit
import os
import shutil
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from deepart import needs

if TYPE_CHECKING:
    from deepart import ui

WEIGHTS = Path(__file__).resolve().parent / "weights"
OUTPUTS = Path(__file__).resolve().parent / "outputs"
MEGABYTES = (  # flag, default, what for
    ("picture", "25", "picture that is taken"),
    ("upload", "512", "folder of pictures that is taken at once"),
    ("json", "1", "request that carries no file"),
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
CORES = max(2, min(os.cpu_count() or 2, 16))
AT_ONCE = max(2, CORES // 2)  # events of one kind worked on at a time; more would slow each other down
THREADS = (
    CORES + 1
)  # for all kinds together: with many more, the one that answers the network waits its turn among them
QUIET = {  # set before Gradio is imported: no telemetry, no calls home, no record of what artists make
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}


class Parser(argparse.ArgumentParser):
    """argparse that tells what is wrong in one line."""

    def error(self, message: str):
        self.exit(2, f"{self.prog}: error: {message}; see {self.prog} --help\n")


def flags() -> argparse.ArgumentParser:
    """Every flag of the app. Importing this module and asking for help loads neither Gradio nor torch."""
    parser = Parser(prog="app.py", description="deepart: an art studio in the browser.")
    host = os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1")
    port = os.environ.get("GRADIO_SERVER_PORT", "7860")
    add = parser.add_argument
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
    return parser


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


def main() -> None:
    """Check the flags, build the page, serve it until Ctrl+C."""
    parser = flags()
    options = parser.parse_args()
    _check_address(parser, options.host, options.port)
    os.environ.update(QUIET)
    folder = _own_folder()
    from deepart import devices
    from deepart.studio import Studio

    try:
        studio = Studio(options.weights, options.device)
    except ValueError as reason:
        parser.error(f"argument --device: {reason}")
    from deepart import ui

    if not studio.cards():
        print(f"Note: no models in {options.weights}; the tabs will say so.", file=sys.stderr)
    desk = _desk(parser, options)
    # Threads of several visitors' work wait for each other: one each is many times faster then.
    devices.set_threads(None if desk.may_train or "OMP_NUM_THREADS" in os.environ else 1)
    page = ui.build(studio, desk)
    page.queue(default_concurrency_limit=AT_ONCE)
    turns = ui.Turns(page, options.queue_size, AT_ONCE)
    archive = options.max_upload if desk.may_train else None
    limits = ui.Limits(options.max_picture, options.max_upload, options.max_json, archive)
    page.launch(
        server_name=options.host,
        server_port=options.port,
        share=options.share,
        auth=options.auth,
        inbrowser=False,
        show_error=False,
        quiet=True,
        ssr_mode=False,
        enable_monitoring=False,
        max_threads=THREADS,
        prevent_thread_lock=True,
        **ui.LAUNCH,
        **ui.wall(page, options.host, options.public_url, limits, turns, login=bool(options.auth)),
    )
    ui.visits.remember(page)
    if folder:
        ui.sweeping.begin(folder)
    shown = "127.0.0.1" if options.host == "0.0.0.0" else options.host
    address = f"http://{shown}:{options.port}"
    print(
        f"deepart is open on {address} ({devices.describe(studio.device)}). Stop it with Ctrl+C.", flush=True
    )
    print(f"What you make is kept in {desk.outputs}." if desk.outputs else "Nothing that is made is kept here.", flush=True)  # fmt: skip
    if options.share and page.share_url:
        print(f"Public link: {page.share_url}", flush=True)
    if not options.no_browser and _has_screen():
        import webbrowser

        webbrowser.open(address)
    page.block_thread()


def _desk(parser: argparse.ArgumentParser, options: argparse.Namespace) -> ui.Desk:
    """An artist's own desk keeps what is made and trains; a page that others can open does neither."""
    from deepart.ui import Desk

    is_own = (
        options.host in LOOPBACK
        and not (options.share or options.public_url or options.auth)
        and "SPACE_ID" not in os.environ
    )
    if not is_own and options.outputs not in (None, "none"):
        parser.error(
            "--outputs keeps the pictures of one artist: it needs a page that only this machine can open"
        )
    if options.outputs == "none" or not is_own:
        return Desk(None, may_train=is_own)
    places = [Path(options.outputs)] if options.outputs else [OUTPUTS, *_in_home()]
    outputs = next((place.resolve() for place in places if _can_write(place)), None)
    if outputs is None and options.outputs:
        parser.error(
            f"argument --outputs: nothing can be written to {options.outputs!r}; choose another folder"
        )
    return Desk(outputs, may_train=is_own)


def _in_home() -> list[Path]:
    """Where results go when the program's own folder is read-only."""
    try:
        return [Path.home() / "deepart" / "outputs"]
    except RuntimeError:  # nobody's home
        return []


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _own_folder() -> Path | None:
    """Uploads and results go to a folder of this process alone, which is gone after it; None where somebody named another."""
    if os.environ.get("GRADIO_TEMP_DIR"):
        return None
    folder = Path(tempfile.mkdtemp(prefix="deepart-")).resolve()
    os.environ["GRADIO_TEMP_DIR"] = str(folder)

    def clear() -> None:
        os.environ["GRADIO_TEMP_DIR"] = os.path.join(
            os.devnull, "closed"
        )  # nothing new comes from work that goes on
        for _ in range(100):  # a handler may be writing into it at this moment
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                return

    def leave(*_: object) -> None:  # by default it would end without cleaning up
        clear()
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)

    atexit.register(clear)
    signal.signal(signal.SIGTERM, leave)
    return folder


def _has_screen() -> bool:
    """Whether a window can be opened: not in a hosted Space, nor on Linux without a desktop."""
    desktop = sys.platform != "linux" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return bool(desktop) and "SPACE_ID" not in os.environ


def _check_address(parser: argparse.ArgumentParser, host: str, port: int) -> None:
    """End with a sentence when nothing can listen there."""
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as test:
            if sys.platform != "win32":  # where it would let two programs share a port
                test.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            test.bind(place)
    except PermissionError:
        parser.error(
            f"port {port} needs more rights than this program has; choose one above 1023 with --port"
        )
    except socket.gaierror:
        parser.error(f"argument --host: no machine is called {host!r}")
    except OSError:
        parser.error(
            f"port {port} on {host} is in use or not of this machine; choose another with --port or --host"
        )


if __name__ == "__main__":
    with needs.met("app.py"):
        main()
