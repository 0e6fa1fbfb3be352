"""The postings of one segment: which reports hold a term, and how often each field of theirs does.

Plain arrays, written once and mapped when opened. A report has ``FIELDS``; how often a field holds a term is kept
up to 255. Beside them stand the reports' words one after another, as numbers, to see which stand side by side.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from corpus.model import SectionKind
from indexer.disk import create, save
from indexer.errors import REBUILD, DamagedError
from indexer.strings import Strings, mapped

FIELDS: Final = ("title", "abstract", "case", "discussion")
"""``case``: what is told of the report's own patients, and text without a heading. ``discussion``: all the rest."""
_FIELD_OF: Final[dict[SectionKind, int]] = {
    "title": 0, "abstract": 1, "keywords": 1, "case": 2, "treatment": 2, "outcome": 2, "results": 2, "body": 2,
}  # fmt: skip
_MOST: Final = 255
_BREAK: Final = np.uint32(0xFFFFFFFF)
"""Between two fields: no word follows another across it."""

Ordinals = NDArray[np.int64]
Counts = NDArray[np.uint8]
"""Shape ``(n, len(FIELDS))``."""

_COUNTED = np.dtype([("term", "<u4"), ("report", "<u4"), ("counts", "u1", (len(FIELDS),))])
_BLOCK = 1 << 18
"""Postings that are gathered and sorted at a time."""
_KEPT_PLACES = 1 << 15
_ARRAYS = {
    "term_starts": ("<i8", 1),
    "starts": ("<i8", 1),
    "reports": ("<i4", 1),
    "counts": ("|u1", 2),
    "lengths": ("<i4", 2),
    "words": ("<u4", 1),
    "word_starts": ("<i8", 1),
}
"""By name the kind of numbers and how many dimensions."""


def field_of(kind: SectionKind) -> int:
    """The place in ``FIELDS`` of a section's text."""
    return _FIELD_OF.get(kind, 3)


