"""What a JATS article claims beyond what identifies it: its kind, its licence, its authors' places, its relations.

The values of ``related-article-type`` and their directions are those of the JATS tag library (1.1 to 1.4), PubMed
Central's tagging guidelines ("object-of-concern", "published-article") and, for the ways back, of publishers' own
files ("concern-forward", "expressed-concern").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element

from corpus.identity import find_dois, normalise_doi, normalise_pmcid, normalise_pmid
from corpus.model import Relation, RelationKind
from corpus.normalise import fold
from corpus.readers.jats_tree import attribute, children, descend, line_of, local, value_of
from corpus.tracked import Tracked

_RELATIONS: dict[str, RelationKind] = {
    "retracted-article": "retracts",
    "withdrawn-article": "retracts",
    "removed-article": "retracts",
    "retraction-forward": "retracted-by",
    "retraction": "retracted-by",
    "withdrawal": "retracted-by",
    "corrected-article": "corrects",
    "correction-forward": "corrected-by",
    "correction": "corrected-by",
    "corrigendum": "corrected-by",
    "erratum": "corrected-by",
    "partial-retraction": "corrected-by",
    "object-of-concern": "concern-about",
    "concern-forward": "concern-in",
    "expressed-concern": "concern-in",
    "expression-of-concern": "concern-in",
    "published-article": "preprint-of",
    "version-of-record": "preprint-of",
    "preprint": "has-preprint",
}
_NOTICES: dict[str, RelationKind] = {
    "retraction": "retracts",
    "withdrawal": "retracts",
    "removal": "retracts",
    "correction": "corrects",
    "corrigendum": "corrects",
    "erratum": "corrects",
    "partial-retraction": "corrects",
    "expression-of-concern": "concern-about",
}
"""What an article of this type does to the one that it names."""
_TURNED: dict[RelationKind, RelationKind] = {
    "retracted-by": "retracts",
    "corrected-by": "corrects",
    "concern-in": "concern-about",
}
_WITHDRAWN = frozenset({"retracted-article", "withdrawn-article"})
_KIND_GROUPS = frozenset({"heading", "article-type", "articletype", "display-channel", "toc-heading"})
_OPEN = re.compile(r"creativecommons\.org|creative[\s-]+commons|\bcc[\s-]by\b|\bcc0\b", re.IGNORECASE)
_OPEN_TYPES = re.compile(r"(?:open[\s_-]?access|cc[\s_-]|creative[\s_-]?commons|ccby)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://[^\s<>()\"']+[^\s<>()\"'.,;]")
_EMAILS = re.compile(r"[\s;,.(]*\b(?:e-?mails?|electronic address)\b\s*(?:address(?:es)?)?\s*:.*$", re.IGNORECASE)
_MARK = re.compile(r"^(?:[*†‡§¶#]|\(\d{1,2}\)|\d{1,2}(?=[^\W\d]))+\s*")
_NOT_PLACES = frozenset({"label", "email", "institution-id", "xref", "fn", "phone", "fax", "sup"})
_AFFILIATION_ENDS = " \t\n,;."


def declared(article: _Element, meta: _Element | None) -> tuple[str, ...]:
    """The article's type, then the headings under which it was published: claims, in the source's own words."""
    groups = [*children(descend(meta, "article-categories"), "subj-group")]
    named = [group for group in groups if (group.get("subj-group-type") or "").lower() in _KIND_GROUPS]
    subjects = [line_of(subject) for group in named or groups[:1] for subject in children(group, "subject")]
    return tuple(dict.fromkeys(filter(None, (article.get("article-type"), *subjects))))


def licence(meta: _Element | None) -> tuple[str | None, bool | None]:
    """The licence's address, else its wording, and whether it is open; None where the source does not say.

    Open is what has a Creative Commons licence, or is said to be: absence of a licence does not make it closed.
    """
    said = {line_of(descend(entry, "meta-name")): line_of(descend(entry, "meta-value")) for entry in _custom(meta)}
    flag = {"yes": True, "no": False}.get(said.get("pmc-prop-open-access", ""))
    found = next(children(descend(meta, "permissions"), "license"), None)
    if found is None:
        wording = said.get("pmc-license-ref") or None
        return wording, True if wording and _OPEN.search(wording) else flag
    text = line_of(found)
    addresses = [attribute(found, "href"), *(line_of(part) for part in found if local(part) == "license_ref")]
    addresses += [attribute(part, "href") for part in found.iter("{*}ext-link", "{*}uri")]
    addresses += _ADDRESS.findall(text)
    addresses = [address for address in addresses if address.startswith("http")]
    terms = next((address for address in addresses if _OPEN.search(address)), next(iter(addresses), text)) or None
    kind = found.get("license-type") or ""
    free = bool(_OPEN.search(terms or "") or _OPEN.search(text) or _OPEN_TYPES.match(kind))
    return terms, True if free else flag


def _custom(meta: _Element | None) -> Iterator[_Element]:
    for group in children(meta, "custom-meta-group", "custom-meta-wrap"):
        yield from children(group, "custom-meta")


def affiliations(meta: _Element | None) -> tuple[str, ...]:
    """Where the authors work, one line each, without labels and addresses of mail; not where only editors work."""
    groups = [*children(meta, "contrib-group")]
    ours: set[str] = set()
    others: set[str] = set()
    for contributor in (one for group in groups for one in children(group, "contrib")):
        named = {link.get("rid", "") for link in children(contributor, "xref") if link.get("ref-type") == "aff"}
        (ours if contributor.get("contrib-type", "author") == "author" else others).update(
            part for rid in named for part in rid.split()
        )
    places: list[str] = []
    for holder in (*groups, *(one for group in groups for one in children(group, "contrib")), meta):
        if holder is None or (local(holder) == "contrib" and holder.get("contrib-type", "author") != "author"):
            continue
        for place in children(holder, "aff", "aff-alternatives"):
            element = next(children(place, "aff"), place) if local(place) == "aff-alternatives" else place
            identifiers = {place.get("id"), element.get("id")} - {None}
            if identifiers & ours or not identifiers & others:
                places.append(_place(element))
    return tuple(dict.fromkeys(filter(None, places)))


def _place(affiliation: _Element) -> str:
    """One affiliation as one line; where it is given whole beside its parts, whole."""
    whole = [part for part in children(affiliation, "institution") if part.get("content-type") == "original"]
    line = fold(Tracked.of("".join(_spaced(whole[0] if whole else affiliation)))).text
    return _MARK.sub("", _EMAILS.sub("", line)).strip(_AFFILIATION_ENDS)


def _spaced(element: _Element) -> Iterator[str]:
    """The strings of ``element`` without labels and mail addresses, with commas between parts that have none."""
    yield element.text or ""
    for child in element:
        if local(child) not in _NOT_PLACES:
            yield from _spaced(child)
            following = child.getnext()
            if following is not None and not (child.tail or "").strip() and not _ends_in_comma(child):
                yield ", "
        yield child.tail or ""


def _ends_in_comma(element: _Element) -> bool:
    return value_of(element).rstrip()[-1:] in (",", ";", ".", "")


def relations(article: _Element) -> tuple[Relation, ...]:
    """How the article stands to others, as its ``related-article`` elements and its type say.

    A notice's links point at what it is about whatever they are called, and a retracted article's link of that
    name points back at the notice.
    """
    kind = (article.get("article-type") or "").lower()
    found: dict[Relation, None] = {}
    for related in article.iter("{*}related-article"):
        relation = _RELATIONS.get((related.get("related-article-type") or "").lower())
        if relation is None or not _is_own(related, article):
            continue
        if kind in _NOTICES:
            relation = _TURNED.get(relation, relation)
        elif kind in _WITHDRAWN and relation == "retracts":
            relation = "retracted-by"
        found[Relation(relation, _identifier(related))] = None
    said = {relation.kind for relation in found}
    if kind in _NOTICES and _NOTICES[kind] not in said:
        found[Relation(_NOTICES[kind])] = None
    if kind in _WITHDRAWN and "retracted-by" not in said:
        found[Relation("retracted-by")] = None
    return tuple(found)


def _is_own(related: _Element, article: _Element) -> bool:
    """Whether it stands in the article itself, and not in a review of it or a translation."""
    for around in related.iterancestors():
        if around is article:
            return True
        if local(around) in ("sub-article", "response", "ref-list"):
            return False
    return False


def _identifier(related: _Element) -> str:
    """The other article's identifier, "doi:…", "pmid:…" or "pmcid:…", in lower case; "" where none is given."""
    given = [(related.get("ext-link-type") or "", attribute(related, "href"))]
    inner = related.iter("{*}pub-id", "{*}article-id", "{*}ext-link")
    given += [
        (part.get("pub-id-type") or part.get("ext-link-type") or "", attribute(part, "href") or value_of(part))
        for part in inner
    ]
    for kind, value in given:
        if named := _named(kind.lower(), value.strip()):
            return named
    return ""


def _named(kind: str, value: str) -> str:
    if doi := normalise_doi(value) or next(iter(find_dois(value)), None):
        return f"doi:{doi}"
    if kind.startswith("pmc") or value.upper().startswith("PMC"):
        pmcid = normalise_pmcid(value)
        return f"pmcid:{pmcid.lower()}" if pmcid else ""
    pmid = normalise_pmid(value) if kind in ("pmid", "pubmed") else None
    return f"pmid:{pmid}" if pmid else ""
