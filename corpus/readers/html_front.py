"""What a web page says of its article in ``<meta>`` elements: Highwire, Dublin Core, PRISM and Open Graph names.

JSON-LD tells what they do not; links tell the licence.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from dataclasses import fields, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from corpus.identity import normalise_doi, normalise_pmcid, normalise_pmid, page_range
from corpus.model import Bibliography, Relation, RelationKind, SectionKind
from corpus.normalise import fold
from corpus.readers.html_layout import linked_doi
from corpus.readers.html_linked_data import linked_data
from corpus.readers.html_tree import BLOCKS, HEADINGS, Node
from corpus.readers.html_words import NOTICES, NUMBERED, REFERENCE_WORDS
from corpus.readers.markup import names
from corpus.sections import classify
from corpus.tracked import Tracked

_TITLES = ("citation_title", "bepress_citation_title", "dc.title", "dcterms.title")
_AUTHORS = ("citation_author", "bepress_citation_author", "dc.creator", "dc.contributor", "dcterms.creator")
_JOURNALS = ("citation_journal_title", "prism.publicationname", "citation_journal_abbrev")
_FIRST_PAGES = ("citation_firstpage", "prism.startingpage")
_LAST_PAGES = ("citation_lastpage", "prism.endingpage")
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
_PLACES = ("citation_author_institution", "citation_author_affiliation")
_KINDS = (
    "citation_article_type",
    "citation_section",
    "prism.section",
    "dc.type.articletype",
    "dc.type",
    "article:section",
)
_TERMS = ("dc.rights.license", "dcterms.license", "dc.license", "citation_license", "dc.rights", "dcterms.rights")
_NO_KIND = re.compile(r"text(?:\..*)?|collection|info:.*|journal", re.IGNORECASE)
"""What Dublin Core's vocabularies call everything that is printed."""
_OPEN = re.compile(r"creativecommons\.org/|creative\s+commons|\bcc[\s-]by\b", re.IGNORECASE)
_TAG = re.compile(r"</?(?:i|b|em|strong|sup|sub|span|u|scp|sc|br|p|italic|bold)\b[^<>]*>", re.IGNORECASE)
_BANNER = 400
"""The longest line, in code points, that is a banner and not a text about retractions."""
_LABEL = re.compile(r"\W*(?:[^.,;]{1,40}[:.|–—-])?\s*")
"""What may stand before a notice on its line: a label, a date."""
_BANNER_WORDS = names(
    "alert banner concern correction corrections corrigendum erratum notice notices notification retracted retraction"
)
_ASIDE: tuple[SectionKind | None, ...] = (None, "abstract", "keywords", "front", "back")
"""What the last heading above a banner may have opened."""
_MOST_LINKS = 50
_NAME = re.compile(r"[a-z]+")
_PARTS = names("figure figcaption caption table footer aside nav blockquote")
_PART_WORDS = REFERENCE_WORDS | names("fig figure figcaption caption credit thumbnail footer sidebar related")
_PART_ROLES = names("contentinfo doc-bibliography doc-biblioentry complementary")
_REFERENCE = re.compile(r"\s*\[?\d{1,3}[.)\]]\s")
"""How a numbered reference starts."""
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_SITE_SEPARATOR = re.compile(r"\s+(?:\||–|—|-|::|»|•)\s+")
_PMC_ADDRESS = re.compile(r"/(PMC\d+)(?:/|$)")


