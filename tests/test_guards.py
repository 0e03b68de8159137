"""Each guard of a training, provoked on a task that takes no time; and what it must not do when nothing is wrong."""

import copy
import random

import pytest
import torch
from torch import nn

from deepart import data, disk
from deepart.training import checkpoint, guards, watch
from deepart.training.loop import Budget, Phase, Progress, Task, TrainingError, run


def line(loss, watched=None, lr=0.1, clip=None, batch=4) -> Task:
    """One number, begun at 5; loss: (module, rows) -> scalar."""
    module = nn.Linear(1, 1, bias=False)
    nn.init.constant_(module.weight, 5.0)
    optimiser = torch.optim.SGD(module.parameters(), lr)
    phase = Phase("line", optimiser, lambda rows, progress: (loss(module, rows), {"loss": 1.0}), clip=clip)
    average = copy.deepcopy(module)
    return Task({"m": module}, [phase], data.Batches(8, batch, 0), torch.Generator(), {"m": average}, 4, watch=watched)  # fmt: skip


def train(task: Task, steps: int, start: Progress | None = None) -> Progress:
    *_, last = run(task, Budget(steps=steps), start)
    return last


def broken(calls: range, then=float("nan")):
    """A loss that is not finite in some of its calls, and spoils what it can: the weights' gradients."""
    count = iter(range(10**6))
    return lambda m, rows: (m.weight * (then if next(count) in calls else 1.0)).sum()


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_few_steps_that_are_not_finite_are_left_out(value):
    task = line(broken(range(3, 6), value))
    last = train(task, 10)
    assert last.skipped == 3 and last.restored == 0 and last.rate == 1
    assert task.modules["m"].weight.item() == pytest.approx(5 - 7 * 0.1)


def test_gradients_that_are_not_finite_count_though_the_loss_is():
    class Spoilt(torch.autograd.Function):
        @staticmethod
        def forward(context, x):
            return x.clone()

        @staticmethod
        def backward(context, grad):
            return grad * float("inf")

    task = line(lambda m, rows: Spoilt.apply(m.weight).sum())
    with pytest.raises(TrainingError, match="not a finite number"):
        train(task, 100)
    assert task.modules["m"].weight.item() == 5


def test_after_several_the_last_good_state_comes_back_with_half_the_rate_and_clipping():
    task = line(broken(range(60, 60 + guards.BAD_STEPS)))

    def spoil(rows, progress, inner=task.phases[0].loss):
        loss, figures = inner(rows, progress)
        if not torch.isfinite(loss):
            task.modules["m"].weight.data.fill_(-77)  # as running means do, which no optimiser guards
        return loss * 100 if torch.isfinite(loss) else loss, figures

    task.phases[0].loss = spoil
    last = train(task, 60 + guards.BAD_STEPS)
    assert last.restored == 1 and last.rate == 0.5 and "half" not in last.warnings[0]
    assert "went back to the last good state, with 0.5 of the learning rate" in last.warnings[0]
    assert task.modules["m"].weight.item() == pytest.approx(
        5 - 50 * 10, rel=1e-4
    )  # as it stood after 50 steps
    assert guards.clip_of(task.phases[0], last) == 0.5
    train(task, 60 + guards.BAD_STEPS + 1, last)
    assert task.modules["m"].weight.item() == pytest.approx(-495 - 0.1 * 0.5 * 0.5, rel=1e-6)


def test_a_training_that_stays_broken_ends_with_the_reason():
    task = line(lambda m, rows: (m.weight * float("nan")).sum())
    with pytest.raises(TrainingError, match=r"20 times in a row.*an eighth.*broken picture"):
        train(task, 1000)


class Small:
    """A loss over rows that does not fit for more than `most` of them."""

    def __init__(self, most: int, error: Exception):
        self.most, self.error, self.seen = most, error, []

    def __call__(self, m, rows):
        if len(rows) > self.most:
            raise self.error
        self.seen.append(len(rows))
        return (
            (m.weight * (rows + 1.0)).mean() - 3
        ).square()  # of each part its own square: as far as it allows


