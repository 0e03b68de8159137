"""What is kept ready for everybody, and what a visitor costs."""

import gzip
import os
import random
import signal
import time

import gradio as gr
import httpx
import pytest
from conftest import free_port, run_apart
from serving import serving
from test_boundary import SMALL, Behind

from deepart import assets
from deepart.ui import boundary, copies, sweeping, visits
from deepart.ui.copies import Copies
from deepart.ui.hosts import Hosts
from deepart.ui.references import References
from tests.crowd.page import Page
from tests.crowd.server import running
from tests.crowd.visitor import API, Visitor

SCRIPT = "/assets/core-Bdx9080F.js"


@pytest.fixture
def behind():
    app = Behind()
    app.says = {SCRIPT: (200, "application/javascript", b"let a = 1;" * 500), "/": (200, "text/html", b"<p>page</p>" * 500)}  # fmt: skip
    return app


@pytest.fixture
def client(behind, tmp_path):
    rules = boundary.Rules(Hosts("127.0.0.1"), References(tmp_path), SMALL, copies=Copies())
    with (
        serving(boundary.Wall(behind, rules)) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def test_a_script_is_asked_for_once_and_kept_by_browsers(client, behind):
    first, second = client.get(SCRIPT), client.get(SCRIPT)
    assert first.text == second.text == "let a = 1;" * 500 and len(behind.got) == 1
    assert second.headers["content-encoding"] == "gzip" and "immutable" in second.headers["cache-control"]
    assert int(second.headers["content-length"]) < len(first.content) / 5


def test_the_page_is_kept_ready_but_asked_for_again_by_browsers(client, behind):
    assert [client.get("/").text for _ in range(3)] == ["<p>page</p>" * 500] * 3
    assert len(behind.got) == 1 and "cache-control" not in client.get("/").headers


def test_what_may_be_for_one_visitor_alone_is_not_kept(client, behind):
    for more in (
        {"params": {"recipe": "x"}},
        {"headers": {"Range": "bytes=0-9"}},
        {"headers": {"If-None-Match": "x"}},
    ):
        seen = len(behind.got)
        client.get("/", **more), client.get("/", **more)
        assert len(behind.got) == seen + 2, more
    behind.says["/theme.css"] = (404, "text/css", b"")
    client.get("/theme.css"), client.get("/theme.css")
    assert len(behind.got) == 8, "nor is a reply that was no success"
    assert client.get("/", headers={"Host": "localhost"}).status_code == 200
    assert len(behind.got) == 9, "another name, another page: addresses stand in it"


def test_who_cannot_unpack_gets_it_plain(client):
    client.get(SCRIPT)
    for _ in range(2):
        reply = client.get(SCRIPT, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in reply.headers and reply.text == "let a = 1;" * 500


def test_where_visitors_log_in_nothing_is_kept(behind, tmp_path):
    with serving(boundary.Wall(behind, boundary.Rules(Hosts("127.0.0.1"), References(tmp_path)))) as address:
        httpx.get(address), httpx.get(address)
    assert len(behind.got) == 2


def test_copies_take_no_more_room_than_they_may():
    kept = Copies(most=10_000)
    for i in range(100):
        kept.put(("http", f"/assets/{i}.js", b"", False, ()), [], os.urandom(1000))
    assert kept._size <= 10_000 and len(kept._kept) == 10
    kept.put(("http", "/assets/large.js", b"", False, ()), [], bytes(copies.LARGEST + 1))
    assert len(kept._kept) == 10
    key = ("http", "/assets/99.js", b"", True, ())
    kept.put(key, [(b"content-length", b"5000")], b"a" * 5000)
    headers, text = kept._kept[key]
    assert gzip.decompress(text) == b"a" * 5000 and dict(headers)[b"content-length"] == b"%d" % len(text)


# Visitors


def test_a_visitor_is_remembered_without_describing_the_page_again(monkeypatch):
    with gr.Blocks(analytics_enabled=False) as page:
        state, box = gr.State(["mine"]), gr.Textbox("text")
    page.state_session_capacity = 3
    described = []
    holder = visits.Visits()
    holder.set_blocks(page)
    monkeypatch.setattr(type(box), "api_info", lambda self: described.append(self) or {})
    one, other = holder["a"], holder["b"]
    assert not described
    one[state._id].append("more")
    assert (one[state._id], other[state._id]) == (["mine", "more"], ["mine"]), "each has their own"
    one[box._id] = gr.Textbox("another", render=False)
    assert one[box._id].value == "another" and other[box._id].value == "text"
    assert holder["a"] is one
    for name in "cde":
        holder[name]
    assert list(holder.session_data) == ["c", "d", "e"], "the last three"


def test_visitors_who_left_are_forgotten_before_those_who_are_there():
    with gr.Blocks(analytics_enabled=False) as page:
        gr.Textbox("text")
    holder = visits.Visits()
    holder.set_blocks(page)
    holder["here"]
    for i in range(visits.GONE + 10):
        holder[f"gone-{i}"].is_closed = True
    holder["new"]
    assert len(holder.session_data) == visits.GONE + 2
    assert "here" in holder and "gone-9" not in holder and "gone-10" in holder


# Temporary files


def test_old_files_and_empty_folders_go_and_what_the_page_shows_stays(tmp_path):
    for name in ("old/a.png", "new/b.png", "page/first.png"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    spared = frozenset({tmp_path / "page", tmp_path / "page" / "first.png"})
    time.sleep(1.1)
    (tmp_path / "new" / "b.png").write_text("written again")
    assert sweeping.sweep(tmp_path, 1.0, spared) == 1
    left = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")}
    assert left >= {"new", "new/b.png", "page", "page/first.png"} and "old/a.png" not in left
    end = time.monotonic() + 60
    while (tmp_path / "old").exists():  # empty since just now
        assert time.monotonic() < end
        sweeping.sweep(tmp_path, 0.2, spared | {tmp_path / "new", tmp_path / "new" / "b.png"})
        time.sleep(0.1)
    assert sweeping.sweep(tmp_path / "nowhere") == 0


def test_sweeping_goes_on_by_itself(tmp_path):
    (tmp_path / "of-the-page.png").touch()
    stop = sweeping.begin(tmp_path, kept=0.2, every=0.1)
    (tmp_path / "upload.png").touch()
    end = time.monotonic() + 60
    while (tmp_path / "upload.png").exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    assert (tmp_path / "of-the-page.png").exists()
    stop.set()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_page_that_is_stopped_at_work_leaves_nothing(how, weights_folder):
    with running(free_port(), "--weights", str(weights_folder)) as server:
        page = Page.look(server.url)
        run_apart(_at_work(page))
        assert server.files(), "there was something to leave"
        assert server.stop(how) == []


async def _at_work(page: Page) -> None:
    """Somebody paints and uploads; more paintings are still in the making when this returns."""
    visitor = Visitor(page, random.Random(0))
    await visitor.settle()
    await visitor.upload((assets.FOLDER / "wave.jpg").read_bytes())
    await visitor.paint(1)
    make = page.events["paint"]
    model, _, _, *how = page.values(make)
    body = {"data": [model, "7", 16, *how], "fn_index": make, "session_hash": visitor.session}
    await visitor.client.post(f"{API}/queue/join", json=body)
    await visitor.leave()
