"""Pages of PDFs as they look: pictures, and the marks of a stretch of text, which are read and seen back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject

from corpus.errors import EncryptedError, NotFoundError, ReadError
from corpus.model import Report, Span
from corpus.readers.pdf import PdfReader as OurReader
from corpus.readers.pdf_pages import Looked, Mark, Picture, Places, Size, Sizes, encoded, look
from corpus.readers.workers import Workers
from tests.fakes import SHARED
from tests.papers import Paper, scanned, two_columns, written
from tests.reports import letters

REAL = sorted((SHARED / "data" / "case_pdfs").glob("*.pdf"))[:4]


def asked(data: bytes, options: Sizes | Picture | Places) -> Looked:
    (found,) = look(data, "paper.pdf", options)
    assert isinstance(found, Looked)
    return found


@cache
def read(data: bytes) -> Report:
    (found,) = OurReader().read(data, "paper.pdf")
    assert found.report is not None
    return found.report


def marked(data: bytes, span: Span) -> dict[int, tuple[Mark, ...] | None]:
    """The marks of a span, by page."""
    report = read(data)
    found = {}
    for number, part in enumerate(report.source_map.parts):
        ranges = tuple(
            (max(start, part.start) - part.start, min(end, part.end) - part.start)
            for start, end in report.source_map.ranges(span)
            if start < end and start < part.end and part.start < end
        )
        if ranges:
            found[number] = asked(
                data, Places(page=number, text=report.raw[part.start : part.end], ranges=ranges)
            ).marks
    return found


def text_under(data: bytes, page: int, marks: tuple[Mark, ...]) -> str:
    """What pdfium reads within the marks of a page that is not turned."""
    document = pypdfium2.PdfDocument(data)
    try:
        shown = document[page]
        left, bottom, right, top = shown.get_bbox()
        text = shown.get_textpage()
        lines = []
        for mark in marks:
            x0, x1 = (left + at * (right - left) for at in (mark.x, mark.x + mark.width))
            y1, y0 = (top - at * (top - bottom) for at in (mark.y, mark.y + mark.height))
            middle, half = (y0 + y1) / 2, (y1 - y0) / 4  # neighbouring lines' boxes overlap
            lines.append(text.get_text_bounded(x0 - 0.1, middle - half, x1 + 0.1, middle + half))
        return " ".join(lines)
    finally:
        document.close()


def word(turn: int = 0, crop: tuple[float, float, float, float] | None = None) -> bytes:
    """A page with one word, shown turned by ``turn`` degrees, or only a part of it."""
    paper = Paper()
    paper.add_page()
    paper.write_at(60, 90, "Lanternfish", 20)
    writer = PdfWriter(clone_from=io.BytesIO(paper.data()))
    if turn:
        writer.pages[0].rotate(turn)
    if crop:
        writer.pages[0].cropbox = RectangleObject(crop)
    return written(writer)


def ink(png: bytes) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is dark in a picture, in fractions of it."""
    dark = np.asarray(Image.open(io.BytesIO(png)).convert("L")) < 128
    down, across = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    height, width = dark.shape
    return across[0] / width, down[0] / height, (across[-1] + 1) / width, (down[-1] + 1) / height


class TestMarks:
    """Where a stretch of text stands."""

    @settings(max_examples=25, deadline=None)
    @given(data=st.data())
    def test_the_words_under_the_marks_are_those_of_the_span(self, data: st.DataObject) -> None:
        """Read back by pdfium; over line ends, beside another column, and over two pages."""
        paper = two_columns(zigzag=data.draw(st.booleans()))
        report = read(paper)
        sentence = data.draw(st.sampled_from(report.sentences)).span
        more = data.draw(st.integers(0, 150))
        span = Span(sentence.start, min(sentence.end + more, len(report.text)))
        found = marked(paper, span)
        assert found
        read_back = "".join(text_under(paper, page, marks or ()) for page, marks in found.items())
        wanted = letters(span.of(report.text))
        assert sorted(wanted) == sorted(letters(read_back)) or wanted in letters(read_back)

    def test_each_line_has_one_mark(self) -> None:
        """In the order of the text, no taller than a line, inside its column."""
        paper = two_columns()
        report = read(paper)
        start = report.text.index("In the case sentence 3")
        ((page, marks),) = marked(paper, Span(start, start + 200)).items()
        assert page == 0
        assert marks is not None
        assert 3 <= len(marks) <= 6
        assert [mark.y for mark in marks] == sorted({mark.y for mark in marks})
        assert all(mark.height < 0.03 and mark.x + mark.width < 0.5 for mark in marks)

    @pytest.mark.parametrize("turn", [0, 90, 180, 270])
    @pytest.mark.parametrize("crop", [None, (100, 500, 400, 700)])
    def test_a_mark_lies_over_the_ink(self, turn: int, crop: tuple[float, float, float, float] | None) -> None:
        """However the page is turned, and if only a part of it is shown."""
        paper = word(turn, crop)
        document = pypdfium2.PdfDocument(paper)
        shown = document[0]
        shown.set_rotation(0)
        raw = shown.get_textpage().get_text_range()
        document.close()
        marks = asked(paper, Places(page=0, text=raw, ranges=((0, len(raw)),))).marks
        assert marks is not None
        (mark,) = marks
        left, top, right, bottom = ink(asked(paper, Picture(page=0, width=1200)).png)
        slack = 0.004
        assert mark.x - slack <= left < right <= mark.x + mark.width + slack
        assert mark.y - slack <= top < bottom <= mark.y + mark.height + slack
        assert mark.width * mark.height < 2.5 * (right - left) * (bottom - top)

    def test_a_page_whose_text_came_otherwise_has_no_places(self) -> None:
        """By OCR, or by another engine: characters at the same numbers would be others."""
        paper = two_columns()
        assert asked(paper, Places(page=0, text="read by a machine", ranges=((0, 4),))).marks is None
        assert asked(scanned(paper), Places(page=0, text="read by a machine", ranges=((0, 4),))).marks is None

    def test_white_space_and_places_beyond_the_text_are_no_marks(self) -> None:
        """Nothing to see is nothing to mark."""
        paper = two_columns()
        report = read(paper)
        part = report.source_map.parts[0]
        raw = report.raw[part.start : part.end]
        space = raw.index(" ")
        for ranges in (((space, space + 1),), ((len(raw), len(raw) + 9),), ((5, 5),), ()):
            assert asked(paper, Places(page=0, text=raw, ranges=ranges)).marks == ()

    @pytest.mark.skipif(not REAL, reason="the shared data are not here")
    @pytest.mark.parametrize("path", REAL, ids=lambda path: path.name[:24])
    def test_in_real_articles_the_marked_words_are_those_of_the_sentence(self, path: Path) -> None:
        """Of every tenth sentence: nearly all letters under its marks are its own, and nearly all of its are there."""
        data = path.read_bytes()
        report = read(data)
        wanted = found = shared = 0
        for sentence in report.sentences[::10]:
            own = letters(sentence.span.of(report.text))
            under = letters(
                " ".join(text_under(data, page, marks or ()) for page, marks in marked(data, sentence.span).items())
            )
            wanted, found = wanted + len(own), found + len(under)
            shared += sum(min(own.count(each), under.count(each)) for each in set(own))
        assert wanted > 500
        assert shared >= 0.95 * wanted
        assert shared >= 0.9 * found


