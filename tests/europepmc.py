"""A small Europe PMC on this machine: it answers as the published description says, with invented articles.

What is not in the description was seen by others in the live service: errors that come with status 200, and
a last page that is empty and gives the cursor back.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

REST = "/webservices/rest"
XML = "application/xml"

Trouble = Callable[[BaseHTTPRequestHandler, bytes], None]
"""Answers one request in its own way; it is given what would have been the answer's body."""


def result(number: int, *, pmc: bool = True, **facts: Any) -> dict[str, Any]:
    """One search result of type "core", all facts invented."""
    found: dict[str, Any] = {
        "id": str(900000 + number),
        "source": "MED",
        "pmid": str(900000 + number),
        "doi": f"10.5555/invented.{number}",
        "title": f"A gardener with stone-hard fingertips, number {number}.",
        "authorString": "Quill A, Thorn B.",
        "authorList": {"author": [{"fullName": "Quill A", "firstName": "Ada", "lastName": "Quill", "initials": "A"}]},
        "journalInfo": {"yearOfPublication": 2021, "journal": {"title": "Journal of invented cases"}},
        "pubYear": "2021",
        "abstractText": f"Gardener number {number} was given warm compresses and got well.",
        "pubTypeList": {"pubType": ["case-report", "Journal Article"]},
        "isOpenAccess": "Y",
        "inEPMC": "Y",
        "license": "cc by",
    }
    if pmc:
        found["pmcid"] = f"PMC{7000 + number}"
    return {name: value for name, value in (found | facts).items() if value is not None}


def jats(record: dict[str, Any]) -> bytes:
    """An invented article for a search result, as ``fullTextXML`` gives it."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.2 20190208//EN" "x.dtd">
<article article-type="case-report"><front><journal-meta><journal-title-group><journal-title>Journal of invented
cases</journal-title></journal-title-group></journal-meta><article-meta>
<article-id pub-id-type="pmcid">{record["pmcid"]}</article-id>
<article-id pub-id-type="doi">{record["doi"]}</article-id>
<title-group><article-title>{record["title"]}</article-title></title-group>
<pub-date pub-type="epub"><year>{record["pubYear"]}</year></pub-date></article-meta></front>
<body><sec><title>Case report</title><p>A 61-year-old gardener, number {record["id"]}, noticed hard white lumps on both
thumbs after a wet spring. Warm compresses were given for nine weeks. The lumps grew soft and vanished.</p></sec></body>
</article>""".encode()


def send(request: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = XML, **headers: str) -> None:
    """One whole answer; underscores in header names stand for hyphens."""
    request.send_response(status)
    for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
        request.send_header(name.replace("_", "-"), value)
    request.end_headers()
    request.wfile.write(body)


def status(code: int, **headers: str) -> Trouble:
    """Answers with this status and headers."""
    return lambda request, _: send(request, code, b"<html><body>trouble</body></html>", "text/html", **headers)


def page_of_html(request: BaseHTTPRequestHandler, _: bytes) -> None:
    """An error page under status 200."""
    send(request, 200, b"<!DOCTYPE html><html><body><h1>We are being mended</h1></body></html>", "text/html")


def cut_short(request: BaseHTTPRequestHandler, body: bytes) -> None:
    """Promises the whole body, gives half and hangs up."""
    request.send_response(200)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body[: len(body) // 2])
    request.close_connection = True


def cut_short_unannounced(request: BaseHTTPRequestHandler, body: bytes) -> None:
    """Gives half the body and says that this is all."""
    send(request, 200, body[: len(body) // 2])


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    params: dict[str, str]
    agent: str
    at: float


@dataclass
class EuropePmc:
    """The service: its articles, the troubles it is in, and what it has been asked."""

    results: list[dict[str, Any]]
    base: str = ""
    closed: set[str] = field(default_factory=set)
    """PMCIDs whose full text it does not have, whatever their record says."""
    troubles: dict[str, list[Trouble]] = field(default_factory=lambda: defaultdict(list))
    """By path below the base address: each is met once, in order, before a fit answer is given."""
    asked: list[Asked] = field(default_factory=list)
    clock: Callable[[], float] = lambda: 0.0
    echoes_last_cursor: bool = True

    def searches(self) -> list[Asked]:
        """The searches so far."""
        return [one for one in self.asked if one.path == "/search"]

    def full_texts(self) -> list[str]:
        """The PMCIDs whose full text was asked for, in order."""
        return [one.path.split("/")[1] for one in self.asked if one.path.endswith("/fullTextXML")]

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Meet one request."""
        parts = urlsplit(request.path)
        path = parts.path.removeprefix(REST)
        params = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.asked.append(Asked(path, params, request.headers.get("User-Agent", ""), self.clock()))
        code, body, kind = self._fit(path, params)
        if self.troubles[path]:
            self.troubles[path].pop(0)(request, body)
        else:
            send(request, code, body, kind)

    def _fit(self, path: str, params: dict[str, str]) -> tuple[int, bytes, str]:
        if path == "/search":
            return 200, json.dumps(self._search(params)).encode(), "application/json;charset=UTF-8"
        for record in self.results:
            served = record["isOpenAccess"] == "Y" and record.get("pmcid") not in self.closed
            if served and path == f"/{record.get('pmcid')}/fullTextXML":
                return 200, jats(record), XML
        return 404, b"<html><body>not found</body></html>", "text/html"

    def _search(self, params: dict[str, str]) -> dict[str, Any]:
        size = int(params.get("pageSize", "25"))
        if not 1 <= size <= 1000:
            return {"errCode": 404, "errMsg": "Invalid page size provided. Valid size is between 1 and 1000"}
        cursor = params.get("cursorMark", "*")
        start = 0 if cursor == "*" else int(base64.b64decode(cursor, b"+~").split(b":")[1])
        found = [record for record in self.results if _matches(record, params["query"])]
        some = found[start : start + size]
        answer: dict[str, Any] = {
            "version": "6.9",
            "hitCount": len(found),
            "request": {"queryString": params["query"], "resultType": params["resultType"], "cursorMark": cursor,
                        "pageSize": size, "sort": "", "synonym": False},
            "resultList": {"result": some},
        }  # fmt: skip
        if some:
            answer["nextCursorMark"] = base64.b64encode(b"\xfb\xef\xbe:%d" % (start + len(some)), b"+~").decode()
        elif self.echoes_last_cursor:
            answer["nextCursorMark"] = cursor
        return answer


def _matches(record: dict[str, Any], query: str) -> bool:
    """Enough of the query language: ids with OR between, open access, and words that the title must hold."""
    named = re.findall(r'PMCID:(\w+)|EXT_ID:(\w+) AND SRC:MED|DOI:"([^"]+)"', query)
    if named:
        known = {record.get("pmcid"), record["doi"], record["pmid"] if record["source"] == "MED" else None}
        return any(value in known for ids in named for value in ids if value)
    if query.endswith(" AND OPEN_ACCESS:y") and record["isOpenAccess"] != "Y":
        return False
    words = re.findall(r"\w+", query.removesuffix(" AND OPEN_ACCESS:y"))
    return all(word.lower() in record["title"].lower() for word in words if word != "AND")


@contextmanager
def serving(*results: dict[str, Any]) -> Iterator[EuropePmc]:
    """The service with these articles, on a free port of the loopback, until the block ends."""
    service = EuropePmc(list(results))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            service.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that hangs up (or is killed) is part of the tests."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    service.base = f"http://127.0.0.1:{server.server_address[1]}{REST}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
