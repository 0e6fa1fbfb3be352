"""The abbreviations that a report defines itself.

"Systemic lupus erythematosus (SLE)" defines SLE where the letters of the short form stand in order in the words
before the bracket, the first at the start of a word (Schwartz and Hearst, "A simple algorithm for identifying
abbreviation definitions in biomedical text", Pacific Symposium on Biocomputing 2003). "SLE (systemic lupus
erythematosus)" and the entries of a list ("SLE: systemic lupus erythematosus; …") are read too.

Theirs takes the shortest stretch that holds the letters, which lets chance in ("a case with fever (CT)"). Here every
way to spell the short form is scored (``corpus.spelt``), and a poor one is no definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.model import Section, Span
from corpus.spelt import spelt

_BRACKET = re.compile(r"[(\[]([^()\[\]\n]{2,140})[)\]]")
_SHORT = r"[^\W_](?:[\w&/+'’.-]{0,10}[\w+])"
_SHORT_FORM = re.compile(_SHORT)
_INTRODUCED = re.compile(
    r"(?:(?:also|hereafter|henceforth|commonly)\s+)?"
    r"(?:(?:abbreviat|call|referr)ed\s+(?:as\s+|to\s+as\s+|to\s+)?|(?:i\.e\.|e\.g\.),?\s*)|[\"“'‘]",
    re.IGNORECASE,
)
_END_OF_SHORT = re.compile(r"[,;:=\"”’]|\s+(?:or|and|see|in|on|also)\s|\s[–—-]\s")
_SHORT_BEFORE = re.compile(rf"(?<![\w/.-])({_SHORT})\s*$")
_REACH, _NEAR = 180, 14
_TRAILING = " \n\t\xa0\\\"“”'‘’,"
_BREAK = re.compile(r"[.!?;:](?:\s|(?=[A-Z][a-z]))|[()\[\]\n\"“”|]")
"""Where a long form cannot go on."""

_ENTRY = re.compile(
    rf"(?:^|(?<=[;.:,|(])[^\S\n]?)(?P<short>{_SHORT})[^\S\n]*(?P<sign>[:=,|–—]|\s-)\s*(?=[^\W_])", re.MULTILINE
)
_LISTED = re.compile(rf"^[•·*–—-]?[^\S\n]*(?P<short>{_SHORT})(?P<sign>[^\S\n]*[:=,|–—-]?\s+)(?=[^\W_])", re.MULTILINE)
"""A line of a list of abbreviations."""
_END_OF_ENTRY = re.compile(r"[;\n|()\[\]]|\.(?:\s|$)")
_COMMA = re.compile(r",\s")
_LIST_HEADING = re.compile(r"abbreviations?\b|acronyms?\b|list of abbreviations", re.IGNORECASE)

_NOT_SHORT = frozenset([
    "Fig", "Figs", "FIG", "Table", "TABLE", "Tab", "Tabs", "Case", "Ref", "Refs", "Supp", "No", "Nos", "Day", "Inc",
    "Ltd", "Co", "Corp", "GmbH", "Dr", "Mr", "Mrs", "Ms", "Prof", "Vol", "Ed", "Eds", "Jan", "Feb", "Mar", "Apr", "May",
    "Jun", "Jul", "Aug", "Sep", "Sept", "Oct", "Nov", "Dec", "Left", "See", "Yes", "Box", "Step", "Type",
])  # fmt: skip
_TITLECASE = re.compile(r"[^\W\d_][a-zà-ÿ]{4,}")
"""A name, not an abbreviation: "(Pfizer)"."""
_UNITS = re.compile(r"(?:\d+[./]?)+|(?:[mkµμnpd]?(?:g|l|L|U|IU|m|mol|Eq|Hz|Gy|Bq|Pa|mHg))(?:/\w+)?")
_PLURAL = re.compile(r"(?<=[A-Z0-9])s$|(?<=[A-Z][a-z])s$")
_PLURAL_WORD = re.compile(r"(?:[^s\W]s|ae|[^aeiou]i|[^\W]ia|[^\W]ata)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Definition:
    """A short form and its long form, where they stand; the plural "s" of "NSAIDs" is left out of the short form."""

    short: Span
    long: Span


def definitions(text: str, sections: Sequence[Section] = ()) -> list[Definition]:
    """What ``text`` defines, in order; a short form that is defined twice is there twice.

    With ``sections`` the reference list is passed over, and lists of abbreviations are known by their headings.
    """
    skipped = [section.body for section in sections if section.kind == "references"]
    found: dict[Span, Definition] = {}
    for definition in [*_bracketed(text), *_listed(text, sections)]:
        if not any(body.holds(definition.short) for body in skipped):
            found.setdefault(definition.short, definition)
    return [found[short] for short in sorted(found)]


def first_meanings(text: str, sections: Sequence[Section] = ()) -> dict[str, str]:
    """Short form → long form, as written; the first definition of a short form stands."""
    found: dict[str, str] = {}
    for definition in definitions(text, sections):
        found.setdefault(definition.short.of(text), definition.long.of(text))
    return found


_AE = re.compile(r"(?<=[a-z])ae(?=[a-z])|^ae|oe(?=[a-z]{2})")
_BRITISH: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"(?<=[a-z]{2})our(?=s?$|ed$|ing$|able$)", "or"),
        (r"(?<=[a-z]{3})is(?=e[ds]?$|ing$|ation)", "iz"),
        (r"(?<=[a-z]{3})ys(?=e[ds]?$|ing$)", "yz"),
        (r"(?<=[a-z]{2}[bt])re$", "er"),
        (r"ll(?=ed$|ing$)", "l"),
    )
)  # fmt: skip
_PLURALS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (r"(?<=[a-z]{3})ies$", "y"),
        (r"(?<=ss)es$|(?<=[^aeiou]us)es$|(?<=x)es$|(?<=ch)es$|(?<=sh)es$", ""),
        (r"(?<=[a-z]{3}[oy])ses$|(?<=sta)ses$", "sis"),
        (r"(?<=[a-z]{2}[^siu])s$", ""),
    )
)
_WORD = re.compile(r"[^\W_]+")


def normalised(long: str) -> str:
    """What the wordings of one long form have in common: not case, plural, hyphens, spaces or British spelling."""
    return "".join(_one_form(word) for word in _WORD.findall(long.lower().replace("’s", "").replace("'s", "")))


@lru_cache(maxsize=1 << 16)
def _one_form(word: str) -> str:
    word = _AE.sub("e", word)
    for rules in (_PLURALS, _BRITISH):
        for pattern, new in rules:
            shorter = pattern.sub(new, word)
            if shorter != word:
                word = shorter
                break
    return word


def _bracketed(text: str) -> Iterator[Definition]:
    """Definitions with one of the two in brackets."""
    for bracket in _BRACKET.finditer(text):
        inside = _stripped(text, *bracket.span(1))
        short = _short_in(text, inside)
        found = None
        if _is_short(short.of(text)):
            found = _before(text, short, bracket.start())
        elif word := _SHORT_BEFORE.search(text, max(0, bracket.start() - _NEAR), bracket.start()):
            found = _behind(text, Span(*word.span(1)), inside)
        if found:
            yield found


def _short_in(text: str, inside: Span) -> Span:
    """What may be the short form in a bracket: "(SLE)", "(abbreviated as SLE)", "(SLE; Figure 1)"."""
    introduced = _INTRODUCED.match(text, inside.start, inside.end)
    start = introduced.end() if introduced else inside.start
    end = _END_OF_SHORT.search(text, start, inside.end)
    return _stripped(text, start, end.start() if end else inside.end)


def _stripped(text: str, start: int, end: int) -> Span:
    """``[start, end)`` without the white space (and the backslash of Markdown) at its ends."""
    end = max(start, start + len(text[start:end].rstrip(" \t\xa0\\")))
    return Span(end - len(text[start:end].lstrip()), end)


def _listed(text: str, sections: Sequence[Section]) -> Iterator[Definition]:
    """The entries of lists and legends: "CT, computed tomography; MRI: magnetic resonance imaging"."""
    stretches = [(_ENTRY, Span(0, len(text)))]
    stretches += [
        (_LISTED, section.body)
        for section in sections
        if section.heading is not None and _LIST_HEADING.match(section.heading.of(text))
    ]
    for pattern, stretch in stretches:
        for entry in pattern.finditer(text, stretch.start, stretch.end):
            short = Span(*entry.span("short"))
            stop = min(stretch.end, entry.end() + _REACH)
            end = _END_OF_ENTRY.search(text, entry.end(), stop)
            whole = Span(entry.end(), end.start() if end else stop)
            is_plain = entry.group("sign").strip() in (":", "=")
            if (comma := _COMMA.search(text, whole.start, whole.end)) and is_plain:
                whole = Span(whole.start, comma.start())
            if (is_plain or not comma) and (found := _behind(text, short, whole, is_whole=not is_plain)):
                yield found


def _before(text: str, short: Span, stop: int) -> Definition | None:
    """The definition of ``short`` by the words that end at ``stop``."""
    start = max(0, stop - _REACH)
    stop = start + len(text[start:stop].rstrip(_TRAILING))
    for match in _BREAK.finditer(text, start, stop):
        start = match.end()
    window = text[start:stop]
    for form in _singulars(text, short):
        found = spelt(form.of(text), window)
        if found and _fits(form.of(text), window[found[0] :]) and _agrees(short, form, window):
            return Definition(form, Span(start + found[0], stop))
    return None


def _behind(text: str, short: Span, inside: Span, *, is_whole: bool = False) -> Definition | None:
    """The definition of ``short`` by the first words of ``inside``, or by all of them."""
    if not _is_short(short.of(text)):
        return None
    window = inside.of(text)
    is_cut = False
    if not is_whole and (match := re.search(r"[,;:]\s|\s(?:or|and)\s+[A-Z]", window)):
        window, is_cut = window[: match.start()], True
    window = window.rstrip()
    for form in _singulars(text, short):
        found = spelt(form.of(text), window, from_start=True, to_end=is_whole)
        if found and is_cut and " " not in window and form.end - form.start > 3:
            continue  # "CHOP (cyclophosphamide, doxorubicin, …)": each word gives a letter, not the first one all
        if found and _fits(form.of(text), long := window[: found[1]]) and _agrees(short, form, long):
            return Definition(form, Span(inside.start, inside.start + len(long)))
    return None


def _singulars(text: str, short: Span) -> list[Span]:
    """``short`` without its plural "s", if it has one, then as it is."""
    plural = _PLURAL.search(short.of(text))
    return [Span(short.start, short.end - 1), short] if plural and short.end - short.start > 2 else [short]


def _agrees(short: Span, form: Span, long: str) -> bool:
    """Whether ``long`` is a plural where the "s" of the short form was taken for one."""
    return form == short or bool(_PLURAL_WORD.search(long))


def _is_short(text: str) -> bool:
    """Whether ``text`` looks like a short form: 2 to 12 characters with a capital, and no name, unit or number."""
    if not _SHORT_FORM.fullmatch(text) or not any(letter.isupper() for letter in text):
        return False
    return not (text.rstrip(".") in _NOT_SHORT or _TITLECASE.fullmatch(text) or _UNITS.fullmatch(text))


def _fits(short: str, long: str) -> bool:
    """Whether ``long`` is the longer of the two, and does not hold the short form itself."""
    words = re.split(r"[\s/-]+", long.lower())
    is_longer = len(long) > len(short) + 1 and any(len(word) > 2 for word in words)
    return is_longer and short.lower() not in words and not any(sign in long for sign in "+=<>%")
