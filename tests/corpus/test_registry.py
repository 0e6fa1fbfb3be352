from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfWriter

from corpus.errors import (
    EmptyFileError,
    EncryptedError,
    MalformedError,
    NeedsOcrError,
    NoTextError,
    ReadError,
    TooLargeError,
    UnsupportedFormatError,
)
from corpus.readers import detection, registry
from corpus.readers.base import Options, Read
from corpus.readers.markup import names
from corpus.readers.registry import (
    AMBIGUOUS_SUFFIXES,
    MAX_FILE_BYTES,
    SUFFIXES,
    Detected,
    describe,
    detect,
    read_bytes,
    readers_version,
)

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "corpus" / "samples"
GOLDEN = ROOT / "tests" / "golden"
FILES = ROOT.parent / "shared" / "data" / "files"

XML = b'<?xml version="1.0"?>\n<article article-type="case-report"><body><p>Text.</p></body></article>'
HTML = b"<!DOCTYPE html><html><body><p>Text.</p></body></html>"
RECORD = b'{"id": "a", "text": "Some text."}\n{"id": "b", "text": "More text."}\n'
TEXT = b"A woman aged 40 had a rash. It went away."


ENDINGS = names(
    "csv docx gz htm html json jsonl markdown md nbib ndjson nxml pdf ris tar text tgz tsv txt xhtml xml zip"
)
READERS = names("archive docx europepmc html jats jsonl markdown medline pdf pubmed ris table text")
RIS = b"TY  - JOUR\nTI  - Pearls of calcium\nAB  - A potter had pearls.\nER  - \n"
MEDLINE = b"PMID- 99999901\nTI  - Pearls of calcium\nAB  - A potter had pearls.\n"
TABLE = b"Title,Abstract,DOI\nPearls of calcium,A potter had pearls.,10.9999/pearl\n"
PUBMED = b"<PubmedArticleSet><PubmedArticle/></PubmedArticleSet>"
RESULTS = b'{"version":"6.9","resultList":{"result":[{"id":"1"}]}}'


def zipped(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return data.getvalue()


# --- which reader ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "reader"),
    [
        (XML, "jats"),
        (b"\xef\xbb\xbf" + XML, "jats"),
        (b"\n  " + XML[22:], "jats"),
        ("\ufeff" + XML.decode(), "jats"),
        (b"<!-- hello --><?pi x?><!DOCTYPE article PUBLIC 'a' 'b'><article><front/></article>", "jats"),
        (b"<!DOCTYPE article [<!ENTITY a 'b'>]>\n<article/>", "jats"),
        (b"<pmc-articleset><article/></pmc-articleset>", "jats"),
        (b"<?xml version='1.0'?><art><p>old</p></art>", "jats"),
        (b"<jats:article xmlns:jats='x'><jats:front/></jats:article>", "jats"),
        (HTML, "html"),
        (b"\xef\xbb\xbf  <HTML><BODY>x</BODY></HTML>", "html"),
        (
            b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN'><html xmlns='y'><body/></html>",
            "html",
        ),
        (b"<!-- saved from url --><html><body>x</body></html>", "html"),
        (b"<p>A fragment.</p>", "html"),
        (b"<article><h1>An HTML article</h1></article>", "html"),
        (b"Saved page:\n<html><body>x</body></html>", "html"),
        (HTML.decode().encode("utf-16"), "html"),
        (b"%PDF-1.4\n...", "pdf"),
        (b"\r\njunk before it %PDF-1.7\n...", "pdf"),
        (RECORD, "jsonl"),
        (b"\n\n" + RECORD, "jsonl"),
        (b"\xef\xbb\xbf" + RECORD, "jsonl"),
        (TEXT, "text"),
        (b"{not json} but text", "text"),
        (b'{"json": "without what we read"}', "text"),
        (b"p < 0.05 <and so on>", "text"),
        (b"# A heading\n\nMarkdown.", "text"),
        (RIS, "ris"),
        (MEDLINE, "medline"),
        (TABLE, "table"),
        (PUBMED, "pubmed"),
        (RESULTS, "europepmc"),
        (b"<?xml version='1.0'?><responseWrapper/>", "europepmc"),
        (zipped("word/document.xml"), "docx"),
        (zipped("a.txt"), "archive"),
        (gzip.compress(b"x"), "archive"),
        (XML.decode().replace("?>", "?> ").encode("utf-16-le"), "jats"),
    ],
)
def test_content_decides(data: bytes | str, reader: str) -> None:
    """Without a telling name the content alone chooses the reader."""
    assert detect(data if isinstance(data, bytes) else data.encode(), "file").reader.name == reader


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.md", "a", "a.JSONL"])
def test_content_comes_before_the_name(name: str) -> None:
    """A PDF, an XML article and a page are what they are, however the file is named."""
    assert detect(b"%PDF-1.4", name).reader.name == "pdf"
    assert detect(XML, name).reader.name == "jats"
    assert detect(HTML, name).reader.name == "html"


