"""Frozen ImageNet features: what a discriminator looks through. Never shipped inside a model."""

from __future__ import annotations

import timm
from torch import Tensor, nn

MEAN, STD = 127 / 255, 128 / 255  # what EfficientNet-lite was trained with, on pictures in [0, 1]


class FrozenFeatures(nn.Module):
    """Maps of EfficientNet-lite0 at strides 2, 4, 8, 16 and 32; no weight of it is ever trained.

    Source: Tan & Le 2019, arXiv:1905.11946; the lite variant drops squeeze-excitation and uses ReLU6.
    """

    def __init__(self, imagenet: dict[str, Tensor]):
        super().__init__()
        self.net = timm.create_model("tf_efficientnet_lite0", features_only=True)
        own = self.net.state_dict()
        self.net.load_state_dict({key: imagenet[key] for key in own})
        self.channels: list[int] = self.net.feature_info.channels()
        self.requires_grad_(False).eval()

    def train(self, mode: bool = True) -> FrozenFeatures:
        return super().train(False)  # its batch norms keep the statistics of ImageNet

    def forward(self, x: Tensor) -> list[Tensor]:
        """x (N, 3, H, W) in [-1, 1] -> five maps (N, C_i, H/2**(i+1), W/2**(i+1))."""
        return self.net((x * 0.5 + 0.5 - MEAN) / STD)
