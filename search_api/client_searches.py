"""The client's calls on the search log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from search_api.connection import Connection, read
from search_api.result_list import ListFormat
from search_api.searches.appendix import AppendixFormat
from search_api.web.search_log_schemas import ComparisonOut, KeptSearchOut, NewsOut, SearchPage, WholeSearchOut


class SearchLogCalls(Connection):
    """Every method raises ProblemError."""

    def list_searches(self, *, after: str = "", limit: int = 20) -> SearchPage:
        """One page of the kept searches, the newest first; its ``next`` is the ``after`` of the page that follows."""
        return self.get("/v1/searches", SearchPage, after=after, limit=limit)

    def searches(self, *, limit: int = 20) -> Iterator[KeptSearchOut]:
        """All kept searches, fetched ``limit`` at a time."""
        page = self.list_searches(limit=limit)
        yield from page.searches
        while page.next:
            page = self.list_searches(after=page.next, limit=limit)
            yield from page.searches

    def get_search(self, search_id: str) -> WholeSearchOut:
        """A search as it was asked, with what it found then."""
        return self.get(_path(search_id), WholeSearchOut)

    def replay_search(self, search_id: str, *, log: bool = True) -> ComparisonOut:
        """The same asked again, held against what it found then; kept, too, unless ``log`` is false."""
        return read(self.ask_for("POST", f"{_path(search_id)}/replay", params={"log": log}), ComparisonOut)

    def new_since(self, search_id: str) -> NewsOut:
        """What the same search finds today in reports that were added or changed since."""
        return self.get(f"{_path(search_id)}/new", NewsOut)

    def compare_searches(self, search_id: str, with_: str) -> ComparisonOut:
        """The kept search ``with_`` held against this one."""
        return self.get(f"{_path(search_id)}/compare", ComparisonOut, **{"with": with_})

    def export_search(self, search_id: str, *, format: ListFormat = "ris") -> bytes:  # noqa: A002 - the API's own word
        """What it found then as a file."""
        return self.ask_for("GET", f"{_path(search_id)}/export", params={"format": format}).content

    def report_searches(
        self,
        *,
        id: Sequence[str] = (),  # noqa: A002
        format: AppendixFormat = "markdown",  # noqa: A002
    ) -> bytes:
        """The appendix of a review on these searches, in this order; without ``id`` on all, the oldest first."""
        return self.ask_for("GET", "/v1/searches/report", params={"id": list(id), "format": format}).content

    def forget_search(self, search_id: str) -> None:
        """Remove it from the log for good."""
        self.ask_for("DELETE", _path(search_id))


def _path(search_id: str) -> str:
    return f"/v1/searches/{quote(search_id, safe='')}"
