"""Short forms in questions: looked for as they are written, in the sense that the reports give them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from indexer.analyzer import SHORT, term
from indexer.generation import Generation
from search_api.config import HYBRID, System, unexpanded
from search_api.retrieval.conditions import admit
from search_api.retrieval.holding import Looked
from search_api.retrieval.noticing import notices
from search_api.retrieval.pipeline import search
from search_api.retrieval.query import parse
from search_api.retrieval.ranking import rank_reports
from search_api.retrieval.short_forms import senses
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


BOWEL = "inflammatory bowel disease"


def expansions(generation: Generation, question: str) -> dict[str, float]:
    """What is looked for beside the words, with its weight."""
    return {each.name: each.weight for each in sought(generation, question, HYBRID).expansions}


def of(folder: Path, *texts: str) -> Generation:
    return indexed(folder, {f"r{at}": text for at, text in enumerate(texts)}).generation()


def test_the_reports_say_what_a_short_form_means(tmp_path: Path) -> None:
    """What the terminology takes it for is not looked for where reports define it, and none so."""
    other = "A potter had an irritable bowel syndrome and a cramp."
    generation = of(tmp_path, f"A smith had {BOWEL} (IBD). IBD was mild.", "IBD of a cook.", other)
    assert expansions(generation, "IBD in a man") == {BOWEL: HYBRID.abbreviations}
    assert "r2" not in found(generation, "IBD")
    assert not any("irritable" in name for name in expansions(generation, "IBD"))


def test_an_ordinary_name_in_capitals_is_a_short_form_too(tmp_path: Path) -> None:
    """ "FEVER" is no pyrexia where reports define it otherwise; "fever" is."""
    defined = "A child was in a far eastern village register (FEVER)."
    generation = of(tmp_path, defined, "A smith had pyrexia.", "A cook had a fever.")
    assert found(generation, "the FEVER of a child")[0] == "r0"
    assert "r1" not in found(generation, "the FEVER")
    assert set(found(generation, "fevers")) >= {"r1", "r2"}


def test_a_short_form_weighs_by_the_reports_that_define_it_so(tmp_path: Path) -> None:
    """The concept gets its share of ``abbreviations``, not the weight of a name."""
    irritable = "A smith had an irritable bowel syndrome (IBD)."
    generation = of(tmp_path, irritable, f"A cook had {BOWEL} (IBD).", f"A hatter had {BOWEL} (IBD).")
    weights = expansions(generation, "IBD of a man")
    assert weights["irritable bowel syndrome"] == pytest.approx(HYBRID.abbreviations / 3, abs=1e-4)
    assert weights[BOWEL] == pytest.approx(HYBRID.abbreviations * 2 / 3, abs=1e-4)
    (told,) = sought(generation, "IBD of a man", HYBRID).ambiguous
    assert [(each.long, each.reports) for each in told.meanings] == [(BOWEL, 2), ("irritable bowel syndrome", 1)]


def test_a_full_name_weighs_as_before(tmp_path: Path) -> None:
    """Only what an abbreviation names is in doubt."""
    generation = of(tmp_path, "A potter had spastic colon.", "An IBD of a cook.")
    (told,) = sought(generation, "irritable bowel syndrome", HYBRID).expansions
    assert told.weight == HYBRID.concepts


def test_what_no_report_defines_the_terminology_shares_out(tmp_path: Path) -> None:
    """Each of its meanings counts alike, all together no more than an abbreviation; that it is in doubt is told."""
    generation = of(tmp_path, "IBS.", "An irritable bowel syndrome.", "An ichthyosis bullosa of Siemens.")
    wanted = sought(generation, "IBS of a man", HYBRID)
    assert {each.weight for each in wanted.expansions} == {HYBRID.abbreviations / 2}
    (told,) = wanted.ambiguous
    assert [each.reports for each in told.meanings] == [0, 0]
    (notice,) = [each for each in notices(generation, parse("IBS of a man"), wanted) if "IBS" in each]
    assert notice.endswith("or ichthyosis bullosa of Siemens, though no report says so")
    assert sought(generation, "IBS, an irritable bowel syndrome", HYBRID).ambiguous == ()
    assert expansions(of(tmp_path / "one", "An irritable bowel syndrome. IBD."), "IBD of a man") == {
        "irritable bowel syndrome": HYBRID.abbreviations
    }


def test_without_abbreviations_a_short_form_is_itself_alone(tmp_path: Path) -> None:
    """Its meanings, the terminology's too, are switched off by ``abbreviations``."""
    generation = of(tmp_path, "An irritable bowel syndrome.", "IBD.")
    (group,) = sought(generation, "IBD", replace(HYBRID, abbreviations=0.0)).groups
    assert [name for name, weight in group.terms if weight > HYBRID.narrower] == [SHORT + "IBD"]


