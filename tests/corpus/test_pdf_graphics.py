from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.pdf_blocks import Block
from corpus.readers.pdf_flow import paragraphs
from corpus.readers.pdf_layout import lay_out
from corpus.readers.pdf_tables import rows, table_of
from tests.sheets import LONG, Sheet


def said(sheet: Sheet, role: str = "text") -> list[str]:
    """The paragraphs of ``role`` on the page."""
    found = paragraphs(lay_out([sheet.page()]))
    return [" ".join(paragraph.text.split()) for paragraph in found if paragraph.role == role]


def prose(sheet: Sheet, x: float, y: float, count: int = 12) -> Sheet:
    """``count`` lines of running text from ``y`` down."""
    return sheet.column(x, y, [f"line {number:02d} " + LONG[:44] for number in range(count)])


# --- figures ------------------------------------------------------------------------------------------------------


def test_labels_in_a_picture_are_left_out() -> None:
    """Whatever stands in a diagram above its caption, long words and many lines included, is no text."""
    sheet = prose(Sheet(), 50, 760).picture(60, 400, 300, 600)
    sheet.put(80, 580, "Screened for the study and then excluded (n=12)", 10, "sans")
    sheet.column(80, 540, ["not eligible", "no consent", "moved away", "lost to view", "died"], 9)
    sheet.put(50, 380, "Figure 1. Who took part", 8)
    prose(sheet, 50, 340, 20)
    assert said(sheet, "caption") == ["Figure 1. Who took part"]
    assert not any(word in " ".join(said(sheet)) for word in ("Screened", "consent"))


def test_a_figure_wider_than_its_caption_is_all_figure() -> None:
    """Labels beyond the caption's column belong to the picture; so do the numbers along its axes."""
    sheet = prose(Sheet(), 50, 760, 8).picture(80, 400, 560, 600)
    prose(sheet, 310, 760, 8)
    sheet.put(450, 500, "survival", 9, "sans").put(300, 388, "0 10 20", 7, "sans").put(300, 376, "days", 7, "sans")
    sheet.put(50, 350, "Figure 1. Survival by days", 8)
    prose(sheet, 50, 310, 15)
    assert not any(word in " ".join(said(sheet)) for word in ("survival", "days", "0 10 20"))


def test_text_between_a_picture_and_a_caption_parts_them() -> None:
    """A caption claims no picture beyond running text: what stands there is another figure's, or none."""
    sheet = Sheet().picture(50, 600, 300, 700).put(80, 650, "a word in it", 10, "sans")
    prose(sheet, 50, 580, 6)
    sheet.put(50, 480, "Figure 2. Something else", 8)
    prose(sheet, 50, 440, 20)
    assert "a word in it" in " ".join(said(sheet) + said(sheet, "heading"))


def test_running_text_in_a_frame_stays() -> None:
    """A picture that runs round running text is a frame or a tinted ground, and hides none of it."""
    sheet = prose(Sheet(), 50, 700, 20).picture(40, 100, 560, 720).put(50, 440, "Figure 1. A rash", 8)
    prose(sheet, 50, 400, 10)
    assert sum(text.count("line") for text in said(sheet)) == 60  # twice in each of thirty lines


def test_a_heading_near_a_picture_stays() -> None:
    """A numbered heading, or a section's name, right below a picture is no label of it."""
    sheet = prose(Sheet(), 50, 760, 6).put(50, 660, "Figure 1. A rash", 8).picture(50, 540, 300, 645)
    sheet.put(50, 520, "3.1. Fungal cultures", 10, "sans", bold=True).put(50, 502, "Discussion", 10, "sans", bold=True)
    prose(sheet, 50, 480, 12)
    assert said(sheet, "heading") == ["3.1. Fungal cultures", "Discussion"]


def test_a_caption_in_two_columns_is_whole() -> None:
    """Small print that goes on beside the caption, as high and as wide, is its second half."""
    sheet = prose(Sheet(), 50, 760, 10)
    left = ["Figure 1. The rash on the third day as it was", "seen by two of us and by a guest who had come"]
    right = ["to visit her and had brought with him a lamp", "that threw an even light on all of the walls."]
    sheet.column(50, 500, left, 8).column(295, 500, right, 8)
    prose(sheet, 50, 440, 10)
    prose(sheet, 310, 440, 10)
    assert said(sheet, "caption") == [" ".join(left + right)]


def test_small_print_below_a_caption_goes_with_it() -> None:
    """Abbreviations and sources right below a figure's caption are part of it."""
    sheet = prose(Sheet(), 50, 760, 10).put(50, 500, "Figure 1. Odds by study.", 8)
    sheet.put(50, 488, "Abbreviations: OR, odds ratio.", 7)
    prose(sheet, 50, 450, 20)
    assert said(sheet, "caption") == ["Figure 1. Odds by study. Abbreviations: OR, odds ratio."]


# --- tables -------------------------------------------------------------------------------------------------------


def cells(
    sheet: Sheet, y: float, table: list[list[str]], xs: tuple[float, ...] = (50, 180, 300), size: float = 8
) -> Sheet:
    """Rows of cells, 12 points apart; an empty one is left out."""
    for number, row in enumerate(table):
        for x, cell in zip(xs, row, strict=False):
            if cell:
                sheet.put(x, y - 12 * number, cell, size)
    return sheet


