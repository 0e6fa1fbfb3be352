from __future__ import annotations

import random

import pytest

from corpus.model import SectionKind, Span
from search_api.answering.claims import MAX_CLAIM_CHARS, check
from search_api.answering.verify import find

from .mutating import MUTATIONS, passages, sentences

ZINC = "He was treated with zinc 50 mg/day for three months."


def fault(claim: str, quote: str, section: SectionKind = "treatment", passage: str = "") -> str | None:
    """What is wrong with a claim, by its word; None where nothing is."""
    passage = passage or quote
    span = find(quote, passage)
    assert isinstance(span, Span), span
    found = check(claim, passage, span, section)
    return None if found is None else found.fault


class TestBorneOut:
    """What its quote says is let through."""

    @pytest.mark.parametrize(
        ("claim", "quote"),
        [
            ("He was treated with zinc 50 mg/day for three months.", ZINC),
            ("The patient was treated with zinc 50 mg/day.", ZINC),
            ("The patient received zinc.", ZINC),
            ("Zinc 50 mg/day was given for three months.", ZINC),
            ("zinc 50mg/day for three months", ZINC),
            ("The patient received zinc.", "Zinc 50 mg/day was given for three months."),
            ("The sense of smell returned.", "The sense of smell returned in full."),
            ("The patient's sense of smell returned in full.", "The sense of smell returned in full."),
            ("The lesions did not resolve.", "The lesions did not resolve, but pain improved with prednisone."),
            ("Pain improved with prednisone.", "The lesions did not resolve, but pain improved with prednisone."),
            ("No improvement was seen.", "No improvement was seen after six weeks of colchicine."),
            ("A family history of anosmia was absent.", "A family history of anosmia was absent."),
            ("The patient died.", "The patient died of sepsis two weeks later."),
            ("She was started on prednisone 40 mg/day.", "The woman was started on prednisone 40 mg/day."),
            ("He was treated for lupus.", "He was treated for lupus with zinc."),
            ("There was partial response to zinc.", "There was partial response of the lesions to zinc."),
            ("Lupus was treated with zinc.", "Lupus was treated with zinc for months."),
            ("Her mother had lupus.", "Her mother had lupus and gout."),
            ("Zinc 4 mg/day was started.", "The patient was started on zinc 4 mg/day, and gold was tapered to 5 mg."),
            ("Gold was tapered to 5 mg.", "The patient was started on zinc 4 mg/day, and gold was tapered to 5 mg."),
            ("Zinc 60 mg daily was started.", "Treatment with zinc 60 mg daily was started, but the rash did not go."),
            ("The rash did not go.", "Treatment with zinc 60 mg daily was started, but the rash did not go."),
            ("Symptoms resolved within days of zinc.", "Symptoms resolved within days of zinc 1 mg/day."),
            ("Zinc was stopped.", "He stopped zinc after a week."),
            ("Methotrexate was given.", "He was treated with prednisone and methotrexate."),
            ("Zinc was used.", "The boy was treated with zinc."),
            ("The patient was given zinc and prednisone.", "He was given zinc and prednisone."),
            ("Zinc was given.", "In June, he was given zinc."),
            ("The patient underwent surgical excision.", "The patient then underwent surgical excision of nodules."),
            ("The patient received sodium thiosulfate.", "He was treated with intravenous sodium thiosulfate 25 g."),
            ("Colchicine and diltiazem were tried.", "Colchicine and diltiazem were tried without success."),
            ("The calcinosis progressed.", "The calcinosis progressed despite warfarin."),
            ("Pain improved but calcinosis persisted.", "Pain improved but calcinosis persisted."),
        ],
    )  # fmt: skip
    def test_a_shortening_of_its_quote_is_borne_out(self, claim: str, quote: str) -> None:
        """Words may be left out, and giving be named by another word for it."""
        assert fault(claim, quote) is None

    def test_every_sentence_bears_itself_out(self) -> None:
        """A claim that repeats its quote is always let through, whatever the quote says."""
        tried = 0
        for passage in passages()[::3]:
            for sentence in sentences(passage):
                if len(sentence) <= MAX_CLAIM_CHARS:
                    assert fault(sentence, sentence, "case", passage) is None, sentence
                    tried += 1
        assert tried > 100


