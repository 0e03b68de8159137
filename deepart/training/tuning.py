"""The last stages of the classifier's backbone, trained for styles beside its heads.

As a whole a network that is fine-tuned on a few thousand pictures forgets what unseen painters need. Here the first five
stages stay ImageNet's, and so do the channel statistics that the hidden layer hears. What the last two stages and a
linear layer learn is another opinion, trained for itself; the two agree where they are right more often than where
they are wrong, so that their mean is better than either.
"""

from __future__ import annotations

import copy
import math
import random
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart.models.style_cnn import StyleCNN, root
from deepart.training import deal
from deepart.training.loop import Phase

FIRST = 5  # the first stage that is tuned
LEAST = 1000  # pictures; fewer are learnt by heart
SHARE = 0.4  # of the tuned stages in the logits; the hidden layer's members have the rest
PART = 4  # one picture in so many of a batch is shown to the stages, which cost more than the heads
LR, SUBJECT_LR, WARM = 3e-4, 2e-3, 0.1
DROP, MIX, SMOOTHING = 0.4, 0.4, 0.1


class Tuned(nn.Module):
    """Stages FIRST to 6 of a model's backbone, its last layer and its `subject`: maps (N, C, h, w) -> logits (N, classes)."""

    def __init__(self, model: StyleCNN):
        super().__init__()
        net, deep = model.backbone, model.deep
        self.stages = copy.deepcopy(net.blocks[FIRST:])
        self.head, self.norm = copy.deepcopy(net.conv_head), copy.deepcopy(net.bn2)
        self.subject = copy.deepcopy(model.subject)
        self.register_buffer("center", model.center[:deep].clone())
        self.register_buffer("spread", model.spread[:deep].clone())
        self.eval()  # batch norms keep ImageNet's statistics: those of a few hundred painters are no better

    def forward(self, maps: Tensor, hidden: Tensor | None = None) -> Tensor:
        """hidden: (N, 1280), the features that are hidden from `subject`."""
        z = self._standardised(self.pooled(maps))
        return self.subject(z if hidden is None else z.masked_fill(hidden, 0.0) / (1 - DROP))

    def pooled(self, maps: Tensor) -> Tensor:
        """The last layer's channels, averaged over the picture: (N, 1280)."""
        h = maps.float().contiguous(memory_format=torch.channels_last)
        return self.norm(self.head(self.stages(h))).float().mean((2, 3))

    def _standardised(self, pooled: Tensor) -> Tensor:
        return (root(pooled) - self.center) / self.spread

    @torch.no_grad()
    def answer(self, maps: Tensor) -> Tensor:
        """maps (N, sides, C, h, w) of pictures (and their mirror images) -> logits (N, classes) on the CPU."""
        said = []
        for part in maps.split(32):
            sides = [self.pooled(side.to(self.center.device)) for side in part.unbind(1)]
            said.append(self.subject(self._standardised(torch.stack(sides).mean(0))).cpu())
        return torch.cat(said)

    @torch.no_grad()
    def begin_with(self, subject: nn.Linear, places: Sequence[tuple[int, int]]) -> None:
        """Take what another model's `subject` says of the classes that it knows: (place here, there)."""
        for here, there in places:
            self.subject.weight[here] = subject.weight[there] / SHARE
            self.subject.bias[here] = subject.bias[there] / SHARE

    @torch.no_grad()
    def into(self, model: StyleCNN) -> None:
        """Put the stages into a model's backbone, and SHARE of what `subject` says into its own."""
        net = model.backbone
        for i, stage in enumerate(self.stages, FIRST):
            net.blocks[i].load_state_dict(stage.state_dict())
        net.conv_head.load_state_dict(self.head.state_dict())
        net.bn2.load_state_dict(self.norm.state_dict())
        model.subject.weight.copy_(self.subject.weight * SHARE)
        model.subject.bias.copy_(self.subject.bias * SHARE)


def phase(
    tuned: Tuned,
    maps: Sequence[Tensor],
    targets: Tensor,
    generator: deal.Deal,
    dice: random.Random,
    oftener: Tensor,
) -> Phase:
    """What trains the stages in classifier.task. maps: one (N, sides, C, h, w) for each view of the pictures.

    oftener: (N,) > 0, by what factor a picture is to be shown more often here than to the heads. Those see painters
    alike, and few works often; the stages would learn these by heart, and see works as they come.
    """
    device = tuned.center.device

    def loss(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        size = generator.team.size
        many = max(1, len(rows) // PART // size) * size
        rows = picked(rows, oftener, many, generator)
        other = rows[torch.randperm(len(rows), generator=generator)]
        share = dice.betavariate(MIX, MIX)
        rows, other = generator.mine(rows), generator.mine(other)
        mixed = share * _shown(maps, rows, generator) + (1 - share) * _shown(maps, other, generator)
        hidden = deal.rand(generator, len(rows), tuned.center.numel()) < DROP
        logits = tuned(mixed.to(device), hidden.to(device))
        nats = sum(
            part * F.cross_entropy(logits, targets[r].to(device), label_smoothing=SMOOTHING)
            for part, r in ((share, rows), (1 - share, other))
        )
        return nats, {"loss": nats.item()}

    def rate(progress: float) -> float:
        return min(1.0, (progress + 1e-3) / WARM) * 0.5 * (1 + math.cos(math.pi * progress))

    own = set(map(id, tuned.subject.parameters()))
    others = [p for p in tuned.parameters() if id(p) not in own]
    groups = [
        {"params": [p for p in others if p.ndim > 1], "lr": LR, "weight_decay": 0.05},
        {"params": [p for p in others if p.ndim == 1], "lr": LR, "weight_decay": 0.0},
        {"params": list(tuned.subject.parameters()), "lr": SUBJECT_LR, "weight_decay": 0.05},
    ]
    return Phase("tuned", torch.optim.AdamW(groups), loss, rate, clip=5.0)


def picked(rows: Tensor, oftener: Tensor, many: int, generator: torch.Generator) -> Tensor:
    """Of rows (B,) so many, each in proportion to oftener (N,) and maybe twice: else those of which a batch has few that
    are to be shown more often would come too seldom."""
    return rows[torch.multinomial(oftener[rows], many, replacement=True, generator=generator)]


def _shown(maps: Sequence[Tensor], rows: Tensor, generator: deal.Deal) -> Tensor:
    """Of each picture in rows (B,) a map of any view, from any side: (B, C, h, w) float32."""
    view = deal.randint(generator, 0, len(maps), len(rows)).tolist()
    side = deal.randint(generator, 0, maps[0].shape[1], len(rows)).tolist()
    return torch.stack([maps[v][r, s] for v, r, s in zip(view, rows.tolist(), side, strict=True)]).float()
