"""Trainings as the page begins them: real child processes on pictures that take no time."""

import contextlib
import json
import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from deepart import disk, weights
from deepart.supervisor import Order, Supervisor, TrainError
from deepart.training import status

TINY = (
    "--size",
    "16",
    "--channels",
    "4,8",
    "--batch",
    "2",
    "--init",
    "none",
    "--device",
    "cpu",
    "--save-every",
    "1",
)
LONG = ("--steps", "100000000")


def wait_for(condition, seconds=240):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    pytest.fail("it did not happen in time")


@pytest.fixture
def pictures(tmp_path):
    folder = tmp_path / "pictures"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for i in range(12):
        Image.fromarray(rng.integers(0, 255, (24, 20, 3), dtype=np.uint8)).save(folder / f"{i}.png")
    return folder


@pytest.fixture
def supervisor(tmp_path):
    made = Supervisor(tmp_path / "runs", tmp_path / "models", "cpu")
    yield made
    with contextlib.suppress(OSError):  # where there is no folder, nothing waits
        made.queue.write([])
    for child in made.children._own.values():
        with contextlib.suppress(OSError):
            child.kill()
        child.wait(60)


def order(pictures, name="mine", *extra) -> Order:
    return Order("vae", name, pictures, extra=(*TINY, *extra))


def state(supervisor, name="mine"):
    return supervisor.status(name).state


def has_steps(supervisor, name="mine", more_than=0):
    told = supervisor.status(name)
    assert told.state in (*status.ACTIVE, status.WAITING), (told.state, told.sentence)
    return told.state == status.RUNNING and told.step > more_than and told


def test_a_training_becomes_a_model_and_the_next_one_waits_for_it(supervisor, pictures):
    supervisor.start(order(pictures, "first", "--steps", "3"))
    supervisor.start(order(pictures, "second", "--steps", "2"))
    assert state(supervisor, "second") == status.WAITING and supervisor.queue.names() == ["second"]
    assert supervisor.tick() is None  # one at a time
    wait_for(lambda: state(supervisor, "first") == status.FINISHED)
    assert wait_for(supervisor.tick) == "second"
    wait_for(lambda: state(supervisor, "second") == status.FINISHED)
    assert not supervisor.is_busy() and set(supervisor.names()) == {"first", "second"}
    card, _ = weights.load("first", supervisor.models)
    assert card.is_own and card.training["steps"] == 3 and "from nothing" in card.description
    assert (supervisor.models / "first" / "sheet.png").stat().st_size > 100
    assert (
        not list(supervisor.models.glob(".*")) and not (supervisor.home("first") / "checkpoint.pt").exists()
    )
    told = supervisor.status("first")
    assert told.done == 1 and told.history[-1]["step"] == 3 and told.speed > 0 and told.memory > 50
    with pytest.raises(TrainError, match="models never change"):
        supervisor.start(order(pictures, "first"))


def test_pause_kill_and_a_new_page_lose_nothing(supervisor, pictures, tmp_path):
    supervisor.start(order(pictures, "mine", *LONG))
    wait_for(lambda: has_steps(supervisor))
    supervisor.end("mine", status.PAUSE)
    paused = wait_for(lambda: state(supervisor) == status.PAUSED and supervisor.status("mine"))
    assert (supervisor.home("mine") / "checkpoint.pt").is_file()

    supervisor.resume("mine")
    told = wait_for(lambda: has_steps(supervisor, more_than=paused.step))
    wait_for(lambda: (supervisor.home("mine") / "checkpoint.pt").stat().st_mtime > paused.updated)
    os.kill(told.pid, signal.SIGKILL)
    killed = wait_for(lambda: state(supervisor) == status.INTERRUPTED and supervisor.status("mine"))
    assert not supervisor.is_busy()

    other = Supervisor(tmp_path / "runs", tmp_path / "models", "cpu")  # the page was started again
    assert other.names() == ["mine"] and state(other) == status.INTERRUPTED
    other.resume("mine")
    try:
        told = wait_for(lambda: has_steps(other, more_than=paused.step))
        assert told.step > paused.step and killed.step > paused.step
        third = Supervisor(tmp_path / "runs", tmp_path / "models", "cpu")
        assert state(third) == status.RUNNING  # though none of its children
        third.end("mine", status.FINISH)
        wait_for(lambda: state(third) == status.FINISHED)
    finally:
        for child in other.children._own.values():
            child.kill()
            child.wait(60)
    assert weights.load("mine", supervisor.models)[0].training["steps"] >= told.step


