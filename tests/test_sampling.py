"""What an artist can do with a generator, on a tiny one with two styles and three sliders."""

import csv
import io
import json
import zipfile

import av
import numpy as np
import pytest
import torch
from PIL import Image

from deepart import films, models, recipe, weights
from deepart.bench import morph
from deepart.models import gan
from deepart.painting import PaintingError
from deepart.sampling import MOST_FPS, MOST_SECONDS, Manner, Sampler, Walk, contact_sheet
from deepart.studio import Studio, StudioError

CONFIG = gan.Config(
    height=48, width=32, z_dim=8, w_dim=8, channels=(8, 8, 4), encoder=True, styles=2, directions=3
)
NAMES = ("Brightness", "Warmth", "Mood 1")


def generator() -> gan.Generator:
    torch.manual_seed(0)
    G = gan.Generator(CONFIG)
    for level in G.levels:
        level.to_rgb.weight.data *= 4  # untrained, it would paint grey sheets
    G.directions.copy_(torch.eye(8)[:3])
    styles = torch.arange(300) % 2
    codes = torch.randn(300, 8) + 3.0 * styles[:, None]
    G.set_prior(codes, styles)
    return G.eval()


@pytest.fixture(scope="module")
def sampler(tmp_path_factory) -> Sampler:
    root = tmp_path_factory.mktemp("weights")
    settings = {"directions": [{"name": name, "why": "", "r": 0.9, "spill": 0.1} for name in NAMES]}
    card = weights.ModelCard(
        "tiny-1", "gan", models.plain(CONFIG), labels=["apples", "pears"], settings=settings
    )
    weights.save(root / "tiny-1", card, generator(), half=False)
    old = gan.Config(height=32, width=32, z_dim=8, w_dim=8, channels=(8, 8, 4))
    weights.save(root / "old-1", weights.ModelCard("old-1", "gan", models.plain(old)), gan.Generator(old))
    return Sampler(Studio(root, "cpu"))


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture, float)


def test_every_control_changes_the_picture_and_comes_back_from_the_recipe(sampler, tmp_path):
    plain = sampler.paint("tiny", 5, Manner())
    manners = [
        Manner(psi=0.3),
        Manner(styles={"apples": 1.0}),
        Manner(styles={"apples": 0.4, "pears": 0.6}),
        Manner(sliders={"Warmth": 1.5}),
        Manner(mix_seed=9, mix_level=1),
    ]
    for manner in manners:
        made = sampler.paint("tiny", 5, manner)
        assert np.abs(pixels(made.picture) - pixels(plain.picture)).max() > 2, manner
        recipe.save(made.picture, tmp_path / "p.png", made.recipe)
        by = recipe.load(tmp_path / "p.png")
        assert sampler.manner_of(by) == manner and sampler.start_of(by) == 5
        assert np.array_equal(pixels(sampler.studio.remake(by)), pixels(made.picture))


def test_styles_lie_where_their_pictures_lay(sampler):
    _, G = sampler.studio.model("tiny-1", "sample")
    eps = torch.zeros(1, 8)
    one, two, half = (G.prior(eps, torch.tensor(s)) for s in ([0.0, 1, 0], [0.0, 0, 1], [0.0, 0.5, 0.5]))
    assert one.mean() == pytest.approx(0, abs=0.5) and two.mean() == pytest.approx(3, abs=0.5)
    torch.testing.assert_close(half, (one + two) / 2)


def test_a_slider_step_is_the_same_whatever_psi(sampler):
    _, G = sampler.studio.model("tiny-1", "sample")
    from deepart import painting

    card, _ = sampler.studio.model("tiny-1", "sample")
    step = painting.slider_steps(card, G, {"Warmth": 2.0})
    assert step.tolist() == [[0, 2, 0, 0, 0, 0, 0, 0]]


def test_mixing_keeps_the_composition_and_takes_the_rest(sampler):
    """From level 1 on all of w is the other's: only the coarsest map is the first one's."""
    card, G = sampler.studio.model("tiny-1", "sample")
    from deepart import painting

    by = sampler.recipe("tiny", 5, Manner(mix_seed=9, mix_level=2))
    own, other = (painting.w_of(card, G, sampler.recipe("tiny", s, Manner())) for s in (5, 9))
    ws = torch.stack([own[0], own[0], other[0]])[None]
    torch.testing.assert_close(painting.paint(card, G, by), G.synthesize(ws))


