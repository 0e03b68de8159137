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

from deepart import flags, needs

if TYPE_CHECKING:
    import gradio

OUTPUTS = Path(__file__).resolve().parent / "outputs"
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


def main() -> None:
    """Check the flags, build the page, serve it until Ctrl+C."""
    parser = flags.parser()
    options = parser.parse_args()
    _check_address(parser, options.host, options.port)
    is_own = _is_own(options)
    outputs = _outputs(parser, options.outputs, is_own)
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
    # Threads of several visitors' work wait for each other: one each is many times faster then.
    devices.set_threads(None if is_own or "OMP_NUM_THREADS" in os.environ else 1)
    page = ui.build(studio, ui.Desk(outputs, may_train=is_own))
    _launch(page, options, is_own)
    if folder:
        ui.sweeping.begin(folder)
    address = _tell(page, options, devices.describe(studio.device), outputs)
    if not options.no_browser and _has_screen():
        import webbrowser

        webbrowser.open(address)
    page.block_thread()


def _launch(page: gradio.Blocks, options: argparse.Namespace, is_own: bool) -> None:
    """Serve the page in the background, behind its wall and with its queue."""
    from deepart import ui

    page.queue(default_concurrency_limit=AT_ONCE)
    turns = ui.Turns(page, options.queue_size, AT_ONCE)
    archive = options.max_upload if is_own else None
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


def _tell(page: gradio.Blocks, options: argparse.Namespace, device: str, outputs: Path | None) -> str:
    """Print where the page is and what is kept; the address."""
    shown = "127.0.0.1" if options.host == "0.0.0.0" else options.host
    address = f"http://{shown}:{options.port}"
    print(f"deepart is open on {address} ({device}). Stop it with Ctrl+C.", flush=True)
    print(f"What you make is kept in {outputs}." if outputs else "Nothing that is made is kept here.", flush=True)  # fmt: skip
    if options.share and page.share_url:
        print(f"Public link: {page.share_url}", flush=True)
    return address


def _is_own(options: argparse.Namespace) -> bool:
    """Whether this is an artist's own desk, which keeps what is made and trains; a page that others can open does neither."""
    is_open = options.share or options.public_url or options.auth
    return options.host in LOOPBACK and not is_open and "SPACE_ID" not in os.environ


def _outputs(parser: argparse.ArgumentParser, asked: str | None, is_own: bool) -> Path | None:
    """The folder that keeps what is made; None where nothing is kept."""
    if not is_own and asked not in (None, "none"):
        parser.error(
            "--outputs keeps the pictures of one artist: it needs a page that only this machine can open"
        )
    if asked == "none" or not is_own:
        return None
    places = [Path(asked)] if asked else [OUTPUTS, *_in_home()]
    outputs = next((place.resolve() for place in places if _can_write(place)), None)
    if outputs is None and asked:
        parser.error(f"argument --outputs: nothing can be written to {asked!r}; choose another folder")
    return outputs


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
