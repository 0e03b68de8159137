"""What programs may call of Restyle; nothing is kept between calls."""

from __future__ import annotations

import gradio as gr
from gradio.data_classes import FileData

from deepart.bench.own import own
from deepart.restyling import MOST_LOOKS, Restyling, Wish, regions
from deepart.restyling.restyling import FULL
from deepart.studio import Studio, StudioError
from deepart.ui import guard, parts, words

TOGETHER = {"concurrency_id": "sample", "concurrency_limit": 1}


def endpoints(studio: Studio) -> None:
    """restyle, as a named endpoint."""
    restyling = Restyling(studio)

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

    gr.api(guard.spoken(restyle), api_name="restyle", **TOGETHER)