@pytest.mark.parametrize(
    ("manner", "error", "says"),
    [
        (Manner(styles={"plums": 1.0}), PaintingError, "has no style 'plums'; it has: apples, pears"),
        (Manner(styles={"apples": 0.4}), StudioError, "sum to 1"),
        (Manner(sliders={"Fear": 1.0}), PaintingError, "has no slider 'Fear'"),
        (Manner(sliders={"Warmth": float("nan")}), StudioError, "from -4 to 4"),
        (Manner(mix_seed=3, mix_level=7), PaintingError, "level 1 to 2"),
        (Manner(mix_seed="x", mix_level=1), StudioError, "whole number"),
        (Manner(psi=9), StudioError, "from 0 to 1.5"),
    ],
)
def test_impossible_wishes_are_one_sentence(sampler, manner, error, says):
    with pytest.raises(error, match=says):
        sampler.paint("tiny", 5, manner)


def test_variations_are_near_and_far(sampler):
    start = sampler.paint("tiny", 5, Manner())

    def distance(amount):
        made = list(sampler.variations("tiny", 5, Manner(), 6, amount, seed=1))
        assert len({m.recipe.z for m in made}) == 6
        return np.mean([np.abs(pixels(m.picture) - pixels(start.picture)).mean() for m in made])

    assert 0 < distance(0.1) < distance(0.9)
    with pytest.raises(StudioError, match="more than 0"):
        list(sampler.variations("tiny", 5, Manner(), 1, 0.0, seed=1))


def test_a_projection_gets_nearer_and_can_be_painted_on(sampler, tmp_path):
    target = sampler.paint("tiny", 77, Manner(psi=1.0), scale=1)
    target.picture.save(tmp_path / "own.png")
    found = list(sampler.project("tiny", tmp_path / "own.png", steps=40))
    assert found[-1].error < 0.6 * found[0].error
    again = sampler.paint("tiny", found[-1].start, Manner(psi=1.0))
    assert np.array_equal(pixels(again.picture), pixels(found[-1].made.picture))
    warmer = sampler.paint("tiny", found[-1].start, Manner(psi=1.0, sliders={"Warmth": 2.0}))
    assert np.abs(pixels(warmer.picture) - pixels(again.picture)).max() > 2


def test_an_old_generator_paints_but_cannot_project(sampler, tmp_path):
    assert sampler.paint("old", 5, Manner()).recipe.model == "old-1"
    assert sampler.styles("old") == [] and sampler.directions("old") == []
    Image.new("RGB", (40, 40), "red").save(tmp_path / "own.png")
    with pytest.raises(StudioError, match="no encoder"):
        next(sampler.project("old", tmp_path / "own.png"))


@pytest.mark.parametrize("kind", films.KINDS)
def test_a_walk_is_a_film_that_says_what_made_it(sampler, tmp_path, kind):
    walk = Walk((1, 2), seconds=1, fps=10)
    path, about = tmp_path / f"walk.{kind}", sampler.about("tiny", walk, Manner())
    films.write(path, sampler.walk("tiny", walk, Manner()), walk.fps, about)
    if kind == "mp4":
        with av.open(str(path)) as film:
            assert (
                sum(1 for _ in film.decode(video=0)) == 10 and '"starts": [1, 2]' in film.metadata["comment"]
            )
    else:
        with Image.open(path) as film:
            assert film.n_frames == 10


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_a_film_of_stills_is_as_long_as_it_was_meant_and_not_too_fast_for_browsers(tmp_path, kind):
    frames = [Image.new("RGB", (16, 16), (i * 4, 0, 255 - i * 4)) for i in range(60)]
    films.write(tmp_path / f"a.{kind}", frames, 60)
    with Image.open(tmp_path / f"a.{kind}") as film:
        times = []
        for i in range(film.n_frames):
            film.seek(i)
            film.load()
            times.append(film.info["duration"])
    assert film.n_frames == 30 and min(times) >= 20 and sum(times) == pytest.approx(1000, abs=110)


def test_the_longest_film_that_may_be_asked_for_may_be_written():
    assert Walk((1, 2), seconds=MOST_SECONDS, fps=MOST_FPS).frames() <= films.MOST_FRAMES
    assert MOST_SECONDS * MOST_FPS == morph.MOST_SECONDS * morph.MOST_FPS


