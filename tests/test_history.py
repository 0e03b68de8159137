"""The history: what was made comes back, newest first, and nothing of it is lost unasked."""

import csv
import hashlib
import io
import shutil
import sqlite3
import threading
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from deepart import adjust, disk, history, recipe, remaking
from deepart.adjust import Adjustments
from deepart.bench.own import own
from deepart.history import History
from deepart.recipe import Recipe
from deepart.ui.book import Book
from deepart.ui.history.hand import Hand


def painting(seed, **more):
    return Recipe("sample", "orchard-9", "a" * 64, "0.1.0", seed=seed, psi=0.8, **more)


@pytest.fixture
def make(tmp_path):
    """Puts the painting of a seed into a history; returns its key."""

    def put(there, seed, instead=None, **more):
        by = painting(seed, **more)
        path = tmp_path / f"orchard-9-seed{seed}.png"
        picture = Image.new("RGB", (300, 200), (seed % 256, 0, 0))
        recipe.save(picture, path, by)
        return there.add(by, path, picture, instead)

    return put


@pytest.fixture(params=["memory", "folder"])
def there(request, tmp_path):
    return History(tmp_path / "outputs" if request.param == "folder" else None)


def seeds(entries):
    return [recipe.from_json(entry.recipe).seed for entry in entries]


def test_the_newest_is_first_with_a_thumbnail_and_its_file(there, make):
    for seed in (1, 2, 3):
        make(there, seed)
    entries = there.page()
    assert seeds(entries) == [3, 2, 1] and there.count() == 3
    assert Image.open(io.BytesIO(entries[0].thumb)).size == (192, 128)
    assert recipe.load(entries[0].file).seed == 3 and not entries[0].star


def test_what_is_made_twice_is_there_once_in_front_and_keeps_its_star(there, make):
    first = make(there, 1)
    there.star(first)
    make(there, 2)
    assert make(there, 1) == first
    assert seeds(there.page()) == [1, 2] and there.get(first).star


def test_steps_on_one_painting_make_room_for_the_last_but_not_for_starred_ones(there, make):
    make(there, 1)
    start = painting(1).to_json()
    make(there, 1, start, sliders={"Green": 1.0})
    make(there, 1, painting(1, sliders={"Green": 1.0}).to_json(), sliders={"Green": 2.0})
    assert [recipe.from_json(e.recipe).sliders for e in there.page()] == [{"Green": 2.0}, None]
    there.star(there.page()[0].key)
    make(there, 1, painting(1, sliders={"Green": 2.0}).to_json(), sliders={"Green": 3.0})
    assert [(recipe.from_json(e.recipe).sliders or {}).get("Green") for e in there.page()] == [3.0, 2.0, None]


def test_pages_and_stars(there, make):
    keys = [make(there, seed) for seed in range(7)]
    assert seeds(there.page(2, 3)) == [4, 3, 2]
    there.star(keys[1])
    there.star(keys[5])
    there.star(keys[1], False)
    assert seeds(there.page(0, 9, starred=True)) == [5] and there.count(starred=True) == 1


def test_what_is_deleted_is_gone_and_can_come_back(there, make):
    keys = [make(there, seed) for seed in range(3)]
    there.delete(keys[:2])
    assert seeds(there.page()) == [2] and there.get(keys[0]) is None
    there.delete(keys[:1], gone=False)
    assert seeds(there.page()) == [2, 0]


def test_a_result_is_found_by_what_is_in_its_file(there, make):
    file = there.get(make(there, 4)).file
    assert there.find(history._sha256(file)) == file and there.find("0" * 64) is None


def test_a_picture_that_results_were_made_from_stays_as_long_as_they_do(tmp_path, make):
    folder, mine = tmp_path / "outputs", tmp_path / "my cat.jpg"
    mine.write_bytes(b"a cat")
    sha = hashlib.sha256(b"a cat").hexdigest()
    there = History(folder)
    key = make(there, 1, own_sha256=sha, own_name="my cat.jpg")
    there.keep_own(mine, sha, mine.name)
    there.keep_own(tmp_path / "gone.jpg", "0" * 64, "gone.jpg")
    mine.unlink()
    there.keep_own(mine, sha, mine.name)  # a result more of the same picture, which has gone by then
    for one in (there, History(folder)):
        found = one.find(sha)
        assert found.read_bytes() == b"a cat" and found.name == "my cat.jpg" and one.find("0" * 64) is None
    (folder / history.INDEX).unlink()
    there = History(folder)
    assert there.find(sha) and there.count() == 1
    there.delete([key])
    assert there.find(sha)
    assert History(folder).find(sha) is None and not list((folder / "own").glob("*"))


