"""A question taken apart: what is asked for, and about what.

The words that ask ("treatments tried for", "what happened to") give the *intent*; what is left, cut at
connectives ("in", "with", "due to"), gives the *facets*, each of which a report must cover to be on the
question. Words on age and sex are set aside: they are filters, not evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from indexer.analyzer import tokens

Intent = Literal[
    "treatment", "outcome", "presentation", "diagnosis", "cause", "finding", "adverse", "history", "any"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing that the question is about; ``exact`` where the asker put it in quotation marks."""

    phrase: str
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """``facets`` in the question's order; ``modalities``: the investigations named ("mri"), as index terms;
    ``demographics``: the words on age and sex that were set aside."""

    text: str
    intent: Intent
    facets: tuple[Facet, ...]
    modalities: frozenset[str] = frozenset()
    demographics: tuple[str, ...] = ()

    @property
    def focus(self) -> str:
        """The facets in words, for messages."""
        return " + ".join(facet.phrase for facet in self.facets)


_PREPOSITION = r"(?:\s+(?:for|of|in|to|with|by|on|used|tried|given|after|from|about|against))?"
_ASKS: Final[tuple[tuple[Intent, str], ...]] = (
    ("adverse", r"(?:adverse\s+(?:effects?|events?|reactions?)|side[\s-]effects?|toxicit(?:y|ies)|complications?"
     r"|(?:drug|allergic)\s+reactions?|how\s+well\s+\w+\s+tolerated|harms?)"),
    ("treatment", r"(?:treat(?:ments?|ed|ing)?|therap(?:y|ies|eutics?)|manage(?:d|ments?)?|medications?|drugs?"
     r"|interventions?|regimens?|cured?|prescribed|surgically|doses?|dosages?)(?:\s+options?|\s+modalit(?:y|ies))?"),
    ("outcome", r"(?:outcomes?|prognos[ie]s|what\s+happened|happened|follow[\s-]?up|clinical\s+courses?|surviv(?:ed?|al)"
     r"|mortality|die[ds]?|death|recover(?:y|ed)?|response|respond(?:ed)?|remission|recurrences?|recur|relapsed?"
     r"|improved?|improvement|resolved?|evolution|how\s+did\s+.{0,80}?\b(?:end|fare|go|evolve|progress)\b)"),
    ("cause", r"(?:what\s+(?:was|were|is)\s+the\s+causes?|what\s+caused|caus(?:ed?|es|ing)|a?etiolog(?:y|ies)|why"
     r"|triggers?|triggered|mechanisms?|pathogenesis|pathophysiology|responsible)"),
    ("finding", r"(?:(?:imaging|radiolog\w+|laborator\w+|histolog\w+|histopatholog\w+|patholog\w+|biopsy|autopsy|blood"
     r"|serolog\w+|clinical|endoscop\w+|electrocardiograph\w+)\s+(?:findings?|features?|results?|tests?|values?|appearances?"
     r"|signs?|studies)|imaging|findings?|appearances?|(?:what\s+(?:did|does|do)|which)\s+.{0,60}?\b(?:show|reveal|demonstrate|find)\w*)"),
    ("presentation", r"(?:present(?:ed|ations?|ing)?(?!\s+with)|symptoms?|signs?|manifest(?:ed|ations?)?|complain(?:ed|ts?)"
     r"|clinical\s+features?|clinical\s+pictures?)"),
    ("diagnosis", r"(?:diagnos(?:is|es|tics?|ed?|ing)(?!\s+(?:with|as))|confirmed|differential(?:\s+diagnos[ie]s)?|misdiagnosed)"),
    ("history", r"(?:(?:past|medical|family|surgical|drug|social)\s+(?:medical\s+)?history|history|comorbidit(?:y|ies)"
     r"|risk\s+factors?|predispos\w+)"),
)  # fmt: skip
_INTENTS: Final = tuple((intent, re.compile(rf"\b{asks}\b{_PREPOSITION}", re.IGNORECASE)) for intent, asks in _ASKS)
_MODALITY: Final = re.compile(
    r"\b(?:mri|magnetic\s+resonance(?:\s+imaging)?|ct|computed\s+tomography|pet|ultrasound|ultrasonography|sonography"
    r"|x-?rays?|radiographs?|radiography|echocardiogra(?:m|phy)|ecg|ekg|electrocardiogra(?:m|phy)|eeg|angiogra(?:m|phy)"
    r"|endoscopy|colonoscopy|bronchoscopy|biops(?:y|ies)|histology|histopathology|immunohistochemistry|cytology|culture"
    r"|scintigraphy|scans?|laboratory|serology|autopsy|dermoscopy)\b",
    re.IGNORECASE,
)
_FRAME: Final = re.compile(
    r"\b(?:what|which|who|whom|whose|when|where|how|why|was|were|is|are|be|been|being|did|does|do|done|has|have|had|can|could"
    r"|there|any|some|all|every|the|a|an|tell|me|us|show|find|list|give|please|about|and\s+what|cases?|case\s+reports?|reports?"
    r"|reported|report|known|described|documented|patients?|patient's|people|persons?|someone|tried|used|given|received"
    r"|receiv(?:e|es|ing)|administered|attempted|applied|made|seen|found|observed|his|her|their|its|this|that|these|those|it|they"
    r"|he|she|most|common|commonly|usual|usually|typical|possible|successful|successfully|effective|effects?|kinds?|types?|sorts?|of\s+patients"
    r"|literature|evidence|available|happens?|led|happened|suffering|affected|get|got|work(?:ed|s)?|help(?:ed|s)?|ever|should|will|would)\b",
    re.IGNORECASE,
)
_AGE_AND_SEX: Final = re.compile(
    r"\b(?:aged?\s+\d{1,3}(?:\s*(?:-|to)\s*\d{1,3})?(?:\s+years?)?|\d{1,3}[\s-](?:years?|months?|weeks?|days?)[\s-]old|\d{1,3}[\s-]?y/?o"
    r"|m[ae]n|wom[ae]n|males?|females?|boys?|girls?|child(?:ren)?|adults?|infants?|elderly|young|old(?:er)?|middle-aged"
    r"|adolescents?|teenagers?|p(?:a)?ediatric)\b",
    re.IGNORECASE,
)
_CONNECTIVE: Final = re.compile(
    r"\s*(?:[,;:?!()]|\.(?=\s|$)|/(?=\s)|\b(?:associated\s+with|secondary\s+to|due\s+to|caused\s+by|because\s+of|resulting\s+from"
    r"|in\s+the\s+(?:course|setting|context|presence)\s+of|complicat(?:ed\s+by|ing)|presenting\s+(?:with|as)|presented\s+(?:with|as)"
    r"|diagnosed\s+(?:with|as)|treated\s+(?:with|by)|in\s+combination\s+with|in|with|without|after|before|following|during|from|by|for|under"
    r"|due|among|who|whose|when|while|on|and|or|to|plus|than|vs|versus|if|between|against|as|at)\b)\s*",
    re.IGNORECASE,
)
_QUOTED: Final = re.compile(r"[\"“”«»]([^\"“”«»]{2,200})[\"“”«»]")
_EDGE: Final = re.compile(r"^(?:(?:of|in|for|to|s)\b|[\s\W])+|(?:\b(?:of|in|for|to)|[\s\W])+$", re.IGNORECASE)


