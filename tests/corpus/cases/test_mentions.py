"""Where a sentence names treatments, and where it only seems to."""

from __future__ import annotations

import pytest

from corpus.cases.reading import read_cases
from tests.corpus.cases.treated import report_of, said, treated

NAMED = [
    ("She was treated with pulse methylprednisolone.", "pulse methylprednisolone", "methylprednisolone", "drug"),
    ("She received broad-spectrum antibiotics.", "broad-spectrum antibiotics", "antibiotic", "drug_class"),
    ("He was given pain medication.", "pain medication", "analgesic", "drug_class"),
    ("Antihypertensive treatment was started.", "Antihypertensive treatment", "antihypertensive", "drug_class"),
    ("She received supportive care.", "supportive care", "supportive care", "procedure"),
    ("He underwent surgical excision of the mass.", "surgical excision", "surgical excision", "procedure"),
    ("He underwent aortic valve replacement.", "aortic valve replacement", "aortic valve replacement", "procedure"),
    ("He underwent inguinal hernia repair.", "inguinal hernia repair", "inguinal hernia repair", "procedure"),
    ("A lymph node dissection was performed.", "lymph node dissection", "lymph node dissection", "procedure"),
    ("The tumor was resected.", "resected", "surgical excision", "procedure"),
    ("A pacemaker was implanted.", "pacemaker", "pacemaker", "device"),
    ("She was treated with zandotrimab.", "zandotrimab", "zandotrimab", "drug"),
    ("She received bisphosphonates.", "bisphosphonates", "bisphosphonate", "drug_class"),
    ("She underwent hemodialysis.", "hemodialysis", "hemodialysis", "procedure"),
    ("She received intravenous fluids.", "intravenous fluids", "fluid therapy", "procedure"),
]


@pytest.mark.parametrize(("sentence", "surface", "name", "kind"), NAMED, ids=[each[1] for each in NAMED])
def test_a_treatment_is_named_as_clinicians_say_it(sentence: str, surface: str, name: str, kind: str) -> None:
    """Its surface is the phrase that a clinician would mark; its name is singular, in small letters."""
    assert [(each.surface, each.name, each.kind) for each in treated(sentence)] == [(surface, name, kind)]


NO_TREATMENTS = [
    "Serum calcium was 9.1 mg/dl and cortisol was normal.",
    "A skin biopsy was performed and MRI showed a mass.",
    "An endoscopy revealed an ulcer.",
    "The isolate was resistant to ciprofloxacin and sensitive to meropenem in culture.",
    "The bacterium that grew was susceptible to linezolid and ampicillin and resistant to rifampin.",
    "He had castration-resistant prostate cancer.",
    "An angiogram showed an intimal flap.",
    "Contrast medium with gadolinium was given before the scan.",
    "He had ingested paraquat.",
    "She was seen in the surgery department.",
    "Bronchoalveolar lavage grew no organism.",
    "Immunohistochemistry was positive for insulin.",
    "Digoxin levels were measured.",
    "General surgery was consulted.",
    "She was seen by the pain management specialist.",
    "The resected specimen was sent to pathology.",
    "Figure 2: removal of the stent.",
]


@pytest.mark.parametrize("sentence", NO_TREATMENTS, ids=[each[:30] for each in NO_TREATMENTS])
def test_what_is_measured_or_looked_at_is_no_treatment(sentence: str) -> None:
    """Laboratory substances, diagnostic procedures, tests of organisms, poisons and places of work give no row."""
    assert said(sentence) == []


def test_a_measured_substance_that_is_given_is_a_treatment() -> None:
    """Iron is measured more often than given; with a word of giving it is a treatment."""
    assert said("She was treated with oral iron.") == [("iron", "given")]


def test_a_short_form_of_the_report_names_its_treatment() -> None:
    """A short form that the report defines is a mention of what it stands for."""
    found = treated("He was started on levetiracetam (LEV) at night. LEV was stopped after a week.")
    assert [(each.surface, each.name) for each in found] == [
        ("levetiracetam", "levetiracetam"),
        ("LEV", "levetiracetam"),
    ]


def test_a_name_repeated_in_brackets_is_one_mention() -> None:
    """ "X (its abbreviation)" is one mention, not two."""
    found = treated("She received intravenous immunoglobulin (IVIG).")
    assert [each.name for each in found] == ["intravenous immunoglobulin"]


def test_classes_are_those_that_clinicians_count_by() -> None:
    """The class a clinician counts a drug in comes first."""
    (found,) = treated("She was given diltiazem.")
    assert found.classes[0] == "calcium channel blocker"


def test_a_relative_and_the_literature_are_not_the_patient() -> None:
    """What a mother, other patients or other authors' cases were given is the literature's."""
    report = report_of(
        "Her mother was treated with warfarin.\n\nDiscussion\nJones et al. treated four patients with thalidomide."
    )
    found = read_cases(report)
    assert [each.treatments for each in found.patients] == [()]
    assert {each.name for each in found.literature} == {"warfarin", "thalidomide"}


@pytest.mark.parametrize(
    "told",
    [
        "Osilodrostat lowered cortisol production.",
        "She had cortisol suppression.",
        "Her cortisol was not suppressed after 1 mg of dexamethasone.",
        "Octreotide ((111)In) scintigraphy was done.",
        "Liver biopsy surgery showed fibrosis.",
    ],
)
def test_a_test_or_what_it_measures_is_no_treatment(told: str) -> None:
    """A hormone that is made or held down, a suppression test, a scan and a biopsy treat nobody."""
    assert [each.name for each in treated(told) if each.name != "osilodrostat"] == []


def test_a_drug_that_induced_a_remission_is_a_treatment() -> None:
    """Only what is "induced" by a drug as harm keeps it from being one."""
    assert [each.name for each in treated("Rituximab induced a complete remission.")] == ["rituximab"]


@pytest.mark.parametrize(
    "told",
    [
        "Antithyroid peroxidase and antinuclear factor were positive.",
        "Antithyroid microsomal antibodies were given as 1:640.",
        "Ultrasound showed subcutaneous calcium over both shins.",
        "He was on long-term pharmacotherapy for epilepsy.",
    ],
)
def test_an_antibody_what_an_image_shows_and_drugs_in_general_are_no_treatment(told: str) -> None:
    """What is measured or seen was not given, and "pharmacotherapy" does not say what was."""
    assert treated(told) == []


def test_antithyroid_drugs_and_calcium_by_mouth_are_treatments() -> None:
    """The same words name treatments where they are given, though a finding stands before."""
    told = "Her free thyroxine was high and an antithyroid was begun. X-rays showed osteopenia; oral calcium was given."
    assert [each.name for each in treated(told)] == ["antithyroid", "calcium"]
