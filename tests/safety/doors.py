"""The doors that strangers' files come through, called in a child process: path -> plain values.

`outcome` is "taken", "refused" (by a sentence) or "unexplained" (any other exception); `text` says which.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

THUMB = (12, 10)  # pixels; enough to see that a picture is upright and in its own colours


def _through(known: tuple[type[Exception], ...], call: Callable[[], dict], path: Path) -> dict:
    try:
        return {"outcome": "taken", "text": ""} | call()
    except known as error:
        text = str(error)
        tells = str(path.parent) in text or "Traceback" in text or "site-packages" in text or "\n" in text
        return {"outcome": "unexplained" if tells else "refused", "text": text}
    except BaseException:
        return {"outcome": "unexplained", "text": traceback.format_exc()}


def picture(path: Path) -> dict:
    """Through `images.open_picture`, at full size and small, and its text where it is a PNG."""
    from PIL import Image

    from deepart import images

    def call() -> dict:
        found = images.open_picture(path)
        assert found.mode == "RGB" and not found.info, f"mode {found.mode}, info {found.info}"
        thumb = found.resize(THUMB, Image.Resampling.BOX).tobytes().hex()
        return {"size": found.size, "thumb": thumb}

    answer = _through((images.PictureError,), call, path)
    for other in (lambda: images.open_picture(path, at_least=16) and {}, lambda: images.png_text(path) and {}):
        second = _through((images.PictureError,), other, path)
        if second["outcome"] == "unexplained":
            return second
    return answer
