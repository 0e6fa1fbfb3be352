from __future__ import annotations

import io
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader as Opened
from pypdf import PdfWriter

from corpus.errors import EncryptedError, MalformedError, NeedsOcrError, NoTextError
from corpus.readers.base import Options, Read
from corpus.readers.pdf import PdfReader
from corpus.readers.pdf_engine import Sheet, find_password, read_sheets
from corpus.readers.pdf_fallback import damage, extract, plain_page, rebuilt
from corpus.readers.pdf_lines import Page
from corpus.readers.pdf_metadata import quiet, read_metadata
from corpus.readers.pdf_repair import named, repair
from tests.papers import Paper, justified, mapped, one_column, prose, two_columns, written
from tests.reports import assert_runs_lead_back, letters

TWO_PAGES = two_columns()


def read(data: bytes, options: Options | None = None) -> Read:
    (record,) = PdfReader(options or Options(ocr=False)).read(data, "a.pdf")
    return record


def pages_of(*texts: str) -> bytes:
    """A document with a page for each text."""
    paper = Paper()
    for text in texts:
        paper.add_page()
        paper.column(20, 30, justified(text, paper, 150))
    return paper.data()


def without(data: bytes, pattern: bytes, instead: bytes = b"") -> bytes:
    """``data`` with everything that ``pattern`` matches replaced by as many bytes."""
    return re.sub(pattern, lambda match: instead.ljust(len(match.group())), data, flags=re.DOTALL)


# --- which reading is taken -----------------------------------------------------------------------


def spoiled(data: bytes, texts: dict[int, str]) -> list[Sheet]:
    """The sheets of ``data``, as if the first engine had read other texts on some pages."""
    sheets = read_sheets(data, "")
    return [
        Sheet(Page(index, texts[index], (), sheet.page.width, sheet.page.height), "text") if index in texts else sheet
        for index, sheet in enumerate(sheets)
    ]


GARBLE = ["\ufffd" * 300, "\ue001\ue002 " * 100, "xqzt wvkx bqqr ttgx zxcv " * 12, "/g12/g13/g14/g15 " * 20]


@pytest.mark.parametrize("bad", [*GARBLE, "Thewordsofthissentencerantogetherintoone. " * 6])
def test_the_other_engine_is_asked_where_a_page_is_bad(bad: str) -> None:
    """A garbled or run-on page is taken from the engine that reads it better, with a note; the others stay."""
    data = pages_of(prose("the first", 6), prose("the second", 6), prose("the third", 6))
    found = repair(spoiled(data, {1: bad}), data, "", ocr=False)
    assert found.notes == ("page 2: read by pypdf, for pdfium reads its text garbled, run together, or not at all",)
    assert "In the second sentence 3" in " ".join(found.pages[1].raw.split())
    assert [page.raw for page in found.pages[::2]] == [sheet.page.raw for sheet in read_sheets(data, "")[::2]]
    assert not found.without_places


def test_a_page_that_pdfium_cannot_load_is_read_by_pypdf() -> None:
    """A damaged page is asked for at the other engine."""
    data = pages_of(prose("the first", 6), prose("the second", 6))
    sheets = read_sheets(data, "")
    sheets[0] = Sheet(Page(0, "", (), 0.0, 0.0), "damage")
    found = repair(sheets, data, "", ocr=False)
    assert "In the first sentence 3" in " ".join(found.pages[0].raw.split())


def test_a_document_that_only_the_other_engine_reads_well() -> None:
    """Where all text comes from pypdf, it is said that no line has a place."""
    data = pages_of(prose("the first", 6), prose("the second", 6))
    assert repair(spoiled(data, {0: GARBLE[0], 1: GARBLE[1]}), data, "", ocr=False).without_places


def test_the_first_engine_stands_where_both_are_alike() -> None:
    """A text that is odd by itself is not taken from the engine that tells no places."""
    data = pages_of("Vrstvy strk prst skrz krk " * 4 + prose("the rest", 5))
    sheets = read_sheets(data, "")
    assert repair(sheets, data, "", ocr=False).pages[0] is sheets[0].page


