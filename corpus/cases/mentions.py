"""Where a sentence names treatments: drugs, classes, procedures and devices, by what is known and by how words end.

What the shipped terminology finds comes first; then drugs it does not know, by the endings of their international
names (``cues``), broken words (``spelling``), procedures and devices by their nouns, and operations said as verbs. Who
was treated, and whether, is not asked here (``giving``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from corpus.cases import treatment_words as said
from corpus.cases.heads import CONDITION, TREATMENT, Mention, Token, by_word, is_worth_asking, leftmost
from corpus.cases.measured import is_measured, is_no_treatment
from corpus.cases.naming import called, kind_of, treats
from corpus.cases.story import Line
from corpus.findings import Finding
from corpus.words import form

_TOKEN: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_ADJECTIVAL: Final = ("ive", "ic", "al", "ous", "ant")
_ITS_NOUN: Final = re.compile(
    r"\s+(?:therap(?:y|ies)|treatments?|medications?|agents?|drugs?|regimen|support)\b", re.IGNORECASE
)
_CUT: Final = re.compile(r"[a-z]-\s")
_CAPTION: Final = re.compile(r"\W{0,3}(?:\[?image\b|fig(?:ure|\.)?s?\s*\d|view\s+figure)", re.IGNORECASE)


def mentions(line: Line, shortened: Mapping[str, Mention] = MappingProxyType({})) -> list[Mention]:
    """The treatments that ``line`` names, in order, none overlapping another.

    ``shortened``: what the report's own short forms mean, of those that mean a treatment.
    """
    text, start = line.text, line.span.start
    if _CAPTION.match(text):
        return []
    covered = bytearray(len(text))
    found: list[Mention] = []
    for each in line.findings:
        first, last = each.span.start - start, each.span.end - start
        mention = _known(text, first, last, each)
        if mention:
            found.append(mention)
        if not mention and form(text[first:last].lower()) in said.PROCEDURES_OF:
            continue  # "dissection" alone is none, "lymph node dissection" is
        covered[first:last] = (TREATMENT if each.kind in ("drug", "procedure") else CONDITION) * (last - first)
    named = any(word in shortened or is_worth_asking(word) for word in _TOKEN.findall(text))
    if not (found or named or _CUT.search(text)):
        return []
    tokens = [Token(*match.span(), match.group()) for match in _TOKEN.finditer(text)]
    for place, token in enumerate(tokens):
        other = None
        if token.text in shortened:
            other = shortened[token.text]._replace(start=token.start, end=token.end)
        elif not covered[token.start] and (is_worth_asking(token.text) or text.startswith("-", token.end)):
            other = by_word(text, tokens, place, covered)
        if other:
            found.append(other)
            covered[other.start : other.end] = TREATMENT * (other.end - other.start)
    found = [_grown(text, tokens, each, covered) for each in sorted(found)]
    return list(_apart(text, (each for each in found if not is_no_treatment(text, each.start, each.end, each.kind))))


def _known(text: str, start: int, end: int, finding: Finding) -> Mention | None:
    """What the terminology found, if it treats."""
    if finding.kind not in ("drug", "procedure") or _is_never(text[start:end].lower()):
        return None
    concepts = tuple(each for each in finding.concepts if treats(each))
    if not concepts:
        return None
    name = called(concepts[0])
    if name == "partial mastectomy" and "segment" in text[start:end].lower():
        name = "segmentectomy"  # of whatever organ
    if finding.kind == "drug" and is_measured(text, start, end, name):
        return None
    return Mention(start, end, name, kind_of(concepts[0]), concepts)


def _is_never(surface: str) -> bool:
    return surface in said.NEVER or surface.startswith(("and ", "or "))


def _grown(text: str, tokens: list[Token], mention: Mention, covered: bytearray) -> Mention:
    """``mention`` with the words before it that belong to its name: "pulse steroid", "total thyroidectomy"."""
    places = [place for place, token in enumerate(tokens) if token.start == mention.start]
    if not places:
        return mention
    named = mention.kind == "procedure" and mention.name in (
        "surgery",
        "surgical excision",
        "transplantation",
        "grafting",
    )
    start = leftmost(text, tokens, places[0], covered, named=named and not mention.concepts)
    if mention.kind in ("drug", "drug_class") and start < mention.start:
        words = text[start : mention.start].lower().split()
        keep = [
            word
            for word in words
            if word
            in (
                "pulse",
                "broad-spectrum",
                "empiric",
                "empirical",
                "prophylactic",
                "adjuvant",
                "neoadjuvant",
                "palliative",
            )
        ]
        start = mention.start if not keep or len(keep) < len(words) else start
    end = mention.end
    if mention.kind == "drug_class" and text[mention.start : end].endswith(_ADJECTIVAL):
        end = noun.end() if (noun := _ITS_NOUN.match(text, end)) else end
    return mention._replace(start=start, end=end)


def _apart(text: str, found: Iterable[Mention]) -> Iterable[Mention]:
    """In order, without overlaps, and without a name that only repeats the one before it in brackets."""
    last: Mention | None = None
    for each in sorted(found, key=lambda mention: (mention.start, -mention.end)):
        if last and each.start < last.end:
            continue
        if last and text[last.end : each.start].strip() == "(" and each.name == last.name:
            continue
        yield each
        last = each
