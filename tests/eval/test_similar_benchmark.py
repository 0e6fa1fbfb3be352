from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.benchmarks.similar import Text, is_held_out, measured, read, same_diagnosis, same_report, write_set
from eval.harness import index_set
from indexer.encoders.hashing import HashingEncoder

ABSTRACT = "We saw a brewer whose knee was red and hot after a feast of mussels. " * 4
CASE = "The brewer came limping at noon with a red knee, which mussels had made worse than ale ever did. " * 6
FULL = f"Of mussels\n\nAbstract\n\n{ABSTRACT}\n\nIntroduction\n\nMussels are eaten.\n\nCase report\n\n{CASE}"
FILLER = "She walked along the shore in the evening and told the nurse of the long road to the light house. " * 5


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """One full report and three short ones, two of them cases of one disease."""
    texts = {
        "full": FULL,
        "one": f"A case of sarcoidosis in a diver. {FILLER}",
        "two": f"We report a case of sarcoidosis of the lung. {FILLER}",
        "three": "A cook had a burn of the hand.",
    }
    file = tmp_path / "reports.jsonl"
    file.write_text("\n".join(json.dumps({"id": name, "text": text}) for name, text in texts.items()), encoding="utf-8")
    return file


def test_an_abstract_is_looked_for_by_its_case(reports: Path) -> None:
    """Of a full report only the abstract is indexed; its case asks for it."""
    indexed, queries, qrels = same_report(read(reports))
    held = {text.report_id: text for text in indexed}
    assert set(held) == {"full", "one", "two", "three"}
    assert "limping" not in held["full"].text
    assert "feast" in held["full"].text
    assert list(queries) == ["q-full"]
    assert "limping" in queries["q-full"]
    assert "feast" not in queries["q-full"]
    assert qrels == {"q-full": {"full": 1}}


def test_cases_of_one_disease_ask_for_each_other(reports: Path) -> None:
    """Two that call themselves cases of the same disease are relevant to each other, the disease unnamed."""
    indexed, queries, qrels = same_diagnosis(read(reports))
    assert len(indexed) == 4
    assert qrels == {"one": {"two": 1}, "two": {"one": 1}}
    assert not any("sarcoidosis" in text for text in queries.values())


def test_what_is_only_mentioned_is_no_diagnosis() -> None:
    """Reports that name a disease without calling themselves cases of it are not grouped."""
    texts = [Text(str(at), "", f"She feared sarcoidosis. {FILLER}", "", "") for at in range(2)]
    assert same_diagnosis(texts)[1:] == ({}, {})


def test_both_systems_are_scored_on_the_same_queries(reports: Path, tmp_path: Path) -> None:
    """Each has a score for every query, and every search for similar patients is timed."""
    topics = write_set(tmp_path / "set", same_diagnosis(read(reports)))
    generation = index_set(topics, HashingEncoder(), tmp_path / "data")
    scores, spent = measured(topics, generation, lambda *_: None)
    assert [scored.system for scored in scores] == ["hybrid", "similar"]
    assert all(set(scored.per_topic["nDCG@10"]) == {"one", "two"} for scored in scores)
    assert len(spent) == 2


def test_a_query_does_not_find_itself(reports: Path, tmp_path: Path) -> None:
    """With one other case of the disease among four reports, and itself left out, it is among the best three."""
    topics = write_set(tmp_path / "set", same_diagnosis(read(reports)))
    generation = index_set(topics, HashingEncoder(), tmp_path / "data")
    scores, _ = measured(topics, generation, lambda *_: None)
    assert all(value > 0 for scored in scores for value in scored.per_topic["nDCG@10"].values())


def test_about_half_of_the_queries_are_held_out() -> None:
    """The split is by the query's id alone, and even."""
    held = sum(is_held_out(f"q{at}") for at in range(1000))
    assert 450 < held < 550
