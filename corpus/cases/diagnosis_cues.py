"""The wordings that make a disease the one a report is about, one that was there before, or neither; as data.

A cue stands before the name it weighs, with few words between and no end of clause, or behind it.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple


class Cue(NamedTuple):
    """``weight``: how much the name behind (or before) it looks like what the report is about."""

    weight: float
    pattern: re.Pattern[str]


def _cue(weight: float, pattern: str) -> Cue:
    return Cue(weight, re.compile(pattern, re.IGNORECASE | re.VERBOSE))


_DIAGNOSIS: Final = r"diagnos[ie]s"
_TISSUE: Final = (
    r"(?:histo\w*|patholog\w*|immunohisto\w*|biops\w*|autops\w*|cytolog\w*|cultures?|microbiolog\w*|genetic\w*)"
)
_REPORT: Final = (
    r"(?:report\w*|present(?:s|ed|ing)?|describ\w+|discuss\w*|document\w*|encountered|highlight\w*|illustrat\w+)"
)

BEFORE: Final[tuple[Cue, ...]] = (
    _cue(10, rf"\b(?:final(?:ly)?|definit\w+|confirm\w+|establish\w+|made|correct|eventual(?:ly)?|{_TISSUE}|"
             rf"post-?operative(?:ly)?)\s"
             rf"(?:[\w-]+\s){{0,4}}?(?:{_DIAGNOSIS}|diagnosed)(?:\s(?:of|was|is|as|with|to\sbe))*[\s:]"),
    _cue(9, rf"\b{_DIAGNOSIS}\s(?:(?:was|is|of)\s){{1,2}}(?:(?:compatible|consistent)\swith\s)?"),
    _cue(8, r"\bdiagnosed\s(?:(?:him|her|it|this|the\s\w+|clinically|histologically|finally)\s)?(?:with|as(?:\s"
            r"having)?|to\s(?:have|be)|by\s\w+\sas)\s"),
    _cue(8, rf"\bconfirm(?:ed|ing|s|ation\sof)\s(?:(?:the|a|our|this)\s)?(?:\w+\s)?"
            rf"(?:(?:{_DIAGNOSIS}|presence)\s(?:of|as)\s)?"),
    _cue(7, r"\b(?:prov(?:ed|en)|turned\sout|found|revealed|shown|known|thought|considered|determined)\s"
         r"(?:(?:the|this|it)\s(?:\w+\s)?)?to\s(?:be|"
            r"have)\s"),
    _cue(7, r"\bto\sbe\s(?:\w+\s){0,3}?(?:entity|form|type|case|variant)\sof\s"),
    _cue(7, r"\b(?:identified|classified|recogni[sz]ed|labell?ed|interpreted|reported|characteri[sz]ed|described)\s"
            r"as\s"),
    _cue(7, r"\b(?:consistent|compatible|in\s(?:keeping|line|accordance)|diagnostic)\s(?:with|of)\s"),
    _cue(6, r"\b(?:characteristic|typical|pathognomonic|indicative)\s(?:of|for)\s"),
    _cue(3.5, r"\b(?:suggest(?:ed|ive|ing|s)|suspicious|indicating|indicated|in\sfavou?r)(?:\s(?:of|for|that))?\s"),
    _cue(9, rf"\b{_REPORT}\b[^.;:]{{0,60}}?\b(?:cases?|patients?|examples?|instances?|diagnosis|occurrence|"
            rf"development)\s(?:report\s)?of\s"),
    _cue(7, r"\b(?:first|second|third|only|rare|unusual|unique|interesting|uncommon|new|single|typical|this)\s"
            r"(?:\w+\s){0,2}?cases?\s(?:report\s)?of\s"),
    _cue(5, r"\bcases?\sof\s"),
    _cue(7, r"\b(?:we|pathology|biopsy|histology|examination|analysis|autopsy)\s(?:\w+\s)?diagnosed\s"),
    _cue(7.5, rf"\b{_REPORT}\s(?:on\s|here\s)?(?:(?:the|an?|this|our|one)\s(?:[\w-]+\s){{0,3}}?cases?\sof\s)?(?:an?|"
              rf"the|our|two|three|four)\s"
              r"(?:(?!(?:in|of|with)\s)[\w'’-]+,?\s){0,8}?(?:patients?|m[ae]n|wom[ae]n|boy|girl|male|female|child|"
              r"children|infant|neonate|newborn|lady|gentleman|adult|"
              r"adolescent)\s(?:(?:who\s)?(?:with|had|has|having)|suffering\sfrom|affected\s(?:by|with)|diagnosed\s"
              r"(?:with|as\shaving|as)|(?:who\s)?presenting\swith)\s"),
    _cue(6, r"\bpresent(?:ed|s|ing)\s(?=an?\s)"),
    _cue(5, r"\b(?:\w+(?:ectomy|plasty|plasties|desis|otomy|ostomy|tripsy|ization|isation)|transplant\w*|graft\w*|"
            r"\w+therapy|underwent\s[^,;]{1,40}?|surgery|"
            r"operated|repair\w*|resection|stenting|drainage|coiling|clipping)\sfor\s"),
    _cue(6, rf"\b(?:we|here|herein|report|article|paper|study|authors?)\b[^.;:]{{0,30}}?\b{_REPORT}\s(?:(?!case|"
            rf"patient)[\w-]+\s){{0,2}}?"),
    _cue(3, r"\b(?:reveal(?:ed|ing|s)|show(?:ed|n|ing|s)|demonstrat(?:ed|ing|es)|disclosed|documented|detected|"
            r"identified|yielded|found|evidenced|had|has|"
            r"having|with)\s"),
    _cue(6, r"\ban?\s(?:\w+\s)?(?:rare|unusual|uncommon|atypical)\s(?:form|type|variant|kind)\sof\s"),
    _cue(4, r"\b(?:develop(?:ed|ing|ment\sof)|experienced|suffer(?:ed|ing)(?:\sfrom)?|affected\s(?:by|with)|"
            r"complicated\s(?:by|with)|onset\sof|sustained)\s"),
    _cue(4, r"\b(?:received|incurred)\s(?=(?:[\w-]+\s){0,4}?(?:injur|wound|burn|lacerat|bite|fracture))"),
    _cue(3.5, r"\b(?:due\sto|caused\sby|because\sof|secondary\sto|result(?:ed|ing)\s(?:from|in)|attribut\w+\sto|led\s"
              r"to|leading\sto|caused)\s"),
    _cue(4, r"\b(?:progress(?:ed|ing|ion)|evolv(?:ed|ing)|transform(?:ed|ation|ing)|convert(?:ed|ing))\s(?:in)?to\s"),
    _cue(4, r"\b(?:features?|picture|stigmata|phenotype|manifestations?|occurrence|presence)\s(?:of|for)\s"),
    _cue(3, r"\b(?:present(?:ed|ing|ation|s)|admitted|referred|hospitali[sz]ed|transferred|operated|evaluated|seen)\s"
            r"(?:\w+\s){0,3}?(?:with|for|as|of|due\sto)\s"),
    _cue(4, r"\b(?:treat(?:ed|ment|ing)|therapy|manag(?:ed|ement)|resection|excision|removal|repair|surgery|drainage|"
            r"operation)\s(?:\w+\s){0,2}?(?:of|for)\s"),
)  # fmt: skip
"""Of those that stand before a name the heaviest counts."""

_TISSUE_TOLD: Final = re.compile(rf"\b{_TISSUE}\b", re.IGNORECASE)
TISSUE_WORTH: Final = 3.5
"""Added to a finding's weight ("revealed …") where tissue, a culture or genes told it."""
TOLD: Final = re.compile(
    r"\b(?:reveal\w*|show\w*|confirm\w*|demonstrat\w+|disclos\w+|establish\w+|consistent|identif\w+|diagnos\w+)\b",
    re.IGNORECASE,
)
"""What tissue does."""


