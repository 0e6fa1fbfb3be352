"""The pages of reports that were read from PDFs: shown as long as the file is what was read."""

from __future__ import annotations

import io
import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pypdf import PdfWriter

from corpus.errors import NotFoundError, UsageError
from corpus.ingest import ingest
from corpus.readers.base import Options, Read
from corpus.readers.pdf_pages import Mark
from corpus.readers.workers import Workers
from search_api import pages as pages_module
from search_api.errors import NoPagesError
from search_api.pages import Pages, _Pictures
from tests.fakes import CASES, Indexed, empty
from tests.papers import mapped, one_column, two_columns, written


def dying(data: bytes, name: str, options: Options) -> Iterator[Read]:
    """What a parser does that a hostile file brings down."""
    os._exit(9)
    yield Read("")


def hanging(data: bytes, name: str, options: Options) -> Iterator[Read]:
    """What a parser does that a hostile file sends round in circles."""
    threading.Event().wait()
    yield Read("")


class Shelf:
    """A catalog of one folder of files, with its pages."""

    def __init__(self, root: Path) -> None:
        self.at: Indexed = empty(root / "data")
        self.files = root / "files"
        self.files.mkdir()
        self.pages = Pages(self.at.catalog, self.at.folder.uploads, self.at.catalog.get)

    def put(self, name: str, data: bytes) -> str:
        """Read a file; the report that it became."""
        path = self.files / name
        path.write_bytes(data)
        summary = ingest(self.at.catalog, [path])
        assert not summary.failures, summary.failures
        (report_id,) = self.at.catalog.reports_of(str(path.resolve()))
        return report_id

    def span(self, report_id: str, words: str, length: int = 0) -> tuple[int, int]:
        """Where ``words`` stand in a report's text."""
        start = self.at.catalog.get(report_id).report.text.index(words)
        return start, start + (length or len(words))


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    opened = Shelf(tmp_path)
    yield opened
    opened.pages.close()


class TestPages:
    """The list."""

    def test_every_page_has_its_size_and_what_was_read_from_it(self, shelf: Shelf) -> None:
        """The stretches hold the words of each page."""
        report_id = shelf.put("paper.pdf", two_columns())
        first, second = shelf.pages.pages(report_id)
        assert (first.number, first.label, round(first.width), round(first.height)) == (1, "1", 595, 842)
        assert second.number == 2
        for words, page in (("In the case sentence 3", first), ("1. Quill T. On lanterns", second)):
            start, end = shelf.span(report_id, words)
            assert page.start is not None
            assert page.end is not None
            assert page.start <= start < end <= page.end

    def test_a_page_of_which_nothing_was_read_has_no_stretch(self, shelf: Shelf) -> None:
        """A blank one."""
        writer = PdfWriter(clone_from=io.BytesIO(two_columns()))
        writer.add_blank_page()
        *_, blank = shelf.pages.pages(shelf.put("paper.pdf", written(writer)))
        assert (blank.number, blank.start, blank.end) == (3, None, None)


