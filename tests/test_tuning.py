"""The classifier's last stages, trained beside its heads."""

import random

import pytest
import torch

from deepart import cli, weights
from deepart.models.style_cnn import Config, StyleCNN
from deepart.training import classifier as training
from deepart.training import deal, tuning
from deepart.training.kinds import classifiers
from deepart.training.loop import Budget, Task, run
from tests.test_style_cnn import CPU, SIZE, swatches

CONFIG = Config(classes=3, image_size=SIZE, members=2, hidden=32, mirror=True, tuned=True)


@pytest.fixture(scope="module")
def imagenet():
    return weights.imagenet_lite0()


@pytest.fixture
def model(imagenet):
    return StyleCNN(CONFIG).start_from(imagenet).eval().requires_grad_(False)


def task_for(model, pictures, targets) -> Task:
    views, maps = training.views_and_maps_of(model, pictures, CPU, seed=0)
    return training.task(model, views, targets, batch=32, maps=maps)


def test_what_is_saved_says_what_heads_and_stages_said_in_training(model):
    pictures, targets = swatches(10, seed=1)
    task = task_for(model, pictures, targets)
    for _ in run(task, Budget(steps=5)):
        pass
    said = training.answers(task, model, *training.features_and_maps_of(model, pictures, CPU))
    training.put(task, model)
    with torch.no_grad():
        now = model(pictures.float() / 127.5 - 1)[0]
    torch.testing.assert_close(now, said, rtol=1e-2, atol=2e-2)  # maps were kept in float16
    alone = task.averaged["tuned"].answer(training.features_and_maps_of(model, pictures, CPU)[1])
    assert alone.std() > 0.01 and not torch.allclose(alone, said, atol=0.02)


@pytest.mark.parametrize("rate, learns", [(1.0, True), (0.0, False)])
def test_the_stages_alone_tell_new_swatches_apart_unless_their_optimiser_is_frozen(model, rate, learns):
    pictures, targets = swatches(20, seed=1)
    views, maps = training.views_and_maps_of(model, pictures, CPU, seed=0)
    training.standardise_on(model, views)
    tuned = tuning.Tuned(model).requires_grad_(True)
    generator = deal.Deal(0, 60)
    phase = tuning.phase(tuned, maps, targets, generator, random.Random(0), torch.ones(60))
    phase.rate = lambda progress: rate
    task = Task({"tuned": tuned}, [phase], training.data.Batches(60, 60, 0), generator)
    for _ in run(task, Budget(steps=40)):
        pass
    unseen, right = swatches(20, seed=99)
    said = tuned.answer(training.features_and_maps_of(model, unseen, CPU)[1])
    assert ((said.argmax(1) == right).float().mean() > 0.8) == learns


def test_the_stages_see_works_as_they_come_where_the_heads_see_painters_alike(model, monkeypatch):
    pictures, targets = swatches(8, seed=1)
    views, maps = training.views_and_maps_of(model, pictures, CPU, seed=0)
    painters = (["many"] * 7 + ["few"]) * 3  # of each style
    task = training.task(model, views, targets, batch=24, maps=maps, painters=painters)
    heads, stages, first, second = [], [], training._pick, tuning._shown
    monkeypatch.setattr(
        training, "_pick", lambda v, s, rows: heads.extend(rows.tolist()) or first(v, s, rows)
    )
    monkeypatch.setattr(
        tuning, "_shown", lambda m, rows, g: stages.extend(rows.tolist()) or second(m, rows, g)
    )
    for _ in run(task, Budget(steps=60)):
        pass
    few = [sum(painters[row] == "few" for row in rows) / len(rows) for rows in (heads, stages)]
    assert few[0] == pytest.approx(1 / (1 + 7**0.25), abs=0.03)
    assert few[1] == pytest.approx(1 / 8, abs=0.04)