def as_rows(sheet: Sheet) -> list[str]:
    """The rows of the tables on the page, cells parted by bars."""
    found = paragraphs(lay_out([sheet.page()]))
    return [
        " | ".join(" ".join(line.text for line in cell) for cell in row)
        for paragraph in found
        if paragraph.role == "table"
        for row in rows(paragraph.lines)
    ]


COUNTS = [["Day", "Platelets", "Fever"], ["3", "97", "yes"], ["9", "210", "no"]]


def test_rules_tell_a_table_without_a_caption() -> None:
    """Rows of short cells between rules of one width are a table; text between such rules is text."""
    sheet = prose(Sheet(), 50, 760, 6).rule(50, 340, 652).rule(50, 340, 636).rule(50, 340, 608)
    cells(sheet, 640, COUNTS)
    prose(sheet, 50, 560, 10)
    assert as_rows(sheet) == ["Day | Platelets | Fever", "3 | 97 | yes", "9 | 210 | no"]
    ruled = Sheet().rule(50, 560, 770)
    prose(ruled, 50, 760, 6).rule(50, 560, 660)
    prose(ruled, 50, 640, 6).rule(50, 560, 560)
    assert not as_rows(ruled)


def test_a_table_wider_than_its_caption_is_whole() -> None:
    """The rule below a caption tells how far to the left the table reaches."""
    sheet = prose(Sheet(), 50, 760, 6).put(150, 640, "Table 1: Counts by day").rule(50, 400, 630)
    cells(sheet, 615, COUNTS, size=10)
    assert as_rows(sheet) == ["Day | Platelets | Fever", "3 | 97 | yes", "9 | 210 | no"]


def test_a_cell_of_several_lines_is_one_cell() -> None:
    """A line without a first cell, close below, goes on with the cells above; a first cell by itself may, too."""
    sheet = prose(Sheet(), 50, 760, 6).put(50, 640, "Table 1. Cases", 8)
    for y, row in (
        (622, ["Ray et al", "Interferon and", "yes"]),
        (612, ["", "steroids"]),
        (594, ["Tan et al", "none", "no"]),
    ):
        cells(sheet, y, [row])
    assert as_rows(sheet) == ["Ray et al | Interferon and steroids | yes", "Tan et al | none | no"]
    named = prose(Sheet(), 50, 760, 6).put(50, 640, "Table 1. Cases", 8)
    for y, row in ((622, ["Johnson and", "62", "yes"]), (612, ["Blinkhorn"]), (594, ["McFarland", "9", "no"])):
        cells(named, y, [row])
    assert as_rows(named) == ["Johnson and Blinkhorn | 62 | yes", "McFarland | 9 | no"]


@given(st.lists(st.lists(st.sampled_from(["97", "a cell", ""]), min_size=3, max_size=3), min_size=1, max_size=6))
def test_rows_hold_every_cell_once(table: list[list[str]]) -> None:
    """Cutting a table into rows and cells loses nothing, and cells of a row stand left to right."""
    lines = cells(Sheet(), 700, table).lines
    found = rows(table_of([Block.of([line]) for line in lines]).lines) if lines else []
    assert sorted(line.text for row in found for cell in row for line in cell) == sorted(line.text for line in lines)
    assert all(a[0].x0 < b[0].x0 for row in found for a, b in pairwise(row))


# --- formulas -----------------------------------------------------------------------------------------------------


def test_a_displayed_formula_is_left_out() -> None:
    """Scraps at many heights with a sign among them are a formula; the text before and after it stays."""
    sheet = prose(Sheet(), 50, 760, 6)
    for x, y, text in (
        (100, 660, "Age"),
        (125, 655, "= 1"),
        (140, 668, "-k"),
        (152, 662, "ln"),
        (165, 656, "(L)"),
        (160, 670, "t"),
    ):
        sheet.put(x, y, text)
    prose(sheet, 50, 620, 6)
    assert sum(text.count("line") for text in said(sheet)) == 24
    assert not any("Age" in text for role in ("text", "heading") for text in said(sheet, role))


@pytest.mark.parametrize("line", ["LDL = TC − HDL − TG/5, all of them in mg/dL", "Ratio = 4"])
def test_a_formula_on_one_line_is_text(line: str) -> None:
    """What stands on one line can be read."""
    sheet = prose(Sheet(), 50, 760, 6).put(80, 660, line)
    prose(sheet, 50, 620, 6)
    assert line in " ".join(said(sheet))


# --- order --------------------------------------------------------------------------------------------------------


def test_a_rule_across_the_page_parts_it() -> None:
    """Both columns above the rule are read before the columns below it."""
    sheet = Sheet().rule(48, 572, 600)
    for x, name in ((50, "left"), (310, "right")):
        sheet.column(x, 760, [f"{name} above {LONG[:40]}"] * 9).column(x, 580, [f"{name} below {LONG[:40]}"] * 9)
    order = [" ".join(line.text.split()[:2]) for block in lay_out([sheet.page()]).blocks for line in block.lines]
    assert list(dict.fromkeys(order)) == ["left above", "right above", "left below", "right below"]
