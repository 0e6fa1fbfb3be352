"""What a question's words leave to be told: those that no report holds, and abbreviations with several meanings."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.amounts import counted
from indexer.generation import Generation
from search_api.model import Ambiguity
from search_api.retrieval.sought import Sought

_SHOWN = 5
_FRAME = frozenset([
    "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "did", "do", "does", "can", "could",
    "should", "would", "may", "might", "were", "has", "have", "had", "been", "any", "some", "me", "my", "you", "your",
])  # fmt: skip
"""Words that make a sentence a question. That no report holds one tells nothing."""


def notices(generation: Generation, wanted: Sought) -> tuple[str, ...]:
    """In words, for people."""
    unheld = _unheld(generation, wanted)
    return (*([f"no report holds {_listed(unheld)}"] if unheld else []), *map(_meanings, wanted.ambiguous))


def _unheld(generation: Generation, wanted: Sought) -> list[str]:
    """The user's words that no report holds, where nothing else that is looked for in their stead is held either."""
    frequency = generation.lexical.document_frequency
    held: dict[str, bool] = {}
    for group, word in zip(wanted.groups, wanted.words, strict=True):
        held[word] = held.get(word, False) or any(frequency(name) for name, _ in group.terms)
    return [word for word, is_held in held.items() if not is_held and word.casefold() not in _FRAME]


def _listed(words: Sequence[str]) -> str:
    shown = [f"“{word}”" for word in words[:_SHOWN]]
    if len(words) > _SHOWN:
        shown.append(counted(len(words) - _SHOWN, "other word"))
    return " or ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _meanings(ambiguity: Ambiguity) -> str:
    told = [each.long + _said_by(each.reports) for each in ambiguity.meanings]
    doubt = "" if any(each.reports for each in ambiguity.meanings) else ", though no report says so"
    return f"“{ambiguity.said}” stands for {', '.join(told[:-1])} or {told[-1]}{doubt}"


def _said_by(reports: int) -> str:
    return f" ({counted(reports, 'report')})" if reports else ""
