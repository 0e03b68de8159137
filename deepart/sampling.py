"""What an artist can do with a generator: paint, vary, mix, walk, project a picture of their own, compare on a sheet."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from deepart import __version__, images, latents, painting, recipe
from deepart.models.vae import pyramid_l1
from deepart.recipe import Recipe
from deepart.studio import Axis, Made, Studio, StudioError, check_count, checked, on_cpu_if_lost

MOST_SIGMA = 4.0  # of a slider
MOST_SECONDS, MOST_FPS = 60, 60
MOST_STOPS = 16  # paintings on one walk
MOST_CELLS = 64  # of a contact sheet
MOST_EXPORT = 500  # pictures in one zip
STEPS, LR = 80, 0.05  # of a projection
NEAR_PRIOR = (
    1e-3  # weight of |eps|**2 / z_dim in a projection: sliders work best where the generator is at home
)

Start = int | tuple[float, ...]  # a seed, or the standard normal numbers themselves


@dataclass(frozen=True)
class Manner:
    """How to paint, whatever the seed.

    psi: truncation, 0 to 1.5. styles: share of each style, {} for the whole. sliders: sigma of each direction.
    mix_seed: whose colours to take, from level mix_level of the generator on.
    """

    psi: float = 0.8
    styles: dict[str, float] = field(default_factory=dict)
    sliders: dict[str, float] = field(default_factory=dict)
    mix_seed: int | None = None
    mix_level: int | None = None


@dataclass(frozen=True)
class Projection:
    """How far the search for a picture has come: where it stands, its picture, and the mean absolute error, 0 to 2."""

    start: tuple[float, ...]
    made: Made
    step: int
    error: float


@dataclass(frozen=True)
class Walk:
    """A film through paintings: their starts, in order; `loop` ends where it began."""

    starts: tuple[Start, ...]
    seconds: float = 6.0  # up to 60
    fps: int = 24  # up to 60
    loop: bool = True

    def frames(self) -> int:
        return max(2, round(self.seconds * self.fps))


def five(along: str) -> tuple[float, ...]:
    """Five values that span a control: "psi", or a slider by its name."""
    return (0.2, 0.5, 0.8, 1.1, 1.4) if along == "psi" else (-2.0, -1.0, 0.0, 1.0, 2.0)


class Sampler:
    """A studio's generators. Every method takes the name of a model first and raises StudioError for a bad wish."""

    def __init__(self, studio: Studio):
        self.studio = studio

    def styles(self, model: str) -> list[str]:
        """The styles that a model paints by name; [] when it knows none."""
        return self.studio.model(model, "sample")[0].labels

    def directions(self, model: str) -> list[Axis]:
        """The model's sliders; [] when it has none."""
        found = self.studio.model(model, "sample")[0].settings.get("directions", [])
        return [Axis(d["name"], d["why"]) for d in found]

    def levels(self, model: str) -> int:
        """How many levels a model paints in, coarse to fine."""
        return len(self.studio.model(model, "sample")[1].levels)

    def can_project(self, model: str) -> bool:
        """Whether a picture of the artist's own can be put into the model."""
        return self.studio.model(model, "sample")[1].config.encoder

    def recipe(self, model: str, start: Start, manner: Manner, scale: int = 4) -> Recipe:
        """Everything that makes one painting, checked."""
        card, _ = self.studio.model(model, "sample")
        seed, z = (None, start) if isinstance(start, tuple) else (checked(latents.check_seed, start), None)
        sliders = {k: v for k, v in manner.sliders.items() if v}
        if not all(abs(v) <= MOST_SIGMA for v in sliders.values()):  # False for NaN, too
            raise StudioError(f"A slider is a number from -{MOST_SIGMA:g} to {MOST_SIGMA:g} sigma.")
        mix = None if manner.mix_seed is None else checked(latents.check_seed, manner.mix_seed)
        try:
            return Recipe(
                "sample", card.name, card.sha256, __version__, seed=seed, z=z,
                psi=checked(latents.check_psi, manner.psi), sliders=sliders or None, styles=manner.styles or None,
                mix_seed=mix, mix_level=manner.mix_level if mix is not None else None, scale=scale,
            )  # fmt: skip
        except recipe.RecipeError as reason:
            raise StudioError(str(reason)) from None

    def seeds(self, seed: object, count: object) -> list[int]:
        """seed, seed + 1, ...: `count` of them, beginning again at 0 after the last."""
        first = checked(latents.check_seed, seed)
        return [(first + i) % latents.SEEDS for i in range(check_count(count))]

    def paint(self, model: str, start: Start, manner: Manner, scale: int = 4) -> Made:
        """One painting; scale 1 is the quick preview."""
        wanted = self.recipe(model, start, manner, scale)
        return Made(self.studio.remake(wanted), wanted)

    def start_of(self, by: Recipe) -> Start:
        """Where a painting's recipe starts."""
        return by.seed if by.z is None else by.z

    def manner_of(self, by: Recipe) -> Manner:
        """All controls of a painting's recipe."""
        return Manner(
            by.psi if by.psi is not None else 1.0,
            by.styles or {},
            by.sliders or {},
            by.mix_seed,
            by.mix_level,
        )

    def variations(
        self, model: str, start: Start, manner: Manner, count: int, amount: float, seed: int
    ) -> Iterator[Made]:
        """`count` neighbours of a painting, at `amount` (0: the same, 1: another) in directions drawn from `seed`."""
        if not 0 < amount <= 1:
            raise StudioError(f"Variations differ by more than 0 and at most 1, got {amount}.")
        eps = self._eps(model, start)
        generator = torch.Generator().manual_seed(checked(latents.check_seed, seed))
        for _ in range(count):
            noise = torch.randn(eps.shape, generator=generator)
            yield self.paint(model, _start(latents.vary(eps, amount, noise)), manner)

    def project(self, model: str, source: Path | str | bytes, steps: int = STEPS) -> Iterator[Projection]:
        """Look for the painting that is most like an artist's own picture; yields the first guess and better ones.

        The encoder guesses, then eps is optimised (pyramid L1). Stop by closing the iterator: every Projection is
        complete. Raises images.PictureError when the picture cannot be read, StudioError for a model without encoder.
        """
        _, network = self.studio.model(model, "sample")
        if not network.config.encoder:
            raise StudioError(
                f"{model} has no encoder, so it cannot take pictures of your own; choose a newer model."
            )
        size = (network.config.height, network.config.width)
        picture = images.open_picture(source, at_least=max(size))
        x = images.to_tensor(picture, size, "crop")[None].to(self.studio.device)
        with torch.inference_mode():
            eps = network.place(network.encode(x))
        eps = eps.clone().requires_grad_(True)  # a copy that gradients may flow to
        optimizer = torch.optim.Adam([eps], LR)
        best, best_error = eps.detach().clone(), float("inf")
        for step in range(steps + 1):
            with torch.enable_grad():
                x_hat = network.synthesize(network.map(eps))
                loss = pyramid_l1(x_hat, x, bands=len(network.levels) - 1) + NEAR_PRIOR * eps.square().mean()
                optimizer.zero_grad()
                loss.backward()
            if loss.item() < best_error:
                best, best_error = eps.detach().clone(), loss.item()
            if step % 8 == 0 or step == steps:
                start = _start(best)
                made = self.paint(model, start, Manner(psi=1.0))
                yield Projection(start, made, step, float((x_hat.detach() - x).abs().mean()))
            optimizer.step()

    def walk(
        self, model: str, walk: Walk, manner: Manner | Sequence[Manner], scale: int = 4
    ) -> Iterator[Image.Image]:
        """The frames of a walk, one by one. manner: one for all paintings, or one for each."""
        self.check_walk(walk)
        points = torch.cat([self._eps(model, start) for start in walk.starts])
        ways = [manner] * len(points) if isinstance(manner, Manner) else manner
        stops = [self.recipe(model, start, way, scale) for start, way in zip(walk.starts, ways, strict=True)]
        path = latents.walk(points, walk.frames(), walk.loop)
        for eps, (one, other, share) in zip(
            path, latents.legs(len(stops), len(path), walk.loop), strict=True
        ):
            pair = [replace(stops[i], seed=None, z=tuple(eps.tolist())) for i in (one, other)]
            yield self.studio.remake(pair[0]) if pair[0] == pair[1] else self._between(*pair, share)

    @on_cpu_if_lost
    def _between(self, one: Recipe, other: Recipe, share: float) -> Image.Image:
        card, network = self.studio.check(one)
        x = painting.between(card, network, one, other, share)[0]
        return images.enlarge(images.to_picture(x.float().cpu().contiguous()), one.scale, one.aspect)

    def check_walk(self, walk: Walk) -> None:
        """Raise StudioError when a walk is too short or too long."""
        if not 2 <= len(walk.starts) <= MOST_STOPS:
            raise StudioError(f"A walk leads through 2 to {MOST_STOPS} paintings, got {len(walk.starts)}.")
        if not 0 < walk.seconds <= MOST_SECONDS or not 1 <= walk.fps <= MOST_FPS:
            raise StudioError(f"A film lasts up to {MOST_SECONDS} seconds at 1 to {MOST_FPS} frames a second, got {walk.seconds:g} s at {walk.fps}.")  # fmt: skip

    def sheet(
        self,
        model: str,
        starts: Sequence[Start],
        manner: Manner,
        along: str,
        values: Sequence[float],
        scale: int = 2,
    ) -> Image.Image:
        """A contact sheet: a row a painting, a column for each value of `along` ("psi" or a slider's name)."""
        if not starts or not values or len(starts) * len(values) > MOST_CELLS:
            raise StudioError(
                f"A contact sheet has 1 to {MOST_CELLS} pictures, got {len(starts) * len(values)}."
            )
        rows = []
        for start in starts:
            varied = [replace(manner, psi=v) if along == "psi" else replace(manner, sliders=manner.sliders | {along: v}) for v in values]  # fmt: skip
            rows.append([self.paint(model, start, one, scale).picture for one in varied])
        labels = [_label(start) for start in starts]
        return contact_sheet(rows, labels, [f"{along} {value:+g}" if along != "psi" else f"psi {value:g}" for value in values])  # fmt: skip

    def export(
        self, model: str, seeds: Sequence[int], manner: Manner, path: Path, scale: int = 4
    ) -> Iterator[int]:
        """A zip of one PNG a seed, each with its recipe, and recipes.csv; yields how many are in it after each.

        Closing the iterator early leaves a whole zip of what was done.
        """
        if not 1 <= len(seeds) <= MOST_EXPORT:
            raise StudioError(f"An export holds 1 to {MOST_EXPORT} pictures, got {len(seeds)}.")
        rows: list[dict[str, object]] = []
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            try:
                for seed in seeds:
                    made = self.paint(model, seed, manner, scale)
                    name = f"{made.recipe.model}-seed{seed}.png"
                    archive.writestr(
                        name, images.png_bytes(made.picture, {recipe.KEY: made.recipe.to_json()})
                    )
                    rows.append({"file": name, "seed": seed, "recipe": made.recipe.to_json()})
                    yield len(rows)
            finally:
                archive.writestr("recipes.csv", _table(rows))

    def about(self, model: str, walk: Walk, manner: Manner | Sequence[Manner]) -> str:
        """What made a film, as JSON for its comment. manner: as for `walk`."""
        ways = [manner] if isinstance(manner, Manner) else manner
        first = json.loads(self.recipe(model, walk.starts[0], ways[0]).to_json())
        stops = [s if isinstance(s, int) else [round(v, 5) for v in s] for s in walk.starts]
        told = {"starts": stops, "seconds": walk.seconds, "fps": walk.fps, "loop": walk.loop}
        if any(way != ways[0] for way in ways):
            told["manners"] = [asdict(way) for way in ways]
        return json.dumps(first | {"walk": told})

    def _eps(self, model: str, start: Start) -> Tensor:
        _, network = self.studio.model(model, "sample")
        return painting.eps_of(network, self.recipe(model, start, Manner()))


