"""How a GAN is trained: G against a projected discriminator, hinge loss, DiffAugment, EMA of G.

G holds an encoder. The first part of a run G and E only learn to copy pictures; then D joins in. From there on half of
each batch is drawn from seeds and half are copies, and both must convince D. A generator that can copy all its pictures
has learnt what each of them holds: it neither collapses nor spends hours on finding colour and layout, and on a CPU,
where a plain GAN sees too few pictures, that decides. Seeds are drawn from the Gaussian of the codes seen so far, as
they will be in the end.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor

from deepart import data, devices
from deepart.models import gan
from deepart.models.features import FrozenFeatures
from deepart.models.vae import kl_to_standard_normal, pyramid_l1, reparameterize
from deepart.training import deal, norms, ranks
from deepart.training.augment import diff_augment, flip
from deepart.training.loop import Phase, Task

BETAS = (0.0, 0.99)  # no momentum: D chases a moving target
WARM_UP = 0.3  # of the budget: copies only, no D; earlier, paintings lose their layout to it
EASE_IN = 0.15  # of the budget, after that: G begins to listen to D
FOOL = 0.5  # weight of D's opinion
COPY_RATE = 2.0  # times the learning rate while copying, which no opponent unsettles
COPIES = (4.0, 2.0)  # weight of the pyramid L1 of copies, at first and at last: it blurs, D sharpens
BETA = 7e-4  # weight of the KL, in nats a picture: codes stay near one another, or nothing lies between them
CLIP = 10.0  # norm of a gradient
MEMORY = 0.998  # of the running mean and covariance of codes, a step


class Codes(torch.nn.Module):
    """Running mean and covariance of the codes that E gives; a module, so that checkpoints hold it."""

    def __init__(self, z_dim: int):
        super().__init__()
        self.register_buffer("mean", torch.zeros(z_dim))
        self.register_buffer("squares", torch.eye(z_dim))

    @torch.no_grad()
    def begin_with(self, G: gan.Generator) -> None:
        """Start from the prior of a trained generator."""
        self.mean.copy_(G.prior_mean[0])
        self.squares.copy_(G.prior_factor[0] @ G.prior_factor[0] + torch.outer(self.mean, self.mean))

    @torch.no_grad()
    def see(self, z: Tensor) -> None:
        """z (N, z_dim): codes of one batch. What is not finite would stay in the means for ever."""
        z = ranks.whole(z)
        if not z.isfinite().all():
            return
        self.mean.lerp_(z.mean(0), 1 - MEMORY)
        self.squares.lerp_(z.T @ z / len(z), 1 - MEMORY)

    @torch.no_grad()
    def draw(self, eps: Tensor) -> Tensor:
        """eps (N, z_dim) ~ N(0, 1) -> z (N, z_dim), as codes are distributed."""
        covariance = self.squares - torch.outer(self.mean, self.mean)
        noise = 1e-4 * torch.eye(len(covariance), device=eps.device)
        return self.mean + eps @ torch.linalg.cholesky(covariance + noise).T


def task(
    config: gan.Config,
    pictures: Tensor,
    imagenet: dict[str, Tensor],
    device: torch.device,
    seed: int = 0,
    batch: int = 16,
    lr: float = 3e-4,
    warm_up: float = WARM_UP,
    start: tuple[dict[str, Tensor], dict[str, Tensor]] | None = None,
    mirror: bool = False,
) -> Task:
    """A Task for loop.run. pictures: uint8 (N, 3, height, width); imagenet: the weights of D's frozen features.

    config.encoder must be set. warm_up: share of the budget without D; 0 when both start from trained weights.
    start: (weights of G, of D without its features) of another model; what has another name or shape there is left out.
    mirror: show each picture mirrored half of the time.
    """
    torch.manual_seed(seed)  # weights are initialised from the global generator; nothing later uses it
    G = gan.Generator(config).to(device, memory_format=torch.channels_last)
    D = gan.Discriminator(FrozenFeatures(imagenet)).to(device, memory_format=torch.channels_last)
    if start:
        take(G, start[0])
        take(D, start[1])
    G_ema = copy.deepcopy(G).requires_grad_(False).eval()
    codes = Codes(config.z_dim).to(device)
    if start:
        codes.begin_with(G)
    norms.share(D)
    generator = deal.Deal(seed, batch, block=4, unit=8)  # D compares four; half of a share is copied, too
    fakes: list[Tensor] = []  # G's batch, kept for D's turn: one pass through G a step instead of two

    def noise(n: int) -> Tensor:
        return deal.randn(generator, n, config.z_dim).to(device)

    def shown(rows: Tensor) -> Tensor:
        x = data.to_float(pictures[rows].to(device))
        return flip(x, generator) if mirror else x

    def copied(x: Tensor, z_random: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """(pictures of z_random and then copies of x, distance of the copies, KL in nats)."""
        with devices.autocast(device):
            mu, logvar = G.encoder(x)
        z = reparameterize(mu, logvar, noise(len(x)))
        codes.see(z.detach())
        both = z if z_random is None else torch.cat([z_random, z])
        with devices.autocast(device):
            drawn = G.synthesize(G.mapping(both)).float()
        distance = pyramid_l1(drawn[-len(x) :], x, bands=len(config.channels) - 1)
        return drawn, distance, kl_to_standard_normal(mu, logvar).mean()

    def loss_g(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        rows, copying = generator.mine(rows), progress < warm_up
        x = shown(rows if copying else rows[: len(rows) // 2])
        z_random = None if copying else codes.draw(noise(len(rows) - len(x)))
        drawn, distance, nats = copied(x, z_random)
        fakes[:] = [drawn.detach()]
        loss = copies(progress) * distance + BETA * nats + gan.out_of_range(drawn)
        figures = {"copy": distance.item(), "kl": nats.item()}
        if copying:
            return loss, figures
        with devices.autocast(device, device.type != "cpu"):  # a CPU's depthwise gradients are slow in bf16
            fooled = gan.hinge_g(D(diff_augment(drawn, generator)).float())
        heard = FOOL * min(1.0, (progress - warm_up) / EASE_IN) if warm_up else FOOL
        return loss + heard * fooled, figures | {"loss": fooled.item()}

    def loss_d(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        x = shown(generator.mine(rows))
        with devices.autocast(device):
            real = D(diff_augment(x, generator)).float()
            fake = D(diff_augment(fakes[0], generator)).float()
        loss = gan.hinge_d(real, fake)
        return loss, {"loss": loss.item(), "real": real.mean().item(), "fake": fake.mean().item()}

    def rate_g(progress: float) -> float:
        return COPY_RATE if progress < warm_up else fade(progress)

    trained_d = list(D.critics.parameters())
    return Task(
        modules={"G": G, "D": D, "codes": codes},
        averaged={"G": G_ema},
        phases=[
            Phase("G", torch.optim.Adam(G.parameters(), lr, BETAS), loss_g, rate_g, CLIP),
            Phase("D", torch.optim.Adam(trained_d, lr, BETAS), loss_d, fade, CLIP, starts=warm_up),
        ],
        batches=data.Batches(len(pictures), batch, seed),
        generator=generator,
        half_life=5_000,
    )


def copies(progress: float) -> float:
    return COPIES[0] + (COPIES[1] - COPIES[0]) * progress


def take(network: torch.nn.Module, tensors: dict[str, Tensor]) -> list[str]:
    """Put those tensors into a network whose names and shapes are there; returns the names that were left out."""
    own = network.state_dict()
    fits = {k: v for k, v in tensors.items() if k in own and own[k].shape == v.shape}
    network.load_state_dict(own | fits)
    return sorted(set(tensors) - set(fits))


def fade(progress: float) -> float:
    """The last fifth cools down."""
    return min(1.0, 5 * (1 - progress) + 0.02)


@torch.no_grad()
def encode_all(G: gan.Generator, pictures: Tensor, device: torch.device, batch: int = 64) -> Tensor:
    """The codes of pictures uint8 (N, 3, height, width): (N, z_dim) on the CPU."""
    return torch.cat(
        [G.encode(data.to_float(part.to(device))).float().cpu() for part in pictures.split(batch)]
    )
