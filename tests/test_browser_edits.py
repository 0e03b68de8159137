"""Adjust and Enlarge, as an artist uses them on the stage of Restyle. The models are small and untrained."""

import re

import gradio_client
import numpy as np
import pytest
import torch
from conftest import started
from PIL import Image
from playwright.sync_api import expect
from test_browser import EASEL, picture_on, tab
from test_browser_sample import download, status

from deepart import adjust, assets, models, recipe, weights
from deepart.bench.own import own
from deepart.models import enlarge, restyle
from deepart.weights import ModelCard

START = assets.FOLDER / "dusk.jpg"  # what the stage opens with


@pytest.fixture(scope="module")
def studio_of_edits(tmp_path_factory):
    """The address of a studio with nothing but these models."""
    folder = tmp_path_factory.mktemp("weights")
    torch.manual_seed(0)
    hand = restyle.Restyler(restyle.Config(s_dim=8, channels=(8, 8, 8, 8, 8))).eval()
    hand.features.start_from(weights.imagenet_lite0())
    lens = enlarge.Enlarger(enlarge.Config(channels=8, blocks=1, fine=4)).eval()
    for name, arch, network in (("hand-0", "restyle", hand), ("lens-0", "enlarge", lens)):
        weights.save(folder / name, ModelCard(name, arch, models.plain(network.config)), network)
    log = tmp_path_factory.mktemp("app") / "log.txt"
    with started("--weights", str(folder), "--device", "cpu", log=log) as address:
        yield address


@pytest.fixture
def page(studio_of_edits, browser):
    """The studio in a fresh window."""
    context = browser.new_context(viewport={"width": 1180, "height": 1000}, accept_downloads=True)
    context.set_default_timeout(60_000)
    window = context.new_page()
    window.errors = []
    window.on("pageerror", lambda error: window.errors.append(str(error)))
    window.goto(studio_of_edits)
    window.get_by_role("tab", name="Classify").wait_for()
    yield window
    errors = window.errors
    context.close()
    assert not errors, errors


def tool(page, name):
    """The stage, with a tool in hand."""
    panel = tab(page, "Restyle")
    panel.get_by_role("tab", name=name, exact=True).click()
    return panel


def number(panel, label):
    """The box beside a slider."""
    return panel.get_by_role("spinbutton", name=label)


def enter(box, text, key="Enter"):
    """Write into a box and leave it; again if Gradio, which has only just unfolded it, took the text away."""
    for _ in range(20):
        box.fill(text)
        box.press(key)
        box.page.wait_for_timeout(300)
        if box.input_value() == text:
            return


def put(panel, label, value):
    """Type into the box beside a slider, as somebody who knows what they want."""
    enter(number(panel, label), str(value), "Tab")


def changed(easel, before):
    """The picture on the easel once it is another than `before` (a src)."""
    expect(easel).not_to_have_attribute("src", before, timeout=60_000)
    return picture_on(easel)


def test_light_follows_the_slider_and_reset_brings_it_back(page):
    panel = tool(page, "Adjust")
    easel = panel.get_by_alt_text(EASEL)
    before, source = picture_on(easel), easel.get_attribute("src")
    put(panel, "Exposure", 1.5)
    assert changed(easel, source).mean() > before.mean() + 10
    panel.get_by_role("button", name="Reset", exact=True).click()
    expect(easel).to_have_attribute("src", source, timeout=60_000)
    expect(number(panel, "Exposure")).to_have_value("0")


def test_the_download_is_the_whole_picture_with_a_recipe_that_remakes_it(page, tmp_path):
    panel = tool(page, "Adjust")
    easel = panel.get_by_alt_text(EASEL)
    panel.get_by_role(
        "button", name="Few colours"
    ).click()  # early: what is in a fold takes a while to listen
    expect(number(panel, "How many")).to_be_visible()
    source = easel.get_attribute("src")
    put(panel, "Warmth", 40)
    changed(easel, source)
    source = easel.get_attribute("src")
    put(panel, "How many", 4)
    changed(easel, source)
    path = download(page, panel, "Download PNG", tmp_path)
    by = recipe.load(path)
    assert by.task == "adjust" and by.sliders == {"warmth": 40, "colours": 4}
    made = np.asarray(Image.open(path))
    assert len(np.unique(made.reshape(-1, 3), axis=0)) == 4
    assert np.array_equal(made, np.asarray(adjust.remake(by, own(START)).picture))


def drop(panel, path):
    """A PNG where the page takes those that were made here."""
    panel.page.locator(".bring input[type=file]").set_input_files(path)


def made_elsewhere(folder, source):
    """A PNG that Adjust made from some file."""
    made = adjust.adjust(source, adjust.Adjustments(exposure=0.5, left=0.25, palette=(0, 0xFFFFFF)))
    recipe.save(made.picture, folder / "made.png", made.recipe)
    return folder / "made.png"


