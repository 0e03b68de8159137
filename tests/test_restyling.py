"""Restyle without a page: previews are what the finished picture is painted over, and recipes bring it back."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import gradio as gr
import numpy as np
import pytest
import torch
from PIL import Image

from deepart import images, recipe, weights
from deepart.bench.own import own
from deepart.models import plain, restyle
from deepart.restyling import Regions, Restyling, Wish, levels, regions
from deepart.restyling.wish import look_from_text
from deepart.studio import Studio, StudioError
from deepart.ui import guard
from deepart.ui.restyle import paint, stage
from deepart.weights import ModelCard


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """A weights folder with a small restyler that was never trained but changes much."""
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    network = restyle.Restyler(restyle.Config(s_dim=8, channels=(16, 16, 8, 8, 8))).eval()
    network.features.start_from(weights.imagenet_lite0())
    card = ModelCard(
        "hand-0", "restyle", plain(network.config), title="Hand", description="For tests.", licence="MIT"
    )
    weights.save(folder / "hand-0", card, network.requires_grad_(False))
    return folder


@pytest.fixture(scope="module")
def restyling(shelf):
    return Restyling(Studio(shelf, "cpu"))


def picture(path, width, height, seed=0, light=120):
    """Soft blots with some grain."""
    draw = np.random.default_rng(seed)
    blots = Image.fromarray(draw.integers(0, 256, (6, 8, 3), np.uint8)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    grain = draw.integers(-12, 13, (height, width, 3))
    shades = np.clip(np.asarray(blots).astype(int) + grain + light - 120, 0, 255).astype(np.uint8)
    Image.fromarray(shades).save(path)
    return path


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    return own(picture(tmp_path_factory.mktemp("own") / "mine.png", 700, 460))


@pytest.fixture(scope="module")
def looks(restyling, tmp_path_factory):
    folder = tmp_path_factory.mktemp("styles")
    return tuple(
        restyling.look("hand-0", picture(folder / f"style-{i}.png", 300, 200, 10 + i, light))
        for i, light in enumerate((40, 220))
    )


def painted(restyling, mine, wish, size="full"):
    *_, (done, made) = restyling.finish("hand-0", mine, wish, size)
    assert done == 1.0
    return made


def difference(a, b) -> float:
    return float(np.abs(np.asarray(a).astype(int) - np.asarray(b)).mean())


def test_sizes_double_up_to_the_pictures_own():
    assert levels.sizes(2048, 1024, "fine") == [(512, 256), (1024, 512), (2048, 1024)]
    assert levels.sizes(2048, 1024, "bold")[0] == (128, 64)
    assert levels.sizes(300, 200, "fine") == [(300, 200)]
    assert levels.sizes(5000, 40, "bold") == [(5000, 40)]  # a strip is not made thinner than can be seen


def test_no_strength_is_the_picture_itself(restyling, mine, looks):
    made = painted(restyling, mine, Wish(looks[:1], (1.0,), strength=0.0))
    assert difference(made.picture, Image.open(mine.path)) == 0


def test_strength_grows(restyling, mine, looks):
    before = Image.open(mine.path)
    changed = [
        difference(painted(restyling, mine, Wish(looks[:1], (1.0,), s)).picture, before)
        for s in (0.3, 0.6, 1.0)
    ]
    assert 0.5 < changed[0] < changed[1] < changed[2]


def test_the_finished_picture_looks_like_its_preview(restyling, mine, looks):
    wish = Wish(looks[:1], (1.0,), stroke="bold")
    made, preview = painted(restyling, mine, wish).picture, restyling.preview("hand-0", mine, wish)
    assert made.size == (700, 460) and preview.size == (512, 336)
    shrunk = made.resize(preview.size, Image.Resampling.LANCZOS)
    assert difference(shrunk, preview) < 0.3 * difference(preview, restyling.small(mine))


def test_blends_lie_between(restyling, mine, looks):
    def shown(first, second):
        shares = [(look, share) for look, share in zip(looks, (first, second), strict=True) if share]
        return np.asarray(
            restyling.preview("hand-0", mine, Wish(*map(tuple, zip(*shares, strict=True))))
        ).astype(int)

    one, half, other = shown(1, 0), shown(1, 1), shown(0, 1)
    apart = np.abs(one - other).mean()
    assert np.abs(half - one).mean() < apart and np.abs(half - other).mean() < apart


def test_colours_can_be_kept(restyling, mine, looks):
    def chroma(image):
        return np.asarray(image.convert("YCbCr")).astype(int)[..., 1:]

    small, free, kept = (
        restyling.small(mine),
        *(restyling.preview("hand-0", mine, Wish(looks[:1], (1.0,), keep_colours=k)) for k in (False, True)),
    )
    assert np.abs(chroma(kept) - chroma(small)).mean() < 0.5 * np.abs(chroma(free) - chroma(small)).mean()


def test_only_what_was_painted_on_changes(restyling, mine, looks):
    grid = np.zeros((46, 70), np.uint8)
    grid[:, :30], grid[:, 40:] = 1, 2
    wish = Wish(looks, (1.0, 1.0), regions=Regions(70, 46, grid.tobytes()))
    made = np.asarray(painted(restyling, mine, wish, 500).picture).astype(int)  # on one level
    before = np.asarray(Image.open(mine.path).resize((500, 329), Image.Resampling.LANCZOS)).astype(int)
    assert np.abs(made - before)[:, 243:257].max() <= 1  # nobody painted there
    assert np.abs(made - before)[:, :180].mean() > 1
    alone = np.asarray(painted(restyling, mine, Wish(looks[:1], (1.0,)), 500).picture).astype(int)
    both = np.asarray(painted(restyling, mine, Wish(looks[1:], (1.0,)), 500).picture).astype(int)
    assert np.abs(made - alone)[:, :150].mean() < 0.5 * np.abs(both - alone)[:, :150].mean()
    assert np.abs(made - both)[:, 350:].mean() < 0.5 * np.abs(both - alone)[:, 350:].mean()


def test_a_recipe_brings_the_picture_back_without_the_styles(restyling, shelf, mine, looks, tmp_path):
    grid = np.zeros((23, 35), np.uint8)
    grid[5:15, 5:25] = 2
    wish = Wish(looks, (1.0, 3.0), 0.8, True, "fine", Regions(35, 23, grid.tobytes()), rest=True)
    made = painted(restyling, mine, wish, 400)
    assert made.picture.size == (400, 263)
    recipe.save(made.picture, tmp_path / "made.png", made.recipe)
    by = recipe.load(tmp_path / "made.png")
    assert by == made.recipe and by.schema == 3
    *_, (_, again) = Restyling(Studio(shelf, "cpu")).remake(by, mine)
    assert difference(again.picture, made.picture) == 0


def test_a_recipe_wants_the_very_file(restyling, mine, looks, tmp_path):
    by = restyling.recipe("hand-0", mine, Wish(looks[:1], (1.0,)))
    other = own(picture(tmp_path / "other.png", 60, 50))
    with pytest.raises(
        StudioError, match=r"another file than the one that was used: the recipe names 'mine\.png'"
    ):
        list(restyling.remake(by, other))
    with pytest.raises(StudioError, match="put it back on the Restyle tab"):
        restyling.studio.remake(by)


def test_a_recipe_gets_no_more_pixels_than_its_picture_has(restyling, mine, looks):
    by = restyling.recipe("hand-0", mine, Wish(looks, (1.0, 1.0)))
    for aspect in ((701, 460), (600, 461), (6000, 5000)):
        with pytest.raises(StudioError, match="more pixels than its picture"):
            next(restyling.remake(replace(by, aspect=aspect), mine))
    with pytest.raises(recipe.RecipeError, match="at most 40000000 pixels"):
        replace(by, aspect=(65_535, 65_535))


def test_large_pictures_are_seamless(restyling, tmp_path, looks, monkeypatch):
    """Where a tile ends nothing is to be seen, so both ways of cutting give the same picture."""
    mine, wish = own(picture(tmp_path / "wide.png", 900, 300)), Wish(looks[:1], (1.0,), stroke="fine")
    cut = np.asarray(painted(restyling, mine, wish).picture).astype(int)
    count = len(levels.tiles.cut(300, 900, levels.HALO, levels.STRIDE))
    monkeypatch.setattr(levels.tiles.paint, "__defaults__", (1, 1, 1024))
    monkeypatch.setattr(levels.tiles.cut, "__defaults__", (1, 1024))
    assert len(levels.tiles.cut(300, 900, levels.HALO, levels.STRIDE)) == 1 < count
    whole = np.asarray(painted(restyling, mine, wish).picture).astype(int)
    assert np.abs(cut - whole).max() <= 2  # on either of two levels a shade may be rounded the other way
    assert difference(whole, Image.open(mine.path)) > 0.5


def test_edges_are_painted_as_the_middle_is(restyling, tmp_path, looks):
    """Of a picture that is the same everywhere: no frame around it."""
    grain = np.random.default_rng(0).integers(100, 140, (400, 400, 3), np.uint8)
    Image.fromarray(grain).save(tmp_path / "grain.png")
    made = np.asarray(
        painted(restyling, own(tmp_path / "grain.png"), Wish(looks[:1], (1.0,))).picture
    ).astype(float)
    edge, middle = made[:12].mean((0, 1)), made[100:300, 100:300].mean((0, 1))
    assert np.abs(edge - middle).max() < 15


def test_stopping_is_not_asking_on(restyling, mine, looks):
    steps = restyling.finish("hand-0", mine, Wish(looks[:1], (1.0,)))
    first = next(steps)
    assert 0 < first[0] < 1 and first[1] is None
    steps.close()


@pytest.mark.parametrize(
    ("wished", "sentence"),
    [
        ({"strength": 1.5}, "from 0 to 100 %"),
        ({"strength": float("nan")}, "from 0 to 100 %"),
        ({"stroke": "wild"}, "fine, medium, bold"),
        ({"shares": (0.0,)}, "a share above 0"),
        ({"shares": (1.0, 1.0)}, "a share above 0"),
        ({"looks": ()}, "one to 4 style pictures"),
    ],
)
def test_bad_wishes_are_refused_with_the_rule(looks, wished, sentence):
    with pytest.raises(StudioError, match=sentence):
        Wish(**{"looks": looks[:1], "shares": (1.0,)} | wished)


@pytest.mark.parametrize("size", ["half", 5, 99_999, True, 12.5])
def test_bad_sizes_are_refused(restyling, mine, looks, size):
    with pytest.raises(StudioError, match="32 to 16384 pixels"):
        restyling.recipe("hand-0", mine, Wish(looks[:1], (1.0,)), size)


def test_a_strip_comes_back_as_narrow_as_it_was(restyling, looks, tmp_path):
    mine = own(picture(tmp_path / "strip.png", 200, 12))
    assert painted(restyling, mine, Wish(looks[:1], (1.0,))).picture.size == (200, 12)


def test_a_damaged_style_file_says_so(restyling, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n nothing more")
    with pytest.raises(images.PictureError, match=r"broken\.png"):
        restyling.look("hand-0", tmp_path / "broken.png")


def test_regions_survive_the_trip():
    values = np.random.default_rng(0).integers(0, 5, 12 * 9).astype(np.uint8).tobytes()
    there = Regions(12, 9, values)
    assert regions.from_text(there.to_text()) == there
    masks = there.masks((120, 90))
    assert sorted(masks) == [0, 1, 2, 3, 4]
    total = sum(mask.astype(int) for mask in masks.values())
    assert abs(total - 255).max() <= 12


def test_empty_regions_are_none():
    assert regions.from_text(Regions(4, 2, bytes(8)).to_text()) is None
    assert regions.from_text("") is None and regions.from_text(None) is None


@pytest.mark.parametrize(
    "text",
    [
        "4x2:1*7",
        "4x2:1*9",
        "4x2:5*8",
        "4x2:1*-8",
        "0x2:1*1",
        "999x999:1*998001",
        "4x2",
        7,
        "4x2:1*4,,1*4",
        "4x2:1*²,1*8",
    ],
)
def test_bad_regions_are_refused(text):
    with pytest.raises(StudioError, match="row by row"):
        regions.from_text(text)


def test_looks_of_another_model_are_refused(looks):
    text = looks[0].to_text()
    assert look_from_text("a", "0" * 64, text, 424 - 96) == Wish((looks[0],), (1.0,)).looks[0].__class__(
        "a", "0" * 64, looks[0].codes
    )
    for bad, dim in ((text, 9), ("AAAA", 8), ("?", 8), (text[:-8] + "AADAf///", 8)):
        with pytest.raises(StudioError, match="choose the style pictures again"):
            look_from_text("a", "0" * 64, bad, dim)


def test_a_picture_dropped_again_takes_the_place_of_its_file_that_may_be_gone(
    restyling, mine, tmp_path, monkeypatch
):
    hand, other = stage.Hand(restyling), own(picture(tmp_path / "other.png", 60, 50))
    again = tmp_path / "again.png"
    again.write_bytes(mine.path.read_bytes())
    monkeypatch.setattr(guard, "uploaded", Path)
    _, desk, *rest = hand._own(stage.Desk(mine, past=(other, mine), future=(mine,)), again)
    assert [each.path for each in (desk.now, *desk.past, *desk.future)] == [again, other.path, again, again]
    assert len(rest) == stage.THERE - 1 and all(value == gr.skip() for value in rest)


def test_a_recipe_that_brings_its_picture_along_does_not_trust_an_earlier_file(
    restyling, mine, looks, tmp_path
):
    hand, other = stage.Hand(restyling), own(picture(tmp_path / "other.png", 60, 50))
    by = restyling.recipe("hand-0", mine, Wish(looks[:1], (1.0,)))
    gone = replace(mine, path=tmp_path / "swept.png")
    for desk in (stage.Desk(gone), stage.Desk(other, past=(gone,)), stage.Desk(other)):
        assert hand.find(desk, by, mine.path).now.path == mine.path


def test_the_canvas_of_a_picture_that_is_gone_stays_as_it_is(restyling, tmp_path):
    gone = own(picture(tmp_path / "gone.png", 61, 51))
    gone.path.unlink()
    assert paint.Tool(restyling, None).canvas(stage.Desk(gone), (), None) == gr.skip()


def test_a_recipe_waits_for_its_picture_without_disturbing_others(restyling, mine, looks, tmp_path):
    hand, other = stage.Hand(restyling), own(picture(tmp_path / "other.png", 60, 50))
    by = restyling.recipe("hand-0", mine, Wish(looks[:1], (1.0,)))
    desk = hand.find(stage.Desk(other), by, None)
    assert hand.waiting(desk, "restyle") is None and hand.waiting(desk, "adjust") is None
    assert "another file" in hand.mistaken(desk, "restyle") and hand.mistaken(desk, "adjust") == gr.skip()
    came = hand.fresh(desk, mine.path)
    assert hand.waiting(came, "restyle") == by and hand.mistaken(came, "restyle") == gr.skip()
    chosen = hand.receive(str(other.path), desk)[0]
    assert not chosen.waits and hand.mistaken(chosen, "restyle") == gr.skip()


def test_what_was_painted_stays_on_a_picture_of_the_same_shape_alone(restyling, mine, tmp_path):
    tool = paint.Tool(restyling, None)
    plain = tool.canvas(stage.Desk(mine), (), {})
    width, height = plain["places"]
    text = f"{width}x{height}:1*{width},0*{width * (height - 1)}"
    assert not plain["text"] and tool.canvas(stage.Desk(mine), (), {"text": text})["text"] == text
    for shape, stays in (((350, 230), True), ((460, 700), False), ((460, 460), False)):
        other = tool.canvas(stage.Desk(own(picture(tmp_path / "other.png", *shape))), (), {"text": text})
        assert bool(other["text"]) == stays and other["image"] != plain["image"]
        assert (other["places"] == [width, height]) == stays


@pytest.mark.parametrize(("size", "shown"), [(300, 300), ("full", "full"), (1024, "full")])
def test_a_recipe_brings_every_control_back_and_they_make_it_again(restyling, mine, looks, size, shown):
    tool = paint.Tool(restyling, SimpleNamespace(hand=stage.Hand(restyling)))
    wish = Wish(looks, (0.25, 0.75), strength=0.7, keep_colours=True, stroke="bold", rest=True)
    by = restyling.recipe("hand-0", mine, wish, size)
    desk, _, *controls = tool._restored(stage.Desk(mine), by)
    assert len(controls) == paint.CONTROLS and controls[-2].value == shown
    assert shown in [value for _, value in controls[-2].choices]
    controls[-2] = shown
    assert tool.recipe(desk, *controls) == by


def test_a_style_whose_file_is_gone_is_known_all_the_same(restyling, looks, tmp_path):
    style = paint.Style(looks[0], "", str(tmp_path / "gone.png"))
    assert paint.Tool(restyling, None)._look("hand-0", style) is looks[0]


def test_sliders_take_a_picture_dropped_again_too(mine, tmp_path):
    from deepart.bench import Place, Point
    from deepart.ui.sliders.hand import Desk

    again = replace(mine, path=tmp_path / "again.png")
    other = replace(mine, sha256="0" * 64)
    places = [Place(Point((0.0,)), each) for each in (mine, other, None)]
    desk = Desk(places[0], tuple(places[1:]), (places[0],)).with_file(again)
    assert [p.own and p.own.path for p in (desk.now, *desk.past, *desk.future)] == [
        again.path,
        mine.path,
        None,
        again.path,
    ]
