"""What conditions admit, held against an oracle that reads every report's text."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.kinds import judge
from corpus.model import Report
from corpus.patients import PatientMention, patients
from corpus.terminology.terminology import shipped
from indexer.encoders.choice import OneEncoder
from indexer.writer import lexical_text
from search_api.config import HYBRID, System
from search_api.retrieval.conditions import admit
from search_api.retrieval.query import Given, parse
from search_api.service import Service
from tests.fakes import CASES, WORDS, Indexed, corpora, indexed, make_report

SYSTEMS = [HYBRID, System("bm25"), System("dense")]


def case(text: str, outcome: str = "All was well.", **facts: object) -> Report:
    return make_report(f"# Case report\n\n{text}\n\n# Outcome\n\n{outcome}", None, **facts)


REPORTS = {
    "girl": case("A 9-year-old girl had calcinosis cutis of the elbow.", year=2016, journal="Invented Cases"),
    "boy": case("A 17-year-old boy had calcinosis of both hands.", year=2012, journal="Tales of Medicine & Health"),
    "woman": case("A 34-year-old woman took diltiazem for calcinosis. She had scleroderma.", year=2020),
    "man": case("A 34-year-old man took Cardizem for a racing heart.", "He had no heart-failure.", year=2015),
    "infant": case("A 7-month-old patient had a cough.", "The cough of the infant ceased.", journal="Invented Cases"),
    "pair": case("A 9-year-old boy and his aunt came. A 40-year-old woman had gout.", year=1998),
    "farmer": case("A farmer had follow‑up for gout and Heart\u00a0Failure, with a cutis of calcinosis.", year=2016),
    "review": make_report("# Introduction\n\nThis review sums up what is known of calcinosis.", "Calcinosis: a review"),
}
"""Eight invented reports; no two have the same facts."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """The reports, indexed in two segments."""
    at = indexed(tmp_path_factory.mktemp("conditions"), CASES)
    for name in CASES:
        at.catalog.delete(name)
    at.put({name: REPORTS[name] for name in ("girl", "boy", "woman", "man", "review")})
    at.build()
    at.put(REPORTS)
    at.build()
    return at


@pytest.fixture
def service(made: Indexed) -> Service:
    return Service(made.folder, OneEncoder(made.encoder))


def admitted(at: Indexed, line: str) -> set[str]:
    """The reports that a line admits."""
    generation = at.generation()
    found = admit(generation, parse(line))
    assert found is not None
    assert not (found.rows & ~found.reports[generation.passage_reports]).any()
    return {generation.report_ids[ordinal] for ordinal in np.flatnonzero(found.reports)}


def those(meets: Callable[[Report], bool]) -> set[str]:
    """The reports that the oracle admits."""
    return {name for name, report in REPORTS.items() if meets(report)}


def any_patient(meets: Callable[[PatientMention], bool]) -> set[str]:
    return those(lambda report: any(map(meets, patients(report))))


def holds(report: Report, pattern: str) -> bool:
    text = re.sub(r"[\s‑-]+", " ", lexical_text(report))
    return re.search(rf"\b{pattern}\b", text, re.IGNORECASE) is not None


@pytest.mark.parametrize("line", ["gout", "gout year:2015..", "gout +farmer", "gout -calcinosis age:<18", "year:1500"])
def test_how_many_reports_meet_the_conditions_is_told(made: Indexed, service: Service, line: str) -> None:
    """As many as are admitted, however few are shown; of a line without conditions it is not told."""
    told = service.search(line, k=1).bounds.reports
    assert told == (None if line == "gout" else len(admitted(made, line)))
    assert service.ask(line).bounds.reports == told
    assert service.evidence("gout" + line.removeprefix("gout")).bounds.reports is None or told is not None


class TestFilters:
    """Each filter against the oracle."""

    @pytest.mark.parametrize(
        ("value", "low", "high"),
        [
            ("2016", 2016, 2016),
            ("2015..", 2015, 9999),
            ("..2012", 0, 2012),
            ("<2015", 0, 2014),
            ("2012..2016", 2012, 2016),
        ],
    )
    def test_year(self, made: Indexed, value: str, low: int, high: int) -> None:
        """Of publication; a report without a year meets none."""
        wanted = those(lambda report: low <= (report.bibliography.year or -1) <= high)
        assert admitted(made, f"year:{value}") == wanted != set()

    def test_several_years_are_alternatives(self, made: Indexed) -> None:
        """Any of the values will do."""
        assert admitted(made, "year:1998,2020..") == {"pair", "woman"}

    @pytest.mark.parametrize(
        ("value", "meets"),
        [
            ("<18", lambda age: age < 18),
            ("34", lambda age: 34 <= age < 35),
            (">=34", lambda age: age >= 34),
            ("6months..9y", lambda age: 0.5 <= age <= 9),
            ("7months", lambda age: 0.58 < age < 0.66),
            ("<1,40..", lambda age: age < 1 or age >= 40),
        ],
    )
    def test_age(self, made: Indexed, value: str, meets: Callable[[float], bool]) -> None:
        """Of any stated patient; a report that states none meets none."""
        assert admitted(made, f"age:{value}") == any_patient(lambda patient: meets(patient.age)) != set()

    @pytest.mark.parametrize("sex", ["female", "male"])
    def test_sex(self, made: Indexed, sex: str) -> None:
        """Of any stated patient whose sex is told."""
        assert admitted(made, f"sex:{sex}") == any_patient(lambda patient: patient.sex == sex) != set()

    def test_age_and_sex_are_of_one_patient(self, made: Indexed) -> None:
        """A boy of 9 and a woman of 40 do not make a girl."""
        assert admitted(made, "age:<18 sex:female") == {"girl"}
        assert "pair" in admitted(made, "age:<18 sex:male")

    @pytest.mark.parametrize("kind", ["case report", "review"])
    def test_kind(self, made: Indexed, kind: str) -> None:
        """As judged from the text."""
        assert admitted(made, f'kind:"{kind}"') == those(lambda report: judge(report).kind == kind) != set()

    @pytest.mark.parametrize(
        ("value", "wanted"),
        [("invented", {"girl", "infant"}), ('"tales of medicine and health"', {"boy"}), ("tale", set()),
         ("invented,tales", {"girl", "infant", "boy"})],
    )  # fmt: skip
    def test_journal(self, made: Indexed, value: str, wanted: set[str]) -> None:
        """By whole words of its name, standing together."""
        assert admitted(made, f"journal:{value}") == wanted

    def test_section(self, made: Indexed, service: Service) -> None:
        """Only passages of such sections are found, and only reports that have one."""
        assert admitted(made, "section:outcome") == those(
            lambda one: any(each.kind == "outcome" for each in one.sections)
        )
        for system in SYSTEMS:
            hits = service.search("cough calcinosis gout section:outcome", k=20, system=system).hits
            assert hits
            assert {hit.section for hit in hits} == {"outcome"}

    def test_a_drug_is_found_by_any_of_its_names(self, made: Indexed, service: Service) -> None:
        """The terminology's names count, whichever is asked for; the result says which name a report has."""
        names = {name.lower() for concept in shipped().named("diltiazem") for name in shipped().names(concept)}
        assert "cardizem" in names, "the terminology knows the trade name"
        for asked in ("diltiazem", "Cardizem"):
            found = service.search(f"drug:{asked}")
            assert {hit.report_id for hit in found.hits} == {"woman", "man"}
            told = {report_id: [name.lower() for name in each] for report_id, each in found.bounds.drug_names.items()}
            assert told == {"woman": ["diltiazem"], "man": ["cardizem"]}

    def test_a_drug_of_no_terminology_is_found_by_its_own_name(self, made: Indexed) -> None:
        """What the terminology does not know is looked for as it is written."""
        assert admitted(made, "drug:gout,nothingumab") == those(lambda report: holds(report, "gout"))

    def test_filters_must_all_be_met(self, made: Indexed) -> None:
        """Different filters narrow each other down."""
        assert admitted(made, "year:2012.. age:<18 journal:invented") == {"girl"}


