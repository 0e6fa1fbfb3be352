"""The words that turn what a sentence names into something else than present: small tables, one for each effect.

A table's entries are regular expressions over small letters, tried in the order of ``CUES`` at each place: the first
that fits is taken. A cue "after" which something stands reaches forward, one "before" which it stands reaches back.
After the triggers of NegEx (Chapman et al., J Biomed Inform 2001) and ConText (Harkema et al., J Biomed Inform 2009),
with what case reports and notes write besides.
"""

from __future__ import annotations

import re
from typing import Final

_LONG: Final = r"(?:\d+|\w+)[\s-](?:hour|day|week|month|year)s?['’]?"
_RELATIVE: Final = (
    r"(?:mother|father|parent|brother|sister|sibling|son|daughter|twin|uncle|aunt|cousin|nephew|niece|husband|wife|"
    r"spouse|grand(?:mother|father|parent|son|daughter))s?"
)
_BARE: Final = r"(?:(?<![\s\S])|(?<=[,;:.(–-]\s)|(?<=\band\s))"
"""Where a clause begins: what stands here has no word before it that says whose it is."""
_TELLS: Final = (
    r"(?:report|notic|not|sai|stat|den|brought|gave|give|consent|recall|observ|describ|bring|took|taken|found|felt|"
    r"fear|worr)\w*"
)
_CAUSE: Final = r"(?: (?:due|secondary|related|attributed) to| caused by)?"
_FOUND: Final = (
    r"(?:seen|found|observed|noted|noticed|present|detected|identified|reported|demonstrated|evident|visible|"
    r"visuali[sz]ed|palpable|felt|heard|elicited|performed|done|administered|used|started|needed|required|"
    r"indicated|available|apparent|recorded|confirmed|diagnosed|suspected)"
)

NO_CUE: Final = [
    r"not only",
    r"no(?:t)? (?:\w+ )?(?:change|increase|decrease|difference)s? (?:in|of|to)",
    r"without (?:any )?difficulty",
    r"(?:no|not|without) (?:\w+ ){0,4}(?:cause|reason|explanation|source|origin|a?etiology)s? (?:of|for)",
    r"no (?:\w+ )?(?:improvement|response|relief|benefit|effect|success|remission)"
    r"(?: (?:in|of|with|to|from|after|on))?",
    r"no (?:\w+ )?(?:progression|worsening) of",
    r"without (?:\w+ )?(?:improvement|response|relief|benefit|effect|success)(?: (?:of|with|to|from|after|on))?",
    r"(?:not|n't) (?:\w+ )?(?:respond|improve|resolve|relieved?|controlled|subside|tolerate|benefit|comply)\w*"
    r"(?: (?:to|with|by|after))?",
    r"not (?:necessarily|until|drain|just|merely)",
    r"no (?:sooner|later|more|less|fewer) than",
    r"no doubt",
    r"gram[\s-]negative",
    r"(?:rh|rhesus)[\s-]negative",
    r"(?:is|was|were|are) not (?:un\w+|rare)",
    r"history of (?:the )?present(?:ing)? (?:illness|complaint)",
    r"natural history of",
    rf"(?:\w+[\s-](?:to|or)[\s-])?{_LONG}(?:[\s-](?:long|duration))?,?(?: \w+)? history of",
    rf"(?:past|last|previous|prior) (?:few |several )?{_LONG}",
    r"(?:acute|recent|short|brief|long|sudden) history of",
    r"previously (?:healthy|well|fit|reported|described|published)",
    r"(?:prior|previous) (?:report|case|stud|publication|literature)\w*",
    r"prior to",
    rf"(?:his|her|their|whose|the (?:patient|child|infant|boy|girl)['’]s) {_RELATIVE} {_TELLS}",
    r"if (?:not|any)",
    r"as if",
    r"what if",
    r"even if",
    r"low[\s-]risk",
    r"high[\s-]risk",
    r"(?:an? )?(?:mother|father) of (?:an?|one|two|three|four|five|\d+)",
]
"""Looks like a cue and is none: it says nothing about what stands around it."""

