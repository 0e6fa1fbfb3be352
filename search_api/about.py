"""What is known of one report: what it is, where it was read, how it stands to others."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.catalog import Catalog, Stored, stand_in
from corpus.kinds import Judgement, judge
from corpus.merging import Source, best_first
from corpus.model import Bibliography
from corpus.standing import Link, links
from search_api.citing import addresses


@dataclass(frozen=True, slots=True)
class About:
    """A report without its text. ``sources`` come best first: the first one's text is served.

    ``opening``: how its text begins, where it has no title.
    """

    report_id: str
    bibliography: Bibliography
    addresses: tuple[str, ...]
    judgement: Judgement
    evidence: tuple[str, ...]
    """The wordings that the judgement rests on: slices of the text."""
    sources: tuple[Source, ...]
    related: tuple[Link, ...]
    opening: str | None


def about(catalog: Catalog, stored: Stored) -> About:
    """All of it, as the catalog stands now. Raises NotFoundError where the report left meanwhile."""
    judgement = judge(stored.report)
    facts = stored.report.bibliography
    return About(
        stored.report_id,
        facts,
        addresses(facts),
        judgement,
        tuple(span.of(stored.report.text) for span in judgement.evidence),
        tuple(best_first(catalog.sources(stored.report_id))),
        tuple(links(catalog, stored.report_id)),
        stand_in(stored.report),
    )
