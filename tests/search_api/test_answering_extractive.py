"""The answer without a model: whole sentences of reports on the question, or plainly none."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Report
from corpus.readers.text import TextReader
from indexer.analyzer import tokens
from search_api.answering.extractive import Candidate, Draft, answer
from search_api.answering.question import parse


def read(text: str) -> Report:
    """``text`` as the text reader reads it."""
    report = next(TextReader().read(text.encode(), "made.txt")).report
    assert report is not None
    return report


SCURVY = """Scurvy in a lighthouse keeper: a case report

Introduction

Scurvy is rare today. Vitamin tablets have been reported to help many patients.

Case report

A 40-year-old man presented with bleeding gums. A diagnosis of scurvy was made. His father had died of gout.
He was treated with ascorbic acid 300 mg daily for two weeks. The bleeding stopped and his gums healed completely.
A tooth extraction was recommended. He declined surgery. A radiograph showed normal bones.

Discussion

Treatment options include diet and tablets. Many patients have been treated with surgery.
"""
SCURVY_UNTREATED = """Scurvy in a student: a case report

Case report

A 20-year-old woman presented with bruises. A diagnosis of scurvy was made by her low plasma level. She had no fever.

Discussion

Ascorbic acid is the treatment of choice.
"""
GOUT = """Gout of the spine: a case report

Case report

A 60-year-old man presented with back pain. Computed tomography showed tophi of the spine. A diagnosis of gout was made.
He received colchicine for ten days, and prednisone 30 mg daily was added. The pain resolved. An allergic reaction to
colchicine caused a rash, and colchicine was stopped.

Discussion

Gout is seen with psoriasis, scurvy, obesity and other conditions.
"""
LEPROSY_PSORIASIS = """Leprosy in a man with psoriasis: a case report

Case report

A 50-year-old man with widespread psoriasis presented with numb feet. A diagnosis of leprosy was made.
He was treated with dapsone and rifampicin for a year. The numbness was unchanged.
"""
TEXTS = {"scurvy": SCURVY, "untreated": SCURVY_UNTREATED, "gout": GOUT, "leprosy": LEPROSY_PSORIASIS}
REPORTS = {name: read(text) for name, text in TEXTS.items()}
COUNTS = Counter(term for report in REPORTS.values() for term in set(tokens(report.text)))


def weight(term: str) -> float:
    """The idf of ``term`` among the reports here."""
    return math.log(1 + (len(REPORTS) - COUNTS[term] + 0.5) / (COUNTS[term] + 0.5))


def ask(question: str, names: Sequence[str] = tuple(TEXTS), limit: int = 8) -> Draft:
    """The answer from the reports ``names``, in that order."""
    candidates = [Candidate(name, REPORTS[name], 1.0 - place / 10) for place, name in enumerate(names)]
    return answer(parse(question), candidates, weight, limit)


def said(draft: Draft) -> list[tuple[str, str, str]]:
    """Report, role and first words of each sentence."""
    return [
        (each.report_id, each.role, " ".join(each.span.of(REPORTS[each.report_id].text).split()[:4]))
        for each in draft.sentences
    ]


def test_a_treatment_is_answered_with_its_outcome() -> None:
    """What was given to the patient, then what came of it; not advice, relatives or the literature."""
    draft = ask("How was scurvy treated?")
    assert draft.answerable
    assert said(draft) == [
        ("scurvy", "treatment", "He was treated with"),
        ("scurvy", "outcome", "The bleeding stopped and"),
    ]


def test_a_report_without_the_role_is_counted_as_silent() -> None:
    """ "Not reported" is said, with how many; it is not taken for "no"."""
    draft = ask("How was scurvy treated?")
    assert draft.on_question == ("scurvy", "untreated")
    assert draft.silent == ("untreated",)
    assert "Found in 1 report on" in draft.reason
    assert "1 further report on it does not report" in draft.reason


def test_a_report_that_names_the_condition_in_a_list_is_not_on_it() -> None:
    """The gout report's background names scurvy; it is not a scurvy report."""
    assert "gout" not in ask("How was scurvy treated?").on_question


def test_only_silent_reports_give_no_answer() -> None:
    """On the condition, but no treatment: said plainly."""
    draft = ask("How was scurvy treated?", ["untreated", "gout"])
    assert not draft.answerable
    assert draft.sentences == ()
    assert draft.reason == (
        '1 report is on "scurvy", and it does not report a treatment given to the patient in the available text.'
        " See the nearest passages."
    )