def test_a_visitors_own_picture_is_not_kept(tmp_path):
    mine = tmp_path / "cat.jpg"
    mine.write_bytes(b"a cat")
    there = History()
    there.keep_own(mine, hashlib.sha256(b"a cat").hexdigest(), mine.name)
    assert there.find(hashlib.sha256(b"a cat").hexdigest()) is None and list(tmp_path.iterdir()) == [mine]


def test_a_folder_is_the_same_after_a_new_start_and_forgets_what_was_deleted(tmp_path, make):
    there = History(tmp_path / "outputs")
    keys = [make(there, seed) for seed in range(3)]
    there.star(keys[0])
    there.delete(keys[2:])
    file = next((tmp_path / "outputs").glob("*/*-orchard-9-seed2.png"))
    again = History(tmp_path / "outputs")
    assert seeds(again.page()) == [1, 0] and again.get(keys[0]).star and not file.exists()


def test_pictures_are_found_without_their_index_and_others_are_passed_over(tmp_path, make):
    folder = tmp_path / "outputs"
    there = History(folder)
    for seed in range(3):
        make(there, seed)
    (folder / history.INDEX).unlink()
    day = next(folder.iterdir())
    Image.new("RGB", (9, 9)).save(day / "someone-elses.png")
    (day / "no-picture.png").write_bytes(b"nothing")
    assert sorted(seeds(History(folder).page())) == [0, 1, 2]


def test_a_file_that_was_taken_away_leaves_its_recipe(there, make):
    entry = there.get(make(there, 5))
    entry.file.unlink()
    assert there.get(entry.key).file is None and seeds(there.page()) == [5]


def test_a_damaged_index_is_told_in_a_sentence(tmp_path):
    folder = tmp_path / "outputs"
    folder.mkdir()
    (folder / history.INDEX).write_bytes(b"this is no database" * 100)
    with pytest.raises(disk.DiskError, match=r"delete history\.sqlite"):
        History(folder)


def test_recipes_for_the_browser_are_the_newest_that_fit(there, make):
    for seed in range(5):
        make(there, seed)
    one = len(painting(1).to_json())
    assert seeds_kept(there.remembered(3, 10**6)) == [4, 3, 2]
    assert len(there.remembered(9, 2 * one)) == 2


def as_kept(*texts, at=1000.0, star=False):
    """What a browser kept, the newest first."""
    return [history.Remembered(at - place, star, text) for place, text in enumerate(texts)]


def seeds_kept(kept):
    return [recipe.from_json(one.recipe).seed for one in kept]


def test_a_visitor_gets_recipes_back_from_the_browser_and_rubbish_is_left_out():
    there = History()
    there.remember(as_kept(painting(2).to_json(), "rubbish", painting(1).to_json()))
    entries = there.page()
    assert seeds(entries) == [2, 1] and entries[0].file is None and entries[0].thumb == b""
    there.illustrate(entries[0].key, Image.new("RGB", (50, 50)))
    assert there.page()[0].thumb


def test_a_visitor_keeps_no_more_than_there_is_room_for_but_all_stars(make, monkeypatch):
    monkeypatch.setattr(history, "MOST_IN_MEMORY", 4)
    there = History()
    there.star(make(there, 0))
    for seed in range(1, 8):
        make(there, seed)
    assert seeds(there.page()) == [7, 6, 5, 4, 0]


def test_the_zip_holds_the_starred_pictures_and_a_table(there, make, tmp_path):
    for seed in range(3):
        key = make(there, seed)
        there.star(key, seed != 1)
    target = tmp_path / "starred.zip"
    assert there.zip_starred(target) == 2
    with zipfile.ZipFile(target) as archive:
        pictures = [name for name in archive.namelist() if name.endswith(".png")]
        assert [recipe.load(archive.read(name)).seed for name in pictures] == [2, 0]
        rows = list(csv.DictReader(io.StringIO(archive.read("recipes.csv").decode())))
    assert [row["file"] for row in rows] == pictures and recipe.from_json(rows[0]["recipe"]).seed == 2


def test_a_result_whose_file_is_gone_is_made_again_of_the_picture_that_was_kept(tmp_path, monkeypatch):
    cat, book = tmp_path / "my cat.png", Book(tmp_path / "outputs")
    Image.linear_gradient("L").convert("RGB").save(cat)
    made = adjust.adjust(cat, Adjustments(exposure=1.0))
    book.keep(None, made, mine=own(cat))
    there = book.of(None)
    for file in (cat, there.page()[0].file):
        file.unlink()
    (entry,) = there.page()
    hand = Hand(SimpleNamespace(), SimpleNamespace(book=book))  # no model has a hand in it
    file = hand._file(there, entry)
    assert Image.open(file).tobytes() == made.picture.tobytes() and recipe.load(file) == made.recipe
    with monkeypatch.context() as patch:
        patch.setattr(remaking, "remake", lambda *_: pytest.fail("a second look makes it no second time"))
        assert hand._file(there, entry) == file
    shutil.rmtree(tmp_path / "outputs" / "own")
    assert Hand(SimpleNamespace(), SimpleNamespace(book=book))._file(there, entry) is None


