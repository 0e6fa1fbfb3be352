"""The words of questions, as data: verbose, case-insensitive patterns that ``question`` reads.

As in ``phrases``: white space inside a pattern means nothing, and every repetition is bounded.
"""

from __future__ import annotations

from typing import Final, Literal

Intent = Literal[
    "treatment", "outcome", "presentation", "diagnosis", "cause", "finding", "adverse", "history", "frequency",
    "definition", "any",
]  # fmt: skip

ASKS: Final[dict[Intent, str]] = {
    "adverse": r"""
        adverse\s+(?:drug\s+)?(?:effects?|events?|reactions?)|side[\s-]effects?|toxicit(?:y|ies)|complications?
      | (?:drug|allergic)\s+reactions?|how\s+well\s+\w+\s+tolerated|harms?
    """,
    "treatment": r"""
        (?:
            (?:what|which)\s+(?:\w+\s+){0,2}?(?:antibiotics?|antibiotherapy|antifungals?|antivirals?|steroids?
              |surger(?:y|ies)|operations?|procedures?|chemotherap(?:y|ies)|agents?)
          | treat(?:ments?|ed|ing)?|therap(?:y|ies|eutics?)|manage(?:d|ments?)?|medications?|drugs?|interventions?
          | regimens?|cured?|prescribed|surgically|doses?|dosages?|received?|given|administered|what\s+was\s+done
          | help(?:ed|s)?|[tr]x
        )(?:\s+options?|\s+modalit(?:y|ies))?
    """,
    "outcome": r"""
        outcomes?|prognos[ie]s|what\s+happened|happened|follow[\s-]?up|clinical\s+courses?|surviv(?:ed?|al)|mortality
      | die[ds]?|death|recover(?:y|ed)?|response|respond(?:ed)?|remission|recurrences?|recur|relapsed?|improved?
      | improvement|resolved?|evolution|how\s+did(?=\s.{0,80}?\b(?:end|fare|go|evolve|progress)\b)
    """,
    "cause": r"""
        which\s+(?:drugs?|medications?|treatments?)\s+(?:caused?|triggered|induced|provoked)
      | what\s+(?:was|were|is)\s+the\s+causes?|what\s+caused|caus(?:ed?|es|ing)|a?etiolog(?:y|ies)|why|triggers?
      | triggered|mechanisms?|pathogenesis|pathophysiology|responsible
    """,
    "finding": r"""
        (?:imaging|radiolog\w+|laborator\w+|histolog\w+|histopatholog\w+|patholog\w+|biopsy|autopsy|blood|serolog\w+
          |clinical|endoscop\w+|electrocardiograph\w+)
        \s+(?:findings?|features?|results?|tests?|values?|appearances?|signs?|studies)
      | imaging|findings?|appearances?|(?:what\s+(?:did|does|do)|which)(?=\s.{0,60}?\b(?:show|reveal|demonstrate|find))
    """,
    "presentation": r"""
        present(?:ed|ations?|ing)?(?!\s+with)|symptoms?|signs?|manifest(?:ed|ations?)?|complain(?:ed|ts?)
      | clinical\s+features?|clinical\s+pictures?|sx
    """,
    "diagnosis": r"""
        diagnos(?:is|es|tics?|ed?|ing)(?!\s+(?:with|as))|confirmed|differential(?:\s+diagnos[ie]s)?|misdiagnosed|dx
    """,
    "frequency": r"""
        how\s+(?:common(?:ly)?|rare(?:ly)?|frequent(?:ly)?|often|many\s+(?:cases|patients|reports|people))
      | incidence|prevalence|frequency|epidemiology
    """,
    "definition": r"""
        definitions?|define[ds]?|meanings?|what\s+does(?=\s.{1,80}?\bmean\b)|mean(?=\W*$)
    """,
    "history": r"""
        (?:past|medical|family|surgical|drug|social)\s+(?:medical\s+)?history|history|hx|comorbidit(?:y|ies)
      | risk\s+factors?|predispos\w+
    """,
}
"""What is asked for. Earlier entries win where two start at the same word and end at the same one."""

DEFINES: Final = r"^\s*what(?:\s+(?:is|are)|['’]s)\s+(?:an?\s+|the\s+)?[^\W\d][\w'’-]*(?:\s+[\w'’-]+){0,5}\s*\?*\s*$"
"""A question that asks for nothing else and is of this form ("what is calciphylaxis?") asks what a thing is."""

MEASURED: Final = r"levels?|values?|concentrations?|readings?"
"""A question with one of these, with "dose" or with "how much" wants a number; they name nothing themselves."""

ASKS_NUMBER: Final[dict[Literal["dose", "value"], str]] = {
    "dose": r"\b(?:doses?|dosages?|dosing|how\s+(?:much|many\s+(?:mg|milligrams|units)))\b",
    "value": rf"\b(?:{MEASURED}|counts?|tit(?:er|re)s?|how\s+(?:high|low))\b",
}

