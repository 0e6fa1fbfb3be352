"""A short form in a question → the one illness that it is taken for: a table of several would be of none.

The terminology says what it stands for, or the reports' own definitions do; of several illnesses the one that the most
reports name is taken, and the others are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from corpus.terminology.kinds import DISEASE, FINDING
from corpus.terminology.terminology import shipped
from indexer.analyzer import concept_term, short_term
from indexer.generation import Generation
from search_api.evidence.asked import Sense, Wanted
from search_api.model import Expansion
from search_api.retrieval.short_forms import senses


def spelled_out(generation: Generation, meant: Sense) -> Sense:
    """``meant`` with each condition that is a short form known as what it is taken for."""
    return replace(
        meant,
        conditions=tuple(_read(generation, each) for each in meant.conditions),
        underlying=tuple(_read(generation, each) for each in meant.underlying),
    )


def taken_for(meant: Sense) -> Iterable[str]:
    """What is told of short forms that have other meanings, too."""
    for each in (*meant.conditions, *meant.underlying):
        if each.long and each.others:
            others = " or ".join(f"“{name}”" for name in each.others)
            yield f"“{each.phrase}” is taken for “{each.long}”: write it out if {others} is meant"


def as_taken(meant: Sense, expansions: Iterable[Expansion]) -> tuple[Expansion, ...]:
    """``expansions`` without those of meanings that no short form is taken for."""
    left = {name.casefold() for each in (*meant.conditions, *meant.underlying) if each.long for name in each.others}
    return tuple(each for each in expansions if each.name.casefold() not in left)


def _read(generation: Generation, wanted: Wanted) -> Wanted:
    if short_term(wanted.phrase) is None:
        return wanted
    told = {concept: each.meaning.long for each in senses(generation, wanted.phrase) for concept in each.concepts[:1]}
    known = {each: shipped().name(each) for each in wanted.concepts}
    for found in (told, known):
        if illnesses := [each for each in found if shipped().kind(each) in (DISEASE, FINDING)]:
            best = max(illnesses, key=lambda each: (_reports(generation, each), -each))
            others = tuple(long for concept, long in found.items() if concept != best)
            return replace(wanted, concepts=(best,), long=found[best], others=others)
    return wanted


def _reports(generation: Generation, concept: int) -> int:
    return generation.lexical.document_frequency(concept_term(shipped(), concept))
