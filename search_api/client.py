"""A client of the HTTP API: a method for each operation, named as in the OpenAPI document, with typed answers.

    with Client("http://127.0.0.1:8000") as client:
        for hit in client.hits("calcinosis in children age:<18"):
            print(hit.report_id, hit.text)

Answers are the models of ``search_api.web``; fields that a newer server adds are passed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from time import sleep
from typing import Final, Protocol, TypedDict, Unpack
from urllib.parse import quote

from search_api.client_library import LibraryCalls, report_path
from search_api.client_searches import SearchLogCalls
from search_api.config import SystemName
from search_api.connection import Json, ProblemError, read
from search_api.exports import FileFormat
from search_api.result_list import ListFormat
from search_api.web.evidence_schemas import CasesResponse
from search_api.web.facets_schemas import FacetsResponse
from search_api.web.health import ReadyOut
from search_api.web.job_schemas import DeleteResponse, JobOut, JobPage, RebuildResponse, UploadResponse
from search_api.web.report_schemas import IndexOut, ReportOut, ReportPage, ReportSummary, StatusOut, TextOut
from search_api.web.schemas import AskResponse, HitOut, SearchResponse
from search_api.web.similar_schemas import SimilarResponse
from search_api.web.table_schemas import EvidenceResponse

PAUSE_S: Final = (0.2, 10.0)
"""Between two looks at a job, whose stream ended early: the first and the longest pause; it doubles each time."""
MOST_FRUITLESS: Final = 16
"""So often in a row a server may tell nothing of a job that is waited for."""
_Value = int | str


class Bound(TypedDict, total=False):
    """Conditions that any question takes beside its line."""

    must: Sequence[str]
    must_not: Sequence[str]
    phrases: Sequence[str]
    filters: Mapping[str, _Value | Sequence[_Value]]


class Expanded(Bound, total=False):
    """What search and ask take beside it."""

    expand: bool
    explain: bool
    log: bool


class Searched(Expanded, total=False):
    """What a search takes."""

    k: int
    max_per_report: int
    system: SystemName
    duplicates: bool


class Rows(Bound, total=False):
    """Which rows of an evidence table are wanted."""

    treatments: Sequence[str]
    kinds: Sequence[str]
    statuses: Sequence[str]
    outcomes: Sequence[str]
    states: Sequence[str]
    sort: str


class Tabled(Rows, total=False):
    """What an evidence table takes."""

    log: bool


class Placed(Protocol):
    """A place in a report: a hit, a sentence, a quotation; of the ``reading`` that its citation has, else today's."""

    @property
    def report_id(self) -> str:
        """The report."""

    @property
    def start(self) -> int:
        """Its first code point."""

    @property
    def end(self) -> int:
        """After its last code point."""


