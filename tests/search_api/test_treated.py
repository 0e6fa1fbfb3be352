"""The condition ``treatment:``: a patient of the report was given it, by whatever name."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from corpus.cases.reading import read_cases
from corpus.errors import UsageError
from corpus.model import Report
from indexer.encoders.choice import OneEncoder
from search_api.retrieval.conditions import admit
from search_api.retrieval.filters import Filters
from search_api.retrieval.query import Given, parse, understood
from search_api.service import Service
from tests.fakes import Indexed, indexed, make_report


def case(text: str) -> Report:
    return make_report(f"# Case report\n\n{text}\n\n# Discussion\n\nNifedipine has helped others with calcinosis.")


REPORTS = {
    "given": case("A 34-year-old woman had calcinosis. She was treated with diltiazem 60 mg daily."),
    "brand": case("A 50-year-old man had calcinosis. He was treated with Cardizem 60 mg daily."),
    "member": case("A 61-year-old man had calcinosis. He was started on verapamil."),
    "class": case("A 45-year-old woman had calcinosis. She was treated with calcium channel blockers."),
    "past": case(
        "A 70-year-old woman had calcinosis. She had been treated with diltiazem ten years ago without success."
    ),
    "declined": case("A 28-year-old woman had calcinosis. She declined diltiazem."),
    "another": case("A 28-year-old woman had calcinosis. She was treated with colchicine."),
    "untold": case("A 28-year-old woman had calcinosis. It went by itself."),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    return indexed(tmp_path_factory.mktemp("treated"), REPORTS)


@pytest.fixture
def service(made: Indexed) -> Service:
    return Service(made.folder, OneEncoder(made.encoder))


def admitted(at: Indexed, line: str) -> set[str]:
    """The reports that a line admits."""
    generation = at.generation()
    found = admit(generation, parse(line))
    assert found is not None
    return {generation.report_ids[ordinal] for ordinal in np.flatnonzero(found.reports)}


def notices(at: Indexed, line: str) -> tuple[str, ...]:
    found = admit(at.generation(), parse(line))
    assert found is not None
    return found.notices


class TestCondition:
    """What it lets in."""

    @pytest.mark.parametrize("asked", ["diltiazem", "Cardizem", "DILTIAZEM"])
    def test_a_treatment_is_found_by_any_of_its_names(self, made: Indexed, asked: str) -> None:
        """Also what was given in the past; not what was declined, nor what only the literature tells of."""
        assert admitted(made, f"treatment:{asked}") == {"given", "brand", "past"}

    def test_a_class_finds_its_members_and_itself(self, made: Indexed) -> None:
        """Named in full, in quotation marks."""
        assert admitted(made, 'treatment:"calcium channel blockers"') == {"given", "brand", "past", "member", "class"}

    def test_a_drug_that_is_only_named_is_found_by_drug_alone(self, made: Indexed) -> None:
        """``drug:`` asks whether the report names it, ``treatment:`` whether a patient had it."""
        assert admitted(made, "drug:nifedipine") == set(REPORTS)
        assert admitted(made, "treatment:nifedipine") == set()

    def test_it_agrees_with_the_stored_cases(self, made: Indexed) -> None:
        """The oracle reads each report's patients."""
        had: Callable[[Report], bool] = lambda report: any(  # noqa: E731
            each.name == "colchicine" and each.status in ("given", "past", "current_at_presentation")
            for patient in read_cases(report).patients
            for each in patient.treatments
        )
        assert (
            admitted(made, "treatment:colchicine")
            == {name for name, each in REPORTS.items() if had(each)}
            == {"another"}
        )

    def test_several_values_are_alternatives_and_other_conditions_are_met_too(self, made: Indexed) -> None:
        """As with every filter."""
        assert admitted(made, "treatment:colchicine,verapamil") == {"another", "member"}
        assert admitted(made, 'treatment:"calcium channel blockers" sex:male') == {"brand", "member"}

    def test_a_report_that_tells_of_no_treatment_is_told_as_left_out(self, made: Indexed, service: Service) -> None:
        """Not reported is not no."""
        told = [name for name, report in REPORTS.items() if not read_given(report)]
        assert service.search("treatment:diltiazem").bounds.left_out_unknown == {"treatment": len(told)}

    def test_the_line_can_be_written_again(self) -> None:
        """The condition survives being printed and read."""
        asked = parse('calcinosis treatment:"calcium channel blockers",diltiazem')
        assert parse(str(asked)) == asked
        assert asked.filters == Filters(treatment=("calcium channel blockers", "diltiazem"))
        assert understood("calcinosis", "query", Given(filters={"treatment": ["diltiazem"]})).filters == Filters(
            treatment=("diltiazem",)
        )

    def test_an_empty_value_is_refused(self) -> None:
        """With an example of what to write."""
        with pytest.raises(UsageError, match="such as treatment:diltiazem"):
            understood("gout", "query", Given(filters={"treatment": ["-"]}))


def read_given(report: Report) -> bool:
    return any(
        each.status in ("given", "past", "current_at_presentation")
        for patient in read_cases(report).patients
        for each in patient.treatments
    )


class TestTold:
    """What is said of a treatment that nobody had."""

    def test_a_treatment_that_no_patient_had_is_told(self, made: Indexed) -> None:
        """One that the terminology knows, without doubt of its spelling."""
        assert notices(made, "treatment:infliximab") == (
            "no report at hand tells that a patient was given “infliximab”",
        )

    def test_a_misspelt_one_is_told_with_what_it_may_mean(self, made: Indexed) -> None:
        """As it is to be written."""
        (notice,) = notices(made, "treatment:diltiazen")
        assert notice.endswith("no treatment of the terminology: did you mean treatment:diltiazem?")

    def test_nothing_is_told_of_one_that_somebody_had(self, made: Indexed) -> None:
        """Though other conditions leave nothing."""
        assert notices(made, "treatment:diltiazem year:1900") == ()


class TestEvidence:
    """In a question for the evidence table."""

    def test_it_asks_for_rows_and_leaves_the_denominators(self, service: Service) -> None:
        """As ``drug:`` does: of all patients with the condition so many had it."""
        bound, asked = (
            service.evidence("calcinosis treatment:diltiazem"),
            service.evidence("calcinosis", treatments=["diltiazem"]),
        )
        assert bound.population == asked.population
        assert [row.row.catalog_id for row in bound.rows] == [row.row.catalog_id for row in asked.rows] != []
        assert bound.population.patients == len(REPORTS)
