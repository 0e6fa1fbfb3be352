from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.entities.reading import entities
from corpus.sentences import split
from corpus.terminology.terminology import shipped


def told(text: str) -> list[tuple[str, str]]:
    """The words of each entity and its kind."""
    return [(each.span.of(text), each.kind) for each in entities(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She developed hepatotoxicity after isoniazid.", [("hepatotoxicity", "disease"), ("isoniazid", "chemical")]),
        (
            "Amiodarone-induced thyrotoxicosis was treated with methimazole.",
            [("Amiodarone", "chemical"), ("thyrotoxicosis", "disease"), ("methimazole", "chemical")],
        ),
        ("Mutations in the gene cause familial breast and ovarian cancer in this family.",
         [("familial breast and ovarian cancer", "disease")]),
        ("The patients were well and went home.", []),
    ],
)  # fmt: skip
def test_entities_are_found_with_their_bounds(text: str, expected: list[tuple[str, str]]) -> None:
    """Drugs, diseases, modifiers that belong to a name, and several diseases under one noun."""
    assert told(text) == expected


def test_a_drug_that_no_list_has_is_told_by_its_ending_and_place() -> None:
    """Names are learnt as kinds of names: an invented one is read where a drug would stand."""
    assert shipped().named("brozolamide") == ()
    assert ("brozolamide", "chemical") in told("The rats were treated with brozolamide (5 mg/kg) for a week.")


def test_a_short_form_is_what_its_long_form_is() -> None:
    """Two letters that mean a disease here are one, with its concepts; those that mean a test are none."""
    text = "Multiple sclerosis (MS) was found. MS was treated by no one, MS being mild."
    found = entities(text)
    assert [each.span.of(text) for each in found] == ["Multiple sclerosis", "MS", "MS", "MS"]
    assert {each.concepts for each in found} == {shipped().named("multiple sclerosis")}
    assert "MS" not in {name for name, _ in told("Mass spectrometry (MS) was used. MS was done twice.")}


def test_entities_have_the_concepts_that_the_terminology_has() -> None:
    """The concepts are of the entity's kind; a name that no vocabulary has, has none."""
    text = "He had gout and was given colchicine."
    assert [each.concepts for each in entities(text)] == [shipped().named("gout"), shipped().named("colchicine")]


def test_only_the_sentences_asked_for_are_read() -> None:
    """But what another sentence says of a short form counts there too."""
    text = "Cystic fibrosis (CF) runs in families. The girl had asthma. The boy had CF."
    first, _, last = split(text)
    assert [each.span.of(text) for each in entities(text, [last])] == ["CF"]
    assert len(entities(text, [first])) == 2
    assert entities(text, []) == []


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("gout aspirin (MS) multiple sclerosis -α\n.,AB12")))
def test_any_text_gives_spans_in_order(text: str) -> None:
    """Spans are within the text, none is empty, none overlaps another, and twice gives the same."""
    found = entities(text)
    assert found == entities(text)
    at = 0
    for each in found:
        assert at <= each.span.start < each.span.end <= len(text)
        at = each.span.end


def test_several_threads_read_as_one_does() -> None:
    """Readers do not disturb each other."""
    texts = [f"The {trade} had gout, asthma and {number} ulcers, and took aspirin." for number in range(9)
             for trade in ("baker", "sailor", "tailor")]  # fmt: skip
    expected = [entities(text) for text in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(entities, texts)) == expected
