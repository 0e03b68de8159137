"""How a VAE is trained: L1 over octaves + beta KL with free bits, and the axes found afterwards.

A painterly VAE gets an opponent in the second half: a projected discriminator tells pictures from copies, and copies
must also look like their pictures to the frozen features behind it. Without it, copies are as soft as L1 likes them.
Sources: VAE/GAN (Larsen et al. 2016, arXiv:1512.09300); for the opponent see models/gan/discriminator.py.
"""

from __future__ import annotations

import copy
import math
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor

from deepart import data, devices, latents
from deepart.evaluation import directions
from deepart.models import gan, vae
from deepart.models.features import FrozenFeatures
from deepart.training import deal, norms, ranks
from deepart.training.augment import flip
from deepart.training.loop import Phase, Task

FREE_BITS = 0.05  # nats a dimension
BETA = 2e-5  # weight of the KL in nats beside a loss of about 0.5; low, since an artist's own picture must survive the trip
ALONE = 0.45  # of the budget: a painterly VAE without its opponent
FOOL = 0.06  # weight of the opponent's opinion
LIKE = 0.6  # weight of the distance in frozen features
D_RATE = 3e-4
HIDDEN = ("Detail",)  # what an own picture, whose detail is kept, shows nothing of
WHY_MOOD = "no name fits that also shows where a picture keeps its own detail"


def task(
    config: vae.Config,
    pictures: Tensor,
    device: torch.device,
    seed: int = 0,
    batch: int = 16,
    lr: float = 1e-3,
    beta: float = BETA,
    imagenet: dict[str, Tensor] | None = None,
    alone: float = ALONE,
    start: dict[str, Tensor] | None = None,
) -> Task:
    """A Task for loop.run. pictures: uint8 (N, 3, S, S). beta: weight of the KL in nats.

    start: weights of another VAE of this very build.

    imagenet: the weights of the opponent's frozen features, for a painterly VAE. alone: share of the budget without it.
    """
    torch.manual_seed(seed)
    model = vae.VAE(config).to(device, memory_format=torch.channels_last)
    if start:
        model.load_state_dict(start)
    average = copy.deepcopy(model).requires_grad_(False).eval()
    four = 4 if config.painterly else 1  # that its opponent compares
    generator = deal.Deal(seed, batch, four, four)
    opponent = Opponent(imagenet, device) if config.painterly else None

    norms.share(model)

    def loss(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        rows = generator.mine(rows)
        x = flip(data.to_float(pictures[rows].to(device)), generator)
        eps = deal.randn(generator, len(x), config.z_dim).to(device)
        with devices.autocast(device):
            mu, logvar = model.encode(x)
            x_hat = model.decode(vae.reparameterize(mu, logvar, eps)).float()
        look = vae.pyramid_l1(x_hat, x)
        kl = vae.kl_to_standard_normal(mu, logvar, FREE_BITS, ranks.batch_mean).mean()
        total = look + beta * min(1.0, 10 * progress) * kl  # KL warms up over the first tenth
        figures = {"loss": total.item(), "l1": (x_hat - x).abs().mean().item(), "kl_nats": kl.item()}
        if opponent is None or progress < alone:
            return total, figures
        fooled, like = opponent.look(x_hat, x)
        share = min(1.0, 10 * (progress - alone))  # it comes in slowly
        return total + share * (FOOL * fooled + LIKE * like) + gan.out_of_range(x_hat), figures | {
            "fool": fooled.item(),
            "like": like.item(),
        }

    def rate(progress: float) -> float:
        return min(1.0, 50 * progress + 0.02) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * progress)))

    phases = [Phase("vae", torch.optim.Adam(model.parameters(), lr, (0.9, 0.99)), loss, rate, clip=5.0)]
    modules: dict[str, torch.nn.Module] = {"vae": model}
    if opponent:
        modules["D"] = opponent.D
        trained = torch.optim.Adam(opponent.D.critics.parameters(), D_RATE, (0.0, 0.99))
        phases.append(Phase("D", trained, lambda rows, progress: opponent.loss(), clip=10.0, starts=alone))
    return Task(
        modules=modules,
        averaged={"vae": average},
        phases=phases,
        batches=data.Batches(len(pictures), batch, seed),
        generator=generator,
    )


