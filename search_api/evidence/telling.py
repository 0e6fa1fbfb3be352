"""What the stored cases say to a question that is answered in sentences: a lead before them, or what is near."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.catalog import Catalog
from indexer.generation import Generation
from search_api.config import System
from search_api.evidence.choosing import EVERYTHING
from search_api.evidence.gathering import gather
from search_api.evidence.summary import lead, nearest
from search_api.evidence.table import table_of
from search_api.retrieval.query import Asked

_MOST = 100
"""Reports looked into: an answer is waited for."""
_BY_WORDS = System("lexical")
"""The question was embedded once, for the search; which 100 reports are the best, words say well enough."""


@dataclass(frozen=True, slots=True)
class Telling:
    """``lead``: counts and names for what was asked; ``near``: what there is beside it. Either may be empty."""

    lead: str
    near: str


def telling(generation: Generation, catalog: Catalog, asked: Asked) -> Telling:
    """What the stored cases say to ``asked``. Raises UsageError where it names no condition and no treatment."""
    gathered = gather(generation, catalog, asked, (), _MOST, lambda _: (), _BY_WORDS)
    groups = table_of(gathered, EVERYTHING).groups
    return Telling(lead(gathered, groups, gathered.meant.question.intent), nearest(gathered, groups))