class TestPictures:
    """How a page looks."""

    @pytest.mark.parametrize("width", [100, 800, 2000])
    def test_a_picture_has_the_width_that_was_asked_for(self, width: int) -> None:
        """And the page's proportions."""
        picture = Image.open(io.BytesIO(asked(two_columns(), Picture(page=1, width=width)).png))
        assert abs(picture.width - width) <= 1
        assert abs(picture.height / picture.width - 297 / 210) < 0.02

    @pytest.mark.parametrize(("across", "down"), [(20, 14_000), (14_000, 20), (14_000, 14_000), (1, 1)])
    def test_a_page_of_any_size_gives_a_picture_of_bounded_size(self, across: float, down: float) -> None:
        """However long it is made."""
        writer = PdfWriter()
        writer.add_blank_page(across, down)
        picture = Image.open(io.BytesIO(asked(written(writer), Picture(page=0, width=2000)).png))
        assert picture.width * picture.height <= 8_100_000
        assert max(picture.size) <= 8_001

    @given(pixels=arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3))))
    def test_a_png_holds_the_pixels_that_were_put_in(self, pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> None:
        """Read back by another program's reader."""
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(encoded(pixels)))), pixels)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Processes that look at pages."""
    with Workers(count=1, read=look) as opened:
        yield opened


class TestFiles:
    """What files there are."""

    def test_the_sizes_of_the_pages_are_told(self) -> None:
        """As they are shown: a page that is turned is as wide as it is high."""
        writer = PdfWriter()
        writer.add_blank_page(300, 500)
        writer.add_blank_page(300, 500).rotate(90)
        assert asked(written(writer), Sizes()).sizes == (Size(300, 500), Size(500, 300))

    @pytest.mark.parametrize("number", [-1, 2, 10**9])
    def test_a_page_that_is_not_there_is_not_found(self, number: int) -> None:
        """The file's own count is told."""
        with pytest.raises(NotFoundError, match="the file has 2"):
            asked(two_columns(), Picture(page=number))

    @pytest.mark.parametrize("data", [b"", b"no pdf", b"%PDF-1.4 torn", two_columns()[:900]])
    def test_what_is_no_pdf_is_refused(self, data: bytes) -> None:
        """As a file that cannot be read, with its name."""
        with pytest.raises(ReadError, match=r"paper\.pdf"):
            asked(data, Sizes())

    def test_a_damaged_file_is_shown_as_it_was_read(self) -> None:
        """Rebuilt from the pages that can be found."""
        data = two_columns()
        broken = data[: data.rindex(b"xref")] + b"garbage"
        assert asked(broken, Sizes()).sizes == asked(data, Sizes()).sizes

    def test_a_file_with_a_password_is_not_shown(self) -> None:
        """Nobody gives it here."""
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(two_columns())))
        writer.encrypt("secret", algorithm="AES-256")
        with pytest.raises(EncryptedError, match="password"):
            asked(written(writer), Sizes())


class TestWorkers:
    """In a process of its own."""

    def test_each_file_can_be_asked_for_something_else(self, workers: Workers) -> None:
        """The same process answers one question after another."""
        data = two_columns()
        for options in (Sizes(), Picture(page=0, width=120), Sizes()):
            (found,) = workers.read(data, "paper.pdf", options)
            assert found == asked(data, options)

    def test_an_error_comes_back_and_the_process_goes_on(self, workers: Workers) -> None:
        """A hostile file is told of as where it is read."""
        with pytest.raises(ReadError):
            list(workers.read(b"%PDF-1.4 torn", "torn.pdf", Sizes()))
        with pytest.raises(NotFoundError):
            list(workers.read(two_columns(), "paper.pdf", Picture(page=7)))
        (found,) = workers.read(two_columns(), "paper.pdf", Sizes())
        assert isinstance(found, Looked)
        assert len(found.sizes) == 2