@pytest.mark.parametrize(
    ("data", "name", "reader"),
    [
        (b"<article><h1>x</h1></article>", "a.xml", "jats"),
        (b"<article><h1>x</h1></article>", "a.HTML", "html"),
        (b"Just words, saved as a page.", "a.htm", "html"),
        (b"not json at all", "a.ndjson", "jsonl"),
        (TEXT, "notes.text", "text"),
        (TEXT, "archive.v2", "text"),
        (TEXT, "a.md", "markdown"),
        (b"<!-- made by hand -->\n# Pearls", "a.md", "markdown"),
        (b"<p align='center'>Pearls</p>\n\nText.", "a.markdown", "markdown"),
        (TEXT, "a.ris", "ris"),
        (RIS, "a.md", "markdown"),
        (b'[{"text": "A man."}]', "a.json", "jsonl"),
        (b'{\n "text": "A man."\n}', "a.json", "jsonl"),
    ],
)
def test_the_name_breaks_ties(data: bytes, name: str, reader: str) -> None:
    """Where the content could be two things, the ending decides; its case does not matter."""
    assert detect(data, name).reader.name == reader


@pytest.mark.parametrize(
    "path", sorted(p for p in SAMPLES.iterdir() if p.suffix in SUFFIXES - {".md"}), ids=lambda p: p.name
)
def test_samples_are_known_without_their_names(path: Path) -> None:
    """Each sample's format is told from its content alone."""
    expected = {".txt": "text", ".html": "html", ".xml": "jats", ".pdf": "pdf"}[path.suffix]
    assert detect(path.read_bytes(), "nameless").reader.name == expected


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"", b"\n \t\r\n", b" " * 100_000])
def test_empty_files(data: bytes) -> None:
    """No bytes, or nothing but white space, is an empty file."""
    with pytest.raises(EmptyFileError, match=r"e\.txt"):
        detect(data, "e.txt")