def bibliography(page: LexborHTMLParser) -> Bibliography:
    """The facts in the page's head; ``title`` is None where only ``<title>`` or a heading could tell it."""
    meta = _meta(page)
    told = Bibliography(
        title=_first(meta, _TITLES),
        authors=_authors(meta),
        journal=_first(meta, _JOURNALS),
        year=next((int(year.group(1)) for key in _DATES for text in meta[key] if (year := _YEAR.search(text))), None),
        volume=_first(meta, ("citation_volume", "prism.volume")),
        issue=_first(meta, ("citation_issue", "prism.number")),
        pages=page_range(_first(meta, _FIRST_PAGES), _first(meta, _LAST_PAGES)),
        doi=next((doi for key in _DOIS for text in meta[key] if (doi := normalise_doi(text))), None),
        pmid=next(filter(None, map(normalise_pmid, meta["citation_pmid"])), None),
        pmcid=next(filter(None, map(normalise_pmcid, meta["citation_pmcid"])), None) or _pmcid_of_address(page, meta),
        affiliations=tuple(dict.fromkeys(place for key in _PLACES for place in meta[key])),
        declared=tuple(dict.fromkeys(k for key in _KINDS for k in meta[key] if not _NO_KIND.fullmatch(k))),
        licence=_licence(page, meta),
    )
    linked = linked_data(page)
    lacking = {field.name: getattr(linked, field.name) for field in fields(told) if not getattr(told, field.name)}
    told = replace(told, **lacking)
    return replace(told, open_access=True if told.licence and _OPEN.search(told.licence) else None)


def _licence(page: LexborHTMLParser, meta: defaultdict[str, list[str]]) -> str | None:
    """The address that the page links as its licence, else a Creative Commons one that it names, else its wording."""
    named = _addresses(page, 'link[rel="license"], a[rel~="license"]')
    linked = _addresses(page, 'a[href*="creativecommons.org/licenses/"]')
    given = [text for key in _TERMS for text in meta[key]]
    addresses = [address.strip() for address in (*named, *given, *linked) if "://" in address and " " not in address]
    return next((address for address in addresses if _OPEN.search(address)), next(iter((*addresses, *given)), None))


def _addresses(page: LexborHTMLParser, links: str) -> list[str]:
    """Where the links that the selector ``links`` finds lead, those aside that speak of a part or of the site."""
    return [link.attributes.get("href") or "" for link in page.css(links)[:_MOST_LINKS] if not _is_credit(link)]


def _is_credit(link: LexborNode) -> bool:
    """Whether a licence is that of a figure, of a work in the references or of the site, by what the link stands in."""
    node, block = link.parent, False
    while node is not None and node.tag != "body":
        tag = node.tag or ""
        words = frozenset(
            _NAME.findall(f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}".lower())
        )
        if tag in _PARTS or not words.isdisjoint(_PART_WORDS) or node.attributes.get("role") in _PART_ROLES:
            return True
        if tag in BLOCKS and not block:
            block = True
            text = node.text()
            if NUMBERED.match(text) or _REFERENCE.match(text) or (tag == "li" and _is_cited(node)):
                return True
        node = node.parent
    return False


def _is_cited(entry: LexborNode) -> bool:
    """Whether an entry stands in a numbered list, as works that are cited do."""
    return entry.parent is not None and entry.parent.tag == "ol"


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


def relations_told(page: Node) -> tuple[Relation, ...]:
    """What the page itself says of notices about its article, with the notice's DOI where the line links to it.

    Only a line that says nothing else tells it, and not one in the text or among the references: articles write
    about retractions too.
    """
    found: dict[Relation, None] = {}
    kind, level = None, 0
    for node in page.walk():
        if node.tag in HEADINGS:
            named = classify(node.value())
            if named is not None or int(node.tag[1]) < level:
                kind, level = named or (kind and "body"), int(node.tag[1])
        if not (node.tag in BLOCKS and not node.blocks and node.length <= _BANNER):
            continue
        said = NOTICES.search(node.value())
        if said and _LABEL.fullmatch(node.value()[: said.start()]) and _may_tell(node, kind):
            notice = (said.group("notice") or ("correction" if said.group("mended") else "retraction")).lower()
            relation: RelationKind = (
                "retracted-by" if "retract" in notice else "concern-in" if "concern" in notice else "corrected-by"
            )
            doi = linked_doi(node)
            found[Relation(relation, f"doi:{doi}" if doi else "")] = None
    return tuple(found)


def _may_tell(node: Node, kind: SectionKind | None) -> bool:
    """Whether a line below a heading of ``kind`` may be the page's own word: outside the text, or in a box for it."""
    around = frozenset[str]().union(node.words, *(above.words for above in node.ancestors() if above.tag != "body"))
    if not around.isdisjoint(REFERENCE_WORDS):
        return False
    return kind in _ASIDE or not around.isdisjoint(_BANNER_WORDS)
