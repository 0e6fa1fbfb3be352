"""Which concept is a kind of which, where vocabularies agree to differ.

MONDO, the Disease Ontology and the Human Phenotype Ontology say *subclass*; MeSH's trees say *look here as well*
(complications stand below the disease that they follow). So a step of a MeSH tree counts only for what no ontology
has, and a step of an ontology only if no more trusted one, and at most half of those that have both ends, miss it.
A link that would close a circle is left out.
"""

from __future__ import annotations

from collections import defaultdict

from corpus.terminology.concepts import Concept

_ONTOLOGIES = ("MONDO", "DOID", "HP")
Link = tuple[int, int]
"""(child, parent), as places in the list of concepts."""


def links(concepts: list[Concept]) -> list[Link]:
    """Direct links, the more trusted first."""
    at = {entry.identifier: place for place, concept in enumerate(concepts) for entry in concept.entries}
    said = {source: _said(concepts, at, source) for source in (*_ONTOLOGIES, "MESH")}
    knows = {
        source: {p for p, c in enumerate(concepts) if any(e.source == source for e in c.entries)} for source in said
    }
    above = {source: _Closure(said[source]) for source in _ONTOLOGIES}
    kept: dict[Link, None] = {}
    for source in said:
        for child, parents in sorted(said[source].items()):
            for parent in sorted(parents):
                if source == "MESH" and any(child in knows[one] for one in _ONTOLOGIES):
                    continue
                judges = [one for one in _ONTOLOGIES if child in knows[one] and parent in knows[one]]
                denied = [parent not in above[one](child) for one in judges]
                if not any(denied[:1]) and sum(denied) * 2 <= len(denied):
                    kept[child, parent] = None
    return list(kept)


def acyclic(wanted: list[Link]) -> dict[int, list[int]]:
    """Parents by child: ``wanted`` in order, less links that close a circle."""
    parents: dict[int, list[int]] = defaultdict(list)
    for child, parent in wanted:
        if child != parent and parent not in parents[child] and child not in _reached(parents, parent):
            parents[child].append(parent)
    return {child: sorted(found) for child, found in sorted(parents.items()) if found}


def _said(concepts: list[Concept], at: dict[str, int], source: str) -> dict[int, set[int]]:
    """Parents by child as one vocabulary has them, within a family."""
    found: dict[int, set[int]] = defaultdict(set)
    for child, concept in enumerate(concepts):
        for entry in concept.entries:
            if entry.source == source:
                parents = {at[parent] for parent in entry.parents if parent in at} - {child}
                found[child] |= {p for p in parents if concepts[p].family == concept.family}
    return found


def _reached(parents: dict[int, list[int]], start: int) -> set[int]:
    seen, waiting = set(), [start]
    while waiting:
        place = waiting.pop()
        if place not in seen:
            seen.add(place)
            waiting += parents.get(place, [])
    return seen


class _Closure:
    """All that stands above a concept by one vocabulary, remembered."""

    def __init__(self, parents: dict[int, set[int]]) -> None:
        self._parents = {child: sorted(found) for child, found in parents.items()}
        self._known: dict[int, set[int]] = {}

    def __call__(self, child: int) -> set[int]:
        if child not in self._known:
            self._known[child] = _reached(self._parents, child) - {child}
        return self._known[child]
