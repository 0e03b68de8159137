"""A few steps of a training of every kind, for one process or several: `torchrun ... -m tests.rank_steps FOLDER`.

Each process writes FOLDER/RANK.json: the figures of each step, and the sums of all weights afterwards.
"""

import json
import sys
from pathlib import Path

import torch

from deepart import devices, weights
from deepart.data import Batches
from deepart.models import enlarge, gan, restyle, style_cnn, vae
from deepart.training import classifier as classifier_training
from deepart.training import deal, guards, ranks, watch
from deepart.training import enlarge as enlarge_training
from deepart.training import gan as gan_training
from deepart.training import restyle as restyle_training
from deepart.training import vae as vae_training
from deepart.training.loop import Budget, Phase, Progress, Task, run

CPU = torch.device("cpu")
STEPS = 3


def noise(count: int, side: int) -> torch.Tensor:
    """Coloured blots: uint8 (count, 3, side, side)."""
    small = torch.rand(count, 3, 5, 5, generator=torch.Generator().manual_seed(0))
    large = torch.nn.functional.interpolate(small, (side, side), mode="bilinear")
    return (large * 255).byte()


def a_gan(**options):
    config = gan.Config(height=32, width=32, z_dim=8, w_dim=16, channels=(16, 12, 8), encoder=True)
    pictures = noise(40, 32)
    return gan_training.task(
        config, pictures, weights.imagenet_lite0(), CPU, batch=16, warm_up=0.4, mirror=True
    )


def a_vae():
    config = vae.Config(image_size=64, z_dim=8, channels=(8, 8, 16), painterly=True)
    return vae_training.task(
        config, noise(40, 64), CPU, batch=8, imagenet=weights.imagenet_lite0(), alone=0.4
    )


def a_restyler():
    return restyle_training.task(
        restyle.Config(), noise(40, 128), noise(20, 128).flip(0), weights.imagenet_lite0(), CPU, batch=8
    )


def an_enlarger():
    return enlarge_training.task(enlarge.Config(), noise(12, 160), weights.imagenet_lite0(), CPU, batch=4)


def a_classifier():
    config = style_cnn.Config(3, image_size=64, mirror=True, tuned=True)
    model = style_cnn.StyleCNN(config).start_from(weights.imagenet_lite0()).eval().requires_grad_(False)
    views, maps = classifier_training.views_and_maps_of(model, noise(40, 64), CPU, seed=0)
    return classifier_training.task(model, views, torch.arange(40) % 3, batch=16, maps=maps)


KINDS = {
    "gan": a_gan,
    "vae": a_vae,
    "restyle": a_restyler,
    "enlarge": an_enlarger,
    "classifier": a_classifier,
}


def measured(kind: str) -> dict:
    task = KINDS[kind]()
    ranks.begin_alike(task)
    for phase in task.phases:
        phase.clip = None  # it would hide gradients that are summed instead of averaged
    figures, gradients = [], {}
    for state in run(task, Budget(steps=STEPS), report_every=0.0):
        figures.append(state.figures)
        for phase in task.phases:
            norms = [float(p.grad.norm()) for p in phase.parameters() if p.grad is not None]
            if norms:  # of its first step: Adam's first steps make more of what is lost in rounding
                gradients.setdefault(phase.name, max(norms))
    tensors = [
        t.double() for m in (*task.modules.values(), *task.averaged.values()) for t in m.state_dict().values()
    ]
    return {
        "figures": figures[:STEPS],
        "gradients": gradients,
        "weights": [float(t.abs().sum()) for t in tensors],
    }


def trouble() -> dict:
    """A training whose last process alone sees five losses that are no numbers, and whose first alone wants to stop.

    The watch of the others, which nobody may ask, would end it at once.
    """
    team, seen = ranks.here(), []
    net, generator = torch.nn.Linear(1, 1), deal.Deal(0, 4)

    def loss(rows: torch.Tensor, progress: float) -> tuple[torch.Tensor, dict[str, float]]:
        seen.append(1)
        x = generator.mine(rows).float()[:, None] / 8
        is_broken = 3 < len(seen) <= 3 + guards.BAD_STEPS and team.rank == team.size - 1
        value = (net(x) - 1).square().mean() * (float("nan") if is_broken else 1.0)
        return value, {"loss": value.item()}

    class Eager(watch.Watch):
        def look(self, state: Progress) -> bool:
            return not team.is_first

    task = Task(
        {"net": net},
        [Phase("net", torch.optim.SGD(net.parameters(), 0.1), loss)],
        Batches(8, 4, 0),
        generator,
    )
    task.watch = Eager(dict, {})
    ranks.begin_alike(task)
    *_, last = run(task, Budget(steps=40), stop=lambda: len(seen) >= (12 if team.is_first else 2))
    found = {name: getattr(last, name) for name in ("step", "skipped", "restored", "rate", "seconds")}
    return found | {"weight": net.weight.item(), "bias": net.bias.item()}


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    devices.has_fast_bf16 = lambda device: False  # rounds to three digits, and sums in another order show
    with ranks.joined("cpu"):
        team = ranks.here()
        found = {kind: measured(kind) for kind in KINDS}
        found["trouble"] = trouble()
        share = deal.Deal(0, 8).mine(torch.arange(8.0).square())
        found["spread"] = ranks.deviation(share).item()
        found["said"] = [ranks.decided(lambda: 5 + team.rank), ranks.told(lambda: {"rank": team.rank})]
        (folder / f"{team.rank}.json").write_text(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
