"""How the style classifier is trained: features of a frozen network once, heads on them in the loop, then its limits.

Why frozen: with a few thousand pictures a network that is fine-tuned as a whole forgets features that an unseen painter
needs (Kumar et al. 2022, arXiv:2202.10054), and on a CPU it also costs hours instead of minutes. Its last stages may be
trained all the same, beside the heads (see `tuning`).
"""

from __future__ import annotations

import copy
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from deepart import data
from deepart.evaluation.regression import balanced
from deepart.models.style_cnn import Config, StyleCNN, root
from deepart.training import deal, ranks, tuning
from deepart.training.augment import reproduction, sent_on
from deepart.training.loop import Budget, Phase, Task, run

SMOOTHING = 0.1  # of labels: several in a hundred are wrong
HEAD_EPOCHS, HEAD_BATCH, HEAD_LR = 40, 128, 1e-3
DROP = 0.5  # share of features, and of hidden units, that are hidden from a head at each step of its own training
EVEN = (
    0.75  # how far painters of one style are shown alike: 0 each picture as often as another, 1 each painter
)
MIX = 0.4  # of mixup (Zhang et al. 2017, arXiv:1710.09412): Beta(MIX, MIX) is the share of one picture in two
ALONE = ranks.Team()


class Members(nn.Module):
    """The networks of the style head, trained side by side and each for itself: z (N, dim) -> logits of all."""

    def __init__(self, dim: int, config: Config):
        super().__init__()
        inner = [nn.Linear(dim, config.hidden) for _ in range(config.members)]
        outer = [nn.Linear(config.hidden, config.classes) for _ in range(config.members)]
        self.inner = nn.Parameter(torch.stack([layer.weight.detach() for layer in inner]))  # (M, hidden, dim)
        self.inner_bias = nn.Parameter(torch.stack([layer.bias.detach() for layer in inner])[:, None])
        self.outer = nn.Parameter(
            torch.stack([layer.weight.detach() for layer in outer])
        )  # (M, classes, hidden)
        self.outer_bias = nn.Parameter(torch.stack([layer.bias.detach() for layer in outer])[:, None])

    def forward(self, z: Tensor, generator: torch.Generator) -> Tensor:
        """z (N, dim) -> logits (M, N, classes), with another drop-out for each member."""
        seen = drop(z.expand(len(self.inner), *z.shape), generator)
        h = F.relu(torch.baddbmm(self.inner_bias, seen, self.inner.mT))
        return torch.baddbmm(self.outer_bias, drop(h, generator), self.outer.mT)

    def answer(self, z: Tensor) -> Tensor:
        """z (N, dim) -> logits (N, classes), the members' mean, without drop-out."""
        h = F.relu(torch.baddbmm(self.inner_bias, z.expand(len(self.inner), *z.shape), self.inner.mT))
        return torch.baddbmm(self.outer_bias, h, self.outer.mT).mean(0)

    @torch.no_grad()
    def begin_with(self, style: nn.Sequential, places: Sequence[tuple[int, int]]) -> None:
        """Take hidden units from another model's style head, and of the classes what it knows: (place here, there)."""
        count, hidden = self.inner.shape[:2]
        theirs = style[0].weight.view(count, hidden, -1)  # one that was tuned hears the last features only
        self.inner.zero_()
        self.inner[..., -theirs.shape[2] :] = theirs
        self.inner_bias.copy_(style[0].bias.view(count, 1, hidden))
        theirs = style[2].weight.view(-1, count, hidden) * count
        for here, there in places:
            self.outer[:, here] = theirs[there]
            self.outer_bias[:, 0, here] = style[2].bias[there]

    @torch.no_grad()
    def into(self, style: nn.Sequential, share: float = 1.0) -> None:
        """Put the members side by side into a model's style head: a share of their mean, once over the features."""
        count = len(self.inner) / share
        style[0].weight.copy_(self.inner.flatten(0, 1))
        style[0].bias.copy_(self.inner_bias.flatten())
        style[2].weight.copy_(self.outer.permute(1, 0, 2).flatten(1) / count)  # (classes, M * hidden)
        style[2].bias.copy_(self.outer_bias.mean((0, 1)) * share)


def drop(x: Tensor, generator: torch.Generator) -> Tensor:
    """Drop-out of x (M, N, dim) with its randomness as an argument: a share DROP of x becomes 0, the rest grows to make up for it."""
    kept = deal.rand(generator, *x.shape, dim=1).to(x.device) >= DROP
    return x * kept / (1 - DROP)


