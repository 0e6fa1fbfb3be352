"""Whether a claim says no more than its quote: each of its words is the quote's, in the quote's order, none turned.

A claim is held to be a shortening of its quote. Quantities with their units, names of drugs and diseases, and
negations must stand in both; what a shortening may leave out between the words that it keeps is neither a quantity, nor
a name, nor a verb, nor a word that governs them. That a drug was given may be said in another word for giving.
What this lets through is in ``tests/search_api/test_answering_claims.py``; what it cannot weigh, such as whether the
author was right, it does not claim to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from corpus.assertion import Named, assertions
from corpus.cases.roles import CASE_KINDS, Role, role_of
from corpus.model import SectionKind, Span
from corpus.sentences import split
from corpus.terminology.terminology import shipped
from corpus.words import words
from search_api.answering.governing import Governor, governors
from search_api.answering.verify import sentences_in
from search_api.answering.wording import (
    AIMS,
    ARTICLES,
    AUXILIARIES,
    FEMALE,
    GIVES,
    MALE,
    OTHERS,
    PREPOSITIONS,
    Token,
    tokens,
)

Fault = Literal["empty", "too long", "characters", "number", "drug", "negation", "person", "beyond the quote", "order"]

MAX_CLAIM_CHARS: Final = 1_000
_PLAIN_MARKS: Final = frozenset(" .,;()'-")
_NAMED_KINDS: Final = ("drug", "disease", "procedure", "finding")
_WHOLE_KINDS: Final = ("drug", "disease")
_DENIALS: Final = frozenset(["no", "not", "never", "none", "without", "neither", "nor", "cannot", "non"])
_LEAST: Final = 2


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Why a claim is dropped; ``detail`` says it in words for people."""

    fault: Fault
    detail: str


class _Text(NamedTuple):
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


def check(claim: str, passage: str, quote: Span, section: SectionKind = "body") -> Unsupported | None:
    """What is wrong with ``claim`` as a shortening of ``passage[quote]``; None where nothing is.

    ``section`` is the kind that the passage stands in: where a case is told, "the patient" need not be named by a
    quote that says what was given.
    """
    if refused := _unreadable(claim, quote.of(passage)):
        return refused
    if _bare(claim) == _bare(quote.of(passage)):
        return None
    said = _text(claim, [Span(*each) for each in split(claim)])
    told = _text(passage, sentences_in(passage, quote))
    within = [token for token in told.tokens if quote.start <= token.start and token.end <= quote.end]
    sought = [token for token in said.tokens if token.kind != "free"]
    if refused := _lacking(said, _sought(said.tokens), within) or _other_sex(said.tokens, told.tokens):
        return refused
    places, is_loose = _onwards_narrowly(sought, within), False
    if places is None and any(token.kind == "given" for token in sought):
        sought, is_loose = _sought(said.tokens), True
        places = _aligned(sought, within)
    if places is None and is_loose and _is_of_the_patient(told, section):
        sought = [token for token in sought if token.key != "person"]
        places = _aligned(sought, within)
    if places is None:
        if any(token.kind == "person" for token in sought) and not any(token.kind == "person" for token in within):
            return Unsupported("person", "the quote names no patient")
        return Unsupported("order", "the claim puts the quote's words in another order")
    if len(sought) < _LEAST:
        return Unsupported("empty", "the claim says nothing that the quote could support")
    pairs = [(token, within[place]) for token, place in zip(sought, places, strict=True)]
    if not is_loose and (refused := _made_subject(said, told, within[places[0]])):
        return refused
    return (
        _left_out(told, within, places, is_loose=is_loose)
        or _joined_anew(said, pairs, within)
        or _turned(said, told, pairs)
    )


def _is_of_the_patient(told: _Text, section: SectionKind) -> bool:
    """Whether the quote's sentences tell of a case, of nobody's family, and of nobody else."""
    if section not in CASE_KINDS or any(token.text.lower() in OTHERS for token in told.tokens):
        return False
    roles = [role_of(span.of(told.text), section) for span in told.sentences]
    return not any(role & (Role.LITERATURE | Role.FAMILY) for role in roles)


