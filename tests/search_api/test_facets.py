"""Facets: the counts by which a result can be narrowed, held against an oracle and against the filters themselves."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import UsageError
from corpus.kinds import judge
from corpus.model import Report
from corpus.patients import patients
from indexer.encoders.choice import OneEncoder
from search_api.config import HYBRID, unexpanded
from search_api.retrieval.conditions import admit, newest_first
from search_api.retrieval.facets import FACETS, MOST_TREATMENTS, Facets, facets
from search_api.retrieval.query import Asked, Given, understood
from search_api.retrieval.treated import counted, treated
from search_api.service import Service
from tests.fakes import Indexed, indexed, make_report

from .conftest import Run

DRUGS = ("diltiazem", "verapamil", "prednisone", "colchicine")
PEOPLE = (
    "A 9-year-old girl",
    "A 17-year-old boy",
    "A 34-year-old woman",
    "A 71-year-old man",
    "A farmer",
    "An 8-month-old infant",
)


def case(
    person: str, drug: str | None, illness: str = "calcinosis", outcome: str = "All was well.", **facts: Any
) -> Report:
    given_to = f" The patient was treated with {drug}." if drug else ""
    return make_report(f"# Case report\n\n{person} had {illness}.{given_to}\n\n# Outcome\n\n{outcome}", **facts)


REPORTS = {
    "girl": case(PEOPLE[0], "diltiazem", year=2016),
    "boy": case(PEOPLE[1], "prednisone", year=2012),
    "woman": case(PEOPLE[2], "verapamil", year=2020),
    "man": case(PEOPLE[3], "diltiazem", "gout", year=2018),
    "farmer": case(PEOPLE[4], None, "gout", year=2016),
    "infant": case(PEOPLE[5], "prednisone", "a cough"),
    "pair": make_report("# Case report\n\nA 9-year-old boy and a 40-year-old woman had gout.", year=1971),
    "review": make_report("# Introduction\n\nThis review sums up what is known of calcinosis.", "Calcinosis: a review"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    return indexed(tmp_path_factory.mktemp("facets"), REPORTS)


@pytest.fixture
def service(made: Indexed) -> Service:
    return Service(made.folder, OneEncoder(made.encoder))


def shown(found: Facets, facet: str) -> dict[str, int]:
    """The values of a facet with their counts."""
    return {each.value: each.reports for each in found.facets[facet]}  # type: ignore[index]


def asked_of(at: Indexed, line: str, filters: dict[str, list[str]]) -> Facets:
    asked = understood(line, "query", Given(filters=filters))
    return facets(at.generation(), asked, HYBRID)


class TestCounts:
    """What each facet tells of all reports."""

    def test_an_empty_line_counts_all_reports(self, service: Service) -> None:
        """The whole corpus, by what its reports tell."""
        found = service.facets("")
        assert found.reports == len(REPORTS)
        assert shown(found, "year") == {"2020..2024": 1, "2015..2019": 3, "2010..2014": 1, "<1990": 1}
        assert shown(found, "age") == {"<1": 1, "1..12": 2, "13..17": 1, "18..39": 1, "40..64": 1, ">=65": 1}
        assert shown(found, "sex") == {"female": 3, "male": 3}
        assert shown(found, "section")["outcome"] == 6

    def test_years_come_newest_first_and_old_ones_together(self, service: Service) -> None:
        """In words, too."""
        labels = [each.label for each in service.facets("").facets["year"]]
        assert labels == ["2020–2024", "2015–2019", "2010–2014", "before 1990"]

    def test_what_is_not_told_is_counted_apart(self, service: Service) -> None:
        """Not reported is not no: of two reports no year is known, of two no patient's age."""
        unknown = service.facets("").unknown
        ages = sum(not patients(report) for report in REPORTS.values())
        assert unknown["year"] == sum(report.bibliography.year is None for report in REPORTS.values())
        assert unknown["age"] == ages
        assert unknown["sex"] == ages + 1  # the infant's
        assert unknown["treatment"] == 3
        assert unknown.get("kind", 0) == sum(judge(report).kind == "unknown" for report in REPORTS.values())

    def test_treatments_are_those_that_patients_were_given_the_most_frequent_first(self, service: Service) -> None:
        """Equal ones by name."""
        found = [(each.value, each.reports) for each in service.facets("").facets["treatment"]]
        assert found == [("diltiazem", 2), ("prednisone", 2), ("verapamil", 1)]

    def test_a_class_that_is_named_counts_its_members_too(self, tmp_path: Path) -> None:
        """As its filter does."""
        at = indexed(tmp_path, {**REPORTS, "class": case(PEOPLE[2], "calcium channel blockers")})
        found = asked_of(at, "sex:female,male", {})
        (blocker,) = (each for each in found.facets["treatment"] if "calcium" in each.value)
        assert blocker.reports == 4
        assert asked_of(at, "sex:female,male", {"treatment": [blocker.value]}).reports == 4

    def test_two_names_of_one_treatment_are_one_value(self, tmp_path: Path) -> None:
        """The one that more reports have."""
        at = indexed(tmp_path, {str(number): case(PEOPLE[2], drug) for number, drug in enumerate(DRUGS * 2)})
        counts = counted(at.generation())
        assert len({treated(at.generation(), name).tobytes() for name in counts.names}) == len(counts.names)

    def test_conditions_bound_what_is_counted(self, service: Service) -> None:
        """Words that must be there, and filters of another sort."""
        found = service.facets("+gout")
        assert (found.reports, shown(found, "year")) == (3, {"2015..2019": 2, "<1990": 1})

    def test_free_words_count_what_the_ranking_considers(self, made: Indexed, service: Service) -> None:
        """By words or by meaning: here all reports, for there are fewer than the ranking's depth."""
        assert service.facets("calcinosis").reports == len(REPORTS)
        shallow = facets(made.generation(), understood("calcinosis", "query", Given()), HYBRID.parse("hybrid(depth=2)"))
        assert 2 <= shallow.reports <= 4
        assert service.facets("calcinosis", system=unexpanded(HYBRID)).reports == len(REPORTS)

    def test_what_is_gone_is_not_counted(self, tmp_path: Path) -> None:
        """A report that was taken out leaves its counts, too."""
        at = indexed(tmp_path, REPORTS)
        at.catalog.delete("girl")
        at.build()
        found = asked_of(at, "sex:female,male", {})
        assert shown(found, "treatment") == {"prednisone": 1, "diltiazem": 1, "verapamil": 1}

    def test_nothing_that_meets_is_no_error(self, service: Service) -> None:
        """All lists are empty, and none of them is missing."""
        found = service.facets("+zeppelin")
        assert (found.reports, found.facets, found.unknown) == (0, dict.fromkeys(FACETS, ()), {})

    def test_what_has_no_sense_is_refused_as_in_a_search(self, service: Service) -> None:
        """With the field's name."""
        with pytest.raises(UsageError, match=r"filters\.age"):
            service.facets("gout", given=Given(filters={"age": ["old"]}))


