"""Enlarge: what must hold whatever was learned, that learning learns, and that a recipe brings the picture back."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest
import torch
from PIL import Image

import deepart
from deepart import cli, data, enlarging, images, models, recipe, weights
from deepart.bench.own import own
from deepart.enlarging import Enlarging
from deepart.evaluation import enlarge as evaluation
from deepart.models import enlarge
from deepart.recipe import Recipe
from deepart.studio import Studio, StudioError
from deepart.training import enlarge as training
from deepart.training.loop import Budget, run
from deepart.weights import ModelCard, WeightsError

CPU = torch.device("cpu")
SCHEMAS = json.loads((Path(deepart.__file__).parent / "schemas.json").read_text())


def untrained(**config) -> enlarge.Enlarger:
    """A network that adds something, as a trained one does: its last layers do not begin at zero."""
    torch.manual_seed(0)
    network = enlarge.Enlarger(enlarge.Config(**config)).eval().requires_grad_(False)
    for head in (network.twice, network.four_times):
        torch.nn.init.normal_(head[-1].weight, std=0.3)
    return network


@pytest.fixture(scope="module")
def network():
    return untrained(channels=8, blocks=8, fine=4)


def noise(n: int, h: int, w: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(n, 3, h, w, generator=torch.Generator().manual_seed(seed)) * 2 - 1


@pytest.mark.parametrize("times", enlarge.TIMES)
def test_before_training_it_interpolates(times):
    torch.manual_seed(0)
    x = noise(2, 9, 12)
    wanted = torch.nn.functional.interpolate(x, scale_factor=times, mode="bilinear")
    found = enlarge.Enlarger(enlarge.Config(channels=8, blocks=1))(x, times)
    assert torch.allclose(found, wanted, atol=1e-6)


@pytest.mark.parametrize("times", enlarge.TIMES)
def test_flat_colour_stays_exactly_what_it_is(network, times):
    flat = torch.tensor([0.25, -0.5, 0.75]).view(1, 3, 1, 1).expand(1, 3, 11, 17)
    assert torch.equal(network(flat, times), flat[..., :1, :1].expand(1, 3, 11 * times, 17 * times))
    assert not torch.equal(
        network(noise(1, 11, 17), times), enlarge.Enlarger(network.config)(noise(1, 11, 17), times)
    )


def test_a_pictures_edge_is_no_edge(network):
    stripes = noise(1, 12, 1).expand(1, 3, 12, 20)
    h = network.blocks(network.into(stripes))
    assert torch.allclose(h, h[..., :1].expand_as(h), atol=1e-5)


@pytest.mark.parametrize("times", enlarge.TIMES)
def test_twice_the_contrast_is_twice_the_detail(network, times):
    x = 0.4 * noise(1, 16, 16)
    assert torch.allclose(network(2 * x + 0.1, times), 2 * network(x, times) + 0.1, atol=1e-4)


@pytest.mark.parametrize("times", enlarge.TIMES)
def test_tiles_are_the_picture(network, times):
    """What lies farther from a tile's edge than HALO does not depend on what is beyond."""
    x, halo = noise(1, 12, 200), enlarge.HALO
    whole = network(x, times)
    tile = network(x[..., 70 - halo : 130 + halo], times)[..., halo * times : -halo * times]
    assert torch.allclose(tile, whole[..., 70 * times : 130 * times], atol=1e-5)
    narrow = network(x[..., 68:132], times)[..., 2 * times : -2 * times]
    assert not torch.allclose(
        narrow, whole[..., 70 * times : 130 * times], atol=1e-5
    )  # or no halo would be needed


@pytest.mark.parametrize("times", enlarge.TIMES)
def test_an_edge_gets_no_halo_whatever_was_learned(network, times):
    step = torch.full((1, 3, 12, 12), -0.4)
    step[..., 5:] = 0.6
    for x in (step, step.transpose(2, 3), noise(1, 12, 12)):
        found = network(x, times)
        assert found.max() <= x.max() and found.min() >= x.min()
        assert found[..., : 3 * times, : 3 * times].max() <= x[..., :4, :4].max()  # of the pixels around
        assert (
            found - torch.nn.functional.interpolate(x, scale_factor=times, mode="bilinear")
        ).abs().max() > 0.01


