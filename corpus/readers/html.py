"""Web pages: a journal's article page, saved or scraped, with or without the site around it.

Locations name elements by a CSS path from the root and an offset into the element's string value in
the tree that ``parse`` gives.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from selectolax.lexbor import LexborHTMLParser

from corpus.assembly import BlockRole
from corpus.errors import EmptyFileError
from corpus.identity import own_identifiers
from corpus.model import Bibliography, SectionKind
from corpus.normalise import fold
from corpus.readers import html_front
from corpus.readers.base import Read
from corpus.readers.html_tree import BLOCKS, Node, build, is_furniture, main_part
from corpus.readers.markup import Break, Run, Sheet
from corpus.readers.text import decode
from corpus.sections import classify
from corpus.tracked import Tracked

_CHARSET = re.compile(rb"""<(?:meta\b[^>]{0,200}?\bcharset|\?xml\b[^>]{0,200}?\bencoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CAPTIONED = re.compile(r"(?P<table>tables?)|fig(?:ure)?s?\b|scheme|chart|plate|box|video", re.IGNORECASE)
_NUMBERED_CAPTION = re.compile(r"(?:supplementary\s+)?(table|fig(?:ure)?s?|scheme|chart|box|video)\b\.?\s*S?\d+", re.IGNORECASE)
_REFERENCE_LISTS = frozenset({"references", "reference", "refs", "bibliography", "citations", "reflist", "citation"})
_FRONT_WORDS = frozenset(
    "author authors affiliation affiliations aff contrib contributor contributors byline history dates pubinfo".split()
)
_SITE_HEADING = re.compile(
    r"(?:related|recommended|similar|cited by|citing|article metrics|metrics|share|comments?$|discuss this|open peer review|"
    r"people also|table of contents|log ?in|most (?:read|viewed|cited)|more (?:from|like)|you may also|download|about this|"
    r"submit|subscribe|navigation|search|article tools|rights and permissions|browse|follow us)",
    re.IGNORECASE,
)
_SHORT = 250


class HtmlReader:
    """Reads one article from one HTML page."""

    name = "html"
    version = 1

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """The page as one record."""
        page = parse(data, name)
        layout = _Layout(build(page, name), html_front.bibliography(page), page)
        yield Read("", layout.sheet.report(layout.about, reader=self.name, name=name))


def parse(data: bytes, name: str) -> LexborHTMLParser:
    """The tree that locations refer to."""
    return LexborHTMLParser(_decoded(data, name))


def _decoded(data: bytes, name: str) -> str:
    """By the byte order mark, the declared encoding, then as any text."""
    if not data.strip():
        raise EmptyFileError(f"{name} is empty: there is nothing to read")
    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        label = declared.group(1).decode("ascii", "replace").lower()
        label = "cp1252" if label in ("iso-8859-1", "latin1", "us-ascii", "ascii") else label  # as browsers do
        try:
            return data.decode(label)
        except (LookupError, UnicodeError):
            pass  # a wrong label is common; the bytes then speak for themselves
    return decode(data, name)
