"""Europe PMC's REST service: searching, and the full text of one article.

Request and response follow the published description (https://europepmc.org/RestfulWebService, release 6):
``search`` answers pages of ``resultList.result`` and leads on with ``nextCursorMark``, which is missing or the
same again at the end; a refused question comes with status 200, ``errCode`` and ``errMsg``; ``fullTextXML``
answers 404 where there is no open full text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from corpus.errors import FetchError, ReadError
from corpus.fetching.polite import PassingError, PoliteClient
from corpus.identity import normalise_doi, normalise_pmcid, normalise_pmid
from corpus.readers.jats_tree import local, parse

FIRST_CURSOR = "*"
_SOURCE = re.compile(r"[A-Z]{2,5}")
_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


@dataclass(frozen=True, slots=True)
class Record:
    """One search result, as the service gave it (``data``, of result type "core"). Facts it lacks are None."""

    data: dict[str, Any] = field(repr=False)

    def _text(self, name: str) -> str | None:
        value = self.data.get(name)
        return value.strip() or None if isinstance(value, str) else None

    def _own(self, source: str) -> str:
        """The record's id where it is one of ``source``."""
        return (self._text("id") or "") if self._text("source") == source else ""

    @property
    def pmcid(self) -> str | None:
        """PMC and a number: nothing else can stand in an address or a file name."""
        return normalise_pmcid(self._text("pmcid") or self._own("PMC"))

    @property
    def pmid(self) -> str | None:
        """The PubMed number."""
        return normalise_pmid(self._text("pmid") or self._own("MED"))

    @property
    def doi(self) -> str | None:
        """The DOI in lower case."""
        return normalise_doi(self._text("doi") or "")

    @property
    def title(self) -> str | None:
        """The title, with what mark-up the service left in it."""
        return self._text("title")

    @property
    def year(self) -> str | None:
        """The year of publication."""
        return self._text("pubYear")

    @property
    def licence(self) -> str | None:
        """The licence in the service's words ("cc by")."""
        return self._text("license")

    @property
    def open_access(self) -> bool:
        """Whether the service counts the article as open access."""
        return self._text("isOpenAccess") == "Y"

    @property
    def name(self) -> str | None:
        """A name fit for files: "PMC123", else source and id ("MED-123"); None where they are not fit."""
        source, identifier = self._text("source") or "", self._text("id") or ""
        if self.pmcid:
            return self.pmcid
        return f"{source}-{identifier}" if _SOURCE.fullmatch(source) and _IDENTIFIER.fullmatch(identifier) else None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of results, best first; ``hits`` counts all pages' results. No ``next_cursor``: it is the last."""

    hits: int
    records: tuple[Record, ...]
    next_cursor: str | None


class EuropePmcService:
    """What can be asked of the service. Every method raises FetchError where no fit answer could be had."""

    def __init__(self, client: PoliteClient) -> None:
        self._client = client

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    def search(self, query: str, cursor: str = FIRST_CURSOR, size: int = 100) -> Page:
        """The page of results for ``query`` (in the service's own syntax) that ``cursor`` names; size in 1..1000."""
        page = self._client.get(
            "/search",
            lambda body: _page(body, cursor),
            {"query": query, "format": "json", "resultType": "core", "pageSize": str(size), "cursorMark": cursor},
        )
        if page is None:
            raise FetchError("the service knows no search at its base address: check --base-url")
        return page

    def full_text(self, pmcid: str) -> bytes | None:
        """The article's JATS XML, checked to be whole; None where there is no open full text."""
        if not re.fullmatch(r"PMC\d{1,9}", pmcid):
            raise FetchError(f"{pmcid!r} is no PMCID")
        return self._client.get(f"/{pmcid}/fullTextXML", _article)


def _page(body: bytes, cursor: str) -> Page:
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise PassingError("answered a search with something that is no JSON") from error
    if isinstance(answer, dict) and "errCode" in answer:
        raise FetchError(f"the service refuses the search: {answer.get('errMsg') or answer['errCode']}")
    try:
        found = [Record(item) for item in answer["resultList"]["result"]]
        hits, following = int(answer["hitCount"]), answer.get("nextCursorMark")
        fit = all(isinstance(record.data, dict) for record in found) and isinstance(following, str | None)
    except (KeyError, TypeError, ValueError):
        fit = False
    if not fit:
        raise PassingError("answered a search with JSON that is no list of results")
    leads_on = found and following and following != cursor
    return Page(hits, tuple(found), following if leads_on else None)


def _article(body: bytes) -> bytes:
    try:
        root = parse(body, "the full text").getroot()
    except ReadError as error:
        raise PassingError(str(error)) from error
    if local(root) != "article":
        raise PassingError(f"the full text is no article but <{local(root)}>")
    return body
