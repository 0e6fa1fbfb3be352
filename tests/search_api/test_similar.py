from __future__ import annotations

import logging
from pathlib import Path

import pytest

from corpus.errors import NotFoundError, UsageError
from corpus.terminology.terminology import shipped
from indexer.encoders.choice import OneEncoder
from search_api.config import MAX_VIGNETTE_CHARS
from search_api.json import similar_json
from search_api.retrieval.query import Given
from search_api.retrieval.similar import Readings, Weights, most_similar
from search_api.retrieval.vignette import Vignette, of_report, of_text
from search_api.service import Service
from search_api.similar_model import SimilarReport, SimilarResult
from tests.fakes import Indexed, indexed

CORPUS = {
    "gout": "# Case report\n\nA 52-year-old man had gout of the knee with fever. He was given colchicine. The knee "
    "healed.\n\n# Discussion\n\nOthers describe sarcoidosis and psoriasis with uveitis.",
    "sarcoid": "# Case report\n\nA 34-year-old woman had sarcoidosis with uveitis and cough. Prednisone helped.",
    "denied": "# Case report\n\nA 36-year-old woman had no sarcoidosis and no uveitis. Her cough was due to asthma.",
    "family": "# Case report\n\nA 33-year-old woman came with a burn. Her mother had sarcoidosis with uveitis.",
    "boy": "# Case report\n\nA 4-year-old boy had pneumonia with cough and fever. Amoxicillin helped.",
    "man": "# Case report\n\nA 71-year-old man had pneumonia with cough and fever. Amoxicillin helped.",
}
"""Six invented cases; what they name is in any terminology of medicine."""
VIGNETTE = "A 35-year-old woman came with sarcoidosis, uveitis and cough. She had no fever."


@pytest.fixture(scope="module")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """The invented cases, indexed once."""
    return indexed(tmp_path_factory.mktemp("similar") / "data", CORPUS)


@pytest.fixture(scope="module")
def service(small_corpus: Indexed) -> Service:
    """The service over them."""
    return Service(small_corpus.folder, OneEncoder(small_corpus.encoder))


def ids(result: SimilarResult) -> list[str]:
    return [each.report_id for each in result.similar]


def of(result: SimilarResult, report_id: str) -> SimilarReport:
    return next(each for each in result.similar if each.report_id == report_id)


def taken_apart(indexed_corpus: Indexed, text: str) -> Vignette:
    return of_text(text, indexed_corpus.generation().lexical)


def names(told: object) -> set[str]:
    return {each.text.lower() for each in told}  # type: ignore[attr-defined]


