"""What a question's words leave to be told: those that no report holds, what is denied in words, abbreviations with
several meanings or none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.amounts import counted
from corpus.terminology.kinds import SUBJECT
from corpus.terminology.naming import is_abbreviation
from corpus.terminology.terminology import shipped
from corpus.words import words
from indexer.generation import Generation
from search_api.model import Ambiguity
from search_api.retrieval.query import Asked
from search_api.retrieval.sought import Sought

_SHOWN = 5
_FRAME = frozenset([
    "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "did", "do", "does", "can", "could",
    "should", "would", "may", "might", "were", "has", "have", "had", "been", "any", "some", "me", "my", "you", "your",
])  # fmt: skip
"""Words that make a sentence a question. That no report holds one tells nothing."""
_DENIAL: Final = re.compile(
    r"\b(?:without|excluding|except|no)\s+(?:(?:any|a|an|the|evidence of|signs? of|history of)\s+)*(?=\w)", re.I
)
_LONGEST_NAME: Final = 120
"""In characters, with room for how it is written: what is looked at behind a denial."""
_NUMERAL: Final = re.compile("[IVX]+")


def notices(generation: Generation, asked: Asked, wanted: Sought) -> tuple[str, ...]:
    """In words, for people."""
    unheld, unexplained = _unheld(generation, wanted), _unexplained(generation, asked, wanted)
    told = [_denied(asked)]
    if unheld:
        told.append(f"no report holds {_listed(unheld)}")
    if unexplained:
        told.append(
            f"neither the reports nor the terminology say what {_listed(unexplained)} stands for: "
            "the letters alone are looked for; write it out"
        )
    return (*filter(None, told), *map(_meanings, wanted.ambiguous))


def _denied(asked: Asked) -> str:
    """How to leave out the first illness, drug or procedure that the free words deny; empty where they deny none."""
    for text in (text for sign, text in asked.pieces if sign == ""):
        for cue in _DENIAL.finditer(text):
            after = text[cue.end() : cue.end() + _LONGEST_NAME]
            cut = words(after)
            named = next(iter(shipped().find(cut)), None)
            if named and named.first == 0 and shipped().kind(named.concepts[0]) != SUBJECT:
                thing = after[: cut[named.last - 1].end]
                written = f'"{thing}"' if " " in thing else thing
                return f"“{cue.group()}{thing}” leaves out no report: -{written} does"
    return ""


def _unexplained(generation: Generation, asked: Asked, wanted: Sought) -> list[str]:
    """The abbreviations that reports hold, but none defines, and that are no name, nor part of one."""
    if asked.text.isupper() and len(wanted.words) > 1:  # all in capitals: which are abbreviations cannot be told
        return []
    frequency, meanings = generation.lexical.document_frequency, generation.abbreviations.meanings
    undefined = [
        word
        for group, word in zip(wanted.groups, wanted.words, strict=True)
        if is_abbreviation(word) and not _NUMERAL.fullmatch(word)
        if frequency(group.terms[0][0]) and not meanings(word)
    ]
    if not undefined:
        return []
    cut = words(asked.text)
    named = {cut[at].text for mention in shipped().find(cut) for at in range(mention.first, mention.last)}
    return [word for word in undefined if word not in named]


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
