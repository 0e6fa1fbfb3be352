"""JATS (and its NLM forebears): the XML of PubMed Central and of many publishers.

Locations name elements by an XPath from the document's root and an offset into the element's string
value in the tree that ``jats_tree.parse`` gives. A translation (``sub-article``) follows its article as
further sections; reviews and replies follow as back matter.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml.etree import _Element

from corpus.assembly import BlockRole
from corpus.errors import ReadError, UnsupportedFormatError
from corpus.identity import find_dois
from corpus.model import SectionKind
from corpus.readers.base import Read
from corpus.readers.jats_bmc import as_jats
from corpus.readers.jats_flow import FLOATS, Walk
from corpus.readers.jats_front import bibliography
from corpus.readers.jats_tree import Paths, attribute, children, descend, local, parse, value_of
from corpus.readers.markup import Break, Run, Sheet, names
from corpus.sections import classify

_CONTAINERS = names(
    "abstract trans-abstract ack alternatives answer app app-group array back bio body boxed-text chem-struct-wrap "
    "def-list disp-formula-group disp-quote floats-group floats-wrap fn-group glossary list list-item notes "
    "question ref-list sec statement supplementary-material supplement verse-group explanation"
)
_PARAGRAPHS = names("p def-item disp-formula fn speech preformat code attrib verse-line caption subtitle")
_OPENS_SECTION = names("abstract trans-abstract ack app app-group back bio fn-group glossary notes ref-list sec")
_SILENT = names(
    "label graphic media inline-graphic permissions sec-meta object-id tex-math alt-text long-desc processing- "
    "meta related-article related-object"
)
_GROUPS: dict[str, SectionKind] = {"table-wrap-group": "table", "fig-group": "figure"}
_REFERENCES = names("ref mixed-citation element-citation nlm-citation citation")
_NO_SUMMARY = names("graphical video teaser toc")
"""Kinds of abstract that hold a picture, or say the abstract's first lines again."""
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
_REVIEWING = names(
    "aggregated-review-documents author-comment author-reply community-comment decision-letter editor-report editorial "
    "ref-report referee-comment referee-report reply response reviewer-report review-report peer-review"
)
"""Kinds of ``sub-article`` about the article rather than of it."""


class JatsReader:
    """Reads JATS and NLM article XML, alone or several in a ``pmc-articleset``, and BioMed Central's own old XML."""

    name = "jats"
    version = 3

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """One record an article. Raises MalformedError for what is not XML, UnsupportedFormatError for other XML."""
        root = parse(data, name).getroot()
        paths = as_jats(root) or Paths()
        articles = [root] if local(root) == "article" else list(filter(_is_whole, root.iter("{*}article")))
        if not articles:
            raise UnsupportedFormatError(
                f"{name} is XML with the root element <{local(root)}>, no JATS article: give its JATS, PDF or HTML form"
            )
        for number, article in enumerate(articles, 1):
            about = bibliography(article)
            record = "" if len(articles) == 1 else about.pmcid or about.doi or str(number)
            try:
                report = _Article(article, paths).sheet.report(about, reader=self.name, name=name)
            except ReadError as error:
                if len(articles) == 1:
                    raise
                yield Read(record, error=error)
            else:
                yield Read(record, report, notes=_notes(article))


def _is_whole(article: _Element) -> bool:
    return descend(article, "front") is not None or descend(article, "body") is not None


def _notes(article: _Element) -> tuple[str, ...]:
    """What a person should know who expects the whole article."""
    body = descend(article, "body")
    if body is not None and value_of(body).strip():
        return ()
    return ("the file has no <body>: only the title and the abstract could be read",)