def test_what_was_stopped_can_become_a_model_as_it_is(supervisor, pictures):
    supervisor.start(order(pictures, "mine", *LONG))
    wait_for(lambda: has_steps(supervisor))
    supervisor.end("mine", status.STOP)
    stopped = wait_for(lambda: state(supervisor) == status.STOPPED and supervisor.status("mine"))
    supervisor.resume("mine", finish=True)
    wait_for(lambda: state(supervisor) == status.FINISHED)
    assert weights.load("mine", supervisor.models)[0].training["steps"] == stopped.step


def test_a_training_that_cannot_be_says_why(supervisor, tmp_path):
    folder = tmp_path / "none"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"no picture")
    supervisor.start(order(folder))
    wait_for(lambda: state(supervisor) == status.FAILED)
    assert "no pictures in split 'train'" in supervisor.status("mine").sentence
    supervisor.delete("mine")
    assert supervisor.names() == []


def test_one_that_waits_can_be_taken_out_and_deleted_with_its_pictures(supervisor, pictures):
    folder = supervisor.new_folder()
    supervisor.tick = lambda: None  # nothing begins
    for name in ("mine", "yours"):
        supervisor.start(order(folder, name))
    assert supervisor.queue.names() == ["mine", "yours"]
    supervisor.end("mine", status.STOP)
    assert state(supervisor) == status.STOPPED and "mine" not in supervisor.queue.names()
    supervisor.delete("mine")
    assert supervisor.names() == ["yours"] and folder.exists()  # another one needs them
    supervisor.delete("yours")
    assert not folder.exists() and pictures.exists()


@pytest.mark.parametrize("name", ["Upper", "../out", "", "a/b", ".hidden"])
def test_a_name_cannot_lead_out_of_the_folder(supervisor, pictures, name):
    with pytest.raises(TrainError, match="small letters"):
        order(pictures, name)
    for act in (supervisor.delete, supervisor.delete_model, supervisor.resume, supervisor.status):
        with pytest.raises(TrainError, match="small letters"):
            act(name)


def test_models_that_came_with_deepart_are_not_deleted(supervisor):
    from deepart.models import vae

    config = vae.Config(image_size=16, z_dim=4, channels=(4, 8))
    plain = {"image_size": 16, "z_dim": 4, "channels": [4, 8]}
    for name, facts in (("shipped-1", {}), ("own-1", {"own": True})):
        card = weights.ModelCard(name, "vae", plain, training=facts)
        weights.save(supervisor.models / name, card, vae.VAE(config))
    with pytest.raises(TrainError, match="came with deepart"):
        supervisor.delete_model("shipped-1")
    with pytest.raises(TrainError, match="came with deepart"):
        supervisor.delete_model("own")  # only by its whole name
    assert [card.name for card in supervisor.own_models()] == ["own-1"]
    supervisor.delete_model("own-1")
    assert weights.names(supervisor.models) == ["shipped-1"]


def test_a_queue_file_of_nonsense_is_an_empty_queue(supervisor):
    supervisor.runs.mkdir()
    for text in ("{", "7", '["../x", 5, "good"]'):
        (supervisor.runs / "queue.json").write_text(text)
        assert supervisor.queue.names() == (["good"] if "good" in text else [])


