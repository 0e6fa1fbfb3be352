"""What a sentence says of one of its treatments: that it was stopped, did harm, or what came of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.assertion import NEXT_CLAUSE
from corpus.cases.in_a_row import end_of_row
from corpus.cases.model import OutcomeLabel
from corpus.cases.outcome_labels import Cue, cues, joined

BLAMED: Final = (
    r"(?:was|were|is)\s+(?:\w+ly\s+|also\s+|then\s+|later\s+){0,2}(?:(?:thought|believed|felt|considered|deemed|found|determined|judged|presumed"
    r"|assumed|identified|held|said|known)\s+(?:(?:to\s+(?:be|have\s+been)|as)\s+)?)?(?:(?:the\s+|an?\s+)?(?:most\s+)?(?:\w+\s+)?(?:culprits?"
    r"|causes?\s+of)|blamed|incriminated|implicated|suspected)\b"
)
"""Behind a drug: it did the harm."""
_BLAMED_BEHIND: Final = re.compile(rf"(?:,?\s+which)?\s+{BLAMED}", re.IGNORECASE)
_STOPPED_BEHIND: Final = re.compile(
    r"(?:(?:\s+(?:was|were)\s+\w+)?,\s*which)?[^.;,]{0,40}?\b(?:was|were|had\s+(?:been|to\s+be)|being)\s+(?:\w+\s+)?(?:stopped|discontinued|withdrawn|ceased"
    r"|suspended|halted)\b",
    re.IGNORECASE,
)
_STOPPED_BEFORE: Final = re.compile(
    r"\b(?:stopped|stopping|discontinu(?:ed|ing|ation\s+of)|withdr(?:ew|awing|awal\s+of)|cessation\s+of|ceased)\s+"
    r"(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_REPLACED_BEHIND: Final = re.compile(
    r"(?:(?:\s+(?:was|were)\s+\w+)?,\s*which)?[^.;,]{0,40}?\b(?:was|were|been|being)\s+(?:\w+\s+)?(?:changed|switched|replaced|converted|substituted|transitioned)\b",
    re.IGNORECASE,
)
_CHANGED: Final = re.compile(r"\b(?:switch|chang|convert|transition)\w*\s+(?:[\w.,/-]+\s+){0,3}$", re.IGNORECASE)
_TO_ANOTHER: Final = re.compile(r"\s+(?:therapy\s+|treatment\s+)?to\s+\w", re.IGNORECASE)
_REPLACED_BEFORE: Final = re.compile(
    r"\b(?:(?:switch|chang|convert|transition)\w*\s+(?:\w+\s+){0,3}?from|replac(?:ed|ing)|instead\s+of|substitution\s+of)\s+(?:(?!(?:to|by|with)\b)[\w.,/-]+\s+){0,3}$",
    re.IGNORECASE,
)
_STOPPED: Final = re.compile(r"(?:discontinued|stopped|withdrawn|ceased|halted|suspended)\b", re.IGNORECASE)
_TREATED: Final = re.compile(
    r"\b(?:treated|managed|controlled|resolved|given|received|administ\w+|for\s+which)\b", re.IGNORECASE
)
_ANOTHER: Final = re.compile(
    r",\s*(?:and|then|followed)\b|;|\band\s+(?:then\s+)?(?:was|were|received|started)\b", re.IGNORECASE
)
_PARTS: Final = re.compile(
    r"[;:]|\.(?=[A-Z])|\b(?:but|however|whereas|although|though|then|followed\s+by|subsequently|later)\b|,\s*(?:and|so|while)\s+(?=(?:[\w'’-]+\s+){1,3}?"
    r"(?:was|were|led|brought|made|resulted|underwent|received|started|began)\b)|\band\s+(?:was|were|she|he|underwent|received|started|began)\b"
    r"|\b(?:before|until)\s+(?=(?:\w+\s+){1,4}?(?:led|induced|brought|achieved|cured|resulted|produced|was|were)\b)"
    r"|,\s*(?:and\s+)?(?=\w+\s+(?:led|brought|cured|resulted)\b)",
    re.IGNORECASE,
)
"""Between two treatments of a sentence: what is said behind the second is not of the first."""
_REASON: Final = re.compile(
    r"\b(?:due\s+to|because(?:\s+of)?|owing\s+to|as|for|on\s+account\s+of|in\s+view\s+of|secondary\s+to)\s+"
    r"(?:(?!and\b|with\b|but\b|which\b|days\b|weeks\b|months\b|years\b)[\w'’-]+\s+){0,5}$",
    re.IGNORECASE,
)
_LINK: Final = re.compile(
    r"[^.;:]{0,70}?\b(?:with|after|following|by|to|on|under|despite|using|through|from|upon|once|when|since|while|during|post"
    r"|in\s+response|in\s+spite|thanks)\b(?P<rest>[^.;:]*)$",
    re.IGNORECASE,
)
_BEGINS: Final = re.compile(
    r"\b(?:requir\w+|necessitat\w+|prompt\w*|warrant\w*|before|until|prior\s+to|so|therefore|leading\s+to\s+the|who|underwent|subsequently)\b",
    re.IGNORECASE,
)
"""Between what is told and a treatment: the one was why the other was given, or came before it."""
_BY: Final = re.compile(
    r"[^.,;:]{0,25}?\b(?:with|after|following|by|to|on|under|despite|using|through|upon|once|when)\s+(?:[\w'’.,/-]+\s+){0,4}$",
    re.IGNORECASE,
)
_TO_IT: Final = re.compile(
    r"\s+(?:it|this|(?:the|this|that)\s+(?:drug|medication|medicine|agent|treatment|antibody|infusion))\b",
    re.IGNORECASE,
)
"""Behind "a reaction to": to what stands before."""
_GLUED: Final = re.compile(r"[a-z\])]\.\s?[A-Z]")
"""Sentences that the text has run together."""
_PASSIVE: Final = re.compile(
    r"\s+(?:therapy\s+|treatment\s+)?(?:was|were)\s+(?:\w+ly\s+|then\s+)?(?:given|start|add|initiat|administ|perform|commenc|begun|tried|used"
    r"|introduced|done)",
    re.IGNORECASE,
)
_NEARBY: Final = 60


def is_stopped(text: str, start: int, end: int) -> bool:
    """Whether ``text`` says that the treatment named at ``[start, end)`` was stopped."""
    return bool(_STOPPED_BEHIND.match(text, end) or _STOPPED_BEFORE.search(text, max(0, start - _NEARBY), start))


def is_replaced(text: str, start: int, end: int) -> bool:
    """Whether ``text`` says that another treatment took the place of the one named at ``[start, end)``."""
    before = text[max(0, start - _NEARBY) : start]
    if _REPLACED_BEHIND.match(text, end) or _REPLACED_BEFORE.search(before):
        return True
    return bool(_TO_ANOTHER.match(text, end) and _CHANGED.search(before))


def own_label(text: str, start: int, end: int, named: Sequence[tuple[int, int]]) -> OutcomeLabel:
    """What ``text`` says came of the treatment named at ``[start, end)``; ``named``: where it names treatments."""
    if _BLAMED_BEHIND.match(text, end):
        return "adverse_reaction"
    return joined(text, [cue for cue in cues(text) if _is_its(text, cue, start, end, named)])


def _is_its(text: str, cue: Cue, start: int, end: int, named: Sequence[tuple[int, int]]) -> bool:
    """Whether what ``cue`` states is told to have come of the treatment at ``[start, end)``."""
    if cue.label == "death":
        return True
    if cue.label == "adverse_reaction":
        return _did(text, cue, start, end)
    if cue.end <= start:
        between = [last for first, last in named if cue.end <= first and last < start]
        if between and (_PARTS.search(text, between[-1], start) or _PASSIVE.match(text, end)):
            return False  # "worsened despite X, Y was given"
        return _leads_to(text, cue.end, start)
    if is_replaced(text, start, end) and not _REASON.search(text, end, cue.start):
        return False
    if cue.start < end:
        return cue.end > end  # "conservative treatment failed"
    if _GLUED.search(text, end, cue.start):
        return False
    row = end_of_row(text, start, end, named)
    others = [first for first, _ in named if row <= first < cue.start]
    if others and any(part.start() < others[-1] for part in _PARTS.finditer(text, end, cue.start)):
        return False
    behind = next((first for first, _ in named if first >= cue.end), None)
    if behind is not None and _BY.match(text[cue.end : behind]):
        return False  # "X failed, the rash resolved with Y"
    reason = _REASON.search(text, end, cue.start)
    return reason is None or is_stopped(text, start, end) or is_replaced(text, start, end)


def _did(text: str, cue: Cue, start: int, end: int) -> bool:
    """Whether the harm that ``cue`` states is told to be that of the treatment at ``[start, end)``."""
    if _STOPPED.match(text, cue.start, cue.end):
        return is_stopped(text, start, end)
    if text[: cue.end].endswith(" to"):
        if end <= cue.start and _TO_IT.match(text, cue.end):
            return not _ANOTHER.search(text, end, cue.start)
        return start >= cue.end and not _ANOTHER.search(text, cue.end, start)
    if end <= cue.start:
        return not _ANOTHER.search(text, end, cue.start)
    return not (_ANOTHER.search(text, cue.end, start) or _TREATED.search(text, cue.end, start))


def _leads_to(text: str, told: int, start: int) -> bool:
    """Whether words link what is told, up to ``told``, to the treatment behind it: "improved after three doses of"."""
    between = text[told:start]
    if not between.strip(" ()") or re.search(r"\b(?:to|with|despite|by)\s*$", text[:told][-10:]):
        before_link, rest = "", between
    else:
        link = _LINK.match(between)
        if link is None:
            return False
        before_link, rest = between[: link.start("rest")], link.group("rest")
    return not (
        NEXT_CLAUSE.search(before_link)
        or _BEGINS.search(between)
        or re.search(r",\s*(?:and|but|so)\s+\w+\s|\b(?:treated|managed|given)\b", before_link)
        or re.search(
            r"(?:\b(?:and|but)|,)\s+(?:\w+\s+){0,3}?(?:was|were|had|has|underwent|received|started|commenced|begun|given)\b",
            rest,
        )
    )
