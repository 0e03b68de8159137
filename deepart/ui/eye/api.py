"""What programs may call."""

from __future__ import annotations

from dataclasses import asdict

import gradio as gr
from gradio.data_classes import FileData

from deepart.eye import Eye
from deepart.studio import Classification
from deepart.ui import guard, parts


def endpoints(eye: Eye) -> None:
    """classify, explain, resembles, palette, compare: each takes uploads and answers plain JSON."""

    def classify(picture: FileData) -> dict:
        """The styles that a picture resembles.

        picture: a file to upload (`handle_file("me.jpg")` in gradio_client).
        Returns {"styles": [{"style", "chance"}, ...] highest first, "verdict": "sure", "unsure" or "not-a-painting",
        "sentence"}.
        """
        return _classified(eye.studio.classify(guard.uploaded(picture)))

    def explain(picture: FileData, style: str = "") -> dict:
        """Why a picture resembles a style ("" for the likeliest): where, and what the style is.

        Returns {"style", "chance", "overlay": a picture file with the map, "heat": 28 x 28 numbers in nats of log-odds,
        positive where a place speaks for the style, "about", "source"}; the last two are null for unknown styles.
        """
        found = eye.explain(guard.uploaded(picture), style or None)
        heat = [[round(value, 5) for value in line] for line in found.heat.tolist()]
        overlay = FileData(path=parts.view(found.overlay), orig_name="why.jpg").model_dump()
        about = {"about": found.about and found.about.sentences, "source": found.about and found.about.source}
        return {"style": found.style, "chance": found.chance, "overlay": overlay, "heat": heat, **about}

    def resembles(picture: FileData, count: int = 8) -> dict:
        """The nearest works and painters of the reference set (count: 1 to 50 works).

        Returns {"works": [{"painter", "title", "year", "style", "similarity"}], "painters": [{"painter", "similarity",
        "works"}], "of": number of works compared with}, the nearest first; similarity is at most 1, the same picture.
        """
        found = eye.resembles(guard.uploaded(picture), count)
        works = [{**asdict(near.work), "similarity": near.similarity} for near in found.works]
        return {"works": works, "painters": [asdict(near) for near in found.painters], "of": found.of}

    def palette(picture: FileData) -> dict:
        """A picture's colours: {"swatches": [{"hex", "share", "family"}], "warm", "cool", "neutral", "light", "middle",
        "dark", "lightness", "contrast", "chroma"}; shares of its area, and Oklab lightness from 0 to 1."""
        return asdict(eye.palette(guard.uploaded(picture)))

    def compare(first: FileData, second: FileData) -> dict:
        """Two pictures: {"first", "second": each {"styles", "verdict", "sentence", "palette"}, "shared": overlap of their
        chances, "similarity": at most 1 (the same picture), "alike": share of random pairs that are less alike}."""
        found = eye.compare(guard.uploaded(first), guard.uploaded(second))
        sides = {
            name: {**_classified(side.classification), "palette": asdict(side.palette)}
            for name, side in (("first", found.first), ("second", found.second))
        }
        return {**sides, "shared": found.shared, "similarity": found.similarity, "alike": found.alike}

    for endpoint in (classify, explain, resembles, palette, compare):
        gr.api(guard.spoken(endpoint), api_name=endpoint.__name__)


def _classified(found: Classification) -> dict:
    styles = [{"style": name, "chance": chance} for name, chance in found.styles]
    return {"styles": styles, "verdict": found.verdict, "sentence": found.sentence}