def test_common_words_of_a_full_form_are_not_looked_for(tmp_path: Path) -> None:
    """Of a full form without a concept only words that no more reports hold than hold the short form."""
    area = [f"The area of a syndrome in town {at}." for at in range(4)]
    generation = of(tmp_path, "An area bellica syndrome (ABS) came.", "ABS came again.", "Bellica of a cook.", *area)
    wanted = sought(generation, "ABS in a man", HYBRID)
    light = {group.terms[0][0]: group.weight for group in wanted.groups if group.weight < 1}
    assert light == {term("bellica"): HYBRID.abbreviations}
    assert set(found(generation, "ABS")) == {"r0", "r1", "r2"}


def test_a_full_form_of_common_words_alone_adds_none(tmp_path: Path) -> None:
    """Nothing is told to be looked for then."""
    generation = of(tmp_path, "A good old tale (GOT).", "The good old tale.", "A good tale is old.")
    assert expansions(generation, "GOT in a man") == {}
    assert found(generation, "GOT") == ["r0"]


@pytest.mark.parametrize(
    ("one", "other", "short"),
    [
        ("right gallium", "right gallial", "RG"),
        ("cerebral gallicular accident", "cerebrogallicular accident", "CGA"),
        ("plantable gallic defibber", "plantable gallic defibber device", "PGD"),
        ("planted gallic defibber", "plantable gallic defibber", "PGD"),
        ("left gallicle", "left gallicular", "LG"),
    ],
)
def test_wordings_that_differ_little_are_one_meaning(tmp_path: Path, one: str, other: str, short: str) -> None:
    """An ending, a join or a last noun makes no second meaning; the usual wording is told, the reports are added up."""
    generation = of(tmp_path, f"A {one} ({short}).", f"The {one} ({short}).", f"A {other} ({short}) again.")
    assert len(generation.abbreviations.meanings(short)) == 2
    (sense,) = senses(generation, short)
    assert (sense.meaning.long, sense.meaning.reports, sense.share) == (one, 3, 1.0)
    assert sought(generation, f"{short} of a man", HYBRID).ambiguous == ()


@pytest.mark.parametrize(
    ("one", "other", "short"),
    [
        ("hypergallic storm", "hypogallic storm", "HS"),
        ("mitral stenosis", "multiple sclerosis", "MS"),
        ("left gallium", "low gallium", "LG"),
        ("gallium", "gallium score", "GAL"),
    ],
)
def test_wordings_that_differ_more_are_two_meanings(tmp_path: Path, one: str, other: str, short: str) -> None:
    """Another word, or another beginning of one, means something else."""
    generation = of(tmp_path, f"A {one} ({short}).", f"A {other} ({short}) again.")
    told = {each.meaning.long for each in senses(generation, short)}
    assert told == {each.long for each in generation.abbreviations.meanings(short)}


def test_a_report_says_what_its_own_short_forms_mean(tmp_path: Path) -> None:
    """What a report calls so is not found as the illness that the terminology has under that abbreviation."""
    bowel = "The inflammatory bowel disease (IBD) was mild. IBD was seen in all of it, title or not: IBD."
    generation = of(tmp_path, bowel, "A sailor had irritable bowel syndrome.", "IBD of a sailor.")
    assert set(found(generation, "spastic colon")) == {"r1", "r2"}
    assert set(found(generation, "inflammatory bowel disease")) == {"r0", "r1", "r2"}