def test_lfs_pointer() -> None:
    """A Git LFS pointer says what it is and how to get the file."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
    with pytest.raises(UnsupportedFormatError, match=r"p\.xml is a Git LFS pointer, .*git lfs pull"):
        detect(pointer, "p.xml")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (zipped("mimetype", "META-INF/container.xml"), "e-book"),
        (zipped("mimetype", "content.xml"), "OpenDocument"),
        (zipped("xl/workbook.xml"), "Excel"),
        (zipped("ppt/presentation.xml"), "PowerPoint"),
        (zipped(), "empty zip"),
        (b"BZh91AY&SY", "bzip2"),
        (b"\xfd7zXZ\x00", "xz"),
        (b"\x89PNG\r\n\x1a\n....", "PNG"),
        (b"\xff\xd8\xff\xe0....", "JPEG"),
        (b"GIF89a", "GIF"),
        (b"II*\x00....", "TIFF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Office"),
        (rb"{\rtf1 text}", "Rich Text"),
        (b"%!PS-Adobe-3.0", "PostScript"),
        (b"SQLite format 3\x00", "SQLite"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    ],
)
@pytest.mark.parametrize("name", ["report.txt", "report.xml", "report"])
def test_other_formats_are_named(data: bytes, kind: str, name: str) -> None:
    """An archive, an image or an Office file is refused by its kind, whatever its name promises."""
    with pytest.raises(UnsupportedFormatError, match=f"{name} is .*{kind}"):
        detect(data, name)


def test_unknown_binary_is_not_read_as_text() -> None:
    """Bytes that are no text and no format we know are refused when they are read."""
    with pytest.raises(UnsupportedFormatError, match=r"b\.txt"):
        list(read_bytes(bytes(range(256)) * 8, "b.txt"))


@pytest.mark.parametrize("name", ["a.xml", "a.nxml"])
@pytest.mark.parametrize("data", [TEXT, b"{not json}"])
def test_xml_that_is_not_xml(name: str, data: bytes) -> None:
    """A file named .xml without an element is malformed, and the message names the file."""
    with pytest.raises(MalformedError, match=name):
        detect(data, name)


@pytest.mark.parametrize("name", ["a.pdf", "a.docx", "a.zip", "a.gz", "a.tgz", "a.tar"])
def test_text_under_a_name_that_promises_more(name: str) -> None:
    """A plain text under a name that promises another format is malformed: it may be what is left of that file."""
    with pytest.raises(MalformedError, match=rf"a\{name[1:]} is named \{name[1:]} and holds no"):
        detect(TEXT, name)
    with pytest.raises(MalformedError, match=r"%PDF-"):
        detect(TEXT, "a.pdf")


@pytest.mark.parametrize("name", ["a.json", "a.csv", "a.tsv"])
@pytest.mark.parametrize("data", [TEXT, b'{"a": [1, 2]}', b"name,dose\nsteroid,5\n", b"[" * 100_000, b'[{"id": 1}]'])
def test_data_that_are_no_reports(name: str, data: bytes) -> None:
    """A table or JSON without reports is unsupported, not prose; the message says what was looked for."""
    assert {".json", ".csv", ".tsv"} == AMBIGUOUS_SUFFIXES
    with pytest.raises(UnsupportedFormatError, match=rf"a\{name[1:]} holds no reports: looked for"):
        detect(data, name)


def test_a_word_document_with_a_password() -> None:
    """An Office file that needs a password says so; python-docx would call it no zip file."""
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(EncryptedError, match=r"a\.docx .*password"):
        detect(locked, "a.docx")


def test_a_zip_archive_with_a_broken_list() -> None:
    """What starts like a zip archive and has no list of its files is malformed."""
    with pytest.raises(MalformedError, match=r"a\.zip is a damaged zip archive"):
        detect(zipped("a.txt")[:40], "a.zip")


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file over the limit is refused before anything parses it; one at the limit is read."""
    assert MAX_FILE_BYTES == 256 * 2**20
    monkeypatch.setattr(detection, "MAX_FILE_BYTES", len(TEXT))
    assert detect(TEXT, "a.txt").reader.name == "text"
    with pytest.raises(TooLargeError, match=r"a\.txt"):
        detect(TEXT + b"!", "a.txt")


