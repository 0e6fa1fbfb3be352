"""Why a hit is there: what of the question its passage holds, under which name, and how its report ranked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from corpus.model import Span
from corpus.terminology.terminology import shipped
from corpus.words import words
from indexer.analyzer import concept_term, is_term, short_forms, term
from search_api.model import Expansion, Matched, Why
from search_api.retrieval.ranking import Ranking
from search_api.retrieval.sought import Sought


def why(wanted: Sought, ranking: Ranking, ordinal: int, passage: str, start: int) -> Why:
    """For a hit of report ``ordinal``, whose passage begins at ``start`` of the report's text."""
    at = int((ranking.ordinals == ordinal).argmax())
    return Why(
        _matched(wanted, _places(passage, start)),
        int(ranking.word_ranks[at]) or None,
        int(ranking.meaning_ranks[at]) or None,
        round(float(ranking.lexical[at]), 6),
        round(float(ranking.dense[at]), 6),
    )


def _matched(wanted: Sought, places: Mapping[str, Sequence[Span]]) -> tuple[Matched, ...]:
    """What of the question stands at ``places``, in its order; words that are one name together are told together.

    Of what stands for a word the weightiest is told, and a guess at its spelling before the guess's other names.
    """
    found: dict[tuple[str, Expansion | None], set[Span]] = defaultdict(set)
    for group, word in zip(wanted.groups, wanted.words, strict=True):
        reasons = {name: wanted.reasons.get(name) for name, _ in group.terms if name in places}  # the heaviest first
        if not reasons:
            continue
        name = next((name for name, each in reasons.items() if each and each.reason == "spelling"), next(iter(reasons)))
        expansion = reasons[name]
        found[expansion.said if expansion else word, expansion].update(places[name])
    return tuple(
        Matched(said, tuple(sorted(spans)), *((expansion.name, expansion.reason) if expansion else (None, None)))
        for (said, expansion), spans in found.items()
    )


def _places(passage: str, start: int) -> dict[str, list[Span]]:
    """Where each index term stands in the report's text."""
    found = words(passage)
    places: dict[str, list[Span]] = defaultdict(list)
    for word in found:
        if is_term(word):
            places[term(word.text)].append(Span(start + word.start, start + word.end))
    for at, own in short_forms(found):
        places[own].append(Span(start + found[at].start, start + found[at].end))
    terminology = shipped()
    for mention in terminology.find(found):
        span = Span(start + found[mention.first].start, start + found[mention.last - 1].end)
        for concept in mention.concepts:
            places[concept_term(terminology, concept)].append(span)
    return places
