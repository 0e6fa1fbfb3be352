"""The JSON that other programs rely on: one shape for the command line and for HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from corpus.model import Bibliography
from search_api.about import About
from search_api.evidence.model import EvidenceRow, Given, LiteratureRow, Quote, ReportRows, RowOutcome
from search_api.model import (
    Answer,
    Bounds,
    Citation,
    Expansion,
    Hit,
    ModelAnswer,
    SearchResult,
    VerifiedClaim,
    Why,
)
from search_api.retrieval.facets import Facets
from search_api.similar_model import SimilarReport, SimilarResult

Json = dict[str, Any]


def citation_json(citation: Citation) -> Json:
    """Title, authors, journal, year, volume, issue and pages, identifiers, page, source, and where in it."""
    return {
        **asdict(citation),
        "authors": list(citation.authors),
        "links": list(citation.links),
        "warnings": [asdict(link) for link in citation.warnings],
    }


def about_json(about: About) -> Json:
    """What ``casetrove report --json`` prints: facts, kind with its evidence, sources, relations."""
    return {
        "report_id": about.report_id,
        "bibliography": bibliography_json(about.bibliography),
        "opening": about.opening,
        "links": list(about.addresses),
        "kind": {
            "kind": about.judgement.kind,
            "evidence": [
                {"start": span.start, "end": span.end, "text": text}
                for span, text in zip(about.judgement.evidence, about.evidence, strict=True)
            ],
            "declared": list(about.judgement.declared),
            "disagrees": about.judgement.disagrees,
        },
        "related": [asdict(link) for link in about.related],
        "sources": [
            {
                "place": source.place,
                "reader": source.reader,
                "length": source.length,
                "read_at": source.read_at,
                "served": index == 0,
            }
            for index, source in enumerate(about.sources)
        ],
    }


def bibliography_json(facts: Bibliography) -> Json:
    """What identifies the article; what no source tells is null or empty."""
    lists = {name: list(getattr(facts, name)) for name in ("authors", "affiliations", "declared")}
    return {name: value for name, value in {**asdict(facts), **lists}.items() if name != "relations"}


def hit_json(hit: Hit) -> Json:
    """One hit; ``start``, ``end`` and ``highlights`` count code points of the report's text."""
    return {
        "rank": hit.rank,
        "score": hit.score,
        "report_id": hit.report_id,
        "passage_id": hit.passage_id,
        "text": hit.text,
        "start": hit.start,
        "end": hit.end,
        "section": hit.section,
        "highlights": [{"start": span.start, "end": span.end} for span in hit.highlights],
        "citation": citation_json(hit.citation),
        "why": None if hit.why is None else why_json(hit.why),
        "also_in": [
            {
                "report_id": each.report_id,
                "start": each.start,
                "end": each.end,
                "citation": citation_json(each.citation),
            }
            for each in hit.also_in
        ],
    }


def why_json(why: Why) -> Json:
    """Which of the user's words the passage holds, where and as what, and how its report ranked."""
    return {
        "matched": [
            {
                "said": each.said,
                "spans": [{"start": span.start, "end": span.end} for span in each.spans],
                "name": each.name,
                "reason": each.reason,
            }
            for each in why.matched
        ],
        "lexical_rank": why.lexical_rank,
        "dense_rank": why.dense_rank,
        "lexical_score": why.lexical_score,
        "dense_score": why.dense_score,
        "rank_before": why.rank_before,
    }


def bounds_json(bounds: Bounds) -> Json:
    """What was understood as conditions, and what they left out; part of what search and ask answer."""
    return {
        "conditions": [asdict(condition) for condition in bounds.conditions],
        "left_out_unknown": bounds.left_out_unknown,
        "drug_names": {report_id: list(names) for report_id, names in bounds.drug_names.items()},
        "notices": list(bounds.notices),
        "ambiguous": [
            {"said": each.said, "meanings": [asdict(meaning) for meaning in each.meanings]} for each in bounds.ambiguous
        ],
    }


def expansion_json(expansion: Expansion) -> Json:
    """Something looked for beside the user's words; part of what search and ask answer."""
    return {**asdict(expansion), "names": list(expansion.names)}


def search_json(result: SearchResult) -> Json:
    """What ``casetrove search --json`` prints and ``POST /v1/search`` answers."""
    return {
        "query": result.query,
        "generation": result.generation,
        "search_id": result.search_id,
        "took_ms": result.took_ms,
        "stages_ms": result.stages,
        **bounds_json(result.bounds),
        "expansions": [expansion_json(each) for each in result.expansions],
        "reranked_by": result.reranked_by,
        "next": result.next,
        "hits": [hit_json(hit) for hit in result.hits],
    }


def answer_json(answer: Answer) -> Json:
    """What ``casetrove ask --json`` prints and ``POST /v1/ask`` answers."""
    return {
        "question": answer.question,
        "generation": answer.generation,
        "search_id": answer.search_id,
        "took_ms": answer.took_ms,
        "answerable": answer.answerable,
        "reason": answer.reason,
        "lead": answer.lead,
        **bounds_json(answer.bounds),
        "expansions": [expansion_json(each) for each in answer.expansions],
        "sentences": [
            {
                "text": sentence.text,
                "report_id": sentence.report_id,
                "start": sentence.start,
                "end": sentence.end,
                "section": sentence.section,
                "role": sentence.role,
                "citation": citation_json(sentence.citation),
            }
            for sentence in answer.sentences
        ],
        "hits": [hit_json(hit) for hit in answer.hits],
    }


