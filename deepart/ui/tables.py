"""A table whose columns sort by a click or a key, in the browser: no call of the server."""

from __future__ import annotations

import html
from collections.abc import Sequence

import gradio as gr

# The order is kept here and put on again after every change of the rows, so that a sorted table can go on growing.
SCRIPT = """
let by = -1, down = false;
const key = row => row.cells[by].dataset.key;
const compare = (a, b) => a !== '' && b !== '' && !isNaN(a) && !isNaN(b) ? a - b : a.localeCompare(b);
const order = () => {
  element.querySelectorAll('th').forEach((head, i) => {
    if (head.querySelector('button')) head.setAttribute('aria-sort', i !== by ? 'none' : down ? 'descending' : 'ascending');
  });
  const body = element.querySelector('tbody');
  if (by < 0 || !body) return;
  const rows = [...body.rows].sort((a, b) => (down ? -1 : 1) * compare(key(a), key(b)));
  rows.forEach(row => body.append(row));
};
element.addEventListener('click', event => {
  const head = event.target.closest('th');
  if (!head || !event.target.closest('button')) return;
  const numbers = head.dataset.down === 'yes';
  down = by === head.cellIndex ? !down : numbers;
  by = head.cellIndex;
  order();
});
watch('value', order);
"""


def table(
    label: str,
    heads: Sequence[str],
    unsorted: Sequence[str] = (),
    downwards: Sequence[str] = (),
    kind: str = "",
) -> gr.HTML:
    """An empty table; its value is the HTML of its rows (see `row`).

    unsorted: columns without a button. downwards: columns that a first click sorts from the highest. kind: its CSS class.
    """
    cells = "".join(
        f'<th scope="col">{html.escape(head)}</th>'
        if head in unsorted
        else f'<th scope="col" aria-sort="none" data-down="{"yes" if head in downwards else "no"}">'
        f'<button type="button">{html.escape(head)}</button></th>'
        for head in heads
    )
    return gr.HTML(
        "",
        html_template=f'<table aria-label="{html.escape(label)}"><thead><tr>{cells}</tr></thead>'
        "<tbody>${value}</tbody></table>",
        js_on_load=SCRIPT,
        apply_default_css=False,
        elem_classes=["sheet", kind],
    )


def row(cells: Sequence[tuple[str, str | float]], kind: str = "") -> str:
    """One row: (HTML of the cell, what it is sorted by) for each column; kind: its CSS class."""
    inside = "".join(f'<td data-key="{html.escape(str(key))}">{content}</td>' for content, key in cells)
    return f'<tr class="{kind}">{inside}</tr>'
