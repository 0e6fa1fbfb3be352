"""A question taken apart: what is asked for, and about what.

The words that ask ("treatments tried for", "what happened to") give the *intent*; what is left, cut at
connectives ("in", "with", "due to"), gives the *facets*, each of which a report must cover to be on the
question. Words on age and sex are set aside: they are filters, not evidence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from corpus.terminology.kinds import FAMILIES
from corpus.terminology.terminology import shipped
from corpus.words import words
from indexer.analyzer import tokens
from search_api.answering.asking import (
    AFTER_ASKING,
    AGE_AND_SEX,
    ASKED_AGE,
    ASKED_SEX,
    ASKS,
    ASKS_NUMBER,
    CONNECTED,
    CONNECTIVE,
    DEFINES,
    FRAME,
    IMAGING,
    MEASURED,
    MODALITY,
    SAME_MODALITY,
    Intent,
)
from search_api.answering.terms import folded
from search_api.answering.treatments import is_treatment

MOST_FACETS: Final = 40
MOST_WORDS: Final = 25
"""Of one facet, within ``_MOST_CHARS``: no name, and hardly a title, has as many."""
_MOST_CHARS: Final = 500
_LONGEST_RUN, _SAID_ONCE = 12, 3
"""What is said three times in a row or more, up to so many words, means no more than said once ("beri beri" does)."""


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that the question is about; ``exact`` where the asker put it in quotation marks."""

    phrase: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class PatientAsked:
    """The patient that a question describes; ``unit``: year, month, week or day; ``sex``: "" where not said."""

    age: int
    unit: str
    sex: Literal["female", "male", ""]
    words: str
    """As asked: "21-year-old woman"."""


@dataclass(frozen=True, slots=True)
class Question:
    """``facets``: quoted ones first, else in the question's order; ``modalities``: the investigations named,
    under every name they go by ("mri", "magnetic", "resonance"), folded; ``demographics``: the words on age
    and sex that were set aside; ``patient``: the patient described by age, who must be the report's;
    ``number``: the question wants a dose or a measured value; ``groups``: the facets by their places, those that "or"
    joins together: of these one is enough. ``is_cut``: it names more things than ``MOST_FACETS``, or one in more words
    than ``MOST_WORDS``; what is beyond is in no facet.
    """

    text: str
    intent: Intent
    facets: tuple[Facet, ...]
    modalities: frozenset[str] = frozenset()
    demographics: tuple[str, ...] = ()
    patient: PatientAsked | None = None
    number: Literal["dose", "value", ""] = ""
    groups: tuple[tuple[int, ...], ...] = ()
    is_cut: bool = False

    @property
    def focus(self) -> str:
        """The facets, and the patient described, in words, for messages."""
        phrases = [f'"{facet.phrase}"' for facet in self.facets]
        facets = " and ".join(" or ".join(phrases[at] for at in group) for group in self.groups)
        return f'{facets} in a patient described as "{self.patient.words}"' if self.patient else facets


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.VERBOSE | re.IGNORECASE)


_INTENTS: Final = tuple(
    (intent, _pattern(rf"(?<![\w-])(?:{asks})(?![\w-]){AFTER_ASKING}")) for intent, asks in ASKS.items()
)
_MODALITY, _CONNECTED, _FRAME = _pattern(MODALITY), _pattern(CONNECTED), _pattern(FRAME)
_AGE_AND_SEX, _CONNECTIVE = _pattern(AGE_AND_SEX), _pattern(CONNECTIVE)
_ASKED_AGE, _ASKED_SEX = _pattern(ASKED_AGE), _pattern(ASKED_SEX)
_DOSE, _VALUE = _pattern(ASKS_NUMBER["dose"]), _pattern(ASKS_NUMBER["value"])
_MEASURED_WORD = _pattern(rf"(?<![\w-])(?:{MEASURED})(?![\w-])")
_SAME_MODALITY: Final = tuple(frozenset(folded(names)) for names in SAME_MODALITY)
_IMAGING: Final = frozenset(folded(IMAGING))
_NO_MODALITY: Final = frozenset({"imaging", "computed"})
_DEFINES: Final = re.compile(DEFINES, re.IGNORECASE)
_ASKING: Final = _pattern(rf"(?<![\w-])(?:{'|'.join(ASKS.values())})(?![\w-])|{FRAME}")
_NAMING: Final = ("disease", "finding", "procedure")
_FIRST_LETTER: Final = 0xE000
"""Of a private area of Unicode: in no pattern, and in no question."""
_QUOTED: Final = re.compile(r"[\"“”«»]([^\"“”«»]{2,200})[\"“”«»]")
_OR: Final = re.compile(r"\s*or\s*", re.IGNORECASE)
_FOR: Final = re.compile(r"\s(?:for|in|against|to\streat)\s(?:an?\s|the\s)?", re.IGNORECASE)
_SHOWN_ON: Final = _pattern(rf"\bon\s+(?:an?\s|the\s)?(?:{MODALITY})")
"""What stands "on MRI" is what it shows."""
_MARKS: Final = "'’`´.,;:!?-–—/()[]{}*_ "
_EDGE: Final = frozenset({"", "of", "in", "for", "to", "s"})


