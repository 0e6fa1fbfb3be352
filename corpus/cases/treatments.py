"""What was given to a patient, done, planned, or kept from them: one ``Treatment`` for each mention.

``mentions`` says where treatments are named, ``giving`` what their clause says of each, ``posology`` how much and how
long, ``targets`` for what; here the story decides whose they are, when they were, and what came of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from corpus.abbreviations import definitions
from corpus.cases.giving import Giving, Told
from corpus.cases.mentions import Mention, mentions
from corpus.cases.model import Outcome, Status, Target, Treatment
from corpus.cases.naming import classes_of
from corpus.cases.outcome_labels import label
from corpus.cases.posology import posology
from corpus.cases.roles import BACKGROUND_KINDS, Role
from corpus.cases.story import Line, Story
from corpus.cases.targets import target
from corpus.findings import findings
from corpus.model import Span
from corpus.terminology.terminology import shipped

_FURTHEST: Final = 4
"""Sentences behind a treatment in which what came of it is looked for, until the next treatment."""
_SHORTEST_SHORT: Final = 2
_ON_ARRIVAL: Final = re.compile(
    r"\b(?:at\s+(?:the\s+time\s+of\s+)?(?:presentation|admission|diagnosis|referral)|(?:up)?on\s+(?:admission|presentation|arrival)|medications?\s*:|concomitant|home\s+medications?|regular\s+medications?"
    r"|current\s+medications?|usual|chronic(?:ally)?|long-?term|medications?\s+(?:included|were|history))\b",
    re.IGNORECASE,
)
_CAME_OF_IT: Final = ("resolved", "improved", "unchanged", "progressed", "adverse_reaction", "death")
_HISTORY: Final = re.compile(
    r"\b(?:(?:medical|past|surgical|drug|medication|personal|obstetric)\s+(?:\w+\s+){0,2}?history|history\s+(?:of|included|was\s+(?:significant|notable|remarkable)))\b"
    r"(?!.*\b(?:who|found|presented|admitted|underwent|after|now|until)\b)",
    re.IGNORECASE | re.DOTALL,
)
_AT_AN_AGE: Final = re.compile(
    r"\bat\s+(?:the\s+)?age\s+(?:of\s+)?\d+|\b(?:in\s+the\s+)?recent\s+past\b", re.IGNORECASE
)
_LONGEST_HISTORY: Final = 200
_DOSED: Final = frozenset(
    {
        "radiotherapy",
        "radiation therapy",
        "irradiation",
        "radiosurgery",
        "oxygen therapy",
        "transfusion",
        "blood transfusion",
        "brachytherapy",
    }
)
_COMES: Final = re.compile(
    r"\b(?:present(?:ed|s|ing)\s+(?:\w+\s+){0,5}?(?:with|to|for|complaining|after)|(?:was|were)?\s*(?:admitted|referred|hospitali[sz]ed)|complain(?:ed|ing)|developed|visited|who\s+presented|came\s+to)\b",
    re.IGNORECASE,
)
_HAS_COME: Final = re.compile(
    r"\b(?:present(?:ed|s|ing)|admitted|referred|complain\w*|underwent|visited)\b", re.IGNORECASE
)
_LASTING: Final = frozenset({"dialysis", "hemodialysis", "peritoneal dialysis", "renal replacement therapy"})
_NARRATES: Final = re.compile(
    r"\b(?:was|were)\s+(?:\w+ly\s+|then\s+|also\s+){0,2}(?:started|performed|given|administered|initiated|commenced|discontinued|stopped|added|done|carried\s+out|prescribed|continued|instituted|removed|excised|resected)\b",
    re.IGNORECASE,
)
_OF_OTHERS: Final = re.compile(
    r"\b(?:patients|cases|studies|study|trials?|women|men|children|adults|subjects|groups?|participants|mother|father|sister|brother|reported|literature|authors?|al|rats?|mice|is|are)\b|\[\d|\d\s?%",
    re.IGNORECASE,
)
_CITES: Final = re.compile(
    r"\[\[?\d{1,3}(?:\]|\s?[,–-]\s?\[?\d)|\bet\s+al\b|\b\d{1,3}(?:\.\d)?\s?%\s+(?:of\s+(?:patients|cases|children|adults)|survival)|\b(?:in\s+the\s+literature|reported\s+cases?|a\s+study|studies)\b"
)
_OWN: Final = re.compile(
    r"\b(?:our|this|the\s+present|index|present)\s+(?:\w+\s+)?(?:patient|case)\b|\bthe\s+(?:patient|child|boy|girl|infant|woman|man)\b(?!.*\b(?:study|reported)\b)|\b(?:we|she|he|her|his)\b",
    re.IGNORECASE,
)
_TELLS_OF_TEXTS: Final = re.compile(
    r"\b(?:review\s+of\s+(?:the\s+)?(?:\w+\s+)?literature\s+(?:on|about|regarding|of)|we\s+(?:also\s+)?(?:discuss|review)|is\s+discussed|are\s+discussed|were\s+discussed|this\s+(?:article|paper|review)\s+(?:discusses|reviews))\b",
    re.IGNORECASE,
)


def treatments(story: Story) -> list[tuple[int | None, Treatment]]:
    """Each treatment in text order, with the number of its patient; None for those of others and in general."""
    found: list[tuple[int | None, Treatment]] = []
    at: list[int] = []
    begun: set[int] = set()
    shortened = _shortened(story)
    before: int | None = None
    for place, line in enumerate(story.lines):
        named = mentions(line, shortened)
        if not named:
            before = line.patient or before
            continue
        line = replace(line, patient=_of(line, before))
        before = line.patient or before
        giving = Giving(line.text) if line.patient is not None else None
        places = [(each.start, each.end) for each in named]
        for order, each in enumerate(named):
            told = giving.told(each.start, each.end, places) if giving else "general"
            number, status = _whose(line, each, told, line.patient in begun)
            if status is None:
                continue
            if number is not None and status == "given":
                begun.add(number)
            found.append((number, _treatment(line, named, order, status)))
            at.append(place)
    return _with_outcomes(story, found, at)


def _of(line: Line, before: int | None) -> int | None:
    """The patient of a line: its own, or, where it only narrates that something was done, the one before it."""
    if line.patient is not None or line.role & (Role.LITERATURE | Role.FAMILY) or line.kind in BACKGROUND_KINDS:
        return line.patient
    return before if _NARRATES.search(line.text) and not _OF_OTHERS.search(line.text) else None


def _shortened(story: Story) -> dict[str, Mention]:
    """The report's own short forms that mean a treatment, with the treatment that each is."""
    text = story.report.text
    found: dict[str, Mention] = {}
    for each in definitions(text, story.report.sections):
        short, first, last = each.short.of(text), each.long.start, each.long.end
        if len(short) < _SHORTEST_SHORT or short in found or not short.isupper() and short.islower():
            continue
        alone = Line(each.long, text[first:last], "case", Role.PATIENT, tuple(findings(text, [(first, last)])), None)
        meant = mentions(alone)
        if len(meant) == 1 and meant[0].end == last - first and meant[0].kind != "device":
            found[short] = meant[0]
    return found