def test_other_sizes_are_refused(network):
    with pytest.raises(ValueError, match="2 or 4 times, not 3"):
        network(noise(1, 8, 8), 3)
    with pytest.raises(ValueError, match=r"blocks must be in 1\.\.8"):
        enlarge.Config(blocks=9)
    with pytest.raises(ValueError, match="fine 2 or more"):
        enlarge.Config(fine=1)


def test_only_what_leaves_the_range_around_a_pixel_is_overshoot():
    step = torch.cat([torch.full((1, 3, 8, 8), -0.5), torch.full((1, 3, 8, 8), 0.5)], 3)
    assert enlarge.overshoot(step, step).max() == 0
    assert enlarge.overshoot(step.roll(1, 3), step)[..., 1:].max() == 0  # an edge one pixel off is no halo
    halo = step.clone()
    halo[..., 7], halo[..., 2] = -0.8, -0.7
    found = enlarge.overshoot(halo, step)
    assert (
        found[..., 7] == pytest.approx(0.3)
        and found[..., 2] == pytest.approx(0.2)
        and found[..., 9].max() == 0
    )


def test_power_in_a_few_frequencies_is_a_grid_and_in_all_alike_is_not():
    x = 0.1 * noise(4, 64, 64)
    assert [float(v) for v in enlarge.spectrum_gap(x, x, 4)] == [0, 0]
    level, shape = enlarge.spectrum_gap(0.5 * x, x, 4)
    assert level == pytest.approx(2 * np.log(2), rel=0.01) and shape < 1e-3
    checks = (torch.arange(64)[:, None] + torch.arange(64)) % 2 * 0.2 - 0.1
    level, shape = enlarge.spectrum_gap(x + checks, x, 4)
    assert level < 0.2 and shape > 0.05


def test_a_square_is_cut_where_the_detail_is_and_never_resampled(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "TRIES", 40)
    rng = np.random.default_rng(0)
    pixels = np.full((40, 400, 3), 90, np.uint8)
    pixels[:, 200:] = rng.integers(0, 256, (40, 200, 3))
    Image.fromarray(pixels).save(tmp_path / "wide.png")
    Image.new("RGB", (30, 300)).save(tmp_path / "narrow.png")
    (tmp_path / "bad.png").write_text("no picture")
    examples = [data.Example(tmp_path / name) for name in ("wide.png", "narrow.png", "bad.png")]
    (square,), skipped = training.squares(examples, 40)
    found = square.permute(1, 2, 0).numpy()
    places = [x for x in range(361) if np.array_equal(pixels[:, x : x + 40], found)]
    assert len(places) == 1 and places[0] >= 200
    assert len(skipped) == 2 and "30 x 300" in skipped[0]
    with pytest.raises(data.DataError, match="40 x 40 pixels or more"):
        training.squares(examples[1:], 40)


