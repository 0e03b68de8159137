"""The figures of heat maps and of nearest works, on cases that can be counted by hand."""

from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import nn

from deepart import explain
from deepart.data import Example
from deepart.evaluation import heat_maps, neighbours
from deepart.resemble import Work, Works

SIZE = 56


class BrightLeft(nn.Module):
    """Style 1 is light in the left half: its logit is twelve times the share of the half that is light."""

    config = SimpleNamespace(image_size=SIZE, classes=2)

    def forward(self, x):
        logit = ((x[..., : SIZE // 2] + 1) / 2).mean((1, 2, 3)) * 12 - 6
        return torch.stack([0 * logit, logit], 1), 0 * logit


def half_and_half(value: float) -> torch.Tensor:
    """A map of 1 in the left half and `value` in the right."""
    grid = torch.full((explain.GRID, explain.GRID), value)
    grid[:, : explain.GRID // 2] = 1
    return grid


def test_a_map_that_points_at_the_evidence_deletes_it_first_and_inserts_it_first():
    x = torch.full((1, 3, SIZE, SIZE), -1.0)
    checks = (torch.arange(SIZE // 2) % 7 < 6).float() * 2 - 1
    x[..., : SIZE // 2] = checks
    right, wrong = (heat_maps.curves(BrightLeft(), x, half_and_half(v), 1) for v in (0.0, 2.0))
    for going, coming in (right, wrong):
        assert len(going) == len(coming) == heat_maps.STEPS + 1
        assert float(going[0]) == pytest.approx(float(coming[-1])) and float(going[-1]) == pytest.approx(
            float(coming[0])
        )
    assert float(wrong[0][heat_maps.STEPS // 2]) == pytest.approx(
        float(wrong[0][0]), abs=1e-3
    )  # only the right went
    assert float(right[0][heat_maps.STEPS // 2]) == pytest.approx(
        float(right[0][-1]), abs=1e-3
    )  # all evidence went


def test_summary_of_three_pictures():
    ours = torch.tensor([[0.2, 0.6], [0.3, 0.5], [0.1, 0.4]])
    found = heat_maps.summary({"ours": ours, "random": torch.full((3, 2), 0.4)})
    assert found["deletion"] == {"ours": 0.2, "random": 0.4} and found["insertion"] == {
        "ours": 0.5,
        "random": 0.4,
    }
    assert found["insertion_less_deletion"] == {"ours": 0.3, "random": 0.0}
    gain = found["better_than"]["random"]
    assert (
        gain["mean"] == 0.3
        and 0.2 <= gain["from"] <= 0.3 <= gain["to"] <= 0.4
        and set(found["better_than"]) == {"random"}
    )


def test_controls_know_the_centre_and_the_edges_and_nothing_else():
    x = torch.zeros(1, 3, SIZE, SIZE)
    x[..., SIZE // 4 :] = 1.0  # one upright edge
    found = heat_maps.controls(x, torch.Generator().manual_seed(0))
    side = explain.GRID
    assert set(found) == {"random", "centre", "edges"} and all(
        m.shape == (side, side) for m in found.values()
    )
    assert found["centre"].argmax() in (side // 2 * side + side // 2, (side // 2 - 1) * side + side // 2 - 1)
    assert abs(int(found["edges"].sum(0).argmax()) - side // 4) <= 1


class Seer(nn.Module):
    """Sees of a picture its mean red and mean blue."""

    config = SimpleNamespace(image_size=8)

    def features(self, x):
        return x.mean((2, 3))[:, ::2]

    def standardise(self, features):
        return features

    def hidden(self, z):
        return z


def picture(folder: Path, name: str, colour: str, style: str, artist: str) -> Example:
    from PIL import Image

    Image.new("RGB", (20, 20), colour).save(folder / f"{name}.png")
    return Example(folder / f"{name}.png", style, "test", {"artist": artist})


def test_precision_and_painters_counted_by_hand(tmp_path):
    """Five red works by Ann, five blue by Bob; red, red and blue are asked, one of the reds is called Blue."""
    rows = torch.tensor([[1.0, -1.0]] * 5 + [[-1.0, 1.0]] * 5) / 2**0.5
    works = Works(tuple(Work(a, "", "", s) for a, s in [("Ann", "Red")] * 5 + [("Bob", "Blue")] * 5),
                  rows, torch.zeros(2), torch.eye(2), torch.zeros(1))  # fmt: skip
    asked = [
        picture(tmp_path, "a", "red", "red", "Ann"),
        picture(tmp_path, "b", "red", "Blue", "Bob"),
        picture(tmp_path, "c", "blue", "Blue", "Cid"),
        picture(tmp_path, "d", "red", "Red", ""),
    ]
    found = neighbours.evaluate(Seer(), works, asked)
    assert (found["n"], found["works"], found["precision_at_5"]) == (4, 10, 0.75)
    assert found["precision_at_5_mean_of_styles"] == 0.75 and found["precision_by_chance"] == 0.5
    low, high = found["precision_at_5_95"]
    assert 0 <= low < 0.75 < high <= 1
    assert (found["painters_offered"], found["n_of_these"]) == (2, 2)  # Cid has no works here
    assert found["painter_first"] == 0.5 and found["painter_in_5"] == 1.0


def test_heat_maps_of_a_small_classifier_are_measured(tmp_path):
    import numpy as np
    from PIL import Image

    from deepart import weights
    from deepart.models.style_cnn import Config, StyleCNN
    from deepart.weights import ModelCard

    torch.manual_seed(0)
    net = StyleCNN(Config(2, 64, members=1, hidden=4)).start_from(weights.imagenet_lite0()).eval()
    rng = np.random.default_rng(0)
    for i in range(3):
        Image.fromarray(rng.integers(0, 256, (64, 64, 3), np.uint8)).save(tmp_path / f"{i}.png")
    (tmp_path / "9.png").write_text("no picture")
    examples = [Example(p) for p in sorted(tmp_path.iterdir())]
    found = heat_maps.evaluate(net, ModelCard("x", "style_cnn", {}), examples)
    assert (found["n"], found["unreadable"]) == (3, 1)
    assert set(found["deletion"]) == {"ours", "random", "centre", "edges", "another picture's"}
    assert all(0 <= v <= 1 for v in (*found["deletion"].values(), *found["insertion"].values()))
