"""A report as its patients' story: each sentence with its role, what it names, and which patient it tells of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from corpus.ages import IN_A_YEAR
from corpus.cases.people import Cast, Person, cast
from corpus.cases.roles import BACKGROUND_KINDS, CASE_KINDS, SILENT_KINDS, Role, roles
from corpus.cases.sexes import SEX_NOUN, told_sex
from corpus.cases.short_forms import ShortForms
from corpus.findings import Finding, findings
from corpus.model import Report, SectionKind, Span

__all__ = ["Line", "Person", "Story", "story"]

_DID: Final = (
    r"(?:were|was|are|had|have|received|underwent|showed|responded|recovered|survived|died|improved|presented|"
    r"developed)"
)
_ALL: Final = re.compile(
    r"\b(?:(?:both|all|each|every|none|neither|most|some|one)\b(?:\sof)?(?:\s(?:the|our|these|them|two|three|four|five|"
    r"six|seven))*\s(?:[\w-]+\s){0,2}?(?:patients?|cases?|siblings?|sisters?|brothers?|child(?:ren)?|infants?|twins?|wom[ae]n|m[ae]n|"
    r"girls?|boys?|lesions\sin\sboth)|(?:the|our|these|two|three|four|five|six)\s(?:[\w-]+\s){0,2}?(?:patients|cases|"
    rf"siblings|sisters|brothers|children|twins)|they|their|(?:both|all|each)(?:\s(?:of\sthem|two|three|four|five|six))*\s{_DID})\b",
    re.IGNORECASE,
)
"""Of several patients, or of one who is not named."""
_EVERYONE: Final = re.compile(
    r"(?<!\bof\s)\b(?:(?:both|all|each)(?:\sof)?(?:\s(?:the|our|these|two|three|four|five|six|seven))*\s(?:[\w-]+\s)?(?:patients?|"
    r"cases|siblings|sisters|brothers|children|infants|twins|women|men|girls|boys)|each\s(?:case|sibling|sister|brother|child|"
    rf"infant|twin|(?:wo)?man|girl|boy)|(?:both|all|each)(?:\s(?:of\sthem|two|three|four|five|six))*\s{_DID})\b|"
    r"(?<!\bof\s)\bthe\s(?:two\s|three\s|four\s|five\s)?(?:siblings|sisters|brothers|twins)\b|^they\b",
    re.IGNORECASE,
)
_COUNTED: Final = re.compile(
    r"\b(?:two|three|four|five|six)\s(?:[\w-]+\s){0,4}?(?:patients|cases|siblings|sisters|brothers|children|infants|twins|"
    r"women|men|girls|boys|(?:fe)?males|adults)\b",
    re.IGNORECASE,
)
_SHARED_OUT: Final = re.compile(
    r"(?<!old)(?<!years)(?<!months)(?<!,),?\srespectively\b|\bthe\sother\b|"
    r"\b(?:except(?:ing)?|save|apart\sfrom|other\sthan|unless|but\s(?:not|one|only|the))\b",
    re.IGNORECASE,
)
"""What the sentence tells is one thing of the one and another of the other."""
_KIN: Final = re.compile(r"\b(?:siblings|sisters|brothers|twins)\b", re.IGNORECASE)
_PRONOUN: Final = re.compile(r"(?:[^.;]{0,60}?\b)?(?:(?P<female>she|her)|(?P<male>he|his|him))\b", re.IGNORECASE)
_CALLED: Final = re.compile(
    r"(?:in\s|for\s)?(?:the|our)\s(?:(?:(?P<elder>elder|older|eldest|oldest)|(?P<younger>younger|youngest))"
    r"(?:\s(?:affected\s)?(?:sister|brother|sibling|child|twin|one|patient|girl|boy|(?:wo)?man)|"
    rf"(?=\s(?:(?:\w+ly|also|then|later)\s)?(?:{_DID}|is|has|got|took|\w+ed)\b))|(?:(?P<female>girl|woman|lady)|"
    r"(?P<male>boy|man|gentleman)))\b",
    re.IGNORECASE,
)
"""How a sentence begins that turns to one of several patients by their ages or their sex."""
_CHILD: Final = re.compile(
    r"(?:the|her|a|an|this|his|their)?\s?(?:[\w-]+\s){0,3}?(?:newborn|neonate|baby|infant|f(?:o)?etus|child|offspring|"
    r"twins?)\b"
    r"(?!\s(?:was|is)\s(?:delivered|born|healthy))",
    re.IGNORECASE,
)
_PARENT: Final = re.compile(
    r"(?:(?:the|his|her|their|an?)\s)?(?:[\w-]+\s){0,2}?(?:mother|father|parents|maternal)\b", re.IGNORECASE
)
_BRINGING: Final = re.compile(
    r"\b(?:brought|accompanied|referred|taken|noticed|noted|reported|according|consented?|carried)\b[^.;]{0,60}?"
    r"\b(?:mother|father|parents?|family|wife|husband|son|daughter)\b",
    re.IGNORECASE,
)
_OF_KIN: Final = re.compile(
    r"\b(?:mother|father|sister|brother|parents?|siblings?|uncle|aunt|cousin|grand\w+|son|daughter|relatives?|"
    r"members?)s?\b"
    r"(?!\s(?:denied|noticed|noted|reported))|\bfamily\shistory\s(?:of|was\spositive|included)\b",
    re.IGNORECASE,
)
_KIN_FIRST: Final = re.compile(
    r"(?:his|her|the)\s(?:[\w-]+\s){0,2}?(?:wife|husband|spouse|partner|mother|father|sister|brother|son|daughter|aunt|uncle|"
    r"donor)\b",
    re.IGNORECASE,
)
_SUBJECT: Final = re.compile(r"(?:(?P<female>she)|(?P<male>he))\b", re.IGNORECASE)
_AUTHORS: Final = re.compile(
    r"\bet\sal\b[^;]{0,40}?\b(?:report\w*|describ\w+|found|show\w+|present\w+|treated|stud\w+)\b", re.IGNORECASE
)
"""Other authors, and what they did."""
_ADULT: Final = 14


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence. ``patient`` is the number of the one it tells of; None where it tells of none of them, or of several.

    ``everyone``: it tells of each of the report's several patients.
    """

    span: Span
    text: str
    kind: SectionKind
    role: Role
    findings: tuple[Finding, ...]
    patient: int | None
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """``lines`` in text order; ``people`` by number."""

    report: Report
    lines: tuple[Line, ...]
    people: tuple[Person, ...]


