"""Whose a treatment is, and when it was: before the patient's episode, on arrival, in it; another's; nobody's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from corpus.cases.giving import Told
from corpus.cases.giving_cues import OTHER_PERSON
from corpus.cases.harm import BLAMED
from corpus.cases.heads import Mention
from corpus.cases.model import Status
from corpus.cases.roles import BACKGROUND_KINDS, Role
from corpus.cases.story import Line

_ON_ARRIVAL: Final = re.compile(
    r"\b(?:at\s+(?:the\s+time\s+of\s+)?(?:presentation|admission|diagnosis|referral)|(?:up)?on\s+(?:admission"
    r"|presentation|arrival)|medications?\s*:|concomitant|home\s+medications?|regular\s+medications?"
    r"|current\s+medications?|usual|chronic(?:ally)?|long-?term|medications?\s+(?:included|were|history))\b",
    re.IGNORECASE,
)
_HISTORY: Final = re.compile(
    r"\b(?:(?:medical|past|surgical|drug|medication|personal|obstetric)\s+(?:\w+\s+){0,2}?history|history\s+(?:of"
    r"|included|was\s+(?:significant|notable|remarkable)))\b"
    r"(?!.*\b(?:who|found|presented|admitted|underwent|after|now|until)\b)",
    re.IGNORECASE | re.DOTALL,
)
_AT_AN_AGE: Final = re.compile(
    r"\bat\s+(?:the\s+)?age\s+(?:of\s+)?\d+|\b(?:in\s+the\s+)?recent\s+past\b", re.IGNORECASE
)
_LONGEST_HISTORY: Final = 200
_COMES: Final = re.compile(
    r"\b(?:present(?:ed|s|ing)\s+(?:\w+\s+){0,5}?(?:with|to|for|complaining|after)|(?:was|were)?\s*(?:admitted"
    r"|referred|hospitali[sz]ed)|complain(?:ed|ing)|developed|visited|who\s+presented|came\s+to)\b",
    re.IGNORECASE,
)
_HAS_COME: Final = re.compile(
    r"\b(?:present(?:ed|s|ing)|admitted|referred|complain\w*|underwent|visited)\b", re.IGNORECASE
)
_IN_THE_EPISODE: Final = re.compile(
    r"\b(?:following|after)\s+(?:the\s+|her\s+|his\s+)?(?:surgery|operation|procedure|discharge|admission"
    r"|intervention)\b",
    re.IGNORECASE,
)
_LATER: Final = re.compile(r"\b(?:years?|months?)\s+(?:later|after(?:wards)?)\b", re.IGNORECASE)
_COMES_LATER: Final = re.compile(
    r"\b(?:years|decades)\s+(?:later|after)\b[^.;]{0,80}\b(?:presented|admitted|developed|referred|returned|noticed"
    r"|complained)\b",
    re.IGNORECASE,
)
_SOON: Final = 3
_ARRIVAL: Final = re.compile(
    r"\b(?:presented|(?:re)?admitted|referred|hospitali[sz]ed|was\s+seen|came\s+to|visited)\b", re.IGNORECASE
)
_YEAR: Final = re.compile(
    r"\b(?:in|since|until|by|from|during|(?:year|spring|summer|autumn|fall|winter|beginning|end|middle|early|late)(?:\s+of)?"
    r"|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?(?:\s+of|\s+\d{1,2}(?:st|nd|rd|th)?)?),?\s+"
    r"(?:(?:early|late)[\s-]+)?(19[5-9]\d|20[0-4]\d)(?![\d%]|[.,]\d|\s*(?:m[lg]|k?g|[mk]?i?u|units?|cells?|patients|cases|cm|mm|µg"
    r"|mcg|kcal|guidelines?|criteria|classification|recommendations?|consensus|definition|version)\b)",
    re.IGNORECASE,
)
"""The year of a date: no number of millilitres or of a guideline."""
_NEAR: Final = 60
_AFTER_YEARS: Final = re.compile(
    r"\b(?:years?|months?)\s+(?:after|following|post)\s+(?:(?:undergoing|receiving|an?|the|her|his)\s+)?[^.;,]{0,30}$",
    re.IGNORECASE,
)
_AFTERWARDS: Final = re.compile(r"\b(?:after|following)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_BECAUSE_OF_A: Final = re.compile(
    r"\b(?:because\s+of|due\s+to|owing\s+to)\s+(?:an?|his|her)\s+(?:\w+\s+)?$", re.IGNORECASE
)
"""Before a device that the patient has come with."""
_LASTING: Final = frozenset({"dialysis", "hemodialysis", "peritoneal dialysis", "renal replacement therapy"})
_NARRATES: Final = re.compile(
    r"\b(?:was|were)\s+(?:\w+ly\s+|then\s+|also\s+){0,2}(?:started|performed|given|administered|initiated|commenced"
    r"|discontinued|stopped|added|done|carried\s+out|prescribed|continued|instituted|removed|excised|resected)\b",
    re.IGNORECASE,
)
_OF_OTHERS: Final = re.compile(
    r"\b(?:patients|cases|studies|study|trials?|women|men|children|adults|subjects|groups?|participants|mother"
    r"|father|sister|brother|reported|literature|authors?|al|rats?|mice|is|are)\b|\[\d|\d\s?%",
    re.IGNORECASE,
)
_CITES: Final = re.compile(
    r"\[\[?\d{1,3}(?:\]|\s?[,–-]\s?\[?\d)|\bet\s+al\b|\b\d{1,3}(?:\.\d)?\s?%\s+(?:of\s+(?:patients|cases|children"
    r"|adults)|survival)|\b(?:in\s+the\s+literature|reported\s+cases?|a\s+study|studies)\b"
)
_OWN: Final = re.compile(
    r"\b(?:our|this|the\s+present|index|present)\s+(?:\w+\s+)?(?:patient|case)\b|\bthe\s+(?:patient|child|boy|girl"
    r"|infant|woman|man)\b(?!.*\b(?:study|reported)\b)|\b(?:we|she|he|her|his)\b",
    re.IGNORECASE,
)
_OF_ANOTHER_PERSON: Final = re.compile(
    r"(?:^|[;,]\s*(?:and\s+|but\s+)?)(?!the\s+(?:elder|older|younger)\b)(?:\W*(?:both\s+|all\s+)?(?:of\s+)?(?:her|his|the|their|an?)\s+)?"
    rf"(?:[\w-]+\s+){{0,2}}?(?:{OTHER_PERSON}|donor|co-?twin|index\s+case"
    r"|(?<=his\s)children|(?<=her\s)children|(?<=his\s)siblings|(?<=her\s)siblings"
    r"|(?:household|close|family)\s+(?:contacts|members))(?:\s+of\s+(?:the|our|this)\s+(?:\w+\s+)?patient)?"
    r"(?:,\s*[^,;.]{1,40},)?\s+(?:\w+\s+){0,2}?"
    r"(?:was|were|had|has|received|took|takes|underwent|is)\b[^.;,]{0,80}$"
    r"|\b(?:another|other|neighbou?ring)\s+(?:\w+\s+)?(?:patient|child|m[ae]n|wom[ae]n|person|recipient|case)s?\s+(?:[\w-]+\s+){0,5}?"
    r"(?:was|were|had|has|received|took|underwent)\b[^.;,]{0,80}$",
    re.IGNORECASE,
)
_ANOTHER_CASE: Final = re.compile(
    r"\b(?:in|an?)\s+(?:similar|another|previous(?:ly)?(?:\s+(?:reported|described|published))?)\s+(?:\w+\s+)?(?:patients?|cases?|reports?)\b"
    r"|\bsimilar\s+(?:patients?|cases?)\b|\bin\s+another\s+(?:patient|case|report)\b"
    r"|\bpreviously\s+(?:reported|described|published)\s+(?:patients?|cases?)\b"
    r"|\b(?:patients?|cases?)\s+(?:described|reported|published)\s+by\b|\bin\s+contrast\s+to\s+our\s+(?:patient|case)\b",
    re.IGNORECASE,
)
_OF_NO_PATIENT: Final = re.compile(
    r"^\W*in\s+vitro\b(?!\s+(?:fertil|matur))|\bin\s+(?:[\w-]+\s+)?(?:rabbits|mice|rats|hamsters|animals|animal\s+(?:models?|studies|experiments))\b",
    re.IGNORECASE,
)
_POISONED: Final = re.compile(
    r"\b(?:overdos\w+|poison\w+|ingest\w+|intoxicat\w+|susceptib\w+|resistan\w+|abuse|misuse|suicid\w+|levels?)\b",
    re.IGNORECASE,
)
"""Where no word of giving stands beside a drug: it was no treatment."""
_BLAMED: Final = re.compile(
    r"(?:\b(?:attributed|ascribed|secondary|related|due)\s+to|\b(?:caused|induced|triggered|provoked|precipitated)\s+by|\bculprits?\b[^.;]{0,20}?"
    r"(?:was|were|is|:))\s+(?:the\s+|use\s+of\s+|her\s+|his\s+){0,2}$",
    re.IGNORECASE,
)
_BLAMED_BEHIND: Final = re.compile(rf"\s+{BLAMED}", re.IGNORECASE)
_THEN_GIVEN: Final = re.compile(
    r",?\s+(?:which|that)\s+(?:\w+\s+){0,2}?(?:was|were|been|had|received|took)\s+(?:\w+\s+){0,3}?(?:given|started|prescribed|administered|used"
    r"|taken|taking|added|initiated|received|taken)\b|,?\s+(?:given|started|prescribed|administered|taken)\s+(?:for|as|to)\b",
    re.IGNORECASE,
)
_DID_GOOD: Final = re.compile(
    r"\b(?:improv|remission|resol|respon|relie|recover|succe|decreas|control|regress|reduc)\w*", re.IGNORECASE
)
"""A drug that is only named as the cause of an illness was no treatment of it; as that of an improvement it was."""
_ON: Final = re.compile(
    r"\b(?:was|were|is|been|has|had|with|known)\s+"
    r"(?:(?!\w+ed\s|put\b|back\b|begun\b|well\b|stable\b|free\b|better\b|doing\b|good\b|remission\b|respon)[\w,/()-]+\s+){0,8}?"
    r"\bon\s+(?:regular\s+|daily\s+|oral\s+|long-?term\s+)?$",
    re.IGNORECASE,
)
_STARTED_ON: Final = re.compile(
    r"\b(?:start|put\b|plac|commenc|maintain|initiat|kept|discharg|switch|continu|improv|respond|beg[au]n|convert|transition|resum"
    r"|effect|based|react|restart|persist|wors|relaps|despite|resolv)\w*\s",
    re.IGNORECASE,
)
_TELLS_OF_TEXTS: Final = re.compile(
    r"\b(?:19|20)\d\d\s?(?:[A-Z][a-z]{2}\s?\d{0,2})?;\s?\d+|"
    r"\b(?:mainstays?|cornerstones?|(?:main|usual|standard)\s+approach(?:es)?|first[\s-]line)\s+(?:\w+\s+){0,5}?"
    r"(?:is|are|consists?|includes?|remains?)\b|"
    r"\breported\s+(?:\w+\s+){0,2}cases\b|\b(?:google\s+scholar|view\s+article|pubmed"
    r"|authors?['’]?\s+(?:affiliations?|contributions?)|full\s+text"
    r"|corresponding\s+author)\b|"
    r"\b(?:review\s+of\s+(?:the\s+)?(?:\w+\s+)?literature\s+(?:on|about|regarding|of)|we\s+(?:also\s+)?(?:discuss"
    r"|review)|is\s+discussed|are\s+discussed|were\s+discussed|this\s+(?:article|paper|review)\s+(?:discusses"
    r"|reviews))\b",
    re.IGNORECASE,
)


def teller(line: Line, before: int | None) -> int | None:
    """The patient of a line: its own, or, where it only narrates that something was done, the one before it."""
    if line.patient is not None or line.role & (Role.LITERATURE | Role.FAMILY) or line.kind in BACKGROUND_KINDS:
        return line.patient
    return before if _NARRATES.search(line.text) and not _OF_OTHERS.search(line.text) else None


def arrival(lines: Sequence[Line]) -> int | None:
    """The first year in which a patient is said to have come; None where no such year is told."""
    years = [int(year) for line in lines if _ARRIVAL.search(line.text) for year in _YEAR.findall(line.text)[:1]]
    return min(years, default=None)


def earlier(lines: Sequence[Line], place: int, came: int | None) -> bool:
    """Whether the line at ``place`` tells of a time before the episode: the patient came only in a later year."""
    dated = _YEAR.findall(lines[place].text)
    if came is not None and dated and max(map(int, dated)) < came:
        return True
    return any(_COMES_LATER.search(line.text) for line in lines[place + 1 : place + 1 + _SOON])


def whose(line: Line, mention: Mention, told: Told, begun: bool) -> tuple[int | None, Status | None]:
    """Whose treatment it is, and its status; no status where nobody got it."""
    if line.patient is None or Role.LITERATURE in line.role or told == "general" or _is_of_texts(line.text):
        return None, None if told == "none" else "given"
    if told == "none":
        return line.patient, None
    if _is_of_another(line.text, mention):
        return None, "given"
    if mention.kind == "device" and _BECAUSE_OF_A.search(line.text, max(0, mention.start - _NEAR), mention.start):
        return line.patient, "past"
    if (
        told == "current"
        and not begun
        and _AFTER_YEARS.search(line.text[max(0, mention.start - _NEAR) : mention.start])
    ):
        return line.patient, "past"
    if told == "current":
        arriving = not begun or bool(_ON_ARRIVAL.search(line.text))
        return line.patient, "current_at_presentation" if arriving else "given"
    if told == "past" and begun and _IN_THE_EPISODE.search(line.text):
        return line.patient, "given"
    ahead = line.text[max(0, mention.start - _NEAR) : mention.start]
    if told in ("given", "unsaid") and not begun:
        if _HISTORY.search(line.text, max(0, mention.start - _LONGEST_HISTORY), mention.start):
            return line.patient, "current_at_presentation" if mention.name in _LASTING else "past"
        if (
            mention.kind in ("drug", "drug_class")
            and _ON.search(ahead)
            and not _STARTED_ON.search(line.text[: mention.start])
        ):
            return line.patient, "current_at_presentation"
        if _AT_AN_AGE.search(line.text):
            return line.patient, "past"
        if _AFTER_YEARS.search(ahead):
            return line.patient, "past"
        comes = _COMES.search(line.text, mention.end)
        if comes and _LATER.search(line.text, comes.start()):
            return line.patient, "past"
        if comes and not _AFTERWARDS.search(ahead) and not _HAS_COME.search(line.text, 0, mention.start):
            drug = mention.kind in ("drug", "drug_class") or mention.name in _LASTING
            return line.patient, "current_at_presentation" if drug else "past"
    if told in ("given", "unsaid") and mention.kind in ("drug", "drug_class") and _is_blamed(line.text, mention):
        return line.patient, None
    if told == "unsaid" and not line.role & (Role.TREATMENT | Role.OUTCOME) and _POISONED.search(line.text):
        return line.patient, None
    return line.patient, "given" if told == "unsaid" else told


def _is_of_another(text: str, mention: Mention) -> bool:
    """Whether the sentence tells of another person, another report's patient, animals or a test tube."""
    if _OF_ANOTHER_PERSON.search(text, 0, mention.start) or _ANOTHER_CASE.search(text):
        return True
    return bool(_OF_NO_PATIENT.search(text, 0, mention.start) and not _OWN.search(text))


def _is_blamed(text: str, mention: Mention) -> bool:
    if _BLAMED_BEHIND.match(text, mention.end):
        return True
    if _THEN_GIVEN.match(text, mention.end):
        return False
    blamed = _BLAMED.search(text, max(0, mention.start - _NEAR), mention.start)
    return blamed is not None and not _DID_GOOD.search(text, max(0, blamed.start() - _NEAR), blamed.start())


def _is_of_texts(text: str) -> bool:
    """Whether the sentence tells of other texts: it says so, or it cites them and names no patient as its own."""
    return bool(_TELLS_OF_TEXTS.search(text) or (_CITES.search(text) and not _OWN.search(text)))
