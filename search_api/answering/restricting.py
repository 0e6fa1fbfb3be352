"""What a claim may not leave out of its quote's sentence: when it was, and what takes back or narrows what it keeps."""

from __future__ import annotations

import re
from typing import Final

from corpus.assertion_cues import VERBS
from corpus.model import Span
from search_api.answering.claim_text import Unsupported

_WHEN: Final = re.compile(
    r"\b(?:(?:years?|months?|weeks?|days?|hours?|decades?)\s+(?:earlier|ago|before|previously|prior)|previously|formerly"
    r"|in\s+(?:childhood|infancy|adolescence|(?:his|her|their)\s+(?:teens|\w+ties))|as\s+a\s+(?:child|boy|girl|teenager)|last\s+year"
    r"|(?:during|in|after)\s+(?:an?|the|his|her)\s+(?:first|second|previous|last|earlier|prior|other)\s+\w+"
    r"|(?:before|until)\s+(?:(?:the|this|his|her)\s+(?:current|present)\s+\w+|admission|presentation|birth|discharge)"
    r"|(?P<stage>(?:on|at|after)\s+(?:admission|presentation|baseline|birth|discharge|autopsy)|in\s+(?:19|20)\d\d))\b",
    re.IGNORECASE,
)
_DONE: Final = re.compile(
    r"\b(?:treated|given|gave|receiv\w+|start\w*|administ\w+|underwent|prescri\w+|commenced|initiated|performed|removed|operated"
    r"|recovered|resolved|improved|healed|died)\b",
    re.IGNORECASE,
)
"""What was done, or came of it, stays so; what was found "on admission" may not."""
_NARROWS: Final = re.compile(
    r"\s*(?:[,(]\s*)?(?:[\w-]+\s+){0,4}?(?P<turn>but|although|though|however|yet|except(?:ing)?|apart\s+from|aside\s+from|save\s+for|only"
    r"|until|unless)\b"
    r"|\s+(?:than|to\s+(?:others?|another)|from(?!\s+(?:then|day|\d|the\s+\w+\s+(?:day|week|month))))\b"
    r"|(?<=[a-z])(?P<equal>\s+as)\b",
    re.IGNORECASE,
)
"""Right behind what a claim keeps: "… resolved except those of the scalp", "… as effective as placebo"."""
_AS_MUCH: Final = re.compile(r"\bas\s+\w+$", re.IGNORECASE)


_SAID_ON: Final = re.compile(
    r"\s*(?:\w+ly\s+|later\s+|then\s+|soon\s+|again\s+)?(?:\w+ed|was|were|had|grew|came)\b", re.IGNORECASE
)
_VERB: Final = re.compile(rf"\b(?:{VERBS}|\w{{3,}}ed)\b", re.IGNORECASE)


def _tells_of_another(turn: re.Match[str], behind: str) -> bool:
    """Whether "but" begins a statement with a subject of its own, which takes nothing back of the one before."""
    if (turn["turn"] or "").lower() not in ("but", "although", "though", "however", "yet"):
        return False
    return _SAID_ON.match(behind) is None and _VERB.search(behind) is not None


def narrowed(claim: str, passage: str, sentences: list[Span], end: int) -> Unsupported | None:
    """What the claim leaves out of ``sentences`` that dates what they say, or narrows what it keeps up to ``end``."""
    said = " ".join(claim.lower().split())
    for span in sentences:
        text = span.of(passage)
        for when in _WHEN.finditer(text):
            if when["stage"] and _DONE.search(text):
                continue
            if " ".join(when.group().lower().split()) not in said:
                return Unsupported("negation", f"the claim leaves out when it was: “{when.group()}”")
        less = _NARROWS.match(passage, end, span.end) if span.start <= end < span.end else None
        if less and less["equal"] and not _AS_MUCH.search(passage, span.start, end):
            less = None
        if less and not _tells_of_another(less, passage[less.end() : span.end]):
            return Unsupported("negation", f"the claim leaves out “{less.group().strip()}”")
    return None
