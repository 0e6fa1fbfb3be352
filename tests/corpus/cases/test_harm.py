"""What came of each treatment where a sentence names several, or tells why one was given."""

from __future__ import annotations

import pytest

from tests.corpus.cases.treated import treated

OWN = [
    ("Because of worsening pain, morphine was started.", {"morphine": []}),
    ("The vomiting had subsided and prednisolone was commenced.", {"prednisolone": []}),
    ("Her weakness improved before discharge, and radiotherapy was begun.", {"radiotherapy": []}),
    ("Her limp had worsened in spring, and she had undergone osteotomy.", {"osteotomy": []}),
    ("As the disease progressed, it showed no response to lenalidomide.", {"lenalidomide": ["unchanged"]}),
    ("The fever resolved within two days with colchicine.", {"colchicine": ["resolved"]}),
    ("His blood pressure normalized once labetalol was administered.", {"labetalol": ["resolved"]}),
    ("The rash worsened despite dapsone, so rituximab was given.", {"dapsone": ["progressed"], "rituximab": []}),
    ("Despite dapsone and colchicine the rash worsened.", {"dapsone": ["progressed"], "colchicine": ["progressed"]}),
    ("After dapsone failed, the ulcers healed with rituximab.", {"rituximab": ["resolved"]}),
    ("Rituximab was given, and colchicine led to complete resolution.", {"Rituximab": [], "colchicine": ["resolved"]}),
    ("Colchicine was replaced by dapsone. The rash cleared.", {"Colchicine": [], "dapsone": ["resolved"]}),
    ("Weakness progressed to dysphagia, the patient was intubated.", {"intubated": []}),
    ("He had lymphoma with multiple relapses, treated with rituximab.", {"rituximab": []}),
    ("Heparin was switched to rivaroxaban, and she went home in remission.",
     {"Heparin": [], "rivaroxaban": ["resolved"]}),
    ("Carbamazepine was given. The pain was not controlled. After the next procedure it disappeared.",
     {"Carbamazepine": ["unchanged"]}),
    ("Acyclovir was given. Her condition deteriorated and she died.", {"Acyclovir": ["progressed"]}),
    ("Conservative treatment failed.", {"Conservative treatment": ["unchanged"]}),
    ("Dapsone was stopped because of neutropenia and colchicine was started.",
     {"Dapsone": ["adverse_reaction"], "colchicine": []}),
    ("Anaphylaxis was treated with adrenaline.", {"adrenaline": []}),
    ("Colchicine was switched to dapsone. The rash cleared.", {"Colchicine": [], "dapsone": ["resolved"]}),
    ("She was switched from colchicine to dapsone. The rash cleared.", {"colchicine": [], "dapsone": ["resolved"]}),
    ("Dapsone did not help and rituximab was added. The rash cleared.",
     {"Dapsone": ["unchanged"], "rituximab": ["resolved"]}),
    ("Colchicine was given, which was switched to dapsone, and the rash cleared.",
     {"Colchicine": [], "dapsone": ["resolved"]}),
    ("She had failed dapsone before rituximab induced a lasting remission.", {"dapsone": []}),
    ("She was given dapsone, which was considered the likely culprit.", {"dapsone": ["adverse_reaction"]}),
    ("Honey was applied with colchicine, and the wound healed.", {"colchicine": ["resolved"]}),
    ("The scar healed and her fever subsided on colchicine.", {"colchicine": ["resolved"]}),
    ("A splenectomy was done and the wound healed.", {"splenectomy": []}),
    ("Colchicine was given. After one week, however, her cough worsened.", {"Colchicine": ["progressed"]}),
    ("Colchicine was out of the question after a severe reaction to it.", {"Colchicine": ["adverse_reaction"]}),
    (
        "Colchicine, dapsone, and acitretin brought no benefit.",
        {"Colchicine": ["unchanged"], "dapsone": ["unchanged"], "acitretin": ["unchanged"]},
    ),
    (
        "Colchicine was begun. Dapsone was added. Neither of them helped. Acitretin was given and the rash resolved.",
        {"Colchicine": ["unchanged"], "Dapsone": ["unchanged"], "Acitretin": ["resolved"]},
    ),
    ("Colchicine was begun. Dapsone was added. All lesions healed.", {"Colchicine": [], "Dapsone": ["resolved"]}),
    (
        "She took colchicine and then dapsone, which improved her condition.",
        {"colchicine": [], "dapsone": ["improved"]},
    ),
    ("Both colchicine and dapsone proved useless.", {"colchicine": ["unchanged"], "dapsone": ["unchanged"]}),
]  # fmt: skip


@pytest.mark.parametrize(("told", "came"), OWN, ids=[told[:40] for told, _ in OWN])
def test_an_outcome_is_of_the_treatment_that_the_words_link_it_to(told: str, came: dict[str, list[str]]) -> None:
    """Why a treatment was given, and what another did, is not what came of it."""
    found = {each.surface: [one.label for one in each.outcomes if one.label != "not_stated"] for each in treated(told)}
    assert {surface: found[surface] for surface in came} == came
