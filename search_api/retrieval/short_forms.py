"""Short forms in a question: which of its words are read as they are written, and what the reports say they mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.terminology.terminology import shipped
from corpus.words import Word, form, strings
from indexer.abbreviations import Meaning
from indexer.analyzer import short_term
from indexer.generation import Generation

_MOST_MEANINGS = 3
_LEAST_SHARE = 0.1
"""A meaning of an abbreviation that fewer of the reports that define it give is not looked for."""
_ENDING = re.compile(r"(?<=\w\w\w)(?:ular|ial|ium|able|ous|ed|al|ar|ic|um|us|le|is|y|a|e|o)$")
"""How nouns end, and the adjectives made from them: "atrium", "atrial"; "ventricle", "ventricular"."""


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

    Names of one concept are one meaning, and so are wordings that differ in number, an adjective or a last noun.
    """
    merged: list[Sense] = []
    for meaning in generation.abbreviations.meanings(short):
        concepts = shipped().named(meaning.long)
        for at, known in enumerate(merged):
            if set(concepts) & set(known.concepts) or _are_one(meaning.long, known.meaning.long):
                usual = replace(known.meaning, reports=known.meaning.reports + meaning.reports)
                merged[at] = Sense(usual, tuple(dict.fromkeys((*known.concepts, *concepts))), 0.0)
                break
        else:
            merged.append(Sense(meaning, concepts, 0.0))
    total = sum(each.meaning.reports for each in merged)
    shares = [replace(each, share=each.meaning.reports / total) for each in merged]
    shares.sort(key=lambda each: -each.share)
    return tuple(each for each in shares[:_MOST_MEANINGS] if each.share >= min(_LEAST_SHARE, shares[0].share))


def _are_one(one: str, other: str) -> bool:
    """Whether two long forms of one short form differ in endings, in how they are joined, or in a last noun alone.

    "Right atrium" and "right atrial"; "cerebral vascular accident" and "cerebrovascular accident"; "implantable
    cardioverter defibrillator (device)".
    """
    short, long = sorted((_roots(one), _roots(other)), key=len)
    has_last_noun = len(short) > 1 and len(long) == len(short) + 1 and long[:-1] == short
    return has_last_noun or "".join(short) == "".join(long)


def _roots(long: str) -> list[str]:
    """The words without their endings, and without the "o" that joins two words."""
    return [_ENDING.sub("", form(word)).replace("o", "") for word in strings(long)]
