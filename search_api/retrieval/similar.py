"""Which reports tell of a patient like the one of a vignette.

Candidates are the best reports by the vignette's findings, by its words and by its meaning. Those best by all three
are read: their own findings are compared one by one, whatever they say in discussing other patients.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corpus.catalog import Stored
from corpus.findings import Finding, report_findings
from corpus.patients import PatientMention
from indexer.encoders.base import Vectors
from indexer.facts import SEXES, UNKNOWN
from indexer.generation import Generation
from indexer.lexical import Scoring, plain
from search_api.retrieval.conditions import Admitted
from search_api.retrieval.ranking import best_passages, query_vector
from search_api.retrieval.vignette import CERTAIN, Vignette, first_mentions, groups

Floats = NDArray[np.float64]
Ordinals = NDArray[np.int64]

POOL: Final = 100
"""How many reports are proposed by findings, by words and by meaning each."""
READ: Final = 60
"""How many of them are read at least."""
_KEPT: Final = 4096
_SAME_AGE: Final = 0.35
"""Ages that are this far apart on a logarithmic scale are half as close as equal ones (40 and 57, 1 and 1.8)."""
_LATE: Final = 1.0
"""In years, added to ages before they are compared: weeks count less than years."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What goes into a report's score; each part is scaled to 0..1 over the candidates but the last three.

    ``findings``: the weight of the vignette's findings that the report has, of all; ``concepts`` and ``words``: BM25 by
    concepts and by words; ``meaning``: the best passage's cosine. ``denial``: taken off for findings that one has and
    the other denies, by their share of the weight. ``age`` and ``sex``: added where they are close, and equal.
    """

    findings: float = 0.3
    concepts: float = 0.1
    words: float = 0.3
    meaning: float = 0.3
    denial: float = 0.15
    age: float = 0.03
    sex: float = 0.02


WEIGHTS: Final = Weights()


@dataclass(frozen=True, slots=True)
class Match:
    """A finding of the vignette (its place in ``sought`` or ``denied``) and the report's that meets it.

    ``factor``: what it counts where the same concept, asserted as surely, counts 1.
    """

    at: int
    finding: Finding
    factor: float
    same: bool


@dataclass(frozen=True, slots=True)
class Like:
    """A report ranked: ``matches`` by the vignette's findings in their order; the rest as in the result."""

    ordinal: int
    score: float
    matches: tuple[Match, ...]
    denied: tuple[Match, ...]
    contradicted: tuple[Match, ...]
    """Findings that the vignette denies and the report asserts."""


class Readings:
    """The findings of reports by their reading, the last read kept. Safe to share between threads."""

    def __init__(self, kept: int = _KEPT) -> None:
        self._kept = kept
        self._found: OrderedDict[tuple[str, str], dict[int, Finding]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, stored: Stored) -> dict[int, Finding]:
        """By concept the mention that says most of the report's own patients."""
        key = (stored.report_id, stored.digest)
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        found = first_mentions(report_findings(stored.report))
        with self._lock:
            self._found[key] = found
            while len(self._found) > self._kept:
                self._found.popitem(last=False)
        return found


def most_similar(
    generation: Generation,
    vignette: Vignette,
    readings: Readings,
    *,
    depth: int,
    without: int | None = None,
    admitted: Admitted | None = None,
    weights: Weights = WEIGHTS,
) -> tuple[list[Like], Vectors]:
    """The best ``depth`` reports that are ``admitted``, scores falling, ties by report id; and the vignette's vector.

    ``without``: the ordinal of the vignette's own report.
    """
    vector = query_vector(generation.encoder, vignette.plain)
    candidates = _candidates(generation, vignette, vector, without, admitted)
    if not len(candidates):
        return [], vector
    base = _base(generation, vignette, vector, candidates, weights)
    base += _patients(generation, vignette.patient, candidates, weights)
    best = np.lexsort((generation.by_id[candidates], -base))[: max(READ, depth)]
    ranked = [
        _compared(vignette, int(candidates[at]), readings.of(generation.stored(int(candidates[at]))), base[at], weights)
        for at in best
    ]
    ranked.sort(key=lambda like: (-like.score, generation.by_id[like.ordinal]))
    return ranked[:depth], vector


