"""A table that a spreadsheet opens and cannot be made to compute by."""

import csv
import io

import pytest

from deepart import spreadsheet


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "=cmd|' /C calc'!A0"]
)
def test_formulas_become_text(cell):
    assert spreadsheet.harmless(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "a=b", "me.png", "0.5000", "Post-Impressionism", "été.png"])
def test_other_cells_stay(cell):
    assert spreadsheet.harmless(cell) == cell


def test_a_row_comes_back_whole_whatever_its_name():
    name = 'a "strange", name;\nof two lines.png'
    lines = [
        spreadsheet.line(name, [("Cubism", 0.75), ("Fauvism", 0.25)], "sure"),
        spreadsheet.line("b", error="is text"),
    ]
    head, one, two = csv.reader(io.StringIO(spreadsheet.text(lines), newline=""))
    assert tuple(head) == spreadsheet.HEAD
    assert one == [name, "sure", "Cubism", "0.7500", "Fauvism", "0.2500", "", "", ""]
    assert two == ["b", *[""] * 7, "is text"]
