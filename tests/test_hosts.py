"""By which names the page may be called, and from which pages requests may come."""

import pytest

from deepart.ui.hosts import Hosts

LOCAL = Hosts("127.0.0.1")
OPEN = Hosts("0.0.0.0")
PROXIED = Hosts("127.0.0.1", "https://art.example/studio")
SPACE = Hosts("0.0.0.0", hosted="me-deepart.hf.space, art.example")


@pytest.mark.parametrize(
    ("hosts", "name", "known"),
    [
        (LOCAL, "127.0.0.1:7860", True),
        (LOCAL, "localhost:7860", True),
        (LOCAL, "LOCALHOST.", True),
        (LOCAL, "[::1]:7860", True),
        (LOCAL, "localhost:1", True),  # ports may be mapped
        (LOCAL, "evil.example:7860", False),  # a name that was made to point here
        (LOCAL, "localhost.evil.example", False),
        (LOCAL, "192.168.1.7:7860", False),
        (LOCAL, "", False),
        (LOCAL, None, False),
        (LOCAL, "localhost@evil.example", False),
        (LOCAL, "localhost/evil.example", False),
        (LOCAL, "localhost, evil.example", False),
        (OPEN, "192.168.1.7:7860", True),
        (OPEN, "[fe80::1]:7860", True),
        (OPEN, "evil.example", False),
        (OPEN, "1.2.3.4.evil.example", False),
        (Hosts("192.168.1.7"), "192.168.1.7:7860", True),
        (Hosts("192.168.1.7"), "192.168.1.8:7860", False),
        (Hosts("::"), "[2001:db8::1]:7860", True),
        (PROXIED, "art.example", True),
        (PROXIED, "127.0.0.1:7860", True),  # what a proxy says that keeps the visitor's name to itself
        (PROXIED, "studio", False),
        (SPACE, "me-deepart.hf.space", True),
        (SPACE, "art.example", True),
        (SPACE, "other-deepart.hf.space", False),
    ],
)
def test_names(hosts, name, known):
    assert hosts.knows(name) is known


@pytest.mark.parametrize(
    ("hosts", "origin", "host", "welcome"),
    [
        (LOCAL, None, "localhost:7860", True),  # a program, no browser
        (LOCAL, "http://localhost:7860", "localhost:7860", True),
        (LOCAL, "http://127.0.0.1:7860", "127.0.0.1:7860", True),
        (LOCAL, "http://[::1]:7860", "[::1]:7860", True),
        (LOCAL, "null", "localhost:7860", False),  # a sandboxed frame, a file, a redirect
        (LOCAL, "", "localhost:7860", False),
        (LOCAL, "https://evil.example", "localhost:7860", False),
        (LOCAL, "http://localhost:9999", "localhost:7860", False),  # another program of this machine
        (LOCAL, "http://127.0.0.1:7860", "localhost:7860", False),
        (LOCAL, "file://", "localhost:7860", False),
        (LOCAL, "http://[::1", "localhost:7860", False),
        (LOCAL, "http://localhost:7860.evil.example", "localhost:7860", False),
        (LOCAL, "http://localhost:7860@evil.example", "localhost:7860", False),
        (OPEN, "http://192.168.1.7", "192.168.1.7", True),
        (OPEN, "http://192.168.1.7", "192.168.1.7:80", True),
        (OPEN, "https://192.168.1.7", "192.168.1.7:80", False),
        (PROXIED, "https://art.example", "127.0.0.1:7860", True),
        (PROXIED, "https://art.example:443", "art.example", True),
        (PROXIED, "http://art.example:81", "127.0.0.1:7860", False),
        (PROXIED, "https://not-art.example", "127.0.0.1:7860", False),
        (SPACE, "https://me-deepart.hf.space", "10.0.0.5:7860", True),
        (SPACE, "https://huggingface.co", "me-deepart.hf.space", False),
    ],
)
def test_origins(hosts, origin, host, welcome):
    assert hosts.welcomes(origin, host) is welcome


def test_the_share_link_is_known_from_when_it_is_there():
    link = [""]
    hosts = Hosts("127.0.0.1", share=lambda: link[0])
    assert not hosts.knows("abc.gradio.live") and not hosts.welcomes(
        "https://abc.gradio.live", "127.0.0.1:7860"
    )
    link[0] = "https://abc.gradio.live"
    assert hosts.knows("abc.gradio.live") and hosts.welcomes("https://abc.gradio.live", "127.0.0.1:7860")
    assert not hosts.knows("abcd.gradio.live") and not hosts.welcomes(
        "https://abcd.gradio.live", "127.0.0.1:7860"
    )