class TestOwnFilter:
    """A facet is counted without its own filter, so that another value can be chosen."""

    @pytest.mark.parametrize(("line", "facet"), [("year:2016", "year"), ("treatment:diltiazem", "treatment"),
                                                 ("kind:review", "kind"), ("section:outcome", "section")])  # fmt: skip
    def test_the_counts_are_those_without_it(self, service: Service, line: str, facet: str) -> None:
        """The other facets heed it."""
        bound, free = service.facets(line), service.facets("")
        assert shown(bound, facet) | shown(free, facet) == shown(bound, facet)
        assert bound.reports < free.reports

    @pytest.mark.parametrize(
        ("line", "facet", "wanted"),
        [
            ("year:2015..2020", "year", {"2015..2020": 4}),
            ("year:2016,2015..2019,1971", "year", {"2016": 2, "1971": 1}),
            ("age:<18", "age", {"<18": 4}),
            ("age:9", "age", {"9": 2}),
            ('treatment:"calcium channel blockers"', "treatment", {"calcium channel blockers": 3}),
            ("kind:unknown sex:male", "kind", {"unknown": 0}),
        ],
    )
    def test_what_is_asked_for_is_told_though_it_is_not_offered(
        self, service: Service, line: str, facet: str, wanted: dict[str, int]
    ) -> None:
        """Spelled as it was asked, counted like the others, before them."""
        found = service.facets(line)
        assert list(shown(found, facet).items())[: len(wanted)] == list(wanted.items())
        offered = shown(service.facets(line.partition(" ")[2]), facet)
        assert shown(found, facet) == wanted | offered

    def test_a_treatment_beyond_those_that_are_offered_is_told(self, tmp_path: Path) -> None:
        """First, with its count; what is offered stays the same."""
        drugs = (*DRUGS, *["warfarin", "aspirin", "methotrexate", "minocycline", "infliximab", "rituximab"],
                 *["cyclosporine", "azathioprine", "tacrolimus", "zinc"])  # fmt: skip
        reports = {drug: case(PEOPLE[2], drug) for drug in drugs} | {
            f"{drug} 2": case(PEOPLE[3], drug) for drug in drugs[:-1]
        }
        at = indexed(tmp_path, reports)
        offered = shown(asked_of(at, "sex:female,male", {}), "treatment")
        assert (len(offered), "zinc" in offered) == (MOST_TREATMENTS, False)
        found = shown(asked_of(at, "sex:female,male", {"treatment": ["zinc", "zeppelin"]}), "treatment")
        assert list(found.items()) == [("zinc", 1), ("zeppelin", 0), *offered.items()]

    def test_age_and_sex_are_of_one_patient(self, service: Service) -> None:
        """A boy of 9 and a woman of 40 in one report are no girl."""
        girls = service.facets("age:1..12")
        assert (girls.reports, shown(girls, "sex")) == (2, {"female": 1, "male": 1})
        men = service.facets("sex:male")
        assert shown(men, "age") == {"1..12": 1, "13..17": 1, ">=65": 1}
        assert shown(men, "sex") == {"female": 3, "male": 3}


