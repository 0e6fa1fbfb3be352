"""Plain text: pages copied from the web, text taken out of PDFs, abstracts, notes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from corpus.assembly import assemble
from corpus.errors import EmptyFileError, MalformedError, NoTextError, UnsupportedFormatError
from corpus.model import Part
from corpus.readers.base import Read
from corpus.readers.layout import page_blocks

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")


def decode(data: bytes, name: str) -> str:
    """The text of ``data``: by its byte order mark, else as UTF-8, else by its letters' statistics.

    Line ends stay as they are. Raises EmptyFileError, UnsupportedFormatError for what is no text and
    MalformedError for a pointer that stands in for a file.
    """
    if not data.strip():
        raise EmptyFileError(f"{name} is empty: there is nothing to read")
    if data.startswith(b"%PDF-"):
        raise UnsupportedFormatError(f"{name} is a PDF, not text: give it the ending .pdf")
    if data.startswith(b"version https://git-lfs."):
        raise MalformedError(f"{name} is a Git LFS pointer, not the file itself: fetch the file with `git lfs pull`")
    text = _decoded(data, name)
    if "\x00" in text or len(_CONTROL.findall(text)) > 4 + len(text) // 200:
        raise UnsupportedFormatError(f"{name} is not text but binary data: give it the ending of its real format")
    if not text.strip():
        raise EmptyFileError(f"{name} holds nothing but white space")
    return text


def _decoded(data: bytes, name: str) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError as error:
                raise UnsupportedFormatError(f"{name} starts as {encoding} but does not go on so: {error}") from error
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        guesses = list(from_bytes(data))
    if not guesses:
        raise UnsupportedFormatError(f"{name} is in no encoding we know: save it as UTF-8")
    best = guesses[0]
    for guess in guesses:  # among equals the encoding that Western files are in, not the first by name
        if guess.encoding == "cp1252" and (guess.chaos, guess.coherence) == (best.chaos, best.coherence):
            best = guess
    return str(best)


class TextReader:
    """One plain-text file, one report."""

    name = "text"
    version = 1

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``; the file is one record."""
        raw = decode(data, name)
        layout = page_blocks(raw)
        parts = (Part(0, len(raw), "line", ""),)
        try:
            report = assemble(layout.blocks, layout.bibliography, raw=raw, parts=parts, reader=self.name)
        except NoTextError as error:
            raise NoTextError(f"{name} {error}") from error
        yield Read("", report)
