"""How a VAE is trained: L1 over octaves + beta KL with free bits, and the axes found afterwards."""

from __future__ import annotations

import copy
import math

import torch
from torch import Tensor

from deepart import data, devices, latents
from deepart.models import vae
from deepart.training.augment import flip
from deepart.training.loop import Phase, Task

FREE_BITS = 0.05  # nats a dimension


def task(
    config: vae.Config,
    pictures: Tensor,
    device: torch.device,
    seed: int = 0,
    batch: int = 16,
    lr: float = 1e-3,
    beta: float = 2e-5,
) -> Task:
    """A Task for loop.run. pictures: uint8 (N, 3, S, S).

    beta: weight of the KL in nats beside a loss of about 0.5; low, since an artist's own picture must survive the trip.
    """
    torch.manual_seed(seed)
    model = vae.VAE(config).to(device, memory_format=torch.channels_last)
    average = copy.deepcopy(model).requires_grad_(False).eval()
    generator = torch.Generator().manual_seed(seed)

    def loss(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        x = flip(data.to_float(pictures[rows].to(device)), generator)
        eps = torch.randn(len(x), config.z_dim, generator=generator).to(device)
        with devices.autocast(device):
            mu, logvar = model.encode(x)
            x_hat = model.decode(vae.reparameterize(mu, logvar, eps)).float()
        look = vae.pyramid_l1(x_hat, x)
        kl = vae.kl_to_standard_normal(mu, logvar, FREE_BITS).mean()
        total = look + beta * min(1.0, 10 * progress) * kl  # KL warms up over the first tenth
        return total, {"loss": total.item(), "l1": (x_hat - x).abs().mean().item(), "kl_nats": kl.item()}

    def rate(progress: float) -> float:
        return min(1.0, 50 * progress + 0.02) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))

    optimizer = torch.optim.Adam(model.parameters(), lr, (0.9, 0.99))
    return Task(
        modules={"vae": model},
        averaged={"vae": average},
        phases=[Phase("vae", optimizer, loss, rate, clip=5.0)],
        batches=data.Batches(len(pictures), batch, seed),
        generator=generator,
    )


@torch.no_grad()
def encode_all(model: vae.VAE, pictures: Tensor, device: torch.device, batch: int = 64) -> Tensor:
    """mu of every picture: uint8 (N, 3, S, S) -> (N, z_dim) on the CPU."""
    return torch.cat([model.encode(data.to_float(p.to(device)))[0].cpu() for p in pictures.split(batch)])


def set_axes(model: vae.VAE, mu: Tensor) -> None:
    """Fill the buffers behind the sliders: principal axes of the training pictures' mu (N, z_dim), ordered by how
    much the *picture* changes for one sigma (mean absolute pixel change), for a slider must be seen to work."""
    mean, axes, sigma = latents.principal_axes(mu, min(model.config.z_dim, len(mu)))
    with torch.no_grad():
        steps = torch.cat([sigma[:, None] * axes, -sigma[:, None] * axes])
        ends = torch.cat([model.decode((mean + s).to(model.axes.device)).cpu() for s in steps.split(16)])
        plus, minus = ends.chunk(2)
        order = (plus - minus).abs().mean((1, 2, 3)).argsort(descending=True)
    missing = model.config.z_dim - len(axes)  # fewer pictures than dimensions: the rest stay still
    axes, sigma = axes[order], sigma[order].clamp(min=1e-6)
    model.z_mean.copy_(mean)
    model.axes.copy_(torch.cat([axes, torch.zeros(missing, model.config.z_dim)]))
    model.sigma.copy_(torch.cat([sigma, torch.ones(missing)]))
