from __future__ import annotations

import threading
from pathlib import Path

import pytest

from corpus.errors import UsageError
from indexer.encoders.choice import OneEncoder
from indexer.errors import NoGenerationError
from search_api.config import System
from search_api.service import Service
from tests.fakes import CASES, Indexed, empty, indexed

TREATED = {
    **CASES,
    "treated": "# Case report\n\nA 40-year-old man had calcinosis cutis of both hands. He was treated with diltiazem "
    "180 mg daily. After six months the calcinosis had resolved.",
}


@pytest.fixture
def service(small: Indexed) -> Service:
    return Service(small.folder, OneEncoder(small.encoder))


@pytest.mark.parametrize(
    ("query", "said"),
    [("", "is empty"), ("  ", "is empty"), ("x" * 100_000, "100,000 characters is over"), ("?", "no letter or digit")],
)
def test_a_wrong_question_names_its_field(service: Service, query: str, said: str) -> None:
    """Search speaks of the query and ask of the question."""
    with pytest.raises(UsageError, match=f"query: .*{said}"):
        service.search(query)
    with pytest.raises(UsageError, match=f"question: .*{said}"):
        service.ask(query)


@pytest.mark.parametrize("value", [0, -3, 101])
def test_a_wrong_number_names_its_field(service: Service, value: int) -> None:
    """Counts are bounded, each under its own name."""
    with pytest.raises(UsageError, match=f"^k: {value} is not in 1..100"):
        service.search("viper", k=value)
    with pytest.raises(UsageError, match=f"^k: {value} is not in 1..100"):
        service.ask("viper", k=value)
    with pytest.raises(UsageError, match=f"^max_per_report: {value} is not in 1..100"):
        service.search("viper", max_per_report=value)


def test_a_wrong_question_is_told_before_a_missing_index(tmp_path: Path) -> None:
    """What the person can mend at once comes first; then that nothing is indexed."""
    made = empty(tmp_path)
    service = Service(made.folder, OneEncoder(made.encoder))
    with pytest.raises(UsageError):
        service.search("")
    with pytest.raises(NoGenerationError):
        service.search("viper")
    with pytest.raises(NoGenerationError):
        service.ask("viper")


def test_search_returns_what_was_asked_for(service: Service) -> None:
    """The query comes back as it was understood, with at most ``k`` hits of the served generation."""
    result = service.search("  antivenom after a viper  ", k=3)
    assert (result.query, result.generation) == ("antivenom after a viper", 1)
    assert len(result.hits) == 3
    assert result.hits[0].report_id == "snake"
    assert result.took_ms >= 0


def test_the_system_is_a_choice(service: Service) -> None:
    """Words alone find only what shares a word; meaning ranks everything."""
    assert {hit.report_id for hit in service.search("viper", system=System("bm25")).hits} == {"snake"}
    assert len({hit.report_id for hit in service.search("viper", system=System("dense")).hits}) == len(CASES)


def test_an_answer_is_slices_with_citations(tmp_path: Path) -> None:
    """Each sentence of an answer is the stored text at its span, a whole sentence, and cited."""
    made = indexed(tmp_path, TREATED)
    answer = Service(made.folder, OneEncoder(made.encoder)).ask("What treatments were tried for calcinosis cutis?")
    assert answer.answerable, answer.reason
    assert any("diltiazem 180" in sentence.text for sentence in answer.sentences)
    generation = made.generation()
    for sentence in answer.sentences:
        report = generation.stored(generation.ordinals[sentence.report_id]).report
        assert sentence.text == report.text[sentence.start : sentence.end]
        assert (sentence.start, sentence.end) in {(each.span.start, each.span.end) for each in report.sentences}
        assert sentence.citation.title == f"On {sentence.report_id}"
        section = report.section_at(sentence.start)
        assert section is not None
        assert section.kind == sentence.section
    assert answer.hits
    assert answer.reason


def test_no_answer_is_said_plainly(service: Service) -> None:
    """Where no report covers the question there are no sentences, a reason, and still the nearest passages."""
    answer = service.ask("What treatments were tried for alkaptonuria?")
    assert not answer.answerable
    assert answer.sentences == ()
    assert "alkaptonuria" in answer.reason
    assert answer.hits


def test_an_empty_index_answers_nothing(small: Indexed, service: Service) -> None:
    """After the last report is gone, search has no hits and ask says so."""
    for name in CASES:
        small.catalog.delete(name)
    small.build()
    assert service.search("viper").hits == ()
    answer = service.ask("What was given after the viper's bite?")
    assert (answer.answerable, answer.sentences, answer.hits) == (False, (), ())
    assert answer.reason


def test_a_corrected_report_is_answered_with_its_new_text(small: Indexed, service: Service) -> None:
    """After a build the next request sees the correction, the old words are gone."""
    assert "Antivenom" in service.search("viper").hits[0].text
    small.put({"snake": "A farmer was bitten by a viper. Nothing was given."})
    assert "Antivenom" in service.search("viper").hits[0].text
    small.build()
    hit = service.search("viper").hits[0]
    assert (hit.report_id, hit.text) == ("snake", "A farmer was bitten by a viper. Nothing was given.")


def test_threads_share_a_service(service: Service) -> None:
    """Questions asked at the same time get the answers they get alone."""
    queries = ["viper", "calcinosis", "wrist cast", "hearing"]
    alone = [[hit.passage_id for hit in service.search(query).hits] for query in queries]
    got: dict[int, list[str]] = {}

    def request(at: int) -> None:
        got[at] = [hit.passage_id for hit in service.search(queries[at % 4]).hits]

    threads = [threading.Thread(target=request, args=(at,)) for at in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {at: alone[at % 4] for at in range(12)}
