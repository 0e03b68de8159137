"""The shipped classifier and the data reader on real paintings and photographs, where a folder of them is at hand."""

import torch

from deepart import data, weights
from deepart.evaluation import classifier, guises
from deepart.models.style_cnn import judge
from deepart.studio import Studio
from deepart.training import appearances


def test_no_painter_is_in_two_splits(paintings):
    examples = data.scan(paintings)
    assert len(data.labels_of(examples)) == 20
    painters = {
        s: {e.facts["artist"] for e in data.select(examples, s)} - {""} for s in ("train", "val", "test")
    }
    assert not painters["train"] & painters["test"] and not painters["val"] & painters["test"]


def test_the_classifier_tells_styles_of_painters_it_never_saw(paintings):
    card, network = weights.load("style")
    some = data.select(data.scan(paintings), "test")[::6]
    figures = classifier.evaluate(network, card, some)
    assert figures["n"] == len(some) and figures["unreadable"] == 0
    assert figures["accuracy"] > 0.42  # 20 styles: chance is 0.05; the whole split gives about 0.53
    assert figures["not_a_painting"] < 0.12


def test_photographs_are_no_paintings(paintings):
    photographs = sorted((paintings.parent / "photos").glob("*.jpg"))[::40]
    studio = Studio(weights.ROOT, "cpu")
    verdicts = [studio.classify(path).verdict for path in photographs]
    assert verdicts.count("not-a-painting") >= 0.8 * len(photographs)


def test_near_duplicates_of_a_real_folder_stay_together(paintings):
    examples = data.scan(paintings.parent / "botanical", where={"fruit": ["cherries"]})
    shares = {s: len([e for e in examples if e.split == s]) / len(examples) for s in ("train", "val", "test")}
    assert 0.68 < shares["train"] < 0.9  # 80 in 100 of so few


def test_reproductions_and_drawings_are_not_turned_away(paintings):
    """Without colour, cut, drawn in pencil, framed, or drawn on a screen: still nothing to turn away."""
    card, network = weights.load("style")
    some = data.select(data.scan(paintings), "test")[::25]
    found = guises.turned_away_in(network, card, some, appearances.KINDS)
    assert (
        found.pop("detail") < 0.6
    )  # little of 224 pixels is left of one, and it is as soft as a small photograph
    assert max(found.values()) < 0.2, found
    drawings = data.to_float(appearances.drawings(24, network.config.image_size, seed=99))
    with torch.no_grad():
        verdicts = judge(*network(drawings), card.settings)[1]
    assert verdicts.count("not-a-painting") < 6
