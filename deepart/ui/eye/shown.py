"""What was found, as HTML. Every name is escaped here."""

from __future__ import annotations

import html
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from deepart import images
from deepart.eye import Comparison, Resemblance
from deepart.palette import Palette
from deepart.studio import Classification
from deepart.styles import Style
from deepart.ui import words

TOP = 5  # styles on view before "all"
SHOWN = "shown-"  # begins the folder of a picture made by `on_stage`
NOT_SHOWN_BY_BROWSERS = {".heic", ".heif", ".tif", ".tiff"}


def on_stage(path: Path) -> Any:
    """What the stage shows: the upload itself, or a PNG of it where browsers cannot."""
    return gr.skip() if path.suffix.lower() not in NOT_SHOWN_BY_BROWSERS else viewable(path)


def viewable(path: Path) -> str:
    """A picture that browsers can show: the file itself, or a PNG of it."""
    if path.suffix.lower() not in NOT_SHOWN_BY_BROWSERS:
        return str(path)
    folder = Path(get_upload_folder()) / f"{SHOWN}{uuid.uuid4().hex}"
    folder.mkdir(parents=True)
    picture = images.open_picture(path)
    picture.thumbnail((1600, 1600))
    images.save_png(picture, folder / f"{path.stem}.png")
    return str(folder / f"{path.stem}.png")


def is_ours(path: str) -> bool:
    """Whether it is a picture that `viewable` made of one."""
    return Path(path).parent.name.startswith(SHOWN)


def hint(text: str) -> str:
    return f'<p class="hint">{html.escape(text)}</p>'


def refused(text: str) -> str:
    return f'<p class="verdict refused">{html.escape(text)}</p>'


def styles(found: Classification, everything: bool = True) -> str:
    """The verdict, the likeliest styles as bars, and the rest behind a fold."""
    verdict = f'<p class="verdict {found.verdict}">{html.escape(capital(words.told(found.sentence)))}</p>'
    rest = ""
    if everything and len(found.styles) > TOP:
        title = words.CLASSIFY_ALL.format(count=len(found.styles))
        rest = f"<details><summary>{title}</summary>{_bars(found.styles[TOP:], TOP + 1)}</details>"
    return verdict + _bars(found.styles[:TOP], 1) + rest


def about(entries: Sequence[tuple[str, Style | None]]) -> str:
    """What each style is, with the source of its facts; a style that we do not know says nothing."""
    return "".join(
        f"<h3>{html.escape(words.told(name))}</h3><p>{html.escape(words.told(style.sentences))}</p>"
        f'<p class="hint">{html.escape(words.SOURCE.format(source=style.source))}</p>'
        for name, style in entries
        if style
    ) + hint(words.WHY_HINT)


def resemblance(found: Resemblance) -> str:
    """The nearest works as a table, the nearest painters as bars."""
    heads = "".join(f'<th scope="col">{head}</th>' for head in words.RESEMBLES_HEAD)
    rows = "".join(
        f"<tr><td>{html.escape(words.told(near.work.painter))}</td>"
        f"<td>{html.escape(near.work.title) or f'<i>{words.NO_TITLE}</i>'}</td><td>{html.escape(near.work.year)}</td>"
        f'<td>{html.escape(words.told(near.work.style))}</td><td class="number">{near.similarity:.2f}</td></tr>'
        for near in found.works
    )
    painters = "".join(
        _bar(words.told(near.painter), f"{near.similarity:.2f}", near.similarity) for near in found.painters
    )
    return (
        f'<div class="near"><section class="sheet"><h3>{words.RESEMBLES_WORKS}</h3>'
        f'<table aria-label="{words.RESEMBLES_WORKS}"><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>'
        f"</section><section><h3>{words.RESEMBLES_PAINTERS}</h3>"
        f'<ol class="chances" aria-label="{words.RESEMBLES_PAINTERS}">{painters}</ol></section></div>'
        + hint(words.RESEMBLES_HINT.format(count=f"{found.of:,}"))
    )


def palette(found: Palette, facts: bool = True) -> str:
    """Swatches as wide as their share, each a button that copies its code; then the two balances."""
    swatches = "".join(
        f'<button type="button" class="swatch" data-code="{s.hex}" aria-label="{words.PALETTE_COPY.format(code=s.hex)}" '
        f'style="--share:{max(s.share, 0.06):.3f}"><span class="paint" style="background:{s.hex}"></span>'
        f"<code>{s.hex}</code><small>{percent(s.share)}</small></button>"
        for s in found.swatches
    )
    strip = f'<div class="swatches">{swatches}</div>'
    if not facts:
        return strip
    return (
        strip
        + f'<p class="hint">{words.PALETTE_HINT} <span class="copied" role="status"></span></p>'
        + _balance(words.TEMPERATURE, words.TEMPERATURES, (found.warm, found.cool, found.neutral))
        + _balance(words.LIGHT, words.LIGHTS, (found.light, found.middle, found.dark))
        + hint(words.PALETTE_FACTS.format(lightness=found.lightness, contrast=found.contrast))
    )


# Copying needs a secure page (https or this machine); elsewhere a selected text and the old command do it.
COPY = """
element.addEventListener('click', async event => {
  const button = event.target.closest('.swatch');
  if (!button) return;
  const code = button.dataset.code;
  try { await navigator.clipboard.writeText(code); } catch {
    const area = document.createElement('textarea');
    area.value = code;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  const said = element.querySelector('.copied');
  if (said) said.textContent = '@copied ' + code;
});
"""


def copying() -> str:
    """The script of a palette."""
    return COPY.replace("@copied", words.PALETTE_COPIED)


def comparison(found: Comparison) -> str:
    """How alike two pictures are, in one or two sentences; then their chances and palettes side by side."""
    sentence = words.COMPARE_SHARED.format(shared=found.shared)
    if found.similarity is not None and found.alike is not None:
        sentence += " " + words.COMPARE_ALIKE.format(similarity=found.similarity, alike=found.alike)
    sides = "".join(
        f'<section aria-label="{label}">{styles(side.classification, everything=False)}{palette(side.palette, facts=False)}</section>'
        for label, side in ((words.COMPARE_FIRST, found.first), (words.COMPARE_SECOND, found.second))
    )
    return f'<p class="verdict">{html.escape(sentence)}</p><div class="sides">{sides}</div><span class="copied hint" role="status"></span>'


def _balance(title: str, names: dict[str, str], shares: Sequence[float]) -> str:
    parts = "".join(f'<span class="{part}" style="flex-grow:{share:.4f}"></span>' for part, share in zip(names, shares, strict=True))  # fmt: skip
    said = ", ".join(f"{name} {percent(share)}" for name, share in zip(names.values(), shares, strict=True))
    return f'<div class="balance"><p><b>{title}</b> <span>{said}</span></p><div class="strip" aria-hidden="true">{parts}</div></div>'


def _bars(ranked: Sequence[tuple[str, float]], start: int) -> str:
    rows = "".join(_bar(capital(words.told(name)), percent(chance), chance) for name, chance in ranked)
    return f'<ol class="chances" start="{start}">{rows}</ol>'


def _bar(name: str, figure: str, share: float) -> str:
    return (
        f'<li><span class="style">{html.escape(name)}</span><span class="chance">{figure}</span>'
        f'<span class="bar" aria-hidden="true"><span style="width:{max(0.0, min(1.0, share)):.2%}"></span></span></li>'
    )


def percent(chance: float) -> str:
    return "< 1 %" if 0 < chance < 0.01 else f"{chance:.0%}".replace("%", " %")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
