"""The classifier's figures, on cases that can be counted by hand."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch
from PIL import Image, ImageDraw
from torch import nn

from deepart import data
from deepart.evaluation import classifier, guises, run, statistics, style_peers
from deepart.weights import ModelCard

LABELS = ["blue", "red"]
CARD = ModelCard(
    "stub-1", "style_cnn", {}, labels=LABELS, settings={"sure_above": 0.9, "not_a_painting_above": 0.5}
)


class RedOrBlue(nn.Module):
    """Says "red" when there is more red than blue, and "not a painting" when there is neither."""

    config = SimpleNamespace(image_size=16)

    def __init__(self):
        super().__init__()
        self.sure = nn.Parameter(torch.tensor(8.0), requires_grad=False)

    def forward(self, x):
        r, _, b = ((x + 1) / 2).mean((2, 3)).unbind(1)
        return torch.stack([b, r], 1) * self.sure, 5.0 * ((r + b) < 0.1) - 2.5


class BlueOrRed(RedOrBlue):
    """Is always wrong."""

    def forward(self, x):
        logits, other = super().forward(x)
        return logits.flip(1), other


def folder(tmp_path, rows):
    """A data folder from rows (label, colour, artist, split)."""
    lines = ["file,style,artist,split"]
    for i, (label, colour, artist, split) in enumerate(rows):
        Image.new("RGB", (24, 20), colour).save(tmp_path / f"{i}.png")
        lines.append(f"{i}.png,{label},{artist},{split}")
    (tmp_path / "metadata.csv").write_text("\n".join(lines))
    return data.scan(tmp_path)


def test_figures_of_four_pictures(tmp_path):
    examples = folder(tmp_path, [
        ("Red", "red", "Ann", "test"), ("red", "red", "Ann", "test"),  # both right
        ("red", "blue", "Bob", "test"), ("BLUE", "blue", "Cid", "test"),  # Bob's is wrong, Cid's right
    ])  # fmt: skip
    figures = classifier.evaluate(RedOrBlue(), CARD, examples)
    assert figures["n"] == 4 and figures["painters"] == 3 and figures["accuracy"] == 0.75
    assert figures["confusion"] == [[1, 0], [1, 2]]
    assert figures["by_style"] == {"blue": {"n": 1, "recall": 1.0}, "red": {"n": 3, "recall": 0.667}}
    assert figures["macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2, abs=1e-4)
    assert figures["macro_f1_painters"] == pytest.approx(2 / 3, abs=1e-4)  # Ann counts once: red is 1 of 2
    assert figures["macro_f1_painters_95"][0] < 2 / 3 < figures["macro_f1_painters_95"][1]
    assert figures["top3"] == 1.0 and figures["unsure"] == 0.0 and figures["accuracy_when_sure"] == 0.75


def test_black_is_no_painting_and_violet_is_unsure_and_text_is_counted_as_unreadable(tmp_path):
    examples = folder(
        tmp_path, [("red", "black", "", "test"), ("red", "#800080", "", "test"), ("red", "red", "", "test")]
    )
    (tmp_path / "2.png").write_text("not a picture")
    figures = classifier.evaluate(RedOrBlue(), CARD, examples)
    assert (figures["n"], figures["unreadable"]) == (2, 1)
    assert (
        figures["not_a_painting"] == 0.5
        and figures["unsure"] == 0.5
        and figures["accuracy_when_sure"] is None
    )


def test_a_label_that_the_model_does_not_know_is_named(tmp_path):
    with pytest.raises(data.DataError, match="Cubism"):
        classifier.evaluate(RedOrBlue(), CARD, folder(tmp_path, [("Cubism", "red", "", "test")]))


def test_calibration_error_is_the_gap_between_chance_and_truth():
    p = torch.tensor([[0.9, 0.1]] * 10)
    targets = torch.tensor([0] * 6 + [1] * 4)  # said 0.9, was 0.6
    assert statistics.calibration_error(p, targets, bins=1) == pytest.approx(0.3, abs=1e-6)


def test_a_model_that_weighs_left_and_right_is_caught_by_its_mirror_image(tmp_path):
    class LeftIsRed(RedOrBlue):
        def forward(self, x):
            return super().forward(x[..., :8])

    picture = Image.new("RGB", (40, 20), "blue")
    ImageDraw.Draw(picture).rectangle((0, 0, 19, 19), fill="red")
    picture.save(tmp_path / "half.png")
    moved = guises.shape_sensitivity(LeftIsRed(), CARD, [data.Example(tmp_path / "half.png")])
    assert moved["mirrored"] > 0.9 and moved["squashed"] < 0.1 and moved["half size"] < 0.1
    even = guises.shape_sensitivity(RedOrBlue(), CARD, [data.Example(tmp_path / "half.png")])
    assert even["mirrored"] < 0.01


def test_peers_learn_colours_from_frozen_features(tmp_path):
    reds = [("red", (200 + i, 10 * i, 0), f"r{i}", "train") for i in range(4)] + [
        ("red", (230, 20, 10), "x", "test")
    ]
    blues = [("blue", (0, 10 * i, 200 + i), f"b{i}", "train") for i in range(4)] + [
        ("blue", (10, 20, 230), "y", "test")
    ]
    found = style_peers.peers(folder(tmp_path, reds + blues), LABELS, "test", minutes=0)
    assert set(found) == {"last layer", "statistics", "both"}
    assert found["both"]["accuracy"] == 1.0 and found["both"]["n"] == 2


def test_how_far_one_is_ahead_of_another_by_hand():
    """Ann's two works and Bob's two; ours right on all, theirs right on Ann's only."""
    targets = torch.tensor([0, 1, 0, 1])
    ours = torch.eye(2)[targets]
    theirs = torch.eye(2)[torch.tensor([0, 1, 1, 0])]
    found = statistics.ahead(ours, theirs, targets, ["Ann", "Ann", "Bob", "Bob"], 2)
    assert found["accuracy"][0] == 0.5 and found["macro_f1_painters"][0] == 0.5
    low, high = found["accuracy"][1:]
    assert low == 0 and high == 1  # only Ann drawn, only Bob drawn
    assert statistics.ahead(ours, ours, targets, ["Ann", "Ann", "Bob", "Bob"], 2)["accuracy"] == [0, 0, 0]


