"""Whether a claim says no more than its quote: each of its words is the quote's, in the quote's order, none turned.

A claim is held to be a shortening of its quote. Quantities with their units, names of drugs and diseases, and
negations must stand in both; what a shortening may leave out between the words that it keeps is neither a quantity, nor
a name, nor a verb, nor a word that governs them. That a drug was given may be said in another word for giving.
What this lets through is in ``tests/search_api/test_answering_claims.py``; what it cannot weigh, such as whether the
author was right, it does not claim to.
"""

from __future__ import annotations

import re
from typing import Final

from corpus.cases.roles import CASE_KINDS, Role, role_of
from corpus.model import SectionKind, Span
from corpus.sentences import split
from search_api.answering.aligning import aligned, in_order, sought_in
from search_api.answering.claim_text import Fault, Text, Unsupported, read
from search_api.answering.restricting import narrowed
from search_api.answering.shortening import left_out
from search_api.answering.verify import sentences_in
from search_api.answering.wording import ARTICLES, AUXILIARIES, FEMALE, MALE, OPEN, OTHERS, PREPOSITIONS, SAYS, Token

MAX_CLAIM_CHARS: Final = 1_000
_PLAIN_MARKS: Final = frozenset(" .,;()'-")
_DENIALS: Final = frozenset(["no", "not", "never", "none", "without", "neither", "nor", "cannot", "non"])
_LEAST: Final = 2
_OTHER_PERSON: Final = re.compile(
    r"\b(?:wife|husband|spouse|partner|donor|cousin|friend|roommate|twin|sibling|brother|sister|mother|father|uncle|aunt|"
    r"neighbou?r|colleague|co-?worker|classmate|"
    r"(?:first|second|third|fourth|other|another|similar|earlier|previous|reported|published|index)\s+(?:child|patient|case|"
    r"report|series|paper|publication|wom[ae]n|m[ae]n|girl|boy|infant|one)|"
    r"case\s+(?:\d+|[a-d])|in\s+others|controls?|placebo|(?:in\s+)?(?:mice|mouse|rats?|rabbits?|dogs?|cats?|animals?)|"
    r"in\s+vitro)\b",
    re.IGNORECASE,
)
_OWNED: Final = re.compile(r"(?<!patient)['’]s\s\w+\s(?:received|took|was\s(?:treated|given))\b", re.IGNORECASE)
"""Somebody else's somebody was treated."""
_LESS_AT_THE_END: Final = re.compile(
    r"\b(partially|in\s+part|temporarily|transiently|briefly|incompletely|initially|at\s+first|for\s+a\s+while)\b(?=\s*(?:[.,;]|$))",
    re.IGNORECASE,
)


def check(claim: str, passage: str, quote: Span, section: SectionKind = "body") -> Unsupported | None:
    """What is wrong with ``claim`` as a shortening of ``passage[quote]``; None where nothing is.

    ``section`` is the kind that the passage stands in: where a case is told, "the patient" need not be named by a
    quote that says what was given.
    """
    if refused := _unreadable(claim, quote.of(passage)):
        return refused
    if _bare(claim) == _bare(quote.of(passage)):
        return None
    if "?" in quote.of(passage) and "?" not in claim:
        return Unsupported("negation", "the quote asks, and does not say")
    if (other := _of_others(passage, quote)) and other.lower() not in claim.lower():
        return Unsupported("person", f"the quote tells of “{other}”")
    if (less := _LESS_AT_THE_END.search(quote.of(passage))) and less.group(1).lower() not in claim.lower():
        return Unsupported("negation", f"the claim leaves out “{less.group(1)}”")
    said = read(claim, [Span(*each) for each in split(claim)])
    told = read(passage, sentences_in(passage, quote))
    within = [token for token in told.tokens if quote.start <= token.start and token.end <= quote.end]
    sought = [token for token in said.tokens if token.kind != "free"]
    if refused := _lacking(said, sought_in(said.tokens), within) or _other_sex(said.tokens, told.tokens):
        return refused
    places, is_loose = in_order(sought, within), False
    if places is None and any(token.kind == "given" for token in sought):
        sought, is_loose = sought_in(said.tokens), True
        places = aligned(sought, within, told.text)
    if places is None and is_loose and _is_of_the_patient(told, section) and not _OWNED.search(quote.of(passage)):
        sought = [token for token in sought if token.key != "person"]
        places = aligned(sought, within, told.text)
    if places is None:
        if any(token.kind == "person" for token in sought) and not any(token.kind == "person" for token in within):
            return Unsupported("person", "the quote names no patient")
        return Unsupported("order", "the claim puts the quote's words in another order")
    if len(sought) < _LEAST or said.tokens[-1].text.lower() in OPEN:
        return Unsupported("empty", "the claim says nothing that the quote could support")
    if illness := _given_illness(said, sought, is_loose=is_loose):
        return illness
    pairs = [(token, within[place]) for token, place in zip(sought, places, strict=True)]
    if not is_loose and (refused := _made_subject(said, told, within[places[0]])):
        return refused
    kept = max(within[place].end for place in places)
    return (
        narrowed(claim, passage, sentences_in(passage, quote), kept)
        or left_out(told, within, places, is_loose=is_loose)
        or _joined_anew(said, pairs, within)
        or _turned(said, told, pairs)
    )


