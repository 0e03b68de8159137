"""The map of a VAE's paintings: styles lie apart, spots lead to places and back, and a damaged file is refused."""

import dataclasses

import pytest
import torch
from safetensors.torch import load_file, save_file

from deepart import models, weights
from deepart.bench import Bench, atlas
from deepart.models import vae
from deepart.studio import Studio, StudioError
from deepart.weights import ModelCard, WeightsError


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("weights")
    config = vae.Config(image_size=16, z_dim=12, channels=(4, 8))
    card = ModelCard("atelier-1", "vae", models.plain(config))
    weights.save(root / "atelier-1", card, models.build("vae", config))
    return root


@pytest.fixture(scope="module")
def bench(folder):
    return Bench(Studio(folder, "cpu"))


@pytest.fixture(scope="module")
def made():
    """Three styles that differ on axes 3 and 5 only, hidden under louder axes."""
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(300, 12, generator=generator)
    labels = [("red", "green", "blue")[i % 3] for i in range(300)]
    rows[:, 3] = rows[:, 3] * 0.4 + 1.5 * torch.tensor([i % 3 == 0 for i in range(300)]).float()
    rows[:, 5] = rows[:, 5] * 0.4 + 1.5 * torch.tensor([i % 3 == 1 for i in range(300)]).float()
    return atlas.lay_out(rows, labels)


def test_styles_lie_apart_and_fill_the_map(made):
    assert made.at.min() >= 0 and made.at.max() <= 1 and made.at.std(0).min() > 0.2
    right = sum((made.style[made.near(*spot.tolist(), 6)[1:]] == style).sum() for spot, style in zip(made.at, made.style, strict=True))  # fmt: skip
    assert int(right) / (5 * len(made.at)) > 0.8, "the neighbours of a painting are mostly of its style"


def test_a_spot_leads_to_a_place_whose_nearest_paintings_are_told(bench, made):
    style = made.styles.index("green")
    x, y = made.at[made.style == style].median(0).values.tolist()
    point, near = atlas.spot(bench, "atelier-1", made, x, y)
    assert len(point.z) == 12 and near.count("green") >= 4
    for at in ((x, y), (0.3, 0.7), (0.8, 0.4)):
        point, _ = atlas.spot(bench, "atelier-1", made, *at)
        assert atlas.locate(bench, "atelier-1", made, point) == pytest.approx(at, abs=0.12), (
            "it lies where one clicked"
        )
    assert atlas.view(bench, "atelier-1", made, 3, 20).size == (60, 60)
    assert atlas.middle(bench, "atelier-1", made, "blue") != atlas.middle(bench, "atelier-1", made, "red")
    for bad in ((-0.1, 0.5), (0.5, 1.1), (None, 0.5), ("x", 0), (float("nan"), 0.5)):
        with pytest.raises(StudioError, match="two numbers from 0 to 1"):
            atlas.spot(bench, "atelier-1", made, *bad)
    with pytest.raises(StudioError, match="no style 'mauve'"):
        atlas.middle(bench, "atelier-1", made, "mauve")


def test_a_painting_lies_on_its_own_dot(bench, made):
    for i in (0, 7, 100):
        point = atlas._point(bench, "atelier-1", made.rows[i])
        assert atlas.locate(bench, "atelier-1", made, point) == pytest.approx(made.at[i].tolist(), abs=0.02)


def test_a_map_is_small_and_comes_back_from_its_file(folder, made):
    card = weights.read_card(folder / "atelier-1")
    size = atlas.write(folder / "atelier-1", card, made)
    again = atlas.read(folder / "atelier-1", card)
    assert size < 20_000 and again.styles == made.styles and torch.equal(again.style, made.style)
    assert (again.rows - made.rows.clamp(-6, 6)).abs().max() < 0.03 and (
        again.at - made.at
    ).abs().max() < 0.06


def test_a_map_that_does_not_fit_is_refused(folder, made):
    home, card = folder / "atelier-1", weights.read_card(folder / "atelier-1")
    (home / atlas.FILE).unlink(missing_ok=True)
    with pytest.raises(WeightsError, match="has no map"):
        atlas.read(home, card)
    atlas.write(home, card, made)
    with pytest.raises(WeightsError, match="other weights"):
        atlas.read(home, dataclasses.replace(card, sha256="0" * 64))
    tensors = load_file(home / atlas.FILE)
    told = {"model_sha256": card.sha256, "styles": '["red", "green", "blue"]'}
    for key, value in (("style", tensors["style"] + 9), ("rows", tensors["rows"][:, :5].contiguous()), ("quantiles", torch.zeros(3, 2)), ("extra", None)):  # fmt: skip
        wrong = (
            {k: v for k, v in (tensors | {key: value}).items() if v is not None}
            if value is not None
            else {"rows": tensors["rows"]}
        )
        save_file(wrong, home / atlas.FILE, told)
        with pytest.raises(WeightsError, match="damaged"):
            atlas.read(home, card)
    (home / atlas.FILE).write_bytes(b"no safetensors at all")
    with pytest.raises(WeightsError, match="damaged"):
        atlas.read(home, card)
    (home / atlas.FILE).unlink()


def test_of_many_paintings_some_of_every_part_are_kept():
    rows = torch.randn(atlas.MOST + 500, 4, generator=torch.Generator().manual_seed(1))
    labels = ["a"] * 250 + ["b"] * (atlas.MOST + 250)
    found = atlas.lay_out(rows, labels)
    assert len(found.rows) == atlas.MOST and 200 < int((found.style == 0).sum()) < 250
