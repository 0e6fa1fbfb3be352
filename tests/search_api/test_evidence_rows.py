"""Rows say what a report's cases say, once for each treatment and status, and every cell can be looked up."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cases.model import (
    Age,
    Cases,
    Diagnosis,
    Outcome,
    OutcomeLabel,
    PatientCase,
    StatedSex,
    Target,
    Treatment,
)
from corpus.catalog import Stored
from corpus.model import Span
from corpus.standing import Link
from search_api.evidence.model import NOT_REPORTED, REPORTED, EvidenceRow, Quote, StatedAge
from search_api.evidence.rows import literature_of, rows_of
from search_api.json import literature_json, row_json
from search_api.web.evidence_schemas import EvidenceRowOut, LiteratureRowOut
from tests.drawn_cases import cases as drawn_cases
from tests.fakes import make_report

TEXT = (
    "# Two bakers\n\nA 41-year-old woman with asthma had hives. She took cetirizine 10 mg daily for a week for the "
    "hives. They faded. Cetirizine was later doubled to 20 mg daily. They went. Prednisone had failed. She is well."
    "\n\nHer brother had none of it. Omalizumab helped others."
)
REPORT = make_report(TEXT, "Two bakers with hives", doi="10.1000/bakers", journal="J Invented Bread", year=2021)
STORED = Stored("cr-1", 3, "/reports/bakers.txt", "digest", REPORT)


def at(words: str, nth: int = 0) -> Span:
    """Where ``words`` stand in the report, the ``nth`` time, counted from 0."""
    place = -1
    for _ in range(nth + 1):
        place = REPORT.text.index(words, place + 1)
    return Span(place, place + len(words))


def named(words: str, sentence: str, nth: int = 0, **more: Any) -> Treatment:
    """A mention of a drug by ``words`` in ``sentence``."""
    name = more.pop("name", words.lower())
    fields: dict[str, Any] = {"kind": "drug", "status": "given", "concepts": (f"X:{name}",), **more}
    return Treatment(at(words, nth), words, name, evidence=at(sentence), **fields)


def outcome(sentence: str, label: OutcomeLabel = "not_stated") -> Outcome:
    return Outcome(label, at(sentence))


FIRST = named(
    "cetirizine", "She took cetirizine 10 mg daily for a week for the hives.", classes=("antihistamines",),
    dose=at("10 mg"), frequency=at("daily"), duration=at("for a week"), target=Target("urticaria", at("the hives")),
    outcomes=(outcome("They faded.", "improved"),),
)  # fmt: skip
SECOND = named(
    "Cetirizine", "Cetirizine was later doubled to 20 mg daily.", dose=at("20 mg"), frequency=at("daily", 1),
    outcomes=(outcome("They went.", "resolved"),),
)  # fmt: skip
PAST = named("Prednisone", "Prednisone had failed.", status="past", outcomes=(outcome("Prednisone had failed."),))
WOMAN = PatientCase(
    1,
    Age(41, "year", at("41-year-old")),
    StatedSex("female", at("woman")),
    (Diagnosis("urticaria", ("X:1",), "index", at("hives")), Diagnosis("asthma", (), "comorbid", at("asthma"))),
    treatments=(PAST, SECOND, FIRST),
    outcomes=(outcome("They faded.", "improved"), outcome("She is well.")),
    follow_up=at("later"),
)
BROTHER = PatientCase(2, sex=StatedSex("male", at("brother")), outcomes=(outcome("Her brother had none of it."),))
OTHERS = named("Omalizumab", "Omalizumab helped others.")
CASES = Cases((WOMAN, BROTHER), (OTHERS,))


def rows(cases: Cases = CASES) -> tuple[EvidenceRow, ...]:
    return rows_of(STORED, cases)


def texts(quotes: tuple[Quote, ...]) -> list[str]:
    return [quote.text for quote in quotes]


class TestMerging:
    """One row for each patient, treatment and status."""

    def test_mentions_of_one_treatment_are_one_row(self) -> None:
        """In the order of the text: what is stated first is shown, and every mention has its place in the cells."""
        drug, past, _ = rows()
        assert drug.given is not None
        assert (drug.given.treatment, drug.given.canonical, drug.given.status) == ("cetirizine", "cetirizine", "given")
        assert (drug.given.dose, drug.given.frequency, drug.given.duration) == ("10 mg", "daily", "for a week")
        assert (drug.given.target, drug.given.route, drug.given.classes) == ("urticaria", None, ("antihistamines",))
        assert texts(drug.cells["treatment"]) == ["cetirizine", "Cetirizine"]
        assert texts(drug.cells["dose"]) == ["10 mg", "20 mg"]
        assert texts(drug.cells["target"]) == ["the hives"]
        assert texts(drug.cells["status"]) == [FIRST.evidence.of(REPORT.text), SECOND.evidence.of(REPORT.text)]
        assert "route" not in drug.cells
        assert past.given is not None
        assert (past.given.canonical, past.given.status) == ("prednisone", "past")

    def test_another_status_or_patient_is_another_row(self) -> None:
        """The same drug given before, now and to another patient is three rows."""
        before, other = replace(FIRST, status="past"), replace(SECOND, status="planned")
        found = rows(Cases((replace(WOMAN, treatments=(FIRST, before)), replace(BROTHER, treatments=(other,)))))
        assert [(row.case, row.given and row.given.status) for row in found] == [
            (1, "given"), (1, "past"), (2, "planned"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("She was given steroids (prednisolone) for a week.", ["prednisolone"]),
            ("She was given prednisolone, a potent steroid, for a week.", ["prednisolone"]),
            ("She was given steroids and prednisolone for a week.", ["steroid", "prednisolone"]),
            ("She was given steroids, as her brother had been, long before prednisolone.", ["steroid", "prednisolone"]),
        ],
    )
    def test_a_class_and_the_member_named_beside_it_are_one_treatment(self, text: str, expected: list[str]) -> None:
        """A bracket behind a class says which drug it was; the row has both mentions."""
        report = make_report(f"# Case\n\n{text}", "Steroids")
        spans = {word: report.text.index(word) for word in ("steroid", "prednisolone")}
        whole = Span(report.text.index(text), report.text.index(text) + len(text))
        mentions = tuple(
            Treatment(Span(start, start + len(word)), word, word, (f"X:{word}",), kind, "given", whole, classes)
            for (word, start), kind, classes in zip(
                spans.items(), ("drug_class", "drug"), ((), ("steroid",)), strict=True
            )
        )
        found = rows_of(Stored("cr-1", 1, "/r.txt", "digest", report), Cases((PatientCase(1, treatments=mentions),)))
        assert sorted(row.given.canonical for row in found if row.given) == sorted(expected)
        assert sum(len(row.cells["treatment"]) for row in found) == 2

    def test_quotes_are_the_sentences_then_what_came_of_it(self) -> None:
        """Each once, though a sentence may be both."""
        drug, past, _ = rows()
        assert texts(drug.quotes) == [
            "She took cetirizine 10 mg daily for a week for the hives.",
            "Cetirizine was later doubled to 20 mg daily.",
            "They faded.",
            "They went.",
        ]
        assert texts(past.quotes) == ["Prednisone had failed."]

    def test_a_broken_word_is_shown_as_it_is_and_as_it_was_read(self) -> None:
        """The surface form stays; the repair stands beside it."""
        broken = replace(FIRST, surface="ceti rizine", repaired="cetirizine")
        (row,) = rows(Cases((replace(WOMAN, treatments=(broken,)),)))
        assert row.given is not None
        assert (row.given.treatment, row.given.repaired) == ("ceti rizine", "cetirizine")

    def test_what_others_were_given_is_listed_once_and_is_nobodys(self) -> None:
        """By name, with all its sentences; no row of a patient tells of it."""
        again = replace(OTHERS, mention=at("others"), evidence=at("Her brother had none of it."))
        (found,) = literature_of(STORED, Cases((WOMAN,), (OTHERS, again)))
        assert found.given.canonical == "omalizumab"
        assert texts(found.quotes) == ["Her brother had none of it.", "Omalizumab helped others."]
        assert set(found.cells) == {"treatment"}
        assert "omalizumab" not in [row.given and row.given.canonical for row in rows()]


class TestOutcome:
    """What came of a treatment, and of the patient."""

    def test_the_last_explicit_label_counts(self) -> None:
        """Every sentence keeps its own."""
        drug, past, _ = rows()
        assert (drug.outcome.label, drug.outcome.labels) == ("resolved", ("improved", "resolved"))
        assert (past.outcome.label, past.outcome.labels) == ("not_stated", ("not_stated",))
        assert texts(drug.cells["outcome"]) == texts(drug.outcome.quotes) == ["They faded.", "They went."]

    def test_a_sentence_without_a_label_changes_none(self) -> None:
        """What is said without an explicit word is quoted, and takes nothing back."""
        came = (outcome("They faded.", "improved"), outcome("They went."), outcome("They faded."))
        (row,) = rows(Cases((replace(WOMAN, treatments=(replace(FIRST, outcomes=came),)),)))
        assert (row.outcome.label, row.outcome.labels) == ("improved", ("improved", "not_stated"))

    def test_the_patients_course_stands_beside(self) -> None:
        """It is told of the patient and not ascribed to a treatment."""
        drug, past, _ = rows()
        assert texts(drug.course.quotes) == texts(past.course.quotes) == ["They faded.", "She is well."]
        assert "She is well." not in texts(drug.quotes)
        assert (drug.follow_up, texts(drug.cells["follow_up"])) == ("later", ["later"])


class TestPatients:
    """Whom a row tells of."""

    def test_age_sex_and_diagnoses_with_their_places(self) -> None:
        """As the report states them; roles are kept."""
        row = rows()[0]
        assert (row.case, row.age, row.sex, row.state) == (1, StatedAge(41, "year"), "female", REPORTED)
        assert [(each.name, each.role, each.quote.text) for each in row.diagnoses] == [
            ("urticaria", "index", "hives"), ("asthma", "comorbid", "asthma"),
        ]  # fmt: skip
        assert (texts(row.cells["age"]), texts(row.cells["sex"])) == (["41-year-old"], ["woman"])

    def test_a_patient_of_whom_no_treatment_is_told_has_a_row(self) -> None:
        """It says so, and what is known of the patient is there; what is not is None, never guessed."""
        row = rows()[-1]
        assert (row.case, row.given, row.state) == (2, None, NOT_REPORTED)
        assert row.state == "not reported in the available text"
        assert (row.age, row.sex, row.diagnoses) == (None, "male", ())
        assert texts(row.quotes) == ["Her brother had none of it."]

    def test_a_report_without_patients_has_no_rows(self) -> None:
        """Nor has one without literature a list of it."""
        assert rows(Cases()) == ()
        assert literature_of(STORED, Cases()) == ()

    def test_nothing_but_a_patient_is_a_row_with_a_citation(self) -> None:
        """It is that of the report's beginning."""
        (row,) = rows(Cases((PatientCase(1),)))
        assert (row.quotes, row.cells, row.citation.location) == ((), {}, "line 1")


