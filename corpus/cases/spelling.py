"""Broken and misspelt names of drugs, read against the terminology's drugs.

A word is repaired only where it is no word that the terminology or the treatments' own lists know, stands where a drug
is given or listed, and one known drug alone is within one edit of it (two for nine letters or more; Damerau 1964), the
first letter unchanged. So no real drug is ever turned into another: each known name is a word known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA

from corpus.cases.cues import ENDINGS, WORDS
from corpus.cases.treatment_words import DRUG_WORDS
from corpus.terminology.terminology import shipped
from corpus.words import form

SHORTEST: Final = 6
_LONG: Final = 9
_WORD: Final = re.compile(r"[^\W\d_]+")
_CUT: Final = re.compile(r"([^\W\d_]{2,})-\s+([^\W\d_]{2,})")
_SHORTEST_IN_A_NAME: Final = 5
_PREVIOUS: Final = re.compile(r"([^\W\d_]+)[\s-]+$")
_FOLLOWING: Final = re.compile(r"[\s-]+([^\W\d_]+)")
_CONTEXT: Final = re.compile(
    r"(?:\b(?:treated|managed)\s+(?:\w+\s+){0,3}?with|\b(?:received?|receiving|given|gave|took|taken|taking"
    r"|prescribed|started|administered"
    r"|administration\s+of|commenced|initiated|regimen|medications?|treatment|therapy|therapies|dose\s+of|doses\s+of"
    r"|drugs?|oral|intravenous"
    r"|topical|intramuscular|subcutaneous|intralesional|such\s+as|including|mg(?:/\w+){0,2}(?:\s+of)?"
    r"|infusions?\s+of)\b)",
    re.IGNORECASE,
)
_DOSE_BEHIND: Final = re.compile(r"[\s(,]{1,3}(?:at\s+)?\d[\d.,]*\s?(?:mg|g|µg|mcg|ml|iu|units?)\b", re.IGNORECASE)
_REACH: Final = 130
_ENGLISH: Final = re.compile(
    r"(?:ing|ed|ly|tion|sion|ment|ous|ness|able|ible|ical|ial|ance|ence|ity|ism|ist|ship|ive|ic|oma|itis|emia"
    r"|fere|late|sis|expectant)$"
)
"""How words of plain English and of diseases end, and names of drugs do not."""
_NO_MEDICINES: Final = frozenset({"antipain"})
_CUES: Final = frozenset(form(word) for words in WORDS.values() for word in words.split())
_ENDING: Final = (
    *(each for each in ENDINGS["drug"].split() if len(each) >= 4 and not each.startswith("therap")),
    *["afil", "etamol", "farin", "fenib", "oxacin", "semide", "glutide", "micin", "dapsone", "colchicine"],
)


_Names = dict[tuple[str, int], list[tuple[str, int]]]
"""By first letter and length: names, with the letters that each has."""


class Repair(NamedTuple):
    """``[start, end)`` of the sentence is read as ``spelled``, which names ``concepts``."""

    start: int
    end: int
    spelled: str
    concepts: tuple[int, ...]


def may_be_broken(word: str) -> bool:
    """Whether ``word`` could be a drug's name, or a part of one, broken; ``repaired`` reads it where it stands."""
    return bool(_bare(word) and (_read(word) or _near_partners(form(word))))


def repaired(text: str, start: int, end: int, *, beside: bool = False) -> Repair | None:
    """How the unknown word at ``[start, end)`` is read, where it is a drug's name broken; else None.

    ``beside``: another treatment is named near it.
    """
    cut = _CUT.match(text, start)
    if cut:
        joined = cut.group(1) + cut.group(2)
        concepts = _drug(joined)
        return Repair(start, cut.end(), joined.lower(), concepts) if concepts else None
    word = text[start:end]
    if phrase := _phrase(text, start, end):
        return phrase
    if not (beside or _in_context(text, start, end)):
        return None
    found = _read(word)
    if not found or (_is_a_name(word) and start and not found[0].endswith(_ENDING)):
        return None
    return Repair(start, end, *found)


def _is_a_name(word: str) -> bool:
    return word[0].isupper() and not word.isupper()


@lru_cache(1 << 16)
def _bare(word: str) -> str:
    """``word`` without the hyphens that drugs' names have none of; empty where it cannot be one."""
    if "-" in word and not word.lower().startswith(("anti-", "bi-", "bis-", "cortico-")):
        return ""
    bare = word.replace("-", "")
    if len(bare) < _SHORTEST_IN_A_NAME or not bare.isalpha() or (bare.isupper() and len(bare) < _LONG):
        return ""
    return bare


@lru_cache(1 << 16)
def _read(word: str) -> tuple[str, tuple[int, ...]] | None:
    bare = _bare(word)
    if len(bare) < SHORTEST:
        return None
    if "-" in word and (concepts := _drug(bare)):
        return bare.lower(), concepts
    return _nearest(form(bare))


