"""The words of a corpus as they are written: what a misspelt word may have meant. The index itself holds stems.

Each segment keeps its words and how many of its reports hold each, those that are gone since included: a rough
measure of what is usual. Whether a word is still there, the postings say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from indexer.analyzer import tokens
from indexer.disk import create
from indexer.errors import REBUILD, DamagedError
from indexer.strings import mapped, open_strings, write_strings

_WORDS, _REPORTS = "words", "reports.npy"


class VocabularyWriter:
    """Takes the texts of a segment's reports and leaves their words in ``folder`` (made here)."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._reports: Counter[str] = Counter()

    def add(self, text: str) -> None:
        """The next report's."""
        self._reports.update(set(tokens(text)))

    def finish(self) -> None:
        """Write the files. Nothing can be added after it."""
        encoded = {word.encode("utf-8", "surrogatepass"): count for word, count in self._reports.items()}
        words = sorted(encoded)
        write_strings(self._folder, _WORDS, words)
        create(self._folder / _REPORTS, "<i4", (len(words),))[:] = [encoded[word] for word in words]


class SegmentVocabulary:
    """The words of one segment, opened. Raises DamagedError."""

    def __init__(self, folder: Path) -> None:
        try:
            self._words = open_strings(folder, _WORDS)
            self._reports = mapped(folder / _REPORTS, "<i4")
            if len(self._words) != len(self._reports):
                raise ValueError("the words do not fit their counts")
        except (ValueError, OSError) as error:
            raise DamagedError(f"{folder}: the words cannot be opened ({error}): {REBUILD}") from error

    def counted(self) -> dict[str, int]:
        """Every word, in small letters, and how many reports of the segment hold it."""
        words = (word.decode("utf-8", "surrogatepass") for word in self._words)
        return dict(zip(words, self._reports.tolist(), strict=True))


def union(segments: Sequence[SegmentVocabulary]) -> dict[str, int]:
    """The words of all segments. Takes the whole of them: once for each generation, when the first is asked for."""
    found: Counter[str] = Counter()
    for segment in segments:
        found.update(segment.counted())
    return dict(found)
