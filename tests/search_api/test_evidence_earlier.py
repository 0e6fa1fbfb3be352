"""What was done years before the condition began was for something else; and what stands first among equals."""

from __future__ import annotations

import pytest

from indexer.encoders.choice import OneEncoder
from search_api.evidence.asked import sense
from search_api.evidence.groups import grouped
from search_api.evidence.summary import summary
from search_api.evidence.table import EvidenceTable
from search_api.evidence.table_model import Population
from search_api.service import Service
from tests.fakes import indexed, make_report

from .evidence_samples import given, held, row

_TEXTS = {
    "new": (
        "Fever in a traveller",
        "A 50-year-old man was diagnosed with malaria. He had undergone hernia repair ten years ago. He was given "
        "fluids.",
    ),
    "known": (
        "Fever again",
        "A 51-year-old man was diagnosed with recurrent malaria. He had undergone splenectomy ten years ago. He was "
        "given fluids.",
    ),
    "undated": (
        "Fever and a scar",
        "A 52-year-old man was diagnosed with malaria. He had received quinine. He was given fluids.",
    ),
}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> EvidenceTable:
    reports = {name: make_report(f"# Case report\n\n{text}", title) for name, (title, text) in _TEXTS.items()}
    made = indexed(tmp_path_factory.mktemp("earlier"), reports)
    return Service(made.folder, OneEncoder(made.encoder)).evidence("malaria")


def test_what_was_done_years_before_a_new_illness_was_for_something_else(table: EvidenceTable) -> None:
    """Not where the illness has come back, and not where the treatment is not dated: there it is not told."""
    past = {each.row.given.canonical: each.aim for each in table.rows if each.row.given.status == "past"}
    assert past == {"hernia repair": "something else", "splenectomy": "not told", "quinine": "not told"}
    assert [each.canonical for each in table.groups if not each.aimed] == ["hernia repair"]


def test_among_equals_what_is_said_to_be_for_the_condition_stands_first() -> None:
    """Then what something is told to have come of, then the name."""
    rows = [
        held(row(given("aspirin"), report="a"), 1),
        held(row(given("zinc", target="malaria"), report="b"), 2, "the condition"),
        held(row(given("quinine"), report="c", outcome="improved"), 3),
        held(row(given("dapsone"), report="d"), 4),
    ]
    assert [each.canonical for each in grouped(rows, 4)] == ["zinc", "quinine", "aspirin", "dapsone"]


@pytest.mark.parametrize(
    ("names", "patients", "expected"),
    [
        (["zinc", "zinc", "quinine"], 3, "Given most often: zinc (2)."),
        (["zinc", "quinine"], 2, "No treatment was given to more than one of them; given were: quinine, zinc."),
        (["zinc"], 1, "Given: zinc."),
        (list("abcdefg"), 7, "given were: a, b, c, d, e and 2 more."),
    ],
)
def test_what_was_given_but_once_is_not_called_most_often(names: list[str], patients: int, expected: str) -> None:
    """Of equals nothing is the most; that is said."""
    rows = [held(row(given(name), report=str(at)), at) for at, name in enumerate(names, start=1)]
    told = summary(Population("“malaria”", patients, patients), grouped(rows, patients), sense("malaria"))
    assert expected in told
