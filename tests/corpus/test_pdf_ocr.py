from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import dedent

import pytest

from corpus.errors import NeedsOcrError, NoTextError
from corpus.model import Report
from corpus.readers import pdf_ocr
from corpus.readers.base import DEFAULT, Options, Read
from corpus.readers.pdf import PdfReader
from corpus.readers.workers import Workers
from tests.papers import LEFT, Paper, justified, mapped, one_column, prose, scanned, two_columns
from tests.reports import assert_runs_lead_back, body, letters

installed = pytest.mark.skipif(not pdf_ocr.available(), reason="tesseract is not installed")

STAND_IN = """\
    #!{python}
    import os, sys, time
    here = os.path.dirname(os.path.abspath(__file__))
    with open(here + "/calls", "a") as calls:
        print(*sys.argv[1:], os.environ.get("OMP_THREAD_LIMIT"), file=calls)
    if "--list-langs" in sys.argv:
        print("List of available languages in here:")
        print(open(here + "/languages").read())
        sys.exit()
    picture = sys.stdin.buffer.read()
    kind, width, height = picture.split(None, 3)[:3]
    assert kind == b"P5" and len(picture) > int(width) * int(height)
    if os.path.exists(here + "/fails"):
        exec(open(here + "/fails").read())
    if os.path.exists(here + "/hangs"):
        time.sleep(600)
    name = here + "/" + str(round(int(width) / 100)) + ".pdf"
    sys.stdout.buffer.write(open(name if os.path.exists(name) else here + "/any.pdf", "rb").read())
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder first on the path, with a program ``tesseract`` that answers with the files in it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program = folder / "tesseract"
    program.write_text(dedent(STAND_IN).format(python=sys.executable))
    program.chmod(0o755)
    (folder / "languages").write_text("eng\nosd\n")
    (folder / "any.pdf").write_bytes(one_column(("", prose("the picture", 6))))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.fixture
def missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No program is on the path."""
    monkeypatch.setenv("PATH", str(tmp_path))


def read(data: bytes, options: Options = DEFAULT) -> Read:
    (record,) = PdfReader(options).read(data, "scan.pdf")
    return record


def report_of(record: Read) -> Report:
    assert record.report is not None
    return record.report


def wide(texts: Sequence[str], width: float = 500.0, step: float = 0.0) -> bytes:
    """A page with each of ``texts``; the first is ``width`` points wide, and each of the others ``step`` wider."""
    paper = Paper()
    for number, text in enumerate(texts):
        paper.add_page(format=((width + step * number) * 25.4 / 72, 297))
        paper.column(20, 30, justified(text, paper, 120))
    return paper.data()


# --- the seam, without the program ----------------------------------------------------------------


def test_a_scan_is_read(stand_in: Path) -> None:
    """Pages that are pictures become text, with a note that says so."""
    record = read(scanned(one_column(("", "This is not what is in the answer."))))
    assert record.notes == ("page 1: read by OCR",)
    assert report_of(record).text == prose("the picture", 6)


def test_every_page_keeps_its_place(stand_in: Path) -> None:
    """What is read on a page is found there, also when pages are read at once; spans lead back to the raw text."""
    colours = ["red", "green", "blue", "white", "amber", "violet"]
    width, step = 408.0, 24.0  # 17 and 1 hundred dots
    for number, colour in enumerate(colours):
        answer = wide([f"{prose(colour, 3)} The lamp was {colour}. {prose(f'more {colour}', 3)}"])
        (stand_in / f"{17 + number}.pdf").write_bytes(answer)
    report = report_of(read(scanned(wide(colours, width, step))))
    for number, colour in enumerate(colours, 1):
        said = f"The lamp was {colour}."
        found = [sentence.span for sentence in report.sentences if said in sentence.span.of(report.text)]
        assert [report.source_map.page(span) for span in found] == [number]
    assert_runs_lead_back(report)
    assert [part.label for part in report.source_map.parts] == list("123456")


def test_only_the_pictures_are_read_by_ocr(stand_in: Path) -> None:
    """In a document that is in part a scan, the other pages keep their own text."""
    data = wide([prose("the text layer", 5), "hidden", prose("the text layer", 5)])
    record = read(scanned(data, pages=[1]))
    assert record.notes == ("page 2: read by OCR",)
    report = report_of(record)
    pages = {
        subject: {
            report.source_map.page(sentence.span)
            for sentence in report.sentences
            if f"In {subject}" in sentence.span.of(report.text)
        }
        for subject in ("the text layer", "the picture")
    }
    assert pages == {"the text layer": {1, 3}, "the picture": {2}}


