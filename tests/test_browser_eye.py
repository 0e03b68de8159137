"""Classify in a real browser: the folds, many pictures, two side by side, and the way to the Sliders."""

import csv
import io
import re

import pytest
from badfiles import encode, gradient
from PIL import Image
from playwright.sync_api import expect
from test_browser import clear, drop, picture_on, styles, tab, upload

from deepart.assets import FOLDER

expect.set_options(
    timeout=240_000
)  # ms; a machine that is busy with ten other things needs a minute for its first model


@pytest.fixture
def panel(page):
    page.context.set_default_timeout(240_000)
    found = tab(page, "Classify")
    expect(styles(found)).to_be_visible()
    return found


def mode(panel, name):
    panel.get_by_label(name, exact=True).check()


def fold(panel, name):
    panel.get_by_role("button", name=name).click()
    return panel.get_by_role("status", name=name)


def files(count, bad=()):
    """count small pictures 0.png, 1.png, ...; the numbers in `bad` are text."""
    return [
        {
            "name": f"{i}.png",
            "mimeType": "image/png",
            "buffer": b"words" if i in bad else encode(gradient(60 + i, 40), "PNG"),
        }
        for i in range(count)
    ]


def two(left, right):
    picture = Image.new("RGB", (80, 40), left)
    picture.paste(Image.new("RGB", (20, 40), right), (60, 0))
    return encode(picture, "PNG")


def test_the_folds_are_shut_and_empty_until_they_are_opened(page, panel):
    expect(panel.get_by_role("status", name="Palette")).to_be_hidden()
    colours = fold(panel, "Palette")
    expect(colours.get_by_role("button", name=re.compile("^Copy #"))).not_to_have_count(0)
    expect(panel.get_by_role("status", name="Why this style")).to_be_hidden()


def test_why_shows_a_map_and_words_and_another_style_on_demand(page, panel):
    why = fold(panel, "Why this style")
    expect(why).to_contain_text("Look for")
    expect(why).to_contain_text("Source: ")
    pictures = panel.locator(".fold .stage img")
    expect(pictures).to_have_count(2)
    expect(pictures.first).to_have_attribute("src", re.compile(r"view\.jpg"))
    before = [p.get_attribute("src") for p in pictures.all()]
    panel.get_by_label("What speaks for").click()
    page.get_by_role("option", name=re.compile("Rococo")).click()
    expect(why).to_contain_text("Watteau")
    expect(pictures.first).not_to_have_attribute("src", before[0])


def test_an_open_palette_follows_the_picture_and_a_click_copies_a_colour(page, panel):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    colours = fold(panel, "Palette")
    expect(colours.get_by_role("button", name=re.compile("^Copy #"))).not_to_have_count(0)
    clear(panel)
    expect(styles(panel)).to_contain_text("The styles will stand here")
    drop(page, panel, "two.png", two("#c03020", "#1428a0"))
    expect(colours.get_by_role("button")).to_have_count(2)
    expect(colours.get_by_role("button").first).to_contain_text("75 %")
    colours.get_by_role("button", name="Copy #1428a0").click()
    expect(colours).to_contain_text("Copied #1428a0")
    assert page.evaluate("navigator.clipboard.readText()") == "#1428a0"
    expect(colours).to_contain_text("warm 75 %, cool 25 %, grey 0 %")


def test_a_whole_folder_is_looked_at(page, panel, tmp_path):
    folder = tmp_path / "my pictures"
    (folder / "of summer").mkdir(parents=True)
    for place, file in zip(("a.png", "of summer/b.png", "of summer/c.png"), files(3), strict=True):
        (folder / place).write_bytes(file["buffer"])
    (folder / "notes.txt").write_text("not a picture")
    mode(panel, "Many pictures")
    with page.expect_file_chooser() as chooser:
        panel.get_by_role("button", name="Choose a folder").click()
    chooser.value.set_files(folder)
    expect(
        panel.get_by_text(re.compile("^(3 files looked at|4 files looked at. 1 could not)"))
    ).to_be_visible()
    table = panel.get_by_role("table", name="Styles of your picture")
    for name in ("a.png", "b.png", "c.png"):
        expect(table.get_by_role("row").filter(has_text=name)).to_have_count(1)