class TestUnknown:
    """Not reported is not no."""

    @pytest.mark.parametrize(
        ("line", "left_out"),
        [
            ("year:2016", {"year": 2}),
            ("age:<18", {"age": 2}),
            ("sex:female", {"sex": 3}),
            ("age:<18 sex:female", {"age": 2, "sex": 3}),
            ("age:>50 sex:female", {"age": 2, "sex": 2}),
            ("age:<18 year:2016", {"age": 2, "year": 2}),
            ("age:<18 +gout", {"age": 1}),
            ('age:<18 "heart failure"', {"age": 1}),
            ("journal:invented", {"journal": 5}),
            ("+cough sex:male", {"sex": 1}),
            ("section:outcome age:<18", {"age": 1}),
            ("+gout", {}),
        ],
    )
    def test_reports_that_do_not_tell_are_left_out_and_counted(
        self, service: Service, line: str, left_out: dict[str, int]
    ) -> None:
        """By filter: how many meet every other condition, or do not tell that either."""
        assert service.search(line).bounds.left_out_unknown == left_out

    def test_a_journal_that_no_report_is_of_is_told(self, service: Service) -> None:
        """A name without any report is most likely misspelt: a notice says so."""
        found = service.search("gout journal:lancett")
        assert found.hits == ()
        assert found.bounds.notices == ("no report at hand is of a journal named “lancett”",)

    @pytest.mark.parametrize(
        ("line", "notices"),
        [
            (
                "drug:cardizemm gout",
                ["no report at hand names “cardizemm”, no drug of the terminology: is it spelt right?"],
            ),
            ("drug:prednisone gout", ["no report at hand names “prednisone”"]),
            ("drug:diltiazem,prednisone gout", ["no report at hand names “prednisone”"]),
            ("drug:diltiazem calcinosis", []),
            ("drug:gout year:1900", []),
            ("section:treatment gout", ["no report at hand has a section of kind treatment"]),
            ("section:treatment,outcome gout", ["no report at hand has a section of kind treatment"]),
            ("section:outcome gout", []),
        ],
    )
    def test_a_drug_or_section_that_no_report_has_is_told(
        self, service: Service, line: str, notices: list[str]
    ) -> None:
        """Each value by itself; of a drug also whether the terminology knows it; nothing where a report has it."""
        found = service.search(line)
        assert list(found.bounds.notices) == notices
        assert service.ask(line).bounds.notices == found.bounds.notices

    @pytest.mark.parametrize(
        ("line", "is_told"),
        [("+Cardizem +scleroderma", True), ("+zebra", True), ("+gout year:1900", False), ("+gout", False),
         ("Cardizem scleroderma", False)],
    )  # fmt: skip
    def test_musts_that_no_report_meets_are_told_to_be_words(self, service: Service, line: str, is_told: bool) -> None:
        """Other names are looked for beside an empty answer: that +words do not take them is said, if it is why."""
        found = service.search(line)
        told = "+words let in only reports that hold the words themselves: without the + other names count, too"
        assert (told in found.bounds.notices) is is_told
        assert not (is_told and found.hits)

    def test_what_is_gone_has_no_section_and_names_no_drug(self, tmp_path: Path) -> None:
        """A deleted report's section and drug are no report's at hand."""
        at = indexed(tmp_path, {"one": "A man took aspirin."})
        at.put({"two": case("A woman took diltiazem.")})
        at.build()
        line = "drug:diltiazem section:outcome"
        assert Service(at.folder, OneEncoder(at.encoder)).search(line).bounds.notices == ()
        at.catalog.delete("two")
        at.build()
        assert Service(at.folder, OneEncoder(at.encoder)).search(line).bounds.notices == (
            "no report at hand names “diltiazem”",
            "no report at hand has a section of kind outcome",
        )


