"""The card of a model: what a stranger must know before using it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, fields
from typing import Any

from deepart import models

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
MAX_CARD_BYTES = 2**20
_KINDS = {"str": str, "dict": dict, "list": list}


class WeightsError(ValueError):
    """A model cannot be used; the text names it, says why and what to do."""


@dataclass(frozen=True)
class ModelCard:
    """What a stranger must know before using a model. All of it is plain JSON.

    metrics hold what `python -m deepart evaluate` printed, with the command in `evaluated_by`.
    """

    name: str
    arch: str  # a key of models.ARCHS
    config: dict[str, Any]
    sha256: str = ""  # of model.safetensors
    # other safetensors files of its folder -> their SHA-256
    beside: dict[str, str] = field(default_factory=dict)
    title: str = ""  # for the page
    description: str = ""
    licence: str = ""
    labels: list[str] = field(default_factory=list)  # of a classifier, in the order of its logits
    # found after training: temperature, thresholds, axis names
    settings: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)  # which pictures, how many, their licence
    training: dict[str, Any] = field(default_factory=dict)  # steps, pictures, hours, hardware, seed, version
    metrics: dict[str, Any] = field(default_factory=dict)
    evaluated_by: str = ""
    failures: list[str] = field(default_factory=list)  # known weaknesses, in plain words

    @property
    def task(self) -> str:
        return models.ARCHS[self.arch].task

    @property
    def is_own(self) -> bool:
        """Whether an artist trained it; it did not come with deepart, and may be deleted."""
        return self.training.get("own") is True


def card_from_json(text: bytes) -> ModelCard:
    """A card from a stranger's file. Raises WeightsError when it is no JSON, too long, or holds what a card may not."""
    if len(text) > MAX_CARD_BYTES:
        raise WeightsError(f"a card has at most {MAX_CARD_BYTES} bytes")
    try:
        values = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as reason:
        raise WeightsError(f"it is no JSON ({str(reason)[:80]})") from reason
    known = {f.name: _KINDS[f.type.split("[")[0]] for f in fields(ModelCard)}
    if not isinstance(values, dict) or not {"name", "arch", "config"} <= set(values) <= set(known):
        raise WeightsError(f"it must hold name, arch and config; it may hold: {', '.join(known)}")
    wrong = [key for key, value in values.items() if not isinstance(value, known[key])]
    lists = [key for key, value in values.items() if isinstance(value, list)]
    wrong += [key for key in lists if not all(isinstance(each, str) for each in values[key])]
    if wrong:
        raise WeightsError(f"its entry {wrong[0]!r} is of a wrong kind")
    card = ModelCard(**values)
    if not NAME.fullmatch(card.name):
        raise WeightsError(
            f"a model's name is made of small letters, digits, - and _, got {card.name[:80]!r}"
        )
    return card


def _refuse_constant(word: str) -> None:
    raise ValueError(f"{word} is no number")
