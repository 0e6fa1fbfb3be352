"""What was given to a patient, done, planned, or kept from them: one ``Treatment`` for each mention.

``mentions`` says where treatments are named, ``giving`` what their clause says of each, ``posology`` how much and how
long, ``targets`` for what; here the story decides whose they are, when they were, and what came of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from typing import Final

from corpus.abbreviations import definitions
from corpus.cases.complaints import signs
from corpus.cases.giving import Giving
from corpus.cases.harm import is_replaced, is_stopped, own_label
from corpus.cases.heads import Mention
from corpus.cases.mentions import mentions
from corpus.cases.model import Outcome, Status, Target, Treatment
from corpus.cases.naming import classes_of
from corpus.cases.outcome_labels import cues, joined, label
from corpus.cases.posology import posology
from corpus.cases.roles import Role
from corpus.cases.story import Line, Story
from corpus.cases.targets import target
from corpus.cases.whose import arrival, earlier, teller, whose
from corpus.findings import findings
from corpus.model import Span
from corpus.terminology.terminology import shipped

_FURTHEST: Final = 4
"""Sentences behind a treatment in which what came of it is looked for, until the next treatment."""
_SHORTEST_SHORT: Final = 2
_LONGEST: Final = 2500
"""Characters of a sentence; what is longer is a page's menu or a list, and tells nothing of a patient."""
_SINCE: Final = re.compile(
    r"\b(?:years?|months?|weeks?|days?|hours?|immediately|shortly|since|mo|yr)\s+(?:after|following|post|from)?\s*"
    r"(?:(?:the|this|her|his|completion|end|of|initial|primary)\s+){0,4}$",
    re.IGNORECASE,
)
_NEARBY: Final = 60
_ARRIVES: Final = re.compile(
    r"\b(?:re-?presented|presented|(?:re-?)?admitted|referred|complained|developed)\b", re.IGNORECASE
)
_DOSED: Final = frozenset([
    "radiotherapy", "irradiation", "radiosurgery", "brachytherapy", "oxygen therapy", "transfusion",
    "blood transfusion",
])  # fmt: skip
"""Procedures that have a dose."""

_OVER: Final = frozenset({"unchanged", "progressed", "adverse_reaction"})
"""What ends a treatment, where another is told of beside it."""

_OF_ALL: Final = re.compile(
    r"\W*(?:however|unfortunately|again)?,?\s*(?:(?:none|all|neither|both)\s+of\s+(?:them|these|those)\b"
    r"|(?:none|all|neither|both)\s+(?:had\s+|have\s+|has\s+)?(?:failed|helped|halted|stopped|worked|proved|controlled|brought"
    r"|(?:was|were)\s+(?:\w+ly\s+)?(?:ineffective|unsuccessful|effective|of\s+no|without)))\b",
    re.IGNORECASE,
)
"""How a sentence begins that tells what came of several treatments, each told of in a sentence of its own."""

_Found = list[tuple[int | None, Treatment]]


def treatments(story: Story) -> list[tuple[int | None, Treatment]]:
    """Each treatment in text order, with the number of its patient; None for those of others and in general."""
    found: _Found = []
    at: list[int] = []
    begun: set[int] = set()
    shortened = _shortened(story)
    before: int | None = None
    came = arrival(story.lines)
    for place, line in enumerate(story.lines):
        named = mentions(line, shortened) if len(line.text) <= _LONGEST else []
        if not named:
            before = line.patient or before
            continue
        tellers = [person.number for person in story.people] if line.everyone else [teller(line, before)]
        before = None if line.everyone else tellers[0] or before
        giving = Giving(line.text) if tellers[0] is not None else None
        places = [(each.start, each.end) for each in named]
        for own, (order, each) in product(tellers, enumerate(named)):
            line = replace(line, patient=own)
            told = giving.told(each.start, each.end, places) if giving else "general"
            number, status = whose(line, each, told, line.patient in begun)
            if status == "given" and number is not None and number not in begun and earlier(story.lines, place, came):
                status = "past"
            if status is None:
                continue
            if number is not None and status == "given":
                begun.add(number)
            found.append((number, _treatment(line, named, order, status)))
            at.append(place)
    return _with_outcomes(story, found, at)


def _shortened(story: Story) -> dict[str, Mention]:
    """The report's own short forms that mean a treatment, with the treatment that each is."""
    text = story.report.text
    found: dict[str, Mention] = {}
    for each in definitions(text, story.report.sections):
        short, first, last = each.short.of(text), each.long.start, each.long.end
        if len(short) < _SHORTEST_SHORT or short in found or short.islower():
            continue
        alone = Line(each.long, text[first:last], "case", Role.PATIENT, tuple(findings(text, [(first, last)])), None)
        meant = mentions(alone)
        if len(meant) == 1 and meant[0].end == last - first and meant[0].kind != "device":
            found[short] = meant[0]
    return found


