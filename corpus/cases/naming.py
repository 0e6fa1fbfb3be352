"""What a treatment is called: names, kinds and classes of the terminology's concepts, as clinicians say them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from corpus.cases.model import TreatmentKind
from corpus.cases.treatment_words import CLASS_NAMES_OF_DRUGS, MADE_OF_DRUGS, NO_DRUG, NO_TREATMENT, SAID, THERAPEUTIC
from corpus.terminology.terminology import shipped
from corpus.words import form

_THERAPEUTIC: Final = re.compile(THERAPEUTIC)
_LOOKS: Final = re.compile(
    r"scopy$|graphy$|gram$|metry$|biops|\btests?$|imaging|screening|diagnos|examination|analysis|measurement|monitoring"
    r"|\bscan\b|counselling|counseling|prevention|education|status|technique$|techniques$|palpation|feeding|dosage"
    r"|counsel|hygiene|screening|care units?|nursing|delivery|pregnancy"
)
_ENOUGH_KINDS: Final = 3


@lru_cache(1 << 14)
def called(concept: int) -> str:
    """The concept's name in the singular and in small letters, as clinicians say it: "corticosteroid"."""
    name = shipped().name(concept)
    plain = " ".join(_singular(name).split())
    return SAID.get(plain.lower(), plain)


def _singular(name: str) -> str:
    *words, last = name.split(" ")
    lowered = [word if word.isupper() else word.lower() for word in words]
    if last.endswith("s") and not last.endswith(("ss", "us", "is")) and not last.isupper():
        last = last.removesuffix("s") if last[:-1].isupper() else form(last)
    return " ".join([*lowered, last if last.isupper() else last.lower()])


@lru_cache(1 << 14)
def treats(concept: int) -> bool:
    """Whether the concept is of something that is given or done to treat."""
    terms = shipped()
    kind, name = terms.kind(concept), called(concept)
    lowered = name.lower()
    raw = terms.name(concept).lower()
    if kind == "drug" and any("allergenic" in each.lower() for each in terms.names(concept)):
        return False  # a food or a pollen
    if kind == "drug":
        return (
            lowered not in NO_DRUG
            and raw not in NO_DRUG
            and not re.search(r"\b\w{1,3}-\d+\b|antigen|receptor|^ige?\b", lowered)
        )
    if (
        kind != "procedure"
        or lowered in NO_TREATMENT
        or raw in NO_TREATMENT
        or form(raw.split()[-1]) in ("anesthesia",)
    ):
        return False
    if _LOOKS.search(raw):
        return False
    if any(
        terms.name(each) in ("Spiritual Therapies", "Patient Care Planning")
        for each in (concept, *terms.above(concept))
    ):
        return False
    above = {terms.name(each) for each in terms.above(concept)} | {terms.name(concept)}
    if above & {"Diagnose", "Diagnostic Techniques and Procedures"}:
        return bool(_THERAPEUTIC.search(lowered))
    return bool(above & {"Treatment", "Operative Surgical Procedures"}) or lowered in _CURATED


_CURATED: Final = frozenset([
    "surgical excision", "physical therapy", "electroconvulsive therapy", "cognitive behavioral therapy", "analgesia",
    "plasma exchange", "epidural analgesia", "patient-controlled analgesia", "continuous renal replacement therapy",
    "hemodialysis",
])  # fmt: skip
"""Procedures that the hierarchy of the terminology leaves outside of treatment."""


@lru_cache(1 << 14)
def kind_of(concept: int) -> TreatmentKind:
    """``drug``, ``drug_class`` or ``procedure``: a class has a name in the plural and several kinds, or is our own."""
    terms = shipped()
    if terms.kind(concept) == "procedure":
        return "drug_class" if called(concept).split()[-1] in MADE_OF_DRUGS else "procedure"
    name = terms.name(concept)
    plural = name.endswith("s") and form(name.split()[-1]) != name.split()[-1].lower()
    if form(name.split()[-1]) in CLASS_NAMES_OF_DRUGS:
        return "drug"
    is_class = plural and not terms.identifier(concept).startswith(("DRUGBANK:", "DRUG:"))
    return "drug_class" if is_class else "drug"


@lru_cache(1 << 14)
def classes_of(concept: int) -> tuple[str, ...]:
    """The names of what it is a kind of: those that clinicians count by, nearest first, then what it is made of."""
    terms = shipped()
    direct = terms.broader(concept)
    far = sorted(terms.above(concept) - set(direct))
    counted = [each for each in (*direct, *far) if not terms.name(each)[:1].isupper() or terms.name(each).isupper()]
    counted += [each for each in (*direct, *far) if terms.name(each)[:2].isupper() and each not in counted]
    rest = [each for each in direct if each not in counted]
    return tuple(dict.fromkeys(called(each) for each in (*counted, *rest)))
