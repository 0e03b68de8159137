"""The first files of `python -m tests.safety files`, and proof that its judge would see a fault."""

from itertools import islice

import pytest

from deepart import images
from deepart.images import PictureError, open_picture
from deepart.images.limits import MAX_DECODING_BYTES, Refused
from deepart.images.memory import check_memory
from tests import badfiles
from tests.safety import files, valid


def test_hundreds_of_hostile_and_good_files():
    tally = files.judge(files.cases(300, seed=7, small=True))
    assert tally.is_good(), f"{tally.words()}\n{tally.turned_away}\n{tally.faults}"
    assert tally.refused > 50 and tally.valid == 75


def fails(path):
    raise KeyError(path)


def dies(path):
    import os

    os._exit(9)


def paints_red(path):
    from PIL import Image

    from tests.safety.doors import THUMB

    return {"outcome": "taken", "text": "", "thumb": Image.new("RGB", THUMB, "red").tobytes().hex()}


@pytest.mark.parametrize(("door", "count"), [("dies", "crashed"), ("paints_red", "valid")])
def test_the_judge_sees_crashes_and_wrong_pixels(door, count):
    tally = files.judge(islice(files.cases(9, 0, True), 9), f"tests.test_safety_files:{door}")
    assert not tally.is_good() and getattr(tally, count) > tally.right


def test_the_judge_sees_an_error_that_is_no_sentence():
    from tests.safety import doors

    assert doors._through((PictureError,), lambda: fails("x"), files.Path("/a/b"))["outcome"] == "unexplained"


@pytest.mark.parametrize(
    ("kind", "mode", "megapixels", "is_taken"),
    [
        ("JPEG", "RGB", 40, True), ("JPEG", "CMYK", 38, True), ("JPEG", "CMYK", 40, False), ("PNG", "RGBA", 40, True),
        ("WEBP", "RGB", 34, True), ("WEBP", "RGBA", 40, False),
    ],
)  # fmt: skip
def test_memory_is_told_before_decoding(kind, mode, megapixels, is_taken):
    size = (8000, megapixels * 125)
    if is_taken:
        check_memory(kind, mode, size, b"")
        return
    with pytest.raises(Refused, match="million that we can decode"):
        check_memory(kind, mode, size, b"")
    assert 8000 * megapixels * 125 * 12 > MAX_DECODING_BYTES


def test_an_avif_of_full_colour_and_alpha_counts_more_than_one_without():
    soft, full = (
        badfiles.encode(badfiles.gradient(64, 64), "AVIF", speed=10, subsampling=s)
        for s in ("4:2:0", "4:4:4")
    )
    check_memory("AVIF", "RGB", (8000, 5000), soft)
    check_memory("AVIF", "RGB", (8000, 5000), full)
    with pytest.raises(Refused, match="AVIF"):
        check_memory("AVIF", "RGBA", (8000, 5000), full)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_where_and_with_what_a_picture_was_taken_never_leaves(kind, tmp_path):
    source = badfiles.encode(
        badfiles.gradient(), kind, exif=valid.held(1).tobytes(), icc_profile=badfiles.srgb_profile()
    )
    assert b"private person" in source
    images.save_png(open_picture(source), tmp_path / "out.png", {"deepart": "{}"})
    out = (tmp_path / "out.png").read_bytes()
    assert b"private" not in out
    kinds = {name for name, _, _ in images.png.png_chunks(out)}
    assert kinds == {b"IHDR", b"tEXt", b"IDAT", b"IEND"}