def _of_others(passage: str, quote: Span) -> str:
    """Another person or another case that the quote's sentences tell of; empty where none."""
    found = (_OTHER_PERSON.search(span.of(passage)) for span in sentences_in(passage, quote))
    return next((match.group() for match in found if match), "")


def _is_of_the_patient(told: Text, section: SectionKind) -> bool:
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


def _lacking(said: Text, sought: list[Token], quote: list[Token]) -> Unsupported | None:
    """The first token that the quote has nowhere."""
    keys = {token.key for token in quote}
    said_of = {token.text.lower() for token in quote}
    for token in sought:
        if token.key in keys or token.kind == "person" or (token.kind == "given" and said_of & SAYS[token.key]):
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


def _given_illness(said: Text, sought: list[Token], *, is_loose: bool) -> Unsupported | None:
    """A claim by which an illness was given, started or stopped; it may be treated, if the quote has that word."""
    if not any(token.kind == "given" and (is_loose or token.text.lower() != "treated") for token in sought):
        return None
    thing = next((token for token in sought if token.kind not in ("person", "given", "quantity", "number")), None)
    if thing is not None and said.name_at(thing) in ("disease", "finding"):
        return Unsupported("order", f"“{thing.text}” is not what was given")
    return None


def _made_subject(said: Text, told: Text, first: Token) -> Unsupported | None:
    """A claim with a verb that begins with what stands behind a preposition: "lupus improved", for "with lupus"."""
    before = [token for token in told.tokens if token.end <= first.start]
    while before and before[-1].text.lower() in ARTICLES:
        before.pop()
    says = any(token.is_verb or token.text.lower() in AUXILIARIES for token in said.tokens)
    of_treatment = len(before) > 1 and before[-2].text.lower() in ("treatment", "therapy")
    if says and len(before) > 1 and not of_treatment and before[-1].text.lower() in PREPOSITIONS:
        return Unsupported("order", f"the claim begins behind “{before[-1].text}”")
    return None


def _joined_anew(said: Text, pairs: list[tuple[Token, Token]], quote: list[Token]) -> Unsupported | None:
    """A name of the claim whose words do not stand side by side in the quote."""
    at = {token.start: place for place, token in enumerate(quote)}
    for _, start, end in said.names:
        places = [at[told.start] for claimed, told in pairs if start < claimed.end and claimed.start < end]
        name = [token.key for token in said.tokens if start < token.end and token.start < end]
        if len(places) > 1 and [token.key for token in quote[min(places) : max(places) + 1]] != name:
            return Unsupported("drug", f"“{said.text[start:end]}” is put together from words that stand apart")
    return None


def _turned(said: Text, told: Text, pairs: list[tuple[Token, Token]]) -> Unsupported | None:
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
