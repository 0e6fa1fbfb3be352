"""What a report denies, excludes, only considers, or says of others is never one of its patient's diagnoses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpus.cases.diagnoses import diagnoses
from corpus.cases.story import Story

StoryOf = Callable[[str], Story]

NOT_HIS = [
    line.strip()
    for line in """
    X was ruled out.
    We ruled out X.
    X was excluded by biopsy.
    We excluded X.
    We exclude X and brucellosis as the cause.
    Biopsy excluded X.
    Biopsy helped to exclude X.
    There was no evidence of X.
    There was no histological evidence of X.
    No signs of X were found.
    The differential diagnosis included X.
    Differential diagnoses were X and brucellosis.
    The differential diagnosis of X was considered.
    The differentials considered were brucellosis and X.
    X was considered in the differential diagnosis.
    X was considered.
    X was considered unlikely.
    X was thought unlikely.
    X was initially considered.
    X was initially suspected.
    Initially, X was suspected.
    We initially suspected X.
    The initial diagnosis was X.
    An initial diagnosis of X was made.
    He was initially diagnosed with X.
    He was initially treated as X.
    He was initially managed as severe X.
    He was misdiagnosed with X.
    He had been misdiagnosed as having X.
    He was wrongly diagnosed with X.
    He was erroneously diagnosed as X.
    There was a family history of X.
    His family history was positive for X.
    His mother had X.
    His father was diagnosed with X.
    His brother died of X.
    His sister suffered from X.
    Two of his siblings had X.
    X ran in his family.
    He had no history of X.
    He had no known X.
    He had no previous X.
    He denied X.
    He denied a history of X.
    Past medical history was negative for X.
    His past history was unremarkable for X.
    Tests for X were negative.
    Serology for X was negative.
    Serology was negative for X.
    Serology was normal for X.
    The work-up for X was negative.
    Screening for X was negative.
    X was not found.
    X was not confirmed.
    X could not be confirmed.
    X could be excluded.
    X could thus be ruled out.
    The biopsy did not show X.
    The biopsy failed to confirm X.
    The findings were not consistent with X.
    The findings were inconsistent with X.
    The findings were against X.
    The findings argued against X.
    The findings did not support X.
    The findings did not suggest X.
    The findings did not fulfil the criteria for X.
    He did not meet the criteria for X.
    He did not have X.
    He never had X.
    He was never diagnosed with X.
    The absence of granulomas made X unlikely.
    This made the diagnosis of X unlikely.
    The diagnosis of X was rejected.
    The diagnosis of X was discarded.
    The diagnosis of X was abandoned.
    The diagnosis of X was dismissed.
    The diagnosis of X was revised.
    The diagnosis of X was excluded.
    The lesion mimicked X.
    The lesion resembled X.
    The lesion was mistaken for X.
    The appearance was similar to X.
    The lesion simulated X clinically.
    Lymphoma is often confused with X.
    It must be distinguished from X.
    It should be differentiated from X.
    To distinguish it from X, a biopsy was taken.
    To rule out X, a biopsy was taken.
    A biopsy was taken to exclude X.
    A biopsy was done because of suspected X.
    X was suspected but not confirmed.
    X was suspected, but biopsy was negative.
    Suspecting X, we did a biopsy.
    Under the suspicion of X, a biopsy was done.
    Clinically, X was suspected.
    A clinical suspicion of X was raised.
    He was referred for possible X.
    He was referred with a query of X.
    He was referred with suspected X.
    He was admitted with a presumptive diagnosis of X.
    He was admitted with a provisional diagnosis of X.
    The preoperative diagnosis was X.
    We thought of X first.
    Our first impression was X.
    Possibilities included X and brucellosis.
    The possibility of X was raised.
    The possibility of X was considered.
    Possible causes such as X were sought.
    Other causes, such as X, were excluded.
    Other causes such as X and brucellosis were ruled out.
    Infectious diseases including X were ruled out.
    He was vaccinated against X.
    He received prophylaxis against X.
    He was at risk of X.
    He was screened for X.
    He was tested for X.
    Tests to exclude X were done.
    He had contact with a patient with X.
    He had been exposed to X.
    His wife was being treated for X.
    He had no contact with X.
    Without X, the course was mild.
    He was free of X.
    There was neither X nor brucellosis.
    Neither brucellosis nor X was found.
    None of the tests showed X.
    He had brucellosis rather than X.
    It was brucellosis and not X.
    It was brucellosis, not X.
    Instead of X, brucellosis was found.
    Unlike X, lymphoma is treated with drugs.
    In contrast to X, lymphoma responds.
    X was absent.
    X is a differential diagnosis.
    X can present in the same way.
    X may look the same.
    X should be considered in such patients.
    X has to be excluded in such patients.
    It was unclear whether he had X.
    If X develops, treatment is stopped.
    X could not be excluded.
    X was less likely.
    X seemed unlikely.
    X was questioned.
    X or brucellosis was assumed at first.
    At first, X was assumed.
    At first we thought he had X.
    He was thought to have X, but biopsy showed otherwise.
    A presumed diagnosis of X was later rejected.
    X versus brucellosis was debated.
    The radiologist raised the question of X.
    Concern for X led to a biopsy.
    There was concern about X.
    The patient feared X.
    Biopsy was negative for malignancy and X.
    No X, no brucellosis and no syphilis was detected.
    He had no fever, X or syphilis.
    There was no X.
    There were no features of X.
    Features suggestive of X were absent.
    No cause such as X was found.
    X had been excluded previously.
    X was not present.
    X was unlikely because cultures were sterile.
    Previous reports describe X in such patients.
    Patients with X often have cough.
    A similar case in a patient with X was reported by Miller et al.
    Laboratory tests excluded X and brucellosis.
    X was effectively ruled out by bronchoscopy.
    Bronchoscopy did not reveal any sign of X.
    Cultures were negative, which excluded X.
    X and other granulomatous diseases were excluded.
    No granulomas suggestive of X were seen.
    There was no clinical or radiological sign of X.
    Nothing pointed to X.
    Investigations for X were unremarkable.
    Investigations for X came back negative.
    A test for X was negative.
    The test for X was negative twice.
    Quantiferon was negative, ruling out X.
    X seemed improbable.
    X was deemed improbable.
    X was not suspected at first.
    X was never suspected.
    X was not seen on biopsy.
    The patient had never been treated for X.
    The patient had never suffered from X.
    There was no personal or family history of X.
    He had no personal history of X.
    His family history was remarkable for X in his father.
    X had been diagnosed in his brother.
    His maternal aunt had died of X.
    His wife had X two years ago.
    His daughter has X.
    A cousin suffers from X.
    The father of the patient had X.
    His parents both had X.
    There was X in the family.
    His neighbour had X.
    His roommate had been diagnosed with X.
    His husband died of X.
    A history of X in his sister was noted.
    The differential diagnoses at this point were brucellosis, lymphoma and X.
    The differential included brucellosis, syphilis and X.
    Among the differentials were brucellosis and X.
    The differential diagnosis comprised brucellosis, X and syphilis.
    We considered brucellosis, syphilis and X.
    Brucellosis, syphilis and X were considered.
    We first thought of brucellosis or X.
    Could this be X?
    Was it X?
    X or brucellosis?
    The working hypothesis was X.
    The first hypothesis was X.
    X was hypothesized.
    Our initial hypothesis was X.
    The possibility of an underlying X was considered.
    He was evaluated for X.
    He was investigated for X.
    He was screened for X with negative results.
    A work-up for X was started.
    He was worked up for X.
    Empirical treatment for X was given without effect.
    He was treated empirically for presumed X without response.
    He was treated for suspected X.
    He was started on empirical therapy for possible X.
    The lesion was similar to that of X.
    The lesion looked like X.
    The picture was X-like.
    An X-like picture was seen.
    The histology was not typical for X.
    The histology was not that of X.
    The criteria of X were not met.
    The criteria for X were not fulfilled.
    He did not fulfil criteria for X.
    This was not X.
    It was not X.
    The cause was not X.
    This case shows that it was not X.
    Contrary to our suspicion, X was not found.
    We could not find evidence of X.
    We found no evidence of X.
    There was insufficient evidence for X.
    There was little evidence of X.
    Evidence of X was lacking.
    Proof of X was lacking.
    X could not be proven.
    X could not be demonstrated.
    X could not be established.
    X cannot present like this.
    X is commonly seen in such patients.
    X is the most common cause of such lesions.
    X usually affects young adults.
    X has been reported after such treatment.
    The literature describes X as a cause.
    Doctors often think of X here.
    The risk of X was explained.
    To avoid X, he was isolated.
    To prevent X, he was given isoniazid.
    He was protected from X.
    He had been vaccinated for X as a child.
    The drug may cause X.
    The drug can trigger X.
    He was worried about X.
    He feared that he had X.
    His doctor told him that it was not X.
    The first doctor wrongly thought it was X.
    The referral diagnosis was X.
    The clinical suspicion was X.
    The radiological suspicion was X.
    The radiologist suspected X.
    The scan was read as possible X.
    The scan suggested X but biopsy did not confirm it.
    The scan suggested X; however, biopsy was negative.
    X was suggested by the scan but excluded by biopsy.
    X, brucellosis and syphilis were all excluded.
    Exclusion of X required a biopsy.
    After excluding X, we started steroids.
    Having ruled out X, we started steroids.
    With X excluded, we started steroids.
    Once X had been excluded, steroids were started.
    As X was excluded, steroids were started.
    Although thought to be X, it was lymphoma.
    Though he was at first believed to have X, he had lymphoma.
    He had been exposed to a colleague who had X.
    He was exposed to active X and brucellosis.
    We excluded X, which was confirmed by the course.
    X was excluded in 2015.
    An exclusion of X in 2015 was known.
    The suspicion of X in 2015 came to nothing.
    """.strip().splitlines()
]
HIS = """
    X was diagnosed.
    X was confirmed by biopsy.
    The diagnosis of X was made.
    A biopsy was taken to exclude brucellosis and revealed X.
    Brucellosis was ruled out and X was confirmed.
    After exclusion of brucellosis, a diagnosis of X was made.
    Initially, brucellosis was suspected, but biopsy showed X.
    He was first treated for brucellosis, but the final diagnosis was X.
    The findings were most likely due to X.
    It turned out to be X and not brucellosis.
    Biopsy showed X without malignancy.
    Against our expectation, biopsy revealed X.
    He had exposure to birds, and biopsy showed X.
    Differential diagnosis was wide; biopsy showed X.
    X, not brucellosis, was diagnosed.
    A plumber exposed to beryllium was diagnosed with X.
    The worker with exposure to talc had X.
    The initial impression was X, which was later confirmed by biopsy.
    He was originally believed to have X and this was proven by culture.
    The scan was not only typical of X but also showed stones.
    Screening spirometry revealed X.
    He was evaluated for weight loss and was found to have X.
    He was initially thought to be healthy and later developed X.