def test_a_word_of_no_report_is_named() -> None:
    """The corpus never uses it: nothing else is worth saying."""
    draft = ask("How was kuru treated?")
    assert not draft.answerable
    assert draft.reason == 'No report in this index uses the word "kuru". See the nearest passages.'


def test_a_word_only_of_other_reports_is_not_called_absent() -> None:
    """The index may know the word though no report found is on it."""
    draft = ask("How was psoriasis treated?", ["gout"])
    assert not draft.answerable
    assert "No report in this index" not in draft.reason
    assert "psoriasis" in draft.reason


def test_every_facet_must_be_covered_by_one_report() -> None:
    """Leprosy here and gout there is no leprosy with gout."""
    draft = ask("How was leprosy treated in gout?")
    assert not draft.answerable
    assert "together" in draft.reason
    assert ask("How was leprosy treated in psoriasis?").answerable


def test_of_alternatives_one_is_enough() -> None:
    """Each report is on one of the two; joined by "and" none would be on both."""
    assert set(ask("How was scurvy or leprosy treated?").on_question) >= {"scurvy", "leprosy"}
    assert ask("How were scurvy and leprosy treated?").on_question == ()


def test_a_treatment_asked_about_is_what_its_sentences_name() -> None:
    """Other treatments of the same patient do not answer for it."""
    draft = ask("ascorbic acid for scurvy")
    assert [words for _, role, words in said(draft) if role == "treatment"] == ["He was treated with"]
    assert draft.on_question == ("scurvy",)


def test_a_cause_is_answered_only_where_both_stand_beside_it() -> None:
    """The reaction is ascribed to the drug; the illness that the report is of is not."""
    assert [words for _, _, words in said(ask("Can colchicine cause a rash?"))] == ["An allergic reaction to"]
    assert not ask("Can colchicine cause tophi?").answerable


def test_a_missing_word_of_extent_is_told() -> None:
    """A report on the condition answers, and the reason says what it does not say."""
    draft = ask("How was disseminated leprosy treated?")
    assert draft.answerable
    assert 'does not say "disseminated"' in draft.reason


def test_reports_that_say_all_come_before_those_that_say_part() -> None:
    """Coverage outranks retrieval order."""
    reports = {
        "part": LEPROSY_PSORIASIS,
        "full": LEPROSY_PSORIASIS.replace("diagnosis of leprosy", "diagnosis of disseminated leprosy"),
    }
    candidates = [Candidate(name, read(text), 1.0) for name, text in reports.items()]
    assert answer(parse("treatment of disseminated leprosy"), candidates, weight).on_question == ("full", "part")


def test_a_question_without_a_subject_is_told_so() -> None:
    """No facets, no answer, and a reason."""
    draft = ask("How was it treated?")
    assert not draft.answerable
    assert "names no condition" in draft.reason


def test_no_candidates_give_no_answer() -> None:
    """An empty corpus holds no answer."""
    draft = ask("How was scurvy treated?", [])
    assert (draft.answerable, draft.sentences) == (False, ())
    assert draft.reason


@pytest.mark.parametrize(
    ("question", "role", "begins"),
    [
        ("What was the outcome of gout?", "outcome", "The pain resolved."),
        ("How did gout present?", "presentation", "A 60-year-old man presented"),
        ("How was gout diagnosed?", "diagnosis", "A diagnosis of gout"),
        ("What did CT show in gout?", "finding", "Computed tomography showed tophi"),
        ("side effects of colchicine in gout", "adverse", "An allergic reaction to"),
    ],
)
def test_each_intent_finds_its_sentence(question: str, role: str, begins: str) -> None:
    """The role asked for decides, not the words shared with the question."""
    assert ("gout", role, begins) in said(ask(question))


def test_an_investigation_not_done_is_not_answered_with_another() -> None:
    """A question on MRI is not answered with a CT."""
    draft = ask("What did MRI show in gout?")
    assert not draft.answerable
    assert draft.on_question == ("gout",)


def test_a_question_that_asks_nothing_in_particular_gets_the_sentences_that_say_all() -> None:
    """Every facet in one sentence."""
    assert said(ask("leprosy with psoriasis"))[0][0] == "leprosy"
    assert {report for report, _, _ in said(ask("leprosy with psoriasis"))} == {"leprosy"}


def test_age_and_sex_not_used_are_told() -> None:
    """The reader is told that the question's patient was not matched."""
    assert "Not used to choose: woman." in ask("treatment of gout in a woman").reason


def test_one_report_does_not_fill_the_answer() -> None:
    """With few places, each report gets its turn."""
    report = read(GOUT)
    both = answer(parse("How was gout treated?"), [Candidate(name, report, 1.0) for name in "ab"], weight, limit=2)
    assert [each.report_id for each in both.sentences] == ["a", "b"]


