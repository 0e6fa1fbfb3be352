"""Broken and misspelt names of drugs, read against the terminology's drugs.

A word is repaired only where it is no word that the terminology or the treatments' own lists know, stands where a drug
is given or listed, and one known drug alone is within one edit of it (two for nine letters or more; Damerau 1964), the
first letter unchanged. So no real drug is ever turned into another: each known name is a word known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from corpus.cases.cues import ENDINGS, WORDS
from corpus.terminology.terminology import shipped
from corpus.words import form, strings

SHORTEST: Final = 6
_LONG: Final = 9
_WORD: Final = re.compile(r"[^\W\d_]+")
_CUT: Final = re.compile(r"([^\W\d_]{2,})-\s+([^\W\d_]{2,})")
_SHORTEST_IN_A_NAME: Final = 5
_PREVIOUS: Final = re.compile(r"([^\W\d_]+)[\s-]+$")
_FOLLOWING: Final = re.compile(r"[\s-]+([^\W\d_]+)")
_CONTEXT: Final = re.compile(
    r"(?:\b(?:treated|managed)\s+(?:\w+\s+){0,3}?with|\b(?:received?|receiving|given|gave|took|taken|taking|prescribed|started|administered"
    r"|administration\s+of|commenced|initiated|regimen|medications?|treatment|therapy|therapies|dose\s+of|doses\s+of|drugs?|oral|intravenous"
    r"|topical|intramuscular|subcutaneous|intralesional|such\s+as|including|mg(?:/\w+){0,2}(?:\s+of)?|infusions?\s+of)\b)",
    re.IGNORECASE,
)
_DOSE_BEHIND: Final = re.compile(r"[\s(,]{1,3}(?:at\s+)?\d[\d.,]*\s?(?:mg|g|µg|mcg|ml|iu|units?)\b", re.IGNORECASE)
_REACH: Final = 130
_ENGLISH: Final = re.compile(r"(?:ing|ed|ly|tion|sion|ment|ous|ness|able|ible|ical|ial|ance|ence|ity|ism|ist|ship|ive|ic|oma|itis|emia|ferate?|late)$")
"""How words of plain English and of diseases end, and names of drugs do not."""
_CUES: Final = frozenset(form(word) for words in WORDS.values() for word in words.split())
_ENDING: Final = tuple(each for each in ENDINGS["drug"].split() if len(each) >= 4 and not each.startswith("therap"))


class Repair(NamedTuple):
    """``[start, end)`` of the sentence is read as ``spelled``, which names ``concepts``."""

    start: int
    end: int
    spelled: str
    concepts: tuple[int, ...]


def repaired(text: str, start: int, end: int, *, beside: bool = False) -> Repair | None:
    """How the unknown word at ``[start, end)`` is read, where it is a drug's name broken; else None.

    ``beside``: another treatment is named near it.
    """
    cut = _CUT.match(text, start)
    if cut and cut.start() <= start < cut.end():
        joined = cut.group(1) + cut.group(2)
        concepts = _drug(joined)
        if concepts:
            return Repair(start, cut.end(), joined.lower(), concepts)
        return None
    word = text[start:end]
    phrase = _phrase(text, start, end)
    if phrase:
        return phrase
    if "-" in word and not word.lower().startswith(("anti-", "bi-", "bis-", "cortico-")):
        return None
    bare = word.replace("-", "")
    if len(bare) < SHORTEST or not bare.isalpha() or (bare.isupper() and len(bare) < _LONG) or not (
        beside or _in_context(text, start, end)
    ):
        return None
    if "-" in word and (concepts := _drug(bare)):
        return Repair(start, end, bare.lower(), concepts)
    found = _nearest(form(bare), word[0].isupper() and not bare.isupper() and start > 0)
    return Repair(start, end, *found) if found else None


def _phrase(text: str, start: int, end: int) -> Repair | None:
    """A drug's name of two or three words of which the one at ``[start, end)`` alone is broken: "calcium chanel blocker"."""
    if not text[start:end].isalpha() or end - start < _SHORTEST_IN_A_NAME:
        return None
    word = form(text[start:end])
    before, behind = _PREVIOUS.search(text, max(0, start - 40), start), _FOLLOWING.match(text, end)
    for neighbour in (before, behind):
        for partner in _partners().get(form(neighbour.group(1)), ()) if neighbour else ():
            reach = 1 if len(word) < _LONG else 2
            if partner[0] != word[0] or abs(len(partner) - len(word)) > reach or not 0 < edits(word, partner, reach) <= reach:
                continue
            if shipped().named(word):
                return None
            for first, last in ((before, behind), (before, None), (None, behind)):
                words = [first.group(1) if first else "", partner, last.group(1) if last else ""]
                name = " ".join(each for each in words if each)
                if name != partner and (concepts := _drug(name)):
                    return Repair(first.start(1) if first else start, last.end(1) if last else end, name.lower(), concepts)
    return None