def by_tissue(sentence: str) -> bool:
    """Whether ``sentence`` tells what tissue, a culture or genes showed."""
    return _TISSUE_TOLD.search(sentence) is not None


_PLACE: Final = (
    r"(?:\s\([^()]{1,20}\))?(?:\s(?:of|in|at|on|with|and)\s(?:(?:the|a|an|his|her|both)\s)?(?:[\w-]+\s?){1,4}?)?\s"
)
BEHIND: Final[tuple[Cue, ...]] = (
    _cue(8, _PLACE + r"(?:was|were|is|had\sbeen|has\sbeen)\s(?:\w+\s){0,3}?(?:made|established|confirmed|diagnosed|"
                     r"reached|proved|proven)\b"),
    _cue(5, _PLACE + r"(?:was|were)\s(?:\w+\s){0,2}?(?:found|detected|identified|revealed|discovered|noted|seen|"
                     r"treated|resected|excised)\b"),
    _cue(5, _PLACE + r"(?:is|are|represents?)\s(?:\w+\s){0,2}?(?:rare|uncommon|unusual|exceptional\w*|infrequent|"
                     r"defined|characteri[sz]ed|"
            r"a\s(?:\w+\s){0,3}?(?:disease|disorder|condition|tumou?r|neoplasm|entity|complication|syndrome|infection|"
            r"lesion))\b"),
)  # fmt: skip
"""Matched right behind a name."""

