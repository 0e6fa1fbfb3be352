"""How much a mention of a disease looks like what a report is about follows from the wording around it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from corpus.cases.candidates import Candidate, candidates
from corpus.cases.complaints import consequences, signs, unsaid, usual
from corpus.cases.story import Story
from corpus.terminology.terminology import shipped

StoryOf = Callable[[str], Story]
LEAD = "Case presentation\nA 61-year-old man presented with fever. "


def mention(story: Story, name: str, titles: tuple[tuple[str, int | None], ...] = ()) -> Candidate:
    """The heaviest mention of ``name``."""
    (concept, *_) = shipped().named(name)
    found = [each for each in candidates(story.report.text, story.lines, titles) if each.key == concept]
    return max(found, key=lambda each: each.weight)


STRONGER = [
    ("A diagnosis of gout was made.", "Gout was noted."),
    ("Biopsy revealed gout.", "Radiography revealed gout."),
    ("The final diagnosis was gout.", "An initial diagnosis of gout was made."),
    ("He was diagnosed with gout.", "He had been diagnosed with gout three years earlier."),
    ("Gout was confirmed.", "Gout was suspected."),
    ("He had gout.", "He had no gout."),
    ("We report a case of gout.", "Smith et al. reported a case of gout."),
    ("He developed gout.", "He was treated in the gout clinic."),
    ("Crystals confirmed gout.", "He was diagnosed with gout at another hospital."),
]


@pytest.mark.parametrize(("strong", "weak"), STRONGER, ids=[weak for _, weak in STRONGER])
def test_a_diagnosis_made_outweighs_what_is_not_one(story_of: StoryOf, strong: str, weak: str) -> None:
    """Of two wordings the one that makes the disease this episode's diagnosis weighs more."""
    assert mention(story_of(LEAD + strong), "gout").weight > mention(story_of(LEAD + weak), "gout").weight


def test_a_titles_first_disease_outweighs_what_follows_as_its_ground() -> None:
    """Title mentions are nobody's in particular; the first weighs most, and the second knows what arose from it."""
    first, second = candidates("", (), [("Gout in a patient with psoriasis", None)])
    assert first.titled
    assert first.outside
    assert first.patient is None
    assert first.span is None
    assert first.weight > second.weight
    assert second.outcomes == (first.key,)


def test_a_title_in_the_text_has_its_place_there() -> None:
    """The span of a title that is part of the text counts from where the title begins."""
    text = "\n\nGout of the spine"
    (found,) = candidates(text, (), [("Gout of the spine", 2)])
    assert found.span is not None
    assert found.span.of(text) == "Gout"


def test_what_arose_knows_from_what(story_of: StoryOf) -> None:
    """ "Gout secondary to psoriasis" tells of psoriasis that gout arose from it."""
    told = story_of(LEAD + "He had gout secondary to psoriasis.")
    (gout, *_) = shipped().named("gout")
    assert mention(told, "psoriasis").outcomes == (gout,)
    assert mention(told, "gout").outcomes == ()


def test_what_is_known_and_what_is_earlier_are_told(story_of: StoryOf) -> None:
    """A patient introduced with a disease is known to have it; a history dates it earlier."""
    known = mention(story_of("A 61-year-old man with psoriasis presented with fever."), "psoriasis")
    earlier = mention(story_of(LEAD + "His past history included psoriasis."), "psoriasis")
    assert (known.known, known.earlier, known.held) == (True, False, True)
    assert earlier.earlier


def test_a_word_in_small_letters_is_no_short_form(story_of: StoryOf) -> None:
    """ "A metallic pin" names nothing, though PIN is a disease's short form."""
    told = story_of(LEAD + "A metallic pin was removed.")
    assert [each for each in candidates(told.report.text, told.lines, ()) if each.held and not each.is_sign] == []


def test_a_bare_last_word_is_told_with_what_stands_before_it(story_of: StoryOf) -> None:
    """A name that leaves most unsaid is one with the words that say its kind, and keeps its concept."""
    told = story_of(LEAD + "Histology revealed an enterogenous cyst.")
    (found,) = [each for each in candidates(told.report.text, told.lines, ()) if each.key == "enterogenous cyst"]
    assert found.concepts == shipped().named("cyst")[:1]
    assert found.span is not None
    assert found.span.of(told.report.text) == "enterogenous cyst"


LISTS = [
    (signs, "cough"),
    (signs, "hematuria"),
    (unsaid, "carcinoma"),
    (unsaid, "cyst"),
    (usual, "hypertension"),
    (consequences, "sepsis"),
    (consequences, "hypertension"),
]


@pytest.mark.parametrize(("listed", "name"), LISTS, ids=[f"{listed.__name__}-{name}" for listed, name in LISTS])
def test_lists_hold_concepts_by_their_names(listed: Callable[[], frozenset[int]], name: str) -> None:
    """What is written down by name is found as the terminology's concept."""
    assert shipped().named(name)[0] in listed()


def test_a_disease_of_its_own_is_in_no_list() -> None:
    """Gout is neither a sign nor a word that says nothing."""
    (gout, *_) = shipped().named("gout")
    assert gout not in signs() | unsaid() | usual() | consequences()
