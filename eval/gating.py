"""A baseline keeps what each topic scored; the gate says whether a later run of it stands significantly lower."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from corpus.errors import MalformedError, NotFoundError, UsageError
from corpus.journal import now
from eval.comparing import compare
from eval.kept import Kept
from eval.measures import MEASURES
from eval.model import Comparison, Score

_FORMAT = 1
_AGAINST = "baseline"


@dataclass(frozen=True, slots=True)
class Gated:
    """``compared`` holds every run that the baseline knows, ``unknown`` the others as ``set, system``."""

    compared: tuple[Comparison, ...]
    unknown: tuple[str, ...]

    @property
    def fallen(self) -> tuple[Comparison, ...]:
        """The runs that stand significantly below the baseline."""
        return tuple(item for item in self.compared if item.verdict == "lower")


def baseline_of(runs: Sequence[Kept], measure: str = MEASURES[0]) -> dict[str, object]:
    """What ``casetrove eval baseline`` writes: each run's value of ``measure`` topic by topic, and its digest."""
    kept = [
        {
            "set": run.run.set,
            "system": run.run.system,
            "configuration": run.digest,
            "mean": fmean(values.values()),
            "topics": dict(sorted(values.items())),
        }
        for run in runs
        for values in [run.score([measure]).per_topic[measure]]
    ]
    return {"format": _FORMAT, "measure": measure, "date": now(), "runs": kept}


def read_baseline(path: Path) -> tuple[str, list[Score]]:
    """``(measure, scores)`` of a baseline. Raises NotFoundError and MalformedError."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFoundError(f"{path}: there is no such baseline; `casetrove eval baseline RUNS` writes one") from error
    except ValueError as error:
        raise MalformedError(f"{path}: is not JSON ({error})") from error
    try:
        if document["format"] != _FORMAT:
            raise MalformedError(f"{path}: is of format {document['format']}, this is for {_FORMAT}: write it anew")
        measure = str(document["measure"])
        return measure, [_score(run, measure) for run in document["runs"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedError(f"{path}: is no baseline ({error!r}): write it anew") from error


def gate(runs: Sequence[Kept], measure: str, baseline: Sequence[Score]) -> Gated:
    """Each run beside the baseline's values of the same set and system, topic by topic, Holm over the sets.

    Raises UsageError where a set of the baseline was not run, or a set's topics are not those of the baseline: a gate
    that leaves something out shows nothing.
    """
    kept = {(score.set, score.system): score for score in baseline}
    here = {(run.run.set, run.run.system): run.score([measure]) for run in runs}
    missing = [", ".join(place) for place in kept if place not in here]
    if missing:
        raise UsageError(f"the baseline holds what was not run: {'; '.join(missing)}: run it, or write a new baseline")
    for place, score in kept.items():
        if score.per_topic[measure].keys() != here[place].per_topic[measure].keys():
            raise UsageError(
                f"{', '.join(place)}: the topics are not those of the baseline: if the set was changed on purpose, "
                "write a new baseline"
            )
    pairs = [(here[place], _named(kept[place])) for place in here if place in kept]
    unknown = tuple(", ".join(place) for place in here if place not in kept)
    return Gated(tuple(compare(pairs, measure)), unknown)


def _named(score: Score) -> Score:
    return Score(score.set, _AGAINST, score.means, score.per_topic)


def _score(run: Mapping[str, Any], measure: str) -> Score:
    topics = {str(topic): float(value) for topic, value in run["topics"].items()}
    return Score(str(run["set"]), str(run["system"]), {measure: fmean(topics.values())}, {measure: topics})
