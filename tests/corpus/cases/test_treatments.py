"""Treatments of a whole report: whose, what for, what came of them, and that every span is what it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.cases.reading import read_cases
from corpus.readers.registry import read_bytes
from corpus.readers.text import TextReader
from tests.corpus.cases.treated import report_of, treated

SEEDS = Path(__file__).parents[3].parent / "shared" / "seeds"
PARTS = [
    "She was treated with prednisone 40 mg daily for her arthritis.",
    "Methotrexate 15 mg weekly was added for six months, with improvement.",
    "Her mother took warfarin.",
    "No surgery was performed.",
    "Serum potassium was 3.1 mmol/l.",
    "Colchicne, dapsone and intralesional triamcinolone were given.",
    "He declined chemotherapy; radiotherapy (30 Gy) was planned.",
    "The lesions remained unchanged.",
    "Case series have used infliximab [3].",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=7))
def test_every_span_lies_in_its_sentence(told: list[str]) -> None:
    """Mention and parts lie within the evidence; the surface is the very text of the mention."""
    report = report_of(" ".join(told))
    cases = read_cases(report)
    for each in [*cases.literature, *(each for person in cases.patients for each in person.treatments)]:
        assert each.mention.of(report.text) == each.surface
        parts = [each.mention, each.dose, each.route, each.frequency, each.duration]
        parts += [each.target.span if each.target else None]
        assert all(each.evidence.holds(part) for part in parts if part)
        assert each.name
        assert (each.kind, each.status) != ("", "")


def test_what_it_was_for_is_its_target() -> None:
    """ "For her lupus nephritis" is the target of the treatment before it; where nothing is said there is none."""
    (given_for,) = treated("She was treated with mycophenolate for her lupus nephritis.")
    assert given_for.target is not None
    assert given_for.target.name == "lupus nephritis"
    (alone,) = treated("She was treated with mycophenolate.")
    assert alone.target is None


def test_what_is_treated_is_the_target_of_what_treats_it() -> None:
    """The subject of "was treated with" is what the treatment was for."""
    (found,) = treated("The pneumonia was treated with levofloxacin.")
    assert found.target is not None
    assert found.target.name == "pneumonia"


def test_what_came_of_it_is_told_by_its_sentence_and_those_behind() -> None:
    """Outcomes are the treatment's own sentence and those after it, until the next treatment."""
    first, second = treated("She was given dapsone without improvement. Colchicine was started. The rash resolved.")
    assert [each.label for each in first.outcomes] == ["unchanged"]
    assert [each.label for each in second.outcomes] == ["resolved"]


def test_what_all_patients_were_given_is_given_to_each() -> None:
    """Of a series each patient has it, and the literature has it not; what others gave stays theirs."""
    text = (
        "Two brothers with gout\n\nCase 1\nA 34-year-old man presented with fever. He was given aspirin.\n\n"
        "Case 2\nA 30-year-old man presented with cough. He was given ibuprofen.\n\n"
        "Outcome\nBoth patients were treated with prednisone 40 mg daily.\n\n"
        "Discussion\nOther authors gave colchicine to both of their patients [4].\n"
    )
    found = read_cases(next(iter(TextReader().read(text.encode(), "case.txt"))).report)
    assert [[each.name for each in person.treatments] for person in found.patients] == [
        ["aspirin", "prednisone"],
        ["ibuprofen", "prednisone"],
    ]
    assert "prednisone" not in [each.name for each in found.literature]


def test_what_was_taken_before_has_only_its_own_sentences_outcome() -> None:
    """What is told next is of the episode, not of the drugs that the patient came with."""
    (taken,) = treated("Her regular medications at presentation included amlodipine. The rash recurred in summer.")
    assert (taken.status, taken.outcomes) == ("current_at_presentation", ())
    failed = treated("Her fever had been refractory to colchicine. The rash recurred in summer.")
    assert [(each.status, [came.label for came in each.outcomes]) for each in failed] == [("past", ["unchanged"])]


def test_what_was_planned_or_declined_has_no_outcome() -> None:
    """Nothing can come of what was not given."""
    found = treated("She declined chemotherapy. The tumor progressed.")
    assert [(each.status, each.outcomes) for each in found] == [("declined", ())]


def test_a_reaction_is_what_came_of_a_drug_that_it_rules_out() -> None:
    """A reaction that precludes a drug is its outcome."""
    (found,) = treated("After an anaphylactic reaction to cefazolin it was contraindicated.")
    assert (found.status, [each.label for each in found.outcomes]) == ("precluded", ["adverse_reaction"])


