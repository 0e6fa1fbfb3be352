"""Diseases that the terminology does not have, told by their last word: "splenic torsion", "a fibrovascular polyp".

Only as far as the words before that one say which kind it is; their name is what the report calls them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from corpus.assertion import Assertion, Named, assertions
from corpus.cases.disease_names import NO_KIND
from corpus.model import Span

_LAST: Final = """
    syndrome disease disorder tumor tumour tumors tumours cyst cysts pseudocyst pseudocysts aneurysm aneurysms
    pseudoaneurysm pseudoaneurysms rupture perforation torsion infarct infarcts infarction thrombosis thrombus embolism
    embolus stenosis fistula fistulas fistulae hernia hernias herniation fracture fractures dislocation subluxation
    hematoma hematomas haematoma haematomas abscess abscesses infection poisoning toxicity intoxication injury injuries
    malformation malformations anomaly anomalies defect defects atresia agenesis aplasia duplication obstruction
    occlusion eversion inversion stricture
    prolapse tear tears intussusception volvulus leukemia leukemias leukaemia leukaemias metastasis metastases
    polyp polyps diverticulum diverticula hypersensitivity overdose deficiency failure ulcer ulcers degeneration
    necrosis gangrene entrapment impaction bezoar bezoars calculus calculi stone stones palsy paralysis block deformity
    cleft burn burns bite bites envenomation rejection ischemia ischaemia hemorrhage haemorrhage bleeding leak avulsion
    laceration lacerations contusion proliferation intolerance overload transection
"""
_LAST_WORDS: Final = frozenset(_LAST.split())
_ENDINGS: Final = (
    "oma", "omas", "omata", "itis", "osis", "iasis", "opathy", "opathies", "trophy", "plasia", "ectasia", "cele",
    "myelia", "myelinolysis", "spondylolysis", "osteolysis", "malacia", "sclerosis", "schisis",
)  # fmt: skip
_NO_DISEASE: Final = re.compile(
    r"\w*diagnos|prognos|symptom|stoma|stroma|hypnos|trauma|\w*anastomos|mitos|\w*apoptos|\w*prosthes|\w*adenopath|coma$"
)
"""Words with such an ending that are none."""
_ONLY_BEHIND: Final = {
    "pregnancy": ("ectopic", "tubal", "cornual", "molar", "abdominal", "heterotopic", "ovarian", "cervical", "scar"),
    "dissection": ("artery", "arterial", "aorta", "aortic", "carotid", "vertebral", "coronary", "iliac", "spontaneous"),
    "body": ("foreign",),
    "bodies": ("foreign",),
}
"""Last words that count only behind these."""
_OF: Final = re.compile(
    r"\s(?:of|in)\s(?:(?:the|his|her|both)\s)?(?!(?:an?|this|our|which|patients?|whom|\d+|these|those|adults?|"
    r"children|wom[ae]n|m[ae]n|infan\w+|pregnan\w+|elderly|young|the)\b)"
    r"(?:(?!\w+ing\b)[a-z-]+\s){0,3}?(?:(?!\w+ing\b)[a-z-]+(?=[\s,.;:)]))(?=[,.;:)]|\s(?:and|with|in|was|were|is|who|"
    r"which|that|after|following|due|by|on|at|treated|causing|presenting|from|"
    r"without|as|to|showing|associated|caused|secondary)\b)"
)
_OF_WORD: Final = re.compile(r"\s(?:of|in)\s")
_SAY_LITTLE: Final = """
    tumor tumour injury injuries proliferation defect block bleeding deformity disease disorder failure obstruction leak
    metastasis
"""
_LITTLE: Final = frozenset(_SAY_LITTLE.split())
_METASTASES: Final = re.compile(r"\bmetastases$")
_IN_IES: Final = re.compile(r"(?<=[a-z]{3})ies$")
_PLURAL: Final = re.compile(r"(?<=[a-z]{2}[^\Wsiu])s$")
_BEFORE: Final = re.compile(r"(?:[^\W\d_][\w'’-]*\s){1,4}$")
_WORD: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SAID: Final = """
    normal this that these the any no wound surgical postoperative primary secondary same such other first main
    treatment conservative blood active acute chronic severe underlying anatomical urinary arterial venous multisystem
    systemic malignant benign skin artificial grade hematological gastrointestinal hepatic dose-limiting related
