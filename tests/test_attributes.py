"""Measured attributes, on pictures whose answer is plain to see."""

import pytest
import torch

from deepart.evaluation import attributes, judges


def colour(r: float, g: float, b: float) -> torch.Tensor:
    return torch.tensor([float(r), float(g), float(b)]).view(1, 3, 1, 1).expand(1, 3, 8, 8).clone()


def test_white_is_bright_red_is_warm_and_grey_has_no_saturation():
    assert attributes.brightness(colour(1, 1, 1)).item() == pytest.approx(1)
    assert attributes.warmth(colour(1, 0, -1)).item() == pytest.approx(2)
    assert attributes.saturation(colour(0.3, 0.3, 0.3)).item() == pytest.approx(0)
    assert attributes.greenness(colour(-1, 1, -1)).item() == pytest.approx(2)


def test_light_is_where_it_is():
    x = colour(-1, -1, -1)
    x[:, :, :4] = 1  # the upper half
    assert attributes.light_above(x).item() == pytest.approx(2)
    assert attributes.light_left(x).item() == pytest.approx(0)
    assert attributes.contrast(x) > attributes.contrast(colour(1, 1, 1))
    assert attributes.detail(x) > 0 and attributes.laplacian_variance(x) > 0


def test_two_samples_of_one_cloud_are_near_and_another_cloud_is_far():
    generator = torch.Generator().manual_seed(0)
    a, b = torch.randn(2, 300, 16, generator=generator)
    near, _ = judges.kernel_distance(a, b)
    far, _ = judges.kernel_distance(a, b + 1)
    assert abs(near) < 0.05 < far


def test_the_error_of_a_kernel_distance_of_small_sets_is_how_far_it_moves_in_new_samples():
    generator = torch.Generator().manual_seed(3)

    def found():
        a, b = (torch.randn(n, 8, generator=generator) + shift for n, shift in ((60, 0.0), (50, 0.5)))
        return judges.kernel_distance(a, b)

    means, errors = torch.tensor([found() for _ in range(40)]).T
    assert 0.6 * means.std() < errors.mean() < 1.6 * means.std()


def test_a_figure_has_its_size_and_an_empty_sheet_none():
    x = torch.full((1, 3, 40, 40), 0.8)
    assert attributes.figure_size(x).item() < 0.06
    x[:, :, 10:30, 10:30] = -0.5  # a quarter of the sheet
    assert attributes.figure_size(x).item() == pytest.approx(0.25, abs=0.05)
