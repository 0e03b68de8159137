"""The eye: EfficientNet-lite0, the statistics of its stages, and two heads (style; painting or not).

    x (N, 3, S, S) -> stem -> stage 0 -> 1 -> 2 -> 3 -> 4 -> 5 -> 6 -> 1280 channels, pooled -+
                               |         |    |    |    |                                     |
                               +---------+----+----+----+-> mean and std of each channel -----+-> standardise
                                                                                              |
                               style: (N, classes) <- hidden layer <--------------------------+-> not a painting: (N,)
                                        +- subject <- (tuned: of the pooled last layer) <-----+
                                        +- what a worse copy changed <------------------------+

Channel statistics of early stages hold brushwork and palette, the last layer holds what is depicted. In a *tuned* one
stages 5 and 6 and the last layer were trained for styles: they speak by a linear layer of their own, `subject`, and the
hidden layer listens to the channel statistics alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import timm
import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from deepart.models.features import MEAN, STD


@dataclass(frozen=True)
class Config:
    classes: int
    image_size: int = 224  # pixels; every picture is squashed to this square, whatever its shape
    stages: tuple[int, ...] = (0, 1, 2, 3, 4)  # of 0..6: whose channel statistics the heads see
    members: int = (
        4  # networks of one hidden layer, trained apart, whose logits are averaged in the style head
    )
    hidden: int = 256  # units of each member
    mirror: bool = False  # whether features are the mean over the picture and its mirror image
    restore: int = 0  # units that undo in the style head what compression and shrinking did; 0: none
    tuned: bool = False  # whether the layers behind the statistics were trained for styles

    def __post_init__(self):
        if self.classes < 2:
            raise ValueError(f"a classifier needs 2 classes or more, got {self.classes}")
        if not 32 <= self.image_size <= 1024:
            raise ValueError(f"image_size must be from 32 to 1024 pixels, got {self.image_size}")
        if self.members < 1 or self.hidden < 1:
            raise ValueError(f"members and hidden must be 1 or more, got {self.members} and {self.hidden}")
        if self.restore < 0:
            raise ValueError(f"restore must be 0 or more, got {self.restore}")
        if not set(self.stages) <= set(range(7)):
            raise ValueError(f"stages must be among 0..6, got {self.stages}")


class StyleCNN(nn.Module):
    """Tells styles. Source of the backbone: Tan & Le 2019, arXiv:1905.11946 (timm `tf_efficientnet_lite0`).

    Of the statistics: Huang & Belongie 2017, arXiv:1703.06868, who transfer a style by setting them.
    """

    def __init__(self, config: Config):
        super().__init__()
        self.config = config
        self.backbone = timm.create_model("tf_efficientnet_lite0", num_classes=0)
        channels = [stage[-1].conv_dw.out_channels for stage in self.backbone.blocks]
        self.dim = self.backbone.num_features + 2 * sum(channels[i] for i in config.stages)
        self.register_buffer("center", torch.zeros(self.dim))
        self.register_buffer("spread", torch.ones(self.dim))
        self.width = width = config.members * config.hidden
        self.deep = self.backbone.num_features if config.tuned else 0  # features that `subject` alone hears
        self.style = nn.Sequential(
            nn.Linear(self.dim - self.deep, width), nn.ReLU(), nn.Linear(width, config.classes)
        )
        if config.tuned:
            self.subject = nn.Linear(self.deep, config.classes)
        self.not_painting = nn.Linear(self.dim, 1)
        if config.restore:
            spoken = width + config.classes if config.tuned else width
            self.restore = nn.Sequential(
                nn.Linear(self.dim, config.restore), nn.GELU(), nn.Linear(config.restore, spoken)
            )
            nn.init.zeros_(self.restore[2].weight)
            nn.init.zeros_(self.restore[2].bias)

    def start_from(self, imagenet: dict[str, Tensor]) -> StyleCNN:
        """Take the backbone's weights from ImageNet's (timm names); its classifier is left out."""
        self.backbone.load_state_dict({key: imagenet[key] for key in self.backbone.state_dict()})
        return self

    def folded(self) -> StyleCNN:
        """Itself, for answering only: each batch norm goes into the convolution before it, a fifth faster on a CPU."""
        for owner, conv, norm in _pairs(self.backbone):
            bn = getattr(owner, norm)
            setattr(owner, conv, fuse_conv_bn_eval(getattr(owner, conv), bn))
            setattr(owner, norm, bn.act)
        return self

    @torch.no_grad()
    def take_folded(self, other: StyleCNN) -> None:
        """Take the backbone of a folded model: its convolutions, and batch norms that only add their biases."""
        for mine, theirs in zip(_pairs(self.backbone), _pairs(other.backbone), strict=True):
            owner, conv, norm = mine
            folded, bn = getattr(theirs[0], conv), getattr(owner, norm)
            getattr(owner, conv).weight.copy_(folded.weight)
            bn.bias.copy_(folded.bias)
            bn.weight.fill_(1.0)
            bn.running_mean.zero_()
            bn.running_var.fill_(1.0 - bn.eps)

    def features(self, x: Tensor) -> Tensor:
        """x (N, 3, S, S) in [-1, 1] -> (N, dim): the pooled last layer, then mean and std of each chosen stage.

        With config.mirror a picture and its mirror image give the same, for a third more time.
        """
        return self.features_and_map(x)[0]

    def features_and_map(self, x: Tensor, stage: int = 5) -> tuple[Tensor, Tensor]:
        """The features (N, dim) of x, and the maps that go into a stage: (N, sides, C, h, w), of the picture and, with
        config.mirror, of its mirror image."""
        if not self.config.mirror:
            found, into = self._pass(x, stage)
            return found, into[:, None]
        found, into = self._pass(
            torch.cat([x, x.flip(3)]).contiguous(memory_format=torch.channels_last), stage
        )
        n = len(x)
        return (found[:n] + found[n:]) / 2, torch.stack([into[:n], into[n:]], 1)

    def one_sided(self, x: Tensor) -> Tensor:
        """The features (N, dim) of x alone, whatever config.mirror says."""
        return self._pass(x)[0]

    def _pass(self, x: Tensor, stage: int = 0) -> tuple[Tensor, Tensor]:
        net, found = self.backbone, []
        h = net.bn1(net.conv_stem((x * 0.5 + 0.5 - MEAN) / STD))
        for i, blocks in enumerate(net.blocks):
            if i == stage:
                into = h
            inner, h = widest(blocks[-1], blocks[:-1](h))
            if i in self.config.stages:
                found += channel_statistics(inner)
        top = net.bn2(net.conv_head(h)).float().mean((2, 3))  # (N, 1280)
        return torch.cat([top, *found], 1), into

    def standardise(self, features: Tensor) -> Tensor:
        """Features (N, dim), all >= 0: their square roots, in units of the spread over the training pictures."""
        return (root(features) - self.center) / self.spread

    def voices(self, z: Tensor) -> Tensor:
        """Standardised features (N, dim) -> the hidden layer before its ReLU (N, members * hidden), beside it what
        `subject` adds to the logits (N, classes), if tuned."""
        said = self.style[0](z[:, self.deep :])
        if self.config.tuned:
            said = torch.cat([said, self.subject(z[:, : self.deep])], 1)
        return said + self.restore(z) if self.config.restore else said

    def hidden(self, z: Tensor) -> Tensor:
        """Standardised features (N, dim) -> the style head's hidden layer (N, members * hidden), before its ReLU."""
        return self.voices(z)[:, : self.width]

    def heads(self, z: Tensor) -> tuple[Tensor, Tensor]:
        """Standardised features (N, dim) -> (logits (N, classes), logit of "not a painting" (N,))."""
        said = self.voices(z)
        logits = self.style[1:](said[:, : self.width])
        if self.config.tuned:
            logits = logits + said[:, self.width :]
        return logits, self.not_painting(z)[:, 0]

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x (N, 3, S, S) in [-1, 1] -> (logits (N, classes), logit of "not a painting" (N,))."""
        return self.heads(self.standardise(self.features(x)))


def _pairs(net: nn.Module) -> Iterator[tuple[nn.Module, str, str]]:
    """(owner, name of a convolution, name of the batch norm with an activation behind it), all of a timm EfficientNet."""
    yield net, "conv_stem", "bn1"
    yield net, "conv_head", "bn2"
    for block in (block for stage in net.blocks for block in stage):
        wide = hasattr(block, "conv_pwl")
        pairs = (("conv_pw", "bn1"), ("conv_dw", "bn2"), ("conv_pwl", "bn3")) if wide else (("conv_dw", "bn1"), ("conv_pw", "bn2"))  # fmt: skip
        for conv, norm in pairs:
            yield block, conv, norm


def widest(block: nn.Module, h: Tensor) -> tuple[Tensor, Tensor]:
    """A block's output, and the map after its depthwise convolution and ReLU6, where it is widest: (inner, output).

    Statistics of `inner` tell 4 in 100 more styles right than those of the output, a narrow linear mix of it.
    """
    if hasattr(block, "conv_pwl"):  # inverted residual: widen, filter, narrow
        inner = block.bn2(block.conv_dw(block.bn1(block.conv_pw(h))))
        out = block.bn3(block.conv_pwl(inner))
    else:  # the first stage: filter, narrow
        inner = block.bn1(block.conv_dw(h))
        out = block.bn2(block.conv_pw(inner))
    return inner, out + h if block.has_skip else out


def root(features: Tensor) -> Tensor:
    """Square root, which tames long tails; 1e-4 keeps its slope finite at 0."""
    return (features.clamp(min=0) + 1e-4).sqrt()


def channel_statistics(h: Tensor) -> list[Tensor]:
    """Mean and standard deviation over the places of a map (N, C, h, w): two of (N, C), in float32.

    Two passes of `mean`: on a CPU ten times as fast as `torch.var_mean` on channels_last maps.
    """
    h = h.float()
    mean = h.mean((2, 3), keepdim=True)
    variance = (h - mean).square().mean((2, 3))
    return [mean[:, :, 0, 0], (variance + 1e-6).sqrt()]  # 1e-6: a flat picture has no infinite slope


NEUTRAL = {"temperature": 1.0, "sure_above": 0.5, "not_a_painting_above": 0.5}  # before anything was fitted


def judge(logits: Tensor, not_painting: Tensor, settings: dict[str, float]) -> tuple[Tensor, list[str]]:
    """Logits (N, classes) and (N,) -> calibrated chances p (N, classes) and "sure", "unsure" or "not-a-painting" each.

    settings: those of the model's card; what is missing there is neutral.
    """
    known = NEUTRAL | {k: v for k, v in settings.items() if k in NEUTRAL}
    p = (logits.float() / known["temperature"]).softmax(1)
    sure = (p.amax(1) >= known["sure_above"]).tolist()
    odd = (not_painting.float().sigmoid() >= known["not_a_painting_above"]).tolist()
    return p, ["not-a-painting" if o else "sure" if s else "unsure" for s, o in zip(sure, odd, strict=True)]
