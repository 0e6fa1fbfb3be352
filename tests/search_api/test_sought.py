"""What is looked for beside the user's words: names, kinds, abbreviations, short forms and spellings."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.terminology.terminology import shipped
from corpus.words import strings
from indexer.abbreviations import Meaning
from indexer.analyzer import CONCEPT, SHORT, concept_term, short_term, term, terms
from indexer.generation import Generation
from indexer.lexical import Group
from search_api.config import HYBRID, System, unexpanded
from search_api.model import Ambiguity, Expansion
from search_api.retrieval.pipeline import search
from search_api.retrieval.query import parse
from search_api.retrieval.ranking import rank_reports
from search_api.retrieval.sought import NOTHING_SOUGHT, Sought, best_term, sought
from tests.fakes import Indexed, corpora, held_terms, indexed, sentences
from tests.search_api.expanding import REPORTS, expanding

QUESTIONS = [
    "MS", "heart attack", "vasculitis", "gluteal marching syndrome", "GMS in a drummer", "calcinossis", "hemorrhage",
    "aspirin after a heart attack with MS", "cardizem for calcinossis", "multiple sclerosis (MS)", "the", "",
]  # fmt: skip


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """The corpus of ``expanding``."""
    return expanding(tmp_path_factory.mktemp("corpus")).generation()


def found(generation: Generation, question: str, reason: str, system: System = HYBRID) -> list[Expansion]:
    """The expansions of one reason."""
    return [each for each in sought(generation, question, system).expansions if each.reason == reason]


def best(generation: Generation, question: str, system: System) -> list[str]:
    return [name for name, _ in rank_reports(generation, question, system, 3)]


def check(wanted: Sought, question: str) -> None:
    """Everything that holds of what any question looks for."""
    assert len(wanted.groups) == len(wanted.words)
    own = set(terms(question)).union(filter(None, map(short_term, strings(question))))
    for group in wanted.groups:
        (name, weight), *others = group.terms
        assert weight == 1
        assert name in own or group.weight < 1
        assert all(0 < each < 1 for _, each in others)
        assert [each for _, each in others] == sorted((each for _, each in others), reverse=True)
        assert len({each for each, _ in group.terms}) == len(group.terms)
    assert all(0 < each.weight < 1 for each in wanted.expansions)
    assert own.isdisjoint(wanted.reasons)
    assert len(set(wanted.expansions)) == len(wanted.expansions)


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_added_counts_less_than_the_users_words(generation: Generation, question: str) -> None:
    """A user's word counts 1, whatever else is looked for less, and each thing is told once."""
    check(sought(generation, question, HYBRID), question)


@settings(max_examples=20)
@given(reports=corpora(), question=sentences())
def test_it_holds_for_any_corpus_and_question(reports: dict[str, str], question: str) -> None:
    """The rules of weights and reasons hold whatever the reports and the question say."""
    with tempfile.TemporaryDirectory() as folder:
        check(sought(indexed(Path(folder), reports).generation(), question, HYBRID), question)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("system", [unexpanded(HYBRID), System("bm25"), System("dense")], ids=["off", "bm25", "dense"])
def test_it_can_be_switched_off(generation: Generation, question: str, system: System) -> None:
    """Without expansion, and in systems that have none, each word is looked for and nothing else.

    Words alone (``bm25``) look for stems; elsewhere a short form that a report holds is looked for as it is written.
    """
    wanted = sought(generation, question, system)
    held = {"MS", "GMS"} if system.expands else set()
    own = [SHORT + word if word in held else term(word) for word in strings(question) if terms(word)]
    assert wanted.groups == tuple(Group(((each, 1.0),), float(own.count(each))) for each in dict.fromkeys(own))
    assert (wanted.expansions, wanted.ambiguous, dict(wanted.reasons)) == ((), (), {})


