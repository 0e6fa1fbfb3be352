"""What a sentence says of each treatment that it names."""

from __future__ import annotations

import pytest

from corpus.cases.giving import Giving
from tests.corpus.cases.treated import said

GIVEN = [
    ("She was treated with doxycycline.", ["doxycycline"]),
    ("Doxycycline was started on day two.", ["Doxycycline"]),
    ("We gave her ceftriaxone and then switched to oral cefixime.", ["ceftriaxone", "cefixime"]),
    ("He underwent laparoscopic cholecystectomy.", ["laparoscopic cholecystectomy"]),
    ("The nodule was excised under local anesthesia.", ["excised"]),
    ("She was intubated and transfused.", ["intubated", "transfused"]),
    ("Prednisone was stopped and azathioprine was started.", ["Prednisone", "azathioprine"]),
    ("Aspirin was stopped and clopidogrel started.", ["Aspirin", "clopidogrel"]),
    ("Her fever resolved with colchicine.", ["colchicine"]),
    ("He received tocilizumab instead of infliximab.", ["tocilizumab"]),
    ("The rash persisted despite topical betamethasone.", ["betamethasone"]),
    ("There was no response to dapsone.", ["dapsone"]),
    ("A decision was made to proceed with splenectomy.", ["splenectomy"]),
    ("He was scheduled for surgery and underwent lobectomy.", ["lobectomy"]),
    ("She underwent CABG and was put on oxygen.", ["CABG", "oxygen"]),
    ("Her remission was due to rituximab.", ["rituximab"]),
    ("She took dapsone but had never used colchicine.", ["dapsone"]),
    ("He was given dapsone and did not smoke.", ["dapsone"]),
    ("She received dapsone and refused splenectomy.", ["dapsone"]),
    ("Dapsone was given, but he declined any further visit.", ["Dapsone"]),
    ("A liver transplant was done, and the transplant was rejected.", ["liver transplant", "transplant"]),
    ("Dapsone was given, given his severe itch.", ["Dapsone"]),
    ("Because endocarditis was suspected, vancomycin was started as sepsis was suspected.", ["vancomycin"]),
    ("Dapsone was begun since dermatitis herpetiformis was suspected.", ["Dapsone"]),
    ("He had agranulocytosis caused by dapsone, which he had been given for a rash.", ["dapsone"]),
    ("He was started on chemotherapy and radiation.", ["chemotherapy", "radiation"]),
    ("Levofloxacin and normal saline were administered.", ["Levofloxacin", "saline"]),
]


@pytest.mark.parametrize(("sentence", "names"), GIVEN, ids=[sentence[:40] for sentence, _ in GIVEN])
def test_what_was_given_or_done_is_given(sentence: str, names: list[str]) -> None:
    """A treatment that a clause of the story says was given, done, changed or stopped has the status given."""
    assert [surface for surface, status in said(sentence) if status == "given"] == names


NOT_GIVEN = [
    "No corticosteroids were given.",
    "She did not receive any antibiotics.",
    "He had never taken methotrexate.",
    "The patient denied previous surgery.",
    "She recovered without antiviral therapy.",
    "Blood transfusion was not required.",
    "He has been treated neither with dapsone nor with colchicine.",
    "He had no history of radiotherapy.",
    "He recovered without resorting to dialysis.",
    "Her hives cleared without treatment with antihistamines.",
    "Surgery was deferred given his frailty.",
    "Heparin was withheld given the recent stroke.",
    "She was not using contraceptives.",
    "Chemotherapy was omitted because of her poor condition.",
    "The pump was stopped and surgery abandoned.",
    "He died before surgery could be performed.",
    "Had surgery been performed, he might have lived.",
    "He had ingested 30 tablets of amlodipine in a suicide attempt.",
    "He came with a reduction of muscle mass.",
    "The rash was attributed to allopurinol.",
    "Hepatitis caused by isoniazid was suspected.",
    "Lisinopril was thought to be the cause of her cough.",
    "Dapsone was considered the most likely cause of her methemoglobinemia.",
    "The wife of the patient was prescribed doxycycline.",
    "All household contacts received rifampicin prophylaxis.",
    "The authors recommend early surgery.",
    "The majority of patients admitted because of sepsis receive ceftriaxone.",
    "Another patient on the ward received vancomycin.",
    "The organism was ampicillin, cefuroxime and ciprofloxacin sensitive.",
    "The lesion had serosanguineous drainage and there was no evidence of shunting.",
]


@pytest.mark.parametrize("sentence", NOT_GIVEN)
def test_what_was_not_given_is_no_treatment(sentence: str) -> None:
    """A treatment that the clause says the patient did not get gives no row."""
    assert said(sentence) == []


