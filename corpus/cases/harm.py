"""Which treatment of a sentence was stopped, and which of several did harm."""

from __future__ import annotations

import re
from typing import Final

_STOPPED_BEHIND: Final = re.compile(
    r"[^.;,]{0,40}?\b(?:was|were|had\s+(?:been|to\s+be)|being)\s+(?:\w+\s+)?(?:stopped|discontinued|withdrawn|ceased"
    r"|suspended|halted)\b",
    re.IGNORECASE,
)
_STOPPED_BEFORE: Final = re.compile(
    r"\b(?:stopped|stopping|discontinu(?:ed|ing|ation\s+of)|withdr(?:ew|awing|awal\s+of)|cessation\s+of|ceased)\s+"
    r"(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_HARM: Final = re.compile(
    r"\b(?:side[\s-]effects?|adverse\s+(?:drug\s+)?(?:events?|effects?|reactions?)|(?:allergic|anaphylactic|infusion"
    r"|severe|hypersensitivity)\s+reactions?(?P<to>\s+to\b)?|anaphylaxis|toxicity|intoleran\w+|not\s+tolerated)\b",
    re.IGNORECASE,
)
_ANOTHER: Final = re.compile(
    r",\s*(?:and|then|followed)\b|;|\band\s+(?:then\s+)?(?:was|were|received|started)\b", re.IGNORECASE
)
_NEARBY: Final = 40


def is_stopped(text: str, start: int, end: int) -> bool:
    """Whether ``text`` says that the treatment named at ``[start, end)`` was stopped."""
    return bool(_STOPPED_BEHIND.match(text, end) or _STOPPED_BEFORE.search(text, max(0, start - _NEARBY), start))


def is_blamed(text: str, start: int, end: int) -> bool | None:
    """Whether the harm that ``text`` tells of is that treatment's; None where it tells of none."""
    harm = _HARM.search(text)
    if harm is None:
        return None
    if harm.group("to"):
        return start >= harm.end()
    if end <= harm.start():
        return not _ANOTHER.search(text, end, harm.start())
    return not _ANOTHER.search(text, harm.end(), start)
