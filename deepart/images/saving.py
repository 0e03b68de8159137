"""A picture -> a PNG that carries no metadata but the text it is given; and that text, read back."""

import io
import zlib
from pathlib import Path

from PIL import Image, PngImagePlugin

from deepart import disk
from deepart.images.files import kind_of, read
from deepart.images.limits import PictureError, Refused
from deepart.images.png import inflate, png_chunks

MAX_TEXT_BYTES = 2**20  # of all text in a PNG together, inflated
MAX_TEXT_CHUNKS = 256  # each may cost a millisecond of inflating; real files hold a few

_AS_THEY_ARE = ("1", "L", "LA", "RGB", "RGBA")


def save_png(picture: Image.Image, path: str | Path, text: dict[str, str] | None = None) -> None:
    """Write `picture` to `path`, whole or not at all: no EXIF, GPS, colour profile or other text than `text`.

    text: keyword (1-79 Latin letters) -> content; stored as iTXt where it is not Latin-1. ValueError otherwise.
    disk.DiskError (an OSError) when the disk is full or the folder cannot be written.
    """
    bare = picture.copy() if picture.mode in _AS_THEY_ARE else picture.convert("RGB")
    bare.info = {}  # else Pillow writes the profile and transparency that it finds there
    chunks = _text_chunks(text or {})
    with disk.whole(path) as file:
        bare.save(file, "PNG", pnginfo=chunks)


def png_bytes(picture: Image.Image, text: dict[str, str] | None = None) -> bytes:
    """What `save_png` would write, as bytes."""
    bare = picture.copy() if picture.mode in _AS_THEY_ARE else picture.convert("RGB")
    bare.info = {}
    file = io.BytesIO()
    bare.save(file, "PNG", pnginfo=_text_chunks(text or {}))
    return file.getvalue()


def png_text(source: str | Path | bytes) -> dict[str, str]:
    """Keyword -> text of a PNG, the first of each; {} when it has none. Chunks with a wrong checksum are skipped.

    PictureError when the file is no PNG, ends early, or carries more than MAX_TEXT_BYTES of text.
    """
    name, data = read(source)
    try:
        if kind_of(data) != "PNG":
            raise Refused("is not a PNG, and only a PNG carries its text: choose the PNG you downloaded.")
        return _read_text(data)
    except Refused as why:
        raise PictureError(f"{name} {why}") from None


def _text_chunks(text: dict[str, str]) -> PngImagePlugin.PngInfo:
    chunks = PngImagePlugin.PngInfo()
    for key, value in text.items():
        if not 1 <= len(key) <= 79 or not key.isprintable() or not key.isascii():
            raise ValueError(f"a PNG keyword must be 1 to 79 printable ASCII letters, got {key!r}")
        if "\0" in value:
            raise ValueError(f"PNG text must not contain NUL, got some in {key!r}")
        chunks.add_text(key, value)
    return chunks


def _read_text(data: bytes) -> dict[str, str]:
    text: dict[str, str] = {}
    left, chunks = MAX_TEXT_BYTES, 0
    for name, start, end in png_chunks(data):
        if name not in _PARSE:
            continue
        chunks += 1
        try:
            if chunks > MAX_TEXT_CHUNKS or end - start > left:
                raise OverflowError
            if zlib.crc32(data[start + 4 : end - 4]) == int.from_bytes(data[end - 4 : end]):
                key, value = _PARSE[name](data[start + 8 : end - 4], left)
                left -= len(key) + len(value)
                text.setdefault(key, value)
        except OverflowError:
            raise Refused("carries too much text: choose the PNG as you downloaded it.") from None
        except (ValueError, zlib.error):
            continue
    return text


def _latin(body: bytes, left: int) -> tuple[str, str]:
    key, value = body.split(b"\0", 1)
    return key.decode("latin-1"), value.decode("latin-1")


def _packed_latin(body: bytes, left: int) -> tuple[str, str]:
    key, value = body.split(b"\0", 1)
    return key.decode("latin-1"), inflate(value[1:], left).decode("latin-1")


def _international(body: bytes, left: int) -> tuple[str, str]:
    key, rest = body.split(b"\0", 1)
    _language, _translated_key, value = rest[2:].split(b"\0", 2)
    return key.decode("latin-1"), (inflate(value, left) if rest[0] else value).decode()


_PARSE = {b"tEXt": _latin, b"zTXt": _packed_latin, b"iTXt": _international}
