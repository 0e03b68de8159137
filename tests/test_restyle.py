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
    network = restyle.Restyler(restyle.Config(s_dim=8, channels=(16, 16, 8, 8, 8))).eval()
    network.features.start_from(weights.imagenet_lite0())
    return network.requires_grad_(False)


def noise(n: int, h: int, w: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(n, 3, h, w, generator=torch.Generator().manual_seed(seed)) * 2 - 1


def test_without_strength_nothing_changes(model):
    x = noise(1, 64, 48)
    own, other = model.encode([x]), model.encode([0.2 * noise(1, 64, 64, 1) + 0.5])
    assert torch.allclose(model.paint(x, own, [other], 0.0)[0], x, atol=1e-5)


def test_another_style_changes_something(model):
    x, y = noise(1, 64, 64), 0.2 * noise(1, 64, 64, 1) + 0.5
    own, other = model.encode([x]), model.encode([y])
    same, made = model.paint(x, own, [own, other])
    assert (made - same).abs().mean() > 0.01


def test_tiles_are_the_picture(model):
    """What lies farther from a tile's edge than HALO does not depend on what is beyond."""
    x, halo = noise(1, 32, 800), restyle.HALO
    own, wanted = model.encode([x]), model.encode([noise(1, 64, 64, 1) * 0.3])
    whole = model.paint(x, own, [wanted])[0]
    tile = model.paint(x[..., 320 - halo : 448 + halo], own, [wanted])[0][..., halo:-halo]
    assert torch.allclose(tile, whole[..., 320:448], atol=1e-4)
    narrow = model.paint(x[..., 304:464], own, [wanted])[0][..., 16:-16]
    assert not torch.allclose(narrow, whole[..., 320:448], atol=1e-3)  # or the halo would not be needed


def test_a_code_of_parts_is_that_of_the_whole(model):
    """Up to what a part does not see of its neighbours."""
    x = torch.nn.functional.interpolate(noise(1, 8, 16), (256, 512), mode="bilinear")
    whole, halves = model.encode([x]), model.encode(x.split(256, 3))
    other = model.encode([noise(1, 256, 512)])
    assert (halves - whole).abs().mean() < 0.1 * (other - whole).abs().mean()
    assert torch.allclose(model.encode([x, x]), whole, atol=1e-3)
    seen = model.code(*model.describe(model.features(x)))
    assert torch.allclose(whole, seen, atol=1e-4)  # as it is measured in training


def test_codes_do_not_depend_on_the_size_of_a_texture(model):
    """What lies far outside of the training styles, such as the padding's share of small pictures, is held back."""
    network, texture = restyle.Restyler(model.config).eval(), noise(1, 256, 256)
    network.load_state_dict(model.state_dict())
    network.center.fill_(1e3)
    with torch.no_grad():
        found = network.describe(network.features(texture))[0]
    assert (found == -restyle.FARTHEST).all()


def test_moments_arrive(model):
    """Maps brought to a code have its means and deviations."""
    x, y = noise(1, 64, 64), 0.5 * noise(1, 96, 64, 1)
    own, wanted = model.encode([x]), model.encode([y])
    seen = []
    model.decoder.register_forward_pre_hook(lambda module, given: seen.append(given[0]))
    model.decode(model.features(x)[1], own, wanted)
    model.decoder._forward_pre_hooks.clear()
    assert torch.allclose(
        restyle.moments(seen[0]), restyle.moments(model.features(y)[1]), atol=1e-2, rtol=1e-2
    )


def test_moments_do_not_know_places():
    torch.manual_seed(0)
    maps = [torch.rand(1, 4, 8, 8)]
    assert torch.allclose(restyle.moments(maps), restyle.moments([maps[0].flip(3)]), atol=1e-6)


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
    config = restyle.Config(s_dim=8, channels=(16, 16, 8, 8, 8))
    work = training.task(config, grey, red, weights.imagenet_lite0(), CPU, batch=4)
    for _ in run(work, Budget(steps=150)):
        pass
    network, x = work.averaged["restyle"], data.to_float(grey)
    with torch.no_grad():
        own, wanted = network.encode([x]), network.encode([data.to_float(red)])
        back, made = network.paint(x, own, [own, wanted])
    assert (made[:, 0] - made[:, 2]).mean() > 0.5 * (200 - 50) / 127.5
    assert (back[:, 0] - back[:, 2]).abs().mean() < 0.25 * (
        200 - 50
    ) / 127.5  # in its own manner it stays grey


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