def test_a_stamp_on_a_scan_is_no_text_layer(stand_in: Path) -> None:
    """A line that a library printed over the pictures of the pages does not keep them from being read."""
    paper = Paper()
    paper.add_page()
    paper.image(picture_of(two_columns()), 0, 0, 210, 297)
    paper.write_at(20, 292, "Downloaded by a reader of the library on a day in June", 7)
    record = read(paper.data())
    assert record.notes == ("page 1: read by OCR",)
    assert "In the picture sentence 3" in report_of(record).text


def picture_of(data: bytes):  # type: ignore[no-untyped-def]
    """The first page as a picture that fpdf2 takes."""
    import pypdfium2

    return pypdfium2.PdfDocument(data)[0].render(scale=2, grayscale=True).to_pil()


def test_a_figure_in_an_article_is_not_read_by_ocr(stand_in: Path) -> None:
    """A picture beside text is a figure."""
    paper = Paper()
    paper.add_page()
    paper.column(20, 30, justified(prose("the case", 8), paper, 150))
    paper.image(picture_of(two_columns()), 20, 120, 100, 120)
    assert read(paper.data()).notes == ()
    assert not (stand_in / "calls").exists()


def test_drawn_letters_are_read(stand_in: Path) -> None:
    """A page of outlines instead of letters is a picture too."""
    paper = Paper()
    paper.add_page()
    for step in range(40):
        paper.line(20, 20 + step, 60, 25 + step)
    assert read(paper.data()).notes == ("page 1: read by OCR",)


def test_languages_and_threads(stand_in: Path) -> None:
    """The program reads in the installed languages, English first, three at most, in one thread."""
    (stand_in / "languages").write_text("deu\neng\nosd\nfra\nita\n")
    read(scanned(one_column(("", prose("the case", 4)))))
    listing, call = (stand_in / "calls").read_text().splitlines()
    assert listing.startswith("--list-langs")
    assert "-l eng+deu+fra " in call
    assert "--psm 1" in call
    assert "--dpi 300" in call
    assert call.endswith(" 1")


def test_without_the_data_for_turned_pages(stand_in: Path) -> None:
    """Where the program has no data to tell a page's direction, it is not asked to."""
    (stand_in / "languages").write_text("eng\n")
    read(scanned(one_column(("", prose("the case", 4)))))
    assert "--psm" not in (stand_in / "calls").read_text()


def test_next_to_nothing_is_refused(stand_in: Path) -> None:
    """Pictures without text are refused, with what OCR found."""
    (stand_in / "any.pdf").write_bytes(one_column(("", "dust")))
    with pytest.raises(
        NoTextError, match=r"^scan\.pdf holds next to no text \(8 letters\): OCR found next to nothing in 2 pages$"
    ) as caught:
        read(scanned(two_columns()))
    assert not isinstance(caught.value, NeedsOcrError)


def test_a_blank_picture_is_told(stand_in: Path) -> None:
    """A page whose picture shows nothing at all is said to be damaged or empty, without asking the program."""
    paper = Paper()
    paper.add_page()
    with pytest.raises(NoTextError, match=r"page 1: is blank where its picture should be"):
        read(scanned(paper.data()))
    assert "stdin" not in (stand_in / "calls").read_text()


def test_noise_is_no_text(stand_in: Path) -> None:
    """What OCR makes of a photograph is not taken for words."""
    (stand_in / "any.pdf").write_bytes(one_column(("", "xqzt wvkx bqqr ttgx zxcv qwrt pxvb kkxj " * 8)))
    with pytest.raises(NoTextError, match="OCR found next to nothing"):
        read(scanned(two_columns()))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("sys.stderr.write('first line\\nError opening data file\\n'); sys.exit(1)", "Error opening data file"),
        ("sys.exit(3)", "exit status 3"),
        ("sys.exit()", "it gave nothing back"),
        ("print('no PDF at all'); sys.exit()", "OCR gave no page: "),
    ],
)
def test_a_failing_program_is_not_blamed_on_the_file(stand_in: Path, said: str, told: str) -> None:
    """A scan waits for its OCR where the program fails on every page; what that says is told once for all pages."""
    (stand_in / "fails").write_text(said)
    with pytest.raises(
        NeedsOcrError, match=rf"^scan\.pdf needs OCR, but Tesseract fails: pages 1-2: .*{told}.*--retry"
    ):
        read(scanned(two_columns()))