@pytest.mark.parametrize("limit", [1, 2, 3, 8])
def test_the_limit_holds(limit: int) -> None:
    """Never more sentences than asked for."""
    assert len(ask("treatment of gout", limit=limit).sentences) == min(limit, len(ask("treatment of gout").sentences))


def test_sentences_stand_in_text_order_within_a_report() -> None:
    """The answer reads as the case does."""
    spans = [each.span for each in ask("treatment of gout").sentences]
    assert spans == sorted(spans)


def test_the_order_of_candidates_is_the_order_of_the_answer() -> None:
    """Retrieval order is kept among equals."""
    first = ask("How was scurvy treated?", ["scurvy", "untreated"]).on_question
    second = ask("How was scurvy treated?", ["untreated", "scurvy"]).on_question
    assert first == tuple(reversed(second))


WORDS = ["scurvy", "gout", "leprosy", "psoriasis", "colchicine", "treated", "outcome", "of", "in", "how", "MRI", "and"]


@given(st.lists(st.sampled_from(WORDS), max_size=8), st.integers(1, 10))
def test_every_sentence_is_exactly_one_of_its_report(words: list[str], limit: int) -> None:
    """No span is cut or made up, none comes twice, and an answer has sentences just when it is answerable."""
    draft = ask(" ".join(words), limit=limit)
    assert draft.answerable == bool(draft.sentences)
    assert draft.reason
    assert len(draft.sentences) <= limit
    assert len({(each.report_id, each.span) for each in draft.sentences}) == len(draft.sentences)
    for each in draft.sentences:
        assert each.span in {sentence.span for sentence in REPORTS[each.report_id].sentences}
        assert each.report_id in draft.on_question
        assert each.report_id not in draft.silent


def test_an_adverse_effect_is_that_of_the_drug_asked_about() -> None:
    """What another thing led to, in the sentence beside the drug's name, is no effect of the drug."""
    text = GOUT.replace("prednisone 30 mg daily", "allopurinol").replace(
        "The pain resolved.", "The deposits had led to a compression of the cord in this patient. Allopurinol was kept."
    )
    report = read(text)
    draft = answer(
        parse("side effects of allopurinol"), [Candidate("gout", report, 1.0)], lambda term: float(len(term))
    )
    told = [chosen.span.of(report.text) for chosen in draft.sentences]
    assert not [sentence for sentence in told if "compression" in sentence]


def from_text(question: str, text: str) -> tuple[Draft, list[str]]:
    """The answer from one report, and its sentences as they stand."""
    report = read(text)
    draft = answer(parse(question), [Candidate("one", report, 1.0)], lambda term: float(len(term)))
    return draft, [" ".join(each.span.of(report.text).split()) for each in draft.sentences]


MEASURED = """Scurvy in a cook: a case report

Case report

A 31-year-old woman presented with bruises. A diagnosis of scurvy was made. Although no mass was found, the criteria
were met: fever, anaemia and hyperferritinaemia (ferritin 2400 ng/mL). Her past history included the use of colchicine
for an ankle. She was given colchicine (0.5 mg daily for two weeks). The rash improved. The plates did not change.
She was seen again in May. A scar was left. A nap was taken. A walk was made. A bath was had. A song was sung.
"""


@pytest.mark.parametrize("question", ["ferritin in scurvy", "ferritin level in scurvy"])
def test_a_test_need_only_be_told_of(question: str) -> None:
    """A report is on the condition; what it measured may stand in one sentence, behind a negation too."""
    draft, told = from_text(question, MEASURED)
    assert draft.answerable
    assert ["ferritin 2400" in sentence for sentence in told] == [True]


def test_a_dose_is_answered_by_the_agent_with_its_number() -> None:
    """Not by another sentence that names the drug, and not at all where no dose is told."""
    _, told = from_text("What dose of colchicine was given for scurvy?", MEASURED)
    assert told == ["She was given colchicine (0.5 mg daily for two weeks)."]
    draft, told = from_text("What dose of colchicine was given for scurvy?", MEASURED.replace("0.5 mg", "tablets"))
    assert (draft.answerable, told) == (False, [])
    assert "does not report a dose" in draft.reason


def test_every_outcome_directly_behind_a_treatment_is_shown() -> None:
    """What improved, and what did not."""
    _, told = from_text("How was scurvy treated?", MEASURED)
    assert told[-2:] == ["The rash improved.", "The plates did not change."]