@pytest.mark.parametrize(
    ("parameter", "question", "reason"),
    [
        ("concepts", "heart attack", "other name"),
        ("narrower", "vasculitis", "a kind of it"),
        ("abbreviations", "MS", "abbreviation"),
        ("abbreviations", "gluteal marching syndrome", "short form"),
        ("spelling", "calcinossis", "spelling"),
    ],
)
def test_each_sort_can_be_switched_off(generation: Generation, parameter: str, question: str, reason: str) -> None:
    """A parameter of 0 takes its sort of expansion away; any other is what the sort counts."""
    assert found(generation, question, reason)
    assert not found(generation, question, reason, replace(HYBRID, **{parameter: 0.0}))
    told = found(generation, question, reason, replace(HYBRID, **{parameter: 0.25}))
    assert told
    assert all(each.weight <= 0.25 for each in told)


def test_another_name_finds_the_report(generation: Generation) -> None:
    """Lay words lead to the report that has only the clinical name, and say so with its other names."""
    (told,) = [each for each in found(generation, "heart attack", "other name") if each.said == "heart attack"]
    assert (told.weight, told.reports) == (HYBRID.concepts, 1)
    assert "infarction" in told.name.lower() + " ".join(told.names).lower()
    assert told.name not in told.names
    assert "heart attack" not in told.names
    assert best(generation, "heart attack", System("lexical")) == ["infarction"]
    assert best(generation, "heart attack", unexpanded(System("lexical"))) == []


def test_another_name_that_finds_nothing_more_is_not_told(generation: Generation) -> None:
    """That "aortic valve" is also looked for under the name of its concept, "Aortic Valve", helps nobody to know."""
    wanted = sought(generation, "aortic valve", HYBRID)
    (valve,) = shipped().named("aortic valve")
    assert [group.terms[1:] for group in wanted.groups] == 2 * [((concept_term(shipped(), valve), HYBRID.concepts),)]
    assert wanted.expansions == ()


def test_a_kind_finds_the_report_at_little_weight(generation: Generation) -> None:
    """A report of a kind of what is asked for is found, and counts little."""
    told = found(generation, "vasculitis", "a kind of it")
    assert any("arteritis" in each.name.lower() for each in told)
    assert {(each.weight, each.reports, each.names) for each in told} == {(HYBRID.narrower, 1, ())}
    assert best(generation, "vasculitis", System("lexical")) == ["arteritis"]


def test_no_more_kinds_than_allowed_are_looked_for(generation: Generation) -> None:
    """``most_kinds`` bounds the kinds of each name."""
    assert not found(generation, "vasculitis", "a kind of it", replace(HYBRID, most_kinds=0))
    assert len(found(generation, "vasculitis", "a kind of it", replace(HYBRID, most_kinds=1))) == 1


def test_an_abbreviation_with_two_meanings_tells_both(generation: Generation) -> None:
    """Each meaning is looked for by its share of the reports that define it, and the ambiguity is told with counts."""
    wanted = sought(generation, "MS of a woman", HYBRID)
    sclerosis, stenosis = Meaning("multiple sclerosis", 4), Meaning("mitral stenosis", 3)
    assert wanted.ambiguous == (Ambiguity("MS", (sclerosis, stenosis)),)
    weights = [told.weight for told in wanted.expansions if told.reason == "abbreviation"]
    assert weights == sorted(weights, reverse=True)
    assert all(weight <= HYBRID.abbreviations * 4 / 7 + 1e-4 for weight in weights)


def test_a_question_that_says_what_it_means_is_not_ambiguous(generation: Generation) -> None:
    """Where a meaning stands in the question, nothing is left to ask."""
    assert sought(generation, "MS, mitral stenosis", HYBRID).ambiguous == ()
    assert sought(generation, "mitral valves in MS", HYBRID).ambiguous


