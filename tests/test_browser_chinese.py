"""The page in Chinese, for a browser that asks for it: no word is left in English, and what it answers is Chinese, too."""

import re

import pytest
from playwright.sync_api import expect
from test_browser_edits import enter
from test_browser_sample import status

from deepart.ui import tongue, words
from deepart.ui.train import words as train_words

HAN = re.compile("[\u4e00-\u9fff]")
# Texts on view that hold three Latin letters in a row. Names of works and painters stand as the collections give them, and
# Gradio says "processing" itself.
LATIN = """() => {
  const found = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim(), e = walk.currentNode.parentElement;
    if (!/[A-Za-z]{3}/.test(text) || !e.checkVisibility()) continue;
    if (e.closest('script, style, footer, code, .near, [data-testid=status-tracker], h1')) continue;
    found.add(text);
  }
  return [...found];
}"""
ALLOWED = re.compile(
    r"出处：.*|[a-z]+-\d+|[\w-]+\.(jpg|png)|deepart|PNG|CSV|TSV|VAE|GAN|API|MP4|GIF|WebP|zip|psi|nats|Ctrl|Shift|Esc|python app\.py|--?\w+|“[^”]*”|python -m deepart [\w -]+"
)


@pytest.fixture
def page(app, browser):
    """The studio for a visitor from China."""
    context = browser.new_context(viewport={"width": 1180, "height": 1000}, locale="zh-CN")
    context.set_default_timeout(120_000)
    window = context.new_page()
    window.errors = []
    window.on("pageerror", lambda error: window.errors.append(str(error)))
    window.goto(app)
    window.get_by_role("tab", name="辨风格").wait_for()
    yield window
    errors = window.errors
    context.close()
    assert not errors, errors


def english_left(page):
    return [text for text in page.evaluate(LATIN) if re.search("[A-Za-z]{3}", ALLOWED.sub("", text))]


def no_english(page):
    """What is on view may still be on its way."""
    for _ in range(60):
        if not (left := english_left(page)):
            return
        page.wait_for_timeout(500)
    assert left == []


def names():
    with tongue.speaking("zh"):
        return [words.CLASSIFY, words.SAMPLE, words.SLIDERS, words.RESTYLE, words.HISTORY, train_words.TITLE]


@pytest.mark.parametrize("name", names())
def test_no_word_of_a_tab_is_left_in_english(page, name):
    page.get_by_role("tab", name=name, exact=True).first.click()
    panel = page.get_by_role("tabpanel").filter(visible=True).first
    expect(panel.locator(".help p")).to_have_text(HAN)
    inner = panel.get_by_role("tab")
    for number in range(inner.count()):
        inner.nth(number).click()
        expect(inner.nth(number)).to_have_attribute("aria-selected", "true")
        no_english(page)
    for fold in panel.locator("button.label-wrap").filter(visible=True).all():
        fold.click()
    no_english(page)


def test_the_page_says_which_language_it_speaks(page):
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    expect(page.locator("[data-do=language]")).to_have_text("EN")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("撤销")


def test_errors_and_counts_are_told_in_chinese_by_the_queue_and_beside_it(page):
    page.get_by_role("tab", name="新画", exact=True).click()
    panel = page.get_by_role("tabpanel").filter(visible=True).first
    page.get_by_role("tab", name="小样页与导出").click()
    enter(panel.get_by_label("哪些种子", exact=True), "5-3", "Tab")
    panel.get_by_role("button", name="打包 zip").click()
    expect(status(panel)).to_have_text(HAN, timeout=120_000)
    expect(status(panel)).to_contain_text("5-3")
    enter(panel.get_by_label("哪些种子", exact=True), "1-2", "Tab")
    panel.get_by_role("button", name="打包 zip").click()
    expect(panel.get_by_text("已打包 2 / 2")).to_be_visible(timeout=120_000)


def test_the_language_that_is_chosen_on_the_page_stays(page, app):
    page.get_by_role("button", name="English", exact=True).click()
    page.get_by_role("tab", name="Classify").wait_for()
    page.goto(app)
    page.get_by_role("tab", name="Classify").wait_for()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文", exact=True).click()
    page.get_by_role("tab", name="辨风格").wait_for()


def test_who_asks_for_nothing_gets_english(app):
    import httpx

    for headers, title in (
        ({}, "Restyle"),
        ({"accept-language": "zh"}, "换风格"),
        ({"cookie": "deepart-language=zh"}, "换风格"),
    ):
        told = httpx.get(f"{app}/config", headers=headers, timeout=60).json()
        labels = [part["props"].get("label") for part in told["components"] if part["type"] == "tabitem"]
        assert title in labels


def test_help_appears_where_the_pointer_rests_or_the_focus_is(page):
    page.get_by_role("tab", name="新画", exact=True).click()
    seed, count = page.get_by_label("种子", exact=True).first, page.get_by_role("spinbutton", name="几幅")
    for _ in range(20):  # Gradio may still be drawing the control anew
        count.hover()
        seed.hover()
        if seed.get_attribute("aria-description"):
            break
        page.wait_for_timeout(300)
    expect(page.locator(".block[title]").filter(has=seed)).to_have_attribute("title", re.compile("编号"))
    expect(seed).to_have_attribute("aria-description", re.compile("编号"))
    seed.focus()
    count.focus()
    expect(count).to_have_attribute("aria-description", HAN)
