"""What programs may call that belongs to no one tab."""

from __future__ import annotations

import gradio as gr
from gradio.data_classes import FileData

from deepart import recipe
from deepart.remaking import remake as remake_picture
from deepart.studio import Studio
from deepart.ui import guard, parts


def endpoints(studio: Studio) -> None:
    """models and remake, as named endpoints."""

    def models() -> list[dict]:
        """Every model that is here: {"name", "title", "task": classify, sample, sliders, restyle or enlarge, "sha256",
        "labels", "licence"}, by name."""
        return [
            {
                "name": card.name, "title": card.title, "task": card.task, "sha256": card.sha256,
                "labels": list(card.labels), "licence": card.licence,
            }
            for card in studio.cards()
        ]  # fmt: skip

    def remake(picture: FileData, own: FileData | None = None) -> dict:
        """The picture of the recipe inside a PNG that was made here, pixel for pixel; a PNG.

        own: the file that it was made from, where it was made from one of yours.
        """
        by = recipe.load(guard.uploaded(picture))
        return parts.as_file(
            parts.keep(remake_picture(studio, by, guard.uploaded(own) if own is not None else None))
        )

    gr.api(guard.spoken(models), api_name="models")
    gr.api(guard.spoken(remake), api_name="remake", **parts.LONG)
