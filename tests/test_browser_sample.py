"""Sample, as an artist uses it: the wall, the easel, a picture of their own, a walk, a sheet, a zip."""

import csv
import io
import re
import zipfile

import numpy as np
import pytest
from badfiles import encode, gradient
from PIL import Image
from playwright.sync_api import expect
from test_browser import EASEL, move, picture_on, release, tab

from deepart import recipe
from deepart.studio import Studio


def choose(panel, place=0):
    """Put a painting of the wall onto the easel."""
    panel.get_by_role("button", name=re.compile("^Thumbnail")).nth(place).click()
    easel = panel.get_by_alt_text(EASEL)
    expect(easel).to_be_visible()
    return easel


def download(page, panel, name, folder):
    with page.expect_download() as waiting:
        panel.get_by_role("button", name=name, exact=True).or_(
            panel.get_by_role("link", name=name, exact=True)
        ).first.click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def status(panel):
    """What a tab or bench says could not be done."""
    return panel.locator(".note p").filter(visible=True)


def test_a_painting_of_the_wall_downloads_from_the_easel_with_the_recipe_that_remakes_it(
    page, weights_folder, tmp_path
):
    panel = tab(page, "Sample")
    panel.get_by_label("Seed", exact=True).fill("5")
    panel.get_by_role("spinbutton", name="How many").fill("2")
    panel.get_by_role("button", name="Paint", exact=True).click()
    expect(panel.get_by_role("button", name="Thumbnail 2 of 2")).to_be_visible()
    choose(panel, 1)
    expect(panel.locator("figcaption").filter(has_text="Seed 6")).to_be_visible()
    path = download(page, panel, "Download PNG", tmp_path)
    assert re.fullmatch(r"[a-z]+-\d+-seed6\.png", path.name)
    made = recipe.load(path)
    assert (made.seed, made.psi, made.task) == (6, 0.8, "sample")
    again = Studio(weights_folder, "cpu").remake(made)
    assert np.array_equal(np.asarray(again), np.asarray(Image.open(path)))


def test_the_dice_paint_something_new(page):
    panel = tab(page, "Sample")
    before = panel.get_by_label("Seed", exact=True).input_value()
    panel.get_by_role("button", name="Roll the dice").click()
    expect(panel.get_by_label("Seed", exact=True)).not_to_have_value(before)
    seed = panel.get_by_label("Seed", exact=True).input_value()
    expect(panel.get_by_text(f"Seed {seed}", exact=True)).to_be_visible()


@pytest.mark.parametrize("seed", ["-1", "1e99", "abc"])
def test_a_bad_seed_gets_a_sentence_and_the_paintings_stay(page, seed):
    panel = tab(page, "Sample")
    paintings = panel.get_by_role("button", name=re.compile("Thumbnail"))
    expect(paintings.first).to_be_visible()
    before = paintings.count()
    panel.get_by_label("Seed", exact=True).fill(seed)
    panel.get_by_role("button", name="Paint", exact=True).click()
    expect(status(panel)).to_contain_text("whole number from 0 to 4294967295")
    assert paintings.count() == before


def test_a_slider_changes_the_painting_while_it_moves_and_reset_brings_it_back(page, tmp_path):
    panel = tab(page, "Sample")
    easel = choose(panel)
    before = picture_on(easel)
    slider = panel.get_by_role("group", name="What to change").get_by_role("slider").last
    move(slider, 3)
    expect(easel).to_have_attribute("src", re.compile("^data:image/jpeg"))
    release(slider)
    expect(easel).to_have_attribute("src", re.compile("^data:image/png"))
    after = picture_on(easel)
    assert np.abs(before - after).mean() > 0.5
    assert recipe.load(download(page, panel, "Download PNG", tmp_path)).sliders
    panel.get_by_role("button", name="Reset", exact=True).click()
    expect(slider).to_have_value("0")
    assert np.array_equal(picture_on(easel), before)


def test_the_colours_of_another_seed_and_a_bad_one(page):
    panel = tab(page, "Sample")
    easel = choose(panel)
    before = easel.get_attribute("src")
    panel.get_by_label("Take the colours of seed").fill("nothing")
    panel.get_by_label("Take the colours of seed").press("Enter")
    expect(status(panel)).to_contain_text("A seed is a whole number")
    assert easel.get_attribute("src") == before
    panel.get_by_label("Take the colours of seed").fill("77")
    panel.get_by_label("Take the colours of seed").press("Enter")
    expect(easel).not_to_have_attribute("src", before)


