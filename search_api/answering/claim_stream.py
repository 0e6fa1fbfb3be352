"""A model's JSON, read as it comes: each claim as soon as it is whole, and strictly.

``{"claims": [{"claim": …, "passage": …, "quote": …}, …]}``, which may stand in a fence of backticks; anything else is
malformed. Nothing is repaired: where the model's JSON is unclear, so is what it meant.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

MOST_CHARS: Final = 200_000
_LONGEST_HEAD: Final = 200
_LONGEST_ITEM: Final = 10_000
_HEAD: Final = re.compile(r'\s*(?:```(?:json|JSON)?\s*)?\{\s*"claims"\s*:\s*\[')
_TAIL: Final = re.compile(r"\s*\}\s*(?:```)?\s*")
_FIELDS: Final = frozenset({"claim", "passage", "quote"})


class MalformedAnswerError(ValueError):
    """The text is not the JSON that was asked for; the message says where."""


class Said(NamedTuple):
    """One claim as the model gave it, unchecked."""

    claim: str
    passage: str
    quote: str


class ClaimReader:
    """Takes pieces of text, and gives the items that they complete: a ``Said``, or None for one of another shape."""

    def __init__(self) -> None:
        self._text = ""
        self._read = 0
        self._place: str = "head"
        self._chars = 0

    def feed(self, piece: str) -> Iterator[Said | None]:
        """The items that end in ``piece``. Raises MalformedAnswerError behind those that were whole."""
        self._chars += len(piece)
        if self._chars > MOST_CHARS:
            raise MalformedAnswerError(f"it has over {MOST_CHARS:,} characters")
        self._text += piece
        if self._place == "head" and not self._enter():
            return
        while self._place != "tail" and (whole := self._next()) is not None:
            yield _said(whole)

    def end(self) -> None:
        """Raises MalformedAnswerError unless all has been read to its end."""
        if not self._chars:
            raise MalformedAnswerError("it is empty")
        if self._place != "tail" or not _TAIL.fullmatch(self._text):
            raise MalformedAnswerError("it does not end as it should")

    def _enter(self) -> bool:
        match = _HEAD.match(self._text)
        if match is None:
            if len(self._text) > _LONGEST_HEAD:
                raise MalformedAnswerError('it does not begin with {"claims": [')
            return False
        self._text = self._text[match.end() :]
        self._place = "first"
        return True

    def _next(self) -> str | None:
        """The next whole object, cut off the text; None where there is none (yet)."""
        bare = self._text.lstrip()
        if self._place == "after" and bare.startswith(","):
            bare = bare[1:].lstrip()
            self._text, self._place = bare, "item"
        if bare.startswith("]") and self._place != "item":
            self._text, self._place = bare[1:], "tail"
            return None
        if not bare:
            return None
        if self._place == "after" or not bare.startswith("{"):
            raise MalformedAnswerError("a claim is not an object")
        end = _object_end(bare)
        if end is None:
            if len(bare) > _LONGEST_ITEM:
                raise MalformedAnswerError(f"a claim has over {_LONGEST_ITEM:,} characters")
            return None
        self._text, self._place = bare[end:], "after"
        return bare[:end]


_MARK: Final = re.compile(r'["{}]')
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)


def _object_end(text: str) -> int | None:
    """Where the object ends with which ``text`` begins; None where it is not whole."""
    depth, at = 0, 0
    if "}" not in text:
        return None
    while match := _MARK.search(text, at):
        if match.group() == '"':
            string = _STRING.match(text, match.start())
            if string is None:
                return None
            at = string.end()
            continue
        depth += 1 if match.group() == "{" else -1
        at = match.end()
        if not depth:
            return at
    return None


def _said(whole: str) -> Said | None:
    try:
        pairs = json.loads(whole, object_pairs_hook=list)
    except (ValueError, RecursionError):
        raise MalformedAnswerError("a claim is no JSON") from None
    names = [name for name, _ in pairs]
    if len(names) != len(_FIELDS) or set(names) != _FIELDS or not all(isinstance(value, str) for _, value in pairs):
        return None
    return Said(**dict(pairs))
