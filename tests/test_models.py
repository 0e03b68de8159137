import pytest
import torch

from deepart import models
from deepart.models import gan, vae

SMALL = {
    "gan": {"height": 24, "width": 16, "z_dim": 8, "w_dim": 8, "channels": (8, 8, 4)},
    "vae": {"image_size": 16, "z_dim": 4, "channels": (4, 8)},
    "style_cnn": {"image_size": 64, "classes": 3},
    "restyle": {"s_dim": 8, "channels": (8, 8, 8, 4, 4)},
    "enlarge": {"channels": 8, "blocks": 1, "fine": 4},
}


@pytest.mark.parametrize("arch", models.ARCHS)
def test_a_config_survives_the_trip_through_json(arch):
    config = models.make_config(arch, SMALL[arch])
    assert models.make_config(arch, models.plain(config)) == config


@pytest.mark.parametrize("arch", models.ARCHS)
def test_an_unknown_setting_is_named(arch):
    with pytest.raises(ValueError, match="no setting flavour"):
        models.make_config(arch, {"flavour": 1})


@pytest.fixture
def G():
    torch.manual_seed(0)
    return gan.Generator(gan.Config(**SMALL["gan"])).eval()


def test_a_generator_paints_its_size_and_begins_near_grey(G):
    x = G(torch.randn(3, 8))
    assert x.shape == (3, 3, 24, 16) and x.abs().mean() < 1


def test_one_w_for_all_levels_is_the_same_as_w_repeated(G):
    w = G.map(torch.randn(2, 8))
    assert torch.equal(G.synthesize(w), G.synthesize(w[:, None].repeat(1, 3, 1)))


def test_the_length_of_z_does_not_matter_and_its_direction_does(G):
    z = torch.randn(1, 8)
    assert torch.allclose(G.map(z), G.map(2 * z), atol=1e-5)
    assert not torch.allclose(G.map(z), G.map(-z), atol=1e-2)


def test_scaling_activations_equals_scaling_the_kernel():
    """The modulated convolution of StyleGAN2 by its definition: scale the kernel's inputs, then normalise it."""
    conv = gan.ModulatedConv(4, 5, 3, w_dim=6)
    h, w = torch.randn(1, 4, 7, 7), torch.randn(1, 6)
    kernel = conv.weight * conv.style(w)[0][None, :, None, None]
    kernel = kernel / (kernel.square().sum((1, 2, 3), keepdim=True) / 2 + 1e-8).sqrt()
    assert torch.allclose(conv(h, w), torch.nn.functional.conv2d(h, kernel, conv.bias, padding=1), atol=1e-5)


def test_hinge_losses_by_hand():
    assert gan.hinge_d(torch.tensor([2.0]), torch.tensor([-2.0])) == 0  # D is right by more than the margin
    assert gan.hinge_d(torch.tensor([0.0]), torch.tensor([0.0])) == 2
    assert gan.hinge_g(torch.tensor([3.0])) == -3


def test_a_size_that_cannot_be_halved_is_refused():
    with pytest.raises(ValueError, match="divisible by 16"):
        gan.Config(height=100)
    with pytest.raises(ValueError, match="divisible by 16"):
        vae.Config(image_size=100)


@pytest.fixture
def model():
    torch.manual_seed(0)
    return vae.VAE(vae.Config(**SMALL["vae"])).eval()


def test_a_vae_turns_pictures_into_latents_and_back(model):
    mu, logvar = model.encode(torch.zeros(2, 3, 16, 16))
    assert mu.shape == logvar.shape == (2, 4)
    assert model.decode(mu).shape == (2, 3, 16, 16)


def test_sliders_and_latents_are_inverse(model):
    model.z_mean.normal_()
    model.sigma.uniform_(0.5, 2)
    model.axes.copy_(torch.linalg.qr(torch.randn(4, 4))[0])
    z = torch.randn(3, 4)
    assert torch.allclose(model.from_sliders(model.to_sliders(z)), z, atol=1e-5)


def test_normal_numbers_and_latents_are_inverse(model):
    model.z_mean.normal_()
    model.codes.copy_(torch.randn(4, 4) + 2 * torch.eye(4))
    z = torch.randn(3, 4)
    assert torch.allclose(model.from_normal(model.to_normal(z)), z, atol=1e-4)
    assert not torch.allclose(model.to_normal(z), z, atol=0.1)


