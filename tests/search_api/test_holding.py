"""A quick look at a text finds what the index would find in it, of what is looked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.terminology.terminology import shipped
from indexer.analyzer import CONCEPT, SHORT, concept_term, term
from indexer.generation import Generation
from search_api.config import HYBRID
from search_api.retrieval.holding import Looked
from search_api.retrieval.sought import Sought, sought
from tests.fakes import held_terms, indexed

TEXTS = {
    "sle": "A flare of systemic lupus erythematosus. Oedema of both legs came with it.",
    "nephritis": "She had lupus nephritis and took warfarin.",
    "short": "SLE was known for years; NSAIDs had been given, and TNF-α was measured.",
    "attack": "A myocardial infarction followed; heart attacks ran in the family.",
    "other": "Gout of the knee was found in a brewer.",
}
PIECES = [
    "SLE", "sle", "systemic lupus erythematosus", "lupus nephritis", "lupus", "edema", "oedema", "heart attack",
    "NSAIDs", "ALL", "all", "PATIENTS",
    "myocardial infarctions", "TNF-α", "gout", "knees", "the", "of", "warfarin", "a woman", ".", "Systemic", "(MI)",
]  # fmt: skip
lines = st.lists(st.sampled_from(PIECES), max_size=8).map(" ".join)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """Five invented reports that use several names of a thing."""
    folder: Path = tmp_path_factory.mktemp("holding")
    return indexed(folder, TEXTS).generation()


def terms_of(wanted: Sought) -> frozenset[str]:
    return frozenset(name for group in wanted.groups for name, _ in group.terms)


@given(question=lines, text=lines)
def test_what_the_index_holds_is_held(generation: Generation, question: str, text: str) -> None:
    """Every term looked for that the index has of a text is seen.

    What is seen beside is a name inside a longer one, or a short form in a run of capitals.
    """
    wanted = sought(generation, question, HYBRID)
    held = Looked(wanted).held(text)
    indexed_terms = held_terms(text) & terms_of(wanted)
    assert indexed_terms <= held <= terms_of(wanted)
    assert all(each.startswith((CONCEPT, SHORT)) for each in held - indexed_terms)


@pytest.mark.parametrize(
    ("question", "text", "is_held"),
    [
        ("SLE", "systemic lupus erythematosus was known", True),
        ("systemic lupus erythematosus", "SLE was known", True),
        ("systemic lupus erythematosus", "all was sle", False),  # not in capitals
        ("heart attack", "two myocardial infarctions", True),
        ("oedema", "Edema of the legs", True),
        ("gout", "a gouty knee", False),
        ("heart attack", "the heart was fine; an attack of gout", False),
    ],
)
def test_names_are_held_under_any_spelling(generation: Generation, question: str, text: str, is_held: bool) -> None:
    """By the concept, however the text calls it; words of a name that stand apart are not the name."""
    held = Looked(sought(generation, question, HYBRID)).held(text)
    own = {concept_term(shipped(), concept) for concept in shipped().named(question)} or {term(question)}
    assert bool(held & (own | ({term(question)} if " " not in question else set()))) == is_held


def test_nothing_looked_for_is_nothing_held(generation: Generation) -> None:
    """A question of stop words, and an empty text, are no error."""
    assert Looked(sought(generation, "is it the", HYBRID)).held("is it the knee") == frozenset()
    assert Looked(sought(generation, "gout", HYBRID)).held("") == frozenset()