def test_a_sentence_as_long_as_a_page_tells_nothing() -> None:
    """What no full stop ends for pages is no statement about a patient."""
    assert treated("She received aspirin and " * 400) == []


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds are not here")
def test_the_seeds_treatments_are_found() -> None:
    """Of the 24 treatments of the seeds' patients at least 22 have their status, none of the literature's is one."""
    right = wrong = 0
    for seed in json.loads((SEEDS / "gold.json").read_text(encoding="utf-8"))["docs"]:
        raw = (SEEDS / seed["file"]).read_bytes()
        report = next(iter(read_bytes(raw, seed["file"]))).report
        found = [each for person in read_cases(report).patients for each in person.treatments]
        of_patients = [each for person in seed["patients"] for each in person["treatments"]]
        wanted = [(_plain(each["mention"]), each["status"]) for each in of_patients]
        for each in found:
            if (key := (_plain(each.surface), each.status)) in wanted:
                wanted.remove(key)
                right += 1
            else:
                wrong += 1
    assert right >= 22
    assert wrong == 0


def _plain(mention: str) -> str:
    return "".join(filter(str.isalpha, mention.lower()))


def test_the_time_since_an_operation_is_no_other_treatment() -> None:
    """What is told "six years after the surgery" came of what was done before; a second operation is another."""
    first, *_ = treated("A gastrectomy was performed. He is well without recurrence six years after the surgery.")
    assert [each.label for each in first.outcomes] == ["resolved"]
    first, *_ = treated("A gastrectomy was performed. A second surgery was performed and he recovered completely.")
    assert first.outcomes == ()


def test_what_came_of_a_treatment_of_all_is_told_of_each() -> None:
    """Behind what both were given each has the outcome that is told of him, until his next treatment."""
    told = (
        "Case reports\nA 47-year-old woman and a 63-year-old man had gout. Both were given colchicine. "
        "The woman improved. The man's arthritis worsened. {}"
    )

    def outcomes(end: str) -> list[list[str]]:
        patients = read_cases(next(iter(TextReader().read(told.format(end).encode(), "case.txt"))).report).patients
        return [[each.label for each in one.treatments[0].outcomes] for one in patients]

    assert outcomes("") == [["improved"], ["progressed"]]
    assert outcomes("The man was given anakinra. He recovered.") == [["improved"], ["progressed"]]
    assert outcomes("The woman was given anakinra. She died.") == [["improved"], ["progressed"]]


def test_who_was_given_something_for_a_complaint_did_not_die_of_it() -> None:
    """A death is no outcome of what was for pain; it is one of what was against the illness."""
    told = "She received rituximab but died in March. Fentanyl was given for pain, and she died at home."
    assert [[one.label for one in each.outcomes] for each in treated(told)] == [["death"], []]


@pytest.mark.parametrize(
    "told",
    [
        "Methotrexate was started for her psoriasis.",
        "Methotrexate, dapsone and acitretin had all failed to control the psoriasis.",
        "She was treated with methotrexate and acitretin for psoriasis.",
    ],
)
def test_what_is_said_behind_a_verb_of_giving_or_a_row_of_treatments_is_what_each_was_for(told: str) -> None:
    """The verb may stand between, and what is told behind several that stand in one row is told of all."""
    assert {each.target.name if each.target else "" for each in treated(told)} == {"psoriasis"}


def test_a_row_is_broken_by_what_only_dates_and_by_what_stopped_it() -> None:
    """What comes "before chemotherapy" is no member of its row; the reason why a drug was stopped is not its aim."""
    told = "Fluids were given before chemotherapy, and allopurinol for gout. Dapsone was stopped because of anemia."
    aims = {each.name: each.target and each.target.name for each in treated(told)}
    assert (aims["chemotherapy"], aims["allopurinol"], aims["dapsone"]) == (None, "gout", None)


def test_how_long_something_was_given_is_not_what_for() -> None:
    """ "For three days with fever" names a time, and what the patient had in it."""
    (found,) = treated("Dapsone was given for three days with persistent fever.")
    assert found.target is None


def test_what_an_illness_came_of_is_not_what_was_treated() -> None:
    """ "Due to" behind an illness tells its cause; behind a treatment, why it was given."""
    told = "Surgery was performed on the basis of cardiac tamponade due to rupture. Dapsone was given due to leprosy."
    assert [each.target and each.target.name for each in treated(told)] == [None, "leprosy"]


def test_a_comma_alone_makes_no_row() -> None:
    """ "Despite dapsone, colchicine was given for …" tells of colchicine what it was for."""
    told = "Despite dapsone, colchicine was given for gout-related arthritis."
    aims = {each.name: each.target and each.target.name for each in treated(told)}
    assert aims == {"dapsone": None, "colchicine": "arthritis"}
