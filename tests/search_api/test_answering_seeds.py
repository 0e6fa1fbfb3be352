"""The question this project was begun with, on the five reports it was begun from."""

from __future__ import annotations

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from corpus.cases.roles import Role, roles
from corpus.model import Report
from corpus.readers.registry import read_bytes
from indexer.analyzer import tokens
from search_api.answering.extractive import Candidate, Draft, answer
from search_api.answering.question import parse

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the seed reports are not at {SEEDS}")

QUESTION = "treatments tried for calcinosis universalis in SLE"


@pytest.fixture(scope="module")
def gold() -> dict[str, dict[str, Any]]:
    """What is right, by file name."""
    documents = json.loads((SEEDS / "gold.json").read_text(encoding="utf-8"))["docs"]
    return {document["file"]: document for document in documents}


@pytest.fixture(scope="module")
def seeds(gold: dict[str, dict[str, Any]]) -> dict[str, Report]:
    """The five reports, by file name."""
    found = {}
    for name in gold:
        (read,) = read_bytes((SEEDS / name).read_bytes(), name)
        assert read.report is not None
        found[name] = read.report
    return found


def ask(question: str, seeds: dict[str, Report]) -> Draft:
    """The answer from the five, with the idf of the five."""
    counts = Counter(term for report in seeds.values() for term in set(tokens(report.text)))

    def weight(term: str) -> float:
        return math.log(1 + (len(seeds) - counts[term] + 0.5) / (counts[term] + 0.5))

    return answer(parse(question), [Candidate(name, report, 1.0) for name, report in seeds.items()], weight)


def plain(text: str) -> str:
    """Letters and digits alone: hard wraps and hyphens are mended differently in gold and report."""
    return "".join(letter for letter in text.lower() if letter.isalnum())


def evidence(document: dict[str, Any]) -> list[str]:
    """The gold evidence sentences of the question, bare."""
    return [plain(each["quote"]) for each in document["question_calcinosis_treatment"]["evidence"]]


def with_status(gold: dict[str, dict[str, Any]], status: str) -> set[str]:
    """The files whose answer to the question has ``status``."""
    return {name for name, document in gold.items() if document["question_calcinosis_treatment"]["status"] == status}


def test_every_evidence_sentence_is_in_the_answer(seeds: dict[str, Report], gold: dict[str, dict[str, Any]]) -> None:
    """Of the reports that treat calcinosis in SLE, each gold sentence is given."""
    draft = ask(QUESTION, seeds)
    assert draft.answerable
    for name in with_status(gold, "answerable") | with_status(gold, "answerable_with_caveat"):
        given = [plain(each.span.of(seeds[name].text)) for each in draft.sentences if each.report_id == name]
        for quote in evidence(gold[name]):
            assert any(quote in sentence or sentence in quote for sentence in given), (name, quote)


def test_reports_without_a_treatment_are_silent(seeds: dict[str, Report], gold: dict[str, dict[str, Any]]) -> None:
    """They are on the question, and "not reported" is what is said of them."""
    expected = with_status(gold, "not_reported")
    draft = ask(QUESTION, seeds)
    assert set(draft.silent) == expected
    assert f"{len(expected)} further reports on it do not report" in draft.reason


def test_another_disease_is_no_answer(seeds: dict[str, Report], gold: dict[str, dict[str, Any]]) -> None:
    """The same lesion in another disease is neither quoted nor counted as on the question."""
    other = with_status(gold, "answerable_other_disease")
    draft = ask(QUESTION, seeds)
    assert other
    assert not other & set(draft.on_question)


def test_the_other_disease_answers_for_itself(seeds: dict[str, Report], gold: dict[str, dict[str, Any]]) -> None:
    """Asked about its own disease, that report alone answers, with its gold sentences."""
    draft = ask("treatments tried for calcinosis in systemic sclerosis", seeds)
    (name,) = draft.on_question
    assert gold[name]["question_calcinosis_treatment"]["status"] == "answerable_other_disease"
    given = [plain(each.span.of(seeds[name].text)) for each in draft.sentences]
    assert all(any(quote in sentence or sentence in quote for sentence in given) for quote in evidence(gold[name]))


def test_a_report_without_treatment_has_no_treatment_sentence(
    seeds: dict[str, Report], gold: dict[str, dict[str, Any]]
) -> None:
    """Not one sentence of the silent reports is taken for one: the literature, and therapy unnamed."""
    for name in with_status(gold, "not_reported"):
        assert not any(Role.TREATMENT in role for role in roles(seeds[name])), name


def test_every_gold_treatment_is_in_a_treatment_sentence(
    seeds: dict[str, Report], gold: dict[str, dict[str, Any]]
) -> None:
    """Whatever gold says was given stands in a sentence that has the role; what was precluded does not."""
    for name, document in gold.items():
        report = seeds[name]
        told = list(zip((plain(each.span.of(report.text)) for each in report.sentences), roles(report), strict=True))
        for patient in document["patients"]:
            for treatment in patient.get("treatments", []):
                quote = plain(treatment["evidence"]["quote"])
                wanted = Role.WITHHELD if treatment["status"] == "precluded" else Role.TREATMENT
                assert any(wanted in role for text, role in told if quote in text or text in quote), (name, quote)


@pytest.mark.parametrize(
    "question",
    [
        "treatments tried for calcinosis universalis in dermatomyositis",
        "treatment of hydatid cyst",
        "How was calciphylaxis treated?",
        "outcome of rituximab in SLE",
        "treatments tried for calcinosis universalis with sodium thiosulfate",
        "treatment of porphyria cutanea tarda",
        "warfarin for calcinosis",
        "colchicine for calcinosis in SLE",
    ],
)
def test_what_only_the_background_names_is_not_answered(question: str, seeds: dict[str, Report]) -> None:
    """What only discussions and references name, and a drug that was precluded, is not this patient's."""
    draft = ask(question, seeds)
    assert not draft.answerable
    assert draft.sentences == ()