def test_many_pictures_one_of_them_bad_become_a_sortable_table_and_a_csv(page, panel, tmp_path):
    mode(panel, "Many pictures")
    panel.locator(".drop").get_by_label("File upload").set_input_files(files(5, bad={2}))
    expect(panel.get_by_text("5 files looked at. 1 could not be read.")).to_be_visible()
    table = panel.get_by_role("table", name="Styles of your picture")
    rows = table.locator("tbody tr")
    expect(rows).to_have_count(5)
    expect(rows.nth(2)).to_contain_text("is text")
    assert picture_on(rows.nth(0).locator("img")).shape == (40, 60, 3)
    head = table.get_by_role("columnheader", name="Chance")
    for order, sign in (("descending", -1), ("ascending", 1)):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", order)
        keys = [
            float(cell.get_attribute("data-key")) for cell in table.locator("tbody td:nth-child(4)").all()
        ]
        assert keys == sorted(keys, key=lambda k: sign * k)
    with page.expect_download() as waiting:
        panel.get_by_role("button", name="Download CSV").click()
    waiting.value.save_as(tmp_path / "all.csv")
    lines = list(csv.DictReader(io.StringIO((tmp_path / "all.csv").read_text("utf-8-sig"))))
    assert [line["file"] for line in lines] == [f"{i}.png" for i in range(5)]
    assert "is text" in lines[2]["error"] and not lines[2]["style"]
    assert all(line["style"] and 0 < float(line["chance"]) <= 1 for i, line in enumerate(lines) if i != 2)


def test_stop_ends_a_run_and_keeps_what_was_found(page, panel):
    mode(panel, "Many pictures")
    panel.locator(".drop").get_by_label("File upload").set_input_files(files(400))
    panel.get_by_role("button", name="Stop", exact=True).click()
    said = panel.get_by_text(re.compile(r"^Stopped: \d+ of 400 looked at\.$"))
    expect(said).to_be_visible()
    done = int(re.search(r"\d+", said.inner_text()).group())
    assert 0 < done < 400
    expect(panel.get_by_role("table", name="Styles of your picture").locator("tbody tr")).to_have_count(done)
    expect(panel.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    expect(panel.get_by_role("button", name="Download CSV")).to_be_visible()


def test_a_file_name_is_shown_as_it_is_and_runs_nothing(page, panel):
    mode(panel, "Many pictures")
    name = "<img src=x onerror=document.title='ran'>.png"
    panel.locator(".drop").get_by_label("File upload").set_input_files(
        {"name": name, "mimeType": "image/png", "buffer": encode(gradient(60, 40), "PNG")}
    )
    expect(panel.get_by_text("1 files looked at.")).to_be_visible()
    expect(panel.get_by_role("table", name="Styles of your picture").locator("tbody tr")).to_have_count(1)
    assert page.title() != "ran" and panel.locator("tbody img[src='x']").count() == 0


def test_what_was_found_is_still_there_after_a_look_at_another_mode(page, panel):
    mode(panel, "Many pictures")
    panel.locator(".drop").get_by_label("File upload").set_input_files(files(1))
    row = panel.get_by_role("table", name="Styles of your picture").locator("tbody tr")
    expect(row).to_have_count(1)
    mode(panel, "One picture")
    expect(styles(panel)).to_be_visible()
    expect(row).to_be_hidden()
    expect(panel.get_by_text("Put a picture on each side.")).to_be_hidden()
    mode(panel, "Many pictures")
    expect(row).to_be_visible()


def test_two_pictures_side_by_side(page, panel):
    mode(panel, "Compare two")
    result = panel.get_by_role("status", name="Comparison")
    expect(result).to_contain_text("Put a picture on each side.")
    for side, name in (("first", "wave"), ("second", "mist")):
        upload(panel.locator(f".{side}"), f"{name}.jpg", (FOLDER / f"{name}.jpg").read_bytes(), "image/jpeg")
    expect(result).to_contain_text("overlap by")
    for side in ("First picture", "Second picture"):
        region = result.get_by_role("region", name=side)
        expect(region.get_by_role("listitem")).to_have_count(5)
        expect(region.get_by_role("button", name=re.compile("^Copy #"))).not_to_have_count(0)


def test_a_bad_file_on_one_side_is_named(page, panel):
    mode(panel, "Compare two")
    upload(panel.locator(".first"), "wave.jpg", (FOLDER / "wave.jpg").read_bytes(), "image/jpeg")
    upload(panel.locator(".second"), "notes.png", b"hello, this is text")
    expect(panel.get_by_role("status", name="Comparison")).to_contain_text("notes.png is text")


def test_a_picture_is_sent_to_the_sliders(page, panel):
    clear(panel)
    expect(styles(panel)).to_contain_text("The styles will stand here")
    upload(panel, "mine.png", two("#c03020", "#1428a0"))
    expect(styles(panel).get_by_role("listitem").first).to_be_visible()
    panel.get_by_role("button", name="Send to Sliders").click()
    expect(page.get_by_role("tab", name="Sliders")).to_have_attribute("aria-selected", "true")
    yours = page.get_by_alt_text("Yours")
    expect(yours).to_be_visible()
    pixels = picture_on(yours)
    assert pixels.shape == (40, 80, 3) and pixels[20, 10, 0] > 150 and pixels[20, 75, 2] > 120


def test_without_a_picture_nothing_is_sent_and_the_reason_is_said(page, panel):
    clear(panel)
    expect(styles(panel)).to_contain_text("The styles will stand here")
    panel.get_by_role("button", name="Send to Sliders").click()
    expect(page.get_by_text("There is no picture yet").filter(visible=True)).to_be_visible()
