"""Checks of what a person asks for, each error naming the field; and what a data folder refuses to take in.

The tree of errors is in ``corpus.errors``.
"""

from __future__ import annotations

import errno
import sqlite3

from corpus.errors import CasetroveError, UsageError
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


class NoRoomError(CasetroveError):
    """There is no room on the disk."""

    code = "no-room"
    http_status = 507


class NotWritableError(CasetroveError):
    """The data folder cannot be written to: what it holds can be searched, not changed."""

    code = "not-writable"
    http_status = 503


class NoPagesError(CasetroveError):
    """There are no pages to show of the report."""

    code = "no-pages"
    http_status = 404


_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)


def is_no_room(error: BaseException | None) -> bool:
    """Whether an error, or what it came from, is the system's or SQLite's word that a file can grow no more."""
    if error is None:
        return False
    full = isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
    return full or (isinstance(error, OSError) and error.errno in _NO_ROOM) or is_no_room(error.__cause__)


def refused(what: str, error: Exception) -> CasetroveError:
    """Why ``what`` (a plural) could not be kept in the data folder, with what to do."""
    if is_no_room(error):
        return NoRoomError(f"{what} could not be kept, for the disk is full: nothing was changed; make room, try again")
    if isinstance(error, CasetroveError):
        return error
    reason = (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
    if isinstance(error, OSError) and error.errno in _NO_RIGHT:
        return NotWritableError(
            f"{what} could not be kept ({reason}): give the server the right to write to its folder"
        )
    return CasetroveError(f"{what} could not be kept ({reason}): check the disk, try again")
