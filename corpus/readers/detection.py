"""What kind of file this is: told by its content first, by its ending only where the content leaves it open."""

from __future__ import annotations

import codecs
import io
import json
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from corpus.errors import EmptyFileError, EncryptedError, MalformedError, TooLargeError, UnsupportedFormatError
from corpus.readers import europepmc, pubmed
from corpus.readers.citations import is_medline, is_ris
from corpus.readers.encodings import head
from corpus.readers.jsonl import MAX_JSON_BYTES
from corpus.readers.markup import names
from corpus.readers.table import is_table
from corpus.readers.unread import unread_format

MAX_FILE_BYTES = 256 * 1024 * 1024
"""Larger files are refused before anything parses them."""
MAX_MEMBERS = 100_000
"""Archives of more files are refused before they are listed."""

Kind = Literal[
    "pdf",
    "jats",
    "html",
    "docx",
    "markdown",
    "text",
    "jsonl",
    "pubmed",
    "europepmc",
    "medline",
    "ris",
    "table",
    "archive",
]


@dataclass(frozen=True, slots=True)
class Detected:
    """A file's kind; ``note`` says so where the file's ending promises another, and is None where the two agree."""

    kind: Kind
    note: str | None = None


ENDINGS: dict[str, Kind] = {
    ".pdf": "pdf",
    ".docx": "docx",
    ".zip": "archive",
    ".gz": "archive",
    ".tgz": "archive",
    ".tar": "archive",
    ".xml": "jats",
    ".nxml": "jats",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "europepmc",
    ".nbib": "medline",
    ".ris": "ris",
    ".csv": "table",
    ".tsv": "table",
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "text",
    ".text": "text",
}
"""What each ending, in lower case, promises. Files with these endings are read when a folder is given."""

AMBIGUOUS_SUFFIXES = frozenset({".csv", ".tsv", ".json"})
"""Endings under which anything may stand: in a folder, such a file that is no report is no failure."""

_CALLED: dict[Kind, str] = {
    "pdf": "a PDF",
    "docx": "a Word document",
    "archive": "an archive",
    "jats": "XML",
    "html": "HTML",
    "jsonl": "JSON records",
    "markdown": "Markdown",
    "text": "text",
    "pubmed": "PubMed XML",
    "europepmc": "Europe PMC search results",
    "medline": "a bibliography in MEDLINE form",
    "ris": "a RIS bibliography",
    "table": "a bibliography as a table",
}
_ALSO: dict[str, tuple[Kind, ...]] = {
    ".txt": ("jsonl", "medline", "ris", "table"),
    ".text": ("jsonl", "medline", "ris", "table"),
    ".xml": ("pubmed", "europepmc"),
    ".json": ("jsonl",),
}
"""What else is rightly kept under an ending."""
_PLAIN_ENDINGS = frozenset({"", ".txt", ".text", ".ris", ".nbib", ".csv", ".tsv", ".pdf", ".xml"})
"""Endings under which lines of tags and tables are looked for: in other texts they are quoted at most."""

_BINARY: dict[str, str] = {
    ".pdf": "no PDF: %PDF- is missing from its first 1024 bytes",
    ".docx": "no Word document: it does not start as a zip archive does",
    ".zip": "no zip archive: it does not start as one",
    ".gz": "nothing that gzip packed: it does not start so",
    ".tgz": "nothing that gzip packed: it does not start so",
    ".tar": "no tar archive: it does not start as one",
}
"""Endings that promise what is no text, and what is wrong with a text under them."""
_TABLE = "headings in line 1, among them a title and one of DOI, PMID, abstract, authors or year"
_LOOKED_FOR: dict[str, str] = {
    ".json": f'search results of Europe PMC, and records with a "text" in at most {MAX_JSON_BYTES:,} bytes',
    ".csv": _TABLE,
    ".tsv": _TABLE,
}
"""What a file with an ending in ``AMBIGUOUS_SUFFIXES`` does not hold when it is refused."""