def parse(question: str) -> Question:
    """``question`` as intent and facets. The first words that ask decide; none asking gives ``any``.

    A question without any content word gives no facets.
    """
    question = " ".join(_said_once(question.split()))
    quoted = [Facet(" ".join(match.group(1).split()), exact=True) for match in _QUOTED.finditer(question)]
    rest, names = _with_names_whole(_QUOTED.sub(" , ", question))
    modalities: frozenset[str] = frozenset()
    intent = _intent(rest)
    if intent == "any" and _SHOWN_ON.search(rest):
        intent = "finding"
    if intent == "finding":
        modalities = _modalities(rest)
    demographics = tuple(dict.fromkeys(match.group().lower() for match in _AGE_AND_SEX.finditer(rest)))
    said = [(Facet(_spelled_out(phrase, names)), other) for phrase, other in _phrases(rest, intent)]
    facets, groups, is_cut = _grouped(
        [*((each, False) for each in quoted), *((f, other) for f, other in said if tokens(f.phrase))]
    )
    if intent == "any" and _is_given_for(question, facets):
        intent = "treatment"
    number: Literal["dose", "value", ""] = "dose" if _DOSE.search(rest) else "value" if _VALUE.search(rest) else ""
    patient = _patient(rest, demographics)
    return Question(question, intent, facets, modalities, demographics, patient, number, groups, is_cut)


def _said_once(said: Sequence[str]) -> list[str]:
    """The words without what only says again what they just said, over and over."""
    plain = [word.strip(_MARKS).casefold() for word in said]
    kept, at = [], 0
    while at < len(said):
        kept.append(said[at])
        at += 1
        for length in range(1, min(_LONGEST_RUN, at) + 1):
            run, end = plain[at - length : at], at
            while plain[end : end + length] == run:
                end += length
            if end - at >= (_SAID_ONCE - 1) * length:
                at = end
                break
    return kept


def _grouped(said: Sequence[tuple[Facet, bool]]) -> tuple[tuple[Facet, ...], tuple[tuple[int, ...], ...], bool]:
    """The facets, each once, the places of those that "or" joins to the one before, and whether there were too many."""
    places: dict[Facet, int] = {}
    groups: list[list[int]] = []
    is_cut = False
    for whole, is_alternative in said:
        facet = Facet(_first_words(whole.phrase), whole.exact)
        is_cut |= facet != whole
        if facet in places:
            continue
        if len(places) == MOST_FACETS:
            return tuple(places), tuple(map(tuple, groups)), True
        places[facet] = len(places)
        if is_alternative and groups and _is_name(facet) and all(_is_name(list(places)[at]) for at in groups[-1]):
            groups[-1].append(places[facet])
        else:
            groups.append([places[facet]])
    return tuple(places), tuple(map(tuple, groups)), is_cut


def _first_words(phrase: str) -> str:
    """``phrase`` up to its last word that is looked for."""
    cut = words(phrase)
    return phrase[: cut[MOST_WORDS - 1].end if len(cut) > MOST_WORDS else None][:_MOST_CHARS]


def _is_name(facet: Facet) -> bool:
    """Whether it names an illness, a finding or a treatment: of "leg or buttock pain" the leg is no answer."""
    return not _MODALITY.search(facet.phrase) and any(
        FAMILIES[shipped().kind(each.concepts[0])] != "subject" for each in shipped().find(words(facet.phrase))
    )


