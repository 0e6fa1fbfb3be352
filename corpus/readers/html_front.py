"""What a web page says of its article in ``<meta>`` elements: Highwire, Dublin Core, PRISM and Open Graph names."""

from __future__ import annotations

import html
import re
from collections import defaultdict

from selectolax.lexbor import LexborHTMLParser

from corpus.identity import normalise_doi, normalise_pmcid, normalise_pmid
from corpus.model import Bibliography
from corpus.normalise import fold
from corpus.tracked import Tracked

_TITLES = ("citation_title", "bepress_citation_title", "dc.title", "dcterms.title")
_AUTHORS = ("citation_author", "bepress_citation_author", "dc.creator", "dc.contributor", "dcterms.creator")
_JOURNALS = ("citation_journal_title", "prism.publicationname", "citation_journal_abbrev")
_DATES = (
    "citation_publication_date",
    "citation_cover_date",
    "citation_date",
    "citation_year",
    "bepress_citation_date",
    "prism.publicationdate",
    "dc.date",
    "dc.date.issued",
    "dcterms.issued",
    "citation_online_date",
    "article:published_time",
)
_DOIS = (
    "citation_doi",
    "bepress_citation_doi",
    "prism.doi",
    "dc.identifier",
    "dc.identifier.doi",
    "dcterms.identifier",
)
_TAG = re.compile(r"</?(?:i|b|em|strong|sup|sub|span|u|scp|sc|br|p|italic|bold)\b[^<>]*>", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_SITE_SEPARATOR = re.compile(r"\s+(?:\||–|—|-|::|»|•)\s+")
_PMC_ADDRESS = re.compile(r"/(PMC\d+)(?:/|$)")


def bibliography(page: LexborHTMLParser) -> Bibliography:
    """The facts in the page's head; ``title`` is None where only ``<title>`` or a heading could tell it."""
    meta = _meta(page)
    return Bibliography(
        title=_first(meta, _TITLES),
        authors=_authors(meta),
        journal=_first(meta, _JOURNALS),
        year=next((int(year.group(1)) for key in _DATES for text in meta[key] if (year := _YEAR.search(text))), None),
        doi=next((doi for key in _DOIS for text in meta[key] if (doi := normalise_doi(text))), None),
        pmid=next(filter(None, map(normalise_pmid, meta["citation_pmid"])), None),
        pmcid=next(filter(None, map(normalise_pmcid, meta["citation_pmcid"])), None) or _pmcid_of_address(page, meta),
    )


def title_from_page(page: LexborHTMLParser, headings: list[str]) -> str | None:
    """The title where no ``<meta>`` has it: the heading that ``<title>`` repeats, else ``<title>`` less the site.

    ``headings`` are the texts of the article's first-level headings, in order.
    """
    element = page.css_first("title")
    named = _line(element.text()) if element is not None else ""
    for heading in headings:
        if len(heading) >= 12 and heading.casefold() in named.casefold():
            return heading
    if headings:
        return headings[0]
    site = " ".join(_meta(page)["og:site_name"]).casefold()
    pieces = [piece for piece in _SITE_SEPARATOR.split(named) if piece.casefold() != site]
    return max(pieces, key=len, default="") or None


def _meta(page: LexborHTMLParser) -> defaultdict[str, list[str]]:
    """Name → contents in order; names lower-cased, contents on one line without mark-up."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for element in page.css("meta"):
        attributes = element.attributes
        key = (attributes.get("name") or attributes.get("property") or "").strip().lower()
        content = _line(_TAG.sub("", html.unescape(attributes.get("content") or "")))
        if key and content:
            found[key].append(content)
    return found


def _line(text: str) -> str:
    return fold(Tracked.of(text)).text


def _first(meta: defaultdict[str, list[str]], keys: tuple[str, ...]) -> str | None:
    return next((text for key in keys for text in meta[key]), None)


def _authors(meta: defaultdict[str, list[str]]) -> tuple[str, ...]:
    """One element an author, or all of them in ``citation_authors`` with semicolons between."""
    for key in _AUTHORS:
        if meta[key]:
            names = [name for text in meta[key] for name in text.split(";")]
            break
    else:
        names = [name for text in meta["citation_authors"] for name in text.split(";")]
    return tuple(dict.fromkeys(filter(None, map(_given_first, names))))


def _given_first(name: str) -> str:
    """'Surname, Given' → 'Given Surname'; a name without a comma stays as it is."""
    surname, _, given = name.strip(" ;,").partition(",")
    return f"{given.partition(',')[0].strip()} {surname.strip()}".strip()


def _pmcid_of_address(page: LexborHTMLParser, meta: defaultdict[str, list[str]]) -> str | None:
    """The PMCID in the page's own address, where it says one."""
    links = [link.attributes.get("href") or "" for link in page.css('link[rel="canonical"]')]
    for address in (*links, *meta["og:url"]):
        if match := _PMC_ADDRESS.search(address):
            return normalise_pmcid(match.group(1))
    return None
