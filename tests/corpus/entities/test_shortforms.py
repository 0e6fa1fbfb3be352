from __future__ import annotations

import pytest

from corpus.entities.shortforms import status, uses
from corpus.entities.tokens import tokens
from corpus.model import Span
from corpus.sentences import split
from corpus.words import Word


def told(text: str) -> list[tuple[str, str]]:
    """Each short form where it is used, and its long form."""
    sentences = [
        [Word(start + token.start, start + token.end, token.text) for token in tokens(text[start:end])[0]]
        for start, end in split(text)
    ]
    found = []
    for use in uses(text, sentences):
        there = sentences[use.sentence][use.first : use.last]
        found.append((text[there[0].start : there[-1].end], use.long.of(text)))
    return found


def test_a_short_form_is_known_wherever_it_is_used() -> None:
    """Where it is defined and behind it, also in two letters."""
    text = "Rheumatoid arthritis (RA) began early. She had RA for years."
    assert told(text) == [("RA", "Rheumatoid arthritis"), ("RA", "Rheumatoid arthritis")]


def test_a_short_form_of_several_tokens_is_one() -> None:
    """Hyphens and digits belong to it."""
    text = "Ataxia-telangiectasia (A-T) runs in families. A-T is rare."
    assert told(text) == [("A-T", "Ataxia-telangiectasia")] * 2


def test_a_plural_is_its_singular() -> None:
    """ "RCCs" is more than one RCC."""
    assert told("Renal cell carcinoma (RCC) is common. RCCs grow.")[-1] == ("RCCs", "Renal cell carcinoma")


def test_the_nearest_definition_before_counts() -> None:
    """A short form that two parts of a text define differently means what was said last."""
    text = "Multiple sclerosis (MS) is old. MS hurts. Mitral stenosis (MS) is older. MS kills."
    assert [long for _, long in told(text)] == ["Multiple sclerosis"] * 2 + ["Mitral stenosis"] * 2


def test_a_definition_far_away_tells_nothing() -> None:
    """What a neighbouring text of the same file defines is not meant here."""
    text = "Multiple sclerosis (MS) is old. " + "Nothing else was said of it. " * 300 + "MS was given."
    assert len(told(text)) == 1


def test_no_definition_no_use() -> None:
    """Capitals alone are no short form of the text."""
    assert told("She had RA and MS.") == []


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ([(10, 30)], "E"), ([(5, 30)], "E"), ([(20, 30)], "T"), ([(15, 40)], "L"), ([(10, 20)], "P"), ([], "N"),
        ([(0, 9)], "N"), ([(31, 40)], "N"), ([(0, 5), (10, 12), (20, 30)], "T"),
    ],
)  # fmt: skip
def test_how_the_long_form_is_read(named: list[tuple[int, int]], expected: str) -> None:
    """An entity at its end, whole or in part, one that goes on, one inside it, or none."""
    assert status(Span(10, 30), [Span(*each) for each in named]) == expected
