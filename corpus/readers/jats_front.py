"""What a JATS article says of itself: title, authors, journal, year, identifiers; all from its own front matter."""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element

from corpus.identity import normalise_doi, normalise_pmcid, normalise_pmid, page_range
from corpus.model import Bibliography
from corpus.normalise import fold
from corpus.readers.jats_claims import affiliations, declared, licence, relations
from corpus.readers.jats_tree import children, descend, line_of, local, value_of
from corpus.tracked import Tracked

_YEAR_ORDER = ("ppub", "epub-ppub", "collection", "pub", "epub")
"""The volume's year first, as a citation shows it (2014 for volume 3 of 2014, revised online in 2015)."""
_NOT_PUBLICATION = ("pmc-release", "nihms-submitted", "received", "accepted", "retracted", "corrected", "preprint")
_PMCIDS = ("pmcid", "pmc", "pmc-aid", "pmcaid")
_NOT_IN_TITLES = frozenset({"xref", "fn", "fn-group"})


def bibliography(article: _Element) -> Bibliography:
    """The bibliographic facts in ``front`` (never those of a related, cited or translated article)."""
    front = descend(article, "front")
    meta = descend(front, "article-meta")
    identifiers = {kind.get("pub-id-type"): value_of(kind) for kind in reversed([*children(meta, "article-id")])}
    terms, free = licence(meta)
    return Bibliography(
        title=title_of(descend(meta, "title-group", "article-title")),
        authors=tuple(_authors(meta)),
        journal=_journal(descend(front, "journal-meta")),
        year=_year(meta),
        volume=line_of(descend(meta, "volume")) or None,
        issue=line_of(descend(meta, "issue")) or None,
        pages=page_range(line_of(descend(meta, "fpage")), line_of(descend(meta, "lpage")))
        or line_of(descend(meta, "elocation-id"))
        or None,
        doi=normalise_doi(identifiers.get("doi", "")),
        pmid=normalise_pmid(identifiers.get("pmid", "")),
        pmcid=normalise_pmcid(next((identifiers[kind] for kind in _PMCIDS if kind in identifiers), "")),
        affiliations=affiliations(meta),
        declared=declared(article, meta),
        licence=terms,
        open_access=free,
        relations=relations(article),
    )


def title_of(element: _Element | None) -> str | None:
    """A title on one line, without its footnote marks; None where there is none."""
    if element is None:
        return None
    pieces = [element.text or ""]
    for child in element:
        if local(child) == "break":
            pieces.append(" ")
        elif local(child) not in _NOT_IN_TITLES:
            note = local(child) == "sup" and all(local(inner) in _NOT_IN_TITLES for inner in child) and len(child)
            pieces.append("" if note else value_of(child))
        pieces.append(child.tail or "")
    return fold(Tracked.of("".join(pieces))).text or None


def _authors(meta: _Element | None) -> Iterator[str]:
    for group in children(meta, "contrib-group"):
        for contributor in children(group, "contrib"):
            if contributor.get("contrib-type", "author") == "author" and (name := _name(contributor)):
                yield name


def _name(holder: _Element) -> str:
    """'Given Surname Suffix', the printed form where only that is given, or a group's name."""
    for child in children(holder, "name", "string-name", "name-alternatives", "collab", "collab-alternatives"):
        kind = local(child)
        if kind in ("name-alternatives", "collab-alternatives"):
            found = _name(child)
        elif kind == "collab":
            found = fold(
                Tracked.of(
                    (child.text or "")
                    + "".join(
                        value_of(inner) + (inner.tail or "")
                        for inner in child
                        if local(inner) not in ("contrib-group", "xref")
                    )
                )
            ).text
        else:
            parts = [line_of(descend(child, part)) for part in ("given-names", "surname", "suffix")]
            found = " ".join(filter(None, parts)) or line_of(child)
        if found:
            return found
    return ""


def _journal(meta: _Element | None) -> str | None:
    for kind in ("journal-title", "abbrev-journal-title"):
        if title := line_of(descend(meta, "journal-title-group", kind)) or line_of(descend(meta, kind)):
            return title
    named = {identifier.get("journal-id-type"): line_of(identifier) for identifier in children(meta, "journal-id")}
    return named.get("nlm-ta") or named.get("iso-abbrev") or None


def _year(meta: _Element | None) -> int | None:
    """The year a citation would show: of the printed issue or collection, else of the online publication."""
    years: dict[str, int] = {}
    for date in children(meta, "pub-date"):
        kind = date.get("pub-type") or date.get("date-type") or "pub"
        text = line_of(descend(date, "year"))
        if len(text) == 4 and text.isascii() and text.isdigit():
            years.setdefault(kind, int(text))
    for kind in _YEAR_ORDER:
        if kind in years:
            return years[kind]
    return next((year for kind, year in years.items() if kind not in _NOT_PUBLICATION), None)
