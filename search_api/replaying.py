"""Kept searches asked again: compared with what they found then, and what is new since."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import replace

from corpus.amounts import counted
from corpus.catalog import Stored
from corpus.errors import DamagedCatalogError, NotFoundError
from search_api.config import MAX_K
from search_api.evidence.table_model import EvidenceTable
from search_api.model import Answer, SearchResult
from search_api.result_list import ListItem, Place
from search_api.searches.comparing import Change, Comparison, News, compared
from search_api.searches.keeping import readings_of, run_of
from search_api.searches.model import By, Found, Request, Run
from search_api.searches.shape import Json, Titles, comparison_json, news_json
from search_api.searches.store import Readings
from search_api.service import Service


def replay(service: Service, run_id: str, by: By, *, keeps: bool = True) -> Comparison:
    """The search asked again by ``by`` as it was asked, held against what it found then; ``keeps``: and kept, too.

    Raises NotFoundError, UnknownRequestError where another version kept it, and what asking raises.
    """
    then = service.searches.get(run_id)
    now, here = _asked(service, then.request, replace(by, again=then.id), keeps=keeps)
    return compared(then, now, service.searches.readings(then, _reports(then, now)), here)


def compare(service: Service, run_id: str, other_id: str) -> Comparison:
    """Two kept searches: the second held against the first. Raises NotFoundError, UsageError."""
    then, now = service.searches.get(run_id), service.searches.get(other_id)
    among = _reports(then, now)
    there, here = (service.searches.readings(run, among) for run in (then, now))
    return compared(then, now, there, here)


def news(service: Service, run_id: str) -> News:
    """What the same search finds today in reports that were added or changed since.

    It looks further down than the search did: at the best 100 reports, each by its best passage, near-duplicates
    among them; of an evidence table at all of its rows. Raises what ``replay`` raises.
    """
    then = service.searches.get(run_id)
    now, here = _asked(service, _further(then.request), then.by, keeps=False)
    there = service.searches.readings(then)
    held = compared(replace(then, asked=now.asked), now, there, here)  # to look further down is no difference
    ranked, found = list(enumerate(now.places, 1)), _reports(now)
    return News(
        run=then,
        now=now,
        compared=_compared(then, now),
        reports_added=len(here.keys() - there.keys()),
        reports_changed=sum(own != there[report_id] for report_id, own in here.items() if report_id in there),
        reports_removed=len(there.keys() - here.keys()),
        added=tuple(each for each in ranked if each[1].report_id not in there),
        changed=tuple(each for each in ranked if _has_changed(each[1].report_id, there, here)),
        gone=tuple(each for each in held.changes if each.fate == "lost" and _is_gone(then, each, found)),
        differences=held.differences,
    )


def listed_again(service: Service, run: Run) -> tuple[list[ListItem], int]:
    """What a search found, as a list to be exported, and how many places are left out whose reports are gone.

    Where the reading of then is kept no more, the article is listed without its words.
    """
    stored: dict[str, Stored] = {}
    places: list[Place] = []
    for each in run.places:
        reading = stored.get(each.report_id) or _reading(service, each)
        if reading is not None:
            stored[each.report_id] = reading
            is_same = reading.reading == each.reading
            places.append(Place(each.report_id, *((each.start, each.end) if is_same else (0, 0))))
    listed = service.listed(dict.fromkeys(places), lambda report_id, _: stored[report_id])
    return listed, sum(each.report_id not in stored for each in run.places)


def comparison_told(service: Service, held: Comparison) -> Json:
    """A comparison as JSON, with the reports' titles as of now."""
    return comparison_json(held, _titles(service, (each.place for each in held.changes)))


def news_told(service: Service, told: News) -> Json:
    """What is new as JSON, with the reports' titles as of now."""
    places = [place for _, place in (*told.added, *told.changed)]
    return news_json(told, _titles(service, [*places, *(each.place for each in told.gone)]))


def _titles(service: Service, places: Iterable[Found]) -> Titles:
    """None for a report that is gone, or has no title."""
    told: dict[str, str | None] = dict.fromkeys(place.report_id for place in places)
    for report_id in told:
        with suppress(NotFoundError):
            told[report_id] = service.catalog.facts(report_id).title
    return told


def _asked(service: Service, request: Request, by: By, *, keeps: bool) -> tuple[Run, Readings]:
    """The search as it turns out today, kept where ``keeps`` says so, and the readings of the generation searched."""
    while True:
        found = _answered(service, request)
        generation = service.live.pin()
        if generation.manifest.generation == found.generation:  # else it was replaced in between
            break
    found = service.kept(generation, request, found, by if keeps else None)
    run = run_of(service.catalog, generation, request, found, by)
    return replace(run, id=found.search_id or ""), readings_of(generation)


def _answered(service: Service, request: Request) -> SearchResult | Answer | EvidenceTable:
    if request.kind == "evidence":
        return service.evidence(request.line, given=request.given, treatments=request.treatments, chosen=request.chosen)
    if request.kind == "ask":
        return service.ask(request.line, k=request.k, system=request.system, given=request.given)
    return service.search(
        request.line,
        k=request.k,
        max_per_report=request.max_per_report,
        system=request.system,
        given=request.given,
        duplicates=request.duplicates,
    )


def _further(request: Request) -> Request:
    """The same asked of as many reports as may be ranked; a table has all its rows anyway."""
    if request.kind == "evidence":
        return request
    return replace(request, kind="search", k=MAX_K, max_per_report=1, duplicates=True)


def _reading(service: Service, place: Found) -> Stored | None:
    """The reading that was found in, else the one that is served of the report; None where that is gone too."""
    with suppress(NotFoundError, DamagedCatalogError):
        then = service.catalog.revision(place.revision)
        if then.report_id == place.report_id and then.reading == place.reading:  # else it is numbered otherwise now
            return then
    with suppress(NotFoundError):
        return service.reading(place.report_id)
    return None


def _has_changed(report_id: str, there: Readings, here: Readings) -> bool:
    return report_id in there and there[report_id] != here[report_id]


def _is_gone(then: Run, lost: Change, found: Collection[str]) -> bool:
    """Whether what was lost is gone for good: a row of a table, or a report that is not found further down either."""
    return then.kind == "evidence" or lost.place.report_id not in found


def _reports(*runs: Run) -> set[str]:
    return {place.report_id for run in runs for place in run.places}


def _compared(then: Run, now: Run) -> str:
    """What was held against what, in words."""
    best = "all rows" if then.kind == "evidence" else f"the best {counted(len(_reports(now)), 'report')}"
    here, there = (
        f"generation {run.corpus.generation} ({counted(run.corpus.reports, 'report')})" for run in (now, then)
    )
    return f"{best} of {here} against what {there} held on {then.at[:10]}"
