"""The phrases by which a sentence shows its role, as data: verbose, case-insensitive patterns.

Which sentences a pattern is tried on is decided by the word cues (``cues``). White space inside a pattern
means nothing; every repetition is bounded, so that no text makes a pattern slow.
"""

from __future__ import annotations

from typing import Final

_DOSE = r"\d[\d.,\s]{0,6}(?:mg|µg|μg|mcg|ug|g|iu|u|units?|ml|mcg|mmol|meq|gy|cgy)"
_RATE = (
    r"(?:\s?/\s?(?:kg|m2|m²|day|d|dose|h|hr|hour|week|wk|month|min)\b"
    r"|\s(?:per|a|every|once|twice|three|four|daily|weekly|monthly|bid|b\.i\.d|tid|t\.i\.d|qid|q\d|od|orally|"
    r"intravenous"
    r"|iv|i\.v|po|p\.o|sc|im|subcutaneous|bolus|dose)\b)"
)
_AMONG = r"(?:[\w'/-]+\s+)"
_GIVEN = (
    r"(?:treated|given|administered|started|commenced|initiated|performed|received?|prescribed|undergo|undergone"
    r"|underwent|undertaken|used|taken|require[ds]?|needed|operated|carried|done|instituted|attempted|begun|offered"
    r"|continued|excised|resected|transfused|intubated|taking|take)"
)
_CARE = (
    r"(?:treatments?|therap(?:y|ies)|medications?|drugs?|surger(?:y|ies)|operations?|interventions?|chemotherapy"
    r"|radiotherapy)"
)

