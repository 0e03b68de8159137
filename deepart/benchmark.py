"""How fast the studio is on this machine, and how much memory its page takes. Figures, not tests."""

from __future__ import annotations

import io
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import torch
from PIL import Image

import deepart
from deepart import adjust, assets, images, recipe
from deepart.bench import Bench, Place
from deepart.bench.own import own
from deepart.enlarging import Enlarging
from deepart.eye import Eye
from deepart.history import History
from deepart.recipe import Recipe
from deepart.restyling import Restyling, Wish
from deepart.studio import Studio

APP = Path(deepart.__file__).resolve().parent.parent / "app.py"


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    return {
        "cpu_cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "processor": platform.machine(),
        "system": platform.system(),
        "torch": torch.__version__,
        "deepart": deepart.__version__,
    }


def rows(studio: Studio, weights: Path, page: bool = True) -> list[dict[str, Any]]:
    """Rows {what, value, unit, bar}; a tab whose model is missing is left out."""
    found = _classify_rows(studio) if studio.cards("classify") else []
    found += _slider_rows(studio) if studio.cards("sliders") else []
    found += _sample_rows(studio) if studio.cards("sample") else []
    found += _restyle_rows(studio) if studio.cards("restyle") else []
    found += _enlarge_rows(studio) if studio.cards("enlarge") else []
    found += _adjust_rows() + _history_rows()
    return found + (_page_rows(weights) if page else [])


def _row(what: str, value: float, unit: str, bar: str) -> dict[str, Any]:
    return {"what": what, "value": round(value, 2), "unit": unit, "bar": bar}


def milliseconds(action: Callable[[], Any], times: int) -> float:
    """Median wall-clock time of an action, after two calls that do not count."""
    action(), action()
    measured = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        measured.append((time.perf_counter() - start) * 1e3)
    return median(measured)


def picture_of_12_megapixels() -> bytes:
    return photograph(4000, 3000)


