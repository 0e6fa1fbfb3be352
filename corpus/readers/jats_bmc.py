"""BioMed Central's own article XML of the 2000s (root ``art``), made over into JATS in place.

Its elements are renamed and its front matter is put where JATS has it. No text is changed, so an element's string
value stays what it was, and the paths that citations name are those of the source.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree
from lxml.etree import _Element

from corpus.readers.jats_tree import RecordedPaths, children, descend, line_of, local

_NAMES = {
    "abbr": "xref",
    "abbrgrp": "sup",
    "abs": "abstract",
    "art": "article",
    "au": "name",
    "aug": "person-group",
    "b": "bold",
    "bdy": "body",
    "bibl": "ref",
    "bm": "back",
    "c": "td",
    "cnm": "collab",
    "cpyrt": "permissions",
    "displayed-formula": "disp-formula",
    "figr": "xref",
    "fnm": "given-names",
    "graphic": "graphic",
    "inline-formula": "inline-formula",
    "ins": "aff",
    "insg": "aff-alternatives",
    "it": "italic",
    "kwdg": "kwd-group",
    "lnm": "label",
    "monospace": "monospace",
    "note": "comment",
    "pubdate": "year",
    "pubid": "pub-id",
    "publisher": "publisher-name",
    "r": "tr",
    "refgrp": "ref-list",
    "smcaps": "sc",
    "snm": "surname",
    "st": "title",
    "suf": "suffix",
    "suppl": "supplementary-material",
    "supplr": "xref",
    "tbl": "table-wrap",
    "tblbdy": "table",
    "tblfn": "table-wrap-foot",
    "tblr": "xref",
    "tgroup": "table",
    "ul": "underline",
    "url": "uri",
}
_IDENTIFIERS = {"pmpid": "pmid", "pmcid": "pmcid", "doi": "doi"}


def as_jats(root: _Element) -> RecordedPaths | None:
    """Makes over an ``art`` element and all that it holds; None, and nothing done, for any other root.

    Returned are the paths of its elements as they were.
    """
    if local(root) != "art" or (root.find("{*}bdy") is None and root.find("{*}fm") is None):
        return None
    paths = RecordedPaths(root)
    for element in list(root.iter(etree.Element)):
        _rename(element)
    _front(root)
    return paths


def _rename(element: _Element) -> None:
    """One element by its JATS name; those whose meaning hangs on where they stand by that."""
    kind, around = local(element), local(element.getparent())
    name = _NAMES.get(kind, kind)
    if kind == "title" and around in ("ref", "element-citation"):
        name = "article-title"
    elif kind == "title" and around in ("fig", "table-wrap", "table"):
        name = "label"
    elif kind == "table" and descend(element, "tgroup") is not None:
        name = "table-wrap"
    elif kind == "text" and around == "fig":
        name = "caption" if _says_more(element) else "alt-text"
    elif kind == "bibl" and around == "ref-list":
        name = "element-citation"
    elif kind == "p" and around in ("title", "article-title", "label"):
        name = "styled-content"  # in line: a title of paragraphs is one line all the same
    element.tag = name
    if kind == "abbr":
        element.set("ref-type", "bibr")
    elif kind == "pubid":
        element.set("pub-id-type", _IDENTIFIERS.get(element.get("idtype") or "", "other"))


def _says_more(text: _Element) -> bool:
    """Whether a figure's text is not just its caption again."""
    caption = next(children(text.getparent(), "caption"), None)
    return caption is None or line_of(caption) != line_of(text)


def _front(article: _Element) -> None:
    """Moves what ``fm`` holds to the places where JATS has it."""
    matter = descend(article, "fm")
    about = descend(matter, "ref")
    front = etree.Element("front")
    meta, journal = etree.SubElement(front, "article-meta"), etree.SubElement(front, "journal-meta")
    if about is not None:
        _move([*children(about, "article-title")][:1], etree.SubElement(meta, "title-group"))
        _authors(about, etree.SubElement(meta, "contrib-group"))
        _move(children(about, "year"), etree.SubElement(meta, "pub-date"))
        _move(about.iter("pub-id"), meta, "article-id")
        _move((place for group in children(about, "aff-alternatives") for place in group), meta)
        _move([*children(about, "source")][:1], journal, "journal-title")
    if matter is not None:
        subjects = etree.SubElement(etree.SubElement(meta, "article-categories"), "subj-group")
        _move(children(matter, "dochead"), subjects, "subject")
        for terms in children(matter, "permissions"):
            _move(children(terms, "comment"), terms, "license")
            meta.append(terms)
        _move(children(matter, "abstract", "kwd-group"), meta)
    article.insert(0, front)


def _authors(about: _Element, group: _Element) -> None:
    for author in [one for people in children(about, "person-group") for one in people]:
        contributor = etree.SubElement(group, "contrib", {"contrib-type": "author"})
        collective = next(children(author, "collab"), None)
        contributor.append(author if collective is None else collective)


def _move(elements: Iterable[_Element], to: _Element, name: str = "") -> None:
    for element in list(elements):
        element.tail = None
        element.tag = name or element.tag
        to.append(element)