class TestRanking:
    """Which reports come first, and why."""

    def test_the_patient_with_the_same_findings_comes_first(self, service: Service) -> None:
        """Who has what the vignette tells is before who has other things, or has it only in others' words."""
        assert ids(service.similar(VIGNETTE))[0] == "sarcoid"

    def test_who_is_said_not_to_have_it_comes_behind(self, service: Service) -> None:
        """A report that holds the same words and denies them ranks below the one that asserts them."""
        found = ids(service.similar(VIGNETTE))
        assert found.index("sarcoid") < found.index("denied")

    def test_denials_of_a_report_are_told_apart_from_silence(self, service: Service) -> None:
        """What the report denies is "denied"; what it does not mention is "not reported"; neither is shared."""
        result = service.similar(VIGNETTE)
        denied, silent = of(result, "denied"), of(result, "boy")
        assert {pair.vignette.text for pair in denied.denied} == {"sarcoidosis", "uveitis"}
        assert names(denied.not_reported) == set()
        assert names(silent.not_reported) >= {"sarcoidosis", "uveitis"}
        assert silent.denied == ()

    def test_a_relatives_disease_is_not_the_patients(self, service: Service) -> None:
        """A report whose patient's mother has it does not share it, and does not deny it."""
        family = of(service.similar(VIGNETTE), "family")
        shared = {pair.vignette.text for pair in family.shared if pair.same}
        assert shared.isdisjoint({"sarcoidosis", "uveitis"})
        assert family.denied == ()

    def test_the_discussion_is_of_other_patients(self, service: Service) -> None:
        """What only the discussion names is not shared."""
        gout = of(service.similar(VIGNETTE), "gout")
        assert {pair.vignette.text for pair in gout.shared if pair.same} == set()

    def test_what_the_vignette_denies_counts_against_a_report_that_has_it(self, service: Service) -> None:
        """A finding that is denied here and present there is told as a contradiction."""
        result = service.similar(VIGNETTE)
        assert {pair.vignette.text for pair in of(result, "gout").contradicted} == {"fever"}
        assert of(result, "sarcoid").contradicted == ()

    def test_a_history_contradicts_a_denial_by_whatever_name(self, tmp_path: Path) -> None:
        """Who denies HTN differs from who had hypertension, and the other way round."""
        held = {
            "had": "A 40-year-old cook with a medical history of hypertension had gout.",
            "not": "A 40-year-old cook had gout. He denies HTN.",
        }
        made = indexed(tmp_path / "data", {name: f"# Case report\n\n{text}" for name, text in held.items()})
        service = Service(made.folder, OneEncoder(made.encoder))
        denying = service.similar("A baker of 40 had gout. He denies HTN.")
        assert [pair.report.text for pair in of(denying, "had").contradicted] == ["hypertension"]
        assert of(denying, "not").contradicted == ()
        having = service.similar("A baker with a medical history of hypertension had gout.")
        assert [pair.report.text for pair in of(having, "not").denied] == ["HTN"]

    def test_two_kinds_of_infarction_are_two_things(self, tmp_path: Path) -> None:
        """STEMI and NSTEMI are not shared; each is a kind of myocardial infarction."""
        held = {
            "nstemi": "A cook had NSTEMI.",
            "mi": "A cook had a myocardial infarction.",
            "stemi": "A cook had STEMI.",
        }
        made = indexed(tmp_path / "data", {name: f"# Case report\n\n{text}" for name, text in held.items()})
        result = Service(made.folder, OneEncoder(made.encoder)).similar("A baker had STEMI.")
        assert of(result, "nstemi").shared == ()
        assert [(pair.report.text, pair.same) for pair in of(result, "mi").shared] == [("myocardial infarction", False)]
        assert [pair.same for pair in of(result, "stemi").shared] == [True]

    def test_two_kinds_of_one_thing_are_not_shared(self, tmp_path: Path) -> None:
        """Another test of the heart and another drug for diabetes are not reported; a denial of the same is denied."""
        held = {
            "other": "A cook had coronary angiography and took insulin.",
            "denied": "A cook took metformin. He did not take SGLT-2 inhibitors.",
        }
        made = indexed(tmp_path / "data", {name: f"# Case report\n\n{text}" for name, text in held.items()})
        result = Service(made.folder, OneEncoder(made.encoder)).similar(
            "A baker had an ECG and took SGLT-2 inhibitors."
        )
        assert of(result, "other").shared == ()
        assert names(of(result, "other").not_reported) == {"ecg", "sglt-2 inhibitors"}
        assert [pair.vignette.text for pair in of(result, "denied").denied] == ["SGLT-2 inhibitors"]

    def test_of_two_alike_the_one_nearer_in_age_comes_first(self, service: Service) -> None:
        """Two reports that differ in age and sex alone are put in the order of the vignette's patient."""
        words = "had pneumonia with cough and fever. Amoxicillin helped."
        boy, man = "A 5-year-old boy " + words, "A 69-year-old man " + words
        assert ids(service.similar(boy))[:2] == ["boy", "man"]
        assert ids(service.similar(man))[:2] == ["man", "boy"]

    def test_a_report_is_never_similar_to_itself(self, service: Service) -> None:
        """Asked for by its id, a report is left out, and the others are all there."""
        result = service.similar(report_id="boy")
        assert result.report_id == "boy"
        assert set(ids(result)) == set(CORPUS) - {"boy"}
        assert ids(result)[0] == "man"

    def test_a_report_is_asked_for_by_its_case(self, service: Service) -> None:
        """What a report discusses is not looked for."""
        assert names(service.similar(report_id="gout").findings) == {"gout", "fever", "colchicine"}

    def test_scores_fall_and_ranks_count(self, service: Service) -> None:
        """Ranks count from 1 in the order of falling scores; k bounds them."""
        result = service.similar(VIGNETTE, k=4)
        scores = [each.score for each in result.similar]
        assert [each.rank for each in result.similar] == [1, 2, 3, 4]
        assert scores == sorted(scores, reverse=True)

    def test_the_same_question_has_the_same_answer(self, service: Service) -> None:
        """What was read before changes nothing."""
        first, again = service.similar(VIGNETTE), service.similar(VIGNETTE)
        assert (first.similar, first.findings) == (again.similar, again.findings)

    def test_kindred_findings_count_less(self, tmp_path: Path) -> None:
        """A report of a kind of the disease is shared as kin, behind one of the disease itself."""
        terminology = shipped()
        (parent,) = terminology.named("pneumonia")
        child = next(name for name in terminology.narrower(parent) if terminology.name(name).islower())
        held = {"same": "had pneumonia", "kin": f"had {terminology.name(child)}", "none": "had a burn"}
        corpus = {name: f"# Case report\n\nA cook {text} in the night." for name, text in held.items()}
        made = indexed(tmp_path / "data", corpus)
        service = Service(made.folder, OneEncoder(made.encoder))
        result = service.similar("A baker had pneumonia in the night.")
        assert ids(result)[:2] == ["same", "kin"]
        assert [pair.same for pair in of(result, "kin").shared] == [False]

    def test_parts_make_the_score(self, small_corpus: Indexed) -> None:
        """A report's score is the sum of its parts as they are weighed."""
        generation = small_corpus.generation()
        weights = Weights(findings=1.0, concepts=0.0, words=0.0, meaning=0.0, denial=0.5, age=0.0, sex=0.0)
        likes, _ = most_similar(generation, taken_apart(small_corpus, VIGNETTE), Readings(), depth=6, weights=weights)
        for like in likes:
            assert like.score == pytest.approx(like.parts.findings - 0.5 * like.parts.denial)
        assert {0.0 <= like.parts.findings <= 1.0 for like in likes} == {True}


