"""The findings of a text: diseases, signs, drugs and procedures that its sentences name, each with what is asserted.

A mention is what the shipped terminology finds; adjectives that say a finding ("febrile", "afebrile") are among them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from corpus.assertion import Assertion, Named, assertions
from corpus.model import Report, SectionKind, Span
from corpus.sentences import split
from corpus.terminology.kinds import SUBJECT
from corpus.terminology.terminology import shipped
from corpus.words import Word, form, words

KINDS: Final = ("disease", "finding", "drug", "procedure")
CASE: Final[frozenset[SectionKind]] = frozenset(
    {"title", "abstract", "case", "treatment", "outcome", "results", "body"}
)
"""Kinds of section in which a report tells of its own patients; results only where they are a case's."""

_TELLS_NOTHING: Final = frozenset([
    "disease", "disorder", "syndrome", "symptom", "sign", "finding", "therapy", "treatment", "diagnosis", "surgery",
    "man", "men", "examination", "drug", "medication", "procedure", "complication", "rehabilitation", "care",
    "prognosis", "death", "patient",
])  # fmt: skip
"""Forms of names that any report could hold."""
_SAID_OTHERWISE: Final[dict[str, tuple[str, bool]]] = {
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
    "MRI": ("magnetic resonance imaging", True),
    "CT": ("computed tomography", True),
}  # fmt: skip
"""Words that say a finding, or (False) that there is none; those in capitals are found only so."""

_CLOSING: Final = {"(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One mention: ``concepts`` of the terminology (several where its name is ambiguous), and what is asserted."""

    concepts: tuple[int, ...]
    kind: str
    span: Span
    assertion: Assertion


class Name(NamedTuple):
    """What a sentence names, at a place within it; ``is_there`` is False for a word that says there is none."""

    place: Named
    concepts: tuple[int, ...]
    kind: str
    is_there: bool = True


class Naming(NamedTuple):
    """The sentence ``[start, end)`` of a text, and what it names."""

    start: int
    end: int
    names: tuple[Name, ...]


def findings(text: str, sentences: Iterable[tuple[int, int]] | None = None) -> list[Finding]:
    """The findings of ``text``, in order; spans are in ``text``. ``sentences``: only of these, spans of it."""
    return [
        finding
        for each in named(text, split(text) if sentences is None else sentences)
        for finding in asserted(text, each)
    ]


def named(text: str, sentences: Iterable[tuple[int, int]]) -> list[Naming]:
    """What each of ``sentences`` names; those that name nothing are left out."""
    return [Naming(start, end, names) for start, end in sentences if (names := _names(text[start:end]))]


def asserted(text: str, naming: Naming) -> list[Finding]:
    """The findings of one sentence of ``text``."""
    told = assertions(text[naming.start : naming.end], [name.place for name in naming.names])
    return [
        Finding(
            name.concepts,
            name.kind,
            Span(naming.start + name.place.start, naming.start + name.place.end),
            assertion if name.is_there or assertion not in ("present", "past") else "absent",
        )
        for name, assertion in zip(naming.names, told, strict=True)
    ]


def case_sentences(report: Report) -> list[tuple[int, int]]:
    """The sentences in which a report tells of its own patients; all of them where no section is known for that."""
    kinds = [section.kind for section in report.sections]
    chosen = [each for each in report.sentences if kinds[each.section] in CASE]
    return [(each.span.start, each.span.end) for each in chosen or report.sentences]


def _names(sentence: str) -> tuple[Name, ...]:
    terminology = shipped()
    cut = words(sentence)
    names: list[Name] = []
    at = 0
    for mention in terminology.find(cut):
        kind = terminology.kind(mention.concepts[0])
        if kind == SUBJECT:
            continue  # its words may say a finding: a patient "has HIV"
        if kind not in KINDS:
            kind = next((each for each in map(terminology.kind, mention.concepts[1:]) if each in KINDS), kind)
        names += _adjectives(cut[at : mention.first])
        at = mention.last
        if kind in KINDS and not _tells_nothing(cut[mention.first : mention.last]):
            start, end = _without_stray_brackets(sentence, cut[mention.first].start, cut[mention.last - 1].end)
            if start < end:
                names.append(Name(Named(start, end, kind == "procedure"), mention.concepts, kind))
    return (*names, *_adjectives(cut[at:]))


def _without_stray_brackets(sentence: str, start: int, end: int) -> tuple[int, int]:
    """A name's place, trimmed where it runs over one bracket of a pair: of "CT) scan" is left "CT".

    A bracket that closes just behind it is taken in: "eyelids (ptosis)". Of nothing but brackets nothing is left.
    """
    while (at := _stray(sentence[start:end])) is not None:
        at += start
        rest = sentence[at + 1 : end]
        if sentence[at] not in _CLOSING or not any(map(str.isalpha, rest)):  # the number of a reference
            end = start + len(sentence[start:at].rstrip())
        elif sentence.startswith(_CLOSING[sentence[at]], end):
            end += 1
        else:
            start = end - len(rest.lstrip())
    return start, end


def _stray(name: str) -> int | None:
    """Where a bracket stands that has no other half: the first that closes none, else the last that none closes."""
    opened: list[int] = []
    for at, letter in enumerate(name):
        if letter in _CLOSING:
            opened.append(at)
        elif letter in _CLOSING.values():
            if not opened or _CLOSING[name[opened[-1]]] != letter:
                return at
            opened.pop()
    return opened[-1] if opened else None


def _adjectives(cut: Sequence[Word]) -> list[Name]:
    """The words among them that say a finding, or that there is none."""
    known = _known()
    found = []
    for word in cut:
        concepts, kind, is_there = known.get(word.text) or known.get(form(word.text)) or ((), "", True)
        if concepts:
            found.append(Name(Named(word.start, word.end, kind == "procedure"), concepts, kind, is_there))
    return found


@cache
def _known() -> dict[str, tuple[tuple[int, ...], str, bool]]:
    terminology = shipped()
    return {
        word if word.isupper() else form(word): (concepts, terminology.kind(concepts[0]), is_there)
        for word, (name, is_there) in _SAID_OTHERWISE.items()
        if (concepts := terminology.named(name))
    }


def _tells_nothing(cut: Sequence[Word]) -> bool:
    return len(cut) == 1 and form(cut[0].text) in _TELLS_NOTHING
