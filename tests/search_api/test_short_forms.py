"""Short forms in questions: looked for as they are written, in the sense that the reports give them."""

from __future__ import annotations

import pytest

from indexer.analyzer import SHORT, term
from indexer.generation import Generation
from search_api.config import HYBRID, System, unexpanded
from search_api.retrieval.conditions import admit
from search_api.retrieval.holding import Looked
from search_api.retrieval.pipeline import search
from search_api.retrieval.query import parse
from search_api.retrieval.ranking import rank_reports
from search_api.retrieval.sought import sought
from tests.fakes import indexed

REPORTS = {
    "sclerosis": "A miller had weak hands. ALS was told to him, and riluzole begun.",
    "cited": "As Miller et al. wrote, all weak hands are to be told. It was al fresco.",
    "crisis": "A baker was in an MG crisis and was ventilated.",
    "dose": "A baker took 400 mg in a crisis of faith, then 200 mg.",
    "relapse": "A tailor had a relapse of MS, the third.",
    "lady": "Ms Thread had a relapse of sorrow.",
    "leukemia": "A child with ALL was given vincristine.",
    "shunt": "For his ascites TIPS was placed.",
    "tip": "The tip of his finger was cut; for ascites a tap was made.",
    "shouted": "CASE REPORT OF ALL PATIENTS WITH GOUTY FINGERS\n\nNothing was found.",
    "plural": "Two NSAIDs were given for gout.",
}
WORDS = System("lexical")


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Eleven invented reports, some with a short form, some with a word like it."""
    return indexed(tmp_path_factory.mktemp("short"), REPORTS).generation()


def found(generation: Generation, question: str, system: System = WORDS) -> list[str]:
    return [name for name, _ in rank_reports(generation, question, system, 10)]


@pytest.mark.parametrize("system", [WORDS, unexpanded(WORDS)], ids=["expanded", "own words"])
@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("ALS", ["sclerosis"]),
        ("ALL", ["leukemia"]),
        ("TIPS", ["shunt"]),
        ("What of MS?", ["relapse"]),
        ("MG now", ["crisis"]),
        ("the NSAID", ["plural"]),
        ("an NSAIDs", ["plural"]),
    ],
)
def test_a_short_form_finds_the_reports_that_hold_it(
    generation: Generation, question: str, expected: list[str], system: System
) -> None:
    """Not a word that has its letters or its stem, also where that is left out of the index."""
    assert found(generation, question, system) == expected


@pytest.mark.parametrize(
    ("question", "best", "behind"),
    [("MG crisis", "crisis", "dose"), ("MS relapse", "relapse", "lady"), ("TIPS for ascites", "shunt", "tip")],
)
def test_it_sets_the_report_before_one_with_a_like_word(
    generation: Generation, question: str, best: str, behind: str
) -> None:
    """The other word of the question finds both."""
    assert found(generation, question) == [best, behind]


@pytest.mark.parametrize(
    ("question", "sought_as"),
    [
        ("als", term("als")),
        ("mg", "mg"),
        ("MG CRISIS", "mg"),  # capitals say nothing here
        ("GOUT", "gout"),
        ("ZZT in a man", "zzt"),  # no report holds it
        ("ALS", SHORT + "ALS"),
        ("ALS MS", SHORT + "ALS"),  # wholly in capitals, but all of it known or defined
        ("TIPS 2020", SHORT + "TIPS"),
    ],
)
def test_which_words_are_read_as_short_forms(
    tmp_path_factory: pytest.TempPathFactory, question: str, sought_as: str
) -> None:
    """Words with a capital inside that a report holds so; not those of a question that is all in capitals."""
    reports = {**REPORTS, "defined": "Multiple sclerosis (MS) of a cook.", "loud": "He said GOUT."}
    generation = indexed(tmp_path_factory.mktemp("read"), reports).generation()
    assert sought(generation, question, HYBRID).groups[0].terms[0] == (sought_as, 1.0)


def test_a_plain_word_and_the_short_form_are_two_things(generation: Generation) -> None:
    """ "MG" and "mg" in one question are a word each; one said twice counts twice."""
    wanted = sought(generation, "400 mg in MG, MG", HYBRID)
    assert {group.terms[0][0]: group.weight for group in wanted.groups} == {"400": 1, "mg": 1, SHORT + "MG": 2}
    assert wanted.words == ("400", "mg", "MG")


def test_words_side_by_side_are_compared_by_stems(generation: Generation) -> None:
    """The index keeps the order of stems alone."""
    assert sought(generation, "MG crisis", HYBRID).pairs == (("mg", term("crisis")),)


def test_a_passage_holds_a_short_form_in_its_case(generation: Generation) -> None:
    """What is highlighted holds the short form, not a word like it."""
    looked = Looked(sought(generation, "an ALS", HYBRID))
    assert SHORT + "ALS" in looked.held("Then ALS was told.")
    assert not looked.held("Miller et al. told; als, Als")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("+ALL", {"leukemia"}),
        ("+MG", {"crisis"}),
        ("+mg", {"crisis", "dose"}),
        ("baker -MG", {"dose"}),
        ('"ALL patients"', {"shouted"}),
        ('"all patients"', {"shouted"}),
        ('"MS, the third"', {"relapse"}),
    ],
)
def test_conditions_read_short_forms(generation: Generation, line: str, expected: set[str]) -> None:
    """A word that must be held or not is a short form where it is written so; phrases pass over case as ever."""
    admitted = admit(generation, parse(line))
    assert admitted is not None
    found = {generation.stored(int(at)).report_id for at in admitted.reports.nonzero()[0]}
    assert found & set(REPORTS) >= expected
    assert "-" in line or found == expected


def test_why_tells_where_the_short_form_stands(generation: Generation) -> None:
    """The places of the very word, not of those that are like it."""
    result = search(generation, parse("MG crisis"), k=1, max_per_report=1, system=HYBRID, explain=True)[0]
    (hit,) = result.hits
    assert hit.report_id == "crisis"
    assert hit.why is not None
    places = {each.said: [hit.text[span.start : span.end] for span in each.spans] for each in hit.why.matched}
    assert places["MG"] == ["MG"]