class TestWhatIsShown:
    """Spans, passages and citations."""

    def test_every_text_is_a_slice(self, service: Service, small_corpus: Indexed) -> None:
        """Findings of the vignette are slices of it as given; those of reports and passages slices of the report."""
        story = f"  \n{VIGNETTE}"
        result = service.similar(story)
        assert all(story[told.start : told.end] == told.text for told in (*result.findings, *result.denied))
        generation = small_corpus.generation()
        for each in result.similar:
            text = generation.stored(generation.ordinals[each.report_id]).report.text
            for pair in (*each.shared, *each.denied, *each.contradicted):
                assert text[pair.report.start : pair.report.end] == pair.report.text
                assert story[pair.vignette.start : pair.vignette.end] == pair.vignette.text
                assert pair.location.startswith("line ")
            hit = each.passage
            assert text[hit.start : hit.end] == hit.text
            assert all(hit.start <= span.start < span.end <= hit.end for span in hit.highlights)

    def test_each_finding_is_shared_denied_or_not_reported(self, service: Service) -> None:
        """For every report the vignette's findings fall into three parts that leave none out."""
        result = service.similar(VIGNETTE)
        every = sorted(told.start for told in result.findings)
        for each in result.similar:
            parts = [*(pair.vignette for pair in (*each.shared, *each.denied)), *each.not_reported]
            assert sorted(told.start for told in parts) == every

    def test_patients_are_told_as_the_report_states_them(self, service: Service) -> None:
        """Age in years and sex, of the vignette and of the reports."""
        result = service.similar(VIGNETTE)
        assert result.patient is not None
        assert (result.patient.age, result.patient.sex) == (35.0, "female")
        assert [(who.age, who.sex) for who in of(result, "boy").patients] == [(4.0, "male")]

    def test_the_json_holds_what_the_result_holds(self, service: Service) -> None:
        """One document, with the reports under "similar"."""
        result = service.similar(VIGNETTE, k=2)
        document = similar_json(result)
        assert [each["report_id"] for each in document["similar"]] == ids(result)
        assert document["patient"] == {"age": 35.0, "sex": "female"}
        assert document["denied"][0]["text"] == "fever"


