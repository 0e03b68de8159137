"""What Restyle opens with, and the small pictures of styles."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from deepart import assets, images, recipe
from deepart.bench.own import own
from deepart.restyling import Look, Restyling
from deepart.restyling.wish import look_from_text
from deepart.ui import parts, words
from deepart.ui.restyle.stage import Stage
from deepart.ui.restyle.styles import Style

THUMB = 96  # px


def opening(restyling: Restyling, stage: Stage) -> tuple[Style, ...]:
    """The style that the tab opens with; what it does to the first picture is on the easel already, drawn by these weights.

    Nothing is computed: without such a picture (`deepart.assets.first`) there is no style.
    """
    try:
        by = recipe.load(assets.FIRST / "restyle.png")
        picture = images.open_picture(assets.FIRST / "restyle.png")
    except (images.PictureError, recipe.RecipeError):
        return ()
    name = restyling.studio.default("restyle")
    card = next(card for card in restyling.studio.cards("restyle") if card.name == name)
    if (by.weights_sha256, by.own_sha256) != (card.sha256, stage.desk.value.now.sha256) or not by.looks:
        return ()
    stage.easel.value = stage.hand.easel(stage.desk.value, picture)
    looks = [look_from_text(v["name"], v["sha256"], v["code"]) for v in by.looks]
    return tuple(
        Style(look, thumb(assets.FOLDER / look.name), str(assets.FOLDER / look.name)) for look in looks
    )


def known(look: Look) -> Style:
    """A style that a recipe brought, by its numbers; with a small picture, where that is one of ours."""
    path = _examples().get(look.sha256)
    return Style(look, thumb(path) if path else "", "")


@lru_cache(maxsize=1)
def _examples() -> dict[str, Path]:
    """Our examples by what is in their files."""
    paths = [assets.FOLDER / f"{name}.jpg" for name in words.EXAMPLES]
    return {own(path).sha256: path for path in paths}


def thumb(path: Path) -> str:
    """A picture, small, as a `data:` URL."""
    picture = images.open_picture(path, at_least=THUMB)
    return parts.small_jpeg(picture, THUMB)
