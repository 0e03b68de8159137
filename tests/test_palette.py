"""Colours that can be counted by hand."""

import numpy as np
import pytest
from PIL import Image

from deepart import palette


def two(left: str, right: str, share: float = 0.75) -> Image.Image:
    picture = Image.new("RGB", (80, 40), left)
    picture.paste(Image.new("RGB", (80, 40), right), (round(80 * share), 0))
    return picture


def test_two_colours_in_their_shares_the_larger_first():
    found = palette.measure(two("#c03020", "#1428a0"))
    assert [(s.hex, s.share, s.family) for s in found.swatches] == [
        ("#c03020", 0.75, "warm"),
        ("#1428a0", 0.25, "cool"),
    ]
    assert (found.warm, found.cool, found.neutral) == (0.75, 0.25, 0)


def test_black_and_white_are_neutral_dark_and_light_and_as_far_apart_as_can_be():
    found = palette.measure(two("black", "white", 0.5))
    assert (found.neutral, found.dark, found.light, found.middle) == (1, 0.5, 0.5, 0)
    assert found.lightness == pytest.approx(0.5, abs=0.001) and found.contrast == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize(
    ("colour", "lab"),
    [("white", (1, 0, 0)), ("red", (0.628, 0.225, 0.126)), ("blue", (0.452, -0.032, -0.312))],
)
def test_oklab_of_known_colours(colour, lab):
    """The values that the author of Oklab gives."""
    shade = np.asarray(Image.new("RGB", (1, 1), colour))
    assert palette.to_oklab(shade)[0, 0] == pytest.approx(lab, abs=0.002)


@pytest.mark.parametrize("colour", ["red", "orange", "yellow", "#e8c39e", "#5a3a1e"])
def test_warm_colours(colour):
    assert palette.measure(Image.new("RGB", (4, 4), colour)).warm == 1


@pytest.mark.parametrize("colour", ["green", "cyan", "blue", "#4b0082"])
def test_cool_colours(colour):
    assert palette.measure(Image.new("RGB", (4, 4), colour)).cool == 1


def test_nearly_equal_colours_are_one_swatch_and_a_speck_is_none():
    assert len(palette.measure(two("#808080", "#828282", 0.5)).swatches) == 1
    speck = Image.new("RGB", (96, 96), "white")
    speck.putpixel((5, 5), (0, 0, 0))
    assert [s.hex for s in palette.measure(speck).swatches] == ["#ffffff"]


def test_a_small_bright_accent_is_found():
    accent = two("#d8d0c0", "#d01010", 0.95)
    assert "#d01010" in [s.hex for s in palette.measure(accent, 3).swatches]


def test_never_more_than_asked_for_and_the_same_every_time():
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 60, 3), np.uint8))
    first = palette.measure(noise, 4)
    assert 2 <= len(first.swatches) <= 4 and first == palette.measure(noise, 4)
    assert sum(s.share for s in first.swatches) == pytest.approx(1, abs=0.01)


def test_a_long_thin_picture_keeps_a_pixel_of_height():
    assert palette.measure(Image.new("RGB", (4000, 3), "teal")).swatches[0].hex == "#008080"


@pytest.mark.parametrize("count", [0, 33])
def test_an_odd_count_is_refused(count):
    with pytest.raises(ValueError, match="1 to 32"):
        palette.measure(Image.new("RGB", (4, 4)), count)
