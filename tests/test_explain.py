"""Heat maps: where the evidence was put is where they point, and nothing is lost on the way."""

import numpy as np
import pytest
import torch
from PIL import Image

from deepart import explain, weights
from deepart.models.style_cnn import Config, StyleCNN, root

SIZE = 112


@pytest.fixture(scope="module")
def plain():
    """A network whose second style is "rough texture": the summed std of the first stage, 0 for a flat grey picture."""
    net = (
        StyleCNN(Config(classes=2, image_size=SIZE, stages=(0, 2), members=1, hidden=1))
        .eval()
        .requires_grad_(False)
    )
    net.start_from(weights.imagenet_lite0())
    net.center.copy_(root(net.features(torch.zeros(1, 3, SIZE, SIZE)))[0])
    for parameter in net.style.parameters():
        parameter.zero_()
    first = net.backbone.num_features  # after the last layer: the means of stage 0, then its stds
    wide = net.backbone.blocks[0][-1].conv_dw.out_channels
    net.style[0].weight[0, first + wide : first + 2 * wide] = 1.0
    net.style[2].weight[1, 0] = 1.0
    return net


def rough(row: int, column: int) -> torch.Tensor:
    """Flat grey with noise in one quarter: x (1, 3, SIZE, SIZE)."""
    x, half = torch.zeros(1, 3, SIZE, SIZE), SIZE // 2
    noise = torch.rand(3, half, half, generator=torch.Generator().manual_seed(0)) * 2 - 1
    x[0, :, row * half : (row + 1) * half, column * half : (column + 1) * half] = noise
    return x


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 1), (1, 0), (1, 1)])
def test_the_map_points_at_the_quarter_where_the_evidence_is(plain, row, column):
    grid = explain.heat_map(plain, rough(row, column), 1)
    half = explain.GRID // 2
    quarters = grid.clamp(min=0).view(2, half, 2, half).sum((1, 3))
    assert grid.shape == (explain.GRID, explain.GRID)
    assert (
        quarters[row, column] > 0.7 * quarters.sum()
    )  # smoothing and the wide view of a place take the rest


def test_what_speaks_for_one_of_two_styles_speaks_against_the_other(plain):
    x = rough(0, 0)
    torch.testing.assert_close(
        explain.heat_map(plain, x, 0), -explain.heat_map(plain, x, 1), atol=1e-4, rtol=1e-3
    )


@pytest.fixture(scope="module", params=[False, True], ids=["one-sided", "mirrored"])
def whole(request):
    """A network that uses everything it sees, with random heads."""
    torch.manual_seed(0)
    config = Config(classes=3, image_size=SIZE, members=2, hidden=16, mirror=request.param)
    net = StyleCNN(config).eval().requires_grad_(False)
    net.start_from(weights.imagenet_lite0())
    z = root(net.features(torch.rand(8, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(1)) * 2 - 1))
    net.center.copy_(z.mean(0))
    net.spread.copy_(z.std(0) + 0.05)
    return net


@pytest.mark.parametrize("folded", [False, True])
def test_the_cells_sum_to_the_log_odds_less_those_of_the_average_picture(whole, folded):
    import copy

    net = copy.deepcopy(whole).folded() if folded else whole
    x = rough(1, 0) * 0.5
    z = net.standardise(net.features(x))
    both = explain.log_odds(net.heads(torch.cat([z, 0 * z]))[0], 2)
    assert float(explain.heat_map(net, x, 2).sum()) == pytest.approx(
        float(both[0] - both[1]), rel=0.03, abs=0.03
    )


def test_the_network_is_the_same_after_as_before_and_gains_no_hooks(whole):
    x = rough(0, 1)
    before = whole(x)[0]
    explain.heat_map(whole, x, 0)
    torch.testing.assert_close(whole(x)[0], before)
    assert not any(module._forward_hooks for module in whole.modules())


def test_a_map_can_be_made_where_others_infer(whole):
    with torch.inference_mode():
        assert explain.heat_map(whole, rough(0, 0), 1).isfinite().all()


def test_a_style_that_is_not_there_is_refused(whole):
    with pytest.raises(IndexError, match=r"\[0, 3\), got 3"):
        explain.heat_map(whole, rough(0, 0), 3)


def test_log_odds_of_even_chances_is_zero():
    assert explain.log_odds(torch.tensor([[2.0, 2.0]]), 0).tolist() == [0.0]


def test_smoothing_keeps_the_sum_at_an_edge_too():
    grid = torch.zeros(explain.GRID, explain.GRID)
    grid[0, 5], grid[13, 13] = 2.0, 1.0
    assert float(explain.smooth(grid).sum()) == pytest.approx(3, abs=1e-4)


def test_the_overlay_is_red_where_the_map_is_high_and_grey_elsewhere():
    grid = torch.zeros(explain.GRID, explain.GRID)
    grid[:10, :10] = 1.0
    shown = np.asarray(explain.overlay(Image.new("RGB", (90, 60), (90, 120, 200)), grid), int)
    assert shown.shape == (60, 90, 3)
    assert shown[5, 5, 0] > shown[5, 5, 2] + 60 and np.ptp(shown[55, 85]) <= 2


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_a_map_without_any_evidence_stays_grey(value):
    shown = np.asarray(
        explain.overlay(Image.new("RGB", (20, 20), "teal"), torch.full((explain.GRID,) * 2, value)), int
    )
    assert np.ptp(shown, axis=2).max() <= 2
