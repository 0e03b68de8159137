"""Guessing passwords is slowed down, and nobody can lock an artist out from another page."""

import pytest

from deepart.ui.logins import Logins


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_five_wrong_ones_then_a_minute_of_rest(clock):
    logins = Logins(by_one=5, in_all=60, clock=clock)
    for _ in range(5):
        assert logins.wait("1.2.3.4") == 0
        logins.begin("1.2.3.4")
        clock.now += 2
    assert logins.wait("1.2.3.4") == 50 and logins.wait("5.6.7.8") == 0
    clock.now += 50
    assert logins.wait("1.2.3.4") == 0


def test_right_ones_are_not_counted(clock):
    logins = Logins(by_one=2, clock=clock)
    for _ in range(50):
        logins.forgive(logins.begin("1.2.3.4"))
    assert logins.wait("1.2.3.4") == 0


def test_a_thousand_at_once_are_counted_before_they_are_judged(clock):
    logins = Logins(by_one=5, clock=clock)
    assert sum(logins.wait("1.2.3.4") == 0 and bool(logins.begin("1.2.3.4")) for _ in range(1000)) == 5


def test_from_everywhere_at_once(clock):
    logins = Logins(by_one=5, in_all=60, clock=clock)
    taken = sum(logins.wait(f"10.0.{n}.1") == 0 and bool(logins.begin(f"10.0.{n}.1")) for n in range(250))
    assert taken == 60 and logins.wait("9.9.9.9") == 60
    clock.now += 60
    assert logins.wait("9.9.9.9") == 0


def test_one_who_owns_many_addresses_is_one(clock):
    logins = Logins(by_one=2, clock=clock)
    logins.begin("2001:db8::1")
    logins.begin("2001:db8::2")
    assert logins.wait("2001:db8::3") == 60 and logins.wait("2001:db8:0:1::3") == 0
