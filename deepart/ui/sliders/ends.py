"""The pictures that stand at the ends of the sliders."""

from __future__ import annotations

import json

from deepart import assets


def ends_of(sha256: str) -> list[tuple[str, str]]:
    """The pictures at both ends of every axis of a model, as `data:` URLs, if ours are of these weights; else none."""
    try:
        told = json.loads((assets.FIRST / "ends.json").read_text("utf-8"))
        return (
            [(str(low), str(high)) for low, high in told["ends"]] if told["weights_sha256"] == sha256 else []
        )
    except (OSError, ValueError, KeyError, TypeError):
        return []