def test_a_rare_meaning_is_not_looked_for(tmp_path: Path) -> None:
    """What fewer than a tenth of the defining reports say is left out; a tenth is enough."""
    usual = {f"usual{at}": "He had whistling tailor disease (WTD)." for at in range(9)}
    rare = {"rare": "She had weaving thumb disorder (WTD)."}
    made = indexed(tmp_path / "ten", {**usual, **rare})
    (told,) = sought(made.generation(), "WTD", HYBRID).ambiguous
    assert [meaning.reports for meaning in told.meanings] == [9, 1]
    made = indexed(tmp_path / "eleven", {**usual, **rare, "more": usual["usual0"]})
    assert sought(made.generation(), "WTD", HYBRID).ambiguous == ()
    assert not any("thumb" in each.name for each in sought(made.generation(), "WTD", HYBRID).expansions)


def test_two_names_of_one_thing_are_one_meaning(tmp_path: Path) -> None:
    """Reports that word the same disease otherwise do not make an abbreviation ambiguous."""
    vein = {f"vein{at}": "He had a deep vein thrombosis (DVT)." for at in range(2)}
    made = indexed(tmp_path, {**vein, "venous": "She had a deep venous thrombosis (DVT)."})
    assert len(made.generation().abbreviations.meanings("DVT")) == 2
    assert sought(made.generation(), "DVT", HYBRID).ambiguous == ()


def test_a_meaning_without_a_concept_is_spelled_out(generation: Generation) -> None:
    """The words of a full form that the terminology does not know share its weight, as light groups of their own."""
    wanted = sought(generation, "GMS", HYBRID)
    own, *light = wanted.groups
    assert own.terms[0] == (SHORT + "GMS", 1.0)
    assert {group.terms[0][0] for group in light} == set(terms("gluteal marching syndrome"))
    assert sum(group.weight for group in light) == pytest.approx(HYBRID.abbreviations)
    assert set(wanted.words) == {"GMS"}
    assert [told.name for told in wanted.expansions] == ["gluteal marching syndrome"]


def test_a_full_form_looks_for_its_short_form(generation: Generation) -> None:
    """The report that has only the abbreviation is found by the words that another report gives for it."""
    (told,) = found(generation, "a gluteal marching syndrome", "short form")
    assert (told.said, told.name, told.reports) == ("gluteal marching syndrome", "GMS", 1)
    assert set(best(generation, "gluteal marching syndrome", System("lexical"))) == {"marching", "drummers"}


def test_a_single_word_looks_for_its_short_form(tmp_path: Path) -> None:
    """As several words do: haemoglobin is Hb where a report says so."""
    reports = {"defines": "A baker had low haemoglobin (Hb). His Hb rose.", "short": "The Hb of a potter was low."}
    generation = indexed(tmp_path, reports).generation()
    (told,) = found(generation, "haemoglobin", "short form")
    assert (told.said, told.name) == ("haemoglobin", "Hb")
    assert set(best(generation, "haemoglobin", System("lexical"))) == {"defines", "short"}


def test_a_sentence_with_the_users_words_is_marked_before_one_with_what_stands_for_them(tmp_path: Path) -> None:
    """Words of a spelled-out meaning count in a passage as little as they do in the ranking."""
    reports = {
        "defines": "We name it gluteal marching syndrome (GMS). It was told of a drummer.",
        "both": "GMS was confirmed in this drummer. He had gluteal pain after marching, a syndrome of the barracks.",
        "other": "A baker had gout. He went home.",
    }
    generation = indexed(tmp_path, reports).generation()
    hits = search(generation, parse("GMS drummer"), k=5, max_per_report=2, system=System("lexical"))[0].hits
    (hit,) = [hit for hit in hits if hit.report_id == "both"]
    assert [hit.text[mark.start - hit.start : mark.end - hit.start] for mark in hit.highlights] == [
        "GMS was confirmed in this drummer."
    ]


