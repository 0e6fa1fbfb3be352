"""Where a list of hits goes on: an opaque word that fits one question and one generation of the index."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import astuple, dataclass

from corpus.errors import CasetroveError, UsageError

_MOST = 1 << 20
_LONGEST = 200


class StaleCursorError(CasetroveError):
    """The index has changed since the page that the cursor came with."""

    code = "stale-cursor"
    http_status = 410


@dataclass(frozen=True, slots=True)
class Cursor:
    """The page after the first ``skip`` hits of a question, in one ``generation``. ``str`` gives what is handed out.

    ``asked`` is the ``fingerprint`` of all that decides which hits there are, and in which order.
    """

    generation: int
    skip: int
    asked: str

    def __str__(self) -> str:
        return urlsafe_b64encode(json.dumps(astuple(self), separators=(",", ":")).encode()).decode().rstrip("=")

    @classmethod
    def read(cls, text: str, asked: str) -> Cursor:
        """The cursor that ``str`` gave for the question ``asked``. Raises UsageError naming the field ``cursor``."""
        try:
            padded = text[:_LONGEST] + "=" * (-len(text[:_LONGEST]) % 4)
            generation, skip, of = json.loads(urlsafe_b64decode(padded.encode("ascii")))
            found = cls(int(generation), int(skip), str(of))
        except (ValueError, TypeError, OverflowError):
            raise UsageError("cursor: is none of this server: give the `next` of the page before") from None
        if str(found) != text or not 0 < found.skip <= _MOST:
            raise UsageError("cursor: is none of this server: give the `next` of the page before")
        if found.asked != asked:
            raise UsageError("cursor: is of another question: ask as on the page before, or without a cursor")
        return found

    def check(self, generation: int) -> None:
        """Raise StaleCursorError unless ``generation`` is the cursor's."""
        if self.generation != generation:
            raise StaleCursorError(
                f"cursor: is of generation {self.generation} of the index, and {generation} is served now: "
                "start again without a cursor"
            )


def fingerprint(*parts: object) -> str:
    """A short word that differs where what ``parts`` print as differs."""
    return hashlib.blake2b("\n".join(map(repr, parts)).encode(), digest_size=8).hexdigest()