EARLIER: Final = re.compile(
    r"\b(?:histor(?:y|ies)\s(?:(?:was|is)\s)?(?:\w+ly\s)?(?:of|for|with|includ\w+|reveal\w+|significant|notable|"
    r"positive|"
    r"remarkable|compris\w+|consist\w+)|(?:repeated|several|multiple)\s(?:\w+\s)?episodes\sof|known|previous(?:ly)?|"
    r"past|prior|pre-?existing|underlying|long-?standing|background|comorbid\w*|co-morbid\w*|"
    r"had\sbeen|already|chronic(?:ally)?\ssuffer\w+|risk\sfactors?|carrier|ago|earlier|antecedents?|concomitant|"
    r"(?:years?|months?|weeks?)\s(?:before|prior)|"
    r"treated\sfor|"
    r"medications?\sfor|in\s(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""Before a name, in its clause: it was there before what the report tells."""
EARLIER_BEHIND: Final = re.compile(
    r"[^.;,]{0,50}?\b(?:(?:years?|months?|weeks?|decades?)\s(?:ago|earlier|before|previously|prior|back)|for\s(?:the\s"
    r"(?:past|last)\s)?(?:about\s)?"
    r"(?:\d+|\w+)\s(?:years?|decades?)|since\b|diagnosed\s(?:in\s(?:the\s\w+\s)?\d{4}|at\s(?:the\s)?age)|"
    r"(?:on|under|receiving|treated\swith|who\s(?:was\s)?(?:receiv\w+|treated|taking|on))\s(?:\w+\s){0,3}?(?:therapy|"
    r"treatment|dialysis|"
    r"medications?|\w+ide|\w+one|\w+ab|\w+in|\w+il)\b)",
    re.IGNORECASE,
)
_UP_TO: Final = r"\s(?:(?!and\b|or\b|but\b|who\b|which\b|that\b)[\w'’/()-]+[\s,]+){0,4}?$"
KNOWN: Final = re.compile(
    r"(?:\b(?:\d+|[a-z]+)[\s-]?(?:year|month|decade)s?['’]?\s?-?(?:long\s|of\s)?history\sof|\bknown\s(?:case\sof|to\s"
    r"(?:have|suffer\sfrom)|(?:patient\s)?with|for)|"
    r"\bknown|\blong-?\s?standing(?:\shistory\sof)?|\bon\sa\sbackground\sof|\bunderlying|\bpre-?existing|"
    r"\b(?:patients?|wom[ae]n|m[ae]n|girl|boy|child|infant|male|female|lady|gentleman|old),?\s(?:(?:who\s)?(?:with|"
    r"had|has|having|suffering\sfrom|affected\s(?:by|with)|"
    r"(?:was\s|had\sbeen\s)?(?:previously\s|already\s)?diagnosed\s(?:with|as))(?:\sa(?:n)?)?(?:\s(?:known|past|"
    r"previous|prior|medical|\w+ant))*(?:\shistory\sof)?)|"
    r"\bhas\sbeen\ssuffering(?:\sfrom)?)" + _UP_TO,
    re.IGNORECASE,
)
"""Up to a name: the patient was known to have it."""
AROSE: Final = re.compile(
    r"(?:\bin\sthe\s(?:course|setting|context|presence)\sof|\bsecondary\sto|\bassociated\swith|\bcomplicat(?:ing|ion\s"
    r"of)|\bdue\sto|\bcaused\sby|\bbecause\sof|"
    r"\bowing\sto|\bmanifestation\sof|\barising\s(?:from|in)|\bresult(?:ed|ing)\sfrom|\battribut\w+\sto)" + _UP_TO,
    re.IGNORECASE,
)
"""Between two names, up to the second: the first arose from it."""
LASTING: Final = re.compile(
    r"\s(?:\([^()]{1,20}\)\s)?(?:for\s(?:the\s(?:past|last)\s)?(?:about\s)?(?:\d+|\w+)\s(?:years|months)|since\s|"
    r"diagnosed\s(?:in|at|\w+\s(?:years|months)))",
    re.IGNORECASE,
)
"""Behind a name: the patient had it for long."""
GOES_ON: Final = re.compile(
    r"(?:[^.;]{0,80}?\b(?:who|and|that|which)\s)?[^.;]{0,60}?\b(?:present(?:ed|s|ing)|(?:was|were)\s"
    r"(?:\w+\s)?(?:admitted|referred|hospitali[sz]ed|transferred|seen|found|"
    r"treated)|developed|complain\w+|underwent|experienced|sustained|suffered|received)\b",
    re.IGNORECASE,
)
"""Behind "a woman with …": the sentence goes on with why she came."""
DOUBTFUL: Final = re.compile(
    r"\b(?:(?:first|presumptive(?:ly)?|working|clinical)\s"
    r"(?:\w+\s){0,2}?(?:diagnos\w+|impression|suspicion|suspected|thought|considered)|signs\sand\ssymptoms\sof|"
    r"under\s(?:a|the)\s(?:\w+\s)?diagnosis|features\ssuggestive\sof|presumed|suspected)\b",
    re.IGNORECASE,
)
"""Before a name, in its clause: it is not yet what the patient has."""
_OTHER: Final = (
    r"(?:neighbou?r|room-?mate|colleague|friend|husband|wife|spouse|partner|mother|father|parent|brother|sister|sibling|son|"
    r"daughter|uncle|aunt|cousin|grand\w+)s?"
)
DOUBTED: Final = re.compile(
    r"\b(?:(?:initial(?:ly)?|originally|tentative(?:ly)?|provisional(?:ly)?|preliminary|pre-?operative(?:ly)?|at\sfirst,?)\s"
    r"(?:[\w-]+\s){0,3}?(?:diagnos\w+|impression|suspicion|suspected|thought|considered|believed|assumed|interpreted|label\w+|"
    r"(?:treated|managed)\s(?:for|as))|(?:suspicion|possibilit\w+|concerns?|fear(?:ed|s)?|question)\b|"
    r"differential|rule\w?\sout|ruling\sout|exclud\w+|risk\sof|prevent\w*|prophyla\w+|screening|differentials|hypothes[ie]s|"
    r"(?:investigat|evaluat)\w+\sfor|work(?:ed|-)?\s?up\sfor|empirical(?:ly)?\s(?:\w+\s){0,3}?for|referral\sdiagnosis|"
    r"worried\sabout)\b|\b(?:thought|considered)\s(?:as|of)\s|"
    r"\b(?:contacts?\swith|expos(?:ed|ure)\sto)\s(?:(?!(?:had|has|have|was|were|and|but|developed|presented)\b)[\w'’-]+\s){0,5}?"
    r"(?:(?:who|that|which|whose)\s[^.;]{0,40})?$",
    re.IGNORECASE,
)
"""Before a name, in its clause: it was only thought of, or looked for, unless what follows settles it (``SETTLED``)."""
SETTLED: Final = re.compile(
    r"\b(?:(?:was|were|been|and|later|then|subsequently|eventually|finally)\s(?:\w+ly\s|later\s|then\s)?(?:diagnosed|confirmed|"
    r"found)\s(?:with|as|to\s(?:have|be)|by)|(?<!not\s)(?<!to\s)(?:reveal|confirm|show|disclos|demonstrat|establish|detect|"
    r"identifi)ed|proved\sto\s(?:be|have)|(?:and|now|later|then|subsequently|eventually)\s(?:had|developed|presented))\s",
    re.IGNORECASE,
)
"""Between a doubt and a name: the name is what was found."""
CONFIRMED_BEHIND: Final = re.compile(
    r"(?:\s[\w()-]+){0,4}?,?\s(?:and\s)?(?:which|this|that|it|the\s(?:diagnosis|suspicion))\s(?:was|were|could\sbe|has\sbeen|"
    r"had\sbeen)\s(?:\w+ly\s|later\s|then\s|also\s){0,2}(?:confirmed|proven|proved|verified|established)\b",
    re.IGNORECASE,
)
"""Behind a doubted name: the doubt was settled."""
DATED_BEHIND: Final = re.compile(
    r"(?:\s[\w-]+){0,5}?\s(?:in\s(?:19|20)\d\d|\w+\syears\s(?:ago|earlier|before))\b", re.IGNORECASE
)
"""Behind a disease that was diagnosed at first: it was, at that time."""
REFUTED: Final = re.compile(
    r"\b(?:(?:wrong(?:ly)?|erroneous(?:ly)?|incorrect(?:ly)?|false(?:ly)?)\s"
    r"(?:[\w-]+\s){0,3}?(?:diagnos\w+|impression|suspicion|suspected|thought|considered|believed|assumed|interpreted|label\w+|"
    r"(?:treated|managed)\s(?:for|as))|"
    r"(?:not|never|n['’]t)\s(?!only\b)(?:\w+ly\s)?(?:diagnosed|consistent|compatible|in\skeeping|typical|suggestive|indicative|"
    r"characteristic)(?!\s(?:until|before))|fail\w*\sto\s(?:\w+\s)?(?:confirm|support|prove|establish)|in(?:consistent|"
    r"compatible)|against|normal\sfor|misdiagnos\w+|"
    r"mistak\w+|confused|confusion\swith|distinguish\w*|differentiat\w+\s(?:\w+\s){0,3}?from|mimic\w*|masquerad\w*|"
    r"simulat\w+|resembl\w+|versus|instead\sof|rather\sthan|similar\sto|such\sas|"
    r"in\scontrast\s(?:to|with)|unlike|classification\sof|nothing\spoint\w*\sto|"
    r"look(?:s|ed)?\slike|(?:no|insufficient|little)\sevidence|protected\sfrom|literature|"
    rf"(?:his|her|their|the|an?|whose)\s(?:\w+\s)?{_OTHER}\s(?:of\sthe\s\w+\s)?(?:also\s)?(?:had|has|have|was|were|suffer\w+))\b",
    re.IGNORECASE,
)
"""Before a name, in its clause: the patient does not have it."""
_THEN: Final = r"(?:\w+ly\s|all\s|both\s|also\s|then\s|later\s|thus\s|therefore\s){0,2}"
_DISMISSED: Final = (
    r"(?:reject|discard|abandon|dismiss|revis|question|doubt|exclud|refut|rul(?:ed|ing)\sout|debated|withdrawn|"
    r"(?:(?:very|highly|considered|deemed|thought)\s)*(?:improbable|(?:un|less\s)likely))"
)
_UNPROVEN: Final = r"not\s(?:be\s)?(?:confirm|prove|verif|substantiat|establish|demonstrat|met\b|fulfil|satisf)"
REFUTED_BEHIND: Final = re.compile(
    r"[^.;?]{0,30}\?|"
    rf"(?:,\s[\w-]+){{0,4}},?\s(?:and|or)\s(?:[\w-]+\s){{1,3}}?(?:were|are|have\sbeen|could\sbe)\s{_THEN}{_DISMISSED}|"
    r"(?:\s(?!who\b|which\b|that\b|and\b|was\b|were\b)[\w()/-]+){0,4}?\s(?:"
    rf"(?:was|were|is|are|(?:has|had|have)\sbeen|(?:could|can)\s(?:\w+\s)?be|seem(?:s|ed)|appear(?:s|ed))\s{_THEN}{_DISMISSED}|"
    rf"(?:was|were|could|can)\s?{_UNPROVEN}|in\s(?:his|her|their|the\spatient['’]s)\s(?:\w+\s)?{_OTHER}\b|"
    r"(?:very\s|highly\s)?(?:un|less\s)likely\b|versus\b|vs\b)",
    re.IGNORECASE,
)
"""Behind a name: the same."""
TURNED: Final = re.compile(r"[^.;]{0,40}?[,;]?\s(?:but|however|although)\b", re.IGNORECASE)
SUPPOSED: Final = re.compile(
    r"\b(?:thought|considered|assumed|suspected|presumed|believed|felt|suggest\w*)\b", re.IGNORECASE
)
"""Before a name; where the sentence turns behind it (``TURNED``), the supposition was wrong."""
CONCEDED: Final = re.compile(
    r"\b(?:although|though|while|whilst|despite)\s(?:[\w-]+\s){0,4}?(?:thought|considered|assumed|suspected|presumed|believed|"
    r"felt)\s(?:[\w-]+\s){0,5}?$",
    re.IGNORECASE,
)
"""Up to a name with a comma behind it: the sentence goes on with what it was instead."""
LISTED: Final = re.compile(r"(?:\s\([^()]{1,20}\))?(?:,(?:\s(?:and|or|nor))?|\s(?:and|or|nor))\s(?:[\w-]+\s){0,2}?")
"""Between two names of one list."""
JOINED: Final = re.compile(r"(?:\s\([^()]{1,20}\))?,?\s(?:with|and)\s(?:[\w-]+\s){0,3}?")
"""Between two names, the second of which comes with the first."""

OF_A_NAME: Final = re.compile(
    r"\s(?:clinic|department|unit|association|society|foundation|score|index|criteria|screening|hospital|service|ward|"
    r"risk|vaccin\w+|prophyla\w+)s?\b",
    re.IGNORECASE,
)
"""Behind a name that is only part of another: "the stroke unit"."""
ELSEWHERE: Final = re.compile(
    r"[^.;]{0,40}?\b(?:at|in|by)\s(?:another\s|(?:an?|the|some|his|her)\s(?:(?:other|local|outside|previous|referring|"
    r"regional|primary|private|different)\s)+)(?:hospital|institution|clinic|cent(?:er|re)|physician|doctor|pathologist|"
    r"radiologist)",
    re.IGNORECASE,
)
"""Behind a name: others diagnosed it, before the authors did."""
SUGGESTED: Final = re.compile(
    r"\b(?:suggest\w*|consistent|compatible|in\skeeping|likely|probabl\w+|favou?r\w*|indicat\w+|presumed)\b",
    re.IGNORECASE,
)
"""Before a name: the best that the report has, not a mere possibility."""
TITLE_UNDERLYING: Final = re.compile(
    r"\b(?:in|with|after|following|from|during|secondary\sto|due\sto|associated\swith|caused\sby|complicating|"
    r"induced\sby|complication\sof|"
    r"manifestation\sof|post)\b[^:;?]{0,60}$",
    re.IGNORECASE,
)
"""Between a title's first disease and this one: the first arose in it."""
TITLE_SHOWS: Final = re.compile(
    r"(?!.*\b(?:after|following|from|during|post|induced)\b).*\b(?:in|with)\b", re.IGNORECASE
)
"""Between a title's first sign and a disease: the sign is one of the disease, which the report is about."""
TITLE_IS: Final = re.compile(
    r"\b(?:presenting\s(?:as|with)|presented\s(?:as|with)|manifest\w+\s(?:as|with|by)|mimicking|masquerading\sas|"
    r"simulating|revealed\sby|"
    r"misdiagnosed\sas|disguised\sas|complicated\s(?:by|with)|resembling|versus|initially|camouflag\w+)\b",
    re.IGNORECASE,
)
"""Behind a title's disease: what follows is only how it looked, or what came of it."""
TITLE_AS_SIGN: Final = re.compile(
    r"\b(?:as\s(?:an?|the)?\s?(?:\w+\s){0,4}?(?:manifestation|presentation|sign|symptom|feature|complication|clue|"
    r"indicator|marker|harbinger)s?\s(?:of|in|for)|"
    r"reveal(?:ing|ed)|leading\sto\s(?:the\s)?(?:\w+\s)?(?:diagnosis|discovery|detection)\sof|unmasking|unveiling|"
    r"heralding|indicating|due\sto\s(?:an?\s)?(?:rare|"
    r"unusual|undiagnosed|unrecogni[sz]ed)|caused\sby)\b",
    re.IGNORECASE,
)
"""Between two diseases of a title: the second is what the report is about."""

_COMMON: Final = """
    MDS AIHA
    HIV AIDS SLE COPD GERD ESRD CKD AKI ARDS DVT NSTEMI STEMI GIST HCC RCC NSCLC SCLC ALL AML CML CLL DLBCL TTP
    ITP HUS DIC PTSD OCD ADHD ALS PCOS TB UTI BPH MRSA CMV EBV HBV HCV COVID SARS DRESS SJS TEN HLH PE AF TIA MI
    CAD CHF HF DM HTN RA SSc MS
"""
COMMON_SHORT: Final = frozenset(_COMMON.split())
"""Short forms that reports use without a word of explanation."""
