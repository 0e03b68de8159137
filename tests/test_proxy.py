"""The studio behind a reverse proxy, under a path and with a password; and refusals that reach through a proxy."""

import io
import json
import re
import tempfile
import time

import httpx
import pytest
from badfiles import encode, gradient
from conftest import ROOT, free_port, started
from PIL import Image
from proxy import Proxy
from serving import serving
from test_boundary import Behind

from deepart.ui import boundary, words
from deepart.ui.hosts import Hosts
from deepart.ui.references import References
from deepart.ui.routes import API

PASSWORD = ("me", "a:b c")


# Refusals, through a proxy that takes a broken connection for a broken app


@pytest.fixture(scope="module")
def fronted(tmp_path_factory):
    """The address of a proxy in front of the wall alone."""
    references = References(tmp_path_factory.mktemp("uploads"))
    rules = boundary.Rules(Hosts("127.0.0.1"), references, boundary.Limits(upload=25))
    with serving(boundary.Wall(Behind(), rules)) as behind, serving(Proxy(behind, "/art")) as address:
        yield f"{address}/art"


@pytest.mark.parametrize("size", [0, 10, 70_000, 999_000, 3_000_000, 30_000_000])
def test_a_refusal_of_any_size_reaches_the_visitor(fronted, size):
    body = b"x" * size
    for path, headers, status in (
        (f"{API}/queue/join", {"Origin": "null"}, 403),
        (f"{API}/upload", {"Origin": "https://evil.example"}, 403),
        ("/nowhere", {}, 404),
        ("/config", {}, 405),
        (f"{API}/upload", {}, 413 if size > 25_100_000 else 200),
        (f"{API}/run/x", {}, 413 if size > 1_000_000 else 200 if size == 0 else 400),
    ):
        for _ in range(5 if size < 1_000_000 else 1):
            reply = httpx.post(f"{fronted}{path}", content=body, headers=headers, timeout=300)
            assert reply.status_code == status, (path, reply.text)


def test_what_is_not_under_the_path_is_the_proxys_own(fronted):
    assert httpx.get(fronted.removesuffix("/art"), timeout=60).status_code == 404


# The studio itself


@pytest.fixture(scope="module")
def studio(weights_folder, tmp_path_factory):
    """The address under which visitors find it."""
    port = free_port()
    public, log = f"http://127.0.0.1:{port}/art", tmp_path_factory.mktemp("app") / "log.txt"
    flags = ("--weights", str(weights_folder), "--public-url", public, "--auth", ":".join(PASSWORD))
    with started(*flags, log=log) as behind, serving(Proxy(behind, "/art"), port):
        yield public


def log_in(client, user=PASSWORD[0], password=PASSWORD[1], **headers):
    return client.post("/login", data={"username": user, "password": password}, headers=headers)


@pytest.fixture
def visitor(studio):
    """A visitor who has logged in, and whose browser tells where a request comes from."""
    origin = studio.removesuffix("/art")
    with httpx.Client(base_url=studio, headers={"Origin": origin}, timeout=300) as client:
        assert log_in(client).json() == {"success": True}
        yield client


def call(client, endpoint, *data):
    """The answer of an endpoint, as text/event-stream."""
    event = client.post(f"{API}/call/{endpoint}", json={"data": data})
    return client.get(f"{API}/call/{endpoint}/{event.json()['event_id']}").text


def test_who_has_not_logged_in_gets_nothing(studio, visitor):
    with httpx.Client(base_url=studio, timeout=300) as client:
        assert client.get("/config").status_code == 401
        assert client.post(f"{API}/call/sample", json={"data": []}).status_code == 401
        assert client.post(f"{API}/upload", files={"files": b"x"}).status_code == 401


def test_upload_classify_paint_and_download(visitor):
    reply = visitor.post(f"{API}/upload", files={"files": ("mine.png", encode(gradient(300, 200), "PNG"))})
    (reference,) = reply.json()
    assert re.fullmatch(r"[0-9a-f]{32}/[0-9a-f]{64}/mine\.png", reference)
    answer = call(visitor, "classify", {"path": reference, "meta": {"_type": "gradio.FileData"}})
    assert "event: complete" in answer and "verdict" in answer
    painted = call(visitor, "sample", "", "7", 1, 0.8)
    (file,) = json.loads(painted.partition("data: ")[2])[0]
    assert file["url"].startswith(f"{visitor.base_url}".rstrip("/") + f"{API}/file=")
    assert Image.open(io.BytesIO(visitor.get(file["url"]).content)).format == "PNG"


