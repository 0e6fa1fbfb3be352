"""A question, or a list of ids → a folder of articles. One bad article never stops the run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from corpus.errors import FetchError
from corpus.fetching.europepmc_service import FIRST_CURSOR, EuropePmcService, Record
from corpus.fetching.folder import FetchedFolder
from corpus.fetching.ids import ArticleId
from corpus.fetching.polite import ComeBackLaterError

_PAGE = 100
_IDS_AT_ONCE = 25
"""Ids in one question: with the longest DOIs still an address that every server takes."""
_RESULTS_PER_ID = 4
"""One DOI can name a few records: the article in several sources, its preprint, its correction."""
_FAILURES_IN_A_ROW = 10
"""So many articles failing one after the other is the service's trouble, not theirs."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question in the service's own syntax. ``open_access`` asks only for articles that are."""

    text: str
    limit: int = 100
    open_access: bool = True

    @property
    def asked(self) -> str:
        """What is sent to the service."""
        return f"({self.text}) AND OPEN_ACCESS:y" if self.open_access else self.text


@dataclass(frozen=True, slots=True)
class Listed:
    """Articles named by their ids, whatever their access."""

    ids: tuple[ArticleId, ...]


Wanted = Query | Listed


@dataclass(frozen=True, slots=True)
class Failure:
    """An article that could not be had, and why."""

    article: str
    reason: str


@dataclass(slots=True)
class FetchSummary:
    """What became of what was wanted, counted in articles."""

    found: int = 0
    """What the service says it has: all that match the question, or how many of the ids it knows."""
    wanted: int = 0
    fetched: int = 0
    """New, with full text."""
    already: int = 0
    """There from an earlier run, with full text or as title and abstract."""
    without_full_text: int = 0
    """New, without open full text: kept as title and abstract, unless full text alone was asked for."""
    failures: list[Failure] = field(default_factory=list)
    stopped: str | None = None
    """Why the run ended before its end; None where it did not."""


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """Articles done of all, and how many of them came with their full text."""

    done: int
    total: int
    fetched: int


def find(service: EuropePmcService, wanted: Wanted, summary: FetchSummary) -> Iterator[Record]:
    """The search results of what is wanted, each article once; ``summary`` is told how many there are.

    Ids that the service does not know are told as failures. Raises FetchError where a search fails.
    """
    results = _matching(service, wanted, summary) if isinstance(wanted, Query) else _named(service, wanted, summary)
    seen: set[str] = set()
    for record in results:
        if record.name is None:
            summary.failures.append(Failure(record.title or "?", "has neither a PMCID nor an id that can name a file"))
        elif record.name not in seen:
            seen.add(record.name)
            yield record


def fetch(
    service: EuropePmcService,
    wanted: Wanted,
    folder: FetchedFolder,
    on_progress: Callable[[FetchProgress], None] = lambda _: None,
    *,
    full_text_only: bool = False,
) -> FetchSummary:
    """Fetch what is wanted into ``folder``, leaving alone what is there whole.

    Only articles that the service counts as open access are asked for full text. The others, and those whose
    full text the service does not have, come as title and abstract unless ``full_text_only``. A failed article
    is told in the summary and tried again by the next run. Raises FetchError where not even the first search
    succeeds, ConfigError where the folder cannot be written.
    """
    summary = FetchSummary()
    with folder.lock():
        try:
            in_a_row = done = 0
            for done, record in enumerate(find(service, wanted, summary), 1):
                on_progress(FetchProgress(done - 1, summary.wanted, summary.fetched))
                in_a_row = 0 if _fetch_one(service, record, folder, summary, full_text_only) else in_a_row + 1
                if in_a_row == _FAILURES_IN_A_ROW:
                    raise FetchError(f"{in_a_row} articles in a row failed: the service seems to be in trouble")
            on_progress(FetchProgress(done, done, summary.fetched))
        except FetchError as error:
            if not (summary.found or summary.failures):
                raise
            summary.stopped = str(error)
    return summary


def _fetch_one(
    service: EuropePmcService, record: Record, folder: FetchedFolder, summary: FetchSummary, full_text_only: bool
) -> bool:
    """Whether all went well with one article. Raises ComeBackLaterError."""
    if folder.holds(record):
        summary.already += 1
        return True
    try:
        full_text = service.full_text(record.pmcid) if record.pmcid and record.open_access else None
    except ComeBackLaterError:
        raise
    except FetchError as error:
        summary.failures.append(Failure(record.name or "", str(error)))
        return False
    if full_text is None:
        summary.without_full_text += 1
    else:
        summary.fetched += 1
    if full_text is not None or not full_text_only:
        folder.keep(record, full_text)
    return True


def _matching(service: EuropePmcService, query: Query, summary: FetchSummary) -> Iterator[Record]:
    """The results for a question, best first, up to its limit."""
    given, cursor = 0, FIRST_CURSOR
    while True:
        page = service.search(query.asked, cursor, min(_PAGE, query.limit))
        summary.found, summary.wanted = page.hits, min(page.hits, query.limit)
        for record in page.records[: query.limit - given]:
            given += 1
            yield record
        if given >= summary.wanted or page.next_cursor is None:
            return
        cursor = page.next_cursor


def _named(service: EuropePmcService, listed: Listed, summary: FetchSummary) -> Iterator[Record]:
    """One result for each id that the service knows, in the order given."""
    summary.wanted = len(listed.ids)
    for start in range(0, len(listed.ids), _IDS_AT_ONCE):
        some = listed.ids[start : start + _IDS_AT_ONCE]
        question = Query(" OR ".join(map(_asking_for, some)), _RESULTS_PER_ID * len(some), open_access=False)
        known: dict[ArticleId, Record] = {}
        for record in _matching(service, question, FetchSummary()):
            for article in _ids(record):
                if article not in known or (record.pmcid and not known[article].pmcid):
                    known[article] = record
        for article in some:
            if article in known:
                summary.found += 1
                yield known[article]
            else:
                summary.failures.append(Failure(str(article), "the service knows no article with this id"))


def _asking_for(article: ArticleId) -> str:
    """The search for one id. Its value holds no quotation mark: ``ids`` and ``identity`` see to it."""
    if article.kind == "pmcid":
        return f"PMCID:{article.value}"
    return f"(EXT_ID:{article.value} AND SRC:MED)" if article.kind == "pmid" else f'DOI:"{article.value}"'


def _ids(record: Record) -> Iterator[ArticleId]:
    if record.pmcid:
        yield ArticleId("pmcid", record.pmcid)
    if record.pmid:
        yield ArticleId("pmid", record.pmid)
    if record.doi:
        yield ArticleId("doi", record.doi)