def test_the_zip_makes_what_is_gone_again_and_keeps_the_recipe_of_what_cannot_be(make, tmp_path):
    there = History()
    there.remember(as_kept(*(painting(seed).to_json() for seed in (1, 2, 3))))
    for entry in there.page():
        there.star(entry.key)
    kept = tmp_path / "again.png"
    recipe.save(Image.new("RGB", (20, 20)), kept, painting(2))
    again = lambda entry: kept if recipe.from_json(entry.recipe).seed == 2 else None  # noqa: E731
    assert there.zip_starred(tmp_path / "starred.zip", again) == 3
    with zipfile.ZipFile(tmp_path / "starred.zip") as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("recipes.csv").decode())))
        assert [row["file"] for row in rows] == [
            "",
            "002-again.png",
            "",
        ] and "002-again.png" in archive.namelist()
    assert [recipe.from_json(row["recipe"]).seed for row in rows] == [1, 2, 3]


def test_what_a_browser_keeps_is_not_lost_when_the_visitor_was_forgotten_but_what_was_deleted_goes(make):
    kept = as_kept(*(painting(seed).to_json() for seed in (1, 2, 3)))
    there = History()  # as after many other visitors
    make(there, 4)
    assert seeds_kept(there.remembered(9, 10**6, kept)) == [4, 1, 2, 3]
    there.remember(kept)
    there.delete([there.page()[1].key])
    assert seeds_kept(there.remembered(9, 10**6, kept)) == [4, 2, 3]
    assert len(there.remembered(2, 10**6, kept)) == 2


def test_a_result_keeps_its_time_and_its_star_on_the_way_through_a_browser(make):
    there = History()
    kept = [(1000.0, True, 1), (1e12, False, 2), (2000.0, False, 4)]  # 2: the clock of another machine
    kept = [history.Remembered(at, star, painting(seed).to_json()) for at, star, seed in kept]
    there.remember(kept)
    make(there, 3)
    kept = there.remembered(9, 10**6, kept)
    assert sorted(seeds_kept(kept[:2])) == [2, 3] and seeds_kept(kept[2:]) == [4, 1]
    assert [one.star for one in kept] == [False, False, False, True]
    assert kept[-1].at == 1000.0 and max(one.at for one in kept) <= time.time()
    again = History()
    again.remember(kept)
    assert seeds(again.page())[2:] == [4, 1] and seeds(again.page(starred=True)) == [1]


def test_what_comes_back_from_browsers_again_and_again_takes_no_more_room(monkeypatch):
    monkeypatch.setattr(history, "MOST_IN_MEMORY", 4)
    there = History()
    for start in range(0, 30, 3):
        there.remember(as_kept(*(painting(seed).to_json() for seed in range(start, start + 3))))
    assert there.count() == 4


def test_stars_that_browsers_send_take_no_more_room_either(make, monkeypatch):
    monkeypatch.setattr(history, "MOST_IN_MEMORY", 4)
    there = History()
    for start in range(0, 30, 3):
        there.remember(as_kept(*(painting(seed).to_json() for seed in range(start, start + 3)), star=True))
    make(there, 99)
    assert there.count(starred=True) == 4 and there.count() == 5


def test_two_pages_of_one_browser_keep_each_others_stars_and_deletions(make):
    """Each knows what it did itself; what the other one did, the browser knows."""
    one, other = History(), History()
    kept = as_kept(*(painting(seed).to_json() for seed in (1, 2, 3)))
    for page in (one, other):
        page.remember(kept)
    keys = {recipe.from_json(entry.recipe).seed: entry.key for entry in one.page()}
    one.star(keys[1])
    one.delete([keys[2]])
    kept = one.remembered(9, 10**6, kept)
    make(other, 4)
    other.star(keys[3])
    kept = other.remembered(9, 10**6, kept)
    assert seeds_kept(kept) == [4, 1, 3] and [bool(k.star) for k in kept] == [False, True, True]
    one.delete([keys[2]], gone=False)
    assert seeds_kept(one.remembered(9, 10**6, kept)) == [4, 1, 2, 3]


