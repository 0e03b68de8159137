"""The peer that most would begin with: an ImageNet network, fine-tuned as a whole on the labelled pictures."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Sequence

import timm
import torch
import torch.nn.functional as F
from torch import Tensor

from deepart import data
from deepart.data import Example
from deepart.models.features import MEAN, STD

SIDE, BATCH, LR = 160, 32, 3e-4
MINUTES = 25.0  # of processor time: the same on an idle and on a busy machine


def fine_tune(
    examples: Sequence[Example],
    labels: Sequence[str],
    imagenet: dict[str, Tensor],
    minutes: float = MINUTES,
    progress: Callable = iter,
    steps: int | None = None,
) -> Callable[[Sequence[Example]], Tensor]:
    """Train EfficientNet-lite0 on the examples, squashed to 160 px and mirrored by chance, with an EMA of its weights.

    minutes: of processor time; steps: end after so many instead. Returns what answers: examples -> chances (N, classes), averaged over a picture and its mirror image.
    """
    torch.manual_seed(0)
    net = timm.create_model("tf_efficientnet_lite0", num_classes=len(labels))
    net.load_state_dict({k: v for k, v in imagenet.items() if not k.startswith("classifier")}, strict=False)
    average = copy.deepcopy(net).eval().requires_grad_(False)
    pictures, kept, _ = data.load(examples, (SIDE, SIDE), "squash", progress)
    y = data.indices([examples[i] for i in kept], labels)
    generator, batches = torch.Generator().manual_seed(0), data.Batches(len(y), BATCH, 0)
    optimizer = torch.optim.AdamW(net.parameters(), LR, weight_decay=0.05)
    start, used, count = time.process_time(), 0.0, 0
    while used < 1:
        count += 1
        used = count / steps if steps else (time.process_time() - start) / (60 * minutes)
        optimizer.param_groups[0]["lr"] = LR * min(1.0, 20 * used + 0.01, 2 * (1 - used) + 0.01)
        rows = next(batches)
        x = data.to_float(pictures[rows])
        mirrored = torch.rand(len(x), 1, 1, 1, generator=generator) < 0.5
        x = torch.where(mirrored, x.flip(3), x)
        loss = F.cross_entropy(net((x * 0.5 + 0.5 - MEAN) / STD), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        for kept_v, v in zip(average.state_dict().values(), net.state_dict().values(), strict=True):
            kept_v.copy_(v if not v.is_floating_point() else kept_v.lerp(v, max(0.01, 1 / count)))

    @torch.inference_mode()
    def answer(asked: Sequence[Example]) -> Tensor:
        x, _, _ = data.load(asked, (SIDE, SIDE), "squash")
        out = []
        for part in x.split(BATCH):
            v = (data.to_float(part) * 0.5 + 0.5 - MEAN) / STD
            out.append((average(v).softmax(1) + average(v.flip(3)).softmax(1)) / 2)
        return torch.cat(out)

    return answer
