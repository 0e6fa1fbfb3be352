"""What a sentence says came of it, labelled only where it says so in so many words."""

from __future__ import annotations

import re
from typing import Final

from corpus.cases.model import OutcomeLabel

_FEW: Final = r"(?:[\w'’/%-]+\s+)"
_STATE: Final[tuple[tuple[OutcomeLabel, str], ...]] = (
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
          |(?:could\s+not|did\s+not|poorly)\s+tolerated?|was\s+not\s+tolerated|intolerant\s+of|anaphylaxis)\b
    """),
    ("unchanged", rf"""
        \b(?:unchanged|no\s+(?:\w+\s+){{0,3}}?(?:improvements?|responses?|changes?|benefits?|effects?|relief
          |regression|reduction|success|resolution|recovery)(?<!side\seffects)(?<!side-effects)(?<!adverse\seffects)
          (?<!side\seffect)(?<!adverse\seffect)|without\s+(?:any\s+|much\s+|a\s+|significant\s+
          |clinical\s+|apparent\s+|sustained\s+|further\s+|notable\s+|complete\s+|adequate\s+){{0,3}}(?:improvement
          |response|change|benefit|effect|relief|success|resolution)
          |(?:did|does|has|had|have|was|were|could)(?:\s+not|n['’]t)\s+{_FEW}{{0,4}}?(?:improved?|respond(?:ed)?
            |changed?|resolved?|benefit(?:ed)?|help(?:ed)?|relieved?|progress(?:ed)?|worsen(?:ed)?|effective
            |alleviated?|response|improvement|recover(?:ed)?|successful|deteriorated?)
          |(?:failed|failure)\s+(?:to\s+(?:respond|improve|resolve|relieve|control|achieve)
            |of\s+{_FEW}{{0,2}}?(?:treatment|therapy|response))|refractory\s+to|unresponsive(?:\s+to)?
            |non-?responsive|(?:resistant|resistance)\s+to\s+{_FEW}{{0,4}}?(?:treatment|therap\w+|steroid\w*
            |cortico\w+|medic\w+|drug\w*)
          |ineffective|unsuccessful|(?:to\s+no\s+avail)|neither\s+{_FEW}{{0,8}}?(?:helped|improved|changed|stopped
            |halted)|none\s+{_FEW}{{0,8}}?(?:helped|halted|stopped|effective|improved)
            |little\s+(?:or\s+no\s+)?(?:improvement|effect|response|benefit)|persisted|persistent\s+despite
          |remain(?:ed|s)\s+(?:\w+\s+)?(?:stable|static|stationary|the\s+same|symptomatic|refractory)|(?:disease
            |condition|lesions?|tumou?r)\s+(?:\w+\s+){{0,3}}?(?:was|were|is|has\s+been)\s+stable|stable\s+disease
            |stabili[sz]ed|no\s+(?:sign\s+of\s+|evidence\s+of\s+)?(?:disease\s+)?progression)\b
    """),
    ("progressed", rf"""
        \b(?:progressed(?!\s+(?:well|to\s+(?:a\s+)?(?:normal|full|regular)))|progressi(?:on(?!\s+was\s+(?:\w+\s+)?(?:favou?rable|good|uneventful|slow))|ve\s+(?:worsening
          |deterioration|decline))\s+(?:of|in|despite|was|under|on|after|occurred|during)|disease\s+progression
          |worsen(?:ed|ing)|deteriorat(?:ed|ing|ion)|relapse[ds]?|recurred|recurrence\s+(?:was|occurred|of|after|in
          |at)
          |(?:developed|had|experienced|with|showed|suffered|local|tumou?r
            |disease)\s+(?:an?\s+)?(?:\w+\s+)?(?:relapse|recurrence)|continued\s+to\s+(?:progress|worsen
            |deteriorate|decline|grow|enlarge|increase)|(?:increased|enlarged)\s+in\s+size
            |(?:general\s+)?condition\s+{_FEW}{{0,3}}?(?:declined|deteriorated|worsened)|reappeared|got\s+worse
            |aggravat(?:ed|ion))\b
    """),
    ("resolved", r"""
        \b(?:(?:complete(?:ly)?|full(?:y)?|total(?:ly)?|entire(?:ly)?)\s+(?:\w+\s+){0,3}?(?:resol\w+|recover\w+
          |remission|regress\w+|disappear\w+|heal(?:ed|ing)|clear(?:ed|ance|ing)|respon(?:se|ded)|cured?|subsid\w+
          |asymptomatic|relie\w+)|complete\s+(?:\w+\s+){0,2}?(?:response|remission|cure|recovery|resolution)
          |resolved(?!\s+(?:partial|incomplete))|resolution\s+of|disappeared|(?:was|were|been)\s+(?:\w+\s+)?cured
            |(?:symptom|disease|tumou?r|seizure|pain|recurrence|relapse)[\s-]free|asymptomatic|normali[sz](?:ed
            |ation)|returned\s+to\s+(?:normal|baseline|h(?:is|er)\s+(?:baseline|normal|previous)|work|school|full
            |normal)|back\s+to\s+(?:normal|baseline)
          |recovered(?!\s+(?:partial|from\s+(?:the\s+)?(?:an)?esth))|uneventful\s+recovery
            |recovery\s+was\s+(?:uneventful|complete)|subsided|healed|remission|ceased|abated|settled|(?:no
            |without(?:\s+any)?|free\s+of|free\s+from)\s+(?:(?:further|signs?|evidence|clinical|radiological|local
            |tumou?r|disease|or|of|any|residual|new|more|additional|symptoms|metastas[ie]s
            |subsequent)\s+){0,5}?(?:recurrences?|relapses?|recurrent|residual|episodes?|attacks?|seizures?
            |symptoms?)|vanished|cleared)\b
    """),
    ("improved", rf"""
        \b(?:improv(?:ed|ing|ement|ements)|(?:partial|good|excellent|favou?rable|significant|marked|dramatic|rapid
          |clinical|partially|positive|satisfactory|substantial|great|remarkable|prompt|sustained
          |major)\s+(?:\w+\s+){{0,2}}?(?:response|recovery|remission|resolution|regression|relief|reduction|effect
          |outcome|result|success|decrease)s?|respond(?:ed|ing)\s+(?:\w+\s+)?(?:well|to|favou?rably|partially
          |dramatically|rapidly)
          |(?:partially|incompletely|well|dramatically|rapidly|promptly)\s+(?:responded|resolved|recovered)
            |partial\s+(?:\(.{0,12}\)\s+)?(?:resolution|remission|response)|(?:reduced|decreased|diminished
            |shr[ua]nk|regressed|relieved|alleviated|amelior\w+|lessened|regained|reduction\s+(?:of
            |in)|decrease\s+(?:of|in)|controlled|recovering|resolving|regression|ameliorat\w+)|got\s+better
            |(?:progression|evolution|course)\s+was\s+(?:\w+\s+)?favou?rable|did\s+well|doing\s+well|(?:was|were)\s+(?:\w+\s+)?(?:effective|successful)|with\s+(?:good
            |excellent)\s+(?:results?|outcome|effect)
          |successfully\s+(?:treated|managed|controlled|weaned|extubated))\b
    """),
)  # fmt: skip
_STATING: Final = [(label, re.compile(pattern, re.VERBOSE | re.IGNORECASE)) for label, pattern in _STATE]
_NOT_IMPROVED: Final = re.compile(
    r"\b(?:no|without|not|never|n['’]t|neither|nor|little|fail(?:ed|ure)\s+(?:to|of)|lack\s+of"
    r"|absence\s+of)\s+(?:[\w'’-]+\s+){0,5}$",
    re.IGNORECASE,
)
_HYPOTHETICAL: Final = re.compile(
    r"\b(?:may|might|could|should|would|can|if|to\s+(?:prevent|avoid|achieve|improve|reduce|ensure|monitor|control)"
    r"|risk\s+of|for|in\s+order)\s+(?:[\w'’-]+\s+){0,4}$",
    re.IGNORECASE,
)
_NOT_ADVERSE: Final = re.compile(
    r"\b(?:no|without|nor|not|any|free\s+of|minimal|absence\s+of)\s+(?:[\w'’-]+\s+){0,5}$", re.IGNORECASE
)
_DENIABLE: Final = frozenset({"resolved", "improved", "progressed", "adverse_reaction"})
_DENIED_BEHIND: Final = re.compile(
    r"\s*(?:[\w'’-]+\s+){0,3}?(?:(?:was|were|is|are|has|had|could|did|does)(?:\s+\w+){0,2}?\s+not\b|(?:was|were|did|could)n['’]t"
    r"|(?:was|were)\s+(?:lost|absent|lacking)|never\b|failed\s+to)",
    re.IGNORECASE,
)
"""Behind the word that says it: "remission was not achieved"."""
_LESS: Final = re.compile(
    r"(?:reduced|decreased|diminished|lessened|reduction|decrease|controlled|regained)", re.IGNORECASE
)
_ILLNESS: Final = re.compile(
    r"\b(?:pain|aches?|lesions?|size|swelling|o?edema|tumou?rs?|mass(?:es)?|symptoms?|proteinuria|seizures?|fever|inflammation|rash"
    r"|nodules?|ulcers?|itch\w*|pruritus|cough|dyspn\w+|vomiting|diarrh\w+|bleeding|h(?:a)?emorrhage|infection|crp|esr|effusions?"
    r"|ascites|jaundice|bilirubin|creatinine|troponin|enzymes|transaminases|titers?|viral\s+load|parasit\w+|spasms?|tremors?"
    r"|headaches?|burden|activity|frequency|severity|intensity|stiffness|fatigue|weakness|discharge|erythema|infiltrat\w+"
    r"|(?:lost\s+)?(?:strength|vision|function|consciousness|sensation|movement|mobility|weight|voice))\b",
    re.IGNORECASE,
)
_NOT_BETTER: Final = re.compile(
    r"\b(?:poorly|badly|inadequately|not|visual|acuity|doses?|dosage|urine|output|platelets?|counts?|h(?:a)?emoglobin|mobility|appetite"
    r"|level\s+of\s+consciousness|oral\s+intake|range|sensation|vision|function|strength|ejection|saturation)\b[^.;,]{0,25}$",
    re.IGNORECASE,
)
_SUBJECT_REACH: Final = 60
_OUTWEIGHING: Final[tuple[OutcomeLabel, ...]] = ("death", "adverse_reaction")
_BETTER: Final = frozenset({"resolved", "improved"})


def label(text: str) -> OutcomeLabel:
    """The outcome that ``text``, a sentence or a part of one, states; ``not_stated`` where cues lack or contradict.

    "No improvement" and "did not progress" are ``unchanged``; an improvement that is complete is ``resolved``; death
    outweighs all, an adverse reaction all but death.
    """
    found: dict[OutcomeLabel, int] = {}
    taken: list[tuple[int, int]] = []
    for each, pattern in _STATING:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < last and first < end for first, last in taken) or not _holds(text, each, start, end):
                continue
            taken.append((start, end))
            found.setdefault(each, start)
    for outweighing in _OUTWEIGHING:
        if outweighing in found:
            return outweighing
    if not found:
        return "not_stated"
    if len(found) == 1:
        return next(iter(found))
    if set(found) <= _BETTER:
        return "resolved" if not re.search(r"\bpartial", text, re.IGNORECASE) else "improved"
    if set(found) == {"unchanged", "progressed"}:
        return "progressed"
    return "not_stated"


def _holds(text: str, label: OutcomeLabel, start: int, end: int) -> bool:
    before = text[max(0, start - 50) : start]
    if label in _DENIABLE and _DENIED_BEHIND.match(text, end):
        return False
    if label == "improved" and _LESS.match(text, start) and not _of_illness(text, start, end):
        return False
    if _HYPOTHETICAL.search(before):
        return False
    if label == "adverse_reaction":
        return not _NOT_ADVERSE.search(before)
    if label == "resolved" and re.search(
        r"\b(?:partial(?:ly)?|incomplete(?:ly)?|some|near)\b[^.;,]{0,25}$", before, re.IGNORECASE
    ):
        return False
    if label in ("resolved", "improved", "progressed"):
        return not _NOT_IMPROVED.search(before)
    return True


def _of_illness(text: str, start: int, end: int) -> bool:
    """Whether what became less, or came under control, is an illness or a sign of one, and not a dose or a strength."""
    before, word = text[max(0, start - _SUBJECT_REACH) : start], text[start:end].lower()
    if word.startswith("regained"):
        return True
    if _NOT_BETTER.search(before):
        return False
    return bool(_ILLNESS.search(before) or _ILLNESS.search(text, end, min(len(text), end + _SUBJECT_REACH)))
