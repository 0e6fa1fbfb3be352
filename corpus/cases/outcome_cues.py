"""The words by which a sentence says what came of it, as data: verbose, case-insensitive patterns, a table of labels.

Every repetition is bounded. At one place the first pattern that fits is taken.
"""

from __future__ import annotations

from typing import Final

from corpus.cases.model import OutcomeLabel

_FEW: Final = r"(?:[\w'’/%-]+\s+)"
_NO_REFLEX: Final = r"(?:(?!immun|inflam|stress|plantar|antibod|pupil|metabol|host|motor|verbal|extensor)\w+\s+)"
STATE: Final[tuple[tuple[OutcomeLabel, str], ...]] = (
    ("death", rf"""
        \b(?:(?<!not\s)(?<!have\s)died(?!\s+(?:out|down))|(?:he|she|patient|child|infant|neonate|baby|boy|girl|man
          |woman|fetus)\s+{_FEW}{{0,3}}?expired|passed\s+away|succumbed|(?:was|were)\s+(?:\w+\s+)?(?:declared
          |pronounced)\s+(?:brain[\s-])?dead
          |death\s+(?:occurred|ensued|due|from|\d)|fatal\s+(?:outcome|course)|(?:patient|his|her|resulted\s+in
            |led\s+to|until|before|the\s+time\s+of)['’]?s?\s+(?:\w+\s+)?(?:death|demise)
          |(?:could\s+not|failed\s+to)\s+be\s+(?:resuscitated|revived)|resuscitation\s+(?:was\s+unsuccessful|failed))\b
    """),
    ("adverse_reaction", rf"""
        \b(?:(?:severe|serious|adverse|allergic|anaphyl\w+|infusion|hypersensitivity|cutaneous|drug
          |injection[\s-]site|transfusion)\s+(?:\w+\s+)?reactions?(?:\s+to\b)?
          |side[\s-]effects?|adverse\s+(?:drug\s+)?(?:events?|effects?|reactions?)|(?:discontinued|stopped
            |withdrawn|ceased|halted|suspended)\s+{_FEW}{{0,3}}?(?:due\s+to|because\s+of|owing\s+to|for
            |as\s+a\s+result\s+of)\s+{_FEW}{{0,4}}?(?:toxicity|intolerance|reaction|rash|side|adverse|neutropenia
          |hepatotoxicity|nephrotoxicity|cytopenia|nausea|allergy|hypersensitivity|neuropathy|leukopenia
            |thrombocytopenia|anaphylaxis|pancytopenia|diarrh\w+|vomiting)
          |(?:could\s+not|did\s+not|poorly)\s+tolerated?(?!\s+(?:oral|feed|food|solids?|liquids?|diet|an?\b
            |weaning|lying|light|exercise|extubation))|was\s+not\s+tolerated|intolerant\s+of|anaphylaxis
          |(?:stopped|discontinued|withdrawn|ceased)\s+{_FEW}{{0,5}}?[\w-]+-(?:induced|related|associated)\b)\b
    """),
    ("unchanged", rf"""
        \b(?:unchanged|no\s+(?:\w+\s+){{0,3}}?(?:improvements?|responses?|changes?\s+(?:in|of|to|was|were)|benefits?|effects?|relief
          |regression|reduction|success|resolution|recovery)(?<!side\seffects)(?<!side-effects)(?<!adverse\seffects)
          (?<!side\seffect)(?<!adverse\seffect)|without\s+(?:any\s+|much\s+|a\s+|significant\s+
          |clinical\s+|apparent\s+|sustained\s+|further\s+|notable\s+|complete\s+|adequate\s+){{0,3}}(?:improvement
          |response|change|benefit|effect|relief|success|resolution)
          |(?:did|does|has|had|have|was|were|could)(?:\s+not|n['’]t)\s+(?!fully\b|completely\b|entirely\b|yet\b)
            {_FEW}{{0,4}}?(?:improved?|respond(?:ed)?
            |changed?|resolved?|benefit(?:ed)?|help(?:ed)?|relieved?|progress(?:ed)?|worsen(?:ed)?|effective
            |alleviated?|response|improvement|recover(?:ed)?|successful|deteriorated?|controlled|sufficient)
          |(?<!after\s)(?:treatment|therapy|management|regimen|attempts?|measures|drugs?|medications?|antibiotics?)
            \s+(?:had\s+|also\s+|all\s+|have\s+)?failed\b(?!\s+to)|(?:all|both)\s+(?:of\s+(?:them|these)\s+)?failed(?!\s+to)
          |(?:useless|futile|of\s+no\s+(?:avail|use|help))
          |(?:failed|failure)\s+(?:to\s+(?:respond|improve|resolve|relieve|control|achieve|clear|heal|provide|produce
            |alleviate|bring|help|stop|halt)
            |of\s+{_FEW}{{0,2}}?(?:treatment|therapy|response))|refractory\s+to|unresponsive\s+to(?!\s+(?:\w+\s+){{0,2}}?(?:verbal|pain|stimul|command|light))
            |non-?responsive\s+to|(?:resistant|resistance)\s+to\s+{_FEW}{{0,4}}?(?:treatment|therap\w+|steroid\w*
            |cortico\w+|medic\w+|drug\w*)
          |ineffective|unsuccessful|(?:to\s+no\s+avail)|neither\s+{_FEW}{{0,8}}?(?:helped|improved|changed|stopped
            |halted)|none\s+{_FEW}{{0,8}}?(?:helped|halted|stopped|effective|improved)
            |little\s+(?:or\s+no\s+)?(?:improvement|effect|response|benefit)|persisted|persistent\s+despite
          |remain(?:ed|s)\s+(?:\w+\s+)?(?:stable|static|stationary|the\s+same|symptomatic|refractory)|(?:disease
            |condition|lesions?|tumou?r)\s+(?:\w+\s+){{0,3}}?(?:was|were|is|has\s+been)\s+stable|(?:stable\s+disease|disease\s+stabili[sz]ation)
            |(?:disease|lesions?|tumou?r|growth)\s+(?:\w+\s+)?stabili[sz]ed|no\s+(?:sign\s+of\s+|evidence\s+of\s+)?(?:disease\s+)?progression)\b
    """),
    ("progressed", rf"""
        \b(?:progressed(?!\s+(?:well|to\s+(?:a\s+)?(?:normal|full|regular)))|progressi(?:on(?!\s+was\s+(?:\w+\s+)?(?:favou?rable|good|uneventful|slow))|ve\s+(?:worsening
          |deterioration|decline))\s+(?:of|in|despite|was|under|on|after|occurred|during)|disease\s+progression
          |worsen(?:ed|ing)|deteriorat(?:ed|ing|ion)|relapse[ds]?|recurred|recurrence\s+(?:was\s+(?:\w+\s+)?(?:seen|noted|found|detected|observed|diagnosed|confirmed|identified)|occurred|of|after|in
          |at)
          |(?:developed|had|experienced|showed|suffered|tumou?r
            |disease)\s+(?:an?\s+)?(?:\w+\s+)?(?:relapse|recurrence)(?![\s-]free)|continued\s+to\s+(?:progress|worsen
            |deteriorate|decline|grow|enlarge|increase)|(?:increased|enlarged)\s+in\s+size
            |(?:general\s+)?condition\s+{_FEW}{{0,3}}?(?:declined|deteriorated|worsened)|reappeared|got\s+worse
            |aggravat(?:ed|ion))\b
    """),
    ("resolved", rf"""
        \b(?:(?:complete(?:ly)?|full(?:y)?|total(?:ly)?|entire(?:ly)?)\s+(?:\w+\s+){{0,3}}?(?:resol\w+|recover\w+
          |remission|regress\w+|disappear\w+|heal(?:ed|ing)|clear(?:ed|ance|ing)|respon(?:se|ded)|cured?|subsid\w+
          |asymptomatic|relie\w+)|complete\s+(?:\w+\s+){{0,2}}?(?:response|remission|cure|recovery|resolution)
          |resolved(?!\s+(?:partial|incomplete))|resolution\s+of|(?:symptom(?:atic)?|o?edema|fever|rash|pain|lesion|clinical|radiological)\s+resolution|disappear(?:ed|ance\s+of)|(?:was|were|been)\s+(?:\w+\s+)?cured
            |(?:symptom|disease|tumou?r|seizure|pain|recurrence|relapse)[\s-]free|free\s+(?:of|from)\s+(?:the\s+|all\s+|any\s+)?(?:disease
            |symptoms|pain)|asymptomatic(?=\s*(?:[.,;)]|$|(?:at|for|with(?!\s+an?\b)|during|and|after|since|on|in|until|throughout
            |without|now|again|from|by|following|within|over)\b))|normali[sz](?:ed
            |ation)|returned\s+to\s+(?:normal|baseline|h(?:is|er)\s+(?:baseline|normal|previous)|work|school|full
            |normal)|back\s+to\s+(?:normal|baseline)
          |recovered(?!\s+(?:partial|from\s+(?:the\s+)?(?:an)?esth))|uneventful\s+recovery
            |recovery\s+was\s+complete|subsided|healed|remission|(?<!was\s)(?<!were\s)(?<!be\s)(?<!been\s)(?:ceased|abated|settled)
          |(?:did|does|do|has|have|had)(?:\s+not|n['’]t|\s+never)\s+(?:\w+\s+)?(?:recur|relapse|return)(?:red|d|ed)?(?!\s+(?:to|for)\b)
          |(?:did\s+not|have\s+not|has\s+not|had\s+not|does\s+not|failed\s+to)\s+(?:show|reveal|demonstrate|detect|find
            |disclose)(?:ed|n|d)?\s+{_FEW}{{0,3}}?(?:recurren\w+|relapse|residual\s+(?:disease|tumou?r))|(?:no
            |without(?:\s+any)?|free\s+of|free\s+from|(?<!in\sthe\s)absence\s+of)\s+(?:(?:further|signs?|evidence|clinical|radiological|local
            |tumou?r|disease|or|of|any|residual|new|more|additional|symptoms|metastas[ie]s
            |subsequent|documented|obvious|apparent|radiographic|imaging|suspected|infection|distant|(?:loco-?)?regional)\s+){{0,5}}?(?:recurrences?|relapses?|recurrent|reinfections?
            |residual\s+(?:disease|tumou?r|symptoms?|lesions?|deficits?|mass|infection))
          |(?:no|without(?:\s+any)?|free\s+of|free\s+from)\s+(?:\w+\s+)?(?:further|more|residual|new|recurrent|recurring|subsequent
            |remaining)\s+(?:\w+\s+){{0,2}}?(?:episodes?|attacks?|seizures?|symptoms?|complaints?)
          |no\s+further\s+(?:\w+\s+)?(?:bleeding|h(?:a)?emorrhages?|h(?:a)?ematuria|h(?:a)?emoptysis|pain|fever|vomiting|syncope
            |arrhythmias?|headaches?|lesions?|discharge|swelling|attacks?|hypoglyc\w+)|vanished|(?<!was\s)cleared)\b
    """),
    ("improved", rf"""
        \b(?:improv(?:ed|ing|ement|ements)|(?:partial|good|excellent|favou?rable|significant|marked|dramatic|rapid
          |clinical|partially|positive|satisfactory|substantial|great|remarkable|prompt|sustained
          |major)\s+{_NO_REFLEX}{{0,2}}?(?:response(?!\s+team|\s+syndrome)|recovery|remission|resolution|regression
            |relief|success)
          |(?:good|excellent|favou?rable|satisfactory)\s+(?:\w+\s+){{0,2}}?(?:effect|outcome|result)s?
          |(?:minor|moderate|mild|slight|some|modest|symptom(?:atic)?)\s+(?:\w+\s+){{0,2}}?relief
          |(?:significant|marked|dramatic|rapid|substantial|great|remarkable|major|gradual)\s+(?:\w+\s+){{0,2}}?
            (?:reduction|decrease)|respond(?:ed|ing)\s+(?:\w+\s+)?(?:well|to|favou?rably|partially
          |dramatically|rapidly)
          |(?:partially|incompletely|well|dramatically|rapidly|promptly)\s+(?:responded|resolved|recovered)
            |partial\s+(?:\([^()]{{0,12}}\)\s+)?(?:resolution|remission|response)|(?:reduced|decreased|diminished
            |shr[ua]nk|regressed|relieved|alleviated|lessened|regained|reduction\s+(?:of
            |in)|decrease\s+(?:of|in)|controlled|recovering|resolving|regression|ameliorat(?:ed|ing|ions?))|got\s+better
            |(?:progression|evolution|course|outcomes?|results?|response|recovery)\s+(?:\w+\s+){{0,5}}?(?:was|were)\s+(?:\w+\s+)?
              (?:favou?rable|excellent|good|satisfactory|successful)|did\s+well|doing\s+well|(?:was|were)\s+(?:\w+\s+)?(?:effective|successful)|with\s+(?:good
            |excellent)\s+(?:results?|outcome|effect)
          |(?:successfully|effectively)\s+(?:treated|managed|controlled)
          |(?:treated|managed|controlled)\s+(?:\w+\s+)?successfully)\b
    """),
)  # fmt: skip
