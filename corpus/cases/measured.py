"""What only looks like a treatment: a substance measured, a cause, an allergen, a stain, what an organism resists."""

from __future__ import annotations

import re
from typing import Final

from corpus.cases.model import TreatmentKind
from corpus.cases.treatment_words import MEASURED, PROCEDURES_OF, WORN_LOOSELY
from corpus.words import form

_BEFORE: Final = re.compile(
    r"(?:\b(?:anabolic|androgenic|spontaneous|values?\s+of(?:\s+the)?|dosages?\s+of\s+(?:plasm|serum|blood)\w*(?:\s+\w+)?|serum|plasma"
    r"|urin(?:e|ary)|blood|salivary"
    r"|csf|hair|tissue"
    r"|faecal|fecal|hepatic|total|ionized|ionised|free"
    r"|(?:monitoring|measurement|analysis|screen\w*)\s+(?:\w+\s+){0,9}?(?:of|including)|levels?\s+of(?:\s+[\w-]+,(?:\s+and)?){0,5}"
    r"|concentrations?\s+of|deficien\w+\s+(?:of|in)|excess\s+of|secretion\s+of|production\s+of|low"
    r"|normal|elevated"
    r"|high|decreased|increased|raised|measured|dietary|deposit(?:s|ion)\s+of|accumulation\s+of|gold|anti|endogenous"
    r"|positive\s+for|negative\s+for|expression\s+of|stain(?:ed|ing)?\s+(?:for|with)|antibod\w+\s+(?:to|against)"
    r"|sensitiv\w+\s+to|susceptib\w+\s+to|(?:ingest\w+|swallow\w+)(?:\s+(?:\w+\s+){0,3}?of)?(?:\s+(?:his|her|the))?(?:\s+\w+['’]s)?|overdos\w+\s+(?:of|with|on)|poison\w+\s+(?:by|with)"
    r"|intoxicat\w+\s+(?:by|with)|abuse\s+of|abus(?:ed|ing)|addict\w+\s+to|exposure\s+to|exposed\s+to"
    r"|radiolabel\w+|labell?ed|contain(?:ing|s|ed))|[\d.,]\s?(?:-|–))[\s-]+$",
    re.IGNORECASE,
)
_AFTER: Final = re.compile(
    r"(?:\s*\((?:[^()]|\([^()]{0,20}\)){1,30}\))?[\s-]*(?:deprivation|cells?\b|hormones?|profile|content|levels?|concentrations?|deficien\w+|titers?|titres?"
    r"|antibod\w+"
    r"|assays?|antigens?|receptors?"
    r"|toxicity|over[\s-]?dos\w+|bottles?|suspensions?|preparations?|poisoning|intoxication|abuse\w*|dependence"
    r"|resistance|resistant|sensitivity|sensitive"
    r"|susceptib\w+|induced(?!\s+(?:\w+\s+){0,3}?(?:remission|response|improvement|resolution|recovery|regression)\b)|naive|naïve|associated|related|eluting|stain\w*|deposit\w*|stones?|crystals?"
    r"|positive|negative|balance|producing|production|secreting|secretion|excretion|metabolism|synthesis|homeostasis|uptake"
    r"|scan|scintigraphy|spect|pet|enhanced|test\b|testing|challenge|suppression\b(?!\s+(?:therapy|treatment))|stimulation\s+test"
    r"|mg/dl|mmol|standard|allerg\w+|withdrawal\s+syndrome|like|free\b|binding|channel\b|exposure|gap|ratio|index)\b",
    re.IGNORECASE,
)
_GIVEN: Final = re.compile(
    r"\b(?:treated|treatment|therapy|given|gave|receiv\w+|administ\w+|start\w*|prescri\w+|supplement\w*|replac\w+"
    r"|infus\w+"
    r"|inject\w+|tablets?|orally|intravenous\w*|iv|oral|topical|intramuscular\w*|subcutaneous\w*|drip|bolus|dose\w*"
    r"|drops"
    r"|taking|took|inject\w+|course|initiat\w+|resuscitat\w+|manag\w+|mg|µg|mcg|iu|units?|correct\w+|ointment|cream"
    r"|discontinu\w+|switch\w*|prophyla\w+|substitut\w+|continu\w+|regimen|gel|spray|use\s+for|chronic|withdr\w+)\b",
    re.IGNORECASE,
)
_MEASURING: Final = re.compile(
    r"\b(?:levels?|concentrations?|mg/dl|mmol/l|g/l|ng/ml|pg/ml|u/l|iu/l|µmol/l|normal|elevated|deficien\w+"
    r"|laboratory|reference"
    r"|range|serum|plasma|urinary|absorption|stones?|deposits?|metabolism)\b",
    re.IGNORECASE,
)
_ORGANISM: Final = re.compile(
    r"\b(?:strain|isolate[sd]?|(?:micro)?organisms?|pathogens?|antifungal\s+agents|bacteri\w+|culture\w*|virus|viral"
    r"|genotyp\w+|coli|aureus|antibiogram"
    r"|minimum\s+inhibitory|mics?)\b",
    re.IGNORECASE,
)
_TESTED: Final = re.compile(
    r"\b(?:sensitiv\w+|susceptib\w+|resistan\w+)\b(?!\s+hypertension)|\bintermediate\s+to\b|\bMICs\b", re.IGNORECASE
)
_TESTED_BEHIND: Final = re.compile(
    r"[^.;]{0,120}?\b(?:sensitive|susceptible|resistant)\b(?=\s*(?:[.,;)]|$|strain|isolate))", re.IGNORECASE
)
_SUPPRESSION_TEST: Final = re.compile(
    r"\b(?:cortisol|acth)\b[^.;]{0,80}\bsuppress\w*\s+(?:by|with|after|following|on)\s+(?:[\w.-]+\s+){0,4}$",
    re.IGNORECASE,
)
_PREFIXED: Final = re.compile(r"\b(?:pre|post|anti|non)[-–]$", re.IGNORECASE)
_STAINED: Final = re.compile(
    r"\b(?:(?:immuno)?(?:stain\w*|reactiv\w*)|immunohistochem\w+|immunopositiv\w*)\b[^.;]{0,120}\b(?:positive"
    r"|negative|for)\b[^.;]*$",
    re.IGNORECASE,
)
_ANTIBODY: Final = re.compile(
    r"[\s-]+(?:(?!(?:and|or|plus|with|for|was|were|is|in|to|by|of|on|but)\b)[\w/]+[\s-]+){0,3}?(?:(?:auto)?antibod\w+|peroxidase"
    r"|microsom\w+|mitochondri\w+|receptor|titers?|titres?|ig[gm])\b",
    re.IGNORECASE,
)
"""Behind a word in "anti": it is the name of an antibody, or of what one is against, and so of a test."""
_SEEN: Final = re.compile(
    r"\b(?:locat|show|reveal|demonstrat|detect|identif|visuali[sz]|depict|disclos|outlin|visible|found|saw|seen)\w*\s+"
    r"(?:(?!(?:and|or|with|by|after|despite|under|that|for)\b)[\w-]+\s+){0,4}$",
    re.IGNORECASE,
)
"""Before a substance: it is what an image shows, wherever that lies."""
_GIVING: Final = re.compile(r"\b(?:treat\w*|therapy|given|received|started|received|administ\w+)\b", re.IGNORECASE)
_NEARBY: Final = 60
_LISTED: Final = 200
_PLACE: Final = re.compile(
    r"\b(?:plac\w+|insert\w+|implant\w+|fitted|appl\w+|deploy\w+|wear\w*|wore|using|used|with|provided|fixed"
    r"|immobili\w+|underwent|received)\b",
    re.IGNORECASE,
)
_SITE_OF_WORK: Final = re.compile(
    r"(?:\s+\([^()]{0,15}\)|\))?\s+(?:clinic|department|unit|ward|service|outpatient|consultation|room|center|centre|team|staff"
    r"|procedures?\s+code"
    r"|residents?|specimens?|samples?|margins?|sites?|scars?|wounds?|beds?|failure|rejection|recipients?|candidates?"
    r"|history|records?|options?|strateg\w+|modalit\w+|guidelines?|decisions?|planning|plan\b|protocols?\s+for"
    r"|findings?|pathology"
    r"|instruments?|techniques?|approach\w*|exploration|complications?|risk|field|view|table|theatre|theater|time"
    r"|suite|referral|cavity|loss|stumps?|hospitals?|specialists?|surgeons?|teams?\b|(?:was|were)\s+consulted"
    r"|consult\w*"
    r"|facility|programs?\s+director|lead\b|base|plane|rates?|line|edges?"
    r"|guidance|procedure\s+time|date)\b",
    re.IGNORECASE,
)
_MEDICAL_FIELD: Final = re.compile(
    r"\b(?:department|division|clinic|professor|unit|school|society|journal|institute|faculty|ward)\s+"
    r"(?:of|for)\s+(?:the\s+)?(?:\w+\s+(?:and\s+)?){0,3}$|\breferred\s+to\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
_LOOKING: Final = re.compile(
    r"\b(?:broncho-?\s?alveolar\s+lavage|bal|diagnostic\s+\w+|(?:fine|core)[\s-]needle\s+\w+"
    r"|complement\s+fixation|bone\s+marrow\s+aspiration|frozen\s+section|incisional\s+\w+|explorative|"
    r"excision(?:al)?\s+biopsy)$",
    re.IGNORECASE,
)
_DESCRIBES: Final = re.compile(
    r"-(?:resistant|dependent|induced|related|associated|naive|refractory|like)\b|\s+mechanism", re.IGNORECASE
)
_BY_ITSELF: Final = re.compile(
    r"\b(?:spontaneous(?:ly)?|(?:muco)?purulent|sero\w+|evidence\s+of|signs?\s+of|erythrocyte|red\s+(?:blood\s+)?cell|granular|hyaline"
    r"|(?<!after\s)(?<!following\s)(?<!the\s)biopsy|bloody|venous|lymphatic|pus|biliary|foul|bile)\s+$",
    re.IGNORECASE,
)
_IMPLANTED: Final = re.compile(
    r"\b(?:breast|dental|cochlear|silicone|hip|orthop\w+|metal\w*|titanium|contraceptive|spinal|ocular)\s+$",
    re.IGNORECASE,
)
_DEVICE_TAKEN: Final = re.compile(
    r"^\s*(?:was|were)\s+(?:\w+\s+)?(?:removed|fractured|broken|exposed|malposition\w+|occluded)"
)


def is_measured(text: str, start: int, end: int, name: str) -> bool:
    """Whether the drug named at ``[start, end)`` is measured, stained for, tested, swallowed or blamed, not given."""
    before = text[max(0, start - _NEARBY) : start]
    if text[start - 1 : start] in ("-", "–") and (not re.search(r"[a-z]{3,}[-–]$", before) or _PREFIXED.search(before)):
        return True
    loosely = r"(?:high|low)[\s-]+$" if name != "saline" else r"normal\s+$"
    if _BEFORE.search(before) and not re.search(loosely, before):
        return True
    after = _AFTER.match(text, end)
    if after:
        return True
    if text[start:end].lower().startswith("anti") and _ANTIBODY.match(text, end):
        return True
    lowered = name.lower()
    if lowered in MEASURED or form(lowered) in MEASURED:
        if _SEEN.search(before):
            return True
        near = text[max(0, start - _NEARBY) : end + 40]
        return not _GIVEN.search(near) or bool(_MEASURING.search(text[max(0, start - 40) : end + 25]))
    if lowered.startswith("dexamethasone") and _SUPPRESSION_TEST.search(text, max(0, start - _LISTED), start):
        return True
    tested = _TESTED.search(text, max(0, start - _LISTED), end)
    if _STAINED.search(text, max(0, start - _LISTED), start):
        return True
    if tested is None and (behind := _TESTED_BEHIND.match(text, end)):
        return bool(_ORGANISM.search(text)) and not _GIVING.search(text, end, behind.end())
    return bool(tested and _ORGANISM.search(text) and not _GIVING.search(text, tested.end(), start))


_ALLERGIC: Final = re.compile(
    r"\b(?:allerg(?:y|ies|ic)|anaphyla\w+)(?:\s+to|\s*:|\s+included?)\s+"
    r"(?:[\w-]+(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and\s+|or\s+)?)){0,3}$",
    re.IGNORECASE,
)
_A_DEPARTMENT: Final = re.compile(
    r"\b(?:Plastic|Orthop\w+|General|Vascular|Neuro|Thoracic|Cardiac|Cardiothoracic|P(?:a)?ediatric|Oral|Maxillofacial|Hand|Trauma"
    r"|Colorectal|Head\s+and\s+Neck)\s+Surgery$"
)
"""In capitals within a sentence: who did it, not what was done."""
_ALONE: Final = frozenset({"radiation", "oxygen"})
"""Heads that what stands before them can make a treatment without being part of its name."""
_PASSIVE: Final = re.compile(r"\s+(?:was|were)\b", re.IGNORECASE)
_RULED_OUT: Final = re.compile(r"\bpreclud\w+|\bcontra-?indicat\w+", re.IGNORECASE)


def is_no_treatment(text: str, start: int, end: int, kind: TreatmentKind) -> bool:
    """Whether a treatment's name at ``[start, end)`` stands for a place of work, a time, a specimen or a cause."""
    before = text[max(0, start - _NEARBY) : start]
    if _ALLERGIC.search(before) and not _PASSIVE.match(text, end) and not _RULED_OUT.search(text):
        return True
    if kind in ("procedure", "device"):
        if start and _A_DEPARTMENT.search(text, max(0, start - 25), end):
            return True
        if _SITE_OF_WORK.match(text, end) or _MEDICAL_FIELD.search(before):
            return True
        if _DESCRIBES.match(text, end) or _BY_ITSELF.search(before) or _LOOKING.search(text, max(0, start - 25), end):
            return True
        word = form(text[start:end].lower())
        if word in WORN_LOOSELY and not _PLACE.search(text[max(0, start - 50) : end + 40]):
            return True
        if word == "implant" and not _IMPLANTED.search(before):
            return True
        if kind == "device" and _DEVICE_TAKEN.match(text[end : end + 40]):
            return True
        return word in PROCEDURES_OF and word not in _ALONE
    return bool(_AFTER.match(text, end))
