from __future__ import annotations

import tempfile
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.encoders.hashing import HashingEncoder
from indexer.generation import Generation
from search_api.config import HYBRID, Aggregation, System, SystemName
from search_api.retrieval.ranking import best_passages, query_vector, rank, rank_reports
from search_api.retrieval.sought import Sought, sought
from tests.fakes import CASES, Indexed, corpora, indexed, make_report, prose, sentences

SYSTEMS = [
    System("bm25"), System("dense"), HYBRID, System("lexical"), System("hybrid", 0.3), System("hybrid", 1.0),
    System("hybrid", 0.0), System("hybrid", best=3), System("dense", best=2),
    System("hybrid", best=2, aggregation="sum"), System("dense", best=3, aggregation="sum"),
]  # fmt: skip


def cosines(generation: Generation, encoder: HashingEncoder, query: str, system: System = HYBRID) -> np.ndarray:
    """What each report's ``best`` best cosines make, computed from the texts."""
    vector = query_vector(encoder, query)
    found: list[list[float]] = [[] for _ in generation.report_ids]
    for row in range(generation.manifest.passages):
        passage = generation.passage(row)
        report = generation.stored(passage.report).report
        text = f"{report.bibliography.title}\n{passage.span.of(report.text)}"
        found[passage.report].append(float(encoder.encode([text])[0] @ vector))
    ranked = [sorted(each, reverse=True)[: system.best] for each in found]
    low = min(each[0] for each in ranked if each)
    made = {"mean": np.mean, "sum": lambda held: low + sum(max(cosine - low, 0) for cosine in held)}[system.aggregation]
    return np.array([made(each) if each else -1.0 for each in ranked])


def looked_for(generation: Generation) -> Sought:
    return sought(generation, "viper", HYBRID)


def scaled(values: np.ndarray) -> np.ndarray:
    low, high = values.min(), values.max()
    return (values - low) / (high - low) if high > low else np.zeros(len(values))


def brute_force(generation: Generation, encoder: HashingEncoder, query: str, system: System) -> np.ndarray:
    """Every report's score by the definition; -inf for what the system does not return."""
    dense = cosines(generation, encoder, query, system)
    wanted, everyone = sought(generation, query, system), np.arange(len(dense))
    lexical = generation.lexical.scores(wanted.groups, everyone, system.scoring)
    if system.expands:
        lexical += system.pairs * generation.lexical.pair_scores(wanted.pairs, everyone, system.scoring)
    if system.name == "dense":
        return dense
    if not system.uses_vectors:
        return np.where(lexical > 0, lexical, -np.inf)
    return system.dense_weight * scaled(dense) + (1 - system.dense_weight) * scaled(lexical)


@settings(max_examples=25)
@given(reports=corpora(), query=sentences(), system=st.sampled_from(SYSTEMS))
def test_ranking_is_what_its_definition_says(reports: dict[str, str], query: str, system: System) -> None:
    """Each system's scores are those computed by hand, they fall, and no report is left out or told twice."""
    with tempfile.TemporaryDirectory() as folder:
        made = indexed(Path(folder), reports)
        expected = brute_force(made.generation(), HashingEncoder(), query, system)
        found = rank_reports(made.generation(), query, system, 100)
        scores = dict(found)
        assert set(scores) == {name for name, score in zip(sorted(reports), expected, strict=True) if score > -np.inf}
        assert len(found) == len(scores)
        for name, score in zip(sorted(reports), expected, strict=True):
            if score > -np.inf:
                assert scores[name] == pytest.approx(score, abs=1e-5)
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_reciprocal_ranks_are_added(small: Indexed) -> None:
    """With rank fusion a report has 1 / (constant + rank) by meaning, and by words where it holds any."""
    generation, query = small.generation(), "calcinosis and a rash"
    system = System("hybrid", fusion="rrf", rrf=10)
    by_word = [name for name, _ in rank_reports(generation, query, System("lexical"), 10)]
    by_meaning = [name for name, _ in rank_reports(generation, query, System("dense"), 10)]
    assert 0 < len(by_word) < len(by_meaning) == len(CASES)
    expected = {name: 1 / (10 + place) for place, name in enumerate(by_meaning, 1)}
    for place, name in enumerate(by_word, 1):
        expected[name] += 1 / (10 + place)
    found = dict(rank_reports(generation, query, system, 10))
    assert found == pytest.approx(expected)


@pytest.mark.parametrize("system", SYSTEMS, ids=str)
def test_equal_reports_come_by_id(tmp_path: Path, system: System) -> None:
    """Ties go by report id, wherever the list is cut, so that the same question always has the same answer."""
    same = make_report("A viper bit the farmer.", "One title")
    made = indexed(tmp_path, {"c": same, "a": same, "d": same, "b": same, "zz": "Gout of the knee."})
    for depth in (1, 2, 3, 4):
        found = rank_reports(made.generation(), "viper", system, depth)
        assert [name for name, _ in found] == ["a", "b", "c", "d"][:depth]


@pytest.mark.parametrize("system", SYSTEMS[:3], ids=str)
@pytest.mark.parametrize(
    ("query", "expected"),
    [("diltiazem for calcinosis", "calcinosis"), ("antivenom viper farmer", "snake"), ("plaster cast", "wrist")],
)
def test_every_system_finds_what_was_asked(small: Indexed, system: System, query: str, expected: str) -> None:
    """A question that one report answers has that report first."""
    assert rank_reports(small.generation(), query, system, 3)[0][0] == expected


