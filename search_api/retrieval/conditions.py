"""Which reports and passages a question's conditions admit: masks over the whole generation, before anything is ranked.

Filters are looked up in the reports' facts. Words come from the postings; what their order or letters decide is
looked up in the reports' words. A report that does not tell a fact does not meet a filter on it: not reported is not
no, so it is counted as left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.terminology.kinds import DRUG
from corpus.terminology.naming import is_abbreviation
from corpus.terminology.terminology import shipped
from indexer.analyzer import short_term
from indexer.analyzer import terms as analysed
from indexer.facts import KINDS, SEXES, UNKNOWN, Facts
from indexer.generation import Generation
from indexer.wordings import comparable, finder
from search_api.answering.treatments import named
from search_api.retrieval.filters import Filters, Range
from search_api.retrieval.query import Asked
from search_api.retrieval.spelling import speller
from search_api.retrieval.treated import treated

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Admitted:
    """``reports`` by ordinal and ``rows`` by row: what may be found. The rest is told with the result."""

    reports: Mask
    rows: Mask
    left_out_unknown: dict[str, int]
    notices: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many reports may be found."""
        return int(np.count_nonzero(self.reports))


@dataclass(frozen=True, slots=True)
class Met:
    """A filter's reports: those that meet it, and those that do not tell (never the same)."""

    name: str
    passes: Mask
    unknown: Mask

    @property
    def possible(self) -> Mask:
        """Those that meet it or may."""
        return self.passes | self.unknown


class _Wording(NamedTuple):
    """Words to be found to the letter: a report that lacks one of ``terms`` need not be looked at."""

    words: str
    terms: frozenset[str]
    is_in: Callable[[str], bool]


def admit(generation: Generation, asked: Asked) -> Admitted | None:
    """What ``asked`` admits of ``generation``; None where it sets no condition, so that all is."""
    if not asked.is_bound:
        return None
    filters = asked.filters
    found = list(told(generation, filters))
    rows = _rows(generation, filters)
    possible = reduce(np.logical_and, (each.possible for each in found), generation.alive.copy())
    if filters.section:
        has_one = np.zeros(len(possible), dtype=np.bool_)
        has_one[generation.passage_reports[rows]] = True
        possible &= has_one
    possible = by_words(generation, asked, possible)
    reports = reduce(np.logical_and, (each.passes for each in found), possible)
    left_out = {each.name: int(np.count_nonzero(each.unknown & possible)) for each in found if each.unknown.any()}
    return Admitted(
        reports,
        rows & reports[generation.passage_reports],
        {name: count for name, count in left_out.items() if count},
        tuple(_unmet(generation, asked, found=bool(reports.any()))),
    )


def newest_first(generation: Generation, admitted: Admitted) -> NDArray[np.int64]:
    """The admitted reports that have a passage: years falling, those without one last, ties by report id."""
    ordinals = np.unique(generation.passage_reports[admitted.rows])
    return ordinals[np.lexsort((generation.by_id[ordinals], -generation.facts.years[ordinals].astype(np.int64)))]


def drug_names(generation: Generation, ordinal: int, filters: Filters) -> tuple[str, ...]:
    """The names by which a report tells of the drugs asked for."""
    text = generation.wording(ordinal)
    return tuple(each.words for each in _names(filters.drug) if each.is_in(text))


def told(generation: Generation, filters: Filters) -> Iterable[Met]:
    """Each filter on what a report tells of itself and its patients, with whom it meets."""
    facts = generation.facts
    if filters.year:
        unknown = facts.years == UNKNOWN
        yield Met("year", _in_any(filters.year, facts.years) & ~unknown, unknown)
    if filters.kind:
        passes = np.isin(facts.kinds, [KINDS.index(kind) for kind in filters.kind])
        yield Met("kind", passes, (facts.kinds == KINDS.index("unknown")) & ~passes)
    if filters.journal:
        yield Met("journal", np.isin(facts.journals, _journals(facts, filters.journal)), facts.journals == UNKNOWN)
    if filters.age or filters.sex:
        yield from _patients(facts, filters)
    if filters.treatment:
        given = (treated(generation, each) for each in filters.treatment)
        yield Met("treatment", np.asarray(reduce(np.logical_or, given)), ~generation.treatments.told)


def _patients(facts: Facts, filters: Filters) -> Iterable[Met]:
    """One patient of the report must be of the age and of the sex."""
    owners, ages, sexes = (facts.patients[name] for name in ("report", "age", "sex"))
    ages_fit = _in_any(filters.age, ages) if filters.age else np.ones(len(ages), dtype=np.bool_)
    sexes_fit = np.isin(sexes, [SEXES.index(sex) for sex in filters.sex])
    sexes_fit |= not filters.sex
    untold = (sexes == UNKNOWN) & bool(filters.sex)

    def of(rows: Mask) -> Mask:
        found = np.zeros(len(facts), dtype=np.bool_)
        found[owners[rows]] = True
        return found

    passes = of(ages_fit & sexes_fit)
    none = ~of(np.ones(len(owners), dtype=np.bool_))
    if filters.age:
        yield Met("age", passes if not filters.sex else passes | of(ages_fit & untold), none & ~passes)
    if filters.sex:
        yield Met("sex", passes, (of(ages_fit & untold) | none) & ~passes)


def _rows(generation: Generation, filters: Filters) -> Mask:
    """The passages of the sections asked for."""
    if not filters.section:
        return np.ones(len(generation.passage_reports), dtype=np.bool_)
    return np.asarray(reduce(np.logical_or, (generation.rows_of_kind(kind) for kind in filters.section)))


