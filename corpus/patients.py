"""The patients that a report states by age and sex.

Each is a span of the report's text. Only what the report says of its own patients counts: "at the age of 19" dates
something earlier, "his 60-year-old father" is family, "aged 18 to 65 years" and "mean age" are groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from corpus.ages import IN_A_YEAR, NUMBER, ONE_PERSON, TELLS_OF_ONE, UNIT, Listed, Unit, in_a_row, worth
from corpus.ages import unit as read_unit
from corpus.animals import is_animal
from corpus.model import Report, SectionKind, Span

__all__ = [
    "IN_A_YEAR", "OTHERS", "STATING", "PatientMention", "Sex", "Unit", "mentions", "patients", "sex_near", "stated",
]  # fmt: skip

Sex = Literal["female", "male"]

STATING: Final[frozenset[SectionKind]] = frozenset(
    {"title", "abstract", "introduction", "case", "treatment", "outcome", "results", "body"}
)
"""Kinds of section in which a report introduces its patients."""

_DASH: Final = r"[\s‐-―-]{0,2}"
_SOMEONE: Final = r"(?:wom[ae]n|females?|m[ae]n|males?|girl|boy|lady|patient|infant|child)"
_AGE: Final = re.compile(
    rf"(?:(?<![\w.,/±‐-―-])|(?<=\bA)(?=\d))(?:"
    rf"(?P<n1>{NUMBER})(?P<half>{_DASH}(?:½|1/2|and{_DASH}(?:a|one){_DASH}half))?{_DASH}(?P<u1>{UNIT})\.?{_DASH}"
    rf"(?:(?:and{_DASH})?(?P<months>\d{{1,2}}){_DASH}months?{_DASH})?(?:(?:old|young)(?=\b|(?:fe)?male|woman|man|boy|"
    rf"girl)|"
    rf"of{_DASH}age\b|(?<=[\s-])(?=(?:adult\s)?(?:fe)?male\b|(?:wo)?man\b|boy\b|girl\b))"
    rf"|(?P<n2>{NUMBER})\s?(?:(?:y/?o|y\.o\.)(?:(?!\w)|(?=[FM]\b))|y(?=\s?(?-i:[FM])\b(?!/))|(?=/(?-i:[FM])\b))"
    rf"|(?:aged(?:\sof)?|age\s?:|(?<=,\s)age)\s(?P<n3>{NUMBER})(?:\s?(?P<u3>{UNIT}))?\b"
    rf"|{_SOMEONE}(?:,?\s\(?|\sof\s)(?P<n4>{NUMBER})\s(?P<u4>{UNIT})\b(?!['’]|,?\s(?:ago|after|before|later|earlier|"
    rf"history|follow|of|pregnan\w+|gestation\w*|post\w*|prior|previously|into|since|amenorrh?oea)\b)"
    rf"|{ONE_PERSON}\sof\s(?P<n5>{NUMBER}){TELLS_OF_ONE}"
    rf"|{ONE_PERSON},\s(?P<n6>\d{{1,3}})(?=\s?(?:[.;)](?!\d)|$)|,\s(?!(?:and|or)\b)\D)"
    r"|(?:(?<=\ba\s)|(?<=\ban\s)|(?<=^))(?P<n7>\d{1,3})(?=(?-i:[FM])\s(?:with|who|presented|presents|presenting|admitted|complain\w+)\b)"
    r")",
    re.IGNORECASE,
)
_NOT_THE_AGE: Final = re.compile(
    r"(?:\b(?:at|since|from|until|by|starting|index)(?:\s(?:the|an?|her|his|their|about|approximately|"
    r"around))*(?:\sage\sof)?"
    r"|\b(?:when|after|before)\s(?:\w+\s){0,2}(?:was|were)"
    r"|\b(?:mean|median|average|range|over|under|above|below|than|least|between|and|to|or|minimum|maximum)\b"
    r"(?:\s(?:of|the|age|years?|patients?)|\s?\(SD\)|\s?\([\w\s]{2,20}\)|[:=])*"
    r"|\b(?:women|men|children|adults|patients|participants|individuals|people|subjects|persons|males|females)"
    r"|[<>≤≥=±/~]|\b\d{1,3}\s?(?:[-–—]|to|and)|\b\d{1,3}-,?\s(?:and|or|to))\s*$",
    re.IGNORECASE,
)
"""Before an age: it dates something else, or it is the bound or the mean of a group."""
_INTRODUCED: Final = re.compile(
    r"(?:(?:^|[.:;!?\n]\s*)(?:[\w-]+\s){0,2}|\b(?:an?|one|the|this|our)\s(?:[\w-]+\s){0,4})$", re.IGNORECASE
)
"""Before a noun with an age behind its comma ("A woman, 31, …")."""
_GROWN_UP: Final = re.compile(r"(?:wo)?man\b|lady\b|gentleman\b", re.IGNORECASE)
_A_GROUP: Final = re.compile(
    r"\s*(?:\(\d|\(?(?:or|and)\s(?:older|over|above|more|less|younger|under|up)\b|[-–—]\s?\d|(?:to|through)\s\d|±|"
    r"\+|and\s\d+\s?years"
    r"|(?:\w+\s){0,3}(?:women|men|patients|children|boys|girls|males|females|adults|individuals|subjects|people|"
    r"participants|volunteers|persons|rats|mice|infants)\b)",
    re.IGNORECASE,
)
_RELATIVE: Final = re.compile(
    r"\s*(?:\w+\s)?(?:mother|father|brother|sister|son|daughter|sibling|twin|uncle|aunt|cousin|nephew|niece|"
    r"husband|wife|"
    r"grand\w+)\b",
    re.IGNORECASE,
)
_A_THING: Final = re.compile(
    r"(?:[\s‐-―-]+(?!(?:a|an|the|and|or|with|without|of|for|in|on|at|to|by|from|after|before|due|whose|who|had|has|"
    r"have|was|"
    r"were|is|wom[ae]n|m[ae]n|girl|boy|lady|gentleman|patient|infant|child|neonate|newborn|baby|toddler|presented|"
    r"presents|"
    r"presenting|developed|sustained|suffered|received|underwent|undergoing|reported|noticed|showed|complain\w+|came|"
    r"fell)\b)[\w'’]+){0,4}?[\s‐-―-]+"
    r"(?:f(?:o)?etus|embryo|pregnancy|gestation|lesion|mass|lump|swelling|tumou?r|nodule|cyst|polyp|ulcer|wound|injury|"
    r"fracture|dislocation|rupture|tear|hernia|fistula|scar|burn|rash|plaque|blister|abscess|infarct(?:ion)?|"
    r"ha?ematoma|thromb(?:us|osis)|h(?:a)?emorrhage|stroke|defect|deformity|(?:\w+)?graft|transplant|implant|"
    r"prosthes[ie]s|stent|"
    r"pacemaker|device|catheter|shunt|valve|denture|history)(?:e?s)?\b"
    r"(?![\s-]+(?:patient|recipient|survivor|victim|sufferer|carrier|bearer|donor|case))",
    re.IGNORECASE,
)
"""Behind an age, and within its noun phrase: what is so old is no patient."""
_GESTATION: Final = re.compile(
    r"\b(?:term|preterm|premature|gestation\w*|pregnan\w+|deliver\w+|born)\b[^.;]{0,12}$", re.IGNORECASE
)
"""Before a number of weeks: they are those of a pregnancy."""
_AT_AGE: Final = re.compile(r",\s(?:his|her|the|she|he|it|this|these)\b", re.IGNORECASE)
"""Behind an age that begins a sentence: "One day old, her condition …" dates what follows."""
_A_PARENT: Final = re.compile(
    r"\b(?:mother|father|wife|husband|partner|donor)\b[\s,(]*(?:(?:was|is|then|currently|healthy|an?)\s){0,3}$",
    re.IGNORECASE,
)
_BORN_TO: Final = re.compile(
    r"\b(?:born|delivered|birth|(?:son|daughter|child|fetus|foetus|baby|infant|newborn|neonate)\sof)\b[^.;]{0,40}?"
    r"(?:\b(?:to|from|by)\s|(?<=\bof\s))(?:an?|her|his|the)?\s?(?:[\w-]+,?\s){0,3}$",
    re.IGNORECASE,
)
"""Before an age: it is the mother's, of whom the patient was born."""
_ONE: Final = re.compile(r"\ban?\s*$", re.IGNORECASE)
_A_PERSON: Final = re.compile(
    rf"\b(?:{_SOMEONE}|neonate|newborn|baby|babies|toddler|teenager|adolescent|son|daughter|brother|sister|sibling|"
    rf"twin|"
    r"he|she|case)s?\b",
    re.IGNORECASE,
)
_OWNED: Final = re.compile(r"\b(?:his|her|their|whose|\w+['’]s?)\s*$", re.IGNORECASE)
_TOGETHER: Final = re.compile(
    r"\b(?:wom[ae]n|m[ae]n|boy|girl|patient|child|infant|(?:fe)?male|lady|gentleman),?\sand\s(?:his|her)\s$",
    re.IGNORECASE,
)
"""Before a relative's age: both may be told of as patients ("a 7-year-old girl and her 4-year-old brother")."""
_ILL_TOO: Final = re.compile(
    rf"{_RELATIVE.pattern}(?:\s*(?:[.:;)]|$)|,?\s(?:who\s)?(?:both\s|were|had|have|with|presented|presenting|developed|suffer\w*|"
    r"died|fell\sill|showed|complained|contracted|ingested|ate)\b)",
    re.IGNORECASE,
)
"""Behind that age: they are, for what is told next is of illness, and of both."""
_A_CHILD_OF: Final = re.compile(
    r"\b(?:infant|baby|newborn|neonate|child|son|daughter|twin|sibling|brother|sister|mother|father)[\s,(]*"
    r"(?:aged?\s|of\s)?$",
    re.IGNORECASE,
)
_IS_WELL: Final = re.compile(
    r"(?:[\s‐-―-](?:old|age|of))*(?:\s(?:infant|baby|newborn|neonate|child))?[\s,)]*\s(?:(?:was|is|were|remained|has\sremained|"
    r"had\sremained|stayed)\s)(?:in\sgood\shealth|(?:\w+ly\s|all\s|both\s|also\s)?(?:healthy|well|unaffected|asymptomatic|"
    r"thriving))\b(?![^.;]{0,40}\b(?:until|before|when|but|apart|except)\b)",
    re.IGNORECASE,
)
"""Behind the age of someone's child: it is not ill, and no patient."""
OTHERS: Final = re.compile(
    r"\bet\sal\b|\bprevious(?:ly)?\s(?:reported|published|described)\b|(?-i:(?<!\w\s)\b(?!We|The|Our|He|She|This|It|"
    r"Here|Authors|Patient)"
    r"[A-Z][a-z]+\s(?:and\s[A-Z][a-z]+\s|and\sco\S+\s)?)(?:have\s|had\s|first\s)?(?:reported|described|published)\s"
    r"(?:on\s|the|an?)\b",
    re.IGNORECASE,
)
_CITED: Final = re.compile(
    r"[^.\n]{0,90}\.\s(?:[A-Z][\w&]*\.?,?\s){1,8}(?:[\[(]\w+[\])][.,]?\s)?(?:19|"
    r"20)\d\d\s?(?:[A-Z][a-z]{2}\s?\d{0,2})?[,;:]\s?\d|"
    r"[^.\n]{0,60}\s\|\s"
)
"""Behind an age in a title that is cited, or on the page around an article: the journal and its year."""
_SEXES: Final = re.compile(
    r"\b(?:(?P<female>wom[ae]n|females?|girls?|lady|ladies|daughters?|sisters?|mothers?|she|her|primi(?:gravid|par)\w+|"
    r"multi(?:gravid|par)\w+|gravida|pregnant|nulliparous|postmenopausal)"
    r"|(?P<male>m[ae]n|males?|boys?|gentlem[ae]n|sons?|brothers?|fathers?|he|his|him))\b",
    re.IGNORECASE,
)
_BORN_OF: Final = re.compile(r"\bborn\s(?:\w+\s){0,4}?(?:to|of|from)\b", re.IGNORECASE)
_KIN: Final = re.compile(r"(?:mother|father|daughter|son|sister|brother)s?", re.IGNORECASE)
_NOT_SELF: Final = re.compile(r"\b(?:the|an?|whose|his|her|their|and|by|with|of|\w+['’]s)\s(?:\w+\s)?$", re.IGNORECASE)
_SEX_BEFORE: Final = re.compile(
    r"\b(?:(?P<female>wom[ae]n|female|girl|lady|she)|(?P<male>m[ae]n|male|boy|gentlem[ae]n|he))\b"
    r"(?:\s(?:patient|infant|child|neonate|is|was|were))?[\s,(]*$",
    re.IGNORECASE,
)
_LETTER: Final = re.compile(r"[\s,/-]{0,2}(?:(?P<female>F)|(?P<male>M))(?!\w|['’°/.-]\w)", re.IGNORECASE)
_TITLE: Final = re.compile(
    r"\b(?:(?P<female>mrs|ms|miss)|(?P<male>mr))\b\.?\s(?:(?:[\w-]|['’](?!s\b))+[\s,(]+){1,4}$", re.IGNORECASE
)
_SPOUSE: Final = re.compile(
    r"[\s-]*(?:[\w-]+\s)?(?:(?P<female>(?:house)?wife|widow)|(?P<male>husband|widower))\b", re.IGNORECASE
)
_REACH: Final = 160
"""Code points behind an age within which its sex stands: the rest of the sentence, and "He …" after it."""
_BEFORE: Final = 48
_SENTENCE_END: Final = re.compile(r"(?<!\bal)(?<!\bvs)[.!?]\s+(?=[A-Z])")
_GOES_ON: Final = re.compile(r"\s*(?:he|she|his|her)\b", re.IGNORECASE)
_BESIDE: Final = 3
"""Words between an age and the noun that belongs to it ("34-year-old previously healthy woman")."""
_OLDEST: Final = 120
_ADULT: Final = 18
_TEENS: Final = 13
_NUMBERS: Final = ("n1", "n2", "n3", "n4", "n5", "n6", "n7")