POSSIBLE_BEFORE: Final = [
    r"(?:cannot|can(?: )?not|could(?: )?n[o']t|was not|were not|not) "
    r"(?:be )?(?:completely |entirely |definitely |fully )?(?:be )?(?:excluded|ruled out)",
    r"(?:was|were|is|are) (?:\w+ )?(?:suspected|considered|presumed|suggested|possible|probable|likely|unlikely|"
    r"questionable|postulated|hypothesi[sz]ed|assumed|entertained)(?! (?:due|secondary|related|caused|to|of|from))",
    r"suspected(?=\s*[,.;)]|$)",
]
POSSIBLE_AFTER: Final = [
    r"(?:cannot|could not|did not|not) (?:be )?(?:exclude|rule out)d?",
    r"not excluded",
    r"to (?:rule out|exclude)",
    r"rule out",
    r"r/o",
    rf"(?:possib(?:le|ly)|probabl[ey]|likely|presumably){_CAUSE}",
    r"possibility of",
    r"unlikely",
    r"suspected(?: of| diagnos[ei]s(?: (?:was|were|is|are|included?))?)?",
    r"diagnos[ei]s (?:was|were|is|are) (?:suspected|considered|discussed)(?=:)",
    r"(?:initial|provisional|preliminary|tentative|presumptive|admitting|referral)(?: clinical)? diagnos[ei]s"
    r"(?: (?:of|was|were|is|included?))?",
    r"(?:initially|first|originally) (?:thought|believed|felt|assumed|presumed) to (?:be|have)",
    r"suspic(?:ion|ious) (?:of|for)",
    r"suspecting",
    r"presum(?:ed|ptive|ably)",
    r"suggest(?:s|ed|ing|ive)?(?: of| that)?",
    r"may (?:be|have|represent)",
    r"might (?:be|have|represent)",
    r"could (?:be|represent)",
    r"differential(?: diagnos[ei]s)?(?: \w+)?",
    r"query",
    r"questionable",
    r"concern(?:s|ing)? (?:for|of|about)",
    r"worrisome for",
    r"considered",
    r"working diagnosis",
    r"(?:not|un)(?: )?(?:certain|clear|sure|known) (?:if|whether)",
    r"whether",
]
FAMILY_AFTER: Final = [
    r"family (?:medical |clinical |psychiatric )?history(?: (?:of|for|was|is|included|revealed))*",
    r"fhx?",
    r"fam hx",
    rf"(?:his|her|their|whose|the (?:patient|child|infant|boy|girl|proband)['’]s|an?|one|two|three) "
    rf"(?:\w+ ){{0,2}}{_RELATIVE}",
    rf"{_BARE}(?:both )?(?:older |younger |elder |maternal |paternal )?{_RELATIVE}(?:(?:,| and| or|/) ?{_RELATIVE})?"
    rf"(?: (?:also |both |has |had |have )*(?:has|had|have|with|suffered|died)(?! {_TELLS})"
    r"| (?:is|was|are|were)(?! (?:\w+ )?(?:worried|concerned|anxious|afraid|told|informed|advised|asked|aware|unaware|"
    r"unable|able|present)\b)|(?=\s*[:–—-]\s))",
    r"(?:first|second)[\s-]degree relatives?",
    r"(?:on )?(?:the |his |her )?(?:paternal|maternal) (?:side|family|aunt|uncle|cousin|grand\w+)",
    r"family members?",
    r"relatives?",
]
FAMILY_BEFORE: Final = [
    rf"in (?:his|her|their|the|a) (?:\w+ ){{0,2}}(?:{_RELATIVE}|family)",
    r"(?:runs )?in the family",
    r"in (?:a )?relatives?",
    r"family history",
]
HYPOTHETICAL_AFTER: Final = [
    r"if",
    r"in (?:the )?(?:case|event) of",
    r"return (?:for|with)",
    r"risk (?:factors? )?(?:of|for)",
    r"unless",
    r"risks? of",
    r"(?:to |in order to )?(?:prevent|avoid)(?:ed|ing|s)?",
    r"prevention (?:of|against)",
    r"prophyla(?:xis|ctic(?:ally)?) (?:for|against|of)",
    r"(?:vaccinat|immuni[sz])(?:ed|ion) (?:against|for)",
    r"screen(?:ed|ing)? (?:for|of)",
    r"monitor(?:ed|ing)? for",
    r"watch(?:ed|ing)? for",
    r"should (?:there|he|she|they)",
    r"predispos(?:es|ing|ition) to",
    r"evaluat(?:e|ed|ion) for",
    r"work-?up for",
    r"tested for",
    r"tests? for",
    r"(?:prepar|schedul|plann|await|wait)(?:ed|ing) (?:for|to)?",
    r"search(?:ed|ing)? for",
    r"look(?:ed|ing)? for",
]
ABSENT_AFTER: Final = [
    r"no",
    r"not",
    r"(?:did|does|do|was|were|is|has|had|have|could|would)n['’]t",
    r"cannot",
    r"without",
    r"w/o",
    r"neither",
    r"nor",
    r"never",
    r"none of",
    r"nil",
    r"den(?:y|ies|ied|ying)",
    r"negative (?:for|of)",
    r"neg(?:\.)? for",
    r"free (?:of|from)",
    r"lack(?:s|ed|ing)?(?: of)?",
    r"absence of",
    r"absent",
    r"ruled out(?: for)?",
    r"rul(?:es|ing) out",
    r"exclu(?:ded|ding|des|sion of)",
    r"rather than",
    r"instead of",
    r"as opposed to",
    r"unremarkable for",
    r"fail(?:s|ed|ure) to (?:show|reveal|demonstrate|detect|find|"
    r"identify|disclose)",
    r"(?:dis)?continued? to be free of",
    r"declined",
    r"refused",
    r"unaccompanied by",
    r"mimick(?:s|ed|ing)",
    r"simulat(?:es|ed|ing)",
    r"resembl(?:es|ed|ing)",
    r"reminiscent of",
    r"masquerad\w+ as",
    r"misdiagnos\w+ (?:as|with)",
    r"mistaken (?:for|as)",
]
ABSENT_BEFORE: Final = [
    rf"(?:was|were|is|are|be|has been|have been|had been)(?:n['’]t| not| never) (?:\w+ )?{_FOUND}",
    r"(?:was|were|is|are|(?:has|have|had) been|be) (?:absent|"
    r"lacking|excluded|ruled out|denied|declined|refused|withheld)",
    rf"not {_FOUND}",
    r"(?:was|were|is|are)(?:n['’]t| not) given(?=\s*[,.;)]|$| (?:to|for|because|due|as)\b)",
    r"(?:ruled out|excluded|denied)(?=\s*[,.;)]|$)",
]
ABSENT_JOINED: Final = [r"non(?=-)"]
"""Part of the word that it denies."""
RESULT_BEFORE: Final = [
    r"(?:was|were|is|are|remained|came back|returned|proved|tested) "
    r"(?:all |also |both |repeatedly |persistently |again |otherwise |completely |entirely |within )*"
    r"(?:negative(?! for| of)|normal|unremarkable)",
]
"""Denies a finding, and says of a test or procedure how it came out."""
ABSENT_BESIDE: Final = [
    r"negative(?! (?:for|of))",
    r"negativity",
    r"free(?! of| from)",
    r"absent(?=\s*[,.;)]|$)",
    r"neg(?!\.? for)",
    r"like",
]
"""Says something of the one name before it."""
PAST_AFTER: Final = [
    r"(?:past |previous |prior |personal |known )?(?:medical |surgical |clinical |psychiatric |ocular |obstetric )?"
    r"histor(?:y|ies)"
    r"(?: (?:of|for|was|is|with|included?|includes|consisted|revealed|significant|remarkable|notable|positive|only))*",
    r"h/o",
    r"hx(?: of)?",
    r"pmhx?",
    r"pshx?",
    r"psh",
    r"s/p",
    r"status[\s-]post",
    r"previous(?:ly)?",
    r"prior",
    r"former(?:ly)?",
    r"antecedents?(?: of)?",
    r"known case of",
    r"childhood",
]
PAST_BEFORE: Final = [
    r"(?:\w+ )?(?:years?|decades?)(?: and \w+ months?)? (?:ago|earlier|before|previously|prior)",
    r"in (?:(?:his|her|early) )?(?:childhood|infancy|youth|adolescence)",
    r"in the past",
    r"as a child",
]

