"""Two real apps behind a real nginx, with the configuration that HOSTING.md gives."""

import contextlib
import os
import random
import re
import shutil
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from conftest import ROOT, START_SECONDS, free_port, missing, run_apart

from deepart import assets
from deepart.ui import boundary, words
from tests.crowd.page import Page
from tests.crowd.server import running
from tests.crowd.visitor import API, Failed, Visitor

BLOCK = re.compile(r"```nginx\n(.*?)```", re.DOTALL)
FRAME = """daemon off; pid {folder}/pid; error_log stderr; {user}
events {{}}
http {{
access_log off;
client_body_temp_path {folder}/1; proxy_temp_path {folder}/2; fastcgi_temp_path {folder}/3; uwsgi_temp_path {folder}/4;
scgi_temp_path {folder}/5;
{block}
}}
"""
MOST = (
    40  # visitors until both replicas have one; that all go to one is as likely as 40 equal throws of a coin
)
PICTURE = (assets.FOLDER / "wave.jpg").read_bytes()


def configuration(folder: Path, port: int, replicas: list[int]) -> str:
    """That of HOSTING.md, for these ports."""
    block = BLOCK.search((ROOT / "deepart" / "HOSTING.md").read_text("utf-8"))[1]
    for old, new in (
        ("listen 80", f"listen 127.0.0.1:{port}"),
        *zip(("7861", "7862"), map(str, replicas), strict=True),
    ):
        assert old in block, f"HOSTING.md's configuration says nothing of {old}"
        block = block.replace(old, new)
    user = "user root;" if os.geteuid() == 0 else ""
    return FRAME.format(folder=folder, user=user, block=block)


@contextlib.contextmanager
def nginx(folder: Path, port: int, replicas: list[int]):
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        missing("nginx is not installed", "nginx")
    file = folder / "nginx.conf"
    file.write_text(configuration(folder, port, replicas))
    log = folder / "nginx.log"
    with log.open("w") as out:
        process = subprocess.Popen([program, "-c", str(file), "-p", str(folder)], stdout=out, stderr=out)
    try:
        end = time.monotonic() + START_SECONDS
        while True:
            with contextlib.suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}{API}/app_id", timeout=60).status_code == 200:
                    break
            assert process.poll() is None and time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture
def studio(weights_folder, tmp_path):
    """Two replicas and what stands in front of them."""
    if not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()):
        missing("nginx is not installed", "nginx")
    port, ports = free_port(), [free_port(), free_port()]
    url = f"http://127.0.0.1:{port}"
    flags = ("--host", "127.0.0.1", "--public-url", url, "--weights", str(weights_folder))
    with (
        running(ports[0], *flags) as first,
        running(ports[1], *flags) as second,
        nginx(tmp_path, port, ports),
    ):
        yield SimpleNamespace(url=url, replicas={name_of(s.url): s for s in (first, second)})


def name_of(url: str) -> str:
    """What a replica calls itself; every process has another name."""
    return httpx.get(f"{url}{API}/app_id", timeout=60).json()["app_id"]


async def replica_of(visitor: Visitor) -> str:
    return (await visitor.client.get(f"{API}/app_id")).json()["app_id"]


async def work(visitor: Visitor) -> None:
    """Page, upload, its progress, queue, stream, the files of the answers, and what goes past the queue."""
    await visitor.load()
    await visitor.settle()
    await visitor.classify(PICTURE)
    await visitor.paint(2)
    await visitor.slide()


async def both(page: Page, replicas: set[str], dice: random.Random) -> dict[str, Visitor]:
    """Visitors come until each replica has one."""
    found: dict[str, Visitor] = {}
    for _ in range(MOST):
        visitor = Visitor(page, dice)
        await visitor.client.get("/", headers={"accept": "text/html"})
        name = await replica_of(visitor)
        if name in found:
            await visitor.leave()
        found.setdefault(name, visitor)
        if found.keys() == replicas:
            return found
    raise AssertionError(f"{MOST} visitors all came to {found.keys()} of {replicas}")


def test_each_visitor_keeps_to_one_replica_and_goes_to_the_other_when_it_ends(studio):
    run_apart(_story(studio))


async def _story(studio) -> None:
    page, dice = Page.look(studio.url), random.Random(0)
    assert len({name_of(studio.url) for _ in range(8)}) == 1, "a program without cookies keeps to one, too"
    found = await both(page, set(studio.replicas), dice)
    for name, visitor in found.items():
        for _ in range(2):
            await work(visitor)
            assert await replica_of(visitor) == name
    (dead, orphan), (alive, other) = found.items()
    picture = await orphan.upload(PICTURE)
    look = page.events["look"]
    with pytest.raises(Failed, match=re.escape(words.NOT_UPLOADED[:30])):
        await other.queued((look, [picture, page.values(look)[1]]))

    studio.replicas[dead].process.kill()
    studio.replicas[dead].process.wait()
    await work(other)
    assert await replica_of(other) == alive
    newcomer = Visitor(page, dice)
    await work(newcomer)
    # The visitors of the dead one come to the other, which refuses what it never got, with a sentence, tells their page that
    # it is not the one that it was opened with (so that it loads itself again), and serves them from then on.
    assert await replica_of(orphan) == alive
    with pytest.raises(Failed, match=re.escape(words.NOT_UPLOADED[:30])):
        await orphan.queued((look, [picture, page.values(look)[1]]))
    with pytest.raises(Failed, match=re.escape(boundary.LOST)):
        await orphan.slide()
    await work(orphan)
    for visitor in (other, newcomer, orphan):
        await visitor.leave()
