"""Whether a quotation that a model gives stands, to the letter, in the passage that it names.

White space, hyphens (at line ends; the kinds of dashes) and ligatures are looked past, nothing else: not case, not
accents, not the kind of quotation mark. What stands there is also refused where cutting made it say something else:
in the midst of a word, a number with its unit, or a name; and away from a negation, a doubt, a condition or a "partial"
that governs it. Whole sentences are never refused for what was cut.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final, Literal, NamedTuple

from corpus.assertion import Named, assertions
from corpus.model import Span
from corpus.sentences import split
from corpus.terminology.terminology import shipped
from corpus.words import Word, words
from search_api.answering.governing import governors
from search_api.answering.quantities import DASH, QUANTITY
from search_api.answering.wording import listed

Reason = Literal["empty", "too short", "too long", "not in the passage", "cut"]

MAX_QUOTE_CHARS: Final = 4_000
_MOST_PLACES: Final = 20
_LEAST_WORDS: Final = 3
_LEAST_WORDS_OF_A_SENTENCE: Final = 2
_LIGATURES: Final = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LINE_END: Final = "\x1f"
"""Stands for a hyphen at a line's end, which may or may not belong to the word."""
_SOFT: Final = "\u00ad\ufffe"
_SIGHT: Final = re.compile(
    rf"(?P<line>(?<=[^\W\d_])[{DASH}{_SOFT}][^\S\n]*\n\s*(?!(?:and|or|to)\b)(?=[^\W\d_]))|(?P<soft>[{_SOFT}])|(?P<space>\s+)"
    rf"|(?P<dash>[{DASH}])|(?P<ligature>[ﬀ-ﬆ])"
)
_JOINS: Final = "-‐‑‒–−'’/_"
_FUNCTION_WORDS: Final = listed(
    "a an the of in on at to for by with and or but as is was were are be been it its he she they his her their this "
    "that these those from after before had has have which who there then also not no"
)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a quotation is none; ``detail`` says it in words for people."""

    reason: Reason
    detail: str


class _Plain(NamedTuple):
    """A text as it is compared; its character ``i`` came from ``[starts[i], ends[i])``."""

    text: str
    starts: list[int]
    ends: list[int]


def verify(quote: str, passage_text: str, passage_span: Span) -> Span | None:
    """Where ``quote`` stands in the report's normalised text; None where it is refused (``find`` says why).

    ``passage_text`` is the report's text at ``passage_span``. Raises ValueError where their lengths differ.
    """
    if len(passage_text) != passage_span.end - passage_span.start:
        raise ValueError(f"the passage has {len(passage_text)} characters, its span is {passage_span}")
    found = find(quote, passage_text)
    if isinstance(found, Refused):
        return None
    return Span(passage_span.start + found.start, passage_span.start + found.end)


def find(quote: str, passage: str) -> Span | Refused:
    """The place of ``quote`` in ``passage``, or why it is refused; of several places the first that is not cut."""
    bare = quote.strip()
    if not bare:
        return Refused("empty", "the quote is empty")
    if len(bare) > MAX_QUOTE_CHARS:
        return Refused("too long", f"the quote has over {MAX_QUOTE_CHARS:,} characters")
    refused = Refused("not in the passage", "the passage does not hold these words")
    for number, span in enumerate(islice(_places(bare, _plain(passage)), _MOST_PLACES)):
        sentences = _sentences(passage)
        whole = any(span.start == start for start, _ in sentences) and any(span.end == end for _, end in sentences)
        if short := _too_short(span.of(passage), whole=whole):
            return short
        if whole:
            return span
        if not (cut := _cut(passage, span)):
            return span
        if number == 0:
            refused = Refused("cut", cut)
    return refused


def sentences_in(passage: str, span: Span) -> list[Span]:
    """The sentences of ``passage`` that ``span`` touches."""
    return [Span(*each) for each in _sentences(passage) if each[0] < span.end and span.start < each[1]]


@lru_cache(256)
def _sentences(passage: str) -> list[tuple[int, int]]:
    return split(passage)


@lru_cache(256)
def _plain(text: str) -> _Plain:
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def add(piece: str, start: int, end: int, *, each: bool = False) -> None:
        pieces.append(piece)
        for offset in range(len(piece)):
            starts.append(start + offset if each else start)
            ends.append(start + offset + 1 if each else end)

    at = 0
    for match in _SIGHT.finditer(text):
        add(text[at : match.start()], at, match.start(), each=True)
        seen = {"line": _LINE_END, "soft": "", "space": " ", "dash": "-"}.get(str(match.lastgroup))
        add(_LIGATURES[match.group()] if seen is None else seen, *match.span())
        at = match.end()
    add(text[at:], at, len(text), each=True)
    return _Plain("".join(pieces), starts, ends)


def _places(quote: str, passage: _Plain) -> Iterator[Span]:
    """Where ``quote`` stands in the passage, in order."""
    sought = _plain(quote).text
    if not sought:
        return
    if _LINE_END not in sought and _LINE_END not in passage.text:
        at = passage.text.find(sought)
        while at >= 0:
            yield Span(passage.starts[at], passage.ends[at + len(sought) - 1])
            at = passage.text.find(sought, at + 1)
        return
    for match in _pattern(sought).finditer(passage.text):
        yield Span(passage.starts[match.start()], passage.ends[match.end() - 1])


def _pattern(sought: str) -> re.Pattern[str]:
    """A line-end hyphen of either text may be a hyphen of the other, or nothing."""
    parts = []
    for place, character in enumerate(sought):
        if character == _LINE_END:
            parts.append(f"[-{_LINE_END}]?")
        elif character == "-":
            parts.append(f"[-{_LINE_END}]")
        else:
            parts.append(re.escape(character))
            if character.isalpha() and sought[place + 1 : place + 2].isalpha():
                parts.append(f"{_LINE_END}?")
    return re.compile("".join(parts))


def _too_short(quoted: str, *, whole: bool) -> Refused | None:
    """Less than three words, or two of a whole sentence, or none that means anything, carries no statement."""
    cut = words(quoted)
    least = _LEAST_WORDS_OF_A_SENTENCE if whole else _LEAST_WORDS
    if len(cut) < least or all(word.text.lower() in _FUNCTION_WORDS for word in cut):
        return Refused("too short", "the quote carries no statement")
    return None


def _cut(passage: str, span: Span) -> str | None:
    """How cutting ``span`` out of its sentences made it say something else; None where it did not."""
    if _splits_word(passage, span.start) or _splits_word(passage, span.end):
        return "the quote is cut in the midst of a word"
    for place in (span.start, span.end):
        if any(each.start() < place < each.end() for each in _quantities_near(passage, place)):
            return "the quote is cut in the midst of a number or its unit"
    around = sentences_in(passage, span)
    for sentence in around:
        told = sentence.of(passage)
        start, end = max(span.start, sentence.start) - sentence.start, min(span.end, sentence.end) - sentence.start
        if (start, end) == (0, len(told)):
            continue
        if name := _splits_name(told, start, end):
            return f"the quote is cut in the midst of “{name}”"
        for cue in governors(told):
            if not (start <= cue.start and cue.end <= end) and _turns_words(told, cue.first, cue.last, start, end):
                return f"the quote leaves out “{told[cue.start : cue.end]}”, which governs it"
        if _asserts_otherwise(told, start, end):
            return "the quote leaves out what says that it is denied, doubted, past or another's"
    return None


def _splits_word(text: str, place: int) -> bool:
    before, after = text[max(0, place - 2) : place], text[place : place + 2]
    if not before or not after:
        return False
    if _is_letter(before[-1]) and _is_letter(after[0]):
        return True
    if after[0] in _JOINS:
        return _is_letter(before[-1]) and _is_letter(after[1:2])
    return before[-1] in _JOINS and _is_letter(before[:-1]) and _is_letter(after[0])


def _is_letter(character: str) -> bool:
    return (
        character.isalnum() or character in (_SOFT[0], "\u200b", "\u200d", "\ufe0f", "\u0301") if character else False
    )


def _quantities_near(text: str, place: int) -> list[re.Match[str]]:
    start = max(0, place - 80)
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    return list(QUANTITY.finditer(text, start, min(len(text), place + 60)))


def _splits_name(sentence: str, start: int, end: int) -> str | None:
    """The drug's or disease's name of several words that is cut at ``start`` or ``end``, if one is."""
    for kind, first, last in _names(sentence):
        if kind in ("drug", "disease") and (first < start < last or first < end < last):
            return sentence[first:last]
    return None


@lru_cache(256)
def _names(sentence: str) -> list[tuple[str, int, int]]:
    """What the sentence names: kind and place."""
    cut, terminology = _words(sentence), shipped()
    return [
        (terminology.kind(mention.concepts[0]), cut[mention.first].start, cut[mention.last - 1].end)
        for mention in terminology.find(cut)
    ]


@lru_cache(256)
def _words(sentence: str) -> list[Word]:
    return words(sentence)


def _turns_words(sentence: str, first: int, last: int, start: int, end: int) -> bool:
    """Whether any word of ``[start, end)`` is within ``[first, last)``."""
    cut = _words(sentence)
    starts = [word.start for word in cut]
    begin, stop = max(first, start), min(last, end)
    place = max(0, bisect_right(starts, begin) - 1)
    return any(max(word.start, begin) < min(word.end, stop) for word in cut[place:] if word.start < stop)


def _asserts_otherwise(sentence: str, start: int, end: int) -> bool:
    """Whether what the quote asserts of anything that it names is not what the sentence asserts of it."""
    named = [
        Named(first, last, kind == "procedure")
        for kind, first, last in _names(sentence)
        if start <= first and last <= end
    ]
    inside = [Named(first - start, last - start, procedure) for first, last, procedure in named]
    return assertions(sentence, named) != assertions(sentence[start:end], inside)
