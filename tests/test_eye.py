"""The eye's functions with the shipped classifier, and with a small reference set that the test makes."""

import shutil
from pathlib import Path

import pytest
from PIL import Image

from deepart import data, resemble, weights
from deepart.assets import FOLDER
from deepart.eye import Eye
from deepart.images import PictureError
from deepart.studio import Studio, StudioError
from deepart.weights import WeightsError

NAMES = ("wave", "planes", "dusk", "mist")


@pytest.fixture(scope="module")
def eye(tmp_path_factory):
    """An eye on a copy of the shipped classifier, whose reference works are our own four examples by "Ann"."""
    name = Studio(weights.ROOT, "cpu").default("classify")
    root, works = tmp_path_factory.mktemp("weights"), tmp_path_factory.mktemp("works")
    for file in ("card.json", "model.safetensors"):
        (root / name).mkdir(exist_ok=True)
        shutil.copy(weights.ROOT / name / file, root / name / file)
    for example in NAMES:
        shutil.copy(FOLDER / f"{example}.jpg", works)
    shutil.copy(FOLDER / "mist-small.jpg", works)
    rows = [f"{example}.jpg,Abstract,Ann,{example}" for example in (*NAMES, "mist-small")]
    (works / "metadata.csv").write_text("\n".join(["file,style,artist,title", *rows]))
    card, network = weights.load(name, root)
    resemble.write(root / name, card, resemble.build(network, card, data.scan(works)))
    return Eye(Studio(root, "cpu"))


@pytest.fixture
def bare(tmp_path, eye):
    """The same classifier without reference works."""
    name = eye.studio.default("classify")
    shutil.copytree(eye.studio.root / name, tmp_path / name, ignore=shutil.ignore_patterns("works.*"))
    return Eye(Studio(tmp_path, "cpu"))


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_of_the_set_is_the_nearest_work_to_itself(eye, name):
    found = eye.resembles(FOLDER / f"{name}.jpg")
    assert found.works[0].work.title == name.capitalize() and found.works[0].similarity > 0.98
    assert [near.painter for near in found.painters] == ["Ann"] and found.of == 5


def test_without_reference_works_it_says_so_and_the_rest_works(bare):
    assert not bare.has_works()
    with pytest.raises(WeightsError, match="no reference works"):
        bare.resembles(FOLDER / "wave.jpg")
    assert bare.compare(FOLDER / "wave.jpg", FOLDER / "mist.jpg").similarity is None


def test_why_is_about_the_likeliest_style_unless_another_is_asked_for(eye):
    best = eye.studio.classify(FOLDER / "wave.jpg").styles[0]
    why = eye.explain(FOLDER / "wave.jpg")
    assert (why.style, why.chance) == (best[0], pytest.approx(best[1], abs=0.02)) and why.about
    assert why.picture.size == why.overlay.size == (800, 576) or max(why.picture.size) <= 800
    other = eye.explain(FOLDER / "wave.jpg", "Rococo")
    assert other.style == "Rococo" and other.balance < why.balance
    assert not other.heat.equal(why.heat)
    with pytest.raises(StudioError, match="there is no style 'Doodles'; there are: "):
        eye.explain(FOLDER / "wave.jpg", "Doodles")


def test_two_pictures_compared(eye):
    same = eye.compare(FOLDER / "dusk.jpg", FOLDER / "dusk.jpg")
    assert same.shared == pytest.approx(1, abs=1e-3) and same.similarity == pytest.approx(1, abs=1e-4)
    other = eye.compare(FOLDER / "dusk.jpg", FOLDER / "mist.jpg")
    assert other.shared < 0.9 and other.similarity < 0.9 and 0 <= other.alike <= 1
    assert other.first.palette != other.second.palette


def test_many_files_one_by_one_and_a_bad_one_is_a_row(eye, tmp_path):
    (tmp_path / "bad.png").write_text("no picture")
    Image.new("RGB", (3000, 1000), "red").save(tmp_path / "wide.jpg")
    files = [(p.name, p) for p in (FOLDER / "wave.jpg", tmp_path / "bad.png", tmp_path / "wide.jpg")]
    rows = list(eye.each(files))
    assert [row.name for row in rows] == ["wave.jpg", "bad.png", "wide.jpg"]
    assert rows[0].found and rows[0].error is None and "text" in rows[1].error and rows[1].found is None
    assert rows[2].thumbnail.size == (96, 32)
    assert rows[0].found.styles == eye.studio.classify(FOLDER / "wave.jpg").styles


def test_nothing_is_opened_before_it_is_asked_for(eye):
    def files():
        yield "wave.jpg", FOLDER / "wave.jpg"
        raise AssertionError("the second file was asked for while the first was shown")

    assert next(eye.each(files())).name == "wave.jpg"


@pytest.mark.parametrize("look", ["explain", "resembles", "palette"])
def test_a_bad_file_is_answered_by_its_sentence(eye, look, tmp_path):
    (tmp_path / "bad.png").write_text("no picture")
    with pytest.raises(PictureError, match=r"^bad\.png is text"):
        getattr(eye, look)(tmp_path / "bad.png")


def test_only_a_picture_that_was_made_to_be_shown_is_passed_over(eye, tmp_path, monkeypatch):
    from gradio.data_classes import FileData

    from deepart.ui import guard
    from deepart.ui.eye import shown
    from deepart.ui.eye.one import One

    monkeypatch.setattr(shown, "get_upload_folder", lambda: str(tmp_path))
    monkeypatch.setattr(guard, "uploaded", lambda file: Path(file.path))
    Image.open(FOLDER / "wave.jpg").save(tmp_path / "scan.tif")
    assert shown.is_ours(shown.viewable(tmp_path / "scan.tif"))
    for name in ("shown-1.jpg", "as-shown-in-gallery.jpg"):
        shutil.copy(FOLDER / "wave.jpg", tmp_path / name)
        _, said, path = One(eye).look(FileData(path=str(tmp_path / name)))
        assert path == str(tmp_path / name) and "verdict" in said
