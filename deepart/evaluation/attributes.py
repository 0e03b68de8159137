"""Facts about a picture that painters name, measured on pixels: what a slider may be called after."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

LUMA = (0.2126, 0.7152, 0.0722)  # Rec. 709


def luminance(x: Tensor) -> Tensor:
    """x (N, 3, H, W) -> (N, H, W), weighted as the eye does (on gamma-encoded values)."""
    return (x * x.new_tensor(LUMA)[:, None, None]).sum(1)


def brightness(x: Tensor) -> Tensor:
    """Mean luminance, -1 black to 1 white: (N,)."""
    return luminance(x).mean((1, 2))


def contrast(x: Tensor) -> Tensor:
    """Standard deviation of luminance: (N,)."""
    return luminance(x).flatten(1).std(1)


def warmth(x: Tensor) -> Tensor:
    """Mean red minus mean blue: (N,); positive is warm."""
    return (x[:, 0] - x[:, 2]).mean((1, 2))


def greenness(x: Tensor) -> Tensor:
    """Mean green minus the mean of red and blue: (N,); negative is magenta."""
    return (x[:, 1] - (x[:, 0] + x[:, 2]) / 2).mean((1, 2))


def saturation(x: Tensor) -> Tensor:
    """Mean of the largest channel minus the smallest: (N,)."""
    return (x.amax(1) - x.amin(1)).mean((1, 2))


def detail(x: Tensor) -> Tensor:
    """Mean absolute step of luminance between neighbours: (N,)."""
    y = luminance(x)
    return (y.diff(dim=1).abs().mean((1, 2)) + y.diff(dim=2).abs().mean((1, 2))) / 2


def light_above(x: Tensor) -> Tensor:
    """Mean luminance of the upper half minus the lower: (N,); positive is a bright sky."""
    y = luminance(x)
    half = y.shape[1] // 2
    return y[:, :half].mean((1, 2)) - y[:, half:].mean((1, 2))


def light_left(x: Tensor) -> Tensor:
    """Mean luminance of the left half minus the right: (N,)."""
    y = luminance(x)
    half = y.shape[2] // 2
    return y[:, :, :half].mean((1, 2)) - y[:, :, half:].mean((1, 2))


def light_centre(x: Tensor) -> Tensor:
    """Mean luminance of the middle quarter minus that of the whole: (N,); negative is a dark figure on light."""
    y = luminance(x)
    h, w = y.shape[1:]
    return y[:, h // 4 : h - h // 4, w // 4 : w - w // 4].mean((1, 2)) - y.mean((1, 2))


def figure_size(x: Tensor) -> Tensor:
    """How much of the picture differs from its edge, softly, 0 to 1: (N,); the size of what stands on a plain ground."""
    h, w = x.shape[2:]
    edge = torch.ones(h, w, dtype=torch.bool, device=x.device)
    edge[max(1, h // 10) : h - max(1, h // 10), max(1, w // 10) : w - max(1, w // 10)] = False
    ground = x[:, :, edge].mean(2)
    apart = (x - ground[:, :, None, None]).abs().amax(1)
    return torch.sigmoid(12 * (apart - 0.25)).mean((1, 2))


ATTRIBUTES = {
    "Brightness": brightness,
    "Contrast": contrast,
    "Warmth": warmth,
    "Green": greenness,
    "Saturation": saturation,
    "Detail": detail,
    "Light from above": light_above,
    "Light from the left": light_left,
    "Light in the middle": light_centre,
    "Size": figure_size,
}


def laplacian_variance(x: Tensor) -> Tensor:
    """Variance of the Laplacian of luminance: (N,), the usual measure of sharpness."""
    kernel = x.new_tensor([[0, 1, 0], [1, -4, 1], [0, 1, 0]])[None, None]
    return F.conv2d(luminance(x)[:, None], kernel).flatten(1).var(1)
