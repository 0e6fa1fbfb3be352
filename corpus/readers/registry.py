"""Which reader reads which file: told by the content first, by the file's ending only to break ties."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from corpus.errors import CasetroveError, EmptyFileError, MalformedError, TooLargeError, UnsupportedFormatError
from corpus.readers.base import Read, Reader
from corpus.readers.html import HtmlReader
from corpus.readers.jats import JatsReader
from corpus.readers.jsonl import JsonlReader
from corpus.readers.markup import names
from corpus.readers.pdf import PdfReader
from corpus.readers.text import TextReader

MAX_FILE_BYTES = 256 * 1024 * 1024
"""Larger files are refused before anything parses them."""

_TEXT, _HTML, _JATS, _PDF, _JSONL = TextReader(), HtmlReader(), JatsReader(), PdfReader(), JsonlReader()


@dataclass(frozen=True, slots=True)
class Format:
    """One reader as the documentation shows it. ``suffixes`` are what a folder is searched for."""

    reader: Reader
    suffixes: tuple[str, ...]
    known_by: str


_FORMATS = (
    Format(_PDF, (".pdf",), "%PDF- within the first 1024 bytes"),
    Format(_JATS, (".xml", ".nxml"), "an XML root element that is not HTML's"),
    Format(_HTML, (".html", ".htm", ".xhtml"), "an HTML doctype, or HTML elements at the start"),
    Format(_JSONL, (".jsonl", ".ndjson"), 'a first line that is a JSON object with a "text"'),
    Format(_TEXT, (".txt", ".text", ".md"), "any other text"),
)
SUFFIXES: frozenset[str] = frozenset(suffix for known in _FORMATS for suffix in known.suffixes)
"""The file endings, in lower case, that are read when a folder is given."""

_LFS_POINTER = b"version https://git-lfs.github.com/spec"
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive (also the form of .docx, .odt and .epub)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
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
    (b"\xd0\xcf\x11\xe0", "an old Microsoft Office document (.doc, .xls, .ppt)"),
    (b"{\\rtf", "a Rich Text document"),
    (b"%!PS", "a PostScript document"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
)
_HEAD = 64 * 1024
_PROLOGUE = re.compile(r"\s*(?:<\?.*?\?>|<!--.*?-->|<!DOCTYPE\s+[^\[>]*(?:\[.*?\]\s*)?>)", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"\s*<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)")
_HTML_DOCTYPE = re.compile(r"<!DOCTYPE\s+html\b", re.IGNORECASE)
_HTML_MARK = re.compile(r"<(?:!doctype\s+html|html|head|body)\b[^<>]*>", re.IGNORECASE)
_HTML_ROOTS = names(
    "html head body title meta link style script div span p a b i em strong br hr h1 h2 h3 h4 h5 h6 ul ol li "
    "dl table tbody tr td section main header nav img figure blockquote pre center font form"
)
_JATS_MARK = re.compile(r"\barticle-type=|<(?:[\w.-]+:)?(?:front|journal-meta|article-meta)\b")


def detect(data: bytes, name: str) -> Reader:
    """The reader for ``data``; ``name`` is the file's name, whose ending breaks ties.

    Raises EmptyFileError, TooLargeError, UnsupportedFormatError (an archive, an image, a Git LFS
    pointer …) and MalformedError (an ending that promises what the content does not hold).
    """
    if len(data) > MAX_FILE_BYTES:
        raise TooLargeError(f"{name} has {len(data):,} bytes, more than the limit of {MAX_FILE_BYTES:,}: split it")
    start = data[:_HEAD].lstrip()
    if not start and not data.strip():
        raise EmptyFileError(f"{name} is empty: there is nothing to read")
    if start.startswith(_LFS_POINTER):
        raise UnsupportedFormatError(f"{name} is a Git LFS pointer, not the file itself: fetch it with `git lfs pull`")
    if b"%PDF-" in data[:1024]:
        return _PDF
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise UnsupportedFormatError(f"{name} is {kind}: give the report as PDF, JATS XML, HTML or text")
    return _of_text(data, name)


def read_bytes(data: bytes, name: str) -> Iterator[Read]:
    """The records of the file ``name``, whose content is ``data``, each a report or the reason why not.

    Raises ReadError where the file as a whole cannot be read. Whatever a parsing library throws at
    bad input comes out as MalformedError, so that a batch goes on.
    """
    reader = detect(data, name)
    try:
        yield from reader.read(data, name)
    except (CasetroveError, MemoryError):
        raise
    except Exception as error:
        raise MalformedError(
            f"{name} could not be read as {reader.name} ({type(error).__name__}: {error}): see if it opens elsewhere"
        ) from error


def readers_version() -> str:
    """One word for the versions of all readers: a file read under another one is read again."""
    return "-".join(sorted(f"{known.reader.name}{known.reader.version}" for known in _FORMATS))


def describe() -> tuple[Format, ...]:
    """Every format, for the documentation."""
    return _FORMATS


def _of_text(data: bytes, name: str) -> Reader:
    """The reader for what has no binary signature."""
    suffix = PurePath(name).suffix.lower()
    head = _head(data)
    if suffix == ".pdf":
        raise MalformedError(f"{name} is named .pdf and holds no PDF: %PDF- is missing from its first 1024 bytes")
    marked_up = _of_markup(head, suffix)
    if marked_up is not None:
        return marked_up
    if suffix in (".xml", ".nxml"):
        raise MalformedError(f"{name} is named {suffix} and holds no XML: line 1 does not start with an element")
    if suffix in (".jsonl", ".ndjson") or _is_record(data):
        return _JSONL
    if suffix in (".html", ".htm", ".xhtml") or _HTML_MARK.search(head[:4096]):
        return _HTML
    return _TEXT


def _head(data: bytes) -> str:
    """The first 64 KiB as text good enough to look for ASCII names in."""
    head = data[:_HEAD]
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace")
    return head.removeprefix(codecs.BOM_UTF8).decode("latin-1")


def _of_markup(head: str, suffix: str) -> Reader | None:
    """The reader for what starts with an element; None where nothing does."""
    if not head.lstrip().startswith("<"):
        return None
    at = 0
    while prologue := _PROLOGUE.match(head, at):
        if _HTML_DOCTYPE.search(prologue.group()):
            return _HTML
        at = prologue.end()
    root = _ROOT.match(head, at)
    if root is None:
        return _JATS if at or suffix in (".xml", ".nxml") else None
    kind = root.group(1).lower()
    if kind in _HTML_ROOTS:
        return _HTML
    if kind == "article" and not _JATS_MARK.search(head):
        return _JATS if suffix in (".xml", ".nxml") or at else _HTML
    return _JATS


def _is_record(data: bytes) -> bool:
    """Whether the first line that is not blank is a JSON object with a text."""
    line = data.removeprefix(codecs.BOM_UTF8).lstrip().partition(b"\n")[0]
    if not line.startswith(b"{"):
        return False
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(record, dict) and "text" in record
