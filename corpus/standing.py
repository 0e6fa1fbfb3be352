"""How a report stands to others: retracted, corrected or doubted by a notice, the preprint of a published form.

What a source declares holds in both directions: a retraction notice in the catalog marks the article that it
names, though the article's own file may be older than its retraction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

from corpus.catalog import Catalog
from corpus.model import RelationKind

_PAIRS: Final[tuple[tuple[RelationKind, RelationKind], ...]] = (
    ("retracts", "retracted-by"),
    ("corrects", "corrected-by"),
    ("concern-about", "concern-in"),
    ("preprint-of", "has-preprint"),
)
_INVERSE: Final[dict[str, RelationKind]] = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}
_ORDER: Final = {kind: at for at, kind in enumerate(get_args(RelationKind))}
WARNINGS: Final = ("retracted-by", "concern-in", "corrected-by")
"""The kinds that a reader must be told of before relying on a report."""


@dataclass(frozen=True, slots=True)
class Link:
    """Read "this report KIND that one". ``report_id`` is None where that one is not in the catalog.

    ``identifier`` is "doi:…", "pmid:…" or "pmcid:…"; empty where it is not known.
    """

    kind: RelationKind
    identifier: str
    report_id: str | None


def links(catalog: Catalog, report_id: str) -> list[Link]:
    """All that is known, from the report's own sources and from others'. Raises NotFoundError."""
    report_id = catalog.resolve(report_id)
    found: list[Link] = []
    for kind, target in catalog.relations(report_id):
        identifier = "" if target.startswith("report:") else target
        others: list[str | None] = [*_reports(catalog, target)]
        found += [Link(kind, identifier, other) for other in others or [None]]
    found += [
        Link(_INVERSE[kind], _name(catalog, other), other)
        for other, kind in catalog.related_to(catalog.identifiers(report_id))
    ]
    named = {link.kind for link in found if link.identifier or link.report_id}
    kept: dict[tuple[str, str], Link] = {}
    for link in found:
        if link.report_id != report_id and (link.identifier or link.report_id or link.kind not in named):
            kept.setdefault((link.kind, link.report_id or link.identifier), link)
    return sorted(kept.values(), key=lambda link: (_ORDER[link.kind], link.identifier, link.report_id or ""))


def warnings(catalog: Catalog, report_id: str) -> tuple[Link, ...]:
    """The links that a reader must be told of: retraction, expression of concern, correction."""
    return tuple(link for link in links(catalog, report_id) if link.kind in WARNINGS)


def _reports(catalog: Catalog, target: str) -> list[str]:
    if target.startswith("report:"):
        name = target.removeprefix("report:")
        return [name] if catalog.has(name) else []
    return catalog.with_key(target) if target else []


def _name(catalog: Catalog, report_id: str) -> str:
    """The surest identifier of a report; empty where it has none."""
    names = [name for name in catalog.identifiers(report_id) if not name.startswith("report:")]
    return min(names, key=lambda name: ("doi", "pmid", "pmcid").index(name.partition(":")[0]), default="")
