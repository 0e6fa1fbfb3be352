"""Sentence spans by rule, without changing a character.

Made for clinical prose: glued citation marks ("disorders.1 It", "failure.[3] She"), decimals, units,
abbreviations and species names do not break a sentence in the wrong place. One pass, linear in the text.
"""

from __future__ import annotations

import re

_NUMBERS = r"(?:[\d,;–-]|[^\S\n]|\n(?![^\S\n]*\n))"  # white space in them, but no paragraph's end
_CITATION = (
    r"(?:"
    r"(?<=[^\d\s][.!?…\"'”’)\]])\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,40}(?![\d.%]|[,–-]\d)"  # literature.1,2 A
    rf"|\s?\[\d{_NUMBERS}{{0,80}}\]"  # failure.[3] She
    r"|\(\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,40}\)"  # failure.(3) She
    rf"|\s?\^\{{?{_NUMBERS}{{1,80}}\}}?"  # rare. ^{8,9} A
    r"|[⁰¹²³⁴-⁹][⁰¹²³⁴-⁹⁻,–-]{0,80}"  # levels.² It
    r")"
)
_GAP = r"(?:[^\S\n]|\n(?![^\S\n]*\n))*"
_BREAK = re.compile(
    rf"(?P<paragraph>(?<![^\S\n])[^\S\n]*\n[^\S\n]*\n\s*)"
    rf"|(?<![.!?…])[.!?…]+[\"'”’»)\]]{{0,4}}{_CITATION}?[\"'”’»)\]]{{0,4}}(?=\s|$)"
    rf"|(?<=[a-z)\]][a-z)\]])\.(?=[A-Z][a-z]+ |A )"  # a lost space: "diagnosed.The patient"
)
_OPENER = re.compile(rf"{_GAP}[\"'“‘«(\[¿¡•*–—-]*{_GAP}")
_WORD_BEFORE = re.compile(r"[^\s(\[\"“‘]*$")
_BRACKETS = re.compile(r"[()]|\n\s*\n")
_LABEL = re.compile(r"(?:fig(?:ure|s)?\.?|table|tab\.|case|patient|scheme|video)\s*\d{1,2}\s?[a-h]?", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"[(\[]?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})$")


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_LEADS_ON = _words(
    "fig figs tab eq eqs ref refs e.g eg i.e ie vs v.s cf dr drs mr mrs ms prof st approx viz resp incl var subsp "
    "ssp suppl dept univ ed eds tel fax"
)
"""Abbreviations, without their last dot, that ask for what follows and so never end a sentence."""
_BEFORE_NUMBER = _words(
    "no nos nr vol p pp ch sec ca circa jan feb mar apr jun jul aug sep sept oct nov dec max min avg i.v i.m s.c "
    "p.o iv im q al art"
)
"""Abbreviations that ask for a number: with one they go on, else they are words like any other."""
_MAY_STAND_LAST = _words(
    "al etc sp spp co corp inc ltd jr sr i.v i.m s.c p.o p.r i.p b.i.d t.i.d q.i.d q.d b.d o.d t.d.s p.r.n a.m "
    "p.m u.s u.k u.s.a ph.d m.d o.r e.r st.p ht dx hx tx rx pt pts"
)
"""Abbreviations that end a sentence only before one of a sentence's usual first words."""
_FIRST_WORDS = _words(
    "the a an this that these those there it its he she his her they their we our in on at after before during "
    "since because although however moreover furthermore additionally therefore thus then when while with without "
    "within for from by as to if no not one two three patient patients initially subsequently finally physical "
    "laboratory treatment all both several some most many other another such here based following upon under "
    "according despite due given later further also i you is was are were what which who how to"
)
_LETTERED = _words(
    "vitamin hepatitis type grade class stage group factor protein category child influenza immunoglobulin phase "
    "level part panel case patient line score birads figure table haemophilia hemophilia botulinum cyclosporin "
    "ciclosporin amphotericin troponin streptococcus coenzyme zone region allele strain subtype and or"
)
"""Words that a lone letter or numeral completes: "hepatitis B." may end a sentence, "by J." may not."""
_PAREN_REACH = 600