class TestWords:
    """Phrases, +must and -not."""

    @pytest.mark.parametrize(
        ("line", "wanted"),
        [
            ('"heart failure"', {"farmer", "man"}),
            ('"calcinosis cutis"', {"girl"}),
            ('"a cutis of"', {"farmer"}),
            ('"follow up"', {"farmer"}),
            ('"of the"', {"girl", "infant"}),
            ("+follow-up", {"farmer"}),
            ("+calcinosis -cutis", {"boy", "woman", "review"}),
            ('+calcinosis -"calcinosis cutis"', {"boy", "woman", "review", "farmer"}),
            ("+heart -heart-failure", set()),
            ("+cutis +gout", {"farmer"}),
            ("+a +racing", {"man"}),
            ("-calcinosis -gout", {"man", "infant"}),
            ('+calcinosis -"hand"', {"girl", "boy", "woman", "review", "farmer"}),
            ("+calcinosis -hand", {"girl", "woman", "review", "farmer"}),
        ],
    )
    def test_to_the_letter_or_in_any_order(self, made: Indexed, line: str, wanted: set[str]) -> None:
        """Phrases stand as they are written; words anywhere; what is excluded nowhere."""
        if line == "+heart -heart-failure":
            wanted = those(lambda report: holds(report, "heart") and not holds(report, "heart failure"))
        assert admitted(made, line) == wanted

    def test_a_short_form_counts_in_a_heading_in_capitals(self, tmp_path: Path) -> None:
        """It is not ranked by there, but +MI and -MI see it, for "mi" is no ordinary word of these reports."""
        reports = {
            "heading": make_report("# ACUTE MI IN PREGNANCY\n\nA potter of 30 had pain.", "Pain of a potter"),
            "plain": case("An MI was found in a weaver."),
            "none": case("A tailor had gout."),
        }
        at = indexed(tmp_path, reports)
        assert admitted(at, "+MI") == {"heading", "plain"}
        assert admitted(at, "-MI") == {"none"}

    @settings(max_examples=60)
    @given(
        reports=corpora(),
        must=st.lists(st.sampled_from(WORDS), max_size=2),
        must_not=st.lists(st.sampled_from(WORDS), max_size=2),
        phrase=st.lists(st.sampled_from(WORDS), min_size=1, max_size=2),
        system=st.sampled_from(SYSTEMS),
    )
    def test_agree_with_reading_every_text(
        self, reports: dict[str, str], must: list[str], must_not: list[str], phrase: list[str], system: System
    ) -> None:
        """On any corpus exactly the reports are found that hold what they must, and nothing that they must not."""
        line = " ".join([*(f"+{word}" for word in must), *(f"-{word}" for word in must_not), f'"{" ".join(phrase)}"'])
        with tempfile.TemporaryDirectory() as folder:
            at = indexed(Path(folder), reports)
            texts = {name: f"On {name} {text}" for name, text in reports.items()}
            wanted = {
                name
                for name, text in texts.items()
                if all(re.search(rf"\b{word}\b", text, re.IGNORECASE) for word in [*must, " ".join(phrase)])
                and not any(re.search(rf"\b{word}\b", text, re.IGNORECASE) for word in must_not)
            }
            assert admitted(at, line) == wanted
            hits = Service(at.folder, OneEncoder(at.encoder)).search(line, k=100, system=system, duplicates=True).hits
            assert {hit.report_id for hit in hits} == wanted