def task(
    model: StyleCNN,
    views: Sequence[Tensor],
    targets: Tensor,
    seed: int = 0,
    batch: int = HEAD_BATCH,
    lr: float = HEAD_LR,
    start: tuple[nn.Sequential, Sequence[tuple[int, int]]] | None = None,
    maps: Sequence[Tensor] | None = None,
    painters: Sequence[str] | None = None,
) -> Task:
    """A Task for loop.run that trains the style head on frozen features.

    start: another model's style head and which of our classes it knows (see Members.begin_with); the model then has that
    one's standardisation already. maps: what goes into the stages that are tuned, one (N, sides, C, h, w) a view; the
    model must be made for it (Config.tuned). painters: of each picture, see `weights_of`.

    views: raw features, one (N, dim) for each reproduction of the pictures (see views_and_maps_of); targets: (N,) numbers of
    styles. Each step takes one view of each picture, mixes pairs (mixup) and hides half of the features from each
    member. Sets the model's standardisation; `put` puts the result into it.
    """
    torch.manual_seed(seed)
    device, config = model.center.device, model.config
    if start is None:
        standardise_on(model, views)
    members = Members(model.dim - model.deep, config).to(device)
    if start:
        members.begin_with(*start)
    count = ranks.here().size
    batch = min(batch, len(targets) // count * count)
    generator, rng = deal.Deal(seed, batch), random.Random(seed)

    def loss(rows: Tensor, progress: float) -> tuple[Tensor, dict[str, float]]:
        other = rows[torch.randperm(len(rows), generator=generator)]
        share = rng.betavariate(MIX, MIX)
        rows, other = generator.mine(rows), generator.mine(other)
        shown = deal.randint(generator, 0, len(views), len(rows))
        z, z_other = (
            model.standardise(_pick(views, shown, r).to(device))[:, model.deep :] for r in (rows, other)
        )
        logits = members(share * z + (1 - share) * z_other, generator)
        nats = sum(
            part * _nats(logits, targets[r].to(device)) for part, r in ((share, rows), (1 - share, other))
        )
        return nats, {"loss": nats.item() / config.members}

    def rate(progress: float) -> float:
        return 0.5 * (1 + math.cos(math.pi * progress))

    optimizer = torch.optim.AdamW(members.parameters(), lr, weight_decay=0.05)
    often = weights_of(targets, config.classes, painters)
    modules: dict[str, nn.Module] = {"heads": members}
    phases = [Phase("heads", optimizer, loss, rate)]
    if maps is not None:
        modules["tuned"] = tuning.Tuned(model).requires_grad_(True)
        oftener = balanced(targets, config.classes) / often
        phases.append(tuning.phase(modules["tuned"], maps, targets, generator, rng, oftener))
    return Task(
        modules=modules,
        averaged={name: copy.deepcopy(module).requires_grad_(False) for name, module in modules.items()},
        phases=phases,
        batches=data.Batches(len(targets), batch, seed, often),
        generator=generator,
        half_life=2000,
        dice=rng,
    )


def weights_of(targets: Tensor, classes: int, painters: Sequence[str] | None = None) -> Tensor:
    """How often the heads are shown each picture (N,), 1 on average: every style as often as another, and within a style
    a painter of many works less often than in proportion to them.

    painters: of each picture; the anonymous works of a style ("") count as one painter's. None: all are anonymous.
    """
    who = list(zip(painters or [""] * len(targets), targets.tolist(), strict=True))
    works = Counter(who)
    share = [works[one] ** -EVEN for one in who]
    return balanced(targets, classes, torch.tensor(share))


def put(task: Task, model: StyleCNN) -> None:
    """Put what a task has learnt into the model that it is for."""
    learnt = task.averaged
    learnt["heads"].into(model.style, 1 - tuning.SHARE if "tuned" in learnt else 1.0)
    if "tuned" in learnt:
        learnt["tuned"].into(model)


@torch.no_grad()
def answers(task: Task, model: StyleCNN, features: Tensor, maps: Tensor | None = None) -> Tensor:
    """Logits (N, classes) on the CPU of pictures by their raw features (N, dim), as the model would give them now.

    maps: theirs (N, sides, C, h, w); only where stages are tuned.
    """
    z = model.standardise(features.float().to(model.center.device))[:, model.deep :]
    said = task.averaged["heads"].answer(z).cpu()
    if maps is None:
        return said
    return (1 - tuning.SHARE) * said + tuning.SHARE * task.averaged["tuned"].answer(maps)


def _pick(views: Sequence[Tensor], shown: Tensor, rows: Tensor) -> Tensor:
    """Of each picture in rows (B,) the features of the view in shown (B,): (B, dim) float32."""
    return torch.stack([views[v][r] for v, r in zip(shown.tolist(), rows.tolist(), strict=True)]).float()


def _nats(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy with smooth labels of logits (M, N, classes): the members' means, summed."""
    flat = F.cross_entropy(logits.flatten(0, 1), targets.repeat(len(logits)), label_smoothing=SMOOTHING)
    return flat * len(logits)


def usual_steps(count: int) -> int:
    """How many steps the head needs for `count` training pictures."""
    return max(150, HEAD_EPOCHS * count // HEAD_BATCH)


def fit_style_head(model: StyleCNN, views: Sequence[Tensor], targets: Tensor, seed: int = 0) -> None:
    """Train the style head to the end and put it into the model."""
    work = task(model, views, targets, seed)
    for _ in run(work, Budget(steps=usual_steps(len(targets)))):
        pass
    put(work, model)


@torch.no_grad()
def standardise_on(model: StyleCNN, views: Sequence[Tensor]) -> None:
    """Set the model's standardisation from raw features, one (N, dim) a view."""
    roots = [root(v.float()) for v in views]
    model.center.copy_(torch.stack([r.mean(0) for r in roots]).mean(0))
    model.spread.copy_(torch.cat(roots).std(0).clamp(min=1e-3))


def features_of(
    model: StyleCNN,
    pictures: Tensor,
    device: torch.device,
    batch: int = 16,
    change: Callable[[Tensor], Tensor] | None = None,
    team: ranks.Team = ALONE,
) -> Tensor:
    """Raw features of uint8 pictures (N, 3, S, S), each batch changed first if asked: (N, dim) on the CPU.

    team: the processes that take turns with the batches; all of them get all features.
    """
    return _seen(model, pictures, device, batch, change, team)[0]


def features_and_maps_of(
    model: StyleCNN, pictures: Tensor, device: torch.device, batch: int = 16
) -> tuple[Tensor, Tensor | None]:
    """Raw features of uint8 pictures and, of a model that is tuned, the maps that its last stages see: (N, sides, C, h, w)
    float16."""
    return _seen(model, pictures, device, batch, with_maps=model.config.tuned)


@torch.no_grad()
def _seen(
    model, pictures, device, batch=16, change=None, team=ALONE, with_maps=False, progress: Callable = iter
) -> tuple[Tensor, Tensor | None]:
    out, maps = torch.zeros(len(pictures), model.dim), None
    for turn, at in enumerate(progress(range(0, len(pictures), batch))):
        x = data.to_float(pictures[at : at + batch].to(device))
        x = change(x) if change else x  # also in turns of others: the next one's random numbers come after
        if turn % team.size != team.rank:
            continue
        x = x.contiguous(memory_format=torch.channels_last)
        # in float32, as it is served: bfloat16 shifts them
        found, into = model.features_and_map(x, tuning.FIRST)
        out[at : at + batch] = found.cpu()
        if with_maps:
            if maps is None:
                maps = torch.zeros(len(pictures), *into.shape[1:], dtype=torch.float16)
            maps[at : at + batch] = into.half().cpu()
    if team.size > 1:
        out, maps = ranks.summed(out), ranks.summed(maps) if with_maps else None
    return out, maps


def views_and_maps_of(
    model: StyleCNN,
    pictures: Tensor,
    device: torch.device,
    seed: int,
    progress: Callable = iter,
    alone: bool = False,
) -> tuple[list[Tensor], list[Tensor] | None]:
    """Raw features of three views of uint8 pictures (N, 3, S, S): as they are, sent on by others (softer and compressed),
    and a detail of another reproduction. Each (N, dim), float16 to save memory. For a model that is tuned, the maps of
    each view, too (see features_and_maps_of).

    alone: only as they are, which is best for new pictures, and worst for worse copies of them: for a model that is
    steadied (see `steady`).
    """
    generator = torch.Generator().manual_seed(seed)
    size = model.config.image_size
    changes = (None, lambda x: sent_on(x, generator), lambda x: reproduction(x, generator, size))
    team, tuned = ranks.here(), model.config.tuned
    seen = [
        _seen(model, pictures, device, change=change, team=team, with_maps=tuned, progress=progress)
        for change in (changes[:1] if alone else changes)
    ]
    return [features.half() for features, _ in seen], [maps for _, maps in seen] if tuned else None