def test_the_mean_of_several_trainings_is_ahead_by_the_mean():
    targets, painters = torch.tensor([0, 1, 0, 1]), ["Ann", "Ann", "Bob", "Bob"]
    right, wrong = torch.eye(2)[targets], torch.eye(2)[1 - targets]
    found = statistics.ahead(torch.stack([right, right, right, wrong]), wrong, targets, painters, 2)
    assert found["accuracy"] == [0.75] * 3  # whoever is drawn
    assert (
        statistics.ahead(torch.stack([right, wrong]), right, targets, painters, 2)["accuracy"] == [-0.5] * 3
    )


def test_trainings_with_other_seeds_are_measured_beside_it(tmp_path):
    colours = {"red": (230, 20, 10), "blue": (10, 20, 230)}
    pictures = [(name, colour, f"{name}{i}", "train") for name, colour in colours.items() for i in range(4)]
    pictures += [(name, colour, f"new {name}", "test") for name, colour in colours.items()]
    examples = folder(tmp_path, pictures)
    again = replace(CARD, sha256="b" * 64)
    found = run.evaluate(CARD, RedOrBlue(), examples, "test", other_seeds=[(again, BlueOrRed())])
    told = found["trainings"]
    assert found["accuracy"] == 1.0 and told["n"] == 2 and told["mean"]["accuracy"] == 0.5
    assert [one["accuracy"] for one in told["each"]] == [1.0, 0.0]
    right = torch.eye(2)[torch.tensor([1, 0])]  # red, then blue
    stack = torch.stack([right, 1 - right])
    peers = style_peers.peers(examples, LABELS, "test", minutes=0, ours={"test": stack})["both"]
    assert peers["ahead"]["accuracy"] == [0, 0, 0] and peers["ahead_on_average"]["accuracy"] == [-0.5] * 3
    with pytest.raises(data.DataError, match="other labels"):
        others = replace(again, labels=[*LABELS[::-1]])
        run.evaluate(CARD, RedOrBlue(), examples, "test", other_seeds=[(others, BlueOrRed())])
    with pytest.raises(data.DataError, match="given twice"):
        run.evaluate(CARD, RedOrBlue(), examples, "test", other_seeds=[(CARD, RedOrBlue())])


def test_black_sheets_are_turned_away(tmp_path):
    examples = folder(tmp_path, [("", "black", "", "test"), ("", "red", "", "test")])
    assert guises.turned_away(RedOrBlue(), CARD, examples) == {"n": 2, "turned_away": 0.5}