def test_a_png_made_here_brings_the_sliders_back(page, tmp_path):
    panel = tool(page, "Adjust")
    easel = panel.get_by_alt_text(EASEL)
    source = easel.get_attribute("src")
    drop(panel, made_elsewhere(tmp_path, START))
    assert changed(easel, source).shape[1] == round(0.75 * 512)
    expect(number(panel, "Exposure")).to_have_value("0.5")
    panel.get_by_role("button", name="Few colours").click()
    expect(panel.get_by_label("Or only these")).to_have_value("#000000 #ffffff")
    again = np.asarray(Image.open(download(page, panel, "Download PNG", tmp_path)))
    assert np.array_equal(again, np.asarray(Image.open(tmp_path / "made.png")))


def test_a_png_made_of_another_picture_asks_for_it(page, tmp_path):
    panel = tool(page, "Adjust")
    drop(panel, made_elsewhere(tmp_path, assets.FOLDER / "wave.jpg"))
    expect(status(panel)).to_contain_text("This picture was made from 'wave.jpg'", timeout=60_000)
    expect(number(panel, "Exposure")).to_have_value("0.5")  # and has its sliders all the same


def test_going_on_makes_a_step_that_undo_takes_back(page):
    panel = tool(page, "Adjust")
    easel = panel.get_by_alt_text(EASEL)
    source = easel.get_attribute("src")
    undo = panel.get_by_role("button", name="Undo", exact=True)
    expect(undo).to_be_disabled()
    put(panel, "Saturation", -100)
    changed(easel, source)
    panel.get_by_role("button", name="Go on from this").filter(visible=True).click()
    expect(undo).to_be_enabled(timeout=60_000)
    expect(number(panel, "Saturation")).to_have_value("0")  # or it would be done twice
    grey = picture_on(easel)
    assert np.abs(grey[..., 0] - grey[..., 2]).max() <= 8
    undo.click()
    expect(easel).to_have_attribute("src", source, timeout=60_000)
    expect(undo).to_be_disabled()


def test_a_turn_turns_the_easel_and_a_bad_colour_is_told(page):
    panel = tool(page, "Adjust")
    easel = panel.get_by_alt_text(EASEL)
    source = easel.get_attribute("src")
    height, width = picture_on(easel).shape[:2]
    panel.get_by_role("button", name="Frame").click()
    panel.get_by_role("button", name="Turn right").click()
    assert changed(easel, source).shape[:2] == (width, height)
    panel.get_by_role("button", name="Few colours").click()
    enter(panel.get_by_label("Or only these"), "red")
    expect(status(panel)).to_contain_text("A colour is written #rrggbb, got 'red'", timeout=60_000)


def test_a_picture_is_enlarged_after_a_look_at_its_middle(page, tmp_path):
    panel = tool(page, "Enlarge")
    panel.get_by_label("Four times as large").check()
    panel.get_by_role("button", name="Look at the middle first").click()
    closely = panel.locator(".closely figure img")
    expect(closely).to_have_count(2, timeout=60_000)
    with Image.open(START) as picture:
        width, height = picture.size
    expect(panel.get_by_text(f"{4 * width} x {4 * height} pixels")).to_be_visible()
    panel.get_by_label("Twice as large").check()
    path = download(page, panel, "Download PNG", tmp_path)
    by = recipe.load(path)
    assert Image.open(path).size == (2 * width, 2 * height)
    assert (by.task, by.model, by.scale, by.own_name) == ("enlarge", "lens-0", 2, "dusk.jpg")
    panel.get_by_label("Four times as large").check()
    drop(panel, path)
    expect(panel.get_by_label("Twice as large")).to_be_checked(timeout=60_000)
    assert not status(panel).count()


def test_programs_may_enlarge_and_adjust(studio_of_edits, tmp_path):
    client = gradio_client.Client(studio_of_edits, verbose=False)
    path = tmp_path / "mine.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)).save(path)
    mine = gradio_client.handle_file(path)
    made = client.predict(mine, 4, "", api_name="/enlarge")
    assert Image.open(made).size == (120, 80) and recipe.load(made).scale == 4
    made = client.predict(mine, {"turns": 1, "exposure": 0.5}, api_name="/adjust")
    assert Image.open(made).size == (20, 30) and recipe.load(made).sliders == {"turns": 1, "exposure": 0.5}


@pytest.mark.parametrize(
    ("values", "endpoint", "says"),
    [
        ((3, ""), "/enlarge", "enlarged 2 or 4 times, got '3'"),
        ((2, "lens-7"), "/enlarge", "no model 'lens-7'"),
        (({"exposure": "bright"},), "/adjust", "Exposure is a number from -2 to 2"),
        (([1, 2],), "/adjust", "{name of an adjustment: number}"),
    ],
)
def test_a_bad_wish_of_a_program_gets_a_sentence(studio_of_edits, tmp_path, values, endpoint, says):
    client = gradio_client.Client(studio_of_edits, verbose=False)
    Image.new("RGB", (20, 30)).save(tmp_path / "mine.png")
    with pytest.raises(Exception, match=re.escape(says)):
        client.predict(gradio_client.handle_file(tmp_path / "mine.png"), *values, api_name=endpoint)