def _unreadable(claim: str, quote: str) -> Unsupported | None:
    if not claim.strip():
        return Unsupported("empty", "the claim is empty")
    if len(claim) > MAX_CLAIM_CHARS:
        return Unsupported("too long", f"the claim has over {MAX_CLAIM_CHARS:,} characters")
    strange = {mark for mark in claim if not mark.isalnum() and mark not in _PLAIN_MARKS and mark not in quote}
    if strange:
        listed = ", ".join(f"U+{ord(mark):04X}" for mark in sorted(strange)[:5])
        return Unsupported("characters", f"the claim has marks that its quote has not: {listed}")
    return None


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _text(text: str, sentences: list[Span]) -> _Text:
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
    return _Text(text, found, names, cues, sentences)


def _sought(claim: list[Token]) -> list[Token]:
    """The tokens of a claim that its quote must have; "with" and "to the patient" go with what was given."""
    gives = any(token.kind == "given" for token in claim)
    sought: list[Token] = []
    for place, token in enumerate(claim):
        before = claim[place - 1] if place else None
        ahead = [each for each in claim[place + 1 : place + 3] if each.kind != "free"]
        to_patient = gives and token.key == "to" and ahead and ahead[0].kind == "person"
        of_giving = token.key == "with" and before is not None and before.kind == "given"
        receiver = gives and token.kind == "person" and sought != [] and _came_by_to(claim, place)
        if token.kind != "free" and not to_patient and not of_giving and not receiver:
            sought.append(token)
    return sought


def _came_by_to(claim: list[Token], place: int) -> bool:
    return any(token.key == "to" for token in claim[max(0, place - 2) : place])


def _lacking(said: _Text, sought: list[Token], quote: list[Token]) -> Unsupported | None:
    """The first token that the quote has nowhere."""
    keys = {token.key for token in quote}
    gives = any(token.text.lower() in GIVES for token in quote)
    for token in sought:
        if token.key in keys or token.kind == "person" or (token.kind == "given" and gives):
            continue
        if token.kind in ("quantity", "number"):
            return Unsupported("number", f"“{token.text}” is not in the quote")
        if token.text.lower() in _DENIALS or token.text.lower().endswith(("n't", "n’t")):
            return Unsupported("negation", f"“{token.text}” is not in the quote")
        fault: Fault = "drug" if said.name_at(token) == "drug" else "beyond the quote"
        return Unsupported(fault, f"“{token.text}” is not in the quote")
    return None


def _other_sex(claim: list[Token], context: list[Token]) -> Unsupported | None:
    """A claim may tell a sex only where the quote's sentences tell the same."""
    told = {token.text.lower() for token in context}
    for sexed in (FEMALE, MALE):
        for token in claim:
            if token.text.lower() in sexed and not told & sexed:
                return Unsupported("person", f"“{token.text}”: the quote does not tell the sex")
    return None


def _aligned(sought: list[Token], quote: list[Token]) -> list[int] | None:
    """The place in ``quote`` of each token sought, rising but for that of giving, which is said in any word for it."""
    ordered = [token for token in sought if token.kind != "given"]
    best = _onwards_narrowly(ordered, quote)
    giving = None if best is None else _giving(quote, best)
    if best is None or giving is None:
        return None
    rest = iter(best)
    return [giving if token.kind == "given" else next(rest) for token in sought]


def _onwards_narrowly(ordered: list[Token], quote: list[Token]) -> list[int] | None:
    """The places of all of ``ordered``, rising: of the ways there are the narrowest, of those the first."""
    best: list[int] | None = None
    for start, token in enumerate(quote):
        if ordered and _same(token, ordered[0]):
            places = _onwards(ordered, quote, start)
            if places and (best is None or places[-1] - places[0] < best[-1] - best[0]):
                best = places
    return best


def _onwards(ordered: list[Token], quote: list[Token], start: int) -> list[int] | None:
    places, at = [], start
    for token in ordered:
        while at < len(quote) and not _same(quote[at], token):
            at += 1
        if at == len(quote):
            return None
        places.append(at)
        at += 1
    return places


def _same(token: Token, other: Token) -> bool:
    return token.key == other.key and (token.kind != "given" or token.text.lower() == other.text.lower())