@pytest.mark.parametrize("system", SYSTEMS[:3], ids=str)
def test_depth_only_cuts(small: Indexed, system: System) -> None:
    """Fewer results are the first of more, with the same scores."""
    generation = small.generation()
    whole = rank_reports(generation, "rash and swelling", system, 100)
    for depth in (1, 2, 4):
        assert rank_reports(generation, "rash and swelling", system, depth) == whole[:depth]


def test_a_system_depth_leaves_far_candidates_out(small: Indexed) -> None:
    """The hybrid looks at the best ``depth`` reports of either search and at no others."""
    generation = small.generation()
    assert len(rank_reports(generation, "viper", System("hybrid", 0.6, 1), 1)) == 1
    vector = query_vector(small.encoder, "viper")
    assert len(rank(generation, vector, looked_for(generation), System("hybrid", 0.6, 2), 2).ordinals) == 2


def test_words_alone_need_no_encoder(small: Indexed) -> None:
    """BM25 ranks without a vector, and words of no report find nothing."""
    generation = small.generation()
    assert rank(generation, None, looked_for(generation), System("bm25"), 5).ordinals.tolist() == [
        generation.ordinals["snake"]
    ]
    assert rank_reports(generation, "zebra", System("bm25"), 5) == []


@pytest.mark.parametrize("name", get_args(SystemName))
def test_a_question_of_stop_words_is_no_error(small: Indexed, name: SystemName) -> None:
    """Words that the index leaves out find nothing by themselves; meaning may find something."""
    found = rank_reports(small.generation(), "is it the", System(name), 5)
    assert (found == []) == (name in ("bm25", "lexical"))


def test_the_best_passage_speaks_for_its_report(small: Indexed) -> None:
    """Reports come by their best passage, however many passages others have, as deep as asked."""
    generation = small.generation()
    vector = query_vector(small.encoder, "Such fractures heal in a cast")
    for depth in range(1, 7):
        ordinals, scores = best_passages(generation, vector, depth)
        expected = cosines(generation, HashingEncoder(), "Such fractures heal in a cast")
        order = np.lexsort((np.arange(6), -expected))[:depth]
        assert ordinals.tolist() == order.tolist()
        np.testing.assert_allclose(scores, expected[order], atol=1e-5)


def test_one_report_of_many_passages_does_not_hide_the_others(tmp_path: Path) -> None:
    """The search goes deeper until it has as many reports as asked."""
    long = "\n\n".join(f"# Case {at}\n\nA viper bit the farmer, who took antivenom." for at in range(60))
    made = indexed(tmp_path, {**CASES, "long": long})
    found = rank_reports(made.generation(), "A viper bit the farmer", System("dense"), 7)
    assert len(found) == 7


def test_more_good_passages_help_by_sum_alone(tmp_path: Path) -> None:
    """By sum a report with two good passages is above one with the same best passage alone; by maximum they tie."""
    good, far = "# Case report\n\nA viper bit the farmer.", "# Discussion\n\nGout of the knee was found in a brewer."
    twice = good + "\n\n# Outcome\n\nA viper bit the farmer again."
    made = indexed(tmp_path, {name: make_report(text, "Bites") for name, text in {
        "a": good, "b": f"{good}\n\n{far}", "c": twice, "z": "Plaster casts heal fractures.",
    }.items()})  # fmt: skip

    def scores(**settings: object) -> dict[str, float]:
        return dict(rank_reports(made.generation(), "viper farmer", System("dense", **settings), 9))  # type: ignore[arg-type]

    best, mean, total = scores(), scores(best=2), scores(best=2, aggregation="sum")
    assert total["c"] > total["b"] >= total["a"] == pytest.approx(best["a"])
    assert mean["b"] < mean["a"]
    assert scores(aggregation="sum") == best
    assert max(total, key=total.__getitem__) == "c"


@pytest.mark.parametrize("aggregation", get_args(Aggregation))
def test_several_passages_are_weighed_beyond_the_page(tmp_path: Path, aggregation: Aggregation) -> None:
    """However few reports are asked for, they are the first of all, though others may have the one best passage."""
    made = indexed(tmp_path, {f"r{at}": prose(at, 400) for at in range(30)})
    system = System("dense", best=4, aggregation=aggregation)
    whole = rank_reports(made.generation(), prose(3, 20), system, 30)
    for depth in (1, 3, 10):
        assert rank_reports(made.generation(), prose(3, 20), system, depth) == whole[:depth]


def test_a_query_vector_has_length_one(small: Indexed) -> None:
    """Also that of a question longer than the encoder's limit, of which nothing is cut off."""
    encoder = HashingEncoder(max_tokens=10)
    short, long = "fever and rash", "fever " * 10 + "rash " * 10
    assert np.linalg.norm(query_vector(encoder, short)) == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(query_vector(encoder, short), encoder.encode([short], "query")[0], atol=1e-6)
    fever, rash = encoder.encode(["fever", "rash"], "query")
    expected = (fever + rash) / np.linalg.norm(fever + rash)
    np.testing.assert_allclose(query_vector(encoder, long), expected, atol=1e-5)
