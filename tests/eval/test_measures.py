"""Measures agree with what is worked out by hand, over every judged topic."""

from __future__ import annotations

import math
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import UsageError
from eval.measures import MEASURES, measure, score
from eval.model import Run, Score


def run_of(**rankings: str) -> Run:
    """A run whose rankings are strings of one-letter document ids."""
    scored = {topic: tuple((doc, 10.0 - rank) for rank, doc in enumerate(order)) for topic, order in rankings.items()}
    return Run("set", "system", scored)


def test_measures_of_one_topic_are_those_worked_out_by_hand() -> None:
    """Relevant at ranks 2 and 4 of two: nDCG 1.0616/1.6309, recall 1, reciprocal rank 1/2."""
    scored = score(run_of(q="xayb"), {"q": {"a": 1, "b": 1}})
    gain = 1 / math.log2(3) + 1 / math.log2(5)
    ideal = 1 + 1 / math.log2(3)
    assert scored.means["nDCG@10"] == pytest.approx(gain / ideal)
    assert scored.means["nDCG@10"] == pytest.approx(0.6509, abs=5e-5)
    assert scored.means["R@100"] == 1.0
    assert scored.means["MRR@10"] == 0.5


def test_grades_weigh_in_ndcg() -> None:
    """A grade of 2 below a grade of 1 costs: (1 + 2/log2 3) / (2 + 1/log2 3)."""
    scored = score(run_of(q="ab"), {"q": {"a": 1, "b": 2}}, ["nDCG@10"])
    assert scored.means["nDCG@10"] == pytest.approx((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)))


def test_recall_counts_relevant_documents_that_were_never_found() -> None:
    """One of four relevant documents found is a recall of a quarter."""
    assert score(run_of(q="ax"), {"q": {"a": 1, "b": 1, "c": 1, "d": 1}}).means["R@100"] == 0.25


def test_cut_offs_are_kept() -> None:
    """The eleventh rank is outside nDCG@10 and MRR@10, and inside R@100."""
    means = score(run_of(q="bcdefghijka"), {"q": {"a": 1}}).means
    assert means == {"nDCG@10": 0.0, "R@100": 1.0, "MRR@10": 0.0, "P@10": 0.0}


def test_every_judged_topic_counts_in_the_average() -> None:
    """Two perfect topics of four judged average one half, whether the others gave nothing or are missing."""
    qrels = {topic: {"a": 1} for topic in ("q1", "q2", "q3", "q4")}
    scored = score(run_of(q1="a", q2="ab", q3=""), qrels)
    assert scored.means == {"nDCG@10": 0.5, "R@100": 0.5, "MRR@10": 0.5, "P@10": 0.05}
    assert scored.queries == 4
    assert scored.per_topic["nDCG@10"] == {"q1": 1.0, "q2": 1.0, "q3": 0.0, "q4": 0.0}


def test_an_empty_run_scores_nothing_and_does_not_fail() -> None:
    """No results at all is 0 over all topics, not an error."""
    scored = score(Run("set", "system", {}), {"q1": {"a": 1}, "q2": {"b": 1}})
    assert scored.means == dict.fromkeys(MEASURES, 0.0)
    assert scored.queries == 2


def test_a_topic_without_relevant_documents_counts_0() -> None:
    """It was judged, so it is in the average."""
    assert score(run_of(q1="a", q2="a"), {"q1": {"a": 1}, "q2": {"a": 0}}).means["nDCG@10"] == 0.5


def test_topics_that_nobody_judged_do_not_count() -> None:
    """Results for an unjudged topic change nothing."""
    scored = score(run_of(q="a", unjudged="zzz"[:1]), {"q": {"a": 1}})
    assert scored.means["MRR@10"] == 1.0
    assert set(scored.per_topic["MRR@10"]) == {"q"}


@pytest.mark.parametrize(("order", "expected"), [("ab", 1.0), ("ba", 0.5)])
def test_equal_scores_do_not_change_the_order(order: str, expected: float) -> None:
    """The ranking's own order is measured, where trec_eval would go by document id."""
    run = Run("set", "system", {"q": tuple((document, 0.5) for document in order)})
    scored = score(run, {"q": {"a": 1}})
    assert scored.means["MRR@10"] == expected
    assert scored.means["nDCG@10"] == pytest.approx(1.0 if expected == 1.0 else 1 / math.log2(3))


@given(
    st.dictionaries(
        st.sampled_from(["q1", "q2", "q3", "q4"]), st.permutations("abcdefghijklmno").map("".join), max_size=4
    ),
    st.dictionaries(
        st.sampled_from(["q1", "q2", "q3", "q4"]),
        st.dictionaries(st.sampled_from("abcdefghijklmnoxyz"), st.integers(0, 3), min_size=1, max_size=6),
        min_size=1,
        max_size=4,
    ),
)
def test_measures_are_those_of_their_definitions(rankings: dict[str, str], qrels: dict[str, dict[str, int]]) -> None:
    """Recall and reciprocal rank equal a plain restatement, all lie in 0..1, and means are means over all topics."""
    scored = score(run_of(**rankings), qrels)
    for topic, grades in qrels.items():
        order = rankings.get(topic, "")
        relevant = {document for document, grade in grades.items() if grade > 0}
        recall = len(relevant & set(order[:100])) / len(relevant) if relevant else 0.0
        ranks = [rank for rank, document in enumerate(order[:10], start=1) if document in relevant]
        assert scored.per_topic["R@100"][topic] == pytest.approx(recall)
        assert scored.per_topic["MRR@10"][topic] == pytest.approx(1 / ranks[0] if ranks else 0.0)
        assert 0.0 <= scored.per_topic["nDCG@10"][topic] <= 1.0 + 1e-9
    for name in MEASURES:
        assert scored.means[name] == pytest.approx(fmean(scored.per_topic[name].values()))
        assert len(scored.per_topic[name]) == len(qrels)


def test_measures_keep_the_names_they_were_asked_by() -> None:
    """ir_measures prints MRR@10 as RR@10; the figures stay under the name of the interface."""
    assert list(score(run_of(q="a"), {"q": {"a": 1}}, ["MRR@10", "P@1"]).means) == ["MRR@10", "P@1"]


def test_two_names_of_one_measure_have_its_figures() -> None:
    """Asked for under both, neither is 0 for it."""
    means = score(run_of(q="a"), {"q": {"a": 1}}, ["RR@10", "MRR@10", "AP", "MAP"]).means
    assert means == {"RR@10": 1.0, "MRR@10": 1.0, "AP": 1.0, "MAP": 1.0}


@pytest.mark.parametrize("name", ["nDCG10", "made-up@10", "", "nDCG@"])
def test_an_unknown_measure_is_named(name: str) -> None:
    """A name that ir_measures does not know is a usage error that repeats it."""
    with pytest.raises(UsageError, match=f"measure: '{name}'"):
        measure(name)


def test_the_json_of_a_score_has_the_promised_shape() -> None:
    """Set, system, measures by name and the number of judged topics, nothing else."""
    assert Score("s", "bm25", {"nDCG@10": 0.5}, {"nDCG@10": {"q1": 1.0, "q2": 0.0}}).as_json() == {
        "set": "s",
        "system": "bm25",
        "measures": {"nDCG@10": 0.5},
        "queries": 2,
    }
