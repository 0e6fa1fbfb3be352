"""What abbreviations mean in the corpus, as its reports define them, and in how many reports.

Each segment keeps, for every wording of a definition, the reports that give it (``corpus.abbreviations``); counts are
taken over the reports that are not gone, when asked. Wordings of one long form that differ in case, plural, hyphens or
British spelling are one meaning.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.abbreviations import definitions, normalised
from corpus.model import Report
from indexer.disk import create
from indexer.errors import REBUILD, DamagedError
from indexer.lexical import Alive
from indexer.postings import Ordinals
from indexer.strings import mapped, open_strings, write_strings

_SMALL_WORD = re.compile(r"(?<![\w@./-])[a-z]{2,8}(?![\w@/-])")
"""A word all in lower case: "all" is an ordinary word, whatever ALL stands for."""
_SEPARATOR = "\t"


@dataclass(frozen=True, slots=True)
class Meaning:
    """A long form in its most usual wording, and how many reports define the abbreviation so."""

    long: str
    reports: int


@dataclass(frozen=True, slots=True)
class ShortForm:
    """A short form, capitals as written, and how many reports define it for the long form asked for."""

    short: str
    reports: int


@dataclass(frozen=True, slots=True)
class _Wording:
    """A short form, what the wordings of its long form have in common, and one of them."""

    short: str
    form: str
    long: str

    def packed(self) -> bytes:
        """The three in a row."""
        return _SEPARATOR.join((self.short, self.form, self.long)).encode("utf-8", "surrogatepass")


class AbbreviationsWriter:
    """Takes the reports 0, 1, 2 … of a segment one after another and leaves their definitions in ``folder``.

    Memory grows with the definitions, by four bytes for each report of one.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder = folder
        self._reports: dict[_Wording, array[int]] = defaultdict(lambda: array("i"))
        self._words: Counter[str] = Counter()
        self._added = 0

    def add(self, report: Report) -> None:
        """The next report; it counts once for a meaning, by the wording that it uses most."""
        text = report.text
        used: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for definition in definitions(text, report.sections):
            short, long = definition.short.of(text), " ".join(definition.long.of(text).split())
            if form := normalised(long):
                used[short, form][long] += 1
        for (short, form), wordings in used.items():
            self._reports[_Wording(short, form, wordings.most_common(1)[0][0])].append(self._added)
        self._words.update(set(_SMALL_WORD.findall(text)))
        self._added += 1

    def finish(self) -> None:
        """Write the files. Nothing can be added after it."""
        wordings = sorted(
            self._reports, key=lambda each: (_digest(each.short.lower()), each.short, each.form, each.long)
        )
        lists = [self._reports[wording] for wording in wordings]
        write_strings(self._folder, "wordings", [wording.packed() for wording in wordings])
        self._save("starts", "<i8", np.cumsum([0, *map(len, lists)]))
        self._save("reports", "<i4", np.concatenate([*map(np.asarray, lists), np.zeros(0, dtype=np.int32)]))
        self._save("shorts", "<u8", _digests(wording.short.lower() for wording in wordings))
        forms = _digests(wording.form for wording in wordings)
        by_form = np.argsort(forms, kind="stable")
        self._save("by_form", "<i4", by_form)
        self._save("forms", "<u8", forms[by_form])
        words = sorted(self._words)
        write_strings(self._folder, "words", [word.encode() for word in words])
        self._save("word_reports", "<i4", np.array([self._words[word] for word in words]))

    def _save(self, name: str, dtype: str, values: NDArray[np.generic]) -> None:
        create(self._folder / f"{name}.npy", dtype, values.shape)[:] = values


