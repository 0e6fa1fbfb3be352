"""Checks of what a person asks for; each error names the field (its tree is in ``corpus.errors``)."""

from __future__ import annotations

from corpus.errors import UsageError
from corpus.model import Span
from search_api.config import MAX_K, MAX_QUERY_CHARS


def check_text(text: str, field: str, most: int = MAX_QUERY_CHARS) -> str:
    """``text`` without white space around it. Raises UsageError where it is empty or too long."""
    stripped = text.strip()
    if not _is_text(stripped):
        raise UsageError(f"{field}: holds bytes that are no text: give it as UTF-8")
    if not stripped:
        raise UsageError(f"{field}: is empty: say what you are looking for")
    if len(stripped) > most:
        raise UsageError(f"{field}: {len(stripped):,} characters is over the limit of {most:,}: shorten it")
    if not any(character.isalnum() for character in stripped):
        raise UsageError(f"{field}: holds no letter or digit: say what you are looking for")
    return stripped


def _is_text(text: str) -> bool:
    """Whether ``text`` is free of the half surrogate pairs that stand for bytes that could not be decoded."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def check_count(value: int, field: str, highest: int = MAX_K) -> int:
    """``value`` where it is in ``1..highest``. Raises UsageError."""
    if not 1 <= value <= highest:
        raise UsageError(f"{field}: {value} is not in 1..{highest}")
    return value


def check_span(start: int, end: int | None, length: int) -> Span:
    """``[start, end)`` of a text of ``length`` characters; no ``end`` is the text's own. Raises UsageError."""
    stop = length if end is None else end
    if stop > length:
        raise UsageError(f"end: {stop} is beyond the report's {length} characters")
    if start > stop:
        raise UsageError(f"start: {start} is beyond the end {stop}")
    return Span(start, stop)
