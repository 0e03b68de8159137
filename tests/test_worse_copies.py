"""What a classifier thinks away: copies of a picture that were compressed or made smaller."""

import random

import numpy as np
import pytest
import torch
from PIL import Image

from deepart import cli, data, weights
from deepart.models.style_cnn import Config, StyleCNN
from deepart.training import copies
from deepart.training.kinds import classifiers

CPU = torch.device("cpu")
SMALL = Config(classes=3, image_size=32, members=2, hidden=16, restore=8)


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return StyleCNN(SMALL).eval().requires_grad_(False)


def features(count: int, dim: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Of pictures, and of copies that lost a tenth to a half of the second half of the features, each its own share."""
    generator = torch.Generator().manual_seed(seed)
    plain = 1 + torch.rand(count, dim, generator=generator)
    lost = plain.clone()
    lost[:, dim // 2 :] *= 0.5 + 0.4 * torch.rand(count, 1, generator=generator)
    return plain, lost


def test_a_layer_that_learned_nothing_changes_nothing(model):
    z = torch.randn(5, model.dim, generator=torch.Generator().manual_seed(1))
    assert torch.equal(model.hidden(z), model.style[0](z))
    assert torch.equal(model.heads(z)[0], model.style(z))


def test_what_copies_lost_is_put_back_and_pictures_stay_as_they_are(model):
    mine = StyleCNN(SMALL).eval().requires_grad_(False)
    mine.load_state_dict(model.state_dict())
    plain, lost = features(600, mine.dim)
    mine.center.copy_((plain + 1e-4).sqrt().mean(0))
    mine.spread.copy_((plain + 1e-4).sqrt().std(0))
    before, after = copies.fit(mine, plain, lost)
    assert after < 0.5 * before
    unseen, worse = features(100, mine.dim, seed=7)
    with torch.no_grad():
        z = mine.standardise(unseen)
        moved = (mine.hidden(z) - mine.style[0](z)).square().mean() / mine.style[0](z).var(0).mean()
    assert copies.off(mine, unseen, worse) < 0.6 * before and moved < 0.1


def test_what_does_not_help_is_not_put_in(model):
    mine = StyleCNN(SMALL).eval().requires_grad_(False)
    mine.load_state_dict(model.state_dict())
    plain, _ = features(60, mine.dim)
    before, after = copies.fit(mine, plain, plain.clone())  # these copies lost nothing
    assert before == after == 0 and not mine.restore[2].weight.any()


def test_copies_are_compressed_or_smaller():
    noise = np.random.default_rng(0).integers(0, 256, (60, 80, 3), np.uint8)
    picture, rng = Image.fromarray(noise), random.Random(0)
    made = [copies.worse(picture, rng) for _ in range(24)]
    smaller = [c for c in made if c.size != picture.size]
    assert 4 < len(smaller) < 20 and all(30 <= c.width <= 60 for c in smaller)
    compressed = [c for c in made if c.size == picture.size]
    assert all(np.abs(np.asarray(c, np.int16) - noise).mean() > 2 for c in compressed)


def test_a_picture_that_cannot_be_read_again_is_left_out(model, tmp_path):
    Image.new("RGB", (40, 40), "red").save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"no picture")
    examples = [data.Example(tmp_path / "b.png"), data.Example(tmp_path / "a.png")]
    which, found = copies.features_of_copies(model, examples, CPU)
    assert which.tolist() == [1] and found.shape == (1, model.dim)
    with pytest.raises(data.DataError, match="read again"):
        copies.features_of_copies(model, examples[:1], CPU)


@pytest.mark.slow
def test_a_training_on_enough_pictures_learns_from_each_and_its_own_copy(tmp_path, monkeypatch, capsys):
    pairs = []
    monkeypatch.setattr(copies, "LEAST", 20)
    monkeypatch.setattr(copies, "fit", lambda model, plain, worse, seed: pairs.append((plain, worse)))
    rng = np.random.default_rng(0)
    for label in ("Smooth", "Rough"):
        (tmp_path / "data" / label).mkdir(parents=True)
        for i in range(20):
            tiles = rng.integers(0, 256, (4 if label == "Smooth" else 16,) * 2 + (3,), np.uint8)
            picture = Image.fromarray(tiles).resize((64, 64), Image.Resampling.BICUBIC)
            picture.save(tmp_path / "data" / label / f"{i}.png")
    train = ["train", "classifier", "--data", str(tmp_path / "data"), "--name", "mine", "--init", "none"]
    asked = [*train, "--out", str(tmp_path / "runs"), "--size", "64", "--steps", "3", "--device", "cpu"]
    assert cli.main(asked) == 0 and capsys.readouterr()
    ((plain, worse),) = pairs
    assert len(plain) == len(worse) >= 20
    nearest = torch.cdist(worse.sqrt(), plain.float().sqrt()).argmin(1)
    assert (nearest == torch.arange(len(plain))).float().mean() > 0.7
    card, network = weights.load("mine", tmp_path / "runs")
    assert card.config["restore"] == classifiers.RESTORE and not network.restore[2].weight.any()
