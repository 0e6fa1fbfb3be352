"""Reports that may be the same article, or tell of the same patient: proposed with reasons, for a person to decide.

Nothing here merges anything. Candidates come from indexes (shared shingles, rare title words, authors and centres),
so that the work grows with the reports and not with their pairs; each is then compared in full.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import Final, Literal, Protocol

from corpus.identity import identifiers, same_identifiers
from corpus.kinds import judge
from corpus.likeness import ONE_IN, Likeness, likeness, shingles, title_likeness
from corpus.model import Bibliography, Report, SectionKind
from corpus.patients import PatientMention
from corpus.preprints import is_preprint
from corpus.same_patient import (
    Profile,
    Rarity,
    Vocabulary,
    common_authors,
    common_patients,
    compare,
    profile,
    sharing_scarce_words,
)

SuspicionKind = Literal["same article", "preprint and published form", "same patient", "text reuse"]
SUSPICION_KINDS: Final[tuple[SuspicionKind, ...]] = (
    "same article",
    "preprint and published form",
    "same patient",
    "text reuse",
)

_NEAR_COPY: Final = 0.5
"""Jaccard: two readings of one article share .80 and more of their shingles, different articles under .04."""
_CONTAINED: Final = 0.6
"""Share of the shorter text from which on it is a part (an abstract, a case section) of the other."""
_REUSED: Final = 0.1
_LEAST_SHARED: Final = 25
"""Shingles: fewer in common are a stock phrase."""
_LEAST_ENTRIES: Final = 1
"""Sketch entries that a pair must share to be compared: an abstract has but three or four."""
_SAME_TITLE: Final = 0.9
_EQUAL_TITLE: Final = 0.97
_LONG_TITLE: Final = 8
"""An equal title of so many words names an article though no author confirms it."""
_TITLE_WORDS: Final = 3
_BUCKET: Final = 60
"""What more reports than this have in common says nothing of any two of them."""
_WORTH_READING: Final = 0.04
"""The share of the shorter text that sketches must promise before two texts are compared."""
_WORDS_SHOWN: Final = 6
_NOT_CONTENT: Final[frozenset[SectionKind]] = frozenset({"front", "keywords", "back", "references"})


@dataclass(frozen=True, slots=True)
class Suspicion:
    """``score`` in 0..1 orders the list: it is no probability. ``reasons`` are sentences with the facts."""

    one_id: str
    other_id: str
    kind: SuspicionKind
    score: float
    reasons: tuple[str, ...]


class Holding(Protocol):
    """A report as the shelf hands it out."""

    @property
    def report(self) -> Report:
        """What is served of the report."""
        ...


class Shelf(Protocol):
    """What of the catalog is needed here."""

    def current(self) -> list[tuple[str, int]]:
        """``(report_id, revision)`` of every report."""
        ...

    def get(self, report_id: str) -> Holding:
        """One report."""
        ...

    def sketch_pairs(self, least: int) -> Sequence[tuple[str, str, int]]:
        """``(one, other, shared)`` of the reports that share so many rare entries of their sketches."""
        ...

    def decided_apart(self) -> set[tuple[str, str]]:
        """Pairs of ids, sorted, that a person told apart."""
        ...

    def relations(self, report_id: str) -> Sequence[tuple[str, str]]:
        """``(kind, target)`` of what is known of a report; the target is an identifier, "report:<id>" or ""."""
        ...

    def with_key(self, key: str) -> list[str]:
        """The reports that have an identifier."""
        ...


def suspects(
    shelf: Shelf, *, linked: bool = False, on_progress: Callable[[int, int], None] | None = None
) -> list[Suspicion]:
    """Every suspected overlap that no person has decided, the surest first.

    ``linked``: also the pairs whose relation is known already. ``on_progress(done, total)`` is told of the reports
    read. Time grows with the reports and with the pairs proposed; memory with the reports' facts, not their texts.
    """
    profiles: dict[str, Profile] = {}
    vocabulary = Vocabulary()
    ids = [report_id for report_id, _ in shelf.current()]
    for done, report_id in enumerate(ids, start=1):
        profiles[report_id] = profile(report_id, shelf.get(report_id).report, vocabulary)
        if on_progress is not None:
            on_progress(done, len(ids))
    known = _linked(shelf, ids)
    settled = shelf.decided_apart() | (set() if linked else known)
    rarity = Rarity.among(each.title_words for each in profiles.values())
    scarce = sharing_scarce_words(profiles.values(), vocabulary)
    named = _sharing(profiles.values(), lambda known: identifiers(known.about))
    near = (_sharing_words(shelf, profiles) | scarce.keys() | named) - settled
    texts = _Texts(shelf, near)
    found = []
    titled = _sharing(profiles.values(), lambda known: rarity.rarest(known.title_words, _TITLE_WORDS))
    for pair in sorted(near | ((titled | _sharing(profiles.values(), _people)) - settled)):
        one, other = pair
        suspicion = _suspicion(profiles[one], profiles[other], texts, rarity, scarce.get(pair, ()))
        if suspicion is not None:
            if pair in known:
                suspicion = replace(suspicion, reasons=(*suspicion.reasons, "they are linked already"))
            found.append(suspicion)
    return sorted(found, key=lambda each: (-each.score, each.one_id, each.other_id))


def _linked(shelf: Shelf, ids: Iterable[str]) -> set[tuple[str, str]]:
    """The pairs whose relation is known: a notice and its article, a preprint and its published form."""
    pairs: set[tuple[str, str]] = set()
    for report_id in ids:
        for _, target in shelf.relations(report_id):
            others = [target.removeprefix("report:")] if target.startswith("report:") else shelf.with_key(target)
            pairs.update((min(report_id, other), max(report_id, other)) for other in others)
    return pairs


class _Texts:
    """How alike reports are in what they say: consent forms, thanks and references do not count.

    ``pairs`` are those worth comparing; a passage that more than two reports of them share is a stock phrase.
    """

    def __init__(self, shelf: Shelf, pairs: Iterable[tuple[str, str]]) -> None:
        self._shelf = shelf
        self._shingles = lru_cache(maxsize=512)(self._read)
        self._shared: dict[tuple[str, str], frozenset[int]] = {}
        self._owners: dict[int, set[str]] = defaultdict(set)
        for pair in sorted(pairs):
            shared = self._shingles(pair[0]) & self._shingles(pair[1])
            if len(shared) >= _LEAST_SHARED:
                self._shared[pair] = shared
                for shingle in shared:
                    self._owners[shingle].update(pair)

    def likeness(self, one: str, other: str) -> Likeness:
        """How alike two texts are; nothing unless they are one of the pairs and share more than a stock phrase."""
        shared = self._shared.get((one, other))
        if shared is None:
            return Likeness(0.0, 0.0)
        ours, theirs = self._shingles(one), self._shingles(other)
        alike = likeness(ours, theirs)
        if alike.containment >= _CONTAINED:
            return alike
        stock = frozenset(shingle for shingle in shared if len(self._owners[shingle]) > 2)
        return likeness(ours - stock, theirs - stock) if len(shared - stock) >= _LEAST_SHARED else Likeness(0.0, 0.0)

    def is_notice(self, report_id: str) -> bool:
        """Whether the report is about another one."""
        return judge(self._shelf.get(report_id).report).kind == "notice"

    def _read(self, report_id: str) -> frozenset[int]:
        report = self._shelf.get(report_id).report
        bodies = [section.body for section in report.sections if section.kind not in _NOT_CONTENT]
        return shingles("\n".join(body.of(report.text) for body in bodies))


def _sharing_words(shelf: Shelf, profiles: Mapping[str, Profile]) -> set[tuple[str, str]]:
    """Pairs, each sorted, whose sketches promise that a part of the shorter text stands in the other."""
    return {
        (min(one, other), max(one, other))
        for one, other, shared in shelf.sketch_pairs(_LEAST_ENTRIES)
        if shared * ONE_IN >= _WORTH_READING * min(profiles[one].length, profiles[other].length)
    }


def _sharing(profiles: Iterable[Profile], keys: Callable[[Profile], Iterable[Hashable]]) -> set[tuple[str, str]]:
    """Pairs, each sorted, that have one of their ``keys`` in common; not what too many have."""
    holders: dict[Hashable, set[str]] = defaultdict(set)
    for known in profiles:
        for key in keys(known):
            holders[key].add(known.report_id)
    return {pair for ids in holders.values() if len(ids) <= _BUCKET for pair in combinations(sorted(ids), 2)}


def _people(known: Profile) -> Iterator[Hashable]:
    """Each author and each centre with the age and sex of each patient."""
    for patient in known.patients:
        for who in (*known.authors, *known.centres):
            yield who, patient.sex, int(patient.age)


def _suspicion(one: Profile, other: Profile, texts: _Texts, rarity: Rarity, scarce: Sequence[str]) -> Suspicion | None:
    """What the two have in common, if that is enough to ask a person."""
    alike = texts.likeness(one.report_id, other.report_id)
    copied = alike.jaccard >= _NEAR_COPY or alike.containment >= _CONTAINED
    reused = alike.containment >= _REUSED
    named = same_identifiers(one.about, other.about) is True
    title = _title_score(one, other)
    patient = compare(one, other, rarity)
    same_patient = bool(patient or (common_patients(one, other) and (scarce or reused)))
    if not (copied or named or title or same_patient or reused):
        return None
    if (copied or title) and texts.is_notice(one.report_id) != texts.is_notice(other.report_id):
        return None
    reasons = [*_of_texts(alike, reused), *_of_titles(title), *_of_people(one, other), *(patient or ())]
    if scarce and not copied:
        reasons.append(f"both use words that few reports here use: {', '.join(scarce[:_WORDS_SHOWN])}")
    kind: SuspicionKind
    if copied or named or title:
        kind = "preprint and published form" if is_preprint(one.about) != is_preprint(other.about) else "same article"
        score = max(float(named), alike.jaccard, alike.containment if copied else 0.0, 0.9 * title)
    elif same_patient:
        strength = len(patient or ()) + len(common_authors(one, other)) + len(scarce) / 2
        kind, score = "same patient", min(0.85, 0.4 + 0.05 * strength + alike.containment / 2)
    else:
        kind, score = "text reuse", alike.containment * 0.8
    reasons += _of_identifiers(one.about, other.about)
    return Suspicion(one.report_id, other.report_id, kind, round(score, 3), tuple(dict.fromkeys(reasons)))


def _title_score(one: Profile, other: Profile) -> float:
    """How alike the titles are, or 0: too little alike, too short to name an article, or by other people."""
    if one.title is None or other.title is None:
        return 0.0
    alike = title_likeness(one.title, other.title)
    if alike < _SAME_TITLE or one.title_numbers != other.title_numbers:
        return 0.0
    if one.authors and other.authors:
        return alike if common_authors(one, other) else 0.0
    return alike if alike >= _EQUAL_TITLE and len(one.title.split()) >= _LONG_TITLE else 0.0


def _of_texts(alike: Likeness, reused: bool) -> list[str]:
    if alike.jaccard >= _NEAR_COPY:
        return [f"{100 * alike.jaccard:.0f} % of the words of both stand in both texts, in the same order"]
    return (
        [f"{100 * alike.containment:.0f} % of the shorter text's words stand in the other, in the same order"]
        if reused
        else []
    )


def _of_titles(title: float) -> list[str]:
    if not title:
        return []
    return ["their titles are the same" if title == 1 else f"their titles are {100 * title:.0f} % alike"]


def _of_people(one: Profile, other: Profile) -> list[str]:
    """Authors and patients in common."""
    reasons = []
    shared = common_authors(one, other)
    if shared:
        names = ", ".join(one.authors[key] for key in shared)
        fewer = min(len(one.authors), len(other.authors))
        reasons.append(f"share {len(shared)} of {fewer} authors: {names}")
    reasons += [f"both have {_article(patient)} {patient}" for patient in common_patients(one, other)]
    return reasons


def _article(patient: PatientMention) -> str:
    return "an" if str(patient).startswith(("8", "11-", "18-")) else "a"


def _of_identifiers(one: Bibliography, other: Bibliography) -> list[str]:
    reasons = []
    if same_identifiers(one, other) is True:
        reasons.append(
            f"both give the identifier {next(name for name in identifiers(one) if name in identifiers(other))}"
        )
    elif same_identifiers(one, other) is False:
        reasons.append(f"different identifiers: {identifiers(one)[0]} and {identifiers(other)[0]}")
    preprint = next((about for about in (one, other) if is_preprint(about)), None)
    if preprint is not None and is_preprint(one) != is_preprint(other):
        reasons.append(f"one is a preprint ({preprint.doi or preprint.journal or 'declared so'})")
    return reasons
