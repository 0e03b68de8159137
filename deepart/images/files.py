"""A file's bytes, and its format by what they say: a name proves nothing."""

import codecs
import re
import struct
from pathlib import Path

from deepart.images.limits import MAX_FILE_BYTES, PictureError, Refused

_PICTURES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
)
_BMP_HEADERS = {
    12,
    16,
    40,
    52,
    56,
    64,
    108,
    124,
}  # "BM" alone also begins words; the header's size settles it
_HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"}

_PDF = "is a PDF document, not a picture: export the page as PNG and try that."
_SVG = "is an SVG drawing, not pixels: export it as PNG and try that."
_POSTSCRIPT = "is a PostScript drawing, not pixels: export it as PNG and try that."
_VIDEO = "is a video: save one frame of it as PNG and try that."
_SOUND = "is a sound, not a picture: choose a picture."
_ARCHIVE = "is an archive or a document, not a picture: unpack it, or export the picture as PNG."
_EDITOR = "is an image editor's own document: export it as PNG and try that."
_RAW = "is a camera raw file: develop it, export it as JPEG and try that."
_HDR = "is a high-dynamic-range picture: export it as an ordinary PNG and try that."
_RARE = "is in a format that we do not read: export it as PNG or JPEG and try that."
_WEB_PAGE = "is a web page, not a picture: open it in a browser and save the picture itself."
_TEXT = "is text, whatever its name says: choose a picture."
_UNKNOWN = "is not a picture that we know: choose a JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF or HEIC."

_OTHERS = (
    (b"%PDF", _PDF),
    (b"%!PS", _POSTSCRIPT),
    (b"\xc5\xd0\xd3\xc6", _POSTSCRIPT),
    (b"8BPS", _EDITOR),
    (b"gimp xcf", _EDITOR),
    (b"PK\x03\x04", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"\x1a\x45\xdf\xa3", _VIDEO),
    (b"OggS", _VIDEO),
    (b"FLV\x01", _VIDEO),
    (b"\0\0\x01\xba", _VIDEO),
    (b"ID3", _SOUND),
    (b"fLaC", _SOUND),
    (b"II+\0", _RARE),  # BigTIFF
    (b"MM\0+", _RARE),
    (b"\0\0\x01\0", _RARE),  # icon
    (b"\xff\x0a", _RARE),  # JPEG XL
    (b"\0\0\0\x0cJXL ", _RARE),
    (b"\0\0\0\x0cjP  ", _RARE),  # JPEG 2000
    (b"\xff\x4f\xff\x51", _RARE),
    (b"FUJIFILM", _RAW),
    (b"IIU\0", _RAW),
    (b"IIRO", _RAW),
    (b"\x76\x2f\x31\x01", _HDR),
    (b"#?RADIANCE", _HDR),
)


def read(source: str | Path | bytes) -> tuple[str, bytes]:
    """The name to use in sentences, and the whole content, of a path or of bytes. PictureError when it cannot be."""
    if isinstance(source, bytes):
        name, data = "This file", source[: MAX_FILE_BYTES + 1]
    else:
        name, data = _read_path(Path(source))
    if len(data) > MAX_FILE_BYTES:
        limit = MAX_FILE_BYTES // 2**20
        raise PictureError(f"{name} is larger than {limit} MB: save it smaller, or as JPEG, and try again.")
    if not data:
        raise PictureError(f"{name} is empty: download or export it again.")
    return name, data


def _read_path(path: Path) -> tuple[str, bytes]:
    name = "".join(c if c.isprintable() else "?" for c in path.name)[:80] or "This file"
    try:
        is_file = path.is_file()  # a folder is not, nor a pipe, which would block a thread for ever
        if is_file:
            with open(path, "rb") as file:
                return name, file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise PictureError(f"{name} could not be read: choose it again.") from error
    raise PictureError(f"{name} is not there or is not a file: choose it again.")


def kind_of(data: bytes) -> str:
    """JPEG, PNG, GIF, BMP, TIFF, WEBP, AVIF or HEIF, by content. `Refused` with a sentence for anything else."""
    for magic, kind in _PICTURES:
        if data.startswith(magic):
            return kind
    if data.startswith(b"BM") and len(data) >= 18 and struct.unpack_from("<I", data, 14)[0] in _BMP_HEADERS:
        return "BMP"
    if data.startswith(b"RIFF"):
        return _riff_kind(data[8:12])
    if data[4:8] == b"ftyp":
        return _iso_kind(data)
    for magic, sentence in _OTHERS:
        if data.startswith(magic):
            raise Refused(sentence)
    raise Refused(_text_sentence(data[:4096]))


def _riff_kind(form: bytes) -> str:
    if form == b"WEBP":
        return "WEBP"
    raise Refused({b"AVI ": _VIDEO, b"WAVE": _SOUND}.get(form, _UNKNOWN))


def _iso_kind(data: bytes) -> str:
    """AVIF and HEIC share a container with MP4 and QuickTime; the brands in its first box tell them apart."""
    size = min(struct.unpack_from(">I", data)[0], 256)
    brands = {data[8:12], *(data[i : i + 4] for i in range(16, size - 3, 4))}
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    if brands & _HEIF_BRANDS:
        return "HEIF"
    raise Refused(_RAW if data[8:12] == b"crx " else _VIDEO)


def _text_sentence(head: bytes) -> str:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<"):
        if b"<svg" in text:
            return _SVG
        if b"<html" in text or b"<!doctype html" in text:
            return _WEB_PAGE
    try:
        codecs.getincrementaldecoder("utf-8")().decode(
            head
        )  # incremental: the cut at 4096 may split a letter
    except UnicodeDecodeError:
        return _UNKNOWN
    return _UNKNOWN if re.search(rb"[^\t\n\r\f\x20-\xff]", head) else _TEXT