def _whose(line: Line, mention: Mention, told: Told, begun: bool) -> tuple[int | None, Status | None]:
    """Whose treatment it is, and its status; no status where nobody got it."""
    if line.patient is None or Role.LITERATURE in line.role or told == "general" or _is_of_texts(line.text):
        return None, None if told == "none" else "given"
    if told == "none":
        return line.patient, None
    if told == "current":
        arriving = not begun or bool(_ON_ARRIVAL.search(line.text))
        return line.patient, "current_at_presentation" if arriving else "given"
    if told in ("given", "unsaid") and not begun:
        if _HISTORY.search(line.text, max(0, mention.start - _LONGEST_HISTORY), mention.start):
            return line.patient, "current_at_presentation" if mention.name in _LASTING else "past"
        if _AT_AN_AGE.search(line.text):
            return line.patient, "past"
        if _COMES.search(line.text, mention.end) and not _HAS_COME.search(line.text, 0, mention.start):
            drug = mention.kind in ("drug", "drug_class") or mention.name in _LASTING
            return line.patient, "current_at_presentation" if drug else "past"
    return line.patient, "given" if told == "unsaid" else told


def _is_of_texts(text: str) -> bool:
    """Whether the sentence tells of other texts: it says so, or it cites them and names no patient as its own."""
    return bool(_TELLS_OF_TEXTS.search(text) or (_CITES.search(text) and not _OWN.search(text)))


def _treatment(line: Line, named: Sequence[Mention], order: int, status: Status) -> Treatment:
    terms, each, text, offset = shipped(), named[order], line.text, line.span.start
    before = named[order - 1].end if order else 0
    after = named[order + 1].start if order + 1 < len(named) else len(text)
    said = posology(text, each.start, each.end, before, after)
    if each.kind not in ("drug", "drug_class"):
        said = said._replace(route=None, dose=said.dose if each.name in _DOSED else None)
    aim = target(text, offset, each.end, each.start, len(text), line.findings)
    return Treatment(
        Span(offset + each.start, offset + each.end),
        text[each.start : each.end],
        each.name,
        tuple(map(terms.identifier, each.concepts)),
        each.kind,
        status,
        line.span,
        classes_of(each.concepts[0]) if each.concepts else (),
        each.repaired,
        *(Span(offset + place[0], offset + place[1]) if place else None for place in said),
        target=Target(aim[0], Span(offset + aim[1], offset + aim[2])) if aim else None,
    )


def _with_outcomes(
    story: Story, found: list[tuple[int | None, Treatment]], at: list[int]
) -> list[tuple[int | None, Treatment]]:
    """The patients' treatments with what the sentences behind them say came of them."""
    treated = {
        place: number
        for (number, each), place in zip(found, at, strict=True)
        if number is not None and each.status != "planned"
    }
    ends: dict[int, tuple[Outcome, ...]] = {
        place: _outcomes(story, place, number, treated) for place, number in treated.items()
    }
    return [
        (
            number,
            replace(each, outcomes=ends[place])
            if number is not None and each.status not in ("planned", "declined")
            else each,
        )
        for (number, each), place in zip(found, at, strict=True)
    ]


def _outcomes(story: Story, place: int, number: int, treated: dict[int, int]) -> tuple[Outcome, ...]:
    line = story.lines[place]
    found = [Outcome(told, line.span)] if (told := label(line.text)) != "not_stated" else []
    for behind in range(place + 1, min(place + 1 + _FURTHEST, len(story.lines))):
        other = story.lines[behind]
        if (
            behind in treated
            or Role.PRESENTATION in other.role
            or other.patient not in (number, None)
            or other.kind != line.kind
        ):
            break
        if other.patient == number and (Role.OUTCOME in other.role or label(other.text) in _CAME_OF_IT):
            found.append(Outcome(label(other.text), other.span))
    return tuple(found)
