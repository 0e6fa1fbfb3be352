"""Dose, route, frequency and duration of one mention, where its own stretch of the sentence states them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_S: Final = r"[\s\u00a0\u2009\u202f]"
_NUMBER: Final = r"\d[\d.,]{0,8}"
_UNIT: Final = (
    rf"(?:mg|µg|μg|mcg|ug|ng|g|kg|iu|u|units?|ml|mmol|meq|gy|cgy|mci|gbq|mbq|miu|million{_S}units?|mu|drops?"
    rf"|puffs?|tablets?|percent|%|grams?|milligrams?)"
)
_PER: Final = (
    rf"(?:{_S}?/{_S}?(?:\d{{1,2}}{_S}?)?(?:kg|m2|m²|day|d|dose|h|hr|hours?|week|wk|month|min|body{_S}weight"
    rf"|24{_S}?h)\b)"
)
_TIMES: Final = rf"(?:{_S}+(?:per|a|each){_S}+(?:kilogram|kg|day|week|month|dose|hour|minute|square{_S}met(?:er|re)))"
_AMOUNT: Final = (
    rf"{_NUMBER}(?:{_S}?(?:[-–—/]|to|×|x){_S}?{_NUMBER})?{_S}?(?:{_UNIT})\b(?:{_PER}){{0,3}}(?:{_TIMES}){{0,2}}"
)
DOSE: Final = re.compile(
    rf"(?<![\w./])(?:{_AMOUNT}|(?:very{_S}+)?(?:low|high|full|maximal|standard|therapeutic|prophylactic|moderate|mega"
    rf"|stress|reduced)[\s-]doses?\b)",
    re.IGNORECASE,
)
ROUTE: Final = re.compile(
    r"\b(?:oral(?:ly)?|by\s+mouth|per\s+os|p\.?o\.?|intravenous(?:ly)?|i\.?v\.?|subcutaneous(?:ly)?|s\.?c\.?"
    r"|intramuscular(?:ly)?|i\.?m\.?|intralesional(?:ly)?"
    r"|topical(?:ly)?(?:/intralesional)?|inhaled|inhalation|nebuli[sz]ed|nebuli[sz]ation|intrathecal(?:ly)?"
    r"|intravitreal(?:ly)?|intranasal(?:ly)?|intra-?articular(?:ly)?"
    r"|intraperitoneal(?:ly)?|intra-?arterial(?:ly)?|intradermal(?:ly)?|rectal(?:ly)?|vaginal(?:ly)?"
    r"|sublingual(?:ly)?|transdermal(?:ly)?|ophthalmic|parenteral(?:ly)?"
    r"|enteral(?:ly)?|epidural(?:ly)?|infusions?|eye\s?drops?|intraocular|subconjunctival|intratympanic|intravesical"
    r"|buccal|nasal|locally|systemic(?:ally)?)(?![\w-])",
    re.IGNORECASE,
)
FREQUENCY: Final = re.compile(
    rf"(?<![\w-])(?:(?:once|twice|thrice|one|two|three|four|five|six|\d{{1,2}}){_S}+(?:(?:times?{_S}+)?(?:a|per"
    rf"|every|each|in{_S}a){_S}+(?:day|week|month|year|night)|(?:times?{_S}+)?(?:daily|weekly|monthly))"
    rf"|every{_S}+(?:other{_S}+)?(?:\d{{1,2}}|\w+)?{_S}*(?:hours?|days?|weeks?|months?|h|hrs?|morning|night)"
    rf"|(?:on{_S}+)?alternate{_S}+days?|daily|weekly|bi-?weekly|fortnightly|monthly|nightly"
    rf"|q\.?\d{{1,2}}h?|b\.?i\.?d\.?|t\.?i\.?d\.?|q\.?i\.?d\.?|q\.?d\.?|b\.?d\.?|t\.?d\.?s\.?|o\.?d\.?"
    rf"|at{_S}+bedtime|as{_S}+needed|p\.?r\.?n\.?|per{_S}+day|a{_S}+day|per{_S}+week)(?![\w-])",
    re.IGNORECASE,
)
_COUNT: Final = (
    r"(?:\d{1,3}(?:\.\d)?|an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|several|some|many)"
)
DURATION: Final = re.compile(
    rf"(?<![\w-])(?:(?:for|over|during){_S}+(?:the{_S}+)?(?:a{_S}+(?:total|period)(?:{_S}+(?:of"
    rf"|period)){{1,2}}{_S}+)?(?:(?:more|less|longer){_S}+than|about|approximately|around|at{_S}+least|up{_S}+to"
    rf"|almost|over|nearly|another|a{_S}+further|only|another)?{_S}*"
    rf"{_COUNT}(?:{_S}?(?:[-–]|to|or){_S}?{_COUNT})?{_S}+(?:more{_S}+|consecutive{_S}+|additional{_S}+)?(?:days?"
    rf"|weeks?|months?|years?|hours?|minutes?|cycles?|courses?)"
    rf"|{_COUNT}[\s-](?:days?|weeks?|months?|years?)[\s-](?:courses?|therapy|treatment|period|regimen)"
    rf"|(?!an?\b){_COUNT}{_S}+(?:cycles?|sessions?|courses?|doses|fractions?|rounds?)"
    rf"|{_COUNT}{_S}+(?:days?|weeks?|months?|years?)(?={_S}+of\b)|since{_S}+(?:the{_S}+)?(?:age|childhood|\d{{4}}"
    rf"|onset))\b",
    re.IGNORECASE,
)
_SEPARATOR: Final = re.compile(
    r"(?:,\s*(?:and|or|plus|with|then|followed\s+by)?|\b(?:and|plus|with|then|or|followed\s+by|combined\s+with|to"
    r"|as\s+well\s+as)\b|;|\+|\s/\s)",
    re.IGNORECASE,
)
_STOP: Final = re.compile(
    r";|\.\s|\b(?:but|however|which|because|due|after|before|until|when|while|resulting|led|leading|who"
    r"|was\s+(?:stopped|discontinued)|were\s+(?:stopped|discontinued)|admitted|presented|showed|revealed|developed)\b",
    re.IGNORECASE,
)
_RESPECTIVELY: Final = re.compile(r"\brespectively\b", re.IGNORECASE)
_AFTER, _BEFORE = 120, 60
_OF_AGE: Final = re.compile(
    r"\s*(?:of\s+(?:age|history|fever|pain|symptoms|follow)|later|ago|after|before|prior|follow|history|old\b)",
    re.IGNORECASE,
)
_OFTEN: Final = re.compile(r"\s*(?:/|a\b|per\b|each\b|every\b)", re.IGNORECASE)
"""Behind a count of days or sessions: it is how often, not how long."""
_PUT_OFF: Final = re.compile(r"\b(?:delayed|postponed|deferred|withheld|held|interrupted|observed)\s+$", re.IGNORECASE)
_OF_THE_BODY: Final = re.compile(
    r"\s+(?:\w+\s+)?(?:lupus|disease|illness|infections?|involvement|manifestations?|symptoms?|signs?|features|effects?|candid\w+|thrush|ulcers?"
    r"|ulcerations?|mucosa\w*|cavity|lesions?|intake|feed\w*|diet|nutrition|hygiene|swabs?|polyps?|bleeding|mass(?:es)?|discharge|cannula"
    r"|prongs|obstruction|congestion|line|catheters?|access|contrast|drug\s+(?:use|ab)\w*|juvenile|hypertension|embol\w+|circulation"
    r"|improvement|response|toxicit\w+|cancer|lichen|pemphig\w+|deliver\w+|birth|exam\w*|septum|septal|reactions?|pumps?|mastocyt\w+"
    r"|inflammat\w+|\w+(?:itis|osis|oma|emia|pathy|plasia|rrhea|algia|phagia))\b",
    re.IGNORECASE,
)
"""Behind a route's adjective: it says where something was, not how a drug was given."""


