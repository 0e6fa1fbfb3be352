"""Rows → groups: one for each treatment, with how many patients had it, in how many reports, and what came of it.

What was for something else is a group of its own: what came of it is no outcome of the condition.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, get_args

from corpus.amounts import counted
from corpus.cases.model import GIVEN, OutcomeLabel, Status
from corpus.terminology.terminology import shipped
from search_api.evidence.model import REPORTED, Given
from search_api.evidence.table_model import AIMED, Aim, Group, TableRow

LABELS: Final[tuple[OutcomeLabel, ...]] = get_args(OutcomeLabel)
_SURELY_GIVEN: Final[tuple[Status, ...]] = GIVEN
_AIMS: Final[tuple[Aim, ...]] = get_args(Aim)


def grouped(rows: Iterable[TableRow], of: int | None) -> tuple[Group, ...]:
    """The groups of the reported rows, those with the most patients first; what was for something else comes last.

    Among equals those come first that are said to be for the condition in more patients, then those of which it is
    told in more patients what came of them.
    ``of``: the patients with the condition, if one was asked about. Rows in other states count nowhere.
    """
    members: dict[tuple[str, bool], list[TableRow]] = defaultdict(list)
    for each in rows:
        if each.state == REPORTED and each.row.given is not None:
            members[group_key(each.row.given), of is None or each.aim in AIMED].append(each)
    found = [_group(some, of) for some in members.values()]
    return tuple(sorted(found, key=_place))


def _place(group: Group) -> tuple[bool, int, int, int, int, str]:
    told = group.patients - group.outcomes["not_stated"]
    said_for_it = group.aims.get("the condition", 0)
    return not group.aimed, -group.patients, -group.reports, -said_for_it, -told, group.canonical.casefold()


def group_key(treatment: Given | Group) -> str:
    """What the rows of one treatment have in common: the name of its first concept, or its own where it has none."""
    known = shipped()
    number = known.concept(treatment.concepts[0]) if treatment.concepts else None
    return (treatment.canonical if number is None else known.name(number)).casefold()


def _group(rows: Sequence[TableRow], of: int | None) -> Group:
    first = next(each.row.given for each in rows if each.row.given is not None)
    had: dict[int, list[TableRow]] = defaultdict(list)
    kept_from: dict[int, Status] = {}
    for each in rows:
        assert each.row.given is not None
        if each.row.given.status in _SURELY_GIVEN:
            had[each.patient].append(each)
        else:
            kept_from.setdefault(each.patient, each.row.given.status)
    outcomes: Counter[OutcomeLabel] = Counter(_outcome(some) for some in had.values())
    not_given: Counter[Status] = Counter(status for patient, status in kept_from.items() if patient not in had)
    aims: Counter[Aim] = Counter(_aim(some) for some in (had or _by_patient(rows)).values())
    reports = len({each.row.catalog_id for some in had.values() for each in some})
    told = {label: outcomes[label] for label in LABELS}
    said = {aim: aims[aim] for aim in _AIMS if aims[aim]}
    return Group(
        canonical=first.canonical,
        kind=first.kind,
        concepts=first.concepts,
        classes=first.classes,
        patients=len(had),
        reports=reports,
        outcomes=told,
        not_given=dict(not_given),
        aims=said,
        of=of,
        sentence=sentence(first.canonical, len(had), reports, told, not_given, of) + _what_for(said, of),
    )


def _what_for(aims: Mapping[Aim, int], of: int | None) -> str:
    """What it was for, where that is not the condition in all."""
    if of is None or set(aims) == {"the condition"}:
        return ""
    if not AIMED.intersection(aims):
        return f"; given for {' or '.join(aims)}"
    told = aims.get("the condition", 0)
    return f"; said to be for it in {told}, what for not told in {aims['not told']}"


def _by_patient(rows: Iterable[TableRow]) -> dict[int, list[TableRow]]:
    found: dict[int, list[TableRow]] = defaultdict(list)
    for each in rows:
        found[each.patient].append(each)
    return found


def _outcome(rows: Sequence[TableRow]) -> OutcomeLabel:
    """A patient counts once: by the last label that a cue gave, for that is how it ended."""
    stated = [each.row.outcome.label for each in rows if each.row.outcome.label != "not_stated"]
    return stated[-1] if stated else "not_stated"


def _aim(rows: Sequence[TableRow]) -> Aim:
    """What the treatment was for in one patient, the condition before all else."""
    return min((each.aim for each in rows), key=("the condition", "not told", *_AIMS).index)


def sentence(
    name: str,
    patients: int,
    reports: int,
    outcomes: Mapping[OutcomeLabel, int],
    not_given: Mapping[Status, int],
    of: int | None,
) -> str:
    """The group in words, the outcomes with their counts; what happened to nobody is left out but for three."""
    parts = []
    if patients:
        parts.append(f"{counted(patients, 'patient')} in {counted(reports, 'report')}")
        worse = outcomes["unchanged"] + outcomes["progressed"]
        told = [f"resolved {outcomes['resolved']}"] if outcomes["resolved"] else []
        told += [f"improved {outcomes['improved']}", f"unchanged or progressed {worse}"]
        told += [f"adverse reaction {outcomes['adverse_reaction']}"] if outcomes["adverse_reaction"] else []
        told += [f"died {outcomes['death']}"] if outcomes["death"] else []
        parts.append(", ".join([*told, f"not stated {outcomes['not_stated']}"]))
    else:
        parts.append("given to no patient")
    parts += [f"{status} in {counted(count, 'patient')}" for status, count in not_given.items()]
    parts += [f"of {counted(of, 'patient')} with the condition"] if of is not None else []
    return f"{name}: {'; '.join(parts)}"
