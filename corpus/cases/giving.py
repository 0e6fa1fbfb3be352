"""Whether a clause says that a treatment it names was given, when, only planned, kept off, or not given at all.

Cues (``giving_cues``) are read from left to right. One that says a treatment was not given, planned or past holds for
what its clause names behind it until a verb of giving begins anew ("was advised surgery and received radiotherapy"); a
passive behind a treatment ("was stopped", "were not given") says it of the treatments before it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple, cast

from corpus.cases.giving_cues import AFTER, BEFORE, NO_OBJECT, Effect

Told = Literal["past", "current", "given", "planned", "precluded", "declined", "none", "general", "unsaid"]
"""``none``: not given; ``general``: said of no patient; ``unsaid``: no word of giving."""


class _Cue(NamedTuple):
    start: int
    end: int
    effect: Effect


_AFTER: Final = [(effect, re.compile(pattern, re.VERBOSE | re.IGNORECASE)) for effect, pattern in AFTER]
_BEFORE: Final = [(effect, re.compile(pattern, re.VERBOSE | re.IGNORECASE)) for effect, pattern in BEFORE]
_CLAUSE: Final = re.compile(
    r";|\.\s|\b(?:but|however|although|though|whereas|nevertheless|because(?!\s+of)|until)\b|,\s*(?:while|so)\b"
    r"|,?\s+(?:and\s+)?(?:then\s+)?(?=(?:he|she|we|they|it|the\s+patient|the\s+(?:child|boy|girl|man|woman"
    r"|infant))\s+(?:was|were|had|has|is|\w+ed|underwent|took|began|then|also)\b)",
    re.IGNORECASE,
)
_ANEW: Final = re.compile(r"\b(?:and|but|then|therefore|who|which|finally|subsequently|later)\b|[,;]", re.IGNORECASE)
_FINITE: Final = re.compile(
    r"(?:was|were|been|has|had|and|then|we|who)\s+(?:\w+\s+){0,2}$|^\s*$|(?:\bshe|\bhe|\bpatient|\bit)\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_ACTIVE: Final = re.compile(
    r"underwent|received|gave|began|took|required|started|performed|administered|chose|initiated|added|needed|used"
    r"|decided|opted|prescribed|proceeded|replaced|continued",
    re.IGNORECASE,
)
_BARE: Final = re.compile(
    r"\s+(?:therapy\s+|treatment\s+)?(?:started|stopped|discontinued|added|initiated|withdrawn|continued|given|begun"
    r"|commenced|tapered|performed)\b"
    r"(?=\s*(?:[.,;)]|$|(?:with|on|at|in|after|for|because|due|instead|and|following)\b))",
    re.IGNORECASE,
)
_BARELY_NOT: Final = re.compile(
    r"\s+(?:therapy\s+|treatment\s+)?(?P<effect>abandoned|cancell?ed|withheld|deferred|postponed|omitted|(?P<declined>declined|refused))"
    r"(?=\s*(?:[.,;)]|$|(?:because|due|owing|on|for|in|until)\b))",
    re.IGNORECASE,
)
_NEVER_TAKEN: Final = re.compile(
    r"[^.;]{0,40}?\b(?:but|which|though|although|yet|and)\s+(?:(?:s?he|the|patient|was|were|it|they|had|been)\s+){0,3}(?:(?:did|had|has)\s+not\s+|never\s+|didn['’]t\s+)"
    r"(?:took?|taken?|fill(?:ed)?|start(?:ed)?|used?|collect(?:ed)?|begun|began|given|received?|purchased?|buy|bought|taken|administered)"
    r"(?=\s*(?:[.,;)]|$)|\s+(?:it|them|any|this|these|the\s+(?:drug|medication|medicine|treatment))\s*(?:[.,;)]|$)"
    r"|\s+(?:it|them|because|due|owing|until|since|as)\b)",
    re.IGNORECASE,
)
_REASON: Final = re.compile(r"\b(?:because\s+of|due\s+to|owing\s+to)\s+(?:[\w-]+\s+){0,3}$", re.IGNORECASE)
_NOT_HAD: Final = frozenset({"none", "declined", "precluded", "planned"})
_AFTER_A_COURSE: Final = re.compile(r"\b(?:after|following|despite)\s[^,;]{0,30}$", re.IGNORECASE)
_INSTEAD: Final = re.compile(r"(?:^|[,;.]\s*)(?:instead|rather|in\s+(?:lieu|place))\b", re.IGNORECASE)
_VERB: Final = re.compile(
    r"\b(?:was|were|had|has|have|is|are|did|underwent|received|developed|presented|\w{3,}ed)\b", re.IGNORECASE
)
_OPENING: Final = 60
_ARRIVES: Final = re.compile(r"\b(?:presented|presents|was\s+admitted|complained)\b", re.IGNORECASE)
_YET_DECLINED: Final = re.compile(
    r"(?:\s+(?:was|were|is)\s+(?:\w+\s?){1,3}?)?,?\s*(?:but|which|and|however,?)\s+(?:(?:she|he|the|patient|family|parents|initially|was"
    rf"|it)\s+){{0,3}}(?:declined|refused){NO_OBJECT}",
    re.IGNORECASE,
)
_TIMELESS: Final = re.compile(
    r"\b(?:is|are|can|(?-i:may)|might|should|must|could|would|will|remains?|includes?|ha(?:s|ve)\s+been|appears?"
    r"|seems?|provides?|ensures?|allows|helps|improves|reduces|requires?|represents?|leads?|suggests?)\b",
    re.IGNORECASE,
)
_NARRATED: Final = re.compile(
    r"\b(?:was|were|had|did|underwent|received|developed|gave|began|became|took|presented|showed|resolved|improved"
    r"|recovered|responded"
    r"|required|led|came|went|performed|achieved|died|remained|continued|resulted|revealed|started|treated|refused"
    r"|declined|failed)\b",
    re.IGNORECASE,
)
_THE_PATIENT: Final = re.compile(
    r"\b(?:she|he|(?:the|our|this)\s+(?:\w+\s+)?(?:patient|child|boy|girl|man|woman|infant|baby))\s+(?:is|has"
    r"|continues|remains|takes|receives|currently|now)\b",
    re.IGNORECASE,
)
_OF_THE_PATIENT: Final = re.compile(
    r"\b(?:(?:our|the|this)\s+patient(?:['’]s)?|she|he|her|his)\b(?!\s+(?:should|may|might|must))", re.IGNORECASE
)
_NOT_OF_IT: Final = re.compile(
    r"respon|improv|benefit|effect|complic|eviden|sign|recurr|succe|relie|diffic|problem|chang|after|despite"
    r"|\bwith\b|\bon\b|sympto"
    r"|fever|event|toler|progress|\bto\b|\bwas\b|\bwere\b|\bhad\b|patient|lesion|reaction|resol|sequel|relaps|bleed"
    r"|finding|abnorm|other\s+than",
    re.IGNORECASE,
)
_YEARS_AGO: Final = re.compile(
    r"\b(?:\w+|\d+)\s+(?:years?|decades?)\s+(?:ago|before|earlier|previously|prior|back)\b|\b(?:months?|weeks?"
    r"|days?)\s+(?:ago|previously|prior\s+to\s+(?:admission|presentation|referral|this)"
    r"|before\s+(?:\w+\s+)?(?:admission|presentation|referral|hospitali[sz]ation|this|the\s+(?:onset|present)))\b"
    r"|\bin\s+(?:childhood|infancy|the\s+past)\b"
    r"|\b(?:another|outside|local|different)\s+(?:hospital|clinic|institution|facility)\b",
    re.IGNORECASE,
)
_NO_HISTORY: Final = re.compile(r"(?:no|without|any|negative)\s+(?:\w+\s+){0,2}histor", re.IGNORECASE)
_OF_ANOTHER: Final = re.compile(
    r"\b(?:imaging|tomography|biops(?:y|ies)|tests?|scans?|examinations?|mri|ct|radiograph\w*|cultures?|endoscopy"
    r"|angiogra\w+)\b|\b(?:was|were|is|are)\s+(?!not\b)\w+",
    re.IGNORECASE,
)
"""Between a treatment and a passive: what makes the passive another's."""
_STRONG: Final = frozenset({"none", "declined", "precluded", "planned", "general", "past", "current", "purpose"})
_TOLD: Final[dict[Effect, Told]] = {"stopped": "given", "linked": "given", "purpose": "planned", "no": "none"}
_REACH_BACK: Final = 110


