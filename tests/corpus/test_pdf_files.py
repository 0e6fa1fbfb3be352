"""The awkward files of shared/data: each is read, or refused with the very condition that it was chosen for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.errors import EncryptedError, MalformedError, NeedsOcrError, NoTextError, ReadError
from corpus.readers import pdf_ocr
from corpus.readers.base import Options, Read
from corpus.readers.pdf import PdfReader

FILES = Path(__file__).parents[2].parent / "shared" / "data" / "files"

pytestmark = pytest.mark.skipif(not FILES.exists(), reason="shared/data/files is not there")
installed = pytest.mark.skipif(not pdf_ocr.available(), reason="tesseract is not installed")

WITHOUT_OCR = Options(ocr=False)


def read(name: str, options: Options = WITHOUT_OCR) -> Read:
    (record,) = PdfReader(options).read((FILES / name).read_bytes(), name)
    assert record.report is not None
    return record


@pytest.mark.parametrize(
    ("name", "kind", "reason"),
    [
        ("empty_page.pdf", NoTextError, "its page is empty$"),
        ("empty_431_bytes.pdf", NoTextError, "its page is empty$"),
        ("enc_no_id.pdf", NeedsOcrError, "1 page is a picture"),
        ("lo_writer_password.pdf", EncryptedError, "needs a password: give it with --pdf-password"),
        ("derived_user_password_case_report.pdf", EncryptedError, "needs a password"),
        ("derived_image_only_case_report.pdf", NeedsOcrError, "needs OCR: 4 pages are pictures without a text layer"),
        ("scan_bad_ccitt.pdf", NeedsOcrError, "1 page is a picture .* the file is damaged"),
        ("fuzzed_gs698804.pdf", NoTextError, "its page is empty; the file is damaged"),
        ("fuzzed_poppler742.pdf", MalformedError, "the file is damaged: .* no whole page can be found"),
    ],
)
def test_refusals_name_the_condition(name: str, kind: type[ReadError], reason: str) -> None:
    """Without OCR and passwords these are refused for what they are."""
    with pytest.raises(kind, match=f"^{re.escape(name)} .*{reason}") as caught:
        read(name)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("enc_r6_empty_password.pdf", "encryption test"),
        ("with_attachment.pdf", "Lorem ipsum"),
        ("latex_multicolumn.pdf", "Two-Column"),
        ("multilang.pdf", "Привет"),
    ],
)
def test_awkward_files_are_read(name: str, words: str) -> None:
    """An empty password, an attachment, columns and many scripts are no obstacles."""
    record = read(name)
    assert words in record.report.text  # type: ignore[union-attr]
    assert record.notes == ()


@pytest.mark.parametrize(
    ("name", "password"),
    [("lo_writer_password.pdf", "openpassword"), ("derived_user_password_case_report.pdf", "secret")],
)
def test_the_password_opens(name: str, password: str) -> None:
    """With the right password among those given, a locked file is read; with a wrong one, it is said to be wrong."""
    assert len(read(name, Options(pdf_passwords=("guess", password), ocr=False)).report.text) > 500  # type: ignore[union-attr]
    with pytest.raises(EncryptedError, match="the one given with --pdf-password does not open it"):
        read(name, Options(pdf_passwords=("guess",), ocr=False))


def test_a_file_with_a_hole_gives_what_is_left() -> None:
    """A file of which 40 % are zero bytes, page tree and metadata among them, gives its whole pages."""
    record = read("unreadable_metadata.pdf")
    assert "bytes of it are zero" in record.notes[0]
    assert "found without its page tree" in record.notes[0]
    assert "its metadata cannot be read" in record.notes[0]
    assert "Potentiometer" in record.report.text  # type: ignore[union-attr]


@pytest.mark.slow
@installed
def test_a_scan_is_read() -> None:
    """The pictures of a case report give its title, its sections and most of its words, in the same order."""
    scan = read("derived_image_only_case_report.pdf", Options()).report
    original = read("derived_user_password_case_report.pdf", Options(pdf_passwords=("secret",))).report
    assert scan is not None
    assert original is not None
    assert scan.bibliography.title == original.bibliography.title
    wanted, found = (
        [section.kind for section in report.sections if section.kind in ("abstract", "case", "discussion")]
        for report in (original, scan)
    )
    assert found == wanted
    words, seen = (set(re.findall(r"[a-z]{4,}", report.text.casefold())) for report in (original, scan))
    assert len(words & seen) > 0.9 * len(words)


@installed
@pytest.mark.parametrize(
    ("name", "reason"), [("scan_bad_ccitt.pdf", r"next to no text \(\d letters\): OCR found .*; the file is damaged")]
)
def test_a_scan_of_next_to_nothing_is_refused(name: str, reason: str) -> None:
    """With OCR, a picture of two words is no report, and what is broken in the file is told."""
    with pytest.raises(NoTextError, match=reason):
        read(name, Options())


@installed
def test_a_picture_in_an_encrypted_file_is_read() -> None:
    """Encryption without a password, no file identifier, two empty pages and a picture: the picture is read."""
    record = read("enc_no_id.pdf", Options())
    assert record.notes == ("page 2: read by OCR",)
    assert "international search report" in record.report.text  # type: ignore[union-attr]
