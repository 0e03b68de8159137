"""The bench with the shipped VAE: sliders do what they say, own pictures keep their detail, morphs begin and end there."""

import hashlib
import io
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from deepart import images, recipe, weights
from deepart.assets import FOLDER
from deepart.bench import REACH, Bench, Morph, Place, Point, Route, strip
from deepart.bench.own import FULL, own
from deepart.bench.values import read_settings, settings
from deepart.evaluation.attributes import ATTRIBUTES
from deepart.recipe import RecipeError
from deepart.studio import Studio, StudioError

EXAMPLES = ("wave", "planes", "dusk", "mist")
# What a move from -2 to +2 sigma changes on own pictures, detail kept, at least; in the attribute's unit, pixels in [-1, 1].
LEAST = {
    "Brightness": 0.7,
    "Light from above": 0.5,
    "Green": 0.05,
    "Light in the middle": 0.25,
    "Light from the left": 0.3,
}


@pytest.fixture(scope="module")
def bench():
    return Bench(Studio(weights.ROOT, "cpu"))


@pytest.fixture(scope="module")
def name(bench):
    return bench.studio.default("sliders")


@pytest.fixture
def sunset(tmp_path):
    """A picture of two colours, twice as wide as high."""
    path = tmp_path / "sunset.png"
    picture = Image.new("RGB", (200, 100), (250, 160, 60))
    picture.paste((40, 30, 80), (0, 60, 200, 100))
    picture.save(path)
    return path


def pixels(picture) -> np.ndarray:
    return np.asarray(picture, float)


def measured(attribute: str, picture) -> float:
    return float(ATTRIBUTES[attribute](images.to_tensor(picture, 128)[None]))


def test_the_sliders_stand_where_they_were_put(bench, name):
    moved = bench.move(name, bench.origin(name), [1.0, -2.0])
    assert bench.values(name, moved)[:3] == pytest.approx([1.0, -2.0, 0.0], abs=1e-3)


def test_every_slider_changes_the_picture(bench, name):
    start = bench.origin(name)
    for i in range(len(bench.axes(name))):
        low, high = (
            bench.preview(name, Place(bench.move(name, start, [0.0] * i + [v]))) for v in (-2.0, 2.0)
        )
        change = np.abs(pixels(low) - pixels(high)).mean()
        assert change > 2, f"slider {i + 1} is dead: it moves pixels by {change:.2f} of 255"


@pytest.mark.parametrize("example", EXAMPLES)
def test_on_own_pictures_a_named_slider_changes_what_it_is_called_after(bench, name, example):
    place = bench.put(name, FOLDER / f"{example}.jpg")
    for axis in bench.axes(name):
        if axis.name not in ATTRIBUTES:
            continue
        points = [bench.step(name, place.point, {axis.name: sigma}) for sigma in (-2.0, 2.0)]
        kept, soft = (
            abs(np.diff([measured(axis.name, bench.preview(name, replace(one, point=p))) for p in points])[0])
            for one in (place, Place(place.point))
        )
        assert kept >= LEAST.get(axis.name, 0), f"{axis.name} is nearly dead on {example}: {kept:.2f}"
        assert kept >= soft / 2, (
            f"keeping detail takes too much of {axis.name} on {example}: {kept:.2f} of {soft:.2f}"
        )


def test_an_own_picture_is_the_same_until_something_is_moved_at_every_size(bench, name, sunset):
    place = bench.put(name, sunset)
    original = pixels(images.open_picture(sunset))
    assert np.array_equal(pixels(bench.draw(name, place).picture), original)
    assert np.array_equal(pixels(bench.preview(name, place)), original)
    moved = replace(place, point=bench.step(name, place.point, {bench.axes(name)[0].name: 1.0}))
    made = bench.draw(name, moved)
    assert made.picture.size == (200, 100) and np.abs(pixels(made.picture) - original).mean() > 3


def test_an_own_picture_keeps_its_shape_and_its_light_without_its_detail(bench, name, sunset):
    made = bench.draw(name, bench.encode(name, sunset), scale=4)
    assert made.picture.width == 2 * made.picture.height
    back = pixels(made.picture.resize((2, 2)))
    assert back[0].mean() > back[1].mean() + 40  # light above, dark below
    assert back[0, 0, 0] > back[0, 0, 2]  # and the light is warm


def test_a_huge_picture_is_made_at_most_as_large_as_promised(bench, name, tmp_path):
    Image.new("L", (9000, 2000), 120).save(tmp_path / "huge.png")
    made = bench.draw(name, bench.put(name, tmp_path / "huge.png"))
    width, height = made.picture.size
    assert 0.98 * FULL < width * height <= FULL and width / height == pytest.approx(4.5, rel=1e-3)


