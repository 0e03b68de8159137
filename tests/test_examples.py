"""The page of examples, run as it stands: every block of deepart/EXAMPLES.md, with the shipped models."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT, started

import deepart
from deepart import assets

pytestmark = pytest.mark.slow
TEXT = (Path(deepart.__file__).parent / "EXAMPLES.md").read_text("utf-8")
ADDRESS = "http://127.0.0.1:7860"
NAMED = {"my-picture.jpg": "dusk.jpg", "another.jpg": "mist.jpg", "my-painting.jpg": "wave.jpg"}


def blocks(language, text=TEXT):
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


@pytest.fixture
def desk(tmp_path):
    """A folder with the pictures that the examples name."""
    for name, example in NAMED.items():
        shutil.copy(assets.FOLDER / example, tmp_path / name)
    return tmp_path


def run(command, desk, **settings):
    paths = f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    ours = {"PYTHONPATH": paths, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(
        command, cwd=desk, capture_output=True, text=True, timeout=600, env=os.environ | ours, **settings
    )


def test_every_python_example_runs_and_names_every_endpoint(desk, tmp_path_factory):
    gradio_client = pytest.importorskip("gradio_client")
    with started("--device", "cpu", log=tmp_path_factory.mktemp("log") / "app.txt") as address:
        code = "\n".join(blocks("python")).replace(ADDRESS, address)
        done = run([sys.executable, "-c", code], desk)
        assert done.returncode == 0, done.stderr[-3000:]
        assert "orchard" in done.stdout and "None" not in done.stdout
        named = gradio_client.Client(address, verbose=False).view_api(return_format="dict", print_info=False)
        over_http = "\n".join(blocks("bash", TEXT.split("## In a terminal")[0])).replace(ADDRESS, address)
        asked = run(["bash", "-e", "-c", over_http], desk) if shutil.which("curl") else None
    assert set(re.findall(r'api_name="(/\w+)"', code)) == set(named["named_endpoints"])
    assert asked is None or ("event: complete" in asked.stdout and ".png" in asked.stdout), asked


def test_every_terminal_example_runs_and_names_every_command(desk):
    lines = "\n".join(blocks("bash", TEXT.split("## In a terminal")[1])).splitlines()
    done = run(["bash", "-e", "-c", "\n".join(lines)], desk)
    assert done.returncode == 0, done.stderr[-3000:]
    files = {path.relative_to(desk).as_posix() for path in desk.rglob("*") if path.is_file()}
    for folder, count in {"fruit": 3, "found": 1, "back": 1, "bent": 1, "restyled": 1, "adjusted": 1, "large": 2, "again": 1}.items():  # fmt: skip
        assert sum(file.startswith(f"{folder}/") for file in files) == count, (folder, files)
    assert {"styles.csv", "walk.mp4", "morph.mp4"} <= files
    from deepart.commands import COMMANDS

    shown = {line.split()[3] for line in lines if line}
    assert set(COMMANDS) - shown == {"train", "evaluate", "index"}  # these take a data set and time
