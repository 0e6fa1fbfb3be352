"""The XML tree of an article: parsed safely, asked by names without namespaces, its elements named by XPaths."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.etree import _Element, _ElementTree

from corpus.errors import EmptyFileError, MalformedError
from corpus.normalise import fold
from corpus.tracked import Tracked

_LONGEST_ENTITY = 1_000
"""A longer text is no word that an author had a name for."""
_LOST = "\N{REPLACEMENT CHARACTER}"
_TAG = re.compile(r"<[^<>]*>")
_NAME = re.compile(r"&#?\w+;")


def parse(data: bytes, name: str) -> _ElementTree:
    """The tree that locations refer to: no comments, nothing fetched, character entities as characters.

    Raises EmptyFileError, and MalformedError for what is not well-formed XML (or deeper or bigger than libxml2's
    own bounds).
    """
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
    declared = _declared(root.getroottree())
    for entity in list(root.iter(etree.Entity)):
        _replace_entity(entity, declared)
    return root.getroottree()


def _declared(tree: _ElementTree) -> dict[str, str]:
    """The texts that the document itself declares for names, without mark-up; no name in them is followed."""
    dtd: Any = tree.docinfo.internalDTD  # the stubs know none of its methods
    found: dict[str, str] = {}
    for entity in dtd.iterentities() if dtd is not None else ():
        content = entity.content  # None where it is in a file of its own
        if entity.name and content and len(content) <= _LONGEST_ENTITY:
            found[entity.name] = _NAME.sub(lambda named: _character(named.group()), _TAG.sub("", content))
    return found


def _character(named: str) -> str:
    """The character that the entity ``named`` ("&alpha;") stands for; the sign for a lost one where it is none."""
    character = html.unescape(named)
    return character if character != named else _LOST


def _replace_entity(entity: _Element, declared: dict[str, str]) -> None:
    """Puts what a named entity stands for: the text declared for it, a character, or the sign for a lost one."""
    name = (entity.text or "")[1:-1]
    text = (declared[name] if name in declared else _character(f"&{name};")) + (entity.tail or "")
    parent, before = entity.getparent(), entity.getprevious()
    assert parent is not None
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text
    entity.tail = None
    parent.remove(entity)


def local(element: _Element | None) -> str:
    """The element's name without its namespace; "" for none."""
    return "" if element is None else str(element.tag).rpartition("}")[2]


def attribute(element: _Element, name: str) -> str:
    """The attribute so named, whatever its namespace; "" where there is none."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), "")


def value_of(element: _Element) -> str:
    """The element's XPath string value."""
    return "".join(map(str, element.itertext()))


def line_of(element: _Element | None) -> str:
    """The element's string value on one line; "" for none."""
    return "" if element is None else fold(Tracked.of(value_of(element))).text


def children(element: _Element | None, *names: str) -> Iterator[_Element]:
    """The child elements so named, whatever their namespace."""
    if element is not None:
        yield from (child for child in element if local(child) in names)


def descend(element: _Element | None, *path: str) -> _Element | None:
    """The first element at ``path``, one name a level; None where there is none."""
    for name in path:
        element = next(children(element, name), None)
    return element


class Paths:
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


class RecordedPaths(Paths):
    """The paths as they are now: for a tree that is about to be made over."""

    def __init__(self, root: _Element) -> None:
        super().__init__()
        paths = Paths()
        self._recorded = {element: paths.of(element) for element in root.iter(etree.Element)}

    def of(self, element: _Element) -> str:
        """The path that ``element`` had; KeyError for one that is new."""
        return self._recorded[element]
