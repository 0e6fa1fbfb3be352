"""What a sentence tells: treatment given, withheld or planned, outcome, finding, literature …"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cases.roles import CASE_KINDS, SILENT_KINDS, Role, Roles, role_of, roles, treatment_words
from corpus.model import Report, SectionKind
from corpus.readers.text import TextReader

GIVEN = [
    "The patient was treated with quibrizole and rest.",
    "She received intravenous methylprednisolone 1 g/day for three days.",
    "He was started on isoniazid and rifampicin.",
    "Lisinopril was added and titrated over two weeks.",
    "A right hemicolectomy was performed.",
    "The mass was excised under general anaesthesia.",
    "We gave her a transfusion of two units.",
    "Her medications included metoprolol, aspirin and a statin.",
    "Ceftriaxone 2 g daily was begun.",
    "Earlier medications, including sulfasalazine and etanercept, had failed.",
    "The fever persisted despite vancomycin.",
    "There was no improvement after corticosteroid therapy with prednisolone 40 mg daily.",
    "He was commenced on haloxine, and the cough stopped.",
    "The abscess was drained.",
    "She underwent plasmapheresis five times.",
    "He was given quibrizole.",
    "She received oral quibrizole for six weeks.",
]
NOT_GIVEN = [
    "Chest radiography showed an opacity.",
    "She underwent magnetic resonance imaging.",
    "A biopsy of the lesion was performed.",
    "The excised specimen measured 4 cm.",
    "After surgery, she underwent computed tomography.",
    "Two blood cultures grew a methicillin-sensitive staphylococcus.",
    "Images after injection of gadolinium contrast were taken and showed enhancement.",
    "The fever did not settle on therapy.",
    "Therapy was of no help to him.",
    "Serum calcium and phosphate were normal.",
    "The bile ducts were dilated.",
    "Written informed consent was obtained.",
    "She was given a diagnosis of leprosy.",
    "The parents were given information.",
]
WITHHELD = [
    "Surgery was not performed because of her age.",
    "She had never received steroids.",
    "He declined chemotherapy.",
    "Penicillin was precluded by an allergy.",
    "Anticoagulation was contraindicated.",
    "He denied taking any medications.",
    "No other effective treatment was administered.",
    "She had not been given any antimalarial treatment.",
]
PLANNED = [
    "Surgical excision was recommended.",
    "A liver transplantation is planned.",
    "Rituximab was considered.",
    "She is awaiting surgery.",
]


@pytest.mark.parametrize("sentence", GIVEN)
def test_what_the_patient_was_given_is_a_treatment(sentence: str) -> None:
    """A cue of giving and something given, known by its ending, class, dose or place in the sentence."""
    role = role_of(sentence, "case")
    assert Role.TREATMENT in role
    assert Role.PATIENT in role


@pytest.mark.parametrize("sentence", NOT_GIVEN)
def test_what_is_only_done_or_found_is_no_treatment(sentence: str) -> None:
    """Investigations, specimens, organisms' resistance and unnamed "therapy" treat nobody."""
    assert Role.TREATMENT not in role_of(sentence, "case")


@pytest.mark.parametrize("sentence", WITHHELD)
def test_what_was_not_given_is_withheld(sentence: str) -> None:
    """Negated, declined and precluded treatments are told apart from those given."""
    role = role_of(sentence, "case")
    assert Role.WITHHELD in role
    assert Role.TREATMENT not in role


@pytest.mark.parametrize("sentence", PLANNED)
def test_what_was_only_planned_is_planned(sentence: str) -> None:
    """Advice and plans are no treatment yet."""
    role = role_of(sentence, "case")
    assert Role.PLANNED in role
    assert Role.TREATMENT not in role


def test_a_clause_given_stands_beside_a_clause_withheld() -> None:
    """One sentence may tell both."""
    role = role_of("She received prednisone, but rituximab was not given.", "case")
    assert Role.TREATMENT in role
    assert Role.WITHHELD in role


def test_a_treatment_without_success_was_still_given() -> None:
    """A negation of the effect is not a negation of the treatment."""
    role = role_of("Vancomycin was given without any response.", "case")
    assert Role.TREATMENT in role
    assert Role.WITHHELD not in role


@pytest.mark.parametrize(
    "sentence",
    [
        "Several patients have been treated with dapsone.",
        "Studies have shown that radiotherapy may help.",
        "Treatment options include steroids and surgery.",
        "Smith et al. treated five patients with infliximab.",
        "Surgery is the treatment of choice.",
        "Immunotherapy has been proposed by others.",
        "Colchicine may be used in patients with this disease [4].",
    ],
)
@pytest.mark.parametrize("kind", ["discussion", "introduction", "conclusion"])
def test_other_authors_patients_are_literature(sentence: str, kind: SectionKind) -> None:
    """What is reported, recommended or possible was not done to this patient."""
    role = role_of(sentence, kind)
    assert Role.LITERATURE in role
    assert not role & (Role.PATIENT | Role.TREATMENT)


