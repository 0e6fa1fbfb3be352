"""One door to every reader: a file's bytes in, its reports out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from corpus.errors import CasetroveError, MalformedError
from corpus.readers import detection
from corpus.readers.archives import ArchiveReader
from corpus.readers.base import DEFAULT, Options, Read, Reader
from corpus.readers.citations import MedlineReader, RisReader
from corpus.readers.detection import AMBIGUOUS_SUFFIXES, ENDINGS, MAX_FILE_BYTES, Kind
from corpus.readers.docx import DocxReader
from corpus.readers.europepmc import EuropePmcReader
from corpus.readers.html import HtmlReader
from corpus.readers.jats import JatsReader
from corpus.readers.jsonl import JsonlReader
from corpus.readers.markdown import MarkdownReader
from corpus.readers.pdf import PdfReader
from corpus.readers.pubmed import PubmedReader
from corpus.readers.table import TableReader
from corpus.readers.text import TextReader

__all__ = [
    "AMBIGUOUS_SUFFIXES",
    "MAX_FILE_BYTES",
    "SUFFIXES",
    "Detected",
    "Format",
    "describe",
    "detect",
    "read_bytes",
    "readers_version",
]

SUFFIXES: frozenset[str] = frozenset(ENDINGS)
"""The file endings, in lower case, that are read when a folder is given."""

_KNOWN_BY: dict[Kind, str] = {
    "pdf": "%PDF- within the first 1024 bytes",
    "jats": "an XML root element that is not HTML's",
    "html": "an HTML doctype, or HTML elements at the start",
    "docx": "a zip archive that holds word/document.xml",
    "markdown": "its ending; the content is text",
    "jsonl": 'JSON objects with a "text", one a line or in a list',
    "pubmed": "the root element, such as PubmedArticleSet",
    "europepmc": 'a "resultList" in JSON, or the root element responseWrapper',
    "medline": "a line that starts with PMID- and a number",
    "ris": "a line that starts with TY  -",
    "table": "headings in line 1, among them a title and an identifier, abstract, authors or year",
    "archive": "the signature of gzip, zip or tar",
    "text": "any other text",
}


_XML_READERS = frozenset({"jats", "pubmed", "europepmc"})
_BEFORE_DECLARATION = re.compile(rb"\A(\xef\xbb\xbf)?\s+(?=<\?xml\b)")
"""White space where an XML file must start: parsers refuse the whole file for it."""


@dataclass(frozen=True, slots=True)
class Format:
    """One reader as the documentation shows it. ``suffixes`` are what a folder is searched for."""

    reader: Reader
    suffixes: tuple[str, ...]
    known_by: str


@dataclass(frozen=True, slots=True)
class Detected:
    """The reader for a file; ``note`` says so where the file's ending promises another kind."""

    reader: Reader
    note: str | None = None


def detect(data: bytes, name: str, options: Options = DEFAULT) -> Detected:
    """The reader for ``data``; ``name`` is the file's name, whose ending breaks ties.

    Raises EmptyFileError, TooLargeError, EncryptedError, UnsupportedFormatError (an image, a spreadsheet, a Git
    LFS pointer …) and MalformedError (an ending that promises what the content does not hold).
    """
    found = detection.detect(data, name)
    return Detected(_readers(options)[found.kind], found.note)


def read_bytes(data: bytes, name: str, options: Options = DEFAULT) -> Iterator[Read]:
    """The records of the file ``name``, whose content is ``data``, each a report or the reason why not.

    Raises ReadError where the file as a whole cannot be read. Whatever a parsing library throws at
    bad input comes out as MalformedError, so that a batch goes on.
    """
    found = detect(data, name, options)
    if found.reader.name in _XML_READERS:
        data = _BEFORE_DECLARATION.sub(rb"\1", data, count=1)
    try:
        for read in found.reader.read(data, name):
            yield replace(read, notes=(found.note, *read.notes)) if found.note else read
    except (CasetroveError, MemoryError):
        raise
    except Exception as error:
        raise MalformedError(
            f"{name} could not be read as {found.reader.name} ({type(error).__name__}: {error}): "
            "see if it opens elsewhere"
        ) from error


def readers_version() -> str:
    """One word for the versions of all readers: a file read under another one is read again."""
    return "-".join(sorted(f"{reader.name}{reader.version}" for reader in _readers(DEFAULT).values()))


def describe() -> tuple[Format, ...]:
    """Every format, for the documentation."""
    readers = _readers(DEFAULT)
    return tuple(
        Format(readers[kind], tuple(suffix for suffix, promised in ENDINGS.items() if promised == kind), known_by)
        for kind, known_by in _KNOWN_BY.items()
    )


def _readers(options: Options) -> dict[Kind, Reader]:
    return {
        "pdf": PdfReader(options),
        "docx": DocxReader(),
        "archive": ArchiveReader(lambda data, name: read_bytes(data, name, options)),
        "jats": JatsReader(),
        "html": HtmlReader(),
        "jsonl": JsonlReader(),
        "markdown": MarkdownReader(),
        "text": TextReader(),
        "pubmed": PubmedReader(),
        "europepmc": EuropePmcReader(),
        "medline": MedlineReader(),
        "ris": RisReader(),
        "table": TableReader(),
    }