class TestMarks:
    """Spans on pages."""

    def test_a_span_is_marked_where_it_stands(self, shelf: Shelf) -> None:
        """On its page; on another it is told that nothing of it is there."""
        report_id = shelf.put("paper.pdf", two_columns())
        start, end = shelf.span(report_id, "In the case sentence 3")
        found = shelf.pages.marks(report_id, 1, start, end)
        assert (found.page, found.reason) == (1, None)
        assert found.marks
        assert all(isinstance(mark, Mark) and 0 < mark.y < 1 and mark.x + mark.width < 0.5 for mark in found.marks)
        elsewhere = shelf.pages.marks(report_id, 2, start, end)
        assert (elsewhere.marks, elsewhere.reason) == ((), "nothing of this text stands on this page")

    def test_a_span_over_two_pages_is_marked_on_both(self, shelf: Shelf) -> None:
        """Each has its part."""
        report_id = shelf.put("paper.pdf", two_columns())
        length = len(shelf.at.catalog.get(report_id).report.text)
        assert all(shelf.pages.marks(report_id, number, 0, length).marks for number in (1, 2))

    def test_text_that_was_not_read_from_characters_has_no_marks(
        self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The reason is told, and the page is shown all the same."""
        report_id = shelf.put("paper.pdf", two_columns())
        other = mapped(two_columns(), {ord("e"): ord("o")})
        monkeypatch.setattr(pages_module, "_bytes", lambda _: other)
        found = shelf.pages.marks(report_id, 1, *shelf.span(report_id, "In the case sentence 3"))
        assert found.marks == ()
        assert found.reason is not None
        assert "by OCR" in found.reason
        assert shelf.pages.picture(report_id, 1, 200).startswith(b"\x89PNG")

    @pytest.mark.parametrize(("start", "end"), [(5, 3), (0, 10**9)])
    def test_what_is_no_span_is_refused(self, shelf: Shelf, start: int, end: int) -> None:
        """Naming the field."""
        with pytest.raises(UsageError, match=r"^(start|end): "):
            shelf.pages.marks(shelf.put("paper.pdf", two_columns()), 1, start, end)


class TestPictures:
    """Pages as they look."""

    def test_a_picture_is_drawn_once(self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
        """The second time it comes from memory; another width is another picture."""
        report_id = shelf.put("paper.pdf", two_columns())
        first = shelf.pages.picture(report_id, 1, 200)
        assert shelf.pages.picture(report_id, 1, 300) != first
        monkeypatch.delattr(Workers, "read")
        assert shelf.pages.picture(report_id, 1, 200) == first

    def test_its_version_changes_with_the_file_the_page_and_the_width(self, shelf: Shelf) -> None:
        """And with nothing else."""
        one, other = shelf.put("a.pdf", two_columns()), shelf.put("b.pdf", two_columns(zigzag=True))
        versions = {shelf.pages.version(report_id, number, width) for report_id in {one, other} for number in (1, 2)
                    for width in (200, 300)}  # fmt: skip
        assert len(versions) == 4 * len({one, other})
        assert shelf.pages.version(one, 1, 200) == shelf.pages.version(one, 1, 200)

    def test_memory_for_pictures_is_bounded(self) -> None:
        """Those not used for longest leave; one that is too large is not kept."""
        held = _Pictures(10)
        for key in "abc":
            held.put(key, b"1234")
            held.get("a")
        assert (held.get("a"), held.get("b"), held.get("c")) == (b"1234", None, b"1234")
        held.put("huge", b"x" * 11)
        assert held.get("huge") is None
        held.put("d", b"12")
        assert held.get("d") == b"12"

    def test_a_page_that_is_not_there_is_not_found(self, shelf: Shelf) -> None:
        """Before a worker is asked."""
        report_id = shelf.put("paper.pdf", two_columns())
        for number in (0, 3):
            with pytest.raises(NotFoundError, match="has 2"):
                shelf.pages.picture(report_id, number, 200)


class TestNoPages:
    """Why there is nothing to show."""

    def test_a_text_has_no_pages(self, shelf: Shelf) -> None:
        """Only a PDF has."""
        report_id = shelf.put("gout.txt", CASES["gout"].encode())
        with pytest.raises(NoPagesError, match="is no PDF"):
            shelf.pages.pages(report_id)

    def test_a_file_that_is_gone_or_another_is_not_shown(self, shelf: Shelf) -> None:
        """What stands there now is not what was read."""
        report_id = shelf.put("paper.pdf", two_columns())
        path = shelf.files / "paper.pdf"
        path.write_bytes(two_columns(zigzag=True))
        for _ in range(2):
            with pytest.raises(NoPagesError, match="is not as it was when it was read: index it again"):
                shelf.pages.pages(report_id)
        path.unlink()
        with pytest.raises(NoPagesError, match="is not there any more"):
            shelf.pages.marks(report_id, 1, 0, 10)
        path.write_bytes(two_columns())
        assert len(shelf.pages.pages(report_id)) == 2

    def test_a_file_that_nobody_may_read_is_told(self, shelf: Shelf) -> None:
        """In the system's words: here it is a folder."""
        report_id = shelf.put("paper.pdf", two_columns())
        (shelf.files / "paper.pdf").unlink()
        (shelf.files / "paper.pdf").mkdir()
        with pytest.raises(NoPagesError, match="cannot be read"):
            shelf.pages.pages(report_id)

    def test_a_pdf_inside_another_file_is_told(self, shelf: Shelf) -> None:
        """Nobody unpacks it for a picture."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("paper.pdf", two_columns())
        with pytest.raises(NoPagesError, match="stands inside another file"):
            shelf.pages.pages(shelf.put("papers.zip", packed.getvalue()))

    def test_a_source_that_left_the_catalog_is_told(self, shelf: Shelf) -> None:
        """A generation may serve a report that was taken out."""
        report_id = shelf.put("paper.pdf", two_columns())
        stored = shelf.at.catalog.get(report_id)
        shelf.at.catalog.delete(report_id)
        gone = Pages(shelf.at.catalog, shelf.at.folder.uploads, lambda _: stored)
        with pytest.raises(NoPagesError, match="no source of report"):
            gone.pages(report_id)
        gone.close()

    def test_what_the_worker_cannot_open_is_told(self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
        """With its reason; the next file is shown."""
        report_id = shelf.put("paper.pdf", two_columns())
        with monkeypatch.context() as patched:
            patched.setattr(pages_module, "_bytes", lambda _: b"%PDF-1.4 torn")
            with pytest.raises(NoPagesError, match=r"paper\.pdf"):
                shelf.pages.pages(report_id)
        assert len(shelf.pages.pages(report_id)) == 2

    def test_a_file_that_kills_its_reader_is_told(self, shelf: Shelf) -> None:
        """It takes its process with it and nothing else; so does one that says nothing for too long."""
        report_id = shelf.put("paper.pdf", two_columns())
        real = shelf.pages._workers
        for read, limit_s, says in ((dying, 60.0, "crashed"), (hanging, 0.5, "without a sign of life")):
            shelf.pages._workers = Workers(count=1, limit_s=limit_s, read=read)
            with shelf.pages._workers, pytest.raises(NoPagesError, match=says):
                shelf.pages.pages(report_id)
        shelf.pages._workers = real
        assert len(shelf.pages.pages(report_id)) == 2

    def test_another_number_of_pages_than_was_read_is_told(self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
        """Pages and text would not belong together."""
        report_id = shelf.put("paper.pdf", two_columns())
        monkeypatch.setattr(pages_module, "_bytes", lambda _: one_column(("", "A man had a lantern.")))
        with pytest.raises(NoPagesError, match="has 1 pages, and 2 were read"):
            shelf.pages.pages(report_id)
