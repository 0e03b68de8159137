"""The page in hard times: damaged weights, a temporary folder that vanishes or fills up, visitors who leave, two studios."""

import errno
import re
import shutil
from pathlib import Path

import httpx
import pytest
from badfiles import encode, gradient
from conftest import ROOT, started
from playwright.sync_api import expect

from deepart.ui import guard, words
from deepart.ui.routes import API

FILE = {"meta": {"_type": "gradio.FileData"}}


@pytest.fixture(scope="module")
def uploads(tmp_path_factory):
    return tmp_path_factory.mktemp("hard") / "uploads"


@pytest.fixture(scope="module")
def hard(weights_folder, uploads, tmp_path_factory):
    """A studio whose classifier is damaged and whose weights nobody may write to."""
    weights = tmp_path_factory.mktemp("weights") / "weights"
    shutil.copytree(weights_folder, weights)
    for model in weights.glob("style-*/model.safetensors"):
        data = bytearray(model.read_bytes())
        data[len(data) // 2] ^= 1
        model.write_bytes(data)
    for path in [*weights.rglob("*"), weights]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    log = tmp_path_factory.mktemp("app") / "log.txt"
    with started("--weights", str(weights), log=log, GRADIO_TEMP_DIR=str(uploads)) as address:
        yield address
    for path in [weights, *weights.rglob("*")]:
        path.chmod(0o755)


@pytest.fixture
def visit(browser):
    """Opens the page of an address in a fresh window, again and again."""
    windows = []

    def go(address):
        context = browser.new_context(viewport={"width": 1180, "height": 1000}, accept_downloads=True)
        context.set_default_timeout(60_000)
        windows.append(context)
        page = context.new_page()
        page.goto(address)
        page.get_by_role("tab", name="Classify").wait_for()
        return page

    expect.set_options(timeout=60_000)
    yield go
    for context in windows:
        context.close()


def tab(page, name):
    page.get_by_role("tab", name=name, exact=True).click()
    return page.get_by_role("tabpanel").filter(visible=True)


def mine():
    return {"name": "mine.png", "mimeType": "image/png", "buffer": encode(gradient(300, 200), "PNG")}


def paint(page, count):
    panel = tab(page, "Sample")
    panel.get_by_role("spinbutton", name="How many").fill(str(count))
    panel.get_by_role("button", name="Paint", exact=True).click()
    return panel


def test_damaged_weights_are_told_in_their_tab_and_the_others_work(hard, visit):
    page = visit(hard)
    panel = tab(page, "Classify")
    panel.get_by_label("File upload").or_(panel.get_by_role("status")).first.wait_for(state="attached")
    if panel.get_by_role("button", name="Remove Image").count():
        panel.get_by_role("button", name="Remove Image").click()
        panel.get_by_label("File upload").set_input_files(mine())
    expect(panel.get_by_role("status").first).to_contain_text(
        re.compile("damaged|changed|sha|hash|whole", re.I)
    )
    expect(paint(page, 2).get_by_role("button", name="Thumbnail 2 of 2")).to_be_visible()
    easel = tab(page, "Sliders").get_by_alt_text("The painting")
    before = easel.get_attribute("src")
    page.get_by_role("button", name="Random").click()
    expect(easel).not_to_have_attribute("src", before)


def test_no_reply_that_a_session_brings_tells_a_path(hard, visit, uploads, browser):
    page, texts = (
        visit(hard).context.new_page(),
        [],
    )  # never navigated away from: such replies cannot be read any more
    page.set_default_timeout(60_000)
    page.on("response", lambda reply: texts.append(reply) if "assets" not in reply.url else None)
    page.goto(hard)
    panel = tab(page, "Sliders")
    panel.get_by_label("File upload").first.set_input_files(mine())
    expect(panel.get_by_role("button", name="Take my picture away")).to_be_visible()
    expect(paint(page, 1).get_by_role("button", name="Thumbnail 1 of 1")).to_be_visible()
    read = 0
    for reply in texts:
        kind = reply.headers.get("content-type", "")
        if kind.startswith(("application/json", "text/html")) and reply.request.method != "HEAD":
            read += 1
            for secret in (str(uploads), str(ROOT), "site-packages", "Traceback"):
                assert secret not in reply.text(), (reply.url, secret)
    assert read >= 4


def test_a_visitor_who_leaves_while_it_paints_holds_nobody_up(hard, visit):
    page = visit(hard)
    panel = paint(page, 64)
    expect(panel.get_by_role("button", name=re.compile("Thumbnail 1 of"))).to_be_visible()
    page.context.close()
    expect(paint(visit(hard), 1).get_by_role("button", name="Thumbnail 1 of 1")).to_be_visible()


def test_the_temporary_folder_vanishes_and_comes_back(hard, visit, uploads):
    page = visit(hard)
    shutil.rmtree(uploads)
    expect(paint(page, 1).get_by_role("button", name="Thumbnail 1 of 1")).to_be_visible()
    panel = tab(page, "Sliders")
    panel.get_by_label("File upload").first.set_input_files(mine())
    expect(panel.get_by_role("button", name="Take my picture away")).to_be_visible()


def test_no_room_for_another_picture_is_told_and_passes(hard, visit, uploads):
    page = visit(hard)
    shutil.rmtree(uploads)
    uploads.write_text("a file where the folder should be: nothing can be stored, whoever asks")
    try:
        panel = paint(page, 1)
        expect(panel.locator(".note p").filter(visible=True)).to_contain_text(words.NO_ROOM)
        reply = httpx.post(f"{hard}{API}/upload", files={"files": b"x"}, timeout=60)
        assert reply.status_code == 507 and reply.json()["detail"] == words.NO_ROOM
    finally:
        uploads.unlink()
    expect(paint(page, 1).get_by_role("button", name="Thumbnail 1 of 1")).to_be_visible()


def test_two_studios_at_once_do_not_take_each_others_references(hard, app):
    def post(address, path, data, **files):
        return httpx.post(f"{address}{API}/{path}", json={"data": data}, timeout=60)

    picture = {"files": ("mine.png", encode(gradient(300, 200), "PNG"))}
    first, second = (
        httpx.post(f"{to}{API}/upload", files=picture, timeout=60).json()[0] for to in (hard, app)
    )
    assert post(hard, "call/encode", [{"path": first, **FILE}]).status_code == 200
    assert post(app, "call/encode", [{"path": second, **FILE}]).status_code == 200
    assert post(hard, "call/encode", [{"path": second, **FILE}]).status_code == 403
    assert post(app, "call/encode", [{"path": first, **FILE}]).status_code == 403


def test_a_picture_that_was_swept_up_meanwhile_is_told(hard, uploads):
    picture = {"files": ("mine.png", encode(gradient(200, 300), "PNG"))}
    reference = httpx.post(f"{hard}{API}/upload", files=picture, timeout=60).json()[0]
    (uploads / reference.partition("/")[2]).unlink()
    reply = httpx.post(f"{hard}{API}/call/encode", json={"data": [{"path": reference, **FILE}]}, timeout=60)
    assert reply.status_code == 410 and reply.json()["detail"] == words.GONE


def test_a_studio_that_ends_takes_its_folder_with_it(weights_folder, tmp_path):
    places = tmp_path / "places"
    places.mkdir()
    with started(
        "--weights", str(weights_folder), log=tmp_path / "log.txt", TMPDIR=str(places), GRADIO_TEMP_DIR=""
    ):
        assert [path.name[:8] for path in places.iterdir() if path.is_dir()] == ["deepart-"]
    assert not [path for path in places.iterdir() if path.name.startswith("deepart-")]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/anywhere/x.png"), words.NO_ROOM),
        (OSError(errno.EROFS, "Read-only file system", "/anywhere/x.png"), words.NO_ROOM),
        (PermissionError(errno.EACCES, "Permission denied", "@uploads/abc"), words.NO_ROOM),
        (FileNotFoundError(errno.ENOENT, "No such file", "/anywhere/x.png"), words.OUR_FAULT),
        (RuntimeError("No space"), words.OUR_FAULT),
    ],
)
def test_a_full_disk_is_told_from_a_bug(error, told, tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    if isinstance(error, OSError):
        error.filename = str(error.filename).replace("@uploads", str(tmp_path))
    assert guard.sentence(error) == told
    assert str(Path("anywhere")) not in told
