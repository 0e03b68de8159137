"""What an artist can do, as plain functions of one object. No widgets, no files but the pictures that come in.

Every picture is rendered alone (batch of one), so that a recipe gives the same pixels whatever else was asked for.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from deepart import __version__, devices, images, latents, painting, rescue, weights
from deepart.recipe import Recipe
from deepart.weights import ModelCard, WeightsError

log = logging.getLogger("deepart")

SAMPLE_SCALE, SLIDER_SCALE = (
    4,
    8,
)  # how much larger than the model draws a finished picture is saved (Lanczos)
SCALES = (1, 2, 4, 8)
MAX_SAMPLES = 64  # pictures in one go
SLIDERS = 10  # axes on view
REACH = 3.0  # sigma; how far a slider goes to either side


class StudioError(ValueError):
    """A wish that cannot be met; the text is one plain sentence for the artist."""


@dataclass(frozen=True)
class Classification:
    """styles: (name, chance) with the chances summing to 1, highest first; verdict: sure, unsure or not-a-painting."""

    styles: list[tuple[str, float]]
    verdict: str
    sentence: str


@dataclass(frozen=True)
class Made:
    """A picture and how to get it back."""

    picture: Image.Image
    recipe: Recipe


@dataclass(frozen=True)
class Axis:
    """One slider: its name, and why it is called so ("measured: r = 0.83 with brightness")."""

    name: str
    why: str


@dataclass(frozen=True)
class Point:
    """A place in the VAE's latent space: z, and the width and height of the artist's picture (None: the model's)."""

    z: tuple[float, ...]
    aspect: tuple[int, int] | None = None


def _on_cpu_if_lost(method: Callable) -> Callable:
    """A method that is done once more, on the CPU, when the graphics card was lost in the middle of it."""

    @functools.wraps(method)
    def call(self: Studio, *args: Any, **named: Any) -> Any:
        try:
            return method(self, *args, **named)
        except RuntimeError as error:
            if self.device.type == "cpu" or not rescue.is_gpu_lost(error):
                raise
            self._leave_gpu(error)
        return method(self, *args, **named)

    return call


@contextlib.contextmanager
def _settings_of(card: ModelCard) -> Iterator[None]:
    """A card is a stranger's: settings of a wrong kind are its fault, and said so."""
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise WeightsError(
            f"the card of model {card.name!r} has wrong settings: copy the model folder again"
        ) from error


class Studio:
    """The models of one weights folder on one device; each is loaded when first used and dropped when idle.

    When a graphics card is lost, everything goes on on the CPU until deepart is started again.
    """

    def __init__(self, root: Path | str = weights.ROOT, device: str = "auto", idle_minutes: float = 15):
        self.root = Path(root)
        self.device = devices.pick(device)
        self.idle_seconds = idle_minutes * 60
        self._loaded: dict[str, tuple[float, ModelCard, nn.Module]] = {}
        self._lock = threading.Lock()

    # models

    def cards(self, task: str | None = None) -> list[ModelCard]:
        """The cards of all models that can do a task ("classify", "sample", "sliders"), sorted by name."""
        return [c for c in weights.cards(self.root) if task in (None, c.task)]

    def default(self, task: str) -> str:
        """The model that a tab opens with: the newest of its kind. Raises WeightsError when there is none."""
        found = self.cards(task)
        if not found:
            raise WeightsError(
                f"there is no model to {task} with in the weights folder; train one or copy one there"
            )
        return found[-1].name

    def model(self, name: str, task: str) -> tuple[ModelCard, nn.Module]:
        """A model by name, loaded. Raises WeightsError when it is missing, damaged or made for another task."""
        folder = weights.find(name, self.root)
        with self._lock:
            if folder.name in self._loaded:
                _, card, network = self._loaded[folder.name]
            else:
                card, network = weights.load(folder.name, self.root)
                network = network.folded() if hasattr(network, "folded") else network
                network = network.to(self.device, memory_format=torch.channels_last)
                self._start_timer()
            self._loaded[folder.name] = (time.monotonic(), card, network)
        if card.task != task:
            fit = ", ".join(c.name for c in self.cards(task)) or "none"
            raise WeightsError(
                f"{card.name!r} cannot {task}: it is made to {card.task}; models that can: {fit}"
            )
        return card, network

    def _leave_gpu(self, error: Exception) -> None:
        log.error("%s was lost, going on on the CPU: %s", self.device, str(error)[:200])
        with self._lock:
            self.device, self._loaded = torch.device("cpu"), {}

    def _start_timer(self) -> None:
        timer = threading.Timer(self.idle_seconds, self._drop_idle)
        timer.daemon = True
        timer.start()

    def _drop_idle(self) -> None:
        with self._lock:
            oldest = time.monotonic() - self.idle_seconds
            self._loaded = {k: v for k, v in self._loaded.items() if v[0] > oldest}
            if self._loaded:
                self._start_timer()

    # classify

    def classify(self, source: Path | str | bytes, model: str | None = None) -> Classification:
        """The styles that a picture resembles. Raises images.PictureError when it cannot be read."""
        _, network = self.model(model or self.default("classify"), "classify")
        return self.judge(images.open_picture(source, at_least=network.config.image_size), model)

    @_on_cpu_if_lost
    @torch.inference_mode()
    def judge(self, picture: Image.Image, model: str | None = None) -> Classification:
        """The styles that an opened picture resembles."""
        from deepart.models.style_cnn import (
            judge,  # here: it takes 2 s to import, which the page need not wait for
        )

        card, network = self.model(model or self.default("classify"), "classify")
        answer = network(self._batch(images.to_tensor(picture, network.config.image_size, "squash")))
        with _settings_of(card):
            p, (verdict,) = judge(*answer, card.settings)
            styles = sorted(zip(card.labels, p[0].tolist(), strict=True), key=lambda pair: -pair[1])
        return Classification(styles, verdict, _sentence(styles, verdict))

    # sample

    def sample(self, model: str, seed: object, psi: object = 0.8, scale: int = SAMPLE_SCALE) -> Made:
        """The painting that belongs to a seed. Raises StudioError for a seed or psi out of range."""
        card, _ = self.model(model, "sample")
        seed, psi = checked(latents.check_seed, seed), checked(latents.check_psi, psi)
        recipe = Recipe(
            "sample", card.name, card.sha256, __version__, seed=seed, psi=psi, scale=_check_scale(scale)
        )
        return Made(self.remake(recipe), recipe)

    def samples(
        self, model: str, seed: object, count: object, psi: object = 0.8, scale: int = SAMPLE_SCALE
    ) -> Iterator[Made]:
        """`count` paintings from the seeds seed, seed + 1, ... one by one, so that a page can show each as it comes."""
        first, number = checked(latents.check_seed, seed), check_count(count)
        checked(latents.check_psi, psi)
        for i in range(number):
            yield self.sample(model, (first + i) % latents.SEEDS, psi, scale)

    # sliders

    def axes(self, model: str) -> list[Axis]:
        """The strongest axes of a VAE, in the order of its sliders."""
        card, network = self.model(model, "sliders")
        named = card.settings.get("axes", [])
        count = min(SLIDERS, network.config.z_dim)
        plain = [Axis(f"Mood {i + 1}", "no measured name") for i in range(count)]
        with _settings_of(card):
            return [Axis(str(a["name"]), str(a["why"])) for a in named[:count]] + plain[len(named[:count]) :]

    @_on_cpu_if_lost
    def origin(self, model: str) -> Point:
        """Where all sliders stand at 0: the mean of the paintings that the model learned from."""
        _, network = self.model(model, "sliders")
        return _point(network.z_mean[None])

    @_on_cpu_if_lost
    def random_point(self, model: str, seed: object) -> Point:
        """A random place, drawn from a seed as the training paintings lie."""
        _, network = self.model(model, "sliders")
        eps = latents.z_from_seed(checked(latents.check_seed, seed), network.config.z_dim)
        return _point(network.from_normal(eps.to(self.device)))

    @_on_cpu_if_lost
    @torch.inference_mode()
    def encode(self, model: str, source: Path | str | bytes) -> Point:
        """Where an artist's own picture lies. Raises images.PictureError when it cannot be read."""
        _, network = self.model(model, "sliders")
        size = network.config.image_size
        picture = images.open_picture(source, at_least=size)
        mu, _ = network.encode(self._batch(images.to_tensor(picture, size, "squash")))
        return _point(mu, picture.size)

    @_on_cpu_if_lost
    def values(self, model: str, point: Point) -> list[float]:
        """The sliders' values at a point, in units of sigma, strongest axis first."""
        _, network = self.model(model, "sliders")
        z = self._z(network, point.z)
        return network.to_sliders(z)[0, : min(SLIDERS, network.config.z_dim)].tolist()

    @_on_cpu_if_lost
    def move(self, model: str, point: Point, values: list[float]) -> Point:
        """The point whose first sliders stand at `values` (sigma); all other axes stay where they were."""
        _, network = self.model(model, "sliders")
        if len(values) > network.config.z_dim or not all(abs(v) <= 10 for v in values):  # False for NaN too
            raise StudioError("each slider is a number from -10 to 10 sigma")
        every = network.to_sliders(self._z(network, point.z))
        every[0, : len(values)] = torch.tensor(values, dtype=torch.float32)
        return replace(_point(network.from_sliders(every)), aspect=point.aspect)

    def draw(self, model: str, point: Point, scale: int = SLIDER_SCALE) -> Made:
        """The picture at a point, in the shape of the artist's own; scale 1 is the quick preview."""
        card, _ = self.model(model, "sliders")
        shown = {
            a.name: round(v, 4) for a, v in zip(self.axes(model), self.values(model, point), strict=True)
        }
        recipe = Recipe(
            "sliders", card.name, card.sha256, __version__, z=point.z, sliders=shown, aspect=point.aspect,
            scale=_check_scale(scale),
        )  # fmt: skip
        return Made(self.remake(recipe), recipe)

    # recipes

    @_on_cpu_if_lost
    @torch.inference_mode()
    def remake(self, recipe: Recipe) -> Image.Image:
        """The picture of a recipe. Raises WeightsError when its model is missing or has other weights."""
        if recipe.task not in ("sample", "sliders"):
            raise StudioError(
                f"this version of deepart cannot make a picture of the kind {recipe.task!r} again"
            )
        card, network = self.model(recipe.model, recipe.task)
        if recipe.weights_sha256 != card.sha256:
            raise WeightsError(
                f"this picture was made by other weights of {recipe.model!r} than the ones that are here"
            )
        if recipe.task == "sample":
            x = painting.paint(card, network, recipe)[0]
        else:
            x = network.decode(self._z(network, recipe.z))[0]
        picture = images.to_picture(x.float().cpu().contiguous())
        return _enlarge(picture, recipe.scale, recipe.aspect)

    def _batch(self, x: Tensor) -> Tensor:
        return x[None].to(self.device, memory_format=torch.channels_last)

    def _z(self, network: nn.Module, z: tuple[float, ...] | None) -> Tensor:
        if z is None or len(z) != network.config.z_dim:
            raise StudioError(f"this model needs {network.config.z_dim} latent numbers, got {len(z or ())}")
        return torch.tensor([z], dtype=torch.float32, device=self.device)


def _sentence(styles: list[tuple[str, float]], verdict: str) -> str:
    first, chance = styles[0]
    if verdict == "not-a-painting":
        return f"This does not look like a painting. If it is one, it is nearest to {first}."
    if verdict == "unsure":
        return f"Unsure: between {first} and {styles[1][0]}."
    return f"{first}, with a chance of {chance:.0%}."


def _enlarge(picture: Image.Image, scale: int, aspect: tuple[int, int] | None) -> Image.Image:
    """`scale` times as large; with an aspect (width, height) the long side is kept and the short one follows it."""
    width, height = picture.width * scale, picture.height * scale
    if aspect:
        longest = max(aspect)
        width, height = (max(1, round(side * max(width, height) / longest)) for side in aspect)
    if (width, height) == picture.size:
        return picture
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _point(z: Tensor, aspect: tuple[int, int] | None = None) -> Point:
    return Point(tuple(z[0].float().cpu().tolist()), aspect)


def checked(check, value):
    try:
        return check(value)
    except ValueError as reason:
        raise StudioError(str(reason)[:1].upper() + str(reason)[1:] + ".") from None


def check_count(count: object) -> int:
    rule = f"The number of pictures is a whole number from 1 to {MAX_SAMPLES}"
    try:
        number = float(count)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise StudioError(f"{rule}, got {str(count)[:40]!r}.") from None
    if not 1 <= number <= MAX_SAMPLES or number != int(number):
        raise StudioError(f"{rule}, got {str(count)[:40]}.")
    return int(number)


def _check_scale(scale: int) -> int:
    if scale not in SCALES:
        raise StudioError(f"A picture can be made 1, 2, 4 or 8 times as large, got {scale}.")
    return scale
