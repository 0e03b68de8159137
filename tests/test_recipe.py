"""A recipe is small, exact, and trusts nothing that it reads."""

import json
import struct
from dataclasses import replace

import badfiles
import numpy as np
import pytest
import torch
from PIL import Image

from deepart import images, recipe
from deepart.recipe import Recipe, RecipeError, from_json, load, save

PLAIN = Recipe(task="sample", model="orchard-1", weights_sha256="ab" * 32, version="0.1.0", seed=7, psi=0.7)


def altered(**changes) -> str:
    """The JSON of PLAIN with some entries changed; ... removes one."""
    values = {**json.loads(PLAIN.to_json()), **changes}
    return json.dumps({key: value for key, value in values.items() if value is not ...})


def test_a_recipe_travels_in_the_png(tmp_path):
    save(badfiles.gradient(), tmp_path / "out.png", PLAIN)
    assert load(tmp_path / "out.png") == PLAIN
    assert load((tmp_path / "out.png").read_bytes()).seed == 7
    assert Image.open(tmp_path / "out.png").text == {
        "deepart": PLAIN.to_json()
    }  # a plain tEXt that any tool shows
    assert images.open_picture(tmp_path / "out.png") == badfiles.gradient()


def test_json_is_compact_and_leaves_out_what_is_not_there():
    assert PLAIN.to_json() == (
        '{"task":"sample","model":"orchard-1","weights_sha256":"' + "ab" * 32 + '","version":"0.1.0",'
        '"seed":7,"psi":0.7,"scale":1,"schema":1}'
    )


def test_every_float32_survives_bit_for_bit():
    patterns = np.random.default_rng(0).integers(0, 2**32, 4000, dtype=np.uint32).view(np.float32)
    values = [*patterns[np.isfinite(patterns)][:3900], 0.0, -0.0, 1e-45, 3.4028235e38, 0.1, 1 / 3]
    z = torch.tensor(np.array(values, dtype=np.float32))
    back = from_json(replace(PLAIN, z=tuple(z.tolist())).to_json())
    assert torch.equal(torch.tensor(back.z).view(torch.int32), z.view(torch.int32))
    assert back.z == tuple(z.tolist())


def test_the_longest_z_fits():
    z = torch.randn(4096, generator=torch.Generator().manual_seed(0))
    assert len(replace(PLAIN, z=tuple(z.tolist())).to_json()) < recipe.MAX_BYTES


def test_sliders_psi_and_aspect_come_back_as_given():
    made = replace(
        PLAIN, task="sliders", sliders={"direction 1": -1.35, "světlo": 2}, aspect=[640, 480], scale=4
    )
    back = from_json(made.to_json())
    assert back == made
    assert (
        back.sliders == {"direction 1": -1.35, "světlo": 2.0}
        and back.aspect == (640, 480)
        and back.psi == 0.7
    )


def test_an_own_picture_is_named_by_its_hash_and_only_such_recipes_are_of_the_newer_schema():
    made = replace(PLAIN, own_sha256="cd" * 32, own_name="Grandma's house.jpg")
    assert (made.schema, PLAIN.schema) == (2, 1)
    assert from_json(made.to_json()) == made and from_json(PLAIN.to_json()) == PLAIN
    with pytest.raises(RecipeError, match="file's name"):
        replace(made, own_name="photos/house.jpg")


def test_a_double_is_kept_as_the_float32_it_becomes():
    assert replace(PLAIN, z=(0.1,)).z == struct.unpack("f", struct.pack("f", 0.1))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("seed", -1, "from 0 to 4294967295"),
        ("seed", 2**32, "from 0 to 4294967295"),
        ("seed", 1.0, "whole number"),
        ("seed", True, "whole number"),
        ("psi", float("nan"), "finite"),
        ("psi", 2.1, "from 0 to 2"),
        ("psi", -0.1, "from 0 to 2"),
        ("psi", "0.7", "a number"),
        ("psi", True, "a number"),
        ("z", (1.0, float("inf")), "finite"),
        ("z", (1e39,), "finite"),
        ("z", (10**400,), "finite"),
        ("z", (0.0,) * 4097, "1 to 4096"),
        ("z", (), "1 to 4096"),
        ("z", ("1",), "a number"),
        ("sliders", {"a": float("nan")}, "finite"),
        ("sliders", {"": 1.0}, "slider's name"),
        ("sliders", [1.0], "named numbers"),
        ("sliders", {f"{i:064}": 0.0 for i in range(4096)}, "must fit in"),
        ("aspect", (0, 10), "aspect width"),
        ("aspect", (10, 65_536), "aspect height"),
        ("aspect", (1, 2, 3), "width and height"),
        ("scale", 0, "from 1 to 16"),
        ("schema", 4, "schema must be from 1 to 3"),
        ("schema", 0, "schema must be from 1 to 3"),
        ("schema", True, "schema must be from 1 to 3"),
        ("own_sha256", "x", "64 lower-case hex"),
        ("own_name", "me.jpg", "needs own_sha256"),
        ("model", "../../etc/passwd", "model must be"),
        ("model", ".hidden", "model must be"),
        ("task", "", "task must be"),
        ("version", None, "version must be"),
        ("weights_sha256", "AB" * 32, "64 lower-case hex"),
        ("weights_sha256", "ab" * 32 + "\n", "64 lower-case hex"),
    ],
)
def test_a_broken_rule_is_named(field, value, words):
    with pytest.raises(RecipeError, match=words):
        replace(PLAIN, **{field: value})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "damaged"),
        ("{", "damaged"),
        ("[" * 60_000, "damaged"),
        ("[]", "one JSON object"),
        ("null", "one JSON object"),
        (altered(schema=4), "newer deepart"),
        (altered(schema=4, novelty=1), "newer deepart"),
        (altered(schema="1"), "schema must be from 1"),
        (altered(schema=...), "has no 'schema'"),
        (altered(model=...), "has no 'model'"),
        (altered(evil=1), "unknown entry 'evil'"),
        (altered(psi=float("nan")), "finite"),
        (altered(z=[float("-inf")]), "finite"),
        (altered(psi=...)[:-1] + ', "psi": 1e999}', "finite"),
        (altered(seed=1)[:-1] + ', "seed": 2}', "entry twice"),
        (altered(sliders={})[:-1] + ', "z": [' + "9" * 5000 + "]}", "damaged"),
        (altered(task="x" * 70_000), "at most 65536"),
        (b"{}", "must be text"),
    ],
)
def test_foreign_json_gets_a_sentence(text, words):
    with pytest.raises(RecipeError, match=words):
        from_json(text)


def test_a_picture_without_a_recipe_says_so(tmp_path):
    images.save_png(badfiles.gradient(), tmp_path / "out.png", {"Software": "another"})
    with pytest.raises(RecipeError, match="carries no deepart recipe"):
        load(tmp_path / "out.png")
    with pytest.raises(images.PictureError, match="not a PNG"):
        load(badfiles.encode(badfiles.gradient(), "JPEG"))