def _is_given_for(question: str, facets: Sequence[Facet]) -> bool:
    """Whether the line names a treatment and what it is for: "dapsone for acne", "dapsone or zinc in acne"."""
    for one, next_ in pairwise(facets):
        between = re.search(rf"{re.escape(one.phrase)}(.{{1,20}}?){re.escape(next_.phrase)}", question, re.IGNORECASE)
        if between and _FOR.fullmatch(between[1]) and is_treatment(one.phrase) and not is_treatment(next_.phrase):
            return True
    return False


def _with_names_whole(text: str) -> tuple[str, dict[str, str]]:
    """``text`` with a letter of its own for each name that holds a word that asks, and what the letters stand for.

    "Drug eruption" and "brain death" are illnesses: their words ask for nothing. A name of nothing but such words
    ("drug therapy") asks all the same.
    """
    found = words(text)
    names: dict[str, str] = {}
    parts, end = [], 0
    for first, last, concepts in shipped().find(found):
        span = slice(found[first].start, found[last - 1].end)
        left = _ASKING.sub(" ", text[span])
        if last - first > 1 and shipped().kind(concepts[0]) in _NAMING and left != text[span] and tokens(left):
            letter = chr(_FIRST_LETTER + len(names))
            names[letter] = text[span]
            parts += [text[end : span.start], letter]
            end = span.stop
    return "".join([*parts, text[end:]]), names


def _spelled_out(phrase: str, names: Mapping[str, str]) -> str:
    return "".join(names.get(letter, letter) for letter in phrase)


def _patient(text: str, demographics: tuple[str, ...]) -> PatientAsked | None:
    """The one patient described by age in ``text``; ages of several describe none."""
    ages = list(_ASKED_AGE.finditer(text))
    if len(ages) != 1:
        return None
    age, sex = ages[0], _ASKED_SEX.search(text)
    named: Literal["female", "male", ""] = "" if not sex else "female" if sex["female"] else "male"
    return PatientAsked(int(age["aged"] or age["old"]), (age["unit"] or "year").lower(), named, " ".join(demographics))


def _modalities(text: str) -> frozenset[str]:
    """The investigations named in ``text`` under every name they go by, folded."""
    named: set[str] = set()
    for match in _MODALITY.finditer(text):
        words = frozenset(folded(match.group()))
        if match.group().lower().startswith(("imaging", "radiolog")):
            named |= _IMAGING
        else:
            named |= words.union(*(names for names in _SAME_MODALITY if names & words)) - _NO_MODALITY
    return frozenset(named)


def _intent(text: str) -> Intent:
    """The intent whose words come first in the question; ties go to the longer match."""
    first: tuple[int, int] | None = None
    found: Intent = "any"
    for intent, asks in _INTENTS:
        match = asks.search(_CONNECTED.sub(lambda words: "·" * len(words.group()), text))
        if match and (first is None or (match.start(), -match.end()) < first):
            first, found = (match.start(), -match.end()), intent
    return "definition" if found == "any" and _DEFINES.match(text) else found


def _phrases(text: str, intent: Intent) -> list[tuple[str, bool]]:
    """The content phrases of ``text``, its asking words taken out, each with whether "or" stands before it."""
    for other, asks in _INTENTS:
        if other in (intent, "treatment", "outcome"):
            text = asks.sub(" , ", _CONNECTED.sub(" , ", text)) if other == intent else asks.sub(" , ", text)
    if intent == "finding":
        text = _MODALITY.sub(" , ", text)
    if _VALUE.search(text):
        text = _MEASURED_WORD.sub(" , ", text)
    text = " ".join(_FRAME.sub(" ", _AGE_AND_SEX.sub(" ", text)).split())
    marks = [*_CONNECTIVE.finditer(text)]
    starts, ends = [0, *(mark.end() for mark in marks)], [*(mark.start() for mark in marks), len(text)]
    found: list[tuple[str, bool]] = []
    for start, end, before in zip(starts, ends, ["", *(mark.group() for mark in marks)], strict=True):
        if piece := _trimmed(text[start:end]):
            found.append((piece, bool(_OR.fullmatch(before)) and bool(found)))
    return found


def _trimmed(piece: str) -> str:
    """``piece`` without small words and marks at its ends."""
    words = piece.split()
    while words and words[0].strip(_MARKS).lower() in _EDGE:
        words.pop(0)
    while words and words[-1].strip(_MARKS).lower() in _EDGE:
        words.pop()
    return " ".join(words).strip(_MARKS)
