"""An evidence table as JSON, the same for the command line, for HTTP and for files."""

from __future__ import annotations

from dataclasses import asdict

from search_api.evidence.table_model import EvidenceTable, Group, Overlap, Population, TableRow
from search_api.json import Json, bounds_json, expansion_json, literature_json, row_json


def table_json(table: EvidenceTable) -> Json:
    """What ``casetrove evidence --json`` prints and ``POST /v1/evidence`` answers."""
    return {
        "question": table.question,
        "generation": table.generation,
        "search_id": table.search_id,
        "took_ms": table.took_ms,
        "summary": table.summary,
        "condition": _condition(table.population, table.asked),
        "rows": [table_row_json(each) for each in table.rows],
        "literature": [literature_json(each) for each in table.literature],
        "groups": [_group(each) for each in table.groups],
        "caveat": table.caveat,
        **bounds_json(table.bounds),
        "expansions": [expansion_json(each) for each in table.expansions],
    }


def table_row_json(each: TableRow) -> Json:
    """A row of ``casetrove cases``, and how it is held against the question."""
    return {
        **row_json(each.row),
        "patient": each.patient,
        "aim": each.aim,
        "met_by": [
            {"asked": met.asked, "how": met.how, "quote": None if met.quote is None else asdict(met.quote)}
            for met in each.met_by
        ],
        "other_diseases": list(each.others),
    }


def _condition(counted: Population, asked: dict[str, tuple[str, ...]]) -> Json:
    return {
        "focus": counted.focus,
        **{name: list(phrases) for name, phrases in asked.items()},
        "patients": counted.patients,
        "reports": counted.reports,
        "treated": counted.treated,
        "none_given": counted.ungiven,
        "not_reported": counted.silent,
        "different_underlying_disease": counted.different,
        "underlying_not_told": counted.unstated,
        "without_extent": [{"words": words, "patients": patients} for words, patients in counted.widened],
        "names": [{"name": name, "patients": patients} for name, patients in counted.names],
        "reports_naming": counted.naming,
        "reports_looked_into": counted.looked_into,
        "overlaps": [_overlap(each) for each in counted.overlaps],
    }


def _overlap(each: Overlap) -> Json:
    return {
        "reports": [each.one, each.other],
        "cases": [list(pair) for pair in each.patients],
        "reasons": list(each.reasons),
    }


def _group(group: Group) -> Json:
    return {**asdict(group), "concepts": list(group.concepts), "classes": list(group.classes)}
