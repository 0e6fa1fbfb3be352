from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.findings import asserted, case_sentences, findings, named
from corpus.model import Span
from corpus.sentences import split
from corpus.terminology.terminology import shipped
from tests.fakes import make_report


def told(text: str) -> list[tuple[str, str]]:
    """The words of each finding and what is asserted of it."""
    return [(each.span.of(text), each.assertion) for each in findings(text)]


def test_findings_are_slices_in_order() -> None:
    """Every finding is what stands at its span, sentence after sentence."""
    text = "A brewer had gout and fever. He denied cough. Colchicine was given."
    assert told(text) == [("gout", "present"), ("fever", "present"), ("cough", "absent"), ("Colchicine", "present")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He was afebrile.", [("afebrile", "absent")]),
        ("A febrile child.", [("febrile", "present")]),
        ("She was not febrile.", [("febrile", "absent")]),
        ("The hypertensive cook.", [("hypertensive", "present")]),
        ("An HIV-negative sailor.", [("HIV", "absent")]),
    ],
)
def test_adjectives_say_findings(text: str, expected: list[tuple[str, str]]) -> None:
    """Febrile is fever and afebrile its absence, under the concept of fever."""
    assert told(text) == expected


def test_an_adjective_has_the_concept_of_its_noun() -> None:
    """ "Febrile" and "fever" are one thing."""
    (adjective,), (noun,) = findings("He was febrile."), findings("He had fever.")
    assert adjective.concepts == noun.concepts == shipped().named("fever")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She had drooping of the eyelids (ptosis) at dusk.", "eyelids (ptosis)"),
        ("She had drooping of the eyelids (ptosis, at dusk).", "ptosis"),
        ("She came for computed tomography (a CT) scan.", "computed tomography|CT"),
        ("She had drooping of the eyelids ( ptosis, at dusk).", "ptosis"),
        ("He had gout (knee).", "gout"),
    ],
)
def test_a_finding_shows_no_stray_bracket(text: str, expected: str) -> None:
    """A name that runs over a bracket takes in the one that closes it, or stops there."""
    assert [words for words, _ in told(text)] == expected.split("|")


@example(["eyelids", "(", "(", ")", "ptosis"])
@given(
    st.lists(
        st.sampled_from(["eyelids", "ptosis", "CT", "scan", "no", "(", ")", "[", "]", ",", "7", "gout"]), max_size=14
    )
)
def test_spans_are_words_and_their_brackets_are_paired(parts: list[str]) -> None:
    """However brackets fall, each finding begins and ends in order, and none holds half of a pair."""
    text = " ".join(parts)
    ends = 0
    for shown, _ in told(text):
        assert shown.strip() == shown != ""
        assert shown.count("(") == shown.count(")")
        assert shown.count("[") == shown.count("]")
    for each in findings(text):
        assert each.span.start >= ends
        ends = each.span.end


@pytest.mark.parametrize("text", ["The man had a disease.", "Treatment of the patient.", "A diagnosis.", ""])
def test_words_that_any_report_holds_are_no_findings(text: str) -> None:
    """Names that tell nothing of a patient are passed over."""
    assert told(text) == []


def test_kinds_are_those_of_patients() -> None:
    """Only diseases, findings, drugs and procedures are found, each with its kind."""
    found = findings("Pneumonia with fever, given aspirin after a biopsy, in Peru.")
    kinds = {"disease", "finding", "drug", "procedure"}
    assert {each.kind for each in found} <= kinds
    assert len(found) == 4


def test_a_name_of_several_concepts_is_of_a_kind_that_patients_have() -> None:
    """Where a name's first concept is of no such kind, the kind is that of the first that is."""
    (found,) = findings("She was given cyclosporine.")
    assert (found.span, found.kind) == (Span(14, 26), "drug")


def test_an_assertion_ends_with_its_sentence() -> None:
    """A denial in one sentence does not reach the next."""
    assert told("No fever. Cough for a week.") == [("fever", "absent"), ("Cough", "present")]


def test_only_the_sentences_given_are_read() -> None:
    """With spans of sentences, what stands elsewhere is not found."""
    text = "He had gout. He had fever."
    assert [each.span.of(text) for each in findings(text, split(text)[1:])] == ["fever"]


def test_a_name_is_found_before_anything_is_asserted() -> None:
    """Naming and asserting are two steps with the same findings, so that the second can wait."""
    text = "No fever. He slept. Gout of the knee."
    steps = [finding for naming in named(text, split(text)) for finding in asserted(text, naming)]
    assert steps == findings(text)
    assert len(named(text, split(text))) == 2


def test_a_report_tells_of_its_patients_in_its_case() -> None:
    """Of a report the abstract and the case are read; its discussion tells of others."""
    report = make_report("# Case report\n\nA brewer had gout.\n\n# Discussion\n\nOthers had pneumonia.", "On beer")
    found = findings(report.text, case_sentences(report))
    assert [each.span.of(report.text) for each in found] == ["gout"]


def test_a_report_of_discussion_alone_is_read_whole() -> None:
    """Where no section is known to tell of a patient, all sentences are read."""
    report = make_report("# Discussion\n\nOthers had pneumonia.", "On nothing")
    assert [each.span.of(report.text) for each in findings(report.text, case_sentences(report))] == ["pneumonia"]