@pytest.mark.parametrize(
    "error",
    [torch.OutOfMemoryError("CUDA out of memory."), MemoryError(), RuntimeError("DefaultCPUAllocator: no")],
)
def test_what_does_not_fit_is_taken_in_parts_with_the_same_gradient(error):
    whole = line(lambda m, rows: (m.weight * (rows + 1.0)).mean(), batch=8)
    parts = line(lambda m, rows: (m.weight * (rows + 1.0)).mean(), batch=8)
    small = Small(2, error)
    parts.phases[0].loss = lambda rows, p, inner=parts.phases[0].loss: (small(parts.modules["m"], rows), inner(rows, p))[1]  # fmt: skip
    train(whole, 3)
    last = train(parts, 3)
    assert last.parts == 4 and small.seen == [2] * 12
    assert any("taken in 4 parts" in sentence for sentence in last.warnings)
    torch.testing.assert_close(parts.modules["m"].weight, whole.modules["m"].weight)


def test_the_try_that_did_not_fit_uses_up_no_random_numbers():
    drawn = []

    def loss(m, rows, task, most):
        number = torch.rand(1, generator=task.generator)
        if len(rows) > most:
            raise MemoryError
        drawn.append(float(number))
        return (m.weight * number).sum()

    for most in (4, 2):
        task = line(None)
        task.phases[0].loss = lambda rows, p, task=task, most=most: (
            loss(task.modules["m"], rows, task, most),
            {},
        )
        task.generator.manual_seed(3)
        train(task, 1)
    assert drawn[0] == drawn[1] != drawn[2]


def test_an_error_that_is_not_of_memory_ends_the_training():
    def loss(m, rows):
        raise RuntimeError("our bug")

    with pytest.raises(RuntimeError, match="our bug"):
        train(line(loss), 1)


def test_a_batch_of_two_is_not_divided():
    def loss(m, rows):
        raise MemoryError

    with pytest.raises(MemoryError):
        train(line(loss, batch=2), 1)


def test_a_checkpoint_is_not_begun_on_a_full_disk(tmp_path, monkeypatch):
    task = line(lambda m, rows: m.weight.sum())
    checkpoint.save(tmp_path / "c.pt", task, Progress(step=1), {})
    before = (tmp_path / "c.pt").read_bytes()
    usage = type("Usage", (), {"free": disk.SPARE + 10})
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(TrainingError, match=r"the disk is full.*before this one is kept"):
        checkpoint.save(tmp_path / "c.pt", task, Progress(step=2), {})
    assert (tmp_path / "c.pt").read_bytes() == before and not list(tmp_path.glob(".*.part"))


def falling(m, rows):
    return m.weight.sum()  # the weight falls by 0.1 a step: 5.0, 4.9, ...


def overfitting(task: Task, best: float, spread: float = 0.0) -> watch.Overfitting:
    """A "val" that is best at that weight, and a "train" that always gets better."""
    noise = spread * torch.randn(8, generator=torch.Generator().manual_seed(0))

    def measure():
        w = task.modules["m"].weight.item()
        return {"val": 1 + (w - best) ** 2 + noise * (w - best), "train": torch.tensor([10 + w])}

    return watch.Overfitting(measure, {"m": task.modules["m"]})


def test_what_it_learnt_by_heart_is_forgotten_and_it_ends_early():
    task = line(falling)
    task.watch = overfitting(task, 4.0)
    last = train(task, 40)
    assert task.modules["m"].weight.item() == pytest.approx(4.0)
    assert last.step < 40 and last.done == 1  # ended early
    (said,) = last.warnings
    assert (
        "by heart" in said
        and "best after 10 steps" in said
        and "More pictures" in said
        and "smaller model" in said
    )


