"""What ``ask`` puts together before it is cited: the sentences chosen, what the stored cases say, what was searched."""

from __future__ import annotations

from dataclasses import replace

from corpus.amounts import counted
from corpus.cases.model import GIVEN, Cases
from corpus.catalog import Catalog
from corpus.errors import UsageError
from indexer.analyzer import term
from indexer.generation import Generation
from search_api.answering.extractive import Candidate, Draft, answer
from search_api.answering.question import parse
from search_api.answering.studying import STUDIES
from search_api.evidence.telling import Telling, telling
from search_api.retrieval.pipeline import RANKED
from search_api.retrieval.query import Asked
from search_api.retrieval.ranking import Ranking


def told_of(generation: Generation, catalog: Catalog, asked: Asked) -> Telling | None:
    """What the stored cases say to the question; None where it names nothing that they could be asked for."""
    if not asked.has_words:
        return None
    try:
        return telling(generation, catalog, asked)
    except UsageError:
        return None


def searched(generation: Generation, told: Telling | None) -> str:
    """What was searched in vain, and what of the question the stored cases do know."""
    what = f"Searched: {counted(len(generation.ordinals), 'report')}, generation {generation.manifest.generation}."
    return f"{what} {told.near}".strip() if told else what


def draft(generation: Generation, asked: Asked, question: str, ranking: Ranking) -> Draft:
    """The sentences of the best reports that answer ``question``, a question without its conditions; or why none do."""
    candidates = [
        Candidate(
            stored.report_id,
            stored.report,
            float(score),
            _treated(generation.cases(int(ordinal))),
            STUDIES.of(stored),
        )
        for ordinal, score in zip(ranking.ordinals[:RANKED], ranking.scores, strict=False)
        for stored in [generation.stored(int(ordinal))]
    ]

    def rarity(word: str) -> float:
        return generation.lexical.idf(term(word))

    found = answer(parse(question), candidates, rarity, sections=asked.filters.section)
    if found.answerable or not asked.is_bound or not asked.has_words:
        return found
    if not candidates:
        return replace(found, reason="No report at hand meets the conditions.")
    where = (
        f"in sections of kind {' or '.join(asked.filters.section)}" if asked.filters.section else "in what meets them"
    )
    return replace(found, reason=f"{found.reason} With the conditions, it was looked for only {where}.")


def _treated(cases: Cases) -> frozenset[int]:
    """Where the sentences begin that say what a patient was given, before or in the episode."""
    return frozenset(
        each.evidence.start for patient in cases.patients for each in patient.treatments if each.status in GIVEN
    )