@dataclass(frozen=True, slots=True)
class PatientMention:
    """One patient as the text states them. ``age`` is in years whatever ``unit`` the text gives it in."""

    age: float
    unit: Unit
    sex: Sex | None
    span: Span

    def __str__(self) -> str:
        """As a person would say it: "34-year-old woman"."""
        count = round(self.age * IN_A_YEAR[self.unit], 1)
        adult = self.age >= _ADULT
        noun = {"female": "woman" if adult else "girl", "male": "man" if adult else "boy", None: "patient"}[self.sex]
        return f"{count:g}-{self.unit}-old {noun}"

    def same_person(self, other: PatientMention) -> bool:
        """Whether age (to the unit of the coarser statement) and sex, both stated, agree."""
        slack = 0.51 / max(1, min(IN_A_YEAR[self.unit], IN_A_YEAR[other.unit]))
        if self.unit == other.unit:
            slack = 1e-6
        return self.sex is not None and self.sex == other.sex and abs(self.age - other.age) < slack


def mentions(text: str, start: int = 0, end: int | None = None) -> Iterator[PatientMention]:
    """Every patient stated by age in ``text[start:end]``, in order; spans are in ``text``."""
    stop = len(text) if end is None else end
    rows = [
        PatientMention(
            age.value / IN_A_YEAR[age.unit], age.unit, _sex_of_row(text, age, stop), Span(age.start, age.end)
        )
        for age in in_a_row(text, start, stop)
    ]
    alone = (each for each in _by_age(text, start, stop) if not any(each.span.overlaps(row.span) for row in rows))
    return iter(sorted([*rows, *alone], key=lambda each: each.span))


