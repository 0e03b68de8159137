"""Undo and redo."""

from deepart.ui import trail
from deepart.ui.trail import Trail


def test_steps_lead_back_and_on_again():
    there = Trail("a").to("b").to("c")
    assert there.undo().undo() == Trail("a", (), ("c", "b"))
    assert there.undo().undo().redo() == Trail("b", ("a",), ("c",))
    assert there.undo().undo().redo().redo() == there


def test_a_new_step_forgets_what_was_undone_and_the_same_place_is_no_step():
    there = Trail("a").to("b").undo()
    assert there.to("a") is there
    assert there.to("z") == Trail("z", ("a",))


def test_where_there_is_nothing_to_undo_or_redo_it_stays_and_the_buttons_say_so(monkeypatch):
    start = Trail("a")
    assert start.undo() is start and start.redo() is start
    assert [button.interactive for button in start.buttons()] == [False, False]
    assert [button.interactive for button in start.to("b").undo().buttons()] == [False, True]
    monkeypatch.setattr(trail, "MOST", 3)
    for step in "bcdefg":
        start = start.to(step)
    assert start.past == ("d", "e", "f")


def test_every_step_can_be_changed():
    assert Trail("a").to("b").to("c").undo().each(str.upper) == Trail("B", ("A",), ("C",))