class TestRanking:
    """Conditions choose, ranking orders."""

    @pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
    def test_what_is_admitted_keeps_its_order(self, service: Service, system: System) -> None:
        """Reports that are admitted come in the order that they have among all."""
        line = "calcinosis of a boy or a woman with gout"
        free = [hit.report_id for hit in service.search(line, k=50, max_per_report=1, system=system).hits]
        bound = service.search(f"{line} year:2012..2016", k=50, max_per_report=1, system=system)
        kept = [name for name in free if name in ("girl", "boy", "man", "farmer")]
        assert {hit.report_id for hit in bound.hits} == set(kept)
        if system.name != "hybrid":  # there scores are scaled over the candidates
            assert [hit.report_id for hit in bound.hits] == kept

    def test_without_conditions_nothing_is_told_or_left_out(self, service: Service) -> None:
        """Plain words are searched as ever."""
        found = service.search("calcinosis")
        assert (found.bounds.conditions, found.bounds.left_out_unknown) == ((), {})
        assert len({hit.report_id for hit in found.hits}) > 1

    def test_without_free_words_reports_are_listed_the_newest_first(self, service: Service) -> None:
        """Only conditions: one passage of each report, by year falling, those without a year last, then by id."""
        found = service.search("-calcinosis", k=10)
        assert [hit.report_id for hit in found.hits] == ["man", "pair", "infant"]
        assert [hit.rank for hit in found.hits] == [1, 2, 3]
        assert {hit.score for hit in found.hits} == {0.0}
        assert [hit.report_id for hit in service.search("age:<18", k=2).hits] == ["girl", "boy"]

    def test_what_nothing_meets_finds_nothing(self, service: Service) -> None:
        """No hit and no error; ask says that there is none."""
        assert service.search("calcinosis year:1900").hits == ()
        answer = service.ask("What was given for calcinosis? year:1900")
        assert (answer.answerable, answer.hits) == (False, ())
        assert answer.reason.startswith("No report at hand meets the conditions.")