@pytest.mark.parametrize(("word", "meant"), [("calcinossis", "calcinosis"), ("Calcinossis", "calcinosis")])
def test_a_misspelt_word_looks_for_the_right_one(generation: Generation, word: str, meant: str) -> None:
    """Only a word that no report holds is corrected; its concept is found by the right spelling."""
    (told,) = found(generation, word, "spelling")
    assert (told.said, told.name, told.weight, told.reports) == (word, meant, HYBRID.spelling, 2)
    assert set(best(generation, word, System("lexical"))) == {"calcinosis1", "calcinosis2"}
    assert not found(generation, meant, "spelling")


@pytest.mark.parametrize("word", ["hemorrhage", "haemorrhage", "Hemorrhages"])
def test_british_and_american_spellings_are_one_word(generation: Generation, word: str) -> None:
    """No expansion is needed: both spellings have one index term."""
    assert best(generation, word, System("bm25")) == ["calcinosis1"]
    assert not found(generation, word, "spelling")


def test_the_best_term_is_the_heaviest_that_is_held() -> None:
    """The user's word before what stands for it; nothing where none is held."""
    group = Group((("own", 1.0), ("name", 0.9), ("kind", 0.05)), 1.0)
    assert best_term(group, frozenset({"kind", "own", "name"})) == ("own", 1.0)
    assert best_term(group, frozenset({"kind", "name"})) == ("name", 0.9)
    assert best_term(group, frozenset({"other"})) == (None, 0.0)


def test_nothing_is_sought_for_no_words(generation: Generation) -> None:
    """Stop words and nothing at all look for nothing."""
    assert sought(generation, "with the", HYBRID) == NOTHING_SOUGHT
    assert NOTHING_SOUGHT.expansions == ()


@settings(max_examples=40)
@given(words=st.lists(st.sampled_from(" ".join([*REPORTS.values(), *QUESTIONS]).split()), max_size=12))
def test_every_reason_is_of_a_term_that_is_looked_for(generation: Generation, words: list[str]) -> None:
    """What is told is looked for, by a term or a concept that a report holds, and what it stands for was said."""
    question = " ".join(words)
    wanted = sought(generation, question, HYBRID)
    check(wanted, question)
    looked_for = {name for group in wanted.groups for name, _ in group.terms}
    held = frozenset[str]().union(*map(held_terms, [*REPORTS, *REPORTS.values()]))
    for name, told in wanted.reasons.items():
        assert name in looked_for
        assert name in held or not name.startswith(CONCEPT)
        assert set(terms(told.said)) <= set(terms(question))


def test_the_terminology_knows_what_these_tests_rely_on() -> None:
    """Names that the corpus of these tests uses are known, and the invented one is not."""
    assert shipped().named("heart attack")
    assert shipped().named("giant cell arteritis")
    assert not shipped().named("gluteal marching syndrome")


def test_a_word_of_a_name_is_never_corrected(tmp_path: Path) -> None:
    """What the terminology knows is spelt right, though no report holds it and another word is near."""
    reports = {f"r{at}": "A universal sign: calcinosis of the knee." for at in range(6)}
    found = sought(indexed(tmp_path, reports).generation(), "calcinosis universalis", HYBRID)
    assert [each for each in found.expansions if each.reason == "spelling"] == []


def test_names_of_reports_that_are_gone_are_not_looked_for(small: Indexed) -> None:
    """What no report at hand tells of is no expansion, though a segment still holds its terms."""
    small.put({"glia": "A woman had a glioblastoma.", "rash": "A boy had a rash."})
    small.build()
    assert "a kind of it" in {each.reason for each in sought(small.generation(), "neoplasms", HYBRID).expansions}
    small.catalog.delete("glia")
    small.build()
    assert sought(small.generation(), "neoplasms", HYBRID).expansions == ()
    assert sought(small.generation(), "glioblastoma", HYBRID).expansions == ()


def test_a_word_said_often_is_looked_up_once(small: Indexed) -> None:
    """A question may say one thing a thousand times: its expansions are those of saying it once."""
    once, often = (sought(small.generation(), text, HYBRID) for text in ("lupus", "lupus " * 500))
    assert once.expansions == often.expansions
    (group,) = often.groups
    assert group.weight == 500
