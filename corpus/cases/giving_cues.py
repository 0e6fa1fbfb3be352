"""The phrases by which a clause says that a treatment was given, planned, kept from a patient or not given, as data.

Each pattern stands beside what it does to the treatments behind it (``after``) or before it (``before``) in its clause.
Every repetition is bounded.
"""

from __future__ import annotations

from typing import Final, Literal

OTHER_PERSON: Final = (
    r"(?:husband|wife|spouse|partner|room-?mate|flat-?mate|house-?mate|colleague|(?:boy|girl)?friend|fianc\w+|carer|caregiver|neighbou?r"
    r"|(?:grand)?(?:mother|father|son|daughter)|brother|sister|cousin|uncle|aunt|nephew|niece)s?"
)
"""Who is not the patient, by how they stand to the patient."""

Effect = Literal[
    "none",
    "no",
    "declined",
    "precluded",
    "planned",
    "general",
    "past",
    "current",
    "given",
    "linked",
    "stopped",
    "purpose",
]
"""``none``: not given; ``no``: neither, but only what follows at once. ``general``: of anybody. ``linked``: given,
unless something before it says otherwise. ``purpose``: what the patient came for."""

_ADVERBS = r"(?:\w+ly\s+|then\s+|also\s+|again\s+|now\s+|later\s+|first\s+|soon\s+|therefore\s+|thus\s+|both\s+){0,2}"
_BE = r"(?:was|were|been|is|are|being)"
_FEW = r"(?:[\w'’/-]+\s+)"
_TREATMENT = r"(?:treatments?|therap(?:y|ies)|medications?|drugs?|surger(?:y|ies)|operations?|interventions?|regimens?)"
_DONE = (
    r"(?:performed|given|administered|started|commenced|initiated|instituted|prescribed|undertaken|done"
    r"|carried\s+out|used|added"
    r"|applied|required|needed|introduced|begun|resumed|restarted|reinstituted|continued|increased|reduced|tapered"
    r"|inserted|placed"
    r"|implanted|fitted|deployed|attempted|completed|chosen|employed|achieved|escalated|adjusted|switched|changed"
    r"|provided|delivered"
    r"|injected|infused|maintained|repeated|accomplished|made|established|advanced|received|taken|weaned|titrated"
    r"|doubled|uptitrated"
    r"|conducted|executed|tried|effective|successful|uneventful|ineffective|unsuccessful|complicated|tolerated"
    r"|well\s+tolerated|followed)"
)

NO_OBJECT: Final = (
    r"\b(?=\s*(?:[.,;:)]|$)|\s+(?:it|them|this|these|that|both|either|because|due|owing|for|on|at|until|despite|as|in|and"
    r"|but|out|the\s+(?:offer|proposal|treatment|therapy|procedure|intervention|drug|medication|operation))\b)"
)
"""Behind "refused": what was refused stands before it."""
_NOT_A_GRAFT = r"(?<!graft\s)(?<!grafts\s)(?<!transplant\s)(?<!transplants\s)"
"""Before "was rejected": a graft is, once it was given."""

