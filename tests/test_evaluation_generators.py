"""The figures of generators on tiny networks and pictures made here."""

import json

import numpy as np
import pytest
import torch
from PIL import Image

from deepart import data, weights
from deepart.evaluation import gan as gan_evaluation
from deepart.evaluation import run
from deepart.evaluation import vae as vae_evaluation
from deepart.models import build, gan, plain, vae


@pytest.fixture
def examples(tmp_path):
    """Twelve gradients for training and twelve others to measure on."""
    found = []
    for i in range(24):
        row = np.linspace(10 * i, 255 - 5 * i, 32).clip(0, 255)
        picture = np.broadcast_to(row[None, :, None], (32, 32, 3)).astype(np.uint8)
        Image.fromarray(np.rot90(picture, i % 4)).save(tmp_path / f"{i}.png")
        found.append(data.Example(tmp_path / f"{i}.png", None, "train" if i % 2 else "test"))
    return found


def test_a_generator_that_paints_one_picture_has_no_variety(examples):
    config = gan.Config(height=32, width=32, z_dim=8, w_dim=8, channels=(8, 8, 4))
    network = build("gan", config).eval().requires_grad_(False)
    for level in network.levels:
        level.to_rgb.weight.zero_()  # a grey sheet, whatever the seed
    card = weights.ModelCard("tiny", "gan", plain(config))
    figures = run.evaluate(card, network, examples, "test", count=12)
    assert json.loads(json.dumps(figures, allow_nan=False)) == figures
    assert figures["psi_1.0"]["lite1"]["variety"] < 0.05
    distance = {name: figures[name]["lite1"]["kernel_distance"]["mean"] for name in ("psi_1.0", "floor")}
    assert distance["psi_1.0"] > distance["floor"]


def test_a_person_reads_a_group_of_figures_in_one_line():
    figures = {"n": 3, "Cubism": {"n": 2, "recall": 0.5}, "judges": {"lite1": {"mean": 1.0}}, "long": [1, 2]}
    assert run.words(figures).split("\n") == [
        "n: 3",
        "Cubism: n 2, recall 0.5",
        "judges:",
        "  lite1: mean 1.0",
    ]


def test_psi_0_draws_one_picture():
    network = build("gan", gan.Config(height=32, width=32, z_dim=8, w_dim=8, channels=(8, 8, 4))).eval()
    x = gan_evaluation.draw(network, 3, psi=0.0)
    assert x.shape == (3, 3, 32, 32) and torch.equal(x[0], x[2])


def test_a_vae_that_answers_grey_keeps_no_sharpness(examples):
    config = vae.Config(image_size=16, z_dim=4, channels=(4, 8))
    network = build("vae", config).eval().requires_grad_(False)
    network.decoder[-1].weight.zero_()
    network.decoder[-1].bias.zero_()
    figures = run.evaluate(
        weights.ModelCard("tiny", "vae", plain(config)), network, examples, "test", count=12
    )
    assert figures["sharpness_ratio_median"] == 0
    assert figures["pictures"] == 12 and 0 < figures["l1"] < 1


def test_a_named_slider_is_checked_on_own_pictures():
    """A decoder that knows light alone: its slider must be monotone, and nothing else may move."""

    class Light(torch.nn.Module):
        z_mean, config = torch.zeros(1), vae.Config(image_size=16, z_dim=1, channels=(4, 8))

        def encode(self, x):
            mu = x.mean((1, 2, 3))[:, None]
            return mu, torch.zeros_like(mu)

        def decode(self, z):
            return (0.2 * z)[:, :, None, None].expand(-1, 3, 16, 16)

        def to_sliders(self, z):
            return z

        from_sliders = to_sliders

    x = 0.3 * torch.randn(6, 3, 16, 16, generator=torch.Generator().manual_seed(0))
    axes = [{"name": "Brightness", "why": ""}]
    (found,) = vae_evaluation.sliders(Light(), x, axes)
    assert found["name"] == "Brightness" and found["monotonicity"] == 1
    assert found["moves"] > 1 and found["others"] < 0.01
    assert vae_evaluation.sliders(Light(), x, [{"name": "Mood 1", "why": ""}]) == []


def test_a_classifier_that_sees_what_was_asked_for_agrees():
    """A generator of two styles, dark and light, and a classifier that tells light from dark."""

    class Shades(torch.nn.Module):
        config = gan.Config(height=8, width=8, z_dim=4, channels=(4, 4), encoder=True, styles=2)
        constant = torch.zeros(1)

        def map(self, eps, psi, shares):
            return shares[None, 1:]

        def synthesize(self, w):
            return (w[:, 1] - w[:, 0])[:, None, None, None].expand(-1, 3, 8, 8)

    class Eye(torch.nn.Module):
        config, center = vae.Config(image_size=16, channels=(4,)), torch.zeros(1)

        def forward(self, x):
            light = x.mean((1, 2, 3))
            return torch.stack([light, 0 * light + 9, -light], 1), light

    card = weights.ModelCard("eye", "style_cnn", {}, labels=["Light", "Other", "Dark"])
    found = gan_evaluation.agreement(Shades(), ["Dark", "Light"], card, Eye(), 8)
    assert found["mean"] == 1 and found["by_chance"] == 0.5 and found["samples_a_style"] == 4
    assert gan_evaluation.agreement(Shades(), ["Light", "Dark"], card, Eye(), 8)["mean"] == 0
    assert gan_evaluation.agreement(Shades(), ["Pears", "Light"], card, Eye(), 8) is None