def test_a_walk_passes_each_painting_as_it_was_with_its_own_controls(sampler):
    ways = [
        Manner(),
        Manner(psi=0.4, sliders={"Warmth": 3.0}),
        Manner(styles={"pears": 1.0}, mix_seed=9, mix_level=1),
    ]
    walk = Walk((5, 5, 7), seconds=1.2, fps=10)
    frames = [pixels(f) for f in sampler.walk("tiny", walk, ways, scale=1)]
    stops = [
        pixels(sampler.paint("tiny", s, way, scale=1).picture)
        for s, way in zip(walk.starts, ways, strict=True)
    ]
    for at, stop in zip((0, 4, 8), stops, strict=True):
        assert np.abs(frames[at] - stop).max() <= 1
    assert np.abs(stops[0] - stops[1]).mean() > 5  # one seed, two paintings
    steps = [np.abs(a - b).mean() for a, b in zip(frames, frames[1:] + frames[:1], strict=True)]
    legs = [np.abs(a - b).mean() for a, b in zip(stops, stops[1:] + stops[:1], strict=True)]
    assert min(steps) > 0.05 and max(steps) < 0.75 * max(legs)  # no leap, no standing still
    told = json.loads(sampler.about("tiny", walk, ways))["walk"]["manners"]
    assert told[1]["sliders"] == {"Warmth": 3.0} and "manners" not in sampler.about("tiny", walk, Manner())


def test_a_painting_that_comes_back_brings_the_styles_of_its_model(sampler):
    from deepart.ui.book import Book
    from deepart.ui.sample.easel import Hand

    hand = Hand(sampler, Book())
    made = sampler.paint("tiny", 5, Manner(styles={"apples": 0.4, "pears": 0.6})).recipe
    _, _, _, style, other, *_ = hand.restore(made, None, "")
    for found, value in ((style, "apples"), (other, "pears")):
        assert (
            [name for _, name in found.choices] == ["", "apples", "pears"]
            and found.value == value
            and found.visible
        )
    _, _, _, style, other, *_ = hand.restore(sampler.paint("old", 5, Manner()).recipe, None, "")
    assert (
        [name for _, name in style.choices] == [""] and style.value == other.value == "" and not style.visible
    )


def test_a_loop_has_no_seam(sampler):
    frames = [pixels(f) for f in sampler.walk("tiny", Walk((1, 2, 3), 2, 12), Manner(), scale=1)]
    steps = [np.abs(a - b).mean() for a, b in zip(frames, frames[1:] + frames[:1], strict=True)]
    assert len(frames) == 24 and steps[-1] <= max(steps[:-1])


def test_a_film_that_is_stopped_holds_what_was_done(sampler, tmp_path):
    with films.Film(tmp_path / "a.mp4", 10) as film:
        for frame in sampler.walk("tiny", Walk((1, 2), 6, 10), Manner()):
            film.add(frame)
            if film.count == 7:
                break
    with av.open(str(tmp_path / "a.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) == 7


@pytest.mark.parametrize(
    ("walk", "says"),
    [(Walk((1,)), "2 to 16 paintings"), (Walk((1, 2), seconds=999), "up to 60 seconds"), (Walk((1, 2), fps=0), "1 to 60 frames")],
)  # fmt: skip
def test_walks_have_limits(sampler, walk, says):
    with pytest.raises(StudioError, match=says):
        next(sampler.walk("tiny", walk, Manner()))


def test_a_film_needs_a_known_ending(tmp_path):
    with pytest.raises(films.FilmError, match=r"mp4, gif, webp, got \.avi"):
        films.Film(tmp_path / "a.avi", 24)


def test_a_contact_sheet_shows_its_rows_in_order():
    red, blue = Image.new("RGB", (40, 60), "red"), Image.new("RGB", (40, 60), "blue")
    sheet = contact_sheet([[red, blue], [blue, red]])
    assert sheet.size == (4 + 2 * 44, 4 + 2 * 64)
    assert sheet.getpixel((10, 10)) == (255, 0, 0) and sheet.getpixel((60, 10)) == (0, 0, 255)
    assert sheet.getpixel((10, 80)) == (0, 0, 255)


def test_a_sheet_puts_a_slider_along_its_rows(sampler):
    one = sampler.sheet("tiny", [5], Manner(), "Warmth", [-2.0, 2.0], scale=1)
    still = sampler.sheet("tiny", [5], Manner(), "Warmth", [0.0, 0.0], scale=1)
    assert one.size == still.size and not np.array_equal(pixels(one), pixels(still))
    with pytest.raises(StudioError, match="1 to 64 pictures"):
        sampler.sheet("tiny", [5] * 20, Manner(), "psi", [0.1, 0.5, 0.8, 1.0])


def test_an_export_holds_pictures_that_can_be_made_again_also_when_stopped(sampler, tmp_path):
    done = sampler.export("tiny", [4, 5, 6], Manner(), tmp_path / "a.zip")
    assert [next(done), next(done)] == [1, 2]
    done.close()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == ["tiny-1-seed4.png", "tiny-1-seed5.png", "recipes.csv"]
        data = archive.read("tiny-1-seed5.png")
        rows = list(csv.DictReader(io.StringIO(archive.read("recipes.csv").decode())))
    assert recipe.load(data).seed == 5 and recipe.from_json(rows[1]["recipe"]) == recipe.load(data)
