"""What an answer says of itself, in one plain sentence or two: what was found, or what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from corpus.amounts import counted, verb
from search_api.answering.asking import Intent
from search_api.answering.coverage import EXTENT
from search_api.answering.question import MOST_FACETS, MOST_WORDS, Question
from search_api.answering.terms import folded


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of reports behind an answer.

    ``found``: candidates looked at; ``on_question``: those that cover every facet; ``telling``: those of
    them with a sentence of the asked role; ``others``: reports on every facet but not of the patient that the
    question describes; ``partial``: those of these that lack a word of extent;
    ``covering``: candidates that cover each facet, by facet; ``unused``: words of the question
    that no report of the index holds.
    """

    found: int
    on_question: int
    telling: int
    others: int
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
    "frequency": "how often it is met",
    "definition": "what it is",
    "any": "it in a sentence of its own",
}


_ASKED_NUMBER: Final = {"dose": "a dose of it given to the patient", "value": "a measured value of it"}
_NEAREST: Final = "See the nearest passages."
TOO_MUCH: Final = (
    f"The question names more than one answer can be about ({MOST_FACETS} things at most, each in {MOST_WORDS} words): "
    f"ask about fewer at a time. {_NEAREST}"
)


def reason(question: Question, tally: Tally) -> str:
    """The reason of an answer, or of its absence."""
    if not question.facets:
        return "The question names no condition, drug or finding to look for."
    if not tally.on_question:
        return _nothing_on(question, tally)
    asked, about = _ASKED_NUMBER.get(question.number) or _ASKED[question.intent], f"on {question.focus}"
    if not tally.telling:
        on = f"{counted(tally.on_question, 'report')} {'is' if tally.on_question == 1 else 'are'} {about}"
        none = "it does not report" if tally.on_question == 1 else "none reports"
        return f"{on}, and {none} {asked} in the available text. {_NEAREST}"
    said = [f"Found in {counted(tally.telling, 'report')} {about}."]
    silent = tally.on_question - tally.telling
    if silent:
        more = f"{silent} further report{'' if silent == 1 else 's'} on it {verb(silent, 'do')}"
        said.append(f"{more} not report {asked} in the available text.")
    if tally.partial:
        said.append(f"{tally.partial} of the {tally.telling} {verb(tally.partial, 'do')} not say {_extent(question)}.")
    if question.demographics and not question.patient:
        said.append(f"Not used to choose: {', '.join(question.demographics)}.")
    return " ".join(said)


def _nothing_on(question: Question, tally: Tally) -> str:
    if not tally.found:
        return "No report was found."
    return f"{_why_nothing(question, tally)} {_NEAREST}"


def _why_nothing(question: Question, tally: Tally) -> str:
    if tally.unused:
        return f"No report in this index uses the word {_either(tally.unused)}."
    if tally.others and question.patient:
        facets = " and ".join(f'"{facet.phrase}"' for facet in question.facets)
        found = f"{counted(tally.others, 'report')} on {facets} found"
        return f'{found}, but none states a patient described as "{question.patient.words}".'
    nearest = f"None of the {tally.found} nearest reports" if tally.found != 1 else "Not even the one nearest report"
    absent = [
        question.facets[at].phrase
        for group in question.groups
        for at in group
        if not any(tally.covering[other] for other in group)
    ]
    if absent:
        return f"{nearest} is about {_either(absent)}."
    if len(question.facets) == 1:
        return f"{nearest} is about {question.focus}: those that name it do so in passing."
    parts = ", ".join(
        f'{count} {verb(count, "tell")} of "{facet.phrase}"'
        for facet, count in zip(question.facets, tally.covering, strict=True)
        if count
    )
    return f"{nearest} is about {question.focus} together: {parts}."


def _extent(question: Question) -> str:
    words = (word for facet in question.facets for word in facet.phrase.split())
    return _either(word for word in words if EXTENT & set(folded(word)))


def _either(phrases: Iterable[str]) -> str:
    return " or ".join(f'"{phrase}"' for phrase in phrases)
