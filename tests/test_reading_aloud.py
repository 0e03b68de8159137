"""Reading, and what comes after a training: they tell how far they are, and stop when they are asked to."""

import importlib

import pytest

from deepart import stops
from deepart.training import status

commands = importlib.import_module("deepart.commands.train")  # deepart.commands.train is the command itself


def test_reading_tells_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "REPORT_EVERY", 0)
    told, seen = status.Status(name="mine", done=0.5), []
    for item in commands._Aloud(told, tmp_path)(range(4)):
        seen.append((item, status.read(tmp_path).done))
    assert seen == [(0, 0), (1, 0.25), (2, 0.5), (3, 0.75)] and told.done == 0.5


@pytest.mark.parametrize("who", ["terminal", "page"])
def test_what_comes_after_a_training_stops_when_it_is_asked_to(who, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "REPORT_EVERY", 0)
    told, seen = status.Status(name="mine", state=status.FINISHING, step=7, done=1.0), []
    aloud = commands._Aloud(told, tmp_path)
    with pytest.raises(stops.Stopped, match="stopped after 7 steps"):
        for item in aloud(range(4)):
            seen.append(item)
            if item == 1:
                aloud.wish.ask() if who == "terminal" else status.ask(tmp_path, status.STOP)
    assert seen == [0, 1] and told.done == 1