def test_a_training_that_only_gets_better_is_not_touched():
    task = line(falling)
    task.watch = overfitting(task, -100.0)
    last = train(task, 40)
    assert (
        task.modules["m"].weight.item() == pytest.approx(1.0, rel=1e-4)
        and last.step == 40
        and not last.warnings
    )
    assert set(last.watched) == {"val", "train"}


def test_a_new_aim_that_makes_both_worse_is_no_overfitting():
    task = line(falling)
    task.watch = overfitting(task, 4.0)
    inner = task.watch.measure
    task.watch.measure = lambda: inner() | {"train": torch.tensor([10 - task.modules["m"].weight.item()])}
    last = train(task, 40)
    assert (
        last.step == 40
        and not last.warnings
        and task.modules["m"].weight.item() == pytest.approx(1.0, rel=1e-4)
    )


def test_few_pictures_that_differ_by_chance_end_nothing():
    task = line(falling)
    task.watch = overfitting(task, 4.0, spread=40.0)
    assert train(task, 40).step == 40


def collapsing(task: Task, figures) -> watch.Collapse:
    return watch.Collapse(lambda: figures(task.modules["m"].weight.item()), {"m": task.modules["m"]})


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (lambda w: {"diversity": 0.8 if w > 3.95 else 0.1, "nearest": 1.0}, "the model has collapsed"),
        (lambda w: {"diversity": 0.8, "nearest": 1.0 if w > 3.95 else 0.2}, "copies, not new ones"),
    ],
)
def test_samples_that_grow_alike_or_copy_bring_the_earlier_model_back(figures, words):
    task = line(falling)
    task.watch = collapsing(task, figures)
    last = train(task, 40)
    assert task.modules["m"].weight.item() == pytest.approx(4.0) and last.step < 40
    assert words in last.warnings[-1] and "after 10 steps" in last.warnings[-1]


def test_diversity_that_grows_from_nothing_is_no_collapse():
    task = line(falling)
    task.watch = collapsing(task, lambda w: {"diversity": (5 - w) / 5, "nearest": 2.0})
    last = train(task, 40)
    assert last.step == 40 and not last.warnings


def test_the_measures_themselves():
    """Four corners of a unit square, and the same with one corner drawn twice."""
    square = torch.tensor([[0.0, 0], [0, 1], [1, 0], [1, 1]])
    assert watch.diversity(square) == pytest.approx((4 + 2 * 2**0.5) / 6)
    assert watch.diversity(torch.zeros(4, 2)) == 0
    assert watch.nearest(square) == 1 and watch.nearest(square + 0.1, square) == pytest.approx(0.1 * 2**0.5)


def test_a_resumed_run_is_watched_as_if_it_had_never_stopped(tmp_path):
    task = line(falling)
    task.watch = overfitting(task, 4.0)
    reports = run(task, Budget(steps=40), report_every=0)
    for _ in range(18):  # past the best, before the end
        state = next(reports)
    checkpoint.save(tmp_path / "c.pt", task, state, {})
    second = line(falling)
    second.watch = overfitting(second, 4.0)
    last = train(second, 40, checkpoint.restore(second, checkpoint.read(tmp_path / "c.pt")))
    assert second.modules["m"].weight.item() == pytest.approx(4.0) and last.warnings
    never_stopped = line(falling)
    never_stopped.watch = overfitting(never_stopped, 4.0)
    assert last.step == train(never_stopped, 40).step


def test_dice_go_on_where_they_were(tmp_path):
    thrown = []

    def task():
        made = line(lambda m, rows: (thrown.append(made.dice.random()), m.weight.sum())[1])
        made.dice = random.Random(1)
        return made

    train(task(), 4)
    first = task()
    reports = run(first, Budget(steps=4), report_every=0)
    for _ in range(2):
        state = next(reports)
    checkpoint.save(tmp_path / "c.pt", first, state, {})
    second = task()
    train(second, 4, checkpoint.restore(second, checkpoint.read(tmp_path / "c.pt")))
    assert thrown[:4] == thrown[4:6] + thrown[6:]
