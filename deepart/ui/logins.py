"""How many wrong passwords are taken, by one visitor and in all."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import deque
from collections.abc import Callable

MINUTE = 60.0  # seconds
BY_ONE = 5  # wrong passwords a minute from one address
IN_ALL = 60  # and from everywhere: an address can be forged behind a proxy


class Logins:
    """Counts tries that are under way or went wrong in the last minute. Not for threads: the event loop's only."""

    def __init__(
        self, by_one: int = BY_ONE, in_all: int = IN_ALL, clock: Callable[[], float] = time.monotonic
    ):
        self._by_one, self._in_all, self._clock = by_one, in_all, clock
        self._tries: deque[tuple[float, str]] = deque()  # never more than in_all

    def wait(self, peer: str) -> int:
        """Seconds until this visitor may try again; 0 for now."""
        now = self._clock()
        while self._tries and self._tries[0][0] <= now - MINUTE:
            self._tries.popleft()
        own = [at for at, who in self._tries if who == _house(peer)]
        oldest = []
        if len(own) >= self._by_one:
            oldest.append(own[-self._by_one])
        if len(self._tries) >= self._in_all:
            oldest.append(self._tries[0][0])
        return max((max(1, math.ceil(at + MINUTE - now)) for at in oldest), default=0)

    def begin(self, peer: str) -> tuple[float, str]:
        """Take a try into account before it is judged, so that many at once do not slip through."""
        ticket = (self._clock(), _house(peer))
        self._tries.append(ticket)
        return ticket

    def forgive(self, ticket: tuple[float, str]) -> None:
        """The try was no wrong password after all."""
        if ticket in self._tries:
            self._tries.remove(ticket)


def _house(peer: str) -> str:
    """An IPv6 visitor owns a whole /64 and would change address at will."""
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return peer
    return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else peer