def by_words(generation: Generation, asked: Asked, among: Mask) -> Mask:
    """Those ``among`` the reports that hold what they must, and nothing that they must not."""
    for word in asked.must:
        among = _holding(generation, word, among)
    for phrase in asked.phrases:
        among = _to_the_letter(generation, (_wording(phrase),), among)
    if asked.filters.drug:
        among = _to_the_letter(generation, _names(asked.filters.drug), among)
    for words in asked.must_not:
        is_phrase = " " in words or words[0] == '"'
        bare = words.strip('"')
        held = _to_the_letter(generation, (_wording(bare),), among) if is_phrase else _holding(generation, bare, among)
        among = among & ~held
    return among


def _holding(generation: Generation, word: str, among: Mask) -> Mask:
    """Those ``among`` the reports that hold ``word`` as the analyzer sees it; one that it leaves out, to the letter.

    A short form that any report holds counts in its case; in a run of capitals too, unless it is an ordinary word.
    """
    terms = analysed(word)
    if (short := short_term(word)) and generation.lexical.document_frequency(short):
        held = generation.lexical.holding({short}) & among
        if not terms or generation.abbreviations.is_ordinary(word.lower()):
            return held
        others = generation.lexical.holding(set(terms)) & among & ~held
        written = re.compile(rf"(?<!\w){re.escape(word)}s?(?!\w)")
        for ordinal in np.flatnonzero(others):
            report = generation.stored(int(ordinal)).report
            held[ordinal] = bool(written.search(report.text) or written.search(report.bibliography.title or ""))
        return held
    if not terms:
        return _to_the_letter(generation, (_wording(word),), among)
    return generation.lexical.holding_in_a_row(terms, among)


def _to_the_letter(generation: Generation, wordings: Sequence[_Wording], among: Mask) -> Mask:
    """Those ``among`` the reports that hold one of ``wordings`` word for word."""
    found = np.zeros_like(among)
    for each in wordings:
        if all(map(generation.lexical.document_frequency, each.terms)):
            candidates = generation.lexical.holding(each.terms) & among & ~found
            found |= _checked(generation, candidates, each.is_in)
    return found


def _checked(generation: Generation, candidates: Mask, holds: Callable[[str], bool]) -> Mask:
    found = np.zeros_like(candidates)
    for ordinal in np.flatnonzero(candidates):
        found[ordinal] = holds(generation.wording(int(ordinal)))
    return found


def _in_any(ranges: Sequence[Range], values: NDArray[np.generic]) -> Mask:
    return np.asarray(reduce(np.logical_or, (each.holds(values) for each in ranges)))


def _journals(facts: Facts, wanted: Sequence[str]) -> list[int]:
    """The journals whose name holds the words of one of ``wanted``, one after another."""
    return [at for at, name in enumerate(facts.journal_names) if any(f" {each} " in f" {name} " for each in wanted)]


def _unmet(generation: Generation, asked: Asked, *, found: bool) -> Iterable[str]:
    """What no report at hand could meet, and what +words do where none holds them all."""
    for journal in asked.filters.journal:
        if not _journals(generation.facts, (journal,)):
            yield f"no report at hand is of a journal named “{journal}”"
    for drug in asked.filters.drug:
        if not any(all(map(generation.lexical.document_frequency, name.terms)) for name in _names((drug,))):
            yield f"no report at hand names “{drug}”" + ("" if _drugs_named(drug) else _meant(generation, "drug", drug))
    for treatment in asked.filters.treatment:
        if not (treated(generation, treatment) & generation.alive).any():
            hint = "" if named(treatment, treatment=True) else _meant(generation, "treatment", treatment)
            yield f"no report at hand tells that a patient was given “{treatment}”{hint}"
    for kind in asked.filters.section:
        if not generation.alive[generation.passage_reports[generation.rows_of_kind(kind)]].any():
            yield f"no report at hand has a section of kind {kind}"
    if (
        not found
        and not reduce(lambda held, word: _holding(generation, word, held), asked.must, generation.alive).any()
    ):
        yield "+words let in only reports that hold the words themselves: without the + other names count, too"


def _meant(generation: Generation, name: Literal["drug", "treatment"], value: str) -> str:
    """What to say of a ``value`` that the terminology lacks: what it may have been meant for, where reports name it."""
    corrected = re.sub(r"[^\W\d_]+", lambda word: _corrected(generation, word.group()), value)
    is_known = _drugs_named(corrected) if name == "drug" else named(corrected, treatment=True)
    if corrected != value and is_known:
        meant = Filters(drug=(corrected,)) if name == "drug" else Filters(treatment=(corrected,))
        return f", no {name} of the terminology: did you mean {meant}?"
    return f", no {name} of the terminology: is it spelt right?"


def _corrected(generation: Generation, word: str) -> str:
    return next((each.word for each in speller(generation).corrections(word)), word)


@lru_cache(maxsize=64)
def _names(drugs: tuple[str, ...]) -> tuple[_Wording, ...]:
    """Every name that the drugs go by, and those of the members of a class, as the terminology has them.

    The names asked for come first. Abbreviations are left out but for those: without its case "ASA" is another word.
    """
    known = shipped()
    names = list(drugs)
    for concept in (each for drug in drugs for each in _drugs_named(drug)):
        for member in (concept, *sorted(known.below(concept))):
            names += (name for name in known.names(member) if not is_abbreviation(name))
    each_once: dict[str, str] = {}
    for name in names:
        each_once.setdefault(comparable(name), name)
    return tuple(map(_wording, each_once.values()))


def _drugs_named(name: str) -> list[int]:
    """The drugs and classes of that name in the terminology."""
    return [concept for concept in shipped().named(name) if shipped().kind(concept) == DRUG]


def _wording(words: str) -> _Wording:
    return _Wording(words, frozenset(analysed(words)), finder(words))
