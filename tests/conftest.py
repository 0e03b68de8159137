"""One live app and one browser for the whole session, started when the first test asks for them."""

import asyncio
import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deepart import weights

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = Path(os.environ.get("DEEPART_WEIGHTS", weights.ROOT))
CHROMIUM = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
START_SECONDS = 300  # a busy CI machine; an idle one needs 5


def missing(what: str, word: str) -> None:
    """Skip, or fail where the environment variable DEEPART_REQUIRE names `word`."""
    if word in os.environ.get("DEEPART_REQUIRE", ""):
        pytest.fail(f"DEEPART_REQUIRE asks for {word}, but {what}")
    pytest.skip(what)


def run_apart(story: Coroutine) -> None:
    """asyncio.run in a thread of its own: in this one the browser's driver has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, story).result()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def paintings() -> Path:
    """The folder of labelled paintings that the shipped models were trained on; see README, "Data"."""
    folder = Path(os.environ.get("DEEPART_DATA", "nowhere")) / "paintings"
    if not (folder / "metadata.csv").is_file():
        missing("DEEPART_DATA names no folder that holds paintings/metadata.csv", "data")
    return folder


@pytest.fixture(scope="session")
def weights_folder() -> Path:
    """The weights that the page shows; DEEPART_WEIGHTS names others than the repository's."""
    there = {card.task for card in weights.cards(WEIGHTS)}
    if there < {"classify", "sample", "sliders", "restyle"}:
        missing(f"{WEIGHTS.name}/ has models only to {', '.join(sorted(there)) or 'do nothing'}", "browser")
    return WEIGHTS


@pytest.fixture(scope="session")
def app(weights_folder, tmp_path_factory):
    """The address of the studio, started as an artist starts it."""
    with started("--weights", str(weights_folder), log=tmp_path_factory.mktemp("app") / "log.txt") as address:
        yield address


@contextlib.contextmanager
def started(*flags: str, log: Path, command: tuple[str, ...] = ("app.py",), **environment: str):
    """Yields the address of an app with these flags; it ends with the block, and its log tells of no bug of ours."""
    port = free_port()
    command = (sys.executable, *command, "--no-browser", "--port", str(port), "--outputs", "none", *flags)
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, stderr=out, env=os.environ | environment)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(address, process, log)
        yield address
    finally:
        process.terminate()
        process.wait(60)
    assert "unexpected error in a handler" not in log.read_text(), log.read_text()


def wait_for(address: str, process: subprocess.Popen, log: Path) -> None:
    """Return once the page answers; fail with the log when the app ends or never gets there."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).read()
            return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the app did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser():
    """Chromium, driven by Playwright."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed", "browser")
    with sync_playwright() as driver:
        path = path or (
            driver.chromium.executable_path if Path(driver.chromium.executable_path).exists() else None
        )
        if path is None:
            missing("there is no Chromium on this machine", "browser")
        found = driver.chromium.launch(executable_path=path, args=list(CHROMIUM))
        yield found
        found.close()


@pytest.fixture
def page(app, browser):
    """The studio in a fresh window of a visitor whom nobody knows."""
    context = browser.new_context(viewport={"width": 1180, "height": 1000}, accept_downloads=True)
    context.set_default_timeout(30_000)
    window = context.new_page()
    window.errors = []
    window.on("pageerror", lambda error: window.errors.append(str(error)))
    window.goto(app)
    window.get_by_role("tab", name="Classify").wait_for()
    yield window
    errors = window.errors
    context.close()
    assert not errors, errors