class TestSource:
    """Where a row comes from."""

    def test_the_citation_is_of_the_first_sentence_with_its_warnings(self) -> None:
        """The article, the line, and what stands against it."""
        against = (Link("retracted-by", "doi:10.1000/notice", None),)
        for row in (rows_of(STORED, CASES, against)[0], literature_of(STORED, CASES, against)[0]):
            assert (row.citation.title, row.citation.year) == ("Two bakers with hives", 2021)
            line = TEXT[: TEXT.index(row.quotes[0].text)].count("\n") + 1
            assert row.citation.location == f"line {line}"
            assert row.citation.warnings == against

    def test_a_given_id_names_the_report(self) -> None:
        """Of a JSONL record its own id, beside the one that the catalog has it by."""
        given = replace(STORED, report=replace(REPORT, given_id="bakers-7"))
        for row in (*rows_of(given, CASES), *literature_of(given, CASES)):
            assert (row.report_id, row.catalog_id) == ("bakers-7", "cr-1")
        assert (rows()[0].report_id, rows()[0].catalog_id) == ("cr-1", "cr-1")

    def test_a_place_in_the_source_is_in_the_raw_text_as_it_was_given(self) -> None:
        """Here the heading's mark stands before it."""
        quote = rows()[0].quotes[0]
        assert quote.source_start != quote.start
        assert TEXT[quote.source_start : quote.source_end] == quote.text


