from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_api.answering.claim_stream import MOST_CHARS, ClaimReader, MalformedAnswerError, Said

ITEM = st.fixed_dictionaries(
    {"claim": st.text(max_size=40), "passage": st.text(max_size=5), "quote": st.text(max_size=40)}
)


def read(text: str, size: int) -> list[Said | None]:
    """All items of ``text``, fed in pieces."""
    reader = ClaimReader()
    found = [item for at in range(0, len(text), size) for item in reader.feed(text[at : at + size])]
    reader.end()
    return found


@settings(max_examples=200, deadline=None)
@given(st.lists(ITEM, max_size=5), st.integers(1, 50), st.booleans(), st.sampled_from([None, 2]))
def test_what_json_says_is_read(items: list[dict[str, str]], size: int, plain: bool, indent: int | None) -> None:
    """Whatever the strings hold (braces, quotation marks, backslashes), and however it is cut, the items come out."""
    text = json.dumps({"claims": items}, ensure_ascii=plain, indent=indent)
    assert read(text, size) == [Said(**item) for item in items]


def test_an_item_comes_with_its_last_brace() -> None:
    """A claim is there as soon as it is whole, not when the answer ends."""
    reader = ClaimReader()
    assert list(reader.feed('{"claims": [{"claim": "a}", "passage": "b", "quote": "c\\"}"')) == []
    assert list(reader.feed("}")) == [Said("a}", "b", 'c"}')]
    assert list(reader.feed(', {"claim": "d", "passage": "e", "quote": "f"}')) == [Said("d", "e", "f")]


def test_items_before_a_mistake_come_first() -> None:
    """What was whole is not lost for what comes behind it."""
    reader = ClaimReader()
    items = reader.feed('{"claims": [{"claim": "a", "passage": "b", "quote": "c"}, 5]}')
    assert next(items) == Said("a", "b", "c")
    with pytest.raises(MalformedAnswerError):
        next(items)


@pytest.mark.parametrize("item", ["{}", '{"claim": "a"}', '{"claim": {"a": "b"}, "passage": "", "quote": ""}',
                                  '{"claim": "a", "claim": "b", "passage": "c", "quote": "d"}'])  # fmt: skip
def test_an_item_of_another_shape_is_none(item: str) -> None:
    """It counts, and says nothing."""
    assert read('{"claims": [' + item + "]}", 4) == [None]


@pytest.mark.parametrize(
    "text",
    ["", " ", "{", "[]", "null", '{"claims": {}}', '{"claims": []', '{"claims": [] } x', '{"claims": [], "more": 1}',
     '{"CLAIMS": []}', '{"claims": [{"claim": NaN, "passage": "a", "quote": "b",}]}', '{"claims": [[]]}', "x" * 300,
     '{"claims": [{}{}]}', '{"claims": [{} {}]}', '{"claims": [{},]}'],
)  # fmt: skip
def test_anything_else_is_malformed(text: str) -> None:
    """Nothing is repaired, and nothing guessed."""
    with pytest.raises(MalformedAnswerError):
        read(text, 5)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='{}[]",:claims\\ \n`', max_size=80))
def test_any_text_is_read_or_malformed(text: str) -> None:
    """No text makes it fail in another way."""
    for beginning in ("", '{"claims": ['):
        try:
            read(beginning + text, 3)
        except MalformedAnswerError:
            continue


def test_too_much_is_malformed() -> None:
    """An answer of megabytes is not held in memory."""
    with pytest.raises(MalformedAnswerError, match="over"):
        read('{"claims": [' + " " * MOST_CHARS, 1000)
    with pytest.raises(MalformedAnswerError, match="over"):
        read('{"claims": [{"claim": "' + "x" * MOST_CHARS, 1000)
