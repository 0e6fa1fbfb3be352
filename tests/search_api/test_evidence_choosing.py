from __future__ import annotations

import pytest

from corpus.cases.model import Age, PatientCase, StatedSex
from corpus.errors import UsageError
from corpus.model import Span
from search_api.evidence.asked import Wanted, named
from search_api.evidence.choosing import EVERYTHING, SORTS, Chosen, fits, is_of, ordered
from search_api.evidence.groups import grouped
from search_api.evidence.model import OTHER_DISEASE, Given
from search_api.retrieval.filters import Filters, read

from .evidence_samples import given, held, row

ROWS = (
    held(row(given("zinc"), report="c", age=30, year=2020, outcome="improved"), 1),
    held(row(given("dapsone", status="past"), report="a", age=70, sex="male", year=2001), 2),
    held(row(given("dapsone"), report="b", age=None, sex=None, year=None, outcome="death"), 3),
    held(row(None, report="d", year=2010), 4),
    held(row(given("zinc"), report="e", state=OTHER_DISEASE, year=1999), 5),
)


def reports(sort: str) -> list[str]:
    """The reports of the rows in that order."""
    return [each.row.report_id for each in ordered(ROWS, grouped(ROWS, 4), sort)]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("treatment", "bacde"), ("year", "acbde"), ("-year", "cabde"), ("age", "cabde"), ("-age", "acbde"),
     ("sex", "cabde"),
     ("status", "abcde"), ("outcome", "cbade"), ("report", "abcde")],
)  # fmt: skip
def test_rows_are_sorted_as_asked(sort: str, expected: str) -> None:
    """By the column; what is not told comes last, and the states keep their order."""
    assert "".join(reports(sort)) == expected


@pytest.mark.parametrize("sort", SORTS)
def test_every_sort_keeps_every_row(sort: str) -> None:
    """In both directions."""
    assert sorted(reports(sort)) == sorted(reports(f"-{sort}")) == list("abcde")


def test_words_for_choices_may_be_written_either_way() -> None:
    """Spaces or underscores, in any case; short names of states."""
    chosen = Chosen.read(
        ["Drug class"], ["current at presentation"], ["adverse_reaction"], ["different", "not reported"]
    )
    assert (chosen.kinds, chosen.statuses, chosen.outcomes) == (
        ("drug_class",), ("current_at_presentation",), ("adverse_reaction",),
    )  # fmt: skip
    assert chosen.states == (OTHER_DISEASE, "not reported in the available text")


@pytest.mark.parametrize(
    ("field", "arguments"),
    [("kind", {"kind": ["potion"]}), ("status", {"status": ["maybe"]}), ("outcome", {"outcome": ["good"]}),
     ("state", {"state": ["unknown"]}), ("sort", {"sort": "colour"})],
)  # fmt: skip
def test_a_choice_that_is_none_names_its_field(field: str, arguments: dict[str, object]) -> None:
    """And says what there is."""
    with pytest.raises(UsageError, match=rf"^{field}: .* is none of "):
        Chosen.read(**arguments)  # type: ignore[arg-type]


def test_choices_on_the_treatment_bound_what_is_counted() -> None:
    """Those on the outcome only what is shown."""
    past = Chosen(statuses=("past",))
    assert [past.counts(each.row) for each in ROWS] == [False, True, False, True, False]
    dead = Chosen(outcomes=("death",))
    assert all(dead.counts(each.row) for each in ROWS)
    assert [dead.shows(each.row) for each in ROWS] == [False, False, True, False, False]
    assert all(EVERYTHING.shows(each.row) for each in ROWS)


def test_patients_without_a_treatment_are_not_among_rows_of_one_status() -> None:
    """Unless their state is asked for by name."""
    silent = ROWS[3].row
    assert not Chosen(statuses=("past",)).shows(silent)
    assert Chosen(statuses=("past",), states=("not reported in the available text",)).shows(silent)


def test_a_treatment_is_asked_about_by_name_class_or_kind() -> None:
    """By its concept, by one above it, and by a name that the terminology does not have."""
    risedronate = Given(
        "risedronate",
        "risedronate",
        "drug",
        "given",
        ("MESH:D000068296",),
        classes=("bisphosphonates", "antiresorptives"),
    )
    asked = {
        name: Wanted(name, named(name, treatment=True)) for name in ("bisphosphonate", "antiresorptives", "dapsone")
    }
    assert is_of(risedronate, [asked["bisphosphonate"]])
    assert is_of(risedronate, [asked["antiresorptives"]])
    assert not is_of(risedronate, [asked["dapsone"]])
    assert is_of(risedronate, [asked["dapsone"], asked["bisphosphonate"]])
    assert is_of(risedronate, [])
    assert is_of(given("Grandmother's teas"), [Wanted("grandmother's tea")])


def test_a_patient_must_be_of_the_age_and_the_sex() -> None:
    """In any unit; who does not tell is none of them."""
    span = Span(0, 1)
    infant = PatientCase(1, Age(18, "month", span), StatedSex("male", span))
    unknown = PatientCase(1)
    young, male = Filters(age=read("age", ["<2"])), Filters(sex=("male",))
    assert fits(infant, young)
    assert fits(infant, male)
    assert not fits(infant, Filters(age=read("age", [">=2"])))
    assert not fits(infant, Filters(sex=("female",)))
    assert not fits(unknown, young)
    assert not fits(unknown, male)
    assert fits(unknown, Filters())