def story(report: Report) -> Story:
    """Read ``report`` as its patients' story. Linear in the text."""
    told = cast(report)
    short = ShortForms.of(report)
    lines = []
    for place, role, patient, named_all in _turns(report, told, roles(report)):
        sentence = report.sentences[place]
        kind, span = report.sections[sentence.section].kind, sentence.span
        named = short.corrected(report.text, span, findings(report.text, [(span.start, span.end)]))
        several = patient is None and len(told.people) > 1
        everyone = several and _tells_of_all(span.of(report.text), kind, role, named_all)
        lines.append(Line(span, span.of(report.text), kind, role, named, patient, everyone))
    return Story(report, tuple(lines), tuple(_with_sex(person, lines, report.text) for person in told.people))


def _with_sex(person: Person, lines: Sequence[Line], text: str) -> Person:
    """``person`` with the sex that nouns and pronouns tell, where none stands beside the age."""
    if person.sex is not None and SEX_NOUN.search(person.sex.span.of(text)):
        return person
    told = told_sex((line.text, line.span.start) for line in lines if line.patient == person.number)
    return replace(person, sex=told) if told else person


def _turns(report: Report, told: Cast, found: tuple[Role, ...]) -> Iterator[tuple[int, Role, int | None, bool]]:
    """Each sentence that plays a role, with the number of the patient it tells of, and whether it names all of them."""
    only = told.people[0].number if len(told.people) == 1 else None
    current: int | None = None
    section, turn = -1, 0
    of_kin = False
    for place, sentence in enumerate(report.sentences):
        kind = report.sections[sentence.section].kind
        if sentence.section != section:
            if not (kind in CASE_KINDS or kind in ("body", "figure")):
                current = None
            section = sentence.section
        named: list[int] = []
        while turn < len(told.turns) and told.turns[turn][0].span.start < sentence.span.end:
            introduced, whose = told.turns[turn]
            if introduced.span.start >= sentence.span.start:
                named.append(whose)
            elif kind not in BACKGROUND_KINDS:
                current = whose  # a heading
            turn += 1
        if kind in SILENT_KINDS:
            continue
        text, role = sentence.span.of(report.text), found[place]
        if only is not None:
            kin_too = of_kin and _is_of_other_sex(text, told.people[0])
            of_kin = kin_too or _KIN_FIRST.match(text) is not None
            his = not kin_too and _of_patient(text, role, bool(named), told.people[0])
            yield place, role, only if his else None, False
            continue
        if not named and (called := _called(text, told.people)):
            named.append(called)
        several = len(set(named)) > 1 or (not named and _ALL.search(text) is not None)
        current = None if several else named[-1] if named else current
        number = None if several else current or _by_sex(text, told.people)
        person = told.people[number - 1] if number else None
        told_of = number if person and _of_patient(text, role, bool(named), person) else None
        yield place, role, told_of, len(set(named)) == len(told.people)


