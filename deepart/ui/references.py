"""References to files, as the browser sees them: signed and without a server's path.

What leaves says `<signature>/<folder>/<name>` wherever Gradio wrote `<upload folder>/<folder>/<name>`; what comes back must
carry our signature, so a client can name only files that this page handed out to it: its uploads, and results that it was
sent. Nothing is remembered, and a new start makes a new key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import stat
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote

from deepart.ui import words

DEPTH = 40  # JSON nested deeper is refused; the page's own is below 12
SIGNATURE = 32  # characters, hexadecimal: 128 bits
FIELDS = (
    "size",
    "orig_name",
    "mime_type",
)  # what a reference may tell beside its path; all else is ours to say
MARKS = {"path", "url", "orig_name", "mime_type", "is_stream"}  # a dict with any of these refers to a file
FILE_DATA = "gradio.FileData"
# Texts that refer to a file or an address by themselves. No text that an artist types begins like this.
POINTS_ELSEWHERE = re.compile(
    r"\s*(?:(?:data|https?|file|ftp|blob):|[/\\~]|\.{1,2}[/\\]|[a-z]:[/\\])", re.IGNORECASE
)
# Of a path in a reply: all of a JSON string (names may hold ' and #), or a part of one, up to what ends it in HTML.
WHOLE = rb"/((?:[^\"\\\x00-\x1f]|\\u[0-9a-fA-F]{4})*)(?=\")"
TAIL = rb"/((?:[^\"'\\<>?#\x00-\x1f]|\\u[0-9a-fA-F]{4})*)"


class Foreign(ValueError):
    """A reference that this page did not hand out. Its text is meant for the artist."""


class Gone(ValueError):
    """A reference of ours to a file that is not there any more. Its text is meant for the artist."""


class References:
    """Signs and checks references to the files in one folder. key: secret bytes, None for new ones."""

    def __init__(self, folder: str | Path, key: bytes | None = None):
        self.folder = Path(folder)
        self._key = key or secrets.token_bytes(32)
        roots = {str(self.folder), str(self.folder.resolve())}
        self._roots = tuple(sorted(roots, key=len, reverse=True))
        spellings = {
            spelling.encode()
            for root in roots
            for spelling in (
                root,
                quote(root),
                json.dumps(root)[1:-1],
                json.dumps(root, ensure_ascii=False)[1:-1],
            )
        }
        self._spellings = tuple(sorted(spellings, key=len, reverse=True))
        self._paths = re.compile(b"|".join(map(_path_below, self._spellings)))

    def sign(self, inside: str) -> str:
        """The reference to `<folder>/<name>`. Raises Foreign for any other form."""
        parts = PurePosixPath(inside).parts
        if len(parts) != 2 or "/".join(parts) != inside or {"..", "."} & set(parts) or "\0" in inside:
            raise Foreign(words.NOT_UPLOADED)
        mark = hmac.new(self._key, inside.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
        return f"{mark[:SIGNATURE]}/{inside}"

    def find(self, reference: Any) -> Path:
        """The file that a reference names: regular, no link, inside the folder. Raises Foreign or Gone."""
        _, _, inside = reference.partition("/") if isinstance(reference, str) else ("", "", "")
        good = self.sign(inside)
        if not hmac.compare_digest(
            good.encode("utf-8", "surrogatepass"), reference.encode("utf-8", "surrogatepass")
        ):
            raise Foreign(words.NOT_UPLOADED)
        path = self.folder / inside
        try:
            kind, above = os.lstat(path).st_mode, os.lstat(path.parent).st_mode
        except (OSError, ValueError):
            raise Gone(words.GONE) from None
        if not (stat.S_ISREG(kind) and stat.S_ISDIR(above)):
            raise Foreign(words.NOT_UPLOADED)
        return path

    def take_back(self, value: Any, depth: int = DEPTH) -> Any:
        """Parsed JSON of a request with every reference turned into a path for Gradio.

        Raises Foreign for a reference that is not ours, in any nesting and with whatever fields, Gone for one whose file
        was swept up, RecursionError for JSON nested deeper than `depth`.
        """
        if depth < 0:
            raise RecursionError("JSON is nested too deep")
        if isinstance(value, str):
            if POINTS_ELSEWHERE.match(value) or any(root in value for root in self._roots):
                raise Foreign(words.NOT_UPLOADED)
            return value
        if isinstance(value, list):
            return [self.take_back(item, depth - 1) for item in value]
        if not isinstance(value, dict):
            return value
        meta = value.get("meta")
        if MARKS & value.keys() or (isinstance(meta, dict) and meta.get("_type") == FILE_DATA):
            return self._file(value)
        return {self.take_back(key): self.take_back(item, depth - 1) for key, item in value.items()}

    def _file(self, value: dict) -> dict:
        path = self.find(value.get("path"))
        told = {field: value[field] for field in FIELDS if isinstance(value.get(field), str | int)}
        if isinstance(name := told.get("orig_name"), str):
            told["orig_name"] = re.split(r"[/\\]", name)[-1]
        return {"path": str(path), "url": None, "is_stream": False, "meta": {"_type": FILE_DATA}, **told}

    def hand_out(self, text: bytes) -> bytes:
        """A reply (JSON, or HTML that holds JSON) with every path into the folder turned into a reference."""
        if not any(spelling in text for spelling in self._spellings):
            return text
        return self._paths.sub(self._signed, text)

    def _signed(self, found: re.Match) -> bytes:
        tail = next((group for group in found.groups() if group is not None), b"")
        in_url = found.string.endswith(b"file=", 0, found.start())
        try:
            inside = json.loads(b'"' + tail + b'"')
            reference = self.sign(unquote(inside) if in_url else inside)
        except ValueError:
            return b"unknown"
        return (quote(reference) if in_url else json.dumps(reference)[1:-1]).encode()


def _path_below(root: bytes) -> bytes:
    """A pattern for a path below a spelling of the folder. It begins with its one literal, which the search jumps to; a
    group in front would be tried at every byte."""
    literal = re.escape(root)
    return literal + b'(?:(?<="' + literal + b")" + WHOLE + b"|" + TAIL + b")?"
