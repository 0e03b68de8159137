"""One-minute trainings on tiny sets made here: each must learn, and must not when it cannot."""

import copy

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from deepart import data, devices, weights
from deepart.evaluation import directions
from deepart.models import enlarge, gan, restyle, style_cnn, vae
from deepart.training import augment, checkpoint
from deepart.training import classifier as classifier_training
from deepart.training import enlarge as enlarge_training
from deepart.training import gan as gan_training
from deepart.training import restyle as restyle_training
from deepart.training import vae as vae_training
from deepart.training.loop import Budget, Phase, Progress, Task, TrainingError, run

CPU = torch.device("cpu")
STEPS = 60


def discs(count: int, size: int = 32) -> torch.Tensor:
    """Red discs on cream paper, anywhere and of any size: (count, 3, size, size) uint8."""
    rng = np.random.default_rng(0)
    pictures = []
    for _ in range(count):
        picture = Image.new("RGB", (size, size), (250, 240, 210))
        x, y, r = rng.integers(8, size - 8), rng.integers(8, size - 8), rng.integers(4, 9)
        ImageDraw.Draw(picture).ellipse([x - r, y - r, x + r, y + r], fill=(200, 30, 40))
        pictures.append(np.asarray(picture).transpose(2, 0, 1))
    return torch.from_numpy(np.stack(pictures))


@pytest.fixture(scope="module")
def imagenet():
    return weights.imagenet_lite0()


def train(task: Task, steps: int, start: Progress | None = None) -> Progress:
    *_, last = run(task, Budget(steps=steps), start)
    return last


def freeze(task: Task) -> Task:
    for phase in task.phases:
        phase.rate = lambda progress: 0.0
    return task


def vae_task(imagenet):
    config = vae.Config(image_size=32, z_dim=8, channels=(16, 32, 64))
    return vae_training.task(config, discs(64), CPU, batch=16)


def reconstruction_error(task: Task) -> float:
    model, x = task.averaged["vae"], data.to_float(discs(64))
    with torch.no_grad():
        return float((model.decode(model.encode(x)[0]) - x).abs().mean())


def reconstruction_error_of(x_hat: torch.Tensor, x: torch.Tensor) -> float:
    return float((x_hat - x).abs().mean())


@pytest.mark.slow
def test_a_vae_learns_to_tell_pictures_apart(imagenet):
    task = vae_task(imagenet)
    train(task, 3 * STEPS)
    x = data.to_float(discs(64))
    always_the_mean = reconstruction_error_of(x.mean(0, keepdim=True), x)
    assert reconstruction_error(task) < 0.8 * always_the_mean


@pytest.mark.slow
def test_a_vae_with_a_frozen_optimiser_learns_nothing(imagenet):
    task = freeze(vae_task(imagenet))
    train(task, 5)
    x = data.to_float(discs(64))
    assert reconstruction_error(task) > 0.8 * reconstruction_error_of(x.mean(0, keepdim=True), x)


def gan_task(imagenet, **options):
    config = gan.Config(height=32, width=32, z_dim=16, w_dim=32, channels=(64, 48, 32), encoder=True)
    return gan_training.task(config, discs(128), imagenet, CPU, batch=8, lr=5e-4, **options)


def samples(task: Task) -> torch.Tensor:
    """32 pictures from seeds, drawn as a finished model draws them."""
    G = task.averaged["G"]
    G.set_prior(gan_training.encode_all(G, discs(128), CPU))
    with torch.no_grad():
        return G(torch.randn(32, 16, generator=torch.Generator().manual_seed(0)))


def colour_distance(task: Task) -> float:
    """Between the mean colour of samples and of the pictures, 0 to 2."""
    return float((samples(task).mean((0, 2, 3)) - data.to_float(discs(128)).mean((0, 2, 3))).abs().mean())


@pytest.mark.slow
def test_a_gan_learns_the_colours_of_its_pictures(imagenet):
    task = gan_task(imagenet, warm_up=0.4)
    before = colour_distance(task)
    last = train(task, 2 * STEPS)
    assert before > 0.4 and colour_distance(task) < 0.3
    assert "D/loss" in last.figures  # D has joined in


def test_while_a_gan_copies_d_rests(imagenet):
    task = gan_task(imagenet, warm_up=1.0)
    d = copy.deepcopy(task.modules["D"].state_dict())
    last = train(task, 3)
    assert "D/loss" not in last.figures and "G/copy" in last.figures
    assert all(torch.equal(v, d[k]) for k, v in task.modules["D"].state_dict().items())


