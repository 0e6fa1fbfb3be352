"""The diseases and chemicals that a text names."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.entities.model import Entity, Kind
from corpus.model import Span
from corpus.sentences import split
from corpus.terminology.terminology import shipped
from corpus.words import words

_KINDS: dict[str, Kind] = {"disease": "disease", "finding": "disease", "drug": "chemical", "other": "chemical"}


def entities(text: str, sentences: Iterable[tuple[int, int]] | None = None) -> list[Entity]:
    """The entities of ``text``, in order, none overlapping; spans are in ``text``.

    ``sentences``: only of these, spans of it. What the text says of an abbreviation anywhere counts everywhere.
    """
    terminology = shipped()
    found = []
    for start, end in split(text) if sentences is None else sentences:
        cut = words(text[start:end])
        for mention in terminology.find(cut):
            kind = _KINDS.get(terminology.kind(mention.concepts[0]))
            if kind:
                span = Span(start + cut[mention.first].start, start + cut[mention.last - 1].end)
                found.append(Entity(span, kind, mention.concepts))
    return found
