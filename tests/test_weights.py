import json
import os
import pickle
from pathlib import Path

import pytest
import torch

from deepart import models, weights
from deepart.models import vae
from deepart.weights import ModelCard, WeightsError

CONFIG = vae.Config(image_size=16, z_dim=4, channels=(4, 8))


@pytest.fixture
def saved(tmp_path):
    """A weights folder with one small model "tiny-1"."""
    network = models.build("vae", CONFIG)
    weights.save(tmp_path / "tiny-1", ModelCard("tiny-1", "vae", models.plain(CONFIG)), network)
    return tmp_path


def test_a_saved_model_comes_back_as_it_was(tmp_path):
    network = models.build("vae", CONFIG).eval()
    weights.save(tmp_path / "a", ModelCard("a", "vae", models.plain(CONFIG)), network, half=False)
    card, again = weights.load("a", tmp_path)
    z = torch.ones(1, 4)
    assert torch.equal(network.decode(z), again.decode(z))
    assert card.config == models.plain(CONFIG) and not any(p.requires_grad for p in again.parameters())


def test_half_precision_on_disk_is_half_the_size_and_float32_in_memory(saved):
    size = os.path.getsize(saved / "tiny-1" / "model.safetensors")
    parameters = sum(p.numel() for p in models.build("vae", CONFIG).state_dict().values())
    assert size < 2 * parameters + 8000
    assert weights.load("tiny-1", saved)[1].z_mean.dtype == torch.float32


def test_a_name_without_number_means_the_newest(saved):
    network = models.build("vae", CONFIG)
    for n in (2, 10):
        weights.save(saved / f"tiny-{n}", ModelCard(f"tiny-{n}", "vae", models.plain(CONFIG)), network)
    assert weights.find("tiny", saved).name == "tiny-10"
    assert weights.find("tiny-2", saved).name == "tiny-2"


def test_a_model_is_never_overwritten(saved):
    with pytest.raises(WeightsError, match="models never change"):
        weights.save(
            saved / "tiny-1", ModelCard("tiny-1", "vae", models.plain(CONFIG)), models.build("vae", CONFIG)
        )


def _delete(file: Path):
    file.unlink()


def _truncate(file: Path):
    file.write_bytes(file.read_bytes()[:1000])


def _flip_a_bit(file: Path):
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "sentence"),
    [(_delete, "no model.safetensors"), (_truncate, "SHA-256 differs"), (_flip_a_bit, "SHA-256 differs")],
)
def test_harmed_weights_are_refused_with_the_reason(saved, harm, sentence):
    harm(saved / "tiny-1" / "model.safetensors")
    with pytest.raises(WeightsError, match=sentence):
        weights.load("tiny-1", saved)


class Trap:
    """Unpickling this creates a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (Path.touch, (self.path,))


def test_a_pickle_in_disguise_is_refused_and_not_run(saved):
    file, sprung = saved / "tiny-1" / "model.safetensors", saved / "sprung"
    file.write_bytes(pickle.dumps(Trap(sprung)))
    _rewrite(saved, sha256=__import__("hashlib").sha256(file.read_bytes()).hexdigest())
    with pytest.raises(WeightsError, match="no safetensors file"):
        weights.load("tiny-1", saved)
    assert not sprung.exists()


def _rewrite(root: Path, **changes):
    path = root / "tiny-1" / "card.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"arch": "abacus"}, "abacus.*it knows: style_cnn, gan, vae"),
        ({"config": {"image_size": 16, "z_dim": 5, "channels": [4, 8]}}, "do not fit its architecture"),
        ({"config": {"image_size": 17}}, "wrong config"),
        ({"config": {"colour": 1}}, "no setting colour"),
        ({"surprise": 1}, "card of model 'tiny-1' is damaged"),
    ],
)
def test_a_wrong_card_is_refused_with_the_reason(saved, changes, sentence):
    _rewrite(saved, **changes)
    with pytest.raises(WeightsError, match=sentence):
        weights.load("tiny-1", saved)


def test_a_missing_model_is_answered_with_those_that_exist(saved):
    with pytest.raises(WeightsError, match="there are: tiny-1"):
        weights.load("../etc", saved)


def test_one_damaged_card_does_not_hide_the_others(saved):
    (saved / "broken").mkdir()
    (saved / "broken" / "card.json").write_text("{")
    assert [c.name for c in weights.cards(saved)] == ["tiny-1"]


@pytest.mark.parametrize("name", weights.names())
def test_every_shipped_model_loads_and_has_a_full_card(name):
    card, _ = weights.load(name)
    assert os.path.getsize(weights.ROOT / name / "model.safetensors") <= 16 * 2**20
    for field in (
        "title",
        "description",
        "licence",
        "data",
        "training",
        "metrics",
        "evaluated_by",
        "failures",
    ):
        assert getattr(card, field), f"{name}: the card says nothing about {field}"


def test_all_shipped_weights_together_stay_small():
    assert sum(f.stat().st_size for f in weights.ROOT.rglob("*") if f.is_file()) <= 72 * 2**20


def test_what_lies_beside_a_model_is_checked_as_the_model_is(tmp_path):
    card = weights.ModelCard("tiny-1", "vae", models.plain(CONFIG))
    card = weights.save(
        tmp_path / "tiny-1", card, models.build("vae", CONFIG), beside={"extra": {"a": torch.ones(2)}}
    )
    assert set(card.beside) == {"extra.safetensors"}
    assert weights.load_beside("tiny", "extra", tmp_path)["a"].tolist() == [1, 1]
    assert weights.load_beside("tiny", "other", tmp_path) == {}
    (tmp_path / "tiny-1" / "extra.safetensors").write_bytes(b"something else")
    with pytest.raises(WeightsError, match="SHA-256 differs"):
        weights.load_beside("tiny", "extra", tmp_path)
    (tmp_path / "tiny-1" / "extra.safetensors").unlink()
    with pytest.raises(WeightsError, match=r"has no extra\.safetensors"):
        weights.load_beside("tiny", "extra", tmp_path)
