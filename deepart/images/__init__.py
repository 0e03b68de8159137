"""The only door between a file, a PIL image and a tensor.

A file comes in through `open_picture`: RGB, sRGB, upright, first frame, alpha on white, or one plain sentence that
says why not (`PictureError`). Networks see `to_tensor`: float32 in [-1, 1]. Pictures leave through `save_png`, which
writes no metadata but the text it is given.

`files` reads bytes and names their format, `containers` and `tags` throw away all that is not pixels before a
decoder sees it, `colour` brings every mode to 8-bit sRGB.
"""

from deepart.images.limits import MAX_FILE_BYTES, MAX_PIXELS, MAX_SIDE, MIN_SIDE, PictureError
from deepart.images.opening import open_picture
from deepart.images.saving import png_bytes, png_text, save_png
from deepart.images.tensors import enlarge, to_picture, to_tensor, to_uint8

__all__ = [
    "MAX_FILE_BYTES",
    "MAX_PIXELS",
    "MAX_SIDE",
    "MIN_SIDE",
    "PictureError",
    "enlarge",
    "open_picture",
    "png_bytes",
    "png_text",
    "save_png",
    "to_picture",
    "to_tensor",
    "to_uint8",
]
