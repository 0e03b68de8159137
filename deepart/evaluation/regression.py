"""Logistic regression on frozen ImageNet features: the peers that a network must beat, and the classifier's own start."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import timm
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart import data, devices
from deepart.data import Example
from deepart.models.features import MEAN, STD
from deepart.models.style_cnn import channel_statistics

STAGES = (0, 1, 2, 4)  # of EfficientNet-lite0: whose channel statistics the peers see
SIZE = 224  # pixels


def balanced(targets: Tensor, classes: int, shares: Tensor | None = None) -> Tensor:
    """A weight for each row of targets (N,): every class weighs the same in all, and the mean weight is 1.

    shares: (N,) > 0, how the rows of one class compare; None: all alike.
    """
    shares = torch.ones(len(targets), device=targets.device) if shares is None else shares
    weights = shares / torch.bincount(targets, shares, minlength=classes)[targets]
    return weights / weights.mean()


def logistic_regression(
    z: Tensor, targets: Tensor, weights: Tensor, classes: int, C: float, steps: int = 60
) -> tuple[Tensor, Tensor]:
    """Weights (classes, dim) and bias (classes,) that minimise C * sum_i w_i * nats_i + |W|^2 / 2.

    z: standardised features (N, dim); targets: (N,) int64; weights: (N,), mean 1. C as in scikit-learn.
    """
    W = torch.zeros(classes, z.shape[1], device=z.device, requires_grad=True)
    bias = torch.zeros(classes, device=z.device, requires_grad=True)
    optimizer = torch.optim.LBFGS([W, bias], max_iter=steps, history_size=10, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        nats = F.cross_entropy(F.linear(z, W, bias), targets, reduction="none")
        loss = (weights * nats).mean() + W.square().sum() / (2 * C * len(z))
        loss.backward()
        return loss

    optimizer.step(closure)
    return W.detach(), bias.detach()


class Frozen(nn.Module):
    """What the peers see of a picture: the pooled last layer, and mean and std of the channels of some stages."""

    def __init__(self, imagenet: dict[str, Tensor]):
        super().__init__()
        self.net = timm.create_model("tf_efficientnet_lite0")
        self.net.load_state_dict(imagenet)
        self.requires_grad_(False).eval()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x (N, 3, S, S) in [-1, 1] -> (last layer (N, 1280), statistics (N, 384))."""
        h = self.net.bn1(self.net.conv_stem((x * 0.5 + 0.5 - MEAN) / STD))
        found = []
        for i, stage in enumerate(self.net.blocks):
            h = stage(h)
            if i in STAGES:
                found += channel_statistics(h)
        return self.net.bn2(self.net.conv_head(h)).float().mean((2, 3)), torch.cat(found, 1)


@torch.no_grad()
def frozen_features(
    examples: Sequence[Example],
    imagenet: dict[str, Tensor],
    device: torch.device | str,
    progress: Callable = iter,
) -> tuple[dict[str, Tensor], list[int]]:
    """Name of a peer -> its features (N, dim) on the CPU; and the index of each picture that could be read."""
    device = torch.device(device)
    net = Frozen(imagenet).to(device, memory_format=torch.channels_last)
    tops, statistics, kept = [], [], []
    for at in progress(range(0, len(examples), 32)):
        try:
            pictures, readable, _ = data.load(examples[at : at + 32], (SIZE, SIZE), "squash")
        except data.DataError:
            continue  # none of these could be read
        with devices.autocast(device):
            top, found = net(data.to_float(pictures.to(device)))
        tops.append(top.float().cpu())
        statistics.append(found.float().cpu())
        kept += [at + i for i in readable]
    top, found = torch.cat(tops), torch.cat(statistics)
    return {"last layer": top, "statistics": found, "both": torch.cat([top, found], 1)}, kept
