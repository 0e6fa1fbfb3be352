"""What a shortening may leave out of a sentence without saying something else."""

from __future__ import annotations

import re
from typing import Final

from corpus.assertion import NEXT_CLAUSE
from corpus.assertion_cues import ENDS
from search_api.answering.claim_text import Text, Unsupported
from search_api.answering.wording import AIMS, LINKS, SAYS, Token

_WHOLE_KINDS: Final = ("drug", "disease")
_DENIES: Final = re.compile(
    r"(?:no|not|neither|nor|\w+n['’]t|cannot|never|negative|absent|none|nil|without|w/o|lack|absence|free|fail|den[iy]|"
    r"unable|inab|rather|instead|in|as opposed|hardly|barely|scarcely|rarely|seldom|excluded|rul|declined|refused|"
    r"withheld|avoid|prevent|to (?:avoid|prevent)|in order|contraind|cancel|postponed|unlikely)",
    re.IGNORECASE,
)
_COMMA: Final = re.compile(r"[,;:]\s")


def left_out(told: Text, quote: list[Token], places: list[int], *, is_loose: bool) -> Unsupported | None:
    """What was left out of the ``quote``, of which the tokens at ``places`` were kept, and must not be; if anything.

    ``is_loose``: the word of giving was taken from anywhere, and what it gives was looked at already.
    """
    kept = set(places)
    return (
        _between(told, quote, places, is_loose=is_loose)
        or _governed(told, quote, kept)
        or _subject(told, quote, kept)
        or _end_of_name(told, quote, kept)
    )


def _between(told: Text, quote: list[Token], places: list[int], *, is_loose: bool) -> Unsupported | None:
    """A quantity, a name, a verb or a preposition between the words that were kept."""
    kept = set(places)
    ordered = sorted(kept - {place for place in kept if is_loose and quote[place].text.lower() in SAYS["given"]})
    given = next((place for place in ordered if quote[place].kind != "person"), None) if is_loose else ordered[0]
    for place in range(ordered[0], ordered[-1]):
        token = quote[place]
        if place in kept or token.kind in ("free", "person") or (is_loose and token.text.lower() in SAYS["given"]):
            continue
        if token.kind in ("quantity", "number"):
            return Unsupported("number", f"the claim leaves out “{token.text}” between words that it keeps")
        follows = next(each for each in range(place + 1, len(quote)) if quote[each].kind != "free")
        is_link = token.key in AIMS and follows in kept and follows != given
        is_verb = token.is_verb or quote[place - 1].key == "to"
        if told.name_at(token) or is_verb or is_link:
            return Unsupported("order", f"the claim leaves out “{token.text}” between words that it keeps")
    return None


def _governed(told: Text, quote: list[Token], kept: set[int]) -> Unsupported | None:
    """Something that a kept "no" governs: "no other cause" is not "no cause", though "a cause" is one of its kinds."""
    for cue in told.governors:
        if (
            not _DENIES.match(told.text, cue.start)
            or not cue.reaches_far
            or not any(cue.start < quote[place].end and quote[place].start < cue.end for place in kept)
        ):
            continue
        for place, token in enumerate(quote):
            if cue.end <= token.start < cue.last and token.kind != "free" and place not in kept:
                word = told.text[cue.start : cue.end]
                return Unsupported("negation", f"the claim leaves out “{token.text}”, which “{word}” governs")
    return None


def _subject(told: Text, quote: list[Token], kept: set[int]) -> Unsupported | None:
    """What a clause, or a part of a list, begins with, where more of it and something before it was kept."""
    first, last = quote[min(kept)], quote[max(kept)]
    starts = {
        match.end()
        for boundary in (ENDS, NEXT_CLAUSE, _COMMA)
        for match in boundary.finditer(told.text, first.end, last.start)
    }
    for start in starts:
        behind = [place for place, token in enumerate(quote) if token.start >= start and token.kind != "free"]
        if behind and behind[0] <= max(kept) and behind[0] not in kept:
            token = quote[behind[0]]
            return Unsupported("order", f"the claim leaves out “{token.text}”, with which a part of the quote begins")
    return None


def _end_of_name(told: Text, quote: list[Token], kept: set[int]) -> Unsupported | None:
    """The end of what a kept word names; or a part of a drug's or disease's name."""
    for place in sorted(kept):
        if place + 1 < len(quote) and place + 1 not in kept and _goes_on(told.text, quote[place], quote[place + 1]):
            cut = told.text[quote[place].start : quote[place + 1].end]
            return Unsupported("order", f"the claim leaves out the end of “{cut}”")
    for kind, start, end in told.names:
        parts = [place for place, token in enumerate(quote) if start < token.end and token.start < end]
        held = [place for place in parts if place in kept]
        if kind in _WHOLE_KINDS and held and any(quote[place].kind != "free" for place in set(parts) - kept):
            return Unsupported("drug", f"the claim names “{told.text[start:end]}” in part")
    return None


def _goes_on(text: str, token: Token, after: Token) -> bool:
    """Whether a noun that was left out right behind ``token`` may make another thing of it: "hemoglobin A1c"."""
    if token.kind not in ("word", "number") or after.kind != "word" or text[token.end : after.start].strip():
        return False
    links = token.text.lower() in LINKS or after.text.lower() in LINKS
    return not (links or token.is_verb or after.is_verb or after.text.lower().endswith("ly"))