def test_replies_tell_the_public_address_and_no_path_of_the_machine(visitor, studio):
    for path in ("/", "/config", f"{API}/info", f"{API}/openapi.json"):
        text = visitor.get(path).text
        for secret in (str(ROOT), tempfile.gettempdir() + "/", "site-packages", "Traceback"):
            assert secret not in text, (path, secret)
    assert visitor.get("/config").json()["root"] == studio


def test_another_page_gets_nothing_done(visitor):
    for origin in ("null", "https://evil.example", "http://127.0.0.1:1"):
        for path in (f"{API}/queue/join", f"{API}/upload", f"{API}/run/slide", "/login", f"{API}/cancel"):
            reply = visitor.post(path, content=b"x" * 5000, headers={"Origin": origin})
            assert reply.status_code == 403 and "--public-url" in reply.json()["detail"]


def test_a_program_works_through_it(studio, tmp_path):
    gradio_client = pytest.importorskip("gradio_client")
    (tmp_path / "mine.png").write_bytes(encode(gradient(300, 200), "PNG"))
    client = gradio_client.Client(studio, auth=PASSWORD, verbose=False, download_files=str(tmp_path))
    found = client.predict(gradio_client.handle_file(tmp_path / "mine.png"), api_name="/classify")
    assert found["verdict"] in ("sure", "unsure", "not-a-painting")
    (painted,) = client.predict("", "7", 1, 0.5, api_name="/sample")
    assert Image.open(painted).format == "PNG"


def test_the_page_works_through_it(studio, browser):
    from playwright.sync_api import expect

    expect.set_options(timeout=60_000)
    context = browser.new_context(viewport={"width": 1180, "height": 1000}, accept_downloads=True)
    context.set_default_timeout(60_000)
    page, bad = context.new_page(), []
    page.on("response", lambda reply: reply.status >= 400 and bad.append((reply.status, reply.url)))
    page.goto(studio + "/")
    page.get_by_label("username").fill(PASSWORD[0])
    page.get_by_label("password").fill(PASSWORD[1])
    page.get_by_role("button", name="Login").click()
    page.get_by_role("tab", name="Classify").click()
    panel = page.get_by_role("tabpanel").filter(visible=True)
    expect(panel.locator(".stage img")).to_have_js_property("complete", True)
    panel.get_by_role("button", name="Remove Image").click()
    mine = {"name": "mine.png", "mimeType": "image/png", "buffer": encode(gradient(300, 200), "PNG")}
    panel.get_by_label("File upload").set_input_files(mine)
    expect(panel.get_by_role("status").get_by_role("listitem").first).to_be_visible()
    page.get_by_role("tab", name="Sliders").click()
    panel = page.get_by_role("tabpanel").filter(visible=True)
    before = panel.get_by_alt_text("The painting").get_attribute("src")
    panel.get_by_role("button", name="Random").click()
    expect(panel.get_by_alt_text("The painting")).not_to_have_attribute("src", before)
    with page.expect_download() as download:
        panel.get_by_role("link", name="Download PNG").or_(
            panel.get_by_role("button", name="Download PNG")
        ).first.click()
    assert Image.open(download.value.path()).format == "PNG"
    context.close()
    assert not [reply for reply in bad if "manifest" not in reply[1]], bad


def test_a_foreign_page_cannot_lock_an_artist_out_but_guessing_ends(studio):
    """Last, since it uses up the minute's tries."""
    with httpx.Client(base_url=studio, timeout=300) as client:
        for _ in range(20):
            assert log_in(client, password="no", Origin="https://evil.example").status_code == 403
        assert log_in(client).status_code == 200
        end, replies = time.monotonic() + 300, []
        while not replies or replies[-1].status_code == 400:
            assert time.monotonic() < end
            replies.append(log_in(client, password="no"))
        refused = replies[-1]
        assert refused.status_code == 429 and int(refused.headers["retry-after"]) <= 60
        assert refused.json()["detail"] == words.TOO_MANY_LOGINS.format(
            seconds=refused.headers["retry-after"]
        )
        assert log_in(client).status_code == 429  # the right one too, or guessing could go on
