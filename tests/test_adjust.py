"""Adjust: what each number does to pixels that can be counted by hand, and that a recipe brings the picture back."""

import json
import math
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from PIL import Image

import deepart
from deepart import adjust, cli, recipe
from deepart.adjust import Adjustments, apply
from deepart.adjust.frame import inner
from deepart.adjust.tones import contrasted, from_linear, lifted, to_linear
from deepart.bench.own import own
from deepart.recipe import Recipe
from deepart.studio import StudioError

SCHEMAS = json.loads((Path(deepart.__file__).parent / "schemas.json").read_text())


def noise(width: int = 48, height: int = 32, seed: int = 0) -> Image.Image:
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8))


def grey(shade: int, width: int = 9, height: int = 8) -> Image.Image:
    return Image.new("RGB", (width, height), (shade,) * 3)


def at(picture: Image.Image, x: int = 0, y: int = 0) -> tuple[int, int, int]:
    return picture.getpixel((x, y))


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture).astype(int)


def test_no_adjustment_is_the_same_picture_and_not_the_same_object():
    before = noise()
    after = apply(before, Adjustments())
    assert after is not before and np.array_equal(pixels(after), pixels(before))


@pytest.mark.parametrize("shade", [20, 60, 100, 140])
@pytest.mark.parametrize("stops", [1, -1])
def test_a_stop_is_twice_the_light(shade, stops):
    after = at(apply(grey(shade), Adjustments(exposure=stops)))[0]
    light, wanted = to_linear(np.array(after / 255)), 2.0**stops * to_linear(np.array(shade / 255))
    assert abs(from_linear(light) - from_linear(wanted)) * 255 <= 0.51  # rounded to the nearest shade
    assert after != shade


def test_srgb_by_its_standard():
    assert to_linear(np.array(0.5)) == pytest.approx(0.21404, abs=1e-5)
    assert from_linear(to_linear(np.linspace(0, 1, 20))) == pytest.approx(np.linspace(0, 1, 20))


def test_warmth_moves_red_up_and_blue_down_and_keeps_the_luminance_of_grey():
    red, green, blue = at(apply(grey(120), Adjustments(warmth=60)))
    assert red > 125 and blue < 112 and abs(green - 120) < 8
    luminance = np.array([0.2126, 0.7152, 0.0722]) @ to_linear(np.array([red, green, blue]) / 255)
    assert luminance == pytest.approx(to_linear(np.array(120 / 255)), rel=0.01)
    cold = at(apply(grey(120), Adjustments(warmth=-60)))
    assert cold[0] < 115 < 125 < cold[2]


def test_no_saturation_is_grey_and_more_moves_away_from_it():
    before = noise()
    after = pixels(apply(before, Adjustments(saturation=-100)))
    assert (after.max(2) - after.min(2)).max() == 0
    dull = Image.new("RGB", (8, 8), (150, 110, 100))
    assert (
        at(apply(dull, Adjustments(saturation=50)))[0] > 150
        and at(apply(dull, Adjustments(saturation=50)))[2] < 100
    )
    assert at(apply(grey(99), Adjustments(saturation=80))) == (99, 99, 99)


def test_contrast_turns_about_the_middle_and_clips_nothing():
    shade = np.linspace(0, 1, 256)
    more, less = contrasted(shade, 1.0), contrasted(shade, -1.0)
    assert more[[0, -1]] == pytest.approx([0, 1]) and (np.diff(more) > 0).all()
    middle = (contrasted(np.array([0.501]), 1.0) - contrasted(np.array([0.499]), 1.0)) / 0.002
    assert middle == pytest.approx(2.0, abs=1e-3)
    assert less == pytest.approx(0.5 + (shade - 0.5) / 2)
    assert (
        at(apply(grey(60), Adjustments(contrast=50)))[0]
        < 60
        < at(apply(grey(60), Adjustments(contrast=-50)))[0]
    )


@pytest.mark.parametrize("amount", [-1.0, -0.5, 0.5, 1.0])
def test_shadows_keep_black_white_and_the_order_of_shades(amount):
    shade = np.linspace(0, 1, 256)
    moved = lifted(shade, amount)
    assert moved[[0, -1]] == pytest.approx([0, 1]) and (np.diff(moved) >= 0).all()
    assert np.sign(moved[60] - shade[60]) == np.sign(amount)


def test_shadows_leave_light_parts_and_highlights_leave_dark_ones():
    dark, light = grey(50), grey(205)
    assert (
        at(apply(dark, Adjustments(shadows=60)))[0] > 70
        and abs(at(apply(light, Adjustments(shadows=60)))[0] - 205) <= 5
    )
    assert (
        at(apply(light, Adjustments(highlights=-60)))[0] < 185
        and abs(at(apply(dark, Adjustments(highlights=-60)))[0] - 50) <= 5
    )
    assert at(apply(light, Adjustments(highlights=60)))[0] > 205