def _by_age(text: str, start: int, stop: int) -> Iterator[PatientMention]:
    """Those whose age stands by itself."""
    for match in _AGE.finditer(text, start, stop):
        number = next(match.group(name) for name in _NUMBERS if match.group(name))
        unit = read_unit(match.group("u1") or match.group("u3") or match.group("u4") or "year")
        age = (worth(number) + (0.5 if match.group("half") else 0)) / IN_A_YEAR[unit]
        before = text[max(start, match.start() - _BEFORE) : match.start()]
        behind = text[match.end() : min(stop, match.end() + _REACH)]
        if age > _OLDEST or _NOT_THE_AGE.search(before) or (_A_GROUP.match(behind) and not _ONE.search(before)):
            continue
        if match.group("n6") and not _INTRODUCED.search(before):
            continue
        if _GROWN_UP.match(match.group()) and age < _TEENS:
            continue  # "a woman of 28 weeks", "of 4 children"
        if unit == "week" and _GESTATION.search(before):
            continue
        if _is_of_kin(before, behind) or _A_PARENT.search(before) or _BORN_TO.search(before):
            continue
        if match.group("n1") and (
            _A_THING.match(behind)
            or is_animal(behind)
            or ((not before.strip() or before.rstrip()[-1] in ".;") and _AT_AGE.match(behind))
        ):
            continue
        sex, sex_end = sex_near(match.group(), before, behind)
        yield PatientMention(age, unit, sex, Span(match.start(), match.end() + sex_end))


