"""Which reports tell of a patient like the one of a vignette.

Candidates are the best reports by the vignette's findings, by its words and by its meaning. Those best by all three
are read: their own findings are compared one by one, whatever they say in discussing other patients.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from corpus.assertion import Assertion
from corpus.catalog import Stored
from corpus.findings import Finding, Naming, asserted, case_sentences, named
from corpus.model import Report
from corpus.patients import PatientMention, Sex
from indexer.encoders.base import Vectors
from indexer.facts import SEXES, UNKNOWN
from indexer.generation import Generation
from indexer.lexical import Group, Scoring, plain
from search_api.kept import Kept
from search_api.retrieval.conditions import Admitted
from search_api.retrieval.ranking import best_passages, query_vector
from search_api.retrieval.vignette import CERTAIN, SIBLING, Vignette, Wanted, groups

Floats = NDArray[np.float64]
Ordinals = NDArray[np.int64]

POOL: Final = 100
"""How many reports are proposed by findings, by words and by meaning each."""
READ: Final = 60
"""How many of them are read at least."""
_MOST: Final = 1 << 22
_TELLING: Final[tuple[Assertion, ...]] = ("present", "past", "possible", "absent", "hypothetical", "family")
"""What says most of a patient comes first."""
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

    findings: float = 0.22
    concepts: float = 0.11
    words: float = 0.22
    meaning: float = 0.45
    denial: float = 0.1
    age: float = 0.03
    sex: float = 0.015

    def sum(self, weights: Weights) -> float:
        """The score that parts of this size make."""
        gain = sum(getattr(self, name) * getattr(weights, name) for name in _GAINS)
        return float(gain - self.denial * weights.denial)


_GAINS: Final = ("findings", "concepts", "words", "meaning", "age", "sex")
WEIGHTS: Final = Weights()


@dataclass(frozen=True, slots=True)
class Match:
    """A finding of the vignette (its place in ``sought`` or ``denied``) and the report's that meets it.

    ``factor``: what it counts where the same concept, asserted as surely, counts 1. ``same``: it is the same concept;
    else one is a kind of the other, or, not ``near``, both are kinds of a third.
    """

    at: int
    finding: Finding
    factor: float
    same: bool
    near: bool = True


@dataclass(frozen=True, slots=True)
class Like:
    """A report ranked: its score and the parts that it is made of, with what matches in the vignette's order.

    ``matches`` are the near ones: what is only another kind of the same counts a little and is nothing shared.
    """

    ordinal: int
    score: float
    parts: Weights
    matches: tuple[Match, ...]
    denied: tuple[Match, ...]
    """Findings looked for that the report denies."""
    contradicted: tuple[Match, ...]
    """Findings that the vignette denies and the report asserts, of now or of the past."""


class Readings:
    """What reports name, sentence by sentence, the last read kept. Safe to share between threads."""

    def __init__(self, most: int = _MOST) -> None:
        """``most``: code points of the texts whose names are kept."""
        self._namings = Kept(_namings, most)

    def of(self, stored: Stored, wanted: Container[int]) -> dict[int, Finding]:
        """By ``wanted`` concept the mention that says most of the report's own patients."""
        text = stored.report.text
        best: dict[int, Finding] = {}
        for naming in self._namings.of(stored):
            if not any(concept in wanted for name in naming.names for concept in name.concepts):
                continue
            for each in asserted(text, naming):
                for concept in each.concepts:
                    known = best.get(concept)
                    if known is None or _TELLING.index(each.assertion) < _TELLING.index(known.assertion):
                        best[concept] = each
        return best


def _namings(report: Report) -> list[Naming]:
    return named(report.text, case_sentences(report))


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
    asked = groups(vignette, generation.lexical)
    candidates = _candidates(generation, vignette, asked, vector, without, admitted)
    parts = _parts(generation, vignette, asked, vector, candidates, admitted)
    proposed = [each.sum(weights) for each in parts]
    best = np.lexsort((generation.by_id[candidates], -np.array(proposed)))[: max(READ, depth)]
    wanted = vignette.kin.keys() | {concept for each in vignette.denied for concept in each.finding.concepts}
    ranked = [
        _compared(vignette, ordinal, readings.of(generation.stored(ordinal), wanted), parts[at], weights)
        for at, ordinal in zip(best.tolist(), candidates[best].tolist(), strict=True)
    ]
    ranked.sort(key=lambda like: (-like.score, generation.by_id[like.ordinal]))
    return ranked[:depth], vector