_LFS_POINTER = b"version https://git-lfs.github.com/spec"
_ZIP, _EMPTY_ZIP, _GZIP, _OLE = b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (_EMPTY_ZIP, "an empty zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (_OLE, "an old Microsoft Office document (.doc, .xls, .ppt)"),
    (b"{\\rtf", "a Rich Text document"),
    (b"%!PS", "a PostScript document"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
)
_OFFICE = (
    (names("xl/workbook.xml"), "an Excel workbook (.xlsx)"),
    (names("xl/workbook.bin"), "an Excel workbook (.xlsb)"),
    (names("ppt/presentation.xml"), "a PowerPoint presentation (.pptx)"),
    (names("META-INF/container.xml"), "an e-book (.epub)"),
    (names("mimetype content.xml"), "an OpenDocument file (.odt, .ods, .odp)"),
)
"""Files that together tell what a zip archive is, where it is not just an archive."""

_HEAD = 64 * 1024
_PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+[^\[>]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"\s*<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_HTML_DOCTYPE = re.compile(r"<!DOCTYPE\s+html\b", re.IGNORECASE)
_HTML_MARK = re.compile(r"<(?:!doctype\s+html|html|head|body)\b[^<>]*>", re.IGNORECASE)
_HTML_ROOTS = names(
    "html head body title meta link style script div span p a b i em strong br hr h1 h2 h3 h4 h5 h6 ul ol li "
    "dl table tbody tr td section main header nav img figure blockquote pre center font form"
)
_WHOLE_PAGE = frozenset({"html", "head", "body"})
_XML_MARK = re.compile(r"\s*<\?xml\b")
_JATS_MARK = re.compile(r"\barticle-type=|<(?:[\w.-]+:)?(?:front|journal-meta|article-meta)\b")


def detect(data: bytes, name: str) -> Detected:
    """The kind of ``data``; ``name`` is the file's name, whose ending breaks ties.

    Raises EmptyFileError, TooLargeError, EncryptedError, UnsupportedFormatError (an image, a spreadsheet, a Git
    LFS pointer …) and MalformedError (an ending that promises what the content does not hold).
    """
    if len(data) > MAX_FILE_BYTES:
        raise TooLargeError(f"{name} has {len(data):,} bytes, more than the limit of {MAX_FILE_BYTES:,}: split it")
    start = data[:_HEAD].lstrip()
    if not start and not data.strip():
        raise EmptyFileError(f"{name} is empty: there is nothing to read")
    if start.startswith(_LFS_POINTER):
        raise UnsupportedFormatError(f"{name} is a Git LFS pointer, not the file itself: fetch it with `git lfs pull`")
    suffix = PurePath(name).suffix.lower()
    kind = _by_signature(data, name) or _of_text(data, name, suffix)
    return Detected(kind, _disagreement(kind, name, suffix))


def is_zip(data: bytes) -> bool:
    """Whether ``data`` starts as a zip archive does, a Word document among them."""
    return data.startswith(_ZIP)


def is_gzip(data: bytes) -> bool:
    """Whether ``data`` starts as what gzip packed."""
    return data.startswith(_GZIP)


def is_tar(start: bytes) -> bool:
    """Whether a file whose first 512 bytes or more are ``start`` is a tar archive."""
    return start[257:262] == b"ustar"


def open_zip(data: bytes, name: str) -> zipfile.ZipFile:
    """The zip archive ``data``. Raises TooLargeError for more than ``MAX_MEMBERS`` files, MalformedError."""
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:  # one stands before each entry of its list
        raise TooLargeError(f"{name} holds more than {MAX_MEMBERS:,} files: split it")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise MalformedError(f"{name} is a damaged zip archive ({error}): get it again from its source") from error


def _by_signature(data: bytes, name: str) -> Kind | None:
    """The kind of what is no text."""
    if is_zip(data):
        return _of_zip(data, name)
    if is_gzip(data) or is_tar(data):
        return "archive"
    if b"%PDF-" in data[:1024]:  # after the archives, where an unpacked PDF may stand so near the start
        return "pdf"
    if data.startswith(_OLE) and _ENCRYPTED_OFFICE in data:
        raise EncryptedError(f"{name} is an Office document that needs a password: save it without one")
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise UnsupportedFormatError(f"{name} is {kind}: give the report as PDF, JATS XML, HTML, .docx or text")
    return None


def _of_zip(data: bytes, name: str) -> Kind:
    with open_zip(data, name) as archive:
        members = set(archive.namelist())
    if "word/document.xml" in members:
        return "docx"
    for telling, kind in _OFFICE:
        if telling <= members:
            raise UnsupportedFormatError(f"{name} is {kind}: save the report as PDF, .docx or text")
    return "archive"


def _of_text(data: bytes, name: str, suffix: str) -> Kind:
    """The kind of what has no binary signature."""
    start = head(data, _HEAD)
    if unread := unread_format(start, suffix):
        raise UnsupportedFormatError(f"{name} is {unread[0]}, which is not read: {unread[1]}")
    kind = _by_content(data, start, suffix)
    if kind is not None:
        return kind
    if suffix in _BINARY:
        raise MalformedError(f"{name} is named {suffix} and holds {_BINARY[suffix]}")
    if suffix in (".xml", ".nxml"):
        raise MalformedError(f"{name} is named {suffix} and holds no XML: line 1 does not start with an element")
    if suffix in _LOOKED_FOR:
        raise UnsupportedFormatError(f"{name} holds no reports: looked for {_LOOKED_FOR[suffix]}")
    return ENDINGS.get(suffix, "text")


def _by_content(data: bytes, start: str, suffix: str) -> Kind | None:
    """The kind that the content of a text shows, its ending apart; None where it could be several."""
    marked_up = _of_markup(start, suffix)
    if marked_up is not None:
        return marked_up
    if europepmc.is_search_result(data):
        return "europepmc"
    if _is_records(data, suffix):
        return "jsonl"
    if suffix in _PLAIN_ENDINGS:
        if is_medline(start):
            return "medline"
        if is_ris(start):
            return "ris"
        if is_table(start):
            return "table"
    is_page = ENDINGS.get(suffix) != "markdown" and _HTML_MARK.search(start[:4096])
    return "html" if is_page else None


def _of_markup(start: str, suffix: str) -> Kind | None:
    """The kind of what starts with an element; None where nothing does."""
    if not start.lstrip().startswith("<"):
        return None
    at = 0
    while prologue := _PROLOGUE.match(start, at):
        if _HTML_DOCTYPE.search(prologue.group()):
            return "html"
        at = prologue.end()
    root = _ROOT.match(start, at)
    kind = root.group(1).lower() if root else ""
    if ENDINGS.get(suffix) == "markdown" and not (
        kind in _WHOLE_PAGE or _XML_MARK.match(start) or _JATS_MARK.search(start)
    ):
        return None  # elements may start a Markdown file without making it a page
    if root is None:
        return "jats" if at or suffix in (".xml", ".nxml") else None
    if root.group(1) in pubmed.ROOTS:
        return "pubmed"
    if root.group(1) in europepmc.XML_ROOTS:
        return "europepmc"
    if kind in _HTML_ROOTS:
        return "html"
    if kind == "article" and not _JATS_MARK.search(start):
        return "jats" if suffix in (".xml", ".nxml") or at else "html"
    return "jats"


def _is_records(data: bytes, suffix: str) -> bool:
    """Whether this is JSON that holds records with a text: one a line, or (named .json) one or a list of them."""
    bare = data.removeprefix(codecs.BOM_UTF8).lstrip()
    line = bare.partition(b"\n")[0]
    if line.startswith(b"{") and _holds_text(line):
        return True
    return suffix == ".json" and bare[:1] in (b"{", b"[") and len(bare) <= MAX_JSON_BYTES and _holds_text(bare)


def _holds_text(document: bytes) -> bool:
    try:
        found = json.loads(document)
    except (ValueError, RecursionError):
        return False
    if isinstance(found, list):
        return any(isinstance(each, dict) and "text" in each for each in found)
    return isinstance(found, dict) and "text" in found


def _disagreement(kind: Kind, name: str, suffix: str) -> str | None:
    """What to tell where the ending ``suffix`` promises another kind."""
    promised = ENDINGS.get(suffix)
    if promised is None or kind == promised or kind in _ALSO.get(suffix, ()):
        return None
    return f"{name} is named {suffix} and holds {_CALLED[kind]}: read as {_CALLED[kind]}"
