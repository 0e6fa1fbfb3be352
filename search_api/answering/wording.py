"""A claim and its quote as tokens that are compared: quantities whole, words by their stems, few words passed over."""

from __future__ import annotations

import re
from typing import Final, Literal, NamedTuple

from corpus.assertion_cues import VERBS
from corpus.words import form, stem
from search_api.answering.quantities import QUANTITY, canonical

Kind = Literal["quantity", "number", "word", "person", "given", "free"]

_TOKEN: Final = re.compile(rf"(?P<quantity>{QUANTITY.pattern})|[^\W_]+(?:[-‐‑–'’/][^\W_]+)*")


def listed(words: str) -> frozenset[str]:
    """The words of a line."""
    return frozenset(words.split())


_FREE: Final = listed(
    "a an the of in at on was were been be being and this that these those which who it its also did do does there "
    "report reported reports case patient's patient’s his her hers their"
)
"""Say nothing that could be false by themselves; a possessive is held to the sex that the quote tells."""
_PERSON: Final = listed("patient he she him woman man")
_PEOPLE: Final = listed("patients they them women men")
_STARTS: Final = listed("started commenced initiated begun began")
_GIVEN: Final = listed("treated received receiving given administered used")
SAYS: Final[dict[str, frozenset[str]]] = {
    "given": _GIVEN | _STARTS | listed("took taking"),
    "started": _STARTS,
    "stopped": listed("stopped discontinued withdrawn ceased"),
}
"""What a claim may say of a treatment in another word than its quote: by key, the words of a quote that say it."""
OF_THE_PATIENT: Final = listed("treated received receiving took taking")
"""Whoever these are said of is who was treated, not the treatment."""
AIMS: Final = listed("with for against from after before because by during without despite under to on")
"""What stands behind a word of giving: only "with", or nothing, comes before what was given."""
PREPOSITIONS: Final = AIMS | listed("of in on at among like than as")
LINKS: Final = PREPOSITIONS | listed(
    "and or but while until since although though when then so however including such per within into via over "
    "through throughout upon up between again alone later earlier once now also both because where not no only even "
    "yet thus therefore whereas therapy treatment treatments monotherapy injection injections infusion infusions "
    "tablets capsules ointment cream drops along together soon still very more most less least about around "
    "approximately"
)
"""Behind these, and before them, a thing's name has ended."""
ARTICLES: Final = listed("a an the his her its their this that")
OPEN: Final = PREPOSITIONS | ARTICLES | listed("and or but was were is are be been has had have no not which who")
"""No statement ends with these."""
AUXILIARIES: Final = listed("was were is are be been had has have")
LITERATURE: Final = listed("al others literature")
OTHERS: Final = (
    _PEOPLE | LITERATURE | listed("cases  authors study studies literature series cohort trial trials group groups")
)
FEMALE: Final = listed("she her hers herself woman women female girl girls lady")
MALE: Final = listed("he him his himself man men male boy boys gentleman")
_NUMBERS: Final = listed(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand half third quarter "
    "once twice thrice first second both all every each none several many most some half-dozen dozen double"
)
_VERB: Final = re.compile(rf"{VERBS}|\w{{3,}}(?:ed|ing)|ceased|ran|fell|rose|grew|lost|held|kept|left|bled|put", re.I)


class Token(NamedTuple):
    """One token at ``[start, end)`` of its text; two are the same where kind and ``key`` are."""

    start: int
    end: int
    text: str
    key: str
    kind: Kind

    @property
    def is_verb(self) -> bool:
        """Whether it looks like one."""
        return self.kind == "given" or (self.kind == "word" and _VERB.fullmatch(self.text.split()[0]) is not None)


def tokens(text: str) -> list[Token]:
    """The tokens of ``text``, in order; marks other than those of quantities are none."""
    found = [_token(match) for match in _TOKEN.finditer(text)]
    for place, token in enumerate(found[:-1]):
        if token.key in ("started", "stopped") and found[place + 1].text == "to":  # "started to have pain"
            found[place] = token._replace(text=f"{token.text} to", key=_key(token.text), kind="word")
    return found


def _token(match: re.Match[str]) -> Token:
    text = match.group()
    if match["quantity"] is not None:
        return Token(*match.span(), text, canonical(text), "quantity")
    lowered = text.lower()
    if lowered in _PERSON or lowered in _PEOPLE:
        return Token(*match.span(), text, "person" if lowered in _PERSON else "people", "person")
    for key, said in (("given", _GIVEN), ("started", _STARTS), ("stopped", SAYS["stopped"])):
        if lowered in said:
            return Token(*match.span(), text, key, "given")
    kind: Kind = "number" if lowered in _NUMBERS else "free" if lowered in _FREE else "word"
    return Token(*match.span(), text, _key(text), kind)


def _key(word: str) -> str:
    """Stems for words in small letters; what has a digit, a mark or a capital inside is compared by its form."""
    plain = form(word)
    if not word[1:].islower() or not word.isalpha():
        return plain
    return stem(plain)
