"""Pictures dropped on the Train tab: where they go, their labels, and what is made of them."""

import zipfile

import pytest
from PIL import Image

from deepart.supervisor import Supervisor, TrainError, pictures
from deepart.ui.train import form, shown
from deepart.weights import ModelCard


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "dropped").mkdir()
    return tmp_path / "dropped"


@pytest.fixture
def drop(tmp_path):
    """drop("a.png", ("labels.csv", "a.png,cats")) -> what `gather` takes."""

    def made(*things):
        files = []
        for i, thing in enumerate(things):
            name, text = thing if isinstance(thing, tuple) else (thing, None)
            path = tmp_path / f"upload-{i}"
            if isinstance(text, list):
                with zipfile.ZipFile(path, "w") as archive:
                    for inside in text:
                        archive.write(picture(tmp_path), inside)
            elif text is None:
                path.write_bytes(picture(tmp_path).read_bytes())
            else:
                path.write_text(text)
            files.append((name, path))
        return files

    return made


def picture(folder):
    Image.new("RGB", (20, 20), "red").save(folder / "red.png")
    return folder / "red.png"


def test_folders_of_a_zip_are_labels_and_loose_pictures_have_none(folder, drop):
    found = pictures.gather(drop("x.png", ("z.zip", ["top/Cats/a.png", "top/Dogs/a.png"])), folder)
    assert found == [("00000-x.png", ""), ("00001-a.png", "Cats"), ("00002-a.png", "Dogs")]


def test_a_table_tells_pictures_of_one_name_apart_by_their_folders(folder, drop):
    packed = ("z.zip", ["all/a/1.png", "all/b/1.png", "all/b/2.png", "all/c/3.png"])
    table = ("t.csv", "file,label\na/1.png,cats\nb\\1.png,dogs\nelsewhere/2.png,birds\n")
    found = pictures.gather(drop(packed, table), folder)
    assert [label for _, label in found] == ["cats", "dogs", "birds", "c"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_may_come_after_its_pictures_as_any_spreadsheet_writes_it(folder, drop, mark):
    first = pictures.gather(drop("one.png", "two.png"), folder)
    table = ("t.csv", f"one.png{mark}cats, black\ntwo.png{mark}dogs\n" if mark != "," else "one.png,cats\ntwo.png,dogs\n")  # fmt: skip
    found = pictures.gather(drop("three.png", table), folder, first)
    assert [(file, label.split(",")[0]) for file, label in found] == [("00000-one.png", "cats"), ("00001-two.png", "dogs"), ("00002-three.png", "")]  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (("notes.txt", "hello"), "no picture, zip or CSV"),
        (("t.csv", "nobody.png,cats\n"), "names none of the pictures"),
        (("z.zip", "no zip"), "no zip"),
    ],
)
def test_a_drop_that_is_refused_leaves_the_folder_as_it_was(folder, drop, bad, sentence):
    first = pictures.gather(drop("one.png"), folder)
    before = sorted(folder.iterdir())
    with pytest.raises(ValueError, match=sentence):
        pictures.gather(drop("two.png", ("y.zip", ["a.png"]), bad), folder, first)
    assert sorted(folder.iterdir()) == before
    assert pictures.gather(drop("two.png"), folder, first) == [*first, ("00001-two.png", "")]


@pytest.fixture
def handlers(tmp_path):
    return form.Handlers(Supervisor(tmp_path / "runs", tmp_path / "models", "cpu"))


def ordered(handlers, kind, table, labels, folder=None, path=""):
    return handlers._order(kind, folder, form.AT + path, table, labels, "mine", "", 0)


def test_more_pictures_than_the_table_shows_are_all_trained_on(handlers, folder, monkeypatch):
    monkeypatch.setattr(form, "MOST_ROWS", 2)
    for i in range(4):
        (folder / f"{'ab'[i // 2]}").mkdir(exist_ok=True)
        picture(folder / "ab"[i // 2]).rename(folder / "ab"[i // 2] / f"{i}.png")
    _, table, shown, *_ = handlers.look_at(form.AT + str(folder))
    assert len(table) == 4 and len(shown) == 2
    assert ordered(handlers, "classifier", table, shown, path=str(folder)).labels == ()  # the folder's own
    shown[0][1], table = "c", [list(row) for row in table]
    found = ordered(handlers, "classifier", table, shown, path=str(folder))
    assert found.labels == (("a/0.png", "c"), ("a/1.png", "a"), ("b/2.png", "b"), ("b/3.png", "b"))
    found = ordered(handlers, "classifier", table, shown[1:], path=str(folder))
    assert [file for file, _ in found.labels] == ["a/1.png", "b/2.png", "b/3.png"]


def test_only_what_learns_labels_is_given_them(handlers, folder):
    whole, part = [("0.png", "a"), ("1.png", "b")], [("0.png", "a"), ("1.png", "")]
    for kind, given in (("classifier", (2, 1)), ("gan", (2, 0)), ("vae", (0, 0)), ("restyle", (0, 0))):
        found = [ordered(handlers, kind, table, table, str(folder)) for table in (whole, part)]
        assert tuple(len(each.labels) for each in found) == given, kind


def test_what_is_taken_away_or_refused_at_once_leaves_no_copies(handlers, drop, monkeypatch):
    monkeypatch.setattr(form, "uploads", lambda payload: payload)
    place = handlers.supervisor.runs / ".pictures"
    handlers.drop(drop("one.png", ("notes.txt", "x")), None, [], [])
    assert list(place.iterdir()) == []
    home, table, labels, *_ = handlers.drop(drop("one.png"), None, [], [])
    handlers.drop(drop(("notes.txt", "x")), home, table, labels)
    assert len(list(place.iterdir())) == 1  # what was good before stays
    handlers.clear(home)
    assert list(place.iterdir()) == []


def test_an_odd_card_of_somebody_elses_model_is_shown_all_the_same(tmp_path):
    odd = {"watched": [1], "warnings": 7, "hours": {"x": 1}, "init": ["<b>"]}
    for training in (odd, {"watched": {"val": "low"}, "warnings": [3]}):
        card = ModelCard("theirs", "vae", {}, training=training, data={"pictures": [2]})
        said = shown.card(card, tmp_path / "none.png")
        assert "theirs" in said and "<b>" not in said


def test_no_pictures_is_said(handlers):
    with pytest.raises(TrainError, match="no pictures yet"):
        ordered(handlers, "vae", [], [])
