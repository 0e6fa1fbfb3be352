"""The reports' words as they stand, folded for comparing: where a phrase or a name is looked up to the letter.

A segment keeps them beside its postings, which know the words of a report but not their order. Memory-mapped;
about as large as the reports' text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from corpus.words import unaccented
from indexer.errors import REBUILD, DamagedError
from indexer.strings import StringsWriter, open_written

_GAP = re.compile(r"[\s\u00ad\u2010-\u2015\u2212-]+")
_APOSTROPHE = str.maketrans("’‘´`", "''''")
_TEXT = "text"


def comparable(text: str) -> str:
    """``text`` without case and accents; white space, hyphens and dashes, however many, are one blank."""
    bare = unaccented(text.translate(_APOSTROPHE)).lower().translate(_APOSTROPHE)  # "´" would be taken for an accent
    return _GAP.sub(" ", bare).strip()


def finder(phrase: str) -> Callable[[str], bool]:
    """Whether a ``comparable`` text holds ``phrase`` word for word: "renal failure" is not in "adrenal failure"."""
    wanted = comparable(phrase).strip(" .,;:!?")

    def is_in(text: str) -> bool:  # no pattern: a class of drugs has more than a thousand names
        at = text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            if not _goes_on(text[max(0, at - 1) : at]) and not _goes_on(text[end : end + 1]):
                return True
            at = text.find(wanted, at + 1)
        return False

    return is_in


def _goes_on(beside: str) -> bool:
    """Whether what stands beside a word belongs to it."""
    return beside.isalnum() or beside == "_"


class WordingsWriter:
    """Takes the texts of the reports 0, 1, 2 … of a segment and leaves them in ``folder`` (made here), as they come."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._texts = StringsWriter(folder, _TEXT)

    def add(self, text: str) -> None:
        """The next report's."""
        self._texts.add(comparable(text).encode("utf-8", "surrogatepass"))

    def finish(self) -> None:
        """Write where each begins. Nothing can be added after it."""
        self._texts.finish()


class Wordings:
    """The texts of one segment's reports, opened. Raises DamagedError."""

    def __init__(self, folder: Path) -> None:
        try:
            self._texts = open_written(folder, _TEXT)
        except (ValueError, OSError) as error:
            raise DamagedError(f"{folder}: the reports' words cannot be opened ({error}): {REBUILD}") from error

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, report: int) -> str:
        """The ``comparable`` text of a report; segments of before were written with accents, which it loses here."""
        text: bytes = self._texts[report]
        return unaccented(text.decode("utf-8", "surrogatepass"))
