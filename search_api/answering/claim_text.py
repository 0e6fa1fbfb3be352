"""A claim, or what its quote stands in, as it is read to be compared: tokens, names, and what governs what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from corpus.assertion import Named, assertions
from corpus.model import Span
from corpus.terminology.terminology import shipped
from corpus.words import words
from search_api.answering.governing import Governor, governors
from search_api.answering.wording import Token, tokens

Fault = Literal["empty", "too long", "characters", "number", "drug", "negation", "person", "beyond the quote", "order"]

_NAMED_KINDS: Final = ("drug", "disease", "procedure", "finding")


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Why a claim is dropped; ``detail`` says it in words for people."""

    fault: Fault
    detail: str


class Text(NamedTuple):
    """A text's tokens, the names in it (kind, place) and what governs what; offsets are in the text."""

    text: str
    tokens: list[Token]
    names: list[tuple[str, int, int]]
    governors: list[Governor]
    sentences: list[Span]

    def name_at(self, token: Token) -> str | None:
        """The kind of the name that the token is part of."""
        return next((kind for kind, start, end in self.names if start < token.end and token.start < end), None)

    def cues(self, token: Token, *, far: bool = False) -> set[str]:
        """The words that govern the token; ``far``: only those that reach to it from before and afar."""
        return {
            " ".join(self.text[cue.start : cue.end].lower().split())
            for cue in self.governors
            if cue.turns(token.start, token.end) and (not far or (cue.reaches_far and cue.end <= token.start))
        }

    def asserted(self, token: Token) -> str:
        """What the text asserts of the token."""
        span = next((each for each in self.sentences if each.start <= token.start < each.end), Span(0, len(self.text)))
        place = Named(token.start - span.start, min(token.end, span.end) - span.start)
        return assertions(span.of(self.text), [place])[0]


def read(text: str, sentences: list[Span]) -> Text:
    """The reading of some ``sentences`` of ``text``."""
    found: list[Token] = []
    names: list[tuple[str, int, int]] = []
    cues: list[Governor] = []
    terminology = shipped()
    for span in sentences:
        part, at = span.of(text), span.start
        found += [token._replace(start=token.start + at, end=token.end + at) for token in tokens(part)]
        cut = words(part)
        for mention in terminology.find(cut):
            kind = terminology.kind(mention.concepts[0])
            if kind in _NAMED_KINDS:
                names.append((kind, cut[mention.first].start + at, cut[mention.last - 1].end + at))
        cues += [
            cue._replace(start=cue.start + at, end=cue.end + at, first=cue.first + at, last=cue.last + at)
            for cue in governors(part)
        ]
    return Text(text, found, names, cues, sentences)
