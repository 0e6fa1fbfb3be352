"""How well some words spell an abbreviation.

Every way to find the letters of the short form in order among the words is scored, and the best is taken: a letter
at the start of a word counts most, at the start of a part of one ("anti-neutrophil", "amino|transferase") less,
elsewhere in a word that gave a letter before little; a word that is passed over costs. The weights were set by
reading what they let in and kept out on case reports (``docs/searching.md`` has the figures).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_INITIAL, _PART, _STEM, _NEXT, _WITHIN, _STRAY = 3.0, 2.5, 2.0, 1.5, 0.9, -1.0
_PASSED_OVER, _SMALL_PASSED_OVER, _LEFT_AT_END = 2.5, 0.2, 0.8
_LEAST = 1.5
"""Points a letter; below it the words spell the short form by chance."""

_WORDS = re.compile(r"\S+")
_SMALL = frozenset([
    "a", "an", "and", "as", "at", "by", "de", "des", "du", "for", "from", "in", "into", "la", "le", "of", "on", "or",
    "per", "sine", "the", "to", "under", "upon", "via", "with", "without",
])  # fmt: skip
_STEMS = re.compile(
    r"(?<=[a-z]{2})(?:aminase|arteri|bili|carcin|cardi|cellular|chemi|contrast|crani|cutane|cyt|derm|duoden|electr|"
    r"encephal|enter|esophag|ethyl|fluor|gastr|globulin|glyc|gram|graph|hepat|immun|inflamm|intestin|lymph|malac|meningeal|morph|"
    r"muscul|myel|nas|neur|nuclear|ocular|operativ|oral|pancrea|penia|phag|phil|plasm|pleur|pneum|pulmon|reactive|"
    r"scop|section|skelet|son|sound|spinal|stom|tetra|thorac|thyroid|tom|trach|transam|transfer|vagin|vascul|ven|ventric|vertebr)"
)
"""Where the second half of a compound word begins."""
_GREEK = {
    "α": ("alpha", "alfa"), "β": ("beta",), "γ": ("gamma",), "δ": ("delta",), "ε": ("epsilon",), "κ": ("kappa",),
    "λ": ("lambda",), "μ": ("mu",), "µ": ("mu",), "σ": ("sigma",), "τ": ("tau",), "ω": ("omega",),
}  # fmt: skip
_WRITTEN: dict[str, str] = {}
"""By Latin letter the Greek ones whose names begin with it."""
for _letter, _names in _GREEK.items():
    _WRITTEN[_names[0][0]] = _WRITTEN.get(_names[0][0], "") + _letter
_NUMBERS = {
    "1": ("one", "first"), "2": ("two", "second", "bi", "di"), "3": ("three", "third", "tri"), "4": ("four", "tetra"),
    "5": ("five", "fifth", "penta"), "6": ("six", "sixth", "hexa"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Way:
    """Some first letters spelt: the first one at ``start``, the last one at ``at``, in the word numbered ``word``."""

    score: float
    start: int
    at: int
    word: int


class _Words:
    """A lower-cased text, its words, and what it costs to pass over them."""

    def __init__(self, text: str, spans: Sequence[tuple[int, int]]) -> None:
        self.text, self.spans = text, spans
        self.small = [text[start:end] in _SMALL for start, end in spans]
        self.stems = frozenset(match.start() for match in _STEMS.finditer(text))
        self._cost = [0.0]
        for is_small in self.small:
            self._cost.append(self._cost[-1] + (_SMALL_PASSED_OVER if is_small else _PASSED_OVER))

    def cost(self, first: int, stop: int) -> float:
        """Of passing over the words ``first`` to ``stop``."""
        return self._cost[stop] - self._cost[first] if stop > first else 0.0

    def is_part(self, at: int) -> bool:
        """Whether a word, or a part of one, begins at ``at``."""
        before = self.text[at - 1] if at else " "
        return not before.isalpha() or (self.text[at].isdigit() and not before.isdigit())

    def places(self, letter: str, word: int) -> list[int]:
        """Where ``letter``, or what it is written for, stands in a word."""
        start, end = self.spans[word]
        text, written = self.text, {letter, *_WRITTEN.get(letter, "")}
        found = {at for at in range(start, end) if text[at] in written}
        if any(text.startswith(name, start) for name in _NUMBERS.get(letter, ())):
            found.add(start)
        for name in _GREEK.get(letter, ()):
            found.update(at for at in range(start, end) if text.startswith(name, at) and self.is_part(at))
        return sorted(found)


def spelt(short: str, text: str, *, from_start: bool = False, to_end: bool = False) -> tuple[int, int] | None:
    """``[start, end)`` of the words of ``text`` that spell ``short`` best, if any do: they end where it ends.

    ``from_start``: they begin where it begins instead, and end with the last word that gave a letter, or (``to_end``)
    where it ends.
    """
    letters = [letter.lower() for letter in short if letter.isalnum()]
    longest = min(len(letters) + 5, len(letters) * 2)
    spans = [match.span() for match in _WORDS.finditer(text)]
    spans = spans[:longest] if from_start and not to_end else spans[-longest:]
    if len(letters) < 2 or not spans or (from_start and spans[0][0]):
        return None
    words = _Words(text.lower(), spans)
    ways = _beginnings(words, letters[0], from_start)
    for letter in letters[1:]:
        ways = [
            way
            for number in range(len(spans))
            for at in words.places(letter, number)
            if (way := _extended(ways, words, at, number))
        ]
    is_open = from_start and not to_end
    scored = [
        (way.score - (0 if is_open else _LEFT_AT_END * words.cost(way.word + 1, len(spans))), way) for way in ways
    ]
    if not scored:
        return None
    score, best = max(scored, key=lambda pair: (pair[0], pair[1].start))
    first = next(number for number, (start, end) in enumerate(spans) if start <= best.start < end)
    if score < (_INITIAL if words.small[first] else _LEAST) * len(letters):
        return None
    return best.start, spans[best.word][1] if is_open else spans[-1][1]


def _beginnings(words: _Words, letter: str, from_start: bool) -> list[_Way]:
    """The first letter, wherever it may be: at the start of a word or behind a hyphen or a number."""
    return [
        _Way(_INITIAL, at, at, number)
        for number in range(1 if from_start else len(words.spans))
        for at in words.places(letter, number)
        if (at == 0 if from_start else words.is_part(at) and (not at or words.text[at - 1] not in "'’."))
    ]


def _extended(ways: Sequence[_Way], words: _Words, at: int, number: int) -> _Way | None:
    """The best of ``ways`` (by place, rising) with its next letter at ``at``, in the word ``number``."""
    best: _Way | None = None
    is_initial, is_part, is_stem = at == words.spans[number][0], words.is_part(at), at in words.stems
    for way in ways:
        if way.at >= at:
            break
        if is_initial:
            gain = _INITIAL
        elif is_part:
            gain = _PART
        elif way.word == number and way.at == at - 1:
            gain = _NEXT
        elif is_stem:
            gain = _STEM
        else:
            gain = _WITHIN if way.word == number else _STRAY
        score = way.score + gain - words.cost(way.word + 1, number)
        if best is None or score >= best.score:
            best = _Way(score, way.start, at, number)
    return best
