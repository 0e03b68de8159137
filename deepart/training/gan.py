"""How a GAN is trained: G against a projected discriminator, hinge loss, DiffAugment, EMA of G."""

from __future__ import annotations

import copy

import torch
from torch import Tensor

from deepart import data, devices
from deepart.models import gan
from deepart.models.features import FrozenFeatures
from deepart.training.augment import diff_augment
from deepart.training.loop import Phase, Task

BETAS = (0.0, 0.99)  # no momentum: D chases a moving target


def task(
    config: gan.Config,
    pictures: Tensor,
    imagenet: dict[str, Tensor],
    device: torch.device,
    seed: int = 0,
    batch: int = 16,
    lr: float = 3e-4,
) -> Task:
    """A Task for loop.run. pictures: uint8 (N, 3, height, width); imagenet: the weights of D's frozen features."""
    torch.manual_seed(seed)  # weights are initialised from the global generator; nothing later uses it
    G = gan.Generator(config).to(device, memory_format=torch.channels_last)
    D = gan.Discriminator(FrozenFeatures(imagenet)).to(device, memory_format=torch.channels_last)
    G_ema = copy.deepcopy(G).requires_grad_(False).eval()
    generator = torch.Generator().manual_seed(seed)
    fakes: list[Tensor] = []  # G's batch, kept for D's turn: one pass through G a step instead of two

    def loss_g(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        z = torch.randn(len(rows), config.z_dim, generator=generator).to(device)
        with devices.autocast(device):
            x_fake = G(z)
        fakes[:] = [x_fake.detach().float()]
        with devices.autocast(device, device.type != "cpu"):  # a CPU's depthwise gradients are slow in bf16
            logits = D(diff_augment(x_fake.float(), generator))
        loss = gan.hinge_g(logits.float()) + gan.out_of_range(x_fake.float())
        return loss, {"loss": loss.item()}

    def loss_d(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        x = data.to_float(pictures[rows].to(device))
        with devices.autocast(device):
            real = D(diff_augment(x, generator)).float()
            fake = D(diff_augment(fakes[0], generator)).float()
        loss = gan.hinge_d(real, fake)
        return loss, {"loss": loss.item(), "real": real.mean().item(), "fake": fake.mean().item()}

    def fade(progress: float) -> float:
        return min(1.0, 5 * (1 - progress) + 0.02)  # the last fifth cools down

    trained_d = list(D.critics.parameters())
    return Task(
        modules={"G": G, "D": D},
        averaged={"G": G_ema},
        phases=[
            Phase("G", torch.optim.Adam(G.parameters(), lr, BETAS), loss_g, fade),
            Phase("D", torch.optim.Adam(trained_d, lr, BETAS), loss_d, fade),
        ],
        batches=data.Batches(len(pictures), batch, seed),
        generator=generator,
        half_life=5_000,
    )
