"""Whether two reports tell of the same patient: who wrote them, where, and of whom.

The same patient in two reports counts twice in a review. Told by what cannot easily be reworded: authors or centre,
age and sex, the words for the condition, the date of admission.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Final

from corpus.admissions import admissions, centres
from corpus.likeness import title_key, words
from corpus.model import Bibliography, Report
from corpus.patients import PatientMention, mentions, patients


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_GENERIC: Final = _words(
    "a an the of in on with and or for to from by as at is are was were after before during due following without "
    "within its this that two three four new first case cases report reports reported review literature series "
    "study patient patients woman man female male girl boy child children adult infant year years old month "
    "months rare unusual uncommon presentation presenting presented treatment treated management diagnosis "
    "diagnosed associated secondary caused causing induced successful successfully using brief communication "
    "letter clinical single center experience mimicking complicated disease syndrome acute chronic severe primary "
)
"""Title words that name no condition."""
_RARE: Final = 0.02
"""A title word in no more than this share of the reports tells conditions apart."""
_RARE_AT_LEAST: Final = 4
_SHARED_WORDS: Final = 2
_TOO_MANY: Final = 10
"""A report of more patients than this has one of any age."""
_SCARCE: Final = 0.003
"""A word of the text in no more than this share of the reports sets a patient apart (or in five reports)."""
_SCARCE_AT_LEAST: Final = 5
_SHARED_SCARCE: Final = 4
_SHARE_OF_SCARCE: Final = 0.5
"""Of the scarce words of the text that has fewer of them."""
_STEM: Final = 5
"""Words that begin alike ("cryptococcal", "cryptococcus") count once."""
_NUMBER: Final = re.compile(r"\b(?:\d+|[ivx]+)\b")


@dataclass(slots=True)
class Vocabulary:
    """The words of many texts as numbers, and in how many texts each stands."""

    numbers: dict[str, int] = field(default_factory=dict)
    counts: Counter[int] = field(default_factory=Counter)
    texts: int = 0

    def take(self, text: str) -> array[int]:
        """The numbers of the words of one more text, each once."""
        found = {self.numbers.setdefault(word, len(self.numbers)) for word in words(text) if len(word) > 3}
        self.counts.update(found)
        self.texts += 1
        return array("I", found)

    def scarce(self, of: Iterable[int]) -> set[int]:
        """Those that set a text apart."""
        most = max(_SCARCE_AT_LEAST, _SCARCE * self.texts)
        return {number for number in of if self.counts[number] <= most}

    def spelled(self, numbers: Iterable[int]) -> list[str]:
        """The words of these numbers, the scarcest first."""
        names = list(self.numbers)
        return [names[number] for number in sorted(numbers, key=lambda number: (self.counts[number], number))]


@dataclass(frozen=True, slots=True)
class Profile:
    """The facts of one report that another is compared by. ``authors``: "family i" → the name as it is given.

    ``centres``: bare words → the name as it is given; ``dates``: (year, month) of admissions; ``length``: in words.
    """

    report_id: str
    about: Bibliography
    title: str | None
    title_words: frozenset[str]
    authors: dict[str, str]
    centres: dict[str, str]
    patients: tuple[PatientMention, ...]
    dates: frozenset[tuple[int, int | None]]
    words: array[int]
    """What ``Vocabulary`` numbers them."""
    length: int

    @property
    def title_numbers(self) -> list[str]:
        """The numbers of the title: "part 1" is not "part 2", a 34-year-old no 35-year-old."""
        return _NUMBER.findall(self.title or "")


@dataclass(frozen=True, slots=True)
class Rarity:
    """In how many titles each word stands."""

    titles: Counter[str]
    of: int

    @classmethod
    def among(cls, titles: Iterable[Collection[str]]) -> Rarity:
        """Counted over the ``title_words`` of all reports."""
        counted: Counter[str] = Counter()
        total = 0
        for each in titles:
            counted.update(each)
            total += 1
        return cls(counted, total)

    def rarest(self, of: Iterable[str], count: int) -> list[str]:
        """The words that stand in the fewest titles, but in more than one."""
        shared = [word for word in of if self.titles[word] > 1]
        return sorted(shared, key=lambda word: (self.titles[word], word))[:count]

    def telling(self, of: Iterable[str]) -> list[str]:
        """The words that name a condition, in order."""
        most = max(_RARE_AT_LEAST, _RARE * self.of)
        return sorted(word for word in of if word not in _GENERIC and len(word) > 2 and self.titles[word] <= most)


def profile(report_id: str, report: Report, vocabulary: Vocabulary) -> Profile:
    """What ``report`` says of its authors, its centre and its patients."""
    about = report.bibliography
    stated = (*patients(report), *mentions(about.title or ""))
    own = {(patient.age, patient.sex): patient for patient in stated if patient.sex is not None}
    came = admissions(report)
    named = [*about.affiliations, *(admission.centre.of(report.text) for admission in came if admission.centre)]
    return Profile(
        report_id,
        about,
        title_key(about.title),
        title_words(report),
        {key: name for name in about.authors if (key := author_key(name))},
        {key: name for place in named for key, name in centres(place).items()},
        tuple(own.values()) if len(own) <= _TOO_MANY else (),
        frozenset((admission.year, admission.month) for admission in came if admission.year is not None),
        vocabulary.take(report.text),
        report.text.count(" ") + 1,
    )


def title_words(report: Report) -> frozenset[str]:
    """The words of a report's title, each once; none where it has no title."""
    return frozenset(words(report.bibliography.title or ""))


