"""Sliders, as an artist uses it: their own picture with its detail, the bank of axes, files that come back, a morph."""

import json
import re

import numpy as np
import pytest
from badfiles import encode, gradient
from PIL import Image
from playwright.sync_api import expect
from test_browser import EASEL, move, picture_on, release, tab
from test_browser_sample import download, status

from deepart import recipe
from deepart.assets import FOLDER
from deepart.bench import Bench
from deepart.bench.own import own
from deepart.studio import Studio

JPEG, PNG = re.compile("^data:image/jpeg"), re.compile("^data:image/png")


@pytest.fixture
def panel(page):
    """The tab without the example that it opens with: the mean painting."""
    panel = tab(page, "Sliders")
    button(panel, "Take my picture away").click()
    expect(panel.get_by_alt_text("Yours")).to_have_count(0)
    return panel


def test_it_opens_with_an_example_of_ours_that_every_slider_moves(page, tmp_path):
    panel = tab(page, "Sliders")
    easel = picture(panel)
    expect(panel.get_by_alt_text("Yours")).to_be_visible()
    before = picture_on(easel)
    assert np.array_equal(before, picture_on(panel.get_by_alt_text("Yours")))
    slider = bank(panel).first
    move(slider, -3 if float(slider.input_value()) > 0 else 3)
    release(slider)
    expect(button(panel, "Undo")).to_be_enabled()
    assert np.abs(picture_on(easel) - before).mean() > 2
    by = recipe.load(download(page, panel, "Download PNG", tmp_path))
    assert by.own_name == "mist.jpg" and by.own_sha256 == own(FOLDER / "mist.jpg").sha256


def bank(panel):
    return panel.get_by_role("group", name="What to change").get_by_role("slider")


def values(panel):
    return [float(s.input_value()) for s in bank(panel).all()]


def settle(panel, wanted, within=0.051):
    """Wait until all sliders stand at `wanted`."""
    for _ in range(150):
        if values(panel) == pytest.approx(wanted, abs=within):
            return
        panel.page.wait_for_timeout(100)
    assert values(panel) == pytest.approx(wanted, abs=within)


def put(panel, path):
    """Choose an own picture, and wait until it stands there."""
    panel.get_by_label("File upload").first.set_input_files(path)
    expect(panel.get_by_alt_text("Yours")).to_be_visible()
    expect(panel.get_by_role("button", name="Take my picture away")).to_be_visible()


def button(panel, name):
    return panel.get_by_role("button", name=name, exact=True)


def picture(panel):
    return panel.locator(".stand").get_by_alt_text(EASEL)


def test_the_preview_follows_a_slider_and_the_release_makes_it_whole(page, panel, tmp_path):
    easel, slider = picture(panel), bank(panel).first
    before, box = picture_on(easel), easel.bounding_box()
    move(slider, 3 if float(slider.input_value()) < 0 else -3)
    expect(easel).to_have_attribute("src", JPEG)
    assert easel.bounding_box() == box, "the page must not jump under the finger"
    release(slider)
    expect(easel).to_have_attribute("src", PNG)
    assert easel.bounding_box() == box
    after = picture_on(easel)
    assert after.shape == before.shape and np.abs(after - before).mean() > 0.5
    path = download(page, panel, "Download PNG", tmp_path)
    made = recipe.load(path)
    assert next(iter(made.sliders.values())) == pytest.approx(float(slider.input_value()), abs=0.01)
    assert np.array_equal(after, np.asarray(Image.open(path), float))


def test_after_a_fast_drag_the_last_place_wins(page, panel):
    easel, slider = picture(panel), bank(panel).first
    move(slider, -3)
    expect(easel).to_have_attribute("src", JPEG)
    release(slider)
    expect(easel).to_have_attribute("src", PNG)
    whole = easel.get_attribute("src")
    for step in range(40):
        move(slider, -3 + step * 0.15)
    move(slider, -3)
    release(slider)
    page.wait_for_timeout(500)  # the drag has begun to be answered; the same picture must be the last answer
    expect(easel).to_have_attribute("src", whole)
    page.wait_for_timeout(1500)
    assert easel.get_attribute("src") == whole