def split(text: str) -> list[tuple[int, int]]:
    """The sentences of ``text`` as trimmed ``(start, end)`` offsets, in order.

    They do not overlap and together hold every character that is not white space. A blank line always ends a sentence.
    """
    spans: list[tuple[int, int]] = []
    shelters = _parentheses(text)
    start, shelter, count = 0, 0, len(shelters)
    for match in _BREAK.finditer(text):
        end = match.end()
        if match.lastgroup == "paragraph":
            start = _add(spans, text, start, match.start(), end)
            continue
        at = match.start()
        while shelter < count and shelters[shelter][1] < at:
            shelter += 1
        if shelter < count and _shelters(shelters[shelter], text, start, at, end):
            continue
        if _ends_sentence(text, start, at, end):
            start = _add(spans, text, start, end, end)
    _add(spans, text, start, len(text), len(text))
    return spans


def _add(spans: list[tuple[int, int]], text: str, start: int, end: int, resume: int) -> int:
    """Keep ``[start, end)`` without the white space at its ends; the next sentence is sought from ``resume``."""
    piece = text[start:end]
    kept = piece.strip()
    if kept:
        begin = start + len(piece) - len(piece.lstrip())
        spans.append((begin, begin + len(kept)))
    return resume


def _parentheses(text: str) -> list[tuple[int, int]]:
    """The outermost pairs of round brackets within one paragraph and within reach of each other."""
    pairs: list[tuple[int, int]] = []
    depth, opened = 0, 0
    for match in _BRACKETS.finditer(text):
        mark, at = match.group(), match.start()
        if mark == "(":
            if depth == 0 or at - opened > _PAREN_REACH:
                opened, depth = at, 0
            depth += 1
        elif mark == ")":
            if depth == 1 and at - opened <= _PAREN_REACH:
                pairs.append((opened, at))
            depth = max(0, depth - 1)
        else:
            depth = 0
    return pairs


def _shelters(brackets: tuple[int, int], text: str, start: int, at: int, end: int) -> bool:
    """Whether the stop at ``at`` is inside ``brackets`` that do not hold the whole sentence: "(He was seen twice.)"."""
    opened, closed = brackets
    if not opened < at < closed:
        return False
    return closed >= end or text[start:opened].strip() != ""


def _ends_sentence(text: str, start: int, at: int, end: int) -> bool:
    """Whether the stop at ``at`` (closers and citation marks up to ``end``) ends the sentence from ``start``."""
    opener = _OPENER.match(text, end)
    begin = opener.end() if opener else end
    if begin >= len(text) or text[begin].isspace():
        return True
    first = text[begin]
    if first.islower() and not _mixed_case(text, begin):
        return False
    if text[at] != ".":
        return True
    before = _WORD_BEFORE.search(text, max(start, at - 30), at)
    word = before.group() if before else ""
    if not word:
        return text[start:at].strip() != ""
    if at - start < 20 and (_LABEL.fullmatch(so_far := text[start:at].strip()) or _LIST_NUMBER.fullmatch(so_far)):
        return False  # "1." before the item it numbers, "Fig. 2a." before its caption
    return _word_may_end(text, at, word, begin)


def _word_may_end(text: str, at: int, word: str, begin: int) -> bool:
    low = word.lower()
    if low in _LEADS_ON or (low in _BEFORE_NUMBER and text[begin].isdigit()):
        return False
    if len(word) == 1 and word.isalpha() and word.isupper():
        before = _previous_word(text, at - 1)
        return before in _LETTERED or before[-1:].isdigit() or _next_word(text, begin) in _FIRST_WORDS
    if low in _MAY_STAND_LAST:
        return _next_word(text, begin) in _FIRST_WORDS
    return True


def _previous_word(text: str, at: int) -> str:
    before = _WORD_BEFORE.search(text, max(0, at - 30), at - 1 if at and text[at - 1] == " " else at)
    return before.group().lower() if before else ""


def _next_word(text: str, begin: int) -> str:
    stop = begin
    while stop < len(text) and text[stop].isalpha():
        stop += 1
    return text[begin:stop].lower()


def _mixed_case(text: str, begin: int) -> bool:
    """Whether a word that starts small holds a capital or a digit: "pH", "mRNA", "p53"."""
    return begin + 1 < len(text) and (text[begin + 1].isupper() or text[begin + 1].isdigit())
