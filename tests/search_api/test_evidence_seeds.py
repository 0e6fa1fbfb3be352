"""The question this project was begun with, as an evidence table of the five reports it was begun from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from corpus.readers.registry import read_bytes
from indexer.encoders.choice import OneEncoder
from search_api.evidence.model import NOT_REPORTED, OTHER_DISEASE, REPORTED
from search_api.evidence.table_model import EvidenceTable
from search_api.service import Service
from tests.fakes import SHARED, indexed

SEEDS = SHARED / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the seed reports are not at {SEEDS}")

QUESTION = "treatments tried for calcinosis universalis in SLE"
STATES = {
    "answerable": REPORTED, "answerable_with_caveat": REPORTED, "not_reported": NOT_REPORTED,
    "answerable_other_disease": OTHER_DISEASE,
}  # fmt: skip


@pytest.fixture(scope="module")
def gold() -> dict[str, dict[str, Any]]:
    """What is right, by file name."""
    documents = json.loads((SEEDS / "gold.json").read_text(encoding="utf-8"))["docs"]
    return {document["file"]: document for document in documents}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, gold: dict[str, dict[str, Any]]) -> Service:
    """The five, indexed under their file names."""
    reports = {}
    for name in gold:
        (read,) = read_bytes((SEEDS / name).read_bytes(), name)
        assert read.report is not None
        reports[name] = read.report
    made = indexed(tmp_path_factory.mktemp("seeds"), reports)
    return Service(made.folder, OneEncoder(made.encoder))


@pytest.fixture(scope="module")
def table(service: Service) -> EvidenceTable:
    return service.evidence(QUESTION)


def test_every_report_has_the_state_that_is_right(table: EvidenceTable, gold: dict[str, dict[str, Any]]) -> None:
    """Reported, not reported in the available text, or another underlying disease."""
    found = {each.row.catalog_id: each.state for each in table.rows}
    assert found == {name: STATES[each["question_calcinosis_treatment"]["status"]] for name, each in gold.items()}


def test_the_denominator_is_of_the_condition_asked_about(table: EvidenceTable, gold: dict[str, dict[str, Any]]) -> None:
    """The patient with another underlying disease is not in it, nor in any group."""
    others = {
        name for name, each in gold.items() if each["question_calcinosis_treatment"]["status"].endswith("disease")
    }
    held = table.population
    assert (held.patients, held.different) == (len(gold) - len(others), len(others))
    assert {group.of for group in table.groups} == {held.patients}
    assert all(group.patients <= held.patients for group in table.groups)


def test_no_treatment_of_others_is_given_to_a_patient(table: EvidenceTable, gold: dict[str, dict[str, Any]]) -> None:
    """What gold has only in the literature of a report is in no row of that report."""
    for name, document in gold.items():
        own = {each["canonical"] for patient in document["patients"] for each in patient["treatments"]}
        only = {each["canonical"].lower() for each in document["literature_treatments"]} - own
        rows = {
            each.row.given.canonical.lower() for each in table.rows if each.row.catalog_id == name and each.row.given
        }
        assert not rows & only, name


def test_the_same_lesion_in_the_other_disease_answers_for_itself(
    service: Service, gold: dict[str, dict[str, Any]]
) -> None:
    """Asked about its own disease, that report alone is counted."""
    table = service.evidence("treatments of calcinosis in systemic sclerosis")
    counted = {each.row.catalog_id for each in table.rows if each.state == REPORTED}
    assert counted == {
        name for name, each in gold.items() if each["question_calcinosis_treatment"]["status"].endswith("disease")
    }
