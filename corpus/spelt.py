"""How well some words spell an abbreviation.

Every way to find the letters of the short form in order among the words is scored, the best is taken: a letter at
the start of a word counts most, at the start of a part ("anti-neutrophil", "68Ga") little less, right behind the
letter before it or later in a word that gave its first letter some; a word that is passed over costs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_INITIAL, _PART, _NEXT, _WITHIN, _STRAY = 3.0, 2.5, 1.5, 0.9, -1.5
_PASSED_OVER, _SMALL_PASSED_OVER, _LAST_PASSED_OVER = 2.5, 0.2, 2.0
_LEAST = 1.55
"""Points a letter; below it the words spell the short form by chance."""
_WORDS = re.compile(r"\S+")
_SMALL = frozenset(
    "a an and as at by de des du for from in into la le of on or per sine the to under upon via with without".split()
)
_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "κ": "kappa", "λ": "lambda", "μ": "mu",
    "µ": "mu", "σ": "sigma", "τ": "tau", "ω": "omega",
}  # fmt: skip
_NUMBERS = {"2": ("two", "second", "bi", "di"), "3": ("three", "third", "tri"), "4": ("four", "fourth"), "1": ("one", "first"), "5": ("five", "fifth")}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spelt:
    """``[start, end)`` of the words that spell a short form, in the text that was looked at."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Way:
    """The letters so far, spelt with the last one at ``at`` (its word: ``word``), the first one at ``start``."""

    score: float
    start: int
    at: int
    word: int


def spelt(short: str, text: str, *, from_start: bool = False, to_end: bool = False) -> Spelt | None:
    """The words of ``text`` that spell ``short`` best, if they do: they end where it ends.

    ``from_start``: they begin where it begins instead, and end with the last word that gave a letter, or (``to_end``)
    where it ends.
    """
    letters = [letter.lower() for letter in short if letter.isalnum()]
    longest = min(len(letters) + 5, len(letters) * 2)
    words = [match.span() for match in _WORDS.finditer(text)]
    words = words[:longest] if from_start and not to_end else words[-longest:]
    if len(letters) < 2 or not words or (from_start and words[0][0] != 0):
        return None
    lower = text.lower()
    small = [lower[start:end] in _SMALL for start, end in words]
    passed = [0.0]
    for is_small in small:
        passed.append(passed[-1] + (_SMALL_PASSED_OVER if is_small else _PASSED_OVER))
    ways: list[_Way] = []
    for place, letter in enumerate(letters):
        new: list[_Way] = []
        for number, (start, end) in enumerate(words):
            for at in _places(letter, lower, start, end):
                if place:
                    way = _extended(ways, at, number, start, lower, passed)
                elif _is_part(lower, at) and (at == 0 if from_start else at == start or lower[start:at].rstrip("-‐–/0123456789") == "" or lower[at - 1] in "-‐–/"):
                    way = _Way(_INITIAL, at, at, number)
                else:
                    way = None
                if way:
                    new.append(way)
        ways = new
        if not ways:
            return None
    return _best(ways, len(letters), words, passed, open_end=from_start and not to_end, small=small)


def _best(ways: list[_Way], letters: int, words: list[tuple[int, int]], passed: list[float], *, open_end: bool, small: list[bool]) -> Spelt | None:
    def final(way: _Way) -> float:
        left = passed[len(words)] - passed[way.word + 1]
        return way.score if open_end else way.score - left * _LAST_PASSED_OVER / _PASSED_OVER

    best = max(ways, key=lambda way: (final(way), way.start))
    if final(best) < _LEAST * letters:
        return None
    first = next(number for number, (start, end) in enumerate(words) if start <= best.start < end)
    if small[first] and final(best) < _INITIAL * letters:
        return None
    return Spelt(best.start, words[best.word][1] if open_end else words[-1][1])


def _extended(ways: list[_Way], at: int, number: int, start: int, lower: str, passed: list[float]) -> _Way | None:
    """The best of ``ways`` with its next letter at ``at``, in the word ``number`` that begins at ``start``."""
    best: _Way | None = None
    is_part = _is_part(lower, at)
    for way in ways:
        if way.at >= at:
            break
        if at == start:
            gain = _INITIAL
        elif is_part:
            gain = _PART
        elif way.word == number:
            gain = _NEXT if way.at == at - 1 else _WITHIN
        else:
            gain = _STRAY
        score = way.score + gain - (max(0.0, passed[number] - passed[way.word + 1]))
        if best is None or score >= best.score:
            best = _Way(score, way.start, at, number)
    return best


def _places(letter: str, lower: str, start: int, end: int) -> list[int]:
    """Where in the word ``[start, end)`` the letter stands, or what it is written for."""
    found = [at for at in range(start, end) if lower[at] == letter]
    if letter in _NUMBERS:
        found += [start for name in _NUMBERS[letter] if lower.startswith(name, start)][:1]
    elif letter in _GREEK:
        found += [at for at in range(start, end) if lower.startswith(_GREEK[letter], at) and _is_part(lower, at)]
    elif any(_GREEK.get(lower[at], "").startswith(letter) for at in range(start, end)):
        found += [at for at in range(start, end) if _GREEK.get(lower[at], "").startswith(letter)]
    return sorted(set(found))


def _is_part(lower: str, at: int) -> bool:
    """Whether a word or a part of one begins here."""
    return at == 0 or not lower[at - 1].isalpha() or (lower[at].isdigit() and not lower[at - 1].isdigit())
