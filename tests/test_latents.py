import math

import pytest
import torch

from deepart import latents


def test_a_seed_is_read_as_people_write_it():
    assert latents.check_seed("7") == latents.check_seed(7.0) == latents.check_seed(" 7 ") == 7


@pytest.mark.parametrize("bad", [-1, 1e99, "abc", 2**32, 0.5, math.nan, None, "", "1e400"])
def test_a_bad_seed_is_refused_with_the_rule(bad):
    with pytest.raises(ValueError, match="whole number from 0 to 4294967295"):
        latents.check_seed(bad)


@pytest.mark.parametrize("bad", [math.nan, -0.1, 1.6, "x", None, math.inf])
def test_a_bad_psi_is_refused_with_the_rule(bad):
    with pytest.raises(ValueError, match=r"from 0 to 1\.5"):
        latents.check_psi(bad)


def test_the_same_seed_gives_the_same_z_and_another_seed_another():
    assert torch.equal(latents.z_from_seed(5, 8), latents.z_from_seed(5, 8))
    assert not torch.equal(latents.z_from_seed(5, 8), latents.z_from_seed(6, 8))


def test_psi_0_is_the_average_and_psi_1_changes_nothing():
    w, mean = torch.tensor([[3.0, 5.0]]), torch.tensor([1.0, 1.0])
    assert torch.equal(latents.truncate(w, mean, 0.0), mean[None])
    assert torch.equal(latents.truncate(w, mean, 1.0), w)


def test_slerp_keeps_the_length_where_a_straight_line_does_not():
    z0, z1 = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    assert torch.allclose(latents.slerp(z0, z1, 0.5), torch.tensor([[0.5**0.5, 0.5**0.5]]))
    assert torch.allclose(latents.slerp(z0, z1, 0.0), z0)
    assert torch.allclose(latents.slerp(z0, z1, 1.0), z1, atol=1e-6)


def test_slerp_between_equal_points_stays_there():
    z = torch.tensor([[0.3, -0.4]])
    assert torch.allclose(latents.slerp(z, z, 0.3), z)


def test_the_strongest_axis_is_the_one_along_which_points_vary():
    points = torch.tensor([[-3.0, 0.1], [-1.0, -0.1], [1.0, -0.1], [3.0, 0.1]]) + torch.tensor([10.0, 0.0])
    mean, axes, sigma = latents.principal_axes(points, 2)
    assert torch.allclose(mean, torch.tensor([10.0, 0.0]), atol=1e-6)
    assert torch.allclose(axes[0], torch.tensor([1.0, 0.0]), atol=1e-5)
    assert sigma[0].item() == pytest.approx((20 / 3) ** 0.5, rel=1e-4)  # of -3, -1, 1, 3


def test_few_points_do_not_make_a_new_one_stand_far_out():
    points = torch.randn(33, 40, generator=torch.Generator().manual_seed(0)) * torch.linspace(2, 0.3, 40)
    few, new = points[:12], points[12:]
    mean, axes, sigma = latents.spread_axes(few)
    assert torch.allclose(axes @ axes.T, torch.eye(40), atol=1e-5) and bool((sigma[:-1] >= sigma[1:]).all())
    assert ((new - mean) @ axes.T / sigma).abs().max() < 6
    *_, sigma = latents.spread_axes(torch.randn(20_000, 40))
    assert torch.allclose(sigma, torch.ones(40), atol=0.06), "of many points it is their own spread"


def test_a_walk_visits_its_points_and_a_loop_does_not_show_the_first_twice():
    points = torch.eye(3)
    path = latents.walk(points, 5)
    assert torch.allclose(path[[0, 2, 4]], points, atol=1e-6)
    loop = latents.walk(points, 6, loop=True)
    assert torch.allclose(loop[[0, 2, 4]], points, atol=1e-6)
    assert torch.allclose(loop[5], latents.slerp(points[2:], points[:1], 0.5)[0], atol=1e-6)
    with pytest.raises(ValueError, match="2 points and 2 frames"):
        latents.walk(points[:1], 5)


def test_easing_starts_and_arrives_without_speed():
    assert latents.ease(0) == 0 and latents.ease(1) == 1 and latents.ease(0.5) == 0.5
    assert latents.ease(0.01) < 0.001


def test_a_variation_keeps_the_length_of_standard_normal_numbers():
    z, noise = torch.randn(2, 4000, generator=torch.Generator().manual_seed(0)).unsqueeze(1)
    assert torch.equal(latents.vary(z, 0.0, noise), z) and torch.equal(latents.vary(z, 1.0, noise), noise)
    assert latents.vary(z, 0.5, noise).std().item() == pytest.approx(1, abs=0.05)
