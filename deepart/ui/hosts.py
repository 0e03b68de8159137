"""By which names the page may be called, and which other page a request may come from.

A browser can be made to send anything to a local server: under a foreign name that points at it (DNS rebinding), or from a
foreign page. The first shows in `Host`, the second in `Origin`.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

EVERYWHERE = {"0.0.0.0", "::", ""}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
DEFAULT_PORTS = {"http": "80", "https": "443"}
NAMED = re.compile(r"(?:\[(?P<v6>[0-9a-f:.]{2,45})]|(?P<name>[a-z0-9_.-]{1,253}))(?::(?P<port>[0-9]{1,5}))?")


class Hosts:
    """The names of one running page.

    listening: the address that it listens on; on every address (0.0.0.0) any IP literal is a good name, since only names
        can be made to point elsewhere.
    public_url: the address that visitors type when a proxy stands in front, None without one.
    hosted: the names that a hosting service gives it, separated by commas (the variable SPACE_HOST).
    share: the address of the share link, "" while there is none; it comes up after the page.
    """

    def __init__(
        self,
        listening: str,
        public_url: str | None = None,
        hosted: str = "",
        share: Callable[[], str] = lambda: "",
    ):
        self._share = share
        self._names = set(LOOPBACK)
        self._origins: set[tuple[str, str, str]] = set()
        self._literals = listening.strip("[]") in EVERYWHERE
        if self._literals:
            own = socket.gethostname().lower()
            self._names |= {own, f"{own}.local"}
        else:
            self._names.add(listening.strip("[]").lower())
        for url in [
            public_url or "",
            *(f"https://{name.strip()}" for name in hosted.split(",") if name.strip()),
        ]:
            if (found := _origin(url)) is not None:
                self._origins.add(found)
                self._names.add(found[1])

    def knows(self, host: str | None) -> bool:
        """Whether a `Host` header names this page; the port is not looked at, since it may be mapped."""
        found = _split(host or "")
        if found is None:
            return False
        shared = _origin(self._share())
        return (
            found[0] in self._names
            or (self._literals and _is_literal(found[0]))
            or (shared is not None and found[0] == shared[1])
        )

    def welcomes(self, origin: str | None, host: str) -> bool:
        """Whether a request with this `Origin` may be answered: none (programs), our own page, or an admitted address."""
        if origin is None:
            return True
        found, own = _origin(origin), _split(host)
        if found is None or own is None:
            return False
        scheme, name, port = found
        return (
            found in self._origins
            or found == _origin(self._share())
            or (name, port) == (own[0], own[1] or DEFAULT_PORTS[scheme])
        )


def _split(host: str) -> tuple[str, str] | None:
    """A `Host` header -> (name in lower case, port or ""); None when it is none."""
    found = NAMED.fullmatch(host.strip().lower())
    if found is None:
        return None
    name = found["v6"] or found["name"].removesuffix(".")
    return (name, found["port"] or "") if name else None


def _origin(url: str) -> tuple[str, str, str] | None:
    """(scheme, name, port) of an address; None for "null" and whatever is no web address."""
    try:
        parts = urlsplit(url.strip())
        found = _split(parts.netloc)
    except ValueError:
        return None
    if found is None or parts.scheme not in DEFAULT_PORTS:
        return None
    return parts.scheme, found[0], found[1] or DEFAULT_PORTS[parts.scheme]


def _is_literal(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
