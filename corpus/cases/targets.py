"""What a treatment was for, where its clause says so: "for her lupus nephritis", "the flare was treated with …"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.findings import Finding
from corpus.terminology.terminology import shipped

_FOR: Final = re.compile(
    r"[^.;]{0,70}?\b(?P<cue>for(?:\s+(?:the\s+)?(?:treatment|management|control|relief|prevention|suspicion|prophylaxis)\s+of)?|to\s+(?:treat|control|manage|prevent|relieve|cover|reduce|alleviate)|because\s+of|due\s+to|against)\s+"
    r"(?:(?:her|his|the|an?|this|suspected|presumed|possible|presumptive|a\s+suspected|a\s+presumed|persistent|recurrent|severe|ongoing|active|acute|refractory|worsening|concomitant|associated|underlying|known|chronic)\s+){0,4}"
    r"(?P<what>(?:[\w'’/-]+\s+){0,3}?)$",
    re.IGNORECASE,
)
_NOUN: Final = re.compile(
    r"\bfor\s+(?:her|his|the|an?|this)\s+(?P<what>(?:[\w'’-]+\s+){0,2}?(?:flares?|exacerbations?|relapses?|recurrences?|symptoms|infections?|lesions?|tumou?rs?|pain|rash|fractures?|wounds?|calcifications?))\b",
    re.IGNORECASE,
)
_SUBJECT: Final = re.compile(
    r"\s*(?:\([^()]{0,20}\)\s*)?(?:(?:was|were|is|has\s+been|had\s+been|have\s+been|being)\s+)?(?:\w+ly\s+|also\s+|then\s+|initially\s+)?(?:refractory|resistant|unresponsive|treated|managed|controlled|for\s+which)\b"
)
_OPENS: Final = re.compile(r"\b(?:[Tt]he|[Hh]er|[Hh]is|[Aa]n?|[Tt]his|[Hh]ad|with|of)\s+$|^\s*$")
_NEXT_VERB: Final = re.compile(r"\b(?:and|but|who|which|presented|developed|admitted|was|were)\b", re.IGNORECASE)
_KINDS: Final = ("disease", "finding")


def target(
    text: str, offset: int, end: int, start: int, last: int, findings: Sequence[Finding]
) -> tuple[str, int, int] | None:
    """The condition that the treatment at ``[start, end)`` was for, and its place in ``text``; None where that is not said.

    ``offset``: where the sentence begins in the report; ``last``: where its clause ends.
    """
    for each in findings:
        first, close = each.span.start - offset, each.span.end - offset
        if each.kind not in _KINDS:
            continue
        if (
            end <= first < last
            and (cue := _FOR.match(text, end, first))
            and not _NEXT_VERB.search(text, end, cue.start("cue"))
        ):
            return shipped().name(each.concepts[0]).lower(), cue.start("what"), close
        if close <= start and _SUBJECT.match(text, close, start) and _OPENS.search(text[max(0, first - 12) : first]):
            return shipped().name(each.concepts[0]).lower(), first, close
    noun = _NOUN.search(text, end, min(last, end + 90))
    if noun and not _NEXT_VERB.search(text, end, noun.start()):
        return noun.group("what").lower(), *noun.span("what")
    return None
