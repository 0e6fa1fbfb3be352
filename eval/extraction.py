"""How well cases are read out of reports: beside reports whose cases are known.

A treatment given to a patient is *right* where it overlaps a mention that is wanted, *neither* where it overlaps an
optional one only, else *wrong*: precision is right / (right + wrong). Recall is the part of the wanted mentions that
some treatment of a patient overlaps. Which of several patients it is, is not asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.cases.model import Cases, PatientCase
from corpus.cases.reading import read_cases
from corpus.model import Report, Span
from eval.extraction_gold import KnownCase, KnownPatient
from eval.progress import Watch
from eval.shares import Share

TREATMENTS = (0.92, 0.75)
"""The least precision and recall of treatments on labelled texts."""
PEOPLE = 0.97
"""The least part of the asserted ages, and of the sexes, that are right."""
HAD = frozenset({"given", "current_at_presentation", "past"})
"""Statuses of what the patient had; the others say that it was only planned, ruled out or refused."""
Reading = Callable[[Report], Cases]
_AROUND = 50
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class CaseFigures:
    """Of one set. ``status`` and ``kind``: how many of the found mentions have a right one.

    ``given_away``: how many mentions of others, or that were not given, became a patient's; none should.
    ``overstated``: how many that were only planned, ruled out or refused are shown as had; none should.
    ``untreated``: how many of the reports without a patient's treatment have none. ``people``: how many reports have
    the right number of patients.
    """

    set: str
    reports: int
    precision: Share
    recall: Share
    status: Share
    kind: Share
    given_away: Share
    overstated: Share
    untreated: Share
    people: Share
    age: Share
    sex: Share
    index: Share
    errors: tuple[str, ...] = ()

    def misses(self) -> tuple[str, ...]:
        """The targets that this set misses, in words."""
        least = (
            ("treatments' precision", self.precision, TREATMENTS[0]),
            ("treatments' recall", self.recall, TREATMENTS[1]),
            ("age", self.age, PEOPLE),
            ("sex", self.sex, PEOPLE),
        )
        low = [
            f"{self.set}: {what} {share.value:.4f} < {wanted}"
            for what, share, wanted in least
            if share.value is not None and share.value < wanted
        ]
        none = (
            ("treatments of others, or not given, shown as the patient's", self.given_away),
            ("treatments planned, ruled out or refused shown as had", self.overstated),
        )
        return (*low, *(f"{self.set}: {share.hits} of {share.of} {what}" for what, share in none if share.hits))

    def as_json(self) -> dict[str, object]:
        """Every figure with its interval."""
        shares = {name: value.as_json() for name in _SHARES if isinstance(value := getattr(self, name), Share)}
        return {"set": self.set, "reports": self.reports, **shares, "misses": self.misses(), "errors": self.errors}


_SHARES = (
    "precision", "recall", "status", "kind", "given_away", "overstated", "untreated", "people", "age", "sex", "index",
)  # fmt: skip


def measure(
    known: Sequence[KnownCase], watch: Watch = lambda *_: None, reading: Reading = read_cases
) -> list[CaseFigures]:
    """The figures of each set, in order of first appearance; of all together where there are several."""
    found: dict[str, list[CaseFigures]] = {}
    for done, case in enumerate(known, start=1):
        found.setdefault(case.set, []).append(_of_one(case, reading(case.report)))
        watch("reading cases", done, len(known))
    sets = [_together(name, figures) for name, figures in found.items()]
    if len(sets) > 1:
        sets.append(_together("all", sets))
    return sets


def _of_one(case: KnownCase, cases: Cases) -> CaseFigures:
    given = [(_raw(case, each.mention), each) for patient in cases.patients for each in patient.treatments]
    told = _Told(case)
    right, wrong = 0, 0
    away: set[Span] = set()
    for span, treatment in given:
        met = [mark for mark in case.marks if _overlap(span, mark.span)]
        if any(mark.wanted for mark in met):
            right += 1
        elif not any(mark.optional for mark in met):
            wrong += 1
            away.update(mark.span for mark in met)
            told("not the patient's" if met else "no treatment", span, f"given as {treatment.status}")
    wanted = [mark for mark in case.marks if mark.wanted]
    statuses, kinds = [], []
    overstated = 0
    for mark in wanted:
        over = [treatment for span, treatment in given if _overlap(span, mark.span)]
        if not over:
            told("not found", mark.span, mark.statuses[0])
            continue
        overstated += not HAD & set(mark.statuses) and any(each.status in HAD for each in over)
        statuses.append(any(each.status in mark.statuses for each in over))
        kinds.append(any(each.kind == mark.kind for each in over))
        if not statuses[-1]:
            told("wrong status", mark.span, f"{over[0].status} for {mark.statuses[0]}")
    return CaseFigures(
        set=case.set,
        reports=1,
        precision=Share(right, right + wrong),
        recall=Share(len(statuses), len(wanted)),
        status=Share(sum(statuses), len(statuses)),
        kind=Share(sum(kinds), len(kinds)),
        given_away=Share(len(away), sum(mark.kept_off for mark in case.marks)),
        overstated=Share(overstated, sum(not HAD & set(mark.statuses) for mark in wanted)),
        untreated=Share(int(not wanted and not right + wrong), int(not wanted)),
        people=Share(int(len(cases.patients) == len(case.patients)), 1),
        **_people(case, cases, told),
        errors=tuple(told.lines),
    )


class _Told:
    """What went wrong in a report, a line each."""

    def __init__(self, case: KnownCase) -> None:
        self._case = case
        self.lines: list[str] = []

    def __call__(self, what: str, span: Span | None, detail: str) -> None:
        shown = "" if span is None else f" {_shown(self._case.report.raw, span)}"
        self.lines.append(f"{self._case.name}: {what} ({detail}){shown}")


def _people(case: KnownCase, cases: Cases, told: _Told) -> dict[str, Share]:
    """Age, sex and index diagnosis of each patient whose they are asserted of: the n-th beside the n-th."""
    asked: dict[str, list[bool]] = {"age": [], "sex": [], "index": []}
    for number, known in enumerate(case.patients):
        read = cases.patients[number] if number < len(cases.patients) else PatientCase(number + 1)
        if known.age:
            age = (float(read.age.value), read.age.unit) if read.age else None
            asked["age"].append(age == known.age)
            _tell(told, asked["age"], "age", f"{age} for {known.age}")
        if known.sex:
            sex = read.sex.value if read.sex else None
            asked["sex"].append(sex == known.sex)
            _tell(told, asked["sex"], "sex", f"{sex} for {known.sex}")
        if known.index:
            named = [(each.name, each.span.of(case.report.text)) for each in read.diagnoses if each.role == "index"]
            asked["index"].append(any(_is_named(each, known) for each in named))
            _tell(told, asked["index"], "index diagnosis", f"{[name for name, _ in named]} for {list(known.index)}")
    return {what: Share(sum(right), len(right)) for what, right in asked.items()}


def _tell(told: _Told, right: Sequence[bool], what: str, detail: str) -> None:
    if not right[-1]:
        told(f"wrong {what}", None, detail)


def _is_named(found: tuple[str, str], known: KnownPatient) -> bool:
    """Whether the words of a name, canonical or as written, are among those of a right one, or the other way round."""
    return any(
        ours and theirs and (ours <= theirs or theirs <= ours)
        for ours in map(_words, found)
        for theirs in map(_words, known.index)
    )


def _words(name: str) -> frozenset[str]:
    return frozenset(word.removesuffix("s") for word in _WORD.findall(name.casefold()))


def _raw(case: KnownCase, span: Span) -> Span:
    """``span`` of the normalised text in the text as given."""
    return Span(*case.report.source_map.raw(span))


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _shown(text: str, span: Span) -> str:
    before, behind = text[max(0, span.start - _AROUND) : span.start], text[span.end : span.end + _AROUND]
    return " ".join(f"…{before}«{span.of(text)}»{behind}…".split())


def _together(name: str, figures: Sequence[CaseFigures]) -> CaseFigures:
    shares = {each: sum((getattr(one, each) for one in figures), Share(0, 0)) for each in _SHARES}
    errors = tuple(line for one in figures for line in one.errors)
    return CaseFigures(name, sum(one.reports for one in figures), **shares, errors=errors)
