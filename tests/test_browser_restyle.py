"""Restyle, as an artist uses it: styles on their own picture, a brush, the finished picture, and its way back."""

import numpy as np
import pytest
from badfiles import encode, gradient
from PIL import Image
from playwright.sync_api import expect
from test_browser import EASEL, move, picture_on, release, tab
from test_browser_sample import download, status

from deepart import recipe, weights
from deepart.assets import FIRST, FOLDER
from deepart.bench.own import own
from deepart.restyling import Restyling
from deepart.studio import Studio


@pytest.fixture
def panel(page):
    """The tab, without the style that it opens with."""
    panel = tab(page, "Restyle")
    expect(panel.locator(".style").or_(panel.get_by_text("No style yet"))).to_be_visible()
    if panel.locator(".style").count():
        panel.get_by_role("button", name="Take away").click()
        expect(panel.get_by_text("No style yet")).to_be_visible()
        expect(easel(panel)).to_have_attribute("src", yours(panel).get_attribute("src"))
    return panel


def button(panel, name):
    return panel.get_by_role("button", name=name, exact=True)


def easel(panel):
    return panel.locator(".stand").get_by_alt_text(EASEL)


def yours(panel):
    return panel.get_by_alt_text("Yours")


def add_style(panel, name="wave"):
    """Choose a style, and wait until the easel shows what it does."""
    before, count = easel(panel).get_attribute("src"), panel.locator(".style").count()
    with panel.page.expect_file_chooser() as chooser:
        button(panel, "Add style pictures").click()
    chooser.value.set_files(FOLDER / f"{name}.jpg")
    expect(panel.locator(".style")).to_have_count(count + 1)
    expect(easel(panel)).not_to_have_attribute("src", before)


def put(panel, path):
    before = yours(panel).get_attribute("src")
    panel.locator(".standing").get_by_label("File upload").first.set_input_files(path)
    expect(yours(panel)).not_to_have_attribute("src", before)


def changed(panel):
    return np.abs(picture_on(easel(panel)) - picture_on(yours(panel))).mean()


def test_a_restyled_picture_is_on_view_before_any_click(page, weights_folder):
    panel = tab(page, "Restyle")
    by = recipe.load(FIRST / "restyle.png")
    if weights_folder != weights.ROOT:
        pytest.skip("the first picture is of the repository's weights")
    assert by.weights_sha256 in {card.sha256 for card in weights.cards() if card.task == "restyle"}
    expect(panel.locator(".style .name")).to_have_text([look["name"] for look in by.looks])
    assert changed(panel) > 8


def test_nothing_is_painted_before_a_style_is_chosen(page, panel):
    assert changed(panel) == 0
    button(panel, "Download PNG").click()
    expect(status(panel)).to_contain_text("Choose a style first")
    expect(button(panel, "Download PNG")).to_be_enabled()


def test_a_style_is_seen_at_once_and_strength_leads_back(panel):
    panel.locator(".controls").get_by_role("button", name="Mountains in ink").click()
    expect(panel.locator(".style .name")).to_have_text(["mist.jpg"])
    expect(easel(panel)).not_to_have_attribute("src", yours(panel).get_attribute("src"))
    whole, painted = changed(panel), easel(panel).get_attribute("src")
    assert whole > 8
    strength = panel.get_by_role("slider", name="Strength, in %")
    move(strength, 0)
    release(strength)
    expect(easel(panel)).not_to_have_attribute("src", painted)
    for _ in range(100):
        if changed(panel) < 1:
            break
        panel.page.wait_for_timeout(100)
    assert changed(panel) < 1
    panel.get_by_role("button", name="Take away mist.jpg").click()
    expect(panel.locator(".style")).to_have_count(0)


