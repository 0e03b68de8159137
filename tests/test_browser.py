"""What an artist does, in a real browser, by the names that a screen reader says."""

import base64
import hashlib
import io
import re

import numpy as np
import pytest
from badfiles import SVG, bomb, encode, gradient
from PIL import Image
from playwright.sync_api import expect

from deepart import recipe
from deepart.assets import FIRST, FOLDER

EASEL = "The painting"
expect.set_options(timeout=30_000)  # ms; a busy machine needs seconds to load its first model


def tab(page, name):
    page.get_by_role("tab", name=name, exact=True).click()
    return page.get_by_role("tabpanel").filter(visible=True)


def drop(page, panel, name, data, kind="image/png"):
    """Drop a file on the panel's stage, as from a folder of the desktop."""
    zone = panel.get_by_label("Drop an image file here to upload")
    transfer = page.evaluate_handle(
        """([name, data, kind]) => {
            const bytes = Uint8Array.from(atob(data), c => c.charCodeAt(0)), transfer = new DataTransfer();
            transfer.items.add(new File([bytes], name, {type: kind}));
            return transfer;
        }""",
        [name, base64.b64encode(data).decode(), kind],
    )
    for event in ("dragenter", "dragover", "drop"):
        zone.dispatch_event(event, {"dataTransfer": transfer})


def upload(panel, name, data, kind="image/png"):
    panel.get_by_label("File upload").set_input_files({"name": name, "mimeType": kind, "buffer": data})


def clear(panel):
    panel.get_by_role("button", name="Remove Image").click()


def styles(panel):
    return panel.get_by_role("status", name="Styles of your picture")


def picture_on(easel):
    """The pixels of an <img> whose source is a data: URL."""
    source = easel.get_attribute("src")
    data = base64.b64decode(source.split(",", 1)[1])
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), float)


def move(slider, to):
    """What the browser sends while a finger moves: one input event for every place."""
    slider.evaluate(
        "(input, to) => { input.value = to; input.dispatchEvent(new Event('input', {bubbles: true})) }",
        str(to),
    )


def release(slider):
    slider.dispatch_event("change")


def test_a_finished_picture_is_on_view_before_any_click(page):
    expect(styles(tab(page, "Classify")).get_by_role("listitem")).not_to_have_count(0)
    expect(tab(page, "Sample").get_by_role("button", name=re.compile("Thumbnail")).first).to_be_visible()
    expect(tab(page, "Sliders").get_by_alt_text(EASEL)).to_be_visible()


def test_nothing_is_fetched_from_elsewhere(app, browser):
    context = browser.new_context()
    window, elsewhere = context.new_page(), []
    window.on("request", lambda r: r.url.startswith((app, "data:", "blob:")) or elsewhere.append(r.url))
    window.goto(app)
    window.get_by_role("tab", name="Sliders").click()
    window.wait_for_timeout(1000)
    context.close()
    assert not elsewhere


def test_a_dropped_picture_gets_ranked_styles(page):
    panel = tab(page, "Classify")
    clear(panel)
    expect(styles(panel)).to_contain_text("The styles will stand here")
    drop(page, panel, "mine.png", encode(gradient(300, 200), "PNG"))
    expect(styles(panel).get_by_role("listitem").first).to_be_visible()
    chances = [
        float(re.sub(r"[^\d.]", "", t))
        for t in styles(panel).locator("ol").first.locator(".chance").all_text_contents()
    ]
    assert len(chances) == 5 and chances == sorted(chances, reverse=True)


def test_an_example_works_in_one_click(page):
    panel = tab(page, "Classify")
    expect(styles(panel).get_by_role("listitem").first).to_be_visible()
    panel.get_by_role("button", name="A wave, as if printed").click()
    expect(panel.locator(".stage img")).to_have_attribute("src", re.compile(r"wave\.jpg"))
    expect(styles(panel).get_by_role("listitem").first).to_be_visible()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("notes.png", b"hello, this is text", "is text"),
        ("empty.png", b"", "is empty"),
        ("half.jpg", encode(gradient(300, 200), "JPEG")[:900], "ends too early"),
        ("drawing.svg", SVG, "is an SVG drawing"),
        ("dot.png", encode(Image.new("RGB", (1, 1)), "PNG"), "is only 1 x 1 pixels"),
        ("bomb.png", bomb(), "30000 x 30000 pixels"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_bad_file_gets_a_sentence_and_the_rest_stays(page, name, data, says):
    wall = tab(page, "Sample")
    paintings = wall.get_by_role("button", name=re.compile("Thumbnail"))
    expect(paintings.first).to_be_visible()
    before = paintings.count()
    panel = tab(page, "Classify")
    clear(panel)
    upload(panel, name, data, "image/svg+xml" if name.endswith("svg") else "image/png")
    expect(styles(panel)).to_contain_text(says)
    assert name in styles(panel).inner_text()
    tab(page, "Sample")
    assert paintings.count() == before > 0


@pytest.mark.parametrize("name", ["photo.heic", "deep.png", "print.jpg", "turned.jpg", "clip.gif"])
def test_pictures_that_browsers_or_gradio_find_hard(page, name):
    picture = gradient(300, 200)
    data = {
        "photo.heic": lambda: encode(picture, "HEIF"),
        "deep.png": lambda: encode(Image.fromarray(np.linspace(0, 65535, 4800).astype(np.uint16).reshape(60, 80)), "PNG"),
        "print.jpg": lambda: encode(picture.convert("CMYK"), "JPEG"),
        "turned.jpg": lambda: encode(picture, "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"),
        "clip.gif": lambda: encode(picture, "GIF", save_all=True, append_images=[Image.new("RGB", picture.size)]),
    }[name]()  # fmt: skip
    panel = tab(page, "Classify")
    clear(panel)
    upload(panel, name, data, f"image/{name.rsplit('.', 1)[1]}")
    expect(styles(panel).get_by_role("listitem").first).to_be_visible()


def test_the_first_pictures_carry_recipes():
    assert len({hashlib.sha256(p.read_bytes()).digest() for p in FIRST.glob("*.png")}) == 9
    assert {recipe.load(p).task for p in FIRST.glob("*.png")} == {"sample", "restyle"}
    by = recipe.from_json((FIRST / "sliders.json").read_text("utf-8"))
    assert (
        by.task == "sliders"
        and hashlib.sha256((FOLDER / by.own_name).read_bytes()).hexdigest() == by.own_sha256
    )
