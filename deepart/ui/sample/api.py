"""What programs may call of Sample."""

from __future__ import annotations

import gradio as gr
from gradio.data_classes import FileData

from deepart import films
from deepart.sampling import Manner, Sampler, Walk, five
from deepart.studio import Studio, check_count
from deepart.ui import guard, parts

TOGETHER = {"concurrency_id": "sample", "concurrency_limit": 1}


def endpoints(studio: Studio) -> None:
    """sample, paint, project, walk, vary and sheet, as named endpoints."""
    sampler = Sampler(studio)

    def name_of(model: str) -> str:
        return model or studio.default("sample")

    def sample(
        model: str = "", seed: str | int | float = 5, count: int = 1, psi: str | int | float = 0.8
    ) -> list[dict]:
        """Paintings from the seeds seed, seed + 1, ... as PNG files that carry their recipes.

        model: its name, "" for the newest; seed: a whole number from 0 to 4294967295; count: from 1 to 64;
        psi: from 0 (the average picture) to 1.5. Returns a list of files.
        """
        made = [sampler.paint(name_of(model), s, Manner(psi)) for s in sampler.seeds(seed, count)]
        return [parts.as_file(parts.keep(one)) for one in made]

    def paint(
        model: str = "",
        seed: str | int | float = 5,
        psi: str | int | float = 0.8,
        styles: dict[str, float] | None = None,
        sliders: dict[str, float] | None = None,
        mix_seed: int | None = None,
        mix_level: int | None = None,
    ) -> dict:
        """One painting with every control, as a PNG file that carries its recipe.

        styles: {name: share}, summing to 1; sliders: {name: sigma}; mix_seed, mix_level: take the colours of that seed
        from that level on. The rest as for sample.
        """
        way = Manner(psi, styles or {}, sliders or {}, mix_seed, mix_level)
        return parts.as_file(parts.keep(sampler.paint(name_of(model), seed, way)))

    def project(picture: FileData, model: str = "") -> dict:
        """Your own picture in the generator: {"file": PNG with its recipe, "z": its numbers, "error": mean, 0 to 2}."""
        *_, found = sampler.project(name_of(model), guard.uploaded(picture))
        return {"file": parts.as_file(parts.keep(found.made)), "z": list(found.start), "error": found.error}

    def walk(
        seeds: list[int], model: str = "", psi: str | int | float = 0.8, seconds: float = 6, fps: int = 24, kind: str = "mp4", loop: bool = True
    ) -> dict:  # fmt: skip
        """A film through the paintings of some seeds, as a file. kind: mp4, gif or webp; up to 60 seconds."""
        route, way = Walk(tuple(seeds), seconds, fps, loop), Manner(psi)
        sampler.check_walk(route)
        path = parts.fresh(f"{name_of(model)}-walk.{kind if kind in films.KINDS else 'mp4'}")
        about = sampler.about(name_of(model), route, way)
        return parts.as_file(films.write(path, sampler.walk(name_of(model), route, way), fps, about))

    def vary(
        model: str = "", seed: str | int | float = 5, count: int = 8, amount: float = 30, psi: str | int | float = 0.8
    ) -> list[dict]:  # fmt: skip
        """Neighbours of a painting, as PNG files that carry their recipes.

        count: from 1 to 64; amount: how far, from 1 (close kin) to 100 % (strangers). The rest as for sample.
        """
        start = sampler.seeds(seed, 1)[0]
        made = sampler.variations(name_of(model), start, Manner(psi), check_count(count), amount / 100, start)
        return [parts.as_file(parts.keep(one)) for one in made]

    def sheet(
        seeds: list[int], along: str = "psi", values: list[float] | None = None, model: str = "", psi: str | int | float = 0.8
    ) -> dict:  # fmt: skip
        """A contact sheet, as a PNG: a row for each seed, a column for each value of a control.

        along: "psi" or a slider's name; values: null for five that span it.
        """
        way, starts = Manner(psi), [sampler.seeds(s, 1)[0] for s in seeds]
        picture = sampler.sheet(name_of(model), starts, way, along, values or five(along))
        path = parts.fresh(f"{name_of(model)}-sheet.png")
        picture.save(path)
        return parts.as_file(path)

    for endpoint, line in (
        (sample, TOGETHER),
        (paint, TOGETHER),
        (project, parts.LONG),
        (walk, parts.LONG),
        (vary, TOGETHER),
        (sheet, TOGETHER),
    ):
        gr.api(guard.spoken(endpoint), api_name=endpoint.__name__, **line)
