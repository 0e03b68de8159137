"""What is refused: each kind with its own sentence, hostile files fast and without memory."""

import os
import subprocess
import sys
import time
import warnings
import zlib

import badfiles
import pytest
from PIL import Image

from deepart.images import PictureError, open_picture, png_text
from deepart.images.containers import pare
from deepart.images.files import kind_of

GOOD = badfiles.good_files()
TIFF_HEADER = (
    (256, 3, 1, 40),
    (257, 3, 1, 40),
    (258, 3, 1, 8),
    (262, 3, 1, 1),
    (273, 4, 1, 8),
    (279, 4, 1, 1600),
)


def saved(width, height):
    return badfiles.encode(Image.new("RGB", (width, height)), "PNG")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (saved(1, 1), "only 1 x 1 pixels"),
        (saved(400, 7), "only 400 x 7 pixels"),
        (b"Dear diary,\ntoday I painted.\n", "is text"),
        ("Häuser".encode() * 900, "is text"),
        (b"BMW and bicycles", "is text"),
        (badfiles.SVG, "SVG"),
        (b"\xef\xbb\xbf <svg/>", "SVG"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (b"%PDF-1.7\n", "PDF"),
        (badfiles.VIDEO, "video"),
        (b"RIFF\x24\0\0\0AVI LIST", "video"),
        (b"PK\x03\x04docx", "archive"),
        (b"8BPS\0\x01", "editor"),
        (b"\x00\x01\x02\x03" * 9, "not a picture that we know"),
        (GOOD["jpeg"][:-300], "ends too early"),
        (GOOD["png"][:-60], "ends too early"),
        (GOOD["webp"][:-60], "ends too early"),
        (GOOD["gif"][:-300], "ends too early"),
        (GOOD["bmp"][:-300], "ends too early"),
        (GOOD["tiff"][:-300], "ends too early"),
        (GOOD["avif"][:-60], "ends too early"),
        (GOOD["heic"][:-60], "ends too early"),
        (GOOD["png"][:-30] + b"?" + GOOD["png"][-29:], "damaged"),
    ],
)
def test_a_refusal_says_why_and_what_to_do(data, words, tmp_path):
    path = tmp_path / "my work.png"
    path.write_bytes(data)
    for source, name in ((path, "my work.png "), (data, "This file ")):
        with pytest.raises(PictureError, match=words) as refused:
            open_picture(source)
        assert str(refused.value).startswith(name) and str(tmp_path) not in str(refused.value)
        assert ": " in str(refused.value) and str(refused.value).endswith(".")  # fact: what to do.


@pytest.mark.parametrize("path", ["nowhere.png", ".", "no\0where.png", "x" * 300 + ".png"])
def test_a_path_that_is_no_file_is_refused_without_its_folder(path, tmp_path):
    with pytest.raises(PictureError, match="choose it again") as refused:
        open_picture(tmp_path / path)
    assert "/" not in str(refused.value)


def test_a_file_of_65_mb_is_refused(tmp_path):
    path = tmp_path / "large.bmp"
    with open(path, "wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(PictureError, match="larger than 64 MB"):
        open_picture(path)


def test_heic_without_its_reader_gets_a_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(PictureError, match="pillow-heif"):
        open_picture(GOOD["heic"])


def test_a_bomb_is_refused_at_once_and_without_memory(tmp_path):
    path = tmp_path / "bomb.png"
    path.write_bytes(badfiles.bomb())  # would take 900 MB
    code = """if True:
        import resource, sys
        from deepart.images import PictureError, open_picture
        peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (2**20 if sys.platform == "darwin" else 2**10)
        before = peak()
        try:
            open_picture(sys.argv[1])
        except PictureError as error:
            print(peak() - before, error)
    """
    out = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    ).stdout
    megabytes, sentence = out.split(" ", 1)
    assert int(megabytes) < 20 and "is 30000 x 30000 pixels" in sentence


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_41_megapixels_are_refused_in_every_kind(kind):
    file = bytearray(badfiles.encode(Image.new("L", (16, 16)), kind))
    side, at, order = {  # where the header keeps width and height, in two or four bytes
        "PNG": (4, 16, "big"),
        "JPEG": (2, file.find(b"\xff\xc0") + 5, "big"),
        "GIF": (2, 6, "little"),
        "BMP": (4, 18, "little"),
        "TIFF": (2, 18, "little"),
        "WEBP": (2, 26, "little"),
    }[kind]
    step = 12 if kind == "TIFF" else side
    file[at : at + side] = file[at + step : at + step + side] = (6410).to_bytes(side, order)
    with pytest.raises(PictureError, match="6410 x 6410 pixels, more than 40 million"):
        open_picture(bytes(file))