class Giving:
    """What one sentence says of the treatments that it names, read once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._breaks = [match.start() for match in _CLAUSE.finditer(text)]
        self._after = sorted(
            _Cue(*match.span(), effect) for effect, pattern in _AFTER for match in pattern.finditer(text)
        )
        self._before = sorted(
            _Cue(*match.span(), effect) for effect, pattern in _BEFORE for match in pattern.finditer(text)
        )

    def told(self, start: int, end: int, others: Sequence[tuple[int, int]]) -> Told:
        """What is said of the treatment at ``[start, end)``; ``others``: where the sentence names any, it included."""
        first, last = self._clause(start)
        ahead, cue = self._ahead(first, start, others)
        behind = self._behind(end, last)
        clause = self._text[first:last]
        told = self._joined(ahead, cue, behind, start)
        if told in ("given", "unsaid") and _is_timeless(clause):
            return "general"
        if told == "general" and _OF_THE_PATIENT.search(clause) and _NARRATED.search(clause):
            told = "given"
        if told in ("given", "unsaid", "planned") and self._never_taken(end, others):
            return "declined"
        if told in ("given", "unsaid") and _YEARS_AGO.search(self._opening(first) + clause):
            return "past"
        return told

    def _never_taken(self, end: int, others: Sequence[tuple[int, int]]) -> bool:
        never = _NEVER_TAKEN.match(self._text, end)
        return never is not None and not any(end <= first < never.end() for first, _ in others)

    def _opening(self, first: int) -> str:
        """What stands before a clause's subject and belongs to it: "in childhood"."""
        opening = self._text[:first]
        return opening if len(opening) <= _OPENING and not _VERB.search(opening) else ""

    def _clause(self, at: int) -> tuple[int, int]:
        place = bisect_right(self._breaks, at)
        first = self._breaks[place - 1] if place else 0
        last = self._breaks[place] if place < len(self._breaks) else len(self._text)
        return first, last

    def _ahead(self, first: int, start: int, others: Sequence[tuple[int, int]]) -> tuple[Effect | None, _Cue | None]:
        """The effect that holds where the treatment begins, and its cue."""
        state: Effect | None = None
        held: _Cue | None = None
        for cue in self._after:
            if cue.start < first:
                continue
            if cue.end > start + 1:
                if cue.start >= start:
                    break
                continue
            if cue.effect == "past" and _NO_HISTORY.match(self._text, cue.start):
                cue = cue._replace(effect="none")
            if cue.effect == "no":
                if self._is_next(cue.end, start, others):
                    return "none", cue
                continue
            if cue.effect == "linked":
                if state is None or (state == "declined" and self._ends_a_course(cue, start)):
                    state, held = cue.effect, cue
                continue
            if cue.effect in ("given", "stopped") and state in _STRONG and not self._begins_anew(held, cue):
                continue
            if held and cue.start < held.end and state in _STRONG:
                continue
            state, held = cue.effect, cue
        if held and state in _NOT_HAD and _REASON.search(self._text, held.end, start):
            return "linked", held  # "contraindicated because of recent surgery"
        if held and state == "past" and _ARRIVES.search(self._text, held.end, start):
            return "linked", held  # "with a history of …, presented with …"
        return state, held

    def _ends_a_course(self, cue: _Cue, start: int) -> bool:
        """Whether a treatment stands for what went before: "declined more after two cycles of"."""
        return bool(_AFTER_A_COURSE.search(self._text[cue.start : start]))

    def _begins_anew(self, held: _Cue | None, cue: _Cue) -> bool:
        between = self._text[held.end if held else 0 : cue.start]
        if not _ANEW.search(between):
            return False
        return bool(_ACTIVE.match(self._text, cue.start) or _FINITE.search(between))

    def _is_next(self, end: int, start: int, others: Sequence[tuple[int, int]]) -> bool:
        """Whether nothing but its own words and other treatments stand between a "no" and a treatment."""
        gap = self._text[end:start]
        if gap.endswith(", ") and _INSTEAD.search(self._text[:end]):
            return False
        for first, last in others:
            if end <= first and last <= start:
                gap = gap.replace(self._text[first:last], "", 1)
        if len(gap.split()) > 6 or _NOT_OF_IT.search(gap):
            return False
        return not re.search(r",\s*and\b|\band\s+(?:was|were|received|underwent|started|given|treated)", gap)

    def _behind(self, end: int, last: int) -> _Cue | None:
        """The first passive behind the treatment, in its clause and near."""
        refused = _YET_DECLINED.match(self._text, end)
        if refused:
            return _Cue(*refused.span(), "declined")
        if bare := _BARELY_NOT.match(self._text, end):
            return _Cue(*bare.span(), "declined" if bare.group("declined") else "none")
        bare = _BARE.match(self._text, end)
        if bare:
            effect: Effect = "stopped" if re.search("stop|discont|withdr|taper", bare.group(), re.I) else "given"
            return _Cue(*bare.span(), effect)
        active = (cue.start for cue in self._after if cue.effect == "given" and _ACTIVE.match(self._text, cue.start))
        verb = next((start for start in active if start >= end), len(self._text))
        last = min(last, end + _REACH_BACK + 1, verb + 1)
        near = [
            cue
            for cue in self._before
            if end <= cue.start < last and not _OF_ANOTHER.search(self._text[end : cue.start])
        ]
        return min(near, key=lambda cue: (cue.start, -cue.end)) if near else None

    def _joined(self, ahead: Effect | None, cue: _Cue | None, behind: _Cue | None, start: int) -> Told:
        """What the cue before a treatment and the passive behind it say together."""
        if not behind:
            return _as_told(ahead)
        if behind.effect == "past":
            return "past" if ahead in (None, "linked", "given", "stopped", "past") else _as_told(ahead)
        if not cue or ahead in (None, "linked"):
            return _as_told(behind.effect)
        if cue.effect == "no":
            return "none"
        if behind.effect in ("declined", "precluded") and ahead in ("planned", "given", "purpose"):
            return _as_told(behind.effect)
        own_clause = _ANEW.search(self._text[cue.end : start])
        if own_clause and behind.effect != "stopped" and (ahead, behind.effect) != ("past", "given"):
            return _as_told(behind.effect)
        return _as_told(ahead)


def _as_told(effect: Effect | None) -> Told:
    return "unsaid" if effect is None else _TOLD.get(effect) or cast(Told, effect)


def _is_timeless(clause: str) -> bool:
    return bool(_TIMELESS.search(clause)) and not _NARRATED.search(clause) and not _THE_PATIENT.search(clause)