def test_an_own_picture_is_bent_undone_and_leaves_at_its_own_size(page, panel, tmp_path, weights_folder):
    file = FOLDER / "planes.jpg"
    put(panel, file)
    easel, yours, slider = picture(panel), panel.get_by_alt_text("Yours"), bank(panel).first
    expect(easel).to_have_attribute("src", JPEG)
    assert np.abs(picture_on(easel) - picture_on(yours)).mean() < 1, "nothing changes until something moves"
    assert any(values(panel)), "the sliders stand at the picture's own values"
    line = panel.get_by_role("slider", name="Before and after")
    move(line, 20)
    assert "20%" in yours.evaluate(
        "e => getComputedStyle(e).clipPath + getComputedStyle(e).getPropertyValue('--cut')"
    )
    unmoved, box = easel.get_attribute("src"), easel.bounding_box()
    to = -2 if float(slider.input_value()) > 0 else 2
    move(slider, to)
    expect(easel).not_to_have_attribute("src", unmoved)
    assert easel.bounding_box() == pytest.approx(box, abs=0.1), "no jump under the finger"
    release(slider)
    expect(button(panel, "Undo")).to_be_enabled()
    assert np.abs(picture_on(easel) - picture_on(yours)).mean() > 10
    path = download(page, panel, "Download PNG", tmp_path)
    by = recipe.load(path)
    assert Image.open(path).size == Image.open(file).size and by.own_sha256 and by.own_name == "planes.jpg"
    again = Bench(Studio(weights_folder, "cpu")).remake(by, own(file))
    assert np.abs(np.asarray(again, float) - np.asarray(Image.open(path), float)).max() <= 2
    bent = easel.get_attribute("src")
    button(panel, "Undo").click()
    expect(easel).to_have_attribute("src", unmoved)
    button(panel, "Redo").click()
    expect(easel).to_have_attribute("src", bent)
    expect(slider).to_have_value(f"{to}")
    panel.get_by_role("checkbox", name="Keep detail").uncheck()
    expect(panel.get_by_alt_text("As the sliders see it")).to_have_attribute("src", PNG)
    panel.get_by_role("checkbox", name="Keep detail").check()
    expect(easel).to_have_attribute("src", bent)
    button(panel, "Reset").click()
    expect(easel).to_have_attribute("src", unmoved)
    button(panel, "Take my picture away").click()
    expect(panel.get_by_alt_text("Yours")).to_be_hidden()
    assert set(values(panel)) == {0.0}


def test_random_spares_a_locked_axis_and_more_axes_come_on_demand(panel):
    group, easel = panel.get_by_role("group", name="What to change"), picture(panel)
    shown = bank(panel).filter(visible=True).count()
    group.get_by_role("button", name="More axes").click()
    expect(group.get_by_role("button", name="Fewer axes")).to_be_visible()
    assert shown < bank(panel).filter(visible=True).count() <= 16 and shown in (10, 11, 12)
    assert group.locator("img").filter(visible=True).count() == 2 * bank(panel).count(), "the ends are shown"
    lock = group.get_by_role("button", name="Lock").nth(1)
    lock.click()
    expect(lock).to_have_attribute("aria-pressed", "true")
    expect(bank(panel).nth(1)).to_be_disabled()
    before, there = values(panel), easel.get_attribute("src")
    button(panel, "Random").click()
    expect(easel).not_to_have_attribute("src", there)
    after = values(panel)
    assert group.locator("img").filter(visible=True).count() == 2 * bank(panel).count(), "still"
    assert after[1] == before[1] and sum(a != b for a, b in zip(after, before, strict=True)) > len(after) - 4
    expect(lock).to_have_attribute("aria-pressed", "true")
    button(panel, "Undo").click()
    expect(easel).to_have_attribute("src", there)
    assert values(panel) == before


def test_keyboard_alone_moves_a_slider(panel):
    easel, slider = picture(panel), bank(panel).nth(1)
    before, place = easel.get_attribute("src"), float(slider.input_value())
    slider.press("ArrowRight")
    expect(easel).not_to_have_attribute("src", before)
    expect(easel).to_have_attribute("src", PNG)
    assert float(slider.input_value()) == pytest.approx(place + 0.05, abs=0.051)


def test_saved_values_come_back_onto_another_picture(page, panel, tmp_path):
    move(bank(panel).nth(2), 1.5)
    release(bank(panel).nth(2))
    expect(button(panel, "Undo")).to_be_enabled()
    wanted = values(panel)
    panel.get_by_role("tab", name="Values as a file").click()
    path = download(page, panel, "Save values", tmp_path)
    assert list(json.loads(path.read_text())["sliders"].values())[2] == pytest.approx(1.5, abs=0.01)
    put(panel, FOLDER / "mist.jpg")
    there = picture(panel).get_attribute("src")
    panel.locator("input[type=file][accept*='.json']").set_input_files(path)
    expect(picture(panel)).not_to_have_attribute("src", there)
    settle(panel, wanted)


