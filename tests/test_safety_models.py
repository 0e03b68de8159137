"""A tenth of `python -m tests.safety models`, and proof that its pickles are armed."""

import pickle
import shutil
import warnings

import pytest

from deepart import models, weights
from deepart.weights import WeightsError
from tests.safety import bad_models, pickles
from tests.safety import models as hostile


@pytest.mark.parametrize("shape", pickles.SHAPES, ids=lambda shape: shape.__name__)
def test_the_pickles_are_armed(shape, tmp_path):
    canary = tmp_path / "canary"
    pickle.loads(shape("os", "mkdir", str(canary)))
    assert canary.is_dir()


def test_the_judge_sees_what_was_executed(tmp_path):
    canary, tally = tmp_path / "canary", hostile.Tally()

    class Careless:
        base = 0.0

        def ask(self, path):
            pickle.loads(path.read_bytes())
            return {"crashed": None, "outcome": "refused", "megabytes": 0.0, "seconds": 0.0}

    case = hostile.Case("armed", {"x.pt": pickles.reduce_new("os", "mkdir", str(canary))}, "x.pt")
    hostile._try(case, Careless(), canary, tally)
    assert tally.executed == 1 and not tally.is_good() and not canary.exists()


@pytest.mark.parametrize("door", ["model", "checkpoint", "model_zip", "picture_zip"])
def test_hostile_things_are_refused(door, tmp_path, monkeypatch):
    monkeypatch.setattr(hostile, "cases", _some_of(door, hostile.cases))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile's, about names that are written twice
        tally = hostile.judge(tmp_path / "canary")
    assert tally.is_good() and tally.cases >= 5, f"{tally.words()}\n{tally.faults}"
    shutil.rmtree(tmp_path)


def _some_of(door, cases):
    """Every eleventh small case of one door."""

    def some(canary):
        return {
            door: (case for number, case in enumerate(cases(canary, small=True)[door]) if number % 11 == 0)
        }

    return some


@pytest.mark.parametrize(
    ("arch", "config"),
    [
        ("vae", {"z_dim": 10**9}),
        ("vae", {"channels": [60_000] * 10, "image_size": 1024}),
        ("style_cnn", {"classes": 60_000, "members": 60_000, "hidden": 60_000}),
        ("gan", {"channels": [60_000] * 3, "height": 60_000, "width": 60_000}),
    ],
)
def test_a_card_that_asks_for_all_memory_is_refused_before_a_network_is_built(
    arch, config, tmp_path, monkeypatch
):
    import torch

    folder = tmp_path / bad_models.NAME
    folder.mkdir()
    (folder / weights.TENSORS).write_bytes(bad_models.good_weights())
    (folder / weights.CARD).write_bytes(bad_models.card(arch=arch, config=config))
    good = models.build

    def build(*arguments):
        assert torch.empty(1).is_meta, "built in memory"
        return good(*arguments)

    monkeypatch.setattr(models, "build", build)
    with pytest.raises(WeightsError):
        weights.load(bad_models.NAME, tmp_path)