class Posology(NamedTuple):
    """Places in the sentence, each None where it is not said."""

    dose: tuple[int, int] | None = None
    route: tuple[int, int] | None = None
    frequency: tuple[int, int] | None = None
    duration: tuple[int, int] | None = None


def posology(text: str, start: int, end: int, before: int, after: int) -> Posology:
    """What ``text`` says of the mention at ``[start, end)``.

    ``before``: where the mention before it ends, or 0; ``after``: where the next begins, or the end of the text.

    What stands between two mentions belongs to the one before up to the last comma or "and", behind that to the next.
    """
    first, last = _ahead(text, before, start), _behind(text, end, after)
    dose, *others = (
        _place(pattern, text, (first, start), (end, last)) for pattern in (DOSE, ROUTE, FREQUENCY, DURATION)
    )
    return Posology(dose, *(None if dose and place and dose[0] <= place[0] < dose[1] else place for place in others))


def _ahead(text: str, before: int, start: int) -> int:
    """Where the stretch before a mention begins that is its own."""
    first = max(before, start - _BEFORE)
    separators = list(_SEPARATOR.finditer(text, first, start))
    if before > 0 and separators:
        return separators[-1].end()
    stops = [match.end() for match in _STOP.finditer(text, first, start)]
    if before == 0 and separators:
        stops += [
            match.end()
            for match in separators
            if not re.fullmatch(r"(?:with|or|,|to)\s*", match.group(), re.IGNORECASE)
        ]
    return max([first, *stops])


def _behind(text: str, end: int, after: int) -> int:
    """Where the stretch behind a mention ends that is its own."""
    last = min(after, end + _AFTER, len(text))
    if _RESPECTIVELY.search(text, end, min(len(text), end + 2 * _AFTER)):
        return end
    stop = _STOP.search(text, end, last)
    if stop:
        last = stop.start()
    if after < len(text) and last == after:
        separators = list(_SEPARATOR.finditer(text, end, last))
        if separators:
            last = separators[-1].start()
    return last


def _place(
    pattern: re.Pattern[str], text: str, ahead: tuple[int, int], behind: tuple[int, int]
) -> tuple[int, int] | None:
    """The nearest match: behind the mention first, then the last before it."""
    for match in pattern.finditer(text, *behind):
        if not _is_other(pattern, text, match):
            return match.span()
    found = [match.span() for match in pattern.finditer(text, *ahead) if not _is_other(pattern, text, match)]
    return found[-1] if found else None


def _is_other(pattern: re.Pattern[str], text: str, match: re.Match[str]) -> bool:
    if pattern is ROUTE:
        return _OF_THE_BODY.match(text, match.end()) is not None or bool(
            re.search(
                r"\b(?:stage|grade|type|class|factor|phase|level|figo)\s+$",
                text[max(0, match.start() - 10) : match.start()],
                re.IGNORECASE,
            )
        )
    if pattern is DURATION:
        put_off = _PUT_OFF.search(text, max(0, match.start() - 20), match.start())
        return bool(put_off or _OF_AGE.match(text, match.end()) or _OFTEN.match(text, match.end()))
    if pattern is DOSE:
        return bool(
            re.match(
                r"\s?/\s?(?:d?l|dl|ml|mm\w*)\b|\s*(?:of\s+(?:blood|pus|fluid|urine|ascit))",
                text[match.end() : match.end() + 20],
                re.IGNORECASE,
            )
        )
    return False