def test_what_the_stages_are_shown_keeps_the_styles_in_balance():
    targets = torch.tensor([0] * 400 + [1] * 400)
    painters = ["one"] * 380 + [f"painter {i}" for i in range(20)] + [f"master {i % 4}" for i in range(400)]
    often = training.weights_of(targets, 2, painters)
    oftener = training.balanced(targets, 2) / often
    generator, shown = torch.Generator().manual_seed(0), torch.zeros(800)
    for _ in range(500):
        rows = torch.multinomial(often, 128, replacement=True, generator=generator)
        shown += torch.bincount(tuning.picked(rows, oftener, 32, generator), minlength=800)
    share = shown / shown.sum()
    assert share[:400].sum().item() == pytest.approx(0.5, abs=0.02)
    assert share[:380].sum().item() == pytest.approx(0.475, abs=0.02), "as many as there are"


def test_only_a_part_of_each_batch_is_shown_to_the_stages(model, monkeypatch):
    pictures, targets = swatches(8, seed=1)
    task, seen = task_for(model, pictures, targets), []
    shown = tuning._shown
    monkeypatch.setattr(
        tuning, "_shown", lambda maps, rows, g: seen.append(len(rows)) or shown(maps, rows, g)
    )
    for _ in run(task, Budget(steps=2)):
        pass
    assert set(seen) == {24 // tuning.PART}


def test_the_hidden_layer_does_not_hear_the_last_stages(model):
    x = torch.rand(2, 3, SIZE, SIZE, generator=torch.Generator().manual_seed(0)) * 2 - 1
    torch.nn.init.normal_(model.subject.weight)
    with torch.no_grad():
        hidden, logits = model.hidden(model.standardise(model.features(x))), model(x)[0]
        model.backbone.conv_head.weight.mul_(0.5)
        again = model.standardise(model.features(x))
        assert torch.equal(model.hidden(again), hidden)
        assert not torch.allclose(model.heads(again)[0], logits, atol=1e-3)


def test_a_classifier_of_many_pictures_is_tuned_and_one_of_few_that_starts_from_it_is_not(
    tmp_path, monkeypatch, capsys
):
    from deepart import images

    def folder(name: str, each: int, labels: tuple[str, ...]):
        pictures, targets = swatches(each, seed=len(name))
        for i, (picture, target) in enumerate(zip(pictures, targets.tolist(), strict=True)):
            (tmp_path / name / labels[target]).mkdir(parents=True, exist_ok=True)
            images.save_png(
                images.to_picture(picture.float() / 127.5 - 1), tmp_path / name / labels[target] / f"{i}.png"
            )
        return str(tmp_path / name)

    def views_in(home) -> int:
        (file,) = home.glob(classifiers.FEATURES.format("*"))
        return len(torch.load(file)[0])

    monkeypatch.setattr(tuning, "LEAST", 40)
    monkeypatch.setattr(classifiers.copies, "LEAST", 40)
    asked = ["--size", str(SIZE), "--device", "cpu", "--out", str(tmp_path / "runs"), "--steps", "4"]
    many = folder("many", 20, ("Striped", "Dotted", "Cloudy"))
    assert cli.main(["train", "classifier", "--data", many, "--name", "many", "--init", "none", *asked]) == 0
    card, network = weights.load("many", tmp_path / "runs")
    assert card.config["tuned"] and card.config["restore"] == classifiers.RESTORE
    assert views_in(tmp_path / "runs" / "many") == 1  # worse copies are for `steady`
    few = folder("few", 6, ("Dotted", "Plaid", "Striped"))
    start = ["--init", "many", "--weights", str(tmp_path / "runs")]
    assert cli.main(["train", "classifier", "--data", few, "--name", "few", *start, *asked]) == 0
    child_card, child = weights.load("few", tmp_path / "runs")
    assert views_in(tmp_path / "runs" / "few") == 3
    assert not child_card.config["tuned"] and child.style[0].in_features == child.dim
    torch.testing.assert_close(child.backbone.conv_head.weight, network.backbone.conv_head.weight)
    more = folder("more", 16, ("Dotted", "Plaid", "Striped"))
    assert cli.main(["train", "classifier", "--data", more, "--name", "more", *start, *asked]) == 0
    assert weights.load("more", tmp_path / "runs")[0].config["tuned"]
    assert not capsys.readouterr().err.count("Traceback")