def test_a_check_answers_and_can_be_stopped(supervisor, pictures):
    found = supervisor.check(order(pictures))
    assert found["pictures"] == 12 and found["estimate"]["seconds"] > 0 and os.path.isfile(found["sheet"])
    assert supervisor.names() == []  # a check is no training
    assert supervisor.check(order(pictures), stop=lambda: True) is None


def test_a_check_leaves_the_labels_of_a_training_of_that_name(supervisor, pictures, monkeypatch):
    supervisor.tick = lambda: None
    labels = (("0.png", "one"), ("1.png", "two"))
    supervisor.start(Order("classifier", "mine", pictures, labels=labels))
    said = []

    def answer(flags, stop):
        table = flags[flags.index("--labels") + 1]
        said.append((flags, Path(table).read_text().split()))
        return {"check": {"pictures": 2}}

    monkeypatch.setattr("deepart.supervisor.supervisor.answer", answer)
    other = Order("classifier", "mine", pictures, labels=(("2.png", "three"), ("3.png", "four")))
    assert supervisor.check(other) == {"pictures": 2}
    assert said[0][1] == ["file,label", "2.png,three", "3.png,four"] and said[0][0][-1] == "--check"
    assert (supervisor.home("mine") / "labels.csv").read_text().split() == [
        "file,label",
        "0.png,one",
        "1.png,two",
    ]


def test_a_training_that_cannot_begin_waits_on(supervisor, pictures, monkeypatch):
    def refuse(*_):
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(supervisor.children, "begin", refuse)
    with pytest.raises(OSError, match="memory"):
        supervisor.start(order(pictures))
    assert supervisor.queue.names() == ["mine"] and state(supervisor) == status.WAITING
    begun = []
    monkeypatch.setattr(supervisor.children, "begin", lambda name, *_: begun.append(name) or os.getpid())
    assert supervisor.tick() == "mine" and begun == ["mine"] and supervisor.queue.names() == []


def test_a_page_that_ended_while_it_began_a_training_leaves_one_that_can_go_on(supervisor, pictures):
    supervisor.tick = lambda: None
    supervisor.start(order(pictures))
    supervisor.queue.write([])
    assert state(supervisor) == status.INTERRUPTED
    supervisor.resume("mine")
    assert state(supervisor) == status.WAITING


def test_dropped_pictures_that_no_training_needs_are_forgotten(supervisor, pictures):
    supervisor.tick = lambda: None
    used, old, new = (supervisor.new_folder() for _ in range(3))
    supervisor.start(order(used))
    for folder in (used, old):
        os.utime(folder, (0, 0))
    supervisor.sweep()
    assert used.exists() and new.exists() and not old.exists()
    for folder in (used, new, pictures):
        supervisor.forget(folder)
    assert used.exists() and not new.exists() and pictures.exists()


def test_a_status_that_was_cut_off_is_none(tmp_path):
    (tmp_path / status.FILE).write_text('{"step": 3')
    assert status.read(tmp_path) is None
    (tmp_path / status.FILE).write_text(json.dumps({"step": 3, "of_a_later_version": 1}))
    assert status.read(tmp_path).step == 3


def test_a_history_stays_small_and_keeps_its_ends():
    told = status.Status()
    for step in range(10 * status.MOST):
        told.step = step
        told.remember({"loss": 1.0, "odd": float("nan")})
    assert len(told.history) <= status.MOST and told.history[0] == {"step": 0, "loss": 1.0}
    assert told.history[-1]["step"] > 9 * status.MOST


def test_a_page_that_looks_does_not_keep_a_run_from_beginning(tmp_path):
    """Many looks beside many beginnings: the run's own lock always succeeds."""
    import threading

    ended = threading.Event()

    def look():
        while not ended.is_set():
            status.is_alive(tmp_path)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for _ in range(200):
            with status.held(tmp_path):
                pass
    finally:
        ended.set()
        watcher.join()
    with status.held(tmp_path), pytest.raises(disk.Busy), status.held(tmp_path):
        pass