def _in_context(text: str, start: int, end: int) -> bool:
    return bool(_DOSE_BEHIND.match(text, end) or _CONTEXT.search(text, max(0, start - _REACH), start))


def _drug(word: str) -> tuple[int, ...]:
    """The therapeutic drugs of exactly this name."""
    terms = shipped()
    return tuple(each for each in terms.named(word) if terms.kind(each) == "drug")


@lru_cache(1 << 15)
def _nearest(word: str, is_name: bool) -> tuple[str, tuple[int, ...]] | None:
    """The one drug that ``word`` is within reach of, if no word is so spelled; none for a name of a person or place."""
    if len(word) < SHORTEST or _ENGLISH.search(word) or shipped().named(word) or word in _CUES:
        return None
    reach = 1 if len(word) < _LONG else 2
    best: dict[int, set[tuple[int, ...]]] = defaultdict(set)
    spelled: dict[tuple[int, ...], str] = {}
    for other in _drugs()[word[0]]:
        if abs(len(other) - len(word)) <= reach and (far := edits(word, other, reach)) <= reach:
            if far == 2 and other[:2] != word[:2]:
                continue
            concepts = _drug(other)
            best[far].add(concepts)
            spelled.setdefault(concepts, other)
    if not best or len(best[min(best)]) != 1:
        return None
    (concepts,) = best[min(best)]
    name = spelled[concepts]
    if is_name and not name.endswith(_ENDING):
        return None
    if not (name.endswith(_ENDING) or form(name) in _classes() or (min(best) == 1 and len(word) >= _LONG)):
        return None
    return name, concepts


def edits(one: str, other: str, most: int) -> int:
    """How many letters must be put in, left out, changed or swapped with the next; ``most`` + 1 where more than that."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for here, letter in enumerate(one, 1):
        last, before, row = before, row, [here]
        for there, wanted in enumerate(other, 1):
            cost = min(before[there] + 1, row[-1] + 1, before[there - 1] + (letter != wanted))
            if here > 1 and there > 1 and letter == other[there - 2] and one[here - 2] == wanted:
                cost = min(cost, last[there - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


@cache
def _drugs() -> dict[str, list[str]]:
    """The one-word names of medicines, by their first letter."""
    terms = shipped()
    found: dict[str, set[str]] = defaultdict(set)
    for concept in range(len(terms)):
        if terms.kind(concept) != "drug":
            continue
        named = terms.names(concept)
        for name in named[:1] if not terms.identifier(concept).startswith("CASETROVE") else named:
            lowered = form(name)
            if len(lowered) >= SHORTEST and lowered.isalpha() and lowered.isascii():
                found[lowered[0]].add(lowered)
    return {letter: sorted(names) for letter, names in found.items()} | {
        letter: [] for letter in "abcdefghijklmnopqrstuvwxyz" if letter not in found
    }


@cache
def _partners() -> dict[str, frozenset[str]]:
    """By word, the words that stand beside it in names of drugs that have several."""
    terms = shipped()
    found: dict[str, set[str]] = defaultdict(set)
    for concept in range(len(terms)):
        if terms.kind(concept) != "drug" or not any(terms.name(each)[:1].islower() for each in terms.broader(concept)):
            if not (terms.kind(concept) == "drug" and terms.narrower(concept)):
                continue
        for name in terms.names(concept):
            cut = name.split(" ")
            if 1 < len(cut) < 4 and name.replace(" ", "").isalpha():
                forms = list(map(form, cut))
                for one, other in pairwise(forms):
                    found[one].add(other)
                    found[other].add(one)
    return {word: frozenset(others) for word, others in found.items()}


@cache
def _classes() -> frozenset[str]:
    terms = shipped()
    return frozenset(
        form(terms.name(concept))
        for concept in range(len(terms))
        if terms.kind(concept) == "drug" and terms.name(concept).endswith("s") and terms.narrower(concept)
    )