def test_a_png_with_kept_detail_asks_for_its_picture_and_comes_back(page, panel, tmp_path):
    put(panel, FOLDER / "dusk.jpg")
    slider = bank(panel).nth(3)
    there = picture(panel).get_attribute("src")
    move(slider, -2 if float(slider.input_value()) > 0 else 2)
    release(slider)
    expect(button(panel, "Undo")).to_be_enabled()
    expect(picture(panel)).not_to_have_attribute("src", there)
    wanted = values(panel)
    path = download(page, panel, "Download PNG", tmp_path)
    page.reload()
    panel = tab(page, "Sliders")
    page.locator(".bring input[type=file]").set_input_files(path)
    expect(status(panel)).to_contain_text("keeps the detail of 'dusk.jpg'")
    panel.get_by_label("File upload").first.set_input_files(
        {"name": "dusk.jpg", "mimeType": "image/jpeg", "buffer": encode(gradient(300, 200), "JPEG")}
    )
    expect(status(panel).first).to_contain_text("another file than the one that was used")
    put(panel, FOLDER / "dusk.jpg")
    settle(panel, wanted)
    again = download(page, panel, "Download PNG", tmp_path)
    assert np.array_equal(np.asarray(Image.open(again)), np.asarray(Image.open(path)))


def test_a_morph_from_two_files_is_watched_filmed_and_put_on_the_sliders(page, panel, tmp_path):
    import av

    panel.locator("input[type=file][multiple]").set_input_files([FOLDER / "wave.jpg", FOLDER / "dusk.jpg"])
    between = panel.get_by_alt_text("The picture between")
    expect(between).to_be_visible()
    expect(panel.locator(".reel img")).to_be_visible()
    halfway, along = between.get_attribute("src"), panel.get_by_role("slider", name="Where on the path, in %")
    along.fill("0")
    expect(between).not_to_have_attribute("src", halfway)
    assert np.abs(np.diff(picture_on(between), axis=1)).mean() > 2, (
        "at its first picture it has that one's detail"
    )
    along.fill("30")
    place = picture(panel).get_attribute("src")
    button(panel, "Put this on the sliders").click()
    expect(picture(panel)).not_to_have_attribute("src", place)
    panel.get_by_role("spinbutton", name="Seconds").fill("1")
    button(panel, "Film it").click()
    expect(button(panel, "Download the film").or_(panel.get_by_role("link", name="Download the film")).first).to_be_visible(timeout=90_000)  # fmt: skip
    path = download(page, panel, "Download the film", tmp_path)
    with av.open(str(path)) as film:
        assert sum(1 for _ in film.decode(video=0)) == 24
        assert "weights_sha256" in film.metadata["comment"]
    button(panel, "First − second + third").click()
    expect(status(panel)).to_contain_text("this needs 3, there are 2", ignore_case=True)


def test_a_click_on_the_map_shows_what_lies_there_and_the_ring_follows(page, panel, weights_folder):
    if not list(weights_folder.glob("*/map.safetensors")):
        pytest.skip("no model here has a map")
    panel.get_by_role("tab", name="Map").click()
    chart = panel.get_by_role("img", name="Map of the paintings")
    expect(chart.locator("image")).to_have_count(1, timeout=60_000)  # what lies where has been painted
    place, box = picture(panel).get_attribute("src"), chart.bounding_box()
    chart.click(position={"x": 0.3 * box["width"], "y": 0.7 * box["height"]})
    expect(panel.get_by_text(re.compile("^Nearest here"))).to_be_visible()
    expect(picture(panel)).not_to_have_attribute("src", place)
    ring = chart.locator("circle.here")
    assert [float(ring.get_attribute(c)) for c in ("cx", "cy")] == pytest.approx([300, 700], abs=60)
    there = ring.get_attribute("cx")
    put(panel, FOLDER / "mist.jpg")
    expect(ring).not_to_have_attribute("cx", there)
    place = picture(panel).get_attribute("src")
    panel.get_by_role("button", name="Ukiyo-e", exact=True).click()
    expect(panel.get_by_text("Nearest here: Ukiyo-e.")).to_be_visible()
    expect(picture(panel)).not_to_have_attribute("src", place)
    button(panel, "Undo").click()
    expect(panel.get_by_alt_text("Yours")).to_be_visible()
