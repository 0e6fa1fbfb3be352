from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader as Opened
from pypdf import PdfWriter
from pypdfium2 import PdfiumError

from corpus.errors import (
    EmptyFileError,
    EncryptedError,
    MalformedError,
    NeedsOcrError,
    NoTextError,
    ReadError,
    TooLargeError,
)
from corpus.model import Report, Span
from corpus.readers import pdf_engine
from corpus.readers.base import DEFAULT, Options
from corpus.readers.pdf import PdfReader
from tests.papers import LINE, Paper, justified, one_column, prose, two_columns
from tests.reports import body, letters

SAMPLE = two_columns()


def read(data: bytes, name: str = "a.pdf", options: Options = DEFAULT) -> Report:
    (record,) = PdfReader(options).read(data, name)
    assert record.report is not None
    return record.report


@pytest.fixture(scope="module")
def article() -> Report:
    return read(two_columns())


@pytest.mark.parametrize("zigzag", [False, True])
def test_columns_are_read_one_after_the_other(zigzag: bool) -> None:
    """Two columns come out whole, whether the file holds the right one first or a line of each in turn."""
    report = read(two_columns(zigzag=zigzag))
    for kind, subject in (("case", "the case"), ("discussion", "the discussion")):
        told = r"In ([a-z ]+) sentence (\d+) the slow recovery was followed from one visit to another\."
        found = re.findall(told, body(report, kind))
        assert found == [(subject, str(number)) for number in range(12)]


def test_the_bibliography_is_read_off_the_page(article: Report) -> None:
    """Title, names, journal and year come from what is printed, without degrees."""
    about = article.bibliography
    assert about.title == "A lantern-shaped rash after an unusual voyage"
    assert about.authors == ("Ada Bellweather", "Tomas Quill", "Ines de la Rua")
    assert (about.journal, about.year) == ("Trial Press", 2019)


def test_a_cited_doi_is_not_the_articles_own(article: Report) -> None:
    """A DOI in the references identifies that reference and nothing else."""
    assert article.bibliography.doi is None
    assert [reference.doi for reference in article.references] == [None, "10.1000/sea.7", None]


def test_sections_follow_the_headings(article: Report) -> None:
    """Each heading opens its section, in reading order."""
    kinds = [section.kind for section in article.sections]
    assert kinds == ["title", "front", "abstract", "case", "discussion", "references"]


def test_running_heads_and_page_numbers_are_left_out(article: Report) -> None:
    """What repeats at the head or foot of the pages is no text, but stays in the raw text."""
    assert "Trial Press" not in article.text
    assert "Page 1 of 2" not in article.text
    assert "Trial Press" in article.raw


def test_references_are_one_entry_each(article: Report) -> None:
    """An entry's continuation lines belong to it, and no entry is in the body."""
    texts = [reference.span.of(article.text) for reference in article.references]
    assert [text[:2] for text in texts] == ["1.", "2.", "3."]
    assert texts[1] == "2. Rua I. Voyages and their skins. Sea Med. 2003;4:5. doi:10.1000/sea.7"
    assert not any(letters(text) in letters(body(article, "discussion")) for text in texts)


def test_raw_text_is_the_pages_joined_by_form_feeds(article: Report) -> None:
    """Each page is one part of the raw text, labelled with its number."""
    parts = article.source_map.parts
    assert [(part.kind, part.label) for part in parts] == [("page", "1"), ("page", "2")]
    assert article.raw.split("\f") == [article.raw[part.start : part.end] for part in parts]


def test_a_span_leads_back_to_its_page(article: Report) -> None:
    """A sentence's page is where it is printed."""
    assert all(article.source_map.page(sentence.span) == 1 for sentence in article.sentences)
    assert [article.source_map.page(reference.span) for reference in article.references] == [2, 2, 2]


def test_every_sentence_is_what_its_place_in_the_raw_text_says(article: Report) -> None:
    """The raw text at a sentence's place holds the same letters and digits."""
    for sentence in article.sentences:
        start, end = article.source_map.raw(sentence.span)
        assert letters(article.raw[start:end]) == letters(sentence.span.of(article.text))


def test_a_word_broken_at_a_line_end_is_whole() -> None:
    """The hyphen goes, the rest of the word follows, and the span covers both halves in the raw text."""
    paper = Paper()
    paper.add_page()
    paper.write_at(20, 30, "Case report", 13, "B")
    paper.column(20, 38, ["The biopsy of the skin showed a dense inflam-", "mation below the epidermis."])
    report = read(paper.data())
    assert "dense inflammation below" in report.text
    at = report.text.index("inflammation")
    start, end = report.source_map.raw(Span(at, at + len("inflammation")))
    assert re.sub(r"[^a-z]", "", report.raw[start:end]) == "inflammation"


