"""One studio: what is made in one tab goes on in the others, comes back, and is kept."""

import io
import json
import re
import zipfile

import numpy as np
import pytest
from conftest import started
from PIL import Image
from playwright.sync_api import expect
from test_browser import EASEL, move, picture_on, release, tab
from test_browser_sample import choose, download

from deepart import recipe
from deepart.ui import words


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    return tmp_path_factory.mktemp("desk") / "outputs"


@pytest.fixture(scope="module")
def desk(weights_folder, outputs, tmp_path_factory):
    """An artist's own studio, which keeps what they make."""
    flags = ("--weights", str(weights_folder), "--outputs", str(outputs))
    with started(*flags, log=tmp_path_factory.mktemp("app") / "log.txt") as address:
        yield address


@pytest.fixture
def open_page(browser):
    """Opens a page in the same browser window again and again: what the browser keeps is kept."""
    context = browser.new_context(viewport={"width": 1180, "height": 1000}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(60_000)
    expect.set_options(timeout=240_000)
    errors = []

    def go(address):
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(address)
        page.get_by_role("tab", name="Classify").wait_for()
        return page

    yield go
    context.close()
    assert not errors


def paint(page, seed, count=2):
    panel = tab(page, "Sample")
    panel.get_by_label("Seed", exact=True).fill(str(seed))
    panel.get_by_role("spinbutton", name="How many").fill(str(count))
    panel.get_by_role("button", name="Paint", exact=True).click()
    expect(panel.locator(".wall .caption-label").last).to_have_text(f"Seed {seed + count - 1}")
    return panel


def walls(page):
    """The History tab and its small pictures."""
    panel = tab(page, "History")
    return panel, panel.locator(".tile")


def bring(page, path):
    page.locator(".bring input[type=file]").set_input_files(path)


def pixels(path):
    return np.asarray(Image.open(path).convert("RGB"))


def test_the_whole_journey_and_back(desk, open_page, tmp_path):
    """Sample, star, Sliders, morph, Restyle, enlarge, download; then the PNG is dropped, and the same picture is there."""
    page = open_page(desk)
    panel = paint(page, 11)
    choose(panel, 1)
    panel, tiles = walls(page)
    expect(tiles).to_have_count(2)
    tiles.first.get_by_role("button", name=re.compile("^Star")).click()
    expect(tiles.first.locator(".star")).to_have_attribute("aria-pressed", "true")
    tab(page, "Sample").get_by_role("button", name="Send to Sliders").click()
    panel = page.get_by_role("tabpanel").filter(visible=True).first
    expect(panel.get_by_role("button", name="Take my picture away")).to_be_visible()
    slider = panel.locator(".faders input[type=range]").first
    move(slider, -1)
    release(slider)
    expect(panel.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    panel.get_by_role("button", name=words.MORPH_ADD).click()
    panel.get_by_role("button", name="Random").click()
    panel.get_by_role("button", name=words.MORPH_ADD).click()
    expect(panel.get_by_alt_text(words.MORPH_VIEW)).to_be_visible()
    panel.get_by_role("button", name=words.MORPH_TO_BENCH).click()
    panel.get_by_role("button", name="Send to Restyle").click()
    panel = page.get_by_role("tabpanel").filter(visible=True).first
    expect(panel.locator(".style")).to_have_count(1)  # the one that the tab opens with
    panel.get_by_label("Size of the finished picture").click()
    page.get_by_role("option", name="1024 px").click()
    panel.get_by_role("button", name="Go on from this").filter(visible=True).click()
    expect(panel.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    panel.get_by_role("tab", name="Enlarge").click()
    path = download(
        page, panel.locator(".tools").get_by_role("tabpanel").filter(visible=True), "Download PNG", tmp_path
    )
    by = recipe.load(path)
    assert by.task == "enlarge" and by.own_name.startswith("hand-")

    page = open_page(desk)
    bring(page, path)
    panel = page.get_by_role("tabpanel").filter(visible=True).first
    expect(panel.get_by_role("tab", name="Enlarge")).to_have_attribute("aria-selected", "true")
    assert not panel.locator(".note p").filter(visible=True).count()  # the picture it was made from was found
    tool = panel.locator(".tools").get_by_role("tabpanel").filter(visible=True)
    again = download(page, tool, "Download PNG", tmp_path)
    assert np.array_equal(pixels(again), pixels(path))


def test_history_stars_compares_deletes_and_packs(desk, outputs, open_page, tmp_path):
    page = open_page(desk)
    paint(page, 300, 3)
    panel, tiles = walls(page)
    expect(tiles.nth(2)).to_be_visible()
    expect(panel.get_by_text(f"Kept in the folder “{outputs.name}”")).to_be_visible()
    count = tiles.count()
    tiles.nth(0).locator(".see").click()
    expect(panel.get_by_text("Seed 302")).to_be_visible()
    tiles.nth(0).locator(".star").click()
    expect(tiles.nth(0).locator(".star")).to_have_attribute("aria-pressed", "true")
    panel.get_by_role("button", name="Compare with").click()
    expect(panel.get_by_text(words.COMPARE_PICK)).to_be_visible()
    tiles.nth(1).locator(".see").click()
    expect(panel.get_by_text("Seed 301")).to_be_visible()
    expect(panel.get_by_label(words.BEFORE_AFTER)).to_be_visible()
    tiles.nth(1).locator(".see").click()
    panel.get_by_role("button", name="Delete", exact=True).click()
    expect(tiles).to_have_count(count - 1)
    panel.get_by_role("button", name="Undo deleting").click()
    expect(tiles).to_have_count(count)
    panel.get_by_label("Only with a star").check()
    expect(panel.locator(".tile .star[aria-pressed=false]")).to_have_count(0)
    path = download(page, panel, "Zip of the starred", tmp_path)
    with zipfile.ZipFile(path) as archive:
        seeds = [recipe.load(archive.read(n)).seed for n in archive.namelist() if n.endswith(".png")]
    assert 302 in seeds and len(seeds) == tiles.count()


def test_what_was_made_is_there_after_a_new_start(weights_folder, open_page, tmp_path):
    flags = ("--weights", str(weights_folder), "--outputs", str(tmp_path / "outputs"))
    with started(*flags, log=tmp_path / "one.txt") as address:
        page = open_page(address)
        panel = paint(page, 40, 1)
        choose(panel)
        before = picture_on(panel.get_by_alt_text(EASEL))
        _, tiles = walls(page)
        expect(tiles).to_have_count(1)
    with started(*flags, log=tmp_path / "two.txt") as address:
        page = open_page(address)
        panel, tiles = walls(page)
        tiles.first.locator(".see").click()
        panel.get_by_role("button", name="Bring it back").click()
        panel = page.get_by_role("tabpanel").filter(visible=True).first
        expect(panel.get_by_label("Seed", exact=True)).to_have_value("40")
        assert np.array_equal(picture_on(panel.get_by_alt_text(EASEL)), before)


def test_a_picture_of_ones_own_is_there_too_after_a_new_start(weights_folder, open_page, tmp_path):
    flags = ("--weights", str(weights_folder), "--outputs", str(tmp_path / "outputs"))
    mine = tmp_path / "my cat.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (60, 90, 3), dtype=np.uint8)).save(mine)
    with started(*flags, log=tmp_path / "one.txt") as address:
        page = open_page(address)
        panel = tab(page, "Restyle")
        page.get_by_role("tab", name="Adjust", exact=True).click()
        before = panel.get_by_alt_text("Yours").get_attribute("src")
        panel.locator(".standing").get_by_label("File upload").first.set_input_files(mine)
        expect(panel.get_by_alt_text("Yours")).not_to_have_attribute("src", before)
        panel.get_by_role("button", name="Frame").first.click()
        panel.get_by_role("button", name="Turn right", exact=True).click()
        assert Image.open(download(page, panel, "Download PNG", tmp_path)).size == (60, 90)
    mine.unlink()
    with started(*flags, log=tmp_path / "two.txt") as address:
        page = open_page(address)
        panel, tiles = walls(page)
        tiles.first.locator(".see").click()
        panel.get_by_role("button", name="Bring it back").click()
        panel = page.get_by_role("tabpanel").filter(visible=True).first
        expect(page.get_by_role("tab", name="Adjust", exact=True)).to_have_attribute("aria-selected", "true")
        again = download(page, panel, "Download PNG", tmp_path / "again")
        assert Image.open(again).size == (60, 90) and recipe.load(again).own_name == "my cat.png"


def test_a_visitors_browser_remembers_what_they_made(app, open_page):
    page = open_page(app)
    paint(page, 50, 2)
    expect(page.locator("body")).to_be_visible()
    page.wait_for_function("JSON.stringify(localStorage).includes('deepart-history')")
    _, tiles = walls(page)
    expect(tiles).to_have_count(2)
    tiles.last.get_by_role("button", name=re.compile("^Star")).click()
    page.wait_for_function("localStorage.getItem('deepart-history').includes('\"star\":true')")
    page.reload()
    page.get_by_role("tab", name="Classify").wait_for()
    panel, tiles = walls(page)
    expect(tiles).to_have_count(2)
    expect(tiles.last.locator(".star")).to_have_attribute("aria-pressed", "true")
    expect(tiles.first.locator("img")).to_be_visible()  # painted again from its recipe
    tiles.first.locator(".see").click()
    expect(panel.get_by_text("Seed 51")).to_be_visible()


def test_a_link_brings_this_very_picture_to_somebody_else(app, open_page, browser):
    page = open_page(app)
    panel = paint(page, 60, 1)
    choose(panel)
    slider = panel.locator(".faders input[type=range]").first
    move(slider, 1.5)
    release(slider)
    expect(panel.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    panel.get_by_role("button", name="Copy link").click()
    expect(panel.get_by_role("button", name="Link copied")).to_be_visible()
    link, seen = page.evaluate("navigator.clipboard.readText()"), picture_on(panel.get_by_alt_text(EASEL))
    assert link.startswith(f"{app}/?recipe=1.") and len(link) < 600
    other = browser.new_context(viewport={"width": 390, "height": 800}).new_page()
    other.goto(link)
    easel = other.get_by_alt_text(EASEL).filter(visible=True)
    expect(easel).to_be_visible()
    expect(other.get_by_label("Seed", exact=True)).to_have_value("60")
    assert np.array_equal(picture_on(easel), seen)
    assert float(other.locator(".faders input[type=range]").first.input_value()) == pytest.approx(
        1.5, abs=0.06
    )
    other.goto(link[:-9])
    expect(other.get_by_text("This link is damaged")).to_be_visible()
    other.context.close()


def test_a_recipe_of_a_missing_model_says_so(app, open_page, tmp_path):
    page = open_page(app)
    by = recipe.Recipe("sample", "vanished-3", "a" * 64, "0.1.0", seed=1)
    recipe.save(Image.new("RGB", (20, 30)), tmp_path / "old.png", by)
    bring(page, tmp_path / "old.png")
    expect(page.get_by_text("vanished-3")).to_be_visible()
    Image.new("RGB", (20, 30)).save(tmp_path / "any.png")
    bring(page, tmp_path / "any.png")
    expect(page.get_by_text("carries no deepart recipe")).to_be_visible()


def test_a_preset_dresses_another_painting_and_is_kept_by_the_browser(app, open_page, tmp_path):
    page = open_page(app)
    panel = paint(page, 70, 2)
    choose(panel, 0)
    slider = panel.locator(".faders input[type=range]").first
    move(slider, 2)
    release(slider)
    expect(panel.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    fold = panel.get_by_role("button", name="Presets")
    fold.click()
    panel.get_by_label(words.PRESET_NAME).fill("bright")
    panel.get_by_role("button", name="Save", exact=True).click()
    expect(panel.get_by_label("A preset")).to_have_value("bright")
    page.wait_for_function("JSON.stringify(localStorage).includes('deepart-presets-sample')")

    page.reload()
    panel = paint(page, 80, 1)
    choose(panel, 0)
    expect(panel.locator(".faders input[type=range]").first).to_have_value("0")
    panel.get_by_role("button", name="Presets").click()
    panel.get_by_label("A preset").click()
    page.get_by_role("option", name="bright").click()
    panel.get_by_role("button", name="Use", exact=True).click()
    slider = panel.locator(".faders input[type=range]").first
    expect(slider).not_to_have_value("0")
    expect(panel.locator("figcaption").filter(has_text="Seed 80")).to_be_visible()
    path = download(page, panel, "Save as a file", tmp_path)
    assert list(json.loads(path.read_text())["presets"]) == ["bright"]


def save_preset(panel, name):
    panel.get_by_label(words.PRESET_NAME).fill(name)
    panel.get_by_role("button", name="Save", exact=True).click()
    expect(panel.get_by_label("A preset")).to_have_value(name)


def test_two_tabs_of_a_browser_forget_nothing_of_each_other(app, open_page):
    page, other = open_page(app), open_page(app)
    for seed, one, name in ((71, page, "calm"), (72, other, "wild")):
        one.bring_to_front()
        panel = paint(one, seed, 1)
        choose(panel, 0)
        panel.get_by_role("button", name="Presets").click()
        save_preset(panel, name)
    other.wait_for_function("localStorage.getItem('deepart-presets-sample').includes('wild')")
    assert set(json.loads(other.evaluate("localStorage.getItem('deepart-presets-sample')"))) == {
        "calm",
        "wild",
    }
    kept = json.loads(other.evaluate("localStorage.getItem('deepart-history')"))
    assert sorted(json.loads(one["recipe"])["seed"] for one in kept) == [71, 72]
    # what one tab took away stays away when the other one saves
    page.bring_to_front()
    panel = page.get_by_role("tabpanel").filter(visible=True).first
    panel.get_by_role("button", name="Delete", exact=True).click()
    page.wait_for_function("!localStorage.getItem('deepart-presets-sample').includes('calm')")
    other.bring_to_front()
    panel = other.get_by_role("tabpanel").filter(visible=True).first
    save_preset(panel, "both")
    other.wait_for_function("localStorage.getItem('deepart-presets-sample').includes('both')")
    assert set(json.loads(other.evaluate("localStorage.getItem('deepart-presets-sample')"))) == {
        "both",
        "wild",
    }
    other.close()


def test_a_browser_that_keeps_nothing_has_presets_while_the_page_is_open(app, open_page):
    page = open_page(app)
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    panel = paint(page, 73, 1)
    choose(panel, 0)
    panel.get_by_role("button", name="Presets").click()
    save_preset(panel, "calm")
    save_preset(panel, "wild")
    panel.get_by_role("button", name="Delete", exact=True).click()
    expect(panel.get_by_label("A preset")).to_have_value("")
    panel.get_by_label("A preset").click()
    expect(page.get_by_role("option")).to_have_text([re.compile("calm")])


def test_keys_paint_roll_undo_and_list_themselves(app, open_page):
    page = open_page(app)
    panel = paint(page, 90, 1)
    choose(panel, 0)
    seed, easel = panel.get_by_label("Seed", exact=True), panel.get_by_alt_text(EASEL)
    first = easel.get_attribute("src")
    slider = panel.locator(".faders input[type=range]").first
    slider.press("ArrowRight")
    expect(easel).not_to_have_attribute("src", first)
    expect(panel.get_by_role("button", name="Undo", exact=True)).to_be_enabled()
    slider.press("z")
    expect(easel).to_have_attribute("src", first)
    slider.press("Shift+Z")
    expect(easel).not_to_have_attribute("src", first)
    slider.press("r")
    expect(seed).not_to_have_value("90")
    seed.fill("95")
    seed.press("r")  # a letter while somebody types
    seed.fill("95")
    seed.press("Control+Enter")
    expect(panel.locator(".wall .caption-label").last).to_have_text("Seed 95")
    page.get_by_role("tab", name="Sample", exact=True).press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("undo")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_escape_stops(app, open_page):
    page = open_page(app)
    panel = tab(page, "Sample")
    panel.get_by_role("tab", name="A walk").click()
    panel.get_by_role("spinbutton", name="Seconds").fill("60")
    panel.get_by_role("button", name="Film it").click()
    expect(panel.get_by_text(re.compile(r"^Frame \d+ of 1440"))).to_be_visible()
    panel.get_by_role("button", name="Film it").press("Escape")
    expect(panel.get_by_role("button", name="Download the film")).to_be_visible()


def test_light_or_dark_is_kept(app, open_page):
    page = open_page(app)
    dark = "document.body.classList.contains('dark')"
    assert not page.evaluate(dark)
    page.get_by_role("button", name="Light or dark").click()
    assert page.evaluate(dark)
    page.reload()
    page.get_by_role("tab", name="Classify").wait_for()
    page.wait_for_function(dark)
    assert "__theme" not in page.url
    page.get_by_role("button", name="Light or dark").click()
    assert not page.evaluate(dark)


def test_a_film_is_in_the_history(desk, open_page, tmp_path):
    page = open_page(desk)
    panel = tab(page, "Sample")
    panel.get_by_role("tab", name="A walk").click()
    panel.get_by_role("spinbutton", name="Seconds").fill("1")
    panel.get_by_role("button", name="Film it").click()
    expect(panel.get_by_role("button", name="Download the film")).to_be_visible()
    panel, tiles = walls(page)
    tiles.first.locator(".see").click()
    expect(panel.get_by_text(re.compile("^Film, "))).to_have_count(2)
    path = download(page, panel, "Download", tmp_path)
    assert path.suffix == ".mp4" and io.BytesIO(path.read_bytes()).read(12)[4:8] == b"ftyp"


def test_any_picture_goes_to_classify_and_into_the_generator(app, open_page):
    page = open_page(app)
    panel = paint(page, 120, 1)
    choose(panel)
    panel.get_by_role("button", name="Send to Classify").click()
    panel = page.get_by_role("tabpanel").filter(visible=True).first
    shown = panel.locator(".stage img").first
    expect(shown).to_have_attribute("src", re.compile("seed120"))
    expect(panel.get_by_role("status", name="Styles of your picture")).to_contain_text("%")
    panel.get_by_role("button", name="Send to Sample").click()
    panel = page.get_by_role("tabpanel").filter(visible=True).first
    expect(panel.locator("#sample-own img")).to_be_visible()
    panel.get_by_role("button", name="Find it").click()
    expect(panel.get_by_alt_text(EASEL)).to_be_visible()


def test_a_picture_picked_in_the_history_is_sent_on(desk, open_page):
    page = open_page(desk)
    paint(page, 130, 1)
    panel, tiles = walls(page)
    tiles.first.locator(".see").click()
    expect(panel.get_by_text("Seed 130")).to_be_visible()
    panel.get_by_role("button", name="Send to Sliders").click()
    panel = page.get_by_role("tabpanel").filter(visible=True).first
    expect(panel.get_by_role("button", name="Take my picture away")).to_be_visible()