class TestVignette:
    """How a text is taken apart."""

    def test_a_concept_counts_once(self, small_corpus: Indexed) -> None:
        """Fever and pyrexia are one finding, at its first place."""
        vignette = taken_apart(small_corpus, "He had fever. The fever went on; pyrexia again.")
        assert [each.finding.span.start for each in vignette.sought] == [7]

    def test_rare_findings_weigh_more(self, small_corpus: Indexed) -> None:
        """Of two findings the one that fewer reports have is the heavier."""
        vignette = taken_apart(small_corpus, "He had cough and gout.")
        assert [each.finding.span.of(vignette.text) for each in vignette.sought] == ["gout", "cough"]

    def test_history_weighs_less_than_what_is(self, small_corpus: Indexed) -> None:
        """The same finding in the past counts for less."""
        now = taken_apart(small_corpus, "He had gout.").sought[0].weight
        then = taken_apart(small_corpus, "PMH: gout.").sought[0].weight
        assert then < now

    def test_what_is_asserted_somewhere_is_not_denied(self, small_corpus: Indexed) -> None:
        """Fever that came later is looked for, though it was not there at first."""
        vignette = taken_apart(small_corpus, "There was no fever. On day two fever began.")
        assert len(vignette.sought) == 1
        assert vignette.denied == ()

    def test_words_of_a_denial_are_not_compared(self, small_corpus: Indexed) -> None:
        """The text that is compared by words and meaning leaves out the names of what is not there."""
        plain = taken_apart(small_corpus, "He had gout. No fever. His mother had sarcoidosis.").plain
        assert "gout" in plain
        assert "fever" not in plain
        assert "sarcoidosis" not in plain

    def test_two_patients_are_noticed_and_one_is_looked_for(self, service: Service) -> None:
        """The one of whom more is told is looked for, and a notice says so."""
        text = "A 9-year-old boy had cough. A 40-year-old woman had sarcoidosis, uveitis and asthma."
        result = service.similar(text)
        assert result.patient is not None
        assert result.patient.age == 40.0
        assert names(result.findings) == {"sarcoidosis", "uveitis", "asthma"}
        assert any("2 patients" in notice and "40-year-old woman" in notice for notice in result.bounds.notices)

    def test_of_two_told_alike_the_first_is_looked_for(self, service: Service) -> None:
        """With as many findings each, it is the first."""
        result = service.similar("A 9-year-old boy had cough. A 40-year-old woman had asthma.")
        assert result.patient is not None
        assert result.patient.age == 9.0

    def test_one_patient_growing_older_is_one(self, service: Service) -> None:
        """An age stated later without "a" or "another" is the same patient's."""
        result = service.similar("A 9-year-old boy had cough. When 12 years old, he had asthma.")
        assert result.bounds.notices == ()

    def test_a_text_without_findings_is_still_compared(self, service: Service) -> None:
        """By words and meaning, with a notice that says so."""
        result = service.similar("The knee healed.")
        assert ids(result)[0] == "gout"
        assert any("no finding" in notice for notice in result.bounds.notices)

    def test_a_story_may_be_written_as_a_note(self, service: Service) -> None:
        """Age and sex in bedside notation are the patient's, and a bare relative's illness is not looked for."""
        result = service.similar("35F with sarcoidosis. Mother had asthma.")
        assert result.patient is not None
        assert (result.patient.age, result.patient.sex) == (35.0, "female")
        assert names(result.findings) == {"sarcoidosis"}

    def test_a_long_story_is_taken_whole(self, service: Service) -> None:
        """What stands at the end of a text far over the encoder's limit is looked for as well."""
        story = "He walked to the market and back again. " * 500 + "He had gout of the knee."
        assert names(service.similar(story).findings) == {"gout"}

    def test_a_report_tells_its_own_patient(self, small_corpus: Indexed) -> None:
        """Taken from a report, the vignette has the report's patient and spans in the report's text."""
        generation = small_corpus.generation()
        report = generation.stored(generation.ordinals["sarcoid"]).report
        vignette = of_report(report, generation.lexical)
        assert vignette.patient is not None
        assert vignette.patient.age == 34
        assert vignette.text == report.text