# --- names that say another thing -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "note"),
    [
        (HTML, "a.pdf", "a.pdf is named .pdf and holds HTML: read as HTML"),
        (XML, "a.pdf", "a.pdf is named .pdf and holds XML: read as XML"),
        (b"%PDF-1.4", "a.txt", "a.txt is named .txt and holds a PDF: read as a PDF"),
        (HTML, "a.xml", "a.xml is named .xml and holds HTML: read as HTML"),
        (
            zipped("word/document.xml"),
            "a.pdf",
            "a.pdf is named .pdf and holds a Word document: read as a Word document",
        ),
        (zipped("a.txt"), "a.docx", "a.docx is named .docx and holds an archive: read as an archive"),
        (RIS, "a.csv", "a.csv is named .csv and holds a RIS bibliography: read as a RIS bibliography"),
        (RECORD, "a.xml", "a.xml is named .xml and holds JSON records: read as JSON records"),
    ],
)
def test_a_belying_ending_is_told_of(data: bytes, name: str, note: str) -> None:
    """Where content and ending disagree, the content is believed, and a note says so."""
    assert detect(data, name).note == note


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (TEXT, "a.txt"),
        (TEXT, "a.md"),
        (TEXT, "a"),
        (HTML, "a.unknown"),
        (HTML, "a.xhtml"),
        (XML, "a.NXML"),
        (PUBMED, "a.xml"),
        (RESULTS, "a.json"),
        (RECORD, "a.json"),
        (RECORD, "a.txt"),
        (RIS, "a.txt"),
        (MEDLINE, "pubmed-set.txt"),
        (TABLE, "a.csv"),
        (gzip.compress(b"x"), "a.xml.gz"),
    ],
)
def test_an_ending_that_fits_is_not_spoken_of(data: bytes, name: str) -> None:
    """Endings that fit, are unknown, or may hold several kinds, give no note."""
    assert detect(data, name).note is None


def test_the_note_is_on_every_record() -> None:
    """Each record of a file with a belying name says so, bad records too."""
    reads = list(read_bytes(RECORD + b'{"text": 1}\n', "a.html"))
    assert [read.error is None for read in reads] == [True, True, False]
    assert {read.notes for read in reads} == {("a.html is named .html and holds JSON records: read as JSON records",)}


# --- reading --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "name", "count"), [(XML, "a.xml", 1), (HTML, "a.html", 1), (TEXT, "a.txt", 1), (RECORD, "a.jsonl", 2)]
)
def test_read_bytes_reads(data: bytes, name: str, count: int) -> None:
    """Each format gives its records, and each report slices its own text."""
    found = list(read_bytes(data, name))
    assert len(found) == count
    for record in found:
        assert record.report is not None
        for sentence in record.report.sentences:
            assert record.report.text[sentence.span.start : sentence.span.end] == sentence.span.of(record.report.text)
            assert record.report.source_map.locate(sentence.span)


class _Failing:
    """A reader that stands for a parsing library with a bug."""

    name, version = "failing", 1

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        yield Read("first", error=NoTextError("a record"))
        raise self.error


def _failing_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> Iterator[Read]:
    monkeypatch.setattr(registry, "detect", lambda data, name, options: Detected(_Failing(error)))
    return read_bytes(b"x", "a.xyz")


