"""Which sentences of a report that is on the question answer it, best first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from corpus.cases.roles import Role, treatment_words
from search_api.answering.aims import is_of_another
from search_api.answering.asking import Intent
from search_api.answering.coverage import Coverage, Studied
from search_api.answering.question import Facet, Question
from search_api.answering.terms import folded
from search_api.answering.treatments import is_treatment

ChosenRole = Literal[
    "treatment", "outcome", "presentation", "diagnosis", "cause", "finding", "adverse", "history", "frequency",
    "definition", "mention",
]  # fmt: skip

_ROLE: Final[dict[Intent, tuple[Role, ChosenRole]]] = {
    "treatment": (Role.TREATMENT, "treatment"),
    "outcome": (Role.OUTCOME, "outcome"),
    "presentation": (Role.PRESENTATION, "presentation"),
    "diagnosis": (Role.DIAGNOSIS, "diagnosis"),
    "cause": (Role.CAUSE, "cause"),
    "finding": (Role.FINDING, "finding"),
    "adverse": (Role.ADVERSE, "adverse"),
    "history": (Role.HISTORY, "history"),
}
_BY_SECTION: Final[dict[str, float]] = {
    "case": 1.0, "treatment": 1.0, "outcome": 1.0, "results": 0.8, "body": 0.8, "abstract": 0.7, "discussion": 0.4,
    "introduction": 0.3, "conclusion": 0.3,
}  # fmt: skip
_OF_SOMETHING: Final = Role.CAUSE | Role.ADVERSE
"""Roles that are one thing's: the question's first facet must stand in the sentence or next to it."""
_AIMED: Final = Role.TREATMENT | Role.DIAGNOSIS
"""Roles of sentences that may be of another disease of the same patient."""
_UNANSWERING: Final = frozenset({"title", "front", "keywords", "back", "references", "table"})
_NAMES_FACET, _NEAR_FACET, _TELLS_OUTCOME, _NAMES_TREATMENT = 0.3, 0.15, 0.2, 0.1
_OUTCOMES = 3
"""Outcome sentences shown behind one treatment, at most."""
_DOSED = re.compile(r"\d\s?(?:mg|[µμ]g|mcg|g|IU|U|units?|ml|mmol|mEq|Gy|cGy)(?![\w])(?!\s?/\s?d?l\b)", re.IGNORECASE)
_MEASURED = re.compile(
    r"\d\s?(?:%|(?:[µμmnp]?g|[µμmnp]?mol|[mk]?i?u|m?eq|cells|copies|cm|mm|[×x]\s?10\S*)(?:\s?/|\s+per\s|(?![\w]))"
    r"|/\s?(?:[µμm]?l|mm)|mm\s?hg|\^|⁹)",
    re.IGNORECASE,
)
_TAUGHT: Final = {
    "definition": re.compile(
        r"^\W*(?:[\w'’/-]+[\s,()]+){1,9}?(?:(?:is|are)\s+(?:an?|the|one|any|defined|characteri[sz]ed|a?\s*term)|refers?\s+to"
        r"|denotes?|means)\b",
        re.IGNORECASE,
    ),
    "frequency": re.compile(
        r"\b(?:rare(?:ly|st)?|uncommon(?:ly)?|common(?:ly|est)?|frequent(?:ly)?|incidence|prevalence|seldom|unusual"
        r"|per\s1[0,]{2,}|in\s1[0,]{2,}|(?:only|about|approximately|fewer\sthan|less\sthan)\s\d+|cases\s(?:have\sbeen\s|are\s|were\s)?"
        r"(?:reported|described|documented))\b|\d\s?%",
        re.IGNORECASE,
    ),
}
"""How sentences say what a thing is, and how often it is met."""
_NEAR = 2
"""Sentences; an outcome, or a facet, this close belongs to the sentence."""
_ALIKE = 0.6
"""Share of the shorter sentence's words; above it two sentences say the same."""


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate on the question: ``coverage`` by facet, in the question's order."""

    studied: Studied
    coverage: tuple[Coverage, ...]

    @property
    def asked_of(self) -> tuple[Coverage, ...]:
        """The facets that the report is not about (a test, a drug), which a sentence must name; else all."""
        return tuple(each for each in self.coverage if not each.central) or self.coverage

    @property
    def full(self) -> bool:
        """Whether every facet is covered to its last word of extent."""
        return all(each.degree != 1 for each in self.coverage)


