"""The entries of an XML file one after the other, so that a file of 100 MB needs the memory of one entry."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator
from io import BytesIO

from lxml import etree
from lxml.etree import _Element

from corpus.errors import EmptyFileError, MalformedError
from corpus.readers.markup import Run


def stream(data: bytes, name: str, tags: Collection[str]) -> Iterator[tuple[int, _Element]]:
    """Each outermost element named in ``tags``, with the line on which it starts; it is emptied after its turn.

    Nothing is fetched and no entity is expanded. Raises EmptyFileError, and MalformedError where the file stops
    being XML: the entries before that have been given by then.
    """
    if not data.strip():
        raise EmptyFileError(f"{name} is empty: there is nothing to read")
    events = etree.iterparse(
        BytesIO(data),
        events=("end",),
        tag=tuple(tags),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    given = 0
    try:
        for _, element in events:
            if any(parent.tag in tags for parent in element.iterancestors()):
                continue
            given += 1
            yield element.sourceline or 0, element
            element.clear()
            for before in element.itersiblings(preceding=True):
                element.getparent().remove(before)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        reason = (error.msg or "").rpartition(", line")[0] or error.msg
        raise MalformedError(
            f"{name} is not well-formed XML from line {line}, column {column} on ({reason}): {given} of its entries"
            " were read before that; get the file anew"
        ) from error


def text_of(element: _Element | None) -> str:
    """The element's string value, named entities as characters; "" for none."""
    return "" if element is None else "".join(text for text, _ in _pieces(element, raised=False))


def runs_of(element: _Element, at: int) -> list[Run]:
    """The element's character data as runs that stand from ``at`` on; together they are its ``text_of``."""
    runs = []
    for text, raised in _pieces(element, raised=False):
        runs.append(Run(text, at, raised=raised))
        at += len(text)
    return runs


def _pieces(element: _Element, *, raised: bool) -> Iterator[tuple[str, bool]]:
    """Character data with whether it is a superscript. The depth of recursion is bounded by the parser's own limit."""
    if element.tag is etree.Entity:
        yield _character(str(element.text)), raised
        return
    kind = (element.tag if isinstance(element.tag, str) else "").rpartition("}")[2]
    raised = raised or kind == "sup"
    if element.text:
        yield str(element.text), raised
    for at, child in enumerate(element):
        yield from _pieces(child, raised=raised or (kind == "msup" and at == 1))
        if child.tail:
            yield str(child.tail), raised


def _character(entity: str) -> str:
    """The character that ``&name;`` stands for; nothing where it stands for none that HTML knows."""
    character = html.unescape(entity)
    return "" if character == entity else character
