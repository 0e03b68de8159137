"""The peers that our generators and VAEs are measured against: trained for a moment, they must do what theirs do."""

import builtins

import numpy as np
import pytest
import torch
from PIL import Image

from deepart import data, weights
from deepart.evaluation import fine_tune, plain_gan, plain_vae


@pytest.fixture(scope="module")
def pictures():
    """Sixty-four plain sheets, from black to white: (64, 3, 64, 64) uint8."""
    return (torch.arange(64) * 4).to(torch.uint8)[:, None, None, None].repeat(1, 3, 64, 64)


def test_the_components_of_plain_sheets_bring_them_back(pictures):
    x = data.to_float(pictures[::9])
    assert (plain_vae.components(pictures, x, 2) - x).abs().max() < 0.02


def test_the_plain_vae_has_the_parameters_asked_for():
    for wanted in (500_000, 3_000_000):
        net = plain_vae.PlainVAE(64, 16, plain_vae.width_for(64, 16, wanted))
        assert abs(sum(p.numel() for p in net.parameters()) / wanted - 1) < 0.1
        assert net.decoder(net.encoder(torch.zeros(1, 3, 64, 64))[:, :16]).shape == (1, 3, 64, 64)


@pytest.mark.slow
def test_the_plain_vae_learns_how_light_a_sheet_is(pictures):
    net = plain_vae.PlainVAE(64, 4, 8)
    assert plain_vae.fit(net, pictures, minutes=0, steps=200) == 200 * plain_vae.BATCH
    x = data.to_float(pictures[[4, 60]])
    with torch.no_grad():
        dark, light = net.decoder(net.encoder(x)[:, :4]).mean((1, 2, 3)).tolist()
    assert dark < -0.4 and light > 0.4, (dark, light)


def test_without_time_a_peer_has_seen_nothing_and_still_paints(pictures):
    peer = plain_gan.dcgan(pictures, minutes=0)
    assert peer.facts["pictures_seen"] == 0
    x = peer.paint(5, 1)
    assert x.shape == (5, 3, 64, 64) and x.abs().max() <= 1 and torch.equal(x, peer.paint(5, 1))


def test_a_peer_that_is_not_installed_is_named(pictures, monkeypatch):
    real = builtins.__import__

    def without(name, *args, **named):
        if name.startswith("lightweight_gan"):
            raise ModuleNotFoundError(name, name="lightweight_gan")
        return real(name, *args, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    peers = plain_gan.train(pictures, minutes=0)
    assert peers["DCGAN"].facts["minutes"] == 0
    assert "pip install lightweight-gan" in peers["lightweight-gan"]


@pytest.mark.slow
def test_a_fine_tune_learns_to_tell_light_from_dark(tmp_path, monkeypatch):
    monkeypatch.setattr(fine_tune, "SIDE", 64)
    monkeypatch.setattr(fine_tune, "BATCH", 16)
    examples = []
    for i in range(24):
        speckle = np.random.default_rng(i).integers(0, 60, (40, 40, 3)) + (20, 160)[i % 2]
        Image.fromarray(speckle.astype(np.uint8)).save(tmp_path / f"{i}.png")
        examples.append(data.Example(tmp_path / f"{i}.png", ("dark", "light")[i % 2], "train"))
    answer = fine_tune.fine_tune(examples, ["dark", "light"], weights.imagenet_lite0(), steps=80)
    p = answer(examples)
    assert (p.argmax(1) == torch.arange(24) % 2).float().mean() > 0.7