@pytest.mark.parametrize(
    "error", [ValueError("bad"), RecursionError("deep"), KeyError("k"), UnicodeDecodeError("utf-8", b"x", 0, 1, "y")]
)
def test_what_a_library_throws_becomes_malformed(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Any exception out of a reader is a MalformedError that names the file and keeps its cause."""
    records = _failing_with(monkeypatch, error)
    assert next(records).record == "first"
    with pytest.raises(MalformedError, match=r"a\.xyz .*failing") as caught:
        next(records)
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [MemoryError(), KeyboardInterrupt(), TooLargeError("said by the reader")])
def test_what_is_not_the_files_fault_passes(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """No memory, a key press and our own errors come through as they are."""
    records = _failing_with(monkeypatch, error)
    next(records)
    with pytest.raises(type(error)) as caught:
        next(records)
    assert caught.value is error


def _consume_badly() -> None:
    for record in read_bytes(TEXT, "a.txt"):
        raise ZeroDivisionError(record.record)


def test_the_consumers_errors_are_its_own() -> None:
    """What goes wrong with a record after it was handed out is not blamed on the file."""
    with pytest.raises(ZeroDivisionError):
        _consume_badly()


SMALLEST_PDF = min(SAMPLES.glob("*.pdf"), key=lambda path: path.stat().st_size)
WHOLE_FILES = (
    *(
        (path.name, path.read_bytes())
        for path in (GOLDEN / "jats-article.xml", GOLDEN / "html-article.html", SMALLEST_PDF)
    ),
    ("records.jsonl", RECORD),
    ("note.txt", TEXT),
    ("entry.ris", RIS),
    ("entry.nbib", MEDLINE),
    ("list.csv", TABLE),
    ("pages.json", RESULTS),
    ("set.xml", PUBMED),
)


@settings(deadline=None, max_examples=120)
@given(st.data(), st.sampled_from(WHOLE_FILES), st.sampled_from(["", ".xml", ".html", ".pdf", ".txt", ".jsonl"]))
def test_mutated_files_never_stop_a_batch(data: st.DataObject, whole: tuple[str, bytes], suffix: str) -> None:
    """Whatever happens to a file's bytes or name, it is read or refused with a ReadError that names it."""
    name, content = whole
    mutated = bytearray(content)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(mutated)))
        mutated[at : at + data.draw(st.integers(0, 300))] = data.draw(st.binary(max_size=12))
    renamed = f"{name}{suffix}"
    try:
        for record in read_bytes(bytes(mutated), renamed):
            assert (record.report is None) != (record.error is None)
    except ReadError as refusal:
        message = str(refusal)
    else:
        message = renamed
    assert renamed in message


@settings(deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["a", *(f"a{suffix}" for suffix in sorted(SUFFIXES))]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    """Noise under any name is read or refused with a ReadError that names the file."""
    try:
        list(read_bytes(data, name))
    except ReadError as refusal:
        message = str(refusal)
    else:
        message = name
    assert name in message


# --- what others ask ------------------------------------------------------------------------------


def test_suffixes() -> None:
    """A folder is searched for exactly these endings."""
    assert sorted(f".{ending}" for ending in ENDINGS) == sorted(SUFFIXES)


def test_every_reader_is_described_once() -> None:
    """Each reader has one line for the documentation, with endings that no other claims."""
    formats = describe()
    assert {known.reader.name for known in formats} == READERS
    assert len(formats) == len(READERS)
    claimed = [suffix for known in formats for suffix in known.suffixes]
    assert sorted(claimed) == sorted(SUFFIXES)
    assert all(known.known_by for known in formats)


def test_options_reach_the_reader() -> None:
    """What a person says of how to read arrives at the PDF reader, also through an archive."""
    locked, packed = _locked_pdf("secret"), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("locked.pdf", locked)
    for data, name in ((locked, "locked.pdf"), (packed.getvalue(), "a.zip")):
        (read,) = read_bytes(data, name, Options(pdf_passwords=("wrong", "secret")))
        assert read.report is not None
        assert "calcium pearls" in read.report.text
    with pytest.raises(EncryptedError, match=r"locked\.pdf"):
        list(read_bytes(locked, "locked.pdf"))
    (read,) = read_bytes(packed.getvalue(), "a.zip")
    assert isinstance(read.error, EncryptedError)


def _locked_pdf(password: str) -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica")
    document.multi_cell(0, text="A potter was seen with calcium pearls in her elbow. They went away with rest. " * 3)
    writer = PdfWriter(clone_from=io.BytesIO(bytes(document.output())))
    writer.encrypt(password)
    data = io.BytesIO()
    writer.write(data)
    return data.getvalue()


def test_version_changes_with_any_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """The readers' common version changes when one reader's does, and not otherwise."""
    before = readers_version()
    assert before == readers_version()
    monkeypatch.setattr(type(describe()[0].reader), "version", 99)
    assert readers_version() != before


# --- awkward real files ---------------------------------------------------------------------------


@pytest.mark.skipif(not FILES.is_dir(), reason="the shared development data is not here")
@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("lfs_pointer_PMC3258128.xml", UnsupportedFormatError),
        ("norma_bmc_trials_16_1_1.xml", "jats"),
        ("PMC1852268_nobody.nxml", "jats"),
        ("PMC4330076_largest.nxml", "jats"),
        ("norma_corrupt_test1.xml", "jats"),
        ("norma_bmj_i2607.html", "html"),
        ("e3c_french_latin1.txt", "text"),
        ("derived_image_only_case_report.pdf", NeedsOcrError),
        ("derived_user_password_case_report.pdf", EncryptedError),
        ("empty_page.pdf", NoTextError),
        ("fuzzed_poppler742.pdf", ReadError),
    ],
)
def test_awkward_files(name: str, outcome: str | type[ReadError]) -> None:
    """Each awkward file is read by the right reader or refused for the right reason, by name."""
    data = (FILES / name).read_bytes()
    if isinstance(outcome, str):
        (record,) = read_bytes(data, name)
        assert record.report is not None
        assert record.report.reader == outcome
    else:
        with pytest.raises(outcome, match=name.replace(".", r"\.")):
            list(read_bytes(data, name, Options(ocr=False)))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("space", [b"\n", b"\r\n \t", b""])