def _of_patient(text: str, role: Role, named: bool, person: Person) -> bool:
    """Whether a sentence tells of ``person`` rather than of relatives, of the literature, or of nobody."""
    if not named and (Role.LITERATURE in role or _AUTHORS.search(text)):
        return False
    if Role.FAMILY in role:
        return named or _BRINGING.search(text) is not None or not _OF_KIN.search(text)
    if not named and person.age is not None:
        grown = person.age.unit == "year" and person.age.value >= _ADULT
        if (_CHILD if grown else _PARENT).match(text):
            return False
    return Role.PATIENT in role or named


def _is_of_other_sex(text: str, person: Person) -> bool:
    """Whether the subject of a sentence is the pronoun that ``person`` does not go by."""
    match = _SUBJECT.match(text)
    return match is not None and person.sex is not None and match.group(person.sex.value) is None


def _tells_of_all(text: str, kind: SectionKind, role: Role, named_all: bool) -> bool:
    """Whether a sentence tells of each patient of the report, and not of other authors'."""
    if kind in BACKGROUND_KINDS or Role.LITERATURE in role or _AUTHORS.search(text) or Role.PATIENT not in role:
        return False
    if _SHARED_OUT.search(text):
        return False
    said = _EVERYONE.search(text) or (_COUNTED.search(text) if named_all else None)
    return said is not None and (Role.FAMILY not in role or _KIN.search(said.group()) is not None)


def _by_sex(text: str, people: tuple[Person, ...]) -> int | None:
    """The one patient whom the first pronoun of a sentence fits."""
    match = _PRONOUN.match(text)
    return _of_sex(match, people) if match else None


def _called(text: str, people: tuple[Person, ...]) -> int | None:
    """The patient whom a sentence calls the elder or the younger, or whom alone "the girl" fits."""
    match = _CALLED.match(text)
    if match is None or match.group("female") or match.group("male"):
        return _of_sex(match, people) if match else None
    ages = sorted((person.age.value / IN_A_YEAR[person.age.unit], person.number) for person in people if person.age)
    if len(ages) < len(people) or ages[0][0] == ages[1][0] or ages[-1][0] == ages[-2][0]:
        return None
    return ages[-1][1] if match.group("elder") else ages[0][1]


def _of_sex(match: re.Match[str], people: tuple[Person, ...]) -> int | None:
    """The one patient of the sex that ``match`` tells."""
    sex = "female" if match.group("female") else "male"
    fitting = [person.number for person in people if person.sex is not None and person.sex.value == sex]
    return fitting[0] if len(fitting) == 1 and all(person.sex for person in people) else None