def test_one_odd_page_among_many_is_kept_with_a_note() -> None:
    """A page of codes in a sound document is not thrown away for looking odd."""
    codes = "CDKN TRPV MTHFR KCNQ SLC HLA BRCA TNF IL PTPN and of the genes " * 6
    data = pages_of(prose("the first", 20), prose("the second", 20), codes)
    found = repair(read_sheets(data, ""), data, "", ocr=False)
    assert found.notes == ("page 3: the text layer may be garbled",)
    assert "PTPN" in found.pages[2].raw


@pytest.mark.parametrize("bad", GARBLE)
def test_hopeless_garble_is_left_out(bad: str) -> None:
    """What no engine reads is no text: the page is empty, and named."""
    data = pages_of(prose("the first", 6), "short")
    found = repair(spoiled(data, {1: bad}), data, "", ocr=False)
    assert found.pages[1].raw == ""
    assert found.notes == ("page 2: left out, for the text layer is garbled",)


def test_nothing_but_garble_is_refused() -> None:
    """A document without a page that can be read is refused: what it shows can only be read by OCR."""
    data = pages_of("short", "short")
    with pytest.raises(NeedsOcrError, match=r"^needs OCR: the text layer of 2 pages is garbled; "):
        repair(spoiled(data, {0: GARBLE[0], 1: GARBLE[2]}), data, "", ocr=False)


def test_fonts_that_name_wrong_letters_are_found_out() -> None:
    """A real file whose fonts map letters to private-use characters is refused, not indexed."""
    cipher = {code: 0xE000 + code for code in range(33, 127)}
    with pytest.raises(NeedsOcrError, match="garbled"):
        read(mapped(one_column(("", prose("the case", 8))), cipher))


def test_a_sound_document_is_left_alone() -> None:
    """Every page as pdfium reads it, and nothing to note."""
    sheets = read_sheets(TWO_PAGES, "")
    found = repair(sheets, TWO_PAGES, "", ocr=True)
    assert (found.pages, found.notes) == (tuple(sheet.page for sheet in sheets), ())


@pytest.mark.parametrize(
    ("indices", "name"),
    [
        ([0], "page 1"),
        ([4, 3], "pages 4-5"),
        ([0, 1, 2, 6, 8, 9], "pages 1-3, 7, 9-10"),
        (range(500), "pages 1-500"),
    ],
)
def test_pages_are_named_in_runs(indices: list[int], name: str) -> None:
    """As a person would say it, counted from one."""
    assert named(indices) == name


@settings(max_examples=50)
@given(st.lists(st.text("abc de.\ufffe-", max_size=30), max_size=20).map("\n".join))
def test_lines_without_places_are_all_there(text: str) -> None:
    """A page made of bare text holds every line of it, in order, each naming its own characters."""
    page = plain_page(3, text, Page(3, "", (), 600.0, 800.0))
    assert [line.text for line in page.lines] == [line.rstrip() for line in text.splitlines() if line.strip()]
    for line in page.lines:
        (run,) = line.runs
        assert text[run.start : run.end] == line.text
    assert [line.y for line in page.lines] == sorted((line.y for line in page.lines), reverse=True)


# --- the second engine ----------------------------------------------------------------------------


def test_pypdf_reads_the_pages_asked_for() -> None:
    """Page for page, by index."""
    data = pages_of("The first page.", "The second page.", "The third page.")
    assert {i: text.strip() for i, text in extract(data, "", [2, 0]).items()} == {
        0: "The first page.",
        2: "The third page.",
    }


def test_pypdf_gives_nothing_where_it_cannot_read() -> None:
    """A file or page that pypdf cannot read is no error: the first engine's reading stands."""
    assert extract(b"%PDF-1.7 broken", "", [0]) == {}
    assert set(extract(pages_of("One."), "", [0, 7])) == {0}


# --- damaged files --------------------------------------------------------------------------------


def broken_tree(data: bytes) -> bytes:
    """``data`` with its page tree unreadable."""
    return without(data, rb"/Type /Pages", b"/Typ").replace(b"/Kids [", b"/Kids (").replace(b"/Pages", b"/Pagos")


def test_pages_are_found_without_their_tree() -> None:
    """Where the page tree is gone, the pages are put together again, in their order, and a note says so."""
    record = read(broken_tree(TWO_PAGES))
    assert record.report is not None
    (note,) = record.notes
    assert note.startswith("the file is damaged: ")
    assert "2 of its pages were found without its page tree, others may be missing" in note
    assert letters(record.report.text) == letters(read(TWO_PAGES).report.text)  # type: ignore[union-attr]
    assert_runs_lead_back(record.report)


