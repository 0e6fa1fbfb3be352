"""The findings of a text: the diseases, signs, drugs and procedures that its sentences name, each with what is asserted.

A mention is what the shipped terminology finds; adjectives that say a finding ("febrile", "afebrile") are among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from corpus.assertion import Assertion, Named, assertions
from corpus.model import Report, SectionKind, Span
from corpus.sentences import split
from corpus.terminology.terminology import Terminology, shipped
from corpus.words import Word, form, words

KINDS: Final = ("disease", "finding", "drug", "procedure")
CASE: Final[frozenset[SectionKind]] = frozenset({"abstract", "case", "treatment", "outcome", "results", "body"})
"""Kinds of section in which a report tells of its own patients; results only where they are a case's."""

_TELLS_NOTHING: Final = frozenset(
    "disease disorder syndrome symptom sign finding therapy treatment diagnosis surgery man men examination drug "
    "medication procedure complication rehabilitation care prognosis follow death patient".split()
)
"""Forms of names that any report could hold."""
_ADJECTIVES: Final[dict[str, tuple[str, bool]]] = {
    "febrile": ("fever", True), "pyrexial": ("fever", True), "afebrile": ("fever", False),
    "apyrexial": ("fever", False), "apyretic": ("fever", False), "hypertensive": ("hypertension", True),
    "hypotensive": ("hypotension", True), "diabetic": ("diabetes mellitus", True),
    "nondiabetic": ("diabetes mellitus", False), "jaundiced": ("jaundice", True), "icteric": ("jaundice", True),
    "anicteric": ("jaundice", False), "dyspneic": ("dyspnea", True), "tachycardic": ("tachycardia", True),
    "bradycardic": ("bradycardia", True), "tachypneic": ("tachypnea", True), "cyanotic": ("cyanosis", True),
    "acyanotic": ("cyanosis", False), "anemic": ("anemia", True), "hypoxic": ("hypoxia", True),
    "hypoxemic": ("hypoxemia", True), "edematous": ("edema", True), "obese": ("obesity", True),
    "septic": ("sepsis", True), "asthmatic": ("asthma", True), "epileptic": ("epilepsy", True),
    "thrombocytopenic": ("thrombocytopenia", True), "neutropenic": ("neutropenia", True),
    "oliguric": ("oliguria", True), "anuric": ("anuria", True), "HIV": ("HIV infection", True),
    "HIV positive": ("HIV infection", True), "MRI": ("magnetic resonance imaging", True),
    "CT": ("computed tomography", True),
}  # fmt: skip
"""Words that say a finding, or (False) that there is none; those in capitals are found only so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One mention: ``concepts`` of the terminology (several where the name is ambiguous), and what is asserted of it."""

    concepts: tuple[int, ...]
    kind: str
    span: Span
    assertion: Assertion


def findings(text: str, sentences: Iterable[tuple[int, int]] | None = None) -> list[Finding]:
    """The findings of ``text``, in order; spans are in ``text``. ``sentences``: only of these, spans of it."""
    return [finding for start, end in (split(text) if sentences is None else sentences) for finding in _of(text, start, end)]


def report_findings(report: Report) -> list[Finding]:
    """What a report tells of its own patients, in order: without its introduction, its discussion and its literature."""
    return findings(report.text, case_sentences(report))


def case_sentences(report: Report) -> list[tuple[int, int]]:
    """The sentences in which a report tells of its own patients; all of them where no section is known for that."""
    kinds = [section.kind for section in report.sections]
    chosen = [each for each in report.sentences if kinds[each.section] in CASE]
    return [(each.span.start, each.span.end) for each in chosen or report.sentences]


def _of(text: str, start: int, end: int) -> list[Finding]:
    sentence = text[start:end]
    terminology = shipped()
    cut = words(sentence)
    named: list[tuple[Named, tuple[int, ...], bool]] = []
    at = 0
    for mention in terminology.find(cut):
        named += _adjectives(cut, at, mention.first)
        at = mention.last
        kind = terminology.kind(mention.concepts[0])
        if kind in KINDS and not _tells_nothing(cut[mention.first : mention.last]):
            place = Named(cut[mention.first].start, cut[mention.last - 1].end, kind == "procedure")
            named.append((place, mention.concepts, True))
    named += _adjectives(cut, at, len(cut))
    if not named:
        return []
    told = assertions(sentence, [place for place, _, _ in named])
    return [
        Finding(
            concepts,
            terminology.kind(concepts[0]),
            Span(start + place.start, start + place.end),
            assertion if is_there or assertion not in ("present", "past") else "absent",
        )
        for (place, concepts, is_there), assertion in zip(named, told, strict=True)
    ]


def _adjectives(cut: Sequence[Word], first: int, last: int) -> list[tuple[Named, tuple[int, ...], bool]]:
    """The adjectives that say a finding among the words ``first`` up to ``last``."""
    known = _known()
    found = []
    for word in cut[first:last]:
        concepts, is_there = known.get(word.text if word.text.isupper() else form(word.text), ((), True))
        if concepts:
            found.append((Named(word.start, word.end, shipped().kind(concepts[0]) == "procedure"), concepts, is_there))
    return found


@cache
def _known() -> dict[str, tuple[tuple[int, ...], bool]]:
    terminology: Terminology = shipped()
    return {
        word if word.isupper() else form(word): (terminology.named(name), is_there)
        for word, (name, is_there) in _ADJECTIVES.items()
    }


def _tells_nothing(cut: Sequence[Word]) -> bool:
    return len(cut) == 1 and form(cut[0].text) in _TELLS_NOTHING
