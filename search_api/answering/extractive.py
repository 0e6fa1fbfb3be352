"""The answer without a model: the best sentences, each a verbatim slice, or plainly that there is none.

Reports are let in by coverage of every facet (``coverage``), sentences by role (``roles``); no score can
let in either. Inside a report the case's own sentences come before its abstract and its discussion.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpus.cases.roles import CASE_KINDS
from corpus.model import Report, SectionKind, Span
from indexer.analyzer import tokens
from search_api.answering.coverage import NO_WORD, Coverage, Studied, Weight, cover, known_to, other_names, wordings
from search_api.answering.patients import states
from search_api.answering.question import Facet, Question
from search_api.answering.reasons import TOO_MUCH, Tally, reason
from search_api.answering.selection import ChosenRole, Match, Pick, pick
from search_api.answering.studying import Study
from search_api.answering.terms import fold


@dataclass(frozen=True, slots=True)
class Candidate:
    """A report found by retrieval; candidates come in retrieval order.

    ``treated``: where the sentences begin that its stored cases take a patient's treatments from. ``study``: what was
    worked out of the report before, if anything was.
    """

    report_id: str
    report: Report
    score: float
    treated: frozenset[int] = frozenset()
    study: Study | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """One sentence of the answer: ``span`` is a ``Sentence.span``; ``score`` orders within its report only."""

    report_id: str
    span: Span
    role: ChosenRole
    score: float


@dataclass(frozen=True, slots=True)
class Draft:
    """``sentences`` by report, in text order within each; empty unless ``answerable``.

    ``reason`` says in a sentence what was found or what is missing. ``on_question``: the reports that
    cover every facet; ``silent``: those of them without a sentence of the asked role.
    """

    answerable: bool
    reason: str
    sentences: tuple[Chosen, ...]
    on_question: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


def answer(
    question: Question,
    reports: Sequence[Candidate],
    weight: Weight,
    limit: int = 16,
    sections: Collection[SectionKind] = (),
) -> Draft:
    """The sentences of ``reports`` that answer ``question``, at most ``limit``; see ``Draft``.

    With ``sections`` only sentences that stand in a section of these kinds are given.
    ``weight`` gives an index term's idf; terms that the corpus never uses must get the highest. A question that asks
    about more than can be held against reports (``Question.is_cut``) has no answer.
    """
    if question.is_cut:
        return Draft(False, TOO_MUCH, ())
    studied = [Studied(each.report_id, each.report, each.treated, each.study) for each in reports]
    covered = _cover_all(question, studied, weight)
    matches = [
        Match(each, found)
        for each, facets in zip(studied, covered, strict=True)
        if (found := _one_of_each(question, facets)) and _is_on(question, each, found)
    ]
    described = [match for match in matches if question.patient is None or states(match.studied, question.patient)]
    others, matches = len(matches) - len(described), described
    matches.sort(key=lambda match: not match.full)  # stable: retrieval order within each
    picked = [(match, _inside(match, pick(question, match), sections)) for match in matches]
    telling = [(match, picks) for match, picks in picked if picks]
    silent = tuple(match.studied.report_id for match, picks in picked if not picks)
    sentences = _share(telling, limit)
    covering = tuple(sum(1 for each in covered if each[place].degree) for place in range(len(question.facets)))
    tally = Tally(
        found=len(reports),
        on_question=len(matches),
        telling=len(telling),
        others=others,
        partial=sum(not match.full for match, _ in telling),
        covering=covering,
        unused=tuple(
            word
            for facet, count in zip(question.facets, covering, strict=True)
            if not count
            for word in _unused(facet, weight)
        ),
    )
    on_question = tuple(match.studied.report_id for match in matches)
    return Draft(bool(sentences), reason(question, tally), sentences, on_question, silent)


def _cover_all(question: Question, studied: Sequence[Studied], weight: Weight) -> list[tuple[Coverage, ...]]:
    """Each report's coverage of each facet; an abbreviation defined in one serves all that do not redefine it."""
    pool: dict[str, str] = {}
    for each in studied:
        for short, long in each.definitions.items():
            pool.setdefault(short, long)
    withheld = question.intent == "adverse"
    names = [() if facet.exact else other_names(facet.phrase, weight) for facet in question.facets]
    covered = []
    for each in studied:
        known = known_to(each, pool)
        worded = (
            wordings(facet, known, weight, each.definitions, others)
            for facet, others in zip(question.facets, names, strict=True)
        )
        covered.append(tuple(cover(each, needles, withheld=withheld) for needles in worded))
    return covered


def _one_of_each(question: Question, found: Sequence[Coverage]) -> tuple[Coverage, ...]:
    """The coverage of each group of alternatives: of one thing that goes by several names."""
    return tuple(
        Coverage(
            max(found[at].degree for at in group),
            any(found[at].central for at in group),
            frozenset[int]().union(*(found[at].mentions for at in group)),
            frozenset[int]().union(*(found[at].told for at in group)),
        )
        for group in question.groups
    )


def _is_on(question: Question, studied: Studied, found: Sequence[Coverage]) -> bool:
    """Whether the report is on the question: each facet is its patient's, and it is about one of them.

    What is asked about the patient of a condition (a test, a drug's dose) need only be told of. A question that
    asks for no role is answered by one sentence of the case that holds everything, too.
    """
    central = any(one.central for one in found)
    if central and all(one.degree for one in found):
        return True
    if question.intent not in ("any", "finding") and not question.number:
        return False
    if central and all(one.told or (one.degree and one.central) for one in found):
        return True
    together = frozenset[int].intersection(*(one.told for one in found))
    return len(found) > 1 and any(studied.kind(index) in CASE_KINDS for index in together)


def _unused(facet: Facet, weight: Weight) -> list[str]:
    """The words of ``facet`` that stand in no report of the index at all, in any of their forms, nor another name."""
    highest = weight(NO_WORD)
    named = {word for said, _ in other_names(facet.phrase, weight) for word in said.replace("-", " ").split()}
    return [
        word
        for word in facet.phrase.replace("-", " ").split()
        if word not in named
        if any(weight(term) >= highest and weight(fold(term)) >= highest for term in tokens(word))
    ]


def _inside(match: Match, picks: list[Pick], sections: Collection[SectionKind]) -> list[Pick]:
    return [each for each in picks if match.studied.kind(each.index) in sections] if sections else picks


def _share(telling: Sequence[tuple[Match, list[Pick]]], limit: int) -> tuple[Chosen, ...]:
    """``limit`` sentences dealt out in turns, best first, so that one report cannot fill the answer."""
    dealt: list[list[Pick]] = [[] for _ in telling]
    left = limit
    for turn in range(max((len(picks) for _, picks in telling), default=0)):
        for place, (_, picks) in enumerate(telling):
            if left and turn < len(picks):
                dealt[place].append(picks[turn])
                left -= 1
    return tuple(
        Chosen(match.studied.report_id, match.studied.report.sentences[each.index].span, each.role, each.score)
        for (match, _), picks in zip(telling, dealt, strict=True)
        for each in sorted(picks, key=lambda one: one.index)
    )
