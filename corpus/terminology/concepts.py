"""Entries that are one concept, as one: its identifier, kind and names, by the vote of the vocabularies."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from corpus.terminology.kinds import DISEASE, DRUG, FAMILIES, SUBJECT
from corpus.terminology.naming import is_abbreviation, key
from corpus.terminology.sources import SOURCES, Entry


@dataclass
class Concept:
    """A concept being built: ``names`` by key, the preferred first; ``votes``: how many vocabularies have each key;
    ``claimed``: the keys that the curated file gives to it."""

    identifier: str
    kind: str
    names: dict[str, str]
    votes: Counter[str] = field(default_factory=Counter)
    entries: tuple[Entry, ...] = ()
    claimed: set[str] = field(default_factory=set)

    @property
    def family(self) -> str:
        """Kinds that vocabularies draw apart differently are one family."""
        return FAMILIES[self.kind]

    def add(self, names: tuple[str, ...]) -> None:
        """Further names, after those that are there, which the curated file gives."""
        for name in names:
            self.names.setdefault(name_key(name), name)
            self.votes[name_key(name)] += 1
            self.claimed.add(name_key(name))

    def prefer(self, name: str) -> None:
        """Makes ``name`` the preferred one."""
        self.names = {name_key(name): name, **self.names, name_key(name): name}


def name_key(name: str) -> str:
    """What a name is found by: an abbreviation by itself, in its case; any other by the forms of its words."""
    return name if is_abbreviation(name) else key(name)


def concept_of(entries: list[Entry]) -> Concept:
    """One concept from the entries of several vocabularies."""
    entries = sorted(entries, key=lambda entry: SOURCES.index(entry.source))
    votes: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for entry in entries:
        for each, name in {name_key(name): name for name in reversed(entry.names)}.items():
            votes[each] += 1
            shown[each] = min(shown.get(each, name), name, key=lambda way: (sum(map(str.isupper, way)), way))
    chief = Counter(name_key(entry.names[0]) for entry in entries)
    order = [name_key(entry.names[0]) for entry in entries]
    preferred = max(chief, key=lambda each: (chief[each], votes[each], -order.index(each)))
    ranked = sorted(shown, key=lambda each: (each != preferred, -votes[each], len(each), each))
    return Concept(entries[0].identifier, _kind(entries), {each: shown[each] for each in ranked}, votes, tuple(entries))


def _kind(entries: list[Entry]) -> str:
    kinds = [entry.kind for entry in entries]
    return next((kind for kind in (DISEASE, DRUG) if kind in kinds), kinds[0])


def settle(concepts: list[Concept], dropped: set[str]) -> None:
    """Takes away names that are another concept's: of several that share one, those keep it that the curated file
    gives it to, else those that prefer it; of these those of the family, and then the ones, that most vocabularies
    give it to; a subject keeps none that anything else has. ``dropped`` are keys that name nothing."""
    preferred = [next(iter(concept.names)) for concept in concepts]
    holders: dict[str, list[Concept]] = defaultdict(list)
    chiefly: dict[str, list[Concept]] = defaultdict(list)
    for concept, first in zip(concepts, preferred, strict=True):
        chiefly[first].append(concept)
        for each in concept.names:
            holders[each].append(concept)
    for each, sharing in holders.items():
        keep = [] if each in dropped else _keepers(each, sharing, chiefly[each])
        for concept in sharing:
            if not any(concept is one for one in keep) and len(concept.names) > 1:
                del concept.names[each]


def _keepers(each: str, sharing: list[Concept], chiefly: list[Concept]) -> list[Concept]:
    sharing = [concept for concept in sharing if concept.kind != SUBJECT] or sharing
    if len(sharing) == 1:
        return sharing
    claiming = [concept for concept in sharing if each in concept.claimed]
    contest = claiming or chiefly or sharing
    families: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for concept in contest:
        votes, size = families[concept.family]
        families[concept.family] = votes + concept.votes[each], max(size, len(concept.entries))
    most = max(families.values())
    contest = [concept for concept in contest if families[concept.family] == most]
    best = max(concept.votes[each] for concept in contest)
    return [concept for concept in contest if concept.votes[each] == best]
