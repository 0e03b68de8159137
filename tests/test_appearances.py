"""Paintings without colour, cut, drawn, framed: each does to a picture what its name says."""

import pytest
import torch

from deepart.training import appearances


def coloured(n: int = 3, size: int = 64) -> torch.Tensor:
    return torch.rand(n, 3, size, size, generator=torch.Generator().manual_seed(0)) * 2 - 1


def seeded(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", appearances.KINDS)
def test_shape_and_range_stay_and_a_seed_decides(name):
    change, x = appearances.KINDS[name], coloured()
    out = change(x, seeded())
    assert out.shape == x.shape and out.abs().max() <= 1 and not torch.equal(out, x)
    assert torch.equal(out, change(x, seeded()))


def test_grey_keeps_light_and_loses_colour():
    x = coloured()
    out = appearances.grey(x, seeded())
    assert (out - out.mean(1, keepdim=True)).abs().max() < 0.15 < (x - x.mean(1, keepdim=True)).abs().max()
    luma = (x * torch.tensor([0.2126, 0.7152, 0.0722])[:, None, None]).sum(1)
    assert torch.corrcoef(torch.stack([out[:, 1].flatten(), luma.flatten()]))[0, 1] > 0.99


def test_a_detail_is_a_part_enlarged():
    ramp = torch.linspace(-1, 1, 64).expand(2, 3, 64, 64)
    out = appearances.detail(ramp, seeded())
    across = out[:, 0, 32, -8] - out[:, 0, 32, 8]
    assert (across < 0.75 * (ramp[0, 0, 32, -8] - ramp[0, 0, 32, 8])).all() and (across > 0).all()


def test_a_pencil_draws_an_edge_on_light_paper():
    x = torch.ones(1, 3, 64, 64) * 0.9
    x[..., 32:] = 0.2
    out = appearances.pencil(x, seeded()).mean(1)[0]
    assert out[:, 28:36].min(1).values.mean() < out[:, :16].mean() - 0.3


def test_a_framed_picture_hangs_on_one_wall():
    out = appearances.framed(coloured(4), seeded())
    corners = torch.stack([out[..., :4, :4], out[..., -4:, :4]]).flatten(-2)
    assert corners.std(-1).max() < 0.1 < out[..., 24:40, 24:40].flatten(-2).std(-1).min()


def test_drawings_are_bright_various_and_the_same_again():
    made = appearances.drawings(6, 48, seed=3)
    assert made.shape == (6, 3, 48, 48) and made.dtype == torch.uint8
    assert torch.equal(made, appearances.drawings(6, 48, seed=3))
    assert not torch.equal(made, appearances.drawings(6, 48, seed=4))
    assert min((a.float() - b.float()).abs().mean() for i, a in enumerate(made) for b in made[:i]) > 10
