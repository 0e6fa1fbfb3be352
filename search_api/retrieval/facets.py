"""How many reports there are of each year, age, sex, treatment, section and kind: what a result can be narrowed by.

Counted are the reports that the ranking considers for the free words, whatever the facets' own filters say, or, without
free words, all that meet the conditions. A facet is counted with every condition but its own filter, so that another
value of it can be chosen; adding ``filters={facet: value}`` then leaves exactly as many reports as were told. What
its own filter asks for is told in any case, as it is spelled there: what would not be offered comes first.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any, Final, Literal, get_args

import numpy as np

from indexer.facts import KINDS, SEXES, UNKNOWN
from indexer.generation import Generation
from search_api.config import System
from search_api.model import Condition
from search_api.retrieval.conditions import Mask, admit, told
from search_api.retrieval.filters import NO_FILTERS, SECTIONS, Range, read
from search_api.retrieval.query import Asked
from search_api.retrieval.ranking import candidates, query_vector
from search_api.retrieval.sought import sought
from search_api.retrieval.treated import counted

Facet = Literal["year", "age", "sex", "treatment", "section", "kind"]
FACETS: Final[tuple[Facet, ...]] = get_args(Facet)
MOST_TREATMENTS: Final = 12
_YEARS: Final = 5
"""In one value."""
_MOST_YEARS: Final = 8
"""Values; what is older than the last but one is together in the last."""
_AGES: Final = {
    "<1": "under 1", "1..12": "1–12", "13..17": "13–17", "18..39": "18–39", "40..64": "40–64", ">=65": "65 and over",
}  # fmt: skip
_TOLD: Final[dict[str, tuple[Any, ...]]] = {
    "year": (Range("any"),),
    "age": (Range("any"),),
    "sex": SEXES,
    "kind": tuple(kind for kind in KINDS if kind != "unknown"),
}
"""All values that a report can tell."""
_TOGETHER: Final[dict[Facet, Facet]] = {"age": "sex", "sex": "age"}
"""One patient must meet both."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value as its filter takes it, in words, and how many reports have it."""

    value: str
    label: str
    reports: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Of so many ``reports`` that meet everything: by facet its values, and how many do not tell it (where any).

    ``conditions``: how the question was understood.
    """

    generation: int
    took_ms: float
    reports: int
    facets: dict[Facet, tuple[Value, ...]]
    unknown: dict[Facet, int]
    conditions: tuple[Condition, ...]


def facets(generation: Generation, asked: Asked, system: System) -> Facets:
    """The counts for a question; values that no report has are left out, unless the question asks for them."""
    begun = time.perf_counter()
    counting = _Counting(generation, asked, system)
    found = {facet: counting.told(facet) for facet in FACETS}
    unknown = {facet: count for facet in FACETS if (count := counting.unknown(facet))}
    took = round((time.perf_counter() - begun) * 1000, 3)
    reports = _many(counting.meeting())
    return Facets(generation.manifest.generation, took, reports, found, unknown, asked.conditions)


class _Counting:
    """The reports of one question, and which of them meet what."""

    def __init__(self, generation: Generation, asked: Asked, system: System) -> None:
        self._generation, self._filters = generation, asked.filters
        self._considered = _considered(generation, asked, system)
        self._passes = {
            name: self._meets(name, getattr(self._filters, name)) for name in FACETS if getattr(self._filters, name)
        }

    def meeting(self, without: Facet | None = None) -> Mask:
        """The reports that meet every condition but that on ``without``."""
        passes = dict(self._passes)
        if without is not None:
            passes.pop(without, None)
            if (partner := _TOGETHER.get(without)) in passes:
                passes[partner] = self._meets(partner, getattr(self._filters, partner), alone=True)
        return reduce(np.logical_and, passes.values(), self._considered)

    def told(self, facet: Facet) -> tuple[Value, ...]:
        """What is asked for and not offered, then what is offered, in the order in which it is shown."""
        reports = self.meeting(without=facet)
        offered = [each for each in self._offered(facet, reports) if each.reports]
        wanted = self._filters.written().get(facet, ())
        further = [each for each in wanted if each not in {one.value for one in offered}]
        return (*(Value(each, each, self._count(facet, each, reports)) for each in further), *offered)

    def _offered(self, facet: Facet, reports: Mask) -> Iterator[Value]:
        if facet == "treatment":
            for name, count in counted(self._generation).among(reports, MOST_TREATMENTS):
                yield Value(name, name, count)
            return
        for value, label in _choices(facet, self._generation):
            yield Value(value, label, self._count(facet, value, reports))

    def _count(self, facet: Facet, value: str, reports: Mask) -> int:
        """How many of ``reports`` have a value, as its filter takes it."""
        return _many(reports & self._meets(facet, read(facet, [value])))

    def unknown(self, facet: Facet) -> int:
        """How many reports meet all other conditions, and do not tell this."""
        reports = self.meeting(without=facet)
        if facet == "treatment":
            return _many(reports & ~self._generation.treatments.told)
        return _many(reports & ~self._meets(facet, _TOLD[facet])) if facet in _TOLD else 0

    def _meets(self, facet: Facet, values: tuple[Any, ...], *, alone: bool = False) -> Mask:
        """The reports that have one of ``values``: of age and sex the same patient must meet both, unless ``alone``."""
        if facet == "section":
            found = np.zeros_like(self._generation.alive)
            for kind in values:
                found[self._generation.passage_reports[self._generation.rows_of_kind(kind)]] = True
            return found
        wanted: dict[str, Any] = {facet: values}
        if not alone and (partner := _TOGETHER.get(facet)):
            wanted[partner] = getattr(self._filters, partner)
        return _all(each.passes for each in told(self._generation, replace(NO_FILTERS, **wanted)))


def _considered(generation: Generation, asked: Asked, system: System) -> Mask:
    """What the facets' filters choose from: the ranking's candidates, or all that meet the other conditions."""
    asked = replace(asked, filters=replace(asked.filters, **dict.fromkeys(FACETS, ())))
    admitted = admit(generation, asked)
    found = np.zeros_like(generation.alive)
    if asked.has_words:
        vector, wanted = query_vector(generation.encoder, asked.text), sought(generation, asked.text, system)
        found[candidates(generation, vector, wanted, system, system.depth, admitted)] = True
    else:
        found[generation.passage_reports] = True  # one without any passage is never shown
        found &= generation.alive if admitted is None else admitted.reports
    return found


def _choices(facet: Facet, generation: Generation) -> Iterable[tuple[str, str]]:
    """The values of a facet, as its filter takes them, with their words."""
    if facet == "year":
        return _years(generation)
    if facet == "age":
        return _AGES.items()
    choices: dict[str, tuple[str, ...]] = {"sex": SEXES, "section": SECTIONS, "kind": _TOLD["kind"]}
    return ((each, each) for each in choices[facet])


def _years(generation: Generation) -> Iterator[tuple[str, str]]:
    """Five years each, the newest first; the last value may be all that is older."""
    known = generation.facts.years[generation.alive & (generation.facts.years != UNKNOWN)]
    if not len(known):
        return
    oldest, newest = int(known.min()), int(known.max())
    for at, start in enumerate(range(newest - newest % _YEARS, oldest - _YEARS, -_YEARS)):
        if at == _MOST_YEARS - 1 and start > oldest:
            yield f"<{start + _YEARS:04d}", f"before {start + _YEARS}"
            return
        yield f"{start:04d}..{start + _YEARS - 1:04d}", f"{start}–{start + _YEARS - 1}"


def _all(masks: Iterable[Mask]) -> Mask:
    return np.asarray(reduce(np.logical_and, masks))


def _many(reports: Mask) -> int:
    return int(np.count_nonzero(reports))