@pytest.mark.parametrize("mirror", [False, True])
def test_mirror_images_are_shown_only_when_asked_for(imagenet, mirror, monkeypatch):
    seen = []
    monkeypatch.setattr(gan_training, "flip", lambda x, generator: seen.append(len(x)) or x)
    train(gan_task(imagenet, warm_up=0.0, mirror=mirror), 2)
    assert bool(seen) is mirror


@pytest.mark.parametrize("alone", [0.0, 1.0])
def test_a_painterly_vae_meets_its_opponent_late(imagenet, alone):
    config = vae.Config(image_size=64, z_dim=8, channels=(8, 8, 16), painterly=True)
    task = vae_training.task(config, discs(32, 64), CPU, batch=4, imagenet=imagenet, alone=alone)
    d = copy.deepcopy(task.modules["D"].critics.state_dict())
    last = train(task, 3)
    d_moved = any(not torch.equal(v, d[k]) for k, v in task.modules["D"].critics.state_dict().items())
    assert d_moved is ("D/loss" in last.figures) is ("vae/like" in last.figures) is (alone == 0)


def test_sliders_span_the_space_and_seeds_fall_where_codes_lie():
    torch.manual_seed(0)
    model = vae.VAE(vae.Config(image_size=16, z_dim=4, channels=(4, 8))).eval().requires_grad_(False)
    mu = (
        torch.randn(400, 4) @ torch.tensor([[2.0, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0.5, 0], [0, 0, 0.3, 0.1]])
        + 1
    )
    found = vae_training.set_axes(model, mu)
    assert 1 <= len(found) <= 4
    assert [d.name for d in found if d.name.startswith("Mood")] == [
        f"Mood {i + 1}" for i in range(sum(d.name.startswith("Mood") for d in found))
    ]
    torch.testing.assert_close(model.from_sliders(model.to_sliders(mu)), mu, atol=1e-3, rtol=0)
    z = model.from_normal(torch.randn(20_000, 4))
    torch.testing.assert_close(z.mean(0), mu.mean(0), atol=0.1, rtol=0)
    torch.testing.assert_close(torch.cov(z.T), torch.cov(mu.T), atol=0.2, rtol=0.1)


def test_a_picture_that_few_were_trained_beside_stands_within_its_sliders():
    torch.manual_seed(0)
    model = vae.VAE(vae.Config(image_size=16, z_dim=32, channels=(4, 8))).eval().requires_grad_(False)
    mu = torch.randn(24, 32)
    vae_training.set_axes(model, mu[:12], effort=directions.QUICK)
    assert model.to_sliders(mu[12:]).abs().max() < 10
    torch.testing.assert_close(model.from_sliders(model.to_sliders(mu)), mu, atol=1e-2, rtol=0)


def test_a_decoder_that_was_used_can_be_trained():
    """Its grain is made once and kept; made while nothing is to be learnt, it must not stand in the way later."""
    config = vae.Config(
        image_size=80, z_dim=4, channels=(4, 8), painterly=True
    )  # no other test has this size
    model = vae.VAE(config)
    with torch.inference_mode():
        model.decode(torch.zeros(1, 4))
    model.decode(torch.zeros(1, 4)).sum().backward()
    assert model.decoder.levels[-1].grain.grad.abs().sum() > 0


def test_an_opponent_tells_a_copy_from_another_picture(imagenet):
    opponent, x = vae_training.Opponent(imagenet, CPU), data.to_float(discs(4, 64))
    assert float(opponent.look(x, x)[1]) == 0 < float(opponent.look(x.flip(0), x)[1])


@pytest.mark.slow
def test_a_gan_with_a_frozen_optimiser_learns_nothing(imagenet):
    task = freeze(gan_task(imagenet))
    train(task, 5)
    assert colour_distance(task) > 0.4


def test_a_gan_goes_on_from_another_ones_weights(imagenet):
    first = gan_task(imagenet, warm_up=0.0)
    train(first, 4)
    samples(first)  # fits the prior
    start = (first.averaged["G"].state_dict(), first.modules["D"].own())
    second = gan_task(imagenet, warm_up=0.0, start=start, seed=7)
    for name, value in start[0].items():
        assert torch.equal(second.modules["G"].state_dict()[name], value), name
    for name, value in start[1].items():
        assert torch.equal(second.modules["D"].state_dict()[name], value), name
    torch.testing.assert_close(second.modules["codes"].mean, first.averaged["G"].prior_mean[0])


def test_weights_of_another_shape_are_left_out_and_named(imagenet):
    small, large = torch.nn.Linear(2, 3), torch.nn.Linear(2, 4)
    large.bias.data.zero_()
    assert gan_training.take(large, {**small.state_dict(), "other": torch.zeros(1)}) == [
        "bias",
        "other",
        "weight",
    ]
    assert gan_training.take(large, {"bias": torch.ones(4)}) == [] and large.bias.sum() == 4


