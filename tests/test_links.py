"""A recipe in an address, and presets: what leaves comes back, and nothing else does."""

import json
import re

import pytest

from deepart import links, presets, recipe
from deepart.presets import PresetError
from deepart.recipe import Recipe, RecipeError

BY = Recipe("sample", "orchard-2", "a" * 64, "0.1.0", seed=7, psi=0.8, sliders={"Green": 1.25})
LOOK = {"name": "my secret.jpg", "sha256": "b" * 64, "share": 1.0, "code": "QUJD" * 60}


def test_a_link_brings_the_recipe_back_and_needs_no_escapes():
    code = links.to_code(BY)
    assert links.from_code(code) == BY and re.fullmatch(r"[\w.-]+", code) and len(code) < 300


def test_a_link_with_latent_numbers_fits_into_an_address():
    by = Recipe("sample", "orchard-2", "a" * 64, "0.1.0", z=tuple(i / 7 for i in range(128)), psi=1.0)
    assert links.from_code(links.to_code(by)) == by and len(links.to_code(by)) < 2000


def test_the_names_of_own_files_stay_at_home():
    by = Recipe(
        "restyle", "hand-1", "a" * 64, "0.1.0", looks=(LOOK,), aspect=(20, 30), own_sha256="c" * 64, own_name="me.jpg"
    )  # fmt: skip
    back = links.from_code(links.to_code(by))
    assert back.own_name is None and back.own_sha256 == by.own_sha256
    assert back.looks[0] == LOOK | {"name": "style 1"}


@pytest.mark.parametrize(
    "code",
    [
        "",
        "1",
        "1.",
        "x.y",
        "1.!!!!",
        "1." + "A" * 20_000,
        links.to_code(BY)[:-3],
        links.to_code(BY) + "AAAA",
        "1.eJw",
    ],
)
def test_a_damaged_link_is_told(code):
    with pytest.raises(RecipeError, match="damaged"):
        links.from_code(code)


def test_a_link_of_the_future_is_told():
    with pytest.raises(RecipeError, match="newer"):
        links.from_code("2" + links.to_code(BY)[1:])


def test_a_bomb_in_a_link_is_not_unpacked():
    import base64
    import zlib

    packed = base64.urlsafe_b64encode(zlib.compress(b" " * 5_000_000, 9)).decode().rstrip("=")
    assert len(packed) < links.LONGEST
    with pytest.raises(RecipeError, match="damaged"):
        links.from_code(f"1.{packed}")


def test_too_long_a_recipe_for_a_link_is_told():
    by = Recipe(
        "sample",
        "orchard-2",
        "a" * 64,
        "0.1.0",
        z=tuple((i * 7919 % 40_009) / 7 for i in range(4000)),
        psi=1.0,
    )
    with pytest.raises(RecipeError, match="too long"):
        links.to_code(by)


def test_presets_have_names_and_an_order_and_the_last_of_a_name_stays():
    kept = presets.put({}, "  warm   evening ", BY)
    kept = presets.put(kept, "arctic", BY)
    later = Recipe("sample", "orchard-2", "a" * 64, "0.1.0", seed=8)
    kept = presets.put(kept, "warm evening", later)
    assert list(kept) == ["arctic", "warm evening"] and recipe.from_json(kept["warm evening"]) == later


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\x07b"])
def test_a_preset_needs_a_name(name):
    with pytest.raises(PresetError, match="name"):
        presets.put({}, name, BY)


def test_there_is_room_for_a_hundred_presets():
    kept = {}
    for number in range(presets.MOST):
        kept = presets.put(kept, f"{number:03d}", BY)
    with pytest.raises(PresetError, match="room"):
        presets.put(kept, "one more", BY)


def test_what_a_browser_kept_is_read_as_far_as_it_is_good():
    assert presets.read({"good": BY.to_json(), "bad": "{}", "": BY.to_json()}) == {"good": BY.to_json()}
    assert presets.read(None) == presets.read([1]) == presets.read("text") == {}


def test_a_file_of_presets_comes_back():
    kept = presets.put({}, "warm", BY)
    assert presets.from_file(presets.to_file(kept).encode()) == kept


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b"\xff\xfe", json.dumps({"deepart": "presets", "schema": 2, "presets": {}}).encode(),
     json.dumps({"deepart": "presets", "schema": 1, "presets": {"a": {"task": "sample"}}}).encode()],
)  # fmt: skip
def test_another_file_is_no_file_of_presets(data):
    with pytest.raises(PresetError, match="presets"):
        presets.from_file(data)


def test_a_preset_that_is_gone_says_so():
    kept = presets.put({}, "bright", Recipe("sample", "orchard-9", "a" * 64, "0.1.0", seed=1))
    assert presets.get(kept, "bright").seed == 1
    with pytest.raises(PresetError, match="'calm' is not there any more"):
        presets.get(kept, "calm")
