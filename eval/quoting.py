"""Passages of reports, and quotations of them: true ones, written in several ways, and ones altered in one way.

A *passage* is a stretch of neighbouring sentences of one section; a quotation is made of one of its sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Final

from corpus.errors import EmptyFileError, NotFoundError
from corpus.findings import findings
from corpus.model import Report, Span
from corpus.readers.registry import read_bytes

_LEAST, _LONGEST = 60, 1_500
"""Characters of a passage."""
_WORDS_OF_A_QUOTE: Final = 6
_UNITS: Final = {
    "mg": "g", "g": "mg", "kg": "g", "µg": "mg", "μg": "mg", "mcg": "mg", "ml": "l", "mL": "L", "L": "mL", "cm": "mm",
    "mm": "cm", "minutes": "hours", "hours": "days", "days": "weeks", "weeks": "months", "months": "years", "%": "‰",
    "years": "months", "day": "week", "week": "month", "month": "year", "year": "month",
}  # fmt: skip
_UNIT: Final = re.compile(rf"(?<=\d)([\s-]?)({'|'.join(sorted(_UNITS, key=len, reverse=True))})(?![^\W\d_])")
_DENIAL: Final = re.compile(r"\b(?:no|not(?! only)|without|never|neither|nor|denied)\b\s+", re.IGNORECASE)
_ASSERTING: Final = re.compile(r"\b(?:was|were|is|are|had|has|did|could|showed|revealed|with)\b")
_DENYING: Final = {
    "with": "without", "showed": "showed no", "revealed": "revealed no", "had": "had no", "has": "has no",
}  # fmt: skip
_LIGATURES: Final = {"ffi": "ﬃ", "ffl": "ﬄ", "fi": "ﬁ", "fl": "ﬂ", "ff": "ﬀ"}
_LONG_WORD: Final = re.compile(r"[^\W\d_]{8,}")
_TOKEN: Final = re.compile(r"\S+")
_ENOUGH: Final = 300


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a report's text at ``span``; ``sentences`` are spans of ``text``."""

    text: str
    span: Span
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """What a quotation is made of: its passage, the sentence that it is made from, another passage, names of drugs."""

    passage: Passage
    standing: Span
    other: Passage
    drugs: Sequence[str]

    @property
    def sentence(self) -> str:
        """The sentence itself."""
        return self.standing.of(self.passage.text)


Maker = Callable[[Given, Random], str | None]
"""Makes a quotation, or None where the sentence gives none of its kind."""


def _plain(given: Given, random: Random) -> str | None:
    return given.sentence


def _spaced(given: Given, random: Random) -> str | None:
    """Line breaks, tabs and double blanks for blanks."""
    return re.sub(" ", lambda _: random.choice((" ", "  ", "\n", "\t", "\u00a0")), given.sentence)


def _dashed(given: Given, random: Random) -> str | None:
    """Another dash for a hyphen between letters."""
    changed = re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", random.choice("‐‑–"), given.sentence)
    return changed if changed != given.sentence else None


def _ligated(given: Given, random: Random) -> str | None:
    changed = given.sentence
    for letters, ligature in _LIGATURES.items():
        changed = changed.replace(letters, ligature)
    return changed if changed != given.sentence else None


def _divided(given: Given, random: Random) -> str | None:
    """A long word with a hyphen at a line's end in its midst."""
    found = list(_LONG_WORD.finditer(given.sentence))
    if not found:
        return None
    word = random.choice(found)
    at = random.randrange(word.start() + 3, word.end() - 3)
    return f"{given.sentence[:at]}-\n{given.sentence[at:]}"


def _word_dropped(given: Given, random: Random) -> str | None:
    tokens = _TOKEN.findall(given.sentence)
    if len(tokens) < 4:
        return None
    del tokens[random.randrange(1, len(tokens) - 1)]
    return " ".join(tokens)


def _digit_swapped(given: Given, random: Random) -> str | None:
    places = [place for place, character in enumerate(given.sentence) if character in "0123456789"]
    if not places:
        return None
    at = random.choice(places)
    digit = random.choice([each for each in "0123456789" if each != given.sentence[at]])
    return given.sentence[:at] + digit + given.sentence[at + 1 :]


def _unit_changed(given: Given, random: Random) -> str | None:
    found = list(_UNIT.finditer(given.sentence))
    if not found:
        return None
    match = random.choice(found)
    return given.sentence[: match.start(2)] + _UNITS[match.group(2)] + given.sentence[match.end(2) :]


def _negation_dropped(given: Given, random: Random) -> str | None:
    found = list(_DENIAL.finditer(given.sentence))
    if not found:
        return None
    match = random.choice(found)
    return given.sentence[: match.start()] + given.sentence[match.end() :]


