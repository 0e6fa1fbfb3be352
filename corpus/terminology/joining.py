"""Which entries of different vocabularies are one concept.

No concept holds two entries of one vocabulary, so an ambiguous synonym or a careless cross reference joins at most what
nothing else claims. The surest reasons are taken first: a cross reference between equal preferred names, a cross
reference that is the only one either way, one between entries that share a name, equal preferred names, and last a
preferred name that exactly one entry of the other vocabulary has among its synonyms, where a second name agrees.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from corpus.terminology.kinds import DISEASE, FAMILIES
from corpus.terminology.naming import is_abbreviation, key
from corpus.terminology.sources import Entry


def joined(entries: list[Entry]) -> list[list[Entry]]:
    """``entries`` grouped into concepts, in the order of their first entries."""
    group = list(range(len(entries)))
    sources = [{entry.source} for entry in entries]

    def root(place: int) -> int:
        while group[place] != place:
            group[place] = group[group[place]]
            place = group[place]
        return place

    for one, other in _reasons(entries):
        low, high = sorted((root(one), root(other)))
        if not sources[low] & sources[high]:
            group[high] = low
            sources[low] |= sources[high]
    concepts: dict[int, list[Entry]] = defaultdict(list)
    for place, entry in enumerate(entries):
        concepts[root(place)].append(entry)
    return [concepts[first] for first in sorted(concepts)]


def _reasons(entries: list[Entry]) -> Iterator[tuple[int, int]]:
    """Pairs of entries to join, surest first, each a pair of places in ``entries``."""
    keys = [{key(name) for name in entry.names if not is_abbreviation(name)} for entry in entries]
    preferred = [key(entry.names[0]) for entry in entries]
    references = _references(entries)
    degree = Counter((place, entries[other].source) for pair in references for place, other in (pair, pair[::-1]))
    ranked = [[], [], []]  # type: list[list[tuple[int, int]]]
    for one, other in references:
        if preferred[one] == preferred[other]:
            ranked[0].append((one, other))
        elif degree[one, entries[other].source] == degree[other, entries[one].source] == 1:
            ranked[1].append((one, other))
        elif keys[one] & keys[other]:
            ranked[2].append((one, other))
    for pairs in ranked:
        yield from pairs
    yield from _same_names(entries, preferred, keys)


def _references(entries: list[Entry]) -> list[tuple[int, int]]:
    at = {entry.identifier: place for place, entry in enumerate(entries)}
    pairs = {
        (min(place, at[other]), max(place, at[other]))
        for place, entry in enumerate(entries)
        for other in entry.equals
        if other in at and FAMILIES[entries[at[other]].kind] == FAMILIES[entry.kind]
    }
    return sorted(pair for pair in pairs if entries[pair[0]].source != entries[pair[1]].source)


def _same_names(entries: list[Entry], preferred: list[str], keys: list[set[str]]) -> Iterator[tuple[int, int]]:
    named: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    chiefly: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        family = FAMILIES[entry.kind]
        chiefly[preferred[place], family, entry.source].append(place)
        for each in keys[place]:
            named[each, family, entry.source].append(place)
    sources = sorted({entry.source for entry in entries})
    for table in (chiefly, named):
        for place, entry in enumerate(entries):
            for source in sources:
                same = table.get((preferred[place], FAMILIES[entry.kind], source), [])
                if source != entry.source and len(same) == 1:
                    agreed = len(keys[place] & keys[same[0]]) > 1 or preferred[same[0]] in keys[place]
                    if agreed or entry.kind != DISEASE != entries[same[0]].kind:
                        yield place, same[0]