class Client(LibraryCalls, SearchLogCalls):
    """One server at ``address``, asked with ``key`` where it wants one. Every method raises ProblemError.

    ``timeout_s`` bounds each request but the streams. Safe to share between threads; ``close`` it, or use it as a
    context manager.
    """

    # ---- questions -----------------------------------------------------------------------------

    def search(self, query: str, *, cursor: str = "", **more: Unpack[Searched]) -> SearchResponse:
        """One page of passages; its ``next``, with all else as it was, is the ``cursor`` of the page that follows."""
        return self.post("/v1/search", SearchResponse, {"query": query, "cursor": cursor, **more})

    def hits(self, query: str, **more: Unpack[Searched]) -> Iterator[HitOut]:
        """The passages of every page; ``k`` is how many are fetched at a time.

        Raises ProblemError with the code "stale-cursor" where the index changes between two pages.
        """
        page = self.search(query, **more)
        yield from page.hits
        while page.next:
            page = self.search(query, cursor=page.next, **more)
            yield from page.hits

    def ask(self, question: str, *, k: int = 10, **more: Unpack[Expanded]) -> AskResponse:
        """The sentences that answer, or that there are none, and why."""
        return self.post("/v1/ask", AskResponse, {"question": question, "k": k, **more})

    def ask_model(self, question: str, *, k: int = 10, **more: Unpack[Expanded]) -> Iterator[tuple[str, Json]]:
        """What the server's language model makes of it: each event's name and its data, as they come."""
        return self.events("POST", "/v1/ask/stream", {"question": question, "k": k, **more})

    def similar(
        self, text: str | None = None, *, report_id: str | None = None, k: int = 10, **more: Unpack[Bound]
    ) -> SimilarResponse:
        """Reports of patients like the one of ``text``, or of a report."""
        return self.post("/v1/similar", SimilarResponse, {"text": text, "report_id": report_id, "k": k, **more})

    def evidence(self, question: str, **more: Unpack[Tabled]) -> EvidenceResponse:
        """What was given to whom for a condition, and what came of it."""
        return self.post("/v1/evidence", EvidenceResponse, {"question": question, **more})

    def facets(self, query: str = "", *, expand: bool = True, **more: Unpack[Bound]) -> FacetsResponse:
        """By what a search can be narrowed, with how many reports are left."""
        return self.post("/v1/facets", FacetsResponse, {"query": query, "expand": expand, **more})

    def export_evidence(
        self,
        question: str,
        *,
        format: FileFormat = "csv",  # noqa: A002 - the API's own word
        treatment: Sequence[str] = (),
        kind: Sequence[str] = (),
        status: Sequence[str] = (),
        outcome: Sequence[str] = (),
        state: Sequence[str] = (),
        sort: str = "treatment",
    ) -> bytes:
        """The same as a file."""
        asked = {"question": question, "format": format, "sort": sort}
        chosen = {"treatment": treatment, "kind": kind, "status": status, "outcome": outcome, "state": state}
        lists = {name: list(values) for name, values in chosen.items() if values}
        return self.ask_for("GET", "/v1/evidence/export", params={**asked, **lists}).content

    def export_table(self, question: str, *, format: FileFormat = "csv", **more: Unpack[Rows]) -> bytes:  # noqa: A002
        """The table of any question as a file; conditions may come beside it, and it may be long."""
        return self.ask_for(
            "POST", "/v1/evidence/export", json={"question": question, "format": format, **more}
        ).content

    def export_list(self, places: Iterable[Placed], format: ListFormat) -> bytes:  # noqa: A002
        """Hits, sentences or quotations as a file for a reference manager or a spreadsheet.

        Raises ProblemError with the code "changed-reading" where the words of one are kept no more.
        """
        listed = [
            {"report_id": each.report_id, "start": each.start, "end": each.end, "reading": _reading(each)}
            for each in places
        ]
        return self.ask_for("POST", "/v1/list/export", json={"format": format, "places": listed}).content

    # ---- reports -------------------------------------------------------------------------------

    def list_reports(self, *, after: str = "", limit: int = 100, find: str = "") -> ReportPage:
        """One page of the reports, by id; its ``next`` is the ``after`` of the page that follows.

        With ``find`` those of which all its words are told.
        """
        return self.get("/v1/reports", ReportPage, after=after, limit=limit, find=find)

    def reports(self, *, limit: int = 100, find: str = "") -> Iterator[ReportSummary]:
        """All of them, fetched ``limit`` at a time."""
        page = self.list_reports(limit=limit, find=find)
        yield from page.reports
        while page.next:
            page = self.list_reports(after=page.next, limit=limit, find=find)
            yield from page.reports

    def get_report(self, report_id: str) -> ReportOut:
        """What a report is; by its id, DOI, PMID or PMCID."""
        return self.get(report_path(report_id), ReportOut)

    def read_text(self, report_id: str, *, start: int = 0, end: int | None = None, reading: str = "") -> TextOut:
        """A report's text from ``start`` to ``end`` (code points), and where it stands in the source.

        With the ``reading`` of a citation the text that it is of; ProblemError ("changed-reading") if kept no more.
        """
        bounds: dict[str, _Value] = {"start": start, "reading": reading}
        if end is not None:
            bounds["end"] = end
        return self.get(f"{report_path(report_id)}/text", TextOut, **bounds)

    def read_cases(self, report_id: str) -> CasesResponse:
        """A report's patients, what was given to each, and what came of it."""
        return self.get(f"{report_path(report_id)}/cases", CasesResponse)

    def upload_reports(self, files: Iterable[Path], *, wait: float = 20) -> UploadResponse:
        """Send files in; the answer waits up to ``wait`` seconds for their reading, and its job for the index."""
        with ExitStack() as stack:
            parts = [("files", (path.name, stack.enter_context(path.open("rb")))) for path in files]
            answer = self.ask_for("POST", "/v1/reports", params={"wait": wait}, files=parts, timeout=wait + 60)
        return read(answer, UploadResponse)

    def add(self, files: Iterable[Path]) -> JobOut:
        """Send files in and wait until they are found, or not: the job as it ended, with each file's outcome."""
        return self.finished(self.upload_reports(files, wait=0).job.id)

    def delete_report(self, report_id: str, *, wait: float = 20) -> DeleteResponse:
        """Take a report out."""
        answer = self.ask_for("DELETE", report_path(report_id), params={"wait": wait}, timeout=wait + 60)
        return read(answer, DeleteResponse)

    # ---- jobs and state ------------------------------------------------------------------------

    def list_jobs(self, *, after: str = "", limit: int = 20) -> JobPage:
        """One page of the jobs, the newest first; its ``next`` is the ``after`` of the page that follows."""
        return self.get("/v1/jobs", JobPage, after=after, limit=limit)

    def jobs(self, *, limit: int = 20) -> Iterator[JobOut]:
        """All jobs that are remembered, fetched ``limit`` at a time."""
        page = self.list_jobs(limit=limit)
        yield from page.jobs
        while page.next:
            page = self.list_jobs(after=page.next, limit=limit)
            yield from page.jobs

    def get_job(self, job_id: str) -> JobOut:
        """How far a job is."""
        return self.get(f"/v1/jobs/{quote(job_id, safe='')}", JobOut)

    def follow_job(self, job_id: str) -> Iterator[JobOut]:
        """A job now, and each time it changes, until it ends."""
        for _, told in self.events("GET", f"/v1/jobs/{quote(job_id, safe='')}/events"):
            yield JobOut.model_validate(told, extra="ignore")

    def finished(self, job_id: str) -> JobOut:
        """A job once it has ended, however often the server breaks the stream off meanwhile.

        It is asked again after a pause, a longer one each time that there is no news. A server that is away or busy
        ``MOST_FRUITLESS`` times in a row, some two minutes, is given up: raises what it met last.
        """
        before: JobOut | None = None
        pause_s, fruitless = PAUSE_S[0], 0
        while True:
            told: JobOut | None = None
            trouble = ProblemError("unreachable", f"the stream of job {job_id} ends without a word")
            try:
                for told in self.follow_job(job_id):
                    if told.state not in ("waiting", "running"):
                        return told
            except ProblemError as error:
                if not error.may_pass:
                    raise
                trouble = error
            fruitless = fruitless + 1 if told is None else 0
            if fruitless == MOST_FRUITLESS:
                raise trouble
            pause_s = PAUSE_S[0] if told not in (None, before) else min(2 * pause_s, PAUSE_S[1])
            before = told or before
            sleep(max(pause_s, trouble.retry_after_s or 0))

    def rebuild_index(self, *, force: bool = False) -> RebuildResponse:
        """Bring the index up to the catalog, in the background; ``force`` builds it anew."""
        return read(self.ask_for("POST", "/v1/index/rebuild", params={"force": force}), RebuildResponse)

    def get_index(self) -> IndexOut:
        """What is served."""
        return self.get("/v1/index", IndexOut)

    def get_metrics(self) -> str:
        """Its figures, in Prometheus' text format."""
        return self.ask_for("GET", "/metrics").text

    def is_alive(self) -> StatusOut:
        """That the server answers."""
        return self.get("/healthz", StatusOut)

    def is_ready(self) -> ReadyOut:
        """That it can answer questions, and what a person should look at; a ProblemError says why it cannot."""
        return self.get("/readyz", ReadyOut)


def _reading(place: Placed) -> str:
    """What its citation has, or itself where it has none (a text); "" where neither tells."""
    return str(getattr(getattr(place, "citation", place), "reading", ""))
