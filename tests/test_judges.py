"""Distances between sets of features, on sets whose answer is known."""

import pytest
import torch

from deepart.evaluation import judges


def cloud(n: int, seed: int, shift: float = 0.0) -> torch.Tensor:
    return torch.randn(n, 6, generator=torch.Generator().manual_seed(seed)) + shift


def test_a_set_has_no_frechet_distance_from_itself_and_a_shift_costs_its_square():
    a = cloud(50, 0)
    b = a + torch.tensor([3.0, 0, 0, 0, 0, 0])
    scale = torch.cat([a, b]).square().mean()
    assert judges.frechet_distance(a, a) == pytest.approx(0, abs=1e-6)
    assert judges.frechet_distance(a, b) == pytest.approx(9 / float(scale), rel=1e-4)


def test_frechet_distance_of_two_spreads_by_hand():
    """One dimension, standard deviations s and 3s: (3s - s)**2."""
    a = torch.tensor([[-1.0], [1.0]])
    scale = float(torch.cat([a, 3 * a]).square().mean())
    assert judges.frechet_distance(a, 3 * a) == pytest.approx(
        4 * 2 / scale, rel=1e-5
    )  # s**2 = 2: n - 1 below


def test_precision_and_recall_tell_strangers_and_collapse():
    real = cloud(100, 1)
    assert judges.precision_recall(real, real) == (1.0, 1.0)
    assert judges.precision_recall(cloud(100, 2, shift=50.0), real) == (0.0, 0.0)
    one = real[:1] + 1e-3 * cloud(100, 3)  # the same good picture a hundred times
    precision, recall = judges.precision_recall(one, real)
    assert precision > 0.9 and recall < 0.1


def test_too_few_pictures_for_precision_are_refused():
    with pytest.raises(ValueError, match="more than 3"):
        judges.precision_recall(cloud(3, 0), cloud(9, 0))


def test_nearest_by_hand():
    a, b = torch.tensor([[0.0], [10.0]]), torch.tensor([[3.0], [9.0]])
    assert judges.nearest(a, b).tolist() == [3.0, 1.0]