def _candidates(
    generation: Generation,
    vignette: Vignette,
    asked: list[Group],
    vector: Vectors,
    without: int | None,
    admitted: Admitted | None,
) -> Ordinals:
    mask = generation.alive.copy() if admitted is None else admitted.reports.copy()
    if without is not None:
        mask[without] = False
    readable = np.zeros(len(mask), dtype=np.bool_)
    readable[generation.passage_reports if admitted is None else generation.passage_reports[admitted.rows]] = True
    mask &= readable
    by_passage, _ = best_passages(generation, vector, POOL, admitted)
    search = generation.lexical.search
    by_concepts = search(asked, POOL, generation.by_id, Scoring(), mask)
    by_words = search(plain(vignette.plain), POOL, generation.by_id, Scoring(), mask)
    proposed = np.unique(np.concatenate([by_passage, by_concepts, by_words]))
    return np.asarray(proposed[mask[proposed]], dtype=np.int64)


def _parts(
    generation: Generation,
    vignette: Vignette,
    asked: list[Group],
    vector: Vectors,
    candidates: Ordinals,
    admitted: Admitted | None,
) -> list[Weights]:
    """What is known of the candidates without reading them."""
    lexical = generation.lexical
    concepts = _scaled(lexical.scores(asked, candidates, Scoring()))
    words = _scaled(lexical.scores(plain(vignette.plain), candidates, Scoring()))
    rows = generation.rows_of(candidates)
    if admitted is not None:
        rows = rows[admitted.rows[rows]]
    meaning = np.full(len(candidates), -1.0)
    owners = np.searchsorted(candidates, generation.passage_reports[rows])
    np.maximum.at(meaning, owners, generation.vectors.scores(vector, rows))
    ages, sexes = _nearest_patients(generation, vignette.patient, candidates)
    columns = (concepts, words, _scaled(meaning), ages, sexes)
    return [
        Weights(0.0, a, b, c, 0.0, d, e) for a, b, c, d, e in zip(*(each.tolist() for each in columns), strict=True)
    ]


def _nearest_patients(
    generation: Generation, patient: PatientMention | None, candidates: Ordinals
) -> tuple[Floats, Floats]:
    """For each candidate how near the age of its nearest patient is, 0..1, and whether one is of the same sex."""
    ages, sexes = np.zeros(len(candidates)), np.zeros(len(candidates))
    if patient is None:
        return ages, sexes
    told = generation.facts.patients
    told = told[np.isin(told["report"], candidates)]
    owners = np.searchsorted(candidates, told["report"])
    apart = np.abs(np.log((told["age"] + _LATE) / (patient.age + _LATE)))
    np.maximum.at(ages, owners, np.exp2(-apart / _SAME_AGE))
    if patient.sex is not None:
        np.maximum.at(sexes, owners, (told["sex"] == SEXES.index(patient.sex)).astype(np.float64))
    return ages, sexes


def _compared(vignette: Vignette, ordinal: int, read: dict[int, Finding], parts: Weights, weights: Weights) -> Like:
    """A report whose findings were ``read``, set against the vignette's."""
    matches: dict[int, Match] = {}
    for concept, finding in read.items():
        certain = CERTAIN.get(finding.assertion, 0.0)
        for at, factor in vignette.kin.get(concept, ()) if certain else ():
            if at not in matches or certain * factor > matches[at].factor:
                matches[at] = Match(at, finding, certain * factor, factor == 1.0, factor > SIBLING)
    near = {at for at, match in matches.items() if match.near}
    denied = tuple(
        Match(at, told, 1.0, True)
        for at, each in enumerate(vignette.sought)
        if at not in near and (told := _told(each, read, ("absent",)))
    )
    contradicted = tuple(
        Match(at, told, 1.0, True)
        for at, each in enumerate(vignette.denied)
        if (told := _told(each, read, ("present", "past")))
    )
    for each in denied:
        matches.pop(each.at, None)  # what is denied outright is not had as another kind
    total = max(sum(each.weight for each in vignette.sought), 1e-9)
    shared = sum(vignette.sought[at].weight * match.factor for at, match in matches.items())
    against = sum(vignette.sought[each.at].weight for each in denied)
    against += sum(vignette.denied[each.at].weight for each in contradicted)
    parts = replace(parts, findings=shared / total, denial=min(1.0, against / total))
    in_order = tuple(matches[at] for at in sorted(near))
    return Like(ordinal, parts.sum(weights), parts, in_order, denied, contradicted)


def _told(sought: Wanted, read: dict[int, Finding], asserted_so: Container[Assertion]) -> Finding | None:
    """What the report tells of just the finding, if it asserts it in one of these ways."""
    found = (read[concept] for concept in sought.finding.concepts if concept in read)
    return next((finding for finding in found if finding.assertion in asserted_so), None)


def patients_of(generation: Generation, ordinal: int) -> list[tuple[float, Sex | None]]:
    """The report's patients as its facts have them: age in years and sex."""
    told = generation.facts.patients
    own = told[told["report"] == ordinal]
    return [(float(age), None if sex == UNKNOWN else SEXES[sex]) for _, age, sex in own.tolist()]


def _scaled(values: Floats) -> Floats:
    low, high = float(values.min(initial=np.inf)), float(values.max(initial=-np.inf))
    return (values - low) / (high - low) if high > low else np.zeros_like(values)
