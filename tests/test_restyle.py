"""The restyler: what must hold before anything is trained, and that training leads towards a style."""

import numpy as np
import pytest
import torch
from PIL import Image

from deepart import data, weights
from deepart.evaluation import restyle as evaluation
from deepart.models import restyle
from deepart.models.features import FrozenFeatures
from deepart.training import restyle as training
from deepart.training.loop import Budget, run

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    network = restyle.Restyler(restyle.Config(s_dim=8, channels=(8, 8, 16), blocks=5, stages=2)).eval()
    network.painter.out.weight.data *= 4  # a change that can be seen
    return network.requires_grad_(False)


def noise(n: int, h: int, w: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(n, 3, h, w, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_its_own_style_changes_nothing(model):
    x = noise(2, 64, 48)
    own = model.describe(x)
    assert torch.equal(model.paint(x, own, own), x)


def test_another_style_changes_something(model):
    x, y = noise(1, 64, 64), 0.2 * noise(1, 64, 64, 1) + 0.5
    assert (model.paint(x, model.describe(x), model.describe(y)) - x).abs().mean() > 1e-3


def test_tiles_are_the_picture(model):
    """What lies farther from a tile's edge than HALO does not depend on what is beyond."""
    x, halo = noise(1, 32, 640), restyle.HALO
    own, wanted = model.describe(x), model.describe(noise(1, 64, 64, 1) * 0.3)
    whole = model.paint(x, own, wanted)
    tile = model.paint(x[..., 200 - halo : 328 + halo], own, wanted)[..., halo:-halo]
    assert torch.allclose(tile, whole[..., 200:328], atol=1e-5)
    narrow = model.paint(x[..., 192:336], own, wanted)[..., 8:-8]
    assert not torch.allclose(narrow, whole[..., 200:328], atol=1e-5)  # or the halo would not be needed


def test_statistics_do_not_know_places():
    torch.manual_seed(0)
    maps = [torch.rand(1, 4, 8, 8)]
    assert torch.allclose(restyle.statistics_of(maps), restyle.statistics_of([maps[0].flip(3)]), atol=1e-6)


def test_content_does_not_know_statistics():
    h = torch.randn(2, 4, 8, 8, generator=torch.Generator().manual_seed(0))
    assert restyle.content_distance([h], [3 * h + 1]).max() < 1e-3
    assert restyle.content_distance([h], [h.flip(3)]).min() > 0.5


@pytest.mark.slow
def test_grey_pictures_learn_to_be_red():
    generator = torch.Generator().manual_seed(0)
    texture = torch.randint(-25, 25, (8, 3, 128, 128), generator=generator)
    grey = (texture + 128).to(torch.uint8)
    red = (texture + torch.tensor([200, 60, 50]).view(1, 3, 1, 1)).to(torch.uint8)
    config = restyle.Config(s_dim=8, channels=(8, 8, 16), blocks=1, stages=3)
    work = training.task(config, grey, red, weights.imagenet_lite0(), CPU, batch=4)
    for _ in run(work, Budget(steps=60)):
        pass
    network, x = work.averaged["restyle"], data.to_float(grey)
    with torch.no_grad():
        made = network.paint(x, network.describe(x), network.describe(data.to_float(red)))
    assert (made[:, 0] - made[:, 2]).mean() > 0.5 * (200 - 50) / 127.5


def plain_sheets(folder, colours, label):
    found = []
    for i, colour in enumerate(colours):
        speckle = np.random.default_rng(i).integers(-20, 20, (64, 64, 3))
        Image.fromarray((np.array(colour) + speckle).clip(0, 255).astype(np.uint8)).save(
            folder / f"{label}{i}.png"
        )
        found.append(data.Example(folder / f"{label}{i}.png", label, "test"))
    return found


def test_controls_stand_at_their_ends(tmp_path, model, monkeypatch):
    """A copy has all of the content, another picture of the style most of the style, and colour transfer the colours."""
    monkeypatch.setattr(evaluation, "SIDE", 64)
    reds, greys = [(200 - 8 * i, 60, 50) for i in range(4)], [(90 + 20 * i,) * 3 for i in range(4)]
    found = evaluation.evaluate(
        model, plain_sheets(tmp_path, greys, "grey"), plain_sheets(tmp_path, reds, "red"), 4
    )
    assert found["pairs"] == 4
    for number in (1, 2):
        content = {
            n: found[n][f"content_lite{number}"]["mean"] for n in ("unchanged copy", "another picture")
        }
        style = {
            n: found[n][f"style_lite{number}"]["mean"]
            for n in ("unchanged copy", "another picture", "colour transfer")
        }
        assert content["unchanged copy"] == 0 < content["another picture"]
        assert style["another picture"] < style["unchanged copy"]
        assert style["colour transfer"] < style["unchanged copy"]


def test_colour_transfer_moves_means_and_deviations():
    x, y = 0.3 * noise(2, 32, 32), 0.1 * noise(2, 32, 32, 1) + 0.4
    made = evaluation.reinhard(x, y)
    assert torch.allclose(made.mean((2, 3)), y.mean((2, 3)), atol=1e-3)
    assert torch.allclose(made.flatten(2).std(2), y.flatten(2).std(2), atol=0.02)


@pytest.mark.slow
def test_gatys_comes_nearer_to_the_style():
    x, y = (
        0.3 * noise(2, 64, 64),
        0.1 * noise(2, 64, 64, 1) + torch.tensor([0.6, -0.4, -0.5]).view(1, 3, 1, 1),
    )
    imagenet = weights.imagenet_lite0()
    made, net = evaluation.gatys(imagenet, steps=30)(x, y), FrozenFeatures(imagenet)
    before, after = (evaluation.moment_gap(net(v), net(y)).mean() for v in (x, made))
    assert after < 0.8 * before
