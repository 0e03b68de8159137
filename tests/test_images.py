"""Facts about pictures that can be checked by hand; the odd files are made by badfiles."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import badfiles
import numpy as np
import pytest
import torch
from PIL import Image

from deepart import images
from deepart.images import PictureError, open_picture, png_text, save_png, to_picture, to_tensor, to_uint8

GOOD = badfiles.good_files()
WHITE, RED, GREEN, BLUE = (255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255)


def close(colour, expected, tolerance):
    return all(abs(a - b) <= tolerance for a, b in zip(colour, expected, strict=True))


# --- tensors ---------------------------------------------------------------------------------------------------------


def test_white_is_plus_one_and_black_minus_one():
    assert to_tensor(Image.new("RGB", (40, 30), "white"), size=8).min() == 1.0
    assert to_tensor(Image.new("RGB", (40, 30), "black"), size=8).max() == -1.0


def test_there_and_back_is_exact_for_all_256_shades():
    shades = np.arange(256, dtype=np.uint8).reshape(16, 16)
    picture = Image.fromarray(np.stack([shades, shades.T, 255 - shades], axis=-1))
    assert to_picture(to_tensor(picture, size=16)) == picture


def test_size_is_height_then_width():
    picture = Image.new("RGB", (40, 30))
    assert to_uint8(picture, (8, 16)).shape == (3, 8, 16)
    assert to_tensor(picture, 8).shape == (3, 8, 8)
    assert to_tensor(picture, 8).dtype == torch.float32


def test_crop_keeps_the_middle_and_squash_keeps_everything():
    flag = Image.new("RGB", (30, 10), GREEN)
    flag.paste(RED, (0, 0, 10, 10))
    flag.paste(BLUE, (20, 0, 30, 10))
    middle = to_uint8(flag, 10, fit="crop")
    assert (middle[0] == 0).all() and (middle[1] == 255).all() and (middle[2] == 0).all()
    whole = to_uint8(flag, (10, 30), fit="squash")
    assert tuple(whole[:, 5, 0]) == RED and tuple(whole[:, 5, 29]) == BLUE


def test_shrinking_is_antialiased():
    stripes = Image.fromarray(
        (np.indices((64, 64))[1] % 2 * 255).astype(np.uint8)
    )  # black, white, black, ...
    assert abs(to_uint8(stripes, 8).astype(int) - 127).max() <= 20  # gray; a plain pick of pixels is 0 or 255


def test_to_picture_clamps_rounds_and_refuses_nan():
    x = torch.tensor([-9.0, -1.0, 0.0, 0.5, 9.0]).expand(3, 1, 5)
    assert [to_picture(x).getpixel((i, 0))[0] for i in range(5)] == [0, 0, 128, 191, 255]
    with pytest.raises(ValueError, match="NaN"):
        to_picture(torch.full((3, 8, 8), float("nan")))
    with pytest.raises(ValueError, match="3, H, W"):
        to_picture(torch.zeros(1, 3, 8, 8))


@pytest.mark.parametrize("wrong", [{"size": 0}, {"size": (8, -1)}, {"size": 8, "fit": "stretch"}])
def test_a_wrong_size_or_fit_is_named(wrong):
    with pytest.raises(ValueError, match="got"):
        to_uint8(Image.new("RGB", (9, 9)), **wrong)


# --- what can be decoded is decoded right ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", GOOD)
def test_every_kind_opens_as_plain_rgb(kind):
    picture = open_picture(GOOD[kind])
    assert (picture.mode, picture.info, sorted(picture.size)) == ("RGB", {}, [40, 48])
    assert type(picture) is Image.Image  # not a reader that still holds the file


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "BMP"])
def test_lossless_kinds_keep_every_pixel(kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    assert open_picture(badfiles.encode(badfiles.gradient(), kind, **options)) == badfiles.gradient()


@pytest.mark.parametrize("kind", ["JPEG", "AVIF", "HEIF"])
def test_lossy_kinds_are_close(kind):
    blue = badfiles.encode(Image.new("RGB", (64, 64), (30, 60, 200)), kind, quality=90)
    assert close(open_picture(blue).getpixel((20, 20)), (30, 60, 200), 4)


def test_a_name_proves_nothing(tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(badfiles.encode(badfiles.gradient(), "PNG"))
    assert open_picture(path) == open_picture(str(path)) == badfiles.gradient()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize(
    ("orientation", "corner"),  # where the stored top left corner belongs, by the EXIF standard
    [(1, "TL"), (2, "TR"), (3, "BR"), (4, "BL"), (5, "TL"), (6, "TR"), (7, "BR"), (8, "BL"), (9, "TL")],
)
def test_orientation_is_applied(kind, orientation, corner):
    stored = Image.new("RGB", (64, 32), "white")
    stored.paste("black", (0, 0, 16, 16))
    order = "<" if orientation % 2 else ">"
    options = (
        {"tiffinfo": {274: orientation}} if kind == "TIFF" else {"exif": badfiles.exif(orientation, order)}
    )
    shown = open_picture(badfiles.encode(stored, kind, **options))
    assert shown.size == ((32, 64) if 5 <= orientation <= 8 else (64, 32))
    x, y = 4 if corner[1] == "L" else shown.width - 5, 4 if corner[0] == "T" else shown.height - 5
    assert close(shown.getpixel((x, y)), (0, 0, 0), 12)


def test_avif_is_turned_by_its_own_property():
    stored = Image.new("RGB", (64, 32), "white")
    stored.paste("black", (0, 0, 16, 16))
    shown = open_picture(badfiles.encode(stored, "AVIF", exif=badfiles.exif(6)))
    assert shown.size == (32, 64) and close(shown.getpixel((27, 4)), (0, 0, 0), 12)


def test_half_transparent_red_on_white_is_pink():
    pink = Image.new("RGBA", (9, 9), (255, 0, 0, 128))
    for kind, options in (("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True})):
        red, green, blue = open_picture(badfiles.encode(pink, kind, **options)).getpixel((4, 4))
        assert (red, green, blue) in {(255, 127, 127), (255, 128, 128)}


def test_every_other_transparency_lies_on_white_too():
    gray = badfiles.encode(Image.new("LA", (9, 9), (0, 0)), "PNG")
    palette = Image.new("P", (9, 9), 1)
    palette.putpalette([*RED, *GREEN, *BLUE])
    key = badfiles.encode(Image.new("RGB", (9, 9), RED), "PNG", transparency=RED)
    keyed_gray = badfiles.encode(Image.new("L", (9, 9), 7), "PNG", transparency=7)
    cases = [gray, key, keyed_gray]
    cases += [badfiles.encode(palette, "PNG", transparency=value) for value in (1, b"\xff\x00")]
    cases += [badfiles.encode(palette, "GIF", transparency=1)]
    assert [open_picture(case).getpixel((4, 4)) for case in cases] == [WHITE] * 6
    assert open_picture(badfiles.encode(palette, "PNG", transparency=0)).getpixel((4, 4)) == GREEN


def test_16_bits_are_scaled_not_clipped():
    samples = np.array([0, 128, 129, 256, 257, 32768, 65278, 65535, 65535], dtype=np.uint16)
    expected = [0, 0, 1, 1, 1, 128, 254, 255, 255]  # sample / 257, to the nearest
    gray = Image.fromarray(np.tile(samples, (9, 1)))
    big = Image.frombytes("I;16B", (9, 9), np.tile(samples, (9, 1)).astype(">u2").tobytes())
    wide = Image.fromarray(np.tile(samples, (9, 1)).astype(np.int32))  # mode I
    for picture, kind in ((gray, "PNG"), (gray, "TIFF"), (big, "TIFF"), (wide, "TIFF")):
        opened = open_picture(badfiles.encode(picture, kind))
        assert [opened.getpixel((x, 4)) for x in range(9)] == [(v, v, v) for v in expected]


def test_16_bit_colour_and_16_bit_transparency():
    row = b"\0" + bytes.fromhex("ffff 8000 0000") * 9
    assert open_picture(badfiles.png((9, 9, 16, 2), row * 9)).getpixel((4, 4)) == (255, 128, 0)
    clear = badfiles.chunk(b"tRNS", bytes.fromhex("ffff 8000 0000"))
    assert open_picture(badfiles.png((9, 9, 16, 2), row * 9, clear)).getpixel((4, 4)) == WHITE
    gray = b"\0" + bytes.fromhex("1234") * 9
    clear = badfiles.chunk(b"tRNS", bytes.fromhex("1234"))
    assert open_picture(badfiles.png((9, 9, 16, 0), gray * 9, clear)).getpixel((4, 4)) == WHITE


@pytest.mark.parametrize(("bright", "shade"), [(1.0, 128), (255.0, 128), (65535.0, 128)])
def test_float_tiff_is_scaled_by_its_brightest(bright, shade):
    values = np.full((9, 9), bright / 2, dtype=np.float32)
    values[0, 0] = bright
    assert open_picture(badfiles.encode(Image.fromarray(values), "TIFF")).getpixel((4, 4)) == (shade,) * 3


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -1.0, 1e6])
def test_a_tiff_of_measurements_is_refused(bad):
    values = np.full((9, 9), 0.5, dtype=np.float32)
    values[4, 4] = bad
    with pytest.raises(PictureError, match="measurements"):
        open_picture(badfiles.encode(Image.fromarray(values), "TIFF"))


def test_one_bit_and_cmyk_and_lab():
    assert open_picture(badfiles.encode(Image.new("1", (9, 9), 1), "PNG")).getpixel((4, 4)) == WHITE
    cyan = Image.new("CMYK", (64, 64), (255, 0, 0, 0))
    assert close(open_picture(badfiles.encode(cyan, "JPEG")).getpixel((9, 9)), (0, 255, 255), 4)
    assert open_picture(badfiles.encode(cyan, "TIFF")).getpixel((9, 9)) == (0, 255, 255)
    lab_white = Image.new("LAB", (9, 9), (255, 128, 128))  # L* = 100, a* = b* = 0
    assert close(open_picture(badfiles.encode(lab_white, "TIFF")).getpixel((4, 4)), WHITE, 2)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF"])
def test_a_colour_profile_is_applied_and_a_broken_one_ignored(kind):
    red = Image.new("RGB", (64, 64), RED)
    for profile, seen in (
        (badfiles.swapped_profile(), BLUE),  # it says: my red is your blue
        (badfiles.srgb_profile(), RED),
        (badfiles.swapped_profile()[:200], RED),
        (b"rubbish" * 30, RED),
    ):
        opened = open_picture(badfiles.encode(red, kind, icc_profile=profile))
        assert close(opened.getpixel((32, 32)), seen, 4)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF"])
def test_an_animation_shows_its_first_frame(kind):
    frames = {"save_all": True, "append_images": [Image.new("RGB", (16, 16), BLUE)]}
    assert close(
        open_picture(badfiles.encode(Image.new("RGB", (16, 16), RED), kind, **frames)).getpixel((8, 8)),
        RED,
        4,
    )


def test_a_large_jpeg_is_decoded_small_but_never_too_small():
    photo = badfiles.encode(badfiles.gradient(400, 300).resize((4000, 3000)), "JPEG")
    sizes = {224: (500, 375), 376: (1000, 750), 1500: (2000, 1500), 1501: (4000, 3000), 9999: (4000, 3000)}
    assert {need: open_picture(photo, at_least=need).size for need in sizes} == sizes


def test_the_door_changes_nothing_for_others_and_opens_for_many_threads():
    before = Image.MAX_IMAGE_PIXELS, sorted(Image.OPEN)
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(open_picture, [*GOOD.values()] * 4))
    assert all(opened[i] == opened[i % len(GOOD)] for i in range(len(opened)))
    assert (Image.MAX_IMAGE_PIXELS, [k for k in sorted(Image.OPEN) if k == "HEIF"]) == (before[0], [])


def test_importing_the_door_is_light():
    code = "import sys, deepart.images; print([m for m in ('torch', 'pillow_heif', 'gradio') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


# --- saving ----------------------------------------------------------------------------------------------------------


def test_no_metadata_leaves_in_a_saved_png(tmp_path):
    gps = Image.Exif()
    gps.get_ifd(0x8825)[1] = "N"  # GPSLatitudeRef
    gps[0x010F] = "Canon"
    photo = Image.open(
        badfiles.BytesIO(badfiles.encode(badfiles.gradient(), "JPEG", exif=gps.tobytes(), comment=b"home"))
    )
    photo.info["icc_profile"] = badfiles.srgb_profile()
    save_png(photo, tmp_path / "out.png")
    names = [name for name, _, _ in images.png.png_chunks((tmp_path / "out.png").read_bytes())]
    assert set(names) == {b"IHDR", b"IDAT", b"IEND"}
    save_png(open_picture(photo.fp.getvalue() if photo.fp else GOOD["jpeg"]), tmp_path / "out.png")
    assert not dict(Image.open(tmp_path / "out.png").getexif())


def test_text_comes_back_as_it_was_in_any_script(tmp_path):
    text = {"deepart": '{"seed":1}', "title": "Žluťoučký kůň 馬", "empty": "", "note": "café\nnoir"}
    save_png(badfiles.gradient(), tmp_path / "out.png", text)
    assert png_text(tmp_path / "out.png") == text
    assert open_picture(tmp_path / "out.png") == badfiles.gradient()
    with pytest.raises(ValueError, match="keyword"):
        save_png(badfiles.gradient(), tmp_path / "out.png", {"": "x"})


def test_a_failed_save_leaves_the_old_picture_and_no_rubbish(tmp_path, monkeypatch):
    path = tmp_path / "out.png"
    save_png(Image.new("RGB", (9, 9), RED), path)

    def disk_full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", disk_full)
    with pytest.raises(OSError, match="the disk is full"):
        save_png(Image.new("RGB", (9, 9), BLUE), path)
    assert open_picture(path).getpixel((4, 4)) == RED and os.listdir(tmp_path) == ["out.png"]
