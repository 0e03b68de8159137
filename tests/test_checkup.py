"""The look at pictures before a training: on folders in which one thing is wrong each."""

import shutil

import numpy as np
import pytest
from PIL import Image

from deepart import data
from deepart.training import checkup
from deepart.training.loop import Budget
from deepart.training.plan import Plan


def paint(path, seed, size=(40, 30)):
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = np.random.default_rng(seed).integers(0, 255, (9, 9, 3), dtype=np.uint8)
    Image.fromarray(cells).resize(size, Image.Resampling.BICUBIC).save(path)


@pytest.fixture
def folder(tmp_path):
    for i in range(12):
        paint(tmp_path / "data" / ("a" if i < 9 else "b") / f"{i}.png", i)
    return tmp_path / "data"


def plan(folder, noun="vae", **options) -> Plan:
    return Plan(
        noun, folder, "mine", folder.parent / "runs", Budget(steps=50), size=(16, 16), channels=(4, 8), batch=2, device="cpu",
        **options,
    )  # fmt: skip


def test_good_pictures_are_counted_and_nothing_else_is_said_of_them(folder):
    found = checkup.inspect(plan(folder))
    assert (found.pictures, found.labels) == (12, {"a": 9, "b": 3})
    assert not (found.unreadable or found.exact or found.near or found.leaks)
    assert found.sizes == {"smallest": [40, 30], "middle": [40, 30], "largest": [40, 30]}


def test_unreadable_files_are_named_with_the_reason_and_left_out(folder):
    (folder / "a" / "bad.png").write_bytes(b"words")
    found = checkup.inspect(plan(folder))
    assert found.pictures == 12 and [each["file"] for each in found.unreadable] == ["a/bad.png"]
    assert "bad.png" in found.unreadable[0]["why"]
    assert any("1 files cannot be read" in said for said in checkup.advice(plan(folder), found))


def test_copies_are_found_under_other_names_and_resized_ones_as_near(folder):
    shutil.copy(folder / "a" / "0.png", folder / "b" / "again.png")
    with Image.open(folder / "a" / "1.png") as picture:
        picture.resize((80, 60)).save(folder / "b" / "larger.png")
    found = checkup.inspect(plan(folder))
    assert found.exact == [["a/0.png", "b/again.png"]] and found.near == [["a/1.png", "b/larger.png"]]
    said = " ".join(checkup.advice(plan(folder), found))
    assert "1 pictures are exact copies" in said and "2 pictures are nearly the same" in said


def test_a_table_that_puts_copies_on_both_sides_is_told(folder):
    shutil.copy(folder / "a" / "0.png", folder / "a" / "copy.png")
    rows = "".join(f"a/{i}.png,train\n" for i in range(9)) + "a/copy.png,test\nb/9.png,test\n"
    (folder / "metadata.csv").write_text("file,split\n" + rows)
    found = checkup.inspect(plan(folder))
    assert found.leaks == ["a/copy.png"]
    assert any("flatter" in said for said in checkup.advice(plan(folder), found))


def test_what_we_deal_ourselves_never_leaks(folder):
    for i in range(12):
        name = f"{'a' if i < 9 else 'b'}/{i}"
        shutil.copy(folder / f"{name}.png", folder / f"{name}-copy.png")
    assert checkup.inspect(plan(folder)).leaks == []
    splits = {e.path.name: e.split for e in data.scan(folder)}
    assert all(splits[f"{i}.png"] == splits[f"{i}-copy.png"] for i in range(12))
    assert len(set(splits.values())) > 1  # or the line above would say nothing


def test_too_few_and_uneven_labels_are_told(folder):
    for i in range(20, 60):
        paint(folder / "a" / f"{i}.png", i)
    wanted = plan(folder, "classifier")
    said = " ".join(checkup.advice(wanted, checkup.inspect(wanted)))
    assert "b have fewer than 15 pictures" in said and "16 times as many" in said


def test_a_check_times_real_steps_and_shows_the_pictures_as_they_are_trained_on(folder):
    found = checkup.check(plan(folder))
    estimate = found.estimate
    assert estimate["speed"] > 0 and estimate["memory"] > 50 and estimate["seconds"] >= 0
    assert estimate["times"] == pytest.approx(50 * 2 / found.splits["train"], rel=0.1)
    assert "on this CPU" in estimate["sentence"]
    with Image.open(found.sheet) as sheet:
        assert sheet.size[0] > 6 * 16
    assert any("12 pictures are few" in said for said in found.advice)
    assert not (folder.parent / "runs" / "mine" / "checkpoint.pt").exists()


def test_a_folder_without_a_picture_that_can_be_read_is_refused(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.png").write_bytes(b"words")
    with pytest.raises(data.DataError, match="none of 1 pictures could be read"):
        checkup.inspect(plan(tmp_path / "data"))


@pytest.mark.parametrize(
    ("seconds", "said"), [(40, "40 s"), (720, "12 min"), (3 * 3600 + 40 * 60, "3 h 40"), (7260, "2 h 01")]
)
def test_times_in_words(seconds, said):
    assert checkup.words(seconds) == said


def test_labels_from_a_table_choose_and_name_pictures(folder, tmp_path):
    table = tmp_path / "labels.csv"
    table.write_text("file,label\na/0.png,Sea\n10.png,Sky\nnot-there.png,Sea\n")
    found = data.scan(folder, labels=table, deal=False)
    assert [(e.path.name, e.label) for e in found] == [("0.png", "Sea"), ("10.png", "Sky")]
    table.write_text("other.png,Sea\n")
    with pytest.raises(data.DataError, match="names none of the pictures"):
        data.scan(folder, labels=table)


def test_small_sets_hold_more_back_and_their_test_pictures_stay_the_same(folder, monkeypatch):
    for i in range(12, 220):
        paint(folder / "a" / f"{i}.png", i, (16, 16))
    few = {e.path.name: e.split for e in data.scan(folder)}
    monkeypatch.setattr(data.splits, "SMALL", 10)
    many = {e.path.name: e.split for e in data.scan(folder)}
    share = sum(split == "val" for split in few.values()) / len(few)
    assert 0.08 < share < 0.25 and sum(split == "val" for split in many.values()) < share * len(few)
    assert [k for k, v in few.items() if v == "test"] == [k for k, v in many.items() if v == "test"]
