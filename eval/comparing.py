"""Systems beside each other: the same topics, one measure, how sure the difference is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import fmean
from typing import Literal

from corpus.errors import UsageError
from eval.model import Comparison, Score
from eval.significance import bootstrap_interval, holm, randomisation_p
from eval.topics import is_learned

Half = Literal["learned", "other"]
"""``learned``: the topics that parameters may be chosen on; ``other``: those that figures are reported on."""


def half_of(score: Score, half: Half | None) -> Score:
    """``score`` over one half of its topics; over all for None. Raises UsageError where that half is empty."""
    if half is None:
        return score
    kept = {
        name: {topic: value for topic, value in values.items() if is_learned(topic) == (half == "learned")}
        for name, values in score.per_topic.items()
    }
    if not all(kept.values()):
        raise UsageError(f"--half {half}: {score.set} has no topic in that half")
    return replace(score, per_topic=kept, means={name: fmean(values.values()) for name, values in kept.items()})


def compare(pairs: Sequence[tuple[Score, Score]], measure: str) -> list[Comparison]:
    """Each pair ``(system, what it is held against)``, in that order, Holm's correction over the sets.

    Pairs of the same two systems on several sets are corrected together. Raises UsageError where the two scores of a
    pair are not over the same topics, or were not measured by ``measure``.
    """
    found = [_compared(one, other, measure) for one, other in pairs]
    families: dict[tuple[str, str], list[int]] = {}
    for at, item in enumerate(found):
        families.setdefault((item.system, item.against), []).append(at)
    for family in families.values():
        for at, corrected in zip(family, holm([found[at].p for at in family]), strict=True):
            found[at] = replace(found[at], holm=corrected)
    return found


def against(scores: Sequence[Score], names: Sequence[str], measure: str) -> list[Comparison]:
    """Every scored system held against each system called in ``names``, set by set."""
    by_place = {(score.set, score.system): score for score in scores}
    pairs = [
        (score, by_place[score.set, name])
        for name in names
        for score in scores
        if score.system != name and (score.set, name) in by_place
    ]
    return compare(pairs, measure)


def _compared(one: Score, other: Score, measure: str) -> Comparison:
    values, others = _values(one, measure), _values(other, measure)
    if one.set != other.set or values.keys() != others.keys():
        raise UsageError(
            f"{one.set}, {one.system} ({len(values)} topics) and {other.set}, {other.system} ({len(others)} topics) "
            "were not measured on the same topics: run both on the same set"
        )
    differences = [values[topic] - others[topic] for topic in values]
    low, high = bootstrap_interval(differences)
    p = randomisation_p(differences)
    return Comparison(
        set=one.set,
        system=one.system,
        against=other.system,
        measure=measure,
        topics=len(values),
        mean=fmean(values.values()),
        mean_against=fmean(others.values()),
        low=low,
        high=high,
        p=p,
        holm=p,
    )


def _values(score: Score, measure: str) -> Mapping[str, float]:
    if measure not in score.per_topic:
        raise UsageError(f"{score.set}, {score.system}: was not measured by {measure}")
    return score.per_topic[measure]
