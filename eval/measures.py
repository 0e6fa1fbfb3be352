"""Measures of ranking, by ir_measures: a measure is a value that its name parses to."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import ir_measures
from ir_measures.measures import Measure

from corpus.errors import UsageError
from eval.model import Qrels, Ranking, Run, Score

MEASURES = ("nDCG@10", "R@100", "MRR@10", "P@10")
"""What is measured where nothing else is asked for; the first is what runs are compared by."""


def measure(name: str) -> Measure:
    """The measure called ``name`` ("nDCG@10"). Raises UsageError."""
    try:
        return ir_measures.parse_measure(name)
    except (NameError, ValueError, SyntaxError) as error:
        raise UsageError(f"measure: {name!r} is none that ir_measures knows ({error})") from error


def score(run: Run, qrels: Qrels, names: Sequence[str] = MEASURES) -> Score:
    """The measures ``names`` of ``run``, over *every* topic in ``qrels``: one without results counts 0.

    The order of each ranking is what is measured: scores are replaced by ranks first, since tools differ in
    how they part equal scores (trec_eval goes by document id).
    """
    by_measure: dict[Measure, list[str]] = {}
    for name in names:
        by_measure.setdefault(measure(name), []).append(name)
    per_topic = {name: dict.fromkeys(qrels, 0.0) for name in names}
    judged = {topic: dict(grades) for topic, grades in qrels.items()}
    ranked = {topic: _by_rank(run.rankings.get(topic, ())) for topic in qrels}
    for metric in ir_measures.iter_calc(list(by_measure), judged, ranked):
        for name in by_measure[metric.measure]:
            per_topic[name][metric.query_id] = metric.value
    return Score(
        set=run.set,
        system=run.system,
        means={name: fmean(values.values()) if values else 0.0 for name, values in per_topic.items()},
        per_topic=per_topic,
    )


def _by_rank(ranking: Ranking) -> dict[str, float]:
    return {document: float(len(ranking) - rank) for rank, (document, _) in enumerate(ranking)}
