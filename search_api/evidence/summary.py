"""Evidence in a few sentences, composed only of the counts and the names that it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Final, get_args

from corpus.amounts import counted
from corpus.cases.model import OutcomeLabel, PatientCase
from corpus.terminology.kinds import FINDING
from corpus.terminology.terminology import shipped
from search_api.answering.asking import Intent
from search_api.evidence.asked import Sense
from search_api.evidence.gathering import Gathered, Person, is_named
from search_api.evidence.model import LiteratureRow
from search_api.evidence.table_model import Group, Population

_MOST_NAMED = 5
_HAD: Final = ("present", "past")


def summary(
    population: Population, groups: Sequence[Group], meant: Sense, literature: Sequence[LiteratureRow] = ()
) -> str:
    """What a table holds: how many patients, what was given most often or of the treatments asked about, the silent."""
    names = " or ".join(f"“{each.phrase}”" for each in meant.treatments)
    if not population.patients:
        about = f"with {population.focus}" if meant.conditions else f"who had {names}"
        return f"No report at hand tells of a patient {about}."
    told = [_described(population, meant)]
    if meant.treatments:
        told += [f"{group.sentence}." for group in groups[:_MOST_NAMED]]
        told += [f"None of them is told to have had {names}{_of_others(literature)}."] if not groups else []
    elif given := [group for group in groups if group.aimed and group.patients]:
        told.append(_most_given(given, population))
        if any(group.aims.get("not told") for group in given[:_MOST_NAMED]):
            told.append("Not all reports say what it was for.")
    if population.ungiven:
        told.append(f"Of {population.ungiven} only what was planned, ruled out or declined is told.")
    if population.silent:
        told.append(f"Of {population.silent} no treatment is reported in the available text.")
    return " ".join(told)


def _most_given(given: Sequence[Group], population: Population) -> str:
    """The treatments that most patients had; where no two had the same, that none was given more often than others."""
    often = [(group.canonical, group.patients) for group in given[:_MOST_NAMED] if group.patients > 1]
    if often:
        return f"Given most often: {_listed(often)}."
    names = ", ".join(group.canonical for group in given[:_MOST_NAMED])
    more = f" and {len(given) - _MOST_NAMED} more" if len(given) > _MOST_NAMED else ""
    only = "Given" if population.patients == 1 else "No treatment was given to more than one of them; given were"
    return f"{only}: {names}{more}."


def _of_others(literature: Sequence[LiteratureRow]) -> str:
    """That the reports name it, though not as their patients'."""
    many = len({each.catalog_id for each in literature})
    return f"; {counted(many, 'report')} {'tells' if many == 1 else 'tell'} of it in others" if many else ""


def lead(gathered: Gathered, groups: Sequence[Group], intent: Intent) -> str:
    """What stands before an answer's sentences: counts and names for what was asked; "" where no patient is counted."""
    population, meant = gathered.population(), gathered.meant
    if not population.patients:
        return ""
    if intent == "treatment" or meant.treatments:
        return summary(population, groups, meant, gathered.literature)
    told = [_described(population, meant)]
    people = gathered.counted
    if intent == "outcome":
        told.append(_outcomes(gathered, people))
    elif intent == "presentation":
        told += _named("Told of most often", gathered, people, lambda case: _signs(case, meant))
    elif intent == "cause":
        told += _named("Underlying diseases told of", gathered, people, lambda case: _having(case, "underlying", meant))
    elif intent == "history":
        told += _named("They had beside it", gathered, people, lambda case: _having(case, "comorbid", meant))
    elif intent == "adverse":
        told += _named("Adverse reactions are told of to", gathered, people, _reactions)
    elif intent == "frequency":
        told.append(f"{counted(population.naming, 'report')} at hand name it. That is a count of reports, no rate.")
    return " ".join(told)


def nearest(gathered: Gathered, groups: Sequence[Group]) -> str:
    """What is at hand though there is no answer: patients with the condition, or with it in another disease."""
    population, meant = gathered.population(), gathered.meant
    told = []
    if population.patients and meant.treatments and not groups:
        told.append(summary(population, groups, meant, gathered.literature))
    elif population.patients:
        told.append(_described(population, meant))
    if population.different:
        names = _listed(Counter(name for each in gathered.people for name in each.others).most_common(_MOST_NAMED))
        told.append(f"Near: {counted(population.different, 'patient')} with another underlying disease: {names}.")
    return " ".join(told)


def _described(population: Population, meant: Sense) -> str:
    names = " or ".join(f"“{each.phrase}”" for each in meant.treatments)
    about = f"with {population.focus}" if meant.conditions else f"for whom {names} is told of"
    describe = "describes" if population.reports == 1 else "describe"
    where = ""
    if population.naming > population.looked_into:
        where = f"Of the {population.looked_into} best of {population.naming} reports that name it, "
    return (
        f"{where}{counted(population.reports, 'report')} {describe} {counted(population.patients, 'patient')} {about}."
    )


def _outcomes(gathered: Gathered, people: Sequence[Person]) -> str:
    """By the last explicit label of each patient."""
    ended: dict[int, OutcomeLabel] = {}
    for each in people:
        said = [*each.case.outcomes, *(came for one in each.case.treatments for came in one.outcomes)]
        stated = [one.label for one in sorted(said, key=lambda one: one.span) if one.label != "not_stated"]
        number = gathered.numbers[each.key]
        if stated or number not in ended:
            ended[number] = stated[-1] if stated else "not_stated"
    counts = Counter(ended.values())
    told = [f"{label.replace('_', ' ')} {counts[label]}" for label in get_args(OutcomeLabel) if counts[label]]
    return f"What came of it, by the last that is said: {', '.join(told)}."


def _named(
    what: str, gathered: Gathered, people: Sequence[Person], names: Callable[[PatientCase], Iterable[str]]
) -> list[str]:
    """The names that most patients have, each patient once."""
    having: dict[str, set[int]] = {}
    for each in people:
        for name in names(each.case):
            having.setdefault(name, set()).add(gathered.numbers[each.key])
    ranked = sorted(((name, len(ids)) for name, ids in having.items()), key=lambda item: (-item[1], item[0].casefold()))
    return [f"{what}: {_listed(ranked[:_MOST_NAMED])}."] if ranked else []


def _signs(case: PatientCase, meant: Sense) -> Iterable[str]:
    known = shipped()
    for sign in case.signs:
        numbers = [known.concept(name) for name in sign.concepts]
        is_finding = any(number is not None and known.kind(number) == FINDING for number in numbers)
        asked = (*meant.conditions, *meant.underlying)
        if sign.assertion in _HAD and is_finding and not any(is_named(sign.name, each) for each in asked):
            yield sign.name


def _having(case: PatientCase, role: str, meant: Sense) -> Iterable[str]:
    for each in case.diagnoses:
        if each.role == role and not any(is_named(each.name, one) for one in meant.conditions):
            yield each.name


def _reactions(case: PatientCase) -> Iterable[str]:
    for each in case.treatments:
        if any(came.label == "adverse_reaction" for came in each.outcomes):
            yield each.name


def _listed(names: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} ({count})" for name, count in names)