class PostingsWriter:
    """Takes the analysed reports 0, 1, 2 … of a segment one after another and leaves their postings in ``folder``.

    Postings are spilled to disk as they come and put in order at the end: memory grows with the vocabulary, not
    with the reports (but for four bytes each).
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._spilled = (folder / "spilled").open("w+b")
        self._terms: dict[str, int] = {}
        self._lengths = array("i")
        self._gathered = array("I")  # as ``_COUNTED`` has it
        self._words = (folder / "words").open("w+b")
        self._word_starts = array("q", [0])

    def add(self, fields: Sequence[Sequence[str]], beside: Sequence[Sequence[str]] = ()) -> None:
        """The terms of each field of the next report, in order; ``beside`` are terms that are no words of it.

        A field is as long as it has words.
        """
        report = len(self._lengths) // len(FIELDS)
        counted: dict[str, int] = {}  # the four counts as the bytes of one number
        for part in (fields, beside):
            for place, terms in enumerate(part):
                for term, count in Counter(terms).items():
                    counted[term] = counted.get(term, 0) | min(count, _MOST) << 8 * place
        for term, counts in counted.items():
            self._gathered.extend((self._terms.setdefault(term, len(self._terms)), report, counts))
        self._follow(fields)
        self._lengths.extend(map(len, fields))
        if len(self._gathered) >= 3 * _BLOCK:
            self._spill()

    def _follow(self, fields: Sequence[Sequence[str]]) -> None:
        numbers = array("I")
        for terms in fields:
            if terms:
                numbers.extend(self._terms[term] for term in terms)
                numbers.append(int(_BREAK))
        self._words.write(numbers)
        self._word_starts.append(self._word_starts[-1] + len(numbers))

    def finish(self) -> None:
        """Write the arrays. Nothing can be added after it."""
        self._spill()
        names = [term.encode("utf-8", "surrogatepass") for term in self._terms]
        order = sorted(range(len(names)), key=names.__getitem__)
        place = np.empty(len(names), dtype=np.int64)
        place[order] = np.arange(len(names))
        (self._folder / "terms").write_bytes(b"".join(names[at] for at in order))
        self._save("term_starts", np.cumsum([0, *(len(names[at]) for at in order)]))
        self._save("lengths", np.array(self._lengths).reshape(-1, len(FIELDS)))
        frequencies = np.zeros(len(names), dtype=np.int64)
        for block in self._blocks():
            frequencies += np.bincount(place[block["term"]], minlength=len(names))
        starts = np.concatenate([[0], np.cumsum(frequencies)])
        self._save("starts", starts)
        self._sort(place, starts)
        self._renumber(place)
        self._spilled.close()
        (self._folder / "spilled").unlink()

    def _sort(self, place: Ordinals, starts: Ordinals) -> None:
        """Put each block's postings behind those of the blocks before it: a term's reports stay in order."""
        total = int(starts[-1])
        reports = create(self._folder / "reports.npy", _ARRAYS["reports"][0], (total,))
        counts = create(self._folder / "counts.npy", _ARRAYS["counts"][0], (total, len(FIELDS)))
        filled = starts[:-1].copy()
        for block in self._blocks():
            terms = place[block["term"]]
            order = np.argsort(terms, kind="stable")
            terms = terms[order]
            within = np.arange(len(terms)) - np.searchsorted(terms, terms)
            target = filled[terms] + within
            reports[target] = block["report"][order]
            counts[target] = block["counts"][order]
            filled += np.bincount(terms, minlength=len(filled))

    def _renumber(self, place: Ordinals) -> None:
        """Write the words with the numbers that the terms have in order."""
        self._save("word_starts", np.array(self._word_starts))
        words = create(self._folder / "words.npy", _ARRAYS["words"][0], (self._word_starts[-1],))
        self._words.seek(0)
        done = 0
        while part := self._words.read(_BLOCK * words.itemsize):
            numbers = np.frombuffer(part, dtype="<u4").copy()
            known = numbers != _BREAK
            numbers[known] = place[numbers[known]]
            words[done : done + len(numbers)] = numbers
            done += len(numbers)
        self._words.close()
        (self._folder / "words").unlink()

    def _spill(self) -> None:
        self._spilled.write(self._gathered)
        del self._gathered[:]

    def _blocks(self) -> Iterator[NDArray[Any]]:
        self._spilled.seek(0)
        while part := self._spilled.read(_BLOCK * _COUNTED.itemsize):
            yield np.frombuffer(part, dtype=_COUNTED)

    def _save(self, name: str, values: NDArray[Any]) -> None:
        save(self._folder / f"{name}.npy", values.astype(_ARRAYS[name][0]))


class Postings:
    """The postings of one segment, opened. Raises DamagedError."""

    def __init__(self, folder: Path) -> None:
        try:
            self._names = Strings((folder / "terms").read_bytes(), _mapped(folder, "term_starts"))
            self._place = lru_cache(_KEPT_PLACES)(partial(_place, self._names))
            self._starts, self._reports, self._counts = (
                _mapped(folder, name) for name in ("starts", "reports", "counts")
            )
            self.lengths = _mapped(folder, "lengths")
            self._words, self._word_starts = (_mapped(folder, name) for name in ("words", "word_starts"))
        except (ValueError, OSError) as error:
            raise DamagedError(f"{folder}: the lexical index cannot be opened ({error}): {REBUILD}") from error

    def find(self, term: str) -> tuple[Ordinals, Counts]:
        """The reports that hold the term, rising, and how often each field of theirs does."""
        at = self._place(term)
        if at is None:
            return self._reports[:0], self._counts[:0]
        here = slice(int(self._starts[at]), int(self._starts[at + 1]))
        return self._reports[here], self._counts[here]

    def in_a_row(self, runs: Sequence[Sequence[str]], reports: Ordinals) -> NDArray[np.int64]:
        """How often the terms of each run follow each other in each report, shape ``(len(runs), len(reports))``.

        A run has one term or more.
        """
        out = np.zeros((len(runs), len(reports)), dtype=np.int64)
        parts = [self._words[int(self._word_starts[at]) : int(self._word_starts[at + 1])] for at in reports]
        words = np.concatenate([*parts, np.zeros(0, dtype=np.uint32)])
        owners = np.repeat(np.arange(len(reports)), [len(part) for part in parts])
        for row, run in enumerate(runs):
            places = [self._place(term) for term in run]
            if None not in places and len(words) >= len(run):
                last = len(words) - len(run) + 1
                matching = np.logical_and.reduce([words[at : at + last] == place for at, place in enumerate(places)])
                out[row] = np.bincount(owners[:last][matching], minlength=len(reports))
        return out

    def beginning(self, prefix: str) -> list[str]:
        """The terms that begin with ``prefix``, in order."""
        name = prefix.encode()
        first = bisect_left(self._names, name)
        last = bisect_left(self._names, name[:-1] + bytes([name[-1] + 1]))
        return [self._names[at].decode("utf-8", "surrogatepass") for at in range(first, last)]


def _place(names: Strings, term: str) -> int | None:
    return names.find(term.encode("utf-8", "surrogatepass"))


def _mapped(folder: Path, name: str) -> NDArray[Any]:
    return mapped(folder / f"{name}.npy", *_ARRAYS[name])
