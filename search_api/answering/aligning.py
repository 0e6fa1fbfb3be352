"""Where a claim's words stand in its quote: in order, as narrowly as may be; giving may be said in another word."""

from __future__ import annotations

from typing import Final

from corpus.assertion import NEXT_CLAUSE
from corpus.assertion_cues import ENDS
from search_api.answering.wording import AIMS, OF_THE_PATIENT, SAYS, Token

_NEAR: Final = 400
"""Code points before a word within which who is spoken of is looked for."""


def sought_in(claim: list[Token]) -> list[Token]:
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


def aligned(sought: list[Token], quote: list[Token], text: str) -> list[int] | None:
    """The place in ``quote`` of each token sought, rising but for that of giving, which is said in any word for it.

    ``text`` is what the offsets of the quote's tokens are in.
    """
    ordered = [token for token in sought if token.kind != "given"]
    best = in_order(ordered, quote)
    if best is None:
        return None
    giving = [_giving(token, quote, best, text) for token in sought if token.kind == "given"]
    if None in giving:
        return None
    rest, given = iter(best), (place for place in giving if place is not None)
    return [next(given) if token.kind == "given" else next(rest) for token in sought]


def in_order(ordered: list[Token], quote: list[Token]) -> list[int] | None:
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


def _giving(claimed: Token, quote: list[Token], others: list[int], text: str) -> int | None:
    """The nearest word that says what ``claimed`` does, where it says it of the ``others``; None where it does not."""
    said = SAYS[claimed.key]
    first, last = others[0], others[-1]
    near = [
        (max(first - place, place - last, 0), place)
        for place, token in enumerate(quote)
        if token.text.lower() in said and place not in others
    ]
    if not near:
        return None
    place = min(near)[1]
    if place < last:
        return place if _is_object(quote, others, place, text) else None
    of_patient = quote[place].text.lower() in OF_THE_PATIENT
    return place if not of_patient and _is_subject(quote, first, last, place) else None


def _is_subject(quote: list[Token], first: int, last: int, place: int) -> bool:
    """Whether it is said of what stands before: "zinc was given"; not "the patient with zinc deficiency was given"."""
    return all(token.kind in ("free", "quantity", "number") for token in quote[last + 1 : place]) and not any(
        token.kind == "person" for token in quote[: last + 1] if token.start >= quote[first].start - _NEAR
    )


def _is_object(quote: list[Token], others: list[int], place: int, text: str) -> bool:
    """Whether it is said of what stands behind: "treated with zinc", "he was given zinc"; not "was given for lupus"."""
    word = quote[place].text.lower()
    after = next((each for each in others if each > place and quote[each].kind != "person"), None)
    if after is None:
        return False
    between = quote[place + 1 : after]
    if any(token.is_verb for token in between) or _bounds(text, quote[place].end, quote[after].start):
        return False
    if word not in OF_THE_PATIENT:
        begin = max((end for _, end in _bounds(text, 0, quote[place].start)), default=0)
        before = [token for token in quote[:place] if token.kind != "free" and token.start >= begin]
        if before and before[-1].kind != "person":
            return False  # "prednisone was given and zinc stopped": it is said of what stands before
    if quote[after - 1].key == "and" or text[: quote[after].start].rstrip().endswith(","):
        behind = [token for token in quote[others[-1] + 1 :] if token.kind not in ("quantity", "number")]
        said_next = next((token for token in behind if token.kind != "free" or token.key == "and"), None)
        if said_next is not None and said_next.is_verb:
            return False  # "given prednisone and zinc stopped"
    aims = [token.key for token in between if token.key in AIMS]
    if quote[after].key in AIMS:
        return True
    return aims[-1:] in (["with"], ["on"] if word in SAYS["started"] else ["with"]) or (not aims and word != "treated")


def _bounds(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where clauses begin in ``text[start:end]``, commas of lists aside."""
    return [
        match.span()
        for boundary in (ENDS, NEXT_CLAUSE)
        for match in boundary.finditer(text, start)
        if match.start() < end
    ]
