"""The architectures, in one explicit table: adding a model is one file here and one line below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from importlib import import_module
from typing import Any

from torch import nn


@dataclass(frozen=True)
class Arch:
    """Where an architecture lives. Its module holds `Config` and the network class; imported only when used."""

    module: str
    network: str
    task: str  # what an artist does with it: "classify", "sample" or "sliders"
    noun: str  # what `python -m deepart train` calls it


ARCHS: dict[str, Arch] = {
    "style_cnn": Arch("deepart.models.style_cnn", "StyleCNN", "classify", "classifier"),
    "gan": Arch("deepart.models.gan", "Generator", "sample", "gan"),
    "vae": Arch("deepart.models.vae", "VAE", "sliders", "vae"),
}


def config_class(arch: str) -> type:
    """The frozen dataclass `Config` of an architecture. Raises KeyError for one that is not in the table."""
    return import_module(ARCHS[arch].module).Config


def make_config(arch: str, values: dict[str, Any]) -> Any:
    """A Config from plain JSON values; lists become tuples. Raises ValueError for unknown names or bad values."""
    kind = config_class(arch)
    known = {f.name for f in fields(kind)}
    if unknown := sorted(set(values) - known):
        raise ValueError(f"{arch} has no setting {', '.join(unknown)}; it has: {', '.join(sorted(known))}")
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def plain(config: Any) -> dict[str, Any]:
    """A Config as plain JSON values; make_config turns it back."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(config).items()}


def build(arch: str, config: Any) -> nn.Module:
    """The network of an architecture with random weights."""
    network: Callable[[Any], nn.Module] = getattr(import_module(ARCHS[arch].module), ARCHS[arch].network)
    return network(config)