class Opponent:
    """D and what it saw last: features of a batch are computed once for the VAE's turn and D's."""

    def __init__(self, imagenet: dict[str, Tensor], device: torch.device):
        self.D = gan.Discriminator(FrozenFeatures(imagenet)).to(device, memory_format=torch.channels_last)
        norms.share(self.D)
        self.seen: tuple[list[Tensor], list[Tensor]] | None = None

    def look(self, x_hat: Tensor, x: Tensor) -> tuple[Tensor, Tensor]:
        """(D's loss of the copies, their distance from the pictures in the features), two scalars with gradients."""
        fake = self.D.features(x_hat)
        with torch.no_grad():
            real = self.D.features(x)
        self.seen = (real, [h.detach() for h in fake])
        like = sum(
            F.l1_loss(a, b) / ranks.deviation(b).clamp(min=1e-6) for a, b in zip(fake, real, strict=True)
        )
        return gan.hinge_g(self.D.judge(fake)), like / len(real)

    def loss(self) -> tuple[Tensor, dict[str, float]]:
        """D's own loss on the batch that it looked at last."""
        real, fake = (self.D.judge(maps) for maps in self.seen)
        loss = gan.hinge_d(real, fake)
        return loss, {"loss": loss.item(), "real": real.mean().item(), "fake": fake.mean().item()}


@torch.no_grad()
def encode_all(model: vae.VAE, pictures: Tensor, device: torch.device, batch: int = 64) -> Tensor:
    """mu of every picture: uint8 (N, 3, S, S) -> (N, z_dim) on the CPU."""
    return torch.cat([model.encode(data.to_float(p.to(device)))[0].cpu() for p in pictures.split(batch)])


@torch.no_grad()
def set_axes(
    model: vae.VAE, mu: Tensor, moods: int = 6, effort: directions.Effort = directions.FULL
) -> list[directions.Direction]:
    """Fill the buffers behind the sliders from the training pictures' mu (N, z_dim); returns what the first axes are.

    In the space where the pictures' codes have unit variance: first the steps that directions.find can name, and
    `moods`, strongest first; then the rest of the space. Strength is the mean absolute change of the picture for one
    step, for a slider must be seen to work.
    """
    dim, device = model.config.z_dim, model.axes.device
    mean, axes, sigma = latents.spread_axes(mu)
    whole = sigma.clamp(min=1e-6)[:, None] * axes  # eps (dim) -> z - mean

    def paint(eps: Tensor) -> Tensor:
        return model.decode((mean + eps @ whole).to(device)).float().cpu()

    steps, found = directions.find(paint, dim, min(moods, dim), effort=effort)
    strength = torch.stack([(paint(step[None]) - paint(-step[None])).abs().mean() for step in steps])
    order = strength.argsort(descending=True).tolist()[:dim]
    steps, found = steps[order], _numbered([found[i] for i in order])
    if dim > len(steps):
        rest = torch.linalg.qr(torch.cat([steps, torch.eye(dim)]).T)[0].T[len(steps) : dim]
        change = torch.stack([(paint(r[None]) - paint(-r[None])).abs().mean() for r in rest])
        steps = torch.cat([steps, rest[change.argsort(descending=True)]])
    every = steps @ whole
    length = every.norm(dim=1)
    model.z_mean.copy_(mean)
    model.codes.copy_(whole)
    model.sigma.copy_(length.clamp(min=1e-6))
    model.axes.copy_(every / length.clamp(min=1e-6)[:, None])
    return found


def _numbered(found: list[directions.Direction]) -> list[directions.Direction]:
    """Moods counted in their new order. A slider of detail is one of them: it would not do what its name says."""
    count, out = 0, []
    for direction in found:
        if direction.name in HIDDEN:
            direction = replace(direction, name="Mood", why=WHY_MOOD, r=0.0, spill=0.0)
        is_mood = direction.name.startswith("Mood")
        count += is_mood
        out.append(replace(direction, name=f"Mood {count}") if is_mood else direction)
    return out