def photograph(width: int, height: int) -> bytes:
    """A JPEG with detail at all scales, as a camera's."""
    rng = np.random.default_rng(0)
    layers = [
        rng.integers(0, 256, (height // s + 1, width // s + 1, 3), dtype=np.uint8) for s in (3, 25, 200)
    ]
    parts = [
        np.asarray(Image.fromarray(a).resize((width, height), Image.Resampling.BICUBIC), np.float32)
        for a in layers
    ]
    out = io.BytesIO()
    Image.fromarray((sum(parts) / 3).astype(np.uint8)).save(out, "JPEG", quality=90)
    return out.getvalue()


def _classify_rows(studio: Studio) -> list[dict[str, Any]]:
    photo = picture_of_12_megapixels()
    _, network = studio.model(studio.default("classify"), "classify")
    size = network.config.image_size
    x = images.to_tensor(images.open_picture(photo, at_least=size), size)[None]
    x = x.to(studio.device, memory_format=torch.channels_last)
    with torch.inference_mode():
        net = milliseconds(lambda: network(x), 30)
    return [
        _row(
            "classify a 12-megapixel JPEG, p50",
            milliseconds(lambda: studio.classify(photo), 20),
            "ms",
            "<= 150",
        ),
        _row("  of which the network, p50", net, "ms", "<= 20"),
        _row(
            "heat map of it, picture and words ready, p50",
            milliseconds(lambda: Eye(studio).explain(photo), 10),
            "ms",
            "<= 400",
        ),
    ]


def _slider_rows(studio: Studio) -> list[dict[str, Any]]:
    bench, name = Bench(studio), studio.default("sliders")
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        photo.write_bytes(picture_of_12_megapixels())
        places = (Place(bench.random_point(name, 1)), bench.put(name, photo))
        values = iter(range(10**6))

        def step(place: Place) -> None:
            moved = replace(place, point=bench.move(name, place.point, [next(values) % 50 / 50]))
            bench.preview(name, moved).save(io.BytesIO(), "JPEG", quality=85)

        return [
            _row("slider preview, p50", milliseconds(lambda: step(places[0]), 50), "ms", "<= 25"),
            _row("slider preview of an own picture, detail kept, p50", milliseconds(lambda: step(places[1]), 50), "ms", "<= 25"),
            _row("that picture at its 12 megapixels", milliseconds(lambda: bench.draw(name, places[1]), 3) / 1e3, "s", "<= 5"),
        ]  # fmt: skip


def _sample_rows(studio: Studio) -> list[dict[str, Any]]:
    name = studio.default("sample")
    value = milliseconds(lambda: list(studio.samples(name, 0, 16)), 5)
    return [_row("16 samples", value / 1e3, "s", "<= 1")]


def _enlarge_rows(studio: Studio) -> list[dict[str, Any]]:
    enlarging, name = Enlarging(studio), studio.default("enlarge")
    picture = images.open_picture(picture_of_12_megapixels()).resize((128, 128))
    value = milliseconds(lambda: list(enlarging.paint(name, picture, 4)), 10)
    return [_row("enlarge 128 -> 512 px, p50", value / 1e3, "s", "<= 1")]


def _adjust_rows() -> list[dict[str, Any]]:
    picture = images.open_picture(picture_of_12_megapixels()).resize((512, 384))
    wish = adjust.Adjustments(exposure=0.5, contrast=20, warmth=20, saturation=20, straighten=3, colours=8)
    value = milliseconds(lambda: adjust.apply(picture, wish), 20)
    return [_row("everything that Adjust can do, at 512 px, p50", value, "ms", "<= 60")]


def _restyle_rows(studio: Studio) -> list[dict[str, Any]]:
    restyling, name = Restyling(studio), studio.default("restyle")
    wish = Wish((restyling.look(name, assets.FOLDER / "wave.jpg"),), (1.0,))
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        photo.write_bytes(photograph(6000, 4000))
        mine = own(photo)
        preview = milliseconds(lambda: restyling.preview(name, mine, wish), 20)
        start = time.perf_counter()
        for _ in restyling.finish(name, mine, wish):
            pass
        whole = time.perf_counter() - start
        command = [sys.executable, "-c", RESTYLE_ALONE, str(studio.root), name, str(photo)]
        memory = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return [
        _row("restyled preview of 512 px, p50", preview, "ms", "<= 300"),
        _row("24 megapixels restyled", whole, "s", "<= 120"),
        _row("memory of a program that does that", memory / 1e9, "GB", "<= 2"),
    ]


# Prints the most memory that it held, in bytes. On Linux getrusage tells of the parent, too, if that held more.
RESTYLE_ALONE = """
import resource, sys
from pathlib import Path
from deepart import assets
from deepart.bench.own import own
from deepart.restyling import Restyling, Wish
from deepart.studio import Studio
root, name, photo = sys.argv[1:]
restyling = Restyling(Studio(Path(root)))
wish = Wish((restyling.look(name, assets.FOLDER / "wave.jpg"),), (1.0,))
for _ in restyling.finish(name, own(photo), wish):
    pass
try:
    print(int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) * 1024)
except OSError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def _history_rows(count: int = 1000) -> list[dict[str, Any]]:
    """A folder with a thousand results: its first page, one more result, and its opening."""
    by, picture = Recipe("sample", "orchard-0", "0" * 64, deepart.__version__, seed=0), Image.open(assets.FIRST / "sample-0.png")  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder) / "one.png"
        recipe.save(picture, one, by)
        there = History(Path(folder) / "outputs")
        for seed in range(count):
            there.add(replace(by, seed=seed), one, picture)
        seeds = iter(range(count, 2 * count))
        page = milliseconds(lambda: there.page(0, 48), 20)
        more = milliseconds(lambda: there.add(replace(by, seed=next(seeds)), one, picture), 20)
        opened = milliseconds(lambda: History(Path(folder) / "outputs"), 3)
    return [
        _row(f"history of {count}: a page of 48", page, "ms", "<= 50"),
        _row(f"history of {count}: one more result", more, "ms", "<= 50"),
        _row(f"history of {count}: opened", opened, "ms", "<= 500"),
    ]


def _page_rows(weights: Path) -> list[dict[str, Any]]:
    """Start app.py as an artist does, wait for its page, use every tab, read its memory."""
    port = 7900 + os.getpid() % 90
    command = [sys.executable, str(APP), "--port", str(port), "--no-browser", "--weights", str(weights)]
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as app:
        try:
            _wait_for(f"http://127.0.0.1:{port}/", app)
            usable = time.perf_counter() - start
            _first_picture(port)
            painted = time.perf_counter() - start
            _use_tabs(f"http://127.0.0.1:{port}/")
            memory = _resident_bytes(app.pid) / 1e9
        finally:
            app.terminate()
    return [
        _row("command typed -> page usable", usable, "s", "<= 8"),
        _row("command typed -> first painting", painted, "s", "<= 10"),
        _row("memory of the app after using all tabs", memory, "GB", "<= 1.2"),
    ]


def _wait_for(address: str, app: subprocess.Popen, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if app.poll() is not None:
            raise OSError(f"app.py ended with status {app.returncode} before its page was there")
        try:
            urllib.request.urlopen(address, timeout=5).read()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise OSError(f"app.py did not answer within {seconds:.0f} s")


def _first_picture(port: int) -> None:
    """Paint one picture as a program without a library would ask for it."""
    address = f"http://127.0.0.1:{port}/gradio_api/call/sample"
    asked = urllib.request.Request(
        address, json.dumps({"data": ["", 5, 1, 0.8]}).encode(), {"Content-Type": "application/json"}
    )
    event = json.load(urllib.request.urlopen(asked, timeout=60))["event_id"]
    if b"event: complete" not in urllib.request.urlopen(f"{address}/{event}", timeout=60).read():
        raise OSError("the page painted nothing")


def _use_tabs(address: str) -> None:
    from gradio_client import Client, handle_file

    client = Client(address, verbose=False)
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "photo.jpg"
        photo.write_bytes(picture_of_12_megapixels())
        client.predict(handle_file(photo), api_name="/classify")
        client.predict("", 1, 16, 0.8, api_name="/sample")
        client.predict(handle_file(photo), "", api_name="/encode")
        for step in range(20):
            client.predict([step / 10], "", None, api_name="/slide")


def _resident_bytes(pid: int) -> int:
    """Resident memory of a process, by `ps`, which Linux and macOS have."""
    kilobytes = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True
    ).stdout
    return int(kilobytes) * 1024