STATUS = [
    ("He was advised surgery, which he declined.", "surgery", "declined"),
    ("She was offered splenectomy but declined.", "splenectomy", "declined"),
    ("The patient refused chemotherapy.", "chemotherapy", "declined"),
    ("Methotrexate is contraindicated in her because of cirrhosis.", "Methotrexate", "precluded"),
    ("An earlier infusion reaction to infliximab forbade another.", "infliximab", "precluded"),
    ("She could not tolerate azathioprine.", "azathioprine", "precluded"),
    ("Surgery, chemotherapy and radiotherapy were refused.", "radiotherapy", "declined"),
    ("Prednisone was prescribed but she never took it.", "Prednisone", "declined"),
    ("He was prescribed warfarin, which he did not take.", "warfarin", "declined"),
    ("He was advised thyroidectomy and refused it.", "thyroidectomy", "declined"),
    ("Dapsone was prescribed but he did not take any.", "Dapsone", "declined"),
    ("She was given dapsone and refused splenectomy.", "splenectomy", "declined"),
    ("Amputation was rejected by her.", "Amputation", "declined"),
    ("We gave dapsone before proposing splenectomy.", "splenectomy", "planned"),
    ("The family opposed dialysis.", "dialysis", "declined"),
    ("Surgery was proposed but the patient refused.", "Surgery", "declined"),
    ("Thrombolysis was contraindicated because of recent surgery.", "surgery", "given"),
    ("Given her allergy to penicillin, clindamycin was chosen.", "clindamycin", "given"),
    ("After discussing surgery with the family, antibiotics were continued.", "surgery", "planned"),
    ("He declined further chemotherapy after two cycles of cisplatin.", "cisplatin", "given"),
    ("He was too frail for surgery.", "surgery", "precluded"),
    ("She was deemed a poor candidate for transplantation.", "transplantation", "precluded"),
    ("A liver transplantation is being planned.", "liver transplantation", "planned"),
    ("She is due to undergo splenectomy.", "splenectomy", "planned"),
    ("Instead of prednisone, dapsone was used.", "dapsone", "given"),
    ("In childhood he was given growth hormone.", "growth hormone", "past"),
    ("In 2009 she received methotrexate. In 2015 she was admitted with fever.", "methotrexate", "past"),
    ("She was admitted in 2015. In 2015 she received rituximab. In 2018 she was readmitted.", "rituximab", "given"),
    ("She is diabetic for 10 years on metformin.", "metformin", "current_at_presentation"),
    ("A kidney transplantation is planned.", "kidney transplantation", "planned"),
    ("She was scheduled for thyroidectomy.", "thyroidectomy", "planned"),
    ("Rituximab was considered.", "Rituximab", "planned"),
    ("He is awaiting liver transplantation.", "liver transplantation", "planned"),
    ("She had been treated with sulfasalazine for years.", "sulfasalazine", "past"),
    ("Her arthritis had been refractory to several drugs, leflunomide among them.", "leflunomide", "past"),
    ("She underwent hysterectomy six years ago.", "hysterectomy", "past"),
    ("Her past medical history included appendectomy.", "appendectomy", "past"),
    ("Her medications included amlodipine.", "amlodipine", "current_at_presentation"),
    ("At presentation she was taking warfarin.", "warfarin", "current_at_presentation"),
    ("On arrival her drugs included etanercept.", "etanercept", "current_at_presentation"),
]


@pytest.mark.parametrize(("sentence", "surface", "status"), STATUS, ids=[each[0][:40] for each in STATUS])
def test_the_status_of_a_treatment_is_read_off_its_clause(sentence: str, surface: str, status: str) -> None:
    """Past, current on arrival, planned, precluded and declined are told apart."""
    assert (surface, status) in said(sentence)


@pytest.mark.parametrize(
    "told",
    [
        "She was given dapsone and not colchicine.",
        "We used dapsone but not oral colchicine because of her kidneys.",
        "We treated her with dapsone and not with colchicine.",
    ],
)
def test_what_stands_behind_and_not_was_not_given(told: str) -> None:
    """Of "one and not the other" only the one is a treatment."""
    assert said(told) == [("dapsone", "given")]


def test_what_follows_an_earlier_treatment_is_no_longer_current_on_arrival() -> None:
    """Once something was given in the episode, "was taking" tells of the episode too."""
    assert said("She was started on colchicine. At six months she was taking prednisone.")[-1] == (
        "prednisone",
        "given",
    )


def test_general_teaching_is_told_of_nobody() -> None:
    """A clause in the timeless present is said of no patient."""
    sentence = "Surgical excision is the treatment of choice."
    assert Giving(sentence).told(0, 17, [(0, 17)]) == "general"


def test_each_clause_speaks_for_itself() -> None:
    """A denial in one clause does not reach the treatment of the next."""
    found = said("He was not given corticosteroids, but he received plasmapheresis.")
    assert found == [("plasmapheresis", "given")]


def test_what_was_done_years_before_the_patient_came_is_past() -> None:
    """Where the next sentences bring the patient only years later, what was done before is past."""
    found = said("In 1991 she underwent mastectomy. Twelve years later she presented with a lump. Biopsies were taken.")
    assert found == [("mastectomy", "past")]


@pytest.mark.parametrize("ruled_out", ["out of the question", "no option", "no longer an option"])
def test_what_was_out_of_the_question_is_precluded(ruled_out: str) -> None:
    """What could not be chosen was not given."""
    assert said(f"Colchicine was {ruled_out} because of her renal failure.") == [("Colchicine", "precluded")]