def _treatment(line: Line, named: Sequence[Mention], order: int, status: Status) -> Treatment:
    terms, each, text = shipped(), named[order], line.text
    before = named[order - 1].end if order else 0
    after = named[order + 1].start if order + 1 < len(named) else len(text)
    said = posology(text, each.start, each.end, before, after)
    if each.kind not in ("drug", "drug_class"):
        said = said._replace(route=None, dose=said.dose if each.name in _DOSED else None)
    aim = target(line, each.start, each.end, [(other.start, other.end) for other in named])
    return Treatment(
        _span(line, (each.start, each.end)),
        text[each.start : each.end],
        each.name,
        tuple(map(terms.identifier, each.concepts)),
        each.kind,
        status,
        line.span,
        classes_of(each.concepts[0]) if each.concepts else (),
        each.repaired,
        dose=_span(line, said.dose) if said.dose else None,
        route=_span(line, said.route) if said.route else None,
        frequency=_span(line, said.frequency) if said.frequency else None,
        duration=_span(line, said.duration) if said.duration else None,
        target=Target(aim[0], _span(line, aim[1:])) if aim else None,
    )


def _span(line: Line, place: tuple[int, int]) -> Span:
    return Span(line.span.start + place[0], line.span.start + place[1])


def _with_outcomes(story: Story, found: _Found, at: list[int]) -> _Found:
    """The patients' treatments with what the sentences behind them say came of them."""
    treated = {
        (place, number)
        for (number, each), place in zip(found, at, strict=True)
        if number is not None and each.status not in ("planned", "declined")
    }
    anew = _anew(story, found, at)
    behind = {(place, number): _behind(story, place, number, anew) for place, number in treated}
    named: dict[int, dict[Span, None]] = {}
    for (_, each), place in zip(found, at, strict=True):
        named.setdefault(place, {})[each.mention] = None  # once, though it be several patients'
    return [
        (number, each)
        if number is None or each.status in ("planned", "declined")
        else (
            number,
            replace(each, outcomes=_came_of(each, behind[place, number], story.lines[place], [*named[place]])),
        )
        for (number, each), place in zip(found, at, strict=True)
    ]


def _came_of(
    treatment: Treatment, behind: tuple[Outcome, ...], line: Line, named: Sequence[Span]
) -> tuple[Outcome, ...]:
    """What its own sentence says, then those ``behind``; these not of something given before the episode, or withheld.

    What got better when a treatment was stopped did not by it: then only harm keeps its label. What is told
    behind is of the last treatment that was tried: not of one that another took the place of, or that failed.
    """
    text = line.text
    start, end = (at - line.span.start for at in (treatment.mention.start, treatment.mention.end))
    places = [(each.start - line.span.start, each.end - line.span.start) for each in named]
    told = own_label(text, start, end, places)
    if told == "death" and _relieves(treatment):
        told = "not_stated"
    own = (Outcome(told, line.span),) if told != "not_stated" else ()
    over = is_replaced(text, start, end) or (told in _OVER and len(places) > 1)
    came = own + (behind if treatment.status == "given" and not over else ())
    if is_stopped(text, start, end):
        came = tuple(
            each if each.label in ("adverse_reaction", "death") else replace(each, label="not_stated") for each in came
        )
    return came


def _relieves(treatment: Treatment) -> bool:
    """Whether it was for a complaint ("for pain"): the illness that the patient died of was not what it was against."""
    named = shipped().named(treatment.target.name) if treatment.target else ()
    return not signs().isdisjoint(named)


def _anew(story: Story, found: _Found, at: list[int]) -> set[tuple[int, int]]:
    """Which lines tell which patient's next treatment, not of the time since one ("a year after surgery")."""
    told: set[tuple[int, str]] = set()
    places: set[tuple[int, int]] = set()
    for (number, each), place in zip(found, at, strict=True):
        if number is None or each.status in ("planned", "declined"):
            continue
        line = story.lines[place]
        start = each.mention.start - line.span.start
        again = each.name == "surgery" or (number, each.name) in told
        if not again or not _SINCE.search(line.text, max(0, start - _NEARBY), start):
            places.add((place, number))
        told.add((number, each.name))
    return places


def _behind(story: Story, place: int, number: int, treated: set[tuple[int, int]]) -> tuple[Outcome, ...]:
    """What the sentences behind the one at ``place`` say came of it, until the next treatment or complaint.

    Behind the next treatment only what is told of all of them ("None of these helped.") is told of this one, too.
    Behind what all were given each has his own sentences: those of the others are passed over.
    """
    line = story.lines[place]
    found: list[Outcome] = []
    others = False
    for behind in range(place + 1, min(place + 1 + _FURTHEST, len(story.lines))):
        other = story.lines[behind]
        if other.kind != line.kind:
            break
        if (behind, number) in treated:
            others = True
            continue
        if others and not _OF_ALL.match(other.text):
            break
        if other.patient not in (number, None):
            if line.everyone:
                continue
            break
        told = label(other.text)
        if Role.PRESENTATION in other.role and (told == "not_stated" or _ARRIVES.search(other.text)):
            break
        if told == "death":  # of the patient's, not by the treatment
            told = joined(other.text, [cue for cue in cues(other.text) if cue.label != "death"])
        if (other.patient == number or other.everyone) and (Role.OUTCOME in other.role or told != "not_stated"):
            found.append(Outcome(told, other.span))
        if told in _OVER:
            break  # what got better later did by something else
    return tuple(found)