def _negation_added(given: Given, random: Random) -> str | None:
    found = list(_ASSERTING.finditer(given.sentence))
    if not found:
        return None
    match = random.choice(found)
    denying = _DENYING.get(match.group(), f"{match.group()} not")
    return given.sentence[: match.start()] + denying + given.sentence[match.end() :]


def _drug_swapped(given: Given, random: Random) -> str | None:
    named = _named(given.sentence)
    if not named or len(given.drugs) < 2:
        return None
    span = random.choice(named)
    other = random.choice(given.drugs)
    if other.casefold() == span.of(given.sentence).casefold():
        return None
    return given.sentence[: span.start] + other + given.sentence[span.end :]


def _stitched(given: Given, random: Random) -> str | None:
    """Two sentences that do not follow each other as if they did, or the beginning of one and the end of another."""
    later = [span for span in given.passage.sentences if span.start > given.standing.end + 3]
    if not later:
        return None
    other = random.choice(later).of(given.passage.text)
    if random.random() < 0.5:
        return f"{given.sentence} {other}"
    ours, theirs = _TOKEN.findall(given.sentence), _TOKEN.findall(other)
    return " ".join(ours[: max(3, len(ours) // 2)] + theirs[len(theirs) // 2 :])


def _cut_in_a_word(given: Given, random: Random) -> str | None:
    """The sentence without the beginning of its first long word and all before it, or without its last one's end."""
    found = list(_LONG_WORD.finditer(given.sentence))
    if not found:
        return None
    if random.random() < 0.5:
        quote = given.sentence[found[0].start() + random.randrange(1, 6) :]
    else:
        quote = given.sentence[: found[-1].end() - random.randrange(1, 6)]
    return quote if len(quote.split()) >= _WORDS_OF_A_QUOTE else None


def _from_elsewhere(given: Given, random: Random) -> str | None:
    return random.choice(given.other.sentences).of(given.other.text)


TRUE: Final[Mapping[str, Maker]] = {
    "as it stands": _plain,
    "other white space": _spaced,
    "other dashes": _dashed,
    "ligatures": _ligated,
    "a word divided at a line's end": _divided,
}
ALTERED: Final[Mapping[str, Maker]] = {
    "a word dropped": _word_dropped,
    "a digit swapped": _digit_swapped,
    "another unit": _unit_changed,
    "a negation dropped": _negation_dropped,
    "a negation added": _negation_added,
    "another drug": _drug_swapped,
    "two stitched": _stitched,
    "cut in a word": _cut_in_a_word,
    "from another passage": _from_elsewhere,
}
CUTTING: Final = (_cut_in_a_word, _negation_dropped)
"""What these leave may be a part of the passage: it is to be refused for what was left out."""


def drugs_in(passages: Sequence[Passage]) -> list[str]:
    """The names of drugs in some of the passages, each once, in order."""
    texts = [each.text for each in passages[:_ENOUGH]]
    found = {span.of(text).lower() for text in texts for span in _named(text)}
    return sorted(found)


def _named(text: str) -> list[Span]:
    return [found.span for found in findings(text) if found.kind == "drug"]


def load_passages(paths: Sequence[Path], limit: int, seed: int) -> list[Passage]:
    """The passages of ``limit`` reports drawn from the files. Raises NotFoundError; EmptyFileError where none is."""
    reports: list[Report] = []
    for path in paths:
        if not path.is_file():
            raise NotFoundError(f"{path}: there is no such file of reports")
        reports += [read.report for read in read_bytes(path.read_bytes(), path.name) if read.report is not None]
    drawn = reports if len(reports) <= limit else Random(seed).sample(reports, limit)
    found = [passage for report in drawn for passage in passages_of(report)]
    if not found:
        raise EmptyFileError(f"{', '.join(map(str, paths))}: no passage can be made of the reports there")
    return found


def passages_of(report: Report) -> Iterator[Passage]:
    """Stretches of neighbouring sentences of one section, up to ``_LONGEST`` characters each."""
    for _, group in groupby(report.sentences, key=lambda sentence: sentence.section):
        pending: list[Span] = []
        for sentence in group:
            if pending and sentence.span.end - pending[0].start > _LONGEST:
                yield from _passage(report, pending)
                pending = []
            pending.append(sentence.span)
        yield from _passage(report, pending)


def _passage(report: Report, sentences: Sequence[Span]) -> Iterator[Passage]:
    """The passage of ``sentences``, if any of them can be quoted."""
    span = Span(sentences[0].start, sentences[-1].end)
    text = span.of(report.text)
    quotable = tuple(
        Span(each.start - span.start, each.end - span.start)
        for each in sentences
        if len(each.of(report.text).split()) >= _WORDS_OF_A_QUOTE
    )
    if len(text) >= _LEAST and quotable:
        yield Passage(text, span, quotable)
