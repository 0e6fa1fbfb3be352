"""Whether a sentence of a report that is on the question tells of another disease of the same patient.

Of a patient with two diseases the sentence that says how one was found or treated does not answer for the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from corpus.cases.mentions import mentions
from corpus.cases.roles import Role
from corpus.cases.story import Line
from corpus.cases.targets import target
from corpus.findings import findings
from corpus.terminology.kinds import DISEASE
from corpus.terminology.terminology import shipped
from search_api.answering.coverage import Studied

_DIAGNOSING: Final = re.compile(
    r"\b(?:diagnos\w+\s(?:of|with|as|was)|consistent\swith|suggestive\sof|compatible\swith|confirmed)\s(?:\w+\s){0,2}$"
)


def is_of_another(studied: Studied, index: int, flag: Role, asked: Iterable[str]) -> bool:
    """Whether sentence ``index``, which names nothing ``asked`` by its words, diagnoses or treats another disease.

    Another: one that the terminology knows, and that is no name, kind or wider term of what is asked.
    """
    report = studied.report
    sentence = report.sentences[index]
    named = tuple(findings(report.text, [(sentence.span.start, sentence.span.end)]))
    related = frozenset[int]().union(*map(_related, asked))
    if flag is Role.DIAGNOSIS:
        told = [
            each
            for each in named
            if each.kind == DISEASE or _DIAGNOSING.search(report.text[sentence.span.start : each.span.start])
            if each.assertion in ("present", "past", "possible")
        ]
        return bool(told) and not any(related.intersection(each.concepts) for each in told)
    line = Line(sentence.span, studied.text(index), "case", studied.role(index), named, 1)
    aims = [target(line, each.start, each.end) for each in mentions(line)]
    return bool(aims) and all(aim is not None and _is_another(aim[0], related) for aim in aims)


def _is_another(name: str, related: frozenset[int]) -> bool:
    concepts = [each for each in shipped().named(name) if shipped().kind(each) == DISEASE]
    return bool(concepts) and related.isdisjoint(concepts)


@lru_cache(256)
def _related(asked: str) -> frozenset[int]:
    """The concepts of what is asked, their kinds, and what they are kinds of."""
    terms = shipped()
    own = terms.named(asked)
    return frozenset(own).union(*map(terms.below, own), *map(terms.above, own))
