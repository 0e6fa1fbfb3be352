"""Where a claim's words stand in its quote: in order, as narrowly as may be; giving may be said in another word."""

from __future__ import annotations

from search_api.answering.wording import AIMS, GIVES, Token


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


def aligned(sought: list[Token], quote: list[Token]) -> list[int] | None:
    """The place in ``quote`` of each token sought, rising but for that of giving, which is said in any word for it."""
    ordered = [token for token in sought if token.kind != "given"]
    best = in_order(ordered, quote)
    giving = None if best is None else _giving(quote, best)
    if best is None or giving is None:
        return None
    rest = iter(best)
    return [giving if token.kind == "given" else next(rest) for token in sought]


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


def _giving(quote: list[Token], others: list[int]) -> int | None:
    """The nearest word of giving, where the ``others`` are what it gave: "treated with", "was given", not "for"."""
    first, last = others[0], others[-1]
    near = [
        (max(first - place, place - last, 0), place)
        for place, token in enumerate(quote)
        if token.text.lower() in GIVES and place not in others
    ]
    if not near:
        return None
    place = min(near)[1]
    things = [each for each in others if quote[each].kind != "person"]
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
