"""The projected discriminator, and the losses of both sides.

    x -> frozen features -> random mixing of channels and scales -> a small critic a scale -> logits

Source: Projected GANs (Sauer et al. 2021, arXiv:2111.01007).
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from deepart.models.features import FrozenFeatures


class Mixer(nn.Module):
    """Random, never trained: 1x1 mixing of the channels of each map, then a 3x3 path from coarse to fine.

    D sees every scale through it, and cannot win by one feature alone. Source: Projected GANs, section 3.2.
    """

    def __init__(self, channels: list[int], width: int):
        super().__init__()
        self.across = nn.ModuleList(nn.Conv2d(c, width, 1, bias=False) for c in channels)
        self.down = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1, bias=False) for _ in channels)
        for conv in self.modules():
            if isinstance(conv, nn.Conv2d):
                nn.init.kaiming_normal_(conv.weight)
        self.requires_grad_(False)

    def forward(self, maps: list[Tensor]) -> list[Tensor]:
        mixed, coarser = [], None
        for conv, down, h in reversed(list(zip(self.across, self.down, maps, strict=True))):
            h = conv(h)
            if coarser is not None:
                h = h + F.interpolate(coarser, size=h.shape[2:], mode="bilinear", align_corners=False)
            coarser = down(h) * 0.5**0.5  # the sum of two paths keeps its variance
            mixed.append(coarser)
        return mixed[::-1]


def critic(c_in: int, c: int, halvings: int) -> nn.Sequential:
    """A map (N, c_in, h, w) -> logits (N, 1, h / 2**halvings, w / 2**halvings), one a patch."""
    layers: list[nn.Module] = []
    for _ in range(halvings):
        layers += [
            spectral_norm(nn.Conv2d(c_in, c, 4, 2, 1, bias=False)),
            nn.BatchNorm2d(c),
            nn.LeakyReLU(0.2),
        ]
        c_in, c = c, min(2 * c, 256)
    return nn.Sequential(*layers, spectral_norm(nn.Conv2d(c_in, 1, 3, padding=1)))


def variety(h: Tensor, group: int = 4) -> Tensor:
    """How much a map (N, C, h, w) differs within groups of pictures: the standard deviation, (N, C, h, w).

    A generator that paints one picture over and over is given away by it. Source: Karras et al. 2018, arXiv:1710.10196.
    """
    group = group if len(h) % group == 0 else len(h)
    grouped = h.float().unflatten(0, (-1, group))  # (N, C, h, w) -> (N / group, group, C, h, w)
    deviation = (grouped - grouped.mean(1, keepdim=True)).square().mean(1).add(1e-6).sqrt()
    return deviation.repeat_interleave(group, 0).to(h.dtype)


class Discriminator(nn.Module):
    """x (N, 3, H, W) in [-1, 1] -> logits (N, patches) of all scales together; positive means "real"."""

    STAGES = (1, 2, 3, 4)  # strides 4, 8, 16, 32

    def __init__(self, features: FrozenFeatures, width: int = 64):
        super().__init__()
        self.features = features
        self.mixer = Mixer([features.channels[i] for i in self.STAGES], width)
        self.critics = nn.ModuleList(critic(width, width, halvings) for halvings in (3, 2, 1, 0, 0))

    def own(self) -> dict[str, Tensor]:
        """All weights but those of the frozen features: what a later training needs to go on."""
        return {k: v for k, v in self.state_dict().items() if not k.startswith("features.")}

    def forward(self, x: Tensor) -> Tensor:
        return self.judge(self.features(x))

    def judge(self, maps: list[Tensor]) -> Tensor:
        """The logits of pictures whose frozen features (maps of all stages) are known already."""
        mixed = self.mixer([maps[i] for i in self.STAGES])
        mixed.append(variety(mixed[-1]))
        return torch.cat([c(h).flatten(1) for c, h in zip(self.critics, mixed, strict=True)], dim=1)


def hinge_d(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """D's loss, a scalar: 0 when real logits exceed 1 and fake ones fall below -1. Source: arXiv:1705.02894."""
    return F.relu(1 - real_logits).mean() + F.relu(1 + fake_logits).mean()


def out_of_range(x: Tensor) -> Tensor:
    """How far x (N, 3, H, W) leaves [-1, 1]: the mean squared excess, a scalar. D hardly sees it, and G may run away."""
    return F.relu(x.abs() - 1).square().mean()


def hinge_g(fake_logits: Tensor) -> Tensor:
    """G's loss, a scalar without lower bound: D's opinion of the fakes, negated."""
    return -fake_logits.mean()
