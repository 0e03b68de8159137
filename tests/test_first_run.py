"""The first start on a stranger's machine: nothing to write to, no network, no desktop, another system's paths."""

import ast
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, free_port, wait_for

import app as program

SOURCES = [ROOT / "app.py", *sorted((ROOT / "deepart").rglob("*.py"))]
POSIX = {"fcntl", "resource", "pwd", "grp", "termios", "pty", "tty", "syslog", "posix", "crypt", "nis"}
NO_NETWORK = """
import socket
real = socket.socket.connect
def connect(self, address):
    if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
        raise OSError(101, f"Network is unreachable: {address}")
    return real(self, address)
socket.socket.connect = connect
"""


def kept_in(*flags):
    """Where the app keeps what is made, and whether this is an artist's own desk."""
    parser = program.flags.parser()
    options = parser.parse_args(list(flags))
    is_own = program._is_own(options)
    return program._outputs(parser, options.outputs, is_own), is_own


def test_results_go_to_the_home_where_the_programs_folder_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way of every folder below it")
    monkeypatch.delenv("SPACE_ID", raising=False)
    monkeypatch.setattr(program, "OUTPUTS", tmp_path / "beside")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "home")
    assert kept_in() == (tmp_path / "beside", True)
    monkeypatch.setattr(program, "OUTPUTS", tmp_path / "file" / "outputs")
    assert kept_in() == (tmp_path / "home" / "deepart" / "outputs", True)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "file")
    assert kept_in() == (None, True) == kept_in("--outputs", "none")


def test_a_folder_that_was_asked_for_and_cannot_be_written_is_told(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit):
        kept_in("--outputs", str(tmp_path / "file" / "mine"))
    assert "nothing can be written to" in capsys.readouterr().err


def test_it_is_told_before_anything_is_loaded(tmp_path):
    (tmp_path / "file").write_text("")
    code = f"""
import sys, app
sys.argv = ["app.py", "--port", "{free_port()}", "--outputs", {str(tmp_path / "file" / "mine")!r}]
try:
    app.main()
except SystemExit as end:
    print(end.code, {{"gradio", "torch"}} & set(sys.modules))
"""
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert told.stdout == "2 set()\n", told.stderr


@pytest.mark.parametrize("command", [["app.py", "--port", "{port}"], ["-m", "deepart", "models"]])
def test_a_python_without_the_packages_says_what_to_do(command):
    command = [part.format(port=free_port()) for part in command]
    told = subprocess.run([sys.executable, "-S", *command], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 1 and "Traceback" not in told.stderr
    assert "is missing here: use .venv/bin/python, or run: python -m pip install" in told.stderr


def test_what_is_wrong_with_a_flag_is_told_in_one_line():
    told = subprocess.run([sys.executable, "app.py", "--port", "0"], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 2 and told.stderr.count("\n") == 1 and "1 to 65535" in told.stderr


@pytest.mark.parametrize(
    "flags", [("--host", "0.0.0.0"), ("--auth", "me:secret"), ("--public-url", "https://a.example")]
)
def test_what_strangers_make_is_never_kept(flags):
    assert kept_in(*flags) == (None, False)


def test_a_folder_laid_out_as_a_space_starts_without_network_and_paints(tmp_path, weights_folder):
    """Only what a Space is given, its variables, and nothing to write to but the temporary folder."""
    gradio_client = pytest.importorskip("gradio_client")
    space, home = tmp_path / "space", tmp_path / "home"
    for name in ("deepart", "weights"):
        shutil.copytree(
            ROOT / name if name == "deepart" else weights_folder,
            space / name,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
    for name in ("app.py", "requirements.txt", "README.md"):
        shutil.copy(ROOT / name, space / name)
    front = (space / "README.md").read_text("utf-8").split("---")[1]
    settings = dict(line.split(": ", 1) for line in front.strip().splitlines())
    assert (settings["sdk"], settings["app_file"]) == ("gradio", "app.py")
    floor = re.search(r"gradio\S*>=([\d.]+)", (space / "requirements.txt").read_text())
    assert settings["sdk_version"].split(".") >= floor.group(1).split(".")
    (tmp_path / "sitecustomize.py").write_text(NO_NETWORK)
    home.mkdir()
    before = {path for path in space.rglob("*") if "__pycache__" not in path.parts}
    port, log = free_port(), tmp_path / "log.txt"
    given = {
        "SPACE_ID": "someone/deepart", "SPACE_HOST": "someone-deepart.hf.space", "GRADIO_SERVER_NAME": "0.0.0.0",
        "GRADIO_SERVER_PORT": str(port), "HOME": str(home), "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip
    with log.open("w") as out:
        app = subprocess.Popen(
            [sys.executable, "app.py"], cwd=space, stdout=out, stderr=out, env=os.environ | given
        )
    try:
        wait_for(f"http://127.0.0.1:{port}", app, log)
        (painted,) = gradio_client.Client(f"http://127.0.0.1:{port}", verbose=False).predict(
            "", 5, 1, 0.8, api_name="/sample"
        )
        assert Path(painted).stat().st_size > 1000
    finally:
        app.terminate()
        app.wait(60)
    told = log.read_text()
    assert re.search(r"deepart is open on \S+ \((CPU|GPU|CUDA|MPS|NVIDIA)", told), told
    assert "Nothing that is made is kept here." in told
    assert {path for path in space.rglob("*") if "__pycache__" not in path.parts} == before


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_needs_what_windows_has_not(path):
    """No module of POSIX alone when it is imported, and no text file in whatever encoding a machine happens to use."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Import):
            assert not POSIX & {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in POSIX
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "read_text":
                told = node.args or any(word.arg == "encoding" for word in node.keywords)
                assert told or "/proc/" in ast.unparse(node), f"line {node.lineno}: say read_text('utf-8')"
            if node.func.attr == "write_text":
                told = len(node.args) > 1 or any(word.arg == "encoding" for word in node.keywords)
                assert told, f"line {node.lineno}: say write_text(..., 'utf-8')"


def test_names_of_files_are_names_on_every_system(tmp_path):
    """What Windows refuses in a name: < > : " / \\ | ? * and names that end with a dot or a space."""
    from PIL import Image

    from deepart import recipe
    from deepart.history import History

    by = recipe.Recipe(
        "sliders", "orchard-1", "0" * 64, "1.0", z=(0.5,), own_name='a:b*?"<>|. ', own_sha256="1" * 64
    )
    picture = Image.new("RGB", (8, 8))
    recipe.save(picture, tmp_path / "one.png", by)
    History(tmp_path / "kept").add(by, tmp_path / "one.png", picture)
    names = [path.name for path in (tmp_path / "kept").rglob("*")]
    assert len(names) >= 3 and all(re.fullmatch(r"[\w.-]*\w", name) for name in names), names


def test_the_page_tells_the_time_in_every_language(monkeypatch):
    from deepart.ui import tongue
    from deepart.ui.history.tiles import moment

    then = time.mktime((2024, 3, 5, 14, 7, 0, 0, 0, -1))
    assert moment(then) == "5 Mar 14:07" and re.fullmatch(r"\d\d:\d\d", moment(time.time()))
    with tongue.speaking("zh"):
        assert moment(then) == "3月5日 14:07"


def test_what_the_documents_link_to_is_there():
    found = 0
    for document in [ROOT / "README.md", *(ROOT / "deepart").glob("*.md"), *(ROOT / "weights").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text("utf-8")):
            assert target.startswith("http") or (document.parent / target).exists(), (
                f"{document.name}: {target}"
            )
            found += 1
    assert found > 12
