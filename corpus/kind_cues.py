"""The wordings by which a text shows what kind of report it is, as data. ``corpus.kinds`` weighs them.

Each cue stands where authors put it: in the title, in the lead (the abstract, the introduction and how an unsectioned
text begins), in a heading, in the methods and results, or in the case. The wordings follow the reporting guidelines
that authors are asked to keep: CARE (case reports), CONSORT (trials), STROBE (observational studies), PRISMA
(reviews), SPIRIT (protocols).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "case report", "case series", "trial", "observational study", "review", "protocol", "notice", "other", "unknown"
]
"""``case report``: up to four patients told one by one, ``case series``: more (Abu-Zidan et al., 2012), or what its
authors call so; ``notice``: a retraction, correction or expression of concern; ``other``: laboratory and animal
studies, guidelines, editorials; ``unknown``: the text does not tell."""

Place = Literal["title", "lead", "heading", "methods", "case"]


@dataclass(frozen=True, slots=True)
class Cue:
    """``weight`` counts once for ``kind`` if ``pattern`` is found in ``place``; 3 decides where nothing contradicts."""

    kind: Kind
    place: Place
    weight: float
    pattern: re.Pattern[str]


FEW: Final = r"(?:two|three|four|2|3|4)"
SEVERAL: Final = (
    r"(?:five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    r"twenty|[5-9]|1\d|20)"
)
_START: Final = r"(?:\A|(?<=[.:]\s)|(?<=\n))"
_ADJECTIVE: Final = r"(?!(?:of|to|in|on|for|that|which|with|by|how|and|from|whose|between)\s)[\w-]+,?\s"
_CASE_NOUN: Final = (
    r"(?:cases|patients|siblings|brothers|sisters|children|women|men|infants|neonates|boys|girls|families)"
)
_SINGLE: Final = (
    r"(?:case|patient|child|infant|neonate|newborn|woman|man|boy|girl|male|female|adolescent|adult|individual|lady|"
    r"gentleman|baby)"
)
_SINGLES: Final = _SINGLE.replace("case|", "", 1)
_PLURALS: Final = r"(?:women|men|children|babies|brothers|sisters|siblings|twins|relatives)"
_REPORTING: Final = (
    r"(?:report(?:ed|s)?(?:\s(?:on|here|herein))?|present(?:ed|s)?(?:\shere)?|describe[ds]?(?:\shere)?|"
    r"discuss(?:es)?|"
    r"document|encountered|treated|diagnosed|identified|examined?|share|experienced|managed|observed|illustrates?|"
    r"highlights?|performed)"
)
_COMING: Final = (
    r"(?:present(?:ed|ing|s)|was\s(?:\w+\s)?(?:admitted|referred|diagnosed|transferred|hospitali[sz]ed|brought|"
    r"found|seen|"
    r"treated|evaluated|taken|operated)|complain(?:ed|ing|s)|developed|visited|underwent|sustained|experienced|"
    r"suffer(?:ed|ing)|"
    r"came|consulted|arrived|had|is\s(?:reported|described|presented)|reported|attended|with)"
)


def _cues(kind: Kind, place: Place, *weighed: tuple[float, str]) -> tuple[Cue, ...]:
    return tuple(Cue(kind, place, weight, re.compile(pattern, re.IGNORECASE)) for weight, pattern in weighed)


_CASE_REPORT: Final = (
    *_cues(
        "case report",
        "title",
        (4, r"\bcase\s(?:reports?|presentation|discussion)\b|\breports?\sof\s(?:an?|one|1|two|three|2|"
            r"3)\s(?:\w+\s){0,2}cases?\b"),
        (4, r"^(?:an?|the|first|one)\s(?:(?!control)[\w-]+\s){0,3}case\s(?:of|with|in)\b|"
            r"[:.–—-]\s?an?\s(?:\w+\s){0,2}case\b"),
        (2, r"\bcase\sstudy\b|\bin\san?\s(?:[\w-]+\s){0,4}" + _SINGLES + r"\b(?!s)|\ba\srare\s(?:cause|"
            r"presentation|complication)\b"),
        (3, r"\b\d{1,2}[\s-](?:year|month|week|day)s?[\s-]old\b|\ban?\s(?:\w+\s){0,2}patient\s(?:with|presenting|"
            r"who)\b"),
        (3, rf"\b{FEW}\s(?:\w+\s){{0,2}}(?:cases|patients|siblings|brothers|sisters)\b"),
        (1.5, r"\b(?:mimicking|masquerading|misdiagnosed\sas|presenting\s(?:as|with)|complicated\sby|following|"
            r"rare|unusual)\b"),
    ),
    *_cues(
        "case report",
        "lead",
        (4, r"\bcase\sreport\b(?!\sforms?)|\b(?:this|our|the\spresent|the\s(?:reported|described|following|"
            r"index))\s(?:\w+\s){0,2}"
            r"case\b(?!\s(?:stud|series|of\sthe\s\w+s\b|control|mix|management|definition|load|"
            r"finding))(?<!in\sthis\scase)"),
        (2.5, r"(?<!in\s)\ban?\s(?:[\w-]+\s){0,3}case\sof\b|\bfirst\s(?:\w+\s)?case\b"),
        (5, rf"\b(?:we|authors)\s(?:[\w-]+\s){{0,2}}{_REPORTING}\s(?:(?:on|the|case|of|our|about)\s)*(?:an?|the|"
            rf"one|1|this|first|rare|unusual|unique|{FEW})\s"
            rf"(?:{_ADJECTIVE}){{0,6}}(?:{_SINGLE}s?|{_PLURALS})\b(?!\s(?:stud|series|control|manag))"),
        (4, rf"\b(?:this|the|our)\s(?:article|paper|report|study|manuscript)\s(?:[\w-]+\s)?{_REPORTING}\s"
            rf"(?:(?:on|the|case|of|our|about)\s)*(?:an?|one|1|two|three|first)\s(?:{_ADJECTIVE}){{0,6}}(?:{_SINGLE}s?|{_PLURALS})\b"
            r"(?!\s(?:stud|series|control|manag))"),
        (3, rf"\b(?:an?|one|1|{FEW})\s(?:{_ADJECTIVE}){{0,4}}{_SINGLE}s?\b[^.;]{{0,120}}\b(?:is|are|was|were)\s"
            r"(?:here\s)?(?:reported|described|presented|discussed)\b"),
        (3, rf"{_START}(?:an?|our|one|{FEW})\s(?:{_ADJECTIVE}){{0,5}}{_SINGLES}s?\b[^.;]{{0,140}}?\b{_COMING}\b"),
        (3, rf"(?:{_START}(?:he|she|his|her|(?:the|our|this)\s{_SINGLES})\s[^.]{{0,400}}\.[\s\S]{{0,600}}?){{2}}"),
        (3, r"\bthe\s(?:first|second)\s(?:case|patient)\b|\b(?:both|all\s(?:two|three|four))\s(?:of\s(?:our|"
            r"the)\s)?(?:cases|patients)\b"),
        (2, r"\bour\spatients?\b|\bthe\spatient(?:['’]s)?\b(?!s)"),
        (5, r"\b(?:cas\sclinique|nous\srapportons|âgée?\sde\s\d+\s(?:ans|mois)|caso\scl[ií]nico|(?:presentamos|"
            r"relatamos|descriviamo)\s"
            r"(?:el|o|un|um|il)?\s?caso|relato\sde\s(?:um\s)?caso|\d+\s(?:años|anos)\sde\s(?:edad|idade)|"
            r"di\s\d+\sanni|"
            r"fallbericht|\d+[\s-]jährige[rn]?)\b"),
    ),
    *_cues(
        "case report",
        "heading",
        (4, r"^\W*(?:[\divx]+\W*)?(?:case|clinical\scase|case\s(?:reports?|presentations?|descriptions?|"
            r"histor(?:y|ies)|summary|"
            r"details|illustration)|patient\s(?:information|presentation|case)|our\s(?:case|patient)|"
            r"presentation\sof\s(?:the\s)?case|"
            r"report\sof\s(?:the\s|a\s)?case)\b"),
    ),
)  # fmt: skip

_CASE_SERIES: Final = (
    *_cues(
        "case series",
        "title",
        (6, r"\b(?:case|patient)\sseries\b|\bseries\sof\s(?:\w+\s){0,3}(?:cases|patients)\b"),
        (4, rf"\b{SEVERAL}\s(?:[\w-]+\s){{0,3}}{_CASE_NOUN}\b"),
    ),
    *_cues(
        "case series",
        "lead",
        (5, r"\b(?:this|our|the\spresent|an?|small|retrospective|descriptive|"
            r"consecutive)\s(?:[\w-]+\s){0,2}case\sseries\b"),
        (6, rf"\bwe\s(?:[\w-]+\s){{0,2}}{_REPORTING}\s(?:(?:on|the|of|our|cases|a|"
            rf"series)\s)*{SEVERAL}\s(?:[\w-]+\s){{0,4}}"
            rf"{_CASE_NOUN}\b"),
        (3, r"\bseries\sof\s(?:\w+\s){0,3}(?:cases|patients)\b"),
    ),
)  # fmt: skip

_TRIAL: Final = (
    *_cues(
        "trial",
        "title",
        (8, r"\brandomi[sz]ed\b(?!\s(?:controlled\s)?(?:clinical\s)?(?:trials|studies)\b)|\bplacebo[\s-]controlled\b|"
            r"\bdouble[\s-](?:blind|mask)"),
        (5, r"\b(?:clinical|controlled|crossover|cross-over|pilot|feasibility|open[\s-]label|"
            r"phase\s[1-4iv]+[ab]?)\s(?:\w+\s)?trial\b"),
        (4, r"\bphase\s[1-4iv]+[ab]?\s(?:\w+\s)?study\b|\ba\s(?:\w+\s){0,3}trial\b"),
    ),
    *_cues(
        "trial",
        "lead",
        (5, r"\b(?:was|were|been|and|then)\s(?:\w+\s)?random(?:ly\s(?!selected|chosen\b(?!\sto)|sampled)\w+|i[sz]ed)\b|"
            r"\brandomly\s(?:assigned|"
            r"allocated|divided|chosen\sto)\b"),
        (4, r"\b(?:this|an?|the|our|in)\s(?:[\w-]+[\s,]\s?){0,5}(?:randomi[sz]ed|placebo[\s-]controlled|"
            r"double[\s-]blind\w*|controlled|"
            r"cross-?over)\b[\w\s,-]{0,60}\b(?:trial|study)\b(?!s)"),
        (3, r"\bdouble[\s-]blind|\bplacebo[\s-](?:controlled|group|arm)\b|\bopen[\s-]label\b|\bsingle[\s-]arm\b"),
        (3, r"\bNCT\d{6,}|\bISRCTN\d+|\bACTRN\d+|\btrial\sregist|\bphase\s[1-4iv]+[ab]?\s(?:clinical\s)?trial\b"),
        (1.5, r"\b(?:control|placebo|intervention|treatment|experimental|test)\s(?:group|arm)s?\b|"
            r"\bversus\splacebo\b"),
    ),
    *_cues(
        "trial",
        "methods",
        (3, r"\brandomly\s(?:assigned|allocated|divided|chosen\sto)\b|\bwere\srandomi[sz]ed\b|"
            r"\brandomi[sz]ation\s(?:was|list|sequence)"),
        (2, r"\bplacebo\b|\bdouble[\s-]blind|\ballocation\s(?:was|concealment)|\bintention[\s-]to[\s-]treat\b"),
    ),
)  # fmt: skip

_OBSERVATIONAL: Final = (
    *_cues(
        "observational study",
        "title",
        (5, r"\b(?:cohort|cross[\s-]sectional|case[\s-]control|observational|population[\s-]based|longitudinal|"
            r"retrospective|"
            r"registry|epidemiological|prospective)\b(?!\s(?:ligament|muscle))|(?<!skeletal\s)\bsurvey\b"),
        (3, r"\b(?:prevalence|incidence|risk\sfactors?|predictors?|association|correlat\w+|mortality|determinants|"
            r"trends|"
            r"comparison|outcomes\s(?:of|after|in))\b"),
    ),
    *_cues(
        "observational study",
        "lead",
        (5, r"\b(?:cohort|cross[\s-]sectional|case[\s-]control(?:led)?|observational|"
            r"population[\s-]based)\b(?!\s(?:image|scan|imaging|"
            r"area|diameter))|\blongitudinal\s(?:\w+\s)?(?:stud|data|cohort|analys|survey|follow|design|assess)"),
        (4, r"\b(?:retrospective|prospective)(?:ly)?\b(?:\s\w+){0,4}\s(?:study|analysis|review|data|analy[sz]ed|"
            r"reviewed|collected|"
            r"series|database|evaluat\w+|investigat\w+|enrolled|studied|included)\b"),
        (4, r"\b(?:\d{2,}(?:,\d{3})*|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:-\w+)?|"
            r"\w+\shundred)\s"
            r"(?:(?!(?:years?|months?|weeks?|days?|hours?|mg|ml|cm|mm)\b)[\w-]+\s){0,5}(?:patients|subjects|"
            r"participants|women|men|children|cases|adults|individuals|volunteers|students|"
            r"infants|births|people|consecutive|specimens|eyes|knees|hips)\b"),
        (3, r"\b(?:odds|hazards?|risk|rate)\sratios?\b|\b95\s?%\s?(?:CI|confidence)|\b(?:OR|HR|RR)\s?[=:]|"
            r"\b[pP]\s?[<=>≤]\s?0?[.·]\d|"
            r"\bmultivaria\w+|\blogistic\sregression\b|\bstatistically\b|"
            r"\bsignificant(?:ly)?\s(?:\w+\s)?(?:higher|lower|"
            r"difference|correlat|associat)"),
        (2, r"\b(?:participants|respondents|questionnaires?|subjects\swere|patients\swere\s(?:included|enrolled|"
            r"recruited|"
            r"divided|studied))\b|\bmean\s(?:\([^)]{1,8}\)\s)?age\b|\(n\s?=\s?\d"),
        (2, r"\b(?:aims?|purpose|objectives?)\s(?:of\sthis\sstudy\s)?(?:was|is|were)\sto\s(?:\w+\s)?(?:determine|"
            r"evaluate|assess|"
            r"investigate|compare|examine|analy[sz]e|study|explore|identify|estimate)\b"),
    ),
    *_cues(
        "observational study",
        "methods",
        (2, r"\b(?:inclusion|exclusion|eligibility)\scriteria\b|\binformed\sconsent\s(?:was|"
            r"were)\sobtained\sfrom\sall\b|"
            r"\b(?:were|was)\s(?:recruited|enrolled)\b"),
        (2, r"\bstatistical\s(?:analys[ie]s|significance)\b|\bt[\s-]tests?\b|\bchi[\s-]squared?\b|\bANOVA\b|"
            r"\bMann[\s–-]Whitney\b|"
            r"\bSPSS\b|\bregression\b"),
    ),
    *_cues("observational study", "heading", (2, r"^\W*(?:[\d.]+\s)?(?:statistical\sanalys[ie]s|study\s(?:design|"
        r"population|"
        r"participants|sample)|participants|data\scollection|subjects)\b")),
)  # fmt: skip

_REVIEW: Final = (
    *_cues(
        "review",
        "title",
        (8, r"\b(?:systematic|scoping|umbrella|cochrane|narrative|integrative|comprehensive|critical|clinical|"
            r"mini)[\s-]*"
            r"(?:literature\s)?(?:over)?reviews?\b|\bmeta-?\s?analys[ei]s\b"),
        (4, r"\breview\b(?!ed|er)(?!\s(?:board|of\s(?:\w+\s){0,3}(?:cases|patients|records)))|\boverview\b|"
            r"\bstate[\s-]of[\s-]the[\s-]art\b"
            r"|\b(?:current|recent|new|emerging)\s(?:concepts|advances|perspectives|insights|trends)\b|"
            r"\bwhat\sis\sknown\b"),
    ),
    *_cues(
        "review",
        "lead",
        (6, r"\b(?:this|the\spresent|our|a|we\s(?:\w+\s){0,2})\s?(?:(?!recent|previous|prior|large|"
            r"published)[\w-]+\s){0,2}(?:(?:systematic(?:ally)?|scoping|narrative)\s(?:literature\s)?"
            r"review|meta-?\s?analy[sz])|\bPRISMA\b"),
        (2, r"\bsystematic\sreview|\bmeta-?\s?analy[sz]"),
        (4, r"\b(?:this|present|our|in\sthe)\s(?:\w+\s)?review\b(?!\s(?:of\s)?(?:board|chart|records))|"
            r"\bwe\s(?:\w+\s)?review(?:ed)?\s(?:the\s)?"
            r"(?:\w+\s){0,3}(?:evidence|literature|studies|advances|knowledge|data\son|mechanisms|role)\b|"
            r"\bhere,?\swe\sreview\b"),
        (3, r"\bwe\s(?:\w+\s)?searched\b|\b(?:medline|embase|cochrane\slibrary|pubmed|web\sof\sscience)\b[^.]{0,80}"
            r"\b(?:medline|embase|cochrane|scopus|pubmed|cinahl|databases?|search)"),
        (3, r"\b(?:studies|trials|articles)\s(?:that\s)?(?:were|met)\s(?:\w+\s)?(?:included|identified|inclusion|"
            r"eligible|selected)\b|"
            r"\beligible\s(?:studies|trials)\b|\b(?:pooled|random[\s-]effects)\b"),
    ),
    *_cues("review", "heading", (4, r"^\W*(?:[\d.]+\s)?(?:search\sstrateg|literature\ssearch|data\ssources|"
        r"study\sselection|"
        r"data\sextraction|selection\scriteria|main\sresults)")),
)  # fmt: skip

_PROTOCOL: Final = (
    *_cues("protocol", "title", (6, r"\b(?:study|trial|review|research)\sprotocol\b|\bprotocol\s(?:for|of)\san?\b|"
        r":\s?(?:\w+\s){0,4}protocol$|"
        r"\b(?:rationale|design)\s(?:and|,)\s(?:\w+\s){0,2}(?:design|rationale|methods|protocol)\b")),
    *_cues("protocol", "lead",
        (4, r"\b(?:this|the)\s(?:study\s|trial\s)?protocol\s(?:describes|outlines|presents|for)|"
            r"\bmethods\s?(?:and|/|&)\s?(?:design|analysis)\b"),
        (2.5, r"\b(?:participants|patients|women|men|children|studies|subjects|we)\swill\s(?:be|also|receive|"
            r"conduct|include|search|use|recruit|"
            r"undergo)\b|\bwill\sbe\s(?:randomi[sz]ed|randomly|recruited|assessed|allocated|measured|collected|"
            r"included|searched|invited)\b"),
        (2.5, r"\b(?:trial|study|review)\swill\s(?:be|provide|evaluate|assess|compare|determine|investigate|test|"
            r"recruit|examine)\b"),
    ),
    *_cues("protocol", "heading", (4, r"^\W*(?:[\d.]+\s)?(?:methods\s?(?:and|/|&)\s?(?:design|analysis)|"
        r"ethics\sand\sdissemination)\b")),
)  # fmt: skip

_OTHER: Final = (
    *_cues("other", "title",
        (4, r"\b(?:guidelines?|consensus|position\s(?:statement|paper)|recommendations)\b|\b(?:editorial|"
            r"commentary|reply|response)\b|"
            r"^(?:re|comment\son)\b"),
        (4, r"\b(?:mice|mouse|rats?|murine|zebrafish|drosophila|yeast|elegans|in\svitro|cell\slines?|stem\scells?|"
            r"arabidopsis|"
            r"rabbits?|pigs?|porcine|bovine|macaques?|primates?|embryonic|escherichia)\b"),
        (2, r"\b(?:regulat\w+|pathway|signal(?:l)?ing|receptors?|kinase|expression|transcription\w*|mechanisms?|"
            r"genome\w*|"
            r"phosphorylation|binding|protein|mitochondrial|neurons|macrophages|chromatin|rna|dna|mediat\w+|"
            r"induc\w+)\b"),
    ),
    *_cues("other", "lead",
        (5, r"\b(?:mice|rats|zebrafish|drosophila|c\.\selegans|saccharomyces|arabidopsis|rabbits|piglets|"
            r"macaques?|seedlings|cultivars?)\b"),
        (3, r"\bin\s(?:vitro|vivo)\b|\bcell\slines?\b|\bknock-?(?:out|down|in)\b|\bwild-?type\b|\bcultured\b|"
            r"\btransgenic\b|\bCRISPR|"
            r"\btransfect\w+|\bovereexpress\w+"),
        (4, r"\b(?:here,?\s)?we\s(?:\w+\s)?(?:show|demonstrate|find|identif\w+|propose|discover\w*|developed|"
            r"introduce)\s(?:that|an?|the|how)\b"
            r"|\bthese\s(?:findings|results|data)\s(?:\w+\s)?(?:suggest|demonstrate|reveal|identify|indicate|"
            r"establish|show)\b"),
        (2, r"\b(?:molecular|signal(?:l)?ing|transcription\w*|kinase|mRNA|phosphorylat\w+|crystal\sstructure|"
            r"mutants?|proteins?|"
            r"gene\sexpression)\b"),
    ),
)  # fmt: skip

_NOTICE: Final = (
    *_cues("notice", "title",
        (5, r"^(?:retraction|erratum|corrigend(?:um|a)|errata|correction|expression\sof\sconcern|addendum|"
            r"publisher['’]?s?\s"
            r"(?:note|correction)|author\scorrection|notice\sof\s\w+|withdrawal|retraction\snot(?:e|ice)|withdrawn|"
            r"(?:notice|statement)\sof\s(?:retraction|concern))\b(?!\s(?:of\s(?:\w+\s){0,2}(?:deformit|"
            r"contracture|fracture|scoliosis|defect|"
            r"acid|hypo|hyper|nasal|malocclusion|factor|an?emia|refractive|astigmatism|vision|"
            r"volume)))(?=\s?(?:to|of|for|on|:|\W|$))"),
        (5, r"[:\-–—(\[]\s?(?:retraction|erratum|corrigendum|correction|expression\sof\sconcern|"
            r"withdrawal)(?:\snotice|\snote)?[)\].]?$"),
    ),
)  # fmt: skip

CUES: Final[tuple[Cue, ...]] = (
    *_NOTICE, *_PROTOCOL, *_TRIAL, *_REVIEW, *_CASE_SERIES, *_CASE_REPORT, *_OBSERVATIONAL, *_OTHER,
)  # fmt: skip

PRESENTING: Final = re.compile(rf"[^.;]{{0,160}}?\b(?:{_COMING}|was|were|became|fell|\w{{2,}}ed)\b", re.IGNORECASE)
"""What follows a patient stated by age in a sentence that introduces them."""

PREDICATE: Final = re.compile(r"\b(?:patient|case|proband|he|she)\s(?:\w+\s)?(?:was|is)\san?\s*$", re.IGNORECASE)
"""What comes before the age in "The patient was an 81-year-old man"."""

RETRACTING: Final = re.compile(
    r"\b(?:this|the|above|aforementioned|following)\s(?:\w+\s){0,3}(?:article|paper|publication|"
    r"manuscript)\b[^.]{0,400}\b(?:has|have|is|was|"
    r"are)\s(?:\w+\s){0,2}(?:been\s)?(?:retracted|withdrawn|corrected)\b|\b(?:retracts?|withdraws?)\s(?:the|"
    r"this)\s(?:\w+\s){0,2}"
    r"(?:article|paper)\b|\bin\sthe\s(?:original|published)\s(?:\w+\s)?(?:article|version|publication|"
    r"paper)\b[^.]{0,120}\b(?:error|incorrect|"
    r"mistake|omitted|was|were)\b|\bthe\s(?:authors|editors?|publisher)\s(?:\w+\s){0,3}(?:apologi[sz]e|regret|"
    r"retract)\b",
    re.IGNORECASE,
)
"""The wording of a notice, which is short; longer texts that use it are about something else."""
