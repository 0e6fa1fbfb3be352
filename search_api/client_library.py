"""The client's calls on the library as a whole, and on the pages of reports."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal
from urllib.parse import quote

from corpus.overlap import SuspicionKind
from search_api.connection import Connection, read
from search_api.web.library_schemas import (
    DecisionResponse,
    DuplicatesResponse,
    FailurePage,
    GenerationPage,
    PairOut,
    ReadFailureOut,
    ServedOut,
)
from search_api.web.pages_schemas import MarksResponse, PagesResponse


class LibraryCalls(Connection):
    """Every method raises ProblemError."""

    def list_pages(self, report_id: str) -> PagesResponse:
        """The pages of the PDF that a report was read from."""
        return self.get(f"{report_path(report_id)}/pages", PagesResponse)

    def show_page(self, report_id: str, number: int, *, width: int = 800) -> bytes:
        """A page as a PNG, ``width`` pixels across."""
        return self.ask_for("GET", f"{report_path(report_id)}/pages/{number}/image", params={"width": width}).content

    def mark_page(self, report_id: str, number: int, *, start: int, end: int, reading: str = "") -> MarksResponse:
        """Where a span of the text (code points) stands on a page; ProblemError if it is of another ``reading``."""
        return self.get(
            f"{report_path(report_id)}/pages/{number}/marks", MarksResponse, start=start, end=end, reading=reading
        )

    def list_generations(self) -> GenerationPage:
        """The states of the index on disk, the newest first."""
        return self.get("/v1/generations", GenerationPage)

    def serve_generation(self, number: int) -> ServedOut:
        """Go back to an older generation, or forward again."""
        return read(self.ask_for("POST", f"/v1/generations/{number}/serve"), ServedOut)

    def list_failures(self, *, after: str = "", limit: int = 100) -> FailurePage:
        """One page of what cannot be read, by path; its ``next`` is the ``after`` of the page that follows."""
        return self.get("/v1/failures", FailurePage, after=after, limit=limit)

    def failures(self, *, limit: int = 100) -> Iterator[ReadFailureOut]:
        """All of them, fetched ``limit`` at a time."""
        page = self.list_failures(limit=limit)
        yield from page.failures
        while page.next:
            page = self.list_failures(after=page.next, limit=limit)
            yield from page.failures

    def forget_failure(self, failure_id: int) -> None:
        """Let a failure go; its file is listed again if it is read again and fails again."""
        self.ask_for("DELETE", f"/v1/failures/{failure_id}")

    def list_duplicates(
        self, *, kind: Sequence[SuspicionKind] = (), after: str = "", limit: int = 100, wait: float = 20
    ) -> DuplicatesResponse:
        """One page of pairs that may be one article or one patient, the surest first.

        The answer waits up to ``wait`` seconds for their comparison; its ``next`` is the ``after`` of the page that
        follows.
        """
        asked = {"kind": list(kind), "after": after, "limit": limit, "wait": wait}
        return read(self.ask_for("GET", "/v1/duplicates", params=asked, timeout=wait + 60), DuplicatesResponse)

    def duplicates(
        self, *, kind: Sequence[SuspicionKind] = (), limit: int = 100, wait: float = 20
    ) -> Iterator[PairOut]:
        """All of them, fetched ``limit`` at a time."""
        page = self.list_duplicates(kind=kind, limit=limit, wait=wait)
        yield from page.pairs
        while page.next:
            page = self.list_duplicates(kind=kind, after=page.next, limit=limit, wait=wait)
            yield from page.pairs

    def decide_duplicate(
        self, one: str, other: str, decision: Literal["same", "apart"], *, wait: float = 20
    ) -> DecisionResponse:
        """Merge ``other`` into ``one``, or keep the two apart for good."""
        body = {"one": one, "other": other, "decision": decision}
        answer = self.ask_for("POST", "/v1/duplicates", params={"wait": wait}, json=body, timeout=wait + 60)
        return read(answer, DecisionResponse)


def report_path(report_id: str) -> str:
    """Where a report is, whatever its id holds."""
    return f"/v1/reports/{quote(report_id, safe='')}"
