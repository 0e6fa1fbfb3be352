"""Search results of Europe PMC's REST service, as JSON or XML, with core or lite results.

Both forms nest the same names, so an XML result is read as the JSON one that it stands for. Source of the names:
the Europe PMC RESTful Web Service reference (versions 6.4 to 6.9).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lxml import etree
from lxml.etree import _Element

from corpus.errors import MalformedError
from corpus.identity import normalise_doi, normalise_pmcid, normalise_pmid
from corpus.model import Bibliography
from corpus.normalise import storable
from corpus.readers.base import Read
from corpus.readers.bibliographic import Entry, Link, Slip, line_of, named_in, read_entries, relations, year_in
from corpus.readers.bibliographic_text import abstract, given_first, inline, names_in
from corpus.readers.bibliographic_xml import stream, text_of
from corpus.readers.text import decode
from corpus.tracked import Tracked

XML_ROOTS = ("responseWrapper",)
"""The root elements that this reader is for."""

_HEAD = 64 * 1024
_RESULTS = re.compile(r'"resultList"\s*:\s*\{\s*"result"\s*:\s*\[')
_NO_RESULTS = re.compile(r'"resultList"\s*:\s*\{\s*(?:"result"\s*:\s*null\s*)?\}')
_SPACE = re.compile(r"[ \t\r\n]*")
_RICH = frozenset({"title", "abstractText"})
"""Values with mark-up, which XML results may hold as elements instead of escaped."""

Result = Mapping[str, Any]


class EuropePmcReader:
    """Reads a page of search results; one record a result, named by its PMID, PMCID or DOI."""

    name = "europepmc"
    version = 2

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``. Raises MalformedError where the page breaks off, after what was read until there."""
        if data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            pages = stream(data, name, frozenset({"result"}))
            found: Iterator[tuple[int, Any]] = ((line, _value(element)) for line, element in pages)
        else:
            found = _json_results(decode(data, name), name)
        return read_entries(found, _entry, reader=self.name, name=name)


def is_search_result(data: bytes) -> bool:
    """Whether ``data`` is a page of results as JSON; only its first 64 KiB are looked at."""
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(b"{"):
        return False
    text = head.decode("latin-1")
    return bool(_RESULTS.search(text) or _NO_RESULTS.search(text))


def _json_results(text: str, name: str) -> Iterator[tuple[int, Any]]:
    """Each result with the line on which it starts; one is held at a time."""
    start = _RESULTS.search(text)
    if start is None:
        if _NO_RESULTS.search(text):
            return
        raise MalformedError(f'{name} holds no search results of Europe PMC: "resultList" with "result" is missing')
    decoder = json.JSONDecoder()
    at, line, counted = _space(text, start.end()), 1, 0
    while not text.startswith("]", at):
        line, counted = line + text.count("\n", counted, at), at
        try:
            result, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            raise MalformedError(
                f"{name} is not JSON from line {error.lineno}, column {error.colno} on ({error.msg}): the results"
                " before that were read; get the page anew"
            ) from error
        except (RecursionError, ValueError) as error:  # brackets in thousands, a number of thousands of digits
            raise MalformedError(f"{name}, line {line} holds a result that cannot be read: {error}") from error
        yield line, result
        at = _space(text, at)
        if text.startswith(",", at):
            at = _space(text, at + 1)
        elif not text.startswith("]", at):
            raise MalformedError(f"{name} breaks off after the result on line {line}: get the page anew")


def _space(text: str, at: int) -> int:
    """Where the white space at ``at`` ends."""
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _value(element: _Element) -> Any:
    """An XML value as JSON has it: a text, or a mapping of names to values (lists for those that come again)."""
    local = str(element.tag).rpartition("}")[2]
    if local in _RICH:
        inner = etree.tostring(element, encoding="unicode", with_tail=False)
        return inner.partition(">")[2].rpartition("</")[0] if len(element) else text_of(element)
    if len(element) == 0:
        return text_of(element)
    found: dict[str, Any] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = child.tag.rpartition("}")[2]
        value = _value(child)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]
    return found


def _text(value: Any, *path: str) -> str:
    """The text (or number) at ``path``; "" where there is none."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    is_text = isinstance(value, str | int) and not isinstance(value, bool)
    return storable(str(value)).strip() if is_text else ""


def _items(value: Any, *path: str) -> list[Any]:
    """The items at ``path``: JSON has a list, XML a single item where there is one."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _texts(value: Any, *path: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (line_of(_text(item)) for item in _items(value, *path)))))


