"""The bibliography that plain text carries: title, authors, journal, year, identifiers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.furniture import is_affiliation, is_footer
from corpus.identity import own_identifiers
from corpus.model import Bibliography
from corpus.sections import classify
from corpus.sentences import split

_ARTICLE_TYPE = re.compile(
    r"(?:open access|original (?:article|research|paper)s?|(?:systematic )?review(?: article)?s?|"
    r"research(?: article| paper)?|"
    r"brief (?:report|communication)s?|short (?:report|communication)s?|letters?(?: to the editor)?|images? in .{3,40}|"
    r"(?:peer[- ]reviewed )?(?:clinical )?case (?:report|series|study|reports)(?: (?:and|&) (?:literature )?review.*)?|"
    r"clinical (?:image|picture|vignette|case report)s?|correspondence|editorial|article|rare diseases?|"
    r"published|free access)",
    re.IGNORECASE,
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_ISSUE = r"\s*[;,:]?\s*\d{1,4}\s*(?:\([^)]{1,20}\))?\s*[:;,]"
_CITATION = re.compile(
    rf"(?:(?:published in|journal|source|citation):?\s*)?(?P<journal>[^\W\d_][^;:\d]{{1,100}}?)?,?\s*\(?{_YEAR}\)?"
    rf"(?:[ -](?:[A-Z][a-z]{{2,8}}\.?|\d{{1,2}})(?:[ -]\d{{1,2}})?)?\s*;?{_ISSUE}"
)
_BEFORE_DOI = re.compile(
    rf"(?P<journal>[^\W\d_][^;:\d]{{2,100}}?)[,.]?\s+\(?{_YEAR}\)?\s*[;,.:]?\s*(?:doi\b|https?://(?:dx\.)?doi\.org)",
    re.IGNORECASE,
)
_LOGO = re.compile(r"(?P<journal>.{3,100}?)\s*logo\s*(?:Link to (?P=journal))?\s*$")
_NAMED_BY = (
    re.compile(r"(?:Published in|Journal(?: name| title)?):\s*(?P<journal>[^;:\d]{3,100}?)\s*(?:[.;]|$)", re.I),
    re.compile(r"Peer[- ]review under (?:the )?responsibility of (?:the )?(?P<journal>[^.;]{3,120})", re.IGNORECASE),
    re.compile(r"Articles? from (?P<journal>.{3,120}?) (?:is|are) provided here courtesy of", re.IGNORECASE),
)
_DATES = (
    re.compile(rf"(?:copyright\s*|©|\(c\)\s?(?=\d))[^\d\n]{{0,20}}{_YEAR}", re.IGNORECASE),
    re.compile(
        rf"(?:(?:e?published|publication)\b[^:\d\n]{{0,20}}|available online|first published)"
        rf"\s*:?[^\n]{{0,16}}?\b{_YEAR}",
        re.IGNORECASE,
    ),
    re.compile(rf"accept(?:ed|ance date)\s*:?[^\n]{{0,16}}?\b{_YEAR}", re.IGNORECASE),
)
_MARKS = re.compile(r"\[[^\]\w]*®?\]|\^\{?[\w,*\s]{1,8}\}?|[\d*†‡§¶⁰¹²³⁴-⁹ªº#✉®]+|\([^)]*\)|(?<=\s)[a-h](?=[\s,]|$)")
_DEGREE = re.compile(
    r"\b(?:M\.?D|Ph\.?D|M\.?B\.?B\.?S|M\.?Sc|B\.?Sc|M\.?P\.?H|D\.?O|F\.?R\.?C\.?[SPA]|M\.?S|R\.?N|Pharm\.?D|"
    r"MBChB|DNB|Jr|Sr|Dr|Prof)\b\.?"
)
_NAME = re.compile(r"[^\W\d_][\w.'’-]*(?:\s+[^\W\d_][\w.'’-]*){1,5}")
_PARTICLES = frozenset(
    re.findall(r"\w+", "de da do dos del della di du van von der den la le bin binti el al ben y ter")
)
_NOT_A_NAME = re.compile(
    r"\b(?:of|the|with|in|for|case|report|patient|disease|syndrome|journal|access|article|abstract|university|hospital|"
    r"department|review|editor|received|accepted|key|open)\b",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"\b(?:was|were|is|are|had|has|have|been|presented|reported|showed|revealed|underwent|received|describes?|reports|we|"
    r"developed|diagnosed|suffered|complained)\b"
)
_ENDED = re.compile(r"[.!?:;][\"'”’)\]]*$|(?<!\d)[.!?:;][\"'”’)\]\s\d,–^{}\[¹²³⁴-⁹⁰-]*$")
_TITLE_LABEL = re.compile(r"title\s*:\s*", re.IGNORECASE)
_LONGEST_TITLE = 400
_LONGEST_IMPRINT = 300


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The bibliography found, and which of the front's paragraphs is the title (None where none is)."""

    bibliography: Bibliography
    title_at: int | None