def test_the_finished_picture_looks_as_its_preview_did(bench, name):
    place = bench.put(name, FOLDER / "wave.jpg")
    moved = replace(place, point=bench.move(name, place.point, [-1.0, 1.0, 0.0, 2.0]))
    full = bench.draw(name, moved).picture
    for large in (False, True):
        small = bench.preview(name, moved, large)
        assert np.abs(pixels(full.resize(small.size)) - pixels(small)).mean() < 4


def test_a_point_comes_back_from_its_recipe_without_the_artists_file(bench, name, sunset):
    made = bench.draw(name, bench.encode(name, sunset))
    sunset.unlink()
    again = bench.remake(recipe.from_json(made.recipe.to_json()))
    assert again.tobytes() == made.picture.tobytes()


def test_kept_detail_comes_back_with_the_very_file_and_with_no_other(bench, name, sunset, tmp_path):
    place = bench.put(name, sunset)
    made = bench.draw(name, replace(place, point=bench.move(name, place.point, [1.5])))
    by = recipe.from_json(made.recipe.to_json())
    assert (by.own_sha256, by.own_name) == (hashlib.sha256(sunset.read_bytes()).hexdigest(), "sunset.png")
    renamed = tmp_path / "another-name.png"
    renamed.write_bytes(sunset.read_bytes())
    fresh = Bench(Studio(weights.ROOT, "cpu"))
    assert fresh.remake(by, own(renamed)).tobytes() == made.picture.tobytes()
    with pytest.raises(StudioError, match=r"the detail of 'sunset.png': put that file there"):
        bench.remake(by)
    with pytest.raises(StudioError, match="another file than"):
        bench.remake(by, own(FOLDER / "wave.jpg"))
    with pytest.raises(StudioError, match="your own"):
        bench.studio.remake(by)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 11.0])
def test_a_slider_out_of_reach_is_refused(bench, name, value):
    with pytest.raises(StudioError, match="-10 to 10"):
        bench.move(name, bench.origin(name), [value])


def test_temperature_0_is_the_mean_painting_and_higher_is_farther(bench, name):
    far = [np.linalg.norm(bench.values(name, bench.random_point(name, 5, heat))) for heat in (0, 0.5, 1.0)]
    assert far[0] == pytest.approx(0, abs=1e-3) and far[1] == pytest.approx(far[2] / 2, rel=1e-3)
    for heat in (-0.1, 2.1, "nan", None, True):
        with pytest.raises(StudioError, match="temperature is a number from 0 to 2"):
            bench.random_point(name, 5, heat)


def test_a_locked_axis_stays_while_the_others_are_random(bench, name):
    values = bench.values(name, bench.random_point(name, 5, 1.0, {2: 1.25}))
    free = bench.values(name, bench.random_point(name, 5, 1.0))
    assert values[2] == pytest.approx(1.25, abs=1e-3)
    assert values[:2] + values[3:] == pytest.approx(free[:2] + free[3:], abs=1e-3)


def test_what_stands_far_out_may_stay_there_while_another_slider_moves(bench, name):
    values = bench.values(name, bench.origin(name))
    point = bench.move(name, bench.origin(name), [10.0, *values[1:]])
    z = torch.tensor(point.z) * 3 - 2 * torch.tensor(bench.origin(name).z)
    far = Point(tuple(z.tolist()))
    first, second, *rest = bench.values(name, far)
    assert first > 20
    moved = bench.values(name, bench.move(name, far, [first, second + 1, *rest]))
    assert moved[0] == pytest.approx(first, abs=0.05) and moved[1] == pytest.approx(second + 1, abs=0.05)
    with pytest.raises(StudioError, match="from -10 to 10 sigma"):
        bench.move(name, far, [first + 1, second, *rest])
    with pytest.raises(StudioError, match="from -10 to 10 sigma"):
        bench.move(name, far, [float("nan"), second, *rest])


def test_arithmetic_of_places_adds_up_on_every_axis(bench, name):
    a, b, c = (bench.random_point(name, seed, 0.5) for seed in (1, 2, 3))
    found = bench.values(name, bench.combine(name, [a, c], [b]))
    wanted = np.array(bench.values(name, a)) - bench.values(name, b) + bench.values(name, c)
    assert found == pytest.approx(list(wanted), abs=1e-3)
    assert bench.values(name, bench.combine(name, [a, b], [b])) == pytest.approx(
        bench.values(name, a), abs=1e-3
    )