def _start(eps: Tensor) -> tuple[float, ...]:
    return tuple(eps[0].float().cpu().tolist())


def _label(start: Start) -> str:
    return f"seed {start}" if isinstance(start, int) else "your own"


def _table(rows: list[dict[str, object]]) -> str:
    text = io.StringIO()
    table = csv.DictWriter(text, ["file", "seed", "recipe"])
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()


def contact_sheet(
    rows: Sequence[Sequence[Image.Image]], labels: Sequence[str] = (), heads: Sequence[str] = ()
) -> Image.Image:
    """Pictures of one size in rows, on white, with a word before each row and above each column where given."""
    width, height = rows[0][0].size
    gap, font = max(4, width // 24), ImageFont.load_default(max(11, width // 10))
    left = gap + (round(max(font.getlength(text) for text in labels)) + gap if labels else 0)
    top = gap + (font.size + gap if heads else 0)
    across = max(len(row) for row in rows)
    size = (left + across * (width + gap), top + len(rows) * (height + gap))
    page = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(page)
    for j, text in enumerate(heads):
        draw.text((left + j * (width + gap) + width // 2, gap), text, (60, 60, 60), font, anchor="ma")
    for i, row in enumerate(rows):
        y = top + i * (height + gap)
        if labels:
            draw.text((gap, y + height // 2), labels[i], (60, 60, 60), font, anchor="lm")
        for j, picture in enumerate(row):
            page.paste(picture, (left + j * (width + gap), y))
    return page
