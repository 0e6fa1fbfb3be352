"""What stands before an answer's sentences, and what is told where there is no answer."""

from __future__ import annotations

import re

import pytest

from indexer.encoders.choice import OneEncoder
from search_api.service import Service
from tests.fakes import indexed, make_report

from .evidence_samples import REPORTS

MORE = {
    "fever": make_report(
        "# Case report\n\nA 20-year-old man presented with malaria. He had fever and headache. He was treated with "
        "artesunate. The fever resolved and he recovered completely.",
        "Malaria in a traveller",
    ),
    "chills": make_report(
        "# Introduction\n\nMalaria is a parasitic disease that is spread by mosquitoes. Malaria is rare in Europe.\n\n"
        "# Case report\n\nA 31-year-old woman presented with malaria. She had fever. She was treated with artesunate.",
        "Malaria after a holiday",
    ),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    made = indexed(tmp_path_factory.mktemp("telling"), {**REPORTS, **MORE})
    return Service(made.folder, OneEncoder(made.encoder))


def test_an_answer_on_treatment_begins_with_the_tables_summary(service: Service) -> None:
    """The counts and names are those of the evidence table, to the letter."""
    question = "How was malaria treated?"
    answer = service.ask(question)
    assert answer.answerable
    assert answer.lead == service.evidence(question).summary
    assert answer.lead.startswith("2 reports describe 2 patients with “malaria”. Given most often: ")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What were the symptoms of malaria?", r"Told of most often: (.* )?fever \(2\)"),
        ("What was the outcome of malaria?", r"What came of it, by the last that is said: "),
        ("How common is malaria?", r"2 reports at hand name it. That is a count of reports, no rate\."),
    ],
    ids=["presentation", "outcome", "frequency"],
)
def test_the_lead_counts_what_was_asked(service: Service, question: str, said: str) -> None:
    """Findings, outcomes, reports: whatever the question is after."""
    answer = service.ask(question)
    assert answer.lead.startswith("2 reports describe 2 patients with “malaria”.")
    assert re.search(said, answer.lead, re.IGNORECASE), answer.lead


def test_a_lead_holds_no_number_that_the_table_does_not(service: Service) -> None:
    """Every count in it is at most the number of patients or reports."""
    for question in ("How was malaria treated?", "symptoms of malaria", "outcome of granuloma annulare"):
        table = service.evidence(question)
        most = max(table.population.patients, table.population.reports, table.population.naming)
        assert all(int(number) <= most for number in re.findall(r"\d+", service.ask(question).lead))


def test_what_a_thing_is_comes_from_a_sentence_that_says_so(service: Service) -> None:
    """Verbatim, from the introduction; the case's own sentences define nothing."""
    answer = service.ask("what is malaria?")
    assert [(each.role, each.text) for each in answer.sentences] == [
        ("definition", "Malaria is a parasitic disease that is spread by mosquitoes.")
    ]


def test_how_often_a_thing_is_met_comes_from_a_sentence_that_says_so(service: Service) -> None:
    """ "Rare", a share, a count of cases."""
    answer = service.ask("How rare is malaria?")
    assert [(each.role, each.text) for each in answer.sentences] == [("frequency", "Malaria is rare in Europe.")]


def test_in_vain_it_is_told_what_was_searched(service: Service) -> None:
    """How many reports, of which generation; there is no lead without an answer."""
    answer = service.ask("treatment of hydatid cyst")
    assert not answer.answerable
    assert answer.lead == ""
    assert answer.reason.endswith("Searched: 7 reports, generation 1.")


def test_in_vain_it_is_told_what_is_near(service: Service) -> None:
    """The same condition with another underlying disease, by name; and patients who did not have the drug."""
    other = service.ask("treatments tried for granuloma annulare in hepatitis B")
    assert not other.answerable
    assert "with another underlying disease: " in other.reason
    drug = service.ask("colchicine for malaria")
    assert not drug.answerable
    assert "None of them is told to have had “colchicine”." in drug.reason
