"""Zips from strangers: what is taken, under which names, and what is not."""

import zipfile

import pytest

from deepart import archives, disk, model_zips, weights
from deepart.archives import ArchiveError
from deepart.weights import WeightsError
from tests import badfiles
from tests.safety import bad_models

PNG = badfiles.encode(badfiles.gradient(), "PNG")


def packed(tmp_path, entries, **options):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return path


def test_pictures_get_our_own_names_and_keep_their_folders_as_labels(tmp_path):
    entries = {
        "Red/b.PNG": PNG,
        "Blue/häuser.jpg": b"j",
        "notes.txt": b"",
        "__MACOSX/a.png": b"",
        "Red/.x.png": b"",
    }
    found = archives.unpack(packed(tmp_path, entries), tmp_path / "out")
    assert [(f.path.name, f.folder, f.name) for f in found] == [("000000.jpg", "Blue", "häuser.jpg"), ("000001.png", "Red", "b.PNG")]  # fmt: skip
    assert found[1].path.read_bytes() == PNG
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["000000.jpg", "000001.png"]


@pytest.mark.parametrize(
    ("encoding", "folder"),
    [
        ("utf-8", "Späte Werke"),
        ("utf-8", "印象派"),
        ("gbk", "印象派"),
        ("cp437", "Späte Werke"),
        ("gbk", "后期"),
    ],
)
def test_names_without_the_flag_of_utf_8_are_read_as_they_were_meant(tmp_path, encoding, folder):
    path = packed(tmp_path, {"FOLDER/a.png": PNG})
    raw = folder.encode(encoding)
    whole = packed(tmp_path, {"F" * len(raw) + "/a.png": PNG}).read_bytes()
    path.write_bytes(whole.replace(b"F" * len(raw), raw))
    (found,) = archives.unpack(path, tmp_path / "out")
    assert (found.folder, found.name) == (folder, "a.png")


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"../a.png": PNG}, "no name for a picture"),
        ({"/a.png": PNG}, "no name for a picture"),
        ({"C:/a.png": PNG}, "no name for a picture"),
        ({"con.png": PNG}, "no name for a picture"),
        ({"a/" * 12 + "a.png": PNG}, "more than 8 deep"),
        ({"a.png": bytes(30 * 10**6)}, "swells too much"),
        ({"a.txt": b"x"}, "holds no picture"),
        ({f"{i}.png": b"" for i in range(20_001)}, "20000 is the most"),
    ],
)
def test_what_is_not_unpacked(tmp_path, entries, words):
    with pytest.raises(ArchiveError, match=words):
        archives.unpack(packed(tmp_path, entries), tmp_path / "out")
    assert not list((tmp_path / "out").glob("*")) and not (tmp_path / "a.png").exists()


def test_a_zip_too_large_in_all_leaves_nothing_behind(tmp_path):
    import random

    noise = random.Random(0).randbytes(40_000)
    with pytest.raises(ArchiveError, match="too large when unpacked"):
        archives.unpack(
            packed(tmp_path, {"a.png": noise, "b.png": noise}), tmp_path / "out", max_bytes=60_000
        )
    assert not list((tmp_path / "out").iterdir())


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch):
    import errno
    import os

    def replace(a, b):
        raise OSError(errno.ENOSPC, "No space left on device")

    source = packed(tmp_path, {"a.png": PNG})
    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(disk.DiskError, match="disk is full"):
        archives.unpack(source, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


@pytest.fixture
def root(tmp_path):
    """A weights folder with the model "bad-1", which is good here."""
    for name, body in bad_models.model(bad_models.good_weights()).items():
        disk.make_folder(tmp_path / "weights" / bad_models.NAME)
        disk.write(tmp_path / "weights" / bad_models.NAME / name, body)
    return tmp_path / "weights"


def test_a_model_travels_in_a_zip_and_is_the_same(root, tmp_path):
    model_zips.export("bad", root, tmp_path / "model.zip")
    card = model_zips.take(tmp_path / "model.zip", tmp_path / "elsewhere")
    assert card == weights.read_card(root / "bad-1")
    assert weights.load("bad-1", tmp_path / "elsewhere")[0] == card
    assert weights.names(tmp_path / "elsewhere") == ["bad-1"]
    with pytest.raises(WeightsError, match="already there"):
        model_zips.take(tmp_path / "model.zip", tmp_path / "elsewhere")


def test_a_model_with_other_weights_than_its_card_names_is_not_taken(root, tmp_path):
    files = bad_models.model(bad_models.good_weights())
    files["model.safetensors"] = files["model.safetensors"][:-1] + b"?"
    (tmp_path / "x.zip").write_bytes(bad_models.packed(*files.items()))
    with pytest.raises(WeightsError, match="SHA-256 differs"):
        model_zips.take(tmp_path / "x.zip", tmp_path / "elsewhere")
    assert not [p for p in (tmp_path / "elsewhere").iterdir() if p.name != disk.LOCK]


def test_a_model_with_company_is_not_taken(root, tmp_path):
    files = bad_models.model(bad_models.good_weights()) | {"setup.py": b"print(1)"}
    (tmp_path / "x.zip").write_bytes(bad_models.packed(*files.items()))
    with pytest.raises(ArchiveError, match="nothing else"):
        model_zips.take(tmp_path / "x.zip", tmp_path / "elsewhere")