def test_codes_are_drawn_as_they_were_seen():
    codes = gan_training.Codes(2)
    true = (
        torch.randn(40_000, 2, generator=torch.Generator().manual_seed(0))
        @ torch.tensor([[2.0, 1.0], [0.0, 0.5]])
        + 3
    )
    for batch in true.split(8):
        codes.see(batch)
    drawn = codes.draw(torch.randn(20_000, 2, generator=torch.Generator().manual_seed(1)))
    torch.testing.assert_close(drawn.mean(0), true.mean(0), atol=0.2, rtol=0)
    torch.testing.assert_close(torch.cov(drawn.T), torch.cov(true.T), atol=0.4, rtol=0.1)


def painterly_task(imagenet):
    config = vae.Config(image_size=64, z_dim=8, channels=(8, 8, 16), painterly=True)
    return vae_training.task(config, discs(32, 64), CPU, batch=4, imagenet=imagenet, alone=0.5)


def classifier_task(imagenet):
    model = style_cnn.StyleCNN(style_cnn.Config(2, 32, members=2, hidden=8))
    views = [torch.rand(24, model.dim, generator=torch.Generator().manual_seed(i)) for i in range(3)]
    return classifier_training.task(model, views, torch.arange(24) % 2, batch=8)


def restyle_task(imagenet):
    pictures = discs(8, 144)
    return restyle_training.task(restyle.Config(), pictures, pictures.flip(0), imagenet, CPU, batch=2)


def enlarge_task(imagenet):
    return enlarge_training.task(enlarge.Config(), discs(8, 160), imagenet, CPU, batch=2)


@pytest.mark.parametrize(
    "make", [vae_task, painterly_task, gan_task, classifier_task, restyle_task, enlarge_task]
)
def test_resuming_equals_never_having_stopped(imagenet, make, tmp_path):
    whole = make(imagenet)
    train(whole, 6)
    first = make(imagenet)
    reports = run(first, Budget(steps=6), report_every=0)
    for _ in range(3):
        state = next(reports)
    checkpoint.save(tmp_path / "c.pt", first, state, {})
    second = make(imagenet)
    for module in second.modules.values():  # it must come from the checkpoint, not from the same seed
        for p in module.parameters():
            torch.nn.init.zeros_(p)
    start = checkpoint.restore(second, checkpoint.read(tmp_path / "c.pt"))
    assert start.step == 3
    train(second, 6, start)
    for name, module in [*whole.modules.items(), *whole.averaged.items()]:
        other = (second.modules if module is whole.modules.get(name) else second.averaged)[name]
        for key, value in module.state_dict().items():
            assert torch.equal(value, other.state_dict()[key]), key
    assert torch.equal(whole.generator.get_state(), second.generator.get_state())


def test_a_damaged_checkpoint_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "c.pt").write_bytes(b"PK half a file")
    with pytest.raises(TrainingError, match="damaged: start again"):
        checkpoint.read(tmp_path / "c.pt")
    with pytest.raises(TrainingError, match="start without --resume"):
        checkpoint.read(tmp_path / "none.pt")


def line(loss) -> Task:
    """The smallest task: one number, trained by `loss`."""
    module = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(module.weight, 5.0)
    optimiser = torch.optim.SGD(module.parameters(), 0.1)
    phase = Phase("line", optimiser, lambda rows, progress: (loss(module), {}))
    return Task(
        {"m": module}, [phase], data.Batches(4, 2, 0), torch.Generator(), {"m": copy.deepcopy(module)}, 4
    )


def test_the_loop_minimises():
    task = line(lambda m: m.weight.square().sum())
    train(task, 50)
    assert abs(task.modules["m"].weight.item()) < 0.01


def test_the_average_lags_behind_the_weights():
    task = line(lambda m: m.weight.square().sum())
    train(task, 3)
    assert task.modules["m"].weight.item() < task.averaged["m"].weight.item() < 5


def test_a_loss_that_is_not_finite_changes_nothing_and_then_ends_the_run():
    task = line(lambda m: (m.weight * float("nan")).sum())
    with pytest.raises(TrainingError, match="not a finite number 20 times"):
        train(task, 100)
    assert task.modules["m"].weight.item() == 5


def test_a_budget_of_time_is_summed_over_resumes():
    assert Budget(hours=2).progress(seconds=3600, step=10**6) == 0.5
    assert Budget(steps=10).progress(seconds=10**6, step=5) == 0.5
    with pytest.raises(ValueError, match="hours > 0 or steps > 0"):
        Budget()


