"""What a treatment was for, where its clause says so: "for her lupus nephritis", "the flare was treated with …"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.cases.in_a_row import end_of_row
from corpus.cases.story import Line
from corpus.terminology.terminology import shipped

_FOR: Final = re.compile(
    r"(?:(?!\btests?\b|suggestive|culture|negative|positive|search|evaluat)[^.;]){0,60}?\b(?P<cue>for(?:\s+(?:the\s+)?(?:treatment|management|control|relief|prevention|suspicion"
    r"|prophylaxis)\s+of)?|to\s+(?:treat|control|manage|prevent|relieve|cover|reduce|alleviate)|because\s+of"
    r"|due\s+to|against)\s+"
    r"(?:(?:her|his|the|an?|this|suspected|presumed|possible|presumptive|a\s+suspected|a\s+presumed|persistent"
    r"|recurrent|severe|ongoing|active|acute|refractory|worsening|concomitant|associated|underlying|known"
    r"|chronic)\s+){0,4}"
    r"(?P<what>(?:(?!(?:hours?|days?|weeks?|months?|years?|with|without|by)\b)[\w'’/-]+\s+){0,3}?)$",
    re.IGNORECASE,
)
_NOUN: Final = re.compile(
    r"\bfor\s+(?:her|his|the|an?|this)\s+(?P<what>(?:[\w'’-]+\s+){0,2}?(?:flares?|exacerbations?|relapses?"
    r"|recurrences?|symptoms|infections?|lesions?|tumou?rs?|pain|rash|fractures?|wounds?|calcifications?))\b",
    re.IGNORECASE,
)
_SUBJECT: Final = re.compile(
    r"\s*(?:\([^()]{0,20}\)\s*)?(?:(?:was|were|is|has\s+been|had\s+been|have\s+been|being)\s+)?(?:\w+ly\s+|also\s+"
    r"|then\s+|initially\s+)?(?:refractory|resistant|unresponsive|treated|managed|controlled|for\s+which)\b"
)
_OPENS: Final = re.compile(
    r"\b(?:[Tt]he|[Hh]er|[Hh]is|[Aa]n?|[Tt]his|[Hh]ad|with|of|includ(?:ed|es|ing)|and)\s+$|,\s*$|^\s*$"
)
_CAUSE: Final = re.compile(r"because|due", re.IGNORECASE)
_CAUSING: Final = re.compile(r"[-‐-–](?:induced|associated|related)\b", re.IGNORECASE)
"""Behind an illness: another that came of it is told of next."""
_NEXT_VERB: Final = re.compile(r"\b(?:and|but|who|which|presented|developed|admitted|was|were)\b", re.IGNORECASE)
_OWN_VERB: Final = re.compile(
    r"(?:\s+(?:therapy|treatment))?\s+(?:was|were|has\s+been|have\s+been|had\s+been)\s+(?:\w+ly\s+|also\s+|then\s+|again\s+|both\s+|all\s+|first\s+){0,2}"
    r"(?:given|(?:re)?started|begun|commenced|initiated|instituted|added|prescribed|administered|used|performed|done|introduced"
    r"|undertaken|carried\s+out|applied|required|needed|indicated|recommended|planned|chosen|attempted|tried|resumed|repeated"
    r"|placed|inserted|implanted)\b",
    re.IGNORECASE,
)
"""Behind a treatment: that it was given; what follows says of it what for."""
_KINDS: Final = ("disease", "finding")
_REACH: Final = 90


def target(line: Line, start: int, end: int, named: Sequence[tuple[int, int]] = ()) -> tuple[str, int, int] | None:
    """The condition that the treatment at ``[start, end)`` of ``line`` was for, and its place there; None if unsaid.

    ``named``: where the line names treatments, in order: what is said behind a row of them is of each.
    """
    text, offset = line.text, line.span.start
    end = end_of_row(text, start, end, named)
    since = own.end() if (own := _OWN_VERB.match(text, end)) else end
    passed = False
    for each in line.findings:
        first, close = each.span.start - offset, each.span.end - offset
        if each.kind not in _KINDS or _CAUSING.match(text, close):
            continue
        behind = _FOR.match(text, end, first) if end <= first else None
        if behind and passed and _CAUSE.match(behind.group("cue")):
            behind = None  # "based on tamponade due to rupture": of the one the other came
        passed = passed or end <= first
        if behind and not _NEXT_VERB.search(text, since, behind.start("cue")):
            return shipped().name(each.concepts[0]).lower(), behind.start("what"), close
        before = close <= start and _SUBJECT.match(text, close, start)
        if before and _OPENS.search(text[max(0, first - 12) : first]):
            return shipped().name(each.concepts[0]).lower(), first, close
    noun = _NOUN.search(text, end, min(len(text), end + _REACH))
    if noun and not _NEXT_VERB.search(text, since, noun.start()):
        return noun.group("what").lower(), *noun.span("what")
    return None