def test_a_broken_page_does_not_cost_the_others() -> None:
    """Of a damaged file those pages are read that are whole."""
    data = broken_tree(pages_of(prose("the first", 6), prose("the second", 6)))
    first = re.search(rb"/Type /Page\b", data)
    assert first is not None
    data = data[: first.start()] + b"/Typo /Page" + data[first.end() :]
    record = read(data)
    assert record.report is not None
    assert "In the second" in record.report.text
    assert "In the first" not in record.report.text
    assert "1 of its pages were found" in record.notes[0]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (TWO_PAGES, ""),
        (TWO_PAGES + b"\n" * 100, ""),
        (TWO_PAGES + b"garbage " * 1000, "8,006 bytes that are no PDF follow its end"),
        (TWO_PAGES[:1500], r"its end \(%%EOF\) is missing"),
        (TWO_PAGES[:1000] + bytes(100_000) + TWO_PAGES[1000:], "100,000 bytes of it are zero"),
        (without(TWO_PAGES, rb"startxref\n\d+", b"startxref\n7"), "its objects are not where its index says"),
    ],
)
def test_damage_is_named(data: bytes, what: str) -> None:
    """What is broken in a file is told in words; a sound file has nothing broken."""
    assert re.fullmatch(f"the file is damaged: .*{what}.*" if what else "", damage(data))


def test_damage_is_told_with_the_refusal() -> None:
    """A file without text that is damaged too says both."""
    paper = Paper()
    paper.add_page()
    with pytest.raises(NoTextError, match=r"^a\.pdf holds no text: its page is empty; the file is damaged: \d"):
        read(paper.data() + b"garbage " * 1000)


def test_what_cannot_be_rebuilt_is_refused() -> None:
    """A file in which no page can be found is refused, with what is broken."""
    with pytest.raises(MalformedError, match=r"^is not a readable PDF: the file is damaged: .*%%EOF.* is missing"):
        rebuilt(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", ())


def test_a_rebuilt_file_keeps_its_metadata() -> None:
    """Title and identifiers are carried over; where they cannot be read, the note says so."""
    writer = PdfWriter(clone_from=Opened(io.BytesIO(TWO_PAGES)))
    writer.add_metadata({"/doi": "10.1000/rebuilt.1"})
    sound, note = rebuilt(written(writer), ())
    assert read_metadata(sound).dois == ("10.1000/rebuilt.1",)
    assert note == "2 of its pages were found"


def test_a_damaged_file_with_a_password_needs_it() -> None:
    """Rebuilding tries the passwords too."""
    writer = PdfWriter(clone_from=Opened(io.BytesIO(TWO_PAGES)))
    writer.encrypt("secret", algorithm="RC4-128")
    data = written(writer)
    with pytest.raises(EncryptedError, match="needs a password"):
        rebuilt(data, ())
    sound, _ = rebuilt(data, ("wrong", "secret"))
    assert find_password(sound, ()) == ""
    assert "the slow recovery" in read_sheets(sound, "")[0].page.raw


# --- quiet ----------------------------------------------------------------------------------------


def remarked(word: str) -> None:
    logging.getLogger("pypdf._reader").warning(word)


def test_remarks_stay_off_the_screen(capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
    """Inside, what pypdf says is kept in the list; outside, it goes where it went before."""
    with quiet() as remarks:
        remarked("inside")
    remarked("outside")
    assert remarks == ["inside"]
    assert [record.message for record in caplog.records] == ["outside"]
    assert "inside" not in capsys.readouterr().err


def test_threads_are_quiet_each_for_itself() -> None:
    """Threads that go in and out at different times get their own remarks, and none is heard."""
    logger = logging.getLogger("pypdf")
    before = (logger.level, logger.propagate, list(logger.handlers))
    together = Barrier(4)

    def work(number: int) -> list[str]:
        together.wait()
        for turn in range(200):
            with quiet() as remarks:
                remarked(f"{number} {turn}")
                assert remarks == [f"{number} {turn}"]
        return remarks

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [[f"{number} 199"] for number in range(4)]
    assert (logger.level, logger.propagate, list(logger.handlers)) == before
