from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import Span
from corpus.normalise import fold, storable
from corpus.tracked import Tracked

ANY_TEXT = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("\ud83d\ude00 \u0301")), max_size=40)
"""Half surrogate pairs included."""


def folded(raw: str) -> str:
    return fold(Tracked.of(raw)).text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  two \t\n words ", "two words"),
        ("non\u00a0breaking", "non breaking"),
        ("thin\u2009space", "thin space"),
        ("ﬁrst oﬀ, eﬃcient ﬂow", "first off, efficient flow"),
        ("cal\u00adci\u00adno\u00adsis", "calcinosis"),
        ("zero\u200bwidth and \ufeffmark", "zerowidth and mark"),
        ("bell\x07 and nul\x00", "bell and nul"),
        ("cafe\u0301", "café"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("x\u0304", "x\u0304"),
        ("half \ud83d pair", "half \ufffd pair"),
        ("H₂O at 37 °C, µg, ½, ™", "H₂O at 37 °C, µg, ½, ™"),
        ("", ""),
        ("\u200b \n", ""),
    ],
)
def test_fold_mends_characters_and_white_space(raw: str, expected: str) -> None:
    """Ligatures open, accents compose, invisible marks go, white space is single; meaning stays."""
    assert folded(raw) == expected


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing_more(raw: str) -> None:
    """What has been folded is in its final form."""
    assert folded(folded(raw)) == folded(raw)


@given(ANY_TEXT)
def test_storable_text_is_as_long_and_can_be_written(raw: str) -> None:
    """Only half surrogate pairs are replaced, one by one."""
    made = storable(raw)
    assert len(made) == len(raw)
    assert all(one == two or "\ud800" <= one <= "\udfff" for one, two in zip(raw, made, strict=True))
    assert made.encode().decode() == made


@given(ANY_TEXT)
def test_folded_text_can_be_stored_and_shown(raw: str) -> None:
    """No control character, no half surrogate pair, no white space but single blanks is left."""
    text = folded(raw)
    assert text.encode("utf-8").decode("utf-8") == text
    assert "  " not in text
    assert text == text.strip()
    assert not any(character.isspace() and character != " " for character in text)
    assert not any(unicodedata.category(character) == "Cc" and character < "\x80" for character in text)


@given(st.text(alphabet="ab ﬁé\u0301\u00ad\u200b\n\t1.", max_size=40))
def test_every_letter_still_leads_to_its_source(raw: str) -> None:
    """Each kept code point leads to raw text that folds to what holds it."""
    tracked = fold(Tracked.of(raw))
    source_map = tracked.source_map(())
    for at, character in enumerate(tracked.text):
        start, end = source_map.raw(Span(at, at + 1))
        visible = raw[start:end].replace("\u00ad", "").replace("\u200b", "").replace("ﬁ", "fi")
        source = unicodedata.normalize("NFC", visible)
        assert (character == " " and not source.strip()) or character in source