def test_a_picture_is_restyled_at_its_own_size_and_comes_back(page, panel, tmp_path, weights_folder):
    file = tmp_path / "mine.png"
    Image.open(FOLDER / "planes.jpg").resize((660, 500)).save(file)
    put(panel, file)
    add_style(panel, "wave")
    add_style(panel, "dusk")
    share = panel.get_by_role("slider", name="Share of dusk.jpg")
    seen = easel(panel).get_attribute("src")
    move(share, 30)
    release(share)
    expect(easel(panel)).not_to_have_attribute("src", seen)
    painted = easel(panel).get_attribute("src")
    panel.get_by_label("Bold").check()
    expect(easel(panel)).not_to_have_attribute("src", painted)
    path = download(page, panel, "Download PNG", tmp_path)
    by = recipe.load(path)
    assert Image.open(path).size == (660, 500) and by.own_name == "mine.png"
    assert [round(look["share"], 3) for look in by.looks] == [round(100 / 130, 3), round(30 / 130, 3)]
    *_, (_, again) = Restyling(Studio(weights_folder, "cpu")).remake(by, own(file))
    assert np.abs(np.asarray(again.picture, float) - np.asarray(Image.open(path), float)).max() <= 2
    last = picture_on(easel(panel))

    page.reload()
    panel = tab(page, "Restyle")
    page.locator(".bring input[type=file]").set_input_files(path)
    expect(status(panel)).to_contain_text("This picture was made from 'mine.png': put that file there too.")
    put(panel, file)
    expect(panel.locator(".style .name")).to_have_text(["wave.jpg", "dusk.jpg"])
    expect(panel.get_by_label("Bold")).to_be_checked()
    assert np.abs(picture_on(easel(panel)) - last).mean() < 1