class TestNotBorneOut:
    """What its quote does not say is dropped, with the reason."""

    @pytest.mark.parametrize(
        ("claim", "expected"),
        [
            ("The patient was treated with zinc 60 mg/day.", "number"),
            ("The patient was treated with zinc 50 g/day.", "number"),
            ("The patient was treated with zinc 50 mg.", "number"),
            ("The patient was treated with zinc 5.0 mg/day.", "number"),
            ("The patient was treated with zinc >50 mg/day.", "characters"),
            ("The patient was treated with zinc 50-60 mg/day.", "number"),
            ("Zinc was given for two months.", "number"),
            ("Zinc was given for three weeks.", "beyond the quote"),
            ("The patient was treated with copper.", "drug"),
            ("The patient was treated with zinc and prednisone.", "drug"),
            ("The patient was not treated with zinc.", "negation"),
            ("The patient was never treated with zinc.", "negation"),
            ("The patient wasn't treated with zinc.", "negation"),
            ("The patient was cured by zinc.", "beyond the quote"),
            ("The patient improved with zinc.", "beyond the quote"),
            ("The patient had zinc.", "beyond the quote"),
            ("She was treated with zinc.", "person"),
            ("The patients were treated with zinc.", "order"),
            ("Zinc.", "empty"),
            ("", "empty"),
            (" ", "empty"),
            ("The was of.", "order"),
            ("The p\u0430tient received zinc.", "beyond the quote"),
            ("The patient received z\u200binc.", "characters"),
            ("The patient received zi\u00adnc.", "characters"),
            ("Zinc was given for three months \u2192 cured", "characters"),
            ("Was he treated with zinc?", "characters"),
            ("\u202eHe was treated with zinc.", "characters"),
            ("zinc " * 400, "too long"),
        ],
    )
    def test_what_the_quote_does_not_say(self, claim: str, expected: str) -> None:
        """A number, a unit, a drug, a negation, a sex, a result or a mark that the quote has not."""
        assert fault(claim, ZINC) == expected

    @pytest.mark.parametrize(
        ("claim", "quote"),
        [
            ("There was improvement with zinc.", "There was no improvement with zinc."),
            ("The lesions did resolve.", "The lesions did not resolve, but pain improved with prednisone."),
            ("Response to zinc.", "There was partial response to zinc."),
            ("The patient had lupus.", "The patient had possible lupus."),
            ("Zinc was given.", "He was given zinc or copper."),
            ("The patient was treated with zinc.", "He was previously treated with zinc."),
            ("Fever was present on admission.", "Fever was not present on admission."),
            ("Biopsy was performed.", "Biopsy was performed neither then nor later."),
            ("Zinc was started.", "If pain returned, zinc was started."),
            ("The pain returned to zero.", "The pain almost returned to zero."),
            ("Pain was less than before noon.", "Pain was hardly less than before noon."),
            ("Surgery was performed.", "Surgery might be performed."),
            ("Recurrence at one year.", "He lived without recurrence at one year."),
            ("Tumor of 5 cm was found", "Tumor of less than 5 cm was found."),
        ],
    )  # fmt: skip
    def test_what_governs_the_quote_is_not_left_out(self, claim: str, quote: str) -> None:
        """A negation, a doubt, a condition, an alternative, the past and "partial" stay with what they govern."""
        assert fault(claim, quote) in ("negation", "order", "person")

    @pytest.mark.parametrize(
        ("claim", "quote"),
        [
            ("Prednisone was started.", "Prednisone was stopped and methotrexate started."),
            ("Methotrexate was stopped.", "Prednisone was stopped and methotrexate started."),
            ("Prednisone and methotrexate started.", "Prednisone was stopped and methotrexate started."),
            ("Methotrexate was stopped and prednisone started.", "Prednisone was stopped and methotrexate started."),
            ("Methotrexate replaced prednisone.", "Prednisone replaced methotrexate."),
            ("Lupus nephritis was treated.", "The patient with lupus and nephritis was treated with zinc."),
            ("The patient improved.", "The patient was discharged and the lesions improved."),
            ("The lesions improved with prednisone.", "The lesions grew, but pain improved with prednisone 40 mg/day."),
            ("Prednisone 40 mg for 4 weeks.", "Prednisone 40 mg for 2 weeks then 20 mg for 4 weeks was given."),
            ("Prednisone 20 mg.", "Prednisone 40 mg for 2 weeks then 20 mg for 4 weeks was given."),
            ("Sodium was given.", "Sodium thiosulfate was given."),
            ("Methotrexate was given.", "The patient with methotrexate toxicity was given folinic acid."),
            ("Methotrexate was given.", "The patient on methotrexate was given folinic acid."),
            ("The patient was treated with methotrexate.", "He was treated for methotrexate toxicity."),
            ("The patient was treated with methotrexate.", "He was treated for methotrexate effects with zinc."),
            ("Zinc did not lead to improvement.", "Zinc did not lead to nausea and improvement was seen."),
            ("The patient received zinc.", "Others have received zinc."),
            ("The patient received zinc.", "Zinc was given to the patients of the control group."),
            ("The patient received zinc.", "Her mother received zinc."),
            ("Dose was reduced to 40 mg.", "Dose was reduced from 40 mg to 20 mg."),
            ("Nausea led to zinc.", "Zinc led to nausea."),
            ("No cause was found.", "No other cause was found."),
            ("There was no mass.", "There was no palpable mass."),
            ("There was no mass.", "There was no mass of the left kidney."),
            ("He was not given zinc.", "He was not given zinc for long."),
            ("Haptoglobin was low, was high.", "Haptoglobin was low, and methemoglobin was high."),
            ("He attempted the removal.", "He attempted to avoid the removal."),
            ("Reductions of hemoglobin were observed.", "Reductions of hemoglobin A1c levels were observed."),
            ("Smell, pain and fever were normal.", "Smell, touch, pain and fever were normal."),
            ("Methotrexate was given.", "Prednisone was given and methotrexate stopped."),
            ("Methotrexate was given.", "He was given prednisone and methotrexate was stopped."),
            ("Methotrexate was given.", "He was given prednisone and methotrexate stopped."),
            ("Methotrexate was stopped.", "Prednisone was stopped and methotrexate was started."),
            ("Methotrexate was started.", "Prednisone was started and methotrexate stopped."),
            ("Hydroxychloroquine was started.", "The patient was on hydroxychloroquine and was started on zinc."),
            ("The patient was given lupus.", "He was given zinc because of lupus."),
            ("Zinc was started.", "Zinc was given."),
            ("The patient received nausea.", "He received zinc but nausea came."),
            ("The patient received nausea.", "He received zinc with nausea."),
            ("Zinc was stopped.", "Treatment was stopped and zinc deficiency was found."),
            ("Methotrexate was given.", "Prednisone, which he was given, and methotrexate failed."),
            ("The patient was treated with gold.", "The patient, whose mother was treated with gold, died."),
            ("Prednisone was used.", "Prednisone 40 mg was considered, and zinc was used."),
            ("Cocaine was started.", "A boy, who used cocaine, started to have pain."),
            ("Hepatitis C was stopped.", "Zinc was given and the hepatitis C therapy stopped."),
            ("The patient was treated with zinc.", "Among the reported cases, zinc was used in one."),
            ("Copper was given.", "He was found to be taking zinc in place of copper."),
            ("Melanoma was given.", "A woman with melanoma was treated with zinc."),
            ("The patient was treated with glaucoma.", "Glaucoma was treated with zinc."),
            ("The patient was treated with zinc.", "Ada et al. reported a boy who was treated with zinc."),
            ("The patient received rituximab.", "The neighbour's baker received rituximab."),
            ("Biopsy showed a granuloma.", "In the second woman biopsy showed a granuloma."),
            ("Biopsy showed a granuloma.", "Ten years earlier, biopsy showed a granuloma."),
            ("She was treated with zinc.", "During her first pregnancy she was treated with zinc."),
            ("Zinc cured the ulcer.", "Had zinc cured the ulcer, surgery would have been avoided."),
            ("The tumor was benign.", "The tumor was benign in the left but malignant in the right breast."),
            ("The patient received zinc.", "The index patient of the earlier paper received zinc."),
            ("All lesions resolved.", "All lesions resolved except those of the scalp."),
            ("The lesions resolved.", "The lesions resolved within a week but recurred."),
            ("The lesions resolved.", "The lesions resolved only after surgery."),
            ("Fever was present.", "Fever was present in the control dog."),
            ("The dose was 5 mg.", "The maximum dose was 5 mg."),
            ("Sodium was 120.", "Sodium was 120 on admission and 140 at discharge."),
            ("Zinc was effective.", "Zinc was effective in mice."),
            ("Zinc was effective.", "Zinc was as effective as placebo."),
            ("He recovered.", "He recovered from anesthesia."),
            ("Zinc caused the rash.", "Zinc was associated with the rash."),
            ("Colchicine 40 mg was given.", "Prednisone 40 mg and colchicine 1 mg were given."),
            ("The pain was reduced.", "The pain was not significantly reduced."),
            ("Zinc helped the ulcer.", "The question is if zinc helped the ulcer."),
            ("Lupus improved.", "The patient with lupus improved."),
            ("The lesion was small.", "The biopsy of the lesion was small."),
            ("Pain improved prednisone.", "Pain improved with prednisone."),
            ("He was given zinc.", "Last year he was given zinc."),
            ("He was given zinc.", "He was given zinc before the present illness."),
            ("The rash resolved.", "The rash resolved apart from the scalp."),
            ("The rash resolved.", "The rash resolved, yet came back."),
            ("Zinc was given.", "Zinc was given to others."),
            ("He was cured.", "He believed he was cured."),
            ("The patient received methotrexate.", "The patient received help for methotrexate effects."),
        ],
    )  # fmt: skip
    def test_words_of_the_quote_are_not_put_together_anew(self, claim: str, quote: str) -> None:
        """All of its words being there is not enough: who did what to what, and in which dose, must be the same."""
        assert fault(claim, quote) is not None

    @pytest.mark.parametrize(
        ("claim", "quote"),
        [
            ("The patient was treated with zinc.", "On admission the patient was treated with zinc."),
            ("The patient was treated with zinc.", "The patient was treated with zinc from day 3."),
            ("The patient recovered.", "The patient recovered in 2012."),
            ("The patient received zinc.", "The patient received zinc as an adjunct."),
        ],
    )
    def test_what_was_done_may_be_told_without_its_day(self, claim: str, quote: str) -> None:
        """When in the episode it was, or in what place of a regimen, takes nothing back."""
        assert fault(claim, quote) is None

    def test_a_person_is_not_read_into_a_discussion(self) -> None:
        """Outside the case what was given was not given to the patient unless the quote says so."""
        assert fault("The patient received zinc.", "Zinc 50 mg was given for months.", "treatment") is None
        assert fault("The patient received zinc.", "Zinc 50 mg was given for months.", "discussion") == "person"

    def test_a_negation_in_the_sentence_of_the_quote_counts_too(self) -> None:
        """What the quote has in another clause governs no claim about this one; what governs it does, quoted or not."""
        passage = "The rash was gone. No zinc or copper was ever given to him."
        assert fault("The rash was gone.", "The rash was gone.", "outcome", passage) is None
        assert fault("Copper was given.", "No zinc or copper was ever given to him.", "outcome", passage) is not None

    @pytest.mark.parametrize("name", ["a digit changed", "a negation dropped", "a negation added", "a unit changed"])
    def test_mutated_claims_are_dropped(self, name: str) -> None:
        """A sentence of the samples with a digit, a negation or a unit changed is not borne out by the sentence."""
        chance = random.Random(name)
        tried = 0
        for passage in passages():
            for sentence in sentences(passage):
                claim = MUTATIONS[name](sentence, chance)
                if claim and len(claim) <= MAX_CLAIM_CHARS:
                    tried += 1
                    assert fault(claim, sentence, "case", passage) is not None, claim
        assert tried > 20
