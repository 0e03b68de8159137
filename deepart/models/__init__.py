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
    task: str  # what an artist does with it: "classify", "sample", "sliders", "restyle" or "enlarge"
    noun: str  # what `python -m deepart train` calls it


ARCHS: dict[str, Arch] = {
    "style_cnn": Arch("deepart.models.style_cnn", "StyleCNN", "classify", "classifier"),
    "gan": Arch("deepart.models.gan", "Generator", "sample", "gan"),
    "vae": Arch("deepart.models.vae", "VAE", "sliders", "vae"),
    "restyle": Arch("deepart.models.restyle", "Restyler", "restyle", "restyle"),
    "enlarge": Arch("deepart.models.enlarge", "Enlarger", "enlarge", "enlarge"),
}


MAX_NUMBER = 2**16  # in a card's config: pixels, channels, classes; more would only exhaust a memory
MAX_LIST = 32  # levels, stages


def config_class(arch: str) -> type:
    """The frozen dataclass `Config` of an architecture. Raises KeyError for one that is not in the table."""
    return import_module(ARCHS[arch].module).Config


def make_config(arch: str, values: dict[str, Any]) -> Any:
    """A Config from plain JSON values; lists become tuples. Raises ValueError for unknown names or bad values."""
    kind = config_class(arch)
    known = {f.name for f in fields(kind)}
    if unknown := sorted(set(values) - known):
        raise ValueError(f"{arch} has no setting {', '.join(unknown)}; it has: {', '.join(sorted(known))}")
    for f in fields(kind):
        if f.name in values:
            _check_value(f"{arch}'s setting {f.name}", f.type, values[f.name])
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})


def _check_value(what: str, kind: str, value: Any) -> None:
    """ValueError unless `value` is of the `kind` that a Config's field says, and not beyond any sense."""
    if kind.startswith("tuple"):
        if not isinstance(value, list | tuple) or len(value) > MAX_LIST:
            raise ValueError(f"{what} is a list of at most {MAX_LIST} numbers")
        for each in value:
            _check_value(what, kind[6:].split(",")[0], each)
    elif kind in ("int", "float"):
        is_number = isinstance(value, int if kind == "int" else int | float) and not isinstance(value, bool)
        if not is_number or not 0 <= value <= MAX_NUMBER:
            raise ValueError(f"{what} is a number from 0 to {MAX_NUMBER}, got {str(value)[:40]!r}")
    elif kind == "bool" and not isinstance(value, bool):
        raise ValueError(f"{what} is true or false, got {str(value)[:40]!r}")
    elif kind == "str" and not (isinstance(value, str) and len(value) <= 64):
        raise ValueError(f"{what} is a short word")


def plain(config: Any) -> dict[str, Any]:
    """A Config as plain JSON values; make_config turns it back."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(config).items()}


def build(arch: str, config: Any) -> nn.Module:
    """The network of an architecture with random weights."""
    network: Callable[[Any], nn.Module] = getattr(import_module(ARCHS[arch].module), ARCHS[arch].network)
    return network(config)
