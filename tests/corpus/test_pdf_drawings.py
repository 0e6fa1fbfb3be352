from __future__ import annotations

import io

import pypdfium2
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from corpus.readers.pdf_drawings import Box, Drawings, read_drawings, turned
from tests.papers import Paper

POINTS = 72 / 25.4  # to the millimetre, in which Paper draws


def drawings(paper: Paper) -> Drawings:
    document = pypdfium2.PdfDocument(io.BytesIO(paper.data()))
    try:
        page = document[0]
        return read_drawings(page, *page.get_size())
    finally:
        document.close()


def sheet() -> Paper:
    paper = Paper()
    paper.add_page()
    return paper


def test_an_image_is_a_picture() -> None:
    """Its place is told in points from the foot of the page; a logo's crumb is none."""
    paper = sheet()
    paper.image(Image.new("RGB", (40, 30), "teal"), x=50, y=100, w=80, h=60)
    paper.image(Image.new("RGB", (4, 4), "teal"), x=20, y=20, w=5, h=5)
    (picture,) = drawings(paper).pictures
    wanted = (50 * POINTS, paper.h * POINTS - 160 * POINTS, 130 * POINTS, paper.h * POINTS - 100 * POINTS)
    assert all(
        abs(a - b) < 1 for a, b in zip((picture.x0, picture.bottom, picture.x1, picture.top), wanted, strict=True)
    )


def test_strokes_that_touch_are_one_diagram() -> None:
    """Bars, axes and dots near each other make one picture, two such groups two."""
    paper = sheet()
    for left in (20, 120):
        for bar in range(8):
            paper.rect(left + 5 * bar, 60 - 4 * bar, 4.5, 10 + 4 * bar, style="F")
    pictures = drawings(paper).pictures
    assert len(pictures) == 2
    assert all(35 * POINTS < picture.x1 - picture.x0 < 45 * POINTS for picture in pictures)


def test_rules_frames_and_grounds_are_no_pictures() -> None:
    """The rules of a table, a frame round the page and a tinted ground hold no labels."""
    paper = sheet()
    for row in range(12):
        paper.line(20, 50 + 6 * row, 190, 50 + 6 * row)
    paper.rect(5, 5, 200, 287)
    paper.rect(8, 8, 190, 280, style="F")
    assert drawings(paper).pictures == ()


def test_rules_are_given_from_the_top_down_and_whole() -> None:
    """Pieces end to end are one rule; a dash is too short to be one; upright lines are none."""
    paper = sheet()
    for y in (100, 50):
        for piece in range(4):
            paper.line(20 + 30 * piece, y, 50 + 30 * piece, y)
    paper.line(20, 150, 25, 150)
    paper.line(60, 20, 60, 200)
    rules = drawings(paper).rules
    assert [round((rule.x1 - rule.x0) / POINTS) for rule in rules] == [120, 120]
    assert rules[0].bottom > rules[1].bottom


def test_a_page_of_text_has_no_drawings() -> None:
    """Text is not looked at."""
    paper = sheet()
    paper.write_at(20, 40, "Nothing but words")
    assert drawings(paper) == Drawings()


@given(st.lists(st.tuples(*[st.integers(0, 180)] * 2, *[st.integers(1, 40)] * 2), max_size=12))
def test_pictures_lie_within_what_was_drawn(placed: list[tuple[int, int, int, int]]) -> None:
    """Whatever is drawn, no picture reaches beyond it, and no two of them are alike."""
    paper = sheet()
    for x, y, width, height in placed:
        paper.rect(x, y, width, height, style="F")
    pictures = drawings(paper).pictures
    assert len(set(pictures)) == len(pictures)
    for picture in pictures:
        assert picture.x0 >= min(x for x, _, _, _ in placed) * POINTS - 1
        assert picture.x1 <= max(x + width for x, _, width, _ in placed) * POINTS + 1


def test_a_turned_page_turns_its_pictures() -> None:
    """A quarter turn clockwise: what stood at the left stands at the top; other turns tell nothing."""
    before = Drawings((Box(10, 20, 30, 60),), (Box(0, 5, 100, 5.5),))
    assert turned(before, 200, 0) == before
    assert turned(before, 200, 1) == Drawings((Box(20, 170, 60, 190),))
    assert turned(before, 200, 2) == Drawings()