"""
_NOT: Final = frozenset(_SAID.split())
"""Words that alone make no kind of disease of its last word."""


class Unlisted(NamedTuple):
    """``name``: in small letters, as the text has it; ``span`` is of the text."""

    name: str
    span: Span
    assertion: Assertion


def unlisted(text: str, start: int, taken: Sequence[Span]) -> Iterator[Unlisted]:
    """Those of one sentence, which begins at ``start`` of its report; ``taken``: what the terminology found there."""
    places = []
    for head in _heads(text):
        begin = kind_from(text, head.start)
        whole = Span(begin, head.end)
        behind = _OF.match(text, head.end)
        if begin == head.start and " " not in head.of(text) and not behind and not _tells(head.of(text)):
            continue
        if _is_taken(taken, start + whole.start, start + whole.end):
            continue
        if behind and _is_taken(taken, start + head.end, start + behind.end()):
            behind = None
        places.append(Span(begin, behind.end() if behind else head.end))
    told = assertions(text, [Named(place.start, place.end) for place in places]) if places else []
    for place, assertion in zip(places, told, strict=True):
        yield Unlisted(phrase(place.of(text)), Span(start + place.start, start + place.end), assertion)


def _is_taken(taken: Sequence[Span], start: int, end: int) -> bool:
    """Whether one of ``taken``, in order and none overlapping another, overlaps ``[start, end)``."""
    at = bisect_left(taken, end, key=lambda each: each.start)
    return at > 0 and taken[at - 1].end > start


def names_disease(name: str) -> bool:
    """Whether ``name`` is, by its last word, a disease's."""
    return any(True for _ in _heads(name))


def _heads(text: str) -> Iterator[Span]:
    """The last words of diseases' names in ``text``."""
    last = None
    for match in _WORD.finditer(text):
        word = match.group().lower()
        if word in _ONLY_BEHIND:
            if last is not None and last.group().lower() in _ONLY_BEHIND[word]:
                yield Span(last.start(), match.end())
        elif word in _LAST_WORDS or (len(word) > _SHORT and _ends(word) and not _NO_DISEASE.match(word)):
            yield Span(*match.span())
        last = match


def says_little(name: str) -> bool:
    """Whether the last word of an unlisted disease's ``name`` leaves most open: "a fronto-parietal tumor"."""
    *kind, last = _OF_WORD.split(name)[0].split()
    return last in _LITTLE and len(kind) <= _FEW


def phrase(words: str) -> str:
    """``words`` as a name: in small letters, short forms aside, one space between them, in the singular."""
    name = " ".join(word if word.isupper() else word.lower() for word in words.split())
    return _PLURAL.sub("", _IN_IES.sub("y", _METASTASES.sub("metastasis", name)))


def kind_from(text: str, head: int) -> int:
    """Where the words begin that stand right before a last word and say its kind; ``head`` where none do."""
    before = _BEFORE.search(text, max(0, head - 60), head)
    begin = head
    if before is None:
        return head
    words = []
    for match in reversed(list(_WORD.finditer(text, before.start(), head))):
        word = match.group().lower()
        if word in NO_KIND or word.endswith(("ly", "ed", "ing")):
            break
        words.append(word)
        begin = match.start()
    return begin if any(word not in _NOT for word in words) else head


def _tells(word: str) -> bool:
    """Whether a word is a disease by itself: "haematomyelia"."""
    return len(word) >= _LONG and _ends(word.lower())


def _ends(word: str) -> bool:
    return word.endswith(_ENDINGS) or word.removesuffix("s").endswith(_ENDINGS)


_SHORT, _LONG = 5, 10
_FEW: Final = 2
