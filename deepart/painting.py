"""From a recipe to a painting: what each of its entries does to a generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from deepart import latents
from deepart.models.gan import Generator
from deepart.recipe import Recipe
from deepart.weights import ModelCard


class PaintingError(ValueError):
    """A recipe asks a generator for something that it cannot do; the text is one plain sentence."""


def directions(card: ModelCard) -> list[str]:
    """The names of a generator's sliders, in the order of network.directions."""
    return [d["name"] for d in card.settings.get("directions", [])]


@torch.inference_mode()
def paint(card: ModelCard, network: Generator, recipe: Recipe) -> Tensor:
    """The painting of a recipe: (1, 3, height, width), about [-1, 1], on the network's device.

    Raises PaintingError for a style, slider or level that the model does not have, or z of another length.
    """
    return network.synthesize(ws_of(card, network, recipe))


def ws_of(card: ModelCard, network: Generator, recipe: Recipe) -> Tensor:
    """The w of a recipe for every level, (1, levels, w_dim), mixed; (1, w_dim) where they are all the same. Raises
    PaintingError."""
    w = w_of(card, network, recipe)
    if recipe.mix_seed is None:
        return w
    levels = len(network.levels)
    if not 1 <= recipe.mix_level < levels:
        raise PaintingError(
            f"Mixing starts at level 1 to {levels - 1} of this model, got {recipe.mix_level}."
        )
    other = w_of(card, network, replace(recipe, seed=recipe.mix_seed, z=None, sliders=None))
    ws = w[:, None].repeat(1, levels, 1)  # (1, w_dim) -> (1, levels, w_dim)
    ws[:, recipe.mix_level :] = other[:, None]
    return ws


@torch.inference_mode()
def between(card: ModelCard, network: Generator, one: Recipe, other: Recipe, share: float) -> Tensor:
    """What lies between the paintings of two recipes of a model, `share` of the way from one to the other; as `paint`."""
    found = [ws_of(card, network, recipe) for recipe in (one, other)]
    if found[0].ndim != found[1].ndim:
        found = [ws if ws.ndim == 3 else ws[:, None].repeat(1, len(network.levels), 1) for ws in found]
    return network.synthesize(torch.lerp(*found, share))


def w_of(card: ModelCard, network: Generator, recipe: Recipe) -> Tensor:
    """The w (1, w_dim) of a recipe, before mixing. Raises PaintingError."""
    device, psi = network.constant.device, 1.0 if recipe.psi is None else recipe.psi
    eps = eps_of(network, recipe).to(device)
    shares = shares_of(card, network, recipe.styles)
    if not recipe.sliders:
        return network.map(eps, psi, shares)
    steps = slider_steps(card, network, recipe.sliders)
    return network.map(psi * eps + steps, 1.0, shares)  # a slider's step is not shortened by psi


def eps_of(network: Generator, recipe: Recipe) -> Tensor:
    """The standard normal numbers (1, z_dim) that a recipe starts from: its z, else those of its seed."""
    dim = network.config.z_dim
    if recipe.z is None:
        return latents.z_from_seed(recipe.seed, dim)
    if len(recipe.z) != dim:
        raise PaintingError(f"This model needs {dim} latent numbers, got {len(recipe.z)}.")
    return torch.tensor([recipe.z], dtype=torch.float32)


def shares_of(card: ModelCard, network: Generator, styles: dict[str, float] | None) -> Tensor | None:
    """{style: share} -> the shares (1 + styles,) that Generator.prior takes; None when there are none."""
    if not styles:
        return None
    _known("style", styles, card.labels, card.name)
    return torch.tensor([0.0, *(styles.get(label, 0.0) for label in card.labels)])


def slider_steps(card: ModelCard, network: Generator, sliders: dict[str, float]) -> Tensor:
    """{slider: sigma} -> the step in eps that they add up to: (1, z_dim)."""
    names = directions(card)
    _known("slider", sliders, names, card.name)
    at = torch.tensor([[sliders.get(name, 0.0) for name in names]], device=network.constant.device)
    return at @ network.directions[: len(names)]


def _known(kind: str, asked: dict[str, float], there: Sequence[str], model: str) -> None:
    if unknown := sorted(set(asked) - set(there)):
        raise PaintingError(f"{model} has no {kind} {unknown[0]!r}; it has: {', '.join(there) or 'none'}.")