@dataclass(frozen=True, slots=True)
class Pick:
    """Sentence ``index`` of a report, in its role."""

    index: int
    role: ChosenRole
    score: float


def pick(question: Question, match: Match) -> list[Pick]:
    """The sentences of one report that answer, best first, none saying twice what another says.

    An outcome that follows a chosen treatment comes straight after it. Where the question asks for
    nothing in particular, sentences that hold every facet are taken. A dose or a value is answered by
    sentences that hold the thing asked about and a number with its unit, and by no others.
    """
    if question.number:
        return _unlike(match.studied, _numbers(match, question))
    if question.intent == "definition" or question.intent == "frequency":
        return _unlike(match.studied, _taught(match, question.intent, question.facets[0]))
    wanted = _ROLE.get(question.intent)
    if wanted is None:
        return _unlike(match.studied, _mentions(match))
    flag, name = wanted
    found = [index for index in _eligible(match.studied) if _plays(match.studied, index, flag)]
    if question.modalities:
        found = [index for index in found if question.modalities & match.studied.present(index)]
    elif flag is Role.TREATMENT and (named := _naming_asked(match, question)):
        found = [index for index in found if index in named] or found
    elif flag in _AIMED:
        asked = [facet.phrase for facet in question.facets]
        found = [
            index
            for index in found
            if any(index in each.mentions for each in match.coverage)
            or not is_of_another(match.studied, index, flag, asked)
        ]
    if flag in _OF_SOMETHING:
        found = [index for index in found if _is_of(match, index, flag)]
    picks = [Pick(index, name, _score(match, index, flag)) for index in found]
    picks = _unlike(match.studied, sorted(picks, key=lambda each: -each.score))
    return _with_outcomes(match, picks) if flag is Role.TREATMENT else picks


def _naming_asked(match: Match, question: Question) -> frozenset[int]:
    """The sentences that name the treatment which the question does; none where it names no treatment."""
    return frozenset[int]().union(
        *(
            covered.mentions
            for group, covered in zip(question.groups, match.coverage, strict=True)
            if all(is_treatment(question.facets[at].phrase) for at in group)
        )
    )


def _eligible(studied: Studied) -> Iterable[int]:
    return (index for index in range(len(studied.words)) if studied.kind(index) not in _UNANSWERING)


def _plays(studied: Studied, index: int, flag: Role) -> bool:
    """Whether the sentence has the role, of this patient; a cause may be argued in the discussion too.

    What a drug caused is its adverse effect, whether or not the sentence calls it so.
    """
    role = studied.role(index)
    if flag is Role.CAUSE:
        return Role.CAUSE in role and Role.LITERATURE not in role
    if flag is Role.ADVERSE and Role.NEGATED in role:
        return False  # "did not experience any adverse event"
    wanted = Role.ADVERSE | Role.CAUSE if flag is Role.ADVERSE else flag
    return bool(role & wanted) and Role.PATIENT in role


def _is_of(match: Match, index: int, flag: Role) -> bool:
    """Whether what the sentence tells is the first facet's: it names it, or stands next to a sentence that does.

    Beside a drug's name stand the effects of other things too: they count only right behind it, called adverse.
    """
    near = match.coverage[0].mentions
    if flag is Role.CAUSE and len(match.coverage) > 1:  # "can X cause Y": X and Y stand here, or one right beside
        return any(index in each.mentions for each in match.coverage) and all(
            each.mentions & {index - 1, index, index + 1} for each in match.coverage
        )
    if flag is Role.ADVERSE:
        return index in near or (index - 1 in near and Role.ADVERSE in match.studied.role(index))
    return bool(near & {index - 1, index, index + 1})


