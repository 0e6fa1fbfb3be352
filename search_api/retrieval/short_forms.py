"""Short forms in a question: which of its words are read as they are written, and what the reports say they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.terminology.terminology import shipped
from corpus.words import Word
from indexer.abbreviations import Meaning
from indexer.analyzer import short_term
from indexer.generation import Generation

_MOST_MEANINGS = 3
_LEAST_SHARE = 0.1
"""A meaning of an abbreviation that fewer of the reports that define it give is not looked for."""


@dataclass(frozen=True, slots=True)
class Sense:
    """What a short form stands for, and in which share of the reports that define it."""

    meaning: Meaning
    concepts: tuple[int, ...]
    share: float


def short_forms(generation: Generation, found: Sequence[Word]) -> dict[int, str]:
    """Where among a question's words short forms stand, and the index term of each.

    A question wholly in capitals has none: its capitals say nothing. But for one that is all short forms which reports
    define or the terminology knows ("ALS", "MS ALS").
    """
    shorts = {at: own for at, word in enumerate(found) if (own := short_term(word.text))}
    if any(letter.islower() for word in found for letter in word.text):
        return shorts
    lettered = [at for at, word in enumerate(found) if any(map(str.isalpha, word.text))]
    return shorts if all(at in shorts and _is_known(generation, found[at].text) for at in lettered) else {}


def _is_known(generation: Generation, word: str) -> bool:
    return bool(shipped().abbreviated(word) or generation.abbreviations.meanings(word))


def senses(generation: Generation, short: str) -> tuple[Sense, ...]:
    """What the reports say that ``short`` stands for, the most frequent first; rare meanings are left out.

    Names of one concept are one meaning.
    """
    merged: dict[object, Sense] = {}
    for meaning in generation.abbreviations.meanings(short):
        concepts = shipped().named(meaning.long)
        same = concepts or meaning.long
        known = merged.get(same)
        if known:
            meaning = replace(known.meaning, reports=known.meaning.reports + meaning.reports)
        merged[same] = Sense(meaning, concepts, 0.0)
    total = sum(each.meaning.reports for each in merged.values())
    shares = [replace(each, share=each.meaning.reports / total) for each in merged.values()]
    shares.sort(key=lambda each: -each.share)
    return tuple(each for each in shares[:_MOST_MEANINGS] if each.share >= min(_LEAST_SHARE, shares[0].share))
