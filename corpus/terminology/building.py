"""Builds the shipped terminology: ``python -m corpus.terminology.building --sources DIR --output FILE``."""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from corpus.terminology.concepts import Concept, concept_of, name_key, settle
from corpus.terminology.curated import CLASS, DROP, UNLINK, UNNAME, Row, read_curated
from corpus.terminology.joining import joined
from corpus.terminology.kinds import DISEASE, DRUG, FAMILIES, KINDS, SUBJECT
from corpus.terminology.links import Link, acyclic, links
from corpus.terminology.packing import pack
from corpus.terminology.sources import read_sources

CURATED = Path(__file__).with_name("curated.tsv")


def build(sources: Path, curated: Path = CURATED) -> bytes:
    """The bytes of the terminology made from the unzipped wheels in ``sources``; the same for the same sources."""
    rows = read_curated(curated)
    concepts = [concept_of(entries) for entries in joined(read_sources(sources))]
    _unname(concepts, rows)
    added = _Additions(concepts, rows)
    settle(concepts, added.dropped)
    wanted = [link for link in links(concepts) if link not in added.unlinked and link[1] not in added.classes]
    parents = acyclic([*added.links, *wanted])
    return pack(
        [concept.identifier for concept in concepts],
        [KINDS.index(concept.kind) for concept in concepts],
        [parents.get(place, []) for place in range(len(concepts))],
        [concept.names.values() for concept in concepts],
        _found_by(concepts, added.dropped),
    )


def _unname(concepts: list[Concept], rows: list[Row]) -> None:
    """Takes from the concepts that prefer a name those which the rows deny them, before anything is looked up."""
    denied: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.word == UNNAME:
            denied[name_key(row.names[0])] |= set(map(name_key, row.others))
    for concept in concepts:
        preferred = next(iter(concept.names))
        for each in denied.get(preferred, set()) & concept.names.keys() - {preferred}:
            del concept.names[each]


def _found_by(concepts: list[Concept], dropped: set[str]) -> dict[str, Iterable[int]]:
    """The places of the concepts that each key finds: not of a subject whose only name something else has."""
    found: dict[str, list[int]] = defaultdict(list)
    for place, concept in enumerate(concepts):
        for each in concept.names:
            if each not in dropped:
                found[each].append(place)
    return {each: [at for at in places if concepts[at].kind != SUBJECT] or places for each, places in found.items()}


class _Additions:
    """The curated rows, applied: names and concepts are added at once, links are collected."""

    def __init__(self, concepts: list[Concept], rows: list[Row]) -> None:
        self._concepts = concepts
        self._named: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._chiefly: dict[tuple[str, str], int] = {}
        for place, concept in enumerate(concepts):
            self._index(place, concept)
        self.links: list[Link] = []
        self.unlinked: set[Link] = set()
        self.classes: set[int] = set()
        self.dropped = {name_key(name) for row in rows if row.word == DROP for name in row.names}
        for row in rows:
            if row.word in KINDS:
                child = self._place(row.word, row.names)
                concepts[child].kind = row.word
                self.links += [(child, self._place(row.word, (parent,))) for parent in row.others]
            elif row.word == CLASS:
                parent = self._drug(row.names)
                self.classes.add(parent)
                concepts[parent].prefer(row.names[0])
                self.links += [(self._drug((member,)), parent) for member in row.others]
            elif row.word == UNLINK:
                child = self._place(DISEASE, row.names)
                self.unlinked |= {(child, self._place(DISEASE, (parent,))) for parent in row.others}

    def _index(self, place: int, concept: Concept) -> None:
        for number, each in enumerate(concept.names):
            if number == 0:
                self._chiefly.setdefault((each, concept.family), place)
            self._named[each, concept.family].append(place)

    def _place(self, kind: str, names: tuple[str, ...]) -> int:
        """Where the concept of these names is: the one there is, or a new one."""
        family = FAMILIES[kind]
        chief = name_key(names[0])
        holders = self._named.get((chief, family), [])
        place = self._chiefly.get(
            (chief, family), max(holders, key=lambda at: self._concepts[at].votes[chief], default=-1)
        )
        if place < 0:
            slug = re.sub(r"[^a-z0-9]+", "-", names[0].lower())
            place = len(self._concepts)
            self._concepts.append(Concept(f"CASETROVE:{slug}", kind, {}))
        concept = self._concepts[place]
        concept.add(names)
        self._index(place, concept)
        return place

    def _drug(self, names: tuple[str, ...]) -> int:
        place = self._place(DRUG, names)
        self._concepts[place].kind = DRUG
        return place


def main(arguments: Sequence[str] | None = None) -> None:
    """Builds the file and says how large it is."""
    parser = argparse.ArgumentParser(prog="python -m corpus.terminology.building", description=__doc__)
    parser.add_argument("--sources", type=Path, required=True, help="folder in which both wheels are unzipped")
    parser.add_argument("--output", type=Path, required=True, help="the file to write")
    chosen = parser.parse_args(arguments)
    packed = build(chosen.sources)
    chosen.output.write_bytes(packed)
    print(f"{chosen.output}: {len(packed):,} bytes")


if __name__ == "__main__":
    main()
