from __future__ import annotations

from pathlib import Path

import pytest

from indexer.encoders.choice import OneEncoder
from search_api.answering.coverage import wordings
from search_api.answering.question import Facet
from search_api.answering.treatments import named
from search_api.evidence.asked import Wanted
from search_api.evidence.gathering import is_named
from search_api.evidence.saying import says
from search_api.evidence.table_model import EvidenceTable
from search_api.service import Service
from tests.fakes import indexed, make_report

_TEXTS: dict[str, tuple[str, str]] = {
    "gravis": (
        "Drooping lids in a young man",
        "A 31-year-old man had drooping eyelids for a month. Myasthenia gravis (MG) was diagnosed. He was treated with "
        "pyridostigmine 60 mg daily.",
    ),
    "gravis too": (
        "Weak in the evening",
        "A 45-year-old woman was weak in the evenings. The diagnosis of myasthenia gravis (MG) was confirmed. She was "
        "treated with prednisone.",
    ),
    "gammopathy": (
        "An odd spike",
        "A 70-year-old man was found to have a monoclonal gammopathy (MG). He was treated with bortezomib.",
    ),
    "embolism": (
        "Short of breath after a flight",
        "A 52-year-old woman was short of breath. Computed tomography showed a saddle embolism of both pulmonary "
        "arteries. She was treated with heparin.",
    ),
    "air": (
        "Air where none should be",
        "A 60-year-old man had a seizure. Tomography of the pulmonary veins and the left atrium showed what was taken "
        "for a large air embolism. He was treated with oxygen.",
    ),
    "excluded": (
        "Fever and a rash",
        "A 40-year-old woman had fever. Sarcoidosis had been excluded. She was treated with prednisone.",
    ),
    "suspected": (
        "Large lymph nodes",
        "A 41-year-old woman had large lymph nodes. Three diagnoses were suspected: sarcoidosis, lymphoma and "
        "tuberculosis. She was treated with antibiotics.",
    ),
    "mimic": (
        "Cat scratch disease mimicking sarcoidosis",
        "A 12-year-old boy had large lymph nodes. Serology confirmed cat scratch disease. He was treated with "
        "azithromycin.",
    ),
    "sarcoid": (
        "Nodules of the shins",
        "A 36-year-old woman had nodules on her shins. Biopsy led to the diagnosis of sarcoidosis. She was treated "
        "with methotrexate.",
    ),
    "spine": (
        "A stiff back and an inflamed eye",
        "A 29-year-old man with ankylosing spondylitis had uveitis. He was treated with adalimumab.",
    ),
    "thirst": (
        "Great thirst after a blow to the head",
        "A 40-year-old man was diagnosed with diabetes insipidus. He was treated with desmopressin.",
    ),
    "sugar": (
        "Sweet urine",
        "A 44-year-old man was diagnosed with diabetes, not diabetes insipidus. He was treated with metformin.",
    ),
    "joints": (
        "Swollen knuckles",
        "A 58-year-old woman was diagnosed with rheumatoid arthritis. She was treated with methotrexate.",
    ),
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    folder: Path = tmp_path_factory.mktemp("meeting")
    made = indexed(
        folder, {name: make_report(f"# Case report\n\n{text}", title) for name, (title, text) in _TEXTS.items()}
    )
    return Service(made.folder, OneEncoder(made.encoder))


def counted(table: EvidenceTable) -> set[str]:
    """The reports whose patients are counted."""
    return {each.row.catalog_id for each in table.rows}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("pulmonary embolism", {"embolism"}),
        ("sarcoidosis", {"sarcoid"}),
        ("rheumatoid arthritis", {"joints"}),
        ("diabetes", {"sugar"}),
        ("diabetes insipidus", {"thirst"}),
        ("myasthenia gravis", {"gravis", "gravis too"}),
    ],
)
def test_a_patient_counts_only_where_the_report_says_that_they_have_it(
    service: Service, question: str, expected: set[str]
) -> None:
    """Not where its words stand apart, where it is excluded, suspected or mimicked, or where it is another illness."""
    assert counted(service.evidence(question)) == expected


def test_a_short_form_is_taken_for_the_illness_that_most_reports_name(service: Service) -> None:
    """A table of both would be of none; the other meaning is told."""
    table = service.evidence("MG")
    assert counted(table) == {"gravis", "gravis too"}
    notice = next(each for each in table.bounds.notices if "taken for" in each).lower()
    assert "“myasthenia gravis”" in notice
    assert "“monoclonal gammopathy”" in notice
    looked_for = {each.name.lower() for each in table.expansions}
    assert "myasthenia gravis" in looked_for
    assert "monoclonal gammopathy" not in looked_for


def test_the_words_that_let_a_patient_in_are_a_whole_sentence(service: Service) -> None:
    """A name alone could be a denied one: the reader sees the sentence."""
    quotes = {by.quote.text for each in service.evidence("sarcoidosis").rows for by in each.met_by if by.quote}
    assert quotes == {"Biopsy led to the diagnosis of sarcoidosis."}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("A huge embolism of both pulmonary arteries was seen.", True),
        ("Pulmonary embolism was ruled out.", False),
        ("The pulmonary veins were open and there was an air embolism.", False),
        ("Anti-pulmonary embolism stockings were worn.", False),
        ("He was misdiagnosed with pulmonary embolism.", False),
        ("The initial diagnosis was pulmonary embolism.", False),
        ("His mother had had a pulmonary embolism.", False),
        ("His heart was normal.", False),
    ],
)
def test_what_a_sentence_says(sentence: str, expected: bool) -> None:
    """Its words must stand together, and be asserted of the patient."""
    needles = wordings(Facet("pulmonary embolism"), {}, lambda _: 1.0)
    assert says(sentence, needles) is expected


@pytest.mark.parametrize(
    ("asked", "name", "expected"),
    [
        ("diabetes", "diabetes insipidus", False),
        ("diabetes", "central diabetes insipidus", False),
        ("diabetes", "type 2 diabetes mellitus", True),
        ("diabetes", "diabetes mellitus", True),
        ("erythema nodosum", "erythema nodosum", True),
        ("lupus", "lupus nephritis", True),
    ],
)
def test_a_name_that_only_begins_like_another_is_not_that_one(asked: str, name: str, expected: bool) -> None:
    """Diabetes insipidus is no diabetes; lupus nephritis is lupus, for nephritis is a name by itself."""
    assert is_named(name, Wanted(asked, named(asked))) is expected
