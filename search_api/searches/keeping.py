"""From an answer to what is kept of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final, TypeVar

from corpus.catalog import Catalog
from corpus.errors import CasetroveError
from corpus.journal import now
from corpus.readings import READING
from indexer.generation import Generation
from search_api.evidence.model import EvidenceRow
from search_api.evidence.table_model import EvidenceTable
from search_api.model import Answer, Hit, SearchResult
from search_api.searches.model import By, Corpus, Counts, Found, Request, Run, Told
from search_api.searches.store import Readings, Searches

Result = TypeVar("Result", bound=SearchResult | Answer | EvidenceTable)
_NOWHERE: Final = (0, 0)


def kept(
    searches: Searches, catalog: Catalog, generation: Generation, request: Request, found: Result, by: By
) -> Result:
    """``found`` with the id under which it is kept; with a notice that says why, where it cannot be kept."""
    try:
        run = run_of(catalog, generation, request, found, by)
        return replace(found, search_id=searches.add(run, lambda: readings_of(generation)).id)
    except CasetroveError as error:
        notice = f"this {request.kind} is not in the search log, which cannot be written: {error}"
        return replace(found, bounds=replace(found.bounds, notices=(*found.bounds.notices, notice)))


def run_of(catalog: Catalog, generation: Generation, request: Request, found: Result, by: By) -> Run:
    """What is kept of an answer from ``generation``; it has no id yet. Raises CatalogError."""
    if isinstance(found, EvidenceTable):
        places = list(_rows(generation, found))
    elif isinstance(found, Answer):
        places = [_found(generation, each.report_id, each.start, each.end, None) for each in found.sentences]
    else:
        places = [_found(generation, hit.report_id, hit.start, hit.end, hit.score) for hit in found.hits]
    return Run(
        id="",
        at=now(),
        by=by,
        asked=request.to_json(),
        corpus=_corpus(generation, found.reranked_by if isinstance(found, SearchResult) else None),
        counts=_counts(catalog, generation, found, places),
        told=_told(found),
        places=tuple(places),
    )


def readings_of(generation: Generation) -> Readings:
    """Which reading of each report a generation holds, as the log keeps it."""
    return {report_id: digest[:READING] for report_id, digest in generation.readings().items()}


def _found(generation: Generation, report_id: str, start: int, end: int, score: float | None, label: str = "") -> Found:
    stored = generation.stored(generation.ordinals[report_id])
    return Found(report_id, start, end, score, stored.revision, label, stored.reading)


def _rows(generation: Generation, table: EvidenceTable) -> Iterable[Found]:
    for each in table.rows:
        row = each.row
        what = f"{row.given.canonical}, {row.given.status}" if row.given else row.state
        yield _found(generation, row.catalog_id, *_stands(row), None, f"patient {row.case}: {what}")


def _stands(row: EvidenceRow) -> tuple[int, int]:
    """The first words that a row stands on; nowhere where its report says nothing of it."""
    quotes = row.quotes or tuple(quote for column in row.cells.values() for quote in column)
    return (quotes[0].start, quotes[0].end) if quotes else _NOWHERE


def _corpus(generation: Generation, reranker: str | None) -> Corpus:
    manifest = generation.manifest
    return Corpus(
        manifest.generation, manifest.created, manifest.corpus_digest, manifest.reports, manifest.passages,
        manifest.encoder, manifest.encoder_backend, manifest.encoder_fingerprint, manifest.analyzer,
        manifest.extraction, program_version(), reranker,
    )  # fmt: skip


def _counts(catalog: Catalog, generation: Generation, found: Result, places: list[Found]) -> Counts:
    hits: tuple[Hit, ...] = () if isinstance(found, EvidenceTable) else found.hits
    counts = Counts(
        reports=generation.manifest.reports,
        meeting=found.bounds.reports,
        found=len(places),
        reports_found=len({place.report_id for place in places}),
        near_duplicates=sum(len(hit.also_in) for hit in hits),
        merged=catalog.merged(),
    )
    if isinstance(found, EvidenceTable):
        of = found.population
        counts = replace(counts, naming=of.naming, looked_into=of.looked_into, overlaps=len(of.overlaps))
    return counts


def _told(found: Result) -> Told:
    return Told(
        took_ms=found.took_ms,
        conditions=tuple(asdict(each) for each in found.bounds.conditions),
        expansions=tuple(asdict(each) for each in found.expansions),
        left_out_unknown=found.bounds.left_out_unknown,
        notices=found.bounds.notices,
        reason=found.reason if isinstance(found, Answer) else found.summary if isinstance(found, EvidenceTable) else "",
        answerable=found.answerable if isinstance(found, Answer) else None,
    )


@cache
def program_version() -> str:
    """This program's; "unknown" where it is run from a checkout that is not installed."""
    try:
        return version("casetrove")
    except PackageNotFoundError:
        return "unknown"
