"""The kinds of model that can be trained, in one explicit table: plan and pictures -> a prepared training."""

from __future__ import annotations

from collections.abc import Callable

import torch

from deepart.training.kinds.classifiers import prepare_classifier
from deepart.training.kinds.generators import prepare_gan, prepare_vae
from deepart.training.kinds.painters import prepare_enlarge, prepare_restyle
from deepart.training.plan import Plan, Prepared

KINDS: dict[str, Callable[[Plan, dict, torch.device, Callable], Prepared]] = {
    "classifier": prepare_classifier,
    "gan": prepare_gan,
    "vae": prepare_vae,
    "restyle": prepare_restyle,
    "enlarge": prepare_enlarge,
}