@pytest.mark.parametrize("words", ["31-year-old woman", "31-year-old patient", "woman aged 31"])
def test_the_patient_described_is_answered_for(words: str) -> None:
    """The age stated is the age asked."""
    draft, _ = from_text(f"How was the {words} with scurvy treated?", MEASURED)
    assert draft.answerable


@pytest.mark.parametrize("words", ["21-year-old woman", "31-year-old man", "31-month-old girl"])
def test_another_patient_is_no_answer(words: str) -> None:
    """Another age or sex is another patient, and that is said."""
    draft, _ = from_text(f"How was the {words} with scurvy treated?", MEASURED)
    assert not draft.answerable
    assert f'1 report on "scurvy" found, but none states a patient described as "{words}".' in draft.reason


@pytest.mark.parametrize("stated", ["thirty-one-year-old", "31 years old", "31-year old"])
def test_an_age_may_be_written_in_other_ways(stated: str) -> None:
    """In words, or without hyphens."""
    text = MEASURED.replace("A 31-year-old woman", f"A {stated} woman")
    assert from_text("How was the 31-year-old woman with scurvy treated?", text)[0].answerable


def test_only_the_unused_word_of_a_phrase_is_called_unused() -> None:
    """The rest of the phrase the index does use."""
    draft = ask("How was scurvy kuru treated?")
    assert draft.reason.startswith('No report in this index uses the word "kuru".')


def test_an_age_at_which_something_began_is_not_the_patients() -> None:
    """Diagnosed at 19, the patient of 31 is not the one asked about."""
    text = MEASURED.replace("with bruises.", "with bruises. Scurvy had been noted at the age of 19.")
    assert not from_text("How was the 19-year-old woman with scurvy treated?", text)[0].answerable


def test_another_disease_of_the_same_patient_does_not_answer() -> None:
    """How one disease was found or treated is no answer for the other; what names neither may be."""
    report = read(
        "Case report\n\nA 60-year-old man with gout was admitted. He had chronic lymphocytic leukemia treated with "
        "rituximab. He was diagnosed with pneumonia by radiography. Gout was confirmed by microscopy of the fluid. "
        "He was given colchicine."
    )
    candidates = [Candidate("one", report, 1.0)]

    def told(question: str) -> list[str]:
        draft = answer(parse(question), candidates, lambda term: float(len(term)))
        return [sentence.span.of(report.text) for sentence in draft.sentences]

    assert told("How was gout treated?") == ["He was given colchicine."]
    assert told("How was gout diagnosed?") == ["Gout was confirmed by microscopy of the fluid."]


def test_what_the_stored_cases_call_a_treatment_is_one() -> None:
    """A sentence that the cases take a treatment from answers, though its own words do not show the role."""
    report = read("Case report\n\nA 60-year-old man had gout. The joints settled on quibrizole.")
    start = report.sentences[-1].span.start
    for treated, expected in (((), []), ((start,), ["The joints settled on quibrizole."])):
        found = answer(
            parse("How was gout treated?"),
            [Candidate("one", report, 1.0, frozenset(treated))],
            lambda term: float(len(term)),
        )
        assert [sentence.span.of(report.text) for sentence in found.sentences] == expected


def test_a_name_of_what_a_report_calls_otherwise_is_answered() -> None:
    """A brand of the drug that was given: it is neither missing nor in vain."""
    draft = ask("What happened after Colcrys in gout?")
    assert draft.answerable
    assert {each.report_id for each in draft.sentences} == {"gout"}


def test_a_word_that_reports_hold_by_another_name_is_not_called_unused() -> None:
    """No report found is on it, but the index has it under its other name."""
    draft = ask("How was psoriasis treated with Colcrys?", ["leprosy"])
    assert not draft.answerable
    assert "uses the word" not in draft.reason


def test_more_than_can_be_asked_at_once_is_not_answered() -> None:
    """Part of it would be an answer to another question: it is said, and how much there may be."""
    others = " or ".join(f"thing{number}" for number in range(60))
    assert ask(f"How was scurvy or {others} treated?").reason == (
        "The question names more than one answer can be about (40 things at most, each in 25 words): "
        "ask about fewer at a time. See the nearest passages."
    )


def test_why_there_is_no_answer_names_what_was_asked_about() -> None:
    """In plain words, with how many reports tell of each, and without those that only ask."""
    assert ask("How long does scurvy take with gout?").reason == (
        'None of the 4 nearest reports is about "scurvy" and "gout" together: 2 tell of "scurvy", 1 tells of "gout".'
        " See the nearest passages."
    )
    assert ask("What is needed for psoriasis and numb feet", ["gout"]).reason == (
        'Not even the one nearest report is about "psoriasis" or "numb feet". See the nearest passages.'
    )