def _giving(quote: list[Token], aligned: list[int]) -> int | None:
    """The nearest word of giving, where what is ``aligned`` is what it gave: "treated with", "was given", not "for"."""
    first, last = aligned[0], aligned[-1]
    near = [
        (max(first - place, place - last, 0), place)
        for place, token in enumerate(quote)
        if token.text.lower() in GIVES and place not in aligned
    ]
    if not near:
        return None
    place = min(near)[1]
    things = [each for each in aligned if quote[each].kind != "person"]
    if place > last:  # "zinc was given"; not "the patient with zinc deficiency was given"
        between = quote[last + 1 : place]
        is_subject = all(token.kind in ("free", "quantity", "number") for token in between)
        return place if is_subject and not any(token.kind == "person" for token in quote[: last + 1]) else None
    after = next((each for each in things if each > place), None)
    if after is None or any(token.is_verb for token in quote[place + 1 : after]):
        return None
    aims = [token.key for token in quote[place + 1 : after] if token.key in AIMS]
    if quote[after].key in AIMS:
        return place
    wanted = quote[place].text.lower() == "treated"
    return place if (aims[-1:] == ["with"] or (not aims and not wanted)) else None


def _left_out(told: _Text, quote: list[Token], places: list[int], *, is_loose: bool) -> Unsupported | None:
    """What stands between the words that were kept and must not be left out; or a part of a name.

    ``is_loose``: the word of giving was taken from anywhere, and what it gives was looked at already.
    """
    kept = set(places)
    ordered = sorted(kept - {place for place in kept if is_loose and quote[place].text.lower() in GIVES})
    given = next((place for place in ordered if quote[place].kind != "person"), None) if is_loose else ordered[0]
    for place in range(ordered[0], ordered[-1]):
        token = quote[place]
        if place in kept or token.kind in ("free", "person") or (is_loose and token.text.lower() in GIVES):
            continue
        if token.kind in ("quantity", "number"):
            return Unsupported("number", f"the claim leaves out “{token.text}” between words that it keeps")
        follows = next(each for each in range(place + 1, len(quote)) if quote[each].kind != "free")
        is_link = token.key in AIMS and follows in kept and follows != given
        if told.name_at(token) or token.is_verb or is_link:
            return Unsupported("order", f"the claim leaves out “{token.text}” between words that it keeps")
    for kind, start, end in told.names:
        parts = [place for place, token in enumerate(quote) if start < token.end and token.start < end]
        held = [place for place in parts if place in kept]
        if kind in _WHOLE_KINDS and held and any(quote[place].kind != "free" for place in set(parts) - kept):
            return Unsupported("drug", f"the claim names “{told.text[start:end]}” in part")
    return None


def _made_subject(said: _Text, told: _Text, first: Token) -> Unsupported | None:
    """A claim with a verb that begins with what stands behind a preposition: "lupus improved", for "with lupus"."""
    before = [token for token in told.tokens if token.end <= first.start]
    while before and before[-1].text.lower() in ARTICLES:
        before.pop()
    says = any(token.is_verb or token.text.lower() in AUXILIARIES for token in said.tokens)
    if says and len(before) > 1 and before[-1].text.lower() in PREPOSITIONS:
        return Unsupported("order", f"the claim begins behind “{before[-1].text}”")
    return None


def _joined_anew(said: _Text, pairs: list[tuple[Token, Token]], quote: list[Token]) -> Unsupported | None:
    """A name of the claim whose words do not stand side by side in the quote."""
    at = {token.start: place for place, token in enumerate(quote)}
    for _, start, end in said.names:
        places = [at[told.start] for claimed, told in pairs if start < claimed.end and claimed.start < end]
        name = [token.key for token in said.tokens if start < token.end and token.start < end]
        if len(places) > 1 and [token.key for token in quote[min(places) : max(places) + 1]] != name:
            return Unsupported("drug", f"“{said.text[start:end]}” is put together from words that stand apart")
    return None


def _turned(said: _Text, told: _Text, pairs: list[tuple[Token, Token]]) -> Unsupported | None:
    """A word that is denied, doubted or lessened in one of the two and not in the other."""
    for claimed, token in pairs:
        here, there = said.cues(claimed), told.cues(token)
        if lost := there - here:
            return Unsupported("negation", f"the claim leaves out “{min(lost)}”, which governs “{token.text}”")
        if added := said.cues(claimed, far=True) - there:
            return Unsupported("negation", f"in the quote “{min(added)}” does not govern “{token.text}”")
        if claimed.kind in ("word", "given") and said.asserted(claimed) != told.asserted(token):
            return Unsupported(
                "negation",
                f"“{token.text}” is {told.asserted(token)} in the quote, {said.asserted(claimed)} in the claim",
            )
    return None