def parse(question: str) -> Question:
    """``question`` as intent and facets. The first words that ask decide; none asking gives ``any``.

    A question without any content word gives no facets.
    """
    quoted = [Facet(" ".join(match.group(1).split()), exact=True) for match in _QUOTED.finditer(question)]
    rest = _QUOTED.sub(" , ", question)
    modalities: frozenset[str] = frozenset()
    intent = _intent(rest)
    if intent == "finding":
        modalities = frozenset(term for match in _MODALITY.finditer(rest) for term in tokens(match.group()))
    demographics = tuple(dict.fromkeys(match.group().lower() for match in _AGE_AND_SEX.finditer(rest)))
    facets = dict.fromkeys(quoted + [Facet(phrase) for phrase in _phrases(rest, intent)])
    return Question(question, intent, tuple(facets), modalities, demographics)


def _intent(text: str) -> Intent:
    """The intent whose words come first in the question; ties go to the longer match."""
    first: tuple[int, int] | None = None
    found: Intent = "any"
    for intent, asks in _INTENTS:
        match = asks.search(_CONNECTED.sub(lambda words: "·" * len(words.group()), text))
        if match and (first is None or (match.start(), -match.end()) < first):
            first, found = (match.start(), -match.end()), intent
    return found


_CONNECTED: Final = re.compile(r"\b(?:presenting\s+(?:with|as)|presented\s+(?:with|as)|diagnosed\s+(?:with|as)|caused\s+by)\b", re.IGNORECASE)


def _phrases(text: str, intent: Intent) -> list[str]:
    """The content phrases of ``text``, its asking words taken out."""
    for other, asks in _INTENTS:
        if other in (intent, "treatment", "outcome"):
            text = asks.sub(" , ", _CONNECTED.sub(" , ", text)) if other == intent else asks.sub(" , ", text)
    if intent == "finding":
        text = _MODALITY.sub(" , ", text)
    text = _FRAME.sub(" ", _AGE_AND_SEX.sub(" ", text))
    pieces = (" ".join(_EDGE.sub("", piece).split()) for piece in _CONNECTIVE.split(text))
    return [piece for piece in pieces if piece and tokens(piece)]