def _is_of_kin(before: str, behind: str) -> bool:
    """Whether an age is that of a patient's relative who is not told of as ill beside them, or is told to be well."""
    if _OWNED.search(before) and _RELATIVE.match(behind):
        return not (_TOGETHER.search(before) and _ILL_TOO.match(behind))
    return bool((_OWNED.search(before) or _A_CHILD_OF.search(before)) and _IS_WELL.match(behind))


def _sex_of_row(text: str, age: Listed, stop: int) -> Sex | None:
    """The sex of patients whose ages stand in a row: told before it ("two sisters, aged …"), or right behind it."""
    told = {_named(each) for each in _SEXES.finditer(text, age.told, age.start)}
    if not told:
        row = _SENTENCE_END.split(text[age.start : min(stop, age.start + _REACH)])[0]
        told = {_named(each) for each in _SEXES.finditer(row[: _BEFORE + _REACH // 4]) if not _a_relative(each, row)}
    return told.pop() if len(told) == 1 else None


def patients(report: Report) -> tuple[PatientMention, ...]:
    """The report's own patients, each once (by age and sex), in the order in which they are first stated.

    Beside an adult who is told by age and noun ("36-year-old woman"), a lesser age counts only where a noun says whose
    it is. A title that is no part of the text is not looked at: give it to ``mentions``.
    """
    return tuple(next((one for one in each if one.sex), each[0]) for each in stated(report))


def stated(report: Report) -> tuple[tuple[PatientMention, ...], ...]:
    """Every statement of each of ``patients``, in text order; one without a sex goes with that of its age."""
    found: dict[tuple[float, Sex | None], list[PatientMention]] = {}
    for section in report.sections:
        if section.kind not in STATING:
            continue
        for mention in mentions(report.text, section.body.start, section.body.end):
            if not _of_others(report.text, mention.span, section.body):
                found.setdefault((mention.age, mention.sex), []).append(mention)
    adult = any(age >= _ADULT and _SEXES.search(each[0].span.of(report.text)) for (age, _), each in found.items())
    if adult:
        found = {
            key: each for key, each in found.items() if key[0] >= _ADULT or _beside_a_person(report.text, each[0].span)
        }
    known = {age: sex for age, sex in reversed(found) if sex}
    for age, sex in [key for key in found if key[1] is None and key[0] in known]:
        found[age, known[age]] = sorted([*found[age, known[age]], *found.pop((age, sex))], key=lambda one: one.span)
    return tuple(map(tuple, found.values()))


def _sentence(text: str, around: Span, within: Span) -> str:
    """As much as need be seen of the sentence that holds ``around``."""
    before = text[max(within.start, around.start - _REACH) : around.start]
    behind = text[around.end : min(within.end, around.end + _REACH)]
    return _SENTENCE_END.split(before)[-1] + around.of(text) + _SENTENCE_END.split(behind)[0]


def _of_others(text: str, span: Span, within: Span) -> bool:
    """Whether the sentence around a patient's age speaks of other authors' patient, or is a cited title."""
    return (
        OTHERS.search(_sentence(text, span, within)) is not None or _CITED.match(text, span.end, within.end) is not None
    )


def _beside_a_person(text: str, age: Span) -> bool:
    """Whether the few words before an age or behind it, or its own, name a person."""
    before = _SENTENCE_END.split(text[max(0, age.start - _BEFORE) : age.start])[-1]
    behind = _SENTENCE_END.split(text[age.end : age.end + _BEFORE])[0]
    from_age = " ".join([age.of(text), *behind.split()[:_BESIDE]])
    leading = " ".join(before.split()[-_BESIDE:])
    return _A_PERSON.search(f"{leading} {from_age}") is not None or _SEXES.search(from_age) is not None


def sex_near(stated: str, before: str, behind: str) -> tuple[Sex | None, int]:
    """The sex told by the words nearest an age, and how far into ``behind`` the word goes that stands beside it."""
    if letter := _LETTER.match(behind):
        return _named(letter), letter.end()
    for match in (_SEXES.search(stated), _SEX_BEFORE.search(before), _TITLE.search(before)):
        if match:
            return _named(match), 0
    end = _SENTENCE_END.search(behind)
    if end is not None and not _GOES_ON.match(behind, end.end()):
        behind = behind[: end.start()]
    told = next((each for each in _SEXES.finditer(behind) if not _a_relative(each, behind)), None)
    match = min(filter(None, (told, _SPOUSE.match(behind))), key=re.Match.end, default=None)
    if match is None:
        return None, 0
    beside = len(re.findall(r"[\w-]+", behind[: match.start()])) <= _BESIDE and "." not in behind[: match.start()]
    return _named(match), match.end() if beside else 0


def _a_relative(word: re.Match[str], behind: str) -> bool:
    """Whether a word of sex behind an age is that of the patient's parent, child or sibling."""
    if _BORN_OF.search(behind, 0, word.start()):
        return True
    return _KIN.fullmatch(word.group()) is not None and _NOT_SELF.search(behind, 0, word.start()) is not None


def _named(match: re.Match[str]) -> Sex:
    return "female" if match.group("female") else "male"
