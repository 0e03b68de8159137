"""The wall in front of Gradio, around a small app that tells what got through."""

import json
import re
import socket

import httpx
import pytest
from serving import serving

from deepart.ui import boundary, routes, words
from deepart.ui.hosts import Hosts
from deepart.ui.logins import Logins
from deepart.ui.references import References

API = routes.API
SMALL = boundary.Limits(picture=0.1, upload=0.1, json=0.1)  # MB
OVER = 10**6 + boundary.ENVELOPE  # bytes; more than any of these


class Behind:
    """Stands where Gradio does: keeps what it gets, and answers with what `says` holds for the path."""

    def __init__(self):
        self.got, self.says, self.bodies = [], {}, []

    async def __call__(self, scope, receive, send):
        self.got.append(scope)
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.bodies.append(body)
        said = self.says.get(scope["path"], (200, "application/json", b'"fine"'))
        if isinstance(said, Exception):
            raise said
        status, kind, text = said
        headers = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(text))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": text})


@pytest.fixture
def behind():
    return Behind()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "uploads" / "abc").mkdir(parents=True)
    (tmp_path / "uploads" / "abc" / "mine.png").write_bytes(b"mine")
    return tmp_path / "uploads"


@pytest.fixture
def rules(folder):
    return boundary.Rules(Hosts("127.0.0.1"), References(folder), SMALL, logins=Logins(by_one=3))


@pytest.fixture
def client(behind, rules):
    with (
        serving(boundary.Wall(behind, rules)) as address,
        httpx.Client(base_url=address, timeout=60) as client,
    ):
        yield client


def detail(reply):
    return reply.json()["detail"]


def chunks(count, size=10_000):
    yield from (b"x" * size for _ in range(count))


# Names and pages


def test_a_foreign_name_or_page_is_refused_and_told_what_to_do(client, behind):
    for method, path in (("GET", "/"), ("POST", f"{API}/queue/join"), ("POST", "/login")):
        for headers in ({"Host": "evil.example"}, {"Origin": "null"}, {"Origin": "https://evil.example"}):
            reply = client.request(method, path, headers=headers)
            assert reply.status_code == 403 and "--public-url" in detail(reply)
    assert not behind.got


def test_programs_and_our_own_page_are_let_in(client, behind):
    own = {"Origin": str(client.base_url).rstrip("/")}
    for headers in ({}, own):
        assert client.post(f"{API}/queue/join", json={"data": []}, headers=headers).status_code == 200
    assert len(behind.got) == 2


def test_gradio_does_not_hear_lies_about_its_own_address(client, behind):
    client.get("/", headers={"X-Forwarded-Host": "evil.example", "X-Gradio-Server": "http://evil.example"})
    client.get("/", headers={"X-Forwarded-Host": "localhost:80"})
    seen = [dict(scope["headers"]) for scope in behind.got]
    assert not {b"x-forwarded-host", b"x-gradio-server"} & seen[0].keys()
    assert seen[1][b"x-forwarded-host"] == b"localhost:80"


# Addresses


def test_refused_addresses_are_not_there(client, behind):
    for path in routes.REFUSED:
        address = re.sub(r"\{[^}]*\}", "x", path)
        for method in ("GET", "POST"):
            assert client.request(method, address).status_code == 404, address
    assert not behind.got


def test_methods_that_an_address_does_not_take(client, behind):
    for door in routes.DOORS:
        address = re.sub(r"\{[^}]*\}", "x", door.path)
        for method in {
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "PATCH",
            "DELETE",
            "OPTIONS",
            "TRACE",
            "X",
        } - door.methods:
            if not any(method in other.methods for other in routes.DOORS if other.path == door.path):
                assert client.request(method, address).status_code == 405, (method, address)
    assert not behind.got