def corners() -> Image.Image:
    """Red at the left above, green at the right above, blue at the left below."""
    picture = grey(128, 30, 20)
    for xy, colour in (((0, 0), "red"), ((29, 0), "lime"), ((0, 19), "blue")):
        picture.paste(colour, (*xy, xy[0] + 1, xy[1] + 1))
    return picture


def test_a_quarter_turn_is_clockwise_and_a_mirror_comes_after_it():
    turned = apply(corners(), Adjustments(turns=1))
    assert turned.size == (20, 30) and at(turned, 19, 0) == (255, 0, 0) and at(turned, 0, 0) == (0, 0, 255)
    assert at(apply(corners(), Adjustments(mirror=1)), 29, 0) == (255, 0, 0)
    assert at(apply(corners(), Adjustments(turns=1, mirror=1)), 0, 0) == (255, 0, 0)
    four = corners()
    for _ in range(4):
        four = apply(four, Adjustments(turns=1))
    assert np.array_equal(pixels(four), pixels(corners()))


@pytest.mark.parametrize("size", [(60, 40), (40, 60), (64, 8), (9, 9)])
@pytest.mark.parametrize("degrees", [0.1, 3, -17.5, 30, 45, -45])
def test_straightening_keeps_no_black_corner(size, degrees):
    white = Image.new("RGB", size, "white")
    after = apply(white, Adjustments(straighten=degrees))
    assert pixels(after).min() == 255
    assert 1 <= after.width <= max(size) and 1 <= after.height <= max(size)


def test_the_inner_rectangle_by_hand():
    assert inner(100, 100, 45) == (70, 70)  # the side of the square in a square on its tip: 100 / sqrt(2)
    assert inner(100, 50, 90 - 1e-9) == (50, 100)
    assert inner(100, 60, 0.0) == (100, 60)
    w, h = inner(
        1000, 10, 30
    )  # a strip: two corners in the middle of its long sides, so w h = 25 / (sin cos)
    assert (w, h) == (math.floor(10 / (2 * 0.5)), math.floor(10 / (2 * math.cos(math.radians(30)))))


def test_straightening_turns_clockwise():
    level = grey(255, 101, 101)
    level.paste("black", (0, 49, 101, 52))  # a level line
    after = pixels(apply(level, Adjustments(straighten=20))).min(2)
    left, right = (int(after[:, x].argmin()) for x in (5, after.shape[1] - 6))
    assert right - left == pytest.approx(math.tan(math.radians(20)) * (after.shape[1] - 11), abs=3)


def test_a_crop_keeps_shares_of_what_is_there_by_then():
    before = noise(40, 20)
    after = apply(before, Adjustments(left=0.25, right=0.75, top=0.5))
    assert np.array_equal(pixels(after), pixels(before)[10:, 10:30])
    turned = apply(before, Adjustments(turns=1, bottom=0.5))
    assert turned.size == (20, 20)
    assert apply(grey(7, 8, 8), Adjustments(left=0.99, right=1.0)).size == (1, 8)  # a pixel at least


@pytest.mark.parametrize("count", [2, 3, 7, 16])
def test_posterise_gives_so_many_of_the_pictures_own_colours(count):
    before = noise(120, 90)
    after = apply(before, Adjustments(colours=count))
    own_colours = {tuple(p) for p in pixels(before).reshape(-1, 3).tolist()}
    found = {tuple(p) for p in pixels(after).reshape(-1, 3).tolist()}
    assert len(found) == count and found <= own_colours
    assert np.array_equal(pixels(apply(after, Adjustments(colours=count))), pixels(after))  # no more to do


def test_a_picture_of_few_colours_keeps_them_all():
    flag = grey(0, 30, 20)
    flag.paste((200, 10, 10), (10, 0, 20, 20))
    flag.paste((201, 12, 10), (20, 0, 30, 20))  # hardly another red
    assert np.array_equal(pixels(apply(flag, Adjustments(colours=3))), pixels(flag))
    assert len(np.unique(pixels(apply(flag, Adjustments(colours=8))).reshape(-1, 3), axis=0)) == 3


def test_a_given_palette_is_used_and_nothing_else():
    after = apply(noise(), Adjustments(palette=adjust.hex_colours("#000 #ffffff, ff0000")))
    found = {tuple(p) for p in pixels(after).reshape(-1, 3).tolist()}
    assert found == {(0, 0, 0), (255, 255, 255), (255, 0, 0)}
    assert at(apply(grey(250), Adjustments(palette=(0, 0xFFFFFF)))) == (255, 255, 255)


def test_large_pictures_are_worked_on_in_strips(monkeypatch):
    from deepart.adjust import posterise

    before, wish = noise(40, 33), Adjustments(palette=(0, 0x808080, 0xFFFFFF))
    whole = pixels(apply(before, wish))
    monkeypatch.setattr(posterise, "STRIP", 200)
    assert np.array_equal(pixels(apply(before, wish)), whole)


