"""The style classifier: what it sees, that it learns, and that it learns only what there is."""

import numpy as np
import pytest
import torch
from PIL import Image

from deepart import weights
from deepart.models import plain
from deepart.models.style_cnn import Config, StyleCNN, channel_statistics, judge
from deepart.training import augment, limits, negatives
from deepart.training import classifier as training
from deepart.training.loop import Budget, run
from deepart.weights import ModelCard

CPU = torch.device("cpu")
SIZE = 64
TINY = Config(classes=3, image_size=SIZE, members=2, hidden=32)


def swatches(each: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Three "styles" in any two colours: stripes, dots, soft clouds: uint8 (3 * each, 3, SIZE, SIZE) and 0, 1, 2."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:SIZE, 0:SIZE]
    pictures = []
    for kind in range(3):
        for _ in range(each):
            a, b = rng.integers(0, 256, (2, 3))
            period, phase = rng.uniform(6, 12), rng.uniform(0, 6)
            stripes = np.sin(2 * np.pi * (x * rng.choice((-1, 1)) + y + phase) / period) > 0
            dots = np.hypot((x + phase) % period - period / 2, (y + phase) % period - period / 2) < period / 3
            clouds = Image.fromarray(rng.integers(0, 256, (5, 5), np.uint8)).resize(
                (SIZE, SIZE), Image.Resampling.BICUBIC
            )
            t = (stripes, dots, np.asarray(clouds) / 255)[kind][..., None]
            pictures.append((a * t + b * (1 - t)).astype(np.uint8).transpose(2, 0, 1))
    return torch.from_numpy(np.stack(pictures)), torch.arange(3).repeat_interleave(each)


@pytest.fixture(scope="module")
def imagenet():
    return weights.imagenet_lite0()


@torch.no_grad()
def accuracy(model: StyleCNN) -> float:
    """On swatches that were not in any training."""
    pictures, targets = swatches(20, seed=99)
    p = model.style(model.standardise(training.features_of(model, pictures, CPU)))
    return float((p.argmax(1) == targets).float().mean())


def test_statistics_of_a_flat_map_are_its_value_and_almost_nothing():
    mean, std = channel_statistics(torch.full((1, 2, 4, 4), 3.0))
    assert mean.tolist() == [[3.0, 3.0]] and float(std.max()) < 0.01


def test_statistics_of_a_half_black_half_white_map():
    mean, std = channel_statistics(torch.tensor([0.0, 2.0]).view(1, 1, 1, 2))
    assert float(mean) == 1.0 and float(std) == pytest.approx(1.0, abs=1e-4)


def test_the_first_features_are_the_pooled_last_layer_of_the_backbone(imagenet):
    model = StyleCNN(TINY).start_from(imagenet).eval()
    x = torch.rand(2, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0)) * 2 - 1
    with torch.no_grad():
        ours = model.features(x)
        theirs = model.backbone.forward_features((x * 0.5 + 0.5 - 127 / 255) / (128 / 255)).mean((2, 3))
    assert ours.shape == (2, model.dim)
    torch.testing.assert_close(ours[:, :1280], theirs, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    "wrong",
    [
        {"classes": 1},
        {"classes": 3, "image_size": 8},
        {"classes": 3, "image_size": 4096},
        {"classes": 3, "stages": (7,)},
    ],
)
def test_impossible_configs_are_refused(wrong):
    with pytest.raises(ValueError, match="got"):
        Config(**wrong)


def fresh(imagenet):
    return StyleCNN(TINY).start_from(imagenet).eval().requires_grad_(False)


def trained(imagenet, pictures, targets):
    """A tiny model after the whole training of its style head."""
    model = fresh(imagenet)
    training.fit_style_head(model, training.views_and_maps_of(model, pictures, CPU, seed=0)[0], targets)
    return model


def test_heads_on_frozen_features_tell_new_swatches_apart_but_learn_nothing_from_shuffled_labels(imagenet):
    pictures, targets = swatches(20, seed=1)
    assert accuracy(trained(imagenet, pictures, targets)) > 0.85
    shuffled = targets[torch.randperm(60, generator=torch.Generator().manual_seed(5))]
    assert accuracy(trained(imagenet, pictures, shuffled)) < 0.6


@pytest.mark.parametrize("rate, learns", [(1.0, True), (0.0, False)])
def test_the_loop_trains_the_heads_unless_their_optimiser_is_frozen(imagenet, rate, learns):
    pictures, targets = swatches(20, seed=1)
    model = fresh(imagenet)
    task = training.task(model, training.views_and_maps_of(model, pictures, CPU, seed=0)[0], targets)
    task.phases[0].rate = lambda progress: rate
    *_, last = run(task, Budget(steps=60))
    task.averaged["heads"].into(model.style)
    assert (last.figures["heads/loss"] < 0.9) == learns
    assert (accuracy(model) > 0.7) == learns


def test_a_painter_of_many_works_is_shown_more_often_but_not_in_proportion():
    targets = torch.tensor([0] * 12 + [1] * 5)
    painters = ["many"] * 9 + ["few"] * 3 + ["many", "", "", "", ""]
    shown = training.weights_of(targets, 2, painters)
    assert shown[:12].sum().item() == pytest.approx(
        shown[12:].sum().item()
    ) and shown.mean().item() == pytest.approx(1)
    ratio = (shown[:9].sum() / shown[9:12].sum()).item()
    assert 1.1 < ratio < 2.5, "between painters alike (1) and pictures alike (3)"
    ratio = (shown[13:].sum() / shown[12]).item()
    assert 1.1 < ratio < 3.5, (
        "works in another style count for nothing there, and nameless ones are one painter's"
    )