def _phrase(text: str, start: int, end: int) -> Repair | None:
    """A drug's name of two or three words of which the one at ``[start, end)`` alone is broken: "loop diuertic"."""
    likely = _near_partners(form(text[start:end])) if text[start:end].isalpha() else ()
    if not likely:
        return None
    before, behind = _PREVIOUS.search(text, max(0, start - 40), start), _FOLLOWING.match(text, end)
    for partner in likely:
        for first, last in ((before, behind), (before, None), (None, behind)):
            words = [first.group(1) if first else "", partner, last.group(1) if last else ""]
            name = " ".join(each for each in words if each)
            if name != partner and (concepts := _drug(name)):
                return Repair(first.start(1) if first else start, last.end(1) if last else end, name.lower(), concepts)
    return None


@lru_cache(1 << 16)
def _near_partners(word: str) -> tuple[str, ...]:
    """The words of drugs' names that ``word``, itself none, is within reach of."""
    if (
        len(word) < _SHORTEST_IN_A_NAME
        or not word.isalpha()
        or word in _CUES
        or _ENGLISH.search(word)
        or shipped().named(word)
    ):
        return ()
    return tuple(_within(word, _partners(), 1 if len(word) < _LONG else 2)[0])


def _in_context(text: str, start: int, end: int) -> bool:
    return bool(_DOSE_BEHIND.match(text, end) or _CONTEXT.search(text, max(0, start - _REACH), start))


def _drug(word: str) -> tuple[int, ...]:
    """The therapeutic drugs of exactly this name."""
    terms = shipped()
    return tuple(each for each in terms.named(word) if terms.kind(each) == "drug" and word not in _NO_MEDICINES)


def _nearest(word: str) -> tuple[str, tuple[int, ...]] | None:
    """The one drug that ``word`` is within reach of, if no word is so spelled."""
    if len(word) <= SHORTEST or _ENGLISH.search(word) or word in _CUES or shipped().named(word):
        return None
    near, _ = _within(word, _drugs(), 1 if len(word) < _LONG else 2)
    concepts = {_drug(name) for name in near}
    if len(concepts) != 1:
        return None
    name = near[0]
    if not (name.endswith(_ENDING) or form(name) in _classes()) or (word.endswith("ate") != name.endswith("ate")):
        return None
    return name, concepts.pop()


def _within(word: str, names: _Names, reach: int) -> tuple[list[str], int]:
    """Those of ``names`` that are fewest edits from ``word``, and how many; none that is further than ``reach``."""
    letters, length, best = _letters(word), len(word), reach
    found: list[str] = []
    for size in range(length - reach, length + reach + 1):
        for name, others in names.get((word[0], size), ()):
            if (letters ^ others).bit_count() > 2 * best:
                continue
            far = edits(word, name, best)
            if 0 < far <= best and not (far == 2 and name[:2] != word[:2]):
                found = [*found, name] if far == best else [name]
                best = far
    return found, best


def _letters(word: str) -> int:
    """Which letters ``word`` has, as bits: one edit changes two of them at most."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 31)
    return bits


def edits(one: str, other: str, most: int) -> int:
    """How many letters must be put in, left out, changed or swapped with the next; ``most`` + 1 if more than that."""
    return OSA.distance(one, other, score_cutoff=most)


def _by_size(names: Iterable[str]) -> _Names:
    found: _Names = {}
    for name in sorted(names):
        found.setdefault((name[0], len(name)), []).append((name, _letters(name)))
    return found


@cache
def _drugs() -> _Names:
    """The one-word names of medicines."""
    terms = shipped()
    found: set[str] = set()
    for concept in range(len(terms)):
        if terms.kind(concept) == "drug":
            named = terms.names(concept)
            own = terms.identifier(concept).startswith("CASETROVE")
            found.update(form(name) for name in (named if own else named[:1]) if name.isalpha() and name.isascii())
    return _by_size(name for name in found if len(name) >= SHORTEST)


@cache
def _partners() -> _Names:
    """The words of drugs' names that have two or three."""
    terms = shipped()
    found: set[str] = set()
    for concept in range(len(terms)):
        counted = any(terms.name(each)[:1].islower() for each in terms.broader(concept)) or terms.narrower(concept)
        if terms.kind(concept) != "drug" or not counted:
            continue
        for name in terms.names(concept):
            cut = name.split(" ")
            if 1 < len(cut) < 4 and name.replace(" ", "").isalpha():
                found.update(map(form, cut))
    return _by_size(word for word in found if len(word) >= _SHORTEST_IN_A_NAME - 1)


@cache
def _classes() -> frozenset[str]:
    terms = shipped()
    return frozenset(DRUG_WORDS) | frozenset(
        form(terms.name(concept))
        for concept in range(len(terms))
        if terms.kind(concept) == "drug" and terms.name(concept).endswith("s") and terms.narrower(concept)
    )