def test_a_compound_keeps_its_hyphen_at_a_line_end() -> None:
    """A word that the document writes with a hyphen elsewhere keeps it where a line ends."""
    paper = Paper()
    paper.add_page()
    paper.column(20, 38, ["A lantern-lit rash is a rash that looks lantern-", "lit to those who know it."])
    assert read(paper.data()).text.count("lantern-lit") == 2


def test_superscript_citations_stand_in_brackets_and_powers_stay_powers() -> None:
    """A raised number after a word is a citation mark, after ten or a unit a power."""
    paper = Paper()
    paper.add_page()
    paper.write_at(20, 30, "Case report", 13, "B")
    x, y = 20.0, 38.0
    for text, raised in (
        ("This was described before", "1,2"),
        (" and the count was 4 x 10", "9"),
        ("/L over an area of 7 cm", "2"),
        (" at most.", ""),
    ):
        paper.write_at(x, y, text)
        x += paper.get_string_width(text)
        paper.write_at(x, y - 1.4, raised, 6)
        x += paper.get_string_width(raised)
    report = read(paper.data())
    assert "described before[1,2] and the count was 4 x 10⁹/L over an area of 7 cm² at most." in report.text


def test_a_paragraph_goes_on_over_a_page_end() -> None:
    """A sentence that a page break cuts is one sentence, found on the page where it starts."""
    paper = Paper()
    words = justified(prose("the case", 40), paper, 150)
    for page in range(2):
        paper.add_page()
        if page == 0:
            paper.write_at(20, 20, "Case report", 13, "B")
        paper.column(20, 28, words[page * 25 : (page + 1) * 25])
        paper.write_at(100, 290, str(page + 1), 9)
    report = read(paper.data())
    cut = next(sentence.span for sentence in report.sentences if len(report.source_map.locate(sentence.span)) == 2)
    assert re.fullmatch(r"In the case sentence \d+ the slow .* to another\.", cut.of(report.text))
    assert report.source_map.page(cut) == 1


def test_an_indent_or_a_gap_begins_a_paragraph() -> None:
    """Paragraphs are told apart by a first-line indent as well as by white space."""
    paper = Paper()
    first, second, third = (justified(prose(name, 4), paper, 150) for name in ("one", "two", "three"))
    paper.add_page()
    y = paper.column(20, 30, first)
    paper.write_at(24, y, second[0])
    y = paper.column(20, y + LINE, second[1:])
    paper.column(20, y + 4, third)
    assert [text[:8] for text in read(paper.data()).text.split("\n\n")] == ["In one s", "In two s", "In three"]


def test_a_table_is_read_by_rows_and_stands_apart() -> None:
    """The cells below a table's caption are one table, row by row, and no running text."""
    paper = Paper()
    paper.add_page()
    paper.write_at(20, 24, "Results", 13, "B")
    paper.column(20, 32, justified(prose("the text", 6), paper, 150))
    paper.write_at(20, 80, "Table 1. Counts by day", 9, "B")
    for row, cells in enumerate((("Day", "Platelets", "Fever"), ("3", "97", "yes"), ("9", "210", "no"))):
        for column, cell in enumerate(cells):
            paper.write_at(20 + 45 * column, 88 + 6 * row, cell, 8)
    paper.column(20, 125, justified(prose("the rest", 6), paper, 150))
    report = read(paper.data())
    assert body(report, "table").split("\n\n")[-3:] == ["Day | Platelets | Fever", "3 | 97 | yes", "9 | 210 | no"]
    assert "Platelets" not in body(report, "results")
    assert body(report, "results").count("sentence") == 12


def test_a_figure_caption_stands_apart_and_parts_no_sentence() -> None:
    """A caption between two halves of a sentence does not cut it, and labels in the figure are left out."""
    paper = Paper()
    lines = justified(prose("the case", 14), paper, 150)
    paper.add_page()
    paper.write_at(20, 24, "Case report", 13, "B")
    y = paper.column(20, 32, lines[:8])
    paper.write_at(60, y + 20, "Panel A", 7)
    paper.write_at(20, y + 40, "Figure 1. The rash on the third day.", 8)
    paper.column(20, y + 55, lines[8:])
    report = read(paper.data())
    assert body(report, "figure") == "Figure 1. The rash on the third day."
    assert re.findall(r"sentence (\d+) the slow recovery was", body(report, "case")) == [str(n) for n in range(14)]
    assert "Panel A" not in report.text


