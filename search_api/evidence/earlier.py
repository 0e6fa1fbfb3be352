"""Whether a treatment of which nobody says what it was for was over long before the condition asked about began.

It was for something else then. Sure only where its sentence dates it and does not name the condition, and the condition
is new in the report: told as known before, as lasting or as come back, it may have been what was treated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from corpus.findings import findings
from search_api.evidence.asked import Sense
from search_api.evidence.gathering import Person, is_named
from search_api.evidence.model import EvidenceRow

_LONG_AGO: Final = re.compile(
    r"\b(?:\d+|\w+)[\s-](?:years?|decades?)\s(?:ago|before|earlier|previously|prior)\b|\b(?:in|since)\s(?:19|20)\d\d\b"
    r"|\bin\s(?:early\s)?(?:childhood|infancy|adolescence|youth)\b|\bas\san?\s(?:child|infant|adolescent)\b|\bat\s(?:the\s)?age\sof\b"
    r"|\b(?:past|previous|surgical|medical|prior)\s(?:\w+\s){0,2}?history\b",
    re.IGNORECASE,
)
_NOT_NEW: Final = re.compile(
    r"\b(?:recur\w*|relaps\w*|refractory|resistant|residual|metasta\w+|progressi\w+|chronic\w*|known|histor\w+|long-?standing|previous\w*|prior|since|"
    r"ago|earlier|flares?|exacerbat\w+|late|childhood|congenital|hereditary|familial|complicat\w+|post|after|following|"
    r"years?\s(?:before|later)|in\s(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""In a sentence that names the condition: it was there before, has come back, or came of what went before."""

_STEM: Final = 6


def was_before(row: EvidenceRow, person: Person, meant: Sense) -> bool:
    """Whether the treatment of ``row`` was over long before the condition of ``person`` began."""
    if row.given is None or row.given.status != "past" or not meant.conditions:
        return False
    said = [quote.text for quote in row.cells.get("status", ())]
    if (
        _of_one_part(row.given.canonical, meant)
        or not said
        or not all(_LONG_AGO.search(each) and not _names(each, meant) for each in said)
    ):
        return False
    return not any(_NOT_NEW.search(each) for each in _naming(person, meant))


def _of_one_part(treatment: str, meant: Sense) -> bool:
    """Whether the treatment and a condition are called by the same part of the body: appendectomy, appendicitis."""
    parts = {word[:_STEM].lower() for each in meant.conditions for word in each.said.split() if len(word) >= _STEM}
    return any(word[:_STEM].lower() in parts for word in treatment.split())


def _names(text: str, meant: Sense) -> bool:
    """Whether a text names what is asked about."""
    names = [text[each.span.start : each.span.end] for each in findings(text)]
    asked = (*meant.conditions, *meant.underlying)
    return any(is_named(name, each) for name in (text, *names) for each in asked)


def _naming(person: Person, meant: Sense) -> Iterator[str]:
    """The title and the sentences by which the patient has what is asked about."""
    report = person.read.stored.report
    yield report.bibliography.title or ""
    spans = [met.span for met in person.met if met.span]
    spans += [each.span for each in person.case.diagnoses if any(is_named(each.name, one) for one in meant.conditions)]
    for sentence in report.sentences:
        if any(sentence.span.holds(span) for span in spans):
            yield sentence.span.of(report.text)