""".strip().splitlines()


def roles_of(name: str, text: str, story_of: StoryOf) -> list[str]:
    """As what ``name`` stands among the first patient's diagnoses."""
    return [each.role for each in diagnoses(story_of(text))[1] if each.name.lower() == name]


@pytest.mark.parametrize("sentence", NOT_HIS)
def test_what_is_not_the_patients_is_no_diagnosis(story_of: StoryOf, sentence: str) -> None:
    """Neither beside the disease that the patient does have, nor where the report names no other."""
    name = "sarcoidosis"
    told = sentence.replace("X", name)
    start = f"A 40-year-old man had a cough for three weeks. {told[0].upper()}{told[1:]}"
    assert roles_of(name, f"{start} A diagnosis of lymphoma was made.", story_of) == []
    assert roles_of(name, f"{start} He recovered.", story_of) == []


@pytest.mark.parametrize("sentence", [each.strip() for each in HIS])
def test_a_denial_of_another_disease_leaves_the_patients_own(story_of: StoryOf, sentence: str) -> None:
    """A word that excludes something reaches no further than what it excludes."""
    told = sentence.replace("X", "sarcoidosis")
    text = f"A 40-year-old man had a cough for three weeks. {told[0].upper()}{told[1:]} He recovered."
    assert roles_of("sarcoidosis", text, story_of) == ["index"]


def test_all_of_an_excluded_list_are_excluded(story_of: StoryOf) -> None:
    """A list that begins with an exclusion is excluded to its end, however long."""
    text = (
        "A 40-year-old man had a cough. We exclude sarcoidosis, histoplasmosis, patent ductus arteriosus, allergic "
        "bronchopulmonary aspergillosis, ventricular septal defect, systemic amyloidosis, brucellosis and "
        "leptospirosis as causes. A diagnosis of lymphoma was made."
    )
    assert [each.name for each in diagnoses(story_of(text))[1]] == ["lymphoma"]
