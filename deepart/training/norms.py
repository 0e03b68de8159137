"""Batch norm over the shares of all processes. torch's own SyncBatchNorm knows GPUs only."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from deepart.training import ranks


class SharedBatchNorm(nn.BatchNorm2d):
    """A BatchNorm2d whose mean and variance are those of the whole batch. Sizes of shares must be equal."""

    def forward(self, x: Tensor) -> Tensor:
        """x (n, C, h, w), our share, -> the same shape and type."""
        size = ranks.here().size
        if not self.training or size == 1:
            return super().forward(x)
        h = x.float()
        spread, mean = torch.var_mean(h, (0, 2, 3), correction=0)
        means, spreads = ranks.gathered(torch.stack([mean, spread])).unbind(1)  # two of (processes, C)
        mean = means.mean(0)
        spread = spreads.mean(0) + (means - mean).square().mean(0)
        count = size * x.numel() // x.shape[1]
        self._remember(mean, spread * count / max(1, count - 1))
        scale = self.weight * (spread + self.eps).rsqrt()
        shift = self.bias - mean * scale
        return (h * scale[:, None, None] + shift[:, None, None]).to(x.dtype)

    @torch.no_grad()
    def _remember(self, mean: Tensor, spread: Tensor) -> None:
        self.num_batches_tracked += 1
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(spread, self.momentum)


def share(module: nn.Module) -> None:
    """Let the batch norms of a network see the whole batch, where several processes share it."""
    if ranks.here().size == 1:
        return
    for each in module.modules():
        if type(each) is nn.BatchNorm2d:  # frozen features have a type of their own
            each.__class__ = SharedBatchNorm  # same weights, names and place: optimisers hold them already