def test_the_wall_shows_a_painting_in_its_own_shape(page):
    shown = tab(page, "Sample").locator(".wall img").first
    expect(shown).to_have_js_property("complete", True)
    own, seen = shown.evaluate("i => [i.naturalWidth / i.naturalHeight, i.clientWidth / i.clientHeight]")
    assert own > 1.1 and abs(seen / own - 1) < 0.03  # a landscape


def test_variations_hang_on_the_wall(page):
    panel = tab(page, "Sample")
    choose(panel)
    panel.get_by_role("button", name="Eight variations").click()
    expect(panel.get_by_text("Variation", exact=True)).to_have_count(8)


def test_without_a_painting_on_the_easel_it_says_what_to_do(page):
    panel = tab(page, "Sample")
    panel.get_by_role("button", name="Eight variations").click()
    expect(status(panel)).to_contain_text("click one on the wall")


def test_a_picture_of_my_own_lands_on_the_easel(page, tmp_path):
    panel = tab(page, "Sample")
    panel.get_by_role("tab", name="Your own picture").click()
    own = panel.get_by_role("tabpanel").filter(visible=True).last
    own.locator("input[type=file][accept='image/*']").set_input_files(
        {"name": "mine.png", "mimeType": "image/png", "buffer": encode(gradient(200, 300), "PNG")}
    )
    expect(own.get_by_role("button", name="Remove Image")).to_be_visible()
    own.get_by_role("button", name="Find it").click()
    expect(own.get_by_text(re.compile(r"^Step \d+ of"))).to_be_visible()
    expect(panel.get_by_text("Found, not drawn from a seed")).to_be_visible(timeout=90_000)
    made = recipe.load(download(page, panel, "Download PNG", tmp_path))
    assert made.seed is None and made.z and made.psi == 1


def test_a_png_made_here_brings_its_controls_back(page, tmp_path):
    panel = tab(page, "Sample")
    easel = choose(panel, 2)
    path = download(page, panel, "Download PNG", tmp_path)
    before, by = picture_on(easel), recipe.load(path)
    page.reload()
    panel = tab(page, "Sample")
    panel.get_by_label("Seed", exact=True).fill("1")
    tab(page, "Classify")
    page.locator(".bring input[type=file]").set_input_files(path)
    expect(panel.get_by_label("Seed", exact=True)).to_have_value(str(by.seed))
    easel = panel.get_by_alt_text(EASEL)
    expect(easel).to_be_visible()
    assert np.array_equal(picture_on(easel), before)


def test_a_walk_becomes_a_film_and_stopping_keeps_it(page, tmp_path):
    import av

    panel = tab(page, "Sample")
    panel.get_by_role("tab", name="A walk").click()
    panel.get_by_role("spinbutton", name="Seconds").fill("1")
    panel.get_by_role("button", name="Film it").click()
    expect(panel.get_by_role("button", name="Download the film")).to_be_visible(timeout=90_000)
    path = download(page, panel, "Download the film", tmp_path)
    with av.open(str(path)) as film:
        assert sum(1 for _ in film.decode(video=0)) == 24
    panel.get_by_role("spinbutton", name="Seconds").fill("60")
    panel.get_by_role("button", name="Film it").click()
    expect(panel.get_by_text(re.compile(r"^Frame \d+ of 1440"))).to_be_visible()
    panel.get_by_role("tabpanel").filter(visible=True).last.get_by_role(
        "button", name="Stop", exact=True
    ).click()
    expect(panel.get_by_role("button", name="Download the film")).to_be_visible(timeout=30_000)
    path = download(page, panel, "Download the film", tmp_path)
    with av.open(str(path)) as film:
        assert 1 <= sum(1 for _ in film.decode(video=0)) < 1440


def test_a_contact_sheet_and_a_zip(page, tmp_path):
    panel = tab(page, "Sample")
    panel.get_by_role("tab", name="Contact sheet and export").click()
    bench = panel.get_by_role("tabpanel").filter(visible=True).last
    bench.get_by_role("button", name="Contact sheet", exact=True).click()
    expect(bench.locator("img").first).to_be_visible(timeout=60_000)
    bench.get_by_label("Seeds").fill("3-5")
    bench.get_by_role("button", name="Pack a zip").click()
    expect(bench.get_by_text("3 of 3 packed")).to_be_visible(timeout=60_000)
    with zipfile.ZipFile(download(page, bench, "Download the zip", tmp_path)) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("recipes.csv").decode())))
    assert [row["seed"] for row in rows] == ["3", "4", "5"]
    bench.get_by_label("Seeds").fill("5-3")
    bench.get_by_role("button", name="Pack a zip").click()
    expect(status(bench)).to_contain_text("range of seeds goes up")