AFTER: Final[tuple[tuple[Effect, str], ...]] = (
    ("none", r"""
        \b(?:did|do|does|had|has|have|was|were|is|could|can|would)(?:\s+not|n['’]t)\s+(?:\w+\s+){0,2}?
          (?:receiv\w+|undergo\w*|undergone|tak(?:e|en|ing)|requir\w+|need\w*|use[d]?|given|treated|prescribed|on
            |have\s+any|had\s+any|started|been|start|perform|administer|give|initiate|pursue|prescribe|attempt
            |get|approve|receive|take)\b
      | \bnot\s+to\s+(?:\w+\s+)?(?:start|perform|administer|give|initiate|pursue|prescribe|undertake|attempt
          |use|treat|operate|proceed|receive|take)\b
      | \b(?:before|until)\s+(?=(?:\w+\s+){1,5}?(?:could|can)\s+be\b)
      | \bdied\s+before\s
      | (?-i:\bHad)\s+(?=(?:[\w-]+\s+){1,4}?been\b)
      | \ballerg(?:ic|y|ies)\b\s*(?:to|:|included|of)
      | \b(?:never|not|neither)\s+(?:\w+\s+){0,2}?(?:received?|using|receiving|undergoing|have|having|undergone
        |underwent|taken|used|taking|on|been\s+treated|been\s+given|treated|required?|given|exposed|administered)\b
    """),
    ("no", r"""
        \b(?:no|without(?:\s+(?:any|the))?|lack\s+of|absence\s+of|nor|neither)\s+(?:with\s+)?(?:(?:further|other
          |prior|previous
          |specific|additional|need\s+(?:for|of)
          |history\s+of|use\s+of|known|recent|requirement\s+(?:for|of)|administration\s+of|any|indication\s+for
            |(?:treatment|therapy|help|aid|support|prophylaxis)\s+(?:with|of|from|by)
            |(?:resort(?:ing)?|recourse|exposure|access)\s+to|more)\s+){0,3}
      | \b(?:and|but)\s+not\s+(?:with\s+)?(?!\w+(?:ed|en|ive|ful|ly|able)\b)
          (?=[\w-]+(?:\s+[\w-]+)?\s*(?:[.,;)]|$|\b(?:because|due|owing|since|as|for)\b))
      | \b(?:instead\s+of|rather\s+than|in\s+lieu\s+of|avoid(?:ed|ing|ance\s+of)?|cancel(?:l?ed|ling)?|(?:toxicity
        |side\s+effects|adverse\s+effects|complications)\s+of|obviat\w+|unnecessary|naive\s+to
        |in\s+place\s+of)\s+
      | \b(?:denied|denies|denying)\s+(?:(?:any|recent|the|use|using|taking|history|previous|prior|of)\s+){0,4}
      | \b(?:no|without|denie[sd]|any|negative)\s+(?:\w+\s+){0,2}?histor(?:y|ies)\s+(?:of|for)\b
      | \b(?:fear|threat|question|possibility|risk|risks|indications?|need|timing|role|efficacy|candidacy)\s+of\s+
    """),
    ("declined", r"""
        \b(?:declin\w+|refus\w+|(?:opposed|rejected)(?=\s)|did\s+not\s+(?:consent|agree)\s+to|unwilling\s+to\s+(?:undergo|take|receive)
          |opted\s+(?:against|not\s+to)
          |did\s+not\s+want|against\s+medical\s+advice)\b
    """),
    ("precluded", r"""
        \b(?:contra-?indicat\w+|preclud\w+|(?:severe\s+|allergic\s+|anaphylactic\s+|infusion\s+)reaction\s+to
          |unfit\s+for|poor\s+(?:\w+\s+)?candidate\s+for|too\s+\w+\s+(?:for|to\s+(?:undergo|receive|tolerate))|not\s+(?:a\s+)?(?:\w+\s+)?
          (?:candidate|amenable|eligible|suitable|fit)\s+(?:for|to)|ineligible\s+for|unable\s+to\s+(?:tolerate
            |receive|undergo|take)|intoleran(?:t|ce)\s+(?:to|of)
          |could\s+not\s+(?:tolerate|receive|undergo|take)|unsuitable\s+for|not\s+possible\s+to)\b
    """),
    ("planned", rf"""
        \b(?:planned\s+(?:to|for|on)|discussing|due\s+(?:to\s+(?:undergo|receive|start|have)|for)|(?:{_BE}\s+)?scheduled\s+(?:for|to)|await(?:s|ing)|proposing
          |wait(?:ing)?\s+(?:list\s+)?for|listed\s+for|waitlisted\s+for|proposed|suggested|recommended|advised
          |offered|consider(?:ed|ing|s)?(?:\s+for)?|intend(?:ed|s)?\s+to|plan(?:s|ned)?\s+(?:is|was|to|for|of)
            |pending|candidate\s+for|counsel+ed\s+(?:on|about|for|to)
          |encouraged\s+to|will\s+(?:be|undergo|receive|start)|(?:would|should|could)\s+(?:be|undergo|receive
            |require|need|benefit)|to\s+be\s+(?:treated|started|given|operated)
          |referred\s+(?:\w+\s+){{0,5}}?for|prepared\s+for|preparation\s+for|evaluat(?:ed|ion)\s+for
            |decision\s+(?:was\s+made\s+)?(?:against|about|regarding|on))\b
      | \b(?:planned|scheduled|proposed|future)\s+(?=\w)
    """),
    ("general", r"""
        \b(?:(?:we|authors?)\s+(?:\w+\s+)?(?:recommend|advocate|suggest|propose|advise|believe)
          |option[s]?|alternatives?|mainstay|gold\s+standard|treatment\s+of\s+choice|indications?\s+(?:for|of)
          |recommendations?|guidelines?|efficacy\s+of|role\s+of|effectiveness\s+of
          |safety\s+of|use\s+of\s+(?:\w+\s+){0,2}?(?:in\s+patients)|should|must|(?-i:may)|might|can|could\s+be
            |discuss(?:es)?|review(?:s|ed)?\s+(?:of\s+)?(?:the\s+)?(?:literature|current|available|surgical)
            |we\s+review|includes?|such\s+as\s+those|candidates?|if|unless|either|whether
          |need\s+for|necessity\s+of|importance\s+of|benefits?\s+of|risks?\s+of|patients\s+(?:with|who|on
            |undergoing|treated|receiving|admitted|affected|requiring)|majority\s+of\s+(?:\w+\s+)?patients|patients\b[^.;]{0,90}?\breceive(?=\s)|(?:most|many|some|almost\s+all|other|such|these)\s+(?:\w+\s+)?patients)\b
    """),
    ("past", r"""
        \b(?:(?:\w+\s+)?histor(?:y|ies)\s+(?:\w+\s+){0,3}?(?:of|for|included|includes|was|notable|significant
          |remarkable|with|revealed|consisted)|status[\s-]post|s/p|had\s+(?:\w+ly\s+|also\s+|been\s+|already\s+
          |a\s+){0,2}
          (?:undergone|received|underwent|treated|taken|tried|used|been\s+on|been\s+under|started|controlled
            |well\s+controlled|maintained|managed|operated
            |given|failed|prescribed|a\s+previous|previously|had)
          |(?:previous(?:ly)?|prior|former(?:ly)?|past)\s+(?!to\b)|refractory\s+to
            |resistant\s+to\s+(?=\w+\s+(?:treatment|therap)|treatment|therap|cortico|steroid|numerous|multiple)
          |(?:treatments?|therap(?:y|ies)|medications?)\s+(?:tried|attempted)|failed|failure\s+of|after\s+failing
            |unresponsive\s+to|not\s+respon\w+\s+to|non-?respon\w+\s+to)\b
    """),
    ("current", r"""
        \b(?:(?:his|her|home|current|regular|daily|chronic|outpatient|usual|long-term|ongoing|maintenance
          |baseline|active)\s+(?:\w+\s+){0,2}?(?:medications?|drugs?|regimen|treatment|therapy|medicines?)
            (?:\s+(?:list|history|at\s+(?:\w+\s+){0,3}?\w+|on\s+(?:admission|presentation|arrival)
              |prior\s+to\s+admission))?\s*(?:included|includes|including|consisted\s+of|consists\s+of|comprised
              |were|was|are|is|:)
          |medications?\s+(?:at|on|before|upon)\s+(?:\w+\s+){0,3}?(?:included|were|was|consisted)
            |medications?\s*:|medications?\s+included
          |(?:was|were|is|been|while|when|who\s+was|currently|already|still|patient|woman|man|male|female|boy|girl
            |lady|gentleman|child)\s+(?:\w+ly\s+|also\s+|already\s+|still\s+){0,2}(?:taking
            |on(?!\s+(?:the\s+(?:\w+\s+){0,2}?(?:day|list|table|side)|examination|admission|arrival|day|follow
            |\d))|receiving|using|maintained\s+(?:on|with)|under(?!\s+(?:general|anesth|anaesth|local|ultrasound
            |ct\b|fluor|sedation|spinal|the|observ)))
          |(?:regular|daily|chronic|current|long-term|longstanding)\s+use\s+of|(?<=,\s)taking|suppressed\s+on|controlled\s+on|undergoing|(?:is
            |are)\s+(?:currently\s+)?being\s+treated)\b
    """),
    ("given", rf"""
        \b(?:(?:treated|retreated|managed|medicated|controlled|supplemented|corrected|salvaged|resuscitated
          |reversed|cured|premedicated|sedated|covered|prophylaxed|combined|along|together|started|begun|initiated
          |continued|followed\s+up|treating)\s+{_FEW}{{0,4}}?(?:with|by|using|via|through)
          |(?:started|restarted|commenced|put|placed|begun|maintained|initiated|switched|kept|discharged
            |transitioned|converted|loaded|stabili[sz]ed|went|begin|began|back)\s+{_FEW}{{0,3}}?(?:on|to|onto
            |upon)(?!\s+(?:the\s+(?:\w+\s+)?(?:ward|icu|unit|clinic|hospital)|day))
          |received?|receiving|receives|underwent|undergo|undergone|undergoing|gave|administer(?:ed|ing)
            |administration\s+of|prescribed|prescribing|started|starting|initiat(?:ed|ing|ion\s+of)|commenc(?:ed
            |ing|ement\s+of)
          |institut(?:ed|ing|ion\s+of)|add(?:ed|ing|ition\s+of)|began|beginning|performed|performing|took|taking
            |has\s+taken|(?<!deferred\s)(?<!withheld\s)(?<!postponed\s)(?<!omitted\s)(?<!avoided\s)given(?!\s+that\b)|giving|used|using|by\s+(?:means|use)\s+of|use\s+of|applied|applying|inserted|placed
            |implanted|chose
          |required|requiring|needed|needing|introduc(?:ed|ing|tion\s+of)|resum(?:ed|ing)|continu(?:ed|ing
            |ation\s+of)|increas(?:ed|ing)|replac(?:ed|ing)|(?:switch|chang)(?:ed|ing)\s+(?:\w+\s+){{0,4}}?to
            |escalated\s+to
          |opted\s+for|decided\s+(?:to|on|for|upon)|proceeded\s+(?:with|to)|taken\s+(?:\w+\s+){{0,3}}?for
            |subjected\s+to|has\s+(?:received|undergone|been\s+on)|operated\s+(?:on\s+)?(?:by|with|through|via)
            |carried\s+out|undertook)\b
    """),
    ("linked", r"""
        \b(?:course[s]?\s+of|cycles?\s+of|doses?\s+of|session[s]?\s+of|bolus(?:es)?\s+of|infusions?\s+of
          |injections?\s+of|regimen\s+of|combination\s+of|trial\s+of|months?\s+of|weeks?\s+of|days?\s+of
          |units?\s+of|rounds?\s+of|mg\s+of|[\d.]\s?(?:mg|g|ml|units?|µg|mcg|l|iu|mg/kg|mg/day)\s+(?:of\s+)?
          |(?:treatment|therapy|management|regimen|prophylaxis|monotherapy|pretreatment|coverage|pharmacotherapy
            |medication)\s+(?:(?:was|were|had\s+been)\s+)?(?:\w+ly\s+)?(?:\w+ed\s+)?(?:with|included|consisted\s+of
            |consisting\s+of|comprised|comprising|by|including|involved|using)
          |(?:treatment|therapy|management|intervention)\s+(?:was|were)|consist(?:ed|ing)\s+of
            |decision\s+(?:\w+\s+){0,3}?to|followed\s+by|respon\w+\s+(?:\w+\s+){0,2}?to
            |improv\w+\s+(?:\w+\s+){0,3}?(?:with|after|under|on|following)|resol\w+\s+(?:\w+\s+){0,3}?(?:with
            |after|under|on|following)
          |(?:despite|in\s+spite\s+of|even\s+with|under|with|on|after|following|post|since|upon|during|through|via
            |by|thanks\s+to|in\s+addition\s+to|besides|including|included|and|plus|as\s+well\s+as|while)
          |had|has\s+had|did|attempted|tried|opting\s+for|achieved\s+(?:by|with)|required)\b
    """),
    ("stopped", r"""
        \b(?:stopp(?:ed|ing)|discontinu(?:ed|ing|ation\s+of)|ceas(?:ed|ing)|cessation\s+of|withdr(?:ew|awing
          |awal\s+of)|held|holding|taper(?:ed|ing)(?:\s+of)?|suspend(?:ed|ing)|interrupt(?:ed|ing)|weaned\s+(?:off
          |from)|reduc(?:ed|ing))\b
    """),
    ("purpose", r"""
        \b(?:referred|admitted|admission|transferred|hospitali[sz]ed|presented|consent|indicated|required|seen
          |visited|came|fit|cleared|worked\s+up)\s+(?:\w+\s+){0,6}?(?:for|to\s+undergo)\s+(?:(?:further|the|an?
          |elective|possible|definitive|urgent)\s+){0,2}
    """),
)  # fmt: skip