def test_without_painters_every_picture_of_a_style_is_shown_alike():
    targets = torch.tensor([0, 0, 0, 1])
    for painters in (None, [""] * 4):
        assert training.weights_of(targets, 2, painters).tolist() == pytest.approx([2 / 3] * 3 + [2.0])


def test_members_side_by_side_are_the_mean_of_the_members(imagenet):
    config = Config(3, image_size=SIZE, members=2, hidden=5)
    members, style = training.Members(7, config), StyleCNN(config).style
    style[0] = torch.nn.Linear(7, 10)
    members.into(style)
    z = torch.randn(4, 7)
    alone = [
        torch.relu(z @ members.inner[i].T + members.inner_bias[i]) @ members.outer[i].T
        + members.outer_bias[i]
        for i in range(2)
    ]
    torch.testing.assert_close(style(z), (alone[0] + alone[1]) / 2)


def test_drop_out_keeps_the_mean_and_follows_its_generator():
    x = torch.ones(20_000)
    one, same = (training.drop(x, torch.Generator().manual_seed(1)) for _ in range(2))
    assert torch.equal(one, same) and set(one.tolist()) == {0.0, 2.0}
    assert float(one.mean()) == pytest.approx(1, abs=0.05)


def test_a_mirrored_picture_gets_the_same_chances(imagenet):
    model = StyleCNN(Config(3, image_size=SIZE, mirror=True)).start_from(imagenet).eval()
    x = torch.rand(2, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0)) * 2 - 1
    with torch.no_grad():
        torch.testing.assert_close(model.features(x), model.features(x.flip(3)), rtol=1e-4, atol=1e-5)
        assert not torch.allclose(model.one_sided(x), model.one_sided(x.flip(3)), rtol=1e-4, atol=1e-5)


def test_a_saved_classifier_says_the_same_after_loading(imagenet, tmp_path):
    pictures, targets = swatches(10, seed=1)
    model = StyleCNN(TINY).start_from(imagenet).eval()
    training.fit_style_head(model, [training.features_of(model, pictures, CPU)], targets)
    card = ModelCard("tiny-1", "style_cnn", plain(TINY), labels=["a", "b", "c"])
    weights.save(tmp_path / "tiny-1", card, model)
    _, loaded = weights.load("tiny-1", tmp_path)
    x = pictures.float() / 127.5 - 1
    with torch.no_grad():
        torch.testing.assert_close(loaded(x)[0].softmax(1), model(x)[0].softmax(1), rtol=0, atol=0.05)
    assert (tmp_path / "tiny-1" / "model.safetensors").stat().st_size < 16 * 2**20


def test_drawn_pages_are_turned_away_and_swatches_are_not(imagenet):
    pictures, targets = swatches(20, seed=1)
    model = trained(imagenet, pictures, targets)
    settings = limits.finish(model, pictures, pictures, targets, CPU)
    pages = negatives.drawn(36, SIZE, seed=7)
    with torch.no_grad():
        found = [judge(*model(p.float() / 127.5 - 1), settings)[1] for p in (pages, swatches(20, seed=99)[0])]
    turned_away = [sum(v == "not-a-painting" for v in verdicts) / len(verdicts) for verdicts in found]
    assert turned_away[0] > 0.7 and turned_away[1] < 0.3


def test_verdicts():
    settings = {"temperature": 2.0, "sure_above": 0.7, "not_a_painting_above": 0.5}
    logits = torch.tensor([[4.0, 0.0], [1.0, 0.0], [4.0, 0.0]])
    p, verdicts = judge(logits, torch.tensor([-1.0, -1.0, 1.0]), settings)
    assert verdicts == ["sure", "unsure", "not-a-painting"]
    assert float(p[0, 0]) == pytest.approx(1 / (1 + np.exp(-2)))  # e^(4/2) against 1


def test_the_temperature_of_overconfident_logits_is_above_one():
    targets = torch.tensor([0, 0, 0, 1])  # three in four are right, so the honest chance is 3/4
    logits = torch.tensor([[10.0, 0.0]]).repeat(4, 1)
    temperature = limits.fit_temperature(logits, targets)
    assert float((logits / temperature).softmax(1)[0, 0]) == pytest.approx(0.75, abs=0.02)


def test_the_sure_threshold_keeps_three_right_of_four():
    p = torch.tensor([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4], [0.55, 0.45]])
    assert limits.sure_threshold(p, torch.tensor([0, 0, 0, 1, 1])) == pytest.approx(0.6)


def test_details_have_the_asked_size_and_differ_with_the_generator_alone():
    x = torch.rand(3, 3, 40, 40, generator=torch.Generator().manual_seed(0)) * 2 - 1
    one, same, other = (augment.reproduction(x, torch.Generator().manual_seed(s), 32) for s in (1, 1, 2))
    assert one.shape == (3, 3, 32, 32) and one.abs().max() <= 1
    assert torch.equal(one, same) and not torch.equal(one, other)


def test_jpeg_keeps_flat_colours_and_loses_fine_noise():
    generator = torch.Generator().manual_seed(0)
    flat = torch.full((1, 3, 16, 16), 0.5)
    noise = torch.randn(1, 3, 16, 16, generator=generator) * 0.02
    out = augment.jpeg_like(torch.cat([flat, noise]), generator, share=1.0)
    assert (out[0] - 0.5).abs().max() < 0.02
    assert out[1].std() < noise.std()


def test_folding_batch_norms_changes_the_speed_and_not_the_answer():
    torch.manual_seed(0)
    model = StyleCNN(Config(3, image_size=64)).eval()
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(std=0.1)
            module.running_var.uniform_(0.5, 2)
    x = torch.rand(2, 3, 64, 64) * 2 - 1
    with torch.no_grad():
        before = model(x)[0]
        after = model.folded()(x)[0]
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in model.modules())
    assert torch.allclose(before, after, atol=1e-3)