def assert_rows_tell(cases: Cases) -> None:
    """Every mention is in one row of its patient, every cell is a slice, and the JSON is what HTTP promises."""
    found, literature = rows_of(STORED, cases), literature_of(STORED, cases)
    expected = []
    for patient in cases.patients:
        told = {(each.name, each.status) for each in patient.treatments}
        expected += [(patient.number, *each) for each in told] or [(patient.number, None, None)]
    shown = [(row.case, *((row.given.canonical, row.given.status) if row.given else (None, None))) for row in found]
    assert sorted(map(str, shown)) == sorted(map(str, expected))
    assert {row.given.canonical for row in literature} == {each.name for each in cases.literature}
    for row in (*found, *literature):
        for quote in (*row.quotes, *(quote for quotes in row.cells.values() for quote in quotes)):
            assert quote.text == REPORT.text[quote.start : quote.end]
            assert (quote.source_start, quote.source_end) == REPORT.source_map.raw(Span(quote.start, quote.end))
        assert all(list(quotes) == sorted(set(quotes)) for quotes in row.cells.values())
    for row in found:
        document = json.loads(json.dumps(row_json(row)))
        assert EvidenceRowOut.model_validate_json(json.dumps(document)).model_dump(mode="json") == document
    for each in literature:
        document = json.loads(json.dumps(literature_json(each)))
        assert LiteratureRowOut.model_validate_json(json.dumps(document)).model_dump(mode="json") == document


@given(drawn_cases(len(REPORT.text)))
def test_any_cases_are_told_whole(cases: Cases) -> None:
    """Whatever was read out of a report, no mention is lost, doubled or moved to another patient."""
    assert_rows_tell(cases)


@given(st.permutations(WOMAN.treatments))
def test_the_order_of_reading_does_not_matter(mentions: list[Treatment]) -> None:
    """Rows are in text order, however the mentions came."""
    assert rows(Cases((replace(WOMAN, treatments=tuple(mentions)),))) == rows()[:2]


@pytest.mark.parametrize("cases", [CASES, Cases()], ids=["bakers", "nobody"])
def test_the_cases_above_are_told_whole(cases: Cases) -> None:
    """The same for those that the examples are of."""
    assert_rows_tell(cases)
