"""Stored report and span → citation: the article, and the place in its source; and back to the text cited."""

from __future__ import annotations

from dataclasses import replace

from corpus.catalog import Catalog, Stored, stand_in
from corpus.errors import CasetroveError, NotFoundError
from corpus.model import Bibliography, Span
from search_api.model import Citation


class ChangedReadingError(CasetroveError):
    """The report has been read again since: the place is of a text that is kept no more."""

    code = "changed-reading"
    http_status = 409


def cite(stored: Stored, span: Span) -> Citation:
    """The citation of ``span`` of a stored report."""
    facts = stored.report.bibliography
    return Citation(
        title=facts.title,
        authors=facts.authors,
        journal=facts.journal,
        year=facts.year,
        volume=facts.volume,
        issue=facts.issue,
        pages=facts.pages,
        doi=facts.doi,
        pmid=facts.pmid,
        pmcid=facts.pmcid,
        page=stored.report.source_map.page(span),
        source=stored.source,
        location=_place(stored, span),
        links=addresses(facts),
        opening=stand_in(stored.report),
        reading=stored.reading,
    )


def cited_reading(catalog: Catalog, served: Stored, report_id: str, reading: str) -> Stored:
    """The text that places with this ``reading`` (of a citation) are of; ``served`` where they name none.

    ``served`` is what there is of ``report_id`` now. Raises ChangedReadingError where the reading is kept no more.
    """
    if reading in ("", served.reading):
        return served
    try:
        kept = catalog.named(reading, {report_id, served.report_id})
    except NotFoundError as error:
        raise ChangedReadingError(
            f"report {report_id!r} has been read again since, and the text that this place is of is kept no more: "
            "search again"
        ) from error
    return replace(kept, report_id=served.report_id)


def addresses(facts: Bibliography) -> tuple[str, ...]:
    """The addresses that the article's identifiers stand for."""
    pairs = (
        ("https://doi.org/", facts.doi),
        ("https://pubmed.ncbi.nlm.nih.gov/", facts.pmid),
        ("https://pmc.ncbi.nlm.nih.gov/articles/", facts.pmcid),
    )
    return tuple(base + value for base, value in pairs if value)


def _place(stored: Stored, span: Span) -> str:
    """Where ``span`` starts in the source, in words."""
    begin = stored.report.source_map.begin(span)
    if begin is None:
        return ""
    if begin.kind == "page":
        return f"page {begin.label}"
    if begin.kind in ("element", "entry"):
        return begin.label
    line = stored.report.raw.count("\n", 0, begin.start) + 1  # the one part of a text is the whole of it
    return f"line {line}"
