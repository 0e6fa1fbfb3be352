"""What a sentence says of one of its treatments: that it was stopped, did harm, or what came of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.cases.model import OutcomeLabel
from corpus.cases.outcome_labels import label

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
_CLAUSE: Final = re.compile(r";|,\s*(?:but|and|while|whereas|although|then)\b|\bbut\b", re.IGNORECASE)
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


def own_label(text: str, start: int, named: Sequence[tuple[int, int]]) -> OutcomeLabel:
    """What ``text`` says came of the treatment named at ``start``; ``named``: where it names treatments.

    Of several treatments in several clauses its own clause says it, or those that name no other.
    """
    cuts = [match.start() for match in _CLAUSE.finditer(text)]
    if len(named) < 2 or not cuts:
        return label(text)
    clauses = list(zip([0, *cuts], [*cuts, len(text)], strict=True))
    own = next(clause for clause in clauses if clause[0] <= start < clause[1])
    if (told := label(text[slice(*own)])) != "not_stated":
        return told
    others = [clause for clause in clauses if not any(clause[0] <= first < clause[1] for first, _ in named)]
    return label(" ".join(text[slice(*clause)] for clause in others)) if others else "not_stated"
