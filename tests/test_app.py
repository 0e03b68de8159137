"""The flags of app.py, and the page's own small parts."""

import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import app as program

ROOT = Path(__file__).resolve().parent.parent


def run(*flags, **environment):
    return subprocess.run(
        [sys.executable, "app.py", *flags], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env=os.environ | environment,
    )  # fmt: skip


def test_help_tells_every_flag_and_loads_neither_gradio_nor_torch():
    code = "import sys, app; app.flags.parser().format_help(); print({'gradio', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"
    told = run("--help")
    assert told.returncode == 0
    for flag in [
        "--host",
        "--port",
        "--share",
        "--auth",
        "--device",
        "--weights",
        "--queue-size",
        "--public-url",
        "--max-picture",
        "--max-upload",
        "--max-json",
        "--no-browser",
    ]:
        assert flag in told.stdout


def test_the_usual_address_and_that_of_a_hosted_space(monkeypatch):
    options = program.flags.parser().parse_args([])
    assert (options.host, options.port, options.share, options.auth) == ("127.0.0.1", 7860, False, None)
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    monkeypatch.setenv("GRADIO_SERVER_PORT", "8080")
    hosted = program.flags.parser().parse_args([])
    assert (hosted.host, hosted.port) == ("0.0.0.0", 8080)


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (("--port", "0"), "from 1 to 65535"),
        (("--port", "many"), "from 1 to 65535"),
        (("--auth", "me"), "USER:PASSWORD"),
        (("--auth", ":secret"), "USER:PASSWORD"),
        (("--queue-size", "0"), "1 to 10000"),
        (("--weights", "nowhere"), "no folder 'nowhere'"),
        (("--public-url", "art.example"), "https://name"),
        (("--public-url", "ftp://art.example"), "https://name"),
        (("--public-url", "https://art.example/?x=1"), "https://name"),
        (("--public-url", "https://me@art.example"), "https://name"),
        (("--public-url", "https://art.example:port"), "https://name"),
        (("--max-picture", "0"), "from 0.1 to 10000"),
        (("--max-upload", "much"), "from 0.1 to 10000"),
        (("--max-json", "nan"), "from 0.1 to 10000"),
        (("--host", "no.such.machine.invalid"), "no machine is called"),
    ],
)
def test_a_bad_flag_ends_with_a_sentence(flags, says, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["app.py", *flags])
    with pytest.raises(SystemExit) as end:
        program.main()
    assert end.value.code == 2
    assert says in capsys.readouterr().err


def test_a_password_may_hold_colons():
    assert program.flags.parser().parse_args(["--auth", "me:a:b"]).auth == ("me", "a:b")


def test_sizes_are_in_megabytes_and_the_public_address_ends_without_a_slash():
    options = program.flags.parser().parse_args([])
    assert (options.max_picture, options.max_upload, options.max_json) == (25, 512, 1)
    options = program.flags.parser().parse_args(
        ["--max-picture", "0.5", "--public-url", "https://art.example/art/"]
    )
    assert (options.max_picture, options.public_url) == (0.5, "https://art.example/art")


def test_a_port_in_use_is_told():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("--port", str(taken.getsockname()[1]))
    assert done.returncode == 2 and "in use" in done.stderr and "Traceback" not in done.stderr


def test_an_unknown_device_is_told():
    done = run("--device", "toaster", "--port", "7999")
    assert done.returncode == 2 and "device must be one of auto, cpu, cuda, mps" in done.stderr


def test_without_models_every_tab_says_so(tmp_path):
    ui = pytest.importorskip("deepart.ui")
    from deepart.studio import Studio

    page = ui.build(Studio(tmp_path, "cpu"))
    notes = [block.value for block in page.blocks.values() if "note" in (block.elem_classes or [])]
    said = [text for text in notes if text]
    assert len(said) == len(ui.TABS) and all("there is no model" in text.lower() for text in said)


def test_every_event_says_whether_programs_may_call_it(tmp_path, weights_folder):
    from deepart import ui
    from deepart.studio import Studio

    events = ui.build(Studio(weights_folder, "cpu")).fns.values()
    public = {event.api_name for event in events if event.api_visibility == "public"}
    assert public == {
        "models",
        "remake",
        "sheet",
        "spot",
        "vary",
        "restyle",
        "adjust",
        "enlarge",
        "classify",
        "explain",
        "resembles",
        "palette",
        "compare",
        "sample",
        "paint",
        "project",
        "walk",
        "random_point",
        "encode",
        "slide",
        "edit",
        "combine",
        "morph",
    }


def test_known_errors_become_sentences_and_unknown_ones_are_our_fault(caplog):
    from deepart.studio import StudioError
    from deepart.ui import guard, words

    @guard.noted(outputs=2)
    def handler(error):
        raise error

    assert handler(StudioError("a seed is <b>whole</b>"))[-1] == "<p>A seed is &lt;b&gt;whole&lt;/b&gt;.</p>"
    assert handler(KeyError("/home/me/secret"))[-1] == f"<p>{words.OUR_FAULT}</p>"
    assert "/home/me/secret" in caplog.text, "the whole error is in the log"


def test_only_uploads_may_be_read(tmp_path, monkeypatch):
    from deepart.images import PictureError
    from deepart.ui import guard

    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    inside, outside = tmp_path / "uploads" / "a" / "mine.png", tmp_path / "theirs.png"
    inside.parent.mkdir(parents=True)
    inside.touch()
    outside.touch()
    (tmp_path / "uploads" / "link.png").symlink_to(outside)
    assert guard.uploaded({"path": str(inside)}) == inside.resolve()
    assert guard.uploaded(SimpleNamespace(path=str(inside))) == inside.resolve()
    for path in (
        str(outside),
        str(inside.parent / "../../theirs.png"),
        str(tmp_path / "uploads" / "link.png"),
        "",
        "\0",
        7,
    ):
        with pytest.raises(PictureError):
            guard.uploaded({"path": path})


def test_styles_are_escaped_and_ranked():
    from deepart.studio import Classification
    from deepart.ui.eye import shown as eye

    shown = eye.styles(Classification([("<i>Odd</i>", 0.7), ("plain", 0.3)], "sure", "<script>"))
    assert "<i>" not in shown and "<script>" not in shown and shown.index("Odd") < shown.index("Plain")
    assert "70 %" in shown


def test_names_of_works_and_files_are_escaped():
    from deepart.eye import Resemblance, Row
    from deepart.resemble import NearPainter, NearWork, Work
    from deepart.ui.eye import many, shown

    odd = "<b onclick='x'>"
    near = Resemblance([NearWork(Work(odd, odd, odd, odd), 0.5)], [NearPainter(odd, 0.5, 9)], 1)
    for text in (
        shown.resemblance(near),
        many.as_html(Row(odd, error=odd)),
        shown.refused(odd),
        shown.hint(odd),
    ):
        assert "<b" not in text and "&lt;b" in text


def test_a_payload_of_many_files_takes_uploads_only():
    from gradio.data_classes import FileData, ListFiles

    from deepart.images import PictureError
    from deepart.ui.eye import many

    for payload in (None, [], ListFiles(root=[FileData(path="/etc/hostname")]), [{"path": "/etc/hostname"}]):
        with pytest.raises(PictureError):
            many.uploads(payload)
