"""Who is let in when there is much to do: nobody waits without a word, and one long job holds up nothing else."""

import asyncio
import contextlib
import json
import threading
import time
from types import SimpleNamespace

import gradio as gr
import httpx
import pytest
from conftest import free_port, run_apart

from deepart import ui
from deepart.ui import boundary, guard, parts, sweeping, turns
from deepart.ui.turns import Busy, Stranger, Turns

API = "/gradio_api"
PATIENCE = 120  # seconds; a busy machine


NOTE = SimpleNamespace(elem_classes=["note"])


def event(**more):
    plain = {"queue": False, "trigger_mode": "always_last", "trigger_after": None, "targets": [(1, "input")], "api_name": "slide", "concurrency_id": "1", "outputs": [NOTE], "api_visibility": "public"}  # fmt: skip
    return SimpleNamespace(**plain | more)


def lines(*events, at_once=1):
    page = SimpleNamespace(fns=dict(enumerate(events)))
    return Turns(page, 32, at_once)


def live(line, number=0):
    return line.turn("direct", "predict", {"fn_index": number})


def test_what_follows_a_finger_waits_for_its_turn():
    async def story():
        line, order = lines(event()), []

        async def move(name):
            async with live(line):
                order.append(f"{name} begins")
                await asyncio.sleep(0)
                order.append(f"{name} ends")

        await asyncio.gather(move("a"), move("b"), move("c"))
        assert order == [f"{name} {what}" for name in "abc" for what in ("begins", "ends")]

    run_apart(story())


def test_when_the_wait_would_be_long_it_is_told_at_once_how_long():
    async def story():
        line = lines(event(), at_once=2)
        line._takes = 10.0  # seconds a move, lately
        async with live(line), live(line):
            with pytest.raises(Busy) as busy:
                async with live(line):
                    raise AssertionError("it was let in")
            assert busy.value.seconds == 5, "two at once, ten seconds each"
        async with live(line):  # free again
            pass

    run_apart(story())


def test_who_waited_in_vain_is_told_so(monkeypatch):
    monkeypatch.setattr(turns, "PATIENCE", 0.05)

    async def story():
        line = lines(event())
        line._takes = 0.001  # so that nobody foresees it
        async with live(line):
            with pytest.raises(Busy):
                async with live(line):
                    raise AssertionError("it was let in")
        async with live(line):
            pass

    run_apart(story())


def test_small_things_and_what_belongs_to_an_answer_are_let_in_always():
    stop = event(trigger_mode="once")
    after = event(queue=True, trigger_after=0)
    opening = event(queue=True, targets=[(0, "load")])

    async def story():
        line = lines(event(), stop, after, opening)
        line._takes = 100.0
        async with live(line), live(line, 1), line.turn("queue", "join", {"fn_index": 2}):
            async with line.turn("queue", "join", {"fn_index": 3}), line.turn("", "cancel", {}):
                pass
            for nobody in ({"fn_index": 99}, {"fn_index": None}, {}, [], "x", None):
                async with line.turn("direct", "predict", nobody):
                    pass

    run_apart(story())


def test_a_page_that_was_opened_before_is_told_to_load_itself_again(monkeypatch):
    monkeypatch.setattr(turns, "INTRODUCTION", 0.05)
    slide, opening = event(api_visibility="private"), event(api_visibility="private", targets=[(0, "load")])
    program = event(queue=True)

    async def story():
        line = lines(slide, opening, program)
        line._page.app = SimpleNamespace(state_holder=SimpleNamespace(session_data={"known": 1}))
        async with line.turn("direct", "predict", {"fn_index": 0, "session_hash": "known"}):
            pass

        async def comes(number, session):
            async with line.turn("direct", "predict", {"fn_index": number, "session_hash": session}):
                pass

        await comes(2, "stranger")  # a program need not open a page
        for session in ("stranger", None):
            with pytest.raises(Stranger):
                await comes(0, session)
        await comes(1, "new")  # its opening has begun, and may take its time
        await comes(0, "new")
        monkeypatch.setattr(turns, "OPENING", -1.0)
        with pytest.raises(Stranger):  # forgotten since
            await comes(0, "new")

    run_apart(story())


# A small page behind the wall


class Small:
    """A page with one event of every kind. `go` lets the long and the quick one end; `inside` tells that one began."""

    def __init__(self):
        self.go, self.inside = threading.Event(), threading.Semaphore(0)
        with gr.Blocks(analytics_enabled=False) as self.page:
            out, button = gr.Textbox(label="Out"), gr.Button("Quick")
            film, slider = gr.Button("Film"), gr.Slider(label="Slider")
            button.click(self.wait, None, out, api_name="quick", concurrency_limit=1)
            film.click(self.wait, None, out, api_name="film", **parts.LONG)
            slider.input(
                guard.noted(1)(str), slider, [out, parts.note()], api_name="slide", queue=False,
                trigger_mode="always_last", show_progress="hidden",
            )  # fmt: skip
        self.page.queue(default_concurrency_limit=1)
        self.turns = Turns(self.page, 8, 1)

    def wait(self):
        self.inside.release()
        assert self.go.wait(PATIENCE)
        return "done"

    def began(self):
        assert self.inside.acquire(timeout=PATIENCE)

    def fn(self, name):
        return next(fn for fn in self.page.fns.values() if fn.api_name == name)

    def takes(self, name, seconds):
        """As if it had taken so long before."""
        self.page._queue.process_time_per_fn[self.fn(name)].add(seconds)

    def join(self, name, session):
        body = {"data": [], "fn_index": self.fn(name)._id, "session_hash": session}
        return self.client.post(f"{API}/queue/join", json=body)

    def slide(self, value):
        body = {"data": [value], "fn_index": self.fn("slide")._id, "session_hash": "s"}
        return self.client.post(f"{API}/run/predict", json=body)

    def answer(self, session):
        with self.client.stream("GET", f"{API}/queue/data?session_hash={session}") as stream:
            for line in stream.iter_lines():
                if line.startswith("data:") and json.loads(line[5:])["msg"] == "process_completed":
                    return json.loads(line[5:])["output"]["data"]


