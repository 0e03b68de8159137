"""Places in a VAE's latent space and the pictures there. No widgets, no files but the artist's own pictures."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor, nn

from deepart import __version__, images, latents, weights
from deepart.bench.own import Kept, Own, needs, own
from deepart.bench.values import FARTHEST, number
from deepart.recipe import Recipe
from deepart.studio import Axis, Made, Studio, StudioError, axes_of, checked, on_cpu_if_lost
from deepart.weights import ModelCard

AXES = 16  # axes that can be moved, strongest first
SHOWN = 10  # of them on view before "more axes"
REACH = 3.0  # sigma; how far a slider goes to either side
HOTTEST = 2.0  # temperature of a random place
OUT_OF_RANGE = "each slider is a number from -10 to 10 sigma"
STILL = 0.01  # sigma; a smaller step is none: axes are stored in 16 bits, and a place must not creep when asked for again
SCALE = 8  # how much larger than the model paints a finished picture is saved (Lanczos)
REMEMBERED = 6  # own pictures that are kept ready, some 5 MB each


@dataclass(frozen=True)
class Point:
    """A place in the VAE's latent space: z, and the width and height of the artist's picture (None: the model's)."""

    z: tuple[float, ...]
    aspect: tuple[int, int] | None = None


@dataclass(frozen=True)
class Place:
    """A point and, where the detail of the artist's picture is to be kept, that picture."""

    point: Point
    own: Own | None = None


class Bench:
    """A studio's VAEs. Every method takes the name of a model first and raises StudioError for a bad wish."""

    def __init__(self, studio: Studio):
        self.studio = studio
        self._kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()
        self._lock = threading.Lock()

    def axes(self, model: str) -> list[Axis]:
        """The strongest axes of a VAE, in the order of its sliders; named where that was measured. Loads no weights."""
        return axes_of(weights.read_card(weights.find(model, self.studio.root)), AXES)

    @on_cpu_if_lost
    def origin(self, model: str) -> Point:
        """Where all sliders stand at 0: the mean of the paintings that the model learned from."""
        return _point(self._model(model)[1].z_mean[None])

    @on_cpu_if_lost
    def random_point(
        self, model: str, seed: object, temperature: object = 1.0, locked: Mapping[int, float] | None = None
    ) -> Point:
        """A random place, drawn from a seed as the training paintings lie.

        temperature: 0 (the mean painting) to 2 (far out). locked: slider -> sigma at which it stays.
        """
        _, network = self._model(model)
        heat = number(temperature)
        if not 0 <= heat <= HOTTEST:
            raise StudioError(f"a temperature is a number from 0 to {HOTTEST:g}, got {str(temperature)[:40]}")
        eps = heat * latents.z_from_seed(checked(latents.check_seed, seed), network.config.z_dim)
        z = network.from_normal(eps.to(self.studio.device))
        if locked:
            values = network.to_sliders(z)
            for index, sigma in locked.items():
                values[0, index] = sigma
            z = network.from_sliders(values)
        return _point(z)

    def encode(self, model: str, source: Path | str) -> Point:
        """Where an artist's own picture lies. Raises images.PictureError when it cannot be read."""
        return self._point_of(self._keep(model, own(source)))

    def put(self, model: str, source: Path | str) -> Place:
        """An artist's own picture on the sliders, its detail kept. Raises images.PictureError."""
        mine = own(source)
        return Place(self._point_of(self._keep(model, mine)), mine)

    @on_cpu_if_lost
    def values(self, model: str, point: Point) -> list[float]:
        """The sliders' values at a point, in units of sigma, strongest axis first."""
        _, network = self._model(model)
        return network.to_sliders(self._z(network, point))[0, : min(AXES, network.config.z_dim)].tolist()

    @on_cpu_if_lost
    def move(self, model: str, point: Point, values: Sequence[float]) -> Point:
        """The point whose first sliders stand at `values` (sigma); all other axes stay where they were.

        Sliders that stand within STILL of their value stay, too.
        """
        _, network = self._model(model)
        if len(values) > network.config.z_dim:
            raise StudioError(OUT_OF_RANGE)
        z, count = self._z(network, point), len(values)
        wanted = torch.tensor(values, dtype=torch.float32, device=z.device)
        now = network.to_sliders(z)[0, :count]
        moved = ~((wanted - now).abs() <= STILL)  # true for NaN, too
        if not (wanted[moved].abs() <= FARTHEST).all():
            raise StudioError(OUT_OF_RANGE)
        if not moved.any():
            return point
        wanted = torch.where(moved, wanted, now)
        for _ in range(
            2
        ):  # axes stored in 16 bits are not quite at right angles: one step misses by up to 0.01
            z = (
                z
                + ((wanted - network.to_sliders(z)[0, :count]) * network.sigma[:count]) @ network.axes[:count]
            )
        return replace(_point(z), aspect=point.aspect)

    def step(self, model: str, point: Point, sliders: Mapping[str, float], relative: bool = True) -> Point:
        """The point once the named sliders moved by so many sigma from where they stand, or (not relative) to there."""
        names, values = [axis.name for axis in self.axes(model)], self.values(model, point)
        if unknown := sorted(set(sliders) - set(names)):
            raise StudioError(f"{model} has no axis {unknown[0][:40]!r}; it has: {', '.join(names)}")
        for name, sigma in sliders.items():
            at = names.index(name)
            values[at] = sigma + relative * values[at]
        return self.move(model, point, values)

    @on_cpu_if_lost
    def combine(self, model: str, plus: Sequence[Point], minus: Sequence[Point] = ()) -> Point:
        """Arithmetic of places: what is in `plus` added, what is in `minus` taken away, around the mean painting.

        The shape is the first one's. Each axis ends within FARTHEST.
        """
        _, network = self._model(model)
        if not plus:
            raise StudioError("there is nothing to add up: put pictures on the path first")
        total = sum(network.to_sliders(self._z(network, p)) for p in plus)
        total = total - sum(network.to_sliders(self._z(network, p)) for p in minus)
        total = total.clamp(-FARTHEST, FARTHEST)
        return replace(_point(network.from_sliders(total)), aspect=plus[0].aspect)

    def preview(self, model: str, place: Place, large: bool = False) -> Image.Image:
        """The small picture that follows the finger: as the model paints it, or the artist's own at up to 512 px.

        large: the own picture at up to 896 px, to look at when the finger is lifted.
        """
        x = self._decode(model, place.point)
        if place.own:
            return self._keep(model, place.own).preview(x, large)
        return images.enlarge(images.to_picture(x), 1, place.point.aspect)

    def before(self, model: str, mine: Own) -> Image.Image:
        """The own picture as it came, at up to 896 px."""
        return self._keep(model, mine).large

    def draw(self, model: str, place: Place | Point, scale: int = SCALE) -> Made:
        """The finished picture at a place, with its recipe. With an own picture it is of that picture's size."""
        place = place if isinstance(place, Place) else Place(place)
        by = self.recipe(model, place, scale)
        return Made(self.remake(by, place.own), by)

    def recipe(self, model: str, place: Place, scale: int = SCALE) -> Recipe:
        """Everything that makes the picture at a place."""
        card, _ = self._model(model)
        point, mine = place.point, place.own
        pairs = zip(self.axes(card.name), self.values(model, point), strict=True)
        return Recipe(
            "sliders", card.name, card.sha256, __version__, z=point.z, sliders={a.name: round(v, 4) for a, v in pairs},
            aspect=point.aspect, scale=1 if mine else scale,
            own_sha256=mine.sha256 if mine else None, own_name=mine.name if mine else None,
        )  # fmt: skip

    def remake(self, by: Recipe, mine: Own | None = None) -> Image.Image:
        """The picture of a recipe. One that kept the detail of an own picture needs that very file, else StudioError."""
        if by.own_sha256 is None:
            return self.studio.remake(by)
        self.studio.check(by)
        needs(by, mine)
        return self._keep(by.model, mine).finished(mine.path, self._decode(by.model, Point(by.z)))

    def _model(self, model: str) -> tuple[ModelCard, nn.Module]:
        return self.studio.model(model, "sliders")

    @on_cpu_if_lost
    @torch.inference_mode()
    def _decode(self, model: str, point: Point) -> Tensor:
        """(3, S, S) on the CPU."""
        _, network = self._model(model)
        return network.decode(self._z(network, point))[0].float().cpu().contiguous()

    @on_cpu_if_lost
    @torch.inference_mode()
    def _keep(self, model: str, mine: Own) -> Kept:
        card, network = self._model(model)
        key = (card.sha256, mine.sha256)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        kept = Kept(network, mine.path, self.studio.device)
        with self._lock:
            self._kept[key] = kept
            while len(self._kept) > REMEMBERED:
                self._kept.popitem(last=False)
        return kept

    def _point_of(self, kept: Kept) -> Point:
        return _point(kept.mu, kept.size)

    def _z(self, network: nn.Module, point: Point) -> Tensor:
        return self.studio.z_of(network, point.z)


def _point(z: Tensor, aspect: tuple[int, int] | None = None) -> Point:
    return Point(tuple(z[0].float().cpu().tolist()), aspect)
