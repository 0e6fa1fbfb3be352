"""Elements of Word documents by their names, whatever namespace (strict or transitional) they are in."""

from __future__ import annotations

from typing import Any

_OFF = frozenset({"0", "false", "off", "none"})


def local(element: Any) -> str:
    """The element's name without its namespace; "" for comments and entities."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def first(element: Any, kind: str) -> Any:
    """The first child so named; None where there is none, or no element."""
    return None if element is None else next((child for child in element if local(child) == kind), None)


def attribute(element: Any, name: str) -> str:
    """An attribute by its name without its namespace; "" where it is absent."""
    if element is None:
        return ""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def is_on(properties: Any, kind: str) -> bool:
    """Whether ``properties`` have a mark of this kind that is not switched off."""
    mark = first(properties, kind)
    return mark is not None and attribute(mark, "val") not in _OFF
