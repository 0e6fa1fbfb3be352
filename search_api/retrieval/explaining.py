"""Why a hit is there: what of the question its passage holds, under which name, and how its report ranked."""

from __future__ import annotations

from collections import defaultdict

from corpus.model import Span
from corpus.terminology.terminology import shipped
from corpus.words import words
from indexer.analyzer import concept_term, is_term, term
from search_api.model import Matched, Why
from search_api.retrieval.ranking import Ranking
from search_api.retrieval.sought import Sought, best_term


def why(wanted: Sought, ranking: Ranking, ordinal: int, passage: str, start: int) -> Why:
    """For a hit of report ``ordinal``, whose passage begins at ``start`` of the report's text."""
    places = _places(passage, start)
    held = frozenset(places)
    matched = []
    for group, said in zip(wanted.groups, wanted.words, strict=True):
        name, _ = best_term(group, held)
        if name is not None:
            expansion = wanted.reasons.get(name)
            matched.append(
                Matched(
                    said,
                    tuple(places[name]),
                    None if expansion is None else expansion.name,
                    None if expansion is None else expansion.reason,
                )
            )
    at = int((ranking.ordinals == ordinal).argmax())
    return Why(
        tuple(matched),
        int(ranking.word_ranks[at]) or None,
        int(ranking.meaning_ranks[at]) or None,
        round(float(ranking.lexical[at]), 6),
        round(float(ranking.dense[at]), 6),
    )


def _places(passage: str, start: int) -> dict[str, list[Span]]:
    """Where each index term stands in the report's text."""
    found = words(passage)
    places: dict[str, list[Span]] = defaultdict(list)
    for word in found:
        if is_term(word):
            places[term(word.text)].append(Span(start + word.start, start + word.end))
    terminology = shipped()
    for mention in terminology.find(found):
        span = Span(start + found[mention.first].start, start + found[mention.last - 1].end)
        for concept in mention.concepts:
            places[concept_term(terminology, concept)].append(span)
    return places
