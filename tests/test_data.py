import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from deepart import data


def blot(seed: int) -> Image.Image:
    """A picture unlike that of any other seed."""
    cells = np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8)
    return Image.fromarray(cells).resize((64, 64), Image.Resampling.BICUBIC)


@pytest.fixture
def folders(tmp_path):
    for label, start in (("Cubism", 0), ("Ukiyo-e", 100)):
        (tmp_path / label).mkdir()
        for i in range(3):
            blot(start + i).save(tmp_path / label / f"{i}.png")
    return tmp_path


def test_labels_come_from_the_names_of_folders(folders):
    examples = data.scan(folders)
    assert [e.label for e in examples] == ["Cubism"] * 3 + ["Ukiyo-e"] * 3
    assert data.labels_of(examples) == ["Cubism", "Ukiyo-e"]


def test_labels_match_whatever_their_case_hyphens_and_spaces():
    examples = [data.Example("a", "ukiyo e"), data.Example("b", "CUBISM")]
    assert data.indices(examples, ["Cubism", "Ukiyo-e"]).tolist() == [1, 0]


def test_a_label_that_the_model_does_not_know_is_named():
    with pytest.raises(data.DataError, match="Vaporwave"):
        data.indices([data.Example("a", "Vaporwave")], ["Cubism"])


def test_a_table_gives_labels_splits_and_filters(folders):
    (folders / "metadata.csv").write_text(
        "file,style,split,shape\nCubism/0.png,Cubism,train,true\nCubism/1.png,cubism,test,squashed\n"
    )
    assert [(e.label, e.split) for e in data.scan(folders)] == [("Cubism", "train"), ("cubism", "test")]
    assert len(data.scan(folders, where={"shape": ["true"]})) == 1


def test_a_table_needs_no_column_but_file(folders):
    (folders / "metadata.csv").write_text("file\nCubism/0.png\n")
    (example,) = data.scan(folders)
    assert example.label is None and example.split in ("train", "val", "test")


def test_a_row_may_have_fewer_or_more_cells_than_the_head(folders):
    (folders / "metadata.csv").write_text("file,width,shape\nCubism/0.png\nCubism/1.png,2,true,beyond,more\n")
    assert len(data.scan(folders)) == 2
    assert [e.facts for e in data.scan(folders, where={"shape": ["true"]})] == [
        {"file": "Cubism/1.png", "width": "2", "shape": "true"}
    ]
    assert len(data.scan(folders, aspect=(0.1, 10))) == 2


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("name\nx.png\n", "needs a column 'file'"),
        ("file\nnowhere.png\n", "not there, the first is 'nowhere.png'"),
        ("file\n../outside.png\n", "outside"),
        ("file,title\nCubism/0.png,Caf\xe9\n", "save it as CSV in UTF-8"),
        ("file,title\nCubism/0.png," + "x" * 200_000, "save it as CSV in UTF-8"),
    ],
)
def test_a_bad_table_is_refused_with_the_reason(folders, table, sentence):
    blot(7).save(folders.parent / "outside.png")
    (folders / "metadata.csv").write_text(table, "latin-1")
    with pytest.raises(data.DataError, match=sentence):
        data.scan(folders)


def test_no_folder_and_no_pictures_are_refused(tmp_path):
    with pytest.raises(data.DataError, match="not a folder"):
        data.scan(tmp_path / "nowhere")
    with pytest.raises(data.DataError, match="no pictures"):
        data.scan(tmp_path)


def test_near_duplicates_fall_on_the_same_side_and_names_do_not_matter(tmp_path):
    for i in range(40):
        picture = blot(i)
        picture.save(tmp_path / f"{i:02}-a.png")
        picture.save(tmp_path / f"{i:02}-b.jpg", quality=80)
    examples = data.scan(tmp_path)
    splits = {e.path.name: e.split for e in examples}
    assert len(set(splits.values())) >= 2  # or the next line would be empty of meaning
    assert all(splits[f"{i:02}-a.png"] == splits[f"{i:02}-b.jpg"] for i in range(40))
    (tmp_path / "00-a.png").rename(tmp_path / "zebra.png")
    again = {e.path.name: e.split for e in data.scan(tmp_path)}
    assert again["zebra.png"] == splits["00-a.png"]


def test_about_nine_in_ten_are_for_training(tmp_path):
    hashes = np.random.default_rng(0).integers(0, 2**63, 1000, dtype=np.uint64)
    assert len(set(data.near_groups(hashes).tolist())) == 1000  # random pictures are nobody's duplicates


def test_an_unreadable_picture_is_skipped_and_named(tmp_path):
    blot(1).save(tmp_path / "good.png")
    (tmp_path / "bad.png").write_bytes(b"not a picture")
    examples = [data.Example(tmp_path / "bad.png"), data.Example(tmp_path / "good.png")]
    pictures, kept, skipped = data.load(examples, (16, 16), "squash")
    assert pictures.shape == (1, 3, 16, 16) and pictures.dtype == torch.uint8
    assert kept == [1] and skipped[0].startswith("bad.png")


def test_white_is_plus_one_and_black_minus_one():
    pictures = torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1, 1).expand(2, 3, 4, 4)
    x = data.to_float(pictures)
    assert x[0].max() == -1 and x[1].min() == 1


def test_an_epoch_shows_every_row_once():
    batches = data.Batches(count=10, size=5, seed=0)
    assert sorted(torch.cat([next(batches), next(batches)]).tolist()) == list(range(10))


def test_batches_go_on_where_they_were_saved():
    batches, other = data.Batches(10, 3, seed=1), data.Batches(10, 3, seed=2)
    next(batches)
    other.load_state_dict(batches.state_dict())
    assert all(torch.equal(next(batches), next(other)) for _ in range(10))


def test_weights_draw_rows_as_often_as_they_say():
    batches = data.Batches(2, 1000, seed=0, weights=torch.tensor([1.0, 3.0]))
    assert 0.70 < next(batches).float().mean() < 0.80


def test_the_difference_hash_sees_a_gradient(tmp_path):
    picture = Image.new("L", (90, 80))
    draw = ImageDraw.Draw(picture)
    for x in range(90):
        draw.line([(x, 0), (x, 80)], fill=2 * x)
    picture.save(tmp_path / "rising.png")
    assert (
        data.difference_hash(tmp_path / "rising.png") == 2**64 - 1
    )  # each cell is darker than its right neighbour


def test_only_pictures_of_one_shape(tmp_path):
    for name, size in {"wide": (40, 20), "tall": (20, 40), "square": (30, 30)}.items():
        Image.new("RGB", size).save(tmp_path / f"{name}.png")
    (tmp_path / "metadata.csv").write_text(
        "file,width,height,split\nwide.png,40,20,train\ntall.png,,,train\nsquare.png,,,train\n"
    )
    found = data.scan(tmp_path, aspect=(0.9, 2.5))
    assert sorted(e.path.stem for e in found) == ["square", "wide"]
    with pytest.raises(data.DataError, match="3 to 4 times as wide"):
        data.scan(tmp_path, aspect=(3, 4))