def test_a_wish_to_stop_is_granted_within_one_batch():
    task, steps = line(lambda m: m.weight.square().sum()), []
    (last,) = run(task, Budget(steps=100), report_every=1e9, stop=lambda: steps.append(1) or len(steps) == 3)
    assert last.step == 3 and last.done < 1


def test_a_stopped_training_is_saved_and_goes_on_to_a_model(tmp_path):
    from deepart import disk
    from deepart.stops import Stopped
    from deepart.training import run as training

    pictures = discs(12, 24).permute(0, 2, 3, 1).numpy()
    (tmp_path / "data").mkdir()
    for i, picture in enumerate(pictures):
        Image.fromarray(picture).save(tmp_path / "data" / f"{i}.png")
    plan = training.Plan("vae", tmp_path / "data", "mine", tmp_path / "runs", Budget(steps=4), size=(16, 16), channels=(4, 8), batch=2, device="cpu")  # fmt: skip
    examples = data.scan(tmp_path / "data")
    splits = {split: examples if split == "train" else [] for split in data.SPLITS}
    runs = training.train(plan, training.prepare(plan, splits), splits, False, lambda: True)
    with pytest.raises(Stopped, match=r"stopped after 1 steps.*--resume"):
        list(runs)
    assert weights.names(tmp_path / "runs") == []
    with disk.lock(plan.home), pytest.raises(disk.Busy, match="another deepart"):
        list(training.train(plan, training.prepare(plan, splits), splits, True))
    (plan.home / ".killed.part").write_text("half")
    *_, last = training.train(plan, training.prepare(plan, splits), splits, True)
    assert last.progress.step == 4 and weights.load("mine", tmp_path / "runs")[0].training["steps"] == 4
    assert not list(plan.home.glob("*.part"))


def test_a_classifier_is_shown_painters_as_the_table_names_them(tmp_path):
    from deepart.training import run as training

    rows = [("one", "a")] * 6 + [("one", "b")] * 2 + [("two", "c")] * 4
    for i, picture in enumerate(discs(len(rows), 40).permute(0, 2, 3, 1).numpy()):
        Image.fromarray(picture).save(tmp_path / f"{i:02}.png")
    lines = [f"{i:02}.png,{style},train,{artist}" for i, (style, artist) in enumerate(rows)]
    (tmp_path / "metadata.csv").write_text("\n".join(["file,style,split,artist", *lines]))
    plan = training.Plan("classifier", tmp_path, "mine", tmp_path / "runs", Budget(steps=4), size=(32, 32), batch=2, device="cpu")  # fmt: skip
    shown = training.prepare(plan, training.read_data(plan)).task.batches.weights
    by = {row: shown[rows.index(row)].item() for row in set(rows)}
    assert by["one", "a"] < by["one", "b"]
    assert shown[:8].sum().item() == pytest.approx(shown[8:].sum().item())


@pytest.mark.parametrize(
    ("error", "words", "is_saved"),
    [
        (RuntimeError("CUDA error: unspecified launch failure"), "does not answer any more.*--resume", False),
        (torch.OutOfMemoryError("CUDA out of memory."), "not enough free memory.*--resume", True),
    ],
)
def test_a_lost_card_ends_a_training_with_a_sentence(tmp_path, monkeypatch, error, words, is_saved):
    from deepart.training import run as training

    task, saved = line(lambda m: m.weight.square().sum()), []
    monkeypatch.setattr(checkpoint, "save", lambda *arguments: saved.append(arguments))

    def breaks(*arguments):
        yield Progress(step=3, done=0.5)
        raise error

    monkeypatch.setattr(training, "run", breaks)
    plan = training.Plan("vae", tmp_path, "mine", tmp_path, Budget(steps=9))
    prepared = training.Prepared(
        task, task.modules["m"], vae.Config(), dict, lambda done: Image.new("RGB", (2, 2))
    )
    with pytest.raises(TrainingError, match=words):
        list(training.train(plan, prepared, {}, False))
    assert bool(saved) == is_saved


def test_augmented_pictures_keep_their_shape_and_pass_gradients():
    x = torch.rand(4, 3, 24, 16, requires_grad=True)
    y = augment.diff_augment(x, torch.Generator().manual_seed(0))
    assert y.shape == x.shape
    y.sum().backward()
    assert x.grad.abs().sum() > 0


def test_the_same_generator_augments_alike():
    x = torch.rand(4, 3, 24, 16)
    a, b = (augment.diff_augment(x, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(a, b)


def test_fast_bf16_is_never_claimed_for_an_unknown_device():
    assert devices.has_fast_bf16(torch.device("meta")) is False