def _score(match: Match, index: int, flag: Role) -> float:
    studied = match.studied
    score = _BY_SECTION.get(studied.kind(index), 0.5)
    for each in match.coverage:
        if index in each.mentions:
            score += _NAMES_FACET
        elif any(near in each.mentions for near in range(index - _NEAR, index + _NEAR + 1)):
            score += _NEAR_FACET
    if flag is Role.TREATMENT:
        score += _NAMES_TREATMENT * min(3, len(treatment_words(studied.text(index))))
        score += _TELLS_OUTCOME * bool(_outcomes_of(studied, index) or Role.OUTCOME in studied.role(index))
    elif flag is Role.OUTCOME:
        score += 0.5 * index / len(studied.words)  # the last word on a patient is the outcome
    elif flag is Role.PRESENTATION:
        score -= 0.5 * index / len(studied.words)
    return score


def _outcomes_of(studied: Studied, index: int) -> list[int]:
    """The outcome sentences close behind a treatment, one after another, before the next treatment."""
    section = studied.report.sentences[index].section
    found: list[int] = []
    for near in range(index + 1, min(index + _NEAR + _OUTCOMES, len(studied.words))):
        role = studied.role(near)
        if studied.report.sentences[near].section != section or Role.TREATMENT in role or len(found) == _OUTCOMES:
            break
        if Role.OUTCOME in role and Role.PATIENT in role:
            found.append(near)
        elif found or near == index + _NEAR:
            break
    return found


def _with_outcomes(match: Match, picks: Sequence[Pick]) -> list[Pick]:
    """``picks`` with each treatment's outcomes behind it."""
    joined: dict[int, Pick] = {}
    for each in picks:
        joined.setdefault(each.index, each)
        for outcome in _outcomes_of(match.studied, each.index):
            joined.setdefault(outcome, Pick(outcome, "outcome", each.score))
    return list(joined.values())


def _mentions(match: Match) -> list[Pick]:
    """The case's sentences that hold every facet, or every one that the report is not about; failing any, those
    of other sections, then the case's own that hold one."""
    studied = match.studied
    needed = frozenset[int].intersection(*(each.told for each in match.asked_of)) & set(_eligible(studied))
    counts = {index: sum(index in each.mentions for each in match.coverage) for index in _eligible(studied)}
    whole = [index for index, count in counts.items() if count == len(match.coverage)]
    some = [index for index, count in counts.items() if count and Role.PATIENT in studied.role(index)]
    picks = []
    for index in needed or whole or some:
        own = Role.PATIENT in studied.role(index)
        picks.append(Pick(index, "mention", counts[index] + own + _BY_SECTION.get(studied.kind(index), 0.5)))
    return sorted(picks, key=lambda each: -each.score)


def _taught(match: Match, asked: Literal["definition", "frequency"], facet: Facet) -> list[Pick]:
    """Sentences that teach of the first facet what it is, or how often it is met: from the introduction sooner."""
    studied, cue = match.studied, _TAUGHT[asked]
    mentions = match.coverage[0].mentions.intersection(_eligible(studied))
    told = ((index, cue.search(studied.text(index))) for index in sorted(mentions))
    names = frozenset(folded(facet.phrase))  # a definition says first what it is of: "There is …" defines nothing
    found = [index for index, said in told if said and (asked == "frequency" or names & set(folded(said.group())))]
    return [Pick(index, asked, 1 - at / len(studied.words)) for at, index in enumerate(found)]


def _numbers(match: Match, question: Question) -> list[Pick]:
    """This patient's sentences that hold what is asked about and a number with its unit (a dose's)."""
    studied, pattern = match.studied, _DOSED if question.number == "dose" else _MEASURED
    role: ChosenRole = "treatment" if question.number == "dose" else "finding"
    near = frozenset[int].union(*(each.told for each in match.asked_of))
    return sorted(
        (
            Pick(index, role, sum(index in each.told for each in match.coverage) + _score(match, index, Role.NONE))
            for index in near.intersection(_eligible(studied))
            if pattern.search(studied.text(index))
        ),
        key=lambda each: -each.score,
    )


def _unlike(studied: Studied, picks: Sequence[Pick]) -> list[Pick]:
    """``picks`` without those that repeat a better one."""
    kept: list[Pick] = []
    for each in picks:
        words = studied.present(each.index)
        if all(
            len(words & (other := studied.present(better.index))) <= _ALIKE * max(1, min(len(words), len(other)))
            for better in kept
        ):
            kept.append(each)
    return kept
