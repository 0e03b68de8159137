"""How like its original a copy is: for features that no training saw, for the eye's frequencies, and for the record."""

from __future__ import annotations

import math

import timm
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart import weights
from deepart.evaluation.attributes import luminance
from deepart.models.features import MEAN, STD


def stages(number: int) -> nn.Module:
    """ImageNet EfficientNet-lite1 or lite2: x (N, 3, H, W) -> five maps, at strides 2, 4, 8, 16 and 32."""
    net = timm.create_model(f"tf_efficientnet_lite{number}", features_only=True)
    known = weights.imagenet_lite(number)
    net.load_state_dict({key: known[key] for key in net.state_dict()})
    return net.eval().requires_grad_(False)


@torch.inference_mode()
def perceptual_distance(net: nn.Module, x: Tensor, x_hat: Tensor, batch: int = 32) -> Tensor:
    """How different two pictures look to a network's `stages`: (N,), 0 for equal ones, no unit.

    x, x_hat: (N, 3, H, W) in [-1, 1]. At every place of every stage the channels are brought to unit length; squared
    differences are summed over channels, averaged over places and summed over stages.
    Source: Zhang et al. 2018, arXiv:1801.03924 (there in another network and with fitted weights: do not compare).
    """
    device = next(net.parameters()).device
    out = []
    for a, b in zip(x.split(batch), x_hat.split(batch), strict=True):
        pairs = zip(*(net((v.to(device) * 0.5 + 0.5 - MEAN) / STD) for v in (a, b)), strict=True)
        unit = [(F.normalize(p, dim=1), F.normalize(q, dim=1)) for p, q in pairs]
        out.append(sum((p - q).square().sum(1).mean((1, 2)) for p, q in unit).cpu())
    return torch.cat(out)


def spectrum(x: Tensor) -> Tensor:
    """Power of luminance by octave: x (N, 3, H, W) -> (N, octaves), from 1-2 cycles a picture up to the finest.

    A Hann window keeps the picture's edges from counting as detail.
    """
    y = luminance(x)
    h, w = y.shape[1:]
    window = torch.hann_window(h, periodic=False)[:, None] * torch.hann_window(w, periodic=False)
    power = torch.fft.rfft2((y - y.mean((1, 2), keepdim=True)) * window).abs().square()  # (N, H, W / 2 + 1)
    radius = torch.hypot(torch.fft.fftfreq(h)[:, None] * h, torch.fft.rfftfreq(w)[None] * w)
    octaves = int(math.log2(min(h, w))) - 1
    bands = [(radius >= 2**i) & (radius < 2 ** (i + 1)) for i in range(octaves)]
    return torch.stack([power[:, band].sum(1) for band in bands], dim=1)


def spectrum_error(x: Tensor, x_hat: Tensor) -> Tensor:
    """How many decibels the power of each octave is off: (N, octaves), negative where the copy has too little.

    Blur shows as negative high octaves, noise as positive ones, so neither can win the mean absolute value.
    """
    return 10 * torch.log10((spectrum(x_hat) + 1e-3) / (spectrum(x) + 1e-3))


def ssim(x: Tensor, x_hat: Tensor) -> Tensor:
    """Structural similarity of luminance, 1 for equal pictures: (N,). x, x_hat: (N, 3, H, W) in [-1, 1].

    Source: Wang et al. 2004, doi:10.1109/TIP.2003.819861: a Gaussian window of 11 px and sigma 1.5.
    """
    line = torch.exp(-(torch.arange(11.0) - 5).square() / (2 * 1.5**2))
    window = (line[:, None] * line / line.sum() ** 2)[None, None]

    def blur(v: Tensor) -> Tensor:
        return F.conv2d(v, window)

    a, b = (luminance(v)[:, None] for v in (x, x_hat))
    c1, c2 = (0.01 * 2) ** 2, (0.03 * 2) ** 2  # of a range of 2
    mean_a, mean_b = blur(a), blur(b)
    var_a, var_b = blur(a * a) - mean_a**2, blur(b * b) - mean_b**2
    both = blur(a * b) - mean_a * mean_b
    like = (2 * mean_a * mean_b + c1) * (2 * both + c2)
    return (like / ((mean_a**2 + mean_b**2 + c1) * (var_a + var_b + c2))).mean((1, 2, 3))


def psnr(x: Tensor, x_hat: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in decibels: (N,). x, x_hat: (N, 3, H, W) in [-1, 1]."""
    return 10 * torch.log10(4 / (x_hat - x).square().mean((1, 2, 3)).clamp(min=1e-10))