class SegmentAbbreviations:
    """The definitions of one segment, opened. Raises DamagedError."""

    def __init__(self, folder: Path) -> None:
        try:
            self._wordings, self._words = (open_strings(folder, name) for name in ("wordings", "words"))
            self._starts = mapped(folder / "starts.npy", "<i8")
            self._reports, self._by_form, self._word_reports = (
                mapped(folder / f"{name}.npy", "<i4") for name in ("reports", "by_form", "word_reports")
            )
            self._shorts, self._forms = (mapped(folder / f"{name}.npy", "<u8") for name in ("shorts", "forms"))
        except (ValueError, OSError) as error:
            raise DamagedError(f"{folder}: the abbreviations cannot be opened ({error}): {REBUILD}") from error

    def of_short(self, short: str) -> Iterator[tuple[_Wording, Ordinals]]:
        """The definitions of a short form, however capitalised, and the reports that give each."""
        for at in _places(self._shorts, short.lower()):
            wording, reports = self._at(at)
            if wording.short.lower() == short.lower():
                yield wording, reports

    def of_form(self, form: str) -> Iterator[tuple[_Wording, Ordinals]]:
        """The definitions whose long form is ``form`` when normalised, and the reports that give each."""
        for at in _places(self._forms, form):
            wording, reports = self._at(int(self._by_form[at]))
            if wording.form == form:
                yield wording, reports

    def reports_with(self, word: str) -> int:
        """How many reports, those that are gone included, hold ``word`` all in lower case (2 to 8 letters)."""
        at = self._words.find(word.encode("utf-8", "surrogatepass"))
        return 0 if at is None else int(self._word_reports[at])

    def _at(self, at: int) -> tuple[_Wording, Ordinals]:
        wording = _Wording(*self._wordings[at].decode("utf-8", "surrogatepass").split(_SEPARATOR))
        return wording, self._reports[int(self._starts[at]) : int(self._starts[at + 1])]


class Abbreviations:
    """The definitions of all segments; only reports that are alive count."""

    def __init__(self, segments: Sequence[tuple[SegmentAbbreviations, Alive]]) -> None:
        self._segments = segments

    def meanings(self, short: str) -> tuple[Meaning, ...]:
        """What ``short`` stands for, the most frequent first, ties by the wording.

        Capitals count: "ALS" is not "AlS". A short form all in lower case means one with capitals too, unless it is
        an ordinary word of the corpus ("all", "or"). A plural "s" may stand behind it.
        """
        return self._meanings(short) or (self._meanings(short[:-1]) if len(short) > 2 and short.endswith("s") else ())

    def shortened(self, long: str) -> tuple[ShortForm, ...]:
        """The short forms of ``long``, however worded, the most frequent first, ties in order of the alphabet."""
        form = normalised(long)
        counts: Counter[str] = Counter()
        for wording, reports in self._living(lambda segment: segment.of_form(form)):
            counts[wording.short] += reports
        return tuple(
            ShortForm(short, counts[short]) for short in sorted(counts, key=lambda each: (-counts[each], each))
        )

    def is_ordinary(self, word: str) -> bool:
        """Whether as many reports hold ``word`` all in lower case as define it as an abbreviation.

        The reports that hold it are counted with those that are gone: it is a rough measure of what is usual.
        """
        holding = sum(segment.reports_with(word) for segment, _ in self._segments)
        return holding > 0 and holding >= sum(
            reports for _, reports in self._living(lambda segment: segment.of_short(word))
        )

    def _meanings(self, short: str) -> tuple[Meaning, ...]:
        found = list(self._living(lambda segment: segment.of_short(short)))
        if not (found and short.islower() and not self.is_ordinary(short)):
            found = [(wording, reports) for wording, reports in found if wording.short == short]
        forms: dict[str, Counter[str]] = defaultdict(Counter)
        for wording, reports in found:
            forms[wording.form][wording.long] += reports
        meanings = [
            Meaning(min(wordings, key=lambda long: (-wordings[long], long)), wordings.total())
            for wordings in forms.values()
        ]
        return tuple(sorted(meanings, key=lambda meaning: (-meaning.reports, meaning.long)))

    def _living(
        self, look_up: Callable[[SegmentAbbreviations], Iterator[tuple[_Wording, Ordinals]]]
    ) -> Iterator[tuple[_Wording, int]]:
        """What ``look_up`` finds in the segments, with the number of living reports, where there are any."""
        for segment, alive in self._segments:
            for wording, reports in look_up(segment):
                if living := int(np.count_nonzero(alive[reports])):
                    yield wording, living


def _digest(text: str) -> int:
    """A number for a text: looking up numbers is quicker than texts, and who finds it compares the texts."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _digests(texts: Iterable[str]) -> NDArray[np.uint64]:
    return np.fromiter(map(_digest, texts), dtype=np.uint64)


def _places(digests: NDArray[np.uint64], text: str) -> range:
    """Where in ``digests`` (sorted) that of ``text`` stands."""
    digest = np.uint64(_digest(text))
    return range(int(np.searchsorted(digests, digest)), int(np.searchsorted(digests, digest, side="right")))
