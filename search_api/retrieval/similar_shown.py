"""Reports ranked as similar → what is shown: what they share with the vignette, and the passage to read first."""

from __future__ import annotations

import numpy as np

from corpus.catalog import Stored
from corpus.findings import Finding
from corpus.model import Span
from corpus.terminology.terminology import shipped
from indexer.encoders.base import Vectors
from indexer.generation import Generation
from search_api.citing import cite
from search_api.model import Hit
from search_api.retrieval.conditions import Admitted
from search_api.retrieval.similar import Like, Match, patients_of
from search_api.retrieval.vignette import Vignette, Wanted
from search_api.similar_model import Person, Shared, SimilarReport, Told

_HIGHLIGHTED = 3
_SHARING = 0.5
"""What the findings shared in a passage count beside its meaning."""


def shown(
    generation: Generation, vignette: Vignette, like: Like, vector: Vectors, rank: int, admitted: Admitted | None
) -> SimilarReport:
    """One report as it is given out."""
    stored = generation.stored(like.ordinal)
    matched = {match.at for match in (*like.matches, *like.denied)}
    return SimilarReport(
        rank=rank,
        score=round(like.score, 6),
        report_id=stored.report_id,
        patients=tuple(Person(age, sex) for age, sex in patients_of(generation, like.ordinal)),
        shared=_shared(vignette, vignette.sought, like.matches, stored),
        denied=_shared(vignette, vignette.sought, like.denied, stored),
        contradicted=_shared(vignette, vignette.denied, like.contradicted, stored),
        not_reported=tuple(
            told(each.finding, vignette.text) for at, each in enumerate(vignette.sought) if at not in matched
        ),
        passage=_passage(generation, vignette, like, vector, rank, admitted),
    )


def told(finding: Finding, text: str) -> Told:
    """A finding of ``text`` with its concept's name and the words that tell it."""
    name, span = shipped().name(finding.concepts[0]), finding.span
    return Told(name, finding.kind, finding.assertion, span.of(text), span.start, span.end)


def _shared(
    vignette: Vignette, sought: tuple[Wanted, ...], matches: tuple[Match, ...], stored: Stored
) -> tuple[Shared, ...]:
    text = stored.report.text
    return tuple(
        Shared(
            told(sought[match.at].finding, vignette.text),
            told(match.finding, text),
            match.same,
            cite(stored, match.finding.span).location,
        )
        for match in matches
    )


def _passage(
    generation: Generation, vignette: Vignette, like: Like, vector: Vectors, rank: int, admitted: Admitted | None
) -> Hit:
    """The passage nearest in meaning that tells most of what is shared, the sentences that tell it highlighted."""
    stored = generation.stored(like.ordinal)
    rows = generation.rows_of(np.array([like.ordinal]))
    if admitted is not None:
        rows = rows[admitted.rows[rows]]
    passages = [generation.passage(int(row)) for row in rows]
    weights = [(match.finding.span, vignette.sought[match.at].weight * match.factor) for match in like.matches]
    held = np.array([sum(weight for span, weight in weights if each.span.holds(span)) for each in passages])
    nearness = generation.vectors.scores(vector, rows) + _SHARING * held / max(float(held.max()), 1e-9)
    passage = passages[int(np.argmax(nearness))]
    highlights = _telling(stored, passage.span, weights)
    return Hit(
        rank=rank,
        score=round(like.score, 6),
        report_id=stored.report_id,
        passage_id=f"{stored.report_id}:{passage.span.start}-{passage.span.end}",
        text=passage.span.of(stored.report.text),
        start=passage.span.start,
        end=passage.span.end,
        section=passage.kind,
        highlights=highlights,
        citation=cite(stored, passage.span),
    )


def _telling(stored: Stored, within: Span, weights: list[tuple[Span, float]]) -> tuple[Span, ...]:
    """The sentences of a passage that tell most of what is shared, in order."""
    spans = [each.span for each in stored.report.sentences_in(within)]
    held = {at: sum(weight for span, weight in weights if each.holds(span)) for at, each in enumerate(spans)}
    best = sorted((at for at, weight in held.items() if weight), key=lambda at: (-held[at], at))[:_HIGHLIGHTED]
    return tuple(spans[at] for at in sorted(best))
