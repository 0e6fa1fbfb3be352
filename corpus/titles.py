"""What a title says of its article: that it was taken back, or that it is a notice about another."""

from __future__ import annotations

import re
from dataclasses import replace

from corpus.model import Bibliography, Relation, RelationKind

_TITLE_WORDS: dict[RelationKind, str] = {
    "retracted-by": r"(?:retracted|withdrawn)(?:\s+(?:article|paper|chapter|case\s+report))?\s*[:\])]",
    "retracts": r"(?:notice\s+of\s+)?retraction\s*(?::|(?:note|notice|statement)\b)",
    "corrects": r"(?:erratum|corrigendum)\b|(?:author\s+|publisher\s+)?correction\s*(?::|to\s*:)",
    "concern-about": r"(?:editorial\s+)?expression\s+of\s+concern\b",
}
_TITLE_SAYS = {kind: re.compile(rf"\W*(?:{words})", re.IGNORECASE) for kind, words in _TITLE_WORDS.items()}
"""How journals mark titles: of articles taken back, and of the notices about them."""


def with_titled_relations(about: Bibliography) -> Bibliography:
    """``about``, and what the title says of the article ("RETRACTED: …") where nothing else says so."""
    known = {relation.kind for relation in about.relations}
    said = (kind for kind, pattern in _TITLE_SAYS.items() if about.title and pattern.match(about.title))
    return replace(about, relations=about.relations + tuple(Relation(kind) for kind in said if kind not in known))
