"""The artist's own picture beside a VAE: what the model makes of it, and what it lost, which is given back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from torch import Tensor, nn

from deepart import images
from deepart.detail import Carrier, carry
from deepart.recipe import Recipe
from deepart.studio import StudioError

PREVIEW = 512  # px; the longer side of the picture that follows the finger
LARGE = 896  # px; of the one that is shown when the finger is lifted
FULL = 16_000_000  # pixels of a finished picture; larger originals are made smaller


@dataclass(frozen=True)
class Own:
    """A file of the artist's, by its content. name: what it is called, without a folder."""

    path: Path
    sha256: str
    name: str


def own(path: Path | str) -> Own:
    """Raises images.PictureError when the file is not there."""
    path = Path(path)
    try:
        with open(path, "rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise images.PictureError(f"{path.name} is no longer here: put it on the page again.") from None
    name = "".join(c for c in path.name if c.isprintable() and c not in "/\\")[-120:]
    return Own(path, digest, name or "picture")


class Kept:
    """An own picture, ready to take any change of its place on the sliders.

    mu: (1, z_dim), where it lies. large, small: the picture at LARGE and PREVIEW px at most. size: its width and height,
    as far as it was decoded.
    """

    def __init__(self, network: nn.Module, path: Path, device: object):
        side = network.config.image_size
        picture = images.open_picture(path, at_least=max(side, LARGE))
        self.size = picture.size
        x = images.to_tensor(picture, side, "squash")
        picture.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS, reducing_gap=3.0)
        self.large, self.small = picture, picture.copy()
        self.small.thumbnail((PREVIEW, PREVIEW), Image.Resampling.LANCZOS, reducing_gap=3.0)
        self.mu = network.encode(x[None].to(device))[0].float()
        self._before = network.decode(self.mu)[0].float().cpu()
        self._carrier = Carrier(x)

    def change(self, after: Tensor) -> Tensor:
        """What to do to the picture when the model paints `after` (3, S, S) instead of it, for `detail.carry`."""
        return self._carrier.fit(self._before, after.float().cpu())

    def preview(self, after: Tensor, large: bool = False) -> Image.Image:
        return carry(self.large if large else self.small, self.change(after))

    def finished(self, path: Path, after: Tensor) -> Image.Image:
        """At the file's own size, up to FULL pixels. Raises images.PictureError when the file is gone."""
        picture = images.open_picture(path)
        if (more := picture.width * picture.height / FULL) > 1:
            size = (max(1, int(side / more**0.5)) for side in picture.size)
            picture = picture.resize(tuple(size), Image.Resampling.LANCZOS)
        return carry(picture, self.change(after))


def needs(by: Recipe, mine: Own | None) -> None:
    """Raise StudioError, with what to do, unless `mine` is the picture whose detail a recipe kept (or it kept none)."""
    called = f"{by.own_name!r}" if by.own_name else "your own picture"
    if by.own_sha256 and mine is None:
        raise StudioError(f"this picture keeps the detail of {called}: put that file there too")
    if by.own_sha256 and mine.sha256 != by.own_sha256:
        raise StudioError(
            f"this is another file than the one that was used: the recipe names {called}, unchanged"
        )


def needs_file(by: Recipe, mine: Own | None) -> None:
    """Raise StudioError, with what to do, unless `mine` is the file that a recipe was made from."""
    called = f"{by.own_name!r}" if by.own_name else "a picture of your own"
    if mine is None:
        raise StudioError(f"this picture was made from {called}: put that file there too")
    if mine.sha256 != by.own_sha256:
        raise StudioError(
            f"this is another file than the one that was used: the recipe names {called}, unchanged"
        )
