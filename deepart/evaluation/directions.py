"""Sliders of a generator or of a VAE's decoder: steps in eps that change one measurable thing and leave the others alone, found and checked
on samples.

A linear fit tells how far each attribute rises along each axis of eps. The pseudo-inverse of all fits together gives
for each attribute the shortest step that raises it by one standard deviation and, to first order, no other; gradients
through the generator then mend what is not of first order. Whatever varies most beside these steps becomes a "Mood".
Sources: conditional manipulation by projection, Shen et al. 2020, arXiv:1907.10786; optimised steps, Jahanian et al.
2020, arXiv:1907.07171; the moods, Härkönen et al. 2020, arXiv:2004.02546.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from deepart import latents
from deepart.evaluation.attributes import ATTRIBUTES
from deepart.models import gan

Paint = Callable[
    [Tensor], Tensor
]  # eps (N, dim) ~ N(0, 1) -> pictures (N, 3, H, W), both on the CPU, with gradients

RIDGE = 0.02  # of the fits, as a share of the samples
LEAST_R = 0.5  # a name needs so much correlation on samples that the fit did not see
MOST_SPILL = 0.3  # and no other attribute may move by more sigma, per sigma of its own
LEAST_BEYOND = 0.1  # and so much of the change must be more than an edit of light and contrast could do
REACH = 2.0  # sigma; how far the check goes to either side
REFINE_BATCH, REFINE_LR = 8, 0.02  # of the gradient descent: samples of each step, and its rate


@dataclass(frozen=True)
class Effort:
    """count: samples of the fit. refine: steps of gradient descent. held_out, pilot: samples of the check, and of those
    that tell how long a step of one sigma is."""

    count: int = 3000
    refine: int = 60
    held_out: int = 400
    pilot: int = 100


FULL = Effort()
QUICK = Effort(600, 6, 120, 30)  # a fifteenth of the work, for a model that artists wait for


@dataclass(frozen=True)
class Direction:
    """One slider: its name, why it is called so, r with its attribute and the largest spill on held-out samples."""

    name: str
    why: str
    r: float = 0.0
    spill: float = 0.0


@torch.no_grad()
def pictures(paint: Paint, eps: Tensor, batch: int = 32) -> Tensor:
    """eps (N, dim) -> pictures (N, 3, H, W) in [-1, 1]."""
    return torch.cat([paint(part).clamp(-1, 1) for part in eps.split(batch)])


@dataclass(frozen=True)
class Check:
    """What `check` found."""

    r: float
    spill: float
    beyond: float
    step: Tensor


def measured(x: Tensor) -> Tensor:
    """x (N, 3, H, W) -> every attribute of it (N, attributes)."""
    return torch.stack([measure(x) for measure in ATTRIBUTES.values()], dim=1)


@torch.no_grad()
def fill(network: gan.Generator, moods: int = 4, seed: int = 0, effort: Effort = FULL) -> list[Direction]:
    """Fill network.directions with what `find` finds, then zeros. Returns what each is, at most config.directions."""
    device = network.prior_mean.device

    def paint(eps: Tensor) -> Tensor:
        return network.synthesize(network.map(eps.to(device))).float().cpu()

    steps, found = find(paint, network.config.z_dim, moods, seed, effort)
    room = network.config.directions
    network.directions.zero_()
    for place, step in zip(network.directions, steps, strict=False):
        place.copy_(step)
    return found[:room]


@torch.no_grad()
def find(
    paint: Paint, dim: int, moods: int = 4, seed: int = 0, effort: Effort = FULL
) -> tuple[Tensor, list[Direction]]:
    """Steps (n, dim) in eps and what each is: first one for each attribute that passes the check, then `moods`."""
    generator = torch.Generator().manual_seed(seed)
    eps = torch.randn(effort.count, dim, generator=generator)
    x = pictures(paint, eps)
    values = measured(x)
    spread = values.std(0).clamp(min=0.01)  # what hardly varies at all is no scale to measure by
    y = (values - values.mean(0)) / spread
    slopes = torch.linalg.solve(
        eps.T @ eps + RIDGE * effort.count * torch.eye(dim), eps.T @ y
    )  # (dim, attributes)
    steps = torch.linalg.pinv(slopes.T.double(), rtol=0.05).T.float()  # (attributes, dim)
    steps = torch.stack(
        [refine(paint, step, i, spread, generator, effort.refine) for i, step in enumerate(steps)]
    )
    held_out = torch.randn(effort.held_out, dim, generator=generator)
    named = []
    for i, name in enumerate(ATTRIBUTES):
        found = check(paint, held_out, steps[i], i, spread, effort.pilot)
        if found.r >= LEAST_R and found.spill <= MOST_SPILL and found.beyond >= LEAST_BEYOND:
            why = (
                f"measured on {effort.held_out} samples: r = {found.r:.2f} with {name.lower()}; "
                f"the others move by at most {found.spill:.2f} sigma a sigma"
            )
            named.append((found.step, Direction(name, why, round(found.r, 3), round(found.spill, 3))))
    found = named + _moods(eps, x, steps, moods)
    return torch.stack([step for step, _ in found]), [direction for _, direction in found]


def refine(
    paint: Paint,
    step: Tensor,
    attribute: int,
    spread: Tensor,
    generator: torch.Generator,
    steps: int = Effort.refine,
) -> Tensor:
    """A step (dim,) that raises its attribute by one sigma and holds the others still, also far from the mean."""
    with torch.enable_grad():
        d = step.clone().requires_grad_(True)
        optimizer = torch.optim.Adam([d], REFINE_LR)
        for _ in range(steps):
            eps = torch.randn(REFINE_BATCH, len(step), generator=generator)
            t = REACH * (2 * torch.rand(REFINE_BATCH, 1, generator=generator) - 1)
            before = measured(pictures(paint, eps))
            after = measured(paint(eps + t * d))
            change = (after - before) / spread
            slopes = (t * change).mean(0) / t.square().mean()
            spill = slopes.square().sum() - slopes[attribute].square()
            loss = (change[:, attribute] - t[:, 0]).square().mean() + spill
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return d.detach()


def check(
    paint: Paint, eps: Tensor, step: Tensor, attribute: int, spread: Tensor, pilot: int = Effort.pilot
) -> Check:
    """How well one step does on samples (N, dim) that nobody fitted: Check(r, spill, beyond, the step to use).

    Sample i is moved by t_i, which goes evenly from -REACH to REACH sigma. r: correlation of t with the wanted
    attribute of the moved samples; spill: the largest slope of any other attribute, in its sigma for each sigma of the
    wanted one; beyond: see beyond_brightness. The step that comes back raises the attribute by one sigma.
    """
    some = eps[:: max(1, len(eps) // pilot)]
    step = step / _slopes(paint, some, step, spread)[0][attribute].clamp(min=0.2)
    slopes, x, moved, t = _slopes(paint, eps, step, spread)
    r = torch.corrcoef(torch.stack([t[:, 0], measured(moved)[:, attribute]]))[0, 1].nan_to_num()
    own = slopes[attribute].clamp(min=1e-3)
    others = torch.cat([slopes[:attribute], slopes[attribute + 1 :]]).abs().max()
    return Check(float(r), float(others / own), beyond_brightness(x, moved), step)


def _slopes(paint: Paint, eps: Tensor, step: Tensor, spread: Tensor) -> tuple[Tensor, ...]:
    """(how far each attribute rises, in its sigma, for each step; pictures; pictures moved by t steps; t (N, 1))."""
    t = torch.linspace(-REACH, REACH, len(eps))[:, None]
    x, moved = pictures(paint, eps), pictures(paint, eps + t * step)
    change = (measured(moved) - measured(x)) / spread
    return (t * change).mean(0) / t.square().mean(), x, moved, t


def _moods(eps: Tensor, x: Tensor, steps: Tensor, count: int) -> list[tuple[Tensor, Direction]]:
    """The strongest directions at right angles to `steps`, as sliders without a name."""
    why = "no name fits: what varies most beside the named ones"
    return [(axis, Direction(f"Mood {i + 1}", why)) for i, axis in enumerate(strongest(eps, x, steps, count))]


def strongest(eps: Tensor, x: Tensor, steps: Tensor, count: int) -> Tensor:
    """The `count` directions of eps (N, dim) that change small copies of the pictures x most, of unit length, at right
    angles to `steps` (n, dim) and to one another: (count, dim)."""
    small = torch.nn.functional.adaptive_avg_pool2d(x, 12).flatten(1)
    slopes = (
        eps.T @ (small - small.mean(0)) / len(eps)
    )  # (dim, pixels): how each axis of eps moves each pixel
    basis = torch.linalg.qr(steps.T)[0]
    free = slopes - basis @ (basis.T @ slopes)
    return latents.principal_axes(free.T, count)[1]


def beyond_brightness(x: Tensor, moved: Tensor) -> float:
    """How much of a change is more than a plain edit of light and contrast: 0 (nothing) to 1.

    x, moved: (N, 3, H, W). A gain and an offset are fitted to each pair of pictures; what they leave is compared with
    the whole change. Blurred first, so that brushwork does not count.
    """
    a, b = (torch.nn.functional.avg_pool2d(v, 4).flatten(1) for v in (x, moved))
    centred = a - a.mean(1, keepdim=True)
    gain = (centred * (b - b.mean(1, keepdim=True))).sum(1) / centred.square().sum(1).clamp(min=1e-6)
    plain = b.mean(1, keepdim=True) + gain[:, None] * centred
    return float(((b - plain).square().sum(1) / (b - a).square().sum(1).clamp(min=1e-6)).clamp(0, 1).mean())