class _Article:
    """Lays one article out on its sheet, in reading order."""

    def __init__(self, article: _Element, paths: Paths) -> None:
        self.sheet = Sheet()
        self._paths = paths
        self._kinds: dict[_Element, SectionKind | None] = {}
        meta = descend(article, "front", "article-meta")
        for title in children(descend(meta, "title-group"), "article-title", "subtitle"):
            self._lay(title, "title")
        self._summaries(meta)
        self._body(article)
        for floats in children(article, "floats-group", "floats-wrap"):
            self._visit(floats, None)
        self._statements(meta)
        for back in children(article, "back"):
            self._visit(back, "back")
        for part in children(article, "sub-article", "response"):
            self._part(part)

    def _summaries(self, meta: _Element | None) -> None:
        for abstract in children(meta, "abstract", "trans-abstract"):
            if abstract.get("abstract-type") not in _NO_SUMMARY:
                self._visit(abstract, "abstract")
        for keywords in children(meta, "kwd-group"):
            self._lay(keywords, "paragraph", "keywords")

    def _body(self, article: _Element, section: SectionKind | None = None) -> None:
        """The text; what stands before its first heading is not more of the abstract."""
        body = descend(article, "body")
        if body is None:
            return
        at = len(self.sheet.blocks)
        self._visit(body, section)
        if at < len(self.sheet.blocks):
            first = self.sheet.blocks[at]
            if first.role == "paragraph" and first.section is None:
                self.sheet.blocks[at] = type(first)(first.text, first.role, "body")

    def _part(self, part: _Element) -> None:
        """An article within the article: more of its text, unless it is a review of it or a reply."""
        reviews = local(part) == "response" or part.get("article-type") in _REVIEWING
        stub = next(children(part, "front-stub"), None)
        meta = stub if stub is not None else descend(part, "front", "article-meta")
        for title in children(descend(meta, "title-group"), "article-title"):
            self._lay(title, "heading" if reviews else "title", "back" if reviews else None)
        if not reviews:
            self._summaries(meta)
        self._body(part, "back" if reviews else None)
        for back in children(part, "back"):
            for child in back:
                if local(child) != "ref-list":  # the same references again, or a reviewer's
                    self._visit(child, "back")
        for inner in children(part, "sub-article", "response"):
            self._part(inner)

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
        if kind in _REFERENCES:
            self._lay(element, "reference", "references")
        elif kind == "fig":
            self._lay(element, "caption", "figure")
        elif kind in ("table-wrap", "table"):
            self._lay(element, "caption" if kind == "table-wrap" else "table", "table")
        elif kind == "title":
            self._title(element, section)
        elif kind in _GROUPS:
            self._caption(element, _GROUPS[kind])
            for child in element:
                if local(child) != "caption":
                    self._visit(child, section)
        elif kind in _CONTAINERS or (kind not in _PARAGRAPHS and _holds_blocks(element)):
            for child in element:
                self._visit(child, section)
        else:
            self._lay(element, "paragraph", section)

    def _caption(self, group: _Element, kind: SectionKind) -> None:
        """The label and the caption of several tables or figures, as one."""
        flow: list[Run | Break] = []
        for part in children(group, "label", "caption"):
            value = value_of(part)
            at = self.sheet.part(self._paths.of(part), value)
            flow += [Run(". ", at, added=True)] if flow else []
            flow += Walk(at).flow(part, kind)
        self.sheet.lay(flow, "caption", kind)

    def _title(self, title: _Element, section: SectionKind | None) -> None:
        parent = title.getparent()
        assert parent is not None
        if local(parent) not in _OPENS_SECTION:
            self._lay(title, "paragraph", section)
            return
        self._lay(title, "heading", section or self._kind(parent))

    def _kind(self, section: _Element) -> SectionKind | None:
        """What a section is by its title, else by its declared type, else by the section that it stands in."""
        if section not in self._kinds:
            title, around = descend(section, "title"), next(section.iterancestors("{*}sec"), None)
            named = classify(value_of(title)) if title is not None else None
            declared = _SEC_TYPES.get((section.get("sec-type") or "").partition("|")[0])
            self._kinds[section] = named or declared or (self._kind(around) if around is not None else None)
        return self._kinds[section]

    def _lay(self, element: _Element, role: BlockRole, section: SectionKind | None = None) -> None:
        value = value_of(element)
        if not value.strip():
            return
        at = self.sheet.part(self._paths.of(element), value)
        walk = Walk(at)
        flow = list(walk.flow(element, section))
        if role == "reference" and not find_dois(value):
            flow += [Run(f" doi:{doi}", at + len(value), added=True) for doi in _linked_dois(element)[:1]]
        self.sheet.lay(flow, role, section)
        for floating in walk.floats:
            self._visit(floating, section if section == "back" else None)


def _linked_dois(reference: _Element) -> list[str]:
    """The DOIs that a reference gives in the addresses of its links alone."""
    return [doi for element in reference.iter("{*}*") for doi in find_dois(attribute(element, "href"))]


def _holds_blocks(element: _Element) -> bool:
    return any(local(child) in _CONTAINERS | _PARAGRAPHS | FLOATS for child in element)
