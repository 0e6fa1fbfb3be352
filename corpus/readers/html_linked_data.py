"""What a page's JSON-LD says of its article, in schema.org's words (``ScholarlyArticle`` and its like)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from corpus.identity import normalise_doi
from corpus.model import Bibliography, Relation
from corpus.normalise import fold, storable
from corpus.tracked import Tracked

_ARTICLES = ("ScholarlyArticle", "MedicalScholarlyArticle", "Article")
"""The types that an article is given as, the surest first."""
_MOST = 4 * 1024 * 1024
_DEEPEST = 8
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_TAG = re.compile(r"<[^<>]{1,200}>")
_TAKEN_BACK = re.compile(r"retract|withdraw", re.IGNORECASE)


def linked_data(page: LexborHTMLParser) -> Bibliography:
    """The facts of the first article that a JSON-LD block describes; empty where there is none."""
    described = list(_objects(page))
    for kind in _ARTICLES:
        for article in described:
            if kind in _types(article):
                return _bibliography(article)
    return Bibliography()


def _bibliography(article: dict[str, object]) -> Bibliography:
    authors = [author for author in _each(article.get("author")) if _name(author)]
    places = (_name(place) for author in authors for place in _each(_get(author, "affiliation")))
    places_told = tuple(dict.fromkeys(filter(None, places)))
    year = _YEAR.search(_text(article.get("datePublished")))
    status = _text(article.get("creativeWorkStatus"))
    relations = [Relation("retracted-by")] if _TAKEN_BACK.search(status) else []
    dois = map(_doi, _each(article.get("correction")))
    relations += [Relation("corrected-by", f"doi:{doi}" if doi else "") for doi in dois]
    return Bibliography(
        title=_text(article.get("headline")) or _text(article.get("name")) or None,
        authors=tuple(dict.fromkeys(map(_name, authors))),
        journal=_journal(article) or None,
        year=int(year.group(1)) if year else None,
        doi=_doi(article),
        affiliations=places_told,
        declared=tuple(dict.fromkeys(filter(None, map(_text, _each(article.get("articleSection")))))),
        licence=next(filter(None, map(_address, _each(article.get("license")))), None),
        relations=tuple(relations),
    )


def _objects(page: LexborHTMLParser) -> Iterator[dict[str, object]]:
    """The objects at the top of each block, those in its graph, and what its page is about."""
    for block in page.css('script[type="application/ld+json"]'):
        text = block.text()
        if len(text) > _MOST:
            continue
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            continue  # a template that was never filled in, or cut off: the page is there to be read all the same
        for top in _each(told):
            for known in (top, *_each(_get(top, "@graph")), *_each(_get(top, "mainEntity"))):
                if isinstance(known, dict):
                    yield known


def _types(article: dict[str, object]) -> list[str]:
    return [_text(kind).rpartition("/")[2] for kind in _each(article.get("@type"))]


def _each(value: object) -> list[object]:
    """A value that may be one or a list of many."""
    return value if isinstance(value, list) else [] if value is None else [value]


def _get(value: object, key: str) -> object:
    return value.get(key) if isinstance(value, dict) else None


def _text(value: object) -> str:
    """A string on one line, without mark-up and half characters; "" for anything else."""
    return fold(Tracked.of(_TAG.sub("", storable(value)))).text if isinstance(value, str) else ""


def _name(value: object) -> str:
    """A person's or an institution's name, given as a string or as an object."""
    if not isinstance(value, dict):
        return _text(value)
    parts = (_text(value.get("givenName")), _text(value.get("familyName")))
    name = _text(value.get("name")) or " ".join(filter(None, parts))
    surname, _, given = (part.strip() for part in name.partition(","))
    return f"{given} {surname}" if given and "Person" in _types(value) else name


def _journal(article: dict[str, object]) -> str:
    """The name of the periodical, which an issue and a volume may stand before."""
    whole: object = article.get("isPartOf")
    for _ in range(_DEEPEST):
        found = next((part for part in _each(whole) if isinstance(part, dict)), None)
        if found is None:
            return ""
        if "Periodical" in _types(found) or "isPartOf" not in found:
            return _text(found.get("name"))
        whole = found.get("isPartOf")
    return ""


def _doi(value: object) -> str | None:
    """The DOI among an object's identifiers and addresses."""
    if not isinstance(value, dict):
        return normalise_doi(_text(value))
    given: list[object] = []
    for key in ("identifier", "sameAs", "@id", "url"):
        given += [_get(one, "value") if isinstance(one, dict) else one for one in _each(value.get(key))]
    return next((doi for one in given if (doi := normalise_doi(_text(one)))), None)


def _address(value: object) -> str:
    return _text(value) or _text(_get(value, "url")) or _text(_get(value, "@id"))