@pytest.mark.parametrize(
    "sentence",
    [
        "Our patient was treated with dapsone.",
        "In this case, the patient received quibrizole for a year.",
        "She was given ivermectin twice, and the itch went away.",
    ],
)
def test_the_own_patient_in_the_discussion_counts(sentence: str) -> None:
    """A discussion that comes back to its own patient tells a treatment."""
    assert Role.TREATMENT in role_of(sentence, "discussion")


@pytest.mark.parametrize(
    "sentence",
    [
        "The rash resolved.",
        "The cyst was unchanged a year later.",
        "The neuropathy progressed.",
        "He died of sepsis on day 12.",
        "At the six-month follow-up there was no recurrence.",
        "She made a complete recovery.",
        "The postoperative course was uneventful.",
        "He did not respond.",
    ],
)
def test_explicit_words_tell_an_outcome(sentence: str) -> None:
    """Resolved, unchanged, progressed, died, recurrence, recovery, follow-up."""
    assert Role.OUTCOME in role_of(sentence, "case")


@pytest.mark.parametrize(
    ("sentence", "role"),
    [
        ("A 30-year-old man presented with fever and cough.", Role.PRESENTATION),
        ("On examination, she had a malar rash.", Role.PRESENTATION),
        ("A diagnosis of scurvy was made.", Role.DIAGNOSIS),
        ("The findings were consistent with leprosy.", Role.DIAGNOSIS),
        ("Computed tomography showed a mass in the left kidney.", Role.FINDING),
        ("Serum creatinine was 3.2 mg/dL.", Role.FINDING),
        ("The hyponatraemia was attributed to carbamazepine.", Role.CAUSE),
        ("Amoxicillin brought on an allergic rash.", Role.ADVERSE),
        ("His past medical history included hypertension.", Role.HISTORY),
        ("Her mother had diabetes.", Role.FAMILY),
        ("There was no evidence of malignancy.", Role.NEGATED),
    ],
)
def test_each_role_has_its_cues(sentence: str, role: Role) -> None:
    """One plain example of every other role."""
    assert role in role_of(sentence, "case")


def test_a_relative_is_not_the_patient() -> None:
    """What a relative was given, or died of, is neither a treatment nor an outcome of the patient."""
    role = role_of("His father was treated with chemotherapy and died.", "case")
    assert Role.FAMILY in role
    assert not role & (Role.TREATMENT | Role.OUTCOME)


@pytest.mark.parametrize("kind", sorted(SILENT_KINDS))
def test_titles_front_matter_and_references_play_no_role(kind: SectionKind) -> None:
    """A drug in a reference's title was given to nobody here."""
    assert role_of("The patient was treated with prednisone.", kind) is Role.NONE


def test_a_story_goes_on_without_naming_the_patient() -> None:
    """In unsectioned text a sentence after one about the patient is about the patient."""
    alone = role_of("The cyst was unchanged.", "body")
    told = role_of("The cyst was unchanged.", "body", told=True)
    assert Role.PATIENT not in alone
    assert Role.OUTCOME in told


NOW = [
    "She is now maintained on quibrizole.",
    "He is alive with disease and keeps taking quibrizole.",
    "There is no recurrence at present.",
    "Remains well on quibrizole.",
    "Quibrizole is being tapered.",
    "At two years there is no relapse.",
    "Examination revealed a mass that could be moved.",
    "Symptoms are well controlled.",
]


@pytest.mark.parametrize("sentence", NOW)
def test_a_story_goes_on_in_the_present_tense(sentence: str) -> None:
    """Within a story a sentence on how the patient is now is about the patient; it is no teaching in general."""
    found = role_of(sentence, "body", told=True)
    assert Role.PATIENT in found
    assert Role.LITERATURE not in found


@pytest.mark.parametrize("sentence", ["Surgery is the main treatment.", "The cause is unclear."])
def test_teaching_within_a_story_is_literature(sentence: str) -> None:
    """The timeless present, of nobody, is no part of the story that it interrupts."""
    assert Role.LITERATURE in role_of(sentence, "body", told=True)


def test_a_story_does_not_go_on_in_the_discussion() -> None:
    """There, each sentence must say for itself that it is about the patient."""
    assert Role.PATIENT not in role_of("The lesions remain a puzzle.", "discussion", told=True)


