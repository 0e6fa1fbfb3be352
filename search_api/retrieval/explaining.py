"""Why a hit is there: what of the question its passage holds, under which name, and how its report ranked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from corpus.abbreviations import first_meanings
from corpus.model import Report, Span
from corpus.words import words
from indexer.analyzer import is_term, named_in, short_forms, term
from search_api.model import Expansion, Matched, Why
from search_api.retrieval.ranking import Ranking
from search_api.retrieval.sought import Sought


def why(wanted: Sought, ranking: Ranking, ordinal: int, report: Report, passage: Span) -> Why:
    """For a hit of report ``ordinal``, which is ``report``."""
    defined = first_meanings(report.text, report.sections)
    at = int((ranking.ordinals == ordinal).argmax())
    return Why(
        _matched(wanted, _places(passage.of(report.text), passage.start, defined)),
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


def _places(passage: str, start: int, defined: Mapping[str, str]) -> dict[str, list[Span]]:
    """Where each index term stands in the report's text; a short form names what the report defines it as."""
    found = words(passage)
    places: dict[str, list[Span]] = defaultdict(list)
    for word in found:
        if is_term(word):
            places[term(word.text)].append(Span(start + word.start, start + word.end))
    for at, own in short_forms(found):
        places[own].append(Span(start + found[at].start, start + found[at].end))
    for first, last, own in named_in(found, defined):
        places[own].append(Span(start + found[first].start, start + found[last - 1].end))
    return places