def test_a_result_that_another_was_made_from_stays_for_it_when_it_is_deleted(tmp_path, make):
    folder = tmp_path / "outputs"
    there = History(folder)
    first = make(there, 1)
    file = there.get(first).file
    sha = history._sha256(file)
    make(there, 2, own_sha256=sha, own_name=file.name)
    there.keep_own(file, sha, file.name)
    there.delete([first])
    again = History(folder)
    assert seeds(again.page()) == [2] and history._sha256(again.find(sha)) == sha


def test_a_picture_that_goes_to_another_tab_keeps_what_it_was_made_from(tmp_path):
    mine, made = tmp_path / "cat.jpg", tmp_path / "made.png"
    mine.write_bytes(b"a cat")
    found, book = own(mine), Book(tmp_path / "outputs")
    recipe.save(Image.new("RGB", (20, 20)), made, painting(1, own_sha256=found.sha256, own_name="cat.jpg"))
    book.note(None, made, found)
    assert book.of(None).count() == 1 and book.of(None).find(found.sha256).read_bytes() == b"a cat"
    recipe.save(Image.new("RGB", (20, 20)), made, painting(2))
    other = replace(found, sha256="c" * 64)
    book.note(None, made, other)
    assert book.of(None).find("c" * 64) is None


def test_half_a_copy_is_none(tmp_path, make):
    folder, mine = tmp_path / "outputs", tmp_path / "cat.jpg"
    mine.write_bytes(b"a cat")
    sha = hashlib.sha256(b"a cat").hexdigest()
    there = History(folder)
    (folder / "own" / sha).mkdir(parents=True)
    (folder / "own" / sha / f".abc{disk.PART}").write_bytes(b"a")
    assert there.find(sha) is None
    there.keep_own(mine, sha, mine.name)
    assert there.find(sha).name == "cat.jpg"


def test_films_are_kept_too(there, tmp_path):
    film = tmp_path / "walk.mp4"
    film.write_bytes(b"a film")
    key = there.add_film('{"walk":1}', "orchard-9", film, Image.new("RGB", (64, 96)))
    entry = there.get(key)
    assert (
        entry.task == history.FILM
        and entry.file.read_bytes() == b"a film"
        and there.remembered(9, 9999) == []
    )


def test_many_hands_at_once_lose_nothing(there, make):
    hands = [threading.Thread(target=make, args=(there, seed)) for seed in range(24)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(seeds(there.page())) == list(range(24))


def test_two_programs_share_a_folder(tmp_path, make):
    one, two = History(tmp_path / "outputs"), History(tmp_path / "outputs")
    make(one, 1)
    make(two, 2)
    assert seeds(one.page()) == seeds(two.page()) == [2, 1]


def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path, make, monkeypatch):
    """Also the earlier file of the same result, and the step that the new one was to replace."""
    there = History(tmp_path / "outputs")
    make(there, 1)
    key = make(there, 1, painting(1).to_json(), sliders={"Green": 1.0})
    files = [entry.file for entry in there.page()]

    def full(path):
        raise disk.DiskError(
            f"{Path(path).name} could not be written, the disk is full: make room and try again"
        )

    monkeypatch.setattr(disk, "whole", full)
    picture, one = Image.new("RGB", (30, 20)), tmp_path / "orchard-9-seed1.png"
    step = painting(1, sliders={"Green": 1.0})
    for by, instead in ((painting(1), None), (painting(1, sliders={"Green": 2.0}), step.to_json())):
        with pytest.raises(disk.DiskError, match="disk is full"):
            there.add(by, one, picture, instead)
    assert [entry.file for entry in there.page()] == files and all(file.is_file() for file in files)
    assert there.get(key)


def test_a_result_made_again_leaves_no_second_file(tmp_path, make, monkeypatch):
    there, hours = History(tmp_path / "outputs"), iter("ab")
    monkeypatch.setattr(there, "_copy", lambda path, digest, whole=there._copy: whole(path, next(hours) * 64))
    make(there, 1)
    make(there, 1)
    assert list((tmp_path / "outputs").glob("*/*.png")) == [there.page()[0].file]


def test_the_same_result_twice_in_a_second_is_one_file_that_stays(tmp_path, make, monkeypatch):
    monkeypatch.setattr(history.time, "strftime", lambda form, *at: "now")
    there = History(tmp_path / "outputs")
    entry = there.get(make(there, 1))
    assert there.get(make(there, 1)).file == entry.file and entry.file.is_file()


def test_a_thousand_results_are_paged_by_an_index(tmp_path):
    """The plan of the query is looked at, not a clock."""
    there = History(tmp_path / "outputs")
    with sqlite3.connect(tmp_path / "outputs" / history.INDEX) as index:
        plan = index.execute(
            "explain query plan select key from results where gone = 0 order by at desc limit 48"
        ).fetchall()
    assert any("results_at" in str(row) for row in plan) and there.page() == []
