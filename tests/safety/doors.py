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
    for other in (
        lambda: images.open_picture(path, at_least=16) and {},
        lambda: images.png_text(path) and {},
    ):
        second = _through((images.PictureError,), other, path)
        if second["outcome"] == "unexplained":
            return second
    return answer


def warm_model() -> None:
    """Everything that loading a model needs once."""
    from deepart import models, studio  # noqa: F401

    for arch, config in (("vae", {}), ("gan", {}), ("style_cnn", {"classes": 3})):
        models.build(arch, models.make_config(arch, config))


warm_model_zip = warm_model


def warm_checkpoint() -> None:
    from deepart.training import checkpoint  # noqa: F401


def model(path: Path) -> dict:
    """Load the one model of the weights folder `path`, and use it as the page would at first."""
    from deepart import weights
    from deepart.bench import Bench
    from deepart.studio import Studio

    def call() -> dict:
        weights.cards(path)
        card, _ = weights.load(next(p.name for p in path.iterdir()), path)
        if card.task == "sliders":
            Bench(Studio(path, "cpu")).axes(card.name)
        return {}

    return _through((weights.WeightsError,), call, path)


def checkpoint(path: Path) -> dict:
    """Read a training's checkpoint."""
    from deepart.training import checkpoint
    from deepart.training.loop import TrainingError

    return _through((TrainingError,), lambda: checkpoint.read(path) and {}, path)


def model_zip(path: Path) -> dict:
    """Import a model from a zip into the folder beside it."""
    from deepart import archives, disk, model_zips, weights

    known = (archives.ArchiveError, weights.WeightsError, disk.DiskError)
    return _through(known, lambda: model_zips.take(path, path.parent / "root") and {}, path)


def picture_zip(path: Path) -> dict:
    """Unpack a zip of pictures into the folder beside it."""
    from deepart import archives, disk

    target = path.parent / "root"

    def call() -> dict:
        found = archives.unpack(path, target, 200 * 10**6)
        assert sorted(p.name for p in target.iterdir()) == sorted(one.path.name for one in found)
        return {}

    return _through((archives.ArchiveError, disk.DiskError), call, path)