class TestAsk:
    """Conditions of a question."""

    def test_only_reports_that_are_admitted_answer(self, service: Service) -> None:
        """A condition in the question, or beside it, holds for sentences and passages alike."""
        free = service.ask("What did patients have: calcinosis?")
        assert len({hit.report_id for hit in free.hits}) > 2
        for answer in (
            service.ask("What did patients have: calcinosis? sex:female age:<18"),
            service.ask(
                "What did patients have: calcinosis?", given=Given(filters={"sex": ["female"], "age": ["<18"]})
            ),
        ):
            assert {hit.report_id for hit in answer.hits} == {"girl"}
            assert {sentence.report_id for sentence in answer.sentences} <= {"girl"}

    def test_sentences_stand_in_the_sections_asked_for(self, service: Service) -> None:
        """With ``section:`` no sentence of another section answers."""
        answer = service.ask("cough section:outcome")
        assert {sentence.section for sentence in answer.sentences} <= {"outcome"}
        assert {hit.section for hit in answer.hits} == {"outcome"}
        nothing = service.ask("What was given for calcinosis? section:outcome")
        assert not nothing.answerable
        assert "it was looked for only in sections of kind outcome." in nothing.reason

    def test_conditions_alone_are_no_question(self, service: Service) -> None:
        """The reports that meet them are listed beside a plain word that nothing was asked."""
        answer = service.ask("sex:female")
        assert not answer.answerable
        assert "names no condition" in answer.reason
        assert {hit.report_id for hit in answer.hits} == {"girl", "woman", "pair"}


ACCENTED = ["Guillain-Barré", "Guillain-Barre", "Guillain-Barre\u0301"]


@pytest.fixture(scope="module")
def accented(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """A report with the accent in one code point, one with two, one without."""
    reports = {
        name: case(f"A man had {said} syndrome.", journal=journal)
        for name, said, journal in zip("abc", ACCENTED, ["Revista Española", "Revista Espanola", None], strict=True)
    }
    return indexed(tmp_path_factory.mktemp("accented"), reports)


@pytest.mark.parametrize("name", ACCENTED)
@pytest.mark.parametrize("line", ['"{}"', "+{}", 'gout "{} syndrome"'])
def test_a_phrase_is_the_same_with_accents_and_without(accented: Indexed, name: str, line: str) -> None:
    """However the asker and the reports write it."""
    assert admitted(accented, line.format(name)) == {"a", "b", "c"}


@pytest.mark.parametrize("name", ["española", "espanola"])
def test_a_journal_is_the_same_with_accents_and_without(accented: Indexed, name: str) -> None:
    """Names of journals are compared as phrases are."""
    assert admitted(accented, f"journal:{name}") == {"a", "b"}
