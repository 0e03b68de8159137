"""A picture on an easel, and the line between before and after that is drawn across it."""

from __future__ import annotations

import html

from deepart.ui import words

# The line between before and after follows the finger without the server.
CURTAIN = """
const cut = () => {
  const line = element.querySelector('input');
  if (line) element.closest('.compare').style.setProperty('--cut', line.value + '%');
};
element.addEventListener('input', event => { event.stopPropagation(); cut(); });
watch('value', cut);
"""


def figure(source: str, caption: str = "", size: tuple[int, int] = (1, 1), alt: str = "") -> str:
    """A picture on the easel. decoding="sync": the browser shows the next one whole, never a blank between two.

    size: its width and height, or any of the same shape, so that a small and a large one take the same place.
    """
    alt = html.escape(alt or caption or words.ON_EASEL)
    return (
        f'<figure style="--shape: {size[0] / size[1]:.5f}"><img src="{source}" alt="{alt}" decoding="sync" draggable="true">'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
    )


def curtain(source: str, size: tuple[int, int]) -> str:
    """The artist's picture over the easel, as far as the line between before and after."""
    return (
        f'<figure style="--shape: {size[0] / size[1]:.5f}"><img src="{source}" alt="{words.YOURS}" draggable="false">'
        f'<input type="range" min="0" max="100" step="0.5" value="50" aria-label="{words.BEFORE_AFTER}"><span class="line"></span>'
        "</figure>"
    )