def test_treatment_words_are_known_by_their_form() -> None:
    """Endings, classes and procedures, not a list of drugs."""
    named = treatment_words("Zorbimab, fluglicillin and a quorectomy after steroids, with a table.")
    assert named == {"zorbimab", "fluglicillin", "quorectomy", "steroids"}


def read(text: str) -> Report:
    """``text`` as the text reader reads it."""
    report = next(TextReader().read(text.encode(), "made.txt")).report
    assert report is not None
    return report


SAMPLE = """Introduction

Surgery has been reported to help in this disease.

Case report

A 50-year-old man presented with pain. He was treated with surgery. The pain resolved.

Discussion

Many patients have been treated with radiotherapy.
"""


def test_a_report_has_one_role_for_each_sentence() -> None:
    """Roles come in the sentences' order and know the sentences' sections."""
    report = read(SAMPLE)
    found = roles(report)
    assert len(found) == len(report.sentences)
    told = zip(report.sentences, found, strict=True)
    treated = [sentence.span.of(report.text) for sentence, role in told if Role.TREATMENT in role]
    assert treated == ["He was treated with surgery."]


def test_a_role_asked_for_alone_is_the_one_among_all() -> None:
    """In whatever order sentences are asked about: what stands before one in its section is taken into account."""
    report = read(SAMPLE.replace("The pain resolved.", "Then 40 mg daily. The pain resolved."))
    (dose,) = (at for at, each in enumerate(report.sentences) if each.span.of(report.text) == "Then 40 mg daily.")
    assert Role.TREATMENT in Roles(report)[dose]
    every = tuple(range(len(report.sentences)))
    for order in (every, every[::-1], every[1::2] + every[::2]):
        told = Roles(report)
        assert {index: told[index] for index in order} == dict(enumerate(roles(report)))
    assert Roles(report)[-1] == roles(report)[-1]
    assert Roles(report)[2:5] == roles(report)[2:5]


def test_a_treatment_is_always_the_patients() -> None:
    """No treatment, outcome or finding without the patient."""
    patient_only = Role.TREATMENT | Role.OUTCOME | Role.FINDING | Role.PRESENTATION | Role.ADVERSE
    for role in roles(read(SAMPLE)):
        assert Role.PATIENT in role or not role & patient_only


@given(st.text(max_size=300), st.sampled_from([*sorted(CASE_KINDS), "discussion", "abstract", "body"]))
def test_any_text_has_consistent_roles(text: str, kind: SectionKind) -> None:
    """Literature and patient exclude each other, whatever the text."""
    role = role_of(text, kind)
    assert not (Role.LITERATURE in role and Role.PATIENT in role)
    assert Role.PATIENT in role or Role.TREATMENT not in role


@pytest.mark.parametrize("unit", ["was treated ", "no ", "her ", "1 mg ", "treatment with ", "(", "a-b/c "])
def test_no_text_makes_a_pattern_run_away(unit: str) -> None:
    """A sentence of a hundred kilobytes gets its roles like any other."""
    assert isinstance(role_of(unit * (100_000 // len(unit)), "case"), Role)


@pytest.mark.parametrize(
    "sentence",
    [
        "The plates did not change.",
        "None of them halted the illness: her condition continued to progress.",
    ],
)
def test_no_change_is_an_outcome(sentence: str) -> None:
    """That nothing helped is what became of the patient."""
    assert Role.OUTCOME in role_of(sentence, "case")


@pytest.mark.parametrize(
    "sentence",
    ["The report does not mention the length of follow-up.", "Details of the follow-up were not reported."],
)
def test_what_the_report_leaves_out_is_no_outcome(sentence: str) -> None:
    """It is about the report, not about the patient."""
    assert not role_of(sentence, "case") & (Role.OUTCOME | Role.TREATMENT)


def test_an_agent_of_any_name_given_by_a_route_is_a_treatment() -> None:
    """The route and the giving tell it."""
    assert Role.TREATMENT in role_of("Intravenous factor IX was given to achieve a level of 70%.", "case")


def test_a_dose_behind_a_treatment_goes_on_with_it() -> None:
    """Behind a treatment "the first" is one; by itself it is nobody's."""
    sentence = "The first was an antibody, at 5 mg/kg per day over two months."
    assert Role.TREATMENT in role_of(sentence, "case", told=True, follows=True)
    assert Role.TREATMENT not in role_of(sentence, "case")


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("No skin was taken: the place might have healed badly.", False),
        ("She would have improved with surgery.", False),
        ("The fever improved, though surgery might have resolved it sooner.", True),
        ("She could be discharged home.", True),
    ],
)
def test_what_only_might_have_been_is_no_outcome(sentence: str, expected: bool) -> None:
    """What would, could or might have become of the patient did not."""
    assert (Role.OUTCOME in role_of(sentence, "case")) is expected