def addresses(router):
    """(path) of every route of a FastAPI app, routers within routers too."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from addresses(inner)
        elif getattr(route, "path", None) is not None:
            yield route.path


@pytest.mark.parametrize("run_history", [False, True])
def test_every_address_of_the_installed_gradio_was_decided_upon(run_history):
    import gradio as gr
    from gradio.routes import App

    with gr.Blocks(analytics_enabled=False) as page:
        gr.Textbox()
    page.run_history, page.is_running = run_history, True
    there = set(addresses(App.create_app(page)))
    decided = {door.path for door in routes.DOORS} | set(routes.REFUSED)
    assert len(there) > 50 and f"{API}/queue/join" in there
    assert there <= decided, f"let in or refuse in deepart/ui/routes.py: {sorted(there - decided)}"
    assert not {door.path for door in routes.DOORS} & set(routes.REFUSED)
    if run_history:
        assert decided <= there, f"no longer in Gradio: {sorted(decided - there)}"


# Sizes


@pytest.mark.parametrize("path", [f"{API}/upload", f"{API}/queue/join", f"{API}/run/x", "/login"])
@pytest.mark.parametrize("how", ["declared", "chunked"])
def test_a_body_over_its_cap_is_refused_by_a_sentence(client, behind, path, how):
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    content = b"x" * OVER if how == "declared" else chunks(OVER // 10_000 + 1)
    reply = client.post(path, content=content, headers=kind)
    assert reply.status_code == 413 and "MB are taken here" in detail(reply)
    assert all(len(body) <= OVER for body in behind.bodies)


def test_a_much_larger_body_gets_its_answer_too(client):
    reply = client.post(
        f"{API}/upload", content=chunks(3000), headers={"Content-Type": "multipart/form-data"}
    )
    assert reply.status_code == 413 and reply.headers["connection"] == "close"


def test_the_cap_of_an_upload_is_for_all_its_files_together(folder, behind):
    limits = boundary.Limits(picture=0.1, upload=0.5, json=0.1)
    rules = boundary.Rules(Hosts("127.0.0.1"), References(folder), limits)
    with serving(boundary.Wall(behind, rules)) as address:
        sizes = [
            httpx.post(f"{address}{API}/upload", content=b"x" * size, timeout=60).status_code
            for size in (100_000, 400_000, 700_000)
        ]
    assert sizes == [200, 200, 413]
    assert [len(body) for body in behind.bodies] == [100_000, 400_000]
    assert rules.largest_file() == 100_000  # which Gradio holds each file to, while it streams


def test_the_answer_arrives_while_the_body_is_still_on_its_way(client):
    """A refusal that left the body unread would reset the connection, and the answer be lost, now and then."""
    body = b"x" * 900_000
    for _ in range(10):
        assert client.post(f"{API}/queue/join", content=body, headers={"Origin": "null"}).status_code == 403
        assert client.post("/nowhere", content=body).status_code == 404


def test_the_connection_serves_on_after_a_small_refused_body(client):
    for _ in range(3):
        reply = client.post("/nowhere", content=b"x" * 1000)
        assert reply.status_code == 404 and "connection" not in reply.headers


def test_who_waits_for_a_go_ahead_gets_the_refusal_instead(client):
    host, port = client.base_url.host, client.base_url.port
    with socket.create_connection((host, port), timeout=60) as raw:
        raw.sendall(
            f"POST {API}/upload HTTP/1.1\r\nHost: {host}\r\nContent-Length: 999999999\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        assert raw.recv(4096).startswith(b"HTTP/1.1 413")


# Files


def test_gradio_gets_paths_and_the_client_gets_references(client, behind, rules, folder):
    path, reference = str(folder / "abc" / "mine.png"), rules.references.sign("abc/mine.png")
    behind.says[f"{API}/upload"] = (200, "application/json", json.dumps([path]).encode())
    assert client.post(f"{API}/upload", content=b"x").json() == [reference]
    behind.says[f"{API}/run/x"] = (200, "application/json", json.dumps({"data": [{"path": path}]}).encode())
    reply = client.post(f"{API}/run/x", json={"data": [{"path": reference}]})
    assert json.loads(behind.bodies[-1])["data"][0]["path"] == path
    assert reply.json()["data"][0]["path"] == reference and str(folder) not in reply.text


def test_events_are_rewritten_one_by_one(folder, rules):
    path = str(folder / "abc" / "mine.png")

    async def stream(scope, receive, send):
        headers = [(b"content-type", b"text/event-stream; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        event = f'data: {{"path": "{path}"}}\n\n'.encode()
        for part in (event, event[:20], event[20:] + event[:5], event[5:], b"data: end\n\n", b""):
            await send({"type": "http.response.body", "body": part, "more_body": bool(part)})

    with serving(boundary.Wall(stream, rules)) as address:
        text = httpx.get(f"{address}{API}/queue/data", timeout=60).text
    signed = f'data: {{"path": "{rules.references.sign("abc/mine.png")}"}}\n\n'
    assert text == signed * 3 + "data: end\n\n"


@pytest.mark.parametrize(
    "file",
    [{"path": "/etc/hostname"}, {"url": "http://127.0.0.1:9/"}, "data:image/png;base64,AAAA", [[{"image": {"path": "x"}}]]],
)  # fmt: skip
def test_a_forged_reference_does_not_reach_gradio(client, behind, file):
    for path in ("queue/join", "run/classify", "call/classify", "call/v2/classify", "cancel", "reset"):
        reply = client.post(f"{API}/{path}", json={"data": [file]})
        assert reply.status_code == 403 and detail(reply) == words.NOT_UPLOADED
    assert not behind.got


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b'"\xed\xa0\x80"', b"[" * 100_000, b"[" * 60 + b"]" * 60, b"9" * 5000, b"\x1f\x8b\x08"]
)  # fmt: skip
def test_what_is_no_plain_json_is_refused(client, behind, body):
    reply = client.post(f"{API}/queue/join", content=body)
    assert reply.status_code == 400 and "JSON" in detail(reply) and not behind.got


def test_gradio_reads_what_we_read(client, behind):
    """Of two equal keys one parser may take the first and another the last."""
    client.post(f"{API}/queue/join", content=b'{"data": [{"path": "/etc/hostname"}], "data": [1]}')
    assert behind.bodies == [b'{"data": [1]}']
    headers = dict(behind.got[0]["headers"])
    assert headers[b"content-type"] == b"application/json" and int(headers[b"content-length"]) == 13


def test_only_references_of_ours_are_served(client, behind, rules, folder):
    good = rules.references.sign("abc/mine.png")
    behind.says[f"{API}/file={folder}/abc/mine.png"] = (200, "image/png", b"mine")
    assert client.get(f"{API}/file={good}").content == b"mine"
    asked = len(behind.got)
    for forged in (
        f"{folder}/abc/mine.png",
        "/etc/hostname",
        "abc/mine.png",
        "http://127.0.0.1:9/x",
        good + "x",
        "",
        f"{good}/..",
    ):
        for spelled in (forged, forged.replace("/", "%2F"), forged.replace("/", "//")):
            assert client.get(f"{API}/file={spelled}").status_code == 404
    assert len(behind.got) == asked


def test_a_vanished_file_is_told_by_a_sentence(client, behind, rules, folder):
    good = rules.references.sign("abc/mine.png")
    (folder / "abc" / "mine.png").unlink()
    assert detail(client.get(f"{API}/file={good}")) == words.GONE
    reply = client.post(f"{API}/queue/join", json={"data": [{"path": good}]})
    assert reply.status_code == 410 and detail(reply) == words.GONE and not behind.got


# Mishaps and logins


def test_no_reply_carries_a_traceback_or_a_path(client, behind, rules, folder):
    behind.says[f"{API}/queue/join"] = RuntimeError(f"secret {folder}")
    reply = client.post(f"{API}/queue/join", json={})
    assert reply.status_code == 500 and detail(reply) == words.OUR_FAULT
    behind.says[f"{API}/upload"] = OSError(28, "No space left on device", str(folder / "x"))
    reply = client.post(f"{API}/upload", content=b"x")
    assert reply.status_code == 507 and detail(reply) == words.NO_ROOM
    behind.says[f"{API}/upload"] = (400, "text/plain", b"oh /usr/lib/x")
    assert "/usr" not in client.post(f"{API}/upload", content=b"x").text
    good = rules.references.sign("abc/mine.png")
    behind.says[f"{API}/file={folder}/abc/mine.png"] = (
        403,
        "application/json",
        f'"not allowed: {folder}"'.encode(),
    )
    assert str(folder) not in client.get(f"{API}/file={good}").text


def test_half_uploads_are_swept_up(client, behind, folder):
    import os
    import time

    for name, age in (("old", 2 * boundary.LEFTOVER), ("new", 0)):
        (folder / name).write_bytes(b"half")
        os.utime(folder / name, (time.time() - age,) * 2)
    behind.says[f"{API}/upload"] = OSError(28, "No space left on device")
    client.post(f"{API}/upload", content=b"x")
    assert {path.name for path in folder.iterdir()} == {"abc", "new"}


def test_wrong_passwords_are_counted_and_foreign_ones_are_not(client, behind):
    behind.says["/login"] = (400, "application/json", b'{"detail": "Incorrect credentials."}')
    for _ in range(10):
        assert client.post("/login", headers={"Origin": "https://evil.example"}).status_code == 403
    assert [client.post("/login").status_code for _ in range(5)] == [400, 400, 400, 429, 429]
    reply = client.post("/login")
    assert 1 <= int(reply.headers["retry-after"]) <= 60 and reply.headers["retry-after"] in detail(reply)


def test_right_passwords_are_not_counted(client, behind):
    behind.says["/login"] = (200, "application/json", b'{"success": true}')
    assert {client.post("/login").status_code for _ in range(10)} == {200}