def author_key(name: str) -> str | None:
    """ "family i" of "Ian Family", "Family, Ian", "Family IA" or "I. A. Family"; None of a name without letters."""
    family, comma, given = name.partition(",")
    if not comma:
        parts = name.split()
        if len(parts) > 1 and re.fullmatch(r"(?:[A-Z]\.?-?){1,4}", parts[-1]):  # the initials stand last
            family, given = " ".join(parts[:-1]), parts[-1]
        else:
            family, given = (parts[-1], " ".join(parts[:-1])) if parts else ("", "")
    ours, theirs = words(family), words(given)
    return f"{ours[-1]} {theirs[0][0] if theirs else ''}".strip() if ours else None


def common_authors(one: Profile, other: Profile) -> list[str]:
    """The authors of both, in the order of the first."""
    return [key for key in one.authors if key in other.authors]


def common_patients(one: Profile, other: Profile) -> list[PatientMention]:
    """The patients of the first that the second has too, by age and sex."""
    return [ours for ours in one.patients if any(ours.same_person(theirs) for theirs in other.patients)]


def compare(one: Profile, other: Profile, rarity: Rarity) -> tuple[str, ...] | None:
    """Why the two may tell of one patient, or None.

    They must have people or a centre in common, a patient of one age and sex, and a condition or a date; two
    admission dates that differ tell them apart.
    """
    same = common_patients(one, other)
    if not same:
        return None
    authors = common_authors(one, other)
    first = bool(authors) and next(iter(one.authors)) == next(iter(other.authors))
    places = [name for key, name in one.centres.items() if key in other.centres]
    if len(authors) < 2 and not first and not places:
        return None
    dates = one.dates & other.dates
    if one.dates and other.dates and not {year for year, _ in one.dates} & {year for year, _ in other.dates}:
        return None
    condition = rarity.telling(one.title_words & other.title_words)
    if len(condition) < (_SHARED_WORDS if authors else _SHARED_WORDS + 1) and not (condition and dates):
        return None
    reasons = []
    if condition:
        reasons.append(f"both titles name {', '.join(condition)}")
    if places:
        reasons.append(f"both come from {places[0]}")
    if dates:
        year, month = sorted(dates, key=lambda date: (date[0], date[1] or 0))[0]
        reasons.append(f"both tell of {year}-{month:02d}" if month else f"both tell of {year}")
    return tuple(reasons)


def sharing_scarce_words(profiles: Iterable[Profile], vocabulary: Vocabulary) -> dict[tuple[str, str], tuple[str, ...]]:
    """Pairs of ids, sorted, of reports that state a patient of one age and sex and share most of their scarce words.

    So an abstract is found beside a case section that was worded anew. The words are given, the scarcest first.
    """
    alike: dict[tuple[str, object], list[Profile]] = defaultdict(list)
    for known in profiles:
        for key in {(patient.sex or "", int(patient.age)) for patient in known.patients}:
            alike[key].append(known)
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for group in alike.values():
        scarce = {known.report_id: vocabulary.scarce(known.words) for known in group}
        holders: dict[int, list[str]] = defaultdict(list)
        for report_id, own in scarce.items():
            for number in own:
                holders[number].append(report_id)
        shared: dict[tuple[str, str], list[int]] = defaultdict(list)
        for number, ids in holders.items():
            for pair in combinations(sorted(ids), 2):
                shared[pair].append(number)
        for (one, other), numbers in shared.items():
            fewer = min(len(scarce[one]), len(scarce[other]))
            if len(numbers) >= max(_SHARED_SCARCE, _SHARE_OF_SCARCE * fewer):
                spelled = vocabulary.spelled(numbers)
                if len({word[:_STEM] for word in spelled}) >= _SHARED_SCARCE:
                    found[one, other] = tuple(spelled)
    return found
