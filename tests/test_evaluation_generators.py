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
