"""What programs may call of Restyle; nothing is kept between calls."""

from __future__ import annotations

import gradio as gr
from gradio.data_classes import FileData

from deepart import adjust as adjusting
from deepart.bench.own import own
from deepart.enlarging import Enlarging
from deepart.restyling import MOST_LOOKS, Restyling, Wish, regions
from deepart.restyling.restyling import FULL
from deepart.studio import Studio, StudioError
from deepart.ui import guard, parts, words


def endpoints(studio: Studio) -> None:
    """restyle, enlarge and adjust, as named endpoints."""
    restyling, enlarging = Restyling(studio), Enlarging(studio)

    def restyle(
        picture: FileData,
        styles: list[FileData],
        model: str = "",
        strength: float = 100,
        shares: list[float] | None = None,
        keep_colours: bool = False,
        stroke: str = "medium",
        size: int = 0,
        regions_text: str = "",
        rest: bool = False,
    ) -> dict:
        """A picture in the manner of 1 to 4 others, as a PNG with its recipe.

        strength: 0 to 100 %; shares: of each style, null for all alike; stroke: fine, medium or bold; size: px of the
        longer side, 0 for the picture's own; regions_text: where which style goes, as in a recipe; rest: blend all
        styles where nothing was painted.
        """
        name = model or studio.default("restyle")
        if not isinstance(styles, list) or not 1 <= len(styles) <= MOST_LOOKS:
            raise StudioError(words.RESTYLE_BAD_WISH)
        numbers = [strength, size, *(shares or ())]
        if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in numbers):
            raise StudioError(words.RESTYLE_BAD_WISH)
        looks = tuple(restyling.look(name, guard.uploaded(style)) for style in styles)
        wish = Wish(
            looks, tuple(shares or (1.0,) * len(looks)), strength / 100, bool(keep_colours), str(stroke),
            regions.from_text(regions_text), bool(rest),
        )  # fmt: skip
        *_, (_, made) = restyling.finish(name, own(guard.uploaded(picture)), wish, int(size) or FULL)
        return parts.as_file(parts.keep(made))

    def enlarge(picture: FileData, times: int = 2, model: str = "") -> dict:
        """A picture 2 or 4 times as large, as a PNG with its recipe. model: its name, "" for the newest."""
        name = model or studio.default("enlarge")
        *_, (_, made) = enlarging.finish(name, own(guard.uploaded(picture)), times)
        return parts.as_file(parts.keep(made))

    def adjust(picture: FileData, numbers: dict[str, float]) -> dict:
        """A picture with light, colours, frame and palette adjusted, as a PNG with its recipe.

        numbers: exposure (stops), contrast, highlights, shadows, warmth, saturation (-100 to 100), turns (quarters),
        mirror (1), straighten (degrees), left, top, right, bottom (0 to 1: what is kept), colours (2 to 16), or a palette:
        "colour 1", "colour 2", ... as 0xRRGGBB.
        """
        if not isinstance(numbers, dict):
            raise StudioError(words.ADJUST_BAD)
        return parts.as_file(
            parts.keep(adjusting.adjust(guard.uploaded(picture), adjusting.from_numbers(numbers)))
        )

    for heavy in (restyle, enlarge):
        gr.api(guard.spoken(heavy), api_name=heavy.__name__, **parts.LONG)
    gr.api(guard.spoken(adjust), api_name="adjust")
