"""Patients that two reports tell of, who must count once: in a preprint and its published form, or in two papers.

What the catalog knows comes first; then reports are compared as for `casetrove duplicates`, but only those that tell of
a patient of one age and sex. A person's decision that two are different stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

from corpus.cases.model import PatientCase
from corpus.catalog import Catalog
from corpus.errors import NotFoundError
from corpus.likeness import likeness, passing_shingles
from corpus.patients import IN_A_YEAR
from corpus.same_patient import Profile, Rarity, Vocabulary, compare, profile, title_words
from corpus.standing import links
from search_api.evidence.meeting import Read
from search_api.evidence.table_model import Overlap

_CONTAINED = 0.6
"""Share of the shorter text's words that stand in the other in the same order, from which on it is a part of it."""

Patient = tuple[str, int]
"""A report's id in the catalog, and the patient's number in it."""


def overlaps(catalog: Catalog, told: Sequence[tuple[Read, Sequence[PatientCase]]]) -> tuple[Overlap, ...]:
    """The pairs of reports that tell of a patient in common, by id, each with the patients and the reasons."""
    alike: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    people: dict[object, list[Patient]] = defaultdict(list)
    for read, patients in told:
        for each in patients:
            if each.age is not None and each.sex is not None:
                years = int(each.age.value / IN_A_YEAR[each.age.unit])
                people[each.sex.value, years].append((read.stored.report_id, each.number))
    for some in people.values():
        for (one, first), (other, second) in combinations(sorted(some), 2):
            if one != other:
                alike[one, other].append((first, second))
    apart = catalog.decided_apart() if alike else set()
    comparing = _Comparing(catalog, [read for read, _ in told])
    found = []
    for (one, other), pairs in sorted(alike.items()):
        if (one, other) not in apart and (reasons := comparing.reasons(one, other)):
            found.append(Overlap(one, other, tuple(pairs), reasons))
    return tuple(found)


def numbered(patients: Iterable[Patient], found: Iterable[Overlap]) -> dict[Patient, int]:
    """A number for each patient, from 1 in their order; those of overlapping reports share one."""
    same: dict[Patient, Patient] = {}

    def first(of: Patient) -> Patient:
        while of in same:
            of = same[of]
        return of

    ordered = list(patients)
    place = {each: at for at, each in enumerate(ordered)}
    for overlap in found:
        for one, other in overlap.patients:
            pair = first((overlap.one, one)), first((overlap.other, other))
            if pair[0] != pair[1] and all(each in place for each in pair):
                earlier, later = sorted(pair, key=place.__getitem__)
                same[later] = earlier
    numbers: dict[Patient, int] = {}
    for each in ordered:
        numbers.setdefault(first(each), len(numbers) + 1)
    return {each: numbers[first(each)] for each in ordered}


class _Comparing:
    """Pairs of these reports, compared when their turn comes."""

    def __init__(self, catalog: Catalog, reads: Sequence[Read]) -> None:
        self._catalog = catalog
        self._reads = {read.stored.report_id: read for read in reads}
        self._vocabulary = Vocabulary()
        self._profiles: dict[str, Profile] = {}
        self._shingles: dict[str, frozenset[int]] = {}
        self._rarity: Rarity | None = None

    def reasons(self, one: str, other: str) -> tuple[str, ...]:
        """Why the two may tell of one patient; none where they seem not to."""
        if self._linked(one, other):
            return ("one is known to be the other's preprint, or a notice on it",)
        ours, theirs = self._words(one), self._words(other)
        contained = likeness(ours, theirs).containment
        if contained >= _CONTAINED:
            return (f"{100 * contained:.0f} % of the shorter text's words stand in the other, in the same order",)
        return compare(self._profile(one), self._profile(other), self._titles()) or ()

    def _linked(self, one: str, other: str) -> bool:
        try:
            return any(link.report_id == other for link in links(self._catalog, one))
        except NotFoundError:  # removed since the generation was built
            return False

    def _words(self, report_id: str) -> frozenset[int]:
        if report_id not in self._shingles:
            report = self._reads[report_id].stored.report
            bodies = [each.body for each in report.sections if each.kind not in ("front", "back", "references")]
            self._shingles[report_id] = passing_shingles("\n".join(body.of(report.text) for body in bodies))
        return self._shingles[report_id]

    def _profile(self, report_id: str) -> Profile:
        if report_id not in self._profiles:
            report = self._reads[report_id].stored.report
            self._profiles[report_id] = profile(report_id, report, self._vocabulary)
        return self._profiles[report_id]

    def _titles(self) -> Rarity:
        """How rare words are in the titles of these reports: the condition's own tells none of them apart."""
        if self._rarity is None:
            self._rarity = Rarity.among(title_words(read.stored.report) for read in self._reads.values())
        return self._rarity