def cases_json(cases: ReportRows) -> Json:
    """What ``casetrove cases --json`` prints, of one report, and ``GET /v1/reports/{id}/cases`` answers."""
    return {
        "generation": cases.generation,
        "rows": [row_json(row) for row in cases.rows],
        "literature": [literature_json(row) for row in cases.literature],
    }


def row_json(row: EvidenceRow) -> Json:
    """One line of ``casetrove cases --json`` and of the evidence table; what no text tells is null or empty.

    ``start`` and ``end`` count code points of the report's text, ``source_start`` and ``source_end`` of the raw text.
    """
    return {
        "report_id": row.report_id,
        "catalog_id": row.catalog_id,
        "source": row.source,
        "case": row.case,
        "age": None if row.age is None else asdict(row.age),
        "sex": row.sex,
        "diagnoses": [
            {"name": each.name, "concepts": list(each.concepts), "role": each.role, **asdict(each.quote)}
            for each in row.diagnoses
        ],
        **(_given_json(row.given) if row.given else _NOTHING_GIVEN),
        "status": row.given.status if row.given else None,
        "outcome": _outcome_json(row.outcome),
        "course": _outcome_json(row.course),
        "follow_up": row.follow_up,
        "quotes": _quotes_json(row.quotes),
        "state": row.state,
        "citation": citation_json(row.citation),
        "cells": {column: _quotes_json(quotes) for column, quotes in row.cells.items()},
    }


def literature_json(row: LiteratureRow) -> Json:
    """A treatment that a report tells only of others, or in general."""
    return {
        "report_id": row.report_id,
        "catalog_id": row.catalog_id,
        "source": row.source,
        **_given_json(row.given),
        "quotes": _quotes_json(row.quotes),
        "citation": citation_json(row.citation),
        "cells": {column: _quotes_json(quotes) for column, quotes in row.cells.items()},
    }


def _given_json(given: Given) -> Json:
    return {
        "treatment": given.treatment,
        "repaired": given.repaired,
        "canonical": given.canonical,
        "kind": given.kind,
        "concepts": list(given.concepts),
        "classes": list(given.classes),
        **{name: getattr(given, name) for name in ("dose", "route", "frequency", "duration", "target")},
    }


_NOTHING_GIVEN: Json = {
    "treatment": None, "repaired": None, "canonical": None, "kind": None, "concepts": [], "classes": [],
    "dose": None, "route": None, "frequency": None, "duration": None, "target": None,
}  # fmt: skip


def _outcome_json(outcome: RowOutcome) -> Json:
    labelled = zip(outcome.quotes, outcome.labels, strict=True)
    return {"label": outcome.label, "quotes": [{**asdict(quote), "label": label} for quote, label in labelled]}


def _quotes_json(quotes: Iterable[Quote]) -> list[Json]:
    return [asdict(quote) for quote in quotes]


def claim_json(claim: VerifiedClaim) -> Json:
    """One verified claim; part of what ``casetrove ask --llm --json`` prints, and an event of its own over HTTP."""
    return {**asdict(claim), "citation": citation_json(claim.citation)}


def model_answer_json(found: ModelAnswer) -> Json:
    """What ``casetrove ask --llm --json`` prints, and the last event of ``POST /v1/ask/stream``."""
    return {
        "question": found.answer.question,
        "generation": found.answer.generation,
        "took_ms": found.took_ms,
        "model": found.model,
        "outcome": found.outcome,
        "reason": found.reason,
        "passages": found.passages,
        "claims": [claim_json(claim) for claim in found.claims],
        "dropped": [asdict(each) for each in found.dropped],
        "answer": answer_json(found.answer),
    }


def facets_json(found: Facets) -> Json:
    """What ``casetrove facets --json`` prints and ``POST /v1/facets`` answers."""
    values = {facet: [asdict(each) for each in values] for facet, values in found.facets.items()}
    return {**asdict(found), "facets": values, "conditions": [asdict(each) for each in found.conditions]}


def similar_json(result: SimilarResult) -> Json:
    """What ``casetrove similar --json`` prints and ``POST /v1/similar`` answers."""
    return {
        "report_id": result.report_id,
        "generation": result.generation,
        "took_ms": result.took_ms,
        "patient": None if result.patient is None else asdict(result.patient),
        "findings": [asdict(each) for each in result.findings],
        "denied": [asdict(each) for each in result.denied],
        **bounds_json(result.bounds),
        "similar": [_similar_report_json(each) for each in result.similar],
    }


def _similar_report_json(report: SimilarReport) -> Json:
    return {
        "rank": report.rank,
        "score": report.score,
        "report_id": report.report_id,
        "patients": [asdict(each) for each in report.patients],
        "shared": [asdict(each) for each in report.shared],
        "denied": [asdict(each) for each in report.denied],
        "contradicted": [asdict(each) for each in report.contradicted],
        "not_reported": [asdict(each) for each in report.not_reported],
        "passage": hit_json(report.passage),
    }
