"""Cases read out of reports beside what is known of them: what counts as right, wrong, missed or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from corpus.cases.model import Age, Cases, Diagnosis, PatientCase, StatedSex, Status, Treatment
from corpus.cases.reading import read_cases
from corpus.model import Report, Span
from corpus.readers.registry import read_bytes
from eval.extraction import CaseFigures, measure
from eval.extraction_gold import KnownCase, KnownPatient, Mark
from eval.shares import Share

TEXT = (
    "A 34-year-old woman had an invented rash of the arms. She was given fakicillin and a cast after the operation. "
    "She had never taken fakomycin. Others tried fakimab."
)
Shown = Mapping[str, tuple[Status, str]]


def place(words: str) -> Span:
    return Span(TEXT.index(words), TEXT.index(words) + len(words))


def report(text: str = TEXT) -> Report:
    (read,) = read_bytes(text.encode(), "one.txt")
    assert read.report is not None
    return read.report


MARKS = (
    Mark(place("fakicillin"), ("given",), "drug"),
    Mark(place("cast"), ("given", "past"), "device"),
    Mark(place("the operation"), ("given",), "procedure", optional=True),
    Mark(place("fakomycin"), ("not_given",), "drug"),
    Mark(place("fakimab"), ("literature",), "drug"),
)
WOMAN = KnownPatient((34.0, "year"), "female", ("invented rash",))
KNOWN = KnownCase("made", "one", report(), (WOMAN,), MARKS)


def treatment(words: str, status: Status = "given", kind: Any = "drug") -> Treatment:
    return Treatment(place(words), words, words, (), kind, status, place("She was given"))


def reading(*treatments: Treatment, **changed: Any) -> Callable[[Report], Cases]:
    """A reading that gives one patient these treatments."""
    patient = PatientCase(
        1,
        Age(34, "year", place("34-year-old")),
        StatedSex("female", place("woman")),
        (Diagnosis("rash", (), "index", place("invented rash")),),
        treatments=treatments,
    )
    return lambda _: Cases((replace(patient, **changed),))


def figures(*treatments: Treatment, **changed: Any) -> CaseFigures:
    (found,) = measure([KNOWN], reading=reading(*treatments, **changed))
    return found


def test_all_right_is_all_right() -> None:
    """Every wanted mention found with a right status, nothing else given."""
    found = figures(treatment("fakicillin"), treatment("cast", "past", "device"))
    assert found.precision == found.recall == found.status == found.kind == Share(2, 2)
    assert found.given_away == Share(0, 2)
    assert found.people == found.age == found.sex == found.index == Share(1, 1)
    assert found.errors == found.misses() == ()


def test_what_was_not_found_costs_recall_alone() -> None:
    """And is told, with the words around it."""
    found = figures(treatment("fakicillin"))
    assert (found.precision, found.recall) == (Share(1, 1), Share(1, 2))
    assert any("not found (given)" in line and "«cast»" in line for line in found.errors)


def test_an_optional_mention_is_neither_right_nor_wrong() -> None:
    """It may be given or left."""
    found = figures(treatment("fakicillin"), treatment("cast", kind="device"), treatment("the operation"))
    assert (found.precision, found.recall) == (Share(2, 2), Share(2, 2))


@pytest.mark.parametrize("words", ["fakomycin", "fakimab"])
def test_what_is_not_the_patients_is_wrong_and_counted(words: str) -> None:
    """Given to nobody or to others, and shown as this patient's."""
    found = figures(treatment("fakicillin"), treatment(words))
    assert (found.precision, found.given_away) == (Share(1, 2), Share(1, 2))
    assert any(line.startswith("one: not the patient's (given as given)") for line in found.errors)


def test_what_is_no_treatment_at_all_is_wrong() -> None:
    """Though nobody labelled it."""
    found = figures(treatment("fakicillin"), treatment("arms"))
    assert (found.precision, found.given_away) == (Share(1, 2), Share(0, 2))
    assert any("no treatment" in line for line in found.errors)


def test_an_overlap_is_enough() -> None:
    """ "a cast" for "cast": spans need not agree to the letter."""
    assert figures(treatment("a cast after", kind="device")).recall == Share(1, 2)


def test_a_wrong_status_is_counted_among_those_found() -> None:
    """Any of the statuses that are right is right."""
    found = figures(treatment("fakicillin", "planned"), treatment("cast", "past", "device"))
    assert (found.recall, found.status) == (Share(2, 2), Share(1, 2))
    assert any("wrong status (planned for given)" in line for line in found.errors)