def test_text_set_sideways_is_left_out() -> None:
    """A stamp along the margin is no part of the text; a page set sideways as a whole is read."""
    stamped, turned = Paper(), Paper()
    for paper in (stamped, turned):
        paper.add_page()
        lines = justified(prose("the case", 6), paper, 150)
        if paper is stamped:
            paper.column(20, 30, lines)
        with paper.rotation(90, 105, 148):
            if paper is turned:
                paper.column(20, 60, lines)
            else:
                paper.write_at(20, 60, "stamped along the margin")
    assert "stamped" not in read(stamped.data()).text
    assert read(turned.data()).text == read(stamped.data()).text


@pytest.mark.parametrize("turned_with_text", [False, True])
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_turned_page_reads_as_an_upright_one(degrees: int, turned_with_text: bool) -> None:
    """Whether a viewer shows the pages turned or the text itself is set sideways, the text is the same."""
    paper = Paper()
    paper.add_page()
    for row, line in enumerate(justified(prose("the case", 6), paper, 150)):
        at = 20.0
        for piece in line.split():  # each word a text object of its own: pdfium puts them in order as the page is shown
            paper.write_at(at, 30 + LINE * row, piece)
            at += paper.get_string_width(f"{piece} ")
    upright = read(paper.data())
    assert letters(upright.text) == letters(prose("the case", 6))
    writer = PdfWriter(clone_from=io.BytesIO(paper.data()))
    for page in writer.pages:
        page.rotate(degrees)
        if turned_with_text:
            page.transfer_rotation_to_content()
    output = io.BytesIO()
    writer.write(output)
    assert read(output.getvalue()).text == upright.text


def test_metadata_fill_in_what_the_page_does_not_show() -> None:
    """DOI, journal, subject and title of the information dictionary serve where the page is silent."""
    writer = PdfWriter(clone_from=Opened(io.BytesIO(one_column(("", prose("the case", 8))))))
    writer.add_metadata(
        {
            "/Title": "Two sailors with a lantern rash",
            "/Author": "Ada Bellweather; Tomas Quill",
            "/Subject": "Journal of Rare Light, 2 (2016) 422-423",
            "/doi": "10.1000/LANTERN.1",
        }
    )
    out = io.BytesIO()
    writer.write(out)
    about = read(out.getvalue()).bibliography
    assert about.title == "Two sailors with a lantern rash"
    assert about.authors == ("Ada Bellweather", "Tomas Quill")
    assert (about.journal, about.year, about.doi) == ("Journal of Rare Light", 2016, "10.1000/lantern.1")


def test_a_file_name_in_the_title_field_is_no_title() -> None:
    """Titles that a word processor made up are not taken."""
    writer = PdfWriter(clone_from=Opened(io.BytesIO(one_column(("", prose("the case", 8))))))
    writer.add_metadata({"/Title": "Microsoft Word - final_v3.docx"})
    out = io.BytesIO()
    writer.write(out)
    assert read(out.getvalue()).bibliography.title is None


