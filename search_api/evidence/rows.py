"""A report's cases → rows: one for each patient, treatment and status, mentions merged."""

from __future__ import annotations

from corpus.cases.model import Cases
from corpus.catalog import Stored
from search_api.evidence.model import EvidenceRow, LiteratureRow


def rows_of(stored: Stored, cases: Cases) -> tuple[EvidenceRow, ...]:
    """The rows of a report's patients, by patient, then in text order."""
    raise NotImplementedError


def literature_of(stored: Stored, cases: Cases) -> tuple[LiteratureRow, ...]:
    """What the report tells only of others, each treatment once, in text order."""
    raise NotImplementedError
