"""The seam between files and reports: one reader per format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from corpus.errors import ReadError
from corpus.model import Report


@dataclass(frozen=True, slots=True)
class Read:
    """What one record of a file gave: a report, or the reason why not.

    ``record`` names the record within its file ("" for a file that holds one report).
    Exactly one of ``report`` and ``error`` is set. ``notes`` say what a person should know of a reading that
    went well all the same: an ending that the content belies, pages that were read by OCR.
    """

    record: str
    report: Report | None = None
    error: ReadError | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may say about how files are read. ``pdf_passwords`` are tried in order, after the empty one."""

    pdf_passwords: tuple[str, ...] = ()
    ocr: bool = True
    """Whether pages without a text layer are read by OCR where the program for it is installed."""


DEFAULT = Options()
"""How files are read where nobody says otherwise."""


class Reader(Protocol):
    """Reads the whole content of one file."""

    name: str
    version: int

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """The records of ``data``; ``name`` is the file's name, for messages only.

        Raises ReadError where the file as a whole cannot be read.
        """
        ...