def test_values_go_into_a_file_and_back_and_other_files_get_a_sentence(bench, name):
    axes, there = bench.axes(name), [0.0] * len(bench.axes(name))
    text = settings(name, axes, [1.5, *there[1:]])
    assert read_settings(text.encode(), name, axes, there) == [1.5, *there[1:]]
    part = json.dumps({"deepart": "sliders", "model": name, "sliders": {axes[1].name: -2}})
    assert read_settings(part.encode(), name, axes, [0.5, *there[1:]])[:2] == [0.5, -2.0]
    for bad in (b"", b"\xff", b"[]", b"{}", b"[" * 9999,
        part.replace("-2", "1" + "0" * 400).encode(), part.replace("-2", "NaN").encode(), part.replace("-2", "99").encode(),
                part.replace("-2", '"x"').encode()):  # fmt: skip
        with pytest.raises(StudioError, match="a file of slider values"):
            read_settings(bad, name, axes, there)
    with pytest.raises(StudioError, match="of the model 'nobody-1'"):
        read_settings(part.replace(name, "nobody-1").encode(), name, axes, there)


def test_a_morph_begins_and_ends_at_its_pictures_and_is_soft_between(bench, name):
    stops = tuple(bench.put(name, FOLDER / f"{one}.jpg") for one in ("wave", "dusk"))
    morph = Morph(bench, name, Route(stops, seconds=0.5, fps=8))
    frames = list(morph.frames())
    assert len(frames) == 4 and len({frame.size for frame in frames}) == 1
    for frame, stop in ((frames[0], stops[0]), (frames[-1], stops[1])):
        original = bench.preview(name, stop).resize(frame.size, Image.Resampling.LANCZOS)
        assert np.abs(pixels(frame) - pixels(original)).mean() < 2
    sharp = [np.abs(np.diff(pixels(f), axis=1)).mean() for f in (frames[0], morph.picture(0.5))]
    assert sharp[1] < sharp[0] / 3, "halfway no detail of either is left"
    at = np.array(bench.values(name, morph.point(0.5)))
    ends = [np.array(bench.values(name, stop.point)) for stop in stops]
    assert np.dot(at - ends[0], ends[1] - ends[0]) > 0 and np.dot(at - ends[1], ends[0] - ends[1]) > 0


def test_a_loop_returns_without_showing_the_first_twice(bench, name):
    stops = tuple(Place(bench.random_point(name, seed)) for seed in (1, 2, 3))
    morph = Morph(bench, name, Route(stops, seconds=1, fps=6, loop=True))
    frames = [pixels(frame) for frame in morph.frames()]
    first, last = pixels(morph.picture(0)), pixels(morph.picture(1))
    assert np.array_equal(first, last) and np.array_equal(frames[0], first)
    assert not np.array_equal(frames[-1], first) and len(frames) == 6
    told = json.loads(morph.about())
    assert (
        len(told["morph"]["stops"]) == 3
        and told["weights_sha256"] == bench.recipe(name, stops[0]).weights_sha256
    )
    assert recipe.from_json(morph.recipe(0.5).to_json()).z == morph.point(0.5).z


@pytest.mark.parametrize(("count", "seconds", "fps", "says"), [(1, 4, 24, "2 to 16"), (17, 4, 24, "2 to 16"), (2, 61, 24, "60 seconds"), (2, 1, 0, "60 frames")])  # fmt: skip
def test_a_route_that_cannot_be_is_refused(bench, name, count, seconds, fps, says):
    stops = tuple(Place(bench.origin(name)) for _ in range(count))
    with pytest.raises(StudioError, match=says):
        Morph(bench, name, Route(stops, seconds, fps))


def test_a_film_strip_shows_all_pictures_in_a_row():
    page = strip([Image.new("RGB", (40, 20), colour) for colour in ("red", "green", "blue")])
    row = [page.getpixel((page.width * (2 * i + 1) // 6, page.height // 2)) for i in range(3)]
    assert row == [(255, 0, 0), (0, 128, 0), (0, 0, 255)]


def test_a_preview_is_light_and_a_recipe_says_all_sliders(bench, name):
    place = bench.put(name, FOLDER / "wave.jpg")
    file = io.BytesIO()
    bench.preview(name, place).save(file, "JPEG", quality=88)
    assert len(file.getvalue()) < 200_000
    made = bench.recipe(name, place)
    assert list(made.sliders) == [axis.name for axis in bench.axes(name)] and REACH == 3
    assert replace(made, own_sha256=None, own_name=None, schema=1).schema == 1


def test_a_place_of_another_models_length_is_refused(bench, name):
    with pytest.raises(StudioError, match="latent numbers, got 2"):
        bench.values(name, Point((1.0, 2.0)))
    assert torch.tensor(bench.origin(name).z).isfinite().all()
    with pytest.raises(RecipeError):
        bench.draw(name, Place(bench.origin(name)), scale=99)
