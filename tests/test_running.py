"""Long work that is stopped ends after what it is at, and keeps it."""

from types import SimpleNamespace

import pytest

pytest.importorskip("gradio")

from deepart.ui.running import Running
from deepart.ui.sample import wall

ANN, BOB = SimpleNamespace(session_hash="ann"), SimpleNamespace(session_hash="bob")


def test_a_wish_to_stop_is_heard_once_by_the_one_who_has_it():
    running = Running()
    ann, bob = running.begin(ANN), running.begin(BOB)
    running.stop(ANN)
    assert not running.stopped(bob)
    assert running.stopped(ann) and not running.stopped(ann)


def test_a_wish_from_before_does_not_stop_the_next_job():
    running = Running()
    running.stop(ANN)
    assert not running.stopped(running.begin(ANN))


def test_paintings_stop_after_the_one_at_work_and_those_done_stay():
    kept, running, painted = [], Running(), []
    book = SimpleNamespace(
        keep=lambda who, made: kept.append((who, made.recipe.seed)) or f"{made.recipe.seed}.png"
    )
    hung = SimpleNamespace(book=book, running=running)

    def paintings():
        for seed in range(16):
            painted.append(seed)
            yield SimpleNamespace(
                recipe=SimpleNamespace(seed=seed, to_json=lambda seed=seed: f"recipe {seed}")
            )

    key = running.begin(ANN)
    for step in wall.hang(paintings(), hung, ANN, key):
        if len(step[0]) == 3:
            running.stop(ANN)
    shown, recipes = step
    assert painted == [0, 1, 2] and [name for name, _ in shown] == ["0.png", "1.png", "2.png"]
    assert recipes == ["recipe 0", "recipe 1", "recipe 2"] and kept == [(ANN, 0), (ANN, 1), (ANN, 2)]
