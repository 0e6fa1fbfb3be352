"""What two searches found that the other did not, and why, as far as the log knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from corpus.errors import UsageError
from search_api.searches.model import Found, Run
from search_api.searches.store import Readings

Fate = Literal["same", "moved", "gained", "lost"]
FATES: Final[tuple[Fate, ...]] = get_args(Fate)
Reason = Literal[
    "", "new report", "removed report", "changed reading", "asked otherwise", "ranked otherwise", "other ranks"
]
"""``asked otherwise``: line, conditions or settings differ; ``ranked otherwise``: another encoder, model or version;
``other ranks``: nothing of that, but other reports came before it, or no longer do."""
Part = Literal["asked", "ranked by", "corpus"]
_RANKED_BY: Final = ("encoder_fingerprint", "analyzer", "extraction", "version", "reranker")
_CORPUS: Final = ("generation", "digest", "reports")


@dataclass(frozen=True, slots=True)
class Difference:
    """Something in which two searches differ: ``name`` is of the request ("line", "system.k1") or of the corpus."""

    part: Part
    name: str
    then: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one place. Ranks count from 1; None where it was not, or is not, found."""

    fate: Fate
    place: Found
    then: int | None
    now: int | None
    reason: Reason = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``now`` held against ``then``: what was found now, in its order, then what was lost, in that of then."""

    then: Run
    now: Run
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]

    def count(self, fate: Fate) -> int:
        """How many places fared so."""
        return sum(each.fate == fate for each in self.changes)


@dataclass(frozen=True, slots=True)
class News:
    """What is new since ``run``: the same was asked of today's generation (``now``), and looked at more closely.

    ``compared`` says in words what was held against what. ``reports_added``, ``reports_changed`` and
    ``reports_removed`` count the whole corpus. ``added`` and ``changed`` are places of ``now`` in reports that were not
    there, or read otherwise, then, with their ranks from 1; ``gone`` was found then and is not found now.
    """

    run: Run
    now: Run
    compared: str
    reports_added: int
    reports_changed: int
    reports_removed: int
    added: tuple[tuple[int, Found], ...]
    changed: tuple[tuple[int, Found], ...]
    gone: tuple[Change, ...]
    differences: tuple[Difference, ...]


def compared(then: Run, now: Run, there: Readings, here: Readings) -> Comparison:
    """``there`` and ``here`` are the readings that either corpus held, of the reports that were found at least.

    Raises UsageError where one is a search and the other is not.
    """
    if then.kind != now.kind:
        raise UsageError(f"with: {now.id} is of kind {now.kind} and {then.id} of kind {then.kind}: compare equal kinds")
    differences = tuple(_differences(then, now))
    parts = {each.part for each in differences}
    waiting: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for rank, place in enumerate(then.places, 1):
        waiting[_key(place, there)].append(rank)
    changes = []
    for rank, place in enumerate(now.places, 1):
        before = waiting[_key(place, here)].pop(0) if waiting.get(_key(place, here)) else None
        if before is None:
            changes.append(Change("gained", place, None, rank, _why(place, here, there, parts, "new report")))
        else:
            is_moved = before != rank and now.kind != "evidence"  # the rows of a table have no rank
            changes.append(Change("moved" if is_moved else "same", place, before, rank))
    for rank in sorted(rank for ranks in waiting.values() for rank in ranks):
        place = then.places[rank - 1]
        changes.append(Change("lost", place, rank, None, _why(place, there, here, parts, "removed report")))
    return Comparison(then, now, differences, tuple(changes))


def _key(place: Found, readings: Readings) -> tuple[object, ...]:
    """What makes it the same place: offsets say so only of the same reading."""
    return place.report_id, readings.get(place.report_id), place.start, place.end, place.label


def _why(place: Found, own: Readings, other: Readings, parts: set[Part], absent: Reason) -> Reason:
    """Why a place is found on one side only; ``absent`` is that the other corpus has no such report."""
    if place.report_id not in other:
        return absent
    if own.get(place.report_id) != other[place.report_id]:
        return "changed reading"
    if "asked" in parts:
        return "asked otherwise"
    return "ranked otherwise" if "ranked by" in parts else "other ranks"


def _differences(then: Run, now: Run) -> Iterator[Difference]:
    asked: dict[str, tuple[Any, Any]] = {"line": (then.line.strip(), now.line.strip())}
    for part in ("given", "settings"):
        one, other = (dict(_flat(run.asked[part])) for run in (then, now))
        asked |= {name: (one.get(name), other.get(name)) for name in {**one, **other}}
    yield from (Difference("asked", name, *pair) for name, pair in asked.items() if pair[0] != pair[1])
    here, there = asdict(now.corpus), asdict(then.corpus)
    names: tuple[tuple[Part, tuple[str, ...]], ...] = (("ranked by", _RANKED_BY), ("corpus", _CORPUS))
    for of, several in names:
        yield from (Difference(of, name, there[name], here[name]) for name in several if there[name] != here[name])


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Each value under its path: ``{"system": {"k1": 0.6}}`` → ``("system.k1", 0.6)``."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value