def _entry(result: Any) -> Entry:
    if not isinstance(result, Mapping):
        raise MalformedError("is no search result: a result is a JSON object or an element with fields")
    slip = Slip()
    title = _text(result, "title")
    heading = inline(title, slip.add(title)) if title else None
    summary = _text(result, "abstractText")
    pieces = abstract(summary, slip.add(summary)) if summary else ()
    keywords = [Tracked.of(word, slip.add(word)) for word in _keywords(result)]
    about = _about(result)
    return Entry(slip.raw, about, heading, pieces, keywords)


def _keywords(result: Result) -> list[str]:
    """The authors' keywords, then MeSH headings with their qualifiers ("Skin Diseases/drug therapy")."""
    headings = [
        "/".join(
            filter(None, [_text(each, "descriptorName"), *_qualifiers(each)]),
        )
        for each in _items(result, "meshHeadingList", "meshHeading")
    ]
    return list(dict.fromkeys(filter(None, [*_texts(result, "keywordList", "keyword"), *headings])))


def _qualifiers(heading: Any) -> list[str]:
    return [_text(each, "qualifierName") for each in _items(heading, "meshQualifierList", "meshQualifier")]


def _about(result: Result) -> Bibliography:
    source, own = _text(result, "source"), _text(result, "id")
    preprint = _text(result, "bookOrReportDetails", "publisher") if source == "PPR" else ""
    journal = _text(result, "journalInfo", "journal", "title") or _text(result, "journalTitle") or preprint
    declared = _texts(result, "pubTypeList", "pubType") or tuple(
        filter(None, map(str.strip, _text(result, "pubType").split(";")))
    )
    affiliations = [
        line_of(_text(each, "affiliation"))
        for author in _items(result, "authorList", "author")
        for each in _items(author, "authorAffiliationDetailsList", "authorAffiliation")
    ]
    about = Bibliography(
        authors=tuple(dict.fromkeys(filter(None, map(_author, _items(result, "authorList", "author")))))
        or names_in(_text(result, "authorString")),
        journal=line_of(journal) or None,
        year=year_in(_text(result, "journalInfo", "yearOfPublication"))
        or year_in(_text(result, "pubYear"))
        or year_in(_text(result, "firstPublicationDate")),
        volume=_text(result, "journalInfo", "volume") or _text(result, "journalVolume") or None,
        issue=_text(result, "journalInfo", "issue") or _text(result, "issue") or None,
        pages=_text(result, "pageInfo") or None,
        doi=normalise_doi(_text(result, "doi")),
        pmid=normalise_pmid(_text(result, "pmid") or (own if source == "MED" else "")),
        pmcid=normalise_pmcid(_text(result, "pmcid") or (own if source == "PMC" else "")),
        affiliations=tuple(dict.fromkeys(filter(None, affiliations)))
        or tuple(filter(None, [line_of(_text(result, "affiliation"))])),
        declared=declared,
        licence=_text(result, "license") or None,
        open_access={"Y": True, "N": False}.get(_text(result, "isOpenAccess").upper()),
    )
    return replace(about, relations=relations(_links(result), about))


def _author(author: Any) -> str:
    """'Given Family'; the initials where the given names are missing; or a group's name."""
    family = _text(author, "lastName")
    if family:
        given = _text(author, "firstName") or _text(author, "initials")
        return line_of(" ".join(filter(None, (given, family, _text(author, "suffix")))))
    return line_of(_text(author, "collectiveName")) or given_first(_text(author, "fullName"))


def _links(result: Result) -> Iterator[Link]:
    for each in _items(result, "commentCorrectionList", "commentCorrection"):
        reference = " ".join(filter(None, (_text(each, "reference"), _text(each, "note"))))
        own, source = _text(each, "id"), _text(each, "source")
        if source == "MED" and (pmid := normalise_pmid(own)):
            identifier = f"pmid:{pmid}"
        elif source == "PMC" and (pmcid := normalise_pmcid(own)):
            identifier = f"pmcid:{pmcid.lower()}"
        else:
            identifier = named_in(reference)
        yield Link(_text(each, "type"), identifier, reference)
