"""JATS (and its NLM forebears): the XML of PubMed Central and of many publishers.

Locations name elements by an XPath from the document's root and an offset into the element's string
value in the tree that ``parse`` gives. Translations and reviews (``sub-article``) are not read.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element, _ElementTree

from corpus.assembly import BlockRole
from corpus.errors import EmptyFileError, MalformedError, ReadError, UnsupportedFormatError
from corpus.model import SectionKind
from corpus.readers.base import Read
from corpus.readers.jats_flow import FLOATS, Walk
from corpus.readers.jats_front import bibliography, children, descend, local, value_of
from corpus.readers.markup import Sheet, names
from corpus.sections import classify

_CONTAINERS = names(
    "abstract ack alternatives answer app app-group array back bio body boxed-text chem-struct-wrap def-list "
    "disp-formula-group disp-quote fig-group floats-group floats-wrap fn-group glossary list list-item notes "
    "question ref-list response sec statement supplementary-material supplement table-wrap-group verse-group "
    "explanation"
)
_PARAGRAPHS = names("p def-item disp-formula fn speech preformat code attrib verse-line caption subtitle")
_OPENS_SECTION = names("abstract ack app app-group back bio fn-group glossary notes ref-list sec")
_SILENT = names(
    "label graphic media inline-graphic permissions sec-meta object-id tex-math alt-text long-desc processing- "
    "meta related-article related-object"
)
_SEC_TYPES: dict[str, SectionKind] = {
    "cases": "case",
    "case": "case",
    "case-report": "case",
    "intro": "introduction",
    "introduction": "introduction",
    "methods": "methods",
    "materials": "methods",
    "subjects": "methods",
    "results": "results",
    "discussion": "discussion",
    "conclusion": "conclusion",
    "conclusions": "conclusion",
}
_STATEMENTS = names("conflict con coi-statement financial-disclosure funding supported-by other")


class JatsReader:
    """Reads JATS and NLM article XML, alone or several in a ``pmc-articleset``."""

    name = "jats"
    version = 1

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """One record an article. Raises MalformedError for what is not XML, UnsupportedFormatError for other XML."""
        root = parse(data, name).getroot()
        articles = [root] if local(root) == "article" else list(filter(_is_whole, root.iter("{*}article")))
        if not articles:
            raise UnsupportedFormatError(
                f"{name} is XML with the root element <{local(root)}>, no JATS article: give its JATS, PDF or HTML form"
            )
        for number, article in enumerate(articles, 1):
            about = bibliography(article)
            record = "" if len(articles) == 1 else about.pmcid or about.doi or str(number)
            try:
                yield Read(record, _Article(article).sheet.report(about, reader=self.name, name=name))
            except ReadError as error:
                if len(articles) == 1:
                    raise
                yield Read(record, error=error)


def parse(data: bytes, name: str) -> _ElementTree:
    """The tree that locations refer to: no comments, nothing fetched, character entities as characters."""
    if not data.strip():
        raise EmptyFileError(f"{name} is empty: there is nothing to read")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = error.msg.rpartition(", line")[0] or error.msg
        raise MalformedError(f"{name} is not well-formed XML: line {line}, column {column}: {reason}") from error
    for entity in list(root.iter(etree.Entity)):
        _replace_entity(entity)
    return root.getroottree()


def _replace_entity(entity: _Element) -> None:
    """Puts the character that a named entity stands for; one that names no character leaves nothing."""
    named = entity.text or ""
    character = html.unescape(named)
    text = (character if character != named else "") + (entity.tail or "")
    parent, before = entity.getparent(), entity.getprevious()
    assert parent is not None
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text
    entity.tail = None
    parent.remove(entity)


def _is_whole(article: _Element) -> bool:
    return descend(article, "front") is not None or descend(article, "body") is not None


class _Article:
    """Lays one article out on its sheet, in reading order."""

    def __init__(self, article: _Element) -> None:
        self.sheet = Sheet()
        self._paths = _Paths()
        meta = descend(article, "front", "article-meta")
        self._front(meta)
        body = descend(article, "body")
        if body is not None:
            at = len(self.sheet.blocks)
            self._visit(body, None)
            self._open_body(at)
        for floats in children(article, "floats-group", "floats-wrap"):
            self._visit(floats, None)
        self._statements(meta)
        for back in children(article, "back"):
            self._visit(back, "back")

    def _front(self, meta: _Element | None) -> None:
        for title in children(descend(meta, "title-group"), "article-title", "subtitle"):
            self._lay(title, "title")
        for abstract in children(meta, "abstract"):
            if abstract.get("abstract-type") != "graphical":
                self._visit(abstract, "abstract")
        for keywords in children(meta, "kwd-group"):
            self._lay(keywords, "paragraph", "keywords")

    def _open_body(self, at: int) -> None:
        """Text before the body's first heading is not more of the abstract."""
        if at < len(self.sheet.blocks):
            first = self.sheet.blocks[at]
            if first.role == "paragraph" and first.section is None:
                self.sheet.blocks[at] = type(first)(first.text, first.role, "body")

    def _statements(self, meta: _Element | None) -> None:
        """Conflicts and contributions that stand among the authors' notes, and the funding."""
        for note in children(descend(meta, "author-notes"), "fn"):
            if note.get("fn-type") in _STATEMENTS:
                self._lay(note, "paragraph", "back")
        for funding in children(descend(meta, "funding-group"), "funding-statement"):
            self._lay(funding, "paragraph", "back")

    def _visit(self, element: _Element, section: SectionKind | None) -> None:
        """``element`` and what it holds; ``section`` is set where the element fixes the kind."""
        kind = local(element)
        if kind in _SILENT:
            return
        if kind == "ref-list":
            section = "references"
        elif kind == "app":
            section = "body" if section == "back" else section
        if kind == "ref":
            self._lay(element, "reference", "references")
        elif kind == "fig":
            self._lay(element, "caption", "figure")
        elif kind in ("table-wrap", "table"):
            self._lay(element, "caption" if kind == "table-wrap" else "table", "table")
        elif kind == "title":
            self._title(element, section)
        elif kind in _CONTAINERS or (kind not in _PARAGRAPHS and _holds_blocks(element)):
            for child in element:
                self._visit(child, section)
        else:
            self._lay(element, "paragraph", section)

    def _title(self, title: _Element, section: SectionKind | None) -> None:
        parent = title.getparent()
        assert parent is not None
        if local(parent) not in _OPENS_SECTION:
            self._lay(title, "paragraph", section)
            return
        if section is None and classify(value_of(title)) is None:
            section = _SEC_TYPES.get((parent.get("sec-type") or "").partition("|")[0])
        self._lay(title, "heading", section)

    def _lay(self, element: _Element, role: BlockRole, section: SectionKind | None = None) -> None:
        value = value_of(element)
        if not value.strip():
            return
        walk = Walk(self.sheet.part(self._paths.of(element), value))
        self.sheet.lay(walk.flow(element, section), role, section)
        for floating in walk.floats:
            self._visit(floating, section if section == "back" else None)


def _holds_blocks(element: _Element) -> bool:
    return any(local(child) in _CONTAINERS | _PARAGRAPHS | FLOATS for child in element)


class _Paths:
    """XPaths of elements, each level counted once (``getpath`` counts an element's siblings again each time)."""

    def __init__(self) -> None:
        self._steps: dict[_Element, dict[_Element, str]] = {}

    def of(self, element: _Element) -> str:
        """``/article[1]/body[1]/p[3]``; an element in a namespace is ``*[n]``."""
        steps: list[str] = []
        parent = element.getparent()
        while parent is not None:
            if parent not in self._steps:
                self._steps[parent] = self._count(parent)
            steps.append(self._steps[parent][element])
            element, parent = parent, parent.getparent()
        root = str(element.tag)
        return "/".join(["", "*" if root.startswith("{") else root, *reversed(steps)])

    @staticmethod
    def _count(parent: _Element) -> dict[_Element, str]:
        seen: dict[str, int] = {}
        steps: dict[_Element, str] = {}
        for position, child in enumerate(parent, 1):
            name = str(child.tag)
            seen[name] = seen.get(name, 0) + 1
            steps[child] = f"*[{position}]" if name.startswith("{") else f"{name}[{seen[name]}]"
        return steps
