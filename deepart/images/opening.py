"""A file -> an RGB picture, or one sentence."""

from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageFile

from deepart.images.colour import to_srgb
from deepart.images.containers import pare
from deepart.images.files import kind_of, read
from deepart.images.limits import DAMAGED, ENDS_EARLY, PictureError, Refused, check_size
from deepart.images.memory import check_memory
from deepart.images.tags import orientation

# The reader of one format is called itself, not through Image.open: that would guess among 40 formats, warn on
# standard error by a global limit, and needs the global registry changed for HEIC.
_READERS = {
    "JPEG": ("PIL.JpegImagePlugin", "JpegImageFile"),
    "PNG": ("PIL.PngImagePlugin", "PngImageFile"),
    "WEBP": ("PIL.WebPImagePlugin", "WebPImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
    "BMP": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "TIFF": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "AVIF": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "HEIF": ("pillow_heif", "HeifImageFile"),  # not loaded until a HEIC comes: it takes 160 ms
}
_UPRIGHT = {  # EXIF orientation -> what makes it upright
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def open_picture(source: str | Path | bytes, *, at_least: int | None = None) -> Image.Image:
    """The picture in a file (or in its bytes): RGB, sRGB, upright, the first frame, fully loaded, without `info`.

    Reads JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF and HEIC, told apart by content and never by name. Alpha lies on
    white, 16 bits are scaled to 8, an embedded colour profile is applied, EXIF orientation too.
    at_least: smallest side in pixels that the caller needs; None keeps every pixel. A large JPEG is then decoded at
        1/2, 1/4 or 1/8 of its size, which is many times faster, and its short side stays >= at_least.
    Raises PictureError, one sentence for an artist, for anything else: not a picture, damaged, more than MAX_PIXELS
    (checked before decoding), smaller than MIN_SIDE, larger than MAX_FILE_BYTES.
    """
    if at_least is not None and at_least < 1:
        raise ValueError(f"at_least must be 1 pixel or more, got {at_least}")
    name, *data = read(source)
    try:
        return _decode(data.pop(), at_least)  # handed over, not kept: a large file is let go when it is pared
    except Refused as why:
        raise PictureError(f"{name} {why}") from None
    except MemoryError as error:
        raise PictureError(f"{name} needs more memory than we have: make it smaller.") from error
    except Exception as error:
        # Pillow's readers raise a dozen types, and the next release may add one.
        raise PictureError(f"{name} {_sentence(error)}") from error


def _decode(data: bytes, at_least: int | None) -> Image.Image:
    kind = kind_of(data)
    data, held = pare(kind, data)
    picture = _reader(kind)(BytesIO(data))
    check_size(*picture.size)
    check_memory(kind, picture.mode, picture.size, data)
    if at_least and kind == "JPEG":
        picture.draft(None, (at_least, at_least))
    if kind in ("WEBP", "AVIF"):
        picture._decoder = _Once(picture._decoder)
    picture.load()
    if kind == "HEIF":
        check_size(*picture.size)  # decoding may change it
    if kind == "AVIF":  # Pillow turns AVIF's own property into EXIF
        held = orientation(picture.info.get("exif", b""))
    bare = [picture._new(picture.im)]  # the same pixels, without the reader and what it holds
    del picture, data
    picture = to_srgb(bare.pop())  # handed over, not kept
    return picture.transpose(_UPRIGHT[held]) if held in _UPRIGHT else picture


class _Once:
    """The decoder of a still, let go with its two canvases of all pixels as soon as it has given its first frame."""

    def __init__(self, decoder: Any):
        self._decoder = decoder

    def get_next(self) -> Any:
        return self._take().get_next()

    def get_frame(self, number: int) -> Any:
        return self._take().get_frame(number)

    def reset(self) -> None:
        """Pillow asks for it after a failure."""

    def _take(self) -> Any:
        decoder, self._decoder = self._decoder, None
        return decoder


def _reader(kind: str) -> type[ImageFile.ImageFile]:
    module, name = _READERS[kind]
    try:
        return getattr(import_module(module), name)
    except ImportError as error:
        raise Refused(
            "is HEIC, which needs the package pillow-heif: export it as JPEG, or install that."
        ) from error


def _sentence(error: Exception) -> str:
    is_short = isinstance(error, EOFError) or "truncated" in str(error).lower()
    return ENDS_EARLY if is_short else DAMAGED