CUES: Final = [
    ("none", NO_CUE),
    ("family_after", FAMILY_AFTER),
    ("family_before", FAMILY_BEFORE),
    ("possible_before", POSSIBLE_BEFORE),
    ("possible_after", POSSIBLE_AFTER),
    ("hypothetical_after", HYPOTHETICAL_AFTER),
    ("absent_before", ABSENT_BEFORE),
    ("result_before", RESULT_BEFORE),
    ("absent_beside", ABSENT_BESIDE),
    ("absent_joined", ABSENT_JOINED),
    ("absent_after", ABSENT_AFTER),
    ("past_before", PAST_BEFORE),
    ("past_after", PAST_AFTER),
]
"""Each effect with its table, in the order in which they are tried."""

VERBS: Final = (
    r"(?:was|were|is|are|had|has|have|did|does|showed|shows|revealed|reveals|demonstrated|disclosed|confirmed|presented|"
    r"developed|underwent|received|complained|reported|noted|found|became|remained|appeared|improved|worsened|started|"
    r"began|occurred|continued|resolved|suggested|indicated|required|experienced|suffered|died|recovered|returned|"
    r"came|could|would|can|will|may|might|took|gave|grew|detected|exhibited|consulted|denie[sd]|led|persisted)"
)
"""Finite verbs: with one, a clause of its own begins."""

ENDS: Final = re.compile(
    r"\b(?:but|however|nevertheless|nonetheless|yet|though|although|whereas|while|except|apart from|aside from|other "
    r"than|besides|despite|in spite of|because|since|secondary to|due to|caused by|as a cause of|which|who|whom|until|"
    r"when|after|before|followed by|so|then|therefore|thus|hence|consistent with|instead|only|even)\b"
    r"|[;:.!?](?=\s|$)|\s[–—-]\s"
)
"""What a cue does not reach beyond."""