def test_a_program_that_fails_costs_only_the_pictures(stand_in: Path) -> None:
    """Where other pages have a text, the document is read, with a note on what the program says."""
    (stand_in / "fails").write_text("sys.exit(3)")
    record = read(scanned(wide([prose("the text layer", 5), "hidden"]), pages=[1]))
    assert record.notes == ("page 2: OCR failed: exit status 3",)
    assert "In the text layer" in report_of(record).text


def test_a_program_that_cannot_be_started_is_told(stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program of another machine, or half installed, is no fault of the file."""
    monkeypatch.setenv("PATH", str(stand_in))
    (stand_in / "tesseract").write_bytes(b"\x7fELF of another machine")
    with pytest.raises(NeedsOcrError, match=r"tesseract cannot be started \(Exec format error\)"):
        read(scanned(two_columns()))


def test_a_program_that_hangs_when_asked_for_its_languages_is_told(
    stand_in: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first question has a limit too, and no page is tried after it."""
    monkeypatch.setattr(pdf_ocr, "PAGE_LIMIT_S", 1.0)
    (stand_in / "languages").unlink()
    os.mkfifo(stand_in / "languages")
    with pytest.raises(NeedsOcrError, match=r"Tesseract fails: pages 1-2: took OCR longer than 1 s; see that"):
        read(scanned(two_columns()))
    assert "stdin" not in (stand_in / "calls").read_text()


def test_a_program_that_hangs_is_ended(stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that takes too long is given up, and the rest of the document is read."""
    monkeypatch.setattr(pdf_ocr, "PAGE_LIMIT_S", 1.0)
    (stand_in / "hangs").touch()
    record = read(scanned(wide([prose("the text layer", 5), "hidden"]), pages=[1]))
    assert record.notes == ("page 2: took OCR longer than 1 s",)
    assert "In the text layer" in report_of(record).text


def test_the_number_of_pages_is_bounded(stand_in: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit pages are left out, and named."""
    monkeypatch.setattr(pdf_ocr, "MAX_PAGES", 2)
    record = read(scanned(wide(["hidden"] * 4)))
    assert record.notes == ("pages 1-2: read by OCR", "pages 3-4: left out, for OCR reads 2 pages of a file at most")


def test_a_garbled_text_layer_is_read_from_the_picture(stand_in: Path) -> None:
    """Where both engines read garble, what the page shows is read; the good pages stay as they are."""
    cipher = {code: 33 + (code - 33 + 29) % 94 for code in range(33, 127)}
    data = mapped(wide([prose("the text layer", 8)] * 2), cipher, pages=[1])
    record = read(data)
    assert record.notes == ("page 2: read by OCR",)
    text = report_of(record).text
    assert "In the text layer sentence 3 the slow" in text
    assert "In the picture sentence 3 the slow" in text


def with_cover(*, article: bool = True) -> bytes:
    """A broad cover in large type, and behind it an article's first page."""
    paper = Paper()
    paper.add_page(orientation="landscape")
    paper.write_at(LEFT, 60, "Lamps of every kind and colour", 40)
    if article:
        paper.add_page(orientation="portrait")
        paper.write_at(LEFT, 30, "A lantern-shaped rash after a voyage", 18)
        paper.write_at(LEFT, 42, "Ada Bellweather, Tomas Quill", 11)
        paper.write_at(LEFT, 60, "Case report", 12, "B")
        paper.column(LEFT, 68, justified(prose("the case", 12), paper, 160))
    return paper.data()


def test_a_cover_that_is_a_picture_does_not_give_the_title(stand_in: Path) -> None:
    """Title and names come from the first page with a text layer; the cover's words are front matter."""
    (stand_in / "35.pdf").write_bytes(with_cover(article=False))
    report = report_of(read(scanned(with_cover(), pages=[0])))
    assert report.bibliography.title == "A lantern-shaped rash after a voyage"
    assert report.bibliography.authors == ("Ada Bellweather", "Tomas Quill")
    assert "Lamps of every kind" in body(report, "front")
    assert body(report, "case").count("sentence") == 12
    assert_runs_lead_back(report)


def test_where_every_page_is_a_picture_the_first_gives_the_title(stand_in: Path) -> None:
    """Without a text layer anywhere the cover is the best there is."""
    (stand_in / "35.pdf").write_bytes(with_cover(article=False))
    report = report_of(read(scanned(with_cover())))
    assert report.bibliography.title is not None
    assert report.bibliography.title.startswith("Lamps of every kind")


# --- without the program --------------------------------------------------------------------------


@pytest.mark.usefixtures("missing")
def test_without_the_program_a_scan_is_refused_with_what_mends_it() -> None:
    """The refusal names the condition and the commands."""
    with pytest.raises(
        NeedsOcrError,
        match=r"^scan\.pdf needs OCR: 2 pages are pictures without a text layer; .*`apt-get install tesseract-ocr`"
        r".*`casetrove index FILE --retry`.*`ocrmypdf in\.pdf out\.pdf`",
    ):
        read(scanned(two_columns()))


@pytest.mark.usefixtures("missing")
def test_without_the_program_the_other_pages_are_read() -> None:
    """Pages that cannot be read are named; the rest of the document is a report."""
    record = read(scanned(wide([prose("the text layer", 5)] * 4), pages=[1, 3]))
    (note,) = record.notes
    assert note.startswith("pages 2, 4: left out: pictures without a text layer, which need OCR; install Tesseract")
    report = report_of(record)
    assert {report.source_map.page(sentence.span) for sentence in report.sentences} == {1, 3}


@pytest.mark.usefixtures("missing")
def test_without_the_program_garble_is_refused() -> None:
    """A document whose text layer is garbled on every page is refused as such."""
    cipher = {code: 33 + (code - 33 + 29) % 94 for code in range(33, 127)}
    with pytest.raises(NeedsOcrError, match=r"^scan\.pdf needs OCR: the text layer of 1 page is garbled; install"):
        read(mapped(one_column(("", prose("the case", 8))), cipher))


@pytest.mark.usefixtures("missing")
def test_the_program_is_looked_for() -> None:
    """Where it is not on the path, OCR is not available."""
    assert not pdf_ocr.available()


def test_ocr_may_be_switched_off(stand_in: Path) -> None:
    """A person who does not want OCR gets the refusal, which says so."""
    assert pdf_ocr.available()
    with pytest.raises(NeedsOcrError, match=r"2 pages are pictures .*; read the file again with OCR switched on$"):
        read(scanned(two_columns()), Options(ocr=False))
    assert not (stand_in / "calls").exists()


# --- with the program -----------------------------------------------------------------------------


@installed
def test_a_scanned_article_is_read_like_the_original() -> None:
    """Title, sections, columns and pages of a picture of an article are those of the article."""
    original, record = report_of(read(two_columns())), read(scanned(two_columns()))
    report = report_of(record)
    assert record.notes == ("pages 1-2: read by OCR",)
    assert report.bibliography.title == original.bibliography.title
    kinds = [section.kind for section in report.sections if section.kind in ("abstract", "case", "discussion")]
    assert kinds == ["abstract", "case", "discussion"]
    for kind, count in (("abstract", 4), ("case", 12), ("discussion", 12)):
        assert body(report, kind).count("the slow recovery was followed") == count
    assert {report.source_map.page(sentence.span) for sentence in report.sentences} == {1}
    assert_runs_lead_back(report)


@installed
def test_a_page_scanned_sideways_is_read() -> None:
    """The program finds out how a page is turned, and the text comes out upright."""
    paper = Paper()
    paper.add_page(orientation="landscape")
    with paper.rotation(90, 105, 105):
        paper.column(LEFT, 30, justified(prose("the case", 14), paper, 150))
    found = letters(report_of(read(scanned(paper.data()))).text)
    assert found.count(letters("the slow recovery was followed from one visit to another")) >= 12


@installed
def test_a_scan_is_read_in_a_worker_process() -> None:
    """The program runs within the limits of a worker too."""
    with Workers(count=1) as workers:
        (record,) = workers.read(scanned(one_column(("", prose("the case", 8)))), "scan.pdf")
    assert record.notes == ("page 1: read by OCR",)
    assert report_of(record).text.count("the slow recovery") == 8
