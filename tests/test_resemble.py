"""The reference works: a work of the set finds itself, and files that do not belong are refused."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from deepart import data, images, models, resemble, weights
from deepart.models.style_cnn import Config, StyleCNN
from deepart.resemble import ANONYMOUS, NearPainter, Work, Works
from deepart.resemble.building import principal, tidy
from deepart.weights import ModelCard, WeightsError

SIZE = 64
LABELS = ["Dots", "Lines"]


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A small classifier with random heads in a weights folder: (folder, card, network)."""
    torch.manual_seed(0)
    config = Config(2, SIZE, members=2, hidden=16)
    net = StyleCNN(config).start_from(weights.imagenet_lite0()).eval().requires_grad_(False)
    folder = tmp_path_factory.mktemp("weights") / "style-9"
    card = weights.save(folder, ModelCard("style-9", "style_cnn", models.plain(config), labels=LABELS), net)
    return folder, card, weights.load("style-9", folder.parent)[1]


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """Twelve works: six each of Ann (Dots) and Bob (Lines); two of no known painter; one that is no picture."""
    root = tmp_path_factory.mktemp("works")
    rng, rows = np.random.default_rng(0), ["file,style,artist,title,year"]
    for i in range(15):
        painter, style = (("Ann", "dots") if i % 2 else ("Bob", "Lines")) if i < 12 else ("", "Dots")
        noise = rng.integers(0, 256, (4 + 40 * (i % 2), 4 + i, 3), np.uint8)
        Image.fromarray(noise).resize((80, 80), Image.Resampling.NEAREST).save(root / f"{i}.png")
        rows.append(f"{i}.png,{style},{painter},work number {i} 1890,1890")
    (root / "14.png").write_text("no picture")
    (root / "metadata.csv").write_text("\n".join(rows))
    return data.scan(root)


@pytest.fixture(scope="module")
def works(model, examples):
    return resemble.build(model[2], model[1], examples)


def row_of(works, network, path):
    return works.embed(network, images.to_tensor(images.open_picture(path), SIZE)[None])[0]


def test_a_work_of_the_set_is_nearest_to_itself(model, examples, works):
    assert len(works.works) == 14  # the one that is no picture is left out
    for example in examples[:4]:
        near = works.nearest(row_of(works, model[2], example.path))
        number = example.path.stem
        assert near[0].similarity == pytest.approx(1, abs=0.001)
        assert near[0].work.title == f"Work number {number}" and near[0].work.year == "1890"
        assert [n.similarity for n in near] == sorted((n.similarity for n in near), reverse=True) and len(
            near
        ) == 8


def test_facts_are_the_tables_own_in_the_classifiers_spelling(works):
    assert {w.style for w in works.works} == set(LABELS)
    assert {w.painter for w in works.works} == {"Ann", "Bob", ANONYMOUS}


def made(rows, painters):
    """Works by hand: rows of any length, painters by letter, "" anonymous."""
    rows = torch.nn.functional.normalize(torch.tensor(rows), dim=1)
    works = tuple(Work(p or ANONYMOUS, "", "", "Dots") for p in painters)
    return Works(works, rows, torch.zeros(2), torch.eye(2), torch.tensor([-1.0, 0.0, 0.5, 1.0]))


def test_a_painter_is_as_near_as_their_three_nearest_works():
    rows = [[1.0, 0.0]] * 3 + [[-1.0, 0.0]] * 2 + [[0.0, 1.0]] * 5 + [[1.0, 0.0]] * 9
    found = made(rows, ["A"] * 5 + ["B"] * 5 + [""] * 9).painters(torch.tensor([1.0, 0.0]))
    assert found == [NearPainter("A", 1.0, 5), NearPainter("B", 0.0, 5)]  # anonymous works are nobody's


def test_a_painter_of_four_works_is_not_offered():
    assert made([[1.0, 0.0]] * 4, ["A"] * 4).painters(torch.tensor([1.0, 0.0])) == []


def test_alike_is_the_share_of_pairs_that_are_less_so():
    assert made([[1.0, 0.0]], ["A"]).alike(0.7) == 0.75


def test_written_and_read_again_they_find_the_same(model, works, examples, tmp_path):
    size = resemble.write(tmp_path, model[1], works)
    assert size == sum(p.stat().st_size for p in tmp_path.iterdir()) and resemble.exists(tmp_path, model[1])
    again = resemble.read(tmp_path, model[1])
    assert again.works == works.works
    row = row_of(works, model[2], examples[3].path)
    torch.testing.assert_close(again.rows @ row, works.rows @ row, atol=0.02, rtol=0)


def test_missing_foreign_and_damaged_files_are_refused_with_what_to_do(model, works, tmp_path):
    _, card, _ = model
    assert not resemble.exists(tmp_path, card)
    with pytest.raises(WeightsError, match=r"no reference works.*deepart index"):
        resemble.read(tmp_path, card)
    resemble.write(tmp_path, card, works)
    other = replace(card, sha256="0" * 64)
    assert not resemble.exists(tmp_path, other)
    with pytest.raises(WeightsError, match="another classifier"):
        resemble.read(tmp_path, other)
    numbers = (tmp_path / "works.safetensors").read_bytes()
    (tmp_path / "works.safetensors").write_bytes(numbers[:-1] + bytes([numbers[-1] ^ 1]))
    with pytest.raises(WeightsError, match="SHA-256 differs"):
        resemble.read(tmp_path, card)


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "{", '{"works": 3}'])
def test_broken_facts_are_refused(model, works, tmp_path, text):
    resemble.write(tmp_path, model[1], works)
    (tmp_path / "works.json").write_text(text)
    assert not resemble.exists(tmp_path, model[1])
    with pytest.raises(WeightsError, match="deepart index"):
        resemble.read(tmp_path, model[1])


@pytest.mark.parametrize(
    "change", [{"works": []}, {"works": [[9, "", "", 0]]}, {"painters": 3}, {"works": [[0, 1]]}]
)
def test_facts_that_do_not_fit_the_numbers_are_refused(model, works, tmp_path, change):
    resemble.write(tmp_path, model[1], works)
    facts = json.loads((tmp_path / "works.json").read_text())
    (tmp_path / "works.json").write_text(json.dumps(facts | change))
    with pytest.raises(WeightsError, match="damaged"):
        resemble.read(tmp_path, model[1])


@pytest.mark.parametrize(
    ("title", "year", "said"),
    [
        ("landscape 1889", "1889", "Landscape"),
        ("1889", "1889", "1889"),
        ("", "", ""),
        ("the   actor 15", "", "The actor 15"),
    ],
)
def test_titles_are_tidied(title, year, said):
    assert tidy(title, year) == said


def test_the_strongest_direction_is_where_the_points_spread():
    x = torch.tensor([[3.0, 0.1], [-3.0, -0.1], [1.0, 0.0], [-1.0, 0.0]])
    mean, directions = principal(x, 1)
    assert mean.tolist() == [0.0, 0.0] and abs(float(directions[0, 0])) > 0.99 and directions.shape == (2, 1)
