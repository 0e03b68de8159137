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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from PIL import Image
from torch import Tensor, nn

from deepart import __version__, devices, images, latents, painting, rescue, weights
from deepart.recipe import Recipe
from deepart.weights import ModelCard, WeightsError

log = logging.getLogger("deepart")

SAMPLE_SCALE = 4  # how much larger than the model draws a finished picture is saved (Lanczos)
SCALES = (1, 2, 4, 8)
MAX_SAMPLES = 64  # pictures in one go


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


def on_cpu_if_lost(method: Callable) -> Callable:
    """A method that is done once more, on the CPU, when the graphics card was lost in the middle of it.

    Of a Studio, or of anything that has one as `studio`.
    """

    @functools.wraps(method)
    def call(self: Any, *args: Any, **named: Any) -> Any:
        studio: Studio = getattr(self, "studio", self)
        try:
            return method(self, *args, **named)
        except RuntimeError as error:
            if studio.device.type == "cpu" or not rescue.is_gpu_lost(error):
                raise
            studio._leave_gpu(error)
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
        """The model that a tab opens with: the newest of its kind that came with deepart, else an artist's own. Raises
        WeightsError when there is none."""
        every = self.cards(task)
        found = [card for card in every if not card.is_own] or every
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
                f"{card.name!r} is of another kind ({card.task}, not {task}); models that fit: {fit}"
            )
        return card, network

    def forget(self, name: str) -> None:
        """Drop a model from memory, as its folder is about to change."""
        with self._lock:
            self._loaded.pop(name, None)

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

    @on_cpu_if_lost
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

    # recipes

    @on_cpu_if_lost
    @torch.inference_mode()
    def remake(self, recipe: Recipe) -> Image.Image:
        """The picture of a recipe. Raises WeightsError when its model is missing or has other weights, StudioError for one
        that keeps the detail of an artist's own picture, which is not in it."""
        card, network = self.check(recipe)
        if recipe.own_sha256:
            tab = "Sliders" if recipe.task == "sliders" else "Restyle"
            raise StudioError(
                f"this picture was made from one of your own: put it back on the {tab} tab, beside that file"
            )
        if recipe.task == "sample":
            x = painting.paint(card, network, recipe)[0]
        else:
            x = network.decode(self.z_of(network, recipe.z))[0]
        picture = images.to_picture(x.float().cpu().contiguous())
        return images.enlarge(picture, recipe.scale, recipe.aspect)

    def check(self, recipe: Recipe) -> tuple[ModelCard, nn.Module]:
        """The model of a recipe, when it is here with the very weights."""
        if recipe.task not in ("sample", "sliders", "restyle", "enlarge"):
            raise StudioError(
                f"this version of deepart cannot make a picture of the kind {recipe.task!r} again"
            )
        card, network = self.model(recipe.model, recipe.task)
        if recipe.weights_sha256 != card.sha256:
            raise WeightsError(
                f"this picture was made by other weights of {recipe.model!r} than the ones that are here"
            )
        return card, network

    def z_of(self, network: nn.Module, z: tuple[float, ...] | None) -> Tensor:
        """z (1, z_dim) on our device. Raises StudioError when it is of another length than the network's."""
        if z is None or len(z) != network.config.z_dim:
            raise StudioError(f"this model needs {network.config.z_dim} latent numbers, got {len(z or ())}")
        return torch.tensor([z], dtype=torch.float32, device=self.device)

    def _batch(self, x: Tensor) -> Tensor:
        return x[None].to(self.device, memory_format=torch.channels_last)


def axes_of(card: ModelCard, most: int) -> list[Axis]:
    """The first axes of a VAE, strongest first, with the names that its card gives them."""
    named = card.settings.get("axes", [])
    with _settings_of(card):
        count = min(most, int(card.config["z_dim"]))
        known = [Axis(str(a["name"]), str(a["why"])) for a in named[:count]]
        moods = sum(axis.name.startswith("Mood ") for axis in known)
        more = range(moods + 1, moods + 1 + count - len(known))
        return known + [Axis(f"Mood {number}", "no measured name") for number in more]


def _sentence(styles: list[tuple[str, float]], verdict: str) -> str:
    first, chance = styles[0]
    if verdict == "not-a-painting":
        return f"This does not look like a painting. If it is one, it is nearest to {first}."
    if verdict == "unsure":
        return f"Unsure: between {first} and {styles[1][0]}."
    return f"{first}, with a chance of {chance:.0%}."


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
