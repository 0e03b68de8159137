"""What a picture may be, and how the door says no."""

MAX_PIXELS = 40_000_000  # width x height, read from the header before anything is decoded
MAX_SIDE = 65_535  # px: the longest side a JPEG can have; longer strips only serve to exhaust a resampler
MIN_SIDE = 8  # px: below this there is nothing to see
MAX_FILE_BYTES = 64 * 2**20
MAX_DECODING_BYTES = 464_000_000  # of pixels and planes at their peak; with the program itself under 500 MB
MAX_PROFILE_BYTES = 4 * 2**20  # a colour profile; CMYK ones reach 2.5 MB
MAX_PARTS = (
    100_000  # segments or chunks; real files hold a few hundred, 8 KB PNG chunks of a 64 MB file 8,192
)

ENDS_EARLY = "ends too early, as if its download was cut: download or export it again."
DAMAGED = "is damaged or of a rare kind: open it in an image editor, export it as PNG, and try that."


class PictureError(ValueError):
    """A file that is not a picture for us. Its text is one sentence for an artist: what is wrong, what to do next.

    It names the file, never a folder of the server.
    """


class Refused(Exception):
    """The end of a sentence ("is empty: choose another."); `open_picture` puts the file's name before it."""


def check_size(width: int, height: int) -> None:
    """Raise `Refused` unless a picture of width x height pixels may be decoded."""
    if width * height > MAX_PIXELS:
        millions = MAX_PIXELS // 1_000_000
        raise Refused(
            f"is {width} x {height} pixels, more than {millions} million: make it smaller and try again."
        )
    if max(width, height) > MAX_SIDE:
        raise Refused(f"is {width} x {height} pixels, longer than {MAX_SIDE}: crop it and try again.")
    if min(width, height) < MIN_SIDE:
        raise Refused(
            f"is only {width} x {height} pixels, and {MIN_SIDE} x {MIN_SIDE} is the least: choose a bigger one."
        )
