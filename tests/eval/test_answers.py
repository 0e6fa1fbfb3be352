"""Questions asked of a corpus that holds their answer, and of one that lacks it."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from corpus.errors import UsageError
from eval.answers import AnswerFigures, Asked, corpora, measure_answers
from eval.answers_report import answer_table, details, quote_table
from eval.quotes import QuoteFigures
from eval.shares import Share
from eval.topics import load
from indexer.encoders.hashing import HashingEncoder
from tests.fakes import CASES

WriteSet = Callable[..., Path]
BEST = {"q1": "calcinosis", "q2": "gout", "q3": "snake"}
QUERIES = {
    "q1": "What treatment was given for calcinosis?",
    "q2": "What treatment was given for gout?",
    "q3": "What treatment was given after a viper bite?",
}


@pytest.fixture
def questions(write_set: WriteSet) -> Path:
    """Three questions of six cases; each has one best report, the first also one that is half as good."""
    qrels = {topic: {report: 2} for topic, report in BEST.items()}
    qrels["q1"]["dengue"] = 1
    qrels["q1"]["wrist"] = 0
    return write_set(CASES, QUERIES, qrels)


def ids(documents: tuple[object, ...]) -> set[str]:
    return {document.document_id for document in documents}  # type: ignore[attr-defined]


def test_one_corpus_holds_the_answers_and_one_lacks_them(questions: Path) -> None:
    """What is half as good is in neither; both are as large as the reports allow."""
    drawn = corpora(load(questions), 5, None, seed=1)
    assert set(BEST.values()) <= ids(drawn.holding)
    assert "dengue" not in ids(drawn.holding) | ids(drawn.lacking)
    assert ids(drawn.holding) == {*BEST.values(), "wrist", "hearing"}
    assert ids(drawn.lacking) == {"wrist", "hearing"}
    assert drawn.best == {topic: frozenset({report}) for topic, report in BEST.items()}


def test_fewer_topics_can_be_asked(questions: Path) -> None:
    """The same ones for the same seed; what answers the others may then stand in either corpus."""
    drawn = corpora(load(questions), 4, 1, seed=1)
    (topic,) = drawn.best
    assert BEST[topic] in ids(drawn.holding)
    assert BEST[topic] not in ids(drawn.lacking)
    assert drawn == corpora(load(questions), 4, 1, seed=1)
    assert len(corpora(load(questions), 6, 99, seed=1).best) == 3


def test_a_corpus_that_cannot_be_made_is_refused(questions: Path, write_set: WriteSet) -> None:
    """Too small for its answers, without judged reports, or with nothing but relevant ones."""
    with pytest.raises(UsageError, match="3 topics have 3 best reports: allow more than 2"):
        corpora(load(questions), 2, None, seed=1)
    without = write_set({"a": "One case."}, {"q": "What?"}, {"q": {"a": 0}}, name="without")
    with pytest.raises(UsageError, match="no topic has a judged report"):
        corpora(load(without), 2, None, seed=1)
    every = write_set({"a": "One case."}, {"q": "What?"}, {"q": {"a": 1}}, name="every")
    with pytest.raises(UsageError, match="every report is judged relevant"):
        corpora(load(every), 2, None, seed=1)


def test_questions_are_asked_of_both(questions: Path, tmp_path: Path) -> None:
    """Answered from the best report where it is there, not where it is left out, each sentence a slice."""
    told: list[str] = []
    figures = measure_answers(
        load(questions), HashingEncoder(), tmp_path / "root", documents=5, watch=lambda what, *_: told.append(what)
    )
    assert (figures.documents, len(figures.asked)) == (5, 6)
    assert figures.slices.hits == figures.slices.of > 0
    assert figures.abstain_recall == Share(3, 3)
    assert figures.answer_recall.hits >= 1
    held = {asked.topic: asked for asked in figures.asked if asked.held}
    assert held["q1"].reports == ("calcinosis",)
    assert "tiny, answers lacking: asking" in told


def test_topics_that_are_no_questions_are_put_into_one(write_set: WriteSet, tmp_path: Path) -> None:
    """The template says where."""
    folder = write_set(CASES, {"q1": "calcinosis", "q2": "gout"}, {"q1": {"calcinosis": 1}, "q2": {"gout": 1}})
    template = "What treatment was given for {}?"
    figures = measure_answers(load(folder), HashingEncoder(), tmp_path / "root", documents=4, template=template)
    assert {asked.question for asked in figures.asked} == {QUERIES["q1"], QUERIES["q2"]}
    with pytest.raises(UsageError, match=r"has no \{\} for the topic's text"):
        measure_answers(load(folder), HashingEncoder(), tmp_path / "other", documents=4, template="What?")


def asked(*, held: bool, answered: bool, right: bool = False, slices: Share | None = None) -> Asked:
    slices = slices or Share(0, 0)
    return Asked("q1", "What?", held, answered, right, slices, "Nothing is on it.", ("a", "b") if answered else ())


FIGURES = AnswerFigures(
    "made",
    10,
    (
        asked(held=True, answered=True, right=True, slices=Share(3, 3)),
        asked(held=True, answered=True, slices=Share(1, 2)),
        asked(held=True, answered=False),
        asked(held=False, answered=False),
        asked(held=False, answered=False),
        asked(held=False, answered=True, slices=Share(1, 1)),
    ),
)


def test_abstaining_and_answering_have_their_own_figures() -> None:
    """Precision over what was done, recall over what was to be done."""
    assert (FIGURES.abstain_precision, FIGURES.abstain_recall) == (Share(2, 3), Share(2, 3))
    assert (FIGURES.answer_precision, FIGURES.answer_recall) == (Share(1, 3), Share(1, 3))


def test_a_sentence_that_is_no_slice_is_a_miss() -> None:
    """However good the answer is."""
    assert FIGURES.slices == Share(5, 6)
    assert FIGURES.misses() == ("made: 1 sentences are no slices of their reports",)
    told = FIGURES.as_json()
    assert told["misses"] == FIGURES.misses()
    assert json.loads(json.dumps(told))["questions"][2]["reason"] == "Nothing is on it."


def drawn(table: object) -> str:
    console = Console(file=StringIO(), width=170)
    console.print(table)
    return console.file.getvalue()  # type: ignore[attr-defined]


def test_figures_are_drawn_with_their_intervals() -> None:
    """A row for each set, one for each way of making quotations, and their sums."""
    shown = drawn(answer_table([FIGURES]))
    assert ".667 [.208–.939] 2/3" in shown
    assert "5 of 6" in shown
    quotes = [
        QuoteFigures("as it stands", true=True, accepted=Share(4, 4)),
        QuoteFigures("a word dropped", true=False, accepted=Share(1, 4), examples=("'x' in 'y'",)),
    ]
    shown = drawn(quote_table(quotes))
    assert "all true ones" in shown
    assert "1 of 4" in shown
    assert list(details(quotes, [])) == ["a word dropped, accepted: 'x' in 'y'"]


def test_what_went_wrong_is_listed() -> None:
    """Answered from another report, not answered, and answered without the answer."""
    assert list(details([], [FIGURES])) == [
        "made: q1 'What?': answered from a, b",
        "made: q1 'What?': not answered: Nothing is on it.",
        "made: q1 'What?': answered without the answer: a, b",
    ]
