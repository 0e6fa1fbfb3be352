"""What an answer says of itself, in one plain sentence or two: what was found, or what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from search_api.answering.asking import Intent
from search_api.answering.coverage import EXTENT
from search_api.answering.question import Question
from search_api.answering.terms import folded


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of reports behind an answer.

    ``found``: candidates looked at; ``on_question``: those that cover every facet; ``telling``: those of
    them with a sentence of the asked role; ``partial``: those of these that lack a word of extent;
    ``covering``: candidates that cover each facet, by facet; ``unused``: facets with a word that no
    report of the index holds.
    """

    found: int
    on_question: int
    telling: int
    partial: int
    covering: tuple[int, ...]
    unused: tuple[str, ...]


_ASKED: Final[dict[Intent, str]] = {
    "treatment": "a treatment given to the patient",
    "outcome": "what became of the patient",
    "presentation": "how the patient presented",
    "diagnosis": "how the diagnosis was made",
    "cause": "a cause",
    "finding": "the findings asked for",
    "adverse": "an adverse effect or complication",
    "history": "the patient's history",
    "any": "it in a sentence of its own",
}


def reason(question: Question, tally: Tally) -> str:
    """The reason of an answer, or of its absence."""
    if not question.facets:
        return "The question names no condition, drug or finding to look for."
    if not tally.on_question:
        return _nothing_on(question, tally)
    asked, about = _ASKED[question.intent], f'on "{question.focus}"'
    if not tally.telling:
        if tally.on_question == 1:
            return f"1 report is {about}, and it does not report {asked} in the available text."
        return f"{tally.on_question} reports are {about}, and none reports {asked} in the available text."
    said = [f"{_reports(tally.telling)} {about} {_verb(tally.telling, 'report')} {asked}."]
    silent = tally.on_question - tally.telling
    if silent:
        said.append(f"{silent} of {tally.on_question} reports on it {_verb(silent, 'do')} not, in the available text.")
    if tally.partial:
        said.append(f"{tally.partial} of {tally.telling} {_verb(tally.partial, 'do')} not say {_extent(question)}.")
    if question.demographics:
        said.append(f"Not used to choose: {', '.join(question.demographics)}.")
    return " ".join(said)


def _nothing_on(question: Question, tally: Tally) -> str:
    if tally.unused:
        return f"No report in this index mentions {_either(tally.unused)}."
    if not tally.found:
        return "No report was found."
    absent = [facet.phrase for facet, count in zip(question.facets, tally.covering, strict=True) if not count]
    if absent:
        return f"None of the {tally.found} reports found is on {_either(absent)}."
    if len(question.facets) == 1:
        return f'"{question.focus}" is named only in passing: no report found is on it.'
    parts = ", ".join(
        f'{count} on "{facet.phrase}"' for facet, count in zip(question.facets, tally.covering, strict=True)
    )
    return f"No report found is on all that was asked together ({parts}, none on all)."


def _extent(question: Question) -> str:
    words = (word for facet in question.facets for word in facet.phrase.split())
    return _either(word for word in words if EXTENT & set(folded(word)))


def _either(phrases: Iterable[str]) -> str:
    return " or ".join(f'"{phrase}"' for phrase in phrases)


def _reports(count: int) -> str:
    return "1 report" if count == 1 else f"{count} reports"


def _verb(count: int, verb: str) -> str:
    return verb if count != 1 else {"do": "does"}.get(verb, verb + "s")