def test_only_what_is_painted_on_changes(page, panel):
    add_style(panel, "wave")
    panel.get_by_role("button", name="Only here").first.click()
    canvas = panel.get_by_role("img", name="A small copy of your picture to paint on")
    canvas.scroll_into_view_if_needed()
    box, everywhere = canvas.bounding_box(), easel(panel).get_attribute("src")
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    for step in range(7):
        page.mouse.move(box["x"] + 0.15 * box["width"], box["y"] + (0.2 + 0.1 * step) * box["height"])
    page.mouse.up()
    expect(easel(panel)).not_to_have_attribute("src", everywhere)
    apart = np.abs(picture_on(easel(panel)) - picture_on(yours(panel)))
    width = apart.shape[1]
    assert apart[:, width // 2 :].mean() < 1 < apart[:, : width // 4].mean()
    here = easel(panel).get_attribute("src")
    button(panel, "Clear").click()
    expect(easel(panel)).not_to_have_attribute("src", here)
    apart = np.abs(picture_on(easel(panel)) - picture_on(yours(panel)))
    assert apart[:, width // 2 :].mean() > 1


def test_one_goes_on_from_what_was_made_and_back(panel):
    add_style(panel, "mist")
    first = yours(panel).get_attribute("src")
    button(panel, "Go on from this").click()
    expect(button(panel, "Undo")).to_be_enabled(timeout=120_000)
    expect(yours(panel)).not_to_have_attribute("src", first)
    assert changed(panel) == 0
    made = yours(panel).get_attribute("src")
    button(panel, "Undo").click()
    expect(yours(panel)).to_have_attribute("src", first)
    button(panel, "Redo").click()
    expect(yours(panel)).to_have_attribute("src", made)


def test_the_canvas_to_paint_on_follows_a_picture_that_was_turned_and_back(page, panel, tmp_path):
    add_style(panel, "mist")
    panel.get_by_role("button", name="Only here").first.click()
    canvas = panel.get_by_role("img", name="A small copy of your picture to paint on")
    size = [canvas.get_attribute(side) for side in ("width", "height")]
    assert size[0] != size[1]
    page.get_by_role("tab", name="Adjust", exact=True).click()
    panel.get_by_role("button", name="Frame").first.click()
    button(panel, "Turn right").click()
    path = download(page, panel, "Download PNG", tmp_path)
    button(panel, "Go on from this").click()
    expect(button(panel, "Undo")).to_be_enabled(timeout=120_000)

    def canvas_is(turned):
        page.get_by_role("tab", name="Style", exact=True).click()
        expect(canvas).to_have_attribute("width", size[turned])
        expect(canvas).to_have_attribute("height", size[1 - turned])

    canvas_is(turned=True)
    button(panel, "Undo").click()
    canvas_is(turned=False)
    button(panel, "Redo").click()
    canvas_is(turned=True)
    page.locator(".bring input[type=file]").set_input_files(
        path
    )  # goes back to the picture that it was turned from
    expect(page.get_by_role("tab", name="Adjust", exact=True)).to_have_attribute("aria-selected", "true")
    canvas_is(turned=False)


def test_a_long_work_is_stopped(page, panel, tmp_path):
    file = tmp_path / "large.png"
    Image.open(FOLDER / "planes.jpg").resize((5200, 4000)).save(file, compress_level=1)
    put(panel, file)
    add_style(panel, "mist")
    downloads = []
    page.on("download", lambda file: downloads.append(file.url))
    button(panel, "Download PNG").click()
    expect(button(panel, "Stop")).to_be_enabled()
    button(panel, "Stop").click()
    expect(button(panel, "Download PNG")).to_be_enabled(timeout=120_000)
    expect(button(panel, "Stop")).to_be_disabled()
    page.wait_for_timeout(500)
    assert not downloads


def test_a_bad_file_gets_a_sentence_and_the_picture_stays(panel, tmp_path):
    bad = tmp_path / "half.png"
    bad.write_bytes(encode(gradient(300, 200), "JPEG")[:900])
    before = yours(panel).get_attribute("src")
    panel.locator(".standing").get_by_label("File upload").first.set_input_files(bad)
    expect(status(panel)).to_contain_text("half.png")
    assert yours(panel).get_attribute("src") == before
    with panel.page.expect_file_chooser() as chooser:
        button(panel, "Add style pictures").click()
    chooser.value.set_files(bad)
    expect(status(panel)).to_contain_text("half.png")
    expect(panel.locator(".style")).to_have_count(0)


@pytest.mark.parametrize("start", ["Classify", "Sample", "Sliders"])
def test_pictures_come_from_the_other_tabs(page, start):
    before = yours(tab(page, "Restyle")).get_attribute("src")
    sender = tab(page, start)
    if start == "Sample":
        sender.locator(".wall img").first.click()
        expect(sender.get_by_alt_text(EASEL).first).to_be_visible()
    button(sender, "Send to Restyle").click()
    expect(page.get_by_role("tab", name="Restyle", selected=True)).to_be_visible()
    expect(yours(page.get_by_role("tabpanel").filter(visible=True).first)).not_to_have_attribute(
        "src", before
    )


def test_what_was_made_goes_on_to_the_sliders(page, panel):
    button(panel, "Send to Sliders").click()
    expect(page.get_by_role("tab", name="Sliders", selected=True)).to_be_visible()
    expect(page.get_by_role("tabpanel").filter(visible=True).first.get_by_alt_text("Yours")).to_be_visible()


def test_every_tool_shows_what_it_works_on_and_that_is_sent(page, panel):
    add_style(panel, "wave")
    restyled = picture_on(easel(panel))
    page.get_by_role("tab", name="Adjust", exact=True).click()
    expect(easel(panel)).to_have_attribute("src", yours(panel).get_attribute("src"))
    page.get_by_role("tab", name="Style", exact=True).click()
    expect(easel(panel)).not_to_have_attribute("src", yours(panel).get_attribute("src"))
    assert np.abs(picture_on(easel(panel)) - restyled).mean() < 1
    button(panel, "Send to Sliders").click()
    expect(page.get_by_role("tab", name="Sliders", selected=True)).to_be_visible()
    arrived = page.get_by_role("tabpanel").filter(visible=True).first.get_by_alt_text("Yours")
    expect(arrived).to_be_visible()
    sent = picture_on(arrived)[: restyled.shape[0], : restyled.shape[1]]
    assert sent.shape == restyled.shape and np.abs(sent - restyled).mean() < 2
