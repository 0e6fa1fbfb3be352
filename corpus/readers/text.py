"""Plain text: pages copied from the web, text taken out of PDFs, abstracts, notes."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.assembly import assemble
from corpus.errors import NoTextError
from corpus.model import Part
from corpus.readers.base import Read
from corpus.readers.encodings import recognise
from corpus.readers.layout import page_blocks


def decode(data: bytes, name: str) -> str:
    """The text of ``data`` in whatever encoding it is; see ``encodings.recognise``."""
    return recognise(data, name).text


class TextReader:
    """One plain-text file, one report."""

    name = "text"
    version = 2

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``; the file is one record."""
        decoded = recognise(data, name)
        raw = decoded.text
        layout = page_blocks(raw)
        parts = (Part(0, len(raw), "line", ""),)
        try:
            report = assemble(layout.blocks, layout.bibliography, raw=raw, parts=parts, reader=self.name)
        except NoTextError as error:
            raise NoTextError(f"{name} {error}") from error
        yield Read("", report, notes=(decoded.note,) if decoded.note else ())