def test_sliders_need_not_be_at_right_angles():
    model = vae.VAE(vae.Config(image_size=16, z_dim=3, channels=(4, 8)))
    model.axes.copy_(torch.tensor([[1.0, 0, 0], [0.6, 0.8, 0], [0, 0, 1]]))
    model.sigma.copy_(torch.tensor([2.0, 1, 3]))
    place = model.to_sliders(torch.tensor([[0.6, 0.8, 3.0]]))
    assert torch.allclose(place, torch.tensor([[0.0, 1, 1]]), atol=1e-6)


def test_kl_by_hand():
    mu, logvar = torch.tensor([[0.0, 1.0]]), torch.zeros(1, 2)
    assert vae.kl_to_standard_normal(mu, logvar).item() == pytest.approx(0.5)  # mu**2 / 2
    assert vae.kl_to_standard_normal(mu * 0, logvar).item() == 0
    assert vae.kl_to_standard_normal(mu, logvar, free_bits=0.6).item() == 0  # 0.5 nats are free


def test_no_noise_gives_the_mean():
    mu, logvar = torch.tensor([[3.0]]), torch.tensor([[0.0]])
    assert vae.reparameterize(mu, logvar, torch.zeros(1, 1)) == 3
    assert vae.reparameterize(mu, logvar, torch.ones(1, 1)) == 4  # one sigma further


def test_variety_is_small_when_all_pictures_of_a_group_are_alike():
    alike = torch.ones(4, 2, 3, 3)
    assert gan.variety(alike).max() < 0.01
    halves = torch.cat([alike[:2], -alike[:2]])  # +1, +1, -1, -1: a standard deviation of 1
    assert torch.allclose(gan.variety(halves), torch.ones(4, 2, 3, 3), atol=1e-4)


def test_pyramid_l1_by_hand():
    x = torch.zeros(1, 3, 16, 16)
    assert vae.pyramid_l1(x, x) == 0
    assert vae.pyramid_l1(x + 0.5, x).item() == pytest.approx(0.5)  # a flat difference lies below all octaves
    checks = (torch.arange(16)[:, None] + torch.arange(16)) % 2 * 2.0 - 1
    assert vae.pyramid_l1(x + checks, x).item() == pytest.approx(1.0)  # the finest octave alone


def test_only_what_leaves_the_range_costs():
    assert gan.out_of_range(torch.tensor([-1.0, 0.0, 1.0])) == 0
    assert gan.out_of_range(torch.tensor([3.0, -3.0])) == 4


def with_encoder(**more) -> gan.Generator:
    torch.manual_seed(0)
    return gan.Generator(gan.Config(**SMALL["gan"], encoder=True, **more)).eval()


def test_a_prior_gives_codes_the_mean_and_covariance_of_those_it_was_fitted_to():
    G = with_encoder()
    mixed = torch.eye(8) + 0.2 * torch.randn(8, 8, generator=torch.Generator().manual_seed(2))
    codes = torch.randn(5000, 8, generator=torch.Generator().manual_seed(0)) @ mixed + 2
    G.set_prior(codes)
    eps = torch.randn(20_000, 8, generator=torch.Generator().manual_seed(1))
    z = G.prior(eps)
    torch.testing.assert_close(z.mean(0), codes.mean(0), atol=0.15, rtol=0.1)
    torch.testing.assert_close(torch.cov(z.T), torch.cov(codes.T), atol=0.6, rtol=0.1)
    torch.testing.assert_close(G.place(z), eps, atol=1e-2, rtol=1e-2)  # and back


def test_psi_0_of_a_style_is_its_mean():
    G = with_encoder(styles=2)
    styles = torch.arange(400) % 2
    G.set_prior(torch.randn(400, 8) + 5.0 * styles[:, None], styles)
    w = G.map(torch.randn(1, 8), 0.0, torch.tensor([0.0, 0.0, 1.0]))
    torch.testing.assert_close(w, G.mapping(G.prior_mean[2:3]))
    assert (G.prior_mean[2] - G.prior_mean[1]).mean().item() == pytest.approx(5, abs=0.5)


def test_an_encoder_gives_a_code_for_every_picture():
    G = with_encoder(squeeze=4)
    assert G.encode(torch.zeros(3, 3, 24, 16)).shape == (3, 8)
    with pytest.raises(ValueError, match="no encoder"):
        gan.Generator(gan.Config(**SMALL["gan"])).encode(torch.zeros(1, 3, 24, 16))


def test_styles_need_an_encoder():
    with pytest.raises(ValueError, match="set encoder too"):
        gan.Config(styles=3)