def spammed():
    """Good pictures whose metadata would take minutes or gigabytes to read whole."""
    jpeg, png, gif = GOOD["jpeg"], GOOD["png"], GOOD["gif"]
    held = b"\xff\xe1\0\x0aExif\0\0xx"
    text = badfiles.chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(10**6)))
    profile = badfiles.chunk(b"iCCP", b"k\0\0" + zlib.compress(bytes(10**6)))
    frame = gif.index(b"!\xf9\x04") + 8
    entries = [(40_000 + i, 1, 1_000_000, 0) for i in range(9_000)]  # 9 GB, in 1 MB
    return {
        "EXIF 50,000 times": jpeg[:2] + held * 50_000 + jpeg[2:],
        "text that inflates to 5 GB": png[:33] + text * 5_000 + png[33:],
        "profiles that inflate to 5 GB": png[:33] + profile * 5_000 + png[33:],
        "a comment in 15,000 pieces": gif[:frame]
        + b"!\xfe"
        + b"\xffx".ljust(256) * 15_000
        + b"\0"
        + gif[frame:],
        "overlapping TIFF entries": badfiles.tiff_index("<", *TIFF_HEADER, *entries) + bytes(10**6),
    }


@pytest.mark.parametrize("name", spammed())
def test_metadata_cannot_exhaust_us(name):
    data = spammed()[name]
    start = time.perf_counter()
    assert open_picture(data).mode == "RGB"
    assert time.perf_counter() - start < 2
    if not name.endswith("TIFF entries"):
        assert len(pare(kind_of(data), data)[0]) < 10_000  # what a decoder gets to see


def test_overlapping_entries_that_pixels_need_are_refused():
    tables = [(tag, 1, 200_000, 0) for tag in (512, 513, 514, 515, 519, 520, 521)]  # 1.4 MB, in 1 MB
    with pytest.raises(PictureError, match="damaged"):
        open_picture(badfiles.tiff_index("<", *TIFF_HEADER, *tables) + bytes(10**6))


def test_more_strips_than_the_picture_has_are_refused():
    header = [entry for entry in TIFF_HEADER if entry[0] != 273]
    with pytest.raises(PictureError, match="damaged"):  # each would be decoded over the last
        open_picture(badfiles.tiff_index("<", *header, (273, 4, 1_000, 8), (278, 3, 1, 20)) + bytes(10**5))


def test_a_jpeg_of_very_many_scans_is_refused_but_not_one_with_rubbish_behind_it():
    jpeg = GOOD["progressive.jpeg"]
    last = jpeg.rindex(b"\xff\xda")
    with pytest.raises(PictureError, match="damaged"):  # each would be a pass over all pixels
        open_picture(jpeg[:-2] + jpeg[last:-2] * 200 + jpeg[-2:])
    assert open_picture(jpeg + b"\xff\xda\0\2" * 20_000) == open_picture(jpeg)


def test_avif_and_heic_never_show_their_exif_to_a_decoder():
    pared, _ = pare("AVIF", GOOD["avif"])
    assert b"Exif" in GOOD["avif"].split(b"mdat")[0] and b"Exif" not in pared.split(b"mdat")[0]  # the index
    assert open_picture(GOOD["avif"]).size == (40, 48)  # still turned, by its own property


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    code = "import sys; from deepart.images import open_picture; open_picture(sys.argv[1])"
    run = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "pipe.png"],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert "PictureError: pipe.png is not there or is not a file" in run.stderr


@pytest.mark.parametrize("kind", GOOD)
def test_broken_files_open_or_get_a_sentence(kind):
    seed = zlib.crc32(kind.encode())
    outcomes = set()
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning would be a line on the server's log for every bad upload
        for data in badfiles.broken(GOOD[kind], 40, seed):
            for door in (open_picture, png_text):
                try:
                    opened = door(data)
                    outcomes.add(getattr(opened, "mode", "text"))
                except PictureError as error:
                    assert not isinstance(error.__cause__, Warning)
                    outcomes.add("refused")
    assert {"refused"} <= outcomes <= {"RGB", "text", "refused"}


def test_text_of_a_hostile_png_is_bounded():
    png = badfiles.encode(badfiles.gradient(), "PNG")
    packed = badfiles.chunk(b"zTXt", b"k\0\0" + zlib.compress(bytes(10**8)))
    with pytest.raises(PictureError, match="too much text"):
        png_text(png[:33] + packed + png[33:])
    with pytest.raises(PictureError, match="too much text"):
        png_text(png[:33] + badfiles.chunk(b"tEXt", b"k\0v") * 300 + png[33:])
    with pytest.raises(PictureError, match="too much text"):
        png_text(png[:33] + badfiles.chunk(b"tEXt", b"k\0" + b"v" * 2**20) + png[33:])
    wrong_checksum = badfiles.chunk(b"tEXt", b"k\0v")[:-1] + b"?"
    assert png_text(png[:33] + wrong_checksum + png[33:]) == {}
    with pytest.raises(PictureError, match="not a PNG"):
        png_text(GOOD["jpeg"])