def encrypted(user_password: str, algorithm: str = "RC4-128") -> bytes:
    writer = PdfWriter(clone_from=Opened(io.BytesIO(one_column(("", prose("the case", 8))))))
    writer.add_metadata({"/doi": "10.1000/locked.1"})
    writer.encrypt(user_password, "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_password_is_asked_for() -> None:
    """A file that needs a password is refused with its name and the way out."""
    with pytest.raises(EncryptedError, match=r"^locked\.pdf needs a password: give it with --pdf-password, .*qpdf"):
        read(encrypted("secret"), "locked.pdf")


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
@pytest.mark.parametrize("password", ["secret", "owner", "pässwörd"])
def test_the_right_password_of_several_opens(algorithm: str, password: str) -> None:
    """Each password is tried in turn, the owner's does as well, and the metadata are read too."""
    if password == "pässwörd" and algorithm != "AES-256":
        pytest.skip("older encryption knows no such letters for certain")
    user = "secret" if password == "owner" else password
    report = read(encrypted(user, algorithm), options=Options(pdf_passwords=("wrong", password)))
    assert "sentence 7" in report.text
    assert report.bibliography.doi == "10.1000/locked.1"


@pytest.mark.parametrize(
    ("given", "what"),
    [(("wrong",), "the one given with --pdf-password does not open it"), (("a", "b"), "none of the 2 given does")],
)
def test_a_wrong_password_is_told(given: tuple[str, ...], what: str) -> None:
    """The refusal says that what was given is wrong, and does not repeat it."""
    with pytest.raises(EncryptedError, match=rf"^locked\.pdf needs a password, and {what}: give the right one"):
        read(encrypted("secret"), "locked.pdf", Options(pdf_passwords=given))


def test_an_empty_user_password_opens() -> None:
    """A file that only its owner's password protects is read."""
    assert "sentence 7" in read(encrypted("")).text


@pytest.mark.parametrize(("count", "pages"), [(1, "its page is empty"), (2, "its 2 pages are empty")])
def test_a_file_of_empty_pages_is_refused(count: int, pages: str) -> None:
    """Pages that show nothing are called empty; nobody is sent to run OCR on them."""
    paper = Paper()
    for _ in range(count):
        paper.add_page()
    with pytest.raises(NoTextError, match=rf"^blank\.pdf holds no text: {pages}$") as caught:
        read(paper.data(), "blank.pdf")
    assert not isinstance(caught.value, NeedsOcrError)


def test_a_few_letters_are_no_report() -> None:
    """A page with a word on it is refused with how much there is."""
    paper = Paper()
    paper.add_page()
    paper.write_at(20, 20, "scanned")
    with pytest.raises(NoTextError, match=r"^a\.pdf holds next to no text \(7 letters\)$"):
        read(paper.data())


@pytest.mark.parametrize("data", [b"", b" \n\t"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    """Nothing, or white space, is no PDF."""
    with pytest.raises(EmptyFileError, match=r"^a\.pdf is empty"):
        read(data)


@pytest.mark.parametrize("data", [b"not a PDF at all", b"%PDF-1.7\n%broken from here on", b"\x00" * 5000])
def test_a_broken_file_is_refused_by_name(data: bytes) -> None:
    """What neither engine can open is called malformed, with the file's name."""
    with pytest.raises(MalformedError, match=r"^a\.pdf is not a readable PDF"):
        read(data)


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits on pages and on text hold before the work is done."""
    data = two_columns()
    with monkeypatch.context() as limits:
        limits.setattr(pdf_engine, "MAX_PAGES", 1)
        with pytest.raises(TooLargeError, match=r"^a\.pdf has 2 pages, more than 1"):
            read(data)
    monkeypatch.setattr(pdf_engine, "MAX_CHARACTERS", 100)
    with pytest.raises(TooLargeError, match="more than 100 characters"):
        read(data)


def test_pypdf_steps_in_where_pdfium_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that only the second engine opens still becomes a report with pages."""

    def refuse(_: bytes, password: str | None) -> None:
        raise PdfiumError("refused for the test")

    monkeypatch.setattr(pdf_engine.pdfium, "PdfDocument", refuse)
    (record,) = PdfReader().read(SAMPLE, "a.pdf")
    report = record.report
    assert report is not None
    assert record.notes == ("read without the places of its text, by pypdf",)
    assert report.text.count("the slow recovery") == 28
    assert {"abstract", "references"} <= {section.kind for section in report.sections}
    assert report.source_map.page(report.sentences[0].span) == 1
    assert report.source_map.page(report.references[-1].span) == 2


def test_threads_may_read_at_once() -> None:
    """pdfium knows one thread at a time; the reader sees to that."""
    with ThreadPoolExecutor(4) as pool:
        assert {report.text for report in pool.map(read, [SAMPLE] * 8)} == {read(SAMPLE).text}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_damage_never_does_worse_than_an_error(seed: int, count: int) -> None:
    """A file with bytes changed is read or refused with a ReadError: never anything else."""
    data = bytearray(SAMPLE)
    for _ in range(count):
        seed = (seed * 6364136223846793005 + 1442695040888963407) % 2**64
        data[(seed >> 16) % len(data)] = (seed >> 40) & 0xFF
    message = "a.pdf read"
    try:
        read(bytes(data))
    except ReadError as error:
        message = str(error)
    assert message.startswith("a.pdf ")


SYLLABLE = st.builds(str.__add__, st.sampled_from("bdfgklmnprstvz"), st.sampled_from("aeiou"))
WORD = st.lists(SYLLABLE, min_size=1, max_size=6).map("".join)


@settings(max_examples=25, deadline=None)
@given(st.lists(WORD, min_size=30, max_size=160))
def test_spans_hold_for_any_text(words: list[str]) -> None:
    """Whatever is printed: sentences are slices, and each leads back to the same letters in the raw text."""
    report = read(one_column(("B", "Case report"), ("", " ".join(words).capitalize() + ".")))
    assert letters(body(report, "case")) == letters("".join(words))
    for sentence in report.sentences:
        start, end = report.source_map.raw(sentence.span)
        assert letters(report.raw[start:end]) == letters(sentence.span.of(report.text))
