"""References to files that nobody handed out, in every spelling and wrapping that we could think of."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

META = {"_type": "gradio.FileData"}


class Forger:
    """Makes forged references to given targets.

    paths: absolute paths of files that must not be opened; url: an address that must not be fetched; signed: a good
        reference of another visitor, to be spoilt.
    """

    def __init__(self, rng: random.Random, paths: list[str], url: str, signed: str):
        self.rng, self.url, self.signed = rng, url, signed
        self.paths = paths

    def text(self) -> str:
        """One text that refers to a file or an address."""
        path = self.rng.choice(self.paths)
        spell: Callable[[], str] = self.rng.choice(
            [
                lambda: path,
                lambda: path.lstrip("/"),
                lambda: "../" * self.rng.randint(1, 12) + path.lstrip("/"),
                lambda: "x/" + "../" * self.rng.randint(1, 12) + path.lstrip("/"),
                lambda: quote(path, safe=""),
                lambda: quote(quote(path, safe=""), safe=""),
                lambda: "..%2f" * 8 + path.lstrip("/"),
                lambda: path.replace("/", "//"),
                lambda: path.replace("/", "\\"),
                lambda: path + "\0.png",
                lambda: " " + path,
                lambda: f"file://{path}",
                lambda: f"FILE:{path}",
                lambda: f"/gradio_api/file={path}",
                lambda: f"{self.url}gradio_api/file={path}",
                lambda: f"/gradio_api/proxy={self.url}",
                lambda: f"/proxy={self.url}",
                lambda: self.url,
                lambda: self.url.replace("http://", "HTTP://"),
                lambda: self.url.replace("http:", ""),
                lambda: f"https://{self.url.partition('//')[2]}",
                lambda: f"http://user@{self.url.partition('//')[2]}",
                lambda: "data:image/png;base64,iVBORw0KGgo=",
                lambda: f"data:text/plain,{path}",
                lambda: self.signed[:32] + path,
                lambda: f"{self.signed}/../../..{path}",
                lambda: self._spoilt(),
                lambda: f"~root{path}",
                lambda: f"/proc/self/root{path}",
            ]
        )
        return spell()

    def _spoilt(self) -> str:
        at = self.rng.randrange(len(self.signed))
        other = self.rng.choice([c for c in "0123456789abcdef/.A" if c != self.signed[at]])
        return self.signed[:at] + other + self.signed[at + 1 :]

    def reference(self) -> dict[str, Any]:
        """A reference in Gradio's form with some of its fields, whichever."""
        fields = {
            "path": self.rng.choice([self.text(), None, 7, [self.text()], {"path": self.text()}]),
            "url": self.rng.choice([self.text(), None, self.url]),
            "orig_name": self.rng.choice(["x.png", self.text()]),
            "mime_type": "image/png",
            "size": self.rng.choice([7, -1, None, 10**30]),
            "is_stream": self.rng.choice([True, False]),
            "meta": self.rng.choice([META, META, {"_type": "other"}]),
        }
        kept = {name: value for name, value in fields.items() if self.rng.random() < 0.6}
        if not kept.keys() & {"path", "url"}:
            kept["path"] = self.text()
        return kept

    def value(self) -> Any:
        """A reference, or a list or dict that holds one somewhere: galleries, states, layers, events."""
        value: Any = self.reference()
        wrap = [
            lambda: [value],
            lambda: [{"image": value, "caption": "x"}],
            lambda: [{"image": None, "caption": None}, {"video": value}],
            lambda: [[value, "caption"]],
            lambda: {"background": None, "layers": [value], "composite": None},
            lambda: {"text": "hello", "files": [value]},
            lambda: {"z": [0.0], "aspect": value},
            lambda: {"axes": [], "at": [value], "held": False},
            lambda: {"value": value, "__type__": "update"},
        ]
        for _ in range(self.rng.choice([0, 0, 0, 1, 1, 2, 3])):
            value = self.rng.choice(wrap)()
        return value
