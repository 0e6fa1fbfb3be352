"""Which reports may hold evidence, best first: those that name the condition by any of its names, ranked as in search.

Nothing is let in by likeness alone: a report that names the condition in no way is not looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from corpus.terminology.terminology import shipped
from indexer.analyzer import concept_term, terms
from indexer.generation import Generation
from search_api.answering.coverage import EXTENT
from search_api.answering.terms import fold
from search_api.config import HYBRID, System
from search_api.evidence.asked import Sense, Wanted
from search_api.retrieval.conditions import Admitted, Mask
from search_api.retrieval.ranking import query_vector, rank
from search_api.retrieval.sought import Sought, sought

MOST_REPORTS = 500
"""How many reports are looked into at most."""


@dataclass(frozen=True, slots=True)
class Found:
    """Reports by ordinal, best first, and how many ``name`` the condition, of which these are the best."""

    ordinals: tuple[int, ...]
    naming: int


def find(
    generation: Generation,
    text: str,
    wanted: Sought,
    sense: Sense,
    admitted: Admitted | None,
    most: int = MOST_REPORTS,
    system: System = HYBRID,
) -> Found:
    """The ``most`` best of the admitted reports that name what is asked; ``wanted`` is what ``text`` looks for."""
    among = generation.alive if admitted is None else admitted.reports
    facets = sense.conditions or sense.treatments
    masks = [_naming(generation, each) for each in facets]
    # of several treatments any will do, of several conditions all must be there
    joined = reduce(np.logical_and if sense.conditions else np.logical_or, masks)
    reports = np.asarray(joined & among)
    naming = int(np.count_nonzero(reports))
    if not naming:
        return Found((), 0)
    only = Admitted(reports, reports[generation.passage_reports], {}, ())
    vector = query_vector(generation.encoder, text) if system.uses_vectors else None
    ranking = rank(generation, vector, wanted, system, min(most, naming), only)
    return Found(tuple(map(int, ranking.ordinals)), naming)


def _naming(generation: Generation, wanted: Wanted) -> Mask:
    """The reports that hold the telling word of ``wanted``, something that means the same, or a kind of it."""
    known = shipped()
    names = {concept_term(known, each) for each in wanted.kinds | wanted.wider} & generation.concepts
    looked_for = sought(generation, wanted.said, HYBRID)
    pairs = list(zip(looked_for.groups, looked_for.words, strict=True))
    core = [group for group, word in pairs if fold(word.lower()) not in EXTENT] or list(looked_for.groups)
    if core:
        heaviest = max(generation.lexical.rarity(group) for group in core)
        names.update(name for group in core if generation.lexical.rarity(group) >= heaviest for name, _ in group.terms)
    names.update(terms(wanted.said) if not core else ())
    return reduce(
        np.logical_or, (generation.lexical.holding({name}) for name in sorted(names)), ~generation.alive & False
    )