def test_treatments_told_of_others_are_not_the_patients() -> None:
    """What a reading calls literature is not given to anybody; a patient's mention put there was not found."""
    (found,) = measure([KNOWN], reading=lambda _: Cases((), (treatment("fakicillin"), treatment("fakimab"))))
    assert (found.precision, found.recall, found.given_away) == (Share(0, 0), Share(0, 2), Share(0, 2))


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"age": Age(43, "year", place("34-year-old"))}, "age"),
        ({"age": Age(34, "month", place("34-year-old"))}, "age"),
        ({"age": None}, "age"),
        ({"sex": StatedSex("male", place("woman"))}, "sex"),
        ({"sex": None}, "sex"),
        ({"diagnoses": ()}, "index"),
        ({"diagnoses": (Diagnosis("gout", (), "index", place("arms")),)}, "index"),
        ({"diagnoses": (Diagnosis("rash", (), "comorbid", place("invented rash")),)}, "index"),
    ],
    ids=["other age", "other unit", "no age", "other sex", "no sex", "no diagnosis", "other diagnosis", "other role"],
)
def test_a_person_is_right_in_each_thing_or_not(changed: dict[str, Any], wrong: str) -> None:
    """Age with its unit, sex, index diagnosis: each for itself."""
    found = figures(**changed)
    for what in ("age", "sex", "index"):
        assert getattr(found, what) == Share(int(what != wrong), 1)


@pytest.mark.parametrize("name", ["Rashs, INVENTED", "rash", "invented rash of the arms"])
def test_an_index_diagnosis_may_say_more_or_less(name: str) -> None:
    """The words of one name are among those of the other, whatever their order, case and number."""
    assert figures(diagnoses=(Diagnosis(name, (), "index", place("arms")),)).index == Share(1, 1)


def test_a_patient_that_was_not_read_has_nothing_right() -> None:
    """And the number of patients is wrong."""
    known = replace(KNOWN, patients=(WOMAN, WOMAN))
    (found,) = measure([known], reading=reading())
    assert found.people == Share(0, 1)
    assert found.age == found.sex == found.index == Share(1, 2)


@pytest.mark.parametrize(("given", "untreated"), [((), 1), ((treatment("fakimab"),), 0)])
def test_a_report_without_a_treatment_is_to_be_shown_so(given: Sequence[Treatment], untreated: int) -> None:
    """Nothing may be filled in."""
    known = replace(KNOWN, marks=tuple(mark for mark in MARKS if not mark.wanted))
    (found,) = measure([known], reading=reading(*given))
    assert found.untreated == Share(untreated, 1)


def test_sets_are_told_apart_and_together() -> None:
    """In order of first appearance, all of them last."""
    told: list[tuple[str, int, int]] = []
    other = replace(KNOWN, set="other", marks=())
    found = measure([KNOWN, other, KNOWN], lambda *step: told.append(step), reading(treatment("fakicillin")))
    assert [(one.set, one.reports) for one in found] == [("made", 2), ("other", 1), ("all", 3)]
    assert found[0].recall == Share(2, 4)
    assert found[2].precision == Share(2, 3)
    assert len(told) == 3


def test_the_targets_that_are_missed_are_told() -> None:
    """Of treatments, ages and sexes; what nothing is asked of misses nothing."""
    misses = figures(treatment("arms"), age=None).misses()
    assert [miss.partition(" <")[0] for miss in misses] == [
        "made: treatments' precision 0.0000", "made: treatments' recall 0.0000", "made: age 0.0000",
    ]  # fmt: skip
    (nothing,) = measure([replace(KNOWN, marks=(), patients=())], reading=lambda _: Cases())
    assert nothing.misses() == ()


def test_figures_are_told_as_json() -> None:
    """Each share with its counts and interval."""
    told = figures(treatment("fakicillin")).as_json()
    assert told["recall"] == Share(1, 2).as_json()
    assert told["errors"]


def test_places_are_those_of_the_text_as_given() -> None:
    """White space that reading closes up does not move a mark."""
    spread = TEXT.replace(" ", "   ")
    at = spread.index("fakicillin")
    known = replace(KNOWN, report=report(spread), marks=(Mark(Span(at, at + 10), ("given",), "drug"),))
    start = known.report.text.index("fakicillin")
    found = replace(treatment("fakicillin"), mention=Span(start, start + 10))
    assert start != at
    (figures_,) = measure([known], reading=reading(found))
    assert (figures_.precision, figures_.recall) == (Share(1, 1), Share(1, 1))


def test_the_products_own_reading_is_what_is_measured() -> None:
    """Where nothing else is given."""
    assert measure([KNOWN])[0].recall == measure([KNOWN], reading=read_cases)[0].recall


def test_what_is_shown_to_a_patient_who_never_had_it_misses_the_target() -> None:
    """One mention of others, or of what was refused, that is shown as had is named among the misses."""
    away = figures(treatment("fakicillin"), treatment("cast", "past", "device"), treatment("fakimab"))
    assert (away.given_away, away.overstated) == (Share(1, 2), Share(0, 0))
    assert any("1 of 2 treatments of others, or not given, shown as the patient's" in miss for miss in away.misses())
    refused = replace(KNOWN, marks=(Mark(place("fakicillin"), ("declined",), "drug"),))
    (shown,) = measure([refused], reading=reading(treatment("fakicillin")))
    assert (shown.overstated, shown.precision) == (Share(1, 1), Share(1, 1))
    assert shown.misses() == ("made: 1 of 1 treatments planned, ruled out or refused shown as had",)
    (told,) = measure([refused], reading=reading(treatment("fakicillin", "declined")))
    assert (told.overstated, told.misses()) == (Share(0, 1), ())