@pytest.mark.parametrize("content", [XML, b"<?xml version='1.0' encoding='UTF-8'?>" + PUBMED])
def test_xml_may_have_white_space_before_it(content: bytes, space: bytes, mark: bytes) -> None:
    """A blank line before the XML declaration, behind a byte order mark or not, changes nothing in what is read."""

    def outcome(data: bytes) -> list[object]:
        return [(read.report, type(read.error)) for read in read_bytes(data, "a.xml")]

    assert outcome(mark + space + content) == outcome(content)


@pytest.mark.parametrize(
    ("name", "data", "called"),
    [
        ("a.bib", b"Made by a program\n\n@article{roe, title = {Gout}}\n", "BibTeX"),
        ("a.txt", b"% a comment\n\n@Article {roe2011,\n  title = {Gout},\n}\n", "BibTeX"),
        ("a.enw", b"%0 Journal Article\r\n%T Gout\r\n%D 2011\r\n", "EndNote"),
        ("a.txt", b"\xef\xbb\xbf%0 Journal Article\n%T Gout\n%D 2011\n", "EndNote"),
        ("a.tex", b"\\section{Case} A man aged 50 had gout.", "LaTeX"),
        ("a.txt", b"% made\n\\RequirePackage[a]{b}\n\\documentclass[12pt]{article}\n\\begin{document}", "LaTeX"),
        ("a.txt", b"FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nTI Gout\n", "Web of Science"),
        ("a.ciw", b"FN Clarivate\nVR 1.0\n", "Web of Science"),
        ("a.mht", b"From: <x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\r\n<html>", "MHTML"),
        ("a.txt", b"MIME-Version: 1.0\nContent-Type: multipart/related;\n type=x\n\n<html><body>Hi", "MHTML"),
    ],
)
def test_formats_of_tags_are_refused_by_name(name: str, data: bytes, called: str) -> None:
    """What would be read as text, with its marks for words, is refused with what to do instead."""
    with pytest.raises(UnsupportedFormatError, match=rf"{name} is .*{called}.*, which is not read: (export|give|save)"):
        list(read_bytes(data, name))


@pytest.mark.parametrize(
    "text",
    [
        b"FN was the only finding. VR was done. A man had gout.",
        b"@article is how he was called. A man aged 50 had gout.",
        b"A man had gout. Cite as:\n\n@article{roe,\n title = {Gout}}\n",
        b"Note: the MIME-Version: was 1.0. A man aged 50 had gout.",
        b"Header: x\r\n" * 5_000,
        b"%0 was left. A man aged 50 had gout.",
    ],
)
def test_texts_that_speak_of_such_formats_are_texts(text: bytes) -> None:
    """A report is none of them for quoting one."""
    assert detect(text, "a.txt").reader.name == "text"
