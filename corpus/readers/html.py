"""Web pages: a journal's article page, saved or scraped, with or without the site around it.

Locations name elements by a CSS path from the root and an offset into the element's string value in
the tree that ``parse`` gives.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser

from corpus.errors import EmptyFileError
from corpus.identity import own_identifiers
from corpus.model import Bibliography
from corpus.normalise import fold
from corpus.readers import html_front
from corpus.readers.base import Read
from corpus.readers.html_layout import Layout
from corpus.readers.html_repeats import with_whole_captions, without_repeats
from corpus.readers.html_tree import HEADINGS, Node, build, check_nesting, is_furniture, main_part
from corpus.readers.markup import Sheet
from corpus.readers.text import decode
from corpus.sections import classify
from corpus.tracked import Tracked

_CHARSET = re.compile(
    rb"""<(?:meta\b[^>]{0,200}?\bcharset|\?xml\b[^>]{0,200}?\bencoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE
)
_REFERENCE = re.compile(r"\s*[\[(]?\d{1,3}[.)\]]{1,2}\s*[^\W\d_][^\n]*\b(?:19|20)\d\d\b", re.DOTALL)
"""How an entry of a numbered list of references looks."""
_LEAST_REFERENCE = 40
_LEAST_PROSE = 150
_VERB = re.compile(r"\b(?:was|were|is|are|had|has|have|who|which|that|we|he|she|they)\b", re.IGNORECASE)
"""What sentences are made with, and lists of names and places are not."""
_FRONT = 3000
"""How much of a page's top may name the article's own identifiers, in code points."""


class HtmlReader:
    """Reads one article from one HTML page."""

    name = "html"
    version = 3

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """The page as one record."""
        parsed = parse(data, name)
        page = build(parsed, name)
        article = main_part(page)
        about = html_front.bibliography(parsed)
        if about.title is None:
            about = replace(about, title=html_front.title_from_page(parsed, _first_headings(article, page)))
        about = _with_notices(about, page)
        sheet = Sheet()
        layout = Layout(page, sheet, about.title)
        _title_outside(layout, page, article, about.title)
        layout.lay_out(article)
        sheet.blocks = without_repeats(with_whole_captions(sheet.blocks))
        yield Read("", sheet.report(_with_identifiers(about, sheet), reader=self.name, name=name))


def _with_notices(about: Bibliography, page: Node) -> Bibliography:
    """``about`` and the notices that the page itself names; of one kind, those whose place is known."""
    told = dict.fromkeys((*about.relations, *html_front.relations_told(page)))
    placed = {relation.kind for relation in told if relation.identifier}
    kept = tuple(relation for relation in told if relation.identifier or relation.kind not in placed)
    return replace(about, relations=kept)


def _first_headings(article: Node, page: Node) -> list[str]:
    """The texts of the ``<h1>`` elements: the article's own first, else those elsewhere on the page."""
    for holder in (article, page):
        found = [node.value() for node in holder.walk() if node.tag == "h1" and _is_shown(node, page)]
        if kept := [line for line in (fold(Tracked.of(text)).text for text in found) if line]:
            return kept
    return []


def _is_shown(node: Node, page: Node) -> bool:
    return not any(is_furniture(around, page) for around in (node, *node.ancestors()))


def _title_outside(layout: Layout, page: Node, article: Node, title: str | None) -> None:
    """Lays the title out where it stands outside the article's element: in a heading, else in ``<title>``."""
    if not title or any(layout.is_title(node) for node in article.walk() if node.tag in HEADINGS):
        return
    for node in page.walk():
        if node.tag in HEADINGS and layout.is_title(node):
            layout.lay_title(node, 0, node.length)
            return
    words = re.compile(r"\s+".join(map(re.escape, title.split())), re.IGNORECASE)
    for node in page.walk():
        if node.tag == "title" and (match := words.search(node.value())):
            layout.lay_title(node, *match.span())
            return


def _with_identifiers(about: Bibliography, sheet: Sheet) -> Bibliography:
    """``about`` with the identifiers that the text above the first heading names, where ``<meta>`` gave none.

    A page without headings is read as far as its first prose or reference: what those name is another article.
    """
    if about.doi or about.pmid or about.pmcid:
        return about
    front: list[str] = []
    for block in sheet.blocks:
        text = block.text.text
        if block.role == "heading" or block.section == "references" or classify(text) == "references":
            break
        if block.role == "reference" or (len(text) >= _LEAST_REFERENCE and _REFERENCE.match(text)):
            break
        if block.section != "front" and len(text) >= _LEAST_PROSE and len(_VERB.findall(text)) > 1:
            break
        front.append(text)
    own = own_identifiers("\n".join(front)[:_FRONT])
    return replace(about, doi=own.doi, pmid=own.pmid, pmcid=own.pmcid)


def parse(data: bytes, name: str) -> LexborHTMLParser:
    """The tree that locations refer to. Raises MalformedError for a page that nests too deep to be parsed in time."""
    text = _decoded(data, name)
    check_nesting(text, name)
    return LexborHTMLParser(text)


def _meant(label: str) -> str:
    """The encoding that browsers take ``label`` for: one that is read as ASCII cannot be of two bytes a character."""
    if label in ("iso-8859-1", "latin1", "us-ascii", "ascii"):
        return "cp1252"
    return "utf-8" if label.startswith(("utf-16", "utf16", "utf-32", "utf32", "unicode", "ucs-2")) else label


def _decoded(data: bytes, name: str) -> str:
    """By the byte order mark, the declared encoding, then as any text."""
    if not data.strip():
        raise EmptyFileError(f"{name} is empty: there is nothing to read")
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        label = _meant(declared.group(1).decode("ascii", "replace").lower())
        try:
            return data.decode(label)
        except (LookupError, UnicodeError):
            pass  # a wrong label is common; the bytes then speak for themselves
    return decode(data, name)