@pytest.fixture
def small():
    page = Small()
    with contextlib.ExitStack() as stack:
        port = free_port()
        page.page.launch(
            server_name="127.0.0.1", server_port=port, prevent_thread_lock=True, quiet=True, ssr_mode=False,
            inbrowser=False, **ui.wall(page.page, "127.0.0.1", None, boundary.Limits(), page.turns),
        )  # fmt: skip
        ui.visits.remember(page.page)
        stack.callback(page.page.close)
        stack.callback(page.go.set)
        page.url = f"http://127.0.0.1:{port}"
        page.client = stack.enter_context(httpx.Client(base_url=page.url, timeout=PATIENCE))
        yield page


def test_a_long_job_holds_up_neither_sliders_nor_quick_work(small):
    assert small.join("film", "a").status_code == 200
    small.began()
    assert small.slide(3).json()["data"] == ["3", ""]
    assert small.join("quick", "b").status_code == 200
    small.began()
    assert small.slide(4).json()["data"] == ["4", ""], "while both are at work"
    small.go.set()
    assert small.answer("a") == ["done"] and small.answer("b") == ["done"]


def test_whoever_would_wait_long_in_the_queue_is_told_when_to_come_again(small):
    small.takes("quick", 9.0)
    assert small.join("quick", "a").status_code == 200
    small.began()
    refused = small.join("quick", "b")
    seconds = int(refused.headers["retry-after"])
    assert refused.status_code == 429 and 1 <= seconds <= 9
    assert f"try again in {seconds} s" in refused.json()["detail"]
    assert small.slide(1).status_code == 200, "other kinds of work have lines of their own"
    small.go.set()
    assert small.answer("a") == ["done"]
    assert small.join("quick", "b").status_code == 200


def test_a_full_queue_says_so_in_the_same_words(small):
    small.takes("quick", 0.001)
    codes = [small.join("quick", f"s{i}").status_code for i in range(12)]
    assert codes[0] == 200 and codes[-1] == 429 and codes == sorted(codes)
    assert "try again in" in small.join("quick", "late").json()["detail"]


def test_the_page_shows_the_sentence(small, browser):
    small.takes("quick", 9.0)
    small.turns._takes = 100.0
    context = browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    page.goto(small.url)
    small.join("quick", "a")
    small.began()
    page.get_by_role("button", name="Quick").click()
    page.get_by_text("try again in").first.wait_for()
    page.reload()
    page.get_by_role("slider").first.wait_for()
    assert page.get_by_text("try again in").count() == 0
    small.turns._free = asyncio.Semaphore(0)  # as if another's were at work for ever
    page.get_by_role("slider").first.press("ArrowRight")
    page.get_by_role("status").get_by_text("try again in").wait_for()
    small.turns._free = asyncio.Semaphore(1)
    page.get_by_role("slider").first.press("ArrowRight")
    page.get_by_role("status").get_by_text("try again in").wait_for(state="detached")
    context.close()


# The real page


@pytest.fixture(scope="module")
def events(weights_folder):
    from deepart.studio import Studio

    return list(ui.build(Studio(weights_folder, "cpu")).fns.values())


def test_films_full_sizes_and_folders_have_a_line_of_their_own(events):
    long = {event.api_name for event in events if event.concurrency_id == parts.LONG["concurrency_id"]}
    assert long >= {"walk", "morph", "restyle", "enlarge", "project"}
    for name in ("fetch", "take", "run", "search", "pack"):
        assert any(known.startswith(name) for known in long), name


def test_nothing_that_follows_a_finger_waits_in_the_queue_of_long_work(events):
    moving = [event for event in events if not event.queue and event.trigger_mode == "always_last"]
    assert len(moving) >= 8
    free = {event.api_name for event in moving if not turns._is_work(event)}
    assert free == {"go", "dot"}, "small ones; all others can say on the page that there is too much to do"
    stops = [event for event in events if event.api_name.startswith("stop")]
    assert stops and not any(event.queue or turns._is_work(event) for event in stops)


def test_nothing_waits_as_long_as_files_are_kept():
    assert sweeping.KEPT > 20 * turns.LONG_PATIENCE
    assert sweeping.KEPT + sweeping.EVERY < 70 * 60


def test_the_estimate_counts_what_waits_and_what_is_at_work():
    class Line:
        concurrency_limit, current_concurrency = 2, 2

    work, long = event(queue=True), event(queue=True, concurrency_id="long")
    line = Line()
    line.queue = [SimpleNamespace(fn=work), SimpleNamespace(fn=work)]
    line.start_times_per_fn = {work_of(work): {time.time() - 1.0}}
    known = {id(work): SimpleNamespace(avg_time=3.0, count=4)}
    queue = SimpleNamespace(
        event_queue_per_concurrency_id={"1": line},
        process_time_per_fn=SimpleNamespace(get=lambda fn: known.get(id(getattr(fn, "of", fn)))),
    )
    found = Turns(SimpleNamespace(fns={}, _queue=queue), 32, 1)
    assert found.wait(work) == pytest.approx((3 + 3 + 2) / 2, abs=0.2)
    assert found.wait(long) == 0.0, "nobody waits there"


def work_of(event):
    """The same event as a key; SimpleNamespace has no hash."""

    class Key:
        of, concurrency_id = event, event.concurrency_id

    return Key