def read_front_matter(front: Sequence[str], footers: Sequence[str] = ()) -> FrontMatter:
    """What ``front`` (the paragraphs before the report's first section) and ``footers`` say of the article.

    Reference lists must be in neither: their DOIs, journals and years are other articles'.
    """
    title_at = next((at for at, paragraph in enumerate(front) if _may_be_title(paragraph)), None)
    lines = [*front, *footers]
    identifiers = own_identifiers("\n".join(lines))
    journal, year = _journal_and_year([line for at, line in enumerate(lines) if at != title_at])
    return FrontMatter(
        Bibliography(
            title=_TITLE_LABEL.sub("", front[title_at]) if title_at is not None else None,
            authors=_authors(front[title_at + 1 :]) if title_at is not None else (),
            journal=journal,
            year=year,
            doi=identifiers.doi,
            pmid=identifiers.pmid,
            pmcid=identifiers.pmcid,
        ),
        title_at,
    )


def is_article_type(paragraph: str) -> bool:
    """Whether ``paragraph`` only says what kind of article this is ("CASE REPORT", "Open Access")."""
    return len(paragraph) <= 60 and _ARTICLE_TYPE.fullmatch(paragraph.strip(" .:|")) is not None


def is_prose(paragraph: str, following: str = "") -> bool:
    """Whether ``paragraph`` is running text, not a title, an address or a list of names.

    ``following`` is the paragraph after it: one that ends in a full stop may be a title if names follow.
    """
    if is_footer(paragraph) or is_affiliation(paragraph):
        return False
    told = _TELLS.search(paragraph) is not None
    if not told and len(paragraph) <= _LONGEST_IMPRINT and own_identifiers(paragraph).doi:
        return False  # an imprint, or how to cite the article
    if paragraph.endswith("?") and len(split(paragraph)) == 1:
        return False
    if _ENDED.search(paragraph[-40:]):
        stated = paragraph.count(" ") >= 5 and not _CITATION.match(paragraph.lstrip(" ."))
        return told or len(paragraph) >= 160 or (stated and not (following and _names(following)))
    return len(paragraph) >= 600 or (told and (len(paragraph) >= 300 or len(split(paragraph)) > 1))


def _may_be_title(paragraph: str) -> bool:
    words = paragraph.split()
    return (
        15 <= len(paragraph) <= _LONGEST_TITLE
        and len(words) >= 3
        and not words[0][0].islower()
        and words[0][0] not in ".;,:)"
        and not is_article_type(paragraph)
        and not is_footer(paragraph)
        and not is_affiliation(paragraph)
        and classify(paragraph) is None
        and _LOGO.fullmatch(paragraph) is None
        and _CITATION.match(paragraph) is None
        and not _names(paragraph)
    )


def _authors(after_title: Sequence[str]) -> tuple[str, ...]:
    """The names in the paragraphs right after the title, up to the first that is neither names nor a label."""
    names: list[str] = []
    for paragraph in after_title[:40]:
        found = _names(paragraph)
        if found or not _MARKS.sub("", paragraph).strip(" .,;"):
            names += found
        elif names or is_affiliation(paragraph) or is_footer(paragraph):
            break
    return tuple(dict.fromkeys(names))


def _names(paragraph: str) -> list[str]:
    """The persons that ``paragraph`` lists; empty where any part of it is no name."""
    if len(paragraph) > 2000 or is_affiliation(paragraph) or _NOT_A_NAME.search(paragraph):
        return []
    bare = _DEGREE.sub("", _MARKS.sub(" ", paragraph)).strip(" .,;")
    parts = [" ".join(part.split()).strip(" .-") for part in re.split(r"[,;&·|]|\band\b", bare)]
    parts = [part for part in parts if part]
    return parts if parts and all(_is_name(part) for part in parts) else []


def _is_name(part: str) -> bool:
    words = part.split()
    return (
        _NAME.fullmatch(part) is not None
        and all(word[0].isupper() or word in _PARTICLES for word in words)
        and sum(len(word) > 1 for word in words) >= 1
        and len(part) <= 60
    )


def _journal_and_year(lines: Sequence[str]) -> tuple[str | None, int | None]:
    journal: str | None = None
    year: int | None = None
    for line in lines:
        logo = _LOGO.fullmatch(line)
        if logo and journal is None and logo.group("journal"):
            journal = logo.group("journal").strip()
        start = line.lstrip(" .")
        citation = (_CITATION.match(start) or _BEFORE_DOI.match(start)) if len(line) < 250 else None
        if citation and year is None:
            year = int(citation.group("year"))
            journal = journal or _tidy_journal(citation.group("journal"))
    text = "\n".join(lines)
    for pattern in _NAMED_BY:
        named = pattern.search(text)
        journal = journal or (_tidy_journal(named.group("journal")) if named else None)
    for pattern in _DATES:
        dated = pattern.search(text)
        year = year or (int(dated.group("year")) if dated else None)
    return journal, year


def _tidy_journal(name: str | None) -> str | None:
    name = (name or "").strip(" ,;:(")
    if name.count(".") == 1:  # a full stop, not an abbreviation's
        name = name.rstrip(".")
    return name if any(mark.isalpha() for mark in name) else None