def _candidates(
    generation: Generation, vignette: Vignette, vector: Vectors, without: int | None, admitted: Admitted | None
) -> Ordinals:
    mask = generation.alive.copy() if admitted is None else admitted.reports.copy()
    if without is not None:
        mask[without] = False
    by_passage, _ = best_passages(generation, vector, POOL + 1, admitted)
    lexical = generation.lexical
    by_concepts = lexical.search(groups(vignette, lexical), POOL, generation.by_id, Scoring(), mask)
    by_words = lexical.search(plain(vignette.plain), POOL, generation.by_id, Scoring(), mask)
    proposed = np.unique(np.concatenate([by_passage, by_concepts, by_words]))
    return np.asarray(proposed[mask[proposed]], dtype=np.int64)


def _base(
    generation: Generation, vignette: Vignette, vector: Vectors, candidates: Ordinals, weights: Weights
) -> Floats:
    """What is known of the candidates without reading them."""
    lexical = generation.lexical
    concepts = _scaled(lexical.scores(groups(vignette, lexical), candidates, Scoring()))
    words = _scaled(lexical.scores(plain(vignette.plain), candidates, Scoring()))
    rows = generation.rows_of(candidates)
    meaning = np.full(len(candidates), -1.0)
    owners = np.searchsorted(candidates, generation.passage_reports[rows])
    np.maximum.at(meaning, owners, generation.vectors.scores(vector, rows))
    return weights.concepts * concepts + weights.words * words + weights.meaning * _scaled(meaning)


def _patients(
    generation: Generation, patient: PatientMention | None, candidates: Ordinals, weights: Weights
) -> Floats:
    """For the patient of each candidate that is nearest: how near in age, and whether of the same sex."""
    out: Floats = np.zeros(len(candidates), dtype=np.float64)
    if patient is None:
        return out
    told = generation.facts.patients
    told = told[np.isin(told["report"], candidates)]
    apart = np.abs(np.log((told["age"] + _LATE) / (patient.age + _LATE)))
    near = weights.age * np.exp2(-apart / _SAME_AGE)
    if patient.sex is not None:
        near = near + weights.sex * (told["sex"] == SEXES.index(patient.sex))
    np.maximum.at(out, np.searchsorted(candidates, told["report"]), near)
    return out


def _compared(
    vignette: Vignette, ordinal: int, read: dict[int, Finding], base: float, weights: Weights
) -> Like:
    """A report whose findings were ``read``, set against the vignette's."""
    matches: dict[int, Match] = {}
    for concept, finding in read.items():
        certain = CERTAIN.get(finding.assertion, 0.0)
        for at, factor in vignette.kin.get(concept, ()) if certain else ():
            if at not in matches or certain * factor > matches[at].factor:
                matches[at] = Match(at, finding, certain * factor, factor == 1.0)
    total = max(sum(each.weight for each in vignette.sought), 1e-9)
    shared = sum(vignette.sought[at].weight * match.factor for at, match in matches.items()) / total
    denied = tuple(
        Match(at, read[concept], 1.0, True)
        for at, each in enumerate(vignette.sought)
        for concept in each.finding.concepts[:1]
        if at not in matches and concept in read and read[concept].assertion == "absent"
    )
    contradicted = tuple(
        Match(at, read[concept], 1.0, True)
        for at, each in enumerate(vignette.denied)
        for concept in each.finding.concepts[:1]
        if concept in read and read[concept].assertion == "present"
    )
    against = sum(vignette.sought[each.at].weight for each in denied)
    against += sum(vignette.denied[each.at].weight for each in contradicted)
    score = base + weights.findings * shared - weights.denial * min(1.0, against / total)
    return Like(ordinal, float(score), tuple(matches[at] for at in sorted(matches)), denied, contradicted)


def patients_of(generation: Generation, ordinal: int) -> list[tuple[float, str | None]]:
    """The report's patients as its facts have them: age in years and sex."""
    told = generation.facts.patients
    own = told[told["report"] == ordinal]
    return [(float(age), None if sex == UNKNOWN else SEXES[sex]) for _, age, sex in own.tolist()]


def _scaled(values: Floats) -> Floats:
    low, high = float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