LINES = ["", "calcinosis", "gout treatment", "+gout", '"had gout"', "-calcinosis", "drug:diltiazem", "rash in a farmer"]
FILTERS: dict[str, list[str]] = {
    "year": ["2015..2019", "<1990", "2012..2018"], "age": ["<18", ">=65", "18..39", "9"], "sex": ["female", "male"],
    "treatment": ["diltiazem", "calcium channel blockers", "prednisone"], "section": ["outcome", "introduction"],
    "kind": ["case report", "review"],
}  # fmt: skip
filters = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.sampled_from(values), min_size=1, max_size=2) for name, values in FILTERS.items()}
)


class TestExactness:
    """Adding a value to the query leaves exactly as many reports as were told."""

    @settings(max_examples=60, deadline=None)
    @given(line=st.sampled_from(LINES), bound=filters, depth=st.sampled_from([1, 3, 100]))
    def test_a_value_leaves_as_many_reports_as_it_says(
        self, made: Indexed, line: str, bound: dict[str, list[str]], depth: int
    ) -> None:
        """Whatever the line, whatever other filters, however deep the ranking goes."""
        generation, system = made.generation(), HYBRID.parse(f"hybrid(depth={depth})")

        def of(**more: list[str]) -> Facets:
            given_ = Given(filters={**bound, **more})
            return facets(generation, understood(line, "query", given_) if line or given_ else Asked(), system)

        for facet, values in of().facets.items():
            asked = bound.get(facet, [])
            assert set(asked) <= {each.value for each in values}
            for each in values:
                assert of(**{facet: [each.value]}).reports == each.reports, (facet, each)
                assert each.reports or each.value in asked

    @settings(max_examples=40, deadline=None)
    @given(
        line=st.sampled_from([line for line in LINES if line[:1] in {"", "+", "-", '"'} or ":" in line]), bound=filters
    )
    def test_without_free_words_the_reports_are_those_that_a_search_lists(
        self, made: Indexed, line: str, bound: dict[str, list[str]]
    ) -> None:
        """All that meet the conditions, as the filters themselves admit them."""
        if not (line or bound):
            return
        generation, asked = made.generation(), understood(line, "query", Given(filters=bound))
        admitted = admit(generation, asked)
        assert admitted is not None
        if asked.has_words:
            assert facets(generation, asked, HYBRID).reports == np.count_nonzero(admitted.reports)
        else:
            assert facets(generation, asked, HYBRID).reports == len(newest_first(generation, admitted))

    @settings(max_examples=25, deadline=None)
    @given(drawn=st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from([*DRUGS, None]),
                                    st.integers(1960, 2026) | st.none()), min_size=1, max_size=8))  # fmt: skip
    def test_counts_are_those_of_an_oracle_that_reads_every_report(
        self, drawn: list[tuple[str, str | None, int | None]]
    ) -> None:
        """Of sex, treatment and year, over drawn reports."""
        reports = {str(at): case(person, drug, year=year) for at, (person, drug, year) in enumerate(drawn)}
        with tempfile.TemporaryDirectory() as root:
            found = facets(indexed(Path(root), reports).generation(), understood("+well", "query", Given()), HYBRID)
        sexes = Counter(
            sex for each in reports.values() for sex in {one.sex for one in patients(each) if one.sex is not None}
        )
        assert shown(found, "sex") == sexes
        assert shown(found, "treatment") == Counter(drug for _, drug, _ in drawn if drug)
        assert sum(shown(found, "year").values()) == sum(year is not None for _, _, year in drawn)
        assert found.unknown.get("treatment", 0) == sum(drug is None for _, drug, _ in drawn)


class TestCommand:
    """``casetrove facets``."""

    def test_it_prints_counts_and_json(self, run: Run, report: Path) -> None:
        """The table says what is not told; the JSON has the service's shape."""
        assert run("index", str(report)).code == 0
        told = run("facets", "anosmia")
        assert told.code == 0
        assert "zinc" in told.out
        assert "not told" in told.out  # the year
        found = run("facets", "sex:male", "--json").json()
        assert (found["reports"], found["facets"]["treatment"][0]) == (
            1,
            {"value": "zinc", "label": "zinc", "reports": 1},
        )
        assert json.loads(run("facets", "--json").out)["unknown"] == {"year": 1}
