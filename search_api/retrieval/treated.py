"""Which reports tell that a patient was given a treatment, by any of its names or its class; and the names counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from corpus.terminology.naming import key
from corpus.terminology.terminology import shipped
from indexer.generation import Generation
from indexer.treatments import Named, Treatments
from search_api.answering.treatments import named
from search_api.retrieval.filters import unquoted

Mask = NDArray[np.bool_]


def treated(generation: Generation, treatment: str) -> Mask:
    """For each report whether a patient of it was given ``treatment``, a kind of it or a member of the class."""
    concepts = frozenset(named(treatment, treatment=True))
    return generation.treatments.of(concepts.union(*map(shipped().below, concepts)), treatment)


@dataclass(frozen=True)
class Counted:
    """``names`` that a filter takes, no two of the same concepts.

    ``reports`` and ``numbers`` side by side: which report is ``treated`` with which of them.
    """

    names: tuple[str, ...]
    reports: NDArray[np.int64]
    numbers: NDArray[np.int64]

    def among(self, reports: Mask, most: int) -> list[tuple[str, int]]:
        """The ``most`` frequent names, each with how many of ``reports`` are treated with it; ties by name."""
        counts = np.bincount(self.numbers[reports[self.reports]], minlength=len(self.names))
        order = np.argsort(-counts, kind="stable")[:most]  # the names are sorted
        return [(self.names[at], int(counts[at])) for at in order if counts[at]]


_counted: WeakKeyDictionary[Generation, Counted] = WeakKeyDictionary()


def counted(generation: Generation) -> Counted:
    """The generation's own, made when first needed: each name of its treatments with all that it stands for."""
    found = _counted.get(generation)
    if found is None:
        found = _counted[generation] = _count(generation)
    return found


def _count(generation: Generation) -> Counted:
    """Each name is looked for as ``treated`` does, from the other end: what was given asks whom it counts for."""
    table = generation.treatments
    names = _offered(table)
    by_concept: dict[int, list[int]] = {}
    by_key: dict[str, list[int]] = {}
    for number, name in enumerate(names):
        by_key.setdefault(key(name), []).append(number)
        for concept in _concepts(name):
            by_concept.setdefault(concept, []).append(number)
    stands = [
        sorted(
            {number for concept in _wider(each.concepts) for number in by_concept.get(concept, ())}
            | {number for one in _keys(each) for number in by_key.get(one, ())}
        )
        for each in table.names
    ]
    many = np.array([len(each) for each in stands], dtype=np.int64)
    starts = np.cumsum([0, *many])
    flat = np.array([number for each in stands for number in each], dtype=np.int64)
    times = many[table.rows["name"]] if len(many) else np.zeros(0, dtype=np.int64)
    reports = np.repeat(table.rows["report"].astype(np.int64), times)
    within = np.arange(len(reports)) - np.repeat(np.cumsum(times) - times, times)
    numbers = flat[np.repeat(starts[table.rows["name"]], times) + within] if len(reports) else flat[:0]
    each_once = np.unique(reports * max(len(names), 1) + numbers)
    return Counted(names, *np.divmod(each_once, max(len(names), 1)))


def _offered(table: Treatments) -> tuple[str, ...]:
    """The names under which treatments are counted, sorted: of those of the same concepts the most frequent."""
    often = np.bincount(table.rows["name"], minlength=len(table.names))
    frequent = sorted((-int(count), unquoted(each.name)) for count, each in zip(often, table.names, strict=True))
    best: dict[object, str] = {}
    for _, name in frequent:
        if any(map(str.isalnum, name)):
            best.setdefault(_concepts(name) or key(name), name)
    return tuple(sorted(best.values()))


@lru_cache(maxsize=1 << 16)
def _concepts(name: str) -> tuple[int, ...]:
    return named(name, treatment=True)


@lru_cache(maxsize=1 << 16)
def _wider(identifiers: tuple[str, ...]) -> frozenset[int]:
    """The concepts and all that they are kinds of."""
    known = shipped()
    own = frozenset(each for each in map(known.concept, identifiers) if each is not None)
    return own.union(*map(known.above, own))


def _keys(each: Named) -> frozenset[str]:
    return frozenset({key(each.name), *map(key, each.classes)})
