"""Stored report and span → citation: the article, and the place in its source."""

from __future__ import annotations

from corpus.catalog import Stored
from corpus.model import Bibliography, Span
from search_api.model import Citation


def cite(stored: Stored, span: Span) -> Citation:
    """The citation of ``span`` of a stored report."""
    facts = stored.report.bibliography
    return Citation(
        title=facts.title,
        authors=facts.authors,
        journal=facts.journal,
        year=facts.year,
        doi=facts.doi,
        pmid=facts.pmid,
        pmcid=facts.pmcid,
        page=stored.report.source_map.page(span),
        source=stored.source,
        location=_place(stored, span),
        links=links(facts),
    )


def links(facts: Bibliography) -> tuple[str, ...]:
    """The addresses that the article's identifiers stand for."""
    pairs = (
        ("https://doi.org/", facts.doi),
        ("https://pubmed.ncbi.nlm.nih.gov/", facts.pmid),
        ("https://pmc.ncbi.nlm.nih.gov/articles/", facts.pmcid),
    )
    return tuple(base + value for base, value in pairs if value)


def _place(stored: Stored, span: Span) -> str:
    """Where ``span`` starts in the source, in words."""
    source_map = stored.report.source_map
    found = source_map.locate(span)
    if not found:
        return ""
    first = found[0]
    if first.kind == "page":
        return f"page {first.label}"
    if first.kind == "element":
        return first.label
    line = stored.report.raw.count("\n", 0, source_map.raw(span)[0]) + 1
    return f"line {line}"