PHRASES: Final[dict[str, str]] = {
    # What is given follows at once and may be any word: no drug name is needed.
    "given": rf"""
        \b(?:treated|managed|medicated)\s+{_AMONG}{{0,3}}?(?:with|by|using)\s+(?!success|good\b|satisf|caution
          |care\b|difficult|the\s+(?:same|aim))
      | \b(?:started|commenced|put|placed|begun|maintained|initiated|switched
          |restarted)\s+{_AMONG}{{0,2}}?on\s+(?!the\s+(?:wait|list|table|operat)|day|admission|\d)
      | \b(?:treatment|therapy|pre-?treatment|monotherapy|management|prophylaxis)\s+(?:(?:was|were
          |had\s+been)\s+)?(?:\w+ly\s+)?(?:(?:started|initiated|commenced|instituted|begun
          |given)\s+)?with\s+(?!the\s+(?:same|aim)|(?:good|success|no|a\s+good|partial|satisf)\b)
      | \b(?:regimen|medications?|treatment|therapy)\s+{_AMONG}{{0,6}}?(?:included|consisted\s+of
          |consisting\s+of|comprised|comprising)\s+
      | \b(?:treatments?|therap(?:y|ies)|medications?)\s+(?:\w+\s+){{0,5}}?(?:includ(?:ing|ed)|consist(?:ed
          |ing)\s+of|were|was|comprised)\s*:?\s+(?=\w+(?:,|\s\d|\s+and\s))
      | \b(?:refractory|unresponsive|resistant|respond(?:ed|ing)?
          |response)\s+(?:\w+\s+){{0,2}}?to\s+(?:\w+\s+){{0,5}}?(?:treatments?|therap(?:y|ies)
          |medications?)\s+(?:including|with|such\s+as)
      | \b(?:was|were|been)\s+(?:\w+ly\s+)?given\s+(?!(?:the|a|an|his|her|this|that|to|in|at|for|by|on|and|or|as|no|any
          |up|birth|informed|consent|information|advice|instructions?|priority)\b)
      | \breceived\s+(?!(?:no|any|care|news|consent|approval)\b){_AMONG}{{1,6}}?(?:for|over)\s+{_AMONG}{{0,3}}?
          (?:days?|weeks?|months?|years?|hours?)\b
      | \b(?:was|were|been|being)\s+(?:\w+ly\s+)?(?:prescribed|administered)\s+(?!to\b|in\b|at\b|for\b|by\b
          |on\b|and\b)
    """,
    # A route and a passive of giving: the agent between them may be any word.
    "by_route": rf"""
        \b(?:intravenous|oral|subcutaneous|intramuscular|intrathecal|topical|inhaled|intranasal|parenteral|iv)
          \s+{_AMONG}{{1,4}}?(?:\([^()]{{1,40}}\)\s*)?(?:was|were)\s+(?:\w+ly\s+|then\s+|also\s+){{0,2}}
          (?:given|started|initiated|administered|commenced|added)\b
    """,
    "about_report": r"""
        \b(?:the|this|our|present)\s+(?:\w+\s+)?(?:report|article|paper|publication|abstract|text)\s+(?:does|did|do)
          \s+not\s+(?:mention|state|report|describe|give|specify|provide|say|include|document)
      | \b(?:details?|information|data|follow-?up)\s+(?:\w+\s+){0,5}?(?:(?:is|are|was|were)\s+)?not\s+(?:reported|given
          |provided|stated|available|mentioned|described)
    """,
    "done": r"""
        \b(?:underwent|received|took|gave|(?:was|were)\s+(?:\w+ly\s+)?(?:then\s+)?(?:performed|treated|started
          |given|administered|initiated|commenced|resected|excised|removed|carried\s+out))\b
    """,
    "failing": r"""
        \b(?:improve\w*|respon\w+|benefit|relie\w+|resolution|recover\w*|worsen\w*
          |progress\w*)\s+(?:\w+\s+){0,3}?(?:after|following|with|despite|under|on|to)\b
    """,
    "dose": rf"{_DOSE}{_RATE}",
    "withheld": rf"""
        \b(?:not|never|n't|neither|nor)\s+{_AMONG}{{0,3}}?{_GIVEN}\b
      | \b(?:no|without|denied|denies|denying|absence\s+of|lack\s+of|instead\s+of
          |rather\s+than)\s+{_AMONG}{{0,4}}?(?:{_CARE}|transfusions?|steroids?|antibiotics?|resection|excision
          |intervention)\b
      | \b(?:declined|refused|refuses|refusing|refusal|contraindicated|precluded|deferred|postponed|withheld
          |avoided|unsuitable|unfit|cancelled|abandoned|ineligible)\b
      | \b(?:denied|denies)\s+(?:\w+\s+){{0,2}}?(?:taking|using|use\s+of|receiving|ingest\w+)\b
      | \bnot\s+(?:a\s+)?(?:candidate|amenable|indicated|suitable|eligible|feasible|possible|considered
          |recommended|necessary|required|warranted|available|on\b)
      | \b(?:un(?:able|willing)\s+to\s+(?:take|receive|undergo|tolerate)|untreated
          |no\s+longer\s+(?:a\s+)?candidate|ruled\s+out\s+(?:surger|operat|resect))
    """,
    "spared": r"""
        \b(?:not|no|without|never|n't|lack\s+of|absence\s+of|nor)\s+(?:\w+\s+){0,3}?(?:respon|improv
          |benefit|effect(?!ive)|success|relie|toler|resol|complication|recurren|evidence|signs?\b|adverse|side
          |symptom|event|problem|control|sustain|alleviat|help|previous\s+respon)
    """,
    "planned": r"""
        \b(?:planned|scheduled|awaiting|proposed|suggested|recommended|advised|intended|pending|waiting
          |decided\s+against|under\s+consideration|was\s+considered|were\s+considered|candidate\s+for
          |listed\s+for|plans?\s+(?:is|to|for|was)|offered|encouraged\s+to|counsel+ed|will\s+be|would\s+be
          |should\s+be|could\s+be|to\s+be\s+(?:treated|started|given|performed)|if\s+(?:needed|necessary
          |required)|discussed|option)\b
    """,
    "reported": r"""
        \b(?:ha(?:s|ve)|had)\s+(?:\w+\s+){0,2}?been\s+(?:\w+\s+){0,2}?(?:reported|described|used|tested|shown
          |proposed|suggested|documented|recommended|published|studied|found|considered|tried|demonstrated
          |observed|advocated|employed|approved|associated|treated\s+with\s+(?:variable|some))
      | \b(?:case\s+(?:reports?\s+(?:have|show|of|describ)|series|studies)|et\s+al|in\s+the\s+literature
          |previous(?:ly)?\s+(?:reports?|reported|published|described)|options?\s+(?:include|for|are|is)
          |treatment\s+options|treatment\s+of\s+choice|gold\s+standard|mainstay|first[\s-]line\s+(?:treatment
          |therapy)\s+(?:is|for)|studies\s+(?:have|show)|trials?\s+(?:have|show)|reported\s+(?:by|that|a\s+case
          |cases|in)|recommended\s+(?:by|for|in)|it\s+is\s+(?:\w+\s+){0,2}?(?:important|recommended|known
          |believed|possible)|indicated\s+(?:for|in)\s+patients|according\s+to\s+(?:the\s+)?(?:guideline
          |literature|study))\b
      | \bto\s+(?:the\s+best\s+of\s+)?our\s+knowledge\b
    """,
    "own": r"""
        \b(?:our|this|the\s+present|present|current|index|the)\s+(?:\w+\s+){0,2}?(?:patient|case|child|infant
          |woman|man|boy|girl|neonate|newborn)\b(?!s)
      | \b(?:both|all|our|the\s+(?:two|three|four|five))\s+(?:of\s+our\s+)?(?:\w+\s+){0,1}?(?:patients|cases
          |siblings|children)\b
      | \bwe\s+(?:here(?:in|by)?\s+)?(?:\w+ly\s+)?(?:report(?!ed\s+that)|present|describe|treated|performed
          |administered|started|gave|used|decided|chose|initiated|observed|encountered|did|successfully|removed
          |excised|resected|diagnosed|found|had)
      | \b(?:\d{1,3}|\w+ty)[\s-](?:year|month|week|day)s?[\s-]old\b
    """,
    # So many, by their ages: the report's own.
    "counted": r"""
        \b(?:two|three|four|five|six)\s+(?:[\w-]+\s+){0,4}?(?:patients|cases|women|men|children|adults|infants)\b
          (?:\s+who\s|[^.;]{0,40}?\b(?:aged|\d{1,2}\s+and\s+\d{1,2}[\s-](?:years?|months?))\b)
    """,
    # In the course of a story these go on with it, whatever the tense: "she is maintained on …", "… revealed …".
    "narrated": r"""
        \b(?:s?he|her|his|him|mrs?\.?|ms\.?|now|currently|(?:reveal|show|demonstrat|indicat|disclos|confirm|identifi|detect
          |look|appear|seem|display|exhibit)ed|felt|found|saw|at\s+present|is\s+(?:being|continued|ongoing)
          |(?:is|are)\s+(?:(?:now|still|well|currently)\s+){0,2}(?:stable|controlled)
          |(?:is|are)\s+no\s+(?:\w+\s+){0,3}?(?:recurrences?|relapses?|progression))\b
      | ^\s*(?:remains?|continues?|(?:at|after)\s+(?:\w+|\d+)\s+(?:years?|months?|weeks?))\b
    """,
    "outcome": r"""
        \b(?:remain(?:ed|s|ing)\s+(?:\w+\s+){0,2}?(?:unchanged|stable|well|asymptomatic|free|alive|symptom
          |disease|in\s+(?:good|complete|remission)|without|under\s+control|seizure)
      | (?:no|without|any|free\s+of|free\s+from)\s+(?:\w+\s+){0,4}?(?:recurrences?|relapses?|improvement
          |response|complications?|symptoms|progression|sequelae|metastas[ei]s|recurrent)
      | follow(?:ed)?[\s-]?up|(?:was|were|been)\s+(?:\w+\s+){0,2}?discharged|discharged\s+(?:home|on|from|with
          |after|in)
      | passed\s+away|(?:complete|partial|full|good|excellent|clinical|dramatic|rapid|significant|marked
          |gradual|slow|substantial|progressive|satisfactory|favou?rable|poor)\s+(?:\w+\s+){0,2}?(?:recovery
          |response|remission|resolution|improvement|healing|outcome|regression|relief)
      | (?:died|deceased|expired|death\s+(?:occurred|ensued)|(?:her|his|patient's)\s+death|succumbed|survived|alive)
      | (?:did|does|do)\s+not\s+(?:change|respond|improve|recur|relapse|resolve|progress)
      | (?:none|neither)\s+(?:of\s+)?(?:\w+\s+){0,3}?(?:halted|stopped|helped|prevented|controlled|changed)
      | continued\s+to\s+(?:progress|worsen|deteriorate|decline|improve|recover|grow)|fail(?:ed|ure)\s+(?:of
          |to\s+(?:respond|improve|resolve))
      | post-?\s?operative\s+(?:course|period|recovery)|(?:symptoms?|lesions?|pain|fever|rash|bleeding|seizures?|cough
          |headaches?|condition|disease|vision|function|levels?|count|mass|tumou?r|swelling|weakness|status|state|course
          |evolution)\s+(?:\w+\s+){0,4}?(?:resolved|improved|subsided|disappeared|persisted|progressed|worsened
          |deteriorated|regressed|recurred|unchanged|uneventful|favou?rable|normali[sz]ed|healed|stabili[sz]ed
          |recovered|relieved|decreased|cleared|stopped|ceased|settled|abated|faded)
      | (?:resolved|improved|recovered|subsided|progressed|worsened|deteriorated|relapsed|recurred|(?:was|were
          |had|has|have|completely|fully)\s+healed
          |healed\s+(?:completely|fully|well|in|within|after|with|without)|regressed|normali[sz]ed|disappeared|
          unchanged|stabili[sz]ed
          |responded|uneventful|uneventfully|resolution\s+of|improvement\s+(?:of|in|was)|recurrence\s+(?:was
          |after|occurred)|remission|successfully\s+(?:weaned|extubated|treated|discharged)|tumou?r-free
          |disease-free|symptom-free|seizure-free|asymptomatic\s+(?:at|after|for|with)
          |returned\s+to\s+(?:normal|baseline|work|school|h(?:is|er)))
      )\b
    """,
    "diagnosis": r"""
        \b(?:diagnos(?:is|es)\s+(?:of|was|were|is|remained|:)|(?:was|were|been
          |being)\s+(?:\w+\s+){0,2}?diagnosed|diagnosed\s+(?:as|with|by|on|to\s+have)|we\s+diagnosed
          |(?:confirm(?:ed|ing|s)|establish(?:ed|ing)|made|mak(?:e|ing)|support(?:ed|ing)|final|definitive
          |definite|provisional|working|clinical|presumptive|histological|pathological|initial
          |differential)\s+(?:\w+\s+){0,3}?diagnos[ie]s|(?:consistent|compatible|in\s+keeping)\s+with
          |suggestive\s+of|suggest(?:ed|ing)\s+(?:a\s+|the\s+)?(?:\w+\s+){0,2}?(?:diagnosis|disease|syndrome
          |\w+oma|\w+itis)|confirm(?:ed|ing)\s+(?:the\s+)?(?:presence|diagnosis)|(?:fulfil+ed
          |met)\s+(?:\w+\s+){0,5}?criteria|criteria\s+for|(?:was|were)\s+(?:\w+\s+)?(?:confirmed|established|proven|verified)
          \s+(?:by|on|with|through|after|via))
    """,
    "presentation": r"""
        \b(?:present(?:ed|s|ing)\s+(?:\w+\s+){0,6}?(?:with|for|to|at|because|due|complaining)|presentation
          |complain(?:ed|ing|ts?)|(?:was|were)\s+(?:\w+\s+){0,2}?(?:admitted|referred|hospitali[sz]ed|brought
          |transferred|seen)|(?:\w+\s+)?(?:history\s+of)\s+(?:\w+\s+){0,4}?(?:pain|fever|cough|dysp\w+|weakness
          |swelling|headaches?|vomiting|diarrh\w+|fatigue|rash|loss|bleeding|lesions?|mass|seizures?
          |arthralgias?|vision|itching|nausea|tingling|numbness|symptoms?)|(?:sudden|gradual|acute|insidious
          |progressive)\s+onset|(?:her|his|the|main|initial|first|chief
          |presenting)\s+(?:\w+\s+){0,2}?(?:symptoms?|complaints?|signs?)|on\s+(?:admission|presentation
          |arrival|(?:physical\s+|clinical\s+)?examination)|noticed|suffer(?:ed|ing|s)\s+from
          |developed\s+(?:\w+\s+){0,5}?(?:pain|fever|rash|lesions?|plaques?|nodules?|swelling|weakness
          |symptoms?|cough|dysp\w+|edema|oedema|mass|ulcers?))
    """,
    "finding": r"""
        \b(?:show(?:ed|s|n|ing)|reveal(?:ed|s|ing)|demonstrat(?:ed|es|ing|e)|disclosed|detected|found|findings?
          |normal|abnormal|elevated|increased|decreased|raised|low|high|positive|negative|measur(?:ed|ing)
          |indicated|suggested|confirmed|identified|visible|seen|noted|observed|visuali[sz]ed|reported|within
          |consistent|unremarkable|notable|significant|evidence|objectified|exhibited|displayed|depict\w+
          |\d+(?:\.\d+)?\s?(?:mg/dl|g/dl|mmol/l|u/l|iu/l|ng/ml|mm/h|/mm3|/µl|/μl|pg/ml|cm|mm|iu/ml|g/l|mg/l
          |µmol/l|μmol/l|%))
    """,
    "cause": r"""
        \b(?:caus(?:ed?|es|ing|ative)|due\s+to|secondary\s+to|induced(?:\s+by)?|(?:a?etiolog|pathogen
          |pathophysiolog)\w+|attribut(?:ed|able)|trigger(?:ed|s)?|precipitat(?:ed|ing)|provoked|result(?:ed
          |ing|s)?\s+(?:of|from)|owing\s+to|implicated|culprit|risk\s+factors?|predispos(?:ed|ing)|led\s+to
          |hypothesi[sz]ed?|mutation|because\s+of|as\s+a\s+consequence)\b
    """,
    "adverse": r"""
        \b(?:adverse|side[\s-]effects?|toxicit(?:y|ies)|complicat(?:ed|ions?)|hypersensitivity|allerg(?:y|ic)
          |anaphyla\w+|intoleran(?:ce|t)|overdose|(?:severe|infusion|allergic|drug|transfusion|cutaneous
          |skin)\s+reactions?|reaction\s+to|myelosuppression|(?:poorly|well)\s+tolerated|(?:drug|steroid
          |\w+)-(?:induced|related)|discontinued\s+(?:due|because|owing|for)|(?:stopped|withdrawn
          |ceased)\s+(?:due|because|owing)|after\s+(?:starting|initiation\s+of|receiving|taking
          |administration\s+of)\s+\w+)
    """,
    "history": r"""
        \b(?:(?:medical|past|surgical|social|personal|family|clinical|obstetric|travel|medication|drug|previous
          |prior|significant|known|unremarkable)\s+(?:\w+\s+){0,2}?history|history\s+(?:of|was|included
          |revealed|is)|comorbidit\w+|co-morbidit\w+|smok(?:er|ed|ing)|alcohol|known\s+(?:case|to\s+have|with
          |for|diabet\w+|hypertens\w+)|previously\s+(?:healthy|well|diagnosed|known|treated)|years?\s+(?:ago
          |earlier|previously|before)|pre-?existing|had\s+(?:previously|been\s+diagnosed))
    """,
    "family": r"""
        \b(?:family\s+history|(?:her|his|the|patient's|whose|their|maternal|paternal)\s+(?:\w+\s+)?(?:mother|father|
        sister
          |brother|parents|siblings?|uncle|aunt|cousin|grandmother|grandfather|son|daughter)s?|consanguine\w+
          |relatives)\b
    """,
    "excluded": r"""
        \b(?:no|without|denied|denies|denying|never|neither|nor|negative\s+for|absence\s+of|absent|exclud(?:ed?
          |ing)|rul(?:ed?|ing)\s+out|unlikely|not\s+(?:\w+\s+){0,3}?(?:have|show|reveal|suggest|consistent
          |demonstrate|meet|fulfil|found|detected|present|confirm|support|experience|develop)|
          differential\s+diagnos[ie]s
          |free\s+of|instead\s+of|rather\s+than|mimic\w*|masquerad\w*|resembl\w+|misdiagnosed|non)\b
    """,
    "listed": r"""
        \b(?:such\s+as|including|includes?|e\.g|for\s+example|for\s+instance|like|especially|(?:variety|number
          |range|group|spectrum)\s+of|various|mainly|particularly|predominantly|other|differential)\b
    """,
}
