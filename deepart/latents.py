"""Seeds, latent vectors and the paths between them. No pictures here."""

from __future__ import annotations

import math
import re

import torch
from torch import Tensor

SEEDS = 2**32  # seeds lie in [0, SEEDS)


def check_seed(seed: object) -> int:
    """`seed` as an int in [0, 2**32). Accepts 7, 7.0 and "7"; anything else raises ValueError."""
    rule = "a seed is a whole number from 0 to 4294967295"
    try:
        number = float(str(seed).strip())
    except ValueError:
        raise ValueError(f"{rule}, got {str(seed)[:40]!r}") from None
    if not math.isfinite(number) or number != int(number) or not 0 <= number < SEEDS:
        raise ValueError(f"{rule}, got {str(seed)[:40]}")
    return int(number)


def parse_seeds(text: str, most: int = 10_000) -> list[int]:
    """ "1-4,9" -> [1, 2, 3, 4, 9]. Raises ValueError for anything else, or a range of more than `most`."""
    found: list[int] = []
    for part in text.split(","):
        match = re.fullmatch(r"\s*(\d{1,10})(?:-(\d{1,10}))?\s*", part)
        if not match:
            raise ValueError(f"seeds are whole numbers and ranges such as 1-16 or 3,5,9, got {text[:40]!r}")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first or last - first >= most or last >= SEEDS:
            raise ValueError(
                f"a range of seeds goes up, holds at most {most:,} and ends below 2**32, got {part.strip()!r}"
            )
        found += range(first, last + 1)
    return found


def check_psi(psi: object) -> float:
    """`psi` as a float in [0, 1.5]: 0 is the average picture, 1 the model as trained. Raises ValueError."""
    rule = "truncation psi is a number from 0 to 1.5"
    try:
        number = float(psi)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise ValueError(f"{rule}, got {str(psi)[:40]!r}") from None
    if not 0 <= number <= 1.5:  # also False for NaN
        raise ValueError(f"{rule}, got {number}")
    return number


def z_from_seed(seed: int, z_dim: int) -> Tensor:
    """The standard normal z (1, z_dim) that belongs to a seed, drawn on the CPU: the same on every device."""
    generator = torch.Generator().manual_seed(check_seed(seed))
    return torch.randn(1, z_dim, generator=generator)


def truncate(w: Tensor, w_mean: Tensor, psi: float) -> Tensor:
    """Draw w (N, w_dim) towards w_mean (w_dim,): psi 1 leaves it, psi 0 gives the mean.

    Source: Karras et al. 2019, arXiv:1812.04948, section B.
    """
    return w_mean + psi * (w - w_mean)


def slerp(z0: Tensor, z1: Tensor, t: float) -> Tensor:
    """Great-circle path from z0 (t=0) to z1 (t=1); both (N, z_dim).

    A straight line passes through short z (512-D: 22.6 -> 15.8 halfway), where G never trained.
    Source: White 2016, arXiv:1609.04468.
    """
    cosine = torch.nn.functional.cosine_similarity(z0, z1, dim=1).clamp(-1, 1)[:, None]
    omega = torch.arccos(cosine)
    nearly_parallel = omega.sin().abs() < 1e-4
    straight = (1 - t) * z0 + t * z1
    curved = (torch.sin((1 - t) * omega) * z0 + torch.sin(t * omega) * z1) / omega.sin().clamp(min=1e-8)
    return torch.where(nearly_parallel, straight, curved)


def ease(t: float) -> float:
    """A soft start and a soft arrival: 0 -> 0, 1 -> 1, with no speed at either end."""
    return t * t * (3 - 2 * t)


def walk(points: Tensor, frames: int, loop: bool = False) -> Tensor:
    """A path through points (K, z_dim), K >= 2, in `frames` >= 2 steps: (frames, z_dim).

    Great circles between neighbours, easing at each point. loop: from the last back to the first, whose picture is
    not shown twice, so that the film goes round without a jerk.
    """
    if len(points) < 2 or frames < 2:
        raise ValueError(f"a walk needs 2 points and 2 frames or more, got {len(points)} and {frames}")
    steps = legs(len(points), frames, loop)
    return torch.cat(
        [slerp(points[one : one + 1], points[other : other + 1], share) for one, other, share in steps]
    )


def legs(points: int, frames: int, loop: bool = False) -> list[tuple[int, int, float]]:
    """Where each frame of a walk is: (the point that it comes from, that it goes to, the share of the way, eased)."""
    count, found = points - (not loop), []
    for i in range(frames):
        at = count * i / (frames if loop else frames - 1)
        leg = min(int(at), count - 1)
        found.append((leg, (leg + 1) % points, ease(at - leg)))
    return found


def vary(z: Tensor, amount: float, noise: Tensor) -> Tensor:
    """A neighbour of z (N, z_dim): a step of `amount` in [0, 1] towards noise (N, z_dim), keeping the variance.

    0 leaves z, 1 gives the noise. The square roots keep standard normal numbers standard normal.
    """
    return (1 - amount**2) ** 0.5 * z + amount * noise


def spread_axes(points: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """All directions of points (N, dim), strongest first, with the spread to be expected of points that are not among them.

    Few points lie in a thin slice of their space, and a new one would stand at hundreds of its standard deviations. So
    their covariance is drawn towards the same variance in every direction, by dim / (dim + N). Source: Ledoit & Wolf
    2004, doi:10.1016/S0047-259X(03)00096-4, who estimate that weight.
    Returns (mean (dim,), axes (dim, dim) of unit length, sigma (dim,)); signs as in `principal_axes`.
    """
    count, dim = points.shape
    centred = (points - points.mean(0)).double()
    covariance = centred.T @ centred / max(count - 1, 1)
    share = dim / (dim + count)
    variance, axes = torch.linalg.eigh(covariance)
    variance = (1 - share) * variance.clamp(min=0) + share * variance.mean()
    axes = axes.T.flip(0)
    largest = axes.gather(1, axes.abs().argmax(1, keepdim=True))
    return points.mean(0), (axes * largest.sign()).to(points), variance.flip(0).sqrt().to(points)


def principal_axes(points: Tensor, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """The `count` directions in which points (N, dim) vary most, strongest first.

    Returns (mean (dim,), axes (count, dim) of unit length, sigma (count,): the standard deviation along each axis).
    Each axis points to where its largest component is positive, so that the sign does not depend on the library.
    """
    if not 1 <= count <= min(points.shape):
        raise ValueError(
            f"count must be in 1..{min(points.shape)} for points {tuple(points.shape)}, got {count}"
        )
    mean = points.mean(0)
    _, singular, axes = torch.linalg.svd(points - mean, full_matrices=False)
    axes = axes[:count]
    largest = axes.gather(1, axes.abs().argmax(1, keepdim=True))
    return mean, axes * largest.sign(), singular[:count] / math.sqrt(max(len(points) - 1, 1))