@pytest.mark.parametrize("times", enlarge.TIMES)
def test_pieces_and_their_small_versions_show_the_same(times):
    generator = torch.Generator().manual_seed(0)
    ramp = torch.arange(160).view(1, 1, 160).expand(3, 160, 160).byte()
    small, x = training.pieces(torch.stack([ramp] * 12), times, generator)
    side = training.CROP[times]
    assert x.shape == (12, 3, side, side) and small.shape == (12, 3, side // times, side // times)
    means = torch.nn.functional.avg_pool2d(x.float(), times)
    assert (means - small.float())[:, :, 1:-1, 1:-1].abs().mean() < 3


@pytest.mark.slow
def test_training_makes_them_look_more_like_what_they_were():
    """Patches with hard edges, which interpolation blurs; measured on pieces of the training, in the loss's own features."""
    generator = torch.Generator().manual_seed(0)
    layers = [torch.rand(4, 3, 160 // s, 160 // s, generator=generator) for s in (8, 16)]
    layers = [torch.nn.functional.interpolate(v, (160, 160), mode="nearest") for v in layers]
    squares = (sum(layers) / 2 * 255).byte()
    config = enlarge.Config(channels=12, blocks=1, fine=8)
    work = training.task(config, squares, weights.imagenet_lite0(), CPU, batch=2, lr=3e-3)

    def apart() -> float:
        work.generator.manual_seed(1)  # always the same pieces, two batches of each size
        with torch.no_grad():
            found = [work.phases[0].loss(torch.tensor([i, 3 - i]), 0.5)[1] for i in range(4)]
        assert {key for figures in found for key in figures} >= {"look x2", "look x4"}
        return sum(value for figures in found for key, value in figures.items() if key.startswith("look"))

    before = apart()
    for _ in run(work, Budget(steps=75)):
        pass
    assert apart() < 0.88 * before


def test_figures_stand_beside_interpolation(tmp_path, network):
    rng = np.random.default_rng(0)
    for i in range(3):
        small = Image.fromarray(rng.integers(0, 256, (40, 40, 3), dtype=np.uint8))
        small.resize((240, 200), Image.Resampling.NEAREST).save(tmp_path / f"{i}.png")
    Image.new("RGB", (100, 300)).save(tmp_path / "narrow.png")
    examples = [data.Example(path, None, "test") for path in sorted(tmp_path.glob("*.png"))]
    found = evaluation.evaluate(enlarge.Enlarger(enlarge.Config(channels=8, blocks=1)), examples, 2)
    assert found["pictures"] == 2
    for times in ("x2", "x4"):
        assert set(found[times]) == {"enlarger", "bicubic", "Lanczos"}
        softest, sharpest = (found[times][name]["psnr_db"] for name in ("enlarger", "Lanczos"))
        assert softest < sharpest  # untrained it is bilinear
    assert (
        found["x2"]["Lanczos"]["perceptual_lite1"]["mean"]
        < found["x4"]["Lanczos"]["perceptual_lite1"]["mean"]
    )
    with pytest.raises(data.DataError, match="192 x 192 px or more"):
        evaluation.middles([data.Example(tmp_path / "narrow.png")], 5)


def test_a_line_beside_an_edge_counts_at_edges():
    x = torch.full((1, 3, 40, 40), -0.5)
    x[..., 20:] = 0.5
    assert evaluation.overshoot_at_edges(x, x, 4) == 0
    halo = x.clone()
    halo[..., 23] = 0.9
    assert evaluation.overshoot_at_edges(x, halo, 4) > 1
    far = x.clone()
    far[..., 35] = 0.9  # no edge is near: grain, not a halo
    assert evaluation.overshoot_at_edges(x, far, 4) == 0


@pytest.fixture(scope="module")
def root(tmp_path_factory, network):
    folder = tmp_path_factory.mktemp("weights")
    card = ModelCard("lens-1", "enlarge", models.plain(network.config), title="Lens")
    weights.save(folder / "lens-1", card, network)
    return folder


@pytest.fixture
def enlarging_(root):
    return Enlarging(Studio(root, "cpu"))


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.png"
    pixels = np.random.default_rng(0).integers(0, 256, (33, 47, 3), dtype=np.uint8)
    Image.fromarray(pixels).resize((94, 66), Image.Resampling.BICUBIC).save(path)
    return path


def pixels(picture: Image.Image) -> np.ndarray:
    return np.asarray(picture).astype(int)


@pytest.mark.parametrize("times", enlarge.TIMES)
def test_any_size_is_enlarged_and_tiles_leave_no_seam(enlarging_, file, times, monkeypatch):
    whole = enlarging_.enlarge("lens-1", file, times)
    assert whole.picture.size == (94 * times, 66 * times)
    monkeypatch.setattr(enlarging, "SIDE", 16)
    steps = list(enlarging_.finish("lens-1", own(file), times))
    count = len(steps)
    assert count >= 4 and [made for _, made in steps[:-1]] == [None] * (count - 1)
    assert [done for done, _ in steps] == pytest.approx([i / count for i in range(1, count + 1)])
    assert np.abs(pixels(steps[-1][1].picture) - pixels(whole.picture)).max() <= 1


def test_a_recipe_brings_the_same_pixels_back(enlarging_, file, tmp_path):
    made = enlarging_.enlarge("lens", file, 2)
    recipe.save(made.picture, tmp_path / "out.png", made.recipe)
    by = recipe.load(tmp_path / "out.png")
    assert by == made.recipe and (by.task, by.model, by.scale, by.own_name) == (
        "enlarge",
        "lens-1",
        2,
        "mine.png",
    )
    *_, (_, again) = enlarging_.remake(by, own(file))
    assert np.array_equal(pixels(again.picture), pixels(made.picture))


def test_another_file_or_other_weights_are_told(enlarging_, file, tmp_path):
    by = enlarging_.recipe("lens-1", own(file), 2)
    Image.new("RGB", (20, 20)).save(tmp_path / "other.png")
    with pytest.raises(StudioError, match="another file than the one that was used"):
        next(enlarging_.remake(by, own(tmp_path / "other.png")))
    with pytest.raises(StudioError, match="put that file there too"):
        next(enlarging_.remake(by, None))
    changed = Recipe("enlarge", "lens-1", "0" * 64, "1", scale=2, own_sha256=by.own_sha256)
    with pytest.raises(WeightsError, match="other weights"):
        next(enlarging_.remake(changed, own(file)))
    with pytest.raises(StudioError, match="not one of an enlarged picture"):
        next(enlarging_.remake(Recipe("sample", "orchard-1", "0" * 64, "1", seed=1), own(file)))


def test_what_would_be_too_large_is_told_before_any_work(enlarging_, monkeypatch):
    monkeypatch.setattr(images, "MAX_PIXELS", 4_000_000)
    with pytest.raises(
        StudioError, match="4000 x 2000 pixels, and 4 million are the most: enlarge it 2 times"
    ):
        next(enlarging_.paint("lens-1", Image.new("RGB", (1000, 500)), 4))
    with pytest.raises(StudioError, match="the most: make it smaller first"):
        enlarging.check_size((3000, 1500), 2)
    enlarging.check_size((1000, 1000), 2)


def test_times_are_2_or_4_as_number_or_text():
    assert [enlarging.check_times(v) for v in (2, "4", 4.0, " 2 ")] == [2, 4, 4, 2]
    for wrong in (3, "two", None, True, 2.5):
        with pytest.raises(StudioError, match="2 or 4 times"):
            enlarging.check_times(wrong)


def deep(capsys, root, *arguments: object) -> tuple[int, dict]:
    status = cli.main([*map(str, arguments), "--json", "--weights", str(root), "--device", "cpu"])
    document = json.loads(capsys.readouterr().out)
    jsonschema.validate(document, SCHEMAS["error" if "error" in document else arguments[0]])
    return status, document


def test_the_command_enlarges_every_picture_that_can_be(root, file, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(images, "MAX_PIXELS", 200_000)
    large, bad = tmp_path / "large.png", tmp_path / "bad.png"
    Image.new("RGB", (300, 300)).save(large)
    bad.write_text("no picture")
    status, document = deep(
        capsys, root, "enlarge", file, large, bad, "--times", "4", "--out", tmp_path / "o"
    )
    good, *others = document["files"]
    assert status == 0 and document["model"] == "lens-1" and Image.open(good["output"]).size == (376, 264)
    assert recipe.load(good["output"]).scale == 4
    assert [f["output"] for f in others] == [None, None] and "large.png: enlarged 4 times" in others[0][
        "error"
    ]


def test_a_dry_run_checks_and_writes_nothing(root, file, tmp_path, capsys):
    status, document = deep(capsys, root, "enlarge", file, "--out", tmp_path / "none", "--dry-run")
    assert status == 0 and document["files"][0]["error"] is None and not (tmp_path / "none").exists()
    status, document = deep(capsys, tmp_path, "enlarge", file, "--out", tmp_path / "none")
    assert status == 2 and "no model to enlarge with" in document["error"]


def test_an_enlarger_can_be_trained_from_a_folder(tmp_path, capsys):
    rng = np.random.default_rng(0)
    (tmp_path / "data").mkdir()
    for i in range(4):
        blocks = Image.fromarray(rng.integers(0, 256, (24, 24, 3), dtype=np.uint8))
        blocks.resize((168, 168), Image.Resampling.NEAREST).save(tmp_path / "data" / f"{i}.png")
    train = (
        "train",
        "enlarge",
        "--data",
        tmp_path / "data",
        "--name",
        "lens-9",
        "--out",
        tmp_path,
        "--batch",
        "1",
    )
    status, document = deep(capsys, tmp_path, *train, "--steps", "2")
    assert status == 0 and document["steps"] == 2
    card, _ = weights.load("lens-9", tmp_path)
    assert (card.arch, card.task) == ("enlarge", "enlarge") and (
        tmp_path / "lens-9" / "model.safetensors"
    ).stat().st_size < 4e6
    assert any(path.name.startswith("preview-") for path in (tmp_path / "lens-9").iterdir())
    status, document = deep(capsys, tmp_path, *train, "--steps", "1", "--size", "64")
    assert status == 2
