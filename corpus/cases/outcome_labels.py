"""What a sentence says came of it, labelled only where it says so in so many words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from corpus.cases.giving_cues import OTHER_PERSON
from corpus.cases.model import OutcomeLabel
from corpus.cases.outcome_cues import STATE

_STATING: Final = [(label, re.compile(pattern, re.VERBOSE | re.IGNORECASE)) for label, pattern in STATE]
_NOT_IMPROVED: Final = re.compile(
    r"\b(?:no|without|not|never|n['’]t|neither|nor|little|den(?:y|ied|ies|ying)|fail(?:ed|ure)\s+(?:to|of)|lack\s+of"
    r"|absence\s+of)\s+(?:[\w'’-]+\s+){0,5}$",
    re.IGNORECASE,
)
_DENIED_WITHIN: Final = re.compile(r"\b(?:no|not|without)\b", re.IGNORECASE)
_HYPOTHETICAL: Final = re.compile(
    r"\b(?:may|might|could|should|would|can|if|to\s+(?:prevent|avoid|achieve|improve|reduce|ensure|monitor|control"
    r"|induce|obtain|allow|minimi[sz]e|limit|rule\s+out|exclude|sustain|maintain|promote|facilitate|see|assess|evaluate|confirm|demonstrate)|prevent(?:s|ed|ing|ion\s+of)?|limiting|avoiding|minimi[sz]ing|reducing"
    r"|risks?\s+of|risks?\s+for|for|in\s+order|possibl[ey]|potential(?:ly)?|suspected|suspicion\s+of|suspicious\s+for"
    r"|concerns?\s+(?:for|of|about)|fear\s+of|based\s+on|according\s+to|depending\s+on|chance\s+of|hope\s+of|until|unless)\s+(?:[\w'’-]+\s+){0,4}$",
    re.IGNORECASE,
)
_NOT_ADVERSE: Final = re.compile(
    r"\b(?:no|without|nor|not|any|free\s+of|minimal|absence\s+of|fewer|less|diagnos[ei]s\s+of|histor(?:y|ies)\s+of"
    r"|consistent\s+with|suggestive\s+of|treated\s+for)\s+(?:[\w'’-]+\s+){0,5}$",
    re.IGNORECASE,
)
_DENIABLE: Final = frozenset({"resolved", "improved", "progressed", "adverse_reaction"})
_DENIED_BEHIND: Final = re.compile(
    r"\s*(?:[\w'’-]+\s+){0,3}?(?:(?:was|were|is|are|has|had|could|did|does)(?:\s+\w+){0,2}?\s+not\b|(?:was|were|did|could)n['’]t"
    r"|(?:was|were|is)\s+(?:\w+ly\s+)?(?:expected|anticipated|hoped|awaited)|(?:was|were)\s+(?:lost|absent|lacking|halted|stopped|arrested|prevented)|never\b|failed\s+to)",
    re.IGNORECASE,
)
"""Behind the word that says it: "remission was not achieved"."""
_LESS: Final = re.compile(
    r"(?:\w+\s+){0,3}?(?:reduced|decreased|diminished|lessened|reduction|decrease|controlled|regained|regression)",
    re.IGNORECASE,
)
_ILLNESS: Final = re.compile(
    r"\b(?:pain|aches?|lesions?|size|swelling|o?edema|tumou?rs?|mass(?:es)?|symptoms?|proteinuria|seizures?|fever|inflammation|rash"
    r"|nodules?|ulcers?|itch\w*|pruritus|cough|dyspn\w+|vomiting|diarrh\w+|bleeding|h(?:a)?emorrhage|infection|crp|esr|effusions?"
    r"|ascites|jaundice|bilirubin|creatinine|troponin|enzymes|transaminases|titers?|viral\s+load|parasit\w+|spasms?|tremors?"
    r"|headaches?|burden|disease\s+activity|frequency|severity|intensity|stiffness|fatigue|weakness|(?:purulent|ear|nasal|vaginal|wound)\s+discharge|erythema|infiltrat\w+"
    r"|metastas[ei]s|h(?:a)?ematomas?)\b",
    re.IGNORECASE,
)
_NOT_BETTER: Final = re.compile(
    r"\b(?:poorly|badly|inadequately|not|visual|acuity|sodium|potassium|albumin|doses?|dosage|urine|output|platelets?|counts?|h(?:a)?emoglobin|mobility|appetite"
    r"|level\s+of\s+consciousness|oral\s+intake|range|sensation|vision|functions?|strength|ejection|saturation|fluorescence|tapering"
    r"|fractures?)\b[^.;,]{0,25}$",
    re.IGNORECASE,
)
_OF: Final = re.compile(r"\b(?:of|in)$", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"(?:relapse[ds]|worsening|deteriorating|deteriorated|improving|resolving|recovering|recurred|healed|persisted|reduced"
    r"|decreased|diminished)$",
    re.IGNORECASE,
)
_BEFORE_A_NOUN: Final = re.compile(
    r"\b(?:the|an?|his|her|this|that|their|of|for|to|with|and|or|multiple|several|due\s+to|because\s+of|acute|rapid(?:ly)?|severe|progressive(?:ly)?"
    r"|frequent|previous|prior|periods\s+of|\w+ly|further)\s+$",
    re.IGNORECASE,
)
_A_NOUN: Final = re.compile(
    r"\s+(?!(?:of|despite|under|in|on|after|with|while|when|during|and|or|but|over|at|to|for|by|from|until|was|were|is|again"
    r"|since|within|due|because|as|that|which)\b)[a-z]",
    re.IGNORECASE,
)
_PARTLY: Final = re.compile(
    r"\b(?:partial(?:ly)?|incomplete(?:ly)?|some|near(?:ly)?|almost|mostly|largely|mainly)\b[^.;,]{0,25}$",
    re.IGNORECASE,
)
_OF_A_WOUND: Final = re.compile(
    r"\b(?:wounds?|incisions?|scars?|stumps?|sutures?|donor\s+site|flap|skin\s+graft)\b(?:(?!\band\b)[^.;,]){0,30}$",
    re.I,
)
_DRESSED: Final = re.compile(
    r"\b(?:appl(?:ied|ication)|dress(?:ed|ings?)|topical\w*|ointments?|creams?|gels?|irrigat\w+|antibiotics?)\b",
    re.IGNORECASE,
)
"""What treats a wound: then that it healed is what came of the treatment."""
_OF_ANOTHER: Final = re.compile(rf"\b(?:his|her|their)\s+{OTHER_PERSON}\s+(?:\w+\s+){{0,2}}$", re.IGNORECASE)
_OF_A_MEASURE: Final = re.compile(
    r"\b(?:signs|h(?:a)?emoglobin|h(?:a)?ematocrit|pressure|parameters|rate|weight|levels?|counts?|saturation|h(?:a)?emodynamic\w*|vitals)\s+"
    r"(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
"""Before "remained stable"."""
_OF_CARE: Final = re.compile(
    r"\b(?:medications?|medicines?|treatments?|therap(?:y|ies)|regimens?|drugs?|dos(?:es?|age)|management|prescription|settings)\s+"
    r"(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
"""Before "unchanged", "controlled": what was left as it was is no illness."""
_SUBJECT_REACH: Final = 60
_OUTWEIGHING: Final[tuple[OutcomeLabel, ...]] = ("death", "adverse_reaction")
_BETTER: Final = frozenset({"resolved", "improved"})
_WHOLLY: Final = re.compile(r"complete|full|total|entire|recur|relaps|free\b", re.IGNORECASE)
_A_MEASURE: Final = re.compile(r"normali|(?:returned|back)\s+to\s+(?:normal|baseline)", re.IGNORECASE)


class Cue(NamedTuple):
    """The words at ``[start, end)`` of a sentence, and the outcome that they state."""

    start: int
    end: int
    label: OutcomeLabel


def label(text: str) -> OutcomeLabel:
    """The outcome that ``text``, a sentence or a part of one, states; ``not_stated`` where cues lack or contradict."""
    return joined(text, cues(text))


@lru_cache(512)
def cues(text: str) -> tuple[Cue, ...]:
    """The words of ``text`` that state an outcome, none overlapping another; "no improvement" states ``unchanged``."""
    found: list[Cue] = []
    for each, pattern in _STATING:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < taken.end and taken.start < end for taken in found) or not _holds(text, each, start, end):
                continue
            if each == "resolved" and _PARTLY.search(text[max(0, start - 50) : start]):
                each = "improved"
            found.append(Cue(start, end, each))
    return tuple(found)


def joined(text: str, found: Sequence[Cue]) -> OutcomeLabel:
    """What ``found``, cues of ``text``, state together.

    An improvement that is complete, or ends so, is ``resolved``, unless only a measure came back to normal; death
    outweighs all, an adverse reaction all but death; other labels that differ contradict.
    """
    labels = {each.label for each in found}
    for outweighing in _OUTWEIGHING:
        if outweighing in labels:
            return outweighing
    if len(labels) == 1:
        return found[0].label
    if labels and labels <= _BETTER:
        whole = [each for each in found if each.label == "resolved"]
        last = max(each.start for each in found if each.label == "improved")
        partly = re.search(r"\bpartial", text, re.IGNORECASE) or not any(
            _WHOLLY.search(text, each.start, each.end)
            or (each.start > last and not _A_MEASURE.search(text, each.start, each.end))
            for each in whole
        )
        return "improved" if partly else "resolved"
    return "progressed" if labels == {"unchanged", "progressed"} else "not_stated"


def _holds(text: str, label: OutcomeLabel, start: int, end: int) -> bool:
    before = text[max(0, start - 50) : start]
    if label in _DENIABLE and _DENIED_BEHIND.match(text, end):
        return False
    if label == "improved" and _LESS.match(text, start, end) and not _of_illness(text, start, end):
        return False
    if _HYPOTHETICAL.search(before) or _is_attribute(text, before, start, end):
        return False
    if label == "adverse_reaction":
        return not _NOT_ADVERSE.search(before)
    if label == "unchanged":
        if _OF_A_MEASURE.search(before) and re.match(r"remain|stabili|unchanged", text[start:end], re.I):
            return False
        return not _OF_CARE.search(before) or not re.match(r"unchanged|remain|stabili|persisted", text[start:end], re.I)
    if label == "progressed" and _DENIED_WITHIN.search(text, start, end):
        return False
    if label == "resolved" and _OF_CARE.search(before) and re.match(r"ceased|settled|abated", text[start:end], re.I):
        return False
    if label in ("resolved", "improved") and _OF_A_WOUND.search(before) and not _DRESSED.search(text):
        return False
    if _OF_ANOTHER.search(before):
        return False
    if label in ("resolved", "improved", "progressed"):
        return not _NOT_IMPROVED.search(before)
    return True


def _is_attribute(text: str, before: str, start: int, end: int) -> bool:
    """Whether the words only say which thing is meant: "the relapsed tumor", "due to worsening pain"."""
    if not (_ATTRIBUTE.search(text, start, end) and _BEFORE_A_NOUN.search(before)):
        return False
    return bool(_A_NOUN.match(text, end) or re.search(r"\b(?:periods\s+of|multiple|several)\s+$", before, re.I))


def _of_illness(text: str, start: int, end: int) -> bool:
    """Whether what became less, or came under control, is an illness or a sign of one, and not a dose or a strength."""
    before, word = text[max(0, start - _SUBJECT_REACH) : start], text[start:end].lower()
    if word.startswith("regained"):
        return True
    if _OF.search(word):
        object_ = re.split(r"[.;,]", text[end : end + _SUBJECT_REACH])[0]
        return bool(_ILLNESS.search(object_)) and not _NOT_BETTER.search(object_)
    if _NOT_BETTER.search(before):
        return False
    return bool(_ILLNESS.search(before) or _ILLNESS.search(text, end, min(len(text), end + _SUBJECT_REACH)))
