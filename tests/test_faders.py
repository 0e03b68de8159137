"""The sliders as a component: what stands on them belongs to the model on view."""

import json
from types import SimpleNamespace

import pytest

from deepart import assets
from deepart.bench import Place
from deepart.studio import Axis
from deepart.ui import faders
from deepart.ui.sliders.hand import Desk, Hand

OURS = json.loads((assets.FIRST / "ends.json").read_text("utf-8"))["weights_sha256"]


@pytest.mark.parametrize(("model", "ended"), [("ours", True), ("own", False)])
def test_the_pictures_at_the_ends_are_shown_for_the_model_that_they_are_of(model, ended):
    cards = [SimpleNamespace(name="ours", sha256=OURS), SimpleNamespace(name="own", sha256="0" * 64)]
    bench = SimpleNamespace(
        studio=SimpleNamespace(cards=lambda task: cards),
        axes=lambda model: [Axis("Brightness", "")],
        values=lambda model, point: [0.5],
    )
    hand = Hand(bench, None)
    hand._easel = lambda model, place, keep: ""
    value = hand.show(model, Desk(Place(None)), keep=False)[1]
    assert value["ended"] is ended and value["at"] == [0.5]


def test_sliders_without_pictures_at_their_ends_show_none():
    axes = [Axis("Brightness", "")]
    assert faders.faders(axes, [0.0]).value["ended"] is False
    ends = [("data:image/jpeg;base64,AA", "data:image/jpeg;base64,AA")]
    assert faders.faders(axes, [0.0], ends).value["ended"] is True