BEFORE: Final[tuple[tuple[Effect, str], ...]] = (
    ("none", rf"""
        \b(?:(?:was|were|is|are|had|has|have|could|would|did)(?:\s+not|n['’]t
          |\s+never)\s+{_FEW}{{0,2}}?(?:{_DONE[3:-1]}|considered|recommended|necessary|indicated|warranted
          |available|feasible|offered|pursued|advised|justified|undergone)
          |(?:was|were)\s+(?:deferred|postponed|withheld|omitted|avoided|cancell?ed|abandoned|unnecessary|unavailable
            |deemed\s+unnecessary|ruled\s+out|excluded|aborted|not\b)|not\s+(?:given|performed|used|done
            |required|needed|indicated|available|possible|necessary))\b
    """),
    ("declined", rf"""
        \b(?:(?:was|were|been)\s+(?:\w+ly\s+|all\s+|both\s+|also\s+|then\s+|again\s+){{0,2}}(?:declined|refused
            |opposed|rejected(?=\s+by\b))
          |{_NOT_A_GRAFT}(?:was|were|been)\s+(?:\w+ly\s+|all\s+|both\s+|also\s+|then\s+|again\s+){{0,2}}rejected
          |(?:(?:which|that)\s+(?:(?:s?he|the|his|her|patient|family|parents|mother|father|initially|also)\s+){{1,3}}
            (?:declined|refused|rejected|opposed)
            |(?:but|which|that|and)\s+(?:(?:s?he|the|his|her|patient|family|parents|mother|father|initially|it|also)\s+){{0,3}}
            (?:declined|refused|rejected|opposed){NO_OBJECT})|against\s+(?:his|her)\s+will)\b
    """),
    ("precluded", r"""
        \b(?:(?:was|were|is|are)\s+(?:\w+\s+){0,2}?(?:contra-?indicated|precluded|impossible|out\s+of\s+the\s+question
            |no\s+(?:longer\s+an\s+)?option|not\s+(?:an\s+option|possible|feasible|tolerated))|could\s+not\s+be\s+(?:\w+\s+){0,2}?(?:given|performed|used|administered
          |continued|tolerated|done|undertaken)
          |preclud\w+)\b
    """),
    ("planned", rf"""
        \b(?:(?:was|were|is|are|has\s+been|had\s+been)\s+(?:being\s+)?{_ADVERBS}(?:planned|scheduled
          |considered(?!\s+(?:as\s+|to\s+be\s+)?(?:the\s+)?(?:\w+\s+){{0,2}}(?:causes?|culprits?)\b)|recommended
          |suggested|proposed|advised|offered|discussed|contemplated|intended|indicated|pending|awaited|anticipated
          |arranged)
          |will\s+be|would\s+be|should\s+be|to\s+be\s+(?:performed|started|given|done))\b
    """),
    ("general", r"""
        \b(?:(?:is|are|remains?|(?-i:may)|can|should|might|could|must|has\s+been
          |have\s+been)\s+(?:\w+\s+){0,6}?(?:treatments?|options?|choice|effective|recommended|indicated|useful
          |necessary|considered|important|required|mandatory
          |standard|preferred|used|performed|reported|described|shown|proposed|associated|known|beneficial
            |advocated|safe|feasible|controversial|possible|helpful|suggested|curative|crucial|essential
            |appropriate|reserved|warranted|lead|cause|result|improve|prevent|help|reduce|provide|offer|allow)
          |(?:(?-i:may)|can|should|might|must)\b)
    """),
    ("past", r"""
        \b(?:(?:\w+|\d+)\s+(?:years?|months?|weeks?|days?|decades?)\s+(?:ago|before(?!\s+(?:surgery|discharge))
          |earlier|previously|prior|back)|in\s+(?:19[5-9]\d|20[01]\d)|had\s+(?:\w+ly\s+|also\s+
          |not\s+){0,1}been\s+(?:performed|given|started|administered|tried|used|done|prescribed|placed|implanted
          |undertaken|stopped|discontinued|commenced|initiated)
          |in\s+(?:childhood|infancy|the\s+past))\b
    """),
    ("stopped", rf"""
        \b(?:was|were|been|is)\s+{_ADVERBS}(?:stopped|discontinued|ceased|withdrawn|suspended|held|interrupted
          |tapered(?:\s+off)?|halted|weaned|removed|terminated)\b
    """),
    ("given", rf"""
        \b(?:was|were|been)\s+(?!not\b|never\b){_ADVERBS}(?:(?!not\b|never\b|deferred|withheld|postponed|omitted|avoided)
          {_FEW}){{0,2}}?{_DONE}\b
    """),
)  # fmt: skip