class TestConditions:
    """What is asked beside the story."""

    def test_filters_bound_the_reports(self, service: Service) -> None:
        """Only reports that meet the conditions are found, and those that do not tell are counted."""
        result = service.similar(VIGNETTE, given=Given(filters={"sex": ["male"]}))
        assert set(ids(result)) == {"gout", "boy", "man"}
        assert [condition.kind for condition in result.bounds.conditions] == ["sex"]

    def test_words_can_be_excluded(self, service: Service) -> None:
        """A report that holds a word that must not be there is left out."""
        assert "sarcoid" not in ids(service.similar(VIGNETTE, given=Given(must_not=("prednisone",))))

    def test_conditions_that_nothing_meets_give_nothing(self, service: Service) -> None:
        """No report is found, without an error."""
        assert ids(service.similar(VIGNETTE, given=Given(must=("xylophone",)))) == []

    @pytest.mark.parametrize(
        ("text", "report_id", "said"),
        [
            (None, None, "text: or report_id, and neither is given"),
            ("fever", "boy", "text: or report_id, and both are given"),
            ("  ", None, "text: is empty"),
            ("?!", None, "text: holds no letter"),
            ("x" * (MAX_VIGNETTE_CHARS + 1), None, "text: 100,001 characters"),
        ],
        ids=["neither", "both", "empty", "marks", "long"],
    )
    def test_what_cannot_be_meant_is_refused(
        self, service: Service, text: str | None, report_id: str | None, said: str
    ) -> None:
        """The message names the field and says what to do."""
        with pytest.raises(UsageError, match=said):
            service.similar(text, report_id=report_id)

    def test_an_unknown_report_is_not_found(self, service: Service) -> None:
        """It is told which id is meant."""
        with pytest.raises(NotFoundError, match="nobody"):
            service.similar(report_id="nobody")


class TestPrivacy:
    """Stories tell of people."""

    def test_a_story_is_not_logged(self, service: Service, caplog: pytest.LogCaptureFixture) -> None:
        """At no level does any logger hear a word of it."""
        with caplog.at_level(logging.DEBUG):
            service.similar(VIGNETTE + " Quicksilver mining.")
        assert "Quicksilver" not in caplog.text
        assert "sarcoidosis" not in caplog.text

    def test_a_story_is_logged_where_that_is_wanted(
        self, small_corpus: Indexed, caplog: pytest.LogCaptureFixture
    ) -> None:
        """With the service told to, it is logged, at the level of information."""
        told_to = Service(small_corpus.folder, OneEncoder(small_corpus.encoder), log_vignettes=True)
        with caplog.at_level(logging.INFO):
            told_to.similar(VIGNETTE)
            told_to.similar(report_id="boy")
        assert [record.levelname for record in caplog.records if VIGNETTE in record.getMessage()] == ["INFO"]

    def test_a_story_is_not_kept_on_disk(self, service: Service, small_corpus: Indexed) -> None:
        """No file of the data folder holds a word that only the story has."""
        service.similar(VIGNETTE + " Quicksilver mining.")
        held = [path for path in small_corpus.folder.root.rglob("*") if path.is_file()]
        assert not [path for path in held if b"uicksilver" in path.read_bytes()]


def test_readings_keep_the_last_and_answer_the_same(small_corpus: Indexed) -> None:
    """A store that keeps next to nothing gives the same findings as one that keeps all."""
    generation = small_corpus.generation()
    vignette = of_text(VIGNETTE, generation.lexical)
    one, many = (most_similar(generation, vignette, Readings(kept), depth=6)[0] for kept in (1, 1 << 20))
    assert one == many
