"""The studio's functions with the shipped models: recipes give the same pixels, sliders do what they say."""

import io
import time

import numpy as np
import pytest
from PIL import Image

from deepart import images, recipe, weights
from deepart.studio import Studio, StudioError, axes_of
from deepart.weights import ModelCard, WeightsError


@pytest.fixture(scope="module")
def studio():
    return Studio(weights.ROOT, "cpu")


@pytest.fixture
def sunset(tmp_path):
    """A picture of two colours, twice as wide as high."""
    path = tmp_path / "sunset.png"
    picture = Image.new("RGB", (200, 100), (250, 160, 60))
    picture.paste((40, 30, 80), (0, 60, 200, 100))
    picture.save(path)
    return path


def png(made) -> bytes:
    out = io.BytesIO()
    made.picture.save(out, "PNG")
    return out.getvalue()


def test_a_seed_paints_the_same_alone_and_among_others(studio):
    name = studio.default("sample")
    alone = studio.sample(name, 12)
    among = list(studio.samples(name, 10, 4))[2]
    assert alone.recipe == among.recipe and png(alone) == png(among)
    assert png(studio.sample(name, 13)) != png(alone)


def test_a_painting_comes_back_from_the_recipe_in_its_file(studio, tmp_path):
    made = studio.sample(studio.default("sample"), "7", 0.6)
    recipe.save(made.picture, tmp_path / "p.png", made.recipe)
    again = studio.remake(recipe.load(tmp_path / "p.png"))
    assert again.tobytes() == images.open_picture(tmp_path / "p.png").tobytes()


def test_psi_0_is_one_picture_for_all_seeds(studio):
    name = studio.default("sample")
    assert png(studio.sample(name, 1, 0)) == png(studio.sample(name, 2, 0))


@pytest.mark.parametrize("seed", [-1, 1e99, "abc", None])
def test_a_bad_seed_is_answered_with_the_rule(studio, seed):
    with pytest.raises(StudioError, match=r"^A seed is a whole number .*\.$"):
        studio.sample(studio.default("sample"), seed)


@pytest.mark.parametrize("count", [0, 65, 1.5, "many", float("nan")])
def test_a_bad_count_is_answered_with_the_rule(studio, count):
    with pytest.raises(StudioError, match="from 1 to 64"):
        list(studio.samples(studio.default("sample"), 1, count))


def test_seeds_go_round_at_the_end(studio):
    last = list(studio.samples(studio.default("sample"), 2**32 - 1, 2))
    assert [made.recipe.seed for made in last] == [2**32 - 1, 0]


def test_classify_ranks_all_styles(studio, sunset):
    found = studio.classify(sunset)
    chances = [p for _, p in found.styles]
    assert len(chances) == 20 and sum(chances) == pytest.approx(1, abs=1e-4)
    assert chances == sorted(chances, reverse=True)
    assert found.verdict in ("sure", "unsure", "not-a-painting") and found.styles[0][0] in found.sentence


def test_noise_and_a_flat_colour_are_no_paintings(studio, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), dtype=np.uint8)
    for picture in (Image.fromarray(noise), Image.new("RGB", (300, 300), "teal")):
        picture.save(tmp_path / "x.png")
        assert studio.classify(tmp_path / "x.png").verdict == "not-a-painting"


def test_a_model_for_another_task_is_refused_with_those_that_fit(studio):
    with pytest.raises(WeightsError, match=r"not sample.*orchard"):
        studio.sample(studio.default("sliders"), 1)


def test_a_recipe_of_other_weights_says_so(studio):
    made = studio.sample(studio.default("sample"), 1)
    other = recipe.from_json(made.recipe.to_json().replace(made.recipe.weights_sha256, "0" * 64))
    with pytest.raises(WeightsError, match="other weights"):
        studio.remake(other)


def test_a_model_that_nobody_uses_is_dropped_and_comes_back():
    studio = Studio(weights.ROOT, "cpu", idle_minutes=0.3 / 60)
    before = studio.sample(studio.default("sample"), 3)
    until = time.monotonic() + 10
    while studio._loaded and time.monotonic() < until:
        time.sleep(0.05)
    assert not studio._loaded
    assert png(studio.sample(before.recipe.model, 3)) == png(before)


def test_axes_that_a_card_does_not_name_are_counted_on():
    named = [{"name": "Warmth", "why": "measured"}, {"name": "Mood 1", "why": "none fits"}]
    card = ModelCard("m", "vae", {"z_dim": 4}, settings={"axes": named})
    assert [axis.name for axis in axes_of(card, 16)] == ["Warmth", "Mood 1", "Mood 2", "Mood 3"]