ASKED_AGE: Final = r"""
    \b(?:aged?\s+(?P<aged>\d{1,3})(?!\d)(?!\s*(?:-|to)\s*\d)(?![\s-](?:month|week|day)s?)
      |(?P<old>\d{1,3})[\s-]?(?:(?P<unit>year|month|week|day)s?[\s-]old|y/?o\b))
"""
ASKED_SEX: Final = r"\b(?:(?P<female>wom[ae]n|females?|girls?|lady)|m[ae]n|males?|boys?|gentlem[ae]n)\b"

AFTER_ASKING: Final = r"(?:\s+(?:for|of|in|to|with|by|on|used|tried|given|after|from|about|against))?"

MODALITY: Final = r"""
    \b(?:mri|magnetic\s+resonance(?:\s+imaging)?|ct|computed\s+tomography|pet|ultrasound|ultrasonography|sonography
      |x-?rays?|radiographs?|radiography|echocardiogra(?:m|phy)|ecg|ekg|electrocardiogra(?:m|phy)|eeg|angiogra(?:m|phy)
      |endoscopy|colonoscopy|bronchoscopy|biops(?:y|ies)|histology|histopathology|immunohistochemistry|cytology|culture
      |scintigraphy|laboratory|serology|autopsy|dermoscopy|imaging|radiolog\w+)\b
"""
"""Investigations that a question may name; the answer's sentences must name them too."""

SAME_MODALITY: Final[tuple[str, ...]] = (
    "mri mra magnetic resonance",
    "ct tomography tomographic",
    "ultrasound ultrasonography sonography",
    "xray ray radiograph radiography radiographic",
    "biopsy histology histological histopathology histopathological",
    "ecg ekg electrocardiogram electrocardiography",
    "echocardiogram echocardiography echocardiographic",
    "angiogram angiography",
    "culture cultured",
    "serology serological antibody",
    "laboratory blood serum",
)
"""Each line: the names of one investigation."""

IMAGING: Final = (
    "imaging mri magnetic ct tomography ultrasound ultrasonography sonography radiograph radiography radiological ray"
    " angiography scan pet scintigraphy echocardiogram echocardiography"
)
"""What "imaging" asks for when no kind is named."""

CONNECTED: Final = r"\b(?:presenting\s+(?:with|as)|presented\s+(?:with|as)|diagnosed\s+(?:with|as)|caused\s+by)\b"
"""These connect two things; their words ask for nothing."""

FRAME: Final = r"""
    \b(?:how\s+(?:long|soon|quickly|much|many|well|old)|what|which|who|whom|whose|when|where|how|why|was|were|is|are|be|been|being|did|does|do|done|has|have|had|can
      |could|should|will|would|there|any|some|all|every|the|(?-i:a)|an|tell|me|us|show|find|list|give|please|about
      |case\s+reports?|cases?|reports?|reported|known|described|documented|patient's|patients?|people|persons?|someone
      |tried|used|given|received|receiv(?:es?|ing)|administered|attempted|applied|made|seen|found|observed
      |safe|safely|you|your|we|our|my|his|her|their|its|this|that|these|those|it|they|he|she|most|common|commonly|usual|usually|typical|possible
      |successful|successfully|effective|effects?|kinds?|types?(?![\s-](?:\d|[iv]{1,3})\b)|sorts?
      |literature|evidence|choice|best|available
      |(?:end|fare|go|evolve|progress)(?=\W*$)|reveal(?:s|ed)?|demonstrated?|shows|showed
      |happens?|happened|led|suffering|affected|get|got|work(?:ed|s)?|help(?:ed|s)?|ever|scans?)\b
"""
"""Words that frame a question and name nothing; "hepatitis A" and "type 1" name something."""

AGE_AND_SEX: Final = r"""
    \b(?:aged?\s+\d{1,3}(?:\s*(?:-|to)\s*\d{1,3})?(?:\s+years?)?|\d{1,3}[\s-](?:years?|months?|weeks?|days?)[\s-]old
      |\d{1,3}[\s-]?y/?o|m[ae]n|wom[ae]n|males?|females?|boys?|girls?|children|adults|infants|elderly|young|older
      |middle-aged|adolescents?|teenagers?
      |(?:child|adult|infant)(?=\s*(?:$|[,.?;]|(?:with|who|treated|presenting|after|in|of)\b)))(?![\w-])
"""
"""Filters, not evidence. "Infant botulism" is a name: one child, adult or infant counts only where a phrase ends."""

CONNECTIVE: Final = r"""
    \s?(?:[,;:?!()]|(?<!drug)-(?:associated|related|induced|triggered)\b|\.(?=\s|$)|/(?=\s)
      |\b(?:associated\s+with|secondary\s+to|due\s+to|caused\s+by|because\s+of|resulting\s+from
          |in\s+the\s+(?:course|setting|context|presence)\s+of|complicat(?:ed\s+by|ing)|presenting\s+(?:with|as)
          |presented\s+(?:with|as)|diagnosed\s+(?:with|as)|treated\s+(?:with|by)|in\s+combination\s+with|in|with|without
          |after|before|following|during|from|by|for|under|due|among|who|whose|when|while|on|and|or|to|plus|than|vs
          |versus|if|between|against|as|at|take[sn]?|took|need(?:s|ed)?|requir(?:es?|ed)|occur(?:s|red)?
          |develop(?:s|ed)?)\b
    )\s?
"""
"""What stands between two facets."""
