"""The peers of a generator, trained and measured in one run with it at 64 px: DCGAN, and the networks of lightweight-gan.

Both are trained for the same processor time on the pictures that ours was trained on, by the recipes of their own authors.
Sources: Radford et al. 2016, arXiv:1511.06434; FastGAN, Liu et al. 2021, arXiv:2101.04775, in the package lightweight-gan.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from unittest import mock

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart import data
from deepart.models.gan import hinge_d, hinge_g

SIDE = 64  # px
MINUTES = 20.0  # of processor time for each: the same on an idle and on a busy machine
DCGAN_BATCH, DCGAN_Z = 64, 100
LIGHT_BATCH, LIGHT_Z = 16, 256
LIGHT_PENALTY = 10.0  # weight of the squared gradient norm, every fourth step


@dataclass
class Peer:
    """A trained peer: paint (count, seed) -> pictures (count, 3, 64, 64) in [-1, 1], and facts for the card."""

    paint: Callable[[int, int], Tensor]
    facts: dict[str, Any]


def train(pictures: Tensor, minutes: float = MINUTES, progress: Callable = iter) -> dict[str, Peer | str]:
    """Every peer trained on uint8 pictures (N, 3, 64, 64); a sentence instead of one that is not installed."""
    peers: dict[str, Peer | str] = {}
    for name in progress(list(PEERS)):
        try:
            peers[name] = PEERS[name](pictures, minutes)
        except ImportError as missing:
            peers[name] = f"not measured: pip install lightweight-gan ({missing.name} is missing)"
    return peers


def dcgan(pictures: Tensor, minutes: float) -> Peer:
    """64 feature maps, batch 64, Adam 2e-4 with beta1 0.5, binary cross-entropy, weights from N(0, 0.02)."""
    torch.manual_seed(0)
    c = 64
    G = nn.Sequential(
        *_up(DCGAN_Z, 8 * c, 1, 0), *_up(8 * c, 4 * c), *_up(4 * c, 2 * c), *_up(2 * c, c),
        nn.ConvTranspose2d(c, 3, 4, 2, 1, bias=False), nn.Tanh(),
    )  # fmt: skip
    D = nn.Sequential(
        nn.Conv2d(3, c, 4, 2, 1, bias=False), nn.LeakyReLU(0.2),
        *_down(c, 2 * c), *_down(2 * c, 4 * c), *_down(4 * c, 8 * c),
        nn.Conv2d(8 * c, 1, 4, 1, 0, bias=False), nn.Flatten(0),
    )  # fmt: skip
    for layer in [*G, *D]:
        if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0, 0.02)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.normal_(layer.weight, 1, 0.02)
    adam_g, adam_d = (torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.999)) for net in (G, D))

    def step(x: Tensor, count: int) -> None:
        real, fake = torch.ones(len(x)), torch.zeros(len(x))
        drawn = G(torch.randn(len(x), DCGAN_Z, 1, 1))
        bce = F.binary_cross_entropy_with_logits
        _descend(adam_d, bce(D(x), real) + bce(D(drawn.detach()), fake))
        _descend(adam_g, bce(D(drawn), real))

    seen = _run(pictures, DCGAN_BATCH, minutes, step)
    return _peer(lambda n: G(torch.randn(n, DCGAN_Z, 1, 1)), G, seen, minutes)


def lightweight(pictures: Tensor, minutes: float) -> Peer:
    """The networks of the package as they come, hinge losses, its reconstruction term and gradient penalty, Adam 2e-4.

    Raises ImportError when the package is not installed. It asserts CUDA when it is imported, which we tell it is there.
    """
    with mock.patch("torch.cuda.is_available", return_value=True):
        from lightweight_gan.lightweight_gan import Discriminator, Generator

    torch.manual_seed(0)
    G = Generator(image_size=SIDE, latent_dim=LIGHT_Z, attn_res_layers=[32])
    D = Discriminator(image_size=SIDE, attn_res_layers=[32])
    for layer in [*G.modules(), *D.modules()]:
        if type(layer) in (nn.Conv2d, nn.Linear):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="leaky_relu")
    adam_g, adam_d = (torch.optim.Adam(net.parameters(), 2e-4, (0.5, 0.9)) for net in (G, D))

    def step(x: Tensor, count: int) -> None:
        z = torch.randn(len(x), LIGHT_Z)
        is_penalised = count % 4 == 0
        with torch.no_grad():
            fake = G(z)
        for v in (x, fake):
            v.requires_grad_(is_penalised)
        real_logits = D(x, calc_aux_loss=True)
        fake_logits = D(fake)
        loss = (
            sum(hinge_d(r, f) for r, f in zip(real_logits[:2], fake_logits[:2], strict=True)) + real_logits[2]
        )
        if is_penalised:
            outputs = [*real_logits[:2], *fake_logits[:2]]
            ones = [torch.ones_like(o) for o in outputs]
            slopes = torch.autograd.grad(outputs, [x, fake], ones, create_graph=True)
            loss = loss + LIGHT_PENALTY * torch.cat(slopes).flatten(1).square().sum(1).mean()
        _descend(adam_d, loss)
        _descend(adam_g, sum(hinge_g(o) for o in D(G(z))[:2]))

    seen = _run(pictures, LIGHT_BATCH, minutes, step)
    return _peer(lambda n: G(torch.randn(n, LIGHT_Z)), G, seen, minutes)


PEERS: dict[str, Callable[[Tensor, float], Peer]] = {"DCGAN": dcgan, "lightweight-gan": lightweight}


def _up(c_in: int, c_out: int, stride: int = 2, padding: int = 1) -> list[nn.Module]:
    return [nn.ConvTranspose2d(c_in, c_out, 4, stride, padding, bias=False), nn.BatchNorm2d(c_out), nn.ReLU()]


def _down(c_in: int, c_out: int) -> list[nn.Module]:
    return [nn.Conv2d(c_in, c_out, 4, 2, 1, bias=False), nn.BatchNorm2d(c_out), nn.LeakyReLU(0.2)]


def _descend(optimizer: torch.optim.Optimizer, loss: Tensor) -> None:
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    optimizer.step()


def _run(pictures: Tensor, batch: int, minutes: float, step: Callable[[Tensor, int], None]) -> int:
    """Steps until the time is up; returns how many pictures were seen."""
    batches = data.Batches(len(pictures), batch, 0)
    end, count = time.process_time() + 60 * minutes, 0
    while time.process_time() < end:
        step(data.to_float(pictures[next(batches)]), count)
        count += 1
    return count * batch


def _peer(draw: Callable[[int], Tensor], G: nn.Module, seen: int, minutes: float) -> Peer:
    """Batch norms keep their batch statistics, as both packages sample: running ones lag behind so short a training."""

    @torch.no_grad()
    def paint(count: int, seed: int = 0) -> Tensor:
        torch.manual_seed(seed)
        return torch.cat([draw(min(64, count - at)).clamp(-1, 1) for at in range(0, count, 64)])

    facts = {"parameters": sum(p.numel() for p in G.parameters()), "pictures_seen": seen, "minutes": minutes}
    return Peer(paint, facts)
