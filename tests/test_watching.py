"""What a watch measures on real networks, untrained and made to fail."""

import pytest
import torch

from deepart import data, weights
from deepart.models import gan, style_cnn, vae
from deepart.training import classifier as classifier_training
from deepart.training import gan as gan_training
from deepart.training import vae as vae_training
from deepart.training import watching
from deepart.training.loop import Budget, Phase, Task, run
from deepart.training.watch import Overfitting

CPU = torch.device("cpu")


def patches(count, seed=0):
    """Pictures of a few large coloured patches, all different: uint8 (count, 3, 32, 32)."""
    cells = torch.rand(count, 3, 4, 4, generator=torch.Generator().manual_seed(seed))
    return torch.nn.functional.interpolate(cells, 32, mode="bilinear").mul(255).byte()


@pytest.fixture(scope="module")
def gan_task():
    config = gan.Config(height=32, width=32, z_dim=16, w_dim=32, channels=(16, 16, 8), encoder=True)
    return gan_training.task(config, patches(40), weights.imagenet_lite0(), CPU, batch=4)


def drawing(task, monkeypatch, pictures):
    """The figures of a generator whose samples are these pictures."""
    queue = list(data.to_float(pictures).split(16))
    monkeypatch.setattr(task.averaged["G"], "synthesize", lambda w: queue.pop(0)[: len(w)])
    with torch.no_grad():
        return watching.gan(task, patches(40), CPU).measure()


def test_samples_as_varied_as_the_pictures_and_apart_from_them_are_near_1(gan_task, monkeypatch):
    found = drawing(gan_task, monkeypatch, patches(48, seed=7))
    assert found["diversity"] == pytest.approx(1, abs=0.2) and found["nearest"] == pytest.approx(1, abs=0.3)


def test_samples_that_are_all_alike_have_no_diversity(gan_task, monkeypatch):
    assert drawing(gan_task, monkeypatch, patches(1, seed=7).expand(48, -1, -1, -1))["diversity"] < 0.01


def test_samples_that_are_training_pictures_are_at_no_distance(gan_task, monkeypatch):
    rows = torch.arange(48) % 40
    assert drawing(gan_task, monkeypatch, patches(40)[rows])["nearest"] < 0.01


def test_looking_changes_nothing_that_a_training_draws(gan_task):
    before = gan_task.generator.get_state(), torch.get_rng_state()
    weights_before = {k: v.clone() for k, v in gan_task.averaged["G"].state_dict().items()}
    with torch.no_grad():
        first, second = (watching.gan(gan_task, patches(40), CPU).measure() for _ in range(2))
    assert first == second  # fixed seeds
    assert torch.equal(before[0], gan_task.generator.get_state()) and torch.equal(
        before[1], torch.get_rng_state()
    )
    assert all(torch.equal(v, weights_before[k]) for k, v in gan_task.averaged["G"].state_dict().items())


def vae_task(pictures, val):
    config = vae.Config(image_size=32, z_dim=32, channels=(32, 64, 64))
    task = vae_training.task(config, pictures, CPU, batch=8, lr=3e-3, beta=0.0)
    task.half_life = 100
    task.watch = watching.vae(task, pictures, val, CPU)
    return task


def test_a_network_that_learns_noise_by_heart_is_caught_and_sent_back():
    """Twenty numbers, of which one tells the answer, and few examples: it learns that one first, and then the noise."""
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(20, 64), torch.nn.Tanh(), torch.nn.Linear(64, 1))
    x = torch.randn(224, 20)
    y = x[:, :1] + 1.5 * torch.randn(224, 1)

    def errors(rows):
        return (net(x[rows]) - y[rows]).square()[:, 0]

    phase = Phase("net", torch.optim.Adam(net.parameters(), 0.001), lambda rows, p: (errors(rows).mean(), {}))
    task = Task({"net": net}, [phase], data.Batches(24, 24, 0), torch.Generator())
    task.watch = Overfitting(
        lambda: {"val": errors(torch.arange(24, 224)), "train": errors(torch.arange(24))}, {"net": net}
    )
    *_, last = run(task, Budget(steps=400))
    assert any("by heart" in said for said in last.warnings) and last.step < 400
    with torch.no_grad():
        assert float(errors(torch.arange(24, 224)).mean()) == pytest.approx(
            float(task.watch.best["val"].mean())
        )
    assert last.watched["val"] > 1.05 * float(task.watch.best["val"].mean())


def test_a_vae_of_enough_pictures_is_left_alone():
    task = vae_task(patches(64), patches(12, seed=3))
    *_, last = run(task, Budget(steps=40))
    assert not last.warnings and last.step == 40


def test_too_few_pictures_held_back_say_nothing():
    task = vae_task(patches(8), patches(watching.LEAST - 1))
    assert task.watch is None


def test_a_classifier_is_watched_on_pictures_that_it_does_not_train_on():
    model = style_cnn.StyleCNN(style_cnn.Config(2, 32, members=2, hidden=8))
    generator = torch.Generator().manual_seed(0)
    targets = torch.arange(40) % 2
    views = [torch.rand(40, model.dim, generator=generator) + targets[:, None] for _ in range(3)]
    task = classifier_training.task(model, views, targets, batch=8)
    val_targets = torch.arange(12) % 2
    right = torch.rand(12, model.dim, generator=generator) + val_targets[:, None]
    for features, least, most in ((right, 0.9, 1.0), (right.flip(0), 0.0, 0.1)):
        task.watch = watching.classifier(
            task, model, (views[0], None), targets, (features, None), val_targets
        )
        *_, last = run(task, Budget(steps=30))
        assert least <= last.watched["accuracy"] <= most
        assert set(last.watched) == {"val", "train", "accuracy"}
