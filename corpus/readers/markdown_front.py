"""The YAML at the head of a Markdown file → bibliography, in the keys that Pandoc, Quarto, Jekyll and journals use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

import yaml

from corpus.identity import normalise_doi, normalise_pmcid, normalise_pmid
from corpus.model import Bibliography
from corpus.normalise import storable
from corpus.tracked import Tracked

_LONGEST = 64 * 1024
_AUTHORS = ("author", "authors")
_JOURNALS = ("journal", "container-title", "publication", "journal_title", "source")
_DATES = ("year", "date", "published", "publication_date", "issued")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20|21)\d\d(?!\d)")
_AND = re.compile(r"\s*;\s*|\s+and\s+|\s*&\s*")
_LIST_OF_NAMES = re.compile(r"[^,]+\s[^,]+(?:,\s*[^,]+\s[^,]+)+")
"""Full names with commas between them, unlike "Miller, Anna"."""
_ABSTRACT = re.compile(
    r"(?<![^\r\n])abstract:[ \t]*(?:[|>][-+0-9]*[ \t]*(?:\r\n|\r|\n)"
    r"(?P<block>(?:[ \t]+[^\r\n]*(?:\r\n|\r|\n|$)|[ \t]*(?:\r\n|\r|\n))+)"
    r"|(?P<quote>[\"']?)(?P<line>[^\r\n]+?)(?P=quote)[ \t]*(?=[\r\n]|$))"
)


def bibliography_of(front: str) -> Bibliography:
    """What the YAML ``front`` says of the article; nothing where it is no YAML or says it in other keys."""
    try:
        found = yaml.safe_load(front) if len(front) <= _LONGEST else None
    except (yaml.YAMLError, ValueError, RecursionError):  # ValueError: a date that is none
        return Bibliography()
    if not isinstance(found, Mapping):
        return Bibliography()
    given = {str(key).casefold(): value for key, value in found.items()}
    dated = next((year for key in _DATES if (year := _YEAR.search(_line(given.get(key)) or ""))), None)
    return Bibliography(
        title=_line(given.get("title")),
        authors=next((names for key in _AUTHORS if (names := tuple(_names(given.get(key))))), ()),
        journal=next((name for key in _JOURNALS if (name := _line(given.get(key)))), None),
        year=int(dated.group()) if dated else None,
        volume=_line(given.get("volume")),
        issue=_line(given.get("issue")),
        pages=_line(given.get("pages")) or _line(given.get("page")),
        doi=normalise_doi(_line(given.get("doi")) or ""),
        pmid=normalise_pmid(_line(given.get("pmid")) or ""),
        pmcid=normalise_pmcid(_line(given.get("pmcid")) or ""),
        licence=_line(given.get("license")) or _line(given.get("licence")),
    )


def over(first: Bibliography, second: Bibliography) -> Bibliography:
    """``first``, with what it does not say as ``second`` says it."""
    missing = {each.name: getattr(second, each.name) for each in fields(first) if not getattr(first, each.name)}
    return replace(first, **missing)


def abstract_of(front: str, at: int) -> Tracked | None:
    """The abstract that the YAML ``front``, which stands at ``at`` of the file, gives as text."""
    found = _ABSTRACT.search(front)
    if found is None:
        return None
    part = "block" if found["block"] else "line"
    return Tracked.of(found[part], at + found.start(part))


def _names(value: Any) -> Iterator[str]:
    """Authors as a list or as one string; each a name, or a mapping that holds one."""
    if isinstance(value, str):
        listed = _AND.split(value)
        yield from (name.strip() for each in listed for name in (each.split(",") if _are_names(each) else [each]))
    elif isinstance(value, list):
        for each in value:
            yield from _names(each) if isinstance(each, Mapping) else filter(None, [_line(each)])
    elif isinstance(value, Mapping):
        given, family = _line(value.get("given")), _line(value.get("family"))
        name = " ".join(filter(None, (given, family))) or _line(value.get("name")) or _line(value.get("literal"))
        if name:
            yield name
        elif isinstance(value.get("name"), Mapping):  # Quarto
            yield from _names(value["name"])


def _are_names(text: str) -> bool:
    return _LIST_OF_NAMES.fullmatch(text.strip()) is not None


def _line(value: Any) -> str | None:
    """A plain value on one line; None for lists, mappings and nothing."""
    if value is None or isinstance(value, bool | list | Mapping | set | bytes):
        return None
    return " ".join(storable(str(value)).split()) or None
