"""The page's look, measured: contrast, names for all controls, nothing wider than the window, nothing that jumps."""

import pytest
from playwright.sync_api import expect
from test_browser import tab

from deepart import ui

NAMES = [page.title() for page in (*ui.TABS, ui.history, ui.train)]

# The lowest contrast of text that is on view, as WCAG 2.2 defines it, and the text. Pictures behind text are not looked at.
CONTRAST = """() => {
  const parse = text => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const light = c => { const [r, g, b] = c.slice(0, 3).map(v => { v /= 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = e => { let stack = [];
    for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); stack.push(c); if (c[3] === 1) break; }
    return stack.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]); };
  let worst = [99, ''];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walk.nextNode();) {
    const e = node.parentElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
    if (!node.data.trim() || !e.offsetParent || box.width < 2 || style.visibility !== 'visible' || +style.fontSize.slice(0, -2) < 1) continue;
    if (e.closest('button:disabled, [aria-hidden=true], .tile, footer, script, style')) continue;
    let opacity = 1;
    for (let up = e; up; up = up.parentElement) opacity *= +getComputedStyle(up).opacity;
    if (opacity < 0.05) continue;
    const below = behind(e), ink = parse(style.color); ink[3] *= opacity;
    const a = light(over(ink, below)), b = light(below), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24, scaled = large ? ratio * 1.5 : ratio;
    if (scaled < worst[0]) worst = [scaled, node.data.trim().slice(0, 60), style.color, String(below)];
  }
  return worst;
}"""

# Controls on view without a name that a screen reader could say.
NAMELESS = """() => [...document.querySelectorAll('button, input, select, textarea, a[href]')].filter(e => {
  if (!e.offsetParent || e.type === 'hidden' || e.closest('footer')) return false;
  const by = (e.getAttribute('aria-labelledby') || '').split(' ').map(id => document.getElementById(id)?.textContent || '').join('');
  const label = e.labels?.length ? [...e.labels].map(l => l.textContent).join('') : e.closest('label')?.textContent || '';
  return !(e.getAttribute('aria-label') || by || label || e.textContent || e.title || e.placeholder || e.value).trim();
}).map(e => e.outerHTML.slice(0, 200))"""


@pytest.fixture(
    scope="module", params=[("light", 1180), ("dark", 1180), ("light", 390)], ids=lambda p: f"{p[0]}-{p[1]}"
)
def look(request, app, browser):
    """The page in one colour scheme and width."""
    theme, width = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    context.set_default_timeout(60_000)
    expect.set_options(timeout=240_000)
    page = context.new_page()
    page.goto(app)
    page.get_by_role("tab", name="Classify").wait_for()
    yield page
    context.close()


@pytest.mark.parametrize("name", NAMES)
def test_text_stands_out_controls_have_names_and_nothing_is_too_wide(look, name):
    panel = tab(look, name)
    expect(panel.locator("p").filter(visible=True).first).to_be_visible()
    look.wait_for_function("!document.querySelector('.tabitem > .loading, .pending')")
    worst = look.evaluate(CONTRAST)
    assert worst[0] >= 4.5, worst
    assert look.evaluate(NAMELESS) == []
    assert look.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_all_tabs_fit_in_a_row(look):
    tabs = [look.get_by_role("tab", name=name, exact=True).first for name in NAMES]
    boxes = [one.bounding_box() for one in tabs]
    width = look.viewport_size["width"]
    assert all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    assert len({round(box["y"]) for box in boxes}) == 1
    assert all(one.evaluate("e => e.scrollWidth <= e.clientWidth + 1") for one in tabs)


def test_the_page_does_not_jump_while_a_slider_moves(look):
    panel = tab(look, "Sliders")
    slider = panel.locator(".faders input[type=range]").first
    easel = panel.get_by_alt_text("The painting").filter(visible=True)
    slider.focus()  # it may be scrolled to
    before, seen = (slider.bounding_box(), easel.bounding_box()), easel.get_attribute("src")
    for _ in range(6):
        slider.press("ArrowRight")
    expect(easel).not_to_have_attribute("src", seen)
    assert (slider.bounding_box(), easel.bounding_box()) == before