@pytest.mark.parametrize(
    ("numbers", "says"),
    [
        ({"exposure": 3}, "exposure is a number from -2 to 2, got '3'"),
        ({"warmth": float("nan")}, "warmth is a number"),
        ({"warmth": "hot"}, "warmth is a number"),
        ({"turns": 1.5}, "turns is a whole number from 0 to 3"),
        ({"colours": 1}, "2 to 16 colours"),
        ({"left": 0.6, "right": 0.5}, "nothing is left"),
        ({"flavour": 1}, "there is no adjustment 'flavour'; there are: exposure"),
        ({"colour 1": 0}, "a palette has 2 to 16 colours"),
        ({"colour 1": 0, "colour 3": 1}, "numbered from 1 on"),
        ({"colour 1": 0, "colour 2": 2**24}, "from 0 to 16777215"),
        ({"colour 1": 0, "colour 2": 0.5}, "from 0 to 16777215"),
    ],
)
def test_a_wish_that_cannot_be_is_told(numbers, says):
    with pytest.raises(StudioError, match=says.replace("(", "\\(")):
        adjust.from_numbers(numbers)


def test_what_is_no_colour_is_told():
    assert adjust.hex_colours("") == () and adjust.hex_colours(["#123456"]) == (0x123456,)
    with pytest.raises(StudioError, match="#rrggbb, got 'red'"):
        adjust.hex_colours("#fff red")


def test_numbers_and_wishes_are_inverse():
    wish = Adjustments(0.5, -20, warmth=3, turns=2, mirror=1, left=0.25, colours=4, palette=(1, 2, 0xFFFFFF))
    numbers = adjust.to_numbers(wish)
    assert adjust.from_numbers(numbers) == wish and adjust.to_numbers(Adjustments()) == {}
    assert "right" not in numbers and numbers["colour 3"] == 0xFFFFFF


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.png"
    noise(60, 44).save(path)
    return path


WISH = Adjustments(exposure=0.3, contrast=20, straighten=4, right=0.9, saturation=-30, colours=5)


def test_a_recipe_brings_the_same_pixels_back(file, tmp_path):
    made = adjust.adjust(file, WISH)
    recipe.save(made.picture, tmp_path / "out.png", made.recipe)
    by = recipe.load(tmp_path / "out.png")
    assert by == made.recipe and (by.task, by.own_name) == ("adjust", "mine.png")
    assert adjust.of_recipe(by) == WISH
    assert np.array_equal(pixels(adjust.remake(by, own(file)).picture), pixels(made.picture))


def test_another_file_is_not_what_the_recipe_was_made_from(file, tmp_path):
    by = adjust.adjust(file, WISH).recipe
    noise(60, 44, seed=1).save(tmp_path / "other.png")
    with pytest.raises(
        StudioError, match=r"another file than the one that was used: the recipe names 'mine\.png'"
    ):
        adjust.remake(by, own(tmp_path / "other.png"))
    with pytest.raises(StudioError, match="put that file there too"):
        adjust.remake(by, None)
    with pytest.raises(StudioError, match="not one of an adjusted picture"):
        adjust.of_recipe(Recipe("sample", "orchard-1", "0" * 64, "1", seed=1))


def run(capsys, *arguments: object) -> tuple[int, dict]:
    status = cli.main(["adjust", *map(str, arguments), "--json"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMAS["error" if "error" in document else "adjust"])
    return status, document


def test_the_command_adjusts_every_picture_that_can_be_read(file, tmp_path, capsys):
    bad = tmp_path / "bad.png"
    bad.write_text("no picture")
    status, document = run(
        capsys, file, bad, "--set", "exposure=1", "--set", "colours=4", "--out", tmp_path / "o"
    )
    good, other = document["files"]
    assert status == 0 and good["error"] is None and other["output"] is None and other["error"]
    expected = apply(Image.open(file).convert("RGB"), Adjustments(exposure=1, colours=4))
    assert np.array_equal(pixels(Image.open(good["output"])), pixels(expected))
    assert recipe.load(good["output"]).sliders == {"exposure": 1.0, "colours": 4.0}


def test_a_dry_run_checks_and_writes_nothing(file, tmp_path, capsys):
    status, document = run(capsys, file, "--set", "exposure=1", "--out", tmp_path / "none", "--dry-run")
    assert status == 0 and document["files"][0]["error"] is None and not (tmp_path / "none").exists()
    status, document = run(capsys, file, "--set", "exposure=9", "--out", tmp_path / "none")
    assert status == 2 and "exposure is a number" in document["error"] and not (tmp_path / "none").exists()
    status, document = run(capsys, file, "--palette", "#fff,#nix", "--out", tmp_path / "none")
    assert status == 2 and "#rrggbb" in document["error"]
